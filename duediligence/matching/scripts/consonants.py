"""Words of scripts that write consonants, compared with Latin ones.

The letters of a word are looked for in the Latin one in their order, with long vowels where they
are written and short ones anywhere. By its keys the index finds the Latin words to try.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache, cached_property, lru_cache
from itertools import islice, product
from string import ascii_lowercase
from typing import Final, NamedTuple

from duediligence.matching.tables import letter_columns

# Romanised with short vowels of one letter; with diphthongs for short vowels (`ou`, `ai`).
CLOSE, LOOSE = 0.91, 0.85
_VOWELS = frozenset("aeiouy")
_MOST_SKELETONS = 96
_BEARERS, _WRITTEN_VOWELS = frozenset("اعאע"), frozenset("اويוי")
# Short words are shared by chance: the most that a word of so many consonants weighs.
_WEIGHTS = {0: 0.4, 1: 0.4, 2: 0.6, 3: 0.8}
_SAY_LITTLE = frozenset("اعوييהאעויaeiou")
_DOUBLED = re.compile(r"([a-z])\1+")
# What is one sound here and another there, or none, is left out.
_SKELETON = str.maketrans("pfgqxz", "bbkkks", "aeiouyjhcvw")
# A first or last letter, in capitals to be told from the skeleton; one for all vowels.
_CAPITAL = str.maketrans({c: "A" if c in _VOWELS else c.upper() for c in ascii_lowercase})


class LetterSounds(NamedTuple):
    """What a letter is romanised as, `-` for nothing; also first or last in a word, where other."""

    latin: str
    first: str = ""
    last: str = ""


@cache
def letters_of(script: str) -> dict[str, LetterSounds]:
    """Return the letters of a script that writes consonants."""
    return {letter: LetterSounds(*row) for letter, row in letter_columns(script).items()}


def derive_skeleton(latin: str) -> str:
    """Return what all romanisations of a word have in common: its clear consonants, doubled ones
    once.
    """
    return _remove_doubling(latin).translate(_SKELETON)


def latin_keys(words: Iterable[str]) -> list[list[str]]:
    """Return the keys of Latin words, of all at once, which is far cheaper than one by one.

    A word has its skeleton, and the same after its first and its last letter. An `e` at
    the end may not be heard, so that another letter is the last.
    """
    plain = _DOUBLED.sub(r"\1", "\n".join(words))
    ways = (plain, plain.translate(_CAPITAL), plain.translate(_SKELETON))
    return [
        [bones, *[ends[0] + last + bones for last in ends[-2 if word[-1] == "e" else -1 :]]]
        for word, ends, bones in zip(*[way.split("\n") for way in ways], strict=True)
        if word
    ]


@lru_cache(maxsize=65_536)
def _remove_doubling(latin: str) -> str:
    return _DOUBLED.sub(r"\1", latin) if _DOUBLED.search(latin) else latin


class Consonants:
    """A word of consonants. A Latin word that is like it has one of its `skeletons`."""

    spellings: tuple[str, ...] = ()

    def __init__(self, word: str, letters: Mapping[str, LetterSounds]) -> None:
        self._spelled = _list_letter_spellings(_DOUBLED.sub(r"\1", word), letters)
        self._first = tuple(self._spelled[0])
        self.weight: Final = _WEIGHTS.get(sum(1 for c in word if c not in _SAY_LITTLE), 1.0)

    @property
    def keys(self) -> frozenset[str]:
        """Return its skeletons, each after every first and last letter that it may have."""
        ends = product(
            _find_outer_letters(self._spelled, 0), _find_outer_letters(self._spelled[::-1], -1)
        )
        return frozenset([first + last + bones for first, last in ends for bones in self.skeletons])

    @cached_property
    def skeletons(self) -> frozenset[str]:
        """Return what all its spellings are without vowels; of a word with very many, some."""
        return most_ways(
            [list(map(derive_skeleton, forms)) for forms in self._spelled], _MOST_SKELETONS
        )

    def likeness(self, latin: str) -> float:
        """Return how like a Latin word is to it: 0.0 or more."""
        plain = _remove_doubling(latin)
        if not plain.startswith(self._first) or not self._spells(plain, short=2):
            return 0.0
        if derive_skeleton(latin) not in self.skeletons:
            return 0.0
        return CLOSE if self._spells(plain, short=1) else LOOSE

    def _spells(self, plain: str, *, short: int) -> bool:
        """Return whether a Latin word is one of its, with up to `short` vowels after each
        letter.
        """
        ends = {0}  # where the next letter may begin
        left = len(self._spelled)
        for forms in self._spelled:
            left -= 1
            ends = _find_letter_ends(plain, ends, forms, short=min(left, short))
            if not ends:
                return False
        # English and French end words in an `e` that is not heard.
        return len(plain) in ends or (plain.endswith("e") and len(plain) - 1 in ends)


def most_ways(parts: Iterable[Iterable[str]], most: int) -> frozenset[str]:
    """Return the texts that one of each part makes, in a row; no more than `most` on the way."""
    found = {"": None}
    for options in map(dict.fromkeys, parts):
        longer = dict.fromkeys(start + option for start in found for option in options)
        found = dict(islice(longer.items(), most))
    return frozenset(found)


def _find_outer_letters(spelled: list[list[str]], at: int) -> set[str]:
    """Return the first (0) or last (-1) letters of every way to write a word, its letters from
    there.

    Beside a letter that is not written they are a short vowel or those of the next.
    """
    found: set[str] = set()
    for forms in spelled:
        found.update([form[at].translate(_CAPITAL) for form in forms if form])
        if "" not in forms:
            break
        found.add("A")
    return found


def _find_letter_ends(plain: str, starts: set[int], forms: list[str], *, short: int) -> set[int]:
    """Return where a letter that begins at one of `starts` may end, with up to `short` vowels
    after.
    """
    found = set()
    for start in starts:
        for form in forms:
            if plain.startswith(form, start):
                end = start + len(form)
                found.add(end)
                for vowel in plain[end : end + short]:
                    if vowel not in _VOWELS:
                        break
                    end += 1
                    found.add(end)
    return found


def _list_letter_spellings(word: str, letters: Mapping[str, LetterSounds]) -> list[list[str]]:
    """Return the ways to write each letter of the word; one of a particle grown onto it stays."""
    found = []
    for place, character in enumerate(word):
        letter = letters.get(character) or LetterSounds("h -" if character == "h" else character)
        other = letter.first if place == 0 else letter.last if place == len(word) - 1 else ""
        forms = ["" if form == "-" else form for form in (other or letter.latin).split()]
        if place == 0 and character in _BEARERS and word[1:2] in _WRITTEN_VOWELS:
            forms.append("")  # the vowel that it bears is written after it
        found.append(forms)
    return found
