"""Suppliers that may be one as a person sees them: who, why, and how to make them one."""

from collections.abc import Callable
from dataclasses import dataclass

from duediligence.errors import Step
from duediligence.model import Supplier
from duediligence.screening.duplicates import DuplicateGroup, DuplicateSupplier
from duediligence.suppliers.duplicates import DuplicatePair
from duediligence.text.wording import count


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
