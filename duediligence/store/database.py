"""One way to open a database: write-ahead log, patience, migrations, errors in plain words.

When a process closes any descriptor of a file it loses all locks that it has on that file (POSIX,
fcntl(2); sqlite.org/howtocorrupt.html, 2.2). The next program then takes itself for the only one,
writes the log back and deletes it, and what this one goes on writing is lost. So a file that is
open here as a database is opened by nothing else in the process, and before a change is
acknowledged its files are compared with those at their paths.
"""

import logging
import os
import re
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from time import monotonic, sleep
from typing import Any, Self
from weakref import ref

import msgspec
from sqlite_utils import Database, Migrations

from duediligence.errors import (
    DamagedDatabase,
    Hint,
    MadeBefore,
    NewerDatabase,
    OptionRemark,
    ReplacedDatabase,
    Step,
    StorageError,
)
from duediligence.permissions import create
from duediligence.store.copies import DATABASES, FOLDER, RESCUED, copy_pages, make_copy
from duediligence.version import __version__
from duediligence.writing import make_folder

PATIENCE_SECONDS = 30.0
_PAUSE_SECONDS = 0.01

_log = logging.getLogger(__name__)

# The database, its log, and the index of the log, on which the locks are.
ENDS = ("", "-wal", "-shm")
FileIdentity = tuple[int, int]

# Connections whose files are recorded. Plain references: code that ran when one is freed would
# swallow the signal that a service is stopped by.
OPENED: list[ref["Connection"]] = []
_rescued: dict[tuple[Path, FileIdentity], Path] = {}
_guard = Lock()


class Connection(sqlite3.Connection):
    """A connection to the file at `path`, once `hold_files` has recorded which file that is."""

    path = Path()
    after_commit: Callable[[], None] | None = None
    _is_rescued = False
    held: dict[str, FileIdentity] = {}  # noqa: RUF012 - replaced as a whole

    def hold_files(self, path: Path, *, rescue: bool = False) -> None:
        """Record the files that are open; no other program can take away a log that is being
        read. `rescue`: what is in them cannot be fetched again.
        """
        self.execute("BEGIN")
        self.execute("SELECT 1 FROM sqlite_schema").fetchone()
        places = (f"{path}{end}" for end in ENDS)
        held = {place: found for place in places if (found := identify_file(place))}
        self.execute("COMMIT")
        self.path, self.held, self._is_rescued = path, held, rescue
        with _guard:
            OPENED[:] = [ref(self), *map(ref, list_opened())]

    def check_files(self) -> None:
        """Raise ReplacedDatabase if one of the files was replaced since it was opened."""
        if self.is_replaced():
            self.rollback()
            self._rescue()
            raise _build_replaced_error(self.path)

    def close(self) -> None:
        """Close it, and let go of its files. If they were replaced, what it still sees is kept."""
        held, replaced = self.held, self.is_replaced()
        if replaced:
            self.rollback()
            self._rescue()
        self.held = {}  # first: who closes a database last removes its log
        if replaced and not _is_log_alone_gone(held, f"{self.path}-wal"):
            # SQLite would write its log over what others wrote since: it stays open until the
            # process ends, which writes nothing.
            import ctypes  # Imported lazily: slow, and never needed.

            ctypes.pythonapi.Py_IncRef(ctypes.py_object(self))
        else:
            super().close()

    def is_replaced(self) -> bool:
        """Return whether one of the files was replaced since it was opened."""
        return _are_replaced(self.held)

    def _rescue(self) -> None:
        """Write what the connection sees into a new file, once a process; where that cannot be
        done, the error of the change is reported alone.
        """
        key = (self.path, self.held[str(self.path)])
        with _guard:
            if not self._is_rescued or key in _rescued:
                return
            folder = self.path.parent / RESCUED
            number = 1
            while (target := folder / f"{self.path.stem}-{number}.db").exists():
                number += 1
            try:
                make_folder(folder)
                create(target)
                self.execute("VACUUM INTO ?", (str(target),))
                _rescued[key] = target
            except (OSError, sqlite3.Error):
                target.unlink(missing_ok=True)


def list_opened() -> list[Connection]:
    """Return the connections of this process that have a database open."""
    found = (reference() for reference in tuple(OPENED))
    return [connection for connection in found if connection is not None and connection.held]


def _are_replaced(held: Mapping[str, FileIdentity]) -> bool:
    return any(identify_file(place) != identity for place, identity in held.items())


def _is_log_alone_gone(held: Mapping[str, FileIdentity], log: str) -> bool:
    """Return whether only the log is missing, so that nothing was written without it since."""
    others = {place: identity for place, identity in held.items() if place != log}
    return not _are_replaced(others) and identify_file(log) is None


def _build_replaced_error(path: Path) -> ReplacedDatabase:
    return ReplacedDatabase(
        f"{path.name} was moved, replaced or deleted while it was in use: the last change was not "
        "saved",
        hint="Close every program that uses the home folder. What they still see is then in the "
        f"database, or in the folder {RESCUED} of the home. Find out what changed the files: a "
        "folder that synchronises, a copy that was put back, a person. Then start again.",
    )


def identify_file(place: str) -> FileIdentity | None:
    """Return what distinguishes a file from all others; None if it is missing."""
    try:
        found = os.stat(place)  # noqa: PTH116 - twice as fast
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _refuse_opening(event: str, arguments: tuple[Any, ...]) -> None:
    """Raise StorageError where this process opens a file, otherwise than by SQLite, that it has
    open as a database.
    """
    if event != "open" or not OPENED:
        return
    place, _, flags = arguments
    # With O_EXCL only a new file is opened. A number is a file that is already open.
    if isinstance(place, int) or flags & os.O_EXCL:
        return
    try:
        found = identify_file(place)
    except (TypeError, ValueError):
        return
    if any(found in connection.held.values() for connection in list_opened()):
        raise StorageError(
            f"{os.fsdecode(place)}: is a database that is in use, and is read by no other means",
            hint="Name another file or folder: none of the home's own databases can be used here.",
        )


sys.addaudithook(_refuse_opening)


def connect(
    path: Path,
    migrations: Migrations,
    *,
    patience: float | None = None,
    keep_copy: bool = False,
    extensions: Sequence[Migrations] = (),
) -> Database:
    """Open or create the database at `path` and bring it up to date, the tables of `extensions`
    too.

    Waits up to `patience` seconds, else PATIENCE_SECONDS, for another command that is writing.
    Where this account cannot write there, as on read-only media, it is opened to read and nothing
    is ever written beside it. With `keep_copy`, one that is upgraded is copied before. Raises
    StorageError; MadeBefore and NewerDatabase for one that another version made or upgraded, which
    is not written to.
    """
    for other in list_opened():
        if other.path == path and other.is_replaced() and other.held:
            # It has other files open. SQLite would mix them with those that are there now.
            raise _build_replaced_error(path)
    with plain_errors(path):
        if path.exists() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
            return _to_read(path, migrations, extensions)
        make_folder(path.parent)
        create(path)
        seconds = PATIENCE_SECONDS if patience is None else patience
        connection = sqlite3.connect(
            path, timeout=seconds, isolation_level=None, factory=Connection
        )
        try:
            _refuse_other(connection, migrations, path)
            _use_write_ahead_log(connection, until=monotonic() + seconds)
            # Each commit is on the disk before it returns. EXTRA rather than FULL for a drive that
            # cannot have a write-ahead log (some network drives): there a commit is the removal of
            # a file, which FULL leaves to be undone by a power cut. With a log they are the same.
            connection.execute("PRAGMA synchronous = EXTRA")
            connection.execute("PRAGMA foreign_keys = ON")
            # What is sorted, undone or vacuumed is in no temporary file outside the home.
            connection.execute("PRAGMA temp_store = MEMORY")
            connection.hold_files(path, rescue=keep_copy)
            database = Database(connection, execute_plugins=False)
            if migrations.pending(database):
                # Two first commands at once must not both create the tables.
                with writing(database):
                    _apply_migrations(database, migrations, path, keep_copy=keep_copy)
            for added in extensions:
                _apply_extension_migrations(database, added, path)
        except BaseException:
            connection.close()
            raise
        return database


def _use_write_ahead_log(connection: sqlite3.Connection, until: float) -> None:
    """Write changes ahead. Whoever opens a new file at the same moment is waited for here: SQLite
    refuses at once, however patient a connection is.
    """
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > until:
                raise
            sleep(_PAUSE_SECONDS)
        else:
            return


def _apply_extension_migrations(database: Database, migrations: Migrations, path: Path) -> None:
    """Bring the tables of an extension up to date, under its own name among the migrations.

    Raises MadeBefore, and NewerDatabase where a newer version of it was there before.
    """
    _refuse_other(database.conn, migrations, path)
    if migrations.pending(database):
        with writing(database):
            _apply_migrations(database, migrations, path, keep_copy=True)


class _Copy(Database):
    """A database in a temporary folder, which goes with it."""

    folder: TemporaryDirectory[str]

    def close(self) -> None:
        super().close()
        self.folder.cleanup()


def _to_read(path: Path, migrations: Migrations, extensions: Sequence[Migrations]) -> Database:
    """Open a database that cannot be written.

    What its last user left in the write-ahead log is read from a copy elsewhere, and so is a
    database of an earlier version, which must be brought up to date first.
    """
    try:
        # With the log and its index there, as where somebody else is at work.
        database = _open_with_options(path, "mode=ro")
        assert isinstance(database.conn, Connection)
        database.conn.hold_files(path)
    except sqlite3.OperationalError:
        log = path.with_name(f"{path.name}-wal")
        if log.exists() and log.stat().st_size:
            return _open_temporary_copy(path, migrations, extensions)
        database = _open_with_options(path, "mode=ro&immutable=1")
    for each in (migrations, *extensions):
        _refuse_other(database.conn, each, path)
    if any(each.pending(database) for each in (migrations, *extensions)):
        database.close()
        return _open_temporary_copy(path, migrations, extensions)
    return database


def _open_temporary_copy(
    path: Path, migrations: Migrations, extensions: Sequence[Migrations]
) -> Database:
    folder = TemporaryDirectory(prefix="duediligence-")
    try:
        copy = Path(folder.name) / path.name
        for end in ("", "-wal"):
            source = path.with_name(path.name + end)
            if source.exists():
                shutil.copyfile(source, copy.with_name(source.name))
        connect(copy, migrations, extensions=extensions).close()
        database = _Copy(_connect_uri(copy, "mode=ro&immutable=1"), execute_plugins=False)
    except BaseException:
        folder.cleanup()
        raise
    database.folder = folder
    return database


def _open_with_options(path: Path, options: str) -> Database:
    return Database(_connect_uri(path, options), execute_plugins=False)


def _connect_uri(path: Path, options: str) -> sqlite3.Connection:
    uri = f"{path.resolve().as_uri()}?{options}"
    connection = sqlite3.connect(
        uri, uri=True, timeout=PATIENCE_SECONDS, isolation_level=None, factory=Connection
    )
    try:
        connection.execute("SELECT 1 FROM sqlite_schema").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


class DatabaseReader:
    """Reads the database at `path`. Every method raises StorageError."""

    path: Path
    _db: Database

    def _fetch_all(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        """Return the rows of a query."""
        with plain_errors(self.path):
            return self._db.conn.execute(query, values).fetchall()

    def _fetch_one(self, query: str, values: Sequence[object] = ()) -> Any:
        """Return the first row of a query; None where it has none."""
        with plain_errors(self.path):
            return self._db.conn.execute(query, values).fetchone()


class DatabaseFile(DatabaseReader):
    """What is stored in one file, over a connection of its own."""

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Store everything that is written inside, or nothing of it.

        Takes the write lock at once. Inside another transaction it is part of that.
        """
        with writing(self._db):
            yield

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read one state throughout, whatever another process stores meanwhile."""
        with read_transaction(self._db):
            yield

    def copy(self, into: Path) -> None:
        """Copy the whole database into a new file: within `snapshot()`, that state of it."""
        copy_database(self._db, into)

    def damage(self) -> str:
        """Return what is wrong with the file itself; empty where it is sound."""
        return find_damage(self._db)

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Repository(DatabaseReader):
    """What one aggregate stores, over the connection that its unit of work opened.

    `who` is the account that the audit chain names. Every method raises StorageError.
    """

    def __init__(self, database: Database, *, who: str = "unknown") -> None:
        self.path = path_of(database)
        self._db = database
        self._who = who


def define_tables(name: str, *statements: str) -> Migrations:
    """Return the steps of a database or an extension of that name, the first of which runs these
    statements, in their order.

    It is named by their hash: before 1.0 they are changed in place, and a database that others made
    is known by that. From 1.0 they stay, and a change is a step of its own.
    """
    migrations = Migrations(name)
    text = "\n".join(" ".join(statement.split()) for statement in statements)

    @migrations(name=f"tables {sha256(text.encode()).hexdigest()[:16]}")
    def run(db: Database) -> None:
        for statement in statements:
            db.conn.execute(statement)

    return migrations


def forbid_changes(table: str, what: str) -> Iterator[str]:
    """Yield statements after which rows of the table are neither changed nor removed."""
    for change in ("UPDATE", "DELETE"):
        yield f"""CREATE TRIGGER {table}_kept_{change} BEFORE {change} ON {table}
                BEGIN SELECT RAISE(ABORT, '{what} is never changed'); END"""


@contextmanager
def writing(database: Database) -> Iterator[Database]:
    """Provide a transaction that takes the write lock at once, so that it never fails half-way on
    it.

    Inside another one it is part of that: its changes are kept with the outer ones, and where it
    fails they alone are undone, unless the failure ends the outer one as well.
    """
    conn = database.conn
    inside = conn.in_transaction
    own = None if inside or not isinstance(conn, Connection) else conn
    with plain_errors(path_of(database)):
        conn.execute("SAVEPOINT part" if inside else "BEGIN IMMEDIATE")
        try:
            if own:
                own.check_files()
            yield database
            conn.execute("RELEASE part" if inside else "COMMIT")
        except BaseException:
            # SQLite itself ends a transaction that it cannot go on with, as on a full disk.
            if conn.in_transaction and inside:
                conn.execute("ROLLBACK TO part")
                conn.execute("RELEASE part")
            else:
                conn.rollback()
            raise
        if own:
            own.check_files()
            if own.after_commit:
                own.after_commit()


@contextmanager
def read_transaction(database: Database) -> Iterator[Database]:
    """Read one state of the database throughout, whatever another process stores meanwhile.

    Inside a transaction it is part of that.
    """
    if database.conn.in_transaction:
        yield database
        return
    with plain_errors(path_of(database)):
        database.conn.execute("BEGIN")
        try:
            yield database
        finally:
            database.conn.commit()


def all_rows(
    database: Database, columns: int, query: str, values: Sequence[object] = ()
) -> Iterator[tuple[Any, ...]]:
    """Return every row of a query of many, in its order, read in one step of SQLite.

    Each step of SQLite lets another thread run: read row by row, a page waits for a job that
    computes as often as there are rows. The columns come as JSON, so one of bytes is refused, and
    one of a real number would lose digits: ask for EXACT of it.
    """
    names = [f"c{place}" for place in range(columns)]
    found = database.conn.execute(
        f"WITH found ({', '.join(names)}) AS MATERIALIZED ({query}) "  # noqa: S608
        f"SELECT {', '.join(f'json_group_array({name})' for name in names)} FROM found",
        values,
    ).fetchone()
    return zip(*map(msgspec.json.decode, found), strict=True)


# A real number as text that float() turns into the same.
EXACT = "printf('%!.17g', {})"


@contextmanager
def plain_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite and the file system raise into a StorageError that says what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        reason = str(error).lower()
        if path.name == DATABASES[0] and ("malformed" in reason or "not a database" in reason):
            hint = Hint("The file is damaged. To bring back a copy: ", Step("bring-copy-back"))
            raise DamagedDatabase(f"{path}: {error}", hint=hint) from error
        raise StorageError(f"{path}: {error}", hint=_build_storage_hint(reason)) from error
    except OSError as error:
        reason = error.strerror or str(error)
        hint = Hint("Free some space", OptionRemark(" or choose another folder with --home"), ".")
        if isinstance(error, PermissionError):
            hint = Hint(
                OptionRemark("Choose another folder with --home. "),
                "Ask whoever this folder belongs to to share it with a group of yours: ",
                Step("share-home"),
            )
        raise StorageError(f"{path}: {reason}", hint=hint) from error


def empty_log(database: Database, path: Path) -> bool:
    """Empty the write-ahead log, in which rows that were removed can still be read; False while
    another program reads an older state. Raises StorageError.
    """
    with plain_errors(path):
        (is_busy, _, _) = database.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not is_busy


def _build_storage_hint(reason: str) -> str | Hint:
    if "locked" in reason or "busy" in reason:
        return "Another process is writing. Wait for it to end and try again."
    if "full" in reason or "disk i/o" in reason:
        return "Free some disk space and run this again; what was stored before is unharmed."
    if "malformed" in reason or "not a database" in reason:
        return "The file is damaged. Restore it from a backup, or move it away to start again."
    if "readonly" in reason or "unable to open" in reason:
        return Hint(
            "Check that you may write there",
            OptionRemark(", or choose another folder with --home"),
            ".",
        )
    return "If this goes on, move the file away and restore it from a backup."


def path_of(database: Database) -> Path:
    """Return the file that the database is in."""
    return Path(database.conn.execute("PRAGMA database_list").fetchone()[2])


class RolledBack(Exception):
    """Ends a transaction without keeping anything of it."""


def changed_schema(db: Database, migrations: Migrations) -> list[str]:
    """Return what in the schema of a database is not as its migrations make it."""
    expected, known = _made_by(migrations)
    found, applied = _read_schema(db), {one.name for one in migrations.applied(db)}
    names = sorted(expected.keys() | found.keys())
    changed = [" ".join(name) for name in names if expected.get(name) != found.get(name)]
    return changed + [f"_sqlite_migrations, step {name}" for name in sorted(known ^ applied)]


@cache
def _made_by(migrations: Migrations) -> tuple[dict[tuple[str, str], str], set[str]]:
    made = Database(memory=True)
    try:
        migrations.apply(made)
        return _read_schema(made), {one.name for one in migrations.applied(made)}
    finally:
        made.close()


def _read_schema(db: Database) -> dict[tuple[str, str], str]:
    rows = db.conn.execute(
        "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!' "
        # What an extension added to its own tables is for that to say.
        "AND tbl_name NOT LIKE '%!_!_%' ESCAPE '!'"
    )
    return {(kind, name): " ".join(str(sql).split()) for kind, name, sql in rows}


def copy_database(database: Database, into: Path) -> None:
    """Copy one state of the database into a new file, whatever others store meanwhile.

    Raises StorageError.
    """
    with plain_errors(into), read_transaction(database):
        # A state is chosen by the first read. While it is held, no step starts the copy again.
        database.conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
        copy_pages(database.conn, into)


def find_damage(database: Database) -> str:
    """Return the first thing that SQLite finds wrong with the file; empty where it is sound."""
    with plain_errors(path_of(database)):
        found = str(database.conn.execute("PRAGMA integrity_check(1)").fetchone()[0])
    return "" if found == "ok" else found


def refuse_damage(path: Path) -> None:
    """Raise StorageError for the first fault of a file, without the slow comparison of indexes;
    not where it cannot be read now.
    """
    with (
        plain_errors(path),
        suppress(sqlite3.OperationalError),
    ):  # which a command that needs it reports
        with closing(_connect_uri(path, "mode=rw")) as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(f"malformed: {found}")


def _refuse_other(connection: sqlite3.Connection, migrations: Migrations, path: Path) -> None:
    """Raise MadeBefore where the first step was another, NewerDatabase where one was applied that
    this version does not have.
    """
    table = Migrations.migrations_table
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
        return
    rows = connection.execute(
        f"SELECT name FROM {table} WHERE migration_set = ?",  # noqa: S608
        (migrations.name,),
    )
    applied, (first, *more) = [name for (name,) in rows], _list_migration_steps(migrations)
    if applied and first not in applied:
        raise MadeBefore(str(path))
    if unknown := [name for name in applied if name not in (first, *more)]:
        number = connection.execute("PRAGMA user_version").fetchone()[0]
        by = (
            f"version {_decode_version(number)}"
            if number > _encode_version(__version__)
            else "a newer version"
        )
        raise NewerDatabase(
            f"{path}: {by} of this program upgraded it ({', '.join(unknown)}); this is version "
            f"{__version__}. Nothing was changed",
            hint="Install that version again. Or restore, as another home, a backup that this "
            f"version made; the folder {FOLDER} in the home has copies from before upgrades.",
        )


@cache
def _list_migration_steps(migrations: Migrations) -> tuple[str, ...]:
    """Return the names of all steps: all are pending for a database that has none."""
    empty = Database(memory=True, execute_plugins=False)
    with closing(empty.conn):
        return tuple(one.name for one in migrations.pending(empty))


def _apply_migrations(
    database: Database, migrations: Migrations, path: Path, *, keep_copy: bool
) -> None:
    """Apply what is pending, in the transaction that holds the write lock."""
    if not migrations.pending(database):
        return  # another command was first
    if keep_copy and migrations.applied(database):
        made = make_copy(path.parent, "upgrade", datetime.now(UTC))
        _log.warning("%s is upgraded to version %s; as it was: %s", path, __version__, made.path)
    migrations.apply(database)
    # So that an earlier version can say which one it was.
    database.conn.execute(f"PRAGMA user_version = {_encode_version(__version__)}")


def _encode_version(version: str) -> int:
    """Return a version as the number that a database holds: 1.2.3 is 1002003."""
    major, minor, patch = (int(part) for part in re.findall(r"\d+", version)[:3])
    return major * 1_000_000 + minor * 1_000 + patch


def _decode_version(number: int) -> str:
    return f"{number // 1_000_000}.{number // 1_000 % 1_000}.{number % 1_000}"
