"""Child processes: the limits that one sets for itself, and what is known of one that stopped."""

import logging
import os
import signal
import subprocess
import sys
import time
from threading import Thread
from typing import IO, Any, NoReturn

from duediligence.logs import raised_at

_log = logging.getLogger(__name__)
_LONGEST = 300
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
