"""The registrations of one supplier with regulators of care, children's services and schools.

A firm has no grade: each registration is shown with its own, and how it changed from one screening
to the next. None of them is picked.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from itertools import pairwise
from typing import Literal

from duediligence.law.registrations import is_kind_needed, needs_of
from duediligence.matching import DEFAULT_THRESHOLD
from duediligence.matching.compare import name_similarity
from duediligence.matching.premises import NEAR, nearest_place
from duediligence.model import ListEntry, Supplier
from duediligence.model.entries import CARE, LOWEST_GRADES, RegisteredService
from duediligence.model.registrations import Need
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
from duediligence.text.wording import count, listed

# How many of the newest screenings are compared.
MOST_SCREENINGS = 24
# How a registration is connected that counts as the supplier's.
FIRM = ("By its number", "At its postcode", "By the name of the place", "By its owner")
ARCHIVED = "Archived: it may have another number now"
ASK = (
    "None of these is known to be the place that works for you. Ask the supplier for the number of "
    "its registration{urn}, and enter it under Edit."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationShown:
    """A registration that may be the supplier's, as the newest screening found it, in words: its
    grade from one list of a regulator, how it stands from another.

    `whose` says how it is connected, `is_own` whether it is known to be its place. `earlier` says
    what screenings before showed otherwise, the newest first. `held`: it is neither archived nor
    gone. `low` says how poor its grade is, empty for one that is not.
    """

    register: str
    service: RegisteredService
    url: str
    graded: str
    standing: str
    where: str
    places: str
    whose: str
    low: Literal["lowest", "poor", ""]
    earlier: tuple[str, ...]
    is_own: bool
    in_authority: bool
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationsView:
    """The registrations of a supplier, its own first, then the worst graded, then the newest.

    `needs` say of each registration that its contracts need which of these cover it. `ask` asks for
    the number where no place is known to be its own, `shares` say how much of a register in the
    authority that it works in its owner holds.
    """

    rows: tuple[RegistrationShown, ...]
    needs: tuple[str, ...]
    ask: str
    shares: tuple[str, ...]


@use_case("read")
def registrations_of(workspace: Workspace, ref: str) -> RegistrationsView:
    """Return the registrations that the screenings of a supplier found. Raises NotFound."""
    supplier = supplier_of(workspace, ref)
    seen: dict[tuple[str, str, str], dict[date, list[ListEntry]]] = {}
    runs = workspace.runs.headings(ref=supplier.ref, most=MOST_SCREENINGS)
    titles = {one.id: (one.title, one.publisher) for one in workspace.watchlists.values()}
    for run in runs:
        compared = workspace.runs.compared(run.id, supplier.ref)
        for entry in compared.entries if compared else ():
            service = entry.service
            if service and (not entry.record or entry.record.handling == "public"):
                regulator = titles.get(entry.list_id, ("", entry.list_id))[1]
                key = (regulator, service.nation, format_number_key(service.number))
                seen.setdefault(key, {}).setdefault(run.started_at.date(), []).append(entry)
    newest = runs[0].started_at.date() if runs else None
    places = (*supplier.places_named, workspace.settings.council_name)
    rows: list[RegistrationShown] = []
    shows: dict[str, list[RegistrationShown]] = {}
    for found in seen.values():
        when, entries = next(iter(found.items()))
        (standing_on, service), graded = _join_lists(entries), _find_graded(entries)
        whose, is_own = _describe_connection(supplier, standing_on)
        archived, gone = _is_archived(standing_on), when != newest
        standing = ARCHIVED if archived else service.standing or "Registered"
        graded_on = day(service.graded_on) if service.graded_on else "no date"
        withheld = "name and address withheld by the publisher" if service.withheld else ""
        where = (service.place or withheld, service.owner, service.area, service.nation)
        lists = dict.fromkeys(one.list_id for one in (standing_on, *entries))
        row = RegistrationShown(
            register="; ".join(titles.get(one, (one, ""))[0] for one in lists),
            service=service,
            url=standing_on.url,
            graded=f"{service.grade}, {graded_on}" if service.grade else "Not graded",
            standing="Not found in the newest screening" if gone else standing,
            where=", ".join(dict.fromkeys(filter(None, where))),
            places=count(service.capacity, "place") if service.capacity else "",
            whose=whose,
            low=_rate_grade(graded) if graded else "",
            earlier=tuple(_list_changes(found)),
            is_own=is_own,
            in_authority=is_phrase_in(service.area, places),
            held=not archived and not gone,
        )
        rows.append(row)
        for list_id in lists:
            shows.setdefault(list_id, []).append(row)
    for some in (rows, *shows.values()):
        some.sort(key=_registration_order)
    held = [one for one in rows if one.held]
    has_urn = any(e.has_urn for found in seen.values() for each in found.values() for e in each)
    return RegistrationsView(
        rows=tuple(rows),
        needs=tuple(_list_needs(workspace, supplier, shows)) if rows else (),
        ask=ASK.format(urn=" (the URN)" if has_urn else "")
        if held and not any(one.is_own for one in held)
        else "",
        shares=tuple(_list_shares(workspace, shows, held)),
    )


def _join_lists(entries: Sequence[ListEntry]) -> tuple[ListEntry, RegisteredService]:
    """Return the entry that says how a registration stands, and what all lists say of it, the
    newest grade among it.
    """
    first = min(entries, key=lambda one: (_is_archived(one), not _is_register(one)))
    service, graded = first.service, _find_graded(entries)
    assert service is not None
    if graded and graded.service:
        of = graded.service
        service = replace(service, grade=of.grade, graded_on=of.graded_on, grades=of.grades)
    for other in (one.service for one in entries if one.service):
        missing = {
            one.name: getattr(other, one.name)
            for one in fields(RegisteredService)
            if not getattr(service, one.name)
        }
        service = replace(service, **missing)
    return first, service


def _find_graded(entries: Iterable[ListEntry]) -> ListEntry | None:
    """Return the entry with the newest grade, of two lists the one that says if it is poor."""
    graded = [
        ((one.service.graded_on or date.min, bool(one.record and one.record.low)), one)
        for one in entries
        if one.service and one.service.grade
    ]
    return max(graded, key=lambda one: one[0])[1] if graded else None


def _is_archived(entry: ListEntry) -> bool:
    return bool(entry.record and entry.record.ended)


def _is_register(entry: ListEntry) -> bool:
    return bool(entry.record and entry.record.type == "registration")


def _rate_grade(entry: ListEntry) -> Literal["lowest", "poor", ""]:
    if not entry.record or not entry.record.low or not entry.service:
        return ""
    return "lowest" if entry.service.grade.casefold() in LOWEST_GRADES else "poor"


def _list_needs(
    workspace: Workspace, supplier: Supplier, shows: Mapping[str, Sequence[RegistrationShown]]
) -> Iterator[str]:
    """Yield each registration that running contracts need and that a list in use shows, and which
    of those found cover it. One in another name, or another kind of service, does not.
    """
    today = workspace.now().date()
    running = [one for one in supplier.engagements if not one.over(today)]
    used = workspace.lists.current()
    for need in needs_of(running, (), workspace.settings.buyer_nation):
        wanted = need.registration
        if lists := [one for one in wanted.lists if one in used]:
            covering = [
                one.service.number
                for list_id in lists
                for one in shows.get(list_id, ())
                if one.held and one.whose in FIRM and _is_of_work(one.service, need)
            ]
            said = listed(list(dict.fromkeys(covering))) or "none found"
            verb = "covers" if len(covering) < 2 else "cover"
            yield f"{wanted.title[0].upper()}{wanted.title[1:]}: {said} {verb} it"


def _is_of_work(service: RegisteredService, need: Need) -> bool:
    has_number = service.number.upper().startswith(need.registration.numbers or "")
    return has_number and is_kind_needed(need, service.kinds)


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


def _list_changes(found: Mapping[date, Sequence[ListEntry]]) -> Iterator[str]:
    """Yield what screenings before showed otherwise than the one after them, the newest first."""
    said = [(when, _summarise(entries)) for when, entries in found.items()]
    for (_, after), (when, before) in pairwise(said):
        if before != after:
            yield f"{day(when)}: {before}"


def _summarise(entries: Sequence[ListEntry]) -> str:
    entry, service = _join_lists(entries)
    standing = "archived" if _is_archived(entry) else service.standing
    parts = (service.grade or "not graded", standing, *service.conditions)
    return ", ".join(filter(None, parts))


def _registration_order(row: RegistrationShown) -> tuple[object, ...]:
    graded_on = row.service.graded_on
    return (
        not row.is_own,
        not row.held,
        ("lowest", "poor", "").index(row.low),
        -(graded_on.toordinal() if graded_on else 0),
        not row.in_authority,
        row.service.number,
    )


def _list_shares(
    workspace: Workspace,
    lists: Collection[str],
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
