"""Other references of suppliers, and which suppliers a person said are not one."""

from collections.abc import Mapping
from datetime import datetime

from duediligence.model.audit import AuditEvent
from duediligence.store.casework.audit import append
from duediligence.store.casework.seals import seal
from duediligence.store.database import Repository, plain_errors, writing
from duediligence.store.seals import Seal


class SupplierRefStore(Repository):
    """The repository of references beside the one a supplier is stored under.

    Raises StorageError from every method.
    """

    def own_refs(self) -> Mapping[str, str]:
        """Return the buyer's references of suppliers that came without one first, each with the
        stored.
        """
        with plain_errors(self.path):
            rows = self._db.conn.execute("SELECT own_ref, supplier_ref FROM supplier_refs")
            return dict(rows.fetchall())

    def add_own_refs(self, refs: Mapping[str, str]) -> list[Seal]:
        """Keep references; the seals of the rows, for the event of the import that brings them."""
        sealed = []
        with writing(self._db) as db:
            for row in refs.items():
                db.conn.execute("INSERT OR REPLACE INTO supplier_refs VALUES (?, ?)", row)
                sealed.append(seal("supplier_refs", row))
        return sealed

    def not_duplicates(self) -> frozenset[tuple[str, str]]:
        """Return pairs of references, each in order, of suppliers that a person said are two."""
        with plain_errors(self.path):
            rows = self._db.conn.execute("SELECT ref, other_ref FROM not_duplicates").fetchall()
        return frozenset((one, other) for one, other in rows)

    def add_not_duplicates(self, one: str, other: str, at: datetime) -> bool:
        """Keep that two suppliers are not the same; whether that was news."""
        first, second = sorted((one, other))
        with writing(self._db) as db:
            added = db.conn.execute(
                "INSERT OR IGNORE INTO not_duplicates VALUES (?, ?)", (first, second)
            ).rowcount
            if added:
                event = AuditEvent(
                    "suppliers kept apart", at, self._who, {"other": second}, subject=first
                )
                append(db, event, [seal("not_duplicates", (first, second))])
        return bool(added)
