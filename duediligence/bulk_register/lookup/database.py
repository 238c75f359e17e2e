"""A DuckDB connection with a bound on its memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from duediligence.errors import StorageError, UsageError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NOT_INSTALLED = "The package duckdb is not installed, which the whole register needs"
HOW_TO_INSTALL = "Install it: pip install 'duediligence[register]'"


@contextmanager
def connected(
    spill: Path, *, memory: str = "1GB", threads: int = 1
) -> Iterator["DuckDBPyConnection"]:
    """A connection that spills into the folder `spill` what is more than `memory`.

    Raises UsageError where duckdb is not installed.
    """
    try:
        import duckdb
    except ImportError:
        raise UsageError(NOT_INSTALLED, hint=HOW_TO_INSTALL) from None
    settings = {"memory_limit": memory, "threads": threads, "temp_directory": str(spill)}
    with duckdb.connect(config={**settings, "preserve_insertion_order": False}) as connection:
        # Everything that is read was named by the caller; nothing is fetched or installed.
        connection.execute("SET autoinstall_known_extensions = false")
        connection.execute("SET autoload_known_extensions = false")
        connection.execute("SET parquet_metadata_cache = true")
        yield connection


@contextmanager
def plain_errors(place: Path) -> Iterator[None]:
    """Raise StorageError, naming the place, for what DuckDB cannot read, write or hold."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        said = str(error).split("\n", 1)[0]
        raise StorageError(
            f"{place}: {said}",
            hint="Free some disk space and memory, and run the command again. What was there "
            "before is unchanged.",
        ) from error


def parquet(folder: Path, pattern: str = "*.parquet") -> str:
    """The files of a folder, as `read_parquet` takes them: special characters are plain ones."""
    import glob

    return str(Path(glob.escape(str(folder))) / pattern)
