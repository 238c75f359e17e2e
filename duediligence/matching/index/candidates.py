"""Which entries may reach the threshold: candidates, and a bound on their scores.

Never below the true score of a pair, so that no possible match is lost; close enough to it that
few pairs are left to compare word by word: of names that share words, the rarest looked up first
and only until the rest could no longer carry a match.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from duediligence.matching.index import arrays
from duediligence.matching.index.arrays import (
    I64,
    Arrays,
    deduplicate_keys,
    expand_ranges,
    hash_texts,
    ranges_of,
)
from duediligence.matching.index.rows import firm_word, least_weight, part_bits
from duediligence.matching.index.vocabulary import Similar, Vocabulary
from duediligence.matching.names import features
from duediligence.matching.names.alignment import LEAST_CONFLICT, MOST_CONFLICT, OPTIONAL_CONFLICT
from duediligence.matching.names.joins import LEAST, LEAST_SLIPPED
from duediligence.matching.names.prepared import NameReading
from duediligence.matching.names.words import INITIAL_WEIGHT

F64 = npt.NDArray[np.float64]


class Scales(NamedTuple):
    """The weights of the features that the bound is made of, for one side (by `person`).

    `further` is what a second and further extra word costs where those that agree weigh enough.
    `dearest` is the most that a word which finds no answer weighs: one of a firm may stand against
    an optional word, which costs less than to stand alone.
    """

    extra: float
    further: float
    dearest: float
    enough: float
    too_common: float


SCALES = {
    True: Scales(
        features.EXTRA_PERSON, features.FURTHER_PERSON, 1.0,
        features.ENOUGH_PERSON, features.TOO_COMMON_PERSON,
    ),
    False: Scales(
        features.EXTRA_ORGANISATION, features.EXTRA_ORGANISATION,
        OPTIONAL_CONFLICT / features.EXTRA_ORGANISATION,
        features.ENOUGH_ORGANISATION, features.TOO_COMMON_ORGANISATION,
    ),
}  # fmt: skip
SLACK = 6e-5  # a score is rounded to four places


def cannot_carry(left: float, words: int, missing: float, least: float, *, person: bool) -> bool:
    """Return whether words of the weight `left` are too little for `least`, even if all of them
    match.

    `missing` is the weight, each at most `dearest`, of the other words of the name, none of which
    matches.
    """
    if not missing:
        return False
    scales = SCALES[person]
    enough = scales.enough
    if person:  # one word more may answer in part: to an initial, or cut off
        left += INITIAL_WEIGHT
        missing = max(0.0, missing - 1.0)
        words += 1
        enough -= features.PART
    extra = scales.extra if left < enough else scales.further
    score = left / (left + extra * missing) - scales.too_common * max(0.0, enough - left)
    return score - (features.ONE_WORD if words < 2 else 0.0) < least - SLACK


class Counts(NamedTuple):
    """What is known of pairs of names, an array each.

    The weight of words that agree and their number, the numbers of words of ours and of theirs
    that do not and the least each weighs, the number of words that may yet answer in part, and of
    our initials, which are counted as agreeing.
    """

    matched: F64
    words: F64
    unmatched: F64
    unanswered: F64
    least_ours: F64
    least_theirs: F64
    parts: I64
    initials: I64


def bound_scores(counts: Counts, *, person: bool) -> F64:
    """Return the most that pairs of names can score."""
    scales = SCALES[person]
    matched, unmatched, unanswered = counts.matched, counts.unmatched, counts.unanswered
    counted = matched
    if person:
        parts = np.minimum(counts.parts, np.maximum(unmatched, unanswered))
        matched = matched + INITIAL_WEIGHT * parts
        counted = matched + features.PART * (parts + counts.initials)
        unmatched = np.maximum(0, unmatched - parts)
        unanswered = np.maximum(0, unanswered - parts)
    opposed = np.minimum(unmatched, unanswered)
    heavier = np.maximum(counts.least_ours, counts.least_theirs)
    cost = (LEAST_CONFLICT + (MOST_CONFLICT - LEAST_CONFLICT) * heavier) * opposed
    ours = np.minimum(counts.least_ours, scales.dearest)
    theirs = np.minimum(counts.least_theirs, scales.dearest)
    # Words that are left on one side only, of which there are none on the other.
    alone = ours * (unmatched - opposed) + theirs * (unanswered - opposed)
    rest = (unmatched + unanswered) > 0
    short = np.maximum(0.0, scales.enough - counted)
    extra = scales.extra * alone
    if person:
        first = np.where(unmatched > unanswered, ours, theirs) * (unmatched != unanswered)
        cheaper = scales.extra * first + scales.further * (alone - first)
        extra = np.where((opposed == 0) & (short == 0.0), cheaper, extra)
    cost += extra
    score: F64 = matched / (matched + cost)
    score -= np.where(rest, scales.too_common, features.TOO_COMMON_PERFECT) * short
    score -= features.ONE_WORD * ((counts.words < 2) & rest)
    return score


PLACES = 32  # more than the words of a reading


class Plan(NamedTuple):
    """For each reading the places of the words sought and of those carried: taken as matched.

    `firm` counts the words sought that cost something where they find no answer, `spared` those
    carried; `weight` and `words` are the weight and number of the words carried. Initials are
    neither: they answer to half the list.
    """

    sought: list[list[int]]
    carried: list[list[int]]
    firm: F64
    spared: F64
    weight: F64
    words: F64

    @classmethod
    def of(cls, readings: Sequence[NameReading], least: Sequence[float], *, person: bool) -> "Plan":
        sought: list[list[int]] = []
        carried: list[list[int]] = []
        numbers = np.zeros((4, len(readings)))
        for number, (reading, needed) in enumerate(zip(readings, least, strict=True)):
            own = reading.weights
            order = sorted(range(len(own)), key=own.__getitem__, reverse=True)
            if reading.initials:
                order = [place for place in order if not reading.words[place].initial]
            taken = _count_lookup_words(reading, order, needed, person=person)
            sought.append(order[:taken])
            carried.append(order[taken:])
            firm = [firm_word(reading.words[place], reading) for place in order]
            numbers[:, number] = (
                sum(firm[:taken]),
                sum(firm[taken:]),
                sum([own[place] for place in order[taken:]]),
                len(order) - taken,
            )
        return cls(sought, carried, *numbers)


def _count_lookup_words(
    reading: NameReading, order: list[int], least: float, *, person: bool
) -> int:
    left, missing = reading.total, 0.0
    dearest = SCALES[person].dearest
    for position, place in enumerate(order):
        remaining = len(order) - position + reading.initials
        if missing and cannot_carry(left, remaining, missing, least, person=person):
            return position
        weight = reading.weights[place]
        left -= weight
        if firm_word(reading.words[place], reading):
            missing += min(weight, dearest)
    return len(order)


Hits = tuple[I64, I64, F64, I64]  # word of ours, row, weight, words of theirs that it answers


class CandidateFinder:
    """Opened over the arrays of an index."""

    def __init__(self, every: Arrays, *, person: bool) -> None:
        self.person = person
        self._side = side = arrays.side_of(every, person=person)
        self.vocabulary = Vocabulary(side, person=person)
        self.row_name, self.row_reading = side["row_name"], side["row_reading"]

    def __len__(self) -> int:
        return len(self.row_name)

    def candidates(
        self,
        readings: Sequence[NameReading],
        least: Sequence[float],
        cells: Sequence[NameReading] = (),
    ) -> tuple[list[int], list[int]]:
        """Return (number of the reading, row) pairs that could score at least `least` of the
        reading, and of `cells`, numbered after the others, those that may hold a name.
        """
        if not (readings or cells) or not len(self):
            return [], []
        similar = self.vocabulary.similar([w for reading in readings for w in reading.words])
        joined = [self._joined_here(readings), self._joined_there(readings)]
        with_joins = {
            owner for hits in joined for owner in deduplicate_keys(hits[0] // PLACES).tolist()
        }
        hopeful = [
            number
            for number, (reading, needed) in enumerate(zip(readings, least, strict=True))
            if number in with_joins or self._may_reach(reading, needed, similar)
        ]
        pairs = set(self._same_opening([*readings, *cells]))
        if hopeful:
            place = np.zeros(len(readings), dtype=np.int64)
            place[hopeful] = np.arange(len(hopeful))
            numbers, rows = self._found(
                [readings[number] for number in hopeful],
                [least[number] for number in hopeful],
                similar,
                [(place[h[0] // PLACES] * PLACES + h[0] % PLACES, *h[1:]) for h in joined],
            )
            pairs.update(zip([hopeful[number] for number in numbers], rows, strict=True))
        return [number for number, _ in pairs], [row for _, row in pairs]

    def _may_reach(self, reading: NameReading, least: float, similar: dict[str, Similar]) -> bool:
        """Return whether all the words that have an answer here, in one name, could carry a
        match.
        """
        most = [similar[w.text].most for w in reading.words]
        if self.person:  # an initial may answer to any word
            return any(most)
        missing = sum(
            [
                min(weight, SCALES[False].dearest)
                for w, weight, found in zip(reading.words, reading.weights, most, strict=True)
                if not found and firm_word(w, reading)
            ]
        )
        answered = sum([found > 0 for found in most])
        return answered > 0 and not cannot_carry(sum(most), answered, missing, least, person=False)

    def _found(
        self,
        readings: Sequence[NameReading],
        least: Sequence[float],
        similar: dict[str, Similar],
        joined: list[Hits],
    ) -> tuple[list[int], list[int]]:
        """Return what `candidates` gives for readings that may reach it, by words that answer."""
        owners: list[int] = []  # reading × PLACES + place of the word in it
        found: list[Similar] = []
        plan = Plan.of(readings, least, person=self.person)
        for number, (reading, places) in enumerate(zip(readings, plan.sought, strict=True)):
            for place in places:
                one = similar[reading.words[place].text]
                if len(one.numbers):
                    owners.append(number * PLACES + place)
                    found.append(one)
        hits = [self._hits(owners, found), *joined] if found else joined
        return self._bounded(readings, plan, similar, hits, np.asarray(least))

    def _hits(self, owners: list[int], found: list[Similar]) -> Hits:
        """Return words of ours that listed names have, or have words like them."""
        numbers = np.concatenate([one.numbers for one in found])
        owner = np.repeat(np.array(owners, np.int64), [len(one.numbers) for one in found])
        which, rows = self._rows_with(numbers)
        weight = np.concatenate([one.weights for one in found])
        return owner[which], rows, weight[which], np.ones(len(which), np.int64)

    def _rows_with(self, numbers: I64) -> tuple[I64, I64]:
        """Return the rows that have these words: the place of the word, and the row."""
        starts = self._side["post_start"][numbers]
        which, places = expand_ranges(starts, self._side["post_start"][numbers + 1] - starts)
        return which, self._side["post_row"][places].astype(np.int64)

    def _joined_here(self, readings: Sequence[NameReading]) -> Hits:
        """Return words of ours that stand split in a listed name: they weigh what its parts
        weigh.
        """
        owners: defaultdict[str, list[int]] = defaultdict(list)
        for number, reading in enumerate(readings):
            for place, w in enumerate(reading.words):
                owners[w].append(number * PLACES + place)
        texts = [text for text in owners if len(text) >= LEAST]
        hashes, of = arrays.hash_deletions(texts, one_from=LEAST_SLIPPED, two_from=99)
        which, places = ranges_of(hashes, self._side["joined_hash"])
        found = [owners[texts[place]] for place in of[which].tolist()]
        owner = np.array([one for some in found for one in some], dtype=np.int64)
        places = np.repeat(places, np.array([len(some) for some in found], dtype=np.int64))
        parts = self._side["joined_words"][places].astype(np.int64)
        # Each part weighs 1.0 at most.
        return owner, self._side["joined_row"][places], parts.astype(np.float64), parts

    def _joined_there(self, readings: Sequence[NameReading]) -> Hits:
        """Return words of ours that stand joined in a listed name, or split at another letter."""
        texts = [text for reading in readings for text in reading.joins.texts]
        sizes_of = [len(reading.joins.texts) for reading in readings]
        owners = np.repeat(np.arange(len(readings)), sizes_of).tolist()
        hashes = hash_texts(texts)
        numbers = self.vocabulary.exact(hashes)
        known = np.flatnonzero(numbers >= 0)
        longer, words = self.vocabulary.one_letter_more(texts, hashes)
        of, numbers = np.concatenate((known, longer)), np.concatenate((numbers[known], words))
        which, whole = self._rows_with(numbers)
        shifted, joined = ranges_of(hashes, self._side["joined_hash"])
        of = np.concatenate((of[which], shifted))
        rows = np.concatenate((whole, self._side["joined_row"][joined]))
        ones = np.ones(len(which), np.int64)
        parts = np.concatenate((ones, self._side["joined_words"][joined]))
        splits = np.concatenate((-ones, self._side["joined_split"][joined]))
        # Of each join that is found: where it is split, and what its words weigh.
        split, sizes = np.zeros((2, len(texts)), dtype=np.int64)
        ours: list[int] = []
        weights: list[float] = []
        for place in deduplicate_keys(of).tolist():
            reading = readings[owners[place]]
            join = reading.joins.join(texts[place])
            if join is not None:
                split[place], sizes[place] = join.split, len(join.places)
                ours += [owners[place] * PLACES + at for at in join.places]
                weights += [reading.weights[at] for at in join.places]
        hit, at = expand_ranges(
            (np.cumsum(sizes) - sizes)[of], np.where(splits == split[of], 0, sizes[of])
        )
        # Words that answer to as many of theirs answer to one each.
        answers = np.maximum(1, parts - sizes[of] + 1)[hit]
        return np.array(ours, np.int64)[at], rows[hit], np.array(weights)[at], answers

    def _same_opening(self, readings: Sequence[NameReading]) -> list[tuple[int, int]]:
        """Return long names that begin alike: one may be the other, cut off."""
        found = [(n, o) for n, r in enumerate(readings) for o in r.openings(listed=False)]
        which, places = ranges_of(hash_texts([o for _, o in found]), self._side["opening_hash"])
        rows = self._side["opening_row"][places].tolist()
        return [(found[n][0], row) for n, row in zip(which.tolist(), rows, strict=True)]

    def _bounded(
        self,
        readings: Sequence[NameReading],
        plan: Plan,
        similar: dict[str, Similar],
        hits: list[Hits],
        least: F64,
    ) -> tuple[list[int], list[int]]:
        size = len(self)
        owner, row, weight, answers = map(np.concatenate, zip(*hits, strict=True))
        if not len(owner):
            return [], []
        key = ((owner // PLACES) * size + row) * PLACES + owner % PLACES
        order = np.argsort(key)
        key, weight, answers = key[order], weight[order], answers[order]
        # The best answer for each word, then the sum over the words of each pair of names.
        firsts = arrays.first_of_each(key)
        weight = np.maximum.reduceat(weight, firsts)
        answers = np.maximum.reduceat(answers, firsts)
        pair = key[firsts] // PLACES
        firsts = arrays.first_of_each(pair)
        number, row = np.divmod(pair[firsts], size)
        words = np.diff(np.append(firsts, len(pair))).astype(np.float64)
        answered = np.add.reduceat(answers, firsts, dtype=np.int64)
        initials, parts = self._count_parts(readings, number, row)
        counts = Counts(
            matched=np.add.reduceat(weight, firsts),
            # A word that stands split counts as the two that it answers.
            words=np.maximum(words, answered),
            unmatched=plan.firm[number] - words,
            unanswered=self._side["row_firm"][row].astype(np.float64) - answered,
            least_ours=np.array([least_weight(r) for r in readings])[number],
            least_theirs=self._side["row_least"][row].astype(np.float64),
            parts=parts,
            initials=initials,
        )
        likely = self._reach(counts, plan.weight[number], plan.words[number], least[number])
        number, row = number[likely], row[likely]
        counts = Counts._make([array[likely] for array in counts])
        # What was taken as matched is now looked up, for the few pairs that are left.
        weights, words = self._carried(readings, plan, similar, number, row)
        counts = counts._replace(unmatched=counts.unmatched + plan.spared[number])
        likely = self._reach(counts, weights, words, least[number])
        return number[likely].tolist(), row[likely].tolist()

    def _count_parts(self, readings: Sequence[NameReading], number: I64, row: I64) -> list[I64]:
        """Count our initials of each pair, and the words of theirs that may answer in part."""
        parts = np.zeros(len(row), dtype=np.int64)
        if not self.person:
            return [parts, parts]
        ours = np.array([part_bits(r) for r in readings], dtype=np.int64)[number].T
        theirs = self._side["row_bits"].reshape(-1, 4)[row].T  # PartBits
        parts += (theirs[0] & ours[1]) > 0
        parts += np.where(theirs[1] & ours[0], self._side["row_initials"][row], 0)
        for starts, stump in ((theirs[2], ours[3]), (ours[2], theirs[3])):
            # A word that is no longer than the stump is equal to it, or no answer.
            parts += (stump != 0) & (starts & stump == stump)
        return [np.array([r.initials for r in readings])[number], parts]

    def _reach(self, counts: Counts, weight: F64, words: F64, least: F64) -> npt.NDArray[np.bool_]:
        """Return which pairs could score `least` if more words, of this weight and number,
        agreed.
        """
        most = bound_scores(
            counts._replace(
                matched=counts.matched + weight + INITIAL_WEIGHT * counts.initials,
                words=counts.words + words + counts.initials,
                unmatched=np.maximum(0, counts.unmatched - words),
                unanswered=np.maximum(0, counts.unanswered - words - counts.initials),
            ),
            person=self.person,
        )
        reach: npt.NDArray[np.bool_] = most >= least - SLACK
        return reach

    def _carried(
        self,
        readings: Sequence[NameReading],
        plan: Plan,
        similar: dict[str, Similar],
        number: I64,
        row: I64,
    ) -> tuple[F64, F64]:
        """Return the weight and the number of the words not sought that truly answer, for each
        pair.
        """
        size = len(self.vocabulary) + 1
        keys: list[I64] = []
        weights: list[F64] = []
        places: list[int] = []
        for reading in deduplicate_keys(number).tolist():
            for place in plan.carried[reading]:
                one = similar[readings[reading].words[place].text]
                keys.append(one.numbers + reading * size)
                weights.append(one.weights)
                places.append(place)
        if not keys:
            return np.zeros(len(row)), np.zeros(len(row))
        place = np.repeat(np.array(places), [len(k) for k in keys])
        key, weight = np.concatenate(keys), np.concatenate(weights)
        order = np.argsort(key)
        key, weight, place = key[order], weight[order], place[order]
        starts = self._side["row_start"][row]
        pair, at = expand_ranges(starts, self._side["row_start"][row + 1] - starts)
        wanted = number[pair] * size + self._side["row_word"][at]
        left = np.searchsorted(key, wanted, side="left")
        which, at = expand_ranges(left, np.searchsorted(key, wanted, side="right") - left)
        if not len(which):
            return np.zeros(len(row)), np.zeros(len(row))
        answer, best = pair[which] * PLACES + place[at], weight[at]
        order = np.argsort(answer)
        answer, best = answer[order], best[order]
        firsts = arrays.first_of_each(answer)
        pair, best = answer[firsts] // PLACES, np.maximum.reduceat(best, firsts)
        return (
            np.bincount(pair, best, minlength=len(row)).astype(np.float64),
            np.bincount(pair, minlength=len(row)).astype(np.float64),
        )
