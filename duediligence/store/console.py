"""What a console keeps beside the casework: who is signed in, jobs at work, tokens of the API.

It may be deleted: everybody signs in again, and tokens are made anew.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, get_args

from sqlite_utils import Database

from duediligence.model.audit import Role
from duediligence.progress import Unit
from duediligence.store.database import DatabaseFile, connect, define_tables, plain_errors, writing
from duediligence.text.dates import is_ahead

JobState = Literal["waiting", "running", "done", "incomplete", "failed", "stopped", "lost"]
JOB_STATES: tuple[JobState, ...] = get_args(JobState)
Scope = Literal["match", "read", "write"]
TokenState = Literal["active", "expired", "ended"]
SCOPES: tuple[Scope, ...] = get_args(Scope)

_STATES = ", ".join(f"'{state}'" for state in JOB_STATES)

migrations = define_tables(
    "console",
    "CREATE TABLE start_keys (sha256 TEXT PRIMARY KEY, ends TEXT NOT NULL) STRICT",
    """CREATE TABLE sessions (
            sha256 TEXT PRIMARY KEY, account TEXT NOT NULL, name TEXT NOT NULL, role TEXT,
            begun TEXT NOT NULL, seen TEXT NOT NULL, notice TEXT NOT NULL DEFAULT '') STRICT""",
    f"""CREATE TABLE jobs (
            id TEXT PRIMARY KEY, kind TEXT NOT NULL, title TEXT NOT NULL, account TEXT NOT NULL,
            asked TEXT NOT NULL, started TEXT, ended TEXT, state TEXT NOT NULL,
            step TEXT NOT NULL DEFAULT '', done INTEGER NOT NULL DEFAULT 0, total INTEGER,
            said TEXT NOT NULL DEFAULT '', link TEXT NOT NULL DEFAULT '',
            file TEXT NOT NULL DEFAULT '', unit TEXT NOT NULL DEFAULT '',
            CHECK (state IN ({_STATES}))) STRICT""",
    """CREATE TABLE tokens (
            id TEXT PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
            account TEXT NOT NULL, scopes TEXT NOT NULL, made TEXT NOT NULL, expires TEXT NOT NULL,
            ended TEXT, used TEXT, role TEXT, role_at TEXT) STRICT""",
    """CREATE TABLE sign_ins (
            sha256 TEXT PRIMARY KEY, next TEXT NOT NULL, ends TEXT NOT NULL) STRICT""",
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


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRecord:
    """A piece of work that a person asked for, and how far it is. Times are UTC.

    `step` is what is being done, `done` of `total` steps of it (None where that is not known);
    their `unit` is as in `progress`. `said` is what came of it, in words; while it runs, what of
    it is kept whatever becomes of the rest. `link` leads to the result; `file` is the name of a
    file that it made.
    """

    id: str
    kind: str
    title: str
    account: str
    asked: datetime
    started: datetime | None = None
    ended: datetime | None = None
    state: JobState = "waiting"
    step: str = ""
    done: int = 0
    total: int | None = None
    unit: Unit = ""
    said: str = ""
    link: str = ""
    file: str = ""


_JOB = (
    "SELECT id, kind, title, account, asked, started, ended, state, step, done, total, unit, said, "
    "link, file FROM jobs"
)


def _parse_job_row(row: tuple[Any, ...]) -> JobRecord:
    id_, kind, title, account, asked, started, ended, state, step, done, total, unit, *rest = row
    said, link, file = rest
    return JobRecord(
        id=id_,
        kind=kind,
        title=title,
        account=account,
        asked=datetime.fromisoformat(asked),
        started=datetime.fromisoformat(started) if started else None,
        ended=datetime.fromisoformat(ended) if ended else None,
        state=state,
        step=step,
        done=done,
        total=total,
        unit=unit,
        said=said,
        link=link,
        file=file,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRecord:
    """What lets a program act for an account, within its scopes. Times are UTC.

    `name` says what it is for. `role` is what sign-in last said of the person who made it for
    themself, at `role_at`; None where it said nothing: then the setting `users` decides.
    """

    id: str
    name: str
    account: str
    scopes: tuple[Scope, ...]
    role: Role | None = None
    made: datetime
    expires: datetime
    ended: datetime | None = None
    used: datetime | None = None
    role_at: datetime | None = None

    def state(self, now: datetime) -> TokenState:
        """Return whether it can be used, in a word."""
        if self.ended is not None:
            return "ended"
        # One that is made in the future was made before the clock was set back.
        return "active" if now < self.expires and not is_ahead(self.made, now) else "expired"


_TOKENS = "SELECT id, name, account, scopes, role, made, expires, ended, used, role_at FROM tokens"


def _parse_token_row(row: tuple[Any, ...]) -> TokenRecord:
    id_, name, account, scopes, role, *times = row
    made, expires, ended, used, role_at = (
        datetime.fromisoformat(at) if at else None for at in times
    )
    assert made
    assert expires
    return TokenRecord(
        id=id_,
        name=name,
        account=account,
        scopes=tuple(scope for scope in SCOPES if scope in scopes.split()),
        role=role,
        made=made,
        expires=expires,
        ended=ended,
        used=used,
        role_at=role_at or made,
    )


def hash_secret(secret: str) -> str:
    """Return what is kept of a secret: nobody who reads the file can use it."""
    return sha256(secret.encode()).hexdigest()


class ConsoleStore(DatabaseFile):
    """The repository of `console.db`. For one thread only. Every method raises StorageError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = connect(path, migrations)

    @contextmanager
    def _writing(self) -> Iterator[Database]:
        with plain_errors(self.path), writing(self._db) as db:
            yield db

    def add_start_key(self, key: str, ends: datetime) -> None:
        """Let whoever brings the key sign in, once, until then."""
        with self._writing() as db:
            db.conn.execute(
                "INSERT INTO start_keys VALUES (?, ?)", (hash_secret(key), ends.isoformat())
            )

    def has_start_key(self, key: str, now: datetime) -> bool:
        """Return whether the key would let somebody sign in now."""
        ended = "SELECT 1 FROM start_keys WHERE sha256 = ? AND ends >= ?"
        row = self._db.conn.execute(ended, (hash_secret(key), now.isoformat())).fetchone()
        return row is not None

    def use_start_key(self, key: str, now: datetime) -> bool:
        """Return whether the key lets somebody sign in now; it never does again."""
        with self._writing() as db:
            db.conn.execute("DELETE FROM start_keys WHERE ends < ?", (now.isoformat(),))
            used = db.conn.execute("DELETE FROM start_keys WHERE sha256 = ?", (hash_secret(key),))
            return used.rowcount == 1

    def add_sign_in(self, secret: str, next_: str, ends: datetime, now: datetime) -> None:
        """Note that the browser with this secret began to sign in, and where it wanted to go.

        It must come back before `ends`. Those that never did are forgotten.
        """
        with self._writing() as db:
            db.conn.execute("DELETE FROM sign_ins WHERE ends < ?", (now.isoformat(),))
            row = (hash_secret(secret), next_, ends.isoformat())
            db.conn.execute("INSERT INTO sign_ins VALUES (?, ?, ?)", row)

    def use_sign_in(self, secret: str, now: datetime) -> str | None:
        """Return where the browser wanted to go, None where it did not begin here; once only."""
        with self._writing() as db:
            row = db.conn.execute(
                "DELETE FROM sign_ins WHERE sha256 = ? AND ends >= ? RETURNING next",
                (hash_secret(secret), now.isoformat()),
            ).fetchone()
        return str(row[0]) if row else None

    def end_all(self) -> None:
        """Sign everybody out, and let no key sign anybody in."""
        with self._writing() as db:
            db.conn.execute("DELETE FROM start_keys")
            db.conn.execute("DELETE FROM sessions")

    def begin(self, secret: str, session: Session) -> None:
        """Sign somebody in under a new secret. The role that they have now counts in their other
        sessions, and in their tokens that have one from signing in.
        """
        with self._writing() as db:
            now = (session.role, session.begun.isoformat(), session.account)
            db.conn.execute(
                "UPDATE tokens SET role = ?, role_at = ? WHERE account = ? AND role IS NOT NULL",
                now,
            )
            db.conn.execute("UPDATE sessions SET role = ? WHERE account = ?", now[::2])
            db.conn.execute(
                "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    hash_secret(secret),
                    session.account,
                    session.name,
                    session.role,
                    session.begun.isoformat(),
                    session.seen.isoformat(),
                    session.notice,
                ),
            )

    def session(self, secret: str) -> Session | None:
        """Return who is signed in under the secret, however long ago."""
        row = self._fetch_one(
            "SELECT account, name, role, begun, seen, notice FROM sessions WHERE sha256 = ?",
            (hash_secret(secret),),
        )
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
                (value, hash_secret(secret)),
            )

    def end(self, secret: str) -> None:
        """Sign out."""
        with self._writing() as db:
            db.conn.execute("DELETE FROM sessions WHERE sha256 = ?", (hash_secret(secret),))

    def end_before(self, seen: datetime, begun: datetime) -> None:
        """Forget sessions that were last used, or begun, before then."""
        with self._writing() as db:
            db.conn.execute(
                "DELETE FROM sessions WHERE seen < ? OR begun < ?",
                (seen.isoformat(), begun.isoformat()),
            )

    def add_job(self, job: JobRecord) -> None:
        """Keep a job that waits for its turn."""
        with self._writing() as db:
            db.conn.execute(
                "INSERT INTO jobs (id, kind, title, account, asked, state) "
                "VALUES (?, ?, ?, ?, ?, 'waiting')",
                (job.id, job.kind, job.title, job.account, job.asked.isoformat()),
            )

    def begin_job(self, job_id: str, at: datetime) -> None:
        """Record that a job runs."""
        with self._writing() as db:
            db.conn.execute(
                "UPDATE jobs SET state = 'running', started = ? WHERE id = ?",
                (at.isoformat(), job_id),
            )

    def step_job(
        self, job_id: str, step: str, done: int, total: int | None, unit: Unit, kept: str
    ) -> None:
        """Record how far a job that runs is; `kept` is what is kept of it by now, in words."""
        with self._writing() as db:
            db.conn.execute(
                "UPDATE jobs SET step = ?, done = ?, total = ?, unit = ?, said = ? "
                "WHERE id = ? AND state = 'running'",
                (step, done, total, unit, kept, job_id),
            )

    def end_job(
        self,
        job_id: str,
        state: JobState,
        at: datetime,
        said: str,
        *,
        link: str = "",
        file: str = "",
    ) -> None:
        """Record how a job ended, unless that is recorded already."""
        with self._writing() as db:
            db.conn.execute(
                "UPDATE jobs SET state = ?, ended = ?, said = ?, link = ?, file = ? "
                "WHERE id = ? AND ended IS NULL",
                (state, at.isoformat(), said, link, file, job_id),
            )

    def job(self, job_id: str) -> JobRecord | None:
        """Return the job of that id; None where there is none."""
        row = self._fetch_one(f"{_JOB} WHERE id = ?", (job_id,))
        return _parse_job_row(row) if row else None

    def jobs(
        self, states: Collection[JobState] = JOB_STATES, *, before: str = "", most: int
    ) -> list[JobRecord]:
        """Return jobs in these states, the newest first: `most` of them, after the job with the id
        `before` where one is given. None follow one that is not kept any more.
        """
        marks = ", ".join("?" for _ in states)
        after = "AND rowid < (SELECT rowid FROM jobs WHERE id = ?)" if before else ""
        rows = self._fetch_all(
            f"{_JOB} WHERE state IN ({marks}) {after} ORDER BY rowid DESC LIMIT ?",
            (*states, *([before] if before else ()), most),
        )
        return [_parse_job_row(row) for row in rows]

    def forget_jobs(self, ended: datetime) -> None:
        """Forget jobs that ended before then."""
        with self._writing() as db:
            db.conn.execute("DELETE FROM jobs WHERE ended < ?", (ended.isoformat(),))

    def add_token(self, secret: str, token: TokenRecord) -> None:
        """Keep a token under its secret, of which only the hash is kept."""
        with self._writing() as db:
            db.conn.execute(
                "INSERT INTO tokens (id, sha256, name, account, scopes, role, made, expires) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    token.id,
                    hash_secret(secret),
                    token.name,
                    token.account,
                    " ".join(token.scopes),
                    token.role,
                    token.made.isoformat(),
                    token.expires.isoformat(),
                ),
            )

    def token_of_secret(self, secret: str) -> TokenRecord | None:
        """Return the token with that secret, ended and expired ones too; None where there is
        none.
        """
        return self._one_token("sha256", hash_secret(secret))

    def token(self, token_id: str) -> TokenRecord | None:
        """Return the token of that id; None where there is none."""
        return self._one_token("id", token_id)

    def tokens(self) -> list[TokenRecord]:
        """Return every token, the newest first."""
        rows = self._fetch_all(f"{_TOKENS} ORDER BY rowid DESC")
        return [_parse_token_row(row) for row in rows]

    def end_token(self, token_id: str, at: datetime) -> None:
        """Let nobody use the token any more."""
        with self._writing() as db:
            db.conn.execute(
                "UPDATE tokens SET ended = ? WHERE id = ? AND ended IS NULL",
                (at.isoformat(), token_id),
            )

    def used_token(self, token_id: str, at: datetime) -> None:
        """Note that the token was used."""
        with self._writing() as db:
            db.conn.execute("UPDATE tokens SET used = ? WHERE id = ?", (at.isoformat(), token_id))

    def _one_token(self, column: str, value: str) -> TokenRecord | None:
        row = self._fetch_one(f"{_TOKENS} WHERE {column} = ?", (value,))
        return _parse_token_row(row) if row else None
