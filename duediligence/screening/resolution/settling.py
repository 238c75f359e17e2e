"""Resolve the suppliers taken in, and settle by hand which entity one of them is."""

from collections.abc import Sequence

from duediligence.errors import Hint, Invalid, NotFound, Step
from duediligence.model import Supplier
from duediligence.progress import SILENT, Progress
from duediligence.screening.access import use_case
from duediligence.screening.resolution.candidates import CandidateSource
from duediligence.screening.resolution.org_ids import identifier
from duediligence.screening.resolution.resolving import Resolved, resolve
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.links import Link

NONE = "none"


@use_case("read")
def resolve_suppliers(
    workspace: Workspace,
    sources: Sequence[CandidateSource],
    refs: Sequence[str] = (),
    *,
    progress: Progress = SILENT,
) -> list[tuple[Supplier, Resolved]]:
    """Each supplier named, or every one taken in, with who it is. Raises UsageError."""
    chosen = [supplier_of(workspace, ref) for ref in refs] or workspace.suppliers.all()
    links = workspace.links.newest()
    found = []
    with progress.task("Resolving suppliers", len(chosen)) as task:
        for supplier in chosen:
            found.append(
                (supplier, resolve(supplier, sources=sources, link=links.get(supplier.ref)))
            )
            task.advance()
    return found


@use_case("link suppliers", event="link")
def settle(workspace: Workspace, ref: str, entity: str, *, by: str, note: str = "") -> Link:
    """Record that a person says which entity a supplier is, or `none`. Raises UsageError."""
    supplier = supplier_of(workspace, ref)
    if not by.strip():
        raise Invalid(
            "nobody is named who settles it", field="by", hint="Give your name with --by NAME."
        )
    link = Link(
        supplier_ref=supplier.ref,
        identifier=None if entity.strip().casefold() == NONE else identifier(entity),
        by=by.strip(),
        at=workspace.now(),
        note=note.strip(),
    )
    workspace.links.add(link)
    return link


@use_case("read")
def supplier_of(workspace: Workspace, ref: str) -> Supplier:
    """The supplier taken in under that reference. Raises UsageError."""
    supplier = workspace.suppliers.get(ref)
    if supplier is None:
        raise NotFound(
            f"Unknown supplier {ref!r}", hint=Hint("To see them: ", Step("list-suppliers"))
        )
    return supplier


@use_case("read")
def links_of(workspace: Workspace, ref: str) -> tuple[Supplier, Sequence[Link]]:
    """The supplier, and what was settled by hand about it, newest first. Raises NotFound."""
    supplier = supplier_of(workspace, ref)
    return supplier, workspace.links.history(supplier.ref)
