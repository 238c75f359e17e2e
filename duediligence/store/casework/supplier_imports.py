"""Imports of suppliers: what each changed, what became of it since, and giving it back."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from msgspec import json
from sqlite_utils import Database

from duediligence.model import Supplier
from duediligence.model.audit import AuditEvent
from duediligence.store.casework.audit import append
from duediligence.store.casework.erasure import owned_tables
from duediligence.store.casework.seals import count_key_columns, is_sealed, seal
from duediligence.store.casework.suppliers import (
    OF_IMPORTS,
    SupplierRow,
    append_import,
    copy_rows,
    holders,
    restore_document,
    store_supplier,
    ties,
)
from duediligence.store.database import Repository, plain_errors, writing
from duediligence.store.records import decode
from duediligence.store.seals import Row, gone
from duediligence.typed_data import decode_json

# Whether it was added, and what it was before if not, is no longer kept.
LOST = "lost"
# What a screening or an import writes by itself. That a supplier was edited shows in its row; who
# answers for an alert decides nothing.
_BY_ITSELF = (
    "suppliers supplier_changes supplier_imports import_refs runs_taken_back alert_aliases "
    "alert_numbers alert_suppliers assignments network_links intelligence_matches"
).split()


@dataclass(frozen=True, slots=True)
class ImportedSupplier:
    """A supplier that an import added, changed or ended, as it was before; None for one added.

    `since` says what speaks against giving that back: tables and kinds of records that have
    something about it since, numbers of later imports that have it, and LOST.
    """

    ref: str
    before: Supplier | None
    since: Collection[str]


class SupplierImportStore(Repository):
    """The repository of imports, by the positions of their records in the audit chain.

    Raises StorageError from every method.
    """

    def positions(self, ref: str = "") -> list[int]:
        """Return the imports, oldest first; of one supplier, also what took one back."""
        where = "kind IN (SELECT value FROM json_each(?))"
        if ref:
            where += """ AND EXISTS (SELECT 1 FROM seals WHERE seals.position = audit.position
                         AND name = 'suppliers' AND key = ?)"""
        kinds = json.encode([*OF_IMPORTS, *(["import taken back"] if ref else [])]).decode()
        query = f"SELECT position FROM audit WHERE {where} ORDER BY position"  # noqa: S608
        rows = self._fetch_all(query, [kinds, *filter(None, [ref])])
        return [position for (position,) in rows]

    def read_rows(self, refs: Iterable[str]) -> list[Row]:
        """Return what `add` needs of suppliers before they are changed."""
        with plain_errors(self.path):
            return copy_rows(self._db, refs)

    def add(self, event: AuditEvent, before: Iterable[Row], refs: Collection[str]) -> None:
        """Keep an import of these suppliers, whose changes are stored."""
        with writing(self._db) as db:
            sealed = [seal("suppliers", row) for row in copy_rows(db, refs)]
            append_import(db, event, before, (), sealed)

    def suppliers(self, position: int) -> list[ImportedSupplier]:
        """Return what an import changed, by reference, and what became of it since."""
        with plain_errors(self.path):
            db, since = self._db, _list_since(self._db, position)
            execute = db.conn.execute
            made = "SELECT key, sha256 FROM seals WHERE position = ? AND name = 'suppliers'"
            left = dict(execute(made, (position,)).fetchall())
            now = {row[0]: seal("suppliers", row).sha256 for row in copy_rows(db, left)}
            as_left = [ref for ref in left if now.get(ref) == left[ref]]
            for ref, kind, at in execute(
                """SELECT key, kind, position FROM seals JOIN audit USING (position)
                   WHERE position > ? AND name = 'suppliers'""",
                (position,),
            ):
                if ref not in as_left:
                    since[ref].add(str(at) if kind in OF_IMPORTS else kind)
            for at, refs in _list_confirming(db, position):
                for ref in refs:
                    since[ref].add(str(at))
            before = _read_before(db, position, as_left)
            (whole,) = execute(
                """SELECT ?2 - (what ->> '$.added') =
                     (SELECT count(*) FROM supplier_imports WHERE position = ?1)
                   FROM audit WHERE position = ?1""",
                (position, len(left)),
            ).fetchone()
            for ref in left.keys() - before.keys() if not whole else ():
                since[ref].add(LOST)
        return [
            ImportedSupplier(ref, row.supplier if row else None, since[ref])
            for ref in sorted(left)
            for row in [before.get(ref)]
        ]

    def give_back(
        self, position: int, event: AuditEvent, refs: Collection[str], left: Collection[str]
    ) -> None:
        """Make these suppliers what they were before an import, with one event: those that it added
        leave, and no run since counts for any. The buyer's references of all but those `left` go.
        """
        with writing(self._db) as db:
            sealed = []
            before = _read_before(db, position, refs)
            for ref in refs:
                if row := before.get(ref):
                    sealed.append(
                        store_supplier(
                            db, row.supplier, imported=row.imported, file=row.file, at=row.at
                        )
                    )
                else:
                    db.conn.execute("DELETE FROM suppliers WHERE ref = ?", (ref,))
                    sealed.append(gone("suppliers", ref))
            own = db.conn.execute(
                """DELETE FROM supplier_refs WHERE own_ref IN (
                     SELECT key FROM seals WHERE position = ? AND name = 'supplier_refs')
                   AND supplier_ref NOT IN (SELECT value FROM json_each(?)) RETURNING own_ref""",
                (position, json.encode(sorted(left)).decode()),
            ).fetchall()
            runs = db.conn.execute(
                """INSERT OR IGNORE INTO runs_taken_back SELECT run_id, ref FROM run_suppliers
                   WHERE ref IN (SELECT value FROM json_each(?)) AND run_id IN (
                     SELECT subject FROM audit WHERE kind = 'run stored' AND position > ?)
                   RETURNING *""",
                (json.encode(sorted(refs)).decode(), position),
            ).fetchall()
            sealed += [gone("supplier_refs", *row) for row in own]
            append(db, event, [*sealed, *(seal("runs_taken_back", row) for row in runs)])


def _read_before(db: Database, position: int, refs: Iterable[str]) -> dict[str, SupplierRow]:
    """Return the suppliers that an import changed, as they were before it, out of these; each must
    be as the import left it.
    """
    rows = db.conn.execute(
        """SELECT ref, was.imported_at, was.file, was.body, was.imported, now.body
           FROM supplier_imports AS was JOIN suppliers AS now USING (ref)
           WHERE position = ? AND ref IN (SELECT value FROM json_each(?))""",
        (position, json.encode(sorted(refs)).decode()),
    )
    found = {}
    for ref, at, file, reduced, imported, now in rows:
        body = restore_document(reduced, now)
        said = restore_document(imported or b"{}", body)
        found[ref] = SupplierRow(decode(Supplier, body), decode(Supplier, said), file, at)
    return found


def _list_confirming(db: Database, position: int) -> Iterator[tuple[int, list[str]]]:
    """Yield later imports of another file that were not taken back, each with the suppliers that it
    had just as they were.
    """
    rows = db.conn.execute(
        """SELECT position, refs FROM import_refs JOIN audit USING (position)
           WHERE position > ?1 AND json_extract(what, '$.file_sha256') IS NOT
               (SELECT json_extract(what, '$.file_sha256') FROM audit WHERE position = ?1)
             AND NOT EXISTS (SELECT 1 FROM audit AS back WHERE back.kind = 'import taken back'
               AND back.subject = CAST(audit.position AS TEXT)
               AND json_extract(back.what, '$.waits') IS NULL)""",
        (position,),
    )
    return ((at, decode_json(refs, list[str])) for at, refs in rows)


def _list_since(db: Database, position: int) -> defaultdict[str, set[str]]:
    """Return what was recorded about each supplier, and about its alerts, after a position: the
    names of tables, found by their columns, and kinds of records.
    """
    into = holders(ties(db))
    of_alert = dict(db.conn.execute("SELECT alert_id, supplier_ref FROM alert_suppliers"))
    found, newer = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    about: list[tuple[str, Iterable[str]]] = []
    seals = "SELECT name, key FROM seals WHERE position > ? AND sha256 IS NOT NULL"
    for table, key in db.conn.execute(seals, (position,)):
        newer[table].add(key)
    for one in owned_tables(db):
        if is_sealed(one.name) and one.name in newer.keys() - _BY_ITSELF:
            number = count_key_columns(one.name)
            keys = [row[1] for row in db.conn.execute(f"PRAGMA table_info({one.name})")][:number]
            rows = db.conn.execute(f"SELECT {', '.join((*keys, *one.columns))} FROM {one.name}")  # noqa: S608
            about += (
                (one.name, row[number:])
                for row in rows
                if " ".join(map(str, row[:number])) in newer[one.name]
            )
    for kind, subject, alerts in db.conn.execute(
        """SELECT kind, subject, json_extract(what, '$.alerts') FROM audit
           WHERE position > ? AND kind IN ('decision', 'report made', 'export')""",
        (position,),
    ):
        # Some say how many alerts it was, and no more.
        named = decode_json(alerts, list[str]) if isinstance(alerts, str) else []
        about.append((kind, (subject, *named)))
    for what, ref in ((what, of_alert.get(id_, id_)) for what, ids in about for id_ in ids):
        found[ref].add(what)
        found[into.get(ref, ref)].add(what)
    return found
