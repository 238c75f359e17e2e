"""DuckDB, opened with bounds: memory, threads, a folder to spill to, and never the network."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from duediligence.errors import (
    Hint,
    NotAsRecorded,
    OptionRemark,
    StorageError,
    UsageError,
    describe_installing,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# DuckDB itself takes some hundred megabytes beside what it counts.
LOADING_MB, ASKING_MB = 1_500, 1_000
_NO_ROOM = ("no space left", "not enough space", "disk full", "max_temp_directory_size")
_GONE = ("no files found", "no such file")


def connect_duckdb(
    spill: Path, *, memory_mb: int = LOADING_MB, threads: int | None = None
) -> "DuckDBPyConnection":
    """Open an empty database in memory that spills to the folder `spill`.

    Raises UsageError where DuckDB is not installed, StorageError where it cannot be loaded.
    """
    try:
        # Imported lazily: only the extra needs it, and it is slow to import.
        import duckdb
    except ModuleNotFoundError as error:
        raise UsageError(
            "The whole register needs the package duckdb, which is not installed",
            hint=describe_installing("register"),
        ) from error
    except (ImportError, MemoryError) as error:
        raise StorageError(
            f"The package duckdb cannot be loaded: {str(error) or type(error).__name__}",
            hint="For a MemoryError free memory, or raise the limit of this process. Otherwise "
            "install the package again: pip install --force-reinstall duckdb",
        ) from error
    with plain_errors(spill.parent):
        connection = duckdb.connect(
            config={
                "memory_limit": f"{memory_mb}MB",
                "threads": threads or min(os.cpu_count() or 1, 4),
                "temp_directory": str(spill),
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        )
        # It would be drawn on the standard output, amid what a command writes there.
        connection.execute("SET enable_progress_bar = false")
    return connection


@contextmanager
def plain_errors(place: Path) -> Iterator[None]:
    """Turn what DuckDB raises into a StorageError: for a full disk, too little memory, and files of
    ours in the folder `place` that are missing or damaged.
    """
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        if any(words in str(error).lower() for words in _NO_ROOM):
            raise _no_room(place) from error
        raise StorageError(
            f"{place}: the work needs more memory than it may use",
            hint="Free memory, or use a machine with more. What was there before is unchanged.",
        ) from error
    except duckdb.IOException as error:
        if any(words in str(error).lower() for words in _NO_ROOM):
            raise _no_room(place) from error
        if any(words in str(error).lower() for words in _GONE):
            raise damaged(place, error) from error
        raise StorageError(
            f"{place} cannot be used: {str(error).splitlines()[0]}",
            hint=Hint(
                "Check that this account may read and write there",
                OptionRemark(", or set --home elsewhere"),
                ".",
            ),
        ) from error
    except (duckdb.InterruptException, duckdb.ParserException, duckdb.CatalogException):
        raise
    except duckdb.Error as error:
        raise damaged(place, error) from error


def damaged(place: Path, error: Exception | None = None) -> StorageError:
    """Return the error for a folder in which a file of ours is missing or cannot be read."""
    # The text of others may hold what a file holds.
    known = error.strerror if isinstance(error, OSError) else type(error).__name__
    return StorageError(
        f"{place}: a file in it cannot be read: {known}"
        if error
        else f"{place}: a file in it is missing or damaged",
        hint="If the register was loaded this moment, run the command again. Otherwise remove the "
        "folder, then load the register and screen it again: all of it can be made again, but for "
        "the companies that left the register.",
    )


def exchanged(file: Path) -> NotAsRecorded:
    """Return the error for a file of ours that is not the one that was recorded."""
    return NotAsRecorded(
        f"{file} is missing or damaged, or was exchanged: it is not what was recorded",
        hint="Load the register again from all its files. If that is refused, remove the folder "
        f"{file.parent.parent} first: all of it can be made again, but for the companies that left "
        "the register.",
    )


def _no_room(place: Path) -> StorageError:
    return StorageError(
        f"There is no disk space left to write {place}",
        hint=Hint(
            "Free some space",
            OptionRemark(", or set --home to a larger disk"),
            ", and try again. What was there before is unchanged.",
        ),
    )
