"""Exchanges with partners: one row each, and the hits until their retention period ends."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlite_utils import Database

from duediligence.extensions.sharing.model.exchanges import Exchange, Hit
from duediligence.model.audit import AuditEvent, AuditValue
from duediligence.store.casework.audit import append
from duediligence.store.casework.seals import seal
from duediligence.store.database import Repository, writing
from duediligence.store.records import decode, encode
from duediligence.store.seals import Seal, gone


class ExchangeStore(Repository):
    """The repository of exchanges. Raises StorageError from every method."""

    def keep(
        self,
        exchange: Exchange,
        what: Mapping[str, AuditValue],
        at: datetime,
        *,
        hits: Sequence[Hit] = (),
        remove_on: date | None = None,
    ) -> None:
        """Keep the exchange as it is now, and the hits of one that was opened until `remove_on`,
        with an event that says what was done.
        """
        row = (exchange.id, encode(exchange))
        known: dict[str, AuditValue] = {
            "state": exchange.state,
            "agreement": exchange.agreement,
            "terms_sha256": exchange.terms_sha256,
            "items": exchange.items,
            "elements": exchange.elements,
            "table": exchange.table,
            "new_percent": exchange.new_percent,
        }
        day = remove_on.isoformat() if remove_on else ""
        opened = exchange.ended_at.date().isoformat() if exchange.ended_at else ""
        found = [
            (exchange.id, number, opened, day, encode(one)) for number, one in enumerate(hits, 1)
        ]
        with writing(self._db) as db:
            db.conn.execute("INSERT OR REPLACE INTO exchanges VALUES (?, ?)", row)
            db.conn.executemany("INSERT INTO exchange_hits VALUES (?, ?, ?, ?, ?)", found)
            sealed = [seal("exchanges", row), *(seal("exchange_hits", one) for one in found)]
            event = AuditEvent("exchange", at, self._who, {**known, **what}, subject=exchange.id)
            append(db, event, sealed)

    def get(self, exchange_id: str) -> Exchange | None:
        """Return the exchange of that id, or None."""
        rows = self._fetch_all("SELECT body FROM exchanges WHERE id = ?", (exchange_id,))
        return decode(Exchange, rows[0][0]) if rows else None

    def all(self) -> list[Exchange]:
        """Return every exchange, the oldest first."""
        found = [
            decode(Exchange, body) for (body,) in self._fetch_all("SELECT body FROM exchanges")
        ]
        return sorted(found, key=lambda one: (one.at, one.id))

    def hits(self, exchange_id: str) -> tuple[Hit, ...]:
        """Return the hits of an exchange that are still kept, in the order of the asker's list."""
        rows = self._fetch_all(
            "SELECT body FROM exchange_hits WHERE exchange = ? ORDER BY number", (exchange_id,)
        )
        return tuple(decode(Hit, body) for (body,) in rows)


def remove_hits(db: Database, *, due: date, opened_before: date) -> list[Seal]:
    """Remove the hits whose day has come, and those opened before a day, within `writing(db)`.

    Returns the seals of what is gone.
    """
    rows = db.conn.execute(
        "DELETE FROM exchange_hits WHERE remove_on <= ? OR opened_on < ? "
        "RETURNING exchange, number",
        (due.isoformat(), opened_before.isoformat()),
    ).fetchall()
    return [gone("exchange_hits", *key) for key in rows]
