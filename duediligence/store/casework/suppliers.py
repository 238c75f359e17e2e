"""Suppliers as imported."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from duediligence.model import Supplier
from duediligence.model.casework.audit import AuditEvent, AuditValue
from duediligence.store.casework.audit import append
from duediligence.store.database import Repository, plain_errors, writing
from duediligence.store.records import decode, encode, identity, same


@dataclass(frozen=True, slots=True)
class ImportCount:
    """How many suppliers were new, changed or already there just so."""

    added: int
    changed: int
    unchanged: int


class SupplierStore(Repository):
    """The repository of suppliers. Raises StorageError from every method."""

    def save(
        self, suppliers: Iterable[Supplier], *, file: str, at: datetime, file_sha256: str = ""
    ) -> ImportCount:
        """Keep these suppliers, in one transaction; one that is already there just so stays.

        `file` names where they come from, `file_sha256` its bytes.
        """
        added = changed = unchanged = 0
        with writing(self._db) as db:
            known = dict(db.conn.execute("SELECT ref, sha256 FROM suppliers").fetchall())
            for supplier in suppliers:
                digest = identity(supplier)
                if _holds(db, supplier, known.get(supplier.ref), digest):
                    unchanged += 1
                    continue
                if supplier.ref in known:
                    changed += 1
                else:
                    added += 1
                db.conn.execute(
                    "INSERT OR REPLACE INTO suppliers VALUES (?, ?, ?, ?, ?, ?)",
                    (
                        supplier.ref,
                        supplier.name,
                        digest,
                        at.isoformat(),
                        file,
                        encode(supplier),
                    ),
                )
            what: dict[str, AuditValue] = {
                "file": file,
                "file_sha256": file_sha256,
                "added": added,
                "changed": changed,
                "unchanged": unchanged,
            }
            append(db, AuditEvent("suppliers imported", at, self._who, what))
        return ImportCount(added, changed, unchanged)

    def all(self) -> list[Supplier]:
        """Every supplier, by ref."""
        with plain_errors(self.path):
            rows = self._db.conn.execute("SELECT body FROM suppliers ORDER BY ref").fetchall()
        return [decode(Supplier, body) for (body,) in rows]

    def get(self, ref: str) -> Supplier | None:
        """The supplier of that ref, or None."""
        with plain_errors(self.path):
            row = self._db.conn.execute(
                "SELECT body FROM suppliers WHERE ref = ?", (ref,)
            ).fetchone()
        return decode(Supplier, row[0]) if row else None


def _holds(db: Database, supplier: Supplier, known: str | None, digest: str) -> bool:
    """Whether the supplier is there just so, as this or an earlier version stored it."""
    if known is None or known == digest:
        return known is not None
    row = db.conn.execute("SELECT body FROM suppliers WHERE ref = ?", (supplier.ref,)).fetchone()
    return same(supplier, known, row[0])
