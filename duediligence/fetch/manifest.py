"""What is written down of a snapshot: where each file came from, when, and its hash."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from duediligence.fetch.disk import digest, write

MANIFEST = "manifest.json"
_Utc = Annotated[datetime, msgspec.Meta(tz=True)]


@dataclass(frozen=True, slots=True)
class SnapshotFile:
    """One file as it was received.

    `size` is in bytes after decoding. `url` and `final_url` stand without their query, which may
    hold a key; both are empty for a file that a person brought. `retrieved_at` is UTC: when the
    bytes were fetched, or for a brought file when it was brought.
    """

    filename: str
    sha256: str
    size: int
    url: str
    final_url: str
    retrieved_at: _Utc
    headers: Mapping[str, str] = field(default_factory=dict)


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
        """One hash over all names and contents, whatever their order."""
        return content(self.files)

    @property
    def retrieved_at(self) -> datetime:
        """When the oldest of the files was retrieved."""
        return min(file.retrieved_at for file in self.files)

    def paths(self) -> dict[str, Path]:
        return {file.filename: self.folder / file.filename for file in self.files}

    def intact(self) -> dict[str, SnapshotFile]:
        """Those of the files, by name, whose bytes on the disk still have the recorded hash."""
        return {
            file.filename: file
            for file in self.files
            if digest(self.folder / file.filename) == file.sha256
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


def content(files: Iterable[SnapshotFile]) -> str:
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
    write([msgspec.json.format(msgspec.json.encode(manifest), indent=2)], folder / MANIFEST)


def load(folder: Path) -> Snapshot | None:
    """The snapshot in its own folder; None where that holds none."""
    snapshot = load_copy(folder)
    return snapshot if snapshot and snapshot.id == folder.name else None


def load_copy(folder: Path) -> Snapshot | None:
    """The snapshot in a folder of any name, as a person copies it from one machine to another."""
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=_Manifest)
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
