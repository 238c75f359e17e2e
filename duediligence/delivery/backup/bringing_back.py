"""Bring a copy of the databases back, without what was removed since and with the chain going on.

The copy is unpacked, verified and brought up to date in a folder of its own. Then it takes the
place of the database in one step, so that a kill at any moment leaves the old state or the new one.
"""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from secrets import token_hex

from duediligence.casework import verifying
from duediligence.casework.extension_records import list_extension_records
from duediligence.casework.removing import remove_again
from duediligence.casework.retention import remove_expired
from duediligence.casework.retention_rules import rules
from duediligence.delivery.backup.making import make_work_folder
from duediligence.errors import (
    Conflict,
    DamagedBackup,
    MadeBefore,
    NewerDatabase,
    NotFound,
    StorageError,
)
from duediligence.model.audit import AuditEvent, AuditKind, AuditRecord, AuditValue
from duediligence.progress import SILENT, Progress
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.unit_of_work import KEPT_HEAD
from duediligence.store.copies import (
    FOLDER,
    NUMBERS,
    Copy,
    RecordedRemoval,
    list_copies,
    list_removals,
    note_removal,
    open_copy,
    swap_database,
)
from duediligence.store.seals import Seal
from duediligence.text.wording import count
from duediligence.writing import hash_file, storing, unlink, write_text

_DATABASE = "casework.db"
_ASKED = "asked.json"
_ANOTHER = "Use another copy."
_ASKED_LASTS = timedelta(days=1)
# What the chain of the copy must know as well: keys that signed since, backups elsewhere, and what
# was set aside before.
_CARRIED: tuple[AuditKind, ...] = ("signing key", "backup made", "brought back")


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """A copy that was brought back, or that a second person is asked to bring back (`asked`).

    `events` is how many later events of the audit chain were set aside, None if they could not
    be read; `removed` how many removals since were applied again.
    """

    copy: Copy
    events: int | None = None
    removed: int = 0
    asked: bool = False

    @property
    def said(self) -> str:
        """Return what was done, in words."""
        if self.asked:
            return (
                f"Asked to bring back the copy {self.copy.name}. A second administrator must bring "
                "it back within a day."
            )
        events = "its later events could not be read"
        again = (
            " Agreements that were ended since, and keys dropped, are in use: end, drop them again."
        )
        if self.events is not None:
            again = ""
            events = f"{count(self.events, 'later event')} set aside"
        removed = f", {count(self.removed, 'removal')} applied again" if self.removed else ""
        return f"Brought back the copy {self.copy.name}: {events}{removed}.{again}"


@use_case("bring copies back", event="brought back")
def bring_back(workspace: Workspace, name: str = "", *, progress: Progress = SILENT) -> BroughtBack:
    """Make `casework.db` what a copy holds: the named copy, or the newest.

    On a server a second person must ask for the same. What was removed since the copy stays
    removed. The state before is copied; a file that SQLite cannot open is kept with the copies.
    Raises NotFound, Conflict, DamagedBackup for a copy that is not sound, StorageError.
    """
    home, workspace.examines = workspace.settings.home, True
    with storing(home):
        copy = _find_copy(home, name)
        if not _is_asked_by_another(workspace, copy):
            return BroughtBack(copy, asked=True)
        with make_work_folder(home) as folder, progress.task("Verifying the copy"):
            made = _prepare(workspace, copy, folder, progress)

            def check() -> None:
                if made.head and workspace.audit.head() != made.head:
                    raise Conflict(
                        "Another program changed something meanwhile",
                        hint="Nothing was brought back. Try again.",
                    )
                # Before the swap: a database that lacks what this names is refused.
                unlink(home / KEPT_HEAD)

            swap_database(
                home,
                folder / _DATABASE,
                workspace.now(),
                check,
                partial(_close_casework, workspace),
            )
            unlink(home / KEPT_HEAD)
        unlink(home / FOLDER / _ASKED)
    return BroughtBack(copy, made.events, made.removed)


def _close_casework(workspace: Workspace) -> None:
    with suppress(StorageError):
        workspace.casework.close()


def _find_copy(home: Path, name: str) -> Copy:
    for one in list_copies(home):
        if one.name == name or not name:
            return one
    raise NotFound(
        f"No copy {name!r}" if name else "There is no copy to bring back",
        hint="Restore a backup that was made elsewhere as another home.",
    )


def _is_asked_by_another(workspace: Workspace, copy: Copy) -> bool:
    """Return whether a second person asks for the copy, if two are needed; the first is kept."""
    if workspace.settings.console_sign_in == "one-pc":
        return True
    path, now = workspace.settings.home / FOLDER / _ASKED, workspace.now()
    with suppress(OSError, ValueError, KeyError, TypeError):
        asked = json.loads(path.read_text("utf-8"))
        is_new = abs(now - datetime.fromisoformat(asked["at"])) < _ASKED_LASTS
        if is_new and asked["copy"] == copy.name and not workspace.is_me(asked["by"]):
            return True
    asked = {"copy": copy.name, "by": workspace.who, "at": now.isoformat()}
    write_text(path, json.dumps(asked))
    return False


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What became of a copy: see BroughtBack. `head` ends the chain that it replaces, empty
    where that cannot be read.
    """

    events: int | None
    removed: int
    head: str


def _prepare(workspace: Workspace, copy: Copy, folder: Path, progress: Progress) -> _Prepared:
    """Unpack the copy, verify it, and apply what was removed or given out since."""
    home, now = workspace.settings.home, workspace.now()
    try:
        open_copy(copy, _DATABASE, folder / _DATABASE)
    except (OSError, EOFError) as error:
        raise DamagedBackup(f"{copy.path}: cannot be unpacked: {error}", hint=_ANOTHER) from error
    registers = workspace.settings.local_registers_folder
    settings = replace(workspace.settings, home=folder, users={}, local_registers=registers)
    with Workspace(settings, now=workspace.now, who=workspace.who) as old:
        if damage := old.casework.damage():
            raise DamagedBackup(f"{copy.path}: is damaged: {damage}", hint=_ANOTHER)
        if problem := verifying.verify(old, progress=progress):
            raise DamagedBackup(f"{copy.path}: is not sound: {problem.what}", hint=_ANOTHER)
        head, later = _read_later_events(workspace, old)
        removals = list(list_removals(home))
        removed = _remove_again(old, removals)
        what: dict[str, AuditValue] = {"copy": copy.name, "copy_sha256": hash_file(copy.path)}
        numbers = [one.what for one in removals if one.rule == NUMBERS]
        sealed: list[Seal] = []
        if later is not None:
            there = _list_carried_events(old.audit.records())
            for event in _list_carried_events(later):
                if event not in there:
                    old.audit.add(event)
            for one in list_extension_records(old):
                one.narrow_rights(old, [each.event for each in later])
            then = old.audit.sealed_elsewhere()
            elsewhere = workspace.audit.sealed_elsewhere()
            sealed = [one for key, one in elsewhere.items() if then.get(key) != one]
            numbers.append(workspace.casework.last_numbers())
            what |= _keep_events(home, now, later)
        for last in numbers:
            old.casework.leave_out_numbers(last)
        what["alert_numbers_from"] = old.casework.alerts.skip_numbers(max(0, (now - copy.at).days))
        note_removal(home, RecordedRemoval(now, NUMBERS, old.casework.last_numbers()))
        old.audit.add(AuditEvent("brought back", now, old.who, what, token_hex(8)), sealed)
    return _Prepared(None if later is None else len(later), removed, head)


def _remove_again(old: Workspace, removals: Sequence[RecordedRemoval]) -> int:
    """Remove from a copy what was removed since, and what is past its time by now; how many
    removals that were.
    """
    known = {(one.event.at, one.event.subject) for one in old.audit.records()}
    since = [one for one in removals if (one.at, one.rule) not in known and one.rule != NUMBERS]
    for one in since:
        remove_again(old, one)
    if since:
        remove_expired(old, rules(old.settings.retention, old.extensions))
        old.casework.erasure.overwrite()
    return len(since)


def _read_later_events(
    workspace: Workspace, old: Workspace
) -> tuple[str, list[AuditRecord] | None]:
    """Return the head of the chain that is replaced, and its events that the copy does not have;
    None where they cannot be read.
    """
    ours = {one.position: one.sha256 for one in old.audit.records()}
    try:
        head = workspace.audit.head()
        every = workspace.audit.records()
        return head, [one for one in every if ours.get(one.position) != one.sha256]
    except (MadeBefore, NewerDatabase):
        raise
    except StorageError:
        return "", None


def _list_carried_events(records: Iterable[AuditRecord]) -> list[AuditEvent]:
    """Return the events of _CARRIED, without what each sealed in its own place."""
    events = [one.event for one in records if one.event.kind in _CARRIED]
    return [
        replace(one, what={k: v for k, v in one.what.items() if not k.startswith("sealed")})
        for one in events
    ]


def _keep_events(home: Path, now: datetime, later: Sequence[AuditRecord]) -> dict[str, AuditValue]:
    """Keep events in a file with the copies; return its name and hash for the chain."""
    path = home / FOLDER / f"{now:%Y%m%dT%H%M%SZ}-set-aside.jsonl"
    write_text(path, "".join(f"{one.line()}\n" for one in later))
    last = later[-1].sha256 if later else ""
    digest = hash_file(path)
    return {"events": len(later), "file": path.name, "file_sha256": digest, "last": last}
