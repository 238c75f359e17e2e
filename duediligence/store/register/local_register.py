"""The local register: bulk files of Companies House and the charity regulators, to look up in.

`register.db` names the file of each register that is in service; the files stand in the folder
`register` beside it. All of it can be fetched again.
"""

import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from secrets import token_hex
from typing import Literal

from duediligence.contracts import Drift
from duediligence.errors import ExpectationFailed, Hint, NotAsRecorded, OptionRemark, Step
from duediligence.formats.packed_companies import PackedCompany
from duediligence.model import (
    AccountsRow,
    Address,
    Charity,
    CharityPart,
    CharityRow,
    Company,
    CompanyRow,
    Identifier,
    LegalEntity,
    LeiRelationship,
    NoParentReason,
    Owner,
    OwnerRow,
    Register,
    RegisterFile,
    RegisterHit,
    RegisterVersion,
    Statement,
    register_number,
)
from duediligence.model.entries import (
    CHARITY_ENGLAND_WALES,
    CHARITY_NORTHERN_IRELAND,
    CHARITY_SCOTLAND,
    COMPANY,
)
from duediligence.permissions import create
from duediligence.store.database import (
    DatabaseFile,
    changed_schema,
    connect,
    define_tables,
    plain_errors,
    writing,
)
from duediligence.store.records import decode, encode
from duediligence.store.register import names, tables
from duediligence.store.seals import Row, Seal, seal_row
from duediligence.writing import hash_file, make_folder, quick_digest, sync_file

CHARITIES: Mapping[str, Register] = {
    CHARITY_ENGLAND_WALES: "charities-england-wales",
    CHARITY_SCOTLAND: "charities-scotland",
    CHARITY_NORTHERN_IRELAND: "charities-northern-ireland",
}

# Which file of each register is in service. A load makes a new file beside it, then swaps.
#
# Readers keep the file that they opened; a load that fails or is killed leaves the old one in
# service. The write lock of the catalogue is held for the whole of a load: two loads never run at
# once, and what lies beside the files in service is always the remains of one that died.
_MOMENT_SECONDS = 1.0


migrations = define_tables(
    "register",
    """CREATE TABLE registers (
            register TEXT PRIMARY KEY, file TEXT NOT NULL, body BLOB NOT NULL) STRICT""",
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


class Catalogue(DatabaseFile):
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
        rows = self._fetch_all("SELECT body FROM registers ORDER BY register")
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


class RegisterStore:
    """What the bulk files say. Raises StorageError from every method.

    A register is read as it stood when this was first asked of it, whatever is loaded meanwhile.
    What is asked of a register that was never loaded is answered with None, or with no hits:
    `versions` tells which ones are there. One that is not as it is `recorded` raises NotAsRecorded.
    """

    def __init__(
        self, path: Path, recorded: Callable[[str], Mapping[str, bytes]] = lambda _: {}
    ) -> None:
        self.path = path
        self._catalogue = Catalogue(path, recorded)
        self._opened: dict[Register, tuple[RegisterVersion, sqlite3.Connection]] = {}

    def versions(self) -> Mapping[Register, RegisterVersion]:
        """Return what is in service, by register."""
        return self._catalogue.versions()

    def lost(self) -> list[str]:
        """Return the registers that are recorded to be in service and are not here."""
        return self._catalogue.lost()

    def seals(self, register: Register | None = None) -> list[Seal]:
        """Return the seals of what is in service, and of its files; of one register where it is
        given.
        """
        return self._catalogue.seals(register)

    def schema_changes(self) -> list[str]:
        """Return what in the schema of `register.db` is not as this version makes it."""
        return self._catalogue.schema_changes()

    def load_companies(
        self, rows: Iterable[CompanyRow | PackedCompany], incoming: Incoming
    ) -> RegisterVersion:
        """Put these companies in service, all of them packed or none.

        Raises ExpectationFailed; the old ones then stay.
        """
        return self._load(
            "companies-house", incoming, lambda db: tables.build_company_tables(db, rows)
        )

    def load_owners(self, rows: Iterable[OwnerRow], incoming: Incoming) -> RegisterVersion:
        """Put these records of control in service. Raises as `load_companies`."""
        return self._load("psc", incoming, lambda db: tables.build_owners(db, rows))

    def load_charities(
        self, register: Register, rows: Iterable[CharityRow | CharityPart], incoming: Incoming
    ) -> RegisterVersion:
        """Put the charities of one regulator in service. Raises as `load_companies`."""
        return self._load(register, incoming, lambda db: tables.build_charity_tables(db, rows))

    def load_accounts(
        self, rows: Iterable[AccountsRow], searched: Collection[str], incoming: Incoming
    ) -> RegisterVersion:
        """Add these figures to those in service. Raises as `load_companies`.

        `searched` are the numbers of the companies that were looked for in the files.
        """

        def build(db: sqlite3.Connection) -> int:
            found = self._catalogue.open("accounts")
            try:
                before = found[1] if found else None
                return tables.build_accounts_tables(db, rows, searched, incoming.at, before)
            finally:
                if found:
                    found[1].close()

        return self._load("accounts", incoming, build)

    def load_legal_entities(
        self, rows: Iterable[LegalEntity | LeiRelationship | NoParentReason], incoming: Incoming
    ) -> RegisterVersion:
        """Put a golden copy of GLEIF in service. Raises as `load_companies`."""
        return self._load("gleif", incoming, lambda db: tables.build_legal_entities(db, rows))

    def legal_entity(self, number: str) -> LegalEntity | None:
        """Return what GLEIF has of the company of that number."""
        with self._reading("gleif") as found:
            if found is None:
                return None
            entity = tables.fetch_legal_entity(found[1], register_number(number))
            return replace(entity, as_of=found[0].dated) if entity else None

    def entity_parents(
        self, lei: str, *, ultimate: bool
    ) -> Sequence[tuple[LegalEntity, date | None]]:
        """Return the parents of a legal entity on the day of the copy, each with the day since
        when it is one.
        """
        with self._reading("gleif") as found:
            if found is None:
                return ()
            version, db = found
            return [
                (replace(entity, as_of=version.dated), since)
                for entity, since in tables.fetch_entity_parents(
                    db, lei, version.dated, ultimate=ultimate
                )
            ]

    def accounts(self, number: str) -> tuple[AccountsRow, ...] | None:
        """Return the figures of the company's last accounts, newest first.

        None where no accounts were loaded, or the company was not looked for in them.
        """
        with self._reading("accounts") as found:
            return (
                tables.fetch_company_figures(found[1], register_number(number)) if found else None
            )

    def company(self, number: str) -> Company | None:
        """Return the live company of that number. None does not mean that it never was."""
        with self._reading("companies-house") as found:
            if found is None:
                return None
            version, db = found
            return tables.fetch_company_record(db, register_number(number), version.published)

    def same_address(self, address: Address) -> int | None:
        """Return how many live companies have their office in that building; None if unknown."""
        with self._reading("companies-house") as found:
            return tables.same_address(found[1], address) if found else None

    def owners(self, number: str) -> tuple[Owner, ...] | None:
        """Return the owners of the company, ceased ones too."""
        with self._reading("psc") as found:
            return tables.fetch_company_owners(found[1], register_number(number)) if found else None

    def statements(self, number: str) -> tuple[Statement, ...] | None:
        """Return the company's statements about significant control, ceased ones too."""
        with self._reading("psc") as found:
            return tables.fetch_statements(found[1], register_number(number)) if found else None

    def psc_exempt(self, number: str) -> bool | None:
        """Return whether the company was exempt from naming its owners on the day of the
        snapshot.
        """
        with self._reading("psc") as found:
            if found is None:
                return None
            version, db = found
            return any(
                exemption.until is None or exemption.until > version.dated
                for exemption in tables.fetch_exemptions(db, register_number(number))
            )

    def charity(self, identifier: Identifier) -> Charity | None:
        """Return the charity of that number, on the register or removed from it."""
        with self._reading(CHARITIES[identifier.scheme]) as found:
            return tables.fetch_charity_record(found[1], identifier.id) if found else None

    def charity_of_company(self, number: str) -> Charity | None:
        """Return the charity that gives this company number as its own."""
        for register in CHARITIES.values():
            with self._reading(register) as found:
                if found and (one := tables.charity_of_company(found[1], register_number(number))):
                    return one
        return None

    def search(self, name: str, postcode: str = "", limit: int = 20) -> list[RegisterHit]:
        """Return companies and charities that may bear the name, now or before, most promising
        first.
        """
        promising = []
        searched: list[tuple[Register, str, str, Literal["company", "charity"]]] = [
            ("companies-house", "companies", COMPANY, "company"),
            *((register, "charities", scheme, "charity") for scheme, register in CHARITIES.items()),
        ]
        for register, table, scheme, kind in searched:
            with self._reading(register) as found:
                for one in (
                    names.search_names(found[1], table, name, postcode, limit) if found else ()
                ):
                    hit = RegisterHit(
                        Identifier(scheme, one.number),
                        one.name,
                        tuple(one.former_names.splitlines()),
                        one.postcode,
                        one.status,
                        kind,
                    )
                    promising.append((one.promise, hit))
        promising.sort(key=lambda one: (-one[0], one[1].identifier))
        return [hit for _, hit in promising[:limit]]

    def close(self) -> None:
        for _, connection in self._opened.values():
            connection.close()
        self._opened.clear()
        self._catalogue.close()

    @contextmanager
    def _reading(
        self, register: Register
    ) -> Iterator[tuple[RegisterVersion, sqlite3.Connection] | None]:
        with plain_errors(self.path):
            if register not in self._opened and (found := self._catalogue.open(register)):
                self._opened[register] = found
            yield self._opened.get(register)

    def _load(
        self, register: Register, incoming: Incoming, build: Callable[[sqlite3.Connection], int]
    ) -> RegisterVersion:
        # On Windows the old file can only be removed when we do not read it ourselves.
        if opened := self._opened.pop(register, None):
            opened[1].close()
        return self._catalogue.load(register, incoming, build)
