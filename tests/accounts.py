"""Other accounts of this machine: only root can become one."""

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from .homes import as_another_program

T = TypeVar("T")

ONLY_ROOT = [
    pytest.mark.skipif(os.name != "posix", reason="accounts and modes are POSIX"),
    pytest.mark.skipif(
        os.name == "posix" and os.geteuid() != 0, reason="only root can become another account"
    ),
]


@dataclass(frozen=True)
class Account:
    """An account without a name, by its number, and the further groups that it is in."""

    number: int
    groups: tuple[int, ...] = ()

    def does(self, work: Callable[[], T], *, umask: int = 0) -> T:
        """Do it in a child that is this account for good. What it raises fails the test."""

        def become_it() -> T:
            os.umask(umask)
            os.setgroups(self.groups)
            os.setgid(self.number)
            os.setuid(self.number)
            sys.executable = startable_python() or sys.executable
            return work()

        return as_another_program(become_it)


def startable_python() -> str | None:
    """The Python that this account may start: ours, which may be where it cannot look, or another
    of the machine, which can run what imports nothing of ours.
    """
    return shutil.which(sys.executable) or shutil.which("python3")


def readable(paths: list[Path]) -> list[str]:
    """Those that this account can open, or look into."""
    found = []
    for path in paths:
        try:
            os.close(os.open(path, os.O_RDONLY))
        except (PermissionError, FileNotFoundError):
            continue
        found.append(str(path))
    return found


def cannot_read(paths: list[Path]) -> Callable[[], None]:
    def look() -> None:
        assert readable(paths) == []

    return look
