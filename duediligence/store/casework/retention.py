"""Takes out of `casework.db` what is over its time, all in one transaction, on record."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime

from sqlite_utils import Database

from duediligence.errors import StorageError
from duediligence.model import Dossier
from duediligence.model.casework.audit import AuditEvent, AuditValue
from duediligence.store.casework.audit import append
from duediligence.store.casework.removing import delete, forget, lessen, referring, unused
from duediligence.store.database import Repository, plain_errors, writing
from duediligence.store.records import decode
from duediligence.store.runs.sealing import digest_of

# What stands in the place of a digest's text; a message is never empty.
NO_TEXT = "The text was removed, for its time was over."


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """What is over its time.

    `runs` are ids by rule. `findings` are keys (see `Finding.key`) and for each the one run that
    keeps it, empty for none; `findings_before` is when the other runs began at the latest.
    `protected` are hashes of contents that decisions need. Digests from before `digests_before`
    lose their text, and answers declared before `declared_before` go.
    """

    runs: Mapping[str, Collection[str]]
    findings: Mapping[tuple[str, ...], str]
    findings_before: datetime
    protected: Collection[str]
    digests_before: datetime
    declared_before: date


@dataclass(frozen=True, slots=True)
class Taken:
    """What went: runs by rule, findings and the runs that they stood in, contents, digests and
    declared answers.

    `sources` are hashes of the answers of registers that the runs still there refer to.
    """

    runs: Mapping[str, Sequence[str]]
    findings: int
    lessened: Sequence[str]
    contents: int
    digests: int
    declarations: int
    sources: frozenset[str]


class _Undone(Exception):
    """Ends a transaction without keeping anything of it."""


class RetentionStore(Repository):
    """What only retention may do. Raises StorageError from every method."""

    @contextmanager
    def transaction(self, *, dry_run: bool) -> Iterator[None]:
        """Work out and remove what is expired, all or nothing; `take` is called inside.

        A dry run does the same and keeps nothing of it, so that its counts are exact. Must not
        stand inside another transaction.
        """
        conn = self._db.conn
        with plain_errors(self.path):
            (secure,) = conn.execute("PRAGMA secure_delete").fetchone()
            # Checked as a whole at the end instead: for each row by itself it takes too long.
            conn.execute("PRAGMA foreign_keys = OFF")
            # What is removed must not be read from the file's free pages.
            conn.execute("PRAGMA secure_delete = ON").fetchone()
            try:
                with suppress(_Undone), writing(self._db):
                    yield
                    if dry_run:
                        raise _Undone
                # Else what was removed could still be read from the write-ahead log.
                conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                conn.execute("PRAGMA foreign_keys = ON")
                conn.execute(f"PRAGMA secure_delete = {secure}").fetchone()

    def take(self, over: Over, at: datetime) -> Taken:
        """Remove it, with an event in the audit chain for each rule that removed something.

        Only inside `transaction`.
        """
        db = self._db
        of_runs, of_contents = referring(db, "runs"), referring(db, "contents")
        for runs in over.runs.values():
            for table, column in (*of_runs, ("runs", "id")):
                delete(db, table, column, runs)
        findings, lessened = lessen(db, over.findings, over.findings_before)
        contents = delete(db, "contents", "sha256", unused(db, of_contents, over.protected))
        digests = db.conn.execute(
            """UPDATE digests SET text = ?1 WHERE text NOT IN ('', ?1) AND made_at < ?2
               AND message_key NOT IN (
                 SELECT message_key FROM deliveries WHERE state = 'queued')""",
            (NO_TEXT, over.digests_before.isoformat()),
        ).rowcount
        declarations = forget(db, over.declared_before)
        if broken := db.conn.execute("PRAGMA foreign_key_check").fetchall():
            raise StorageError(f"{self.path}: {len(broken)} rows would miss what they refer to")
        gone = {rule: sorted(runs) for rule, runs in over.runs.items() if runs}
        taken = Taken(gone, findings, lessened, contents, digests, declarations, _sources(db))
        for event in self._events(db, taken, at):
            append(db, event)
        return taken

    def _events(self, db: Database, taken: Taken, at: datetime) -> Iterable[AuditEvent]:
        for rule, runs in taken.runs.items():
            yield AuditEvent(
                "retention", at, self._who, {"removed": len(runs), "runs": tuple(runs)}, rule
            )
        if taken.findings:
            lessened = tuple(taken.lessened)
            what: dict[str, AuditValue] = {
                "removed": taken.findings,
                "runs": lessened,
                "sha256": tuple(digest_of(db, run_id) for run_id in lessened),
            }
            yield AuditEvent("retention", at, self._who, what, "cleared")
        if taken.contents and not (taken.runs or taken.findings):
            yield AuditEvent("retention", at, self._who, {"removed": taken.contents}, "cleared")
        if taken.digests:
            yield AuditEvent("retention", at, self._who, {"removed": taken.digests}, "digests")
        if taken.declarations:
            removed = {"removed": taken.declarations}
            yield AuditEvent("retention", at, self._who, removed, "declarations")


def _sources(db: Database) -> frozenset[str]:
    rows = db.conn.execute(
        "SELECT body FROM contents WHERE sha256 IN (SELECT sha256 FROM run_dossiers)"
    )
    return frozenset(source.sha256 for (body,) in rows for source in decode(Dossier, body).sources)
