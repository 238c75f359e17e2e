"""Suppliers that are likely to be one, offered for merging; a person says which are two."""

from collections.abc import Callable
from dataclasses import dataclass

from duediligence.errors import Invalid, Step
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
from duediligence.text.wording import count


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


@dataclass(frozen=True, slots=True)
class DuplicatesView:
    """A group in words: each supplier with its alerts, the reasons, and a step for each merge."""

    suppliers: tuple[tuple[str, str], ...]
    reasons: tuple[str, ...]
    merges: tuple[Step, ...]


def duplicates_view(group: DuplicateGroup) -> DuplicatesView:
    """Return the group as it is shown: the supplier that is proposed to be kept first."""
    return DuplicatesView(
        suppliers=tuple(
            (_format_duplicate_supplier(one.supplier), _format_decision_counts(one))
            for one in group.suppliers
        ),
        reasons=tuple(dict.fromkeys(map(_format_duplicate_reason, group.pairs))),
        merges=_list_merge_steps(group),
    )


def name_of(supplier: Supplier) -> str:
    """Return `S001 Invented Ltd`."""
    return f"{supplier.ref} {supplier.name}"


def _format_duplicate_supplier(supplier: Supplier) -> str:
    postcode = supplier.address.postcode if supplier.address else ""
    parts = (name_of(supplier), postcode, "ended" if supplier.ended else "")
    return ", ".join(filter(None, parts))


def _format_decision_counts(one: DuplicateSupplier) -> str:
    return f"{count(one.alerts, 'alert')}, {count(one.decisions, 'decision')}"


def _format_duplicate_reason(pair: DuplicatePair) -> str:
    match pair.why:
        case "same number":
            return f"Both have the number {pair.number}"
        case "similar name, same postcode":
            return f"Names {pair.similarity:.0%} similar, same postcode"
        case "similar name, same person":
            return f"Names {pair.similarity:.0%} similar, a person with the same date of birth"
        case "similar name":
            return f"Names {pair.similarity:.0%} similar"
        case "same name and postcode":
            return "Same name and postcode"
        case "same name":
            return "Same name"


def _list_merge_steps(group: DuplicateGroup) -> tuple[Step, ...]:
    keep, *others = (one.supplier.ref for one in group.suppliers)
    return tuple(Step("merge-suppliers", supplier=keep, other=ref) for ref in others)


def build_duplicate_group_document(
    group: DuplicateGroup, command: Callable[[Step], str]
) -> dict[str, object]:
    """Return a group for programs; `command` puts the step that makes two suppliers one in
    words.
    """
    return {
        "suppliers": [_build_duplicate_document(one) for one in group.suppliers],
        "why": [
            {
                "one": pair.one.ref,
                "other": pair.other.ref,
                "reason": pair.why,
                "number": pair.number,
                "similarity": round(pair.similarity, 4),
            }
            for pair in group.pairs
        ],
        "commands": [command(step) for step in _list_merge_steps(group)],
    }


def _build_duplicate_document(one: DuplicateSupplier) -> dict[str, object]:
    supplier = one.supplier
    return {
        "ref": supplier.ref,
        "name": supplier.name,
        "postcode": supplier.address.postcode if supplier.address else "",
        "numbers": [str(each) for each in supplier.identifiers],
        "ended": supplier.ended,
        "alerts": one.alerts,
        "decisions": one.decisions,
    }
