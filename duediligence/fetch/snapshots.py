"""Snapshots: the files of a list as they came, one folder for each time. They never change."""

import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Annotated, Literal

import msgspec

from duediligence.errors import SourceError, StorageError
from duediligence.text.dates import is_ahead
from duediligence.typed_data import decode_json
from duediligence.writing import hash_file, make_folder, rename, storing, write_chunks

MANIFEST = "manifest.json"
_Utc = Annotated[datetime, msgspec.Meta(tz=True)]


@dataclass(frozen=True, slots=True)
class SnapshotFile:
    """One file as it was received.

    `size` is in bytes after decoding. `url` and `final_url` stand without their query, which may
    hold a key; both are empty for a file that a person brought. `retrieved_at` is UTC: when the
    bytes were fetched, or for a brought file when it was brought. `sent` is the text that was
    posted for it, empty where nothing was.
    """

    filename: str
    sha256: str
    size: int
    url: str
    final_url: str
    retrieved_at: _Utc
    headers: Mapping[str, str] = field(default_factory=dict)
    sent: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The files of one list at one time.

    `taken_at` is when this tool put them here, `checked_at` when they were last known to be what
    the publisher serves (for brought files: when they were brought). `origin` says to a
    person where they came from. All times are UTC.
    """

    list_id: str
    id: str
    folder: Path
    taken_at: datetime
    checked_at: datetime
    files: tuple[SnapshotFile, ...]
    origin: str = ""

    @property
    def sha256(self) -> str:
        """Return one hash over all names and contents, whatever their order."""
        return hash_snapshot_files(self.files)

    @property
    def retrieved_at(self) -> datetime:
        """Return when the oldest of the files was retrieved."""
        return min(file.retrieved_at for file in self.files)

    def paths(self) -> dict[str, Path]:
        return {file.filename: self.folder / file.filename for file in self.files}

    def intact(self) -> dict[str, SnapshotFile]:
        """Return those of the files, by name, whose bytes on the disk still have the recorded
        hash.
        """
        return {
            file.filename: file
            for file in self.files
            if hash_file(self.folder / file.filename) == file.sha256
        }


@dataclass(frozen=True, slots=True)
class _Manifest:
    version: Literal[1]
    list_id: str
    id: str
    taken_at: _Utc
    checked_at: _Utc
    origin: str
    files: Annotated[tuple[SnapshotFile, ...], msgspec.Meta(min_length=1)]


def hash_snapshot_files(files: Iterable[SnapshotFile]) -> str:
    lines = sorted(f"{file.filename}\0{file.sha256}\n" for file in files)
    return sha256("".join(lines).encode()).hexdigest()


def save(snapshot: Snapshot, folder: Path) -> None:
    manifest = _Manifest(
        version=1,
        list_id=snapshot.list_id,
        id=snapshot.id,
        taken_at=snapshot.taken_at,
        checked_at=snapshot.checked_at,
        origin=snapshot.origin,
        files=snapshot.files,
    )
    write_chunks([msgspec.json.format(msgspec.json.encode(manifest), indent=2)], folder / MANIFEST)


def load_snapshot(folder: Path) -> Snapshot | None:
    """Return the snapshot in its own folder; None where that holds none."""
    snapshot = load_copy(folder)
    return snapshot if snapshot and snapshot.id == folder.name else None


def load_copy(folder: Path) -> Snapshot | None:
    """Return the snapshot in a folder of any name, as a person copies it from one machine to
    another.
    """
    try:
        manifest = decode_json((folder / MANIFEST).read_bytes(), _Manifest)
        sizes = [(folder / file.filename).stat().st_size for file in manifest.files]
    except (OSError, ValueError, msgspec.MsgspecError):
        return None
    if sizes != [file.size for file in manifest.files]:
        return None
    return Snapshot(
        list_id=manifest.list_id,
        id=manifest.id,
        folder=folder,
        taken_at=manifest.taken_at,
        checked_at=manifest.checked_at,
        files=manifest.files,
        origin=manifest.origin,
    )


_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{12}(-[0-9a-f]{4})*")
_STAGING = ".staging-"
# What a download that failed had fetched by then: no snapshot, and never more than one for a list.
_FAILED = ".failed"
_MOST_FAILED = 100_000_000
# Far longer than any download may take, so that a left-over is never another run's work.
_LEFT_OVER_AFTER = 86_400


class Snapshots:
    """The snapshots of every list, as `<root>/<list id>/<snapshot id>/`.

    A folder without a valid manifest is not a snapshot, whatever else it holds. `keep` is how
    many of a list's newest snapshots `prune` leaves. With `now`, one from the future, where a
    clock was wrong, is never the latest: its files are fetched again.
    """

    def __init__(self, root: Path, keep: int = 3, now: datetime | None = None) -> None:
        self._root = root
        self._keep = keep
        self._now = now

    def latest(self, list_id: str) -> Snapshot | None:
        """Return the newest snapshot of a list, if it has any."""
        return next(filter(self._is_past, self.all(list_id)), None)

    def _is_past(self, snapshot: Snapshot) -> bool:
        times = (snapshot.taken_at, snapshot.checked_at)
        return self._now is None or not is_ahead(max(times), self._now)

    def all(self, list_id: str) -> tuple[Snapshot, ...]:
        """Return every snapshot of a list, newest first."""
        found = [load_snapshot(folder) for folder in _list_subfolders(self._root / list_id)]
        snapshots = [snapshot for snapshot in found if snapshot and snapshot.list_id == list_id]
        return tuple(sorted(snapshots, key=lambda s: (s.taken_at, s.id), reverse=True))

    def strays(self, snapshot: Snapshot) -> list[str]:
        """Return the names in the folder of a snapshot that its manifest does not know."""
        known = {MANIFEST, *(file.filename for file in snapshot.files)}
        with storing(snapshot.folder):
            return sorted(one.name for one in snapshot.folder.iterdir() if one.name not in known)

    def prune(self, list_id: str, keep_ids: set[str]) -> None:
        """Remove all but the newest few snapshots of a list and those named in `keep_ids`."""
        for snapshot in self.all(list_id)[self._keep :]:
            if snapshot.id not in keep_ids:
                # Without its manifest it is no snapshot, even where the rest cannot go yet
                # because another program has a file open.
                with storing(snapshot.folder):
                    (snapshot.folder / MANIFEST).unlink(missing_ok=True)
                shutil.rmtree(snapshot.folder, ignore_errors=True)

    def forget(self, list_id: str) -> None:
        """Remove every snapshot of a list, and what a download that failed left."""
        for snapshot in self.all(list_id):
            with storing(snapshot.folder):
                (snapshot.folder / MANIFEST).unlink(missing_ok=True)
        shutil.rmtree(self._root / list_id, ignore_errors=True)

    def failed(self, list_id: str) -> dict[str, Path]:
        """Return the files that the last download had fetched before it failed, by name; often
        none.
        """
        folder = self._root / list_id / _FAILED
        with storing(folder):
            held = sorted(folder.iterdir()) if folder.is_dir() else []
        return {path.name: path for path in held if path.is_file()}

    def forget_failed(self, list_id: str) -> None:
        """Remove what a download that failed left."""
        shutil.rmtree(self._root / list_id / _FAILED, ignore_errors=True)

    @contextmanager
    def staging(self, list_id: str, *, keep_failed: bool = False) -> Iterator[Path]:
        """Provide a folder of one's own to gather the files in. It goes away unless it is
        committed.

        With `keep_failed`, what it holds when a SourceError is raised can be looked at as `failed`,
        until the next time; but not more than 100 MB.
        """
        home = self._root / list_id
        folder = home / f"{_STAGING}{os.getpid()}-{token_hex(4)}"
        with storing(home):
            make_folder(home)
            _remove_leftovers(home)
            make_folder(folder)
        try:
            yield folder
        except SourceError:
            if keep_failed:
                self._keep_failed(list_id, folder)
            raise
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _keep_failed(self, list_id: str, folder: Path) -> None:
        sizes = [path.stat().st_size for path in folder.iterdir()]
        if sizes and sum(sizes) <= _MOST_FAILED:
            self.forget_failed(list_id)
            # What cannot be kept is no reason to report another error than that of the download.
            with suppress(StorageError):
                rename(folder, self._root / list_id / _FAILED)

    def commit(
        self,
        list_id: str,
        staged: Path,
        files: Iterable[SnapshotFile],
        *,
        origin: str,
        taken_at: datetime,
        checked_at: datetime,
        confirmed: bool = True,
    ) -> Snapshot:
        """Make the staged files a snapshot; or, where the latest holds the same, confirm that.

        `confirmed` says that the files come from their source: a copy that a person brings again
        confirms nothing. Raises StorageError, and then nothing has changed.
        """
        files = tuple(files)
        hashed = hash_snapshot_files(files)
        snapshot_id = f"{taken_at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{hashed[:12]}"
        folder = self._root / list_id / snapshot_id
        for known in filter(None, (self.latest(list_id), load_snapshot(folder))):
            if (
                self._is_past(known)
                and known.sha256 == hashed
                and len(known.intact()) == len(files)
            ):
                if not confirmed:
                    return known
                checked_at = max(known.checked_at, checked_at.astimezone(UTC))
                found = replace(known, checked_at=checked_at, origin=origin)
                save(found, known.folder)
                return found
        if folder.exists():
            # Damaged, or of another refresh in this second, which may yet read it: left alone.
            snapshot_id = f"{snapshot_id}-{token_hex(2)}"
        snapshot = Snapshot(
            list_id=list_id,
            id=snapshot_id,
            folder=self._root / list_id / snapshot_id,
            taken_at=taken_at.astimezone(UTC),
            checked_at=checked_at.astimezone(UTC),
            files=files,
            origin=origin,
        )
        save(snapshot, staged)
        try:
            rename(staged, snapshot.folder)
        except StorageError:
            if not snapshot.folder.exists():
                raise
            # Another refresh took the name between the question and the answer.
            again = f"{snapshot_id}-{token_hex(2)}"
            snapshot = replace(snapshot, id=again, folder=self._root / list_id / again)
            save(snapshot, staged)
            rename(staged, snapshot.folder)
        return snapshot


def _list_subfolders(home: Path) -> list[Path]:
    with storing(home):
        return [path for path in home.iterdir() if path.is_dir()] if home.is_dir() else []


def _remove_leftovers(home: Path) -> None:
    """Remove what killed runs left: old staging folders, and snapshots that lost their manifest."""
    long_ago = time.time() - _LEFT_OVER_AFTER
    for folder in _list_subfolders(home):
        pruned = _ID.fullmatch(folder.name) and not (folder / MANIFEST).exists()
        # Another run may be sweeping too.
        with suppress(FileNotFoundError):
            if (folder.name.startswith(_STAGING) or pruned) and folder.stat().st_mtime < long_ago:
                shutil.rmtree(folder, ignore_errors=True)
