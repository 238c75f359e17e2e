"""Misspelt words of legal forms, put right before they are split off."""

from functools import lru_cache

from rapidfuzz.distance import OSA

from duediligence.matching.text.romanisation import shape
from duediligence.matching.text.words import is_common

_SPELLED_OUT = frozenset(
    "limited liability company corporation joint stock incorporated public private partnership "
    "unitary enterprise obshchestvo aktsionernoe ogranichennoy otvetstvennostyu".split()
)
_BY_LETTER = {
    form[0]: [f for f in sorted(_SPELLED_OUT) if f[0] == form[0]] for form in _SPELLED_OUT
}
_BEGINNINGS = frozenset(form[:size] for form in _SPELLED_OUT for size in range(1, len(form)))
_BY_SHAPE = {shape(form): form for form in _SPELLED_OUT if len(form) > 6}


def mend_legal_forms(words: list[str]) -> list[str]:
    """Words of legal forms that are misspelt, split or joined, as they should be.

    `Lmited Lia bility Company` would else be told from a Limited Liability Company by two words.
    """
    if not _BEGINNINGS.isdisjoint(words[:-1]):
        words = _rejoined(words)
    return [mended for word in words for mended in _mended(word)]


def _rejoined(words: list[str]) -> list[str]:
    """`lia bility` in one piece."""
    joined: list[str] = []
    place = 0
    while place < len(words):
        size = 2 if "".join(words[place : place + 2]) in _SPELLED_OUT else 1
        joined.append("".join(words[place : place + size]))
        place += size
    return joined


@lru_cache(maxsize=65_536)
def _mended(word: str) -> tuple[str, ...]:
    if word == "jointstock":
        return ("joint", "stock")
    if len(word) < 5 or word in _SPELLED_OUT or is_common(word):
        return (word,)
    for form in _BY_LETTER.get(word[0], ()):
        if abs(len(form) - len(word)) < 2 and OSA.distance(word, form, score_cutoff=1) <= 1:
            return (form,)
    return (_BY_SHAPE.get(shape(word), word),)
