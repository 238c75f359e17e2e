"""Takes out of `casework.db` what is over its time, all in one transaction, on record."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec
from sqlite_utils import Database

from duediligence.errors import StorageError
from duediligence.model.casework.audit import AuditEvent, AuditValue
from duediligence.store.casework.audit import UNKNOWN, append
from duediligence.store.casework.schema import migrations
from duediligence.store.database import connect, plain_errors, writing
from duediligence.store.runs.sealing import digest_of

# What stands in the place of a digest's text; a message is never empty.
NO_TEXT = "The text was removed, for its time was over."


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """What is over its time.

    `runs` are ids by rule. `findings` are keys (see `Finding.key`) and for each the one run that
    keeps it, empty for none; `findings_before` is when the other runs began at the latest.
    `protected` are hashes of contents that decisions need; `decisions` is how many decisions there
    were when all this was worked out. Digests from before `digests_before` lose their text.
    """

    runs: Mapping[str, Collection[str]]
    findings: Mapping[tuple[str, ...], str]
    findings_before: datetime
    protected: Collection[str]
    decisions: int
    digests_before: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """What went: runs by rule, findings and the runs that they stood in, contents and digests.

    `sources` are hashes of the answers of registers that the runs still there refer to.
    """

    runs: Mapping[str, Sequence[str]]
    findings: int
    lessened: Sequence[str]
    contents: int
    digests: int
    sources: frozenset[str]


class _Source(msgspec.Struct):
    sha256: str


class _Sources(msgspec.Struct):
    sources: list[_Source]


class _Undone(Exception):
    """Ends a transaction without keeping anything of it but what it came to."""

    def __init__(self, taken: Taken) -> None:
        self.taken = taken


class RetentionStore:
    """What only retention may do. Raises StorageError from every method.

    `who` is the account that the audit chain names.
    """

    def __init__(self, path: Path, *, who: str = UNKNOWN) -> None:
        self.path = path
        self._who = who
        self._db = connect(path, migrations)
        # Checked as a whole at the end instead: for each row by itself it takes too long.
        self._db.conn.execute("PRAGMA foreign_keys = OFF")
        # What is removed must not be read from the file's free pages.
        self._db.conn.execute("PRAGMA secure_delete = ON")

    def take(self, over: Over, at: datetime, *, dry_run: bool) -> Taken:
        """Remove it, with an event in the audit chain for each rule that removed something.

        A dry run does the same and keeps nothing of it, so that it counts truly. Raises
        StorageError where somebody decided meanwhile; then nothing is removed.
        """
        try:
            with writing(self._db) as db:
                taken = self._take(db, over, at)
                _end(taken, dry_run=dry_run)
        except _Undone as undone:
            return undone.taken
        with plain_errors(self.path):
            # Else what was removed could still be read from the write-ahead log.
            self._db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return taken

    def _take(self, db: Database, over: Over, at: datetime) -> Taken:
        (decisions,) = db.conn.execute("SELECT count(*) FROM decisions").fetchone()
        if decisions != over.decisions:
            raise StorageError(
                "somebody decided while this was worked out; nothing was removed",
                hint="Run it again.",
            )
        of_runs, of_contents = _referring(db, "runs"), _referring(db, "contents")
        for runs in over.runs.values():
            for table, column in (*of_runs, ("runs", "id")):
                _delete(db, table, column, runs)
        findings, lessened = _lessen(db, over)
        contents = _delete(db, "contents", "sha256", _unused(db, of_contents, over.protected))
        digests = db.conn.execute(
            """UPDATE digests SET text = ?1 WHERE text NOT IN ('', ?1) AND made_at < ?2
               AND message_key NOT IN (
                 SELECT message_key FROM deliveries WHERE state = 'queued')""",
            (NO_TEXT, over.digests_before.isoformat()),
        ).rowcount
        if broken := db.conn.execute("PRAGMA foreign_key_check").fetchall():
            raise StorageError(f"{self.path}: {len(broken)} rows would miss what they refer to")
        gone = {rule: sorted(runs) for rule, runs in over.runs.items() if runs}
        taken = Taken(gone, findings, lessened, contents, digests, _sources(db))
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

    def close(self) -> None:
        self._db.close()


def _end(taken: Taken, *, dry_run: bool) -> None:
    if dry_run:
        raise _Undone(taken)


def _referring(db: Database, parent: str) -> list[tuple[str, str]]:
    """Every table and its column that refers to this one, whatever tables there come to be."""
    tables = db.conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return [
        (name, row[3])
        for (name,) in tables
        for row in db.conn.execute("SELECT * FROM pragma_foreign_key_list(?)", (name,))
        if row[2] == parent
    ]


def _delete(db: Database, table: str, column: str, values: Iterable[str]) -> int:
    before = db.conn.total_changes
    db.conn.executemany(
        f"DELETE FROM {table} WHERE {column} = ?",  # noqa: S608
        ((value,) for value in values),
    )
    return db.conn.total_changes - before


def _lessen(db: Database, over: Over) -> tuple[int, list[str]]:
    findings, lessened = 0, set()
    for key, kept in over.findings.items():
        rows = db.conn.execute(
            """SELECT run_id, position, supplier_ref, entry_sha256 FROM findings
               JOIN runs ON runs.id = run_id WHERE key = ? AND run_id != ? AND started_at < ?""",
            ("\x1f".join(key), kept, over.findings_before.isoformat()),
        ).fetchall()
        for run_id, position, ref, entry in rows:
            db.conn.execute(
                "DELETE FROM findings WHERE run_id = ? AND position = ?", (run_id, position)
            )
            db.conn.execute(
                """DELETE FROM run_entries WHERE run_id = ? AND ref = ? AND sha256 = ?
                   AND sha256 NOT IN (SELECT entry_sha256 FROM findings WHERE run_id = ?
                     AND supplier_ref = ? AND entry_sha256 IS NOT NULL)""",
                (run_id, ref, entry, run_id, ref),
            )
            # What the answers stood beside is no longer whole.
            db.conn.execute(
                "DELETE FROM run_declarations WHERE run_id = ? AND ref = ?", (run_id, ref)
            )
        findings += len(rows)
        lessened |= {run_id for run_id, *_ in rows}
    return findings, sorted(lessened)


def _unused(db: Database, of_contents: list[tuple[str, str]], kept: Collection[str]) -> set[str]:
    every = {digest for (digest,) in db.conn.execute("SELECT sha256 FROM contents")}
    for table, column in of_contents:
        every -= {d for (d,) in db.conn.execute(f"SELECT {column} FROM {table}")}  # noqa: S608
    return every - set(kept)


def _sources(db: Database) -> frozenset[str]:
    decoder = msgspec.json.Decoder(_Sources)
    rows = db.conn.execute(
        "SELECT body FROM contents WHERE sha256 IN (SELECT sha256 FROM run_dossiers)"
    )
    return frozenset(source.sha256 for (body,) in rows for source in decoder.decode(body).sources)
