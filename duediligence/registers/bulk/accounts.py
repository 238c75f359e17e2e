"""The zips of accounts that Companies House offers each day and each month, and single documents.

`Accounts_Bulk_Data-2026-11-24.zip` and `Accounts_Monthly_Data-October2026.zip` hold a document for
each set of accounts, named `Prod223_RUN_NUMBER_YYYYMMDD.html`; a community interest company has a
zip of its own within. A month is some 200,000 documents, so only those of the companies asked for
are unpacked.
"""

import io
import math
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile, UsageError
from duediligence.model import AccountsFigures, AccountsRow, register_number
from duediligence.model.registers import AccountsRegime, AuditReport
from duediligence.progress import SILENT, Progress
from duediligence.reading import regular
from duediligence.registers.bulk.accounts_facts import (
    Fact,
    Facts,
    read_ixbrl_facts,
    require_library,
)
from duediligence.registers.files import find_file_name_date
from duediligence.text.dates import month_number, months_after

_NAME = re.compile(
    r"Prod[0-9]{3}_[0-9]+_([A-Z0-9]{8})_[0-9]{8}(?:_CIC)?\.(?:x?html?|xml|zip)", re.IGNORECASE
)
_DOCUMENTS = (".html", ".htm", ".xhtml", ".xml")
_MONTH = re.compile(r"([A-Z][a-z]{2})[a-z]{0,6}-?(20[0-9]{2})(?![0-9])")
# The largest documents are accounts of groups with pictures in them.
MOST_BYTES = 60_000_000
MOST_MEMBERS = 1_000_000
MOST_WITHIN = 50
_MOST_RATIO = 200
_RATIO_FROM = 1_000_000
_HINT = "Fetch the file again; what was loaded before stays in use."

# The figures of one set of accounts, from the facts of its document.
#
# Names are those of the FRC's taxonomies (FRS 102, FRS 105 and others, 2014 to 2025), whatever
# prefix a document gives them. A figure counts for the company as a whole: a fact with a dimension
# is one of its parts, except that creditors due within one year have a dimension of their own.
# The first of these names that a document has. Money is of a day, or of a year.
_AT_DATE = {
    "net_assets": (
        "NetAssetsLiabilities",
        "NetAssetsLiabilitiesIncludingPensionAssetLiability",
        "Equity",
    ),
    "current_assets": ("CurrentAssets",),
    "cash": ("CashBankOnHand", "CashBankInHand", "CashCashEquivalents"),
}
_OVER_YEAR = {
    "turnover": ("TurnoverRevenue", "TurnoverGrossOperatingRevenue", "Revenue"),
    "profit": ("ProfitLoss", "ProfitLossForPeriod"),
}
_EARLIER_CREDITORS = ("CreditorsDueWithinOneYear",)
_CREDITORS = ("Creditors", *_EARLIER_CREDITORS)
_TOTALS = ("TotalAssets", "TotalAssetsLessCurrentLiabilities", "FixedAssets")
_EMPLOYEES = ("AverageNumberEmployeesDuringPeriod", "EmployeesTotal")
_NUMBER = ("UKCompaniesHouseRegisteredNumber",)
_ENDS = ("BalanceSheetDate", "EndDateForPeriodCoveredByReport")
_STARTS = ("StartDateForPeriodCoveredByReport",)
_DORMANT = ("EntityDormantTruefalse", "EntityDormant")
_CODED = ("AccountingStandardsApplied", "AccountsStatusAuditedOrUnaudited")
_SMALL = (
    "StatementThatAccountsHaveBeenPreparedInAccordanceWithProvisionsSmallCompaniesRegime",
    "StatementThatAccountsPreparedInAccordanceWithSmallCompaniesRegime",
)
_OPINION = ("OpinionAuditorsOnEntity", "BasisForOpinionAuditorsOnEntity")
_WANTED = frozenset(
    name
    for names in (
        *_AT_DATE.values(), *_OVER_YEAR.values(), _CREDITORS, _TOTALS, _EMPLOYEES, _NUMBER, _ENDS,
        _STARTS, _DORMANT, _CODED, _SMALL, _OPINION,
    )
    for name in names
)  # fmt: skip
# Software says by either of these that a debt is due within one year.
_WITHIN_ONE_YEAR = (
    {"MaturitiesOrExpirationPeriodsDimension": "WithinOneYear"},
    {"FinancialInstrumentCurrentNon-currentDimension": "CurrentFinancialInstruments"},
)
_QUALIFIED = re.compile(
    r"(?<!un)\bqualified opinion|\badverse opinion|\bdisclaimer of opinion"
    r"|\bdo not express an opinion|\bexcept for the (?:possible )?effects?\b",
    re.IGNORECASE,
)
# Further than any company: what is above it was written in another unit, or by a slip.
_MOST_POUNDS = 10**13
_MOST_PEOPLE = 10_000_000


def files_in(paths: Sequence[Path]) -> list[Path]:
    """Return the files named, and those of the folders named: zips and documents, by name.

    Raises UsageError for what does not exist, and for a folder without any.
    """
    found = []
    for path in paths:
        if path.is_dir():
            within = sorted(
                one for one in path.iterdir() if one.suffix.lower() in (*_DOCUMENTS, ".zip")
            )
            if not within:
                raise UsageError(f"{path}: holds no zip and no document of accounts")
            found += within
        elif path.exists():
            found.append(path)
        else:
            raise UsageError(f"{path}: no such file", hint="Check the name.")
    return found


def day_of(path: Path) -> date | None:
    """Return the day in the name of a bulk file: its own, or the last of its month; None without
    one.
    """
    if day := find_file_name_date(path):
        return day
    found = _MONTH.search(path.stem)
    month = month_number(found[1]) if found else None
    if not found or not month:
        return None
    return months_after(date(int(found[2]), month, 1), 1) - timedelta(days=1)


def read_accounts_files(
    paths: Sequence[Path], wanted: Collection[str], drift: Drift, progress: Progress = SILENT
) -> Iterator[AccountsRow]:
    """Yield the figures of the companies `wanted`, and of every document that is named singly.

    Streams: nothing of a zip is kept. A document that cannot be read is left out and reported to
    `drift`, unless it is the one file named. Raises UnreadableFile for that and for a zip that is
    cut short, damaged, protected, or unpacks to more than it should; UsageError where the library
    that reads iXBRL is missing.
    """
    require_library()
    for path in paths:
        if _is_bulk(path):
            yield from _read_accounts_zip(path, frozenset(wanted), drift, progress)
        else:
            with progress.task(f"Loading {path.name}", 1) as task:
                try:
                    yield from _read_single_accounts(path, drift)
                except UnreadableFile as error:
                    if len(paths) == 1:
                        raise
                    _leave_out(path.name, error, drift)
                task.advance()


def _is_bulk(path: Path) -> bool:
    return path.suffix.lower() == ".zip" and not _NAME.fullmatch(path.name)


def _read_accounts_zip(
    path: Path, wanted: frozenset[str], drift: Drift, progress: Progress
) -> Iterator[AccountsRow]:
    with _open_accounts_zip(path, path.name, MOST_MEMBERS) as package:
        members = package.infolist()
        known = 0
        with progress.task(f"Loading {path.name}", len(members)) as task:
            for member in members:
                task.advance()
                name = member.filename.rpartition("/")[2]
                if not (found := _NAME.fullmatch(name)):
                    if name:
                        drift.unread("file in the zip", name)
                    continue
                known += 1
                number = found[1].upper()
                if number not in wanted:
                    continue
                data = _unpack_zip_member(package, member, path.name)
                try:
                    yield from _read_accounts_document(data, name, number, drift)
                except UnreadableFile as error:
                    _leave_out(name, error, drift)
        if not known:
            raise UnreadableFile(
                f"{path.name}: holds no accounts named as Companies House names them",
                hint="Name a zip of its daily or monthly accounts data.",
            )


def _read_single_accounts(path: Path, drift: Drift) -> Iterator[AccountsRow]:
    try:
        with regular(path).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path}: cannot be opened: {error.strerror}") from error
    if len(data) > MOST_BYTES:
        raise UnreadableFile(f"{path.name}: is over {MOST_BYTES:,} bytes; no accounts are")
    found = _NAME.fullmatch(path.name)
    yield from _read_accounts_document(data, path.name, found[1].upper() if found else "", drift)


def _read_accounts_document(data: bytes, name: str, number: str, drift: Drift) -> list[AccountsRow]:
    """Return the figures of a document, or of the one within a zip that gives figures."""
    if not data.startswith(b"PK"):
        return read_accounts_figures(data, name, number, drift)
    with _open_accounts_zip(io.BytesIO(data), name, MOST_WITHIN) as package:
        within = [
            member
            for member in package.infolist()
            # The report of a community interest company to its regulator lies beside its accounts.
            if member.filename.lower().endswith(_DOCUMENTS) and "cic34" not in member.filename
        ]
        refused = f"{name}: holds no document of accounts"
        for member in within:
            try:
                return read_accounts_figures(
                    _unpack_zip_member(package, member, name), name, number, drift
                )
            except UnreadableFile as error:
                refused = error.message
        raise UnreadableFile(refused)


def _leave_out(name: str, error: UnreadableFile, drift: Drift) -> None:
    drift.left_out("accounts that cannot be read", error.omit_file_name(name))


def _open_accounts_zip(file: Path | io.BytesIO, name: str, most: int) -> zipfile.ZipFile:
    try:
        package = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise UnreadableFile(
            f"{name}: the zip is damaged or cut short ({error})", hint=_HINT
        ) from error
    except OSError as error:
        raise UsageError(f"{name}: cannot be opened: {error.strerror}") from error
    if len(package.infolist()) > most:
        package.close()
        raise UnreadableFile(f"{name}: holds over {most:,} files; no accounts data does")
    return package


def _unpack_zip_member(package: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> bytes:
    where = f"{name}: {member.filename}"
    if member.flag_bits & 1:
        raise UnreadableFile(f"{where} is protected with a password")
    ratio = member.file_size / max(1, member.compress_size)
    if member.file_size > MOST_BYTES or (member.file_size > _RATIO_FROM and ratio > _MOST_RATIO):
        raise UnreadableFile(
            f"{where} would unpack to {member.file_size:,} bytes, {ratio:,.0f} times its size",
            hint="Fetch the file from Companies House.",
        )
    try:
        with package.open(member) as file:
            return file.read(MOST_BYTES + 1)[:MOST_BYTES]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise UnreadableFile(f"{where} is damaged ({error})", hint=_HINT) from error


def read_accounts_figures(data: bytes, name: str, number: str, drift: Drift) -> list[AccountsRow]:
    """Return the figures of a document, and those that it repeats of the year before.

    `number` is the company's as the file's name gives it; empty where that gives none. Raises
    UnreadableFile for a document that gives no figures, is not in pounds, or is about another
    company. Tells `drift` of facts whose values could not be read.
    """
    held = read_ixbrl_facts(data, name, _WANTED)
    for local in held.unread:
        drift.unmapped("value in accounts", local)
    number = _find_accounts_company(held, name, number)
    ended = _find_balance_date(held, name)
    digest = sha256(data).hexdigest()
    rows = []
    for day in (ended, *_find_prior_balance_date(held, ended)):
        figures = AccountsFigures(
            number=number,
            ended=day,
            comparative=day != ended,
            document=name,
            **_derive_year_figures(held, day),
        )
        if day == ended:
            figures = replace(
                figures,
                started=_find_fact_date(held, _STARTS),
                dormant=_is_dormant(held),
                regime=_derive_accounts_regime(held),
                audit=_derive_audit_report(held),
            )
        rows.append(AccountsRow(figures, digest))
    return rows


def _find_accounts_company(held: Facts, name: str, number: str) -> str:
    stated = {one.text for one in held.found if one.name in _NUMBER and one.text}
    numbers = {register_number(text) for text in (*stated, *held.entities) if text}
    if number:
        numbers.add(number)
    if len(numbers) != 1 or not (held.entities or stated):
        told = ", ".join(sorted(numbers)[:3]) or "no company"
        raise UnreadableFile(f"{name}: does not say clearly whose accounts it holds ({told})")
    return numbers.pop()


def _find_balance_date(held: Facts, name: str) -> date:
    """Return the balance sheet date: as stated where there are figures of it, else of the newest
    ones.

    Accounts of a dormant company may hold no sum at all.
    """
    balances = {one.end for one in _select_pound_facts(held) if one.end and one.start is None}
    stated = {one.value for one in held.found if one.name in _ENDS and type(one.value) is date}
    stated |= {
        day for one in held.found if one.name in _ENDS and (day := _parse_iso_date(one.text))
    }
    if balances:
        return max(stated & balances or balances)
    if foreign := sorted({one.unit for one in held.found if _is_money(one) and one.unit != "GBP"}):
        raise UnreadableFile(f"{name}: its figures are not in pounds ({', '.join(foreign)})")
    if not stated or not _is_dormant(held):
        raise UnreadableFile(f"{name}: gives no figures of a balance sheet")
    return max(stated)


def _find_prior_balance_date(held: Facts, ended: date) -> Iterator[date]:
    """Yield the balance sheet date before, where its net assets are repeated."""
    earlier = [
        one.end
        for one in _select_pound_facts(held)
        if one.name in _AT_DATE["net_assets"]
        and not one.members
        and one.start is None
        and one.end
        # Some take the first day of a year for the last of the year before.
        and one.end < ended - timedelta(days=31)
    ]
    if earlier:
        yield max(earlier)


def _derive_year_figures(held: Facts, ended: date) -> dict[str, Any]:
    at = [one for one in _select_pound_facts(held) if one.end == ended and one.start is None]
    over = [one for one in _select_pound_facts(held) if one.end == ended and one.start]
    found: dict[str, Any] = {
        name: _find_pound_amount(at, names) for name, names in _AT_DATE.items()
    }
    found |= {name: _find_pound_amount(over, names) for name, names in _OVER_YEAR.items()}
    ways = [(("Creditors",), members) for members in _WITHIN_ONE_YEAR]
    owed = (
        _find_pound_amount(at, names, members)
        for names, members in (*ways, (_EARLIER_CREDITORS, {}))
    )
    within = next((sum_ for sum_ in owed if sum_ is not None), None)
    # What is owed is written with either sign.
    found["creditors_within_one_year"] = None if within is None else abs(within)
    found["total_assets"] = _total_assets(at, found)
    people = [one for one in held.found if one.name in _EMPLOYEES and one.end == ended]
    found["employees"] = next(
        (n for one in people if (n := _parse_head_count(one)) is not None), None
    )
    return found


def _total_assets(at: list[Fact], found: dict[str, int | None]) -> int | None:
    total, less_current, fixed = (_find_pound_amount(at, (name,)) for name in _TOTALS)
    current, within = found["current_assets"], found["creditors_within_one_year"]
    if total is not None:
        return total
    if less_current is not None and within is not None:
        return less_current + within
    return fixed + current if fixed is not None and current is not None else None


def _is_money(one: Fact) -> bool:
    money = (*_AT_DATE.values(), *_OVER_YEAR.values(), _CREDITORS, _TOTALS)
    return isinstance(one.value, int | float) and any(one.name in names for names in money)


def _select_pound_facts(held: Facts) -> Iterator[Fact]:
    return (one for one in held.found if _is_money(one) and one.unit == "GBP")


def _find_pound_amount(
    some: list[Fact], names: tuple[str, ...], members: dict[str, str] | None = None
) -> int | None:
    for name in names:
        for one in some:
            if one.name == name and one.members == (members or {}):
                number = _round_to_whole(one.value)
                if number is not None and abs(number) <= _MOST_POUNDS:
                    return number
    return None


def _parse_head_count(one: Fact) -> int | None:
    """Return a head count. Some write a scale of -2, so that 3 would be 0.03: the page shows the
    3.
    """
    if one.members or not isinstance(one.value, int | float):
        return None
    shown = one.text.replace(",", "")
    count = _round_to_whole(
        float(shown) if re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{1,4})?", shown) else one.value
    )
    return count if count is not None and 0 <= count <= _MOST_PEOPLE else None


def _round_to_whole(value: object) -> int | None:
    if not isinstance(value, float | int) or not math.isfinite(value):
        return None
    return math.floor(value + 0.5) if value >= 0 else -math.floor(0.5 - value)


def _find_fact_date(held: Facts, names: tuple[str, ...]) -> date | None:
    for one in held.found:
        if one.name in names and (
            day := one.value if type(one.value) is date else _parse_iso_date(one.text)
        ):
            return day
    return None


def _parse_iso_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _is_dormant(held: Facts) -> bool | None:
    """Return whether it is dormant: by the format where that is the value (`booleanfalse`,
    `fixed-true`), else by the text.
    """
    said = {
        (one.format if re.search("(?:true|false)$", one.format) else one.text).lower()
        for one in held.found
        if one.name in _DORMANT
    }
    found = {text.endswith("true") for text in said if re.search("(?:true|false)$", text)}
    return found.pop() if len(found) == 1 else None


def _find_dimension_member(held: Facts, name: str, dimension: str) -> str:
    """Return a choice that a document makes by the dimension of an empty fact."""
    members = (one.members.get(dimension, "") for one in held.found if one.name == name)
    return next(filter(None, members), "")


def _derive_accounts_regime(held: Facts) -> AccountsRegime:
    standard = _find_dimension_member(
        held, "AccountingStandardsApplied", "AccountingStandardsDimension"
    )
    if standard == "Micro-entities":
        return "micro"
    if standard == "SmallEntities" or any(one.name in _SMALL for one in held.found):
        return "small"
    return "other" if standard else ""


def _derive_audit_report(held: Facts) -> AuditReport:
    status = _find_dimension_member(
        held, "AccountsStatusAuditedOrUnaudited", "AccountsStatusDimension"
    )
    if status.startswith("AuditExempt") or status == "Unaudited":
        return "exempt"
    opinion = " ".join(one.text for one in held.found if one.name in _OPINION)
    if not opinion:
        return ""
    return "qualified" if _QUALIFIED.search(opinion) else "unqualified"
