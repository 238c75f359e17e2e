"""Runs commands in forks of a process that has imported everything, and kills some of them.

A line of JSON in, a line of JSON out: `{"home", "at", "arguments", "kill_after"}` gives `{"code",
"seconds", "out", "err"}`, where `code` is -9 for what was killed. There is one list of its own.
"""

import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import msgspec
import time_machine

from duediligence import registry
from duediligence.cli import app, main, schedule  # noqa: F401
from duediligence.contracts import Expect, Feed, Files, watchlist
from duediligence.model import ListEntry

FILE = "made.json"


@watchlist(
    id="made",
    title="Made list",
    publisher="Test",
    licence="none",
    topic="enforcement",
    homepage="https://lists.example.org",
    feeds=(Feed(FILE),),
    max_age=timedelta(days=9999),
    expect=Expect(entries=(1, 100_000)),
    published=lambda _: date(2026, 11, 24),
)
def made(files: Files) -> Iterator[ListEntry]:
    """Entries as they are stored."""
    yield from msgspec.json.decode(files[FILE].read_bytes(), type=list[ListEntry])


def _command(home: Path, at: str, arguments: list[str], out: int, err: int) -> NoReturn:
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.chdir(home.parent)
    os.environ["DUEDILIGENCE_HOME"] = str(home)
    code = 99
    try:
        with time_machine.travel(datetime.fromisoformat(at)):
            main(arguments)
    except SystemExit as ended:
        code = int(ended.code or 0)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _run(order: dict[str, Any]) -> dict[str, Any]:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.monotonic()
        child = os.fork()
        if not child:
            home = Path(order["home"])
            _command(home, order["at"], order["arguments"], out.fileno(), err.fileno())
        if order["kill_after"] is not None:
            time.sleep(order["kill_after"])
            # One that has ended is still ours to wait for, so that no other has its number.
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        seconds = time.monotonic() - began
        out.seek(0)
        err.seek(0)
        return {
            "code": os.waitstatus_to_exitcode(status),
            "seconds": seconds,
            "out": out.read().decode(),
            "err": err.read().decode(),
        }


if __name__ == "__main__":
    registry.watchlists = lambda: {"made": made}
    for line in sys.stdin:
        print(json.dumps(_run(json.loads(line))), flush=True)  # noqa: T201
