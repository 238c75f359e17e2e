"""One connection to `casework.db`, and one transaction for what belongs together."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from sqlite_utils import Migrations

from duediligence.permissions import create
from duediligence.store.casework.alerts import AlertStore
from duediligence.store.casework.assignments import AssignmentStore
from duediligence.store.casework.attachments import AttachmentStore
from duediligence.store.casework.audit import UNKNOWN, AuditStore, append
from duediligence.store.casework.checks import CheckStore
from duediligence.store.casework.decisions import CommentStore, DecisionStore, PartedEntryStore
from duediligence.store.casework.envelopes import count_owned_rows
from duediligence.store.casework.networks import NetworkStore
from duediligence.store.casework.runs import CoverageStore, RunStore
from duediligence.store.casework.schema import migrations
from duediligence.store.casework.screened import ScreenedStore
from duediligence.store.casework.supplier_changes import SupplierChangeStore
from duediligence.store.casework.supplier_information import SupplierInformationStore
from duediligence.store.casework.suppliers import (
    DeclarationStore,
    LinkStore,
    SupplierRefStore,
    SupplierStore,
)
from duediligence.store.database import (
    Connection,
    DatabaseFile,
    Repository,
    connect,
    identify_file,
    plain_errors,
    read_transaction,
    writing,
)

if TYPE_CHECKING:
    from duediligence.store.casework.erasure import ErasureStore
    from duediligence.store.casework.integrity import IntegrityStore
    from duediligence.store.casework.letters import LetterStore
    from duediligence.store.casework.outbox import OutboxStore
    from duediligence.store.casework.retention import RetentionStore
    from duediligence.store.casework.supplier_imports import SupplierImportStore


KEPT_HEAD = "casework-head.txt"
"""Near the database: by its name a copy of the folder, file after file, has it first."""
_HEAD_AT = "SELECT position, sha256 FROM audit WHERE position"
_HEAD = f"{_HEAD_AT} > 0 ORDER BY position DESC LIMIT 1"
R = TypeVar("R", bound=Repository)
_APPENDED = ("audit", "seals")
_SHOWING = ("export", "restricted shown")


@dataclass(frozen=True, slots=True)
class KeptHead:
    """The record of the chain that was acknowledged last: its position (0: none) and its hash, and
    which files were then the database and its log.
    """

    position: int = 0
    sha256: str = ""
    files: tuple[str, str] = ("", "")

    def line(self) -> str:
        """Return it as its file has it, of the same length for each head."""
        return f"{self.position:020} {self.sha256} {' '.join(self.files)}\n"


def read_kept_head(path: Path) -> KeptHead:
    """Return what was kept of the `casework.db` at a path; none where a power cut spoilt it."""
    try:
        position, sha256, *files = path.with_name(KEPT_HEAD).read_text("utf-8").split()
        return KeptHead(int(position), sha256, (files[0], files[1]))
    except (OSError, ValueError, IndexError):
        return KeptHead()


def is_mixed(path: Path, kept: KeptHead) -> bool:
    """Return whether the database was replaced and the log of the one before is still there:
    SQLite would write the log into the other.
    """
    file, log = _name_files(path)
    return bool(log) and log == kept.files[1] and file != kept.files[0]


def _name_files(path: Path) -> tuple[str, str]:
    found = (identify_file(f"{path}{end}") for end in ("", "-wal"))
    file, log = ("{:020}:{:020}".format(*one) if one else "" for one in found)
    return file, log


class _RepositoryOf(Generic[R]):
    """An attribute of `Casework`: its repository of that class."""

    def __init__(self, kind: type[R]) -> None:
        self._kind = kind

    def __get__(self, casework: "Casework", _: object) -> R:
        return casework.repository(self._kind)


class Casework(DatabaseFile):
    """The repositories of `casework.db` over one connection. For one thread only.

    `who` is the account that the audit chain names; `extensions` make tables of their own. Every
    method, and every method of a repository, raises StorageError.
    """

    suppliers = _RepositoryOf(SupplierStore)
    supplier_refs = _RepositoryOf(SupplierRefStore)
    runs = _RepositoryOf(RunStore)
    checks = _RepositoryOf(CheckStore)
    screened = _RepositoryOf(ScreenedStore)
    coverage = _RepositoryOf(CoverageStore)
    alerts = _RepositoryOf(AlertStore)
    decisions = _RepositoryOf(DecisionStore)
    supplier_changes = _RepositoryOf(SupplierChangeStore)
    assignments = _RepositoryOf(AssignmentStore)
    comments = _RepositoryOf(CommentStore)
    parted_entries = _RepositoryOf(PartedEntryStore)
    links = _RepositoryOf(LinkStore)
    declarations = _RepositoryOf(DeclarationStore)
    supplier_information = _RepositoryOf(SupplierInformationStore)
    attachments = _RepositoryOf(AttachmentStore)
    networks = _RepositoryOf(NetworkStore)
    audit = _RepositoryOf(AuditStore)

    def __init__(
        self, path: Path, *, who: str = UNKNOWN, extensions: Iterable[Migrations] = ()
    ) -> None:
        self.path = path
        self.who = who
        self._db = connect(path, migrations, keep_copy=True, extensions=tuple(extensions))
        if isinstance(self._db.conn, Connection):
            self._db.conn.after_commit = self._keep_head
        self._head: str | None = None
        self._repositories: dict[type[Repository], Repository] = {}
        # Whether what is written now stays; what is numbered for good must not go.
        self.is_kept = True

    def _keep_head(self) -> None:
        """Keep outside the database which record of the chain was acknowledged last.

        That it cannot be kept stops nothing: the one before is in the database as well. If
        the database lacks it, it is kept until a person says otherwise.
        """
        if self._head is None:
            self._head = "lost" if self.find_lost_record() else ""
        row = self._db.conn.execute(_HEAD).fetchone()
        if row and self._head not in (row[1], "lost"):
            with suppress(OSError):
                path = self.path.with_name(KEPT_HEAD)
                create(path)
                with path.open("r+b", buffering=0) as file:
                    file.write(KeptHead(row[0], row[1], _name_files(self.path)).line().encode())
                self._head = row[1]

    def find_lost_record(self) -> int:
        """Return the position of the record that was acknowledged last and is not in the database;
        0 if it is.
        """
        kept = read_kept_head(self.path)
        found = self._fetch_one(f"{_HEAD_AT} = ?", (kept.position,))
        return kept.position if kept.position and found != (kept.position, kept.sha256) else 0

    @property
    def is_in_transaction(self) -> bool:
        """Return whether what is written now would be undone with what was written before."""
        return self._db.conn.in_transaction

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Undo at the end what was stored inside, but for the records of who was shown there."""
        with writing(self._db) as db:
            newest = "SELECT coalesce(max(position), 0) FROM audit"
            (before,) = db.conn.execute(newest).fetchone()
            db.conn.execute("SAVEPOINT passing")
            with self._thrown_away():
                yield
            (after,) = db.conn.execute(newest).fetchone()
            events = [one.event for one in self.audit.records(last=after - before)]
            db.conn.execute("ROLLBACK TO passing")
            db.conn.execute("RELEASE passing")
            for event in events:
                if event.kind in _SHOWING:
                    append(db, event)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Derive alerts within one state of the database, in copies that are then thrown away.

        Nothing is written to the file, which may be one that cannot be written.
        """
        conn = self._db.conn
        copies = {"alerts": "id", "alerts_state": "one", "alert_aliases": "old_id, alert_id"}
        copies["checks"] = "run_id"
        with read_transaction(self._db):
            try:
                for table, key in copies.items():
                    # Names without a database are of the temporary one first.
                    conn.execute(f"CREATE TEMP TABLE {table} AS SELECT * FROM main.{table}")  # noqa: S608
                    conn.execute(f"CREATE UNIQUE INDEX temp.{table}_key ON {table} ({key})")
                for table in _APPENDED:
                    conn.execute(f"CREATE TEMP TABLE {table} AS SELECT * FROM main.{table} LIMIT 0")  # noqa: S608
                with self._thrown_away():
                    yield
            finally:
                for table in (*copies, *_APPENDED):
                    conn.execute(f"DROP TABLE IF EXISTS temp.{table}")

    @contextmanager
    def _thrown_away(self) -> Iterator[None]:
        before, self.is_kept = self.is_kept, False
        try:
            yield
        finally:
            self.is_kept = before

    def repository(self, kind: type[R]) -> R:
        """Return the repository of that class, as extensions have, always the same one."""
        if kind not in self._repositories:
            self._repositories[kind] = kind(self._db, who=self.who)
        return cast(R, self._repositories[kind])

    @cached_property
    def integrity(self) -> "IntegrityStore":
        from duediligence.store.casework.integrity import IntegrityStore

        return IntegrityStore(self._db)

    @cached_property
    def supplier_imports(self) -> "SupplierImportStore":
        from duediligence.store.casework.supplier_imports import SupplierImportStore

        return SupplierImportStore(self._db, who=self.who)

    @cached_property
    def letters(self) -> "LetterStore":
        from duediligence.store.casework.letters import LetterStore

        return LetterStore(self._db, who=self.who)

    @cached_property
    def outbox(self) -> "OutboxStore":
        from duediligence.store.casework.outbox import OutboxStore

        return OutboxStore(self._db, who=self.who)

    @cached_property
    def retention(self) -> "RetentionStore":
        from duediligence.store.casework.retention import RetentionStore

        return RetentionStore(self._db, who=self.who)

    @cached_property
    def erasure(self) -> "ErasureStore":
        from duediligence.store.casework.erasure import ErasureStore

        return ErasureStore(self._db, who=self.who)

    def counts(self) -> Mapping[str, int]:
        """Return how many suppliers, runs, decisions, alerts, records and documents there are."""
        tables = ("suppliers", "runs", "decisions", "alerts", "audit", "contents")
        with read_transaction(self._db), plain_errors(self.path):
            return {
                table: self._db.conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
                for table in tables
            }

    def owned_rows(self) -> Mapping[str, int]:
        """Return how many rows there are of each extension, installed or not, that has any."""
        with read_transaction(self._db), plain_errors(self.path):
            return count_owned_rows(self._db)

    def last_numbers(self) -> dict[str, int]:
        """Return the last number that each table gave out, but for the chain, which goes on."""
        last = "SELECT name, seq FROM sqlite_sequence WHERE name != 'audit'"
        return dict(self._fetch_all(last))

    def leave_out_numbers(self, last: Mapping[str, int]) -> None:
        """Give out no number again up to these, by table."""
        add = """INSERT INTO sqlite_sequence SELECT ?1, 0
            WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?1)"""
        with writing(self._db) as db:
            for name, number in last.items():
                db.conn.execute(add, (name,))
                db.conn.execute(
                    "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", (number, name)
                )
