"""Runs commands in forks of a process that has imported everything, and kills some of them.

A line of JSON in, a line of JSON out: `{"home", "at", "arguments", "kill_after",
"kill_after_printing"}` gives `{"code", "seconds", "out", "err"}`, where `code` is -9 for what was
killed. The seconds of `kill_after` begin when the command has printed `kill_after_printing`, or
ended, where that is given. There is one list of its own, or with the argument `every-list` those
of the product. An order may also name a `uid` to be, and the most `bytes` of a file that it may
write: a disk that is full there.
"""

import codecs
import gc
import importlib
import io
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any, NoReturn

import msgspec
import time_machine

import duediligence
from duediligence import registry
from duediligence.cli import main
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


def restrict(order: dict[str, Any]) -> None:
    """Be the account that the order names, and write no file longer than it says."""
    if (most := order.get("bytes")) is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    if uid := order.get("uid"):
        os.setgroups(())
        os.setgid(uid)
        os.setuid(uid)


def command(home: Path, at: str, arguments: Sequence[str]) -> NoReturn:
    """Run one command of `duediligence` in this home at this time, and end the process."""
    os.chdir(home.parent)
    os.environ["DUEDILIGENCE_HOME"] = str(home)
    code = 99
    try:
        with time_machine.travel(datetime.fromisoformat(at)):
            main([*arguments])
    except SystemExit as ended:
        code = int(ended.code or 0)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _run(order: dict[str, Any]) -> dict[str, Any]:
    out, to = os.pipe()
    with TemporaryFile() as err:
        began = time.monotonic()
        child = os.fork()
        if not child:
            os.dup2(to, 1)
            os.dup2(err.fileno(), 2)
            restrict(order)
            command(Path(order["home"]), order["at"], order["arguments"])
        os.close(to)
        printed = b""
        if order.get("kill_after_printing") is not None:
            phrase = order["kill_after_printing"].encode()
            while phrase not in printed and (more := os.read(out, 1 << 16)):
                printed += more
        if order["kill_after"] is not None:
            time.sleep(order["kill_after"])
            # One that has ended is still ours to wait for, so that no other has its number.
            os.kill(child, signal.SIGKILL)
        while more := os.read(out, 1 << 16):
            printed += more
        os.close(out)
        _, status = os.waitpid(child, 0)
        seconds = time.monotonic() - began
        err.seek(0)
        return {
            "code": os.waitstatus_to_exitcode(status),
            "seconds": seconds,
            "out": printed.decode(),
            "err": err.read().decode(),
        }


def warm_up() -> None:
    """Import what commands import lazily too, so that each fork need not."""
    source = Path(duediligence.__file__).parent
    for path in source.rglob("*.py"):
        parts = path.relative_to(source.parent).with_suffix("").parts
        if not parts[-1].startswith("__"):
            with suppress(ImportError):
                importlib.import_module(".".join(parts))
    # What another account could not read later, where Python is not everybody's.
    importlib.import_module("_strptime")
    for encoding in ("utf-8-sig", "utf-16", "utf-32-le", "cp1252", "idna"):
        codecs.lookup(encoding)
    if "every-list" not in sys.argv[1:]:
        registry.find_watchlists = lambda: {"made": made}  # type: ignore[assignment]
    with (
        TemporaryDirectory() as home,
        suppress(SystemExit),
        redirect_stdout(io.StringIO()),
        redirect_stderr(io.StringIO()),
    ):
        os.environ["DUEDILIGENCE_HOME"] = home
        main(["check", "Nobody At All"])
    gc.freeze()


if __name__ == "__main__":
    warm_up()
    for line in sys.stdin:
        print(json.dumps(_run(json.loads(line))), flush=True)  # noqa: T201
