"""The local register: bulk files of Companies House and the charity regulators, to look up in.

`register.db` names the file of each register that is in service; the files stand in the folder
`register` beside it. All of it can be fetched again.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

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
    Owner,
    OwnerRow,
    Register,
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
from duediligence.store.database import plain_errors
from duediligence.store.register import names, tables
from duediligence.store.register.catalogue import Catalogue, Incoming
from duediligence.store.seals import Seal

__all__ = ["CHARITIES", "Incoming", "RegisterStore"]

CHARITIES: Mapping[str, Register] = {
    CHARITY_ENGLAND_WALES: "charities-england-wales",
    CHARITY_SCOTLAND: "charities-scotland",
    CHARITY_NORTHERN_IRELAND: "charities-northern-ireland",
}


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
            day = version.published or version.loaded_at.date()
            return any(
                exemption.until is None or exemption.until > day
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
