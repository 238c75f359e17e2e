"""Set the mode, and the group, of all in a home: a program of its own (`permissions.py`).

When a process closes any descriptor of a file, it loses all locks that it has on that file
(POSIX, fcntl(2)), and those of SQLite are such locks. So a process with an open database must not
open its files a second time, not even to set a mode without following a link. It starts in a sixth
of the time if it imports nothing of ours and no `site`.
"""

import os
import stat
import sys


def set_modes(home: bytes, folder_mode: int, file_mode: int, group: int) -> list[bytes]:
    """Set modes and, unless it is negative, the group; return what could not be set.

    Links are not followed: they lead out of the home.
    """
    failed = []

    def set_one(descriptor: int, mode: int) -> None:
        if group >= 0 and os.fstat(descriptor).st_gid != group:
            os.fchown(descriptor, -1, group)
        os.fchmod(descriptor, mode)

    for place, _, files, here in os.fwalk(home):
        try:
            set_one(here, folder_mode)
        except OSError:
            failed.append(place)
        for name in files:
            try:
                if not stat.S_ISREG(os.lstat(name, dir_fd=here).st_mode):
                    continue
                descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=here)
            except FileNotFoundError:
                continue  # another command removed it
            except OSError:
                failed.append(os.path.join(place, name))  # noqa: PTH118
                continue
            try:
                set_one(descriptor, file_mode)
            except OSError:
                failed.append(os.path.join(place, name))  # noqa: PTH118
            finally:
                os.close(descriptor)
    return failed


if __name__ == "__main__":
    numbers = (int(number) for number in sys.argv[2:])
    sys.stdout.buffer.write(b"\0".join(set_modes(os.fsencode(sys.argv[1]), *numbers)))
