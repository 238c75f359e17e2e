"""One side of an index: all names read as people's, or all read as organisations'.

Finds for each reading the few listed names that could reach a score, by a bound that is never
below the true score: names that share no words cannot, and common words alone do not carry.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from duediligence.matching.index.arrays import Arrays
from duediligence.matching.index.hashing import I64, hash_texts
from duediligence.matching.index.postings import expand, pack
from duediligence.matching.index.vocabulary import Similar, Vocabulary
from duediligence.matching.index.vocabulary import build as build_vocabulary
from duediligence.matching.name_features import (
    ENOUGH,
    EXTRA_ORGANISATION,
    EXTRA_PERSON,
    ONE_WORD,
    TOO_COMMON,
)
from duediligence.matching.prepared import Reading
from duediligence.matching.words import INITIAL_WEIGHT, Word

_LEAST_WEIGHT = 0.25
_LEAST_CONFLICT = 0.7
_PLACES = 32  # more than the words of a reading


def build(readings: list[tuple[int, int, Reading]], *, person: bool) -> Arrays:
    """The arrays of a side, from (number of the name, number of the reading, reading)."""
    prefix = prefix_of(person)
    numbers: dict[Word, int] = {}
    rows_of_word: list[list[int]] = []
    joined_texts: list[str] = []
    joined_rows: list[int] = []
    for row, (_, _, reading) in enumerate(readings):
        words = reading.words
        for w in dict.fromkeys(words):
            number = numbers.setdefault(w, len(rows_of_word))
            if number == len(rows_of_word):
                rows_of_word.append([])
            rows_of_word[number].append(row)
        for a, b in pairwise(words):
            joined_texts.append(a.text + b.text)
            joined_rows.append(row)
    starts, rows = pack(rows_of_word)
    joined = hash_texts(joined_texts)
    order = np.argsort(joined, kind="stable")
    firm = [len([w for w in r.words if firm_word(w, r)]) for _, _, r in readings]
    return build_vocabulary([w.text for w in numbers], person=person, prefix=prefix) | {
        f"{prefix}post_start": starts,
        f"{prefix}post_row": rows.astype(np.int32),
        f"{prefix}joined_hash": joined[order],
        f"{prefix}joined_row": np.array(joined_rows, dtype=np.int32)[order],
        f"{prefix}row_name": np.array([name for name, _, _ in readings], dtype=np.int32),
        f"{prefix}row_reading": np.array([number for _, number, _ in readings], dtype=np.int8),
        f"{prefix}row_firm": np.array(firm, dtype=np.int16),
        f"{prefix}row_initials": np.array(
            [sum(w.initial for w in r.words) for _, _, r in readings], dtype=np.int16
        ),
    }


def prefix_of(person: bool) -> str:
    return "person_" if person else "organisation_"


def firm_word(w: Word, reading: Reading) -> bool:
    """Whether a word that finds no answer surely costs something."""
    return not w.initial and w.text not in reading.optional


class Side:
    """Opened over the arrays of an index."""

    def __init__(self, arrays: Arrays, *, person: bool) -> None:
        prefix = prefix_of(person)
        self.person = person
        self.vocabulary = Vocabulary(arrays, person=person, prefix=prefix)
        self._post_start = arrays[f"{prefix}post_start"]
        self._post_row = arrays[f"{prefix}post_row"]
        self._joined_hash = arrays[f"{prefix}joined_hash"]
        self._joined_row = arrays[f"{prefix}joined_row"]
        self._row_firm = arrays[f"{prefix}row_firm"]
        self._row_initials = arrays[f"{prefix}row_initials"]
        self.row_name = arrays[f"{prefix}row_name"]
        self.row_reading = arrays[f"{prefix}row_reading"]

    def __len__(self) -> int:
        return len(self.row_name)

    def candidates(
        self, readings: Sequence[Reading], least: Sequence[float]
    ) -> tuple[list[int], list[int]]:
        """(number of the reading, row) pairs that could score at least `least` of the reading."""
        if not readings or not len(self):
            return [], []
        similar = self.vocabulary.similar([w for reading in readings for w in reading.words])
        owners: list[int] = []  # reading × _PLACES + place of the word in it
        weights: list[float] = []
        found: list[I64] = []
        likenesses: list[npt.NDArray[np.float64]] = []
        joined_texts: list[str] = []
        joined_owners: list[int] = []
        joined_weights: list[float] = []
        sought = np.zeros(len(readings), dtype=np.int64)  # firm words that are looked up
        carried = np.zeros((len(readings), 2))  # weight and number of words taken as matched
        for number, reading in enumerate(readings):
            order = self._rarest_first(reading, similar)
            left = reading.total
            missing = 0.0
            carried[number] = INITIAL_WEIGHT * reading.initials, reading.initials
            for position, place in enumerate(order):
                if self._cannot(left, len(order) - position, missing, least[number]):
                    carried[number] = left, len(order) - position + reading.initials
                    break
                w, weight = reading.words[place], reading.weights[place]
                left -= weight
                missing += weight if firm_word(w, reading) else 0.0
                sought[number] += firm_word(w, reading)
                owner = number * _PLACES + place
                numbers, likeness = similar[w.text]
                if len(numbers):
                    owners.append(owner)
                    weights.append(weight)
                    found.append(numbers)
                    likenesses.append(likeness)
                joined_texts.append(w.text)
                joined_owners.append(owner)
                joined_weights.append(weight)
        hits = self._hits(owners, weights, found, likenesses)
        hits += self._joined_here(joined_texts, joined_owners, joined_weights)
        hits += self._joined_there(readings)
        return self._bounded(hits, sought, carried, np.asarray(least))

    def _rarest_first(self, reading: Reading, similar: dict[str, Similar]) -> list[int]:
        """Places of the words, the heaviest first; of equal weight, the one listed least.

        Initials answer to half the list and are never looked up, but taken as matched.
        """
        weights = reading.weights
        places = [place for place, w in enumerate(reading.words) if not (w.initial and self.person)]
        return sorted(places, key=lambda p: (-weights[p], len(similar[reading.words[p].text][0])))

    def _cannot(self, left: float, words: int, missing: float, least: float) -> bool:
        """Whether the words not yet looked up are too little even if all of them match."""
        if not missing:
            return False
        extra = EXTRA_PERSON if self.person else EXTRA_ORGANISATION
        score = left / (left + extra * missing) - TOO_COMMON * max(0.0, ENOUGH - left)
        return score - (ONE_WORD if words < 2 else 0.0) < least

    def _hits(
        self,
        owners: list[int],
        weights: list[float],
        found: list[I64],
        likenesses: list[npt.NDArray[np.float64]],
    ) -> list[tuple[I64, I64, npt.NDArray[np.float64], int]]:
        if not found:
            return []
        counts = np.array([len(numbers) for numbers in found])
        numbers = np.concatenate(found)
        owner = np.repeat(np.array(owners, dtype=np.int64), counts)
        weight = np.repeat(np.array(weights), counts) * np.concatenate(likenesses)
        starts = self._post_start[numbers]
        which, places = expand(starts, self._post_start[numbers + 1] - starts)
        return [(owner[which], self._post_row[places].astype(np.int64), weight[which], 1)]

    def _joined_here(
        self, texts: list[str], owners: list[int], weights: list[float]
    ) -> list[tuple[I64, I64, npt.NDArray[np.float64], int]]:
        """Words of ours that stand split in a listed name."""
        if not texts:
            return []
        hashes = hash_texts(texts)
        left = np.searchsorted(self._joined_hash, hashes, side="left")
        counts = np.searchsorted(self._joined_hash, hashes, side="right") - left
        which, places = expand(left, counts)
        rows = self._joined_row[places].astype(np.int64)
        return [(np.array(owners, dtype=np.int64)[which], rows, np.array(weights)[which], 2)]

    def _joined_there(
        self, readings: Sequence[Reading]
    ) -> list[tuple[I64, I64, npt.NDArray[np.float64], int]]:
        """Words of ours that stand joined in a listed name: the join answers for both."""
        texts: list[str] = []
        owners: list[int] = []
        weights: list[float] = []
        for number, reading in enumerate(readings):
            words = reading.words
            for place in range(len(words) - 1):
                texts.append(words[place].text + words[place + 1].text)
                owners.append(number * _PLACES + place)
                weights.append(1.0)
        numbers = self.vocabulary.exact(texts)
        known = np.flatnonzero(numbers >= 0)
        if not len(known):
            return []
        numbers = numbers[known]
        starts = self._post_start[numbers]
        which, places = expand(starts, self._post_start[numbers + 1] - starts)
        rows = self._post_row[places].astype(np.int64)
        first = np.array(owners, dtype=np.int64)[known][which]
        return [(first, rows, np.ones(len(rows)), 1), (first + 1, rows, np.zeros(len(rows)), 1)]

    def _bounded(
        self,
        hits: list[tuple[I64, I64, npt.NDArray[np.float64], int]],
        sought: I64,
        carried: npt.NDArray[np.float64],
        least: npt.NDArray[np.float64],
    ) -> tuple[list[int], list[int]]:
        if not hits:
            return [], []
        size = len(self)
        owner = np.concatenate([h[0] for h in hits])
        row = np.concatenate([h[1] for h in hits])
        weight = np.concatenate([h[2] for h in hits])
        answers = np.concatenate([np.full(len(h[0]), h[3]) for h in hits])
        key = ((owner // _PLACES) * size + row) * _PLACES + owner % _PLACES
        order = np.argsort(key, kind="stable")
        key, weight, answers = key[order], weight[order], answers[order]
        if not len(key):
            return [], []
        # The best answer for each word, then the sum over the words of each pair of names.
        firsts = np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1])))
        weight = np.maximum.reduceat(weight, firsts)
        answers = np.maximum.reduceat(answers, firsts)
        pair = key[firsts] // _PLACES
        firsts = np.flatnonzero(np.concatenate(([True], pair[1:] != pair[:-1])))
        found = np.diff(np.append(firsts, len(pair)))
        weight = np.add.reduceat(weight, firsts)
        answers = np.add.reduceat(answers, firsts)
        pair = pair[firsts]
        number, row = pair // size, pair % size

        matched = weight + carried[number, 0]
        words = found + carried[number, 1]
        initials = self._row_initials[row]
        unmatched = np.maximum(0, sought[number] - found - initials)
        unanswered = np.maximum(0, self._row_firm[row] - answers - carried[number, 1])
        # An initial of ours answers to any word of theirs with that letter: one word each.
        opposed = np.minimum(unmatched, unanswered)
        extra = EXTRA_PERSON if self.person else EXTRA_ORGANISATION
        over = np.abs(unmatched - unanswered)
        cost = _LEAST_CONFLICT * opposed + extra * _LEAST_WEIGHT * over
        bound = matched / (matched + cost)
        bound -= TOO_COMMON * np.maximum(0.0, ENOUGH - matched)
        bound -= ONE_WORD * ((words + initials < 2) & (unmatched + unanswered > 0))
        kept = bound >= least[number] - 1e-9
        return number[kept].tolist(), row[kept].tolist()
