"""Whom a run knows behind a supplier: the people, by what they are to it, and the firms."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from duediligence.model import Charity, Company, Dossier, ListEntry, Supplier
from duediligence.text.folding import fold

Names = tuple[str, ...]
Words = tuple[str, ...]
EntryKey = tuple[str, str]  # list id, entry id

# A run of letters with their accents. Digits and signs part words.
_WORD = re.compile(r"(?:[^\W\d_][\u0300-\u036f]*)+")
_TITLES = frozenset("mr mrs ms miss mx dr sir dame lord lady prof professor rev reverend".split())


@lru_cache(maxsize=65_536)
def words_of(name: str) -> Words:
    """The words of a name by which one person is known again: folded, without a title."""
    found = _WORD.findall(unicodedata.normalize("NFC", name))
    words = tuple(fold(word) or word.casefold() for word in found)
    return words[1:] if len(words) > 1 and words[0] in _TITLES else words


@dataclass(frozen=True, slots=True)
class Known:
    """A natural person: every name by which the run knows them, and what they are to it."""

    names: Names
    role: str


@dataclass(frozen=True, slots=True)
class Behind:
    """Who is behind one supplier, and every name of the list entries that it may be on.

    `firms` are names that are shown whatever the people are called: its own, and those of
    companies.
    """

    people: tuple[Known, ...] = ()
    firms: Names = ()
    entries: Mapping[EntryKey, Names] = field(default_factory=dict)


NOBODY = Behind()


def behind(
    supplier: Supplier, dossier: Dossier | None = None, entries: Iterable[ListEntry] = ()
) -> Behind:
    """Everybody of a supplier as a run compared it, and the list entries it may be on."""
    people = [Known((person.name,), person.role or "person") for person in supplier.people]
    firms = [supplier.name, *supplier.trading_names, *supplier.former_names]
    if dossier is not None:
        people += _people(dossier)
        firms += _firms(dossier)
    return Behind(
        tuple(people),
        tuple(dict.fromkeys(firms)),
        {(one.list_id, one.id): tuple(name.text for name in one.names) for one in entries},
    )


def _people(dossier: Dossier) -> Iterator[Known]:
    officers = list(_each(dossier.officers))
    owners = list(_each(dossier.owners))
    for parent in _each(dossier.parents):
        officers += parent.officers
        owners += (parent.owner, *parent.owners)
    for officer in officers:
        if not officer.corporate:
            yield Known((officer.name, *officer.former_names), officer.role.replace("-", " "))
    for owner in owners:
        if owner.person and owner.name:
            yield Known((owner.name,), "owner")
    if isinstance(dossier.charity, Charity):
        for trustee in dossier.charity.trustees or ():
            yield Known((trustee,), "trustee")
    for other in _each(dossier.appointments):
        yield Known((other.officer_name,), "director")
    for record in _each(dossier.disqualifications):
        yield Known((record.name,), "disqualified person")


def _firms(dossier: Dossier) -> Iterator[str]:
    if isinstance(company := dossier.company, Company):
        yield company.name
        yield from (former.name for former in company.former_names)
    if isinstance(charity := dossier.charity, Charity):
        yield charity.name
        yield from charity.other_names
    for officer in _each(dossier.officers):
        if officer.corporate:
            yield officer.name
    for owner in _each(dossier.owners):
        if not owner.person and owner.name:
            yield owner.name
    for parent in _each(dossier.parents):
        if parent.company:
            yield parent.company.name
        if not parent.owner.person:
            yield parent.owner.name
        yield from (owner.name for owner in parent.owners if not owner.person and owner.name)
        yield from (officer.name for officer in parent.officers if officer.corporate)
    for other in _each(dossier.appointments):
        yield other.company_name


def _each(part: object) -> tuple[Any, ...]:
    """The values of a part of a dossier; none where it is not known or not held."""
    return part if isinstance(part, tuple) else ()
