"""What suppliers declared, set beside what a run finds."""

from collections.abc import Iterable, Sequence

from duediligence.model import Declared, Finding, Supplier
from duediligence.screening.workspace import Workspace


def declared(
    workspace: Workspace, suppliers: Sequence[Supplier], found: Iterable[Finding]
) -> list[Declared]:
    """Each supplier's answers beside its findings; none where no declaration is kept at all.

    A home without any is of a buyer who keeps them elsewhere: there a missing one says nothing.
    """
    standing = workspace.declarations.standing()
    if not standing:
        return []
    by_ref: dict[str, list[Finding]] = {}
    for finding in found:
        by_ref.setdefault(finding.supplier_ref, []).append(finding)
    return [
        Declared(supplier, standing.get(supplier.ref, ()), tuple(by_ref.get(supplier.ref, ())))
        for supplier in suppliers
    ]
