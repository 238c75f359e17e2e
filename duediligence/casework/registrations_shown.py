"""The registrations of one supplier with regulators of care, children's services and schools.

A firm has no grade: each registration is shown with its own, and how it changed from one screening
to the next. None of them is picked.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from duediligence.law.registrations import needs_of
from duediligence.matching import DEFAULT_THRESHOLD
from duediligence.matching.compare import name_similarity
from duediligence.matching.premises import NEAR, nearest_place
from duediligence.model import ListEntry, Supplier
from duediligence.model.entries import CARE, RegisteredService
from duediligence.render.wording import day
from duediligence.screening.access import use_case
from duediligence.screening.lookup.registered_services import (
    fold_owner,
    format_area_key,
    format_number_key,
)
from duediligence.screening.resolution.resolving import supplier_of
from duediligence.screening.workspace import Workspace
from duediligence.text.folding import is_phrase_in
from duediligence.text.legal_forms import has_same_words
from duediligence.text.wording import count

# How many of the newest screenings are compared.
MOST_SCREENINGS = 24
ARCHIVED = "Archived: it may have another number now"
ASK = (
    "None of these is known to be the place that works for you. Ask the supplier for the number of "
    "its registration{urn}, and enter it under Edit."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationShown:
    """A registration that may be the supplier's, as the newest screening found it, in words.

    `whose` says how it is connected, `is_own` whether it is known to be its place. `needs` are the
    registrations that its contracts need and this list shows. `earlier` says what screenings
    before showed otherwise, the newest first. `held`: it is neither archived nor gone.
    """

    register: str
    service: RegisteredService
    url: str
    graded: str
    standing: str
    where: str
    places: str
    whose: str
    needs: str
    earlier: tuple[str, ...]
    is_own: bool
    in_authority: bool
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationsView:
    """The registrations of a supplier, its own first, then those in the authority it works in.

    `ask` asks for the number where no place is known to be its own, `shares` say how much of a
    register in that authority its owner holds.
    """

    rows: tuple[RegistrationShown, ...]
    ask: str
    shares: tuple[str, ...]


@use_case("read")
def registrations_of(workspace: Workspace, ref: str) -> RegistrationsView:
    """Return the registrations that the screenings of a supplier found. Raises NotFound."""
    supplier = supplier_of(workspace, ref)
    seen: dict[tuple[str, str], list[tuple[date, ListEntry]]] = {}
    runs = workspace.runs.headings(ref=supplier.ref, most=MOST_SCREENINGS)
    for run in runs:
        compared = workspace.runs.compared(run.id, supplier.ref)
        for entry in compared.entries if compared else ():
            if entry.service and (not entry.record or entry.record.handling == "public"):
                key = (entry.list_id, entry.id)
                seen.setdefault(key, []).append((run.started_at.date(), entry))
    newest = runs[0].started_at.date() if runs else None
    places = (*supplier.places_named, workspace.settings.council_name)
    needs = needs_of(supplier.engagements)
    rows = []
    for (list_id, _), found in seen.items():
        when, entry = found[0]
        service, watchlist = entry.service, workspace.watchlists.get(list_id)
        assert service is not None
        whose, is_own = _describe_connection(supplier, entry)
        archived, gone = bool(entry.record and entry.record.ended), when != newest
        standing = ARCHIVED if archived else service.standing or "Registered"
        graded_on = day(service.graded_on) if service.graded_on else "no date"
        withheld = "name and address withheld by the publisher" if service.withheld else ""
        where = (service.place or withheld, service.owner, service.area, service.nation)
        needed = [
            need.registration.title
            for need in needs
            if list_id in (*need.registration.lists, *need.registration.rated_on)
        ]
        rows.append(
            RegistrationShown(
                register=watchlist.title if watchlist else list_id,
                service=service,
                url=entry.url,
                graded=f"{service.grade}, {graded_on}" if service.grade else "Not graded",
                standing="Not found in the newest screening" if gone else standing,
                where=", ".join(dict.fromkeys(filter(None, where))),
                places=count(service.capacity, "place") if service.capacity else "",
                whose=whose,
                needs=f"Your contracts need: {'; '.join(needed)}" if needed else "",
                earlier=tuple(_list_changes(found)),
                is_own=is_own,
                in_authority=is_phrase_in(service.area, places),
                held=not archived and not gone,
            )
        )
    rows.sort(key=_registration_order)
    held = [one for one in rows if one.held]
    has_urn = any(entry.has_urn for found in seen.values() for _, entry in found)
    return RegistrationsView(
        rows=tuple(rows),
        ask=ASK.format(urn=" (the URN)" if has_urn else "")
        if held and not any(one.is_own for one in held)
        else "",
        shares=tuple(_list_shares(workspace, seen, held)),
    )


def _describe_connection(supplier: Supplier, entry: ListEntry) -> tuple[str, bool]:
    """Return how a registration is connected with the supplier, and whether it is its place."""
    service = entry.service
    assert service is not None
    names = (supplier.name, *supplier.trading_names, *supplier.former_names)
    owner, place = service.owner or entry.name, service.place or entry.name
    named = any(
        name_similarity(one, other, "organisation") >= DEFAULT_THRESHOLD
        for one in names
        for other in (owner, place)
    )
    keys = {format_number_key(one.id) for one in supplier.identifiers if one.scheme == CARE}
    if format_number_key(service.number) in keys:
        return ("By its number", True) if named else ("By its number, in another name", False)
    if supplier.address and nearest_place((supplier.address,), entry.addresses) in NEAR:
        return "At its postcode", True
    by_owner, by_place = (
        any(has_same_words(one, other) for one in names) for other in (owner, place)
    )
    if service.place and by_place and not has_same_words(place, service.owner):
        return "By the name of the place", True
    return ("By its owner" if by_owner else "By a number or a similar name"), False


def _list_changes(found: Sequence[tuple[date, ListEntry]]) -> Iterator[str]:
    """Yield what screenings before showed otherwise than the one after them, the newest first."""
    said = [(when, _summarise(entry)) for when, entry in found]
    for (_, after), (when, before) in pairwise(said):
        if before != after:
            yield f"{day(when)}: {before}"


def _summarise(entry: ListEntry) -> str:
    service = entry.service
    assert service is not None
    standing = "archived" if entry.record and entry.record.ended else service.standing
    parts = (service.grade or "not graded", standing, *service.conditions)
    return ", ".join(filter(None, parts))


def _registration_order(row: RegistrationShown) -> tuple[object, ...]:
    graded_on = row.service.graded_on
    return (
        not row.is_own,
        not row.held,
        not row.in_authority,
        -(graded_on.toordinal() if graded_on else 0),
        row.service.number,
    )


def _list_shares(
    workspace: Workspace,
    seen: Iterable[tuple[str, str]],
    rows: Sequence[RegistrationShown],
) -> Iterator[str]:
    """Yield how much of the registrations and places of one kind in the authority an owner has,
    where the register names owners.
    """
    asked = dict.fromkeys(
        (one.service.area, one.service.kinds[0], fold_owner(one.service.owner), one.service.owner)
        for one in rows
        if one.in_authority and one.service.owner and one.service.kinds
    )
    lists = {list_id for list_id, _ in seen}
    current = workspace.lists.current() if asked else {}
    versions = [one.version for list_id, one in sorted(current.items()) if list_id in lists]
    for area, kind, owner, name in asked:
        every = [
            entry.service
            for version in versions
            for entry in workspace.lists.found_by(version, format_area_key(area))
            if entry.service and entry.service.kinds[:1] == (kind,)
            if not (entry.record and entry.record.ended)
        ]
        own = [one for one in every if fold_owner(one.owner) == owner]
        if own:
            places, of = (sum(one.capacity or 0 for one in some) for some in (own, every))
            yield (
                f"{kind} in {area}: {name} has {count(len(own), 'registration')} of "
                f"{len(every):,}, and {count(places, 'place')} of {of:,}."
            )
