"""What a console keeps beside the casework: who is signed in, jobs at work, tokens of the API.

It may be deleted: everybody signs in again, and tokens are made anew.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal, get_args

from sqlite_utils import Database, Migrations

from duediligence.model.audit import Role
from duediligence.store.database import connect, plain_errors, writing

JobState = Literal["waiting", "running", "done", "incomplete", "failed", "stopped", "lost"]
JOB_STATES: tuple[JobState, ...] = get_args(JobState)
Scope = Literal["match", "read", "write"]
SCOPES: tuple[Scope, ...] = get_args(Scope)

migrations = Migrations("console")


@migrations()
def create_tables(db: Database) -> None:
    states = ", ".join(f"'{state}'" for state in JOB_STATES)
    for statement in (
        "CREATE TABLE start_keys (sha256 TEXT PRIMARY KEY, ends TEXT NOT NULL) STRICT",
        """CREATE TABLE sessions (
            sha256 TEXT PRIMARY KEY, account TEXT NOT NULL, name TEXT NOT NULL, role TEXT,
            begun TEXT NOT NULL, seen TEXT NOT NULL, notice TEXT NOT NULL DEFAULT '') STRICT""",
        f"""CREATE TABLE jobs (
            id TEXT PRIMARY KEY, kind TEXT NOT NULL, title TEXT NOT NULL, account TEXT NOT NULL,
            asked TEXT NOT NULL, started TEXT, ended TEXT, state TEXT NOT NULL,
            step TEXT NOT NULL DEFAULT '', done INTEGER NOT NULL DEFAULT 0, total INTEGER,
            said TEXT NOT NULL DEFAULT '', link TEXT NOT NULL DEFAULT '',
            file TEXT NOT NULL DEFAULT '',
            CHECK (state IN ({states}))) STRICT""",
        """CREATE TABLE tokens (
            id TEXT PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
            account TEXT NOT NULL, scopes TEXT NOT NULL, made TEXT NOT NULL, expires TEXT NOT NULL,
            ended TEXT, used TEXT) STRICT""",
    ):
        db.conn.execute(statement)


@migrations()
def create_sign_ins(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE sign_ins (
            sha256 TEXT PRIMARY KEY, next TEXT NOT NULL, ends TEXT NOT NULL) STRICT"""
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody who is signed in: the account that the audit chain names, the name that is shown.

    `role` is None for a person whom nobody gave one. Times are UTC. `notice` is to be shown on the
    next page.
    """

    account: str
    name: str
    role: Role | None
    begun: datetime
    seen: datetime
    notice: str = ""


def fingerprint(secret: str) -> str:
    """What is kept of a secret: nobody who reads the file can use it."""
    return sha256(secret.encode()).hexdigest()


class ConsoleStore:
    """The repository of `console.db`. For one thread only. Every method raises StorageError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = connect(path, migrations)

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> "ConsoleStore":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _writing(self) -> Iterator[Database]:
        with plain_errors(self.path), writing(self._db) as db:
            yield db

    def add_start_key(self, key: str, ends: datetime) -> None:
        """Let whoever brings the key sign in, once, until then."""
        with self._writing() as db:
            db.conn.execute(
                "INSERT INTO start_keys VALUES (?, ?)", (fingerprint(key), ends.isoformat())
            )

    def use_start_key(self, key: str, now: datetime) -> bool:
        """Whether the key lets somebody sign in now; it never does again."""
        with self._writing() as db:
            db.conn.execute("DELETE FROM start_keys WHERE ends < ?", (now.isoformat(),))
            used = db.conn.execute("DELETE FROM start_keys WHERE sha256 = ?", (fingerprint(key),))
            return used.rowcount == 1

    def add_sign_in(self, secret: str, next_: str, ends: datetime, now: datetime) -> None:
        """Note that the browser with this secret began to sign in, and where it wanted to go.

        It must come back before `ends`. Those that never did are forgotten.
        """
        with self._writing() as db:
            db.conn.execute("DELETE FROM sign_ins WHERE ends < ?", (now.isoformat(),))
            row = (fingerprint(secret), next_, ends.isoformat())
            db.conn.execute("INSERT INTO sign_ins VALUES (?, ?, ?)", row)

    def use_sign_in(self, secret: str, now: datetime) -> str | None:
        """Where the browser wanted to go, None where it did not begin here; once only."""
        with self._writing() as db:
            row = db.conn.execute(
                "DELETE FROM sign_ins WHERE sha256 = ? AND ends >= ? RETURNING next",
                (fingerprint(secret), now.isoformat()),
            ).fetchone()
        return str(row[0]) if row else None

    def end_all(self) -> None:
        """Sign everybody out."""
        with self._writing() as db:
            db.conn.execute("DELETE FROM sessions")

    def begin(self, secret: str, session: Session) -> None:
        """Sign somebody in under a new secret; sessions that are long over are forgotten."""
        with self._writing() as db:
            db.conn.execute(
                "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    fingerprint(secret),
                    session.account,
                    session.name,
                    session.role,
                    session.begun.isoformat(),
                    session.seen.isoformat(),
                    session.notice,
                ),
            )

    def session(self, secret: str) -> Session | None:
        """Who is signed in under the secret, however long ago."""
        with plain_errors(self.path):
            row = self._db.conn.execute(
                "SELECT account, name, role, begun, seen, notice FROM sessions WHERE sha256 = ?",
                (fingerprint(secret),),
            ).fetchone()
        if row is None:
            return None
        account, name, role, begun, seen, notice = row
        return Session(
            account=account,
            name=name,
            role=role,
            begun=datetime.fromisoformat(begun),
            seen=datetime.fromisoformat(seen),
            notice=notice,
        )

    def saw(self, secret: str, at: datetime) -> None:
        """Note that the session was used."""
        self._change(secret, "seen", at.isoformat())

    def notice(self, secret: str, text: str) -> None:
        """Keep a text for the next page of the session; empty: it was shown."""
        self._change(secret, "notice", text)

    def _change(self, secret: str, column: str, value: str) -> None:
        with self._writing() as db:
            db.conn.execute(
                f"UPDATE sessions SET {column} = ? WHERE sha256 = ?",  # noqa: S608
                (value, fingerprint(secret)),
            )

    def end(self, secret: str) -> None:
        """Sign out."""
        with self._writing() as db:
            db.conn.execute("DELETE FROM sessions WHERE sha256 = ?", (fingerprint(secret),))

    def end_before(self, seen: datetime, begun: datetime) -> None:
        """Forget sessions that were last used, or begun, before then."""
        with self._writing() as db:
            db.conn.execute(
                "DELETE FROM sessions WHERE seen < ? OR begun < ?",
                (seen.isoformat(), begun.isoformat()),
            )
