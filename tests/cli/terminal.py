"""A command on a terminal of 80 columns and 24 lines, and what is then on it."""

import os
import re
import select
import struct
import sys
from collections.abc import Callable
from pathlib import Path

COLUMNS, LINES = 80, 24
_SILENCE = 10  # seconds
_PIECES = re.compile(r"\x1b\[\??([0-9;]*)([A-Za-z])|(\r)|(\n)|([^\x1b\r\n]+)")


def on_terminal(
    *arguments: str,
    home: Path,
    folder: Path,
    program: tuple[str, ...] = ("-m", "duediligence"),
    when: Callable[[str], bytes] = lambda _: b"",
) -> tuple[int, str]:
    """Run a command as a person does. Returns its exit code and all that came to the terminal.

    `when` is asked with what came so far, and gives what the person types then.
    """
    import fcntl
    import pty
    import termios

    child, terminal = pty.fork()
    if not child:
        os.chdir(folder)
        os.environ |= {
            "DUEDILIGENCE_HOME": str(home),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "TERM": "xterm",
        }
        for name in ("COLUMNS", "LINES", "NO_COLOR", "PYTHONUNBUFFERED"):
            os.environ.pop(name, None)
        os.execv(sys.executable, [sys.executable, *program, *arguments])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    came, typed = b"", b""
    while True:
        # What is typed while the program takes over the keyboard may be lost: it is typed again.
        if not select.select([terminal], [], [], _SILENCE)[0]:
            os.write(terminal, typed)
            continue
        try:
            piece = os.read(terminal, 65_536)
        except OSError:  # the other end is closed
            piece = b""
        if not piece:
            break
        came += piece
        if answer := when(came.decode(errors="replace")):
            typed = answer
            os.write(terminal, typed)
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), came.decode()


def rows(text: str) -> list[str]:
    """Every row that was ever on it and was not erased, wrapped as a terminal wraps."""
    lines, at, column = [""], 0, 0
    for number, command, back, down, words in _PIECES.findall(text):
        if command == "A":
            at = max(0, at - int(number or 1))
        elif command == "K":
            lines[at] = ""
        elif back:
            column = 0
        elif down:
            at += 1
            lines += [""] * (at + 1 - len(lines))
        for sign in words:
            if column == COLUMNS:
                at, column = at + 1, 0
                lines += [""] * (at + 1 - len(lines))
            lines[at] = lines[at][:column].ljust(column) + sign + lines[at][column + 1 :]
            column += 1
    return [line.rstrip() for line in lines]


def last_screen(text: str) -> str:
    """What a person sees at the end, with the prompt below it."""
    found = rows(text)
    while found and not found[-1]:
        found.pop()
    return "\n".join(found[-(LINES - 1) :])
