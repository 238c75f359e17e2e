"""The dossiers of the suppliers of a run, where a register of companies or charities is set up."""

from collections.abc import Sequence

from duediligence.model import Dossier, Supplier
from duediligence.progress import Progress
from duediligence.screening.run.scope import scope_of
from duediligence.screening.workspace import Workspace


def dossiers(
    workspace: Workspace, suppliers: Sequence[Supplier], progress: Progress
) -> dict[str, Dossier]:
    """A dossier for each supplier, by reference; none at all where no register is set up.

    Set up means that there is a key for Companies House, or that bulk files were loaded. Answers
    of the API are kept as evidence and used again for a day, so that a run that was stopped goes
    on where it was. A register that does not answer leaves its parts not known. Raises UsageError
    for a key that can be none, StorageError.
    """
    if not is_set_up(workspace):
        return {}
    # Here, for a run without registers need not wait for their imports.
    from duediligence.screening.dossiers import gather
    from duediligence.screening.resolution import as_resolved, resolve
    from duediligence.screening.resolution.sources import sources_at_hand

    sources = sources_at_hand(workspace)
    links = workspace.links.newest()
    gathered = {}
    with progress.task("Asking the registers", len(suppliers)) as task:
        for supplier in suppliers:
            resolved = resolve(supplier, sources=sources, link=links.get(supplier.ref))
            gathered[supplier.ref] = gather(
                as_resolved(supplier, resolved),
                api=workspace.companies_house,
                register=workspace.register,
                resolution=resolved.resolution,
                now=workspace.now(),
            )
            task.advance()
    return gathered


def is_set_up(workspace: Workspace) -> bool:
    """Whether there is any register to ask."""
    return bool(scope_of(workspace).registers)
