"""The command line: arguments and printing only. Every command's work is in `screening`."""

import gc
import os
import signal
import sys
from types import FrameType
from typing import NoReturn

from duediligence.errors import DuediligenceError, Hint


class _Interrupted(DuediligenceError):
    """Stopped by a person or the system; nothing half-done was kept."""

    code = "interrupted"
    exit_code = 130


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run one command and exit. No traceback reaches a user unless DUEDILIGENCE_DEBUG is set."""
    # A command makes much that lasts: looking often for what does not would slow every start.
    gc.set_threshold(200_000)
    # No linear algebra is done here, so the threads that numpy would start for it have no work.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

    signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        from duediligence.cli.app import app
        from duediligence.cli.globals import GLOBALS, hoist

        arguments = hoist(sys.argv[1:] if arguments is None else arguments)
        GLOBALS.only_help = not {"-h", "--help"}.isdisjoint(arguments)
        app(arguments, prog_name="duediligence")
    except DuediligenceError as error:
        _complain(error.message, error.hint)
        _exit(error.exit_code)
    except BrokenPipeError:
        # Whoever read our output (head, less) has gone; that is no fault.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _exit(0)
    except Exception as error:
        if os.environ.get("DUEDILIGENCE_DEBUG"):
            raise
        _complain(
            f"an unexpected fault: {type(error).__name__}: {error}",
            "Nothing that was stored is lost. Set DUEDILIGENCE_DEBUG=1, run it again and report "
            "what it prints.",
        )
        _exit(4)
    _exit(0)


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001
    raise _Interrupted("interrupted", hint="Nothing half-done was kept; run it again.")


def _complain(message: str, hint: str | Hint) -> None:
    from duediligence.cli.globals import worded

    print(f"Error: {message}", file=sys.stderr)  # noqa: T201
    if hint:
        print(worded(hint), file=sys.stderr)  # noqa: T201


def _exit(code: int) -> NoReturn:
    sys.exit(code)
