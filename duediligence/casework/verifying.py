"""The audit chain for people: whether it holds, its newest records, and a copy of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from duediligence.casework.audit_heads import SignedHead
from duediligence.casework.examination import ChainVerification, Examination
from duediligence.errors import Invalid
from duediligence.model.audit import AUDIT_KINDS, AuditProblem, AuditRecord
from duediligence.progress import SILENT, Progress
from duediligence.render.output import Line
from duediligence.render.wording import moment, visible
from duediligence.screening.access import permit, use_case
from duediligence.screening.workspace import Workspace
from duediligence.signing import PublicKey
from duediligence.text.wording import count
from duediligence.writing import replace_file

MOST_ON_A_PAGE = 500
# The database holds no greater number.
_LAST_POSITION = 2**63 - 1

# Of more, the first is no longer on the screen.
_MANY = 5


@use_case("read")
def verify(
    workspace: Workspace, *, head: str = "", progress: Progress = SILENT
) -> AuditProblem | None:
    """Return the first problem that `examine` finds, or None. Raises StorageError."""
    return next(iter(examine(workspace, head=head, progress=progress).problems), None)


@use_case("read")
def examine(
    workspace: Workspace,
    *,
    head: str = "",
    heads: Sequence[SignedHead] = (),
    keys: Sequence[PublicKey] = (),
    progress: Progress = SILENT,
) -> ChainVerification:
    """Compare everything that is stored with what the audit chain seals; nothing is written.

    `head` is the hash of a record, noted earlier, that the chain must hold, and so are `heads`,
    which a known key must have signed: one of `keys`, if the verifier has public keys that were
    kept elsewhere, else one of the chain. A run that an event "retention" names, as its subject or
    among `what["runs"]`, may be gone or lessened; where `what["sha256"]` has its hash since, it
    must still have that one. What no record seals, such as what an earlier version stored, is
    counted among what is not covered. Raises StorageError.
    """
    workspace.examines = True
    return Examination(workspace, progress, heads, keys).examine(head)


@use_case("audit")
def log(workspace: Workspace, *, last: int) -> list[AuditRecord]:
    """Return the newest records of the chain, oldest first. Raises StorageError."""
    return list(workspace.audit.records(last=last))


@dataclass(frozen=True, slots=True)
class LogPage:
    """Records of the chain, the newest first.

    `older` is the `before` of the page of older ones; None where there are no more.
    """

    records: tuple[AuditRecord, ...]
    older: int | None


@use_case("audit")
def log_page(
    workspace: Workspace,
    *,
    limit: int = 50,
    before: int | None = None,
    kind: str = "",
    subject: str = "",
) -> LogPage:
    """Return the newest records, or the newest before a position; those of a kind or about a
    subject.

    A page is found by the position, so that what is added meanwhile moves nothing. Raises Invalid
    where `limit` is not 1 to 500, `before` is not a position or `kind` not one of AUDIT_KINDS;
    StorageError.
    """
    if not 1 <= limit <= MOST_ON_A_PAGE:
        raise Invalid(f"Enter a number from 1 to {MOST_ON_A_PAGE} of records", field="limit")
    if before is not None and not 1 <= before <= _LAST_POSITION:
        raise Invalid("Enter the position of a record: a whole number from 1", field="before")
    if kind and kind not in AUDIT_KINDS:
        raise Invalid(f"{kind!r} is not a kind of audit record", field="kind")
    # One more than asked for shows whether there are older ones.
    oldest_first = list(
        workspace.audit.records(
            last=limit + 1, before=before, kind=kind or None, subject=subject or None
        )
    )
    shown = oldest_first[-limit:]
    older = shown[0].position if len(oldest_first) > limit else None
    return LogPage(tuple(reversed(shown)), older)


@use_case("read")
def head(workspace: Workspace) -> tuple[int, str]:
    """Return the number of records in the chain, and the hash of the last. Raises StorageError."""
    newest = next(workspace.audit.records(last=1), None)
    return newest.position if newest else 0, workspace.audit.head()


@use_case("audit", event="export")
def export_chain(workspace: Workspace, path: Path | None) -> Iterator[str]:
    """Write the whole chain to `path` as JSON Lines; where there is none, give the lines.

    The export is itself recorded, and its record is the last line. It needs a role that may export,
    too. Raises Forbidden, StorageError.
    """
    permit(workspace, "export")
    name = path.name if path else "standard output"
    workspace.record("export", {"file": name}, subject="audit")
    lines = (record.line() for record in workspace.audit.records())
    if path is None:
        return lines
    with replace_file(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as to:
        to.writelines(line + "\n" for line in lines)
    return iter(())


def cells_of(record: AuditRecord) -> tuple[str, ...]:
    """Return a record for people: its number, time (UTC), who, what, about what, and the
    details.
    """
    event = record.event
    return (
        str(record.position),
        f"{event.at:%Y-%m-%d %H:%M:%S}",
        event.who,
        event.kind,
        event.subject,
        "; ".join(f"{name} {_format_audit_value(value)}" for name, value in event.what.items()),
    )


def _format_audit_value(value: object) -> str:
    """Without the latter part of a hash: JSON has all of it."""
    if isinstance(value, tuple):
        return (
            f"{len(value)} of them"
            if len(value) > 3
            else ", ".join(map(_format_audit_value, value))
        )
    text = str(value)
    return f"{text[:8]}…" if len(text) == 64 and text.isalnum() else text


def format_chain_lines(found: ChainVerification) -> Iterator[Line]:
    """Yield what differs, else that all is sound; then what was compared and what was not."""
    for number, problem in enumerate(found.problems):
        at = f", {moment(problem.at)}" if problem.at else ""
        start = "BROKEN" if not number else "and"
        yield Line(visible(f"{start} at record {problem.position:,}{at}: {problem.what}."))
    if found.found > len(found.problems):
        yield Line(f"and {found.found - len(found.problems):,} more.")
    if found.found > _MANY:
        yield Line(f"BROKEN: {found.found:,} differences in all.")
    if found.sound:
        records = count(found.records or 0, "record")
        yield Line(f"Sound: {records}. Fingerprint of the last: {found.head}")
    verified = {kind: number for kind, number in found.verified.items() if kind != "records"}
    if verified:
        compared = ", ".join(f"{kind} {number:,}" for kind, number in verified.items())
        yield Line(f"Verified: {compared}")
    if found.removed:
        rules = ", ".join(f"{rule} {number:,}" for rule, number in found.removed.items())
        yield Line(visible(f"Removed under rules of retention, and so not missing: {rules}"))
    yield from map(Line, map(visible, found.brought_back))
    for one in found.not_covered:
        how_many = f"{one.count:,} " if one.count else ""
        yield Line(visible(f"Not covered: {how_many}{one.what}: {one.why}."))
    if not found.sound:
        keep = "Keep the files as they are, and compare them with a backup or an export."
        yield Line(keep, "note")


def build_verification_report(found: ChainVerification, head: str) -> dict[str, object]:
    """Return the same for programs; `head` is that of the chain as it is, sound or not."""
    return {
        "sound": found.sound,
        "records": None if found.problems else found.records,
        "head": head,
        "problem": found.problems[0] if found.problems else None,
        "problems": found.problems,
        "problems_found": found.found,
        "verified": found.verified,
        "removed": found.removed,
        "brought_back": found.brought_back,
        "not_covered": found.not_covered,
    }
