"""What a job does: a name, and the use case behind it."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from duediligence.errors import (
    DamagedBackup,
    Hint,
    NotAsRecorded,
    SourceError,
    Step,
    StorageError,
    UsageError,
)
from duediligence.model import audit
from duediligence.progress import Progress
from duediligence.scheduling.jobs import ActionName, Job
from duediligence.screening.access import USE_CASES, use_case
from duediligence.screening.workspace import Workspace
from duediligence.text.wording import count

if TYPE_CHECKING:
    from duediligence.screening.lists.refresh import Refreshed

Action = Callable[[Workspace, Job, Progress], str]


@use_case("refresh lists", event="list refreshed")
def refresh_lists(workspace: Workspace, job: Job, progress: Progress) -> str:
    """Refresh the lists of the job. Raises SourceError where one of them failed or is absent."""
    from duediligence.screening.lists.refresh import refresh

    if job.folder is not None and not job.folder.is_dir():
        raise UsageError(
            f"{job.folder} is not a folder", hint="Make it, or change `from` of this job."
        )
    ended = list(refresh(workspace, job.ids, folder=job.folder, progress=progress))
    return refreshed_words(ended, named=bool(job.ids))


def refreshed_words(ended: "Sequence[Refreshed]", *, named: bool) -> str:
    """Return what came of a refresh. `named` says that the lists were asked for by name: then one
    without files is missing. Raises SourceError where one of them failed or is absent.
    """
    absent = [one for one in ended if one.result == "absent"]
    failed = [one for one in ended if one.result == "failed"]
    if named or len(absent) == len(ended):
        failed += absent
    if failed:
        why = (
            f"{one.list_id}: {one.error.message if one.error else 'it has no file'}"
            for one in failed
        )
        raise SourceError(
            f"{len(failed)} of {len(ended)} lists failed: {'; '.join(why)}",
            hint=Hint("Each keeps its previous version. To see it: ", Step("show-list-status")),
        )
    loaded = sum(one.result == "loaded" for one in ended)
    unchanged = sum(one.result == "unchanged" for one in ended)
    return f"{loaded} lists loaded, {unchanged} unchanged"


@use_case("screen")
def refresh_dossiers(workspace: Workspace, job: Job, progress: Progress) -> str:  # noqa: ARG001
    """Ask the registers about every supplier and keep who changed. Raises SourceError."""
    from duediligence.scheduling.rescreening import refresh_all_dossiers

    return refresh_all_dossiers(workspace, progress)


@use_case("screen")
def follow_changes(workspace: Workspace, job: Job, progress: Progress) -> str:  # noqa: ARG001
    """Ask the stream of Companies House which suppliers changed. Raises UsageError, SourceError."""
    from duediligence.scheduling.rescreening import follow_streams

    return follow_streams(workspace)


@use_case("screen", event="run stored")
def re_screen(workspace: Workspace, job: Job, progress: Progress) -> str:
    """Screen every supplier where any is due: all take seconds, and none is left behind.

    Raises Incomplete where something could not be checked.
    """
    from duediligence.scheduling.rescreening import re_screen

    return re_screen(workspace, job.name, progress)


@use_case("send digests", event="digest sent")
def digest(workspace: Workspace, job: Job, progress: Progress) -> str:  # noqa: ARG001
    """Report what changed. Raises SourceError where somebody could not be reached."""
    from duediligence.delivery.digest import send

    sent = send(workspace, at_once=True)
    if not sent.complete:
        why = "; ".join(
            f"{one.channel}: {one.error or one.remark}"
            for one in sent.attempts
            if one.error or one.remark
        )
        raise SourceError(
            f"some messages were not sent: {why or 'a digest is still queued'}",
            hint=Hint("Queued messages are retried. To see them: ", Step("show-digest-status")),
        )
    return f"sent: {sent.message.subject}" if sent.message else "nothing changed"


@use_case("apply retention", event="retention")
def retention(workspace: Workspace, job: Job, progress: Progress) -> str:  # noqa: ARG001
    """Remove what need not be kept any longer."""
    from duediligence.casework.retention import run

    done = run(workspace, dry_run=False)
    gone = [f"{one.rule.id} {one.records:,}" for one in done.removed if one.records]
    if done.contents:
        gone.append(f"parties as compared {done.contents:,}")
    lines = [f"removed by rule: {', '.join(gone)}"] if gone else []
    if not gone and not done.weeding:
        lines.append("nothing had expired")
    if done.old_decisions:
        lines.append(
            f"{done.old_decisions:,} decisions are past their retention period and stay: "
            "a person should review them"
        )
    lines += (line.rstrip(".") for line in done.weeding)
    return "; ".join(lines)


@use_case("export", event="audit head")
def audit_head(workspace: Workspace, job: Job, progress: Progress) -> str:  # noqa: ARG001
    """Sign the end of the audit chain and hand it over. Raises DeliveryFailed, StorageError."""
    from duediligence.casework.audit_heads import write_head

    done = write_head(workspace, job.to)
    written = f"record {done.head.position:,} signed, to {done.to}"
    return f"{written}; no time-stamp: {done.no_stamp}" if done.no_stamp else written


@use_case("make backups", event="backup made")
def backup(workspace: Workspace, job: Job, progress: Progress) -> str:
    """Make a backup, verify it, and remove older ones. Raises UsageError, StorageError."""
    from duediligence.delivery.backup import making, restoring

    assert job.into
    passphrase = workspace.settings.secret("backup_passphrase")
    if not passphrase:
        raise UsageError(
            "no passphrase is set for backups",
            hint="Set backup_passphrase_file, or DUEDILIGENCE_BACKUP_PASSPHRASE.",
        )
    path = job.into / making.name_for(workspace.now())
    made = making.make(workspace, path, passphrase, progress=progress)
    try:
        found = restoring.verify_backup(path, passphrase, progress=progress)
    except DamagedBackup:
        path.unlink(missing_ok=True)  # so that it never counts as one that is kept
        raise
    if found.problem:
        raise StorageError(
            f"{path} was made, but the audit chain in it is broken at record "
            f"{found.problem.position}: {found.problem.what}",
            hint="Older backups were kept. Compare the chain with theirs.",
        )
    removed = making.remove_older(workspace, job.into, keep=job.keep)
    return f"made and verified {path.name}, {made.size:,} bytes; {removed} older removed"


@use_case("read")
def verify(workspace: Workspace, job: Job, progress: Progress) -> str:  # noqa: ARG001
    """Compare everything that is kept with the audit chain. Raises NotAsRecorded for a difference,
    StorageError.
    """
    from duediligence.casework.verifying import examine

    found = examine(workspace)
    if found.problems:
        raise NotAsRecorded(
            f"{count(found.found, 'thing')} not as recorded: {found.problems[0].what}",
            hint=Hint("To see all: ", Step("verify-audit")),
        )
    return f"{sum(found.verified.values()):,} things are as they were recorded"


ACTIONS: Mapping[ActionName, Action] = {
    "refresh lists": refresh_lists,
    "refresh dossiers": refresh_dossiers,
    "follow changes": follow_changes,
    "re-screen": re_screen,
    "digest": digest,
    "retention": retention,
    "audit head": audit_head,
    "backup": backup,
    "verify": verify,
}
# What the account that the scheduler runs under must be allowed to do, where people have roles.
MAY: Mapping[ActionName, audit.Action] = {
    name: USE_CASES[f"{__name__}.{action.__name__}"].action for name, action in ACTIONS.items()
}
