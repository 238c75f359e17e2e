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


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a program shows: made by the person of that account, for these scopes."""

    id: str
    name: str
    account: str
    scopes: tuple[Scope, ...]


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

    def token_for(self, secret: str, now: datetime) -> Token | None:
        """The token with that secret; None where it is unknown, has expired or was ended."""
        with plain_errors(self.path):
            row = self._db.conn.execute(
                "SELECT id, name, account, scopes FROM tokens "
                "WHERE sha256 = ? AND ended IS NULL AND expires > ?",
                (fingerprint(secret), now.isoformat()),
            ).fetchone()
        if row is None:
            return None
        id_, name, account, scopes = row
        known = tuple(scope for scope in SCOPES if scope in scopes.split(","))
        return Token(id=id_, name=name, account=account, scopes=known)
