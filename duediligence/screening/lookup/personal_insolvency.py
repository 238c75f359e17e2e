"""Those who answer for a supplier, looked up among insolvent individuals, and nobody else.

A name and a month of birth are shared by too many people: who is meant is said by the day of
birth, or by the month with the postcode or the town. All else is for a person to look up.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Literal

from duediligence.law.personal_insolvency import find_last_day, is_past_its_time
from duediligence.matching.names.parties import reads_as_person
from duediligence.matching.premises import postcode
from duediligence.model import (
    Address,
    ListEntry,
    ListStatus,
    ListVersion,
    Match,
    PartialDate,
    Party,
    PossibleMatch,
    SetAside,
    Supplier,
)
from duediligence.model.entries import SUPPLIER
from duediligence.screening.lookup.incremental import subject
from duediligence.screening.lookup.list_search import LookedUp, Possible, open_list_apart
from duediligence.screening.workspace import Workspace
from duediligence.store.records import encode
from duediligence.text.folding import fold

Evidence = Literal["the same person", "to look up", "somebody else"]
# Roles in which a person answers for a supplier or controls it; a director of a parent does not.
_ROLES = frozenset(
    (
        "director",
        "member",
        "owner",
        "partner",
        "person with significant control",
        "sole trader",
        "trustee",
    )
)
# More people of one name than have it in a town of a million.
_MOST_NAMESAKES = 200
_NO_TOWNS = frozenset("united kingdom|england|wales|scotland|great britain|uk|gb".split("|"))


@dataclass(frozen=True)
class InsolvencySearch:
    """The search of lists of insolvent individuals for the parties of a run."""

    workspace: Workspace
    parties: Sequence[LookedUp]
    today: date

    def on(self, status: ListStatus, threshold: float) -> tuple[ListStatus, list[Possible]]:
        """Return what a list holds of each person who answers for a supplier, as `matches` those
        who are meant, as `namesakes` those to look up, and the status as it turns out to be.

        Raises StorageError.
        """
        if not (people := list(list_answering_people(self.parties))):
            return status, []
        opened, engine = open_list_apart(self.workspace, status)
        if opened.version is None:
            return opened, []
        found = engine.search_many(
            (subject(party) for _, party in people),
            {status.list_id: threshold},
            limit=_MOST_NAMESAKES,
            workers=self.workspace.settings.workers,
            namesakes=False,
        )
        every = (
            self._sort_out(supplier, party, by_list.get(status.list_id, ()), opened.version)
            for (supplier, party), by_list in zip(people, found, strict=True)
        )
        return opened, [one for one in every if one.matches or one.namesakes]

    def _sort_out(
        self, supplier: Supplier, party: Party, matches: Iterable[Match], version: ListVersion
    ) -> Possible:
        """Return whom of the namesakes the party is, and whom it may be."""
        watchlist = self.workspace.watchlists[version.list_id]
        limit = self.workspace.settings.limit
        sorted_out = defaultdict[Evidence, list[PossibleMatch]](list)
        for match in matches:
            entry = self.workspace.lists.entry(version, match.entry_id)
            if not is_past_its_time(entry.record, self.today):
                one = PossibleMatch(party, entry, match, watchlist.topic, watchlist.title)
                sorted_out[weigh_identity(party, entry)].append(one)
        meant, others = sorted_out["the same person"], sorted_out["to look up"]
        return Possible(
            supplier, tuple(meant[:limit]), (), len(meant) > limit, tuple(others[:limit])
        )


def list_answering_people(parties: Iterable[LookedUp]) -> Iterator[LookedUp]:
    """Yield each sole trader, partner, director in office and owner in control, once a supplier,
    with the birth date that the file gives to the same name, and the address of the supplier.
    """
    seen: set[tuple[str, str, PartialDate | None]] = set()
    for supplier, party in parties:
        if not _answers_for_supplier(party):
            continue
        name = fold(party.names[0].text)
        if party.birth_date is None:
            born = [one for one in supplier.people if fold(one.name) == name and one.birth_date]
            if len(born) == 1:
                party = replace(
                    party, birth_date=born[0].birth_date, unproven=bool(born[0].unproven)
                )
        at = (supplier.address,) if supplier.address else ()
        party = replace(party, addresses=tuple(dict.fromkeys((*party.addresses, *at))))
        if (key := (supplier.ref, name, party.birth_date)) not in seen:
            seen.add(key)
            yield supplier, replace(party, kind="person")


def _answers_for_supplier(party: Party) -> bool:
    role = party.role
    if party.kind == "organisation" or role.former:
        return False
    if role == SUPPLIER:
        return reads_as_person(party.names[0].text)
    return party.connected or (role.kind in _ROLES and not role.of)


def weigh_identity(party: Party, entry: ListEntry) -> Evidence:
    """Return whether a party and an entry of one name are one person, by birth and place."""
    born = None if party.unproven else party.birth_date
    if born is None or born.month is None or not entry.birth_dates:
        return "to look up"
    for listed in entry.birth_dates:
        if (listed.year, listed.month) == (born.year, born.month):
            if born.day and listed.day:
                return "the same person" if born.day == listed.day else "somebody else"
            near = _have_place_in_common(party.addresses, entry.addresses)
            return "the same person" if near else "to look up"
    dated = any(listed.month for listed in entry.birth_dates)
    return "somebody else" if dated else "to look up"


def _have_place_in_common(ours: Collection[Address], theirs: Collection[Address]) -> bool:
    """Return whether a postcode is the same, or a town."""
    codes, others = ({postcode(one) for one in side} - {""} for side in (ours, theirs))
    if codes & others:
        return True
    here, there = ({town for one in side for town in _list_towns(one)} for side in (ours, theirs))
    return not here.isdisjoint(there)


def _list_towns(address: Address) -> Iterator[str]:
    """Yield the parts of an address that may be its town: none with a number, not the first."""
    text = address.text.upper().replace(address.postcode.upper() or "\0", "")
    for part in text.split(",")[1:]:
        town = fold(part)
        if town and town not in _NO_TOWNS and not any(map(str.isdigit, town)):
            yield town


def look_up_record(one: PossibleMatch, supplier: Supplier) -> SetAside:
    """Return the record that somebody of this name is on a list, for a person to look up."""
    record = one.entry.record
    return SetAside(
        supplier_ref=supplier.ref,
        supplier_name=supplier.name,
        subject_name=one.match.query_name,
        subject_role=str(one.role),
        list_id=one.entry.list_id,
        entry_id=one.entry.id,
        entry_sha256=sha256(encode(one.entry)).hexdigest(),
        entry_name=one.match.listed_name,
        handling=record.handling if record else "public",
        features=one.match.features,
        look_up=one.entry.url,
        until=find_last_day(record) if record else None,
    )
