"""A word of a name, with all that comparing it needs worked out once."""

from functools import cache
from math import log
from typing import Final

from duediligence.matching.romanisation import skeleton, sound_key
from duediligence.matching.tables import rows

_CACHED_WORDS = 400_000
_RAREST = 1.0
_COMMONEST = 0.25
INITIAL_WEIGHT = 0.3


class Word:
    """One folded word. Made by `word()`, so that equal words are the same object.

    `weight_person` and `weight_organisation` are 0.25 … 1.0: how much it says that this word is
    shared. `common_*`: it is a word of its own in names of that kind, so that a likeness to
    another such word is no slip of the pen.
    """

    __slots__ = (
        "common_organisation", "common_person", "families", "initial", "key", "length", "letters",
        "numeric", "skeleton", "text", "weight_organisation", "weight_person",
    )  # fmt: skip

    def __init__(self, text: str) -> None:
        self.text: Final = text
        self.length: Final = len(text)
        self.initial = len(text) == 1 and text.isalpha()
        self.numeric = not text.isalpha()
        self.key = text if self.numeric else sound_key(text)
        self.skeleton = text if self.numeric else skeleton(self.key)
        letters = 0
        for character in text:
            letters |= 1 << (ord(character) & 63)
        self.letters: Final = letters
        self.families = _families().get(text, ())
        people, organisations = _frequencies().get(text, (0, 0))
        self.weight_person = INITIAL_WEIGHT if self.initial else _weight(people, 12_000)
        self.weight_organisation = _weight(organisations, 12_000)
        self.common_person = people > 0
        self.common_organisation = organisations > 0

    def __repr__(self) -> str:
        return f"Word({self.text!r})"


_words: dict[str, Word] = {}


def word(text: str) -> Word:
    """The word for a folded text without spaces."""
    known = _words.get(text)
    if known is None:
        if len(_words) >= _CACHED_WORDS:
            _words.clear()
        known = _words[text] = Word(text)
    return known


def _weight(count: int, most: int) -> float:
    """From 1.0 for a word never counted down to 0.25 for the commonest, by its logarithm."""
    if count <= 0:
        return _RAREST
    return round(max(_COMMONEST, 1.0 - 0.75 * log(1 + count) / log(1 + most)), 4)


@cache
def _frequencies() -> dict[str, tuple[int, int]]:
    """Per word: its count in names of people and of organisations, each per about 40,000 names."""
    return {row[0]: (int(row[1]), int(row[2])) for row in rows("word_counts.tsv")}


@cache
def _families() -> dict[str, tuple[int, ...]]:
    """Per word: the numbers of the families of name variants it belongs to."""
    found: dict[str, tuple[int, ...]] = {}
    for number, row in enumerate(rows("name_families.tsv"), start=1):
        for member in row[0].split():
            found[member] = (*found.get(member, ()), number)
    return found
