"""Which words of a name are looked up: the rarest, until the rest could no longer carry a match."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from duediligence.matching.index import bound
from duediligence.matching.index.bound import F64
from duediligence.matching.index.rows import firm_word
from duediligence.matching.names.prepared import Reading

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
    dearest = (bound.PERSON if person else bound.ORGANISATION).dearest
    for position, place in enumerate(order):
        remaining = len(order) - position + reading.initials
        if missing and bound.cannot_carry(left, remaining, missing, least, person=person):
            return position
        weight = reading.weights[place]
        left -= weight
        if firm_word(reading.words[place], reading):
            missing += min(weight, dearest)
    return len(order)
