"""What else the people behind a company direct, and whether they may."""

from collections.abc import Sequence

from duediligence.matching import DEFAULT_THRESHOLD, compare, prepare
from duediligence.model import Appointment, Disqualification, Officer, Owner, PartialDate, Person
from duediligence.model.entries import Kind
from duediligence.registers.companies_house import CompaniesHouse

# A partnership may have hundreds of members: each costs two requests of the 600 in 5 minutes.
MOST_PEOPLE = 50


def appointments(api: CompaniesHouse, directors: Sequence[Officer]) -> tuple[Appointment, ...]:
    """All appointments of each director, each of the register's officer ids asked once."""
    ids = list(dict.fromkeys(each.officer_id for each in directors if each.officer_id))
    _cut(api, "appointments", len(ids))
    return tuple(found for one in ids[:MOST_PEOPLE] for found in api.appointments(one))


def disqualifications(
    api: CompaniesHouse,
    directors: Sequence[Officer],
    owners: Sequence[Owner],
    named: Sequence[Person],
) -> tuple[Disqualification, ...]:
    """Records of those who may be a director or owner in office, or one whom the buyer named.

    The name must fit and the month and year of birth must not differ: the same person, possibly.
    Where either has no birth date, the name alone is kept for the check to say so.
    """
    people: dict[tuple[str, PartialDate | None], tuple[tuple[str, ...], Kind]] = {}
    for officer in directors:
        kind: Kind = "organisation" if officer.corporate else "person"
        names = (officer.name, *officer.former_names)
        people.setdefault((officer.name.casefold(), officer.birth_date), (names, kind))
    for owner in owners:
        if owner.active and owner.name and not owner.super_secure:
            kind = "person" if owner.person else "organisation"
            people.setdefault((owner.name.casefold(), owner.birth_date), ((owner.name,), kind))
    for person in named:
        people.setdefault((person.name.casefold(), person.birth_date), ((person.name,), "person"))
    _cut(api, "disqualifications", len(people))
    found: dict[Disqualification, None] = {}
    for (_, birth_date), (names, kind) in list(people.items())[:MOST_PEOPLE]:
        fits = _Fits(names, birth_date, kind)
        for name in names:
            found.update(dict.fromkeys(api.disqualified(name, fits)))
    return tuple(found)


class _Fits:
    """Whether a disqualified person's names and birth date fit somebody behind the company."""

    def __init__(self, names: Sequence[str], birth_date: PartialDate | None, kind: Kind) -> None:
        self._names = [prepare(name, kind) for name in names]
        self._birth_date = birth_date
        self._kind = kind

    def __call__(self, names: tuple[str, ...], birth_date: PartialDate | None) -> bool:
        if self._birth_date and birth_date and not self._birth_date.compatible(birth_date):
            return False
        theirs = [prepare(name, self._kind) for name in names]
        return any(
            compare(mine, other).score >= DEFAULT_THRESHOLD
            for mine in self._names
            for other in theirs
        )


def _cut(api: CompaniesHouse, part: str, people: int) -> None:
    if people > MOST_PEOPLE:
        told = f"only the first {MOST_PEOPLE} of {people} people were looked up"
        api.cut_short.append((part, told))
