"""Whether every decision is still what the audit chain sealed when it was made."""

from duediligence.model.casework.audit import AuditProblem
from duediligence.screening.workspace import Workspace


def first_problem(workspace: Workspace) -> AuditProblem | None:
    """The first decision that was changed, taken out or put in by hand; None where none was.

    For a chain that holds in itself (`AuditStore.verify`). Raises StorageError.
    """
    # Looked at before and after: somebody may decide while this reads.
    before = workspace.decisions.digests()
    sealed = {
        record.event.what.get("decision"): record
        for record in workspace.audit.records()
        if record.event.kind == "decision"
    }
    after = workspace.decisions.digests()
    end = 0
    for position, record in sealed.items():
        end = record.position
        digest = after.get(position) if isinstance(position, int) else None
        if digest != record.event.what.get("sha256"):
            changed = "was changed after it was made" if digest else "is gone"
            return AuditProblem(end, f"decision {position} {changed}", record.event.at)
    for position in before:
        if position not in sealed:
            return AuditProblem(end + 1, f"decision {position} was never recorded: put in by hand")
    return None
