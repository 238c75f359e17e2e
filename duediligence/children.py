"""Child processes: the limits that one sets for itself, and what is known of one that stopped."""

import logging
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import IO, Any, NoReturn, TypeVar, cast

from duediligence.errors import DuediligenceError, UsageError
from duediligence.logs import raised_at

_T = TypeVar("_T")
_log = logging.getLogger(__name__)
_LONGEST = 300
_LOOK_SECONDS = 0.2
# Ctrl-C reaches every process of a terminal's group; only the parent may answer it.
OWN_GROUP: dict[str, Any] = (
    {"process_group": 0}
    if os.name == "posix"
    else {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
)


def end_with_parent() -> None:
    """End this process within a second of its parent, also in the middle of its work.

    Windows gives no sign of that: there it ends when it next reads or writes.
    """

    def wait(parent: int) -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    Thread(target=wait, args=[os.getppid()], daemon=True).start()


def limit_process(memory: int, seconds: int) -> None:
    """Limit this process to bytes of memory, seconds of processor time and its parent's life."""
    end_with_parent()
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, OSError, ValueError):
        return  # Windows has no such limits, but refuses an absurd allocation by itself.


def end_process(error: BaseException) -> NoReturn:
    """End this process and say why on the standard error, in one line without any content."""
    why = type(error).__name__
    if isinstance(error, ImportError):
        why += f": {error}"
    if isinstance(error, OSError):
        why += f": {error.strerror}"
    sys.exit(f"{why} at {raised_at(error)}")


def how_it_ended(code: int, said: bytes | None = None) -> str:
    """Return what is known of a process that stopped: how, and the last line that it wrote if that
    was kept.
    """
    try:
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit {code}"
    except ValueError:
        how = f"exit {code}"
    if said is None:
        return how
    lines = [line.strip() for line in said.decode("utf-8", "replace").split("\n")]
    last = next((line for line in reversed(lines) if line and not line.startswith("note:")), "")
    return f"{how}, {last[:_LONGEST] or 'it wrote nothing'}"


def how_reader_stopped(code: int, said: IO[bytes]) -> str:
    """Return what is known of the reader of a file that stopped before the end, and log it.

    `said` is what it wrote on its standard error.
    """
    said.seek(0)
    how = f"the reader stopped: {how_it_ended(code, said.read())}"
    _log.error(how)
    return how


def read_in_child(
    read: Callable[[], _T],
    name: str,
    *,
    memory: int,
    seconds: int,
    hint: str,
    check: Callable[[], None] = lambda: None,
) -> _T:
    """Return what a function of ours returns in a process of its own with limits.

    Raises the DuediligenceError that it raises, UsageError where the process stops, and what
    `check` raises, which ends it.
    """
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-I", "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            **OWN_GROUP,
        ) as child,
    ):
        given: bytes | None = pickle.dumps((memory, seconds, read))
        try:
            while child.returncode is None:
                with suppress(subprocess.TimeoutExpired):
                    answer, _ = child.communicate(given, timeout=_LOOK_SECONDS)
                given = None
                check()
        finally:
            _kill_reader(child)
        if child.returncode:
            raise UsageError(f"{name}: {how_reader_stopped(child.returncode, said)}", hint=hint)
    found = pickle.loads(answer)  # noqa: S301 - of our own process
    if isinstance(found, DuediligenceError):
        raise found
    return cast(_T, found)


def _kill_reader(child: "subprocess.Popen[bytes]") -> None:
    """End it with the process that reads a workbook for it."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL) if os.name == "posix" else child.kill()


def _run_reader() -> None:
    given = sys.stdin.buffer.read()
    memory, seconds, read = pickle.loads(given)  # noqa: S301 - of our own process
    limit_process(memory, seconds)
    try:
        try:
            found = read()
        except DuediligenceError as error:
            found = error
        sys.stdout.buffer.write(pickle.dumps(found, pickle.HIGHEST_PROTOCOL))
        sys.stdout.buffer.flush()
    except BaseException as error:
        end_process(error)


if __name__ == "__main__":
    _run_reader()
