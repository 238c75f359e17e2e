"""Writing so that a file is either whole or not there, and a full disk is told in plain words."""

import errno
import hashlib
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from duediligence.errors import StorageError

_NO_ROOM = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


@contextmanager
def storing(place: Path) -> Iterator[None]:
    """Turn an OSError met while writing to `place` into a StorageError for the user."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise StorageError(
                f"There is no room left to write {place}",
                hint="Free some space, or set --home to a larger disk, and run the command again. "
                "What was there before is unharmed.",
            ) from error
        raise StorageError(
            f"{place} cannot be used: {error.strerror or type(error).__name__}",
            hint="Check that this account may read and write there, or set --home elsewhere.",
        ) from error


def write(chunks: Iterable[bytes], into: Path) -> tuple[str, int]:
    """Write the chunks to `into`, which appears whole or not at all. Returns (sha256, bytes).

    What `chunks` raises passes through, but must not be an OSError. Raises StorageError.
    """
    part = into.with_name(f".{into.name}.part")
    hashed = hashlib.sha256()
    size = 0
    try:
        with storing(into), part.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
                hashed.update(chunk)
                size += len(chunk)
            file.flush()
            os.fsync(file.fileno())
        with storing(into):
            part.replace(into)
    finally:
        with suppress(OSError):
            part.unlink()
    return hashed.hexdigest(), size


def digest(path: Path) -> str:
    """The sha256 of a file in hexadecimal; empty where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def link(source: Path, target: Path) -> None:
    """Make `target` hold what `source` holds, without a second copy where the disk allows."""
    with storing(target):
        try:
            os.link(source, target)
        except OSError:
            shutil.copyfile(source, target)


def rename(source: Path, target: Path) -> None:
    """Give a folder its final name, for good. Raises StorageError."""
    with storing(target):
        _settle(source)
        for wait in (0.1, 0.5):
            try:
                source.rename(target)
                break
            except PermissionError:
                # On Windows a virus scanner may hold a file that was written this moment.
                time.sleep(wait)
        else:
            source.rename(target)
        _settle(target.parent)


def _settle(folder: Path) -> None:
    """Make the names in a folder outlive a power cut, where the system can."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
