"""Cells of several people, made by a grammar: no wrong date, nobody invented, nobody lost."""

from collections import Counter
from datetime import date
from random import Random

import pytest

from duediligence.model import PartialDate, Person
from duediligence.suppliers.people import PeopleRead, read_people
from duediligence.text.folding import fold
from duediligence.text.names import TITLES

from ..thorough import every_nth
from .people_grammar import PeopleCell, TruePerson, make_careless_cell, make_cell

TODAY = date(2026, 11, 24)
CELLS, BATCH = 4_000, 200
_UNREAD_SHARE = 0.03


def find_faults(cell: PeopleCell, read: PeopleRead) -> list[str]:
    """List what is wrong in a reading of a cell: dates of others, invented people, lost people."""
    faults = []
    true = [(Counter(_words(" ".join(one.words))), one) for one in cell.people]
    read_words = [Counter(_words(person.name)) for person in read.people]
    for person, held in zip(read.people, read_words, strict=True):
        owners = [one for words, one in true if held <= words]
        if held == Counter(_words(cell.text)) and not person.birth_date:
            continue  # a cell that may be one name is looked up as one, too
        if not owners:
            faults.append(f"invented: {person.name}")
        elif person.birth_date and not any(_agrees(person, one) for one in owners):
            faults.append(f"wrong date: {person}")
    if not any(part.looks_like == "person" for part in read.unread):
        faults += [f"lost: {' '.join(one.words)}" for words, one in true if words not in read_words]
    return faults


def _words(text: str) -> list[str]:
    return [word for word in fold(text).split() if word not in TITLES | {"cllr"}]


def _agrees(person: Person, true: TruePerson) -> bool:
    """Whether the date read is the true one, or its year where the month is not certain."""
    if true.born is None or person.birth_date is None:
        return person.birth_date is None
    return person.birth_date in (true.born, PartialDate(true.born.year))


@pytest.mark.parametrize("batch", every_nth(range(CELLS // BATCH), CELLS // BATCH))
def test_of_each_cell_everyone_is_read_with_their_own_date_or_it_is_unread(batch: int) -> None:
    random = Random(f"people {batch}")
    wrong, unknown = [], []
    for _ in range(BATCH):
        cell = make_cell(random)
        read = read_people("director", cell.text, today=TODAY)
        wrong += [f"{cell.text!r}: {fault}" for fault in find_faults(cell, read)]
        # One name alone is not the whole name of anybody: these cells are not ordinary ones.
        if all(len(one.words) > 1 for one in cell.people):
            unknown += [cell.text for part in read.unread[:1] if part.looks_like == "person"]
        careless = make_careless_cell(random)
        read = read_people("director", careless.text, today=TODAY)
        wrong += [f"{careless.text!r}: {fault}" for fault in find_faults(careless, read)]
    assert wrong == []
    assert len(unknown) <= _UNREAD_SHARE * BATCH, unknown
