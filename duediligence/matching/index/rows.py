"""The rows of one side of an index: each listed name, read as a person or as an organisation."""

from array import array
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from duediligence.matching.index.arrays import Arrays
from duediligence.matching.index.hashing import I64, U64, distinct, hash_texts
from duediligence.matching.index.vocabulary import build as build_vocabulary
from duediligence.matching.names.alignment import OPTIONAL_WEIGHT
from duediligence.matching.names.prepared import OPENING, Reading
from duediligence.matching.text.words import Word

_BATCH = 100_000
_BITS = 61  # that fit in a number of an array, by whose number hashes spread evenly
_PRIME = 2**31 - 1


class Rows:
    """Gathers the rows of a side; keeps numbers only, as half a million names must fit."""

    def __init__(self, *, person: bool) -> None:
        self._person = person
        self._numbers: dict[Word, int] = {}
        self._columns: dict[str, array[Any]] = {
            "row_name": array("i"),
            "row_reading": array("b"),
            "row_firm": array("h"),
            "row_initials": array("h"),
            "row_least": array("f"),
            "row_bits": array("q"),
        }
        self._words = array("i")
        self._sizes = array("i")
        self._joined_row = array("i")
        self._joined: list[str] = []
        self._joined_hashes: list[U64] = []
        self._long_row = array("i")
        self._openings: list[str] = []

    def add(self, name: int, number: int, reading: Reading) -> None:
        """Add the reading that is `number` of the name that is `name`."""
        row = len(self._sizes)
        numbers = self._numbers
        self._words.extend([numbers.setdefault(w, len(numbers)) for w in reading.words])
        self._sizes.append(len(reading.words))
        for a, b in pairwise(reading.words):
            self._joined.append(a.text + b.text)
            self._joined_row.append(row)
        if reading.letters:
            self._openings.append(reading.letters[:OPENING])
            self._long_row.append(row)
        if len(self._joined) > _BATCH:
            self._hash_joined()
        values = (name, number, firm_words(reading), reading.initials, least_weight(reading))
        for column, value in zip(self._columns.values(), values, strict=False):
            column.append(value)
        self._columns["row_bits"].extend(part_bits(reading))

    def _hash_joined(self) -> None:
        self._joined_hashes.append(hash_texts(self._joined))
        self._joined.clear()

    def arrays(self) -> Arrays:
        """The arrays of the side; their names begin with `prefix_of(person)`."""
        self._hash_joined()
        joined = np.concatenate(self._joined_hashes)
        order = np.argsort(joined, kind="stable")
        opening = hash_texts(self._openings)
        by_opening = np.argsort(opening, kind="stable")
        prefix = prefix_of(self._person)
        texts = [w.text for w in self._numbers]
        self._numbers.clear()
        sizes, row_word = np.array(self._sizes, np.int64), np.array(self._words, np.int32)
        made: Arrays = {
            "row_start": np.concatenate(([0], np.cumsum(sizes))).astype(np.int64),
            "row_word": row_word,
            **inverted(row_word, sizes, len(texts)),
            "joined_hash": joined[order],
            "joined_row": np.array(self._joined_row, np.int32)[order],
            "opening_hash": opening[by_opening],
            "opening_row": np.array(self._long_row, np.int32)[by_opening],
        }
        made |= {name: np.array(column) for name, column in self._columns.items()}
        del order, joined
        vocabulary = build_vocabulary(texts, person=self._person, prefix=prefix)
        return vocabulary | {prefix + name: column for name, column in made.items()}


def inverted(row_word: npt.NDArray[np.int32], sizes: I64, words: int) -> Arrays:
    """The words of each row, turned round: the rows of each word, each once."""
    of_row = np.repeat(np.arange(len(sizes)), sizes)
    pairs = distinct(row_word.astype(np.int64) * max(1, len(sizes)) + of_row)
    word_of, post_row = np.divmod(pairs, max(1, len(sizes)))
    return {
        "post_start": np.searchsorted(word_of, np.arange(words + 1)).astype(np.int64),
        "post_row": post_row.astype(np.int32),
    }


def prefix_of(person: bool) -> str:
    return "person_" if person else "organisation_"


def firm_word(w: Word, reading: Reading) -> bool:
    """Whether a word that finds no answer surely costs something."""
    if reading.person:
        return not w.initial
    # A number that one name lacks costs a feature of its own, which the bound leaves out.
    return (
        w.weight_organisation > OPTIONAL_WEIGHT
        and w.text not in reading.optional
        and not w.text.isdigit()
    )


def firm_words(reading: Reading) -> int:
    return sum([firm_word(w, reading) for w in reading.words])


def least_weight(reading: Reading) -> float:
    """The least that a firm word of the reading weighs."""
    weights = zip(reading.words, reading.weights, strict=True)
    return min([weight for w, weight in weights if firm_word(w, reading)], default=0.0)


class PartBits(NamedTuple):
    """By which letters words of a reading may answer in part, as bits.

    `letters` are first letters of words, `initials` those of initials; `starts` all beginnings
    of words (hashed), `stump` those of a last word that may be cut off, itself among them.
    """

    letters: int
    initials: int
    starts: int
    stump: int


def part_bits(reading: Reading) -> PartBits:
    texts = [w.text for w in reading.words]
    starts = 0
    for text in texts:
        starts |= _beginnings(text[:-1])
    return PartBits(
        letters=_bits(texts) | (_bits(["a", "e"]) if reading.articled else 0),
        initials=_bits([text for text in texts if len(text) == 1]),
        starts=starts,
        stump=_beginnings(reading.stump) if reading.stump in texts else 0,
    )


def _bits(texts: Iterable[str]) -> int:
    bits = 0
    for text in texts:
        bits |= 1 << ord(text[0]) % _BITS
    return bits


@lru_cache(maxsize=65_536)
def _beginnings(text: str) -> int:
    """The bits of the first two letters of a text, the first three, and so on up to all."""
    bits, hashed = 0, ord(text[0]) if text else 0
    for character in text[1:]:
        hashed = (hashed * 31 + ord(character)) % _PRIME
        bits |= 1 << hashed % _BITS
    return bits
