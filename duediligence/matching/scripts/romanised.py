"""How a word of another script may be written in Latin letters."""

from typing import Protocol

from duediligence.matching.scripts.blocks import script_of
from duediligence.matching.scripts.consonants import Consonants, letters_of
from duediligence.matching.scripts.kana import Kana
from duediligence.matching.scripts.syllables import MOST_SYLLABLES, romanise_han, romanise_hangul


class Romanised(Protocol):
    """What compares a word with Latin ones.

    Any Latin word that is like it is one of its `spellings`, or has one of its `keys`.
    """

    @property
    def spellings(self) -> tuple[str, ...]:
        """Return Latin words that it may be, folded."""
        ...

    @property
    def keys(self) -> frozenset[str]:
        """Of what `latin_keys` gives for Latin words that are like it, one for each."""
        ...

    @property
    def weight(self) -> float:
        """Return the most that a word of its length weighs, 0.0 to 1.0: short ones agree by
        chance.
        """
        ...

    def likeness(self, latin: str) -> float:
        """Return how like a folded Latin word is to it: 0.0 to 1.0."""
        ...


def romanise_word(word: str) -> Romanised | None:
    """Return what compares a word of `words_of` with Latin ones; None where nothing does."""
    script = script_of(word)
    if script in ("arabic", "hebrew"):
        return Consonants(word, letters_of(script))
    if script == "kana":
        return Kana(word)
    # Of more syllables, or of two scripts, no Latin word is made.
    if len(word) > MOST_SYLLABLES or {script_of(character) for character in word} != {script}:
        return None
    return romanise_han(word) if script == "han" else romanise_hangul(word)
