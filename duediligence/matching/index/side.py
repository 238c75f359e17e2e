"""One side of an index: all names read as people's, or all read as organisations'.

Finds for each reading the few listed names that could reach a score: those that share words, the
rarest looked up first and only until the rest could no longer carry a match.
"""

from collections.abc import Sequence

import numpy as np

from duediligence.matching.index import bound
from duediligence.matching.index.arrays import Arrays
from duediligence.matching.index.bound import F64
from duediligence.matching.index.hashing import I64, hash_texts
from duediligence.matching.index.postings import expand
from duediligence.matching.index.rows import firm_word, parts_of, possible_initials, prefix_of
from duediligence.matching.index.vocabulary import Vocabulary
from duediligence.matching.names.prepared import Reading
from duediligence.matching.text.words import INITIAL_WEIGHT

_PLACES = 32  # more than the words of a reading
Hits = tuple[I64, I64, F64, int]  # word of ours, row, weight, words of theirs that it answers


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
        self._row_letters = arrays[f"{prefix}row_letters"]
        self._row_parts = arrays[f"{prefix}row_parts"]
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
        found: list[I64] = []
        weights: list[F64] = []
        alone: list[tuple[str, int, float]] = []
        sought = np.zeros(len(readings), dtype=np.int64)  # firm words that are looked up
        carried = np.zeros((len(readings), 2))  # weight and number of words taken as matched
        for number, reading in enumerate(readings):
            words, own = reading.words, reading.weights
            left, missing = reading.total, 0.0
            # Initials answer to half the list: they are not looked up, but taken as matched.
            carried[number] = INITIAL_WEIGHT * reading.initials, reading.initials
            order = sorted(range(len(words)), key=lambda place: -own[place])
            if reading.initials:
                order = [place for place in order if not words[place].initial]
            for position, place in enumerate(order):
                remaining = len(order) - position
                if missing and bound.cannot_carry(
                    left, remaining, missing, least[number], person=self.person
                ):
                    carried[number] = left, remaining + reading.initials
                    break
                w = words[place]
                left -= own[place]
                if firm_word(w, reading):
                    missing += own[place]
                    sought[number] += 1
                owner = number * _PLACES + place
                numbers, weight = similar[w.text]
                if len(numbers):
                    owners.append(owner)
                    found.append(numbers)
                    weights.append(weight)
                alone.append((w.text, owner, own[place]))
        hits = self._hits(owners, found, weights)
        hits += self._joined_here(alone)
        hits += self._joined_there(readings)
        return self._bounded(readings, hits, sought, carried, np.asarray(least))

    def _hits(self, owners: list[int], found: list[I64], weights: list[F64]) -> list[Hits]:
        """Words of ours that listed names have, or have words like them."""
        if not found:
            return []
        numbers = np.concatenate(found)
        owner = np.repeat(
            np.array(owners, dtype=np.int64), np.array([len(numbers) for numbers in found])
        )
        starts = self._post_start[numbers]
        which, places = expand(starts, self._post_start[numbers + 1] - starts)
        weight = np.concatenate(weights)
        return [(owner[which], self._post_row[places].astype(np.int64), weight[which], 1)]

    def _joined_here(self, alone: list[tuple[str, int, float]]) -> list[Hits]:
        """Words of ours that stand split in a listed name."""
        if not alone:
            return []
        hashes = hash_texts([text for text, _, _ in alone])
        left = np.searchsorted(self._joined_hash, hashes, side="left")
        counts = np.searchsorted(self._joined_hash, hashes, side="right") - left
        which, places = expand(left, counts)
        if not len(which):
            return []
        owner = np.array([owner for _, owner, _ in alone], dtype=np.int64)[which]
        weight = np.array([weight for _, _, weight in alone])[which]
        return [(owner, self._joined_row[places].astype(np.int64), weight, 2)]

    def _joined_there(self, readings: Sequence[Reading]) -> list[Hits]:
        """Words of ours that stand joined in a listed name: the join answers for both."""
        texts: list[str] = []
        owners: list[int] = []
        for number, reading in enumerate(readings):
            words = reading.words
            for place in range(len(words) - 1):
                texts.append(words[place].text + words[place + 1].text)
                owners.append(number * _PLACES + place)
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
        readings: Sequence[Reading],
        hits: list[Hits],
        sought: I64,
        carried: F64,
        least: F64,
    ) -> tuple[list[int], list[int]]:
        if not hits:
            return [], []
        size = len(self)
        owner = np.concatenate([h[0] for h in hits])
        row = np.concatenate([h[1] for h in hits])
        weight = np.concatenate([h[2] for h in hits])
        answers = np.concatenate([np.full(len(h[0]), h[3], dtype=np.int8) for h in hits])
        key = ((owner // _PLACES) * size + row) * _PLACES + owner % _PLACES
        order = np.argsort(key)
        key, weight, answers = key[order], weight[order], answers[order]
        # The best answer for each word, then the sum over the words of each pair of names.
        firsts = _firsts(key)
        weight = np.maximum.reduceat(weight, firsts)
        answers = np.maximum.reduceat(answers, firsts)
        pair = key[firsts] // _PLACES
        firsts = _firsts(pair)
        found = np.diff(np.append(firsts, len(pair)))
        weight = np.add.reduceat(weight, firsts)
        answers = np.add.reduceat(answers, firsts)
        number, row = np.divmod(pair[firsts], size)
        parts = initials = np.zeros(1, dtype=np.int64)
        if self.person:
            initials = np.array([r.initials for r in readings])[number]
            letters = np.array([possible_initials(r) for r in readings])[number]
            ours = np.array([parts_of(r) for r in readings])[number]
            parts = self._row_initials[row].astype(np.int64)
            parts += (self._row_letters[row] & ours) > 0
            parts += (self._row_parts[row] & letters) > 0
        most = bound.bound(
            weight + carried[number, 0],
            found + carried[number, 1],
            np.maximum(0, sought[number] - found),
            np.maximum(0, self._row_firm[row] - answers - carried[number, 1].astype(np.int64)),
            parts,
            initials,
            person=self.person,
        )
        kept = most >= least[number] - 1e-9
        return number[kept].tolist(), row[kept].tolist()


def _firsts(keys: I64) -> I64:
    """Where each run of equal keys begins."""
    return np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
