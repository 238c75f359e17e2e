"""A register of few invented rows, in the layout of the tables, for questions with known answers.

Rows are given as little as matters; edges, nodes and derived tables are made from them.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from duediligence.extensions.whole_register.asking.answers import RegisterTable
from duediligence.extensions.whole_register.asking.asked import AskedRegister
from duediligence.extensions.whole_register.derived import make_links, to_parquet
from duediligence.extensions.whole_register.normal_forms import address_key, build_sql_macros
from duediligence.extensions.whole_register.question_tables import (
    DERIVED,
    write_question_tables,
)
from duediligence.extensions.whole_register.tables import SCREENED, TABLES

# Threads that wait for one another cost more than these few rows.
ONE_THREAD = {"threads": 1}
DAY = date(2026, 11, 1)
LONG_AGO = date(2010, 1, 1)


def node(key: str) -> int:
    """The node of `company:99000001`, as every version has it."""
    found = duckdb.execute("SELECT md5_number_lower(?)", [key]).fetchone()
    assert found
    return int(found[0])


class InventedRegister:
    """Rows in the making. Say what there is, then `ask`."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES}
        self.screened: list[dict[str, Any]] = []
        self.suppliers: dict[str, str] = {}
        self.loaded: list[RegisterTable] = ["companies", "owners", "officers"]

    def company(self, number: str, name: str = "", at: str = "", **more: Any) -> None:
        """A live company; `at` is its address, as `1 Invented Road, AB1 2CD`."""
        text, postcode, key = _place(at)
        name = name or f"COMPANY {number} LIMITED"
        self.rows["companies"].append(
            {
                "number": number,
                "name": name,
                "name_stem": name.split()[0].lower(),
                "status": "active",
                "created_on": LONG_AGO,
                "address": text,
                "postcode": postcode,
                "address_key": key,
                "sic_codes": "",
                **more,
            }
        )

    def dissolved(self, number: str, name: str, status: str = "dissolved") -> None:
        """A company that only the officers file names."""
        stem = name.split()[0].lower()
        self.rows["officers_companies"].append(
            {"number": number, "name": name, "name_stem": stem, "status": status}
        )

    def owner(self, number: str, name: str, at: str = "", **more: Any) -> None:
        """A person who owns a company; the name is the key of the person."""
        text, postcode, key = _place(at)
        self.rows["owners"].append(
            {
                "number": number,
                "kind": "individual-person-with-significant-control",
                "name": name,
                "person_key": f"person:{name}",
                "person": node(f"person:{name}"),
                "address": text,
                "postcode": postcode,
                "address_key": key,
                "notified_on": LONG_AGO,
                **more,
            }
        )

    def owned_by(self, number: str, owner: str, **more: Any) -> None:
        """A company that owns a company."""
        self.rows["owners"].append(
            {
                "number": number,
                "kind": "corporate-entity-person-with-significant-control",
                "name": f"COMPANY {owner} LIMITED",
                "person_key": f"company:{owner}",
                "person": node(f"company:{owner}"),
                "owner_number": owner,
                "notified_on": LONG_AGO,
                **more,
            }
        )

    def officer(self, number: str, name: str, at: str = "", **more: Any) -> None:
        text, postcode, key = _place(at)
        self.rows["officers"].append(
            {
                "number": number,
                "name": name,
                "person_key": f"person:{name}",
                "person": node(f"person:{name}"),
                "role": "director",
                "corporate": False,
                "address": text,
                "postcode": postcode,
                "address_key": key,
                "appointed_on": LONG_AGO,
                **more,
            }
        )

    def hit(self, key: str, number: str, table: str, score: float, **more: Any) -> None:
        """A hit of the whole register's screening on a node, as `person:NAME`."""
        self.screened.append(
            {
                "number": number,
                "table": table,
                "node": node(key),
                "name": key.partition(":")[2],
                "list_id": "UK",
                "entry_id": "E-1",
                "entry_name": "An Entry",
                "score": score,
                "certain": False,
                **more,
            }
        )
        self.loaded.append("screened")

    def ask(self, suppliers: Mapping[str, str] | None = None) -> AskedRegister:
        """Make all tables as a load makes them, in a database in memory."""
        connection = duckdb.connect(config=ONE_THREAD)
        with TemporaryDirectory() as folder:
            files = self.write(Path(folder))
            for table in (*TABLES, *DERIVED):
                connection.execute(f"CREATE TABLE {table} AS FROM '{files[table][0]}'")
                made = connection.execute(
                    "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ?",
                    [table],
                ).fetchall()
                assert dict(made) == {**TABLES, **DERIVED}[table]
        create(connection, "screened", SCREENED, self.screened)
        days: dict[RegisterTable, date | None] = dict.fromkeys(self.loaded, DAY)
        return AskedRegister(connection, "2026-11-01", days, suppliers or {})

    def write(self, folder: Path) -> dict[str, list[Path]]:
        """Write each table to a Parquet file of its name."""
        files = {table: [folder / f"{table}.parquet"] for table in (*TABLES, *DERIVED)}
        with duckdb.connect(config=ONE_THREAD) as connection:
            for macro in build_sql_macros():
                connection.execute(macro)
            for table, rows in self.rows.items():
                if table not in ("edges", "nodes"):
                    create(connection, f"rows_of_{table}", TABLES[table], rows)
                    to_parquet(connection, f"FROM rows_of_{table}", files[table][0])
            edges, nodes = files["edges"][0], files["nodes"][0]
            make_links(connection, files, edges, nodes, lambda: None)
            write_question_tables(connection, DAY, files)
        return files


def _place(at: str) -> tuple[str, str, str | None]:
    text, _, postcode = at.rpartition(", ")
    return text, postcode, address_key(text, postcode)


def create(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Mapping[str, str],
    rows: list[dict[str, Any]],
) -> None:
    """Make a table of these columns and rows."""
    described = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    connection.execute(f"CREATE OR REPLACE TABLE {table} ({described})")
    if rows:
        places = ", ".join("?" for _ in columns)
        connection.executemany(
            f"INSERT INTO {table} VALUES ({places})",
            [[row.get(name) for name in columns] for row in rows],
        )
