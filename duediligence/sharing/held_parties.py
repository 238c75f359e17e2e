"""Which suppliers a party is, or stands behind, by the keys of blind matching."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from duediligence.model import Party
from duediligence.model.agreements import Shared
from duediligence.model.parties import SUPPLIER
from duediligence.screening.lookup.parties import OWN_ROLES, parties
from duediligence.screening.workspace import Workspace
from duediligence.sharing.derived_keys import DerivedKey
from duediligence.sharing.exchanges.inputs import keys_for


@dataclass(frozen=True, slots=True)
class HeldAs:
    """A supplier that a party is, or (`role`) what it is to the supplier."""

    supplier_ref: str
    role: str = ""


def held_by_key(
    workspace: Workspace, shares: Iterable[Shared]
) -> Mapping[DerivedKey, tuple[HeldAs, ...]]:
    """Who has each key: the stored suppliers that have not ended and, where people are shared,
    those behind them by their files and their newest dossiers. Raises StorageError.
    """
    shared = tuple(shares)
    found: dict[DerivedKey, dict[HeldAs, None]] = {}
    for ref, party in _held(workspace, people="blind-matching: people" in shared):
        role = "" if party.role == SUPPLIER else str(party.role)
        for key in keys_for(party, shared):
            found.setdefault(key, {})[HeldAs(ref, role)] = None
    return {key: tuple(some) for key, some in found.items()}


def _held(workspace: Workspace, *, people: bool) -> Iterator[tuple[str, Party]]:
    suppliers = {one.ref: one for one in workspace.suppliers.all() if one.ended is None}
    for ref, supplier in suppliers.items():
        for party in parties(supplier):
            if people or party.role.kind in OWN_ROLES:
                yield ref, party
    if not people:
        return
    # Imported lazily: who shares no people need not wait for the clients of a register.
    from duediligence.screening.dossiers import parties_of

    with workspace.casework.snapshot():
        newest = workspace.casework.screened.newest()
        for run_id in sorted({newest[ref] for ref in suppliers if ref in newest}):
            for ref, dossier in workspace.casework.runs.dossiers(run_id).items():
                if ref in suppliers and newest.get(ref) == run_id:
                    yield from ((ref, party) for party in parties_of(dossier))
