"""A file that one process at a time may use. The system lets go of it when a process is killed."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from duediligence.fetch.disk import storing

_BUSY = 0.05

if sys.platform == "win32":
    import msvcrt

    # Beyond the content: Windows keeps others from reading the very bytes that are locked.
    _LOCKED_BYTE = 1 << 20

    def _lock(file: BinaryIO) -> None:
        while True:
            file.seek(_LOCKED_BYTE)
            try:
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            except OSError:
                time.sleep(_BUSY)
            else:
                return

    def _unlock(file: BinaryIO) -> None:
        file.seek(_LOCKED_BYTE)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)

    def _unlock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)


@contextmanager
def locked(path: Path) -> Iterator[BinaryIO]:
    """The file, made where it is not there, open for reading and writing and nobody else's.

    Hold it for moments only: others wait. Raises StorageError.
    """
    with storing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        # Opened anew each time: a lock is held by an opening, which threads and forks share.
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        with open(descriptor, "r+b", buffering=0) as file:  # noqa: PTH123
            _lock(file)
            try:
                yield file
            finally:
                _unlock(file)
