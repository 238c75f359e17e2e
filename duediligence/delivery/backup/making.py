"""Make a backup: one encrypted file of all that cannot be fetched again."""

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from secrets import token_hex

import msgspec

from duediligence.age_files import WORK_FACTOR, encrypt_chunks
from duediligence.casework.signing_keys import signing_key
from duediligence.delivery.backup.contents import (
    MANIFEST,
    kept_settings,
    list_backup_contents,
    list_imported_snapshots,
)
from duediligence.delivery.backup.stream import (
    BackupFile,
    Content,
    Member,
    compress_chunks,
    pack_backup_stream,
)
from duediligence.errors import Conflict, Invalid
from duediligence.fetch.locking import InUse, lock_file
from duediligence.passphrases import check_passphrase
from duediligence.permissions import lies_within
from duediligence.progress import SILENT, Progress, track_progress
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.store.schedule import ScheduleStore
from duediligence.version import __version__
from duediligence.writing import hash_file, make_folder, replace_file, storing, write_chunks

FORM = 1
COPIES = ".backup-in-progress"
"""The folder in the home for copies of its databases while a backup is made."""
# What the schedule calls its backups; it removes no file of another name.
_NAME = re.compile(r"duediligence-\d{8}T\d{6}Z\.backup")


class BackupManifest(msgspec.Struct, frozen=True):
    """What a backup says of itself, at its end.

    `head` and `records` are those of the audit chain in it; the counts are of `casework.db`.
    `brought` has the lists whose files a person brought, which are in it, each with its newest
    snapshot; `secrets` are the names of settings that are not.
    """

    form: int
    id: str
    made_at: datetime
    version: str
    head: str
    records: int
    suppliers: int
    runs: int
    decisions: int
    alerts: int
    with_key: bool
    brought: Mapping[str, str]
    secrets: tuple[str, ...]
    files: tuple[BackupFile, ...] = ()


@dataclass(frozen=True, slots=True)
class BackupMade:
    """A backup that was made: its file, that file's hash and bytes, and what is in it."""

    path: Path
    sha256: str
    size: int
    manifest: BackupManifest


@use_case("make backups", event="backup made")
def make(
    workspace: Workspace,
    path: Path,
    passphrase: str,
    *,
    with_key: bool = False,
    work_factor: int = WORK_FACTOR,
    progress: Progress = SILENT,
) -> BackupMade:
    """Write a backup to `path`, whole or not at all, whatever others do in the home meanwhile.

    `casework.db` is copied in one state. The event in the chain names the file by its hash, so it
    comes after that state and is not in the backup. `with_key`: the signing key is. Raises Invalid
    for a passphrase that is too short or too common, Conflict for a file that is there,
    StorageError.
    """
    home = workspace.settings.home
    check_passphrase(passphrase)
    _check_place(path, home)
    kept = kept_settings(workspace.settings)
    if with_key:
        signing_key(workspace)  # made where there is none yet
    newest = {one.list_id: one.id for one in reversed(list(list_imported_snapshots(home)))}
    with make_work_folder(home) as folder:
        casework = workspace.casework
        with progress.task("Copying the databases"), casework.snapshot():
            counts = casework.counts()
            manifest = BackupManifest(
                form=FORM,
                id=token_hex(8),
                made_at=workspace.now(),
                version=__version__,
                head=casework.audit.head(),
                records=counts["audit"],
                suppliers=counts["suppliers"],
                runs=counts["runs"],
                decisions=counts["decisions"],
                alerts=counts["alerts"],
                with_key=with_key,
                brought=newest,
                secrets=kept.secrets,
            )
            casework.copy(folder / "casework.db")
        if (home / "schedule.db").exists():
            with closing(ScheduleStore(home / "schedule.db")) as schedule:
                schedule.copy(folder / "schedule.db")

        def last(files: tuple[BackupFile, ...]) -> Content:
            body = msgspec.json.encode(msgspec.structs.replace(manifest, files=files))
            return Member(MANIFEST, len(body)), [body]

        stream = pack_backup_stream(
            list_backup_contents(workspace.settings, kept, folder, with_key=with_key), last
        )
        size_of_all = sum(_list_backup_sizes(home, folder))
        with (
            progress.task("Writing the backup", size_of_all, unit="bytes") as task,
            replace_file(path) as temporary,
        ):
            sealed = encrypt_chunks(
                compress_chunks(track_progress(stream, task, len)),
                passphrase,
                work_factor=work_factor,
            )
            digest, size = write_chunks(sealed, temporary)
            _check_place(path, home)
            workspace.record(
                "backup made",
                {
                    "file": path.name,
                    "sha256": digest,
                    "bytes": size,
                    "head": manifest.head,
                    "records": manifest.records,
                    "signing_key": "in it" if with_key else "not in it",
                },
                subject=manifest.id,
            )
    return BackupMade(path, digest, size, manifest)


def _list_backup_sizes(home: Path, databases: Path) -> Iterator[int]:
    """Yield the bytes of most of what goes into a backup, to tell how far it is."""
    folders = [one.folder for one in list_imported_snapshots(home)]
    answers = (home / "companies-house").glob("*/*.json")
    for path in chain(databases.glob("*.db"), answers, *(one.iterdir() for one in folders)):
        with suppress(OSError):
            yield path.stat().st_size


def name_for(at: datetime) -> str:
    """Return the name of a backup that the schedule makes; they sort by their time."""
    return f"duediligence-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}.backup"


def remove_older(workspace: Workspace, folder: Path, *, keep: int) -> int:
    """Remove all but the newest backups in a folder that this home made; returns how many.

    Files that the chain does not have by name and hash stay. Raises StorageError.
    """
    events = [one.event.what for one in workspace.audit.records(kind="backup made")]
    made = {folder / str(one["file"]): one["sha256"] for one in events}
    there = [path for path in made if _NAME.fullmatch(path.name) and path.is_file()]
    old = [path for path in there[:-keep] if hash_file(path) == made[path]]
    for path in old:
        with storing(path):
            path.unlink(missing_ok=True)
    return len(old)


def _check_place(path: Path, home: Path) -> None:
    if path.exists():
        raise Conflict(f"{path} already exists", hint="Name another file: none is ever replaced.")
    if not path.parent.is_dir():
        raise Invalid(
            f"{path.parent} is not a folder", field="file", hint="Create it first, or name another."
        )
    if lies_within(path, home):
        raise Invalid(
            f"{path} is in the home: it would be lost with it",
            field="file",
            hint="Write it to another disk or machine.",
        )


@contextmanager
def make_work_folder(home: Path) -> Iterator[Path]:
    """Provide a folder in the home for copies of the databases: they are as private as these, and
    are removed at the end, or by the next backup where this one is killed.
    """
    folder = home / COPIES
    try:
        with lock_file(home / "backup.lock", patience=0):
            shutil.rmtree(folder, ignore_errors=True)
            try:
                with storing(folder):
                    make_folder(folder, private=True)
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    except InUse as error:
        raise Conflict(
            f"another backup of {home} is being made or brought back",
            hint="Wait for it to end and try again.",
        ) from error
