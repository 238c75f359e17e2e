"""Connections that know their files, which only SQLite may open and which must stay in place.

When a process closes any descriptor of a file it loses all locks that it has on that file (POSIX,
fcntl(2); sqlite.org/howtocorrupt.html, 2.2). The next program then takes itself for the only one,
writes the log back and deletes it, and what this one goes on writing is lost. So a file that is
open here as a database is opened by nothing else in the process, and before a change is
acknowledged its files are compared with those that stand at their paths.
"""

import os
import sqlite3
import sys
from collections import Counter
from pathlib import Path
from threading import Lock
from typing import Any

from duediligence.errors import ReplacedDatabase, StorageError
from duediligence.permissions import create
from duediligence.writing import make_folder

# The database, its log, and the index of the log, on which the locks are.
ENDS = ("", "-wal", "-shm")
RESCUED = "rescued"
FileIdentity = tuple[int, int]

_open_files: Counter[FileIdentity] = Counter()
_rescued: dict[tuple[Path, FileIdentity], str] = {}
_guard = Lock()


class Connection(sqlite3.Connection):
    """A connection to the file at `path`, once `hold_files` has recorded which file that is."""

    path = Path()
    _is_rescued = False
    _held: dict[Path, FileIdentity] = {}  # noqa: RUF012 - replaced as a whole

    def hold_files(self, path: Path, *, rescue: bool = False) -> None:
        """Record the files that are open; no other program can take away a log that is being
        read. `rescue`: what is in them cannot be fetched again.
        """
        self.execute("BEGIN")
        self.execute("SELECT 1 FROM sqlite_schema").fetchone()
        places = (path.with_name(path.name + end) for end in ENDS)
        held = {place: found for place in places if (found := _identify(place))}
        self.execute("COMMIT")
        with _guard:
            _open_files.update(held.values())
        self.path, self._held, self._is_rescued = path, held, rescue

    def check_files(self) -> None:
        """Raise ReplacedDatabase where one of the files is no longer the one that is open.

        What this connection still sees is written beside them first, once a process.
        """
        if all(_identify(place) == held for place, held in self._held.items()):
            return
        self.rollback()
        rescued = self._rescue() if self._is_rescued else ""
        raise ReplacedDatabase(
            f"{self.path.name} was moved, replaced or deleted while it was in use: the last change "
            "was not saved",
            hint="Close every program that uses the home folder and find out what changed its "
            "files: a folder that synchronises, a copy that was put back, a person. "
            + (f"What this program still saw is kept in {rescued} there. " if rescued else "")
            + "Then start again and look at what is there.",
        )

    def close(self) -> None:
        """Close it, and let go of its files."""
        super().close()
        self._let_go()

    def __del__(self) -> None:
        self._let_go()

    def _let_go(self) -> None:
        held, self._held = self._held, {}
        if held:
            with _guard:
                _open_files.subtract(held.values())
                for one in held.values():
                    if not _open_files[one]:
                        del _open_files[one]

    def _rescue(self) -> str:
        """Write what the connection sees into a new file; return its name in the folder, empty
        where that cannot be done.
        """
        key = (self.path, self._held[self.path])
        with _guard:
            if key not in _rescued:
                folder = self.path.parent / RESCUED
                number = 1
                while (target := folder / f"{self.path.stem}-{number}.db").exists():
                    number += 1
                try:
                    make_folder(folder)
                    create(target)
                    self.execute("VACUUM INTO ?", (str(target),))
                    _rescued[key] = f"{RESCUED}/{target.name}"
                except (OSError, sqlite3.Error):
                    return ""
            return _rescued[key]


def _identify(place: Path) -> FileIdentity | None:
    """Return what tells a file from every other one; None where there is none."""
    try:
        found = os.stat(place)  # noqa: PTH116 - twice as fast
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _refuse_opening(event: str, arguments: tuple[Any, ...]) -> None:
    """Raise StorageError where this process opens a file, otherwise than by SQLite, that it has
    open as a database.
    """
    if event != "open" or not _open_files:
        return
    place, _, flags = arguments
    # What makes a new file opens none that is there. A number is a file that is open already.
    if isinstance(place, int) or flags & os.O_EXCL:
        return
    try:
        found = _identify(place)
    except (TypeError, ValueError):
        return
    if found in _open_files:
        raise StorageError(
            f"{os.fsdecode(place)}: is a database that is in use, and is read by no other means",
            hint="Name another file or folder: none of the home's own databases can be used here.",
        )


sys.addaudithook(_refuse_opening)
