"""A run as one person may see it."""

from collections.abc import Mapping
from dataclasses import dataclass

from duediligence.casework.disclosure import Behind, Withheld, behind, disclosed
from duediligence.errors import NotFound
from duediligence.model import Run
from duediligence.model.audit import AuditEvent, AuditValue
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace


def people_known(workspace: Workspace, run_id: str) -> Mapping[str, Behind]:
    """The people, firms and list entries of a stored run, by the supplier's reference.

    Raises StorageError.
    """
    dossiers = workspace.runs.dossiers(run_id)
    entries = workspace.screened.entries_of(run_id)
    return {
        one.ref: behind(one, dossiers.get(one.ref), entries.get(one.ref, ()))
        for one in workspace.screened.suppliers(run_id)
    }


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as it may be shown, and how many of its findings are `withheld`."""

    run: Run
    withheld: Withheld


@use_case("read")
def run_for(
    workspace: Workspace, run: Run | str, *, people: bool = True, restricted: bool = False
) -> RunView:
    """A stored run, by its ID or as it was just made, as it may be shown on the viewer's screen.

    Raises NotFound, StorageError.
    """
    if isinstance(run, str):
        stored = workspace.runs.get(run)
        if stored is None:
            raise NotFound(f"Unknown run {run!r}")
        run = stored
    held = sum(finding.handling == "restricted" for finding in run.findings)
    if restricted and held:
        record_shown(workspace, {"findings": held}, run.id)
    known = {} if people else people_known(workspace, run.id)
    return RunView(*disclosed(run, known, people=people, restricted=restricted))


def record_shown(workspace: Workspace, what: dict[str, AuditValue], subject: str = "") -> None:
    event = AuditEvent("restricted shown", workspace.now(), workspace.who, what, subject=subject)
    workspace.audit.add(event)
