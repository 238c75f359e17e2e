"""Standard output as a command finds it: closed, full, without a reader, or in a small alphabet."""

import io
import os
import sys
from contextlib import suppress
from typing import IO

from duediligence.errors import DuediligenceError


class OutputLost(DuediligenceError):
    """Standard output took no more: the disk it goes to is full, or its device failed."""

    code = "output-lost"


class _ReaderGone(OutputLost):
    """Whoever read our output (head, less) has what it wanted; that is no fault."""

    code = "reader-gone"
    exit_code = 0

    def __init__(self) -> None:
        super().__init__("")


class _Output(io.FileIO):
    """Standard output whose failure is none of a file that a command works with."""

    def write(self, data: "io.ReadableBuffer") -> int:  # type: ignore[name-defined]
        try:
            return super().write(data)
        except BrokenPipeError:
            raise _ReaderGone from None
        except OSError as error:
            raise OutputLost(
                f"the results could not be shown: standard output: {error.strerror}",
                hint="What the command was to store is stored; what it showed may be cut short.",
            ) from error


def prepare_streams() -> None:
    """Make standard output and error fit to be written to, whatever they are.

    What an encoding does not have is written as an escape (`\\u0141`): a name that is shown as
    question marks is no evidence. A closed stream is one to nowhere: were it left closed, the next
    file to be opened would take its place, and get what is printed.
    """
    closed = sys.stdout is None
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    if sys.stderr is None:
        sys.stderr = _wrap_binary_stream(open(2, "wb", closefd=False))  # noqa: SIM115
    if closed:
        sys.stdout = _wrap_binary_stream(open(1, "wb", closefd=False))  # noqa: SIM115
        with suppress(OSError):
            print("Standard output is closed: results are not shown.", file=sys.stderr)  # noqa: T201
        return
    if not isinstance(sys.stdout, io.TextIOWrapper) or sys.stdout is not sys.__stdout__:
        return  # a program that calls us has its own
    if os.name == "posix":
        before = sys.stdout
        sys.stdout = io.TextIOWrapper(
            io.BufferedWriter(_Output(before.fileno(), "w", closefd=False)),
            encoding=before.encoding,
            errors="backslashreplace",
            # Of an output that Python was to leave unbuffered, no line waits here.
            line_buffering=before.line_buffering or before.write_through,
        )
    else:
        sys.stdout.reconfigure(errors="backslashreplace")


def discard_output() -> None:
    """Let what is still to be written to standard output go nowhere."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.stdout.flush()


def _wrap_binary_stream(binary: IO[bytes]) -> io.TextIOWrapper:
    return io.TextIOWrapper(binary, encoding="utf-8", errors="backslashreplace")
