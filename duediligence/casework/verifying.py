"""Whether the audit chain holds, and the runs are still what it says was stored."""

from datetime import datetime

from duediligence.casework.alerts.sealed import first_problem
from duediligence.model.audit import AuditProblem, AuditRecord
from duediligence.progress import SILENT, Progress
from duediligence.screening.workspace import Workspace


def verify(
    workspace: Workspace, *, head: str = "", progress: Progress = SILENT
) -> AuditProblem | None:
    """The first problem: of the chain itself, of a run or of a decision that it seals, or None.

    A run that an event "retention" names, as its subject or among `what["runs"]`, may be gone or
    lessened. Runs from before the chain began are not covered.
    """
    with progress.task("Verifying the chain"):
        problem = workspace.audit.verify(head=head)
    if problem:
        return problem
    # Before the records: a run that another command stores meanwhile has its event.
    started = workspace.runs.started()
    stored: dict[str, AuditRecord] = {}
    lessened: set[str] = set()
    began: datetime | None = None
    end = 0
    for record in workspace.audit.records():
        event, end = record.event, record.position
        began = began or event.at
        if event.kind == "run stored":
            stored[event.subject] = record
        elif event.kind == "retention":
            runs = event.what.get("runs")
            lessened |= {event.subject, *(runs if isinstance(runs, tuple) else ())}
    with progress.task("Verifying runs", len(stored)) as task:
        for run_id, record in stored.items():
            if run_id not in lessened and workspace.runs.digest(run_id) != record.event.what.get(
                "sha256"
            ):
                changed = "was changed after it was stored" if run_id in started else "is gone"
                return AuditProblem(record.position, f"run {run_id} {changed}", record.event.at)
            task.advance()
    for run_id, at in started.items():
        if run_id not in stored and began and at > began:
            return AuditProblem(end + 1, f"run {run_id} was never recorded: put in by hand", at)
    return first_problem(workspace)
