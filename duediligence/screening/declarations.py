"""What suppliers declared: taken in from a file, and set beside what a run finds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from duediligence.model import Declared, Finding, Supplier
from duediligence.screening.workspace import Workspace
from duediligence.store.declarations import DeclarationCount
from duediligence.suppliers.declarations import DeclarationFile, read_declarations


@dataclass(frozen=True, slots=True)
class DeclarationsImported:
    """What was read, and how many answers of it were new."""

    read: DeclarationFile
    count: DeclarationCount


def import_declarations(workspace: Workspace, path: Path) -> DeclarationsImported:
    """Read the file and keep its answers, all or none. Importing it twice changes nothing.

    Raises UsageError for anything in it that cannot be used, StorageError when nothing can be
    written.
    """
    known = {supplier.ref for supplier in workspace.suppliers.all()}
    read = read_declarations(path, known=known, today=workspace.now().date())
    count = workspace.declarations.save(
        read.declarations, file=read.file, file_sha256=read.sha256, at=workspace.now()
    )
    return DeclarationsImported(read, count)


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
