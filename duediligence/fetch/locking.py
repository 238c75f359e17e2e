"""A file that one process at a time may use. The system lets go of it when a process is killed."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from duediligence.errors import Conflict
from duediligence.permissions import create
from duediligence.writing import make_folder, storing

_BUSY = 0.05

if sys.platform == "win32":
    import msvcrt

    # Beyond the content: Windows keeps others from reading the very bytes that are locked.
    _LOCKED_BYTE = 1 << 20

    def _try(file: BinaryIO) -> bool:
        file.seek(_LOCKED_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _lock(file: BinaryIO) -> None:
        while not _try(file):
            time.sleep(_BUSY)

    def _unlock(file: BinaryIO) -> None:
        file.seek(_LOCKED_BYTE)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _try(file: BinaryIO) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)

    def _unlock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)


class InUse(Conflict):
    """Another process holds a file for longer than we would wait."""

    code = "in-use"


@contextmanager
def lock_file(path: Path, *, patience: float | None = None) -> Iterator[BinaryIO]:
    """Provide the file, made where it is not there, open for reading and writing and nobody else's.

    Waits for others for ever, so hold it for moments only; or for `patience` seconds, where they
    may hold it for long. Raises InUse after that, StorageError.
    """
    with storing(path):
        make_folder(path.parent)
        create(path)
        # Opened again each time: a lock is held by an opening, which threads and forks share.
        descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
        with open(descriptor, "r+b", buffering=0) as file:  # noqa: PTH123
            if patience is None:
                _lock(file)
            else:
                _wait_for_lock(file, path, patience)
            try:
                yield file
            finally:
                _unlock(file)


def _wait_for_lock(file: BinaryIO, path: Path, patience: float) -> None:
    until = time.monotonic() + patience
    while not _try(file):
        if time.monotonic() >= until:
            raise InUse(f"{path} is in use by another process")
        time.sleep(_BUSY)
