"""The parties that a council answers for: its suppliers and, where agreed, those behind them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from duediligence.blind.derived_keys import DerivedKey
from duediligence.extensions.sharing.exchanges.inputs import keys_for
from duediligence.extensions.sharing.model.agreements import Shared
from duediligence.model import Dossier, Party, Supplier
from duediligence.model.entries import SUPPLIER
from duediligence.screening.dossiers.parties import parties_of
from duediligence.screening.lookup.parties import parties
from duediligence.screening.workspace import Workspace


@dataclass(frozen=True, slots=True)
class HeldAs:
    """A supplier that a party is, or (`role`) what it is to the supplier."""

    supplier_ref: str
    role: str = ""


def suppliers_held(workspace: Workspace) -> list[Supplier]:
    """Return the stored suppliers that have not ended."""
    return [one for one in workspace.suppliers.all() if one.ended is None]


def parties_by_supplier(
    workspace: Workspace, suppliers: list[Supplier], *, people: bool
) -> Iterator[tuple[Supplier, Party]]:
    """Yield each supplier with what the registers add, as it was screened last; with `people`, also
    with each party that its dossier, its file and its names name, without those named only on a
    form for a tender: to compare them is another purpose (UK GDPR art.5(1)(b)). Raises
    StorageError.
    """
    with workspace.casework.snapshot():
        newest = workspace.casework.screened.newest()
        runs = {newest[one.ref] for one in suppliers if one.ref in newest}
        dossiers: dict[str, Dossier] = {}
        for run in sorted(runs):
            of_run = workspace.casework.runs.dossiers(run)
            dossiers |= {ref: one for ref, one in of_run.items() if newest.get(ref) == run}
    for supplier in suppliers:
        for party in _list_parties_behind(supplier, dossiers):
            if people or party.role == SUPPLIER:
                yield supplier, party


def held_by_key(
    workspace: Workspace, shares: Iterable[Shared]
) -> Mapping[DerivedKey, tuple[HeldAs, ...]]:
    """Return who has each key, of those for whom an exchange is answered; `shares` are what may be
    matched (`matched`). Raises StorageError.
    """
    shared = tuple(shares)
    people = "blind-matching: people" in shared
    found: dict[DerivedKey, dict[HeldAs, None]] = {}
    for supplier, party in parties_by_supplier(workspace, suppliers_held(workspace), people=people):
        role = "" if party.role == SUPPLIER else str(party.role)
        for key in keys_for(party, shared, "answers"):
            found.setdefault(key, {})[HeldAs(supplier.ref, role)] = None
    return {key: tuple(some) for key, some in found.items()}


def _list_parties_behind(supplier: Supplier, dossiers: Mapping[str, Dossier]) -> tuple[Party, ...]:
    of_files = tuple(one for one in supplier.people if not one.only_stated)
    supplier = replace(supplier, people=of_files)
    dossier = dossiers.get(supplier.ref)
    # What was corrected since counts.
    return parties_of(replace(dossier, supplier=supplier)) if dossier else parties(supplier)
