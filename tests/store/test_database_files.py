"""Database files that only SQLite opens, and that must stay where they are."""

import os
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from duediligence import permissions
from duediligence.errors import ReplacedDatabase, StorageError, UsageError
from duediligence.reading import regular
from duediligence.store.copies import RESCUED
from duediligence.store.database import ENDS, connect, writing
from duediligence.writing import hash_file, quick_digest
from tests.rows import for_each

steps = Migrations("test")


@steps()
def create(db: Database) -> None:
    db.conn.execute("CREATE TABLE decisions (position INTEGER PRIMARY KEY, note TEXT)")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "casework.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    with closing(connect(path, steps, keep_copy=True)) as database:
        decide(database, "first")
        yield database


def decide(database: Database, note: str) -> None:
    with writing(database) as db:
        db.conn.execute("INSERT INTO decisions (note) VALUES (?)", (note,))


def notes(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as other:
        return [note for (note,) in other.execute("SELECT note FROM decisions ORDER BY position")]


def is_locked(path: Path) -> bool:
    """Return whether another process can tell that the database is open here."""
    script = (
        "import sqlite3, sys; db = sqlite3.connect(sys.argv[1], timeout=0)\n"
        "try: db.execute('PRAGMA journal_mode = DELETE').fetchone()\n"
        "except sqlite3.OperationalError: print('locked')"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script, path], capture_output=True, check=True
    )
    return done.stdout == b"locked\n"


WAYS: list[Callable[[Path], object]] = [
    lambda path: path.read_bytes(),
    lambda path: path.open("rb"),
    lambda path: os.open(path, os.O_RDONLY),
    lambda path: hash_file(path),
    lambda path: quick_digest(path),
    lambda path: shutil.copy(path, path.with_name("copy")),
    lambda path: shutil.copytree(path.parent, path.parent / "tree", dirs_exist_ok=True),
    lambda path: zipfile.ZipFile(path.with_name("all.zip"), "w").write(path),
]


@pytest.mark.parametrize("end", ENDS)
def test_nothing_but_sqlite_opens_a_database_that_is_open(
    database: Database, path: Path, end: str, tmp_path: Path
) -> None:
    linked = tmp_path / "minutes.txt"
    linked.symlink_to(path.with_name(path.name + end))
    for way in WAYS:
        with pytest.raises(StorageError, match="is a database that is in use"):
            way(linked)
    assert is_locked(path)
    assert notes(path) == ["first"]


def test_a_database_that_is_closed_is_a_file_like_others(database: Database, path: Path) -> None:
    with closing(connect(path, steps)):
        pass
    with pytest.raises(StorageError):
        path.read_bytes()
    database.close()
    assert path.read_bytes().startswith(b"SQLite format 3")


@pytest.mark.parametrize("end", ENDS)
def test_a_database_is_no_file_to_read(path: Path, end: str, tmp_path: Path) -> None:
    path.with_name(path.name + end).touch()
    (tmp_path / "suppliers.csv").symlink_to(path.with_name(path.name + end))
    with pytest.raises(UsageError, match="is a database"):
        regular(tmp_path / "suppliers.csv")


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_closing_and_sharing_a_home_keeps_its_locks(database: Database, path: Path) -> None:
    for change in (
        lambda: permissions.close_earlier(path.parent),
        lambda: permissions.share_home(path.parent, os.getegid()),
        lambda: permissions.close_home(path.parent),
    ):
        path.parent.chmod(0o755)
        change()
        assert is_locked(path)
    assert path.stat().st_mode & 0o777 == 0o600


def replace_by_another(path: Path) -> None:
    with closing(connect(path.with_name("other.db"), steps)) as other:
        decide(other, "of another home")
    path.with_name("other.db").rename(path)


DAMAGES: list[Callable[[Path], object]] = [
    lambda path: path.unlink(),
    lambda path: path.rename(path.with_name("moved.db")),
    lambda path: path.with_name("casework.db-wal").unlink(),
    lambda path: path.with_name("casework.db-shm").unlink(),
    replace_by_another,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_nothing_is_acknowledged_once_a_file_is_not_the_one_that_is_open(
    database: Database, path: Path, damage: Callable[[Path], object]
) -> None:
    damage(path)
    with pytest.raises(ReplacedDatabase, match="the last change was not saved") as raised:
        decide(database, "lost")
    assert f"in the folder {RESCUED} of the home" in str(raised.value.hint)
    rescued = sorted((path.parent / RESCUED).iterdir())[-1]
    assert notes(rescued) == ["first"]
    assert rescued.stat().st_mode & 0o077 == 0 or os.name != "posix"


def test_a_file_that_goes_within_a_change_is_noticed_before_it_is_acknowledged(
    database: Database, path: Path
) -> None:
    def decide_while_the_log_goes() -> None:
        with writing(database) as db:
            db.conn.execute("INSERT INTO decisions (note) VALUES ('second')")
            path.with_name("casework.db-wal").unlink()

    with pytest.raises(ReplacedDatabase):
        decide_while_the_log_goes()
    with pytest.raises(ReplacedDatabase):
        decide(database, "third")
    (rescued,) = (path.parent / RESCUED).iterdir()
    assert notes(rescued) == ["first", "second"]


@for_each("damage", DAMAGES)
def test_a_second_connection_is_refused_while_the_first_has_other_files(
    tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    path = tmp_path / "casework.db"
    with closing(connect(path, steps, keep_copy=True)) as first:
        decide(first, "first")
        damage(path)
        with pytest.raises(ReplacedDatabase):
            connect(path, steps)
    rescued, *_ = (path.parent / RESCUED).iterdir()
    assert notes(rescued) == ["first"], "what it saw is kept when it is closed"
    with closing(connect(path, steps)):
        pass
