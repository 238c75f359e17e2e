"""Load bulk files into the local register, and report what it holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import get_args

from duediligence.contracts import Drift
from duediligence.model import Register, RegisterVersion, StaleReason, register_number
from duediligence.model.entries import COMPANY
from duediligence.progress import SILENT, Progress
from duediligence.registers import accounts, charities
from duediligence.registers.bulk.owners import read_owner_rows
from duediligence.registers.bulk.prefetch import companies_ahead
from duediligence.registers.files import find_file_name_date, fingerprint_register_file, in_order
from duediligence.screening import audit_events
from duediligence.screening.access import use_case
from duediligence.screening.clock import read_clock
from duediligence.screening.workspace import Workspace
from duediligence.store.register import Incoming

REGISTERS: tuple[Register, ...] = get_args(Register)
# A snapshot of each of these is published at least once a month.
STALE_AFTER_DAYS = 35


@dataclass(frozen=True, slots=True)
class RegisterStatus:
    """A register and the version in service, None where none was ever loaded.

    `doubt` is why a clock leaves its age unknown, None where it does not.
    """

    register: Register
    version: RegisterVersion | None
    age_days: int | None
    doubt: StaleReason | None = None

    @property
    def stale(self) -> bool:
        return bool(self.doubt) or (self.age_days or 0) > STALE_AFTER_DAYS

    @property
    def reason(self) -> str:
        """Return why it is stale, and what to do; empty where it is not."""
        if self.doubt:
            return self.doubt.words()
        return f"over {STALE_AFTER_DAYS} days old: load a newer file" if self.stale else ""


@use_case("load registers", event="register loaded")
def load_companies(
    workspace: Workspace,
    paths: Sequence[Path],
    *,
    accept_fewer: bool = False,
    progress: Progress = SILENT,
) -> RegisterVersion:
    """Put BasicCompanyData (one file, or all its parts) in service.

    Raises UsageError for files that are not that, SourceError for one that is cut off, damaged or
    far smaller than the one before, and StorageError. In each case the version before stays.
    """
    paths = in_order(paths)
    incoming = _incoming(workspace, paths, accept_fewer=accept_fewer)
    rows = chain.from_iterable(companies_ahead(p, incoming.drift, progress) for p in paths)
    return workspace.register.load_companies(rows, incoming)


@use_case("load registers", event="register loaded")
def load_owners(
    workspace: Workspace,
    paths: Sequence[Path],
    *,
    accept_fewer: bool = False,
    progress: Progress = SILENT,
) -> RegisterVersion:
    """Put the PSC snapshot (one file, or all its parts) in service. Raises as `load_companies`."""
    paths = in_order(paths)
    incoming = _incoming(workspace, paths, accept_fewer=accept_fewer)
    rows = read_owner_rows(paths, incoming.drift, progress)
    return workspace.register.load_owners(rows, incoming)


@use_case("load registers", event="register loaded")
def load_charities(
    workspace: Workspace,
    paths: Sequence[Path],
    *,
    accept_fewer: bool = False,
    progress: Progress = SILENT,
) -> RegisterVersion:
    """Put the register of one charity regulator in service. Raises as `load_companies`."""
    incoming = _incoming(workspace, paths, accept_fewer=accept_fewer)
    register = charities.find_regulator(paths)
    rows = charities.read_charities(paths, incoming.drift, progress)
    return workspace.register.load_charities(register, rows, incoming)


@use_case("load registers", event="register loaded")
def load_accounts(
    workspace: Workspace,
    paths: Sequence[Path],
    *,
    companies: Sequence[str] = (),
    progress: Progress = SILENT,
) -> RegisterVersion:
    """Add the figures of accounts: zips of Companies House, single documents, or folders of both.

    Of a zip only the accounts of stored suppliers are read, and of the `companies` of these
    numbers. What was loaded before stays, but for older figures of a company that has newer ones.
    Raises as `load_companies`, and UsageError where the library that reads accounts is missing.
    """
    paths = accounts.files_in(paths)
    before = workspace.register.versions().get("accounts")
    incoming = _incoming(workspace, paths, accept_fewer=True)
    days = [day for path in paths if (day := accounts.day_of(path))]
    if before and before.published:
        days.append(before.published)
    incoming = replace(incoming, published=max(days, default=None))
    wanted = _list_company_numbers(workspace, companies)
    rows = accounts.read_accounts_files(paths, wanted, incoming.drift, progress)
    return workspace.register.load_accounts(rows, wanted, incoming)


def _list_company_numbers(workspace: Workspace, companies: Sequence[str]) -> frozenset[str]:
    """Return the numbers of companies among the suppliers, as given or settled, and of those
    named.
    """
    numbers = {register_number(number) for number in companies}
    numbers.update(supplier.company_number for supplier in workspace.suppliers.all())
    for link in workspace.links.newest().values():
        if link.identifier and link.identifier.scheme == COMPANY:
            numbers.add(register_number(link.identifier.id))
    return frozenset(numbers - {""})


@use_case("read")
def statuses(workspace: Workspace) -> Iterator[RegisterStatus]:
    """Yield each register, loaded or not. The age counts from the snapshot, else from the load."""
    versions, clock = workspace.register.versions(), read_clock(workspace)
    for register in REGISTERS:
        version = versions.get(register)
        if version is None:
            yield RegisterStatus(register, None, None)
            continue
        doubt = clock.doubt(f"register {register}", version.loaded_at, version.published)
        days = (clock.now.date() - (version.published or version.loaded_at.date())).days
        yield RegisterStatus(register, version, None if doubt else max(0, days), doubt)


def _record_register_load(workspace: Workspace, version: RegisterVersion) -> None:
    sealed = workspace.register.seals(version.register)
    workspace.audit.add(audit_events.register_loaded(workspace, version), sealed)


def _incoming(workspace: Workspace, paths: Sequence[Path], *, accept_fewer: bool) -> Incoming:
    audit_events.begin_sealing_registers(workspace)
    return Incoming(
        files=tuple(fingerprint_register_file(path) for path in paths),
        published=next((day for path in paths if (day := find_file_name_date(path))), None),
        at=workspace.now(),
        drift=Drift(),
        max_drop=1.0 if accept_fewer else 0.10,
        record=partial(_record_register_load, workspace),
    )
