"""Companies as kept: the columns that a `Company` needs, of the fifty-five that there are."""

import sqlite3
from collections.abc import Iterable
from datetime import date

from duediligence.matching.premises import building
from duediligence.model import Address, Company, CompanyRow, FormerName
from duediligence.store.register import names

_TEXT = frozenset("number name status type address postcode country sic_codes".split())
_NEVER_NULL = _TEXT | {"former_names", "former_until"}
# The nation whose registrar gave the number; other prefixes do not tell.
_JURISDICTIONS = {
    **dict.fromkeys(("SC", "SO", "SL"), "scotland"),
    **dict.fromkeys(("NI", "R0", "NC", "NL"), "northern-ireland"),
    **dict.fromkeys(("OC", "LP"), "england-wales"),
}


def build(connection: sqlite3.Connection, rows: Iterable[CompanyRow]) -> int:
    """Create the tables of a new file and fill them. Raises ExpectationFailed; see `unique`."""
    columns = ", ".join(
        "charges INTEGER"
        if field == "charges"
        else f"{field} TEXT{' NOT NULL' if field in _NEVER_NULL else ''}"
        for field in CompanyRow._fields
    )
    connection.execute(f"CREATE TABLE companies (id INTEGER PRIMARY KEY, {columns}) STRICT")
    names.create(connection)
    marks = ", ".join("?" * len(CompanyRow._fields))
    connection.executemany(f"INSERT INTO companies VALUES (NULL, {marks})", rows)  # noqa: S608
    names.fill(connection, "companies")
    names.unique(connection, "companies")
    return int(connection.execute("SELECT count(*) FROM companies").fetchone()[0])


def company(connection: sqlite3.Connection, number: str, published: date | None) -> Company | None:
    """The company of that number, or None.

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
        accounts_overdue=_before(accounts_due, published),
        confirmation_due_on=confirmation_due,
        confirmation_overdue=_before(confirmation_due, published),
        has_charges=None if row.charges is None else row.charges > 0,
    )


def same_address(connection: sqlite3.Connection, address: Address) -> int | None:
    """How many companies have their office there; None where the address has no postcode."""
    place = building(address.text)
    postcode = names.postcode_key(address.postcode)
    if not postcode or not place:
        return None
    found = connection.execute(
        "SELECT address, count(*) FROM companies WHERE postcode = ? GROUP BY address", (postcode,)
    )
    return sum(int(count) for text, count in found if building(text) == place)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _before(day: date | None, published: date | None) -> bool | None:
    return None if day is None or published is None else day < published
