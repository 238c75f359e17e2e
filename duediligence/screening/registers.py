"""Load bulk files into the local register; report what it holds, how old it is, what files lack."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Literal, get_args

from duediligence.contracts import Drift
from duediligence.errors import Hint, Step
from duediligence.extension import load_parts
from duediligence.model import Register, RegisterVersion, StaleReason, register_number
from duediligence.model.entries import COMPANY
from duediligence.progress import SILENT, Progress
from duediligence.registers.bulk import accounts, charities
from duediligence.registers.bulk.gleif import read_gleif_rows
from duediligence.registers.bulk.owners import read_owner_rows
from duediligence.registers.bulk.prefetch import companies_ahead
from duediligence.registers.files import find_file_name_date, fingerprint_register_file, in_order
from duediligence.render.output import Line
from duediligence.render.scope import FILE_LIMITS, GAPS
from duediligence.render.wording import sentence
from duediligence.screening import audit_events
from duediligence.screening.access import use_case
from duediligence.screening.clock import read_clock
from duediligence.screening.workspace import Workspace
from duediligence.store.register.local_register import Incoming
from duediligence.text.wording import count

# What a publisher offers to load whole.
RegisterProduct = Literal["companies", "owners", "charities", "gleif"]
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
def load_register(
    workspace: Workspace,
    paths: Sequence[Path],
    product: RegisterProduct,
    *,
    accept_fewer: bool = False,
    progress: Progress = SILENT,
) -> RegisterVersion:
    """Put in service what a publisher offers: BasicCompanyData or the PSC snapshot (one file, or
    all its parts), the register of one charity regulator, or a golden copy of GLEIF (its files
    lei2, rr and repex).

    Raises UsageError for files that are not that, SourceError for one that is cut off, damaged or
    far smaller than the one before, and StorageError. In each case the version before stays.
    """
    if product in ("companies", "owners"):
        paths = in_order(paths)
    incoming = _incoming(workspace, paths, accept_fewer=accept_fewer)
    register, drift = workspace.register, incoming.drift
    match product:
        case "companies":
            rows = chain.from_iterable(companies_ahead(one, drift, progress) for one in paths)
            return register.load_companies(rows, incoming)
        case "owners":
            return register.load_owners(read_owner_rows(paths, drift, progress), incoming)
        case "charities":
            regulator = charities.find_regulator(paths)
            found = charities.read_charities(paths, drift, progress)
            return register.load_charities(regulator, found, incoming)
        case "gleif":
            return register.load_legal_entities(read_gleif_rows(paths, drift, progress), incoming)


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
    Raises as `load_register`, and UsageError where the library that reads accounts is missing.
    """
    paths = accounts.files_in(paths)
    before = workspace.register.versions().get("accounts")
    incoming = _incoming(workspace, paths, accept_fewer=True)
    days = [day for path in paths if (day := accounts.day_of(path))]
    if before and before.published:
        days.append(before.published)
    incoming = replace(incoming, published=max(days, default=None))
    named = {register_number(number) for number in companies}
    wanted = frozenset(named.union(map_company_numbers(workspace).values()) - {""})
    rows = accounts.read_accounts_files(paths, wanted, incoming.drift, progress)
    return workspace.register.load_accounts(rows, wanted, incoming)


def map_company_numbers(workspace: Workspace) -> dict[str, str]:
    """Return the company number of each supplier by its ref, as settled, else as given; empty where
    there is none.
    """
    numbers = {supplier.ref: supplier.company_number for supplier in workspace.suppliers.all()}
    for ref, link in workspace.links.newest().items():
        if ref in numbers and link.identifier and link.identifier.scheme == COMPANY:
            numbers[ref] = register_number(link.identifier.id)
    return numbers


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
        days = (clock.now.date() - version.dated).days
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


@dataclass(frozen=True, slots=True)
class RegisterView:
    """A register: `status` has its facts, the rest is words; `problem` is empty for most."""

    status: RegisterStatus
    rows: str
    snapshot: str
    age: str
    files: str
    problem: str


@dataclass(frozen=True, slots=True)
class RegistersView:
    """Each register, and in sentences what their files do not hold, whatever is loaded."""

    registers: tuple[RegisterView, ...]
    limits: tuple[str, ...]


@use_case("read")
def register_views(workspace: Workspace) -> RegistersView:
    """Return each register as it is shown, loaded or not. Raises StorageError."""
    return RegistersView(
        tuple(_build_register_view(one) for one in statuses(workspace)),
        tuple(sentence(GAPS[gap]) for gap in FILE_LIMITS),
    )


def _build_register_view(status: RegisterStatus) -> RegisterView:
    version = status.version
    return RegisterView(
        status=status,
        rows=f"{version.rows:,}" if version else "never loaded",
        snapshot=str(version.published or "not given") if version else "",
        age="unknown" if status.doubt else "" if version is None else str(status.age_days),
        files=", ".join(file.name for file in version.files) if version else "",
        problem=f"{status.register} is out of date: {status.reason}." if status.stale else "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionRegister:
    """A register that an extension keeps, as it is shown.

    `name` and `document` are for programs. Where it was never loaded, there are no `rows`.
    """

    name: str
    document: Mapping[str, object]
    title: str = ""
    header: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    lines: Sequence[Line] = ()


@use_case("read")
def list_extension_registers(workspace: Workspace) -> Iterator[ExtensionRegister]:
    """Yield the register of each extension that has one, or that it is not installed.

    Raises StorageError.
    """
    for show in load_parts(workspace.extensions, "register"):
        yield show(workspace)
    for name in workspace.list_missing_extensions():
        lost = f"Files of the extension {name!r} were loaded here, and it is not installed."
        yield ExtensionRegister(
            name=name,
            document={"installed": False},
            lines=(Line(f"{lost} They cannot be asked.", "warning"),),
        )


def report_loaded_register(version: RegisterVersion) -> Iterator[Line]:
    """Yield what was loaded, and what of its files was not understood or was left out."""
    of = f" of {version.published}" if version.published else ""
    yield Line(f"{version.register}: loaded: {count(version.rows, 'row')}{of}")
    if version.published is None:
        undated = "No file name gives the day of the snapshot: its age is counted from today."
        yield Line(undated, "note", is_detail=True)
    for item in version.drift[:5]:
        yield Line(item.words(), "note", is_detail=True)
    if (more := len(version.drift) - 5) > 0:
        rest = Hint(f"and {more} more; see `", Step("show-register-details"), "`")
        yield Line(rest, "note", is_detail=True)


def build_registers_document(found: RegistersView) -> dict[str, object]:
    """Return the registers for programs: the same fields whether one was ever loaded or not."""
    return {
        "registers": [_build_register_document(one.status) for one in found.registers],
        "cannot_tell": found.limits,
    }


def _build_register_document(status: RegisterStatus) -> dict[str, object]:
    version = status.version
    return {
        "register": status.register,
        "loaded": version is not None,
        "rows": version.rows if version else 0,
        "published": version.published if version else None,
        "age_days": status.age_days,
        "stale": status.stale,
        "loaded_at": version.loaded_at if version else None,
        "files": version.files if version else (),
        "drift": tuple(item.words() for item in version.drift) if version else (),
    }
