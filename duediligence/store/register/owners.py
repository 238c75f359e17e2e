"""Owners, statements and exemptions as kept, by the number of the company."""

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

import msgspec

from duediligence.model import Exemption, Owner, OwnerRow, Statement

Kind = TypeVar("Kind", Owner, Statement, Exemption)

_TABLES: dict[type[Owner | Statement | Exemption], str] = {
    Owner: "owners",
    Statement: "statements",
    Exemption: "exemptions",
}
_BATCH = 10_000


def build(connection: sqlite3.Connection, rows: Iterable[OwnerRow]) -> int:
    """Create the tables of a new file and fill them; returns the number of records."""
    for table in _TABLES.values():
        connection.execute(
            f"""CREATE TABLE {table} (
                id INTEGER PRIMARY KEY, number TEXT NOT NULL, body BLOB NOT NULL) STRICT"""
        )
    encode = msgspec.json.Encoder().encode
    count = 0
    coming = iter(rows)
    while batch := list(islice(coming, _BATCH)):
        for kind, table in _TABLES.items():
            connection.executemany(
                f"INSERT INTO {table} (number, body) VALUES (?, ?)",  # noqa: S608
                [(number, encode(body)) for number, body in batch if isinstance(body, kind)],
            )
        count += len(batch)
    for table in _TABLES.values():
        connection.execute(f"CREATE INDEX {table}_number ON {table} (number)")
    return count


def owners(connection: sqlite3.Connection, number: str) -> tuple[Owner, ...]:
    """The company's owners, ceased ones too, in the order of the snapshot."""
    return tuple(_records(connection, number, Owner))


def statements(connection: sqlite3.Connection, number: str) -> tuple[Statement, ...]:
    """The company's statements about significant control, ceased ones too."""
    return tuple(_records(connection, number, Statement))


def exemptions(connection: sqlite3.Connection, number: str) -> tuple[Exemption, ...]:
    """The company's exemptions, past ones too."""
    return tuple(_records(connection, number, Exemption))


def _records(connection: sqlite3.Connection, number: str, kind: type[Kind]) -> Iterator[Kind]:
    decoder = msgspec.json.Decoder(kind)
    for (body,) in connection.execute(
        f"SELECT body FROM {_TABLES[kind]} WHERE number = ? ORDER BY id",  # noqa: S608
        (number,),
    ):
        yield decoder.decode(body)
