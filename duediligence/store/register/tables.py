"""The tables of each register: companies and who owns them, their accounts, and charities."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from typing import Any, TypeVar, cast

import msgspec

from duediligence.errors import ExpectationFailed, Hint, OptionRemark
from duediligence.formats.packed_companies import LOOKED_UP, REST, PackedCompany, pack_companies
from duediligence.model import (
    AccountsFigures,
    AccountsRow,
    Address,
    AnnualReturn,
    Charity,
    CharityEvent,
    CharityFigures,
    CharityPart,
    CharityRow,
    Company,
    CompanyRow,
    Exemption,
    FormerName,
    LegalEntity,
    LeiRelationship,
    NoParentReason,
    Owner,
    OwnerRow,
    Statement,
)
from duediligence.store.register import names
from duediligence.typed_data import decode_json, decoder_of

Kind = TypeVar("Kind", Owner, Statement, Exemption)

_TABLES: dict[type[Owner | Statement | Exemption], str] = {
    Owner: "owners",
    Statement: "statements",
    Exemption: "exemptions",
}
_BATCH = 10_000
# Companies after which their words are indexed.
_WORDS_AFTER = 50_000

# Figures of accounts as kept: the last balance sheets of each company.
#
# Files of accounts hold those of a day or a month. So a load adds to what is there: it makes a new
# file of the figures in service and those that come.
# Balance sheet dates of a company: two to compare, and one for a year that comes late.
KEPT = 3
_RECORDS = {"events": CharityEvent, "returns": AnnualReturn, "figures": CharityFigures}


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


def build_accounts_tables(
    connection: sqlite3.Connection,
    rows: Iterable[AccountsRow],
    searched: Collection[str],
    at: datetime,
    before: sqlite3.Connection | None,
) -> int:
    """Create the tables of a new file and fill them; returns the number of balance sheets.

    Of two with one date those of its own year count before those repeated in the next, and then
    those read last. Raises ExpectationFailed where there are none at all.
    """
    connection.execute(
        """CREATE TABLE figures (
            number TEXT NOT NULL, ended TEXT NOT NULL, comparative INTEGER NOT NULL,
            sha256 TEXT NOT NULL, loaded_at TEXT NOT NULL, body BLOB NOT NULL,
            PRIMARY KEY (number, ended)) STRICT, WITHOUT ROWID"""
    )
    connection.execute("CREATE TABLE searched (number TEXT PRIMARY KEY) STRICT, WITHOUT ROWID")
    if before:
        connection.executemany(_ADD, before.execute("SELECT * FROM figures"))
        connection.executemany(_SEARCHED, before.execute("SELECT number FROM searched"))
    connection.executemany(_SEARCHED, ((number,) for number in searched))
    encode = msgspec.json.encode
    moment = at.isoformat()
    for one, sha256, _ in rows:
        day = one.ended.isoformat()
        connection.execute(
            _ADD, (one.number, day, int(one.comparative), sha256, moment, encode(one))
        )
        connection.execute(_SEARCHED, (one.number,))
    connection.execute(
        """DELETE FROM figures WHERE (number, ended) NOT IN (
               SELECT number, ended FROM (
                   SELECT number, ended, row_number() OVER (
                       PARTITION BY number ORDER BY ended DESC) AS place FROM figures)
               WHERE place <= ?)""",
        (KEPT,),
    )
    count = int(connection.execute("SELECT count(*) FROM figures").fetchone()[0])
    if not count:
        raise ExpectationFailed(
            "accounts: the files hold no accounts of a supplier",
            hint=Hint(
                "Only accounts of stored suppliers are read: import suppliers that have company "
                "numbers",
                OptionRemark(", or name a company with --company"),
                ".",
            ),
        )
    return count


_ADD = """INSERT INTO figures VALUES (?, ?, ?, ?, ?, ?)
          ON CONFLICT (number, ended) DO UPDATE SET
              comparative = excluded.comparative, sha256 = excluded.sha256,
              loaded_at = excluded.loaded_at, body = excluded.body
          WHERE excluded.comparative <= figures.comparative"""
_SEARCHED = "INSERT OR IGNORE INTO searched VALUES (?)"


def fetch_company_figures(
    connection: sqlite3.Connection, number: str
) -> tuple[AccountsRow, ...] | None:
    """Return the company's figures, newest first; None where it was not looked for."""
    found = connection.execute(
        "SELECT body, sha256, loaded_at FROM figures WHERE number = ? ORDER BY ended DESC",
        (number,),
    ).fetchall()
    searched = connection.execute("SELECT 1 FROM searched WHERE number = ?", (number,)).fetchone()
    if searched is None:
        return None
    return tuple(
        AccountsRow(
            decode_json(body, AccountsFigures),
            sha256,
            datetime.fromisoformat(loaded_at),
        )
        for body, sha256, loaded_at in found
    )


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


def build_legal_entities(
    connection: sqlite3.Connection, rows: Iterable[LegalEntity | LeiRelationship | NoParentReason]
) -> int:
    """Create the tables of a new file and fill them; returns the number of entities.

    Kept are entities with a number at Companies House, and all that are above them.
    """
    for columns in (
        "entities (lei TEXT PRIMARY KEY, number TEXT NOT NULL, body BLOB NOT NULL)",
        "relationships (child TEXT, parent TEXT, ultimate INTEGER, since TEXT NOT NULL, "
        "until TEXT NOT NULL, PRIMARY KEY (child, ultimate, parent))",
        "reasons (lei TEXT, reason TEXT, PRIMARY KEY (lei, reason))",
    ):
        connection.execute(f"CREATE TABLE {columns} STRICT, WITHOUT ROWID")
    encode = msgspec.json.Encoder().encode
    coming = iter(rows)
    while batch := list(islice(coming, _BATCH)):
        connection.executemany(
            "INSERT OR REPLACE INTO entities VALUES (?, ?, ?)",
            [(e.lei, e.company_number, encode(e)) for e in batch if isinstance(e, LegalEntity)],
        )
        for table, kind, marks in (
            ("relationships", LeiRelationship, "?, ?, ?, ?, ?"),
            ("reasons", NoParentReason, "?, ?"),
        ):
            connection.executemany(
                f"INSERT OR REPLACE INTO {table} VALUES ({marks})",  # noqa: S608
                [row for row in batch if isinstance(row, kind)],
            )
    connection.execute(
        """DELETE FROM entities WHERE lei NOT IN (
               WITH RECURSIVE kept (lei) AS (
                   SELECT lei FROM entities WHERE number != '' UNION
                   SELECT parent FROM relationships JOIN kept ON child = kept.lei)
               SELECT lei FROM kept)"""
    )
    for table, column in (("relationships", "child"), ("reasons", "lei")):
        connection.execute(
            f"DELETE FROM {table} WHERE {column} NOT IN (SELECT lei FROM entities)"  # noqa: S608
        )
    connection.execute("CREATE INDEX entities_number ON entities (number) WHERE number != ''")
    return int(connection.execute("SELECT count(*) FROM entities").fetchone()[0])


def fetch_legal_entity(connection: sqlite3.Connection, number: str) -> LegalEntity | None:
    """Return the entity of that company number; of several the one whose LEI is renewed."""
    found = connection.execute(
        """SELECT body FROM entities WHERE number = ? AND number != ''
           ORDER BY json_extract(CAST(body AS TEXT), '$.registration') != 'ISSUED', lei""",
        (number,),
    ).fetchone()
    return _complete_entity(connection, found[0]) if found else None


def fetch_entity_parents(
    connection: sqlite3.Connection, lei: str, day: date, *, ultimate: bool
) -> list[tuple[LegalEntity, date | None]]:
    """Return the parents of an entity on that day, each with the day since when; ones that the
    copy has no entity of are left out.
    """
    rows = connection.execute(
        """SELECT body, since FROM relationships JOIN entities ON lei = parent
           WHERE child = ? AND ultimate = ? AND (until = '' OR until > ?) ORDER BY lei""",
        (lei, ultimate, day.isoformat()),
    ).fetchall()
    return [(_complete_entity(connection, body), _day(since)) for body, since in rows]


def _complete_entity(connection: sqlite3.Connection, body: bytes) -> LegalEntity:
    """Return an entity with the reasons for which it names no parent."""
    entity = decode_json(body, LegalEntity)
    reasons = connection.execute(
        "SELECT reason FROM reasons WHERE lei = ? ORDER BY reason", (entity.lei,)
    )
    return replace(entity, no_parent=tuple(reason for (reason,) in reasons))
