"""One way to open a database: write-ahead log, patience, migrations, errors in plain words."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlite_utils import Database, Migrations

from duediligence.errors import StorageError

PATIENCE_SECONDS = 30.0


def connect(path: Path, migrations: Migrations, *, patience: float | None = None) -> Database:
    """Open or create the database at `path` and bring it up to date.

    Waits up to `patience` seconds, else PATIENCE_SECONDS, for another command that is writing.
    Where this account cannot write there, as on read-only media, it is opened to read and nothing
    is ever written beside it. Raises StorageError.
    """
    with plain_errors(path):
        if path.exists() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
            return _to_read(path, migrations)
        path.parent.mkdir(parents=True, exist_ok=True)
        seconds = PATIENCE_SECONDS if patience is None else patience
        connection = sqlite3.connect(path, timeout=seconds, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            database = Database(connection, execute_plugins=False)
            if migrations.pending(database):
                # Two first commands at once must not both create the tables.
                with writing(database):
                    migrations.apply(database)
        except BaseException:
            connection.close()
            raise
        return database


class _Copy(Database):
    """A database in a temporary folder, which goes with it."""

    folder: TemporaryDirectory[str]

    def close(self) -> None:
        super().close()
        self.folder.cleanup()


def _to_read(path: Path, migrations: Migrations) -> Database:
    """Open a database that cannot be written.

    What its last user left in the write-ahead log is read from a copy elsewhere, and so is a
    database of an earlier version, which must be brought up to date first.
    """
    try:
        # With the log and its index there, as where somebody else is at work.
        database = _opened(path, "mode=ro")
    except sqlite3.OperationalError:
        log = path.with_name(f"{path.name}-wal")
        if log.exists() and log.stat().st_size:
            return _copied(path, migrations)
        database = _opened(path, "mode=ro&immutable=1")
    if migrations.pending(database):
        database.close()
        return _copied(path, migrations)
    return database


def _copied(path: Path, migrations: Migrations) -> Database:
    folder = TemporaryDirectory(prefix="duediligence-")
    try:
        copy = Path(folder.name) / path.name
        for end in ("", "-wal"):
            source = path.with_name(path.name + end)
            if source.exists():
                shutil.copyfile(source, copy.with_name(source.name))
        connect(copy, migrations).close()
        database = _Copy(_connection(copy, "mode=ro&immutable=1"), execute_plugins=False)
    except BaseException:
        folder.cleanup()
        raise
    database.folder = folder
    return database


def _opened(path: Path, options: str) -> Database:
    return Database(_connection(path, options), execute_plugins=False)


def _connection(path: Path, options: str) -> sqlite3.Connection:
    uri = f"{path.resolve().as_uri()}?{options}"
    connection = sqlite3.connect(uri, uri=True, timeout=PATIENCE_SECONDS, isolation_level=None)
    try:
        connection.execute("SELECT 1 FROM sqlite_schema").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


class Repository:
    """What one aggregate stores, over the connection that its unit of work opened.

    `who` is the account that the audit chain names. Every method raises StorageError.
    """

    def __init__(self, database: Database, *, who: str = "unknown") -> None:
        self.path = path_of(database)
        self._db = database
        self._who = who


@contextmanager
def writing(database: Database) -> Iterator[Database]:
    """A transaction that takes the write lock at once, so that it never fails half-way on it.

    Inside another one it is part of that: its changes are kept with the outer ones, and where it
    fails they alone are undone, unless the failure ends the outer one as well.
    """
    conn = database.conn
    inside = conn.in_transaction
    with plain_errors(path_of(database)):
        conn.execute("SAVEPOINT part" if inside else "BEGIN IMMEDIATE")
        try:
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


@contextmanager
def reading(database: Database) -> Iterator[Database]:
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


@contextmanager
def plain_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite and the file system raise into a StorageError that says what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise StorageError(f"{path}: {error}", hint=_hint(str(error).lower())) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(
            f"{path}: {reason}", hint="Free some space or choose another folder with --home."
        ) from error


def _hint(reason: str) -> str:
    if "locked" in reason or "busy" in reason:
        return "Another process is writing. Wait for it to end and try again."
    if "full" in reason or "disk i/o" in reason:
        return "Free some disk space and run this again; what was stored before is unharmed."
    if "malformed" in reason or "not a database" in reason:
        return "The file is damaged. Restore it from a backup, or move it away to start again."
    if "readonly" in reason or "unable to open" in reason:
        return "Check that you may write there, or choose another folder with --home."
    return "If this goes on, move the file away and restore it from a backup."


def path_of(database: Database) -> Path:
    """The file that the database is in."""
    return Path(database.conn.execute("PRAGMA database_list").fetchone()[2])


class Undone(Exception):
    """Ends a transaction without keeping anything of it."""


def changed_schema(db: Database, migrations: Migrations) -> list[str]:
    """What in the schema of a database is not as its migrations make it."""
    expected, known = _made_by(migrations)
    found, applied = _schema(db), {one.name for one in migrations.applied(db)}
    names = sorted(expected.keys() | found.keys())
    changed = [" ".join(name) for name in names if expected.get(name) != found.get(name)]
    return changed + [f"_sqlite_migrations, step {name}" for name in sorted(known ^ applied)]


@cache
def _made_by(migrations: Migrations) -> tuple[dict[tuple[str, str], str], set[str]]:
    made = Database(memory=True)
    try:
        migrations.apply(made)
        return _schema(made), {one.name for one in migrations.applied(made)}
    finally:
        made.close()


def _schema(db: Database) -> dict[tuple[str, str], str]:
    rows = db.conn.execute(
        "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'"
    )
    return {(kind, name): " ".join(str(sql).split()) for kind, name, sql in rows}
