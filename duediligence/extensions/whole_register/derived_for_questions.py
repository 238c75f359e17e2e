"""Tables that questions need and that take too long while somebody waits: made once a version."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from duediligence.extensions.whole_register import (
    derived_failed,
    derived_handovers,
    derived_phoenixes,
)
from duediligence.extensions.whole_register.derived import count, to_parquet
from duediligence.extensions.whole_register.tables import TABLES
from duediligence.extensions.whole_register.versions import source

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# In the order in which they are made: a later one reads earlier ones.
DERIVED: Mapping[str, Mapping[str, str]] = {
    "failed": derived_failed.COLUMNS,
    "phoenixes": derived_phoenixes.COLUMNS,
    "handovers": derived_handovers.COLUMNS,
}


def query_of(table: str, day: date) -> str:
    """Return the SELECT that makes a table of `DERIVED`; `day` is that of the companies file.

    It reads views named as the tables of `tables.TABLES`, empty where a file is not loaded, and the
    tables of `DERIVED` before it.
    """
    match table:
        case "failed":
            return derived_failed.QUERY
        case "phoenixes":
            return derived_phoenixes.build_phoenix_query(day)
        case "handovers":
            return derived_handovers.QUERY
    raise KeyError(table)


def write_question_tables(
    db: "DuckDBPyConnection", day: date, files: Mapping[str, Sequence[Path]]
) -> Mapping[str, int]:
    """Write each table of `DERIVED` to its one file of `files`; how many rows it has.

    `files` has those of the tables that `query_of` names, too.
    """
    made: dict[str, int] = {}
    for table, columns in {**TABLES, **DERIVED}.items():
        if table in DERIVED:
            (file,) = files[table]
            to_parquet(db, query_of(table, day), file)
            made[table] = count(db, file)
        rows = source(files.get(table, ()), columns)
        db.execute(f"CREATE OR REPLACE TEMP VIEW {table} AS {rows}")
    return made
