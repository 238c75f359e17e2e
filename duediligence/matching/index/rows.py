"""The rows of one side of an index: each listed name, read as a person or as an organisation."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from duediligence.matching.index.arrays import Arrays
from duediligence.matching.index.hashing import hash_texts
from duediligence.matching.index.postings import pack
from duediligence.matching.index.vocabulary import build as build_vocabulary
from duediligence.matching.names.alignment import OPTIONAL_WEIGHT
from duediligence.matching.names.prepared import Reading
from duediligence.matching.text.words import Word


class Row(NamedTuple):
    """The number of a name, the number of its reading, and the reading."""

    name: int
    number: int
    reading: Reading


def build(rows: Sequence[Row], *, person: bool) -> Arrays:
    """The arrays of a side; their names begin with `prefix_of(person)`."""
    numbers: dict[Word, int] = {}
    rows_of_word: list[list[int]] = []
    joined_texts: list[str] = []
    joined_rows: list[int] = []
    for row, (_, _, reading) in enumerate(rows):
        for w in dict.fromkeys(reading.words):
            number = numbers.setdefault(w, len(rows_of_word))
            if number == len(rows_of_word):
                rows_of_word.append([])
            rows_of_word[number].append(row)
        for a, b in pairwise(reading.words):
            joined_texts.append(a.text + b.text)
            joined_rows.append(row)
    starts, members = pack(rows_of_word)
    row_starts, row_words = pack([[numbers[w] for w in row.reading.words] for row in rows])
    joined = hash_texts(joined_texts)
    order = np.argsort(joined, kind="stable")
    readings = [row.reading for row in rows]
    prefix = prefix_of(person)
    arrays: Arrays = {
        "post_start": starts,
        "post_row": members.astype(np.int32),
        "joined_hash": joined[order],
        "joined_row": np.array(joined_rows, dtype=np.int32)[order],
        "row_name": np.array([row.name for row in rows], dtype=np.int32),
        "row_reading": np.array([row.number for row in rows], dtype=np.int8),
        "row_firm": np.array([firm_words(r) for r in readings], dtype=np.int16),
        "row_initials": np.array([r.initials for r in readings], dtype=np.int16),
        "row_bits": np.array([part_bits(r) for r in readings], dtype=np.int64).reshape(-1),
        "row_least": np.array([least_weight(r) for r in readings], dtype=np.float32),
        "row_start": row_starts,
        "row_word": row_words.astype(np.int32),
    }
    vocabulary = build_vocabulary([w.text for w in numbers], person=person, prefix=prefix)
    return vocabulary | {prefix + name: array for name, array in arrays.items()}


def prefix_of(person: bool) -> str:
    return "person_" if person else "organisation_"


def firm_word(w: Word, reading: Reading) -> bool:
    """Whether a word that finds no answer surely costs something."""
    if reading.person:
        return not w.initial
    return w.weight_organisation > OPTIONAL_WEIGHT and w.text not in reading.optional


def firm_words(reading: Reading) -> int:
    return sum([firm_word(w, reading) for w in reading.words])


def least_weight(reading: Reading) -> float:
    """The least that a firm word of the reading weighs."""
    weights = zip(reading.words, reading.weights, strict=True)
    return min([weight for w, weight in weights if firm_word(w, reading)], default=0.0)


class PartBits(NamedTuple):
    """By which letters words of a reading may answer in part, as bits.

    `letters` are first letters of words, `initials` those of initials; `starts` the first two
    letters of words (hashed), `stump` those of a last word that may be cut off.
    """

    letters: int
    initials: int
    starts: int
    stump: int


def part_bits(reading: Reading) -> PartBits:
    texts = [w.text for w in reading.words]
    return PartBits(
        letters=_bits(texts, 1) | (_bits(["a", "e"], 1) if reading.articled else 0),
        initials=_bits([text for text in texts if len(text) == 1], 1),
        starts=_bits(texts, 2),
        stump=_bits([reading.stump], 2),
    )


def _bits(texts: Iterable[str], size: int) -> int:
    bits = 0
    for text in texts:
        if len(text) >= size:
            bits |= 1 << sum([31**place * ord(c) for place, c in enumerate(text[:size])]) % 61
    return bits
