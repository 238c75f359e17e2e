"""Files that a user names to be read: files, and nothing that would keep a command waiting."""

import stat
from pathlib import Path

from duediligence.errors import NotFound, UsageError
from duediligence.permissions import is_database

_KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a disk"),
)


def regular(path: Path) -> Path:
    """Return the path, to be opened. What is not there, or is a folder, is for its reader to
    report.

    Raises UsageError for a database, which only SQLite may open (`store/database.py`), and for a
    pipe, a socket or a device, `/dev/stdin` among them: the first to open one may wait for ever,
    what it gives may never end, and nothing here is read only once.
    """
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return path
    if is_database(path):
        raise UsageError(
            f"{path}: is a database, not a file that is read here",
            hint="Name the file that you received or wrote yourself.",
        )
    for matches, what in _KINDS:
        if matches(mode):
            raise UsageError(
                f"{path}: is {what}, not a file",
                hint="Write what it gives to a file first, and name that.",
            )
    return path


def read_whole_file(path: Path, most: int) -> bytes:
    """Return what is in a file that a user named, at most `most` bytes.

    Raises NotFound; UsageError for a larger file, and as `regular` does.
    """
    try:
        with regular(path).open("rb") as file:
            body = file.read(most + 1)
    except FileNotFoundError as error:
        raise NotFound(f"{path}: no such file", hint="Check the name.") from error
    except OSError as error:
        raise UsageError(f"{path}: cannot be opened: {error.strerror}") from error
    if len(body) > most:
        raise UsageError(f"{path.name}: is larger than any such file: over {most:,} bytes")
    return body
