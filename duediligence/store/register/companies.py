"""Companies of the register and who owns them."""

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import TypeVar, cast

import msgspec

from duediligence.formats.packed_companies import LOOKED_UP, REST, PackedCompany, pack_companies
from duediligence.model import (
    Address,
    Company,
    CompanyRow,
    Exemption,
    FormerName,
    Owner,
    OwnerRow,
    Statement,
)
from duediligence.store.register import names
from duediligence.typed_data import decoder_of

Kind = TypeVar("Kind", Owner, Statement, Exemption)

_TABLES: dict[type[Owner | Statement | Exemption], str] = {
    Owner: "owners",
    Statement: "statements",
    Exemption: "exemptions",
}
_BATCH = 10_000
# Companies after which their words are indexed.
_WORDS_AFTER = 50_000


def build_owners(connection: sqlite3.Connection, rows: Iterable[OwnerRow]) -> int:
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


def fetch_company_owners(connection: sqlite3.Connection, number: str) -> tuple[Owner, ...]:
    """Return the company's owners, ceased ones too, in the order of the snapshot."""
    return tuple(_read_company_records(connection, number, Owner))


def fetch_statements(connection: sqlite3.Connection, number: str) -> tuple[Statement, ...]:
    """Return the company's statements about significant control, ceased ones too."""
    return tuple(_read_company_records(connection, number, Statement))


def fetch_exemptions(connection: sqlite3.Connection, number: str) -> tuple[Exemption, ...]:
    """Return the company's exemptions, past ones too."""
    return tuple(_read_company_records(connection, number, Exemption))


def _read_company_records(
    connection: sqlite3.Connection, number: str, kind: type[Kind]
) -> Iterator[Kind]:
    decoder = decoder_of(kind)
    for (body,) in connection.execute(
        f"SELECT body FROM {_TABLES[kind]} WHERE number = ? ORDER BY id",  # noqa: S608
        (number,),
    ):
        yield decoder.decode(body)


# The nation whose registrar gave the number; other prefixes do not tell.
_JURISDICTIONS = {
    **dict.fromkeys(("SC", "SO", "SL"), "scotland"),
    **dict.fromkeys(("NI", "R0", "NC", "NL"), "northern-ireland"),
    **dict.fromkeys(("OC", "LP"), "england-wales"),
}


def build_company_tables(
    connection: sqlite3.Connection, rows: Iterable[CompanyRow | PackedCompany]
) -> int:
    """Create the tables of a new file and fill them. Raises ExpectationFailed; see `unique`.

    Files of earlier versions hold a table `companies` with the columns of this view: what is
    asked here is asked of both alike.
    """
    columns = ", ".join(f"{field} TEXT NOT NULL" for field in PackedCompany._fields)
    connection.execute(f"CREATE TABLE packed (id INTEGER PRIMARY KEY, {columns}) STRICT")
    rest = ", ".join(f"json_extract(rest, '$[{n}]') AS {field}" for n, field in enumerate(REST))
    connection.execute(
        f"CREATE VIEW companies AS SELECT id, {', '.join(LOOKED_UP)}, {rest} FROM packed"  # noqa: S608
    )
    names.create_name_index(connection)
    marks = ", ".join("?" * len(PackedCompany._fields))
    insert = f"INSERT INTO packed VALUES (NULL, {marks})"  # noqa: S608
    count = 0
    coming = _pack_company_rows(iter(rows))
    while added := connection.executemany(insert, islice(coming, _WORDS_AFTER)).rowcount:
        # Now, for the process that reads is busy with the next ones.
        names.add_words(connection, "packed", after=count)
        count += added
    names.index_names(connection, "packed")
    names.index_unique_numbers(connection, "packed")
    return count


def _pack_company_rows(rows: Iterator[CompanyRow | PackedCompany]) -> Iterator[tuple[str, ...]]:
    """Yield the rows packed: all of them are already, or none."""
    for row in rows:
        if isinstance(row, CompanyRow):
            yield from pack_companies(zip(row, *islice(rows, 1_000), strict=True))
        else:
            yield row
            yield from cast(Iterator[PackedCompany], rows)


def fetch_company_record(
    connection: sqlite3.Connection, number: str, published: date | None
) -> Company | None:
    """Return the company of that number, or None.

    Overdue is as of the snapshot: a company on time then may be late today.
    """
    found = connection.execute(
        f"SELECT {', '.join(CompanyRow._fields)} FROM companies WHERE number = ?",  # noqa: S608
        (number,),
    ).fetchone()
    if found is None:
        return None
    row = CompanyRow(*found)
    accounts_due, confirmation_due = _day(row.accounts_due_on), _day(row.confirmation_due_on)
    return Company(
        number=row.number,
        name=row.name,
        status=row.status,
        type=row.type,
        status_detail=row.status_detail,
        subtype=row.subtype,
        jurisdiction="england-wales"
        if row.number.isdecimal()
        else _JURISDICTIONS.get(row.number[:2], ""),
        created_on=_day(row.created_on),
        ceased_on=_day(row.ceased_on),
        address=Address(row.address, row.postcode, row.country)
        if row.address or row.postcode or row.country
        else None,
        sic_codes=tuple(row.sic_codes.split()),
        former_names=tuple(
            FormerName(name, until=_day(until))
            for name, until in zip(
                row.former_names.split("\n"), row.former_until.split("\n"), strict=True
            )
            if name
        ),
        accounts_type=row.accounts_type,
        accounts_made_up_to=_day(row.accounts_made_up_to),
        accounts_due_on=accounts_due,
        accounts_overdue=_was_overdue(accounts_due, published),
        confirmation_due_on=confirmation_due,
        confirmation_overdue=_was_overdue(confirmation_due, published),
        has_charges=None if row.charges is None else row.charges > 0,
    )


def same_address(connection: sqlite3.Connection, address: Address) -> int | None:
    """Return how many companies have their office there; None where the address has no postcode."""
    # Imported lazily: who loads a register compares no names.
    from duediligence.matching.premises import parse_building

    place = parse_building(address.text)
    postcode = names.postcode_key(address.postcode)
    if not postcode or not place:
        return None
    found = connection.execute(
        "SELECT address, count(*) FROM companies WHERE postcode = ? GROUP BY address", (postcode,)
    )
    return sum(int(count) for text, count in found if parse_building(text) == place)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _was_overdue(day: date | None, published: date | None) -> bool | None:
    return None if day is None or published is None else day < published
