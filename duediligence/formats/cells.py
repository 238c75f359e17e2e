"""Cells as people and programs leave them, made fit to compare and to show."""

import re
import unicodedata
from collections.abc import Iterator

_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# Embeddings, overrides and their end (UAX #9): no name needs them.
_REORDERING = re.compile("[\u202a-\u202e]")
_ISOLATES = "[\u2066-\u2069]"
_MARK_INSIDE = re.compile("[^\\W\\d_][\u200e\u200f\u061c]+[^\\W\\d_]")
TURNED = "holds unseen characters that change the order of its letters: type it again without them"
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
# UTF-8 read as Windows-1252: é stands as Ã©, a curly apostrophe as â€™. Only the lead letters of
# Western European text, for others occur in sound names (É’ in CAFÉ’S).
_CONTINUED = "".join(bytes([byte]).decode("cp1252", "ignore") for byte in range(0x80, 0xC0))
_GARBLED = re.compile(f"Â[\u00a0-\u00bf]|Ã[{re.escape(_CONTINUED)}]|â€[{re.escape(_CONTINUED)}]")


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
