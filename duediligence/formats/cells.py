"""Cells as people and programs leave them, made fit to compare and to show."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# Embeddings, overrides and their end (UAX #9): no name needs them.
_REORDERING = re.compile("[\u202a-\u202e]")
_ISOLATES = "[\u2066-\u2069]"
_MARK_INSIDE = re.compile("[^\\W\\d_][\u200e\u200f\u061c]+[^\\W\\d_]")
# Where a formula has no stored value (SUBSTITUTE): blank in a text that is cleaned.
NO_VALUE = "\x1a"
UNSTORED = (
    "a formula without a stored value: open the file in a spreadsheet program and save it there"
)
TURNED = "holds unseen characters that change the order of its letters: type it again without them"
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
# UTF-8 read as Windows-1252: é stands as Ã©, a curly apostrophe as â€™. Only the lead letters of
# Western European text, for others occur in sound names (É’ in CAFÉ’S).
_CONTINUED = "".join(bytes([byte]).decode("cp1252", "ignore") for byte in range(0x80, 0xC0))
_GARBLED = re.compile(f"Â[\u00a0-\u00bf]|Ã[{re.escape(_CONTINUED)}]|â€[{re.escape(_CONTINUED)}]")
# Counts up when another name can or cannot be read.
LETTERS_VERSION: Final = 1
# First words of the names of letters (Unicode) in which people and firms are registered.
_WRITTEN: Final = frozenset(
    "ARABIC ARMENIAN BENGALI BOPOMOFO CJK CYRILLIC DEVANAGARI ETHIOPIC FEMININE GEORGIAN GREEK "
    "GUJARATI "
    "GURMUKHI HANGUL HEBREW HIRAGANA IDEOGRAPHIC KANNADA KATAKANA KATAKANA-HIRAGANA KHMER LAO "
    "LATIN "
    "MALAYALAM MASCULINE MODIFIER MONGOLIAN MYANMAR ORIYA SINHALA SYRIAC TAMIL TELUGU THAANA THAI "
    "TIBETAN TIFINAGH HALFWIDTH FULLWIDTH".split()
)
_ALIKE: Final = frozenset(("LATIN", "CYRILLIC", "GREEK", "ARMENIAN"))
_WORD = re.compile(r"[^\W\d_]{2,}")
_MARKUP = re.compile(
    r"</?[a-z][^<>]*>|<!|=\?[\w-]+\?[bq]\?|\bu\+[0-9a-f]{4}|\b[0-9a-f]{20,}\b|&(?:#\w{2,6}|[a-z]{2,8});|%[0-9a-f]{2}(?=[%\w])|_x[0-9a-f]{4}_|\\[ux][0-9a-f]{2}|(?:=[0-9a-f]{2}){2}",
    re.IGNORECASE,
)
# UTF-8 that was read as another encoding.
_WRONG_ENCODING = re.compile(
    "[ÂÃÐÑØÙ][\x80-\xbf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|(?<=\\w)[ÂÃ](?= )|â€|�|[├┬╨╤][^\\W\\d]?"
)
# Digits and signs that are drawn for letters (not `Care4u2day`), and what is left of lost ones.
_DRAWN = re.compile(
    r"(?<!\w)(?=\w{5})(?![^\W\d_]+(?:4[^\W\d_]+2|2[^\W\d_]+4)[^\W\d_])(?:[^\W\d_]+\d){2,}[^\W\d_]"
    r"|[^\W\d_][!?$€£¥|]+[^\W\d_]"
)
_SPACED = re.compile(r"(?<!\w)(?:[^\W\d_][\s._*|/·;-]+){5,}[^\W\d_](?!\w)")


def clean(text: str) -> str:
    """Return the text on one line: controls and runs of white space made one space, the unseen
    removed.
    """
    if text.isascii() and text.isprintable():
        return text.strip() if "  " not in text else " ".join(text.split())
    return " ".join(_UNSEEN.sub("", _CONTROLS.sub(" ", text)).split())


def is_turned(text: str) -> bool:
    """Return whether unseen characters may show the letters in another order than they have.

    The marks of ordinary Arabic and Hebrew names do not, nor do isolates around a whole text that
    runs their way (UAX #9).
    """
    if text.isascii():
        return False
    if _REORDERING.search(text):
        return True
    for inside in _MARK_INSIDE.finditer(text):
        to_left = _runs_left(inside[0][0])
        if to_left == _runs_left(inside[0][-1]) and ("\u200e" in inside[0]) == to_left:
            return True  # within one word, and against it
    pieces = [piece for piece in re.split(_ISOLATES, text) if any(map(str.isalnum, piece))]
    if len(pieces) < 2 and (len(pieces) == 0 or pieces[0] == text):
        return False
    ways = {_runs_left(sign) for sign in text if sign.isalpha()}
    return (
        len(pieces) > 1
        or ("\u2066" in text and True in ways)
        or ("\u2067" in text and False in ways)
    )


def _runs_left(letter: str) -> bool:
    return unicodedata.bidirectional(letter) in ("R", "AL")


def fix_garbled_text(text: str) -> str:
    """Return the text with UTF-8 that was once read as Windows-1252 put right; else the text
    itself.
    """
    return text if text.isascii() else _GARBLED.sub(_decode_garbled_match, text)


def split_cell(text: str, separators: str = ";|\r\n\v\f") -> Iterator[str]:
    """Yield the parts of a cell that holds several values, clean and none empty."""
    for part in re.split(f"[{re.escape(separators)}]", text):
        if cleaned := clean(part):
            yield cleaned


def _decode_garbled_match(found: re.Match[str]) -> str:
    try:
        return found[0].encode("cp1252").decode("utf-8")
    except UnicodeError:
        return found[0]


@lru_cache(maxsize=65_536)
def why_unreadable(text: str) -> str:
    """Return why a name cannot be read, empty where it can: markup, letters of no register or
    of several alphabets in one word, or each letter apart.
    """
    if _SPACED.search(text):
        return "its letters are apart"
    if _DRAWN.search(text):
        return "has digits or signs for letters"
    if _MARKUP.search(text):
        return "holds markup"
    if text.isascii():
        return ""
    if _WRONG_ENCODING.search(text):
        return "was saved in another encoding"
    for word in _WORD.findall(unicodedata.normalize("NFKC", text)):
        alphabets = {_alphabet(letter) for letter in word}
        if len(alphabets & _ALIKE) > 1:
            return f"mixes alphabets in '{word}'"
    if any(map(_is_unwritten, unicodedata.normalize("NFKC", text))):
        return "has letters that no register writes"
    return ""


def _alphabet(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def _is_unwritten(character: str) -> bool:
    """Return whether a character is a letter, or a sign of one, that no register writes."""
    name = unicodedata.name(character, "")
    if character.isalpha() and unicodedata.category(character) != "Lm":
        turned = re.search(r"SMALL CAPITAL|TURNED|REVERSED|INVERTED|SIDEWAYS", name)
        return turned is not None or name.partition(" ")[0] not in _WRITTEN
    if unicodedata.category(character) == "Sc":
        return character > "\u20ac"
    return (
        unicodedata.category(character) == "So"
        and re.search(r"LETTER|SYMBOL|BRAILLE|SQUARED", name) is not None
    )
