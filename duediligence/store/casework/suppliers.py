"""Suppliers as imported."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import msgspec

from duediligence.model import ListEntry, Party, Supplier
from duediligence.model.casework.audit import AuditEvent, AuditValue
from duediligence.store.casework.audit import append
from duediligence.store.database import Repository, plain_errors, writing


@dataclass(frozen=True, slots=True)
class ImportCount:
    """How many suppliers were new, changed or already there just so."""

    added: int
    changed: int
    unchanged: int


def content_sha256(content: Supplier | ListEntry | Party) -> str:
    """The hash of all that is known of a party: equal hashes, equal content."""
    return sha256(content_body(content)).hexdigest()


def content_body(content: Supplier | ListEntry | Party) -> bytes:
    """What is stored and hashed of a party.

    A supplier all of whose cells were read is stored as before such cells were known, so that
    nobody who is unchanged counts as changed.
    """
    if isinstance(content, Supplier) and not content.unread:
        known = msgspec.to_builtins(content, order="deterministic")
        del known["unread"]
        return msgspec.json.encode(known)
    return msgspec.json.encode(content, order="deterministic")


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
                digest = content_sha256(supplier)
                if known.get(supplier.ref) == digest:
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
                        content_body(supplier),
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
        return [msgspec.json.decode(body, type=Supplier) for (body,) in rows]

    def get(self, ref: str) -> Supplier | None:
        """The supplier of that ref, or None."""
        with plain_errors(self.path):
            row = self._db.conn.execute(
                "SELECT body FROM suppliers WHERE ref = ?", (ref,)
            ).fetchone()
        return msgspec.json.decode(row[0], type=Supplier) if row else None
