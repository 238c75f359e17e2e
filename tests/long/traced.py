"""Runs one command of `duediligence` as `tests/soak/forked.py` does, in a process of its own.

    python -m tests.long.traced HOME TIME PRAGMAS COMMAND...

`PRAGMAS` are of the form `synchronous=OFF,journal_mode=DELETE`: whatever the command itself sets
them to, they are set so. Thus a harness can show that it notices a database that is less careful,
and what becomes of one on a drive that cannot have a write-ahead log. Empty: nothing is changed.
"""

import sqlite3
import sys
from pathlib import Path
from typing import Any, cast

from duediligence import registry
from tests.soak.forked import command, made

CONNECT = sqlite3.connect


def _set(pragmas: dict[str, str]) -> None:
    def connect(*given: Any, factory: Any = sqlite3.Connection, **named: Any) -> sqlite3.Connection:
        class Changed(factory):  # type: ignore[misc]
            def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
                name = sql.removeprefix("PRAGMA ").partition(" = ")[0]
                changed = f"PRAGMA {name} = {pragmas[name]}" if name in pragmas else sql
                return cast("sqlite3.Cursor", super().execute(changed, *values))

        return CONNECT(*given, factory=Changed, **named)

    sqlite3.connect = connect  # type: ignore[assignment]


if __name__ == "__main__":
    home, at, pragmas, *arguments = sys.argv[1:]
    if pragmas:
        _set(dict(one.split("=") for one in pragmas.split(",")))
    registry.find_watchlists = lambda: {"made": made}  # type: ignore[assignment]
    command(Path(home), at, arguments)
