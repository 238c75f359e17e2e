"""Runs one command again and again in forks, and kills each at a later moment than the one before.

Arguments: a folder with `start`, n to kill at every n-th moment, the time, and the arguments of the
command. Copy n of `start`, in which the command was killed at its n-th moment, is `n`; the last is
one that came to its end. A moment is what changes a file of the copy, or a commit. It prints the
number of the last copy.
"""

import io
import os
import shutil
import signal
import sqlite3
import sys
from contextlib import redirect_stderr, redirect_stdout, suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

import time_machine

from duediligence.cli import main

HOMES = {"council": "Ada", "police": "Bo"}
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_CHANGES = ("os.rename", "os.remove", "os.link", "os.mkdir", "os.truncate")


def kill_at(moment: int, folder: Path) -> None:
    """Kill this process at that moment, counted from now on."""
    left, place = moment, str(folder)

    def count() -> None:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    def traced(statement: str) -> None:
        if statement.startswith(("COMMIT", "RELEASE")):
            count()

    def hook(event: str, given: tuple[Any, ...]) -> None:
        changes = event in _CHANGES or (event == "open" and given[2] & _WRITES)
        if changes and str(given[0]).startswith(place):
            count()

    def synced(descriptor: int) -> None:
        real(descriptor)
        count()

    def connect(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        made = connected(*args, **kwargs)
        made.set_trace_callback(traced)
        return made

    real, os.fsync = os.fsync, synced
    connected, sqlite3.connect = sqlite3.connect, connect
    sys.addaudithook(hook)


def command(moment: int, folder: Path, at: datetime, home: str, arguments: list[str]) -> NoReturn:
    os.chdir(folder)
    os.environ["DUEDILIGENCE_HOME"] = str(folder / home)
    os.environ["USER"] = os.environ["LOGNAME"] = HOMES[home]
    code = 99
    try:
        with time_machine.travel(at):
            kill_at(moment, folder)
            main(arguments)
    except SystemExit as ended:
        code = int(ended.code or 0)
    finally:
        sys.stderr.flush()
        os._exit(code)


def run(parent: Path, every: int, at: datetime, home: str, arguments: list[str]) -> int:
    """Kill it at every n-th moment; return the moment at which it had ended."""
    moment = 1 - every
    while True:
        moment += every
        folder = parent / str(moment)
        shutil.copytree(parent / "start", folder)
        child = os.fork()
        if not child:
            sys.stdout = io.StringIO()
            command(moment, folder, at, home, arguments)
        _, status = os.waitpid(child, 0)
        ended = os.waitstatus_to_exitcode(status)
        if ended != -signal.SIGKILL:
            if ended not in (0, 1):
                raise SystemExit(f"{arguments}: code {ended}")
            return moment


if __name__ == "__main__":
    with (
        TemporaryDirectory() as empty,
        suppress(SystemExit),
        redirect_stdout(io.StringIO()),
        redirect_stderr(io.StringIO()),
    ):
        os.environ["DUEDILIGENCE_HOME"] = empty
        main(["sharing", "exchange", "status"])
    _, parent, every, time, home, *arguments = sys.argv
    print(run(Path(parent), int(every), datetime.fromisoformat(time), home, arguments))  # noqa: T201
