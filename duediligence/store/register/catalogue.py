"""Which file of each register is in service. A load makes a new file beside it, then swaps.

Readers keep the file that they opened; a load that fails or is killed leaves the old one in
service. The write lock of the catalogue is held for the whole of a load: two loads never run at
once, and what lies beside the files in service is always the remains of one that died.
"""

import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from secrets import token_hex

from sqlite_utils import Database, Migrations

from duediligence.contracts import Drift
from duediligence.errors import ExpectationFailed, Hint, NotAsRecorded, OptionRemark, Step
from duediligence.model import Register, RegisterFile, RegisterVersion
from duediligence.permissions import create
from duediligence.store.database import changed_schema, connect, plain_errors, writing
from duediligence.store.records import decode, encode
from duediligence.store.seals import Row, Seal, seal_row
from duediligence.writing import hash_file, make_folder, quick_digest, sync_file

_MOMENT_SECONDS = 1.0

migrations = Migrations("register")


@migrations()
def create_registers(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE registers (
            register TEXT PRIMARY KEY, file TEXT NOT NULL, body BLOB NOT NULL) STRICT"""
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """What is known of a load before it begins.

    `drift` is read when the last row has come. `max_drop` is the largest share of rows that may
    go from one version to the next: a file cut at the end of a row shows in nothing else. `record`
    records the version before anybody sees it.
    """

    files: tuple[RegisterFile, ...]
    published: date | None
    at: datetime
    drift: Drift
    max_drop: float = 0.10
    record: Callable[[RegisterVersion], None] = lambda _: None


class Catalogue:
    """The files in service. Raises StorageError from every method.

    `recorded` gives the hashes that are recorded of the rows of a table, by their keys.
    """

    def __init__(
        self, path: Path, recorded: Callable[[str], Mapping[str, bytes]] = lambda _: {}
    ) -> None:
        self.path = path
        self._recorded = recorded
        self._folder = path.parent / path.stem
        self._db = connect(path, migrations)

    def versions(self) -> Mapping[Register, RegisterVersion]:
        """Return what is in service, by register."""
        with plain_errors(self.path):
            rows = self._db.conn.execute("SELECT body FROM registers ORDER BY register").fetchall()
        versions = (decode(RegisterVersion, body) for (body,) in rows)
        return {version.register: version for version in versions}

    def open(self, register: Register) -> tuple[RegisterVersion, sqlite3.Connection] | None:
        """Return the version in service and its file, opened to read; None where none was loaded.

        Raises NotAsRecorded where either is not what was recorded.
        """
        for attempt in (1, 2):
            with plain_errors(self.path):
                row = self._db.conn.execute(
                    "SELECT * FROM registers WHERE register = ?", (register,)
                ).fetchone()
                if not self._is_recorded(register, row):
                    if attempt == 1:
                        # A load records a moment before it swaps.
                        time.sleep(_MOMENT_SECONDS)
                        continue
                    place = self._folder / row[1] if row else self.path
                    raise NotAsRecorded(
                        f"{place}: {register} is not as the audit chain recorded it",
                        hint=Hint("Load it again: ", Step("load-registers", register=register)),
                    )
                if row is None:
                    return None
                path = self._folder / row[1]
                try:
                    # Nothing ever writes to a file in service, so no lock is needed to read it.
                    connection = sqlite3.connect(
                        f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True
                    )
                    connection.execute("SELECT 1 FROM sqlite_schema").fetchone()
                except sqlite3.OperationalError:
                    # A load may have swapped it between the two steps; look again, once.
                    if attempt == 2:
                        raise
                else:
                    return decode(RegisterVersion, row[2]), connection
        raise AssertionError

    def load(
        self,
        register: Register,
        incoming: Incoming,
        build: Callable[[sqlite3.Connection], int],
    ) -> RegisterVersion:
        """Fill a new file with `build`, which returns the number of rows, and put it in service.

        Raises ExpectationFailed where it has no rows, or far fewer than the version before; what
        `build` raises passes through. In both cases the version before stays in service.
        """
        with writing(self._db) as db:
            make_folder(self._folder)
            in_service = dict(db.conn.execute("SELECT register, file FROM registers"))
            for path in self._folder.iterdir():
                if path.name not in in_service.values():
                    _remove_register_file(path)
            path = self._folder / f"{register}-{token_hex(8)}.db"
            try:
                with plain_errors(path):
                    create(path)
                    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
                        # Only the swap below makes this file count, so a crash may break it.
                        connection.execute("PRAGMA journal_mode = OFF")
                        connection.execute("PRAGMA synchronous = OFF")
                        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
                        connection.execute("PRAGMA cache_size = -65536")
                        connection.execute("PRAGMA temp_store = FILE")
                        connection.execute("BEGIN")
                        rows = build(connection)
                        connection.execute("COMMIT")
                    sync_file(path)
                self._expect(register, rows, incoming)
                version = RegisterVersion(
                    register=register,
                    files=incoming.files,
                    published=incoming.published,
                    rows=rows,
                    loaded_at=incoming.at,
                    drift=incoming.drift.items(),
                )
                db.conn.execute(
                    "INSERT OR REPLACE INTO registers VALUES (?, ?, ?)",
                    (register, path.name, encode(version)),
                )
                incoming.record(version)
            except BaseException:
                _remove_register_file(path)
                raise
        if register in in_service:
            _remove_register_file(self._folder / in_service[register])
        return version

    def seals(self, register: Register | None = None) -> list[Seal]:
        """Return the seals of what is in service, and of its files; of one register where it is
        given.
        """
        with plain_errors(self.path):
            found = []
            for row in self._db.conn.execute("SELECT * FROM registers").fetchall():
                if register and row[0] != register:
                    continue
                found.append(seal_row("register.registers", row, keys=1))
                # Empty, so that a file that is gone is another than the one that was sealed.
                content = bytes.fromhex(hash_file(self._folder / row[1]))
                found.append(Seal("register.files", row[0], content))
                ends = bytes.fromhex(quick_digest(self._folder / row[1]))
                found.append(Seal("register.ends", row[0], ends))
        return found

    def lost(self) -> list[str]:
        """Return the registers that are recorded to be in service and are not here."""
        return sorted(self._recorded("register.registers").keys() - self.versions().keys())

    def _is_recorded(self, register: Register, row: Row | None) -> bool:
        recorded = self._recorded("register.registers")
        if not recorded:
            # Loaded by an earlier version, which recorded no hashes.
            return True
        if row is None:
            return register not in recorded
        ends = self._recorded("register.ends").get(register)
        return recorded.get(register) == seal_row("register.registers", row, keys=1).sha256 and (
            ends is None or ends.hex() == quick_digest(self._folder / row[1])
        )

    def schema_changes(self) -> list[str]:
        """Return what in the schema is not as this version makes it: `table registers`."""
        with plain_errors(self.path):
            return changed_schema(self._db, migrations)

    def close(self) -> None:
        self._db.close()

    def _expect(self, register: Register, rows: int, incoming: Incoming) -> None:
        before = self.versions().get(register)
        if not rows:
            raise ExpectationFailed(f"{register}: the file holds nothing to load")
        if before and rows < before.rows * (1 - incoming.max_drop):
            raise ExpectationFailed(
                f"{register}: {rows:,} rows where {before.rows:,} were loaded before: the file "
                "may be cut off or be one part of several",
                hint=Hint(
                    "Fetch it again.", OptionRemark(" If it is right, load it with --accept-fewer.")
                ),
            )


def _remove_register_file(path: Path) -> None:
    # Windows keeps a file that somebody reads; the next load takes it away.
    with suppress(OSError):
        path.unlink()
