"""Seals: the hash of each row that people's evidence rests on, held by the audit chain.

An event seals the rows that it made, changed or removed: their hashes are rows of `seals` under the
event's position, and the event has the number and one hash of these. So the newest seal of a row is
what the row must be, and a row without one was put in by hand. What a run holds is sealed by the
event of the run itself (see `runs`), a decision by its own.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlite_utils import Database

from duediligence.model.audit import AuditEvent
from duediligence.store import seals
from duediligence.store.casework.envelopes import find_owner
from duediligence.store.seals import Row, Seal

# How many columns, the first ones, are the key of each sealed table of `casework.db`. A column
# that is added later is left out of a row where it has its default, so that old seals stay right.
KEYS: Mapping[str, int] = {
    "suppliers": 1,
    "links": 1,
    "declarations": 1,
    "supplier_information": 1,
    "attachments": 1,
    "digests": 1,
    "digested_runs": 1,
    "checks": 1,
    "told": 1,
    "deliveries": 2,
    "alert_aliases": 2,
    "letters": 1,
    "supplier_changes": 1,
    "supplier_ties": 2,
    "supplier_refs": 1,
    "not_duplicates": 2,
    "assignments": 1,
    "alert_numbers": 1,
    "alert_suppliers": 1,
    "comments": 1,
    "parted_entries": 1,
    "network_links": 1,
    "supplier_imports": 2,
    "import_refs": 1,
    "runs_taken_back": 2,
    "agreements": 1,
    "cases": 1,
    "case_items": 1,
    "case_actions": 1,
    "intelligence": 1,
    "intelligence_matches": 1,
    "exchanges": 1,
    "exchange_hits": 2,
    "partner_messages": 2,
    "information_requests": 1,
}


def is_sealed(table: str) -> bool:
    """Return whether each row of a table of `casework.db` is sealed: an extension's always is."""
    return table in KEYS or bool(find_owner(table))


def count_key_columns(table: str) -> int:
    """Return how many columns, the first ones, are the key of a sealed table."""
    return KEYS.get(table, 1)


def seal(table: str, row: Row) -> Seal:
    """Return the seal of a row of `casework.db`, with all its columns in their order."""
    if table == "deliveries" and row[2] == "queued":
        # Without what changes between two attempts to deliver a message.
        row = (*row[:3], row[-1])
    return seals.seal_row(table, row, keys=count_key_columns(table))


def add_row(db: Database, table: str, *row: Any) -> tuple[int, Seal]:
    """Insert a row of a table that numbers its rows itself, with all columns but the number in
    their order; returns the number and the seal.
    """
    marks = ", ?" * len(row)
    position = db.conn.execute(f"INSERT INTO {table} VALUES (NULL{marks})", row).lastrowid  # noqa: S608
    assert position is not None
    return position, seal(table, (position, *row))


def seal_table_rows(db: Database, table: str) -> Iterator[Seal]:
    """Yield the seals of the rows of a table of `casework.db` as they are now."""
    for row in db.conn.execute(f"SELECT * FROM {table}"):  # noqa: S608
        yield seal(table, row)


def add_seal_summary(event: AuditEvent, sealed: list[Seal]) -> AuditEvent:
    """Return the event with the number and the hash of what it seals."""
    what = {**event.what, "sealed": len(sealed), "sealed_sha256": seals.hash_seals(sealed)}
    return replace(event, what=what)


def store_seals(db: Database, position: int, sealed: Iterable[Seal]) -> None:
    """Keep the seals that belong to the event in that position."""
    db.conn.executemany(
        "INSERT INTO seals VALUES (?, ?, ?, ?)",
        ((position, one.table, one.key, one.sha256) for one in sealed),
    )


def list_event_seals(db: Database, position: int) -> list[Seal]:
    """Return the seals of one event."""
    query = "SELECT name, key, sha256 FROM seals WHERE position = ?"
    return [Seal(*row) for row in db.conn.execute(query, (position,))]


def list_all_seals(db: Database) -> Iterator[tuple[int, Seal]]:
    """Yield each seal with the position of its event, the oldest first."""
    query = "SELECT position, name, key, sha256 FROM seals ORDER BY position, name, key"
    for position, *one in db.conn.execute(query):
        yield position, Seal(*one)


def find_external_seals(db: Database, table: str) -> dict[str, bytes]:
    """Return the newest seals of the rows of a table in another file, by key; none of those
    gone.
    """
    found: dict[str, bytes | None] = dict(
        db.conn.execute(
            "SELECT key, sha256 FROM seals WHERE name LIKE '%.%' AND name = ? ORDER BY position",
            (table,),
        )
    )
    return {key: digest for key, digest in found.items() if digest is not None}
