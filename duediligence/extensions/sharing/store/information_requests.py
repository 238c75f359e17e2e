"""Requests for information: one row each, as it is now; its history is the audit chain."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

import msgspec
from sqlite_utils import Database

from duediligence.extensions.sharing.model.information_requests import Direction, InformationRequest
from duediligence.model.audit import AuditEvent, AuditValue
from duediligence.store.casework.audit import append
from duediligence.store.casework.seals import seal
from duediligence.store.database import Repository, writing
from duediligence.store.records import decode, encode
from duediligence.store.seals import Seal, gone


class InformationRequestStore(Repository):
    """The repository of requests. Raises StorageError from every method."""

    def keep(self, request: InformationRequest, act: str, at: datetime) -> InformationRequest:
        """Keep the request as it is now, with an event that says what was done (`act`).

        One without a number gets the next, also where the newest were removed since.
        """
        with writing(self._db) as db:
            made = (
                request if request.number else replace(request, number=_derive_request_number(db))
            )
            row = (
                made.number,
                made.direction,
                made.supplier_ref,
                made.exchange,
                made.asked_at.isoformat(),
                made.ends_on.isoformat(),
                made.keep_until.isoformat() if made.keep_until else "",
                encode(made),
            )
            db.conn.execute(
                "INSERT OR REPLACE INTO information_requests VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row
            )
            event = AuditEvent(
                "information request",
                at,
                self._who,
                _describe_request_act(made, act),
                str(made.number),
            )
            append(db, event, [seal("information_requests", row)])
        return made

    def get(self, number: int) -> InformationRequest | None:
        """Return the request of that number, or None."""
        return next(iter(self._read("WHERE number = ?", number)), None)

    def of_exchange(self, direction: Direction, exchange: str) -> InformationRequest | None:
        """Return the request whose files have that exchange, or None."""
        return next(
            iter(self._read("WHERE direction = ? AND exchange = ?", direction, exchange)), None
        )

    def all(self) -> list[InformationRequest]:
        """Return every request, by number."""
        return self._read("ORDER BY number")

    def _read(self, where: str, *values: str | int) -> list[InformationRequest]:
        rows = self._fetch_all(f"SELECT number, body FROM information_requests {where}", values)  # noqa: S608
        return [replace(decode(InformationRequest, body), number=number) for number, body in rows]


def remove_requests(
    db: Database, ended_before: date, today: date, agreements_over: Collection[str]
) -> list[Seal]:
    """Remove the requests that ended before a day, and those of partners that their agreement lets
    nobody keep any longer, or that came under one of `agreements_over`, within `writing(db)`.
    Returns the seals of what is gone.
    """
    rows = db.conn.execute(
        """DELETE FROM information_requests
           WHERE ended_on < ?1 OR (keep_until != '' AND (keep_until < ?2
             OR json_extract(CAST(body AS TEXT), '$.agreement') IN (
               SELECT value FROM json_each(?3)))) RETURNING number""",
        (
            ended_before.isoformat(),
            today.isoformat(),
            msgspec.json.encode(sorted(agreements_over)).decode(),
        ),
    ).fetchall()
    return [gone("information_requests", number) for (number,) in rows]


def _derive_request_number(db: Database) -> int:
    row = db.conn.execute(
        "SELECT seq FROM sqlite_sequence WHERE name = 'information_requests'"
    ).fetchone()
    return 1 + (int(row[0]) if row else 0)


def _describe_request_act(request: InformationRequest, act: str) -> dict[str, AuditValue]:
    """Return codes, counts and days: neither the purpose nor the party."""
    told: dict[str, AuditValue] = {
        "act": act,
        "direction": request.direction,
        "agreement": request.agreement,
        "with": request.partner_kind,
        "basis": request.basis,
        "due": request.due_on.isoformat(),
        "alerts": len(request.alert_ids),
    }
    more: dict[str, AuditValue] = {
        "case": request.case,
        "exchange": request.exchange,
        "form_version": request.form_version,
        "form_sha256": request.form_sha256,
        "answer": request.answer,
        "reason": request.reason,
    }
    return told | {name: value for name, value in more.items() if value}
