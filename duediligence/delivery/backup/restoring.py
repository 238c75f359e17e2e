"""Verify a backup, and restore a home from it: whole or not at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import BinaryIO

import msgspec

from duediligence.age_files import decrypt_chunks
from duediligence.casework import verifying
from duediligence.delivery.backup.contents import DATABASES, MANIFEST
from duediligence.delivery.backup.making import FORM, BackupMade, BackupManifest
from duediligence.delivery.backup.stream import (
    BackupFile,
    Member,
    decompress_chunks,
    unpack_backup_stream,
)
from duediligence.errors import (
    Conflict,
    DamagedBackup,
    MadeBefore,
    NewerDatabase,
    NotFound,
    StorageError,
    UsageError,
)
from duediligence.fetch.locking import InUse, lock_file
from duediligence.model.audit import AuditEvent, AuditProblem, AuditValue
from duediligence.progress import SILENT, Progress, Task
from duediligence.reading import regular
from duediligence.screening.audit_events import registers_gone
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings, load_settings
from duediligence.store.casework.unit_of_work import Casework
from duediligence.store.schedule import ScheduleStore
from duediligence.typed_data import decode_json
from duediligence.writing import make_folder, rename, storing, write_chunks

_LONGEST_MANIFEST = 500_000_000
# Left free on the disk, whatever a backup unpacks to.
_SPARE_BYTES = 100_000_000


@dataclass(frozen=True, slots=True)
class BackupVerified:
    """A backup that was decrypted, unpacked and opened as a home.

    Every byte of it is as it was written. `problem` is the first one of the chain in it, which was
    there when the backup was made.
    """

    path: Path
    sha256: str
    size: int
    manifest: BackupManifest
    problem: AuditProblem | None


@dataclass(frozen=True, slots=True)
class Restored:
    """A home that was restored, the id that tells it from others of the same backup, and that."""

    home: Path
    id: str
    backup: BackupVerified

    @property
    def brought(self) -> dict[str, Path]:
        """Return the newest files of each list that a person brought: the folder that they are
        in.
        """
        root = self.home / "snapshots"
        return {one: root / one / newest for one, newest in self.backup.manifest.brought.items()}


def verify_backup(path: Path, passphrase: str, *, progress: Progress = SILENT) -> BackupVerified:
    """Restore a backup into a private folder that is then removed, and verify what it holds.

    Raises NotFound, WrongPassphrase, DamagedBackup, MadeBefore, NewerDatabase, StorageError.
    """
    with TemporaryDirectory(prefix="duediligence-", ignore_cleanup_errors=True) as folder:
        return _unpack_and_verify(path, passphrase, Path(folder), progress)


def restore_backup(
    path: Path,
    home: Path,
    passphrase: str,
    *,
    at: datetime,
    who: str,
    accept_broken: bool = False,
    progress: Progress = SILENT,
) -> Restored:
    """Make `home` from a backup, whole or not at all; it must be empty or absent.

    Everything is unpacked and verified beside it first. The chain goes on with an event "restored"
    that names the backup and an id of this restoration; a backup whose chain is broken needs
    `accept_broken`, which is recorded. Raises Conflict, and what `verify` raises.
    """
    home = Path(os.path.realpath(home))
    _check_empty(home)
    with _make_restoration_folder(home) as folder:
        found = _unpack_and_verify(path, passphrase, folder, progress)
        if found.problem and not accept_broken:
            raise StorageError(
                f"{path}: its audit chain is broken at record {found.problem.position}: "
                f"{found.problem.what}",
                hint="It was so when the backup was made. Use an earlier backup, or accept it: "
                "the restored home records that.",
            )
        identity = token_hex(8)
        with Casework(folder / "casework.db", who=who) as casework:
            what = _describe_restoration(found)
            days = max(0, (at - found.manifest.made_at).days)
            what["alert_numbers_from"] = casework.alerts.skip_numbers(days)
            event = AuditEvent("restored", at, who, what, identity)
            casework.audit.add(event, registers_gone(casework.audit))
        _check_empty(home)
        with storing(home):
            if home.is_dir():
                home.rmdir()
        rename(folder, home)
    return Restored(home, identity, found)


def _describe_restoration(found: BackupVerified) -> dict[str, AuditValue]:
    manifest = found.manifest
    broken: dict[str, AuditValue] = {"broken_at": found.problem.position} if found.problem else {}
    return {
        "backup": manifest.id,
        "backup_sha256": found.sha256,
        "backup_made_at": manifest.made_at.isoformat(),
        "backup_head": manifest.head,
        "backup_records": manifest.records,
        "backup_version": manifest.version,
        "signing_key": "in the backup" if manifest.with_key else "not in the backup",
        **broken,
    }


def _check_empty(home: Path) -> None:
    with storing(home):
        inside = sorted(path.name for path in home.iterdir()) if home.is_dir() else []
    if inside or home.is_file():
        raise Conflict(
            f"{home} is not empty: it holds {', '.join(inside[:3]) or 'a file'}"
            + (" and more" if len(inside) > 3 else ""),
            hint="A backup is restored into an empty home, never over another. Move that folder "
            "away, or name a new one as the home.",
        )


@contextmanager
def _make_restoration_folder(home: Path) -> Iterator[Path]:
    """Provide a private folder on the disk of the home, to become it; what is left of it is removed
    at the end, or by the next restoration where this one is killed.
    """
    start = f".{home.name}.restoring-"
    with storing(home.parent):
        make_folder(home.parent)
        for left in home.parent.iterdir():
            if left.name.startswith(start):
                _remove_unless_in_use(left)
        around = home.parent / f"{start}{token_hex(4)}"
        make_folder(around, private=True)
    try:
        with lock_file(around / "lock"):
            folder = around / home.name
            with storing(folder):
                make_folder(folder, private=True)
            yield folder
    finally:
        shutil.rmtree(around, ignore_errors=True)


def _remove_unless_in_use(folder: Path) -> None:
    try:
        with lock_file(folder / "lock", patience=0):
            pass
    except InUse:
        return
    shutil.rmtree(folder, ignore_errors=True)


def _unpack_and_verify(
    path: Path, passphrase: str, folder: Path, progress: Progress
) -> BackupVerified:
    """Unpack a backup into an empty folder, and verify what then is there."""
    with _open_backup_file(path) as file:
        size_of_all = path.stat().st_size
        with progress.task("Reading the backup", size_of_all, unit="bytes") as task:
            hashing = _Hashing(file, task)
            manifest = _extract_backup_files(hashing, passphrase, folder, path)
        digest, size = hashing.sha256.hexdigest(), hashing.size
    try:
        problem = _find_chain_problem(path, manifest, folder, progress)
    except MadeBefore as error:
        raise MadeBefore(str(path)) from error
    except NewerDatabase as error:
        raise NewerDatabase(
            f"{path}: version {manifest.version} of this program made it; this one is older",
            hint="Install that version or a newer one.",
        ) from error
    return BackupVerified(path, digest, size, manifest, problem)


@contextmanager
def _open_backup_file(path: Path) -> Iterator[BinaryIO]:
    if path.is_dir():
        raise UsageError(f"{path} is not a file", hint="Name the file of a backup.")
    try:
        with regular(path).open("rb") as file:
            yield file
    except FileNotFoundError as error:
        raise NotFound(f"{path}: no such file", hint="Check the name.") from error
    except OSError as error:
        raise StorageError(f"{path}: cannot be read: {error.strerror or error}") from error


class _Hashing:
    """A file, with the hash of what was read of it."""

    def __init__(self, file: BinaryIO, task: Task) -> None:
        self._file = file
        self._task = task
        self.sha256 = sha256()
        self.size = 0

    def read(self, size: int, /) -> bytes:
        chunk = self._file.read(size)
        self.sha256.update(chunk)
        self.size += len(chunk)
        self._task.advance(len(chunk))
        return chunk


def _extract_backup_files(
    file: _Hashing, passphrase: str, folder: Path, path: Path
) -> BackupManifest:
    of = str(path)
    found: dict[str, BackupFile] = {}
    manifest: BackupManifest | None = None
    for member, body in unpack_backup_stream(
        decompress_chunks(decrypt_chunks(file, passphrase, name=of), of=of), of=of
    ):
        if manifest is not None or member.name in found:
            raise DamagedBackup(f"{of}: {member.name} is in it twice, or after its end")
        if member.name == MANIFEST:
            manifest = _read_backup_manifest(member, body, of)
        else:
            digest = _write_restored_file(member, body, folder)
            found[member.name] = BackupFile(member.name, member.size, digest)
    if manifest is None or manifest.files != tuple(found.values()) or "casework.db" not in found:
        raise DamagedBackup(f"{of}: does not hold the files that it says", hint=_ANOTHER)
    return manifest


def _write_restored_file(member: Member, body: Iterator[bytes], folder: Path) -> str:
    target = folder / member.name
    with storing(target):
        if member.size > shutil.disk_usage(folder).free - _SPARE_BYTES:
            raise StorageError(
                f"There is no disk space for {member.name}, {member.size:,} bytes",
                hint=f"Free some on the disk of {folder.parent}.",
            )
        if target.exists():
            raise StorageError(
                f"{member.name}: this disk cannot tell its name from that of another file",
                hint="Restore on a disk where capitals and small letters differ.",
            )
        make_folder(target.parent)
        digest, _ = write_chunks(body, target)
        os.utime(target, ns=(member.modified, member.modified))
    return digest


def _read_backup_manifest(member: Member, body: Iterator[bytes], of: str) -> BackupManifest:
    if member.size > _LONGEST_MANIFEST:
        raise DamagedBackup(f"{of}: the list of its files is too long", hint=_ANOTHER)
    text = b"".join(body)
    try:
        form = decode_json(text, _Form).form
        if form == FORM:
            return decode_json(text, BackupManifest)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DamagedBackup(f"{of}: the list of its files does not read", hint=_ANOTHER) from error
    raise DamagedBackup(
        f"{of}: is in form {form}, which this version cannot read",
        hint="Use the newer version of this program that made it.",
    )


class _Form(msgspec.Struct):
    form: int


def _find_chain_problem(
    path: Path, manifest: BackupManifest, folder: Path, progress: Progress
) -> AuditProblem | None:
    """Return the first problem of the chain. Raises DamagedBackup where the databases are not those
    that the manifest describes.
    """
    # Whoever knows the passphrase may read it, whatever role they had there.
    with Workspace(replace(_load_restored_settings(folder), users={})) as workspace:
        casework = workspace.casework
        damage = casework.damage()
        if not damage and (folder / DATABASES[1]).exists():
            with closing(ScheduleStore(folder / DATABASES[1])) as schedule:
                damage = schedule.damage()
        if damage:
            raise DamagedBackup(f"{path}: a database in it is damaged: {damage}", hint=_ANOTHER)
        counts, head = casework.counts(), casework.audit.head()
        counted = (counts["audit"], counts["suppliers"], counts["runs"], counts["decisions"])
        said = (manifest.records, manifest.suppliers, manifest.runs, manifest.decisions)
        if (head, counted) != (manifest.head, said):
            raise DamagedBackup(f"{path}: does not hold the records that it says", hint=_ANOTHER)
        return verifying.verify(workspace, progress=progress)


def _load_restored_settings(folder: Path) -> Settings:
    """Return those of the home that was kept; of a version that had others, the defaults."""
    try:
        return load_settings({}, {}, default_home=folder).settings
    except UsageError:
        return Settings(home=folder)


_ANOTHER = "Use another backup."


def made_document(made: BackupMade) -> dict[str, object]:
    """Return what is in a backup that was made, and the hash and bytes of its file."""
    return {**_build_manifest_document(made.manifest), "sha256": made.sha256, "bytes": made.size}


def verified_document(found: BackupVerified) -> dict[str, object]:
    """Return what is in a backup, and whether the audit chain in it is sound."""
    return {
        **_build_manifest_document(found.manifest),
        "sha256": found.sha256,
        "bytes": found.size,
        "sound": found.problem is None,
        "problem": found.problem,
    }


def restored_document(restored: Restored) -> dict[str, object]:
    """Return what was restored, where, and the folders of the files that a person brought."""
    return {
        **_build_manifest_document(restored.backup.manifest),
        "home": str(restored.home),
        "restoration": restored.id,
        "brought": {one: str(folder) for one, folder in restored.brought.items()},
    }


def _build_manifest_document(manifest: BackupManifest) -> dict[str, object]:
    return {
        "made_at": manifest.made_at,
        "version": manifest.version,
        "head": manifest.head,
        "records": manifest.records,
        "suppliers": manifest.suppliers,
        "runs": manifest.runs,
        "decisions": manifest.decisions,
        "with_key": manifest.with_key,
        "files": len(manifest.files),
        "secrets_left_out": manifest.secrets,
    }
