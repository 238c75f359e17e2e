"""Copies of the databases that cannot be fetched again, in the home: made, listed, deleted.

With them is kept what was removed, by reference and without names, so that bringing a copy back
never brings that back.
"""

import gzip
import json
import math
import os
import shutil
import sqlite3
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal, cast, get_args

from duediligence.errors import Conflict, StorageError
from duediligence.fetch.locking import lock_file
from duediligence.permissions import create
from duediligence.writing import (
    append_line,
    link,
    rename,
    take_place,
    unlink,
    write_chunks,
    write_stream,
)

FOLDER: Final = "copies"
# Where a connection writes what it still sees of a database that was replaced.
RESCUED: Final = "rescued"
REMOVED: Final = "removed.jsonl"
# What REMOVED also keeps: the numbers given out.
NUMBERS: Final = "numbers"
DATABASES: Final = ("casework.db", "schedule.db")
Why = Literal["daily", "upgrade", "import", "removal", "replaced"]
# How many are kept at any age; of daily ones also one a week for KEPT.
MOST: Final[Mapping[Why, int]] = {
    "daily": 7, "upgrade": 2, "import": 5, "removal": 1, "replaced": 2,
}  # fmt: skip
KEPT: Final = timedelta(weeks=8)
# Copies from before a removal go a day before the week is over: it may not be used then.
KEPT_AFTER_REMOVAL: Final = timedelta(days=6)
_TIME = "%Y%m%dT%H%M%SZ"
# A daily copy that would slow a command waits until the last one is so old.
LATEST: Final = timedelta(days=7)
_LEAST_SECONDS, _BYTES_A_SECOND = 0.006, 50_000_000
_PATIENCE_SECONDS = 30.0
# Fails while a program holds the bytes of a database that SQLite locks.
_PROBE = (
    "import fcntl, sys; file = open(sys.argv[1], 'r+b');"
    "fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002)"
)
# Pages that are copied before others get a turn.
_STEP_PAGES, _PIECE = 4_096, 1 << 20


@dataclass(frozen=True, slots=True)
class Copy:
    """The databases as they were at a moment (UTC), and why they were copied then."""

    path: Path
    at: datetime
    why: Why

    @property
    def name(self) -> str:
        return self.path.name.partition(".")[0]

    @property
    def files(self) -> list[Path]:
        """Return the file of each database, casework.db last: no copy without it."""
        return [self.path.with_name(_file_name(self.name, one)) for one in reversed(DATABASES)]


def list_copies(home: Path) -> list[Copy]:
    """Return the copies in a home, the newest first. Raises OSError."""
    found = []
    for path in (home / FOLDER).glob(_file_name("*", DATABASES[0])):
        time, _, why = path.name.partition(".")[0].partition("-")
        for reason in get_args(Why):
            if why == reason:
                at = datetime.strptime(time, _TIME).replace(tzinfo=UTC)
                found.append(Copy(path, at, reason))
    return sorted(found, key=lambda one: one.at, reverse=True)


def make_copy(home: Path, why: Why, at: datetime) -> Copy:
    """Copy one state of each database and delete expired copies.

    Raises StorageError, sqlite3.Error, OSError; older copies are then all still there.
    """
    folder, at = home / FOLDER, at.astimezone(UTC).replace(microsecond=0)
    with lock_file(folder / ".lock"):
        while (path := folder / _file_name(f"{at:{_TIME}}-{why}", DATABASES[0])).exists():
            at += timedelta(seconds=1)
        copy = Copy(path, at, why)
        for database, file in zip(reversed(DATABASES), copy.files, strict=True):
            if (home / database).exists():
                _compress_database(home / database, file)
        delete_old_copies(home, at)
    return copy


def try_copy(home: Path, why: Why, at: datetime, warn: Callable[[str], None]) -> None:
    """Make a copy; if that fails, only warn."""
    try:
        make_copy(home, why, at)
    except (StorageError, sqlite3.Error, OSError) as error:
        reason = error.message if isinstance(error, StorageError) else str(error)
        warn(f"No copy of the databases was made in {home / FOLDER}: {reason}. Free some space.")


def copy_daily(
    home: Path, at: datetime, warn: Callable[[str], None], seconds: float = math.inf
) -> None:
    """Make the copy of the day (UTC), unless there is one or nothing changed since the last copy.

    A copy that would take over `seconds` waits until the last copy is a week old. What hinders
    it is only warned of.
    """
    with suppress(OSError):
        delete_old_copies(home, at)
        files = [home / DATABASES[0], home / f"{DATABASES[0]}-wal"]
        there = [file.stat() for file in files if file.exists()]
        daily = [one for one in list_copies(home) if one.why == "daily"]
        last = daily[0] if daily else None
        changed = max((one.st_mtime_ns for one in there), default=0)
        if last and last.at.date() == at.astimezone(UTC).date():
            return
        if changed <= (last.path.stat().st_mtime_ns if last else 0):
            return
        is_late = last and at - last.at >= LATEST
        needed = _LEAST_SECONDS + sum(one.st_size for one in there) / _BYTES_A_SECOND
        if is_late or needed <= seconds:
            try_copy(home, "daily", at, warn)


def delete_old_copies(home: Path, now: datetime) -> None:
    """Delete copies that are no longer kept, and rescued and damaged files from before a removal.
    Raises OSError.
    """
    for one in list_expired_copies(home, now):
        delete_copy(one)
    last = _find_last_removal(home, now).timestamp()
    for file in (*(home / RESCUED).glob("*"), *(home / FOLDER).glob("*-damaged.*")):
        if file.stat().st_mtime < last:
            unlink(file)
    if any(list_removals(home)):  # copies of earlier versions
        shutil.rmtree(home / "upgrades", ignore_errors=True)


def list_expired_copies(home: Path, now: datetime) -> list[Copy]:
    """Return the copies that are no longer kept by MOST and KEPT, or for what was removed since."""
    copies, kept = list_copies(home), set[Copy]()
    weekly: dict[object, Copy] = {}
    for why, most in MOST.items():
        kept.update([one for one in copies if one.why == why][:most])
    for one in copies:
        if one.why == "daily" and now - one.at < KEPT:
            weekly[one.at.isocalendar()[:2]] = one  # the first of each week stays
    kept.update(weekly.values())
    last = _find_last_removal(home, now)
    return [one for one in copies if one not in kept or one.at < last]


def _find_last_removal(home: Path, now: datetime) -> datetime:
    """Return the last removal before which nothing is kept any more."""
    removed = [one.at for one in list_removals(home) if now - one.at >= KEPT_AFTER_REMOVAL]
    return max(removed, default=datetime.fromtimestamp(0, UTC))


def delete_copy(copy: Copy) -> None:
    """Delete the files of a copy. Raises OSError."""
    for file in reversed(copy.files):
        unlink(file)


def open_copy(copy: Copy, database: str, into: Path) -> None:
    """Unpack a database of the copy into a new file. Raises OSError, EOFError for a cut one."""
    with gzip.open(copy.path.with_name(_file_name(copy.name, database))) as packed:
        write_stream(into, cast(BinaryIO, packed))


@dataclass(frozen=True, slots=True)
class RecordedRemoval:
    """What the audit chain has of something that was removed: when, the rule, and what."""

    at: datetime
    rule: str
    what: Mapping[str, Any]


def note_removal(home: Path, removal: RecordedRemoval) -> None:
    """Keep, on the disk for good, that something was removed. Raises StorageError."""
    line = {"at": removal.at.isoformat(), "rule": removal.rule, "what": removal.what}
    append_line(home / REMOVED, json.dumps(line))


def list_removals(home: Path) -> Iterator[RecordedRemoval]:
    """Yield what was ever removed here. A line that was cut is of a removal that never ended."""
    path = home / REMOVED
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        try:
            read = json.loads(line)
            yield RecordedRemoval(datetime.fromisoformat(read["at"]), read["rule"], read["what"])
        except (ValueError, KeyError, TypeError):
            continue


def copy_pages(source: sqlite3.Connection, into: Path) -> None:
    """Copy a database into a new file. Raises sqlite3.Error."""
    with closing(sqlite3.connect(into)) as target:
        target.execute("PRAGMA journal_mode = OFF")  # the caller syncs the file
        target.execute("PRAGMA synchronous = OFF")
        source.backup(target, pages=_STEP_PAGES)


def swap_database(
    home: Path, by: Path, at: datetime, check: Callable[[], None], close: Callable[[], None]
) -> None:
    """Make `casework.db` what the file `by` holds, through SQLite in one transaction: readers see
    either state. What it was is copied first; files that SQLite cannot copy stay in FOLDER.

    `check` is called when no other can write, and may raise; `close` before files move.
    Raises Conflict if other programs use it, StorageError, OSError.
    """
    if not (home / DATABASES[0]).exists():
        _set_aside(home, by, at)
        return
    try:
        make_copy(home, "replaced", at)
        _write_pages(home / DATABASES[0], by, check)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            raise StorageError(f"{home}: {error}", hint="Nothing was brought back.") from error
        close()
        _set_aside(home, by, at)


def _write_pages(database: Path, by: Path, check: Callable[[], None]) -> None:
    until, checked = time.monotonic() + _PATIENCE_SECONDS, False

    def step(status: int, _left: int, _all: int) -> None:
        nonlocal checked
        if status == sqlite3.SQLITE_OK and not checked:
            check()
            checked = True
        if not checked and time.monotonic() > until:
            raise Conflict("Another program is writing", hint="Wait for it to end and try again.")

    with closing(sqlite3.connect(by)) as source, closing(sqlite3.connect(database)) as target:
        source.backup(target, pages=1, progress=step)


def _set_aside(home: Path, by: Path, at: datetime) -> None:
    path = home / DATABASES[0]
    if os.name == "posix" and path.exists():
        # In a process of its own: closing a file here would drop the locks of our connections.
        probe = [sys.executable, "-c", _PROBE, os.fspath(path)]
        if subprocess.run(probe, check=False, capture_output=True).returncode:  # noqa: S603
            raise Conflict(f"{path} is open elsewhere", hint="Stop the other programs first.")
    # The database last: until the other is in its place there is always one.
    for end, keep in (("-wal", rename), ("-shm", rename), ("", link)):
        file = path.with_name(f"{path.name}{end}")
        if file.exists():
            keep(file, home / FOLDER / f"{at:{_TIME}}-damaged.{file.name}")
    take_place(by, path)


def _compress_database(database: Path, into: Path) -> None:
    plain = into.with_suffix(".plain")
    plain.unlink(missing_ok=True)  # of a command that was killed here
    try:
        create(plain)
        # A connection of our own: a connection that holds the write lock cannot be copied from.
        with closing(sqlite3.connect(database)) as source:
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            copy_pages(source, plain)
        with plain.open("rb") as file:
            write_chunks(_compress_file(file), into)
    finally:
        plain.unlink(missing_ok=True)


def _compress_file(file: BinaryIO) -> Iterator[bytes]:
    packer = zlib.compressobj(level=1, wbits=31)  # as gzip does
    while chunk := file.read(_PIECE):
        yield packer.compress(chunk)
    yield packer.flush()


def _file_name(copy: str, database: str) -> str:
    return f"{copy}.{database}.gz"
