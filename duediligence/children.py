"""Child processes: the limits that one sets for itself, and what is known of one that stopped."""

import logging
import signal
import sys
from typing import IO, NoReturn

from duediligence.errors import UsageError
from duediligence.logs import raised_at

_log = logging.getLogger(__name__)
_LONGEST = 300


def limit_process(memory: int, seconds: int) -> None:
    """Limit this process to so many bytes of memory and seconds of processor time."""
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


def how_it_ended(code: int, said: bytes) -> str:
    """Return what is known of a process that stopped: how, and the last line that it wrote."""
    lines = [line.strip() for line in said.decode("utf-8", "replace").split("\n")]
    last = next((line for line in reversed(lines) if line and not line.startswith("note:")), "")
    try:
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit {code}"
    except ValueError:
        how = f"exit {code}"
    return f"{how}, {last[:_LONGEST] or 'it wrote nothing'}"


def reader_stopped(name: str, code: int, said: IO[bytes], *, hint: str) -> UsageError:
    """Return the error for a file whose reader stopped before the end, and log it without its name.

    `said` is what the reader wrote on its standard error.
    """
    said.seek(0)
    how = how_it_ended(code, said.read())
    _log.error("the reader of a file stopped: %s", how)
    return UsageError(f"{name}: the reader stopped: {how}", hint=hint)
