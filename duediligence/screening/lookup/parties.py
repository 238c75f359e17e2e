"""Who is looked up for a supplier: itself, whoever its names name, its people, and its premises."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import get_args

from duediligence.contracts import Watchlist
from duediligence.matching.names.name_cells import read_name_cell
from duediligence.matching.names.parties import (
    Role,
    is_known_of_people,
    parties_in,
    reads_as_firm,
    reads_as_person,
)
from duediligence.matching.premises import compare_places, nearest_place, parse_building, postcode
from duediligence.model import (
    Address,
    ListEntry,
    ListStatus,
    ListVersion,
    Name,
    Party,
    PartyRole,
    Place,
    SharedPremises,
    Supplier,
)
from duediligence.model.entries import (
    CHARITY_ENGLAND_WALES,
    CHARITY_NORTHERN_IRELAND,
    CHARITY_SCOTLAND,
    COMPANY,
    IN_NAME_CELL,
    SUPPLIER,
    WITHOUT_NOTES,
    Kind,
)
from duediligence.model.suppliers import AS_STATED
from duediligence.screening.lookup.registered_services import list_registration_keys
from duediligence.screening.workspace import Workspace

# What a party is to the supplier in whose name it was read.
ROLES_IN_NAMES = frozenset(get_args(Role))
# The supplier itself, whoever its names name, and its premises: not its people or owners.
OWN_ROLES = (ROLES_IN_NAMES - {IN_NAME_CELL}) | {"supplier", "premises"}
MOST_DAYS_FORMER = 365


def parties(supplier: Supplier, *, kind: Kind = "unknown") -> tuple[Party, ...]:
    """Return the supplier first, then each party that its names name, then each person named in the
    file.

    Each stands once. A person's name that reads as a firm's, as that of a corporate partner does,
    or has no word known to be of people's names, is looked up as either. A supplier with a number
    of a register of companies or charities is an organisation; without one it may be a sole
    trader, and is looked up among people as well. With one it still is where a name of it reads as
    a person's: the number may be a slip, or that of a firm which the person runs.
    """
    registered = any(identifier.scheme.startswith("GB-") for identifier in supplier.identifiers)
    itself = Party(
        names=_build_supplier_names(supplier),
        kind="organisation" if registered and kind == "unknown" else kind,
        role=SUPPLIER,
        identifiers=supplier.identifiers,
        addresses=(supplier.address,) if supplier.address else (),
    )
    people = [
        Party(
            names=(Name(person.name),),
            kind=_classify_named_person(person.name),
            role=PartyRole(
                person.role,
                former=person.ended is not None,
                source=AS_STATED if person.stated else "",
            ),
            birth_date=person.birth_date,
            connected=person.stated,
            unproven=bool(person.unproven),
        )
        for person in dict.fromkeys(supplier.people)
    ]
    known = {name for party in (itself, *people) for name in _fold_party_names(party)}
    named = tuple(_named_in(supplier, itself, known))
    of_people = as_people(itself) if itself.kind != kind else ()
    return (
        itself,
        *of_people,
        *named,
        *_in_name_cells(itself, known, of_people=itself.kind != kind),
        *people,
    )


def find_former_limit(workspace: Workspace) -> date:
    """Return the day before which a connection must not have ended to be looked up as former."""
    days = workspace.settings.retention.get("former", MOST_DAYS_FORMER)
    return workspace.now().date() - timedelta(days=min(days, MOST_DAYS_FORMER))


def as_people(itself: Party) -> Iterable[Party]:
    """Yield a supplier taken for an organisation by its number alone, as the people its names may
    be.
    """
    for name in itself.names:
        if reads_as_person(name.text):
            yield Party(
                names=(name,),
                kind="person",
                role=PartyRole("sole trader"),
                addresses=itself.addresses,
            )


def _in_name_cells(itself: Party, known: set[str], *, of_people: bool) -> Iterable[Party]:
    """Yield the supplier under each of its names that has codes or notes around it, without these,
    and those named in one cell with it.

    Each is a party of its own, so that what the name as written finds keeps its place.
    """
    for name in itself.names:
        cell = read_name_cell(name.text)
        for text in cell.own:
            firm = itself.kind == "unknown" and not reads_as_person(text)
            kind = "organisation" if firm else itself.kind
            bare = replace(itself, names=(Name(text),), kind=kind, role=WITHOUT_NOTES)
            yield from _unless_known((bare, *(as_people(bare) if of_people else ())), known)
        others = (
            Party(names=(Name(one.text),), kind=one.kind, role=PartyRole(one.role))
            for one in cell.others
        )
        for party in others:
            yield from _unless_known((party,), known)


def _unless_known(several: Iterable[Party], known: set[str]) -> Iterable[Party]:
    """Yield parties of one name unless that is known, which it is afterwards."""
    kept = [party for party in several if known.isdisjoint(_fold_party_names(party))]
    for party in kept:
        known |= _fold_party_names(party)
    yield from kept


def _named_in(supplier: Supplier, itself: Party, known: set[str]) -> Iterable[Party]:
    """Yield those whom the supplier's names name: `Ann Noname t/a Gull Cafe` is Ann Noname, too.

    None of its numbers are theirs; a sole trader is where the business is.
    """
    for text in (supplier.name, *supplier.trading_names, *supplier.former_names):
        for named in parties_in(text):
            party = Party(
                names=(Name(named.text),),
                kind=named.kind,
                role=PartyRole(named.role),
                addresses=itself.addresses if named.role == "sole trader" else (),
            )
            if known.isdisjoint(_fold_party_names(party)):
                known |= _fold_party_names(party)
                yield party


def _classify_named_person(name: str) -> Kind:
    """Return what somebody named in a column of people is: a firm may be a director, too."""
    return "unknown" if reads_as_firm(name) or not is_known_of_people(name) else "person"


def deduplicate_parties(found: Iterable[Party]) -> tuple[Party, ...]:
    """Return each person or firm once: of two with one name, the one of whom more is known.

    A buyer's list of directors and the register's name the same people, one with the month of
    birth and the other not. Two birth dates that cannot be the same day are two people. What is
    not proven of one of two equal parties is not proven.
    """
    kept: list[Party] = []
    for party in found:
        for place, other in enumerate(kept):
            if _is_same_party(party, other):
                unproven = party == other and party.unproven
                kept[place] = party if unproven else max(other, party, key=_rank_party_detail)
                break
        else:
            kept.append(party)
    return tuple(kept)


def _is_same_party(one: Party, other: Party) -> bool:
    if not _one_kind(one, other) or _fold_party_names(one).isdisjoint(_fold_party_names(other)):
        return False
    if one.birth_date is None or other.birth_date is None:
        return True
    return one.birth_date.compatible(other.birth_date)


def _one_kind(one: Party, other: Party) -> bool:
    """Return whether both can be of one kind. The supplier itself is nobody else, whoever has its
    name.
    """
    if SUPPLIER in (one.role, other.role):
        return one.kind == other.kind
    return one.kind == other.kind or "unknown" in (one.kind, other.kind)


def _fold_party_names(party: Party) -> set[str]:
    return {" ".join(name.text.casefold().split()) for name in party.names}


def _rank_party_detail(party: Party) -> tuple[bool, bool, bool, int]:
    more = len(party.names) + len(party.identifiers) + len(party.addresses)
    return (party.role == SUPPLIER, party.birth_date is not None, party.connected, more)


def _build_supplier_names(supplier: Supplier) -> tuple[Name, ...]:
    names = {supplier.name: Name(supplier.name)}
    for text in supplier.trading_names:
        names.setdefault(text, Name(text, "trading"))
    for text in supplier.former_names:
        names.setdefault(text, Name(text, "former"))
    return tuple(names.values())


BRIDGED = (COMPANY, CHARITY_ENGLAND_WALES, CHARITY_SCOTLAND, CHARITY_NORTHERN_IRELAND)
# More parties than this in one building: an address for rent, which tells nothing of any of them.
CROWD = 5


def list_entry_keys(watchlist: Watchlist, entry: ListEntry) -> Iterator[str]:
    """Yield what an entry can be found by beside its names, on lists of premises and of
    registrations, and on bridges.
    """
    yield from list_registration_keys(entry)
    if watchlist.premises:
        for address in entry.addresses:
            if code := postcode(address):
                yield f"postcode:{code}"
    if watchlist.bridge:
        for identifier in entry.identifiers:
            if identifier.scheme in BRIDGED:
                yield f"{identifier.scheme}:{identifier.id}"


def compare_party_premises(party: Party, entry: ListEntry) -> Place:
    """Return the nearest that any premises of the two are."""
    return nearest_place(party.addresses, entry.addresses)


def shared_premises(
    workspace: Workspace,
    version: ListVersion,
    party: Party,
    matched: Container[str],
    title: str,
) -> Iterator[SharedPremises]:
    """Yield entries at the party's premises whose names it does not share: see `SharedPremises`.

    `matched` are the ids of entries that its names found already. Records that speak against
    nobody (a good rating, a licence in force) are passed over, and so are buildings that are the
    address of a crowd, on the list or, where it is loaded, on the register of companies.
    """
    for address in party.addresses:
        code = postcode(address)
        found = workspace.lists.found_by(version, f"postcode:{code}") if code else []
        here = [entry for entry in found if _find_entry_premises(address, entry)]
        if here and not _is_crowded_address(workspace, address, here):
            yield from shared_at(address, party, here, matched, title)


def shared_at(
    address: Address,
    party: Party,
    entries: Iterable[ListEntry],
    matched: Container[str],
    title: str,
) -> Iterator[SharedPremises]:
    """Yield those of the entries that share this address of the party, be it of a crowd or not."""
    for entry in entries:
        for theirs in _find_entry_premises(address, entry):
            if entry.id not in matched and _speaks_against(entry):
                yield SharedPremises(party, entry, theirs, title)


def _find_entry_premises(address: Address, entry: ListEntry) -> list[Address]:
    return [one for one in entry.addresses if compare_places(address, one) == "same premises"]


def _is_crowded_address(
    workspace: Workspace, address: Address, entries: Iterable[ListEntry]
) -> bool:
    if len({entry.name.casefold() for entry in entries}) > CROWD:
        return True
    # Asked of the file first: opening the register would make one.
    if not parse_building(address.text) or not (workspace.settings.home / "register.db").exists():
        return False
    return (workspace.register.same_address(address) or 0) > CROWD


def _speaks_against(entry: ListEntry) -> bool:
    record = entry.record
    if record is None or record.status in ("withdrawn", "quashed"):
        return False
    return record.type not in ("rating", "registration") or record.low or record.ended


def premises_of(
    workspace: Workspace,
    party: Party,
    statuses: Iterable[ListStatus],
    watchlists: Mapping[str, Watchlist],
) -> tuple[Party, ...]:
    """Return the premises that a bridge ties to the party's number, each a party of its own.

    A food business or a care home is rated under the name over its door: such a party is looked
    up on lists of premises only, and found there only where it stands.
    """
    found = []
    for status in statuses:
        if status.version is None or not watchlists[status.list_id].bridge:
            continue
        for identifier in party.identifiers:
            if identifier.scheme not in BRIDGED:
                continue
            key = f"{identifier.scheme}:{identifier.id}"
            found += [
                Party(
                    names=entry.names,
                    kind="organisation",
                    role=PartyRole("premises", of="the supplier", source=status.title),
                    addresses=entry.addresses,
                    connected=True,
                )
                for entry in workspace.lists.found_by(status.version, key)
                if entry.addresses
            ]
    return tuple(dict.fromkeys(found))
