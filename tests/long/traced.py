"""Runs one command of `duediligence` as `tests/soak/forked.py` does, in a process of its own.

    python -m tests.long.traced HOME TIME PRAGMAS COMMAND...

`PRAGMAS` are of the form `synchronous=OFF,journal_mode=DELETE`: whatever the command itself sets
them to, they are set so. Thus a harness can show that it notices a database that is less careful,
and what becomes of one on a drive that cannot have a write-ahead log. Empty: nothing is changed.
"""

import sqlite3
import sys
from functools import partial
from pathlib import Path
from typing import Any

from tests.soak.forked import command

CONNECT = sqlite3.connect


def _set(pragmas: dict[str, str]) -> None:
    class Changed(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            name = sql.removeprefix("PRAGMA ").partition(" = ")[0]
            changed = f"PRAGMA {name} = {pragmas[name]}" if name in pragmas else sql
            return super().execute(changed, *values)

    sqlite3.connect = partial(CONNECT, factory=Changed)  # type: ignore[assignment]


if __name__ == "__main__":
    home, at, pragmas, *arguments = sys.argv[1:]
    if pragmas:
        _set(dict(one.split("=") for one in pragmas.split(",")))
    command(Path(home), at, arguments)
