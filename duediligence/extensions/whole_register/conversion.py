"""One file of the register on its way into Parquet."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.extensions.whole_register.normal_forms import AS_WRITTEN, literal_path, quoted
from duediligence.extensions.whole_register.splitting import Split
from duediligence.progress import Progress
from duediligence.writing import storing

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

T = TypeVar("T")
# A dictionary is worth its while for codes alone: names and addresses are nearly all different.
FORMAT = "FORMAT parquet, PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT 1000, USE_TMP_FILE false"
FORMAT_OF_TEXT = "COMPRESSION zstd, COMPRESSION_LEVEL 1"


@dataclass
class Conversion:
    """A file that was split, and where its tables go.

    `plain` and `odd` are its lines (see `splitting`), `rows_file` and `more_rows_file` are for
    rows that were read in Python, `into` says the file of each table. `counts` and `totals` are
    compared when all parts of a snapshot were read.
    """

    path: Path
    split: Split
    plain: Path
    odd: Path
    rows_file: Path
    more_rows_file: Path
    into: Mapping[str, Path]
    db: "DuckDBPyConnection"
    progress: Progress
    drift: Drift = field(default_factory=Drift)
    counts: dict[str, int] = field(default_factory=dict)
    totals: Mapping[str, Any] | None = None

    def attempt(self, act: Callable[[], T]) -> T | None:
        """Return what `act` returns; None where the file holds what must be read another way.

        What DuckDB raises for its own files passes through (see `engine.plain_errors`).
        """
        import duckdb

        try:
            return act()
        except (duckdb.IOException, duckdb.OutOfMemoryException):
            raise
        except (UnreadableFile, duckdb.Error):
            return None

    def start_again(self) -> None:
        """Forget what an attempt counted, before the file is read another way."""
        self.drift = Drift()
        self.counts.clear()

    def write_parquet(self, query: str, into: Path) -> None:
        """Write the rows of a query to a Parquet file."""
        self.db.execute(f"COPY ({query}) TO {quoted(str(into))} ({FORMAT}, {FORMAT_OF_TEXT})")

    def one(self, query: str, *values: object) -> tuple[Any, ...]:
        """Return the one row of a query."""
        row = self.db.execute(query, values).fetchone()
        assert row is not None
        return tuple(row)

    def all(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return list(self.db.execute(query, values).fetchall())


def struct(members: str) -> str:
    """Return the SQL type of an object whose members, named with spaces between them, are texts."""
    return f"STRUCT({', '.join(f'{name} VARCHAR' for name in members.split())})"


_HASHES = ("person", "content")
# They follow from other columns, and change when those do.
_KEYS = ("name_key", "name_stem", "address_key")


def with_hashes(table: Mapping[str, str], rows: str) -> str:
    """Return the query, with its columns in the table's order and the hashes that it has."""
    own = [name for name in table if name not in (*_HASHES, *_KEYS)]
    cells = ", ".join(f"coalesce(CAST({name} AS VARCHAR), chr(0))" for name in own)
    made = {
        "person": "md5_number_lower(person_key)",
        "content": f"md5_number_lower(concat_ws(chr(31), {cells}))",
    }
    columns = ", ".join(f"{made[name]} AS {name}" if name in made else name for name in table)
    return f"SELECT {columns} FROM ({rows})"  # noqa: S608 - our own columns


def read_rows(run: Conversion, table: Mapping[str, str], file: Path | None = None) -> str:
    """Return a query for the rows that were read in Python: the table without its hashes."""
    own = {name: kind for name, kind in table.items() if name not in _HASHES}
    columns = ", ".join(f"{name}: {quoted(kind)}" for name, kind in own.items())
    return (
        f"SELECT {', '.join(own)} FROM read_json({quoted(literal_path(file or run.rows_file))}, "  # noqa: S608
        f"format = 'newline_delimited', columns = {{{columns}}}, {AS_WRITTEN})"
    )


def write_rows(into: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write rows as JSON lines for DuckDB to read; how many there were."""
    encode = msgspec.json.Encoder().encode
    count = 0
    with storing(into), into.open("wb") as file:
        for row in rows:
            file.write(encode(row) + b"\n")
            count += 1
    return count
