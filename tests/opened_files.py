"""Which files this process opens otherwise than by SQLite, seen as they are opened."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_watching: list[list[str]] = []


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    # What makes a new file, and fails where there is one, opens none that is there.
    if event == "open" and _watching and not (arguments[2] or 0) & os.O_EXCL:
        for opened in _watching:
            opened.append(str(arguments[0]))


sys.addaudithook(_note)


@contextmanager
def watch_opened_files() -> Iterator[list[str]]:
    """Give the list of all that is opened inside, in any thread."""
    opened: list[str] = []
    _watching.append(opened)
    try:
        yield opened
    finally:
        _watching.remove(opened)
