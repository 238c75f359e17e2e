"""How rows of `casework.db` go, each within the transaction of a retention run."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from sqlite_utils import Database


def referring(db: Database, parent: str) -> list[tuple[str, str]]:
    """Every table and its column that refers to this one, whatever tables there come to be."""
    tables = db.conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return [
        (name, row[3])
        for (name,) in tables
        for row in db.conn.execute("SELECT * FROM pragma_foreign_key_list(?)", (name,))
        if row[2] == parent
    ]


def delete(db: Database, table: str, column: str, values: Iterable[str]) -> int:
    """Remove the rows that have one of the values in the column; returns how many."""
    before = db.conn.total_changes
    db.conn.executemany(
        f"DELETE FROM {table} WHERE {column} = ?",  # noqa: S608
        ((value,) for value in values),
    )
    return db.conn.total_changes - before


def lessen(
    db: Database, findings: Mapping[tuple[str, ...], str], before: datetime
) -> tuple[int, list[str]]:
    """Remove the findings of these keys from runs that began before, save the run that keeps each.

    Returns how many, and the runs that they stood in.
    """
    removed, lessened = 0, set()
    for key, kept in findings.items():
        rows = db.conn.execute(
            """SELECT run_id, position, supplier_ref, entry_sha256 FROM findings
               JOIN runs ON runs.id = run_id WHERE key = ? AND run_id != ? AND started_at < ?""",
            ("\x1f".join(key), kept, before.isoformat()),
        ).fetchall()
        for run_id, position, ref, entry in rows:
            db.conn.execute(
                "DELETE FROM findings WHERE run_id = ? AND position = ?", (run_id, position)
            )
            db.conn.execute(
                """DELETE FROM run_entries WHERE run_id = ? AND ref = ? AND sha256 = ?
                   AND sha256 NOT IN (SELECT entry_sha256 FROM findings WHERE run_id = ?
                     AND supplier_ref = ? AND entry_sha256 IS NOT NULL)""",
                (run_id, ref, entry, run_id, ref),
            )
            # What the answers stood beside is no longer whole.
            db.conn.execute(
                "DELETE FROM run_declarations WHERE run_id = ? AND ref = ?", (run_id, ref)
            )
        removed += len(rows)
        lessened |= {run_id for run_id, *_ in rows}
    return removed, sorted(lessened)


def forget(db: Database, declared_before: date) -> int:
    """Remove old answers, which nothing else may: the guard is away for this transaction only.

    By the day of the declaration, so that an older answer never comes to count again.
    """
    guard = "declarations_kept_DELETE"
    (schema,) = db.conn.execute("SELECT sql FROM sqlite_master WHERE name = ?", (guard,)).fetchone()
    db.conn.execute(f"DROP TRIGGER {guard}")
    removed = db.conn.execute(
        "DELETE FROM declarations WHERE declared_on < ?", (declared_before.isoformat(),)
    ).rowcount
    db.conn.execute(schema)
    return removed


def unused(db: Database, of_contents: list[tuple[str, str]], kept: Collection[str]) -> set[str]:
    """The hashes of contents that nothing refers to, save those to be kept all the same."""
    every = {digest for (digest,) in db.conn.execute("SELECT sha256 FROM contents")}
    for table, column in of_contents:
        every -= {d for (d,) in db.conn.execute(f"SELECT {column} FROM {table}")}  # noqa: S608
    return every - set(kept)
