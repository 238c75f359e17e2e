"""Text to plain lower-case words, so that what looks or sounds the same is written the same.

Survives real data (accents, scripts, punctuation) and evasion (invisible characters, letters of
another script that look Latin).
"""

import re
import unicodedata
from collections.abc import Iterable
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
_GREEK_SOUNDS = {"μπ": "b", "ντ": "d", "γκ": "g", "γγ": "ng", "τζ": "j", "αυ": "av", "ευ": "ev",
                 "ου": "ou"}  # fmt: skip
# Within a word ντ and γκ are as often nt and nk.
_GREEK_PAIRS = re.compile(r"μπ|\bντ|\bγκ|γγ|τζ|α[υύ]|ε[υύ]|ο[υύ]", re.IGNORECASE)
# Letters that no Latin or Greek one looks like.
_CYRILLIC_ONLY = re.compile("[бгджзийлфцчшщъыьэюяўєї]", re.IGNORECASE)
_HARD_SIGN = re.compile("(?<=[бвгджзклмнпрстфхцчшщ])ъ(?=[бвгджзклмнпрстфхцчшщ])", re.IGNORECASE)
_UKRAINIAN = re.compile("[іїєґў]", re.IGNORECASE)
_UKRAINIAN_LETTERS = str.maketrans("гГўЎґҐ", "hHуУгГ")
_CAMEL = re.compile(r"(?<=[a-z'])(?=[A-Z])")
_CJK = (("぀", "ヿ"), ("㐀", "鿿"), ("가", "힯"), ("豈", "﫿"))  # first and last of each block


def fold(text: str) -> str:
    """Return lower-case ASCII words with single spaces between them. Folding twice changes nothing.

    Every digit is kept.
    """
    if not text.isascii():
        text = _to_ascii(text[:MOST_CHARACTERS])
    elif len(text) > MOST_CHARACTERS:
        text = text[:MOST_CHARACTERS]
    return " ".join(text.translate(_TABLE).split())


def is_phrase_in(phrase: str, texts: Iterable[str]) -> bool:
    """Return whether a text has the phrase, in whole words whatever their case."""
    words = fold(phrase)
    return bool(words) and any(f" {words} " in f" {fold(text)} " for text in texts)


def letters_for_digits(word: str, *, least: int) -> str:
    """Return a word of letters in which digits stand for letters they look like: `r0sneft` →
    `rosneft`.

    Words with fewer than `least` letters, or with more digits than letters, stay as they are.
    """
    letters = sum(character.isalpha() for character in word)
    if letters < least or letters * 2 < len(word):
        return word
    return word.translate(_DIGIT_TWINS)


class _Seen(dict[int, int | None]):
    """For `str.translate`: each character as it is, or None for one that nobody sees.

    Filled as characters are met.
    """

    def __missing__(self, code: int) -> int | None:
        character = chr(code)
        unseen = unicodedata.category(character) in ("Cf", "Mn", "Co", "Cs", "Cn", "Me")
        kept = self[code] = None if unseen and not _is_mark_kept(character) else code
        return kept


_SEEN = _Seen()


@lru_cache(maxsize=65_536)
def _to_ascii(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    text = text.translate(_SEEN).translate(_JOINED)
    latin = any(c.isascii() and c.isalpha() for c in text)
    cyrillic = _CYRILLIC_ONLY.search(text) is not None
    text = _WORD.sub(lambda word: _one_script(word[0], latin=latin, cyrillic=cyrillic), text)
    if cyrillic:
        text = _as_romanised(text)
    if _GREEK_PAIRS.search(text):
        text = _GREEK_PAIRS.sub(_greek_pair, text)
    if text and max(text) >= _CJK[0][0] and _has_cjk(text):
        # Each ideograph or syllable is transliterated with a capital: 张伟 → ZhangWei → Zhang Wei.
        return _CAMEL.sub(" ", anyascii(text))
    return anyascii(text)


def _greek_pair(found: re.Match[str]) -> str:
    """Return two Greek letters that write one sound."""
    plain = unicodedata.normalize("NFD", found[0].lower())
    latin = _GREEK_SOUNDS["".join(c for c in plain if not unicodedata.combining(c))]
    return latin.capitalize() if found[0][0].isupper() else latin


def _has_cjk(text: str) -> bool:
    return any(first <= c <= last for c in text for first, last in _CJK)


def _is_mark_kept(character: str) -> bool:
    """Return whether a mark is kept: in Indic scripts it is a vowel, in Latin, Greek and Cyrillic
    an accent.
    """
    return unicodedata.category(character) == "Mn" and ord(character) >= 0x0900


def _one_script(word: str, *, latin: bool, cyrillic: bool) -> str:
    """Put a word that mixes scripts into the one it pretends to be.

    `latin`: the text has Latin letters, `cyrillic`: it has letters that are nothing but Cyrillic.
    Among Latin words, one wholly of foreign letters that look Latin is taken for Latin too; among
    Cyrillic words, one that mixes both is Cyrillic where it can be.
    """
    if word.isascii():
        return word
    word = "".join(_OTHER_TWINS.get(c, c) for c in word)
    foreign = [c for c in word if _is_foreign(c)]
    own = [c for c in word if c.isalpha() and not _is_foreign(c)]
    if not foreign or not (own or (latin and not cyrillic)):
        return word
    if own and cyrillic and all(c in _TO_CYRILLIC for c in own):
        return "".join(_TO_CYRILLIC.get(c, c) for c in word)
    if all(c in _TWINS for c in foreign):
        return "".join(_TWINS.get(c, c) for c in word)
    if own and all(c in _TO_CYRILLIC for c in own):
        return "".join(_TO_CYRILLIC.get(c, c) for c in word)
    return "".join(_TWINS.get(c, c) for c in word) if own else word


def _as_romanised(text: str) -> str:
    """Return Cyrillic letters that are romanised otherwise than Russian ones.

    Belarusian ў is u, Ukrainian and Belarusian г is h; Bulgarian ъ between consonants is a vowel.
    """
    text = _HARD_SIGN.sub("а", text)  # the Cyrillic letter
    if _UKRAINIAN.search(text):
        text = text.translate(_UKRAINIAN_LETTERS)
    return text


@lru_cache(maxsize=4_096)
def _is_foreign(character: str) -> bool:
    return (
        not character.isascii()
        and character.isalpha()
        and "LATIN" not in unicodedata.name(character, "")
    )
