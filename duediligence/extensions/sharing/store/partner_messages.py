"""Messages of partners about suppliers: a row for each supplier that a message is about."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlite_utils import Database

from duediligence.extensions.sharing.model.partner_messages import MessageOutcome, PartnerMessage
from duediligence.model.audit import AuditEvent, AuditValue
from duediligence.store.casework.audit import append
from duediligence.store.casework.seals import seal
from duediligence.store.database import Repository, writing
from duediligence.store.records import decode, encode
from duediligence.store.seals import Seal, gone


class PartnerMessageStore(Repository):
    """The repository of messages of partners. Raises StorageError from every method."""

    def keep(self, messages: Iterable[PartnerMessage], event: AuditEvent) -> None:
        """Keep what one message says about each supplier, with its event; nothing where it is
        about none, and the event all the same.
        """
        with writing(self._db) as db:
            append(db, event, [_store_partner_message(db, one) for one in messages])

    def open_about(self, refs: Collection[str]) -> list[PartnerMessage]:
        """Return the messages about any of these suppliers that nobody answered, the oldest
        first.
        """
        return [one for one in self._read("WHERE state = 'open'") if one.supplier_ref in refs]

    def all(self) -> list[PartnerMessage]:
        """Return every message that is kept, the oldest first."""
        return self._read("")

    def close(self, number: int, outcome: MessageOutcome, at: datetime) -> int:
        """Close an open message for every supplier that it is about; how many rows that were."""
        with writing(self._db) as db:
            found = [one for one in self._read("WHERE state = 'open'") if one.number == number]
            if found:
                closed = (replace(one, state="closed", outcome=outcome) for one in found)
                what: dict[str, AuditValue] = {
                    "act": "closed",
                    "outcome": outcome,
                    "agreement": found[0].agreement,
                    "exchange": found[0].exchange,
                    "suppliers": len(found),
                }
                event = AuditEvent("partner message", at, self._who, what, subject=str(number))
                append(db, event, [_store_partner_message(db, one) for one in closed])
        return len(found)

    def _read(self, where: str) -> list[PartnerMessage]:
        query = f"SELECT body FROM partner_messages {where} ORDER BY number, supplier_ref"  # noqa: S608
        return [decode(PartnerMessage, body) for (body,) in self._fetch_all(query)]


def _store_partner_message(db: Database, one: PartnerMessage) -> Seal:
    row = (one.number, one.supplier_ref, one.state, one.remove_on.isoformat(), encode(one))
    db.conn.execute("INSERT OR REPLACE INTO partner_messages VALUES (?, ?, ?, ?, ?)", row)
    return seal("partner_messages", row)


@dataclass(frozen=True, slots=True)
class RemovedMessages:
    """What retention removed: seals of the rows and the numbers of their messages, the findings
    that they had raised, and the runs that these stood in.
    """

    sealed: tuple[Seal, ...]
    numbers: tuple[str, ...]
    findings: int
    runs: tuple[str, ...]


def remove_expired(db: Database, today: date, received_before: datetime) -> RemovedMessages:
    """Remove each message that may be kept no longer, by its agreement or because it was received
    before that moment, with the findings that it raised in every run. Within `writing(db)`.
    """
    rows = db.conn.execute("SELECT body FROM partner_messages ORDER BY number").fetchall()
    every = [decode(PartnerMessage, body) for (body,) in rows]
    expired = [one for one in every if one.remove_on <= today or one.received_at < received_before]
    found: list[str] = []
    for one in expired:
        db.conn.execute(
            "DELETE FROM partner_messages WHERE number = ? AND supplier_ref = ?",
            (one.number, one.supplier_ref),
        )
        found += (
            run_id
            for (run_id,) in db.conn.execute(
                "DELETE FROM findings WHERE party = ? RETURNING run_id", (one.identity,)
            ).fetchall()
        )
    return RemovedMessages(
        sealed=tuple(gone("partner_messages", one.number, one.supplier_ref) for one in expired),
        numbers=tuple(dict.fromkeys(str(one.number) for one in expired)),
        findings=len(found),
        runs=tuple(sorted(set(found))),
    )
