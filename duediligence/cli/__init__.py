"""The command line: arguments and printing only. Every command's work is in `screening`."""

import atexit
import gc
import io
import os
import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import IO, NoReturn

from duediligence.errors import DuediligenceError, Hint, Invalid, StorageError, UsageError


class _Interrupted(DuediligenceError):
    """Stopped by a person or the system; nothing half-done was kept."""

    code = "interrupted"
    exit_code = 130


class _Stop(BaseException):
    """Asked to stop by a signal. Not an Exception, so that nobody takes it for a fault."""


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run one command and exit. No traceback reaches a user unless DUEDILIGENCE_DEBUG is set."""
    # A command makes much that lasts: looking often for what does not would slow every start.
    gc.set_threshold(200_000)
    # At its end Python would look through all of it three times: a third of a check's time.
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)
    # No linear algebra is done here, so the threads that numpy would start for it have no work.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

    signal.signal(signal.SIGINT, _handle_stop_signal)
    signal.signal(signal.SIGTERM, _handle_stop_signal)
    _prepare_streams()
    try:
        code = _run_command_line(arguments)
        _end_at_a_signal()
    except _Stop:
        code = _report_interruption()
    try:
        sys.stdout.flush()
    except DuediligenceError as error:
        code = _report_error(error)
    sys.exit(code)


def _run_command_line(arguments: list[str] | None) -> int:
    """Run the command; its exit code."""
    try:
        from duediligence.cli.app import build_command
        from duediligence.cli.globals import GLOBALS, split_global_options

        of_all, own = split_global_options(sys.argv[1:] if arguments is None else arguments)
        GLOBALS.options = {}
        GLOBALS.only_help = not {"-h", "--help"}.isdisjoint(own)
        noun = own[0] if own else ""
        build_command(noun, tuple(of_all))([*of_all, *own], prog_name="duediligence")
    except SystemExit as ended:
        if ended.code == UsageError.exit_code:
            _log_error()
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except DuediligenceError as error:
        return _report_error(error)
    except Exception as error:
        if os.environ.get("DUEDILIGENCE_DEBUG"):
            raise
        if isinstance(error, UnicodeEncodeError) and "surrogates" in error.reason:
            return _report_error(
                UsageError(
                    f"not text that can be stored: {error.object!a}"[:200],
                    hint="Something given on the command line is in another encoding: use UTF-8.",
                )
            )
        if isinstance(error, OSError) and error.filename:
            what = f"{os.fsdecode(error.filename)!r} cannot be used: {error.strerror}"
            hint = "Check that it exists, and that this account may read and write there."
            return _report_error(StorageError(what, hint=hint))
        _print_error(
            f"an unexpected fault: {type(error).__name__}: {error}",
            "Nothing that was stored is lost. `duediligence home log show` says where it happened. "
            "Set DUEDILIGENCE_DEBUG=1, run it again and report what it prints.",
        )
        return 4
    return 0


def _report_error(error: DuediligenceError) -> int:
    if isinstance(error, _OutputLost):
        _discard_output()
    if error.message:
        _print_error(_word_error(error), error.hint)
    return error.exit_code


def _word_error(error: DuediligenceError) -> str:
    """Return the message, with the option or argument that its field is here."""
    if not isinstance(error, Invalid) or error.given is None:
        return error.message
    from duediligence.cli.globals import GLOBALS

    option = GLOBALS.options.get(error.field) or f"--{error.field.replace('_', '-')}"
    return error.name_field(option)


def _handle_stop_signal(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001
    raise _Stop


def _end_at_a_signal() -> None:
    """From now on there is nothing to tidy up: a signal ends the process, even while it waits for
    whoever reads its output.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: os._exit(_Interrupted.exit_code))


def _report_interruption() -> int:
    """Say what is kept of the work, and how to go on."""
    _end_at_a_signal()
    observer = sys.modules.get("duediligence.cli.progress")
    kept = observer.kept_words() if observer else ""
    with suppress(OSError):
        said = kept or "Stopped. Nothing half-done was kept; run the same command again."
        print(said, file=sys.stderr)  # noqa: T201
    return _Interrupted.exit_code


def _print_error(message: str, hint: str | Hint) -> None:
    from duediligence.cli.globals import print_to_stream, worded

    _log_error()
    # Where nobody can be reached, the exit code has to do.
    with suppress(OSError):
        print_to_stream(f"Error: {message}", sys.stderr)
        if hint:
            print_to_stream(worded(hint), sys.stderr)


def _log_error() -> None:
    from duediligence.cli.globals import resolve
    from duediligence.logs import log_caught

    with suppress(DuediligenceError):
        resolve()  # says where the log is
    log_caught()


# Standard output as a command finds it: closed, full, without a reader, or in a small alphabet.


class _OutputLost(DuediligenceError):
    """Standard output took no more: the disk it goes to is full, or its device failed."""

    code = "output-lost"


class _ReaderGone(_OutputLost):
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
            raise _OutputLost(
                f"the results could not be shown: standard output: {error.strerror}",
                hint="What the command was to store is stored; what it showed may be cut short.",
            ) from error


def _prepare_streams() -> None:
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


def _discard_output() -> None:
    """Let what is still to be written to standard output go nowhere."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.stdout.flush()


def _wrap_binary_stream(binary: IO[bytes]) -> io.TextIOWrapper:
    return io.TextIOWrapper(binary, encoding="utf-8", errors="backslashreplace")
