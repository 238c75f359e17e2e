"""A long file of suppliers, read by a process of its own: in bounded memory, and for as long as
somebody waits for it. The child is our interpreter on our own module.
"""

import os
import pickle
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from duediligence.children import end_process, how_reader_stopped, limit_process
from duediligence.errors import DuediligenceError, UsageError
from duediligence.formats.filetype import RowLimit, unpacked_size
from duediligence.suppliers.importing import Import, read_suppliers

# Bytes below which a process takes longer to start than the file to be read.
_WORTH_IT = 500_000
_MEMORY, _MEMORY_OF_A_ROW = 512 << 20, 3_000
_MAX_SECONDS = 600
_LOOK_SECONDS = 0.2
_GROUP: dict[str, Any] = {"process_group": 0} if os.name == "posix" else {}


@dataclass(frozen=True, slots=True)
class Waiter:
    """Whoever waits for a file to be read. `check` raises once they have left; `slot` is held
    while it is read, and raises where they have none.
    """

    check: Callable[[], None]
    slot: Callable[[], AbstractContextManager[None]]


def read_for(waiter: Waiter | None, path: Path, limit: RowLimit, **options: Any) -> Import:
    """Read suppliers as `read_suppliers` does, with these options of it.

    A long file that somebody waits for is read by a process of its own, whose memory is limited by
    the rows there may be. Raises what `read_suppliers` and the waiter raise.
    """
    options = {**options, "limit": limit}
    if waiter is None or unpacked_size(path) < _WORTH_IT:
        return read_suppliers(path, **options)
    with (
        waiter.slot(),
        tempfile.TemporaryFile() as said,
        subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-I", "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            **_GROUP,
        ) as child,
    ):
        given: bytes | None = pickle.dumps((path.absolute(), options))
        try:
            while child.returncode is None:
                with suppress(subprocess.TimeoutExpired):
                    answer, _ = child.communicate(given, timeout=_LOOK_SECONDS)
                given = None
                waiter.check()
        finally:
            _kill_reader(child)
        if child.returncode:
            raise UsageError(
                f"{path.name}: {how_reader_stopped(child.returncode, said)}",
                hint="Split the file in parts, or leave out columns that are not needed.",
            )
    read = pickle.loads(answer)  # noqa: S301 - of our own process
    if isinstance(read, DuediligenceError):
        raise read
    assert isinstance(read, Import)
    return read


def _kill_reader(child: "subprocess.Popen[bytes]") -> None:
    """End it with the process that reads a workbook for it."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL) if _GROUP else child.kill()


def _main() -> None:
    path, options = pickle.load(sys.stdin.buffer)  # noqa: S301 - of our own process
    limit_process(_MEMORY + _MEMORY_OF_A_ROW * options["limit"].most, _MAX_SECONDS)
    try:
        try:
            read: Import | DuediligenceError = read_suppliers(path, **options)
        except DuediligenceError as error:
            read = error
        sys.stdout.buffer.write(pickle.dumps(read, pickle.HIGHEST_PROTOCOL))
        sys.stdout.buffer.flush()
    except BaseException as error:
        end_process(error)


if __name__ == "__main__":
    _main()
