"""The audit chain: appended in the transaction of what it records, never changed."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from sqlite_utils import Database

from duediligence.errors import StorageError
from duediligence.model.audit import (
    BEGINNING,
    AuditEvent,
    AuditKind,
    AuditProblem,
    AuditRecord,
    canonical,
    find_audit_problem,
    hash_audit_event,
)
from duediligence.progress import Task
from duediligence.store.casework import seals
from duediligence.store.database import Repository, plain_errors, read_transaction, writing
from duediligence.store.seals import Seal

Row = tuple[int, str, str, str, str, str, str, str]
# Whom a store names that was opened without a word of who does.
UNKNOWN = "unknown"
COLUMNS = "position, kind, at, who, subject, what, previous, sha256"


class DamagedRecord(StorageError):
    """A row of the chain that no longer reads as what was written."""

    code = "damaged-audit-record"

    def __init__(self, path: Path, position: int) -> None:
        super().__init__(
            f"{path}: audit record {position} is not what was written: it was edited",
            hint="Keep the file as it is, and compare it with a backup.",
        )
        self.position = position


def append(db: Database, event: AuditEvent, sealed: Iterable[Seal] = ()) -> str:
    """Append an event to the chain of `casework.db`; returns the new head.

    `sealed` are the rows that it made, changed or removed, as they are now. To be called within
    `writing(db)`, so that what was done and its record stand or fall together.
    """
    sealed = list(sealed)
    previous = head_of(db)
    # Counted on from what was ever given out: records cut off at the end leave a gap for good.
    position = _given_out(db) + 1
    if sealed:
        event = seals.add_seal_summary(event, sealed)
        seals.store_seals(db, position, sealed)
    record = AuditRecord(position, event, previous, hash_audit_event(previous, position, event))
    db.conn.execute(
        f"INSERT INTO audit ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        _build_audit_row(record),
    )
    return record.sha256


def next_position(db: Database) -> int:
    """Return the position that an event will have, if it is appended next."""
    return _given_out(db) + 1


def head_of(db: Database) -> str:
    """Return the hash of the newest record, BEGINNING where there is none."""
    newest = "SELECT sha256 FROM audit ORDER BY position DESC LIMIT 1"
    row = db.conn.execute(newest).fetchone()
    return str(row[0]) if row else BEGINNING


class AuditStore(Repository):
    """The repository of the chain. Raises StorageError from every method."""

    def add(self, event: AuditEvent, sealed: Iterable[Seal] = ()) -> str:
        """Append an event, and what it seals, in a transaction of its own; returns the new head."""
        with writing(self._db) as db:
            return append(db, event, sealed)

    def sealed(self, table: str) -> dict[str, bytes]:
        """Return the newest seals of a table that is in another file, by key; none of rows gone."""
        with plain_errors(self.path):
            return seals.find_external_seals(self._db, table)

    def sealed_elsewhere(self) -> dict[tuple[str, str], Seal]:
        """Return the newest seal of each row and file outside `casework.db`, by table and key."""
        with plain_errors(self.path):
            every = (one for _, one in seals.list_all_seals(self._db))
            return {(one.table, one.key): one for one in every if "." in one.table}

    def add_news(
        self, event: AuditEvent, *keys: str, sealed: Callable[[], Iterable[Seal]] = tuple
    ) -> bool:
        """Append an event unless the newest of its kind and subject says the same already.

        `keys` of `what` are compared, or all of it where none is named; `sealed` gives what it
        seals. Returns whether it was news.
        """
        with writing(self._db) as db:
            row = db.conn.execute(
                f"SELECT {COLUMNS} FROM audit WHERE kind = ? AND subject = ? "  # noqa: S608
                "ORDER BY position DESC LIMIT 1",
                (event.kind, event.subject),
            ).fetchone()
            if row:
                known, new = self._record(row).event.what, event.what
                if known == new or (keys and all(known.get(k) == new.get(k) for k in keys)):
                    return False
            append(db, event, sealed())
        return True

    def add_refusal(self, event: AuditEvent) -> None:
        """Append a refusal unless that person was refused the same action on the same day."""
        query = (
            "SELECT 1 FROM audit WHERE kind = ? AND subject = ? AND substr(at, 1, 10) = ? "
            "AND json_extract(what, '$.action') = ?"
        )
        key = (event.kind, event.subject, event.at.isoformat()[:10], event.what["action"])
        if self._fetch_one(query, key):
            return
        self.add(event)

    def records(
        self,
        *,
        last: int | None = None,
        before: int | None = None,
        kind: str | None = None,
        subject: str | None = None,
    ) -> Iterator[AuditRecord]:
        """Yield each record, the oldest first: of a kind, about a subject, `before` a position,
        where given; of those only the `last` ones.

        Raises DamagedRecord at a row that does not read as a record.
        """
        given = {"position < ?": before, "kind = ?": kind, "subject = ?": subject}
        asked = {condition: value for condition, value in given.items() if value is not None}
        where = f"WHERE {' AND '.join(asked)}" if asked else ""
        values = list(asked.values())
        if last is not None:
            newest = f"SELECT position FROM audit {where} ORDER BY position DESC LIMIT ?"  # noqa: S608
            where, values = f"WHERE position IN ({newest})", [*values, last]
        with plain_errors(self.path):
            for row in self._db.conn.execute(
                f"SELECT {COLUMNS} FROM audit {where} ORDER BY position",  # noqa: S608
                values,
            ):
                yield self._record(row)

    def latest_time(self, *, since: int = 0, until: datetime | None = None) -> datetime | None:
        """Return the latest time of any record from a position on, not after `until` where given.

        None where there is none. Raises DamagedRecord where it is not a time.
        """
        most = until.astimezone(UTC).isoformat() if until else "A"
        # The sign keeps SQLite from going through all positions: the index has the times.
        row = self._fetch_one(
            "SELECT at, position FROM audit WHERE +position >= ? AND at <= ? "
            "ORDER BY at DESC LIMIT 1",
            (since, most),
        )
        try:
            return datetime.fromisoformat(row[0]) if row else None
        except ValueError as error:
            raise DamagedRecord(self.path, row[1]) from error

    def head(self) -> str:
        """Return the hash of the newest record: note it down elsewhere, to verify against later."""
        with plain_errors(self.path):
            return head_of(self._db)

    def verify(self, *, head: str = "", task: Task | None = None) -> AuditProblem | None:
        """Yield the first problem of the chain, None where it is sound. See `model.audit.verify`.

        Each record is a step of the task.
        """
        count = 0

        def counted() -> Iterator[AuditRecord]:
            nonlocal count
            for record in self.records():
                count += 1
                if task:
                    task.advance()
                yield record

        with read_transaction(self._db):
            try:
                problem = find_audit_problem(counted(), head=head)
                given_out = _given_out(self._db)
            except DamagedRecord as error:
                return AuditProblem(error.position, "this record was edited")
        if count < given_out and not (problem and problem.position <= count):
            return AuditProblem(count + 1, "records are missing at the end: deleted")
        if count > given_out and not problem:
            return AuditProblem(
                given_out + 1, "sqlite_sequence counts fewer records of table audit: edited"
            )
        return problem

    def _record(self, row: Row) -> AuditRecord:
        """Read a record; refuse one that says the same in other letters than we write."""
        position, kind, at, who, subject, what, previous, digest = row
        try:
            values = {
                key: tuple(value) if isinstance(value, list) else value
                for key, value in json.loads(what).items()
            }
            # A newer program may know kinds that this one does not; their hash tells all the same.
            event = AuditEvent(
                cast(AuditKind, kind), datetime.fromisoformat(at), who, values, subject
            )
            record = AuditRecord(position, event, previous, digest)
        except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise DamagedRecord(self.path, position) from error
        if _build_audit_row(record) != row:
            raise DamagedRecord(self.path, position)
        return record


def _build_audit_row(record: AuditRecord) -> Row:
    event = record.event
    return (
        record.position,
        event.kind,
        event.at.isoformat(),
        event.who,
        event.subject,
        canonical(event.what),
        record.previous,
        record.sha256,
    )


def _given_out(db: Database) -> int:
    """Return the highest position that was ever given out."""
    row = db.conn.execute("SELECT seq FROM sqlite_sequence WHERE name = 'audit'").fetchone()
    return int(row[0]) if row else 0
