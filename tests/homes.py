"""Copies of a home that is made once and never changed: its files are read once and kept."""

import os
from functools import cache
from pathlib import Path


@cache
def _read_tree(home: Path) -> tuple[list[tuple[str, int]], list[tuple[str, bytes, os.stat_result]]]:
    folders, files = [], []
    for at, _, names in os.walk(home):
        below = os.path.relpath(at, home)
        folders.append((below, Path(at).stat().st_mode & 0o777))
        for name in names:
            path = Path(at, name)
            files.append((os.path.join(below, name), path.read_bytes(), path.stat()))  # noqa: PTH118
    return folders, files


def copy_home(home: Path, to: Path) -> Path:
    """Return the folder `to`, made as a copy of a home that no test writes to."""
    folders, files = _read_tree(home)
    for below, mode in folders:
        (to / below).mkdir(mode, exist_ok=below == ".")
    for below, body, state in files:
        file = os.open(to / below, os.O_WRONLY | os.O_CREAT | os.O_EXCL, state.st_mode & 0o777)
        os.write(file, body)
        os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
        os.close(file)
    return to
