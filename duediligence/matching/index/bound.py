"""An upper bound on the score of pairs of names, and which words of a name it is worth looking up.

Never below the true score of a pair, so that no possible match is lost; close enough to it that
few pairs are left to compare word by word.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from duediligence.matching.index.hashing import I64
from duediligence.matching.index.rows import firm_word
from duediligence.matching.names import features
from duediligence.matching.names.alignment import LEAST_CONFLICT, MOST_CONFLICT, OPTIONAL_CONFLICT
from duediligence.matching.names.prepared import Reading
from duediligence.matching.text.words import INITIAL_WEIGHT

F64 = npt.NDArray[np.float64]


class Scales(NamedTuple):
    """The weights of the features that the bound is made of, for one side.

    `dearest` is the most that a word which finds no answer weighs: one of a firm may stand against
    an optional word, which costs less than to stand alone.
    """

    extra: float
    dearest: float
    enough: float
    too_common: float


PERSON = Scales(features.EXTRA_PERSON, 1.0, features.ENOUGH_PERSON, features.TOO_COMMON_PERSON)
ORGANISATION = Scales(
    features.EXTRA_ORGANISATION,
    OPTIONAL_CONFLICT / features.EXTRA_ORGANISATION,
    features.ENOUGH_ORGANISATION,
    features.TOO_COMMON_ORGANISATION,
)
SLACK = 6e-5  # a score is rounded to four places


def cannot_carry(left: float, words: int, missing: float, least: float, *, person: bool) -> bool:
    """Whether words of the weight `left` are too little for `least`, even if all of them match.

    `missing` is the weight, each at most `dearest`, of the other words of the name, none of which
    matches.
    """
    if not missing:
        return False
    scales = PERSON if person else ORGANISATION
    enough = scales.enough
    if person:  # one word more may answer in part: to an initial, or cut off
        left += INITIAL_WEIGHT
        missing = max(0.0, missing - 1.0)
        words += 1
        enough -= features.PART
    score = left / (left + scales.extra * missing) - scales.too_common * max(0.0, enough - left)
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

    def only(self, kept: npt.NDArray[np.bool_]) -> "Counts":
        """These of some of the pairs."""
        return Counts._make([array[kept] for array in self])


def bound(counts: Counts, *, person: bool) -> F64:
    """The most that pairs of names can score."""
    scales = PERSON if person else ORGANISATION
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
    cost += scales.extra * (ours * (unmatched - opposed) + theirs * (unanswered - opposed))
    rest = (unmatched + unanswered) > 0
    short = np.maximum(0.0, scales.enough - counted)
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
    def of(cls, readings: Sequence[Reading], least: Sequence[float], *, person: bool) -> "Plan":
        sought: list[list[int]] = []
        carried: list[list[int]] = []
        numbers = np.zeros((4, len(readings)))
        for number, (reading, needed) in enumerate(zip(readings, least, strict=True)):
            own = reading.weights
            order = sorted(range(len(own)), key=own.__getitem__, reverse=True)
            if reading.initials:
                order = [place for place in order if not reading.words[place].initial]
            taken = _taken(reading, order, needed, person=person)
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


def _taken(reading: Reading, order: list[int], least: float, *, person: bool) -> int:
    left, missing = reading.total, 0.0
    dearest = (PERSON if person else ORGANISATION).dearest
    for position, place in enumerate(order):
        remaining = len(order) - position + reading.initials
        if missing and cannot_carry(left, remaining, missing, least, person=person):
            return position
        weight = reading.weights[place]
        left -= weight
        if firm_word(reading.words[place], reading):
            missing += min(weight, dearest)
    return len(order)
