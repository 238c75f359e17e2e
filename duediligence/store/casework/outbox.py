"""What people were told, and what is still on its way to them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlite_utils import Database

from duediligence.model import Message
from duediligence.model.audit import AuditEvent, AuditValue
from duediligence.model.messages import DigestItem
from duediligence.store.casework.audit import append
from duediligence.store.casework.seals import seal
from duediligence.store.database import Repository, writing
from duediligence.store.records import decode, encode
from duediligence.store.seals import Seal, gone
from duediligence.typed_data import convert_to

# Longer than any delivery takes: only a process that was killed leaves its claim behind.
CLAIM = timedelta(minutes=30)
FIRST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message by one channel. `last_error` of one that was sent is a remark. Times in UTC."""

    message: Message
    channel: str
    state: Literal["queued", "sent"]
    attempts: int
    last_error: str
    next_try: datetime | None
    claimed_at: datetime | None
    sent_at: datetime | None

    def due(self, now: datetime) -> bool:
        """Return whether its wait is over; a time further away than any wait is of a wrong
        clock.
        """
        return not self.next_try or not timedelta() < self.next_try - now <= LONGEST_WAIT

    def claimed(self, now: datetime) -> bool:
        """Return whether another process is sending it at this moment."""
        return bool(self.claimed_at and timedelta() <= now - self.claimed_at < CLAIM)


class OutboxStore(Repository):
    """The repository of digests and their deliveries. Raises StorageError from every method."""

    def digests(self) -> int:
        """Return how many digests were recorded."""
        row = self._fetch_one("SELECT coalesce(max(number), 0) FROM digests")
        return int(row[0])

    def told(self) -> Mapping[str, DigestItem]:
        """Return everything that stands as told, by its key."""
        rows = self._fetch_all("SELECT key, body FROM told")
        return {key: decode(DigestItem, body) for key, body in rows}

    def untold_runs(self) -> Mapping[str, frozenset[str]]:
        """Return the suppliers of each run that no digest took in, the newest run first.

        Those only that were imported: someone checked in passing is nobody's supplier.
        """
        runs = self._fetch_all(
            """SELECT id FROM runs WHERE id NOT IN (SELECT run_id FROM digested_runs)
               ORDER BY rowid DESC"""
        )
        return {run_id: self._suppliers_of(run_id) for (run_id,) in runs}

    def _suppliers_of(self, run_id: str) -> frozenset[str]:
        rows = self._db.conn.execute(
            "SELECT ref FROM run_suppliers JOIN suppliers USING (ref) WHERE run_id = ?", (run_id,)
        )
        return frozenset(ref for (ref,) in rows)

    def record(
        self,
        number: int,
        at: datetime,
        *,
        runs: Iterable[str],
        told: Iterable[DigestItem],
        over: Iterable[str],
        message: Message | None,
        channels: Iterable[str],
    ) -> None:
        """Record a digest, and queue its message for each channel, in one transaction.

        `told` are new or other than before, `over` the keys that no longer stand. Raises
        StorageError where there is a digest of that number: read what it is made from in the same
        transaction.
        """
        digest = (
            number,
            (message.created_at if message else at).isoformat(),
            message.key if message else None,
            message.subject if message else "",
            message.text if message else "",
        )
        runs, over, channels = list(runs), list(over), list(channels) if message else []
        now_told = {one.key: encode(one) for one in told}
        with writing(self._db) as db:
            db.conn.execute("INSERT INTO digests VALUES (?, ?, ?, ?, ?)", digest)
            db.conn.executemany(
                "INSERT OR IGNORE INTO digested_runs VALUES (?)", ((run,) for run in runs)
            )
            db.conn.executemany("DELETE FROM told WHERE key = ?", ((key,) for key in over))
            db.conn.executemany("INSERT OR REPLACE INTO told VALUES (?, ?)", now_told.items())
            queued = [
                (message.key, channel, "queued", 0, "", None, None, None)
                for channel in channels
                if message
            ]
            db.conn.executemany("INSERT INTO deliveries VALUES (?, ?, ?, ?, ?, ?, ?, ?)", queued)
            sealed = {
                (one.table, one.key): one
                for one in (
                    seal("digests", digest),
                    *(seal("digested_runs", (run,)) for run in runs),
                    *(gone("told", key) for key in over),
                    *(seal("told", row) for row in now_told.items()),
                    *(seal("deliveries", row) for row in queued),
                )
            }
            what: dict[str, AuditValue] = {"number": number, "channels": tuple(channels)}
            event = AuditEvent("digest made", at, self._who, what, message.key if message else "")
            append(db, event, sealed.values())

    def deliveries(self, *, sent: int = 0) -> list[Delivery]:
        """Return everything queued, and the newest `sent` deliveries that ended; the oldest
        first.
        """
        query = """SELECT number, made_at, message_key, subject, text, channel, state, attempts,
                   last_error, next_try, claimed_at, sent_at
                   FROM deliveries JOIN digests USING (message_key) WHERE state = ?
                   ORDER BY number DESC, channel LIMIT ?"""
        rows = self._fetch_all(query, ("queued", -1))
        rows += self._fetch_all(query, ("sent", sent))
        return [_parse_delivery_row(row) for row in sorted(rows, key=lambda row: (row[0], row[5]))]

    def claim(self, delivery: Delivery, now: datetime) -> bool:
        """Take a delivery on, so that no other process sends it; False where one has."""
        with writing(self._db) as db:
            took = db.conn.execute(
                """UPDATE deliveries SET claimed_at = ?, attempts = attempts + 1
                   WHERE message_key = ? AND channel = ? AND state = 'queued' AND attempts = ?""",
                (now.isoformat(), delivery.message.key, delivery.channel, delivery.attempts),
            )
            return took.rowcount == 1

    def sent(self, delivery: Delivery, at: datetime, remark: str) -> None:
        """Record that a delivery ended well, or with a remark."""
        what: dict[str, AuditValue] = {"channel": delivery.channel, "remark": int(bool(remark))}
        event = AuditEvent("digest sent", at, self._who, what, delivery.message.key)
        with writing(self._db) as db:
            _update_delivery_state(db, delivery, "sent", remark, None, at)
            append(db, event, _seal_delivery(db, delivery))

    def failed(self, delivery: Delivery, at: datetime, reason: str) -> None:
        """Record that an attempt failed; the wait for the next one doubles each time."""
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(delivery.attempts, 20))
        with writing(self._db) as db:
            _update_delivery_state(db, delivery, "queued", reason, at + wait, None)

    def drop(self, channel: str, at: datetime) -> int:
        """Give up what is queued for the channel, on record; returns how many deliveries."""
        with writing(self._db) as db:
            keys = db.conn.execute(
                """DELETE FROM deliveries WHERE channel = ? AND state = 'queued'
                   RETURNING message_key""",
                (channel,),
            ).fetchall()
            if keys:
                what = {"messages": tuple(sorted(key for (key,) in keys))}
                append(
                    db,
                    AuditEvent("digest dropped", at, self._who, what, channel),
                    [gone("deliveries", key, channel) for (key,) in keys],
                )
        return len(keys)


def _seal_delivery(db: Database, delivery: Delivery) -> list[Seal]:
    return [
        seal("deliveries", row)
        for row in db.conn.execute(
            "SELECT * FROM deliveries WHERE message_key = ? AND channel = ?",
            (delivery.message.key, delivery.channel),
        )
    ]


def _update_delivery_state(
    db: Database,
    delivery: Delivery,
    state: str,
    error: str,
    next_try: datetime | None,
    sent_at: datetime | None,
) -> None:
    db.conn.execute(
        """UPDATE deliveries SET state = ?, last_error = ?, next_try = ?,
           claimed_at = NULL, sent_at = ? WHERE message_key = ? AND channel = ?""",
        (
            state,
            error,
            next_try.isoformat() if next_try else None,
            sent_at.isoformat() if sent_at else None,
            delivery.message.key,
            delivery.channel,
        ),
    )


def _parse_delivery_row(row: tuple[object, ...]) -> Delivery:
    _, made_at, key, subject, text, channel, state, attempts, error, *times = row
    message = {"key": key, "subject": subject, "text": text, "created_at": made_at}
    next_try, claimed_at, sent_at = times
    return convert_to(
        Delivery,
        {
            "message": message,
            "channel": channel,
            "state": state,
            "attempts": attempts,
            "last_error": error,
            "next_try": next_try,
            "claimed_at": claimed_at,
            "sent_at": sent_at,
        },
    )
