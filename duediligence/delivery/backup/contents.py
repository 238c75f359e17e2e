"""What a backup holds beside the databases: all that cannot be fetched again, and no secret.

Not in it: what is fetched or made again (`lists.db`, `register.db`, `register/`, downloads,
`indexes/`, `lookups.db`), who is at work (`*.lock`), copies of the databases, and the keys of the
installation unless they are asked for.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from duediligence.delivery.backup.stream import Content, Member
from duediligence.errors import StorageError
from duediligence.fetch.snapshots import MANIFEST as SNAPSHOT_MANIFEST
from duediligence.fetch.snapshots import Snapshot, Snapshots
from duediligence.model.letters import TEMPLATES
from duediligence.screening.contact_keys import FILE as CONTACTS_KEY
from duediligence.settings import FILENAME, SECRET, Settings, read_document
from duediligence.settings.editing import format_settings_toml
from duediligence.store.copies import FOLDER

MANIFEST = "backup.json"
DATABASES = ("casework.db", "schedule.db")
# Whoever has the second can try out which phone number a hash in `casework.db` is of.
KEYS = ("keys/signing.pem", CONTACTS_KEY)
# Where a restored home has what its settings named outside the home.
ELSEWHERE = "elsewhere"
_PIECE = 1 << 20
_TRIES = 5


@dataclass(frozen=True, slots=True)
class KeptSettings:
    """The home's own settings as they are kept.

    `secrets` are the names of those that were left out. `files` is what the settings in effect
    name, a file or a folder, by the name that it has in a restored home.
    """

    document: Mapping[str, Any]
    secrets: tuple[str, ...]
    files: Mapping[str, Path]


def kept_settings(settings: Settings) -> KeptSettings:
    """Return the home's `duediligence.toml` without secrets; what it names outside the home is
    moved in.

    Raises UsageError for a file that does not read.
    """
    home = settings.home.resolve()
    document = dict(read_document(home / FILENAME) or {})
    secrets = tuple(name for name in document if name in SECRET)
    for name in secrets:
        del document[name]
    files = {TEMPLATES: home / TEMPLATES}
    for setting, usual in (
        ("schedule_file", "schedule.toml"),
        ("local_registers", "local-registers"),
        ("policy", ""),
    ):
        path: Path | None = getattr(settings, setting)
        if path is None:
            if usual:
                files[usual] = home / usual
            continue
        try:
            name = path.resolve().relative_to(home).as_posix()
        except ValueError:
            name = f"{ELSEWHERE}/{path.name}"
        if name in (".", MANIFEST, FILENAME, *DATABASES, *files):
            name = f"{ELSEWHERE}/{setting}/{path.name}"
        files[name] = path
        document[setting] = name
    return KeptSettings(document, secrets, files)


def list_backup_contents(
    settings: Settings, kept: KeptSettings, databases: Path, *, with_key: bool
) -> Iterator[Content]:
    """Yield each file of a backup; `databases` is the folder of the copies of these.

    Answers of a register come after `casework.db`, so that those are there that its runs refer
    to. Raises StorageError for a file that cannot be read.
    """
    home = settings.home
    for name in DATABASES:
        yield from _file(name, databases / name)
    if kept.document:
        # Without comments: one may hold a secret that was in use.
        body = format_settings_toml(kept.document).encode()
        yield Member(FILENAME, len(body)), [body]
    for name, path in kept.files.items():
        yield from _list_folder_contents(name, path) if path.is_dir() else _file(name, path)
    for path in sorted((home / FOLDER).glob("*.jsonl")):  # events that were set aside
        yield from _file(f"{FOLDER}/{path.name}", path)
    yield from _list_register_answers(home)
    for snapshot in list_imported_snapshots(home):
        folder = f"snapshots/{snapshot.list_id}/{snapshot.id}"
        for name in (*(file.filename for file in snapshot.files), SNAPSHOT_MANIFEST):
            yield from _file(f"{folder}/{name}", snapshot.folder / name)
    for name in KEYS if with_key else ():
        yield from _file(name, home / name)


def list_imported_snapshots(home: Path) -> Iterator[Snapshot]:
    """Yield the snapshots of files that a person brought: no publisher serves these bytes to us."""
    root = home / "snapshots"
    with _report_unreadable(root):
        lists = sorted(path.name for path in root.iterdir()) if root.is_dir() else []
    for list_id in lists:
        for snapshot in Snapshots(root).all(list_id):
            if not snapshot.origin.startswith("https://"):
                yield snapshot


def _list_register_answers(home: Path) -> Iterator[Content]:
    """Yield the answers of Companies House, as they were given: the register no longer has
    these.
    """
    root = home / "companies-house"
    with _report_unreadable(root):
        folders = sorted(path for path in root.iterdir() if path.is_dir()) if root.is_dir() else []
    for folder in folders:
        yield from _answers_in(folder)


def _answers_in(folder: Path) -> list[Content]:
    """Return all of a folder at one time: an answer that is confirmed is written again and
    removed.
    """
    for _ in range(_TRIES):
        found: list[Content] = []
        try:
            for path in sorted(folder.glob("*.json")):
                body = path.read_bytes()
                name = f"companies-house/{folder.name}/{path.name}"
                found.append((Member(name, len(body), path.stat().st_mtime_ns), [body]))
        except FileNotFoundError:
            continue
        except OSError as error:
            raise _build_unreadable_error(folder, error) from error
        return found
    raise StorageError(f"{folder} changes all the time", hint="Run the backup again.")


def _list_folder_contents(name: str, folder: Path) -> Iterator[Content]:
    with _report_unreadable(folder):
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in paths:
        inside = PurePosixPath(name, path.relative_to(folder).as_posix())
        yield from _file(str(inside), path)


def _file(name: str, path: Path) -> Iterator[Content]:
    """Yield the file, if there is one: what was removed meanwhile is no longer needed."""
    with _report_unreadable(path):
        try:
            file = path.open("rb") if path.is_file() else None
        except FileNotFoundError:
            file = None
    if file is None:
        return
    with file:
        found = os.fstat(file.fileno())
        yield (
            Member(name, found.st_size, found.st_mtime_ns),
            _read_file_pieces(file, found.st_size, path),
        )


def _read_file_pieces(file: BinaryIO, size: int, path: Path) -> Iterator[bytes]:
    while size:
        with _report_unreadable(path):
            chunk = file.read(min(size, _PIECE))
        if not chunk:
            return
        size -= len(chunk)
        yield chunk


@contextmanager
def _report_unreadable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _build_unreadable_error(path, error) from error


def _build_unreadable_error(path: Path, error: OSError) -> StorageError:
    return StorageError(
        f"{path} cannot be read: {error.strerror or error}",
        hint="A backup holds all or nothing. Check that this account may read the file.",
    )
