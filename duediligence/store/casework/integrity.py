"""`casework.db` read as it lies there, to be compared with what the audit chain seals."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from duediligence.model import Dossier, Source
from duediligence.store.casework import seals
from duediligence.store.casework.seals import KEYS
from duediligence.store.database import Repository, changed_schema, plain_errors
from duediligence.store.records import decode
from duediligence.store.seals import Seal

# Every table that refers to contents, and by which column.
REFERRING: Mapping[str, str] = {
    "run_suppliers": "sha256",
    "run_dossiers": "sha256",
    "run_entries": "sha256",
    "run_premises": "sha256",
    "run_declarations": "sha256",
    "run_set_aside": "sha256",
    "findings": "entry_sha256",
}


@dataclass(frozen=True, slots=True)
class RunRow:
    """The row of a run, in the order in which runs were stored."""

    id: str
    started_at: str
    complete: int


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision as it lies there."""

    position: int
    alert_id: str
    made_by: str
    made_at: str
    body: bytes

    @property
    def sha256(self) -> str:
        return sha256(self.body).hexdigest()


class IntegrityStore(Repository):
    """Reads only. Raises StorageError from every method."""

    def seals(self) -> Iterator[tuple[int, Seal]]:
        """Yield each seal with the position of its event, the oldest first; 0 is before the
        chain.
        """
        with plain_errors(self.path):
            yield from seals.list_all_seals(self._db)

    def rows(self) -> Iterator[Seal]:
        """Yield what every sealed row would be sealed as now."""
        with plain_errors(self.path):
            there = self._db.conn.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid"
            ).fetchall()
            added = (name for (name,) in there if name not in KEYS and seals.is_sealed(name))
            for table in (*KEYS, *added):
                yield from seals.seal_table_rows(self._db, table)

    def runs(self) -> list[RunRow]:
        """Return the row of each run, in the order in which they were stored."""
        query = "SELECT id, started_at, complete FROM runs ORDER BY rowid"
        return [RunRow(*row) for row in self._fetch_all(query)]

    def decisions(self) -> list[DecisionRow]:
        """Return each decision in its place."""
        query = "SELECT position, alert_id, made_by, made_at, body FROM decisions ORDER BY position"
        return [DecisionRow(*row) for row in self._fetch_all(query)]

    def contents(self) -> Iterator[tuple[str, bytes]]:
        """Yield each document that was compared, with the hash that is its key."""
        with plain_errors(self.path):
            yield from self._db.conn.execute("SELECT sha256, body FROM contents ORDER BY sha256")

    def missing_contents(self) -> Iterator[tuple[str, str, str]]:
        """Yield the table, the run and the hash of each document that is referred to and is not
        there.
        """
        with plain_errors(self.path):
            for table, column in REFERRING.items():
                query = (
                    f"SELECT DISTINCT run_id, {column} FROM {table} WHERE {column} IS NOT NULL "  # noqa: S608
                    f"AND {column} NOT IN (SELECT sha256 FROM contents) ORDER BY 1, 2"
                )
                for run_id, digest in self._db.conn.execute(query):
                    yield table, run_id, digest

    def unused_contents(self) -> list[str]:
        """Return the hashes of documents that no run refers to."""
        used = " UNION ALL ".join(
            f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL"  # noqa: S608
            for table, column in REFERRING.items()
        )
        rows = self._fetch_all(
            f"SELECT sha256 FROM contents WHERE sha256 NOT IN ({used}) ORDER BY 1"  # noqa: S608
        )
        return [digest for (digest,) in rows]

    def rows_without_run(self) -> Iterator[tuple[str, str]]:
        """Yield the table and the run that it names, for rows of a run that is not there."""
        with plain_errors(self.path):
            for table in REFERRING:
                query = (
                    f"SELECT DISTINCT run_id FROM {table} "  # noqa: S608
                    "WHERE run_id NOT IN (SELECT id FROM runs) ORDER BY 1"
                )
                for (run_id,) in self._db.conn.execute(query):
                    yield table, run_id

    def sources(self) -> Iterator[Source]:
        """Yield what the dossiers of runs rest on. Raises StorageError for one that does not
        read.
        """
        with plain_errors(self.path):
            rows = self._db.conn.execute(
                "SELECT body FROM contents WHERE sha256 IN (SELECT sha256 FROM run_dossiers)"
            )
            for (body,) in rows:
                yield from decode(Dossier, body).sources

    def schema_changes(self) -> list[str]:
        """Return what in the schema is not as this version makes it: `trigger runs_immutable`."""
        from duediligence.store.casework.schema import migrations

        return changed_schema(self._db, migrations)
