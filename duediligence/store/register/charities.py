"""Charities as kept: each with its own record, and the parts that came in files of their own."""

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from typing import Any

import msgspec

from duediligence.model import (
    AnnualReturn,
    Charity,
    CharityEvent,
    CharityFigures,
    CharityPart,
    CharityRow,
)
from duediligence.store.register import names
from duediligence.typed_data import decode_json

_BATCH = 10_000
_RECORDS = {"events": CharityEvent, "returns": AnnualReturn, "figures": CharityFigures}


def build_charity_tables(
    connection: sqlite3.Connection, rows: Iterable[CharityRow | CharityPart]
) -> int:
    """Create the tables of a new file and fill them; returns the number of charities.

    Raises ExpectationFailed where two charities have the same number.
    """
    connection.execute(
        """CREATE TABLE charities (
            id INTEGER PRIMARY KEY, key TEXT NOT NULL, number TEXT NOT NULL,
            name TEXT NOT NULL COLLATE NOCASE,
            former_names TEXT NOT NULL, postcode TEXT NOT NULL, status TEXT NOT NULL,
            company_number TEXT NOT NULL, body BLOB NOT NULL) STRICT"""
    )
    connection.execute(
        """CREATE TABLE parts (
            id INTEGER PRIMARY KEY, key TEXT NOT NULL, field TEXT NOT NULL,
            body TEXT NOT NULL) STRICT"""
    )
    connection.execute("CREATE TABLE fields (field TEXT PRIMARY KEY) STRICT")
    names.create_name_index(connection)
    encode = msgspec.json.encode
    coming = iter(rows)
    while batch := list(islice(coming, _BATCH)):
        connection.executemany(
            "INSERT INTO charities VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    key,
                    one.identifier.id,
                    one.name,
                    "\n".join(one.other_names),
                    names.postcode_key(one.address.postcode if one.address else ""),
                    one.status,
                    one.company_number,
                    encode(one),
                )
                for key, one in (row for row in batch if isinstance(row, CharityRow))
            ],
        )
        connection.executemany(
            "INSERT INTO parts VALUES (NULL, ?, ?, ?)",
            [
                (key, field, value if isinstance(value, str) else encode(value).decode())
                for key, field, value in (row for row in batch if isinstance(row, CharityPart))
            ],
        )
    connection.execute("CREATE INDEX parts_key ON parts (key, field)")
    connection.execute("INSERT INTO fields SELECT DISTINCT field FROM parts")
    connection.execute(
        """UPDATE charities SET former_names = trim(former_names || char(10) || (
               SELECT group_concat(body, char(10)) FROM parts
               WHERE parts.key = charities.key AND field = 'other_names'), char(10))
           WHERE key IN (SELECT key FROM parts WHERE field = 'other_names')"""
    )
    names.add_words(connection, "charities")
    names.index_names(connection, "charities")
    names.index_unique_numbers(connection, "charities")
    connection.execute("CREATE INDEX charities_company ON charities (company_number)")
    return int(connection.execute("SELECT count(*) FROM charities").fetchone()[0])


def fetch_charity_record(connection: sqlite3.Connection, number: str) -> Charity | None:
    """Return the charity of that number, or None."""
    return _fetch_charity_where(connection, "number = ?", number)


def charity_of_company(connection: sqlite3.Connection, company_number: str) -> Charity | None:
    """Return the charity that gives this company number, one on the register before one removed."""
    return _fetch_charity_where(
        connection,
        "company_number = ? ORDER BY json_extract(body, '$.removed_on') IS NOT NULL, number",
        company_number,
    )


def _fetch_charity_where(connection: sqlite3.Connection, where: str, value: str) -> Charity | None:
    found = connection.execute(
        f"SELECT key, CAST(body AS TEXT) FROM charities WHERE {where}",  # noqa: S608
        (value,),
    ).fetchone()
    if found is None or not value:
        return None
    key, body = found
    one = decode_json(body, Charity)
    fields = connection.execute("SELECT field FROM fields").fetchall()
    parts: dict[str, list[Any]] = {field: [] for (field,) in fields}
    for field, part in connection.execute(
        "SELECT field, body FROM parts WHERE key = ? ORDER BY id", (key,)
    ):
        record = _RECORDS.get(field)
        parts[field].append(decode_json(part, record) if record else part)
    inquiry = "; ".join(parts.pop("inquiry", []))
    lists: dict[str, Any] = {
        field: (*(getattr(one, field) or ()), *values) for field, values in parts.items()
    }
    one = replace(one, inquiry="; ".join(filter(None, (one.inquiry, inquiry))), **lists)
    if one.removed_on and not one.removal_reason:
        removals = [e for e in one.events if e.reason and e.on == one.removed_on]
        one = replace(one, removal_reason=removals[-1].reason if removals else "")
    return one
