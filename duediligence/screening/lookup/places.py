"""Where a supplier and a listed party have their premises: beside the name, never instead of it."""

from collections.abc import Container, Iterable, Iterator, Mapping

from duediligence.contracts import Watchlist
from duediligence.matching.premises import compare_places, nearest_place, parse_building, postcode
from duediligence.model import (
    Address,
    ListEntry,
    ListStatus,
    ListVersion,
    Party,
    PartyRole,
    Place,
    SharedPremises,
)
from duediligence.model.entries import (
    CHARITY_ENGLAND_WALES,
    CHARITY_NORTHERN_IRELAND,
    CHARITY_SCOTLAND,
    COMPANY,
)
from duediligence.screening.workspace import Workspace

BRIDGED = (COMPANY, CHARITY_ENGLAND_WALES, CHARITY_SCOTLAND, CHARITY_NORTHERN_IRELAND)
# More parties than this in one building: an address for rent, which tells nothing of any of them.
CROWD = 5


def list_entry_keys(watchlist: Watchlist, entry: ListEntry) -> Iterator[str]:
    """Yield what an entry can be found by beside its names, on lists of premises and on bridges."""
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
