"""Figures of accounts as kept: the last balance sheets of each company.

Files of accounts hold those of a day or a month. So a load adds to what is there: it makes a new
file of the figures in service and those that come.
"""

import sqlite3
from collections.abc import Collection, Iterable
from datetime import datetime

import msgspec

from duediligence.errors import ExpectationFailed, Hint, OptionRemark
from duediligence.model import AccountsFigures, AccountsRow
from duediligence.typed_data import decode_json

# Balance sheet dates of a company: two to compare, and one for a year that comes late.
KEPT = 3


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
