"""A database of a newer version is left as it is; one of an older one is copied, then upgraded."""

import gzip
import logging
import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from duediligence.errors import MadeBefore, NewerDatabase, StorageError
from duediligence.store.casework.unit_of_work import Casework
from duediligence.store.database import (
    connect,
    copy_database,
    find_damage,
    read_transaction,
    writing,
)
from duediligence.store.lists import ListStore
from duediligence.store.lookups import LookUpStore
from duediligence.store.register.local_register import Catalogue
from duediligence.store.schedule import ScheduleStore
from tests.rows import for_each

STORES = {
    "casework": Casework,
    "lists": ListStore,
    "lookups": LookUpStore,
    "register": Catalogue,
    "schedule": ScheduleStore,
}


def steps(*names: str) -> Migrations:
    found = Migrations("casework")
    for name in names:

        def step(db: Database, name: str = name) -> None:
            db.conn.execute(f"CREATE TABLE {name} (x)")

        found(name=name)(step)
    return found


def kept(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "copies").glob("*.gz"))


def unpacked(home: Path, name: str) -> Path:
    path = home / f"{name}.db"
    path.write_bytes(gzip.decompress((home / "copies" / name).read_bytes()))
    return path


def tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as db:
        return {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


@for_each(("name", "change"), [(name, made) for name in STORES for made in ("newer", "before 1.0")])
def test_what_another_version_made_is_not_written_to(
    tmp_path: Path, name: str, change: str
) -> None:
    path = tmp_path / f"{name}.db"
    STORES[name](path).close()
    with closing(sqlite3.connect(path)) as db:
        if change == "newer":
            db.execute("INSERT INTO _sqlite_migrations VALUES (999, ?, 'add_more', '')", (name,))
            db.execute("PRAGMA journal_mode = DELETE")
            db.execute("PRAGMA user_version = 1002003")
        else:
            db.execute("UPDATE _sqlite_migrations SET name = 'create_tables'")
        db.commit()
    before = path.read_bytes()
    with pytest.raises(NewerDatabase if change == "newer" else MadeBefore) as refused:
        STORES[name](path)
    message, hint = refused.value.message, str(refused.value.hint)
    if change == "newer":
        assert f"{path}: version 1.2.3 of this program upgraded it (add_more)" in message
        assert re.search(r"this is version \d+\.\d+\.\d+", message)
        assert "Install that version" in hint
    else:
        assert message == (
            f"{path}: This was made before 1.0 and cannot be opened; nothing in it was changed."
        )
        assert hint == "The commit 56e53f08 of this project opens it."
    assert path.read_bytes() == before
    assert sorted(one.name for one in tmp_path.glob(f"{name}*")) == [path.name]


def test_a_version_that_is_not_known_is_called_newer(tmp_path: Path) -> None:
    connect(tmp_path / "casework.db", steps("one", "two")).close()
    with pytest.raises(NewerDatabase, match="a newer version of this program"):
        connect(tmp_path / "casework.db", steps("one"))


def test_an_older_one_is_kept_as_it_was(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "casework.db"
    connect(path, steps("one"), keep_copy=True).close()
    assert not (tmp_path / "copies").exists(), "a new one was nothing before"
    with caplog.at_level(logging.WARNING):
        connect(path, steps("one", "two"), keep_copy=True).close()
    (name,) = kept(tmp_path)
    assert re.fullmatch(r"\d{8}T\d{6}Z-upgrade\.casework\.db\.gz", name)
    (told,) = caplog.messages
    assert told.startswith(f"{path} is upgraded to version ")
    assert told.endswith(f"; as it was: {tmp_path / 'copies' / name}")
    assert {"one", "two"} <= tables(path)
    assert "two" not in tables(unpacked(tmp_path, name))
    connect(path, steps("one", "two"), keep_copy=True).close()
    assert kept(tmp_path) == [name]
    if os.name == "posix":
        assert (tmp_path / "copies").stat().st_mode & 0o077 == 0
        assert (tmp_path / "copies" / name).stat().st_mode & 0o777 == 0o600


def test_the_last_two_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "casework.db"
    names = ["one", "two", "three", "four"]
    for number in range(1, 5):
        connect(path, steps(*names[:number]), keep_copy=True).close()
    found = [tables(unpacked(tmp_path, name)) & set(names) for name in kept(tmp_path)]
    assert sorted(map(len, found)) == [2, 3]


def test_what_can_be_fetched_again_is_upgraded_without_a_copy(tmp_path: Path) -> None:
    connect(tmp_path / "lists.db", steps("one")).close()
    connect(tmp_path / "lists.db", steps("one", "two")).close()
    assert not (tmp_path / "copies").exists()


def test_what_cannot_be_copied_is_not_upgraded(tmp_path: Path) -> None:
    path = tmp_path / "casework.db"
    connect(path, steps("one"), keep_copy=True).close()
    (tmp_path / "copies").write_text("a file where the folder belongs")
    with pytest.raises(StorageError):
        connect(path, steps("one", "two"), keep_copy=True)
    assert "two" not in tables(path)


def test_a_copy_is_one_state_while_others_write(tmp_path: Path) -> None:
    database = connect(tmp_path / "a.db", steps("one"))
    other = connect(tmp_path / "a.db", steps("one"))
    with writing(database) as db:
        db.conn.executemany("INSERT INTO one VALUES (?)", [("x" * 3_000,)] * 6_000)
    with read_transaction(database) as db:
        before = db.conn.execute("SELECT count(*) FROM one").fetchone()
        with writing(other) as meanwhile:
            meanwhile.conn.execute("INSERT INTO one SELECT x FROM one LIMIT 500")
        copy_database(database, tmp_path / "b.db")
    copied = connect(tmp_path / "b.db", steps("one"))
    assert copied.conn.execute("SELECT count(*) FROM one").fetchone() == before
    assert find_damage(copied) == ""
    for one in (database, other, copied):
        one.close()


def test_damage_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    database = connect(path, steps("one"))
    with writing(database) as db:
        db.conn.executemany("INSERT INTO one VALUES (?)", [("x" * 3_000,)] * 50)
    database.close()
    body = bytearray(path.read_bytes())
    body[4 * 4_096 : 4 * 4_096 + 16] = bytes([255] * 16)
    path.write_bytes(body)
    database = connect(path, steps("one"))
    assert find_damage(database)
    database.close()
