"""Words of scripts that write consonants, compared with Latin ones.

A word has the consonants that its romanisations may have (for the index), and a pattern that
they match: long vowels where they are written, short ones anywhere.
"""

import re
from collections.abc import Mapping
from itertools import product
from typing import Final, NamedTuple

# Romanised with short vowels of one letter; with diphthongs for short vowels (`ou`, `ai`).
CLOSE, LOOSE = 0.95, 0.88
_MOST_BONES = 48
_DOUBLED = re.compile(r"(.)\1+")
_DOUBLED_LATIN = re.compile(r"([a-z])\1+")
_VOWELS = "aeiou"


class Letter(NamedTuple):
    """A letter: its consonants in a sound key (see `sound_key`), and the Latin that it may be.

    `first` and `last` are that at the beginning and the end of a word, where it is other there.
    """

    bones: tuple[str, ...]
    latin: str
    first: str = ""
    last: str = ""


class Consonants:
    """A word of consonants. `bones` are what those of a Latin word must be to be like it."""

    __slots__ = ("_close", "_loose", "bones")
    spellings = ()

    def __init__(self, word: str, letters: Mapping[str, Letter]) -> None:
        known = [letters.get(c) or _latin(c) for c in _DOUBLED_LATIN.sub(r"\1", word)]
        self.bones: Final = _bones(known)
        self._close, self._loose = (
            _pattern(known, vowels) for vowels in ("[aeiouy]?", "[aeiouy]{0,2}")
        )

    def likeness(self, latin: str) -> float:
        """How like a Latin word is to it: 0.0 or more."""
        plain = _DOUBLED.sub(r"\1", latin)
        if re.fullmatch(self._close, plain):
            return CLOSE
        return LOOSE if re.fullmatch(self._loose, plain) else 0.0


def _latin(character: str) -> Letter:
    """A letter of a particle that has grown onto the word."""
    silent = character in _VOWELS
    return Letter(
        ("",) if silent else (character, "") if character == "h" else (character,),
        character,
        last="h?" if character == "h" else "",
    )


def _bones(letters: list[Letter]) -> tuple[str, ...]:
    """The consonants that its sound key may have, `a` first where that begins with a vowel."""
    found: dict[str, None] = {}
    for number, parts in enumerate(product(*[letter.bones for letter in letters])):
        if number == _MOST_BONES:
            break
        vowel = parts[0] == "" and bool(letters[0].first)
        found["a" * vowel + "".join(parts)] = None
    return tuple(found)


def _pattern(letters: list[Letter], vowels: str) -> str:
    parts = []
    for place, letter in enumerate(letters):
        latin = letter.latin
        if place == 0:
            latin = letter.first or latin
        elif place == len(letters) - 1:
            latin = letter.last or latin
        parts.append(f"(?:{latin})")
    return vowels.join(parts) + vowels
