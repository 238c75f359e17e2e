"""How a word of another script may be written in Latin letters."""

from typing import Protocol

from duediligence.matching.scripts import arabic, hebrew
from duediligence.matching.scripts.blocks import script_of
from duediligence.matching.scripts.consonants import Consonants

_LETTERS = {"arabic": arabic.LETTERS, "hebrew": hebrew.LETTERS}


class Romanised(Protocol):
    """What compares a word with Latin ones.

    Any Latin word that is like it is one of its `spellings`, or has one of its `skeletons`.
    """

    @property
    def spellings(self) -> tuple[str, ...]:
        """Latin words that it may be, folded."""
        ...

    @property
    def skeletons(self) -> frozenset[str]:
        """What `skeleton` gives for Latin words that are like it."""
        ...

    @property
    def weight(self) -> float:
        """The most that a word of its length weighs, 0.0 to 1.0: short ones agree by chance."""
        ...

    def likeness(self, latin: str) -> float:
        """How like a folded Latin word is to it: 0.0 to 1.0."""
        ...


def romanised(word: str) -> Romanised | None:
    """What compares a word of `words_of` with Latin ones; None where nothing does."""
    letters = _LETTERS.get(script_of(word))
    return None if letters is None else Consonants(word, letters)
