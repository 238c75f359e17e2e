"""A text as words: those of scripts that are compared in themselves stay in them."""

import re
import unicodedata

from duediligence.matching.scripts.arabic import arabic_words
from duediligence.matching.scripts.blocks import ARABIC, HAN, HANGUL, HEBREW, KANA, KEPT
from duediligence.matching.scripts.han import simplified
from duediligence.matching.scripts.kana import TO_KATAKANA
from duediligence.text.folding import MOST_CHARACTERS, fold

_KEPT = re.compile(f"[{KEPT}]")
_RUNS = re.compile(
    f"(?P<arabic>[{ARABIC}]+)|(?P<hebrew>[{HEBREW}]+)|(?P<syllables>[{HAN}{HANGUL}]+)"
    f"|(?P<kana>[{KANA}]+)|[^{KEPT}]+"
)
# Vowel signs and accents, joiners, and what is no character at all.
_UNSEEN = frozenset(("Cf", "Mn", "Me", "Co", "Cs", "Cn"))
# The stretched stroke of Arabic; apostrophes, which change a Hebrew letter's sound.
_WITHIN = str.maketrans("", "", "\u0640\u05f3\u05f4'’`´\"")


def words_of(text: str) -> list[str]:
    """Return the words of a text: folded to ASCII, but for those in a script that is kept.

    Arabic and Hebrew words are without vowel signs, hiragana is written as katakana; of Han and
    Hangul each character is a word.
    Arabic particles (`bin`, `abd`) are written as in Latin names, so that one grammar reads both.
    """
    if text.isascii() or _KEPT.search(text) is None:
        return fold(text).split()
    text = unicodedata.normalize("NFKC", text[:MOST_CHARACTERS])
    text = "".join([c for c in text if unicodedata.category(c) not in _UNSEEN])
    words: list[str] = []
    for run in _RUNS.finditer(text.translate(_WITHIN)):
        if run["arabic"]:
            words += arabic_words(run[0])
        elif run["hebrew"]:
            words.append(run[0])
        elif run["kana"]:
            words.append(run[0].translate(TO_KATAKANA))
        elif run["syllables"]:
            words += simplified(run[0])
        else:
            words += fold(run[0]).split()
    return words
