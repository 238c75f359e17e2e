"""The tables that are made of the publisher's rows: who left, what is linked, and how widely."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from duediligence.extensions.whole_register.conversion import FORMAT, FORMAT_OF_TEXT, with_hashes
from duediligence.extensions.whole_register.normal_forms import quoted
from duediligence.extensions.whole_register.tables import TABLES
from duediligence.extensions.whole_register.versions import source

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# So that one step from a node reads little: a group of rows is the least that is read.
_ROWS_TOGETHER = 30_720

# Hashes hardly pack; a question reads them all, and LZ4 is unpacked in a third less time.
_FORMAT_OF_EDGES = "COMPRESSION lz4_raw"

# Each link of a company to an owner, an officer or its address, once.
_LINKS = """
CREATE TEMP TABLE links AS
SELECT node('company', number) AS company, person AS other, 'owner' AS kind,
    notified_on AS since, ceased_on AS until, owner_number IS NOT NULL AS of_company
FROM owners WHERE person IS NOT NULL
UNION ALL
SELECT node('company', number), person,
    CASE WHEN ends_with(role, 'secretary') THEN 'secretary' ELSE 'director' END,
    appointed_on, resigned_on, false FROM officers WHERE person IS NOT NULL
UNION ALL
SELECT node('company', number), node('address', address_key), 'address', NULL, gone_since, false
FROM companies WHERE address_key IS NOT NULL
"""
# Of each node: with how many it is linked, and how many companies it joins.
_SIZES = """
CREATE TEMP TABLE sizes AS
WITH pairs AS (SELECT DISTINCT company, other FROM links)
SELECT node, CAST(sum(links) AS INTEGER) AS links, CAST(sum(companies) AS INTEGER) AS companies
FROM (
    SELECT company AS node, count(*) AS links, 0 AS companies FROM pairs GROUP BY company
    UNION ALL SELECT other, count(*), count(*) FROM pairs GROUP BY other
) GROUP BY node
"""
_EDGES = """
SELECT both_ways.*, sizes.links FROM (
    SELECT company AS node, other, kind, since, until, true AS from_company,
        of_company AS to_company FROM links
    UNION ALL
    SELECT other, company, kind, since, until, of_company, true FROM links
) AS both_ways JOIN sizes ON sizes.node = both_ways.other
ORDER BY from_company DESC, both_ways.node, other, kind, since, until
"""
_NAMED = """
SELECT 'company' AS kind, number AS key, name AS label, 1 AS rank FROM companies
UNION ALL SELECT 'company', number, name, 2 FROM officers_companies
UNION ALL SELECT 'company', owner_number, name, 3 FROM owners WHERE owner_number IS NOT NULL
UNION ALL SELECT 'company', number, '', 4 FROM owners
UNION ALL SELECT 'company', number, '', 4 FROM officers
UNION ALL SELECT split_part(person_key, ':', 1), substr(person_key, instr(person_key, ':') + 1),
    name, 1 FROM owners WHERE owner_number IS NULL AND person_key IS NOT NULL
UNION ALL SELECT split_part(person_key, ':', 1), substr(person_key, instr(person_key, ':') + 1),
    name, 1 FROM officers
UNION ALL SELECT 'address', address_key, concat_ws(', ', nullif(address, ''), postcode), 1
FROM companies WHERE address_key IS NOT NULL
"""
# The same label for the same rows, in whatever order they are read.
_NODES = f"""
SELECT node(kind, key) AS node, kind, key, label, coalesce(companies, 0) AS companies
FROM (SELECT kind, key, min_by(label, (rank, label)) AS label FROM ({_NAMED}) GROUP BY kind, key)
LEFT JOIN sizes ON sizes.node = node(kind, key)
ORDER BY 1
"""  # noqa: S608 - our own words


def make_gone(
    db: "DuckDBPyConnection",
    now: Sequence[Path],
    before: Sequence[Path],
    day: date,
    into: Path,
) -> int:
    """Write the companies of the version before that are not in the new files; how many.

    One that had left before keeps the day of the first snapshot without it; one that came back is
    a live company again.
    """
    columns = TABLES["companies"]
    kept = ", ".join(
        f"coalesce(gone_since, {quoted(day.isoformat())}::DATE) AS gone_since"
        if name == "gone_since"
        else name
        for name in columns
    )
    to_parquet(
        db,
        # Another content than as a live one.
        with_hashes(
            columns,
            f"SELECT {kept} FROM ({source(before, columns)}) "  # noqa: S608 - our own columns
            f"WHERE number NOT IN (SELECT number FROM ({source(now, columns)})) ORDER BY number",
        ),
        into,
    )
    return count(db, into)


def make_links(
    db: "DuckDBPyConnection",
    files: Mapping[str, Sequence[Path]],
    edges: Path,
    nodes: Path,
    step: Callable[[], None],
) -> Mapping[str, int]:
    """Write the edges and the nodes; how many there are. `step` is called after each of the two."""
    for table in ("companies", "owners", "officers", "officers_companies"):
        rows = source(files.get(table, ()), TABLES[table])
        db.execute(f"CREATE OR REPLACE TEMP VIEW {table} AS {rows}")
    db.execute("DROP TABLE IF EXISTS links; DROP TABLE IF EXISTS sizes")
    db.execute(_LINKS)
    db.execute(_SIZES)
    to_parquet(db, _EDGES, edges, _FORMAT_OF_EDGES)
    step()
    to_parquet(db, _NODES, nodes)
    step()
    db.execute("DROP TABLE links; DROP TABLE sizes")
    return {"edges": count(db, edges), "nodes": count(db, nodes)}


def to_parquet(
    db: "DuckDBPyConnection", query: str, into: Path, form: str = FORMAT_OF_TEXT
) -> None:
    """Write what a query of our own finds to a Parquet file."""
    db.execute(
        f"COPY ({query}) TO {quoted(str(into))} ({FORMAT}, {form}, ROW_GROUP_SIZE {_ROWS_TOGETHER})"
    )


def count(db: "DuckDBPyConnection", file: Path) -> int:
    """Return the number of rows of a Parquet file."""
    found = db.execute(f"SELECT count(*) FROM ({source([file], {})})").fetchone()  # noqa: S608
    assert found is not None
    return int(found[0])
