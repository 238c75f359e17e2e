"""Names of firms in Chinese characters and Hangul, in the words that Latin names have.

What a firm does and its legal form are translated, as firms do (`科技` is technology); the rest is
in words of two syllables, as most names of firms and places are.
"""

from functools import cache
from itertools import groupby

from duediligence.matching.scripts.blocks import SYLLABIC, Script, script_of
from duediligence.matching.tables import rows


def firm_words(words: list[str]) -> list[str]:
    """Return the words of `words_of` of a firm's name, with its syllables in words."""
    if all(map(str.isascii, words)):
        return words
    found: list[str] = []
    for script, group in groupby(words, _syllabic):
        run = list(group)
        found += _divided("".join(run)) if script else run
    return found


def _syllabic(word: str) -> Script:
    script = script_of(word)
    return script if script in SYLLABIC else ""


def _divided(run: str) -> list[str]:
    """A run of syllables as words: the longest that are known, and pairs of what is between."""
    known = _known()
    found: list[str] = []
    between = ""
    place = 0
    while place < len(run):
        size = next((n for n in range(_longest(), 0, -1) if run[place : place + n] in known), 0)
        if size:
            found += [*_pairs(between), *known[run[place : place + size]]]
            between = ""
        else:
            between += run[place]
        place += size or 1
    return found + _pairs(between)


def _pairs(syllables: str) -> list[str]:
    """Words of two syllables; the last has three where one would be left."""
    ends = [*range(2, len(syllables) - 1, 2), len(syllables)]
    return [syllables[start:end] for start, end in zip([0, *ends], ends, strict=False) if end]


@cache
def _known() -> dict[str, list[str]]:
    return {syllables: latin.split() for syllables, latin in rows("syllabic_words.tsv")}


@cache
def _longest() -> int:
    return max(map(len, _known()))
