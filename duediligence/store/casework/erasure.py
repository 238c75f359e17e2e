"""Removal of suppliers, and of all that is kept about them and about nobody else.

Whose a row is, its columns say: `ref`, `other_ref` or `supplier_ref` name a supplier, `refs`
several (a list in JSON), `alert_id` an alert. So a table that is added later is erased from without
a word here. A row about several suppliers goes with the first of them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlite_utils import Database

from duediligence.model.audit import AuditEvent, AuditValue
from duediligence.store.casework.audit import append
from duediligence.store.casework.retention import (
    NO_TEXT,
    decided_about,
    delete_rows,
    lessened_now,
    lift_guards,
    list_referring_columns,
    refuse_broken_references,
    sources_of,
)
from duediligence.store.casework.seals import count_key_columns, is_sealed, seal
from duediligence.store.database import Repository, empty_log, plain_errors
from duediligence.store.seals import Seal, gone
from duediligence.typed_data import decode_json

_OF_SUPPLIER = ("ref", "other_ref", "supplier_ref", "refs")
_OF_ALERT = "alert_id"
# Derived again as a whole.
DERIVED = ("alerts",)


@dataclass(frozen=True, slots=True)
class OwnedTable:
    """A table of `casework.db` whose rows are about suppliers, or about an alert.

    `columns` say about which. `of_run`: a run holds the rows, and its seal covers them.
    """

    name: str
    columns: tuple[str, ...]
    of_run: bool

    @property
    def by_alert(self) -> bool:
        return self.columns == (_OF_ALERT,)

    @property
    def where(self) -> str:
        """Return the rows about the supplier or alert ?1."""
        each = (
            "EXISTS (SELECT 1 FROM json_each(refs) WHERE value = ?1)"
            if one == "refs"
            else f"{one} = ?1"
            for one in self.columns
        )
        return f"({' OR '.join(each)})"


@dataclass(frozen=True, slots=True)
class Erased:
    """What went: rows by table, the positions of decisions, the runs that lost something, and
    documents that nothing refers to any more. `digests` lost their text, of `reported` items it is
    no longer known that they were reported. `sources` are addresses
    and hashes of the answers of registers that the runs still there refer to.
    """

    rows: Mapping[str, int]
    decisions: tuple[int, ...]
    runs: tuple[str, ...]
    contents: int
    digests: int
    reported: int
    sources: frozenset[tuple[str, str]]


def owned_tables(db: Database) -> list[OwnedTable]:
    """Return every such table, whatever tables there come to be."""
    found, of_runs = [], list_referring_columns(db, "runs")
    for (name,) in db.conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
        columns = [row[1] for row in db.conn.execute("SELECT * FROM pragma_table_info(?)", (name,))]
        whose = tuple(one for one in _OF_SUPPLIER if one in columns)
        of_run = bool(whose) and (name, "run_id") in of_runs and not is_sealed(name)
        whose = whose or tuple(one for one in (_OF_ALERT,) if one in columns)
        if whose and name not in DERIVED:
            found.append(OwnedTable(name, whose, of_run))
    return found


class ErasureStore(Repository):
    """What only the removal of a supplier may do. Raises StorageError from every method."""

    def holds(self, ref: str) -> bool:
        """Return whether anything is kept about the supplier."""
        with plain_errors(self.path):
            return any(
                self._db.conn.execute(
                    f"SELECT 1 FROM {table.name} WHERE {table.where} LIMIT 1",  # noqa: S608
                    (ref,),
                ).fetchone()
                for table in owned_tables(self._db)
                if not table.by_alert
            )

    def ties(self) -> list[tuple[str, str, str]]:
        """Return each supplier whose decisions count for another, how (`merged`, `split`), and
        that.
        """
        with plain_errors(self.path):
            if not self._db["supplier_ties"].exists():
                return []
            return self._db.conn.execute(
                "SELECT ref, kind, other_ref FROM supplier_ties"
            ).fetchall()

    def screened(self, ref: str) -> datetime | None:
        """Return when the newest run that covered the supplier began."""
        (at,) = self._fetch_one(
            "SELECT max(started_at) FROM runs JOIN run_suppliers ON run_id = id WHERE ref = ?",
            (ref,),
        )
        return datetime.fromisoformat(at) if at else None

    def sources(self) -> frozenset[tuple[str, str]]:
        """Return the addresses and hashes of the answers of registers that stored runs refer to."""
        with plain_errors(self.path):
            return sources_of(self._db)

    def queued_about(self, refs: Collection[str]) -> bool:
        """Return whether a digest that is still to be sent names one of these suppliers."""
        rows = self._fetch_all(
            """SELECT text FROM digests WHERE message_key IN (
                 SELECT message_key FROM deliveries WHERE state = 'queued')"""
        )
        return any(_mentions_supplier(text, refs) for (text,) in rows)

    def erase(
        self,
        refs: Collection[str],
        alert_ids: Collection[str],
        rule: str,
        at: datetime,
        mentions: Sequence[Seal] = (),
    ) -> Erased:
        """Remove these suppliers, with one event in the audit chain, which has the seals of what
        else lost `mentions` of them.

        `alert_ids` are those under which something may be kept about their alerts, earlier ids
        among them. Only inside `RetentionStore.transaction`; alerts must be derived again after.
        """
        db = self._db
        tables = owned_tables(db)
        values = {one: alert_ids if one.by_alert else refs for one in tables}
        runs = sorted(
            {
                run
                for one in tables
                if one.of_run
                for ref in refs
                for (run,) in db.conn.execute(
                    f"SELECT DISTINCT run_id FROM {one.name} WHERE {one.where}",  # noqa: S608
                    (ref,),
                )
            }
        )
        of_contents = list_referring_columns(db, "contents")
        held = _list_referenced_contents(db, of_contents)
        rows: dict[str, int] = {}
        sealed: list[Seal] = []
        decisions: list[int] = []
        for one in tables:
            taken = _delete_owned_rows(db, one, values[one])
            rows[one.name] = len(taken)
            if one.name == "decisions":
                decisions = sorted(row[0] for row in taken)
            elif is_sealed(one.name):
                sealed += [gone(one.name, *row[: count_key_columns(one.name)]) for row in taken]
        for run in runs:
            _forget_in_document(db, run, refs)
        no_use = held - _list_referenced_contents(db, of_contents)
        contents = delete_rows(db, "contents", "sha256", sorted(no_use))
        digests = self._without_text(refs)
        reported = self._not_reported(refs)
        refuse_broken_references(db)
        sealed += [*mentions, *digests, *reported]
        what: dict[str, AuditValue] = {
            "removed": sum(rows.values()) + contents,
            "suppliers": tuple(refs),
            "decisions": tuple(map(str, decisions)),
            **lessened_now(db, runs),
            "contents": (),
        }
        append(db, AuditEvent("retention", at, self._who, what, rule), sealed)
        return Erased(
            {name: count for name, count in rows.items() if count},
            tuple(decisions),
            tuple(runs),
            contents,
            len(digests),
            len(reported),
            sources_of(db),
        )

    def _without_text(self, refs: Collection[str]) -> list[Seal]:
        """Remove the text of digests that name one of these suppliers, with all else in it."""
        db = self._db
        found = [
            number
            for number, text in db.conn.execute("SELECT number, text FROM digests").fetchall()
            if _mentions_supplier(text, refs)
        ]
        rows = [
            db.conn.execute(
                "UPDATE digests SET text = ? WHERE number = ? RETURNING *", (NO_TEXT, number)
            ).fetchone()
            for number in found
        ]
        return [seal("digests", row) for row in rows]

    def _not_reported(self, refs: Collection[str]) -> list[Seal]:
        """Remove what digests reported about these suppliers."""
        db, found = self._db, []
        scopes = {f"supplier {ref}" for ref in refs}
        for key, body in db.conn.execute("SELECT key, body FROM told").fetchall():
            item = msgspec.json.decode(body)
            if item.get("scope") in scopes or _mentions_supplier(str(item.get("line", "")), refs):
                found.append(key)
        delete_rows(db, "told", "key", found)
        return [gone("told", key) for key in found]

    def overwrite(self) -> None:
        """Write the file again without what changes of before left in its free space."""
        with plain_errors(self.path):
            self._db.conn.execute("VACUUM")
        empty_log(self._db, self.path)


def _delete_owned_rows(
    db: Database, table: OwnedTable, values: Collection[str]
) -> list[tuple[Any, ...]]:
    """Remove the rows of these values, guarded or not; what they were."""
    guard = f"{table.name}_kept_DELETE"
    known = "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = ?"
    guards = [guard] if db.conn.execute(known, (guard,)).fetchone() else []
    with lift_guards(db, *guards):
        return [
            row
            for value in values
            for row in db.conn.execute(
                f"DELETE FROM {table.name} WHERE {table.where} RETURNING *",  # noqa: S608
                (value,),
            ).fetchall()
        ]


def _forget_in_document(db: Database, run: str, refs: Collection[str]) -> None:
    """Take how these suppliers were read, what a new version made of their alerts, and that they
    were among those whom a weakening is about, out of the document of a run; the rest is as it was.
    """
    (body,) = db.conn.execute("SELECT body FROM runs WHERE id = ?", (run,)).fetchone()
    document: dict[str, msgspec.Raw] = decode_json(body, dict[str, msgspec.Raw])
    changed = False
    for name in ("readings", "by_matcher", "by_judgement"):
        every = decode_json(document.get(name, b"{}"), dict[str, msgspec.Raw])
        kept = {ref: one for ref, one in every.items() if ref not in refs}
        if len(kept) < len(every):
            document[name] = msgspec.Raw(msgspec.json.encode(kept))
            changed = True
    for one in (weakened := msgspec.json.decode(document.get("weakenings", b"[]"))):
        if not set(refs).isdisjoint(one.get("refs", ())):
            one["refs"] = [ref for ref in one["refs"] if ref not in refs]
            document["weakenings"] = msgspec.Raw(msgspec.json.encode(weakened))
            changed = True
    if changed:
        with lift_guards(db, "runs_immutable"):
            new = msgspec.json.encode(document)
            db.conn.execute("UPDATE runs SET body = ? WHERE id = ?", (new, run))


def _list_referenced_contents(db: Database, of_contents: list[tuple[str, str]]) -> set[str]:
    """Return the hashes of contents that a run or a decision refers to."""
    found = {
        digest
        for table, column in of_contents
        for (digest,) in db.conn.execute(f"SELECT {column} FROM {table}")  # noqa: S608
    }
    return {digest for digest in found if digest} | decided_about(db)


def _mentions_supplier(text: str, refs: Collection[str]) -> bool:
    """Return whether a line of a digest is about one of these suppliers: it begins `NAME (REF):
    `.
    """
    return any(f" ({ref}): " in text for ref in refs)
