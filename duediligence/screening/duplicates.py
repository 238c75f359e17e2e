"""Suppliers that are likely to be one, offered for merging; a person says which are two."""

from dataclasses import dataclass

from duediligence.errors import Invalid
from duediligence.model import Supplier
from duediligence.screening.access import use_case
from duediligence.screening.resolution.resolving import supplier_of
from duediligence.screening.workspace import Workspace
from duediligence.suppliers.duplicates import (
    DuplicatePair,
    group_duplicate_pairs,
    likely_duplicates,
)
from duediligence.suppliers.identity import is_made


@dataclass(frozen=True, slots=True)
class DuplicateSupplier:
    """A supplier that is likely to be another one, too, with its alerts and their decisions."""

    supplier: Supplier
    alerts: int
    decisions: int


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Suppliers that are likely to be one: the one to keep first, and why, pair by pair."""

    suppliers: tuple[DuplicateSupplier, ...]
    pairs: tuple[DuplicatePair, ...]


@use_case("read")
def duplicates_of(workspace: Workspace) -> list[DuplicateGroup]:
    """Return the groups of suppliers that are likely to be one, the surest first.

    Proposed to be kept is one that has not ended, with the most decisions, then with the most
    alerts, then with a reference of the buyer, then with a postcode and the most facts. Restricted
    alerts are not counted.
    """
    counts = workspace.casework.alerts.counts_by_supplier()
    found = []
    for group in group_duplicate_pairs(_find_duplicate_pairs(workspace)):
        members = {one.ref: one for pair in group for one in (pair.one, pair.other)}
        suppliers = [
            DuplicateSupplier(one, *counts.get(ref, (0, 0))) for ref, one in members.items()
        ]
        suppliers.sort(key=_to_keep)
        found.append(DuplicateGroup(tuple(suppliers), group))
    return found


@use_case("read")
def count_duplicates(workspace: Workspace) -> int:
    """Return how many groups of suppliers are likely to be one supplier."""
    return len(group_duplicate_pairs(_find_duplicate_pairs(workspace)))


@use_case("import suppliers", event="suppliers kept apart")
def keep_apart(workspace: Workspace, one: str, other: str) -> tuple[Supplier, Supplier]:
    """Record that two suppliers are not the same: they are not shown as likely duplicates again.

    Raises NotFound for a reference of no supplier, Invalid where both are one.
    """
    first, second = (supplier_of(workspace, ref) for ref in (one, other))
    if first.ref == second.ref:
        raise Invalid(
            f"{one!r} and {other!r} are one supplier",
            field="other",
            hint="Name two suppliers, by their references.",
        )
    workspace.casework.supplier_refs.add_not_duplicates(first.ref, second.ref, workspace.now())
    return first, second


def _find_duplicate_pairs(workspace: Workspace) -> list[DuplicatePair]:
    apart = workspace.casework.supplier_refs.not_duplicates()
    return likely_duplicates(workspace.suppliers.all(), apart=apart)


def _to_keep(one: DuplicateSupplier) -> tuple[int | str, ...]:
    supplier = one.supplier
    address = supplier.address
    facts = (*supplier.identifiers, *supplier.people, *supplier.trading_names, *supplier.contracts)
    return (
        supplier.ended is not None,
        -one.decisions,
        -one.alerts,
        is_made(supplier.ref),
        not (address and address.postcode),
        -len(facts),
        supplier.ref,
    )
