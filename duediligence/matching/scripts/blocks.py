"""Which characters belong to which script, as the inside of a regular expression's set."""

from typing import Literal

ARABIC = "\u0620-\u063f\u0641-\u064a\u066e-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06ff\u0750-\u077f"
HEBREW = "\u05d0-\u05ea"
HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
HANGUL = "\uac00-\ud7a3"
KANA = "\u3041-\u3096\u30a1-\u30fa\u30fc"
KEPT = ARABIC + HEBREW + HAN + HANGUL + KANA

Script = Literal["", "arabic", "hebrew", "han", "hangul", "kana"]
SYLLABIC: frozenset[Script] = frozenset(("han", "hangul"))  # whose characters are syllables


def script_of(word: str) -> Script:
    """Return the script of a word of `words_of`; empty where it is ASCII.

    A particle grown onto a word is in Latin letters: the script is that of the rest.
    """
    if word.isascii():
        return ""
    last = max(word)
    if last <= "\u05ea":
        return "hebrew"
    if last <= "\u077f":
        return "arabic"
    if last <= "\u30fc":
        return "kana"
    return "hangul" if "\uac00" <= last <= "\ud7a3" else "han"
