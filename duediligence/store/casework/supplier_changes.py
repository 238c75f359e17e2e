"""What people changed about suppliers, one row an act, and whose decisions count for whom since."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import msgspec
from sqlite_utils import Database

from duediligence.model import Supplier
from duediligence.model.audit import AuditEvent, AuditValue
from duediligence.model.supplier_changes import SupplierChange, SupplierTie
from duediligence.store.casework.audit import append
from duediligence.store.casework.seals import add_row, seal
from duediligence.store.casework.suppliers import OF_IMPORTS, row_of, store_supplier, ties
from duediligence.store.database import Repository, plain_errors, writing
from duediligence.store.records import decode, encode
from duediligence.store.seals import Seal, gone

# Of the file itself: alerts are also derived beside an empty copy of the chain.
_TIES_MADE = """SELECT key, max(position) FROM main.audit JOIN main.seals USING (position)
                WHERE kind = 'supplier changed' AND name = 'supplier_ties' GROUP BY key"""


class SupplierChangeStore(Repository):
    """The repository of changes. Raises StorageError from every method."""

    def make(
        self,
        change: SupplierChange,
        *,
        tied: Iterable[SupplierTie] = (),
        untied: Iterable[SupplierTie] = (),
    ) -> SupplierChange:
        """Make a change and keep it, in one transaction: returns it in its place.

        Each supplier of `after` is stored; one of `before` that is not in `after` leaves. `tied`
        come and `untied` go.
        """
        staying = {one.ref for one in change.after}
        with writing(self._db) as db:
            position, added = add_row(
                db,
                "supplier_changes",
                change.kind,
                msgspec.json.encode(change.refs).decode(),
                change.undoes,
                change.by,
                change.at.astimezone(UTC).isoformat(),
                encode(change),
            )
            sealed = [added]
            for one in change.before:
                if one.ref not in staying:
                    db.conn.execute("DELETE FROM suppliers WHERE ref = ?", (one.ref,))
                    sealed.append(gone("suppliers", one.ref))
            known = {one.ref for one in change.before}
            said = {one.ref: one for one in change.imported}
            for one in change.after:
                held = row_of(db, one.ref) if one.ref in known else None
                file, at = (held.file, held.at) if held else ("", change.at.isoformat())
                base = held.imported if held else said.get(one.ref, one)
                sealed.append(store_supplier(db, one, imported=base, file=file, at=at))
            sealed += _update_supplier_ties(db, tied, untied)
            what: dict[str, AuditValue] = {
                "change": position,
                "act": change.kind,
                "suppliers": change.refs,
            }
            if change.undoes:
                what["undoes"] = change.undoes
            append(
                db,
                AuditEvent("supplier changed", change.at, self._who, what, change.refs[0]),
                sealed,
            )
        return replace(change, position=position)

    def of(self, ref: str) -> list[SupplierChange]:
        """Return every change that a supplier had part in, the oldest first."""
        return self._read(
            "WHERE EXISTS (SELECT 1 FROM json_each(refs) WHERE value = ?) ORDER BY position", ref
        )

    def get(self, position: int) -> SupplierChange | None:
        """Return the change in that place, or None."""
        found = self._read("WHERE position = ?", position)
        return found[0] if found else None

    def undone(self) -> frozenset[int]:
        """Return the positions of the changes that were taken back."""
        rows = self._fetch_all("SELECT undoes FROM supplier_changes WHERE undoes > 0")
        return frozenset(one for (one,) in rows)

    def imported(self, ref: str) -> Supplier | None:
        """Return what a file last said of a supplier, where it is something else by now."""
        with plain_errors(self.path):
            held = row_of(self._db, ref)
        return held.imported if held and held.imported != held.supplier else None

    def ties(self) -> list[SupplierTie]:
        """Return the ties between suppliers, in the order in which they were made.

        The audit chain has the order: the changes themselves are removed in time.
        """
        with plain_errors(self.path):
            found = ties(self._db)
            made: dict[str, int] = dict(self._db.conn.execute(_TIES_MADE) if found else ())

        def place(one: SupplierTie) -> tuple[int, bool]:
            # Where the order is not known, what was split off gets less rather than more.
            return made.get(gone("supplier_ties", one.ref, one.kind).key, 0), one.kind != "split"

        return sorted(found, key=place)

    def newest(self) -> tuple[str, int]:
        """Return the newest run and the position of the newest decision, as a tie holds them."""
        run = self._fetch_one("SELECT id FROM runs ORDER BY rowid DESC LIMIT 1")
        decision = self._fetch_one("SELECT max(position) FROM decisions")
        return (run[0] if run else ""), decision[0] or 0

    def places(self, run_ids: Collection[str]) -> Mapping[str, int]:
        """Return the places of runs in the order in which they were stored; missing: removed."""
        rows = self._fetch_all(
            "SELECT id, rowid FROM runs WHERE id IN (SELECT value FROM json_each(?))",
            (msgspec.json.encode(sorted(run_ids)).decode(),),
        )
        return dict(rows)

    def _read(self, where: str, *values: object) -> list[SupplierChange]:
        rows: Sequence[tuple[int, bytes]] = self._fetch_all(
            f"SELECT position, body FROM supplier_changes {where}",  # noqa: S608
            values,
        )
        return [replace(decode(SupplierChange, body), position=position) for position, body in rows]


def remove_changes(db: Database, *, before: datetime) -> list[Seal]:
    """Remove the changes from before a moment, imports among them, within `writing(db)`: they
    cannot be taken back any more. Returns the seals of what is gone.
    """
    kinds = msgspec.json.encode(OF_IMPORTS).decode()
    old = """position IN (SELECT position FROM audit WHERE at < :at
                          AND kind IN (SELECT value FROM json_each(:kinds)))"""
    return [
        gone(table, *row)
        for table, key, where in (
            ("supplier_changes", "position", "made_at < :at"),
            ("supplier_imports", "position, ref", old),
            ("import_refs", "position", old),
        )
        for row in db.conn.execute(
            f"DELETE FROM {table} WHERE {where} RETURNING {key}",  # noqa: S608
            {"at": before.astimezone(UTC).isoformat(), "kinds": kinds},
        ).fetchall()
    ]


def replace_suppliers_in_changes(
    db: Database,
    refs: Collection[str],
    convert: Callable[[tuple[Supplier, ...]], tuple[Supplier, ...]],
) -> Iterator[Seal]:
    """Convert the suppliers of each change that one of `refs` had part in, within `writing(db)` and
    with its guard away. What they were before imports goes where it has birth dates. Yields the
    seals that changed rows have now.
    """
    given = (msgspec.json.encode(sorted(refs)).decode(),)
    for row in db.conn.execute(
        """DELETE FROM supplier_imports WHERE ref IN (SELECT value FROM json_each(?))
           AND instr(body || coalesce(imported, ''), '"birth_date"') RETURNING position, ref""",
        given,
    ).fetchall():
        yield gone("supplier_imports", *row)
    rows = db.conn.execute(
        "SELECT position, body FROM supplier_changes WHERE EXISTS (SELECT 1 FROM json_each(refs) "
        "WHERE value IN (SELECT value FROM json_each(?)))",
        given,
    ).fetchall()
    for position, body in rows:
        then = decode(SupplierChange, body)
        now = replace(
            then,
            before=convert(then.before),
            after=convert(then.after),
            imported=convert(then.imported),
        )
        if now != then:
            row = db.conn.execute(
                "UPDATE supplier_changes SET body = ? WHERE position = ? RETURNING *",
                (encode(now), position),
            ).fetchone()
            yield seal("supplier_changes", row)


def _update_supplier_ties(
    db: Database, tied: Iterable[SupplierTie], untied: Iterable[SupplierTie]
) -> list[Seal]:
    sealed = []
    for one in untied:
        db.conn.execute("DELETE FROM supplier_ties WHERE ref = ? AND kind = ?", (one.ref, one.kind))
        sealed.append(gone("supplier_ties", one.ref, one.kind))
    for one in tied:
        row = (one.ref, one.kind, one.other_ref, one.run_id, one.decision)
        db.conn.execute("INSERT INTO supplier_ties VALUES (?, ?, ?, ?, ?)", row)
        sealed.append(seal("supplier_ties", row))
    return sealed
