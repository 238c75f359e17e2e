"""The audit chain for people: whether it holds, its newest records, and a copy of it."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from duediligence.model.audit import AuditEvent, AuditProblem, AuditRecord
from duediligence.progress import SILENT, Progress
from duediligence.screening.access import use_case
from duediligence.screening.alerts import projection
from duediligence.screening.workspace import Workspace
from duediligence.writing import replacing


@use_case("read")
def verify(
    workspace: Workspace, *, head: str = "", progress: Progress = SILENT
) -> AuditProblem | None:
    """The first problem: of the chain itself, of a run or of a decision that it seals, or None.

    A run that an event "retention" names, as its subject or among `what["runs"]`, may be gone or
    lessened; where `what["sha256"]` has its hash since, it must still have that one. Runs from
    before the chain began are not covered. Raises StorageError.
    """
    with workspace.casework.snapshot():
        problem = _problem_of_chain(workspace, head, progress)
    return problem or _problem_of_alerts(workspace)


def _problem_of_chain(workspace: Workspace, head: str, progress: Progress) -> AuditProblem | None:
    with progress.task("Verifying the chain"):
        problem = workspace.audit.verify(head=head)
    if problem:
        return problem
    started = workspace.runs.started()
    stored: dict[str, AuditRecord] = {}
    # The hash since; empty where none is recorded, as for a run that is gone.
    lessened: dict[str, str] = {}
    began: datetime | None = None
    end = 0
    for record in workspace.audit.records():
        event, end = record.event, record.position
        began = began or event.at
        if event.kind == "run stored":
            stored[event.subject] = record
        elif event.kind == "retention":
            lessened |= {event.subject: ""} | _lessened(event)
    with progress.task("Verifying runs", len(stored)) as task:
        for run_id, record in stored.items():
            expected = lessened.get(run_id, record.event.what.get("sha256"))
            if expected != "" and workspace.runs.digest(run_id) != expected:
                changed = "was changed after it was stored" if run_id in started else "is missing"
                return AuditProblem(record.position, f"run {run_id} {changed}", record.event.at)
            task.advance()
    for run_id, at in started.items():
        if run_id not in stored and began and at > began:
            return AuditProblem(end + 1, f"run {run_id} was never recorded: inserted by hand", at)
    return _problem_of_decisions(workspace)


def _problem_of_alerts(workspace: Workspace) -> AuditProblem | None:
    """That a stored alert is not what the runs and decisions come to."""
    changed = projection.first_changed(workspace)
    if not changed:
        return None
    position = sum(1 for _ in workspace.audit.records())
    return AuditProblem(position, f"alert {changed[:8]} does not match its runs and decisions")


def _problem_of_decisions(workspace: Workspace) -> AuditProblem | None:
    """The first decision that was changed, taken out or put in by hand; None where none was."""
    sealed = {
        record.event.what.get("decision"): record
        for record in workspace.audit.records()
        if record.event.kind == "decision"
    }
    kept, end = workspace.decisions.digests(), 0
    for position, record in sealed.items():
        end = record.position
        digest = kept.get(position) if isinstance(position, int) else None
        if digest != record.event.what.get("sha256"):
            changed = "was changed after it was made" if digest else "is missing"
            return AuditProblem(end, f"decision {position} {changed}", record.event.at)
    for position in kept:
        if position not in sealed:
            return AuditProblem(
                end + 1, f"decision {position} was never recorded: inserted by hand"
            )
    return None


def _lessened(event: AuditEvent) -> dict[str, str]:
    """The runs that an event of retention names, each with the hash that it has since."""
    runs, hashes = event.what.get("runs"), event.what.get("sha256")
    if not isinstance(runs, tuple):
        return {}
    known = hashes if isinstance(hashes, tuple) and len(hashes) == len(runs) else ("",) * len(runs)
    return dict(zip(runs, known, strict=True))


@use_case("audit")
def log(workspace: Workspace, *, last: int) -> list[AuditRecord]:
    """The newest records of the chain, oldest first. Raises StorageError."""
    return list(workspace.audit.records(last=last))


@use_case("read")
def head(workspace: Workspace) -> tuple[int, str]:
    """The number of records in the chain, and the hash of the last. Raises StorageError."""
    newest = next(workspace.audit.records(last=1), None)
    return newest.position if newest else 0, workspace.audit.head()


@use_case("export", event="export")
def export_chain(workspace: Workspace, path: Path | None) -> Iterator[str]:
    """Write the whole chain to `path` as JSON Lines; where there is none, give the lines.

    The export is itself recorded, and its record is the last line. Raises StorageError.
    """
    name = path.name if path else "standard output"
    event = AuditEvent("export", workspace.now(), workspace.who, {"file": name}, subject="audit")
    workspace.audit.add(event)
    lines = (record.line() for record in workspace.audit.records())
    if path is None:
        return lines
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as to:
        to.writelines(line + "\n" for line in lines)
    return iter(())


def cells_of(record: AuditRecord) -> tuple[str, ...]:
    """A record for people: its number, time (UTC), who, what, about what, and the details."""
    event = record.event
    return (
        str(record.position),
        f"{event.at:%Y-%m-%d %H:%M:%S}",
        event.who,
        event.kind,
        event.subject,
        "; ".join(f"{name} {_plain(value)}" for name, value in event.what.items()),
    )


def _plain(value: object) -> str:
    """Without the latter part of a hash: JSON has all of it."""
    if isinstance(value, tuple):
        return f"{len(value)} of them" if len(value) > 3 else ", ".join(map(_plain, value))
    text = str(value)
    return f"{text[:8]}…" if len(text) == 64 and text.isalnum() else text
