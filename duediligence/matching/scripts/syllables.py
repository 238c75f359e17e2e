"""Words of syllables, compared with the Latin words that they may be written as."""

from collections.abc import Iterable, Sequence
from itertools import islice, product
from typing import Final, NamedTuple

MOST_SYLLABLES = 3
_MOST_SPELLINGS = 1_500
# A syllable or two are shared by chance, however rare: the most that a word of so many weighs.
_WEIGHTS = {1: 0.6, 2: 0.8}


class Spelling(NamedTuple):
    """What a syllable is written as, and how like it that is: a standard, or a habit."""

    latin: str
    likeness: float


def best_first(spellings: Iterable[tuple[str, float]]) -> tuple[Spelling, ...]:
    """Return each spelling once, at its best, the likeliest first."""
    best: dict[str, float] = {}
    for latin, likeness in spellings:
        best[latin] = max(likeness, best.get(latin, 0.0))
    return tuple([Spelling(*item) for item in sorted(best.items(), key=lambda item: -item[1])])


class Syllables:
    """A word of one syllable or more, each with all its spellings, the likeliest first.

    A Latin word is like it where it is one of the spellings, and as like as its unlikeliest part.
    """

    __slots__ = ("_likeness", "spellings", "weight")
    keys: frozenset[str] = frozenset()

    def __init__(self, systems: Iterable[Sequence[Sequence[Spelling]]], size: int) -> None:
        """`systems` are the `size` syllables in each system of romanisation: none is mixed."""
        likeness: dict[str, float] = {}
        for system in systems:
            for parts in islice(product(*system), _MOST_SPELLINGS):
                latin = "".join([part.latin for part in parts])
                least = min([part.likeness for part in parts])
                if least > likeness.get(latin, 0.0):
                    likeness[latin] = least
        self._likeness: Final = likeness
        self.spellings: Final = tuple(likeness)
        self.weight: Final = _WEIGHTS.get(size, 1.0)

    def likeness(self, latin: str) -> float:
        """Return how like a Latin word is to it: 0.0 or more."""
        return self._likeness.get(latin, 0.0)
