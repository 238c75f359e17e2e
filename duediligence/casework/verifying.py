"""The audit chain for people: whether it holds, its newest records, and a copy of it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from duediligence.casework.examination import Examination, Verification
from duediligence.casework.heads import SignedHead
from duediligence.model.audit import AuditEvent, AuditProblem, AuditRecord
from duediligence.progress import SILENT, Progress
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.signing import PublicKey
from duediligence.writing import replacing


@use_case("read")
def verify(
    workspace: Workspace, *, head: str = "", progress: Progress = SILENT
) -> AuditProblem | None:
    """The first problem that `examine` finds, or None. Raises StorageError."""
    return next(iter(examine(workspace, head=head, progress=progress).problems), None)


@use_case("read")
def examine(
    workspace: Workspace,
    *,
    head: str = "",
    heads: Sequence[SignedHead] = (),
    keys: Sequence[PublicKey] = (),
    progress: Progress = SILENT,
) -> Verification:
    """Compare everything that is stored with what the audit chain seals; nothing is written.

    `head` is the hash of a record, noted earlier, that the chain must hold, and so are `heads`,
    which a known key must have signed: one of `keys`, if the verifier has public keys that were
    kept elsewhere, else one of the chain. A run that an event "retention" names, as its subject or
    among `what["runs"]`, may be gone or lessened; where `what["sha256"]` has its hash since, it
    must still have that one. What no record seals, such as what an earlier version stored, is
    counted among what is not covered. Raises StorageError.
    """
    return Examination(workspace, progress, heads, keys).examine(head)


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
