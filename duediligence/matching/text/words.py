"""A word of a name, with all that comparing it needs worked out once."""

from functools import cache
from math import log
from typing import Final

from duediligence.matching.text import romanisation
from duediligence.matching.text.tables import rows

_CACHED_WORDS = 200_000
_RAREST = 1.0
_COMMONEST = 0.25
INITIAL_WEIGHT = 0.3
_COMMONEST_COUNT = 6_000
_COMMON_NAME_COUNT = 60  # as a common British given name counts
_SHORT = {1: 0.4, 2: 0.6, 3: 0.8}  # by length: short words are shared by chance


class Word(str):
    """One folded word: a text that carries what comparing it needs. Made by `word()`.

    `weight_person` and `weight_organisation` are 0.25 … 1.0: how much it says that this word is
    shared. `rarity` is the weight in a person's name where names that are common in countries of
    which few people are listed count as common too. `common_*`: it is a word of its own in names
    of that kind, so that a likeness to another such word is no slip of the pen.
    """

    __slots__ = (
        "article", "bare", "bones", "common_organisation", "common_person", "families", "initial",
        "key", "length", "letters", "numeric", "rarity", "shape", "stem", "stripped", "synonyms",
        "text", "vowelless", "weight_organisation", "weight_person",
    )  # fmt: skip

    def __init__(self, text: str) -> None:
        self.text: Final = text
        self.length: Final = len(text)
        self.initial = len(text) == 1 and text.isalpha()
        self.numeric = not text.isalpha()
        if self.numeric:
            self.key = self.bones = self.bare = self.shape = text
            self.stripped, self.vowelless, self.article = "", False, False
        else:
            self.key = romanisation.sound_key(text)
            self.bones = romanisation.bones(self.key)
            self.bare = romanisation.bare(text)
            self.shape = romanisation.shape(text)
            self.stripped = romanisation.stripped(text)
            self.vowelless = romanisation.vowelless(text)
            self.article = text[:2] in ("al", "el") and len(self.stripped) == len(text) - 2
        self.stem = romanisation.stem(text)
        letters = 0
        for character in text:
            letters |= 1 << (ord(character) & 63)
        self.letters: Final = letters
        self.families = _families().get(text, ())
        self.synonyms = _synonyms().get(text, ())
        people, organisations = _frequencies().get(text, (0, 0))
        self.weight_person = INITIAL_WEIGHT if self.initial else _weight(people)
        known = max(people, _COMMON_NAME_COUNT if text in _common_names() else 0)
        self.rarity = INITIAL_WEIGHT if self.initial else _weight(known)
        self.weight_organisation = _SHORT.get(self.length, 1.0) * _weight(organisations)
        self.common_person = people > 0
        self.common_organisation = organisations > 0


_words: dict[str, Word] = {}


def word(text: str) -> Word:
    """The word for a folded text without spaces."""
    known = _words.get(text)
    if known is None:
        if len(_words) >= _CACHED_WORDS:
            _words.clear()
        known = _words[text] = Word(text)
    return known


def is_common(text: str) -> bool:
    """Whether a word is one of its own in names of organisations."""
    return counts(text)[1] > 0


def counts(text: str) -> tuple[int, int]:
    """How often a folded word is counted in names of people, and in names of organisations."""
    return _frequencies().get(text, (0, 0))


def is_given_name(text: str) -> bool:
    """Whether a folded word is a form of a known given name."""
    return text in _families()


def pair_weight(a: Word, b: Word, *, person: bool) -> float:
    """What it says that one word answers to the other: the less rare of the two decides."""
    if person:
        return min(a.weight_person, b.weight_person)
    return min(a.weight_organisation, b.weight_organisation)


def _weight(count: int) -> float:
    """From 1.0 for a word never counted down to 0.25 for the commonest, by its logarithm."""
    if count <= 0:
        return _RAREST
    return round(max(_COMMONEST, 1.0 - 0.75 * log(1 + count) / log(1 + _COMMONEST_COUNT)), 4)


@cache
def _frequencies() -> dict[str, tuple[int, int]]:
    """Per word: its count in names of people and in names of organisations."""
    return {row[0]: (int(row[1]), int(row[2])) for row in rows("word_counts.tsv")}


@cache
def _common_names() -> frozenset[str]:
    """Words that are among the commonest given or family names of a country."""
    return frozenset(row[0] for row in rows("common_names.tsv"))


def _members(table: str) -> dict[str, tuple[int, ...]]:
    """Per word: the numbers of the lines of a table it stands on."""
    found: dict[str, tuple[int, ...]] = {}
    for number, row in enumerate(rows(table), start=1):
        for member in row[0].split():
            found[member] = (*found.get(member, ()), number)
    return found


@cache
def _families() -> dict[str, tuple[int, ...]]:
    return _members("name_families.tsv")


@cache
def _synonyms() -> dict[str, tuple[int, ...]]:
    return _members("organisation_words.tsv")
