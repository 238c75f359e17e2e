"""Text to plain lower-case words, so that what looks or sounds the same is written the same.

Survives real data (accents, scripts, punctuation) and evasion (invisible characters, letters of
another script that look Latin).
"""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

MOST_CHARACTERS = 500  # no real name is longer; bounds the work that one hostile cell can cause

# Apostrophes and their kin join (O'Neill, Qur'an); everything else that is not a letter or a
# digit parts words. Ampersand and plus are words.
_JOINERS = "'`´‘’ʼʻʹ\"“”„«»‹›＇"
_SPELLED = {"&": " and ", "+": " and ", "@": "a", "$": "s", "€": "e", "£": "l"}
_ASCII = {
    chr(c): chr(c).lower() if chr(c).isalnum() else _SPELLED.get(chr(c), " ") for c in range(128)
}
_ASCII |= dict.fromkeys(_JOINERS, "")
_TABLE = str.maketrans(_ASCII)
_JOINED = {ord(joiner): None for joiner in _JOINERS if not joiner.isascii()}

_DIGIT_TWINS = str.maketrans("01234589", "olzeasbg")
_CYRILLIC_TWINS = dict(zip("аеорсухіјѕԁһкмтвнгԛԝґ", "aeopcyxijsdhkmtbhrqwr", strict=True))
_GREEK_TWINS = dict(zip("αβεικνορτυχηωγ", "abeikvoptuxnwy", strict=True))
_CAPITAL_TWINS = dict(
    zip("АВЕКМНОРСТХУІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTXYIJSABEZHIKMNOPTYX", strict=True)
)
_OTHER_TWINS = {"ı": "i", "ǀ": "l", "ⅼ": "l", "ɑ": "a", "ɡ": "g", "ո": "n", "օ": "o", "Ꭺ": "A"}
_TWINS = _CYRILLIC_TWINS | _GREEK_TWINS | _CAPITAL_TWINS
_TO_CYRILLIC = {
    latin: cyrillic
    for cyrillic, latin in (_CYRILLIC_TWINS | _CAPITAL_TWINS).items()
    if unicodedata.name(cyrillic).startswith("CYRILLIC")
}
_WORD = re.compile(r"\w+")
_CAMEL = re.compile(r"(?<=[a-z'])(?=[A-Z])")
_CJK = (("぀", "ヿ"), ("㐀", "鿿"), ("가", "힯"), ("豈", "﫿"))  # first and last of each block


def fold(text: str) -> str:
    """Lower-case ASCII words with single spaces between them. Folding twice changes nothing.

    Every digit is kept.
    """
    if not text.isascii():
        text = _to_ascii(text[:MOST_CHARACTERS])
    elif len(text) > MOST_CHARACTERS:
        text = text[:MOST_CHARACTERS]
    return " ".join(text.translate(_TABLE).split())


def letters_for_digits(word: str, *, least: int) -> str:
    """A word of letters in which digits stand for letters they look like: `r0sneft` → `rosneft`.

    Words with fewer than `least` letters, or with more digits than letters, stay as they are.
    """
    letters = sum(character.isalpha() for character in word)
    if letters < least or letters * 2 < len(word):
        return word
    return word.translate(_DIGIT_TWINS)


@lru_cache(maxsize=65_536)
def _to_ascii(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    text = "".join(
        c
        for c in text
        if unicodedata.category(c) not in ("Cf", "Mn", "Co", "Cs", "Cn", "Me") or _is_mark_kept(c)
    )
    text = text.translate(_JOINED)
    latin = any(c.isascii() and c.isalpha() for c in text)
    text = _WORD.sub(lambda word: _one_script(word[0], among_latin=latin), text)
    if text and max(text) >= _CJK[0][0] and _has_cjk(text):
        # Each ideograph or syllable is transliterated with a capital: 张伟 → ZhangWei → Zhang Wei.
        return _CAMEL.sub(" ", anyascii(text))
    return anyascii(text)


def _has_cjk(text: str) -> bool:
    return any(first <= c <= last for c in text for first, last in _CJK)


def _is_mark_kept(character: str) -> bool:
    """Marks of Indic scripts are vowels; those of Latin, Greek and Cyrillic are accents."""
    return unicodedata.category(character) == "Mn" and ord(character) >= 0x0900


def _one_script(word: str, *, among_latin: bool) -> str:
    """Put a word that mixes scripts into the one it pretends to be.

    Among Latin words, one wholly of foreign letters that look Latin is taken for Latin too.
    """
    if word.isascii():
        return word
    word = "".join(_OTHER_TWINS.get(c, c) for c in word)
    foreign = [c for c in word if _is_foreign(c)]
    latin = [c for c in word if c.isalpha() and not _is_foreign(c)]
    if not foreign or not (latin or among_latin):
        return word
    if all(c in _TWINS for c in foreign):
        return "".join(_TWINS.get(c, c) for c in word)
    if latin and all(c in _TO_CYRILLIC for c in latin):
        return "".join(_TO_CYRILLIC.get(c, c) for c in word)
    return "".join(_TWINS.get(c, c) for c in word) if latin else word


def _is_foreign(character: str) -> bool:
    return (
        not character.isascii()
        and character.isalpha()
        and "LATIN" not in unicodedata.name(character, "")
    )
