"""Files that a user names to be read: files, and nothing that would keep a command waiting."""

import stat
from pathlib import Path

from duediligence.errors import UsageError

_KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a disk"),
)


def regular(path: Path) -> Path:
    """The path, to be opened. What is not there, or is a folder, is for its reader to report.

    Raises UsageError for a pipe, a socket or a device, `/dev/stdin` among them: the first to open
    one may wait for ever, what it gives may never end, and nothing here is read only once.
    """
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return path
    for matches, what in _KINDS:
        if matches(mode):
            raise UsageError(
                f"{path}: is {what}, not a file",
                hint="Write what it gives to a file first, and name that.",
            )
    return path
