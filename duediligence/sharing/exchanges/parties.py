"""Whom a council answers for: its stored suppliers and, where agreed, those behind them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from duediligence.model import Dossier, Party, Supplier
from duediligence.model.parties import SUPPLIER
from duediligence.screening.dossiers.parties import parties_of
from duediligence.screening.lookup.parties import parties
from duediligence.screening.workspace import Workspace


def suppliers_held(workspace: Workspace) -> list[Supplier]:
    """The stored suppliers that have not ended."""
    return [one for one in workspace.suppliers.all() if one.ended is None]


def parties_held(
    workspace: Workspace, suppliers: list[Supplier], *, people: bool
) -> Iterator[Party]:
    """Each supplier with what the registers add, as it was screened last; with `people`, all whom
    its dossier, its file and its names name as well. Raises StorageError.
    """
    with workspace.casework.snapshot():
        newest = workspace.casework.screened.newest()
        runs = {newest[one.ref] for one in suppliers if one.ref in newest}
        dossiers: dict[str, Dossier] = {}
        for run in sorted(runs):
            of_run = workspace.casework.runs.dossiers(run)
            dossiers |= {ref: one for ref, one in of_run.items() if newest.get(ref) == run}
    for supplier in suppliers:
        for party in _of(supplier, dossiers):
            if people or party.role == SUPPLIER:
                yield party


def _of(supplier: Supplier, dossiers: Mapping[str, Dossier]) -> tuple[Party, ...]:
    dossier = dossiers.get(supplier.ref)
    # What was corrected since counts.
    return parties_of(replace(dossier, supplier=supplier)) if dossier else parties(supplier)
