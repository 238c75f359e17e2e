"""What the scheduler did: a row for each attempt at a job, and when records were seen to change."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from duediligence.store.database import (
    DatabaseFile,
    connect,
    define_tables,
    writing,
)

Result = Literal["started", "done", "incomplete", "failed", "interrupted"]

migrations = define_tables(
    "schedule",
    """CREATE TABLE attempts (
            id INTEGER PRIMARY KEY AUTOINCREMENT, job TEXT NOT NULL, due TEXT NOT NULL,
            started TEXT NOT NULL, ended TEXT, result TEXT NOT NULL, detail TEXT NOT NULL,
            CHECK (result IN ('started', 'done', 'incomplete', 'failed', 'interrupted')),
            CHECK ((ended IS NULL) = (result = 'started'))) STRICT""",
    "CREATE INDEX attempts_job ON attempts (job, result)",
    "CREATE TABLE jobs (name TEXT PRIMARY KEY, since TEXT NOT NULL) STRICT",
    """CREATE TABLE dossiers (
            ref TEXT PRIMARY KEY, sha256 TEXT NOT NULL, changed_at TEXT NOT NULL) STRICT""",
    "CREATE TABLE streams (name TEXT PRIMARY KEY, timepoint INTEGER NOT NULL) STRICT",
    "CREATE TABLE announced (ref TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt at a job that was `due` at that regular time. Times are UTC.

    `ended` is None while it runs, and stays so where the process was killed, until somebody
    notices. `detail` says what was done or why it failed.
    """

    job: str
    due: datetime
    started: datetime
    ended: datetime | None
    result: Result
    detail: str


class ScheduleStore(DatabaseFile):
    """The repository of attempts. Raises StorageError from every method."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = connect(path, migrations)

    def begin(self, job: str, due: datetime, at: datetime) -> int:
        """Record that an attempt starts; returns its number."""
        with writing(self._db) as db:
            row = db.conn.execute(
                "INSERT INTO attempts (job, due, started, result, detail) "
                "VALUES (?, ?, ?, 'started', '') RETURNING id",
                (job, due.isoformat(), at.isoformat()),
            ).fetchone()
        return int(row[0])

    def end(self, attempt: int, result: Result, detail: str, at: datetime) -> None:
        """Record how an attempt ended."""
        with writing(self._db) as db:
            db.conn.execute(
                "UPDATE attempts SET result = ?, detail = ?, ended = ? WHERE id = ?",
                (result, detail, at.isoformat(), attempt),
            )

    def close_open(self, detail: str, at: datetime) -> None:
        """Mark as interrupted what was left open. Only for who knows that nothing is running."""
        with writing(self._db) as db:
            db.conn.execute(
                "UPDATE attempts SET result = 'interrupted', detail = ?, ended = ? "
                "WHERE result = 'started'",
                (detail, at.isoformat()),
            )

    def note_first_seen(self, jobs: Iterable[str], at: datetime) -> None:
        """Record when each job was first seen: what was due before that was not missed."""
        with writing(self._db) as db:
            # The earlier of two, for a clock that ran ahead must not put a job off for long.
            db.conn.executemany(
                "INSERT INTO jobs VALUES (?, ?) "
                "ON CONFLICT DO UPDATE SET since = min(since, excluded.since)",
                [(job, at.isoformat()) for job in jobs],
            )

    def forget(self, jobs: Iterable[str]) -> None:
        """Forget when jobs were first seen that are gone, or are due at other times from now on."""
        with writing(self._db) as db:
            db.conn.executemany("DELETE FROM jobs WHERE name = ?", [(job,) for job in jobs])

    def since(self) -> Mapping[str, datetime]:
        """Return when each job was first seen, by name."""
        rows = self._fetch_all("SELECT name, since FROM jobs")
        return {name: datetime.fromisoformat(since) for name, since in rows}

    def attempts(self, job: str) -> list[Attempt]:
        """Return the attempts since the last that was done, that one first, the newest last."""
        return self._read(
            "WHERE job = ? AND id >= coalesce("
            "(SELECT max(id) FROM attempts WHERE job = ? AND result IN ('done', 'incomplete')), 0) "
            "ORDER BY id",
            (job, job),
        )

    def running(self) -> list[str]:
        """Return the jobs with an attempt that is open: where a scheduler is running, it is at
        them.
        """
        rows = self._fetch_all(
            "SELECT DISTINCT job FROM attempts WHERE result = 'started' ORDER BY job"
        )
        return [job for (job,) in rows]

    def dossiers(self) -> Mapping[str, str]:
        """Return what stands of each supplier, by ref."""
        return dict(self._fetch_all("SELECT ref, sha256 FROM dossiers"))

    def keep_dossiers(
        self, hashes: Mapping[str, str], at: datetime, *, same: Collection[str] = ()
    ) -> int:
        """Keep what stands of each supplier, by ref; those not named keep what they had.

        `same` are those that have not changed, though their hash has. Returns how many have
        changed, or are new.
        """
        with writing(self._db) as db:
            known = dict(db.conn.execute("SELECT ref, sha256 FROM dossiers").fetchall())
            changed = [
                (ref, digest, at.isoformat())
                for ref, digest in hashes.items()
                if known.get(ref) != digest and ref not in same
            ]
            db.conn.executemany(
                "UPDATE dossiers SET sha256 = ? WHERE ref = ?", [(hashes[ref], ref) for ref in same]
            )
            db.conn.executemany("INSERT OR REPLACE INTO dossiers VALUES (?, ?, ?)", changed)
        return len(changed)

    def forget_dossiers_but(self, refs: Iterable[str]) -> None:
        """Forget suppliers that are no more."""
        kept = set(refs)
        with writing(self._db) as db:
            for table in ("dossiers", "announced"):
                known = db.conn.execute(f"SELECT ref FROM {table}").fetchall()  # noqa: S608
                db.conn.executemany(
                    f"DELETE FROM {table} WHERE ref = ?",  # noqa: S608
                    [row for row in known if row[0] not in kept],
                )

    def dossiers_changed(self) -> Mapping[str, datetime]:
        """Return when the dossier of each supplier was last seen to change, by ref."""
        rows = self._fetch_all("SELECT ref, changed_at FROM dossiers")
        return {ref: datetime.fromisoformat(at) for ref, at in rows}

    def timepoints(self) -> Mapping[str, int]:
        """Return the last event that was read of each stream, by name."""
        return dict(self._fetch_all("SELECT name, timepoint FROM streams"))

    def keep_stream(
        self, name: str, timepoint: int | None, refs: Iterable[str], at: datetime
    ) -> None:
        """Keep how far a stream was read, None to begin again, and which suppliers it announced."""
        with writing(self._db) as db:
            db.conn.execute("DELETE FROM streams WHERE name = ?", (name,))
            if timepoint is not None:
                db.conn.execute("INSERT INTO streams VALUES (?, ?)", (name, timepoint))
            db.conn.executemany(
                "INSERT OR REPLACE INTO announced VALUES (?, ?)",
                [(ref, at.isoformat()) for ref in refs],
            )

    def announced(self) -> Mapping[str, datetime]:
        """Return when a stream last said that the record of a supplier changed, by ref."""
        rows = self._fetch_all("SELECT ref, at FROM announced")
        return {ref: datetime.fromisoformat(at) for ref, at in rows}

    def _read(self, where: str, values: tuple[Any, ...]) -> list[Attempt]:
        rows = self._fetch_all(
            f"SELECT job, due, started, ended, result, detail FROM attempts {where}",  # noqa: S608
            values,
        )
        return [
            Attempt(
                job=job,
                due=datetime.fromisoformat(due),
                started=datetime.fromisoformat(started),
                ended=datetime.fromisoformat(ended) if ended else None,
                result=result,
                detail=detail,
            )
            for job, due, started, ended, result, detail in rows
        ]
