"""Other accounts of this machine: only root can become one."""

import os
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

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

    def does(self, work: Callable[[], object], *, umask: int = 0) -> None:
        """Do it in a child that is this account for good. What it raises fails the test."""
        from_child, to_parent = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(from_child)
            told = b""
            try:
                os.umask(umask)
                os.setgroups(self.groups)
                os.setgid(self.number)
                os.setuid(self.number)
                work()
            except BaseException:
                told = traceback.format_exc().encode()
            finally:
                # At once, as if killed: databases keep the files that they have while in use.
                os.write(to_parent, told[-60_000:])
                os._exit(0)
        os.close(to_parent)
        with os.fdopen(from_child, "rb") as pipe:
            told = pipe.read().decode()
        os.waitpid(child, 0)
        if told:
            pytest.fail(told)


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
