"""From a supplier's number to its trading names and premises, by registers that hold all three."""

from collections.abc import Iterable, Mapping

from duediligence.contracts import Watchlist
from duediligence.model import ListStatus, Party, PartyRole
from duediligence.screening.lookup.places import BRIDGED
from duediligence.screening.workspace import Workspace


def premises_of(
    workspace: Workspace,
    party: Party,
    statuses: Iterable[ListStatus],
    watchlists: Mapping[str, Watchlist],
) -> tuple[Party, ...]:
    """The premises that a bridge ties to the party's number, each a party of its own.

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
