"""The orders that were placed with suppliers."""

from datetime import datetime

from sqlite_utils import Database, Migrations

from duediligence.model.audit import AuditEvent
from duediligence.store.casework.audit import append
from duediligence.store.casework.seals import seal
from duediligence.store.database import Repository, writing

migrations = Migrations("payments")


@migrations()
def create_orders(db: Database) -> None:
    db.conn.execute(
        "CREATE TABLE payments__orders (number INTEGER PRIMARY KEY, supplier_ref TEXT NOT NULL) "
        "STRICT"
    )


class OrderStore(Repository):
    """The orders. Raises StorageError from every method."""

    def add(self, supplier_ref: str, at: datetime) -> None:
        """Add an order, with its event."""
        with writing(self._db) as db:
            row = db.conn.execute(
                "INSERT INTO payments__orders (supplier_ref) VALUES (?) RETURNING *",
                (supplier_ref,),
            ).fetchone()
            event = AuditEvent("suppliers imported", at, self._who, {"orders": 1})
            append(db, event, [seal("payments__orders", row)])

    def count(self) -> int:
        """Return how many there are."""
        (found,) = self._db.conn.execute("SELECT count(*) FROM payments__orders").fetchone()
        return int(found)
