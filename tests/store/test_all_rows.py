"""Many rows read in one step are those that are read one by one."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from duediligence.store.database import EXACT, all_rows

_INTEGERS = st.none() | st.integers(-(2**63), 2**63 - 1)
_ROWS = st.lists(st.tuples(st.text(), _INTEGERS, st.floats(allow_nan=False)), max_size=30)
_READ = "SELECT text, whole, {} FROM rows ORDER BY text DESC, rowid"


@contextmanager
def _stored(rows: list[tuple[object, ...]]) -> Iterator[Database]:
    database = Database(memory=True)
    try:
        database.conn.execute("CREATE TABLE rows (text ANY, whole INTEGER, real REAL) STRICT")
        database.conn.executemany("INSERT INTO rows VALUES (?, ?, ?)", rows)
        yield database
    finally:
        database.close()


@given(_ROWS)
def test_the_rows_are_those_that_sqlite_gives_one_by_one_in_the_same_order(
    rows: list[tuple[object, ...]],
) -> None:
    with _stored(rows) as database:
        found = [
            (text, whole, float(real))
            for text, whole, real in all_rows(database, 3, _READ.format(EXACT.format("real")))
        ]
        assert found == database.conn.execute(_READ.format("real")).fetchall()


def test_however_many_rows_sqlite_gives_one() -> None:
    with _stored([(str(number), number, 0.5) for number in range(5_000)]) as database:
        given = []
        database.conn.row_factory = lambda _, row: given.append(row) or row
        assert len(list(all_rows(database, 2, "SELECT text, whole FROM rows"))) == 5_000
        assert len(given) == 1


def test_what_the_query_asks_for_is_filled_in() -> None:
    with _stored([("one", 1, 0.0), ("two", 2, 0.0)]) as database:
        query = "SELECT text FROM rows WHERE whole = ? AND text = ?2"
        assert list(all_rows(database, 1, query, (2, "two"))) == [("two",)]


def test_json_of_a_document_stays_text() -> None:
    with _stored([('{"names": ["A", "B"]}', 1, 0.0)]) as database:
        query = "SELECT json_extract(text, '$.names') FROM rows"
        assert list(all_rows(database, 1, query)) == [('["A","B"]',)]


def test_bytes_are_refused_rather_than_changed() -> None:
    with (
        _stored([(b"\xff", 1, 0.0)]) as database,
        pytest.raises(sqlite3.OperationalError, match="BLOB"),
    ):
        all_rows(database, 1, "SELECT text FROM rows")
