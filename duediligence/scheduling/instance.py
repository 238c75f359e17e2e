"""One scheduler at a time in one home: a lock that the system lets go of when one is killed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from duediligence.errors import Conflict, StorageError
from duediligence.fetch.locking import InUse, locked

_MOST_BYTES = 200
# A glance at the lock, as `schedule status` takes it, must not turn a scheduler away.
_PATIENCE_SECONDS = 1.0


@contextmanager
def alone(home: Path, command: str, now: datetime) -> Iterator[None]:
    """Be the only scheduler in this home. Raises Conflict naming who is, StorageError."""
    path = _path(home)
    try:
        with locked(path, patience=_PATIENCE_SECONDS) as file:
            file.truncate(0)
            file.seek(0)
            since = f"since {now:%Y-%m-%d %H:%M} UTC"
            file.write(f"`{command}`, process {os.getpid()}, {since}".encode())
            try:
                yield
            finally:
                file.truncate(0)
    except InUse as error:
        raise Conflict(
            f"another scheduler is at work in {home}: {_holder(path)}",
            hint="Let it end, or stop it first. One home has one scheduler.",
        ) from error


def at_work(home: Path) -> str:
    """Who is the scheduler in this home; empty where there is none. Makes no file."""
    path = _path(home)
    if not path.exists():
        return ""
    try:
        with locked(path, patience=0):
            return ""
    except InUse:
        return _holder(path)


def _path(home: Path) -> Path:
    return home / "schedule.lock"


def _holder(path: Path) -> str:
    try:
        with path.open("rb") as file:
            told = file.read(_MOST_BYTES).decode("utf-8", errors="replace")
    except OSError as error:
        raise StorageError(f"{path}: cannot be read: {error.strerror or error}") from error
    return told or "a process that has not said who it is"
