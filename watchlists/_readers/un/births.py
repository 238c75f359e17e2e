"""Dates and places of birth of a UN listing."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from duediligence.watchlists._readers.fields.dates import birth_date
from duediligence.watchlists._readers.fields.names import joined
from duediligence.watchlists._readers.fields.records import Children, one

from duediligence.contracts import Drift
from duediligence.model import PartialDate

_TYPES = frozenset({"", "EXACT", "APPROXIMATELY", "BETWEEN"})
_PLACE = ("STREET", "CITY", "STATE_PROVINCE", "COUNTRY")


def birth_dates(
    births: Iterable[Children], aliases: Iterable[Children], drift: Drift
) -> Iterator[PartialDate]:
    """Every stated date, range of years or approximate year; those of aliases are claims too."""
    for birth in births:
        type_, note = one(birth, "TYPE_OF_DATE"), one(birth, "NOTE")
        if type_ not in _TYPES:
            drift.unmapped("TYPE_OF_DATE", type_)
        first, last = one(birth, "FROM_YEAR"), one(birth, "TO_YEAR")
        years = f"{first or '?'}-{last or '?'}" if first or last else ""
        stated = one(birth, "DATE") or one(birth, "YEAR") or years or note
        about = type_ == "APPROXIMATELY" or note.casefold() == "approximately"
        if stated:
            yield from _read(stated, drift, circa=about)
    for alias in aliases:
        if stated := one(alias, "DATE_OF_BIRTH"):
            yield from _read(stated, drift, circa=False)


def _read(stated: str, drift: Drift, *, circa: bool) -> Iterator[PartialDate]:
    found = birth_date(stated)
    if found is None:
        drift.unmapped("date of birth", stated)
    else:
        yield replace(found, circa=found.circa or circa)


def birth_places(places: Iterable[Children], aliases: Iterable[Children]) -> Iterator[str]:
    for place in places:
        yield joined(*(one(place, part) for part in _PLACE), by=", ")
    for alias in aliases:
        yield joined(one(alias, "CITY_OF_BIRTH"), one(alias, "COUNTRY_OF_BIRTH"), by=", ")
