"""The registers of the three charity regulators, as each publishes it."""

import json
import re
import zipfile
from codecs import getincrementaldecoder
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile, UsageError
from duediligence.formats.json import text as scalar
from duediligence.model import (
    Address,
    AnnualReturn,
    Charity,
    CharityEvent,
    CharityFigures,
    CharityPart,
    CharityRow,
    Identifier,
    Register,
)
from duediligence.model.entries import CHARITY_ENGLAND_WALES
from duediligence.progress import SILENT, Progress
from duediligence.reading import regular
from duediligence.registers.bulk import charity_tables
from duediligence.registers.bulk.charity_tables import NORTHERN_IRELAND, SCOTLAND
from duediligence.registers.files import Bytes, opened, table, text, unpacked_size
from duediligence.text.dates import long_date

Rows: TypeAlias = Iterator[CharityRow | CharityPart]

# The Charity Commission's public extract: England and Wales.
#
# Each table is a file of its own, `publicextract.charity.zip`, `publicextract.charity_trustee.zip`
# and so on, made again each day; JSON (an array of records) or tab-separated text. The columns are
# those of a database built from the extract (December 2024); the files themselves could not be
# looked at, so a column missing is an error, and one added, or a word not known, is drift. Those of
# parts A and B of the annual return are the Commission's own list of fields (July 2026). Statuses
# of reporting are from memory: one that is not known leaves it unknown whether accounts are late.
# The extract has no inquiry that is open; it lists the reports that were published.
_CHUNK = 1 << 18
_MOST = 10_000_000
_CUT = "The file may be cut short: fetch it again. What was loaded before stays in use."


def find_regulator(paths: Sequence[Path]) -> Register:
    """Return whose register the files are, by their names and headers.

    Raises UsageError where they are of none, or of several.
    """
    if all(_table_of(path) for path in paths):
        return "charities-england-wales"
    if len(paths) == 1:
        if SCOTLAND.fits(paths[0]):
            return "charities-scotland"
        if NORTHERN_IRELAND.fits(paths[0]):
            return "charities-northern-ireland"
    raise UsageError(
        f"{', '.join(path.name for path in paths[:3])}: not the register of one charity regulator",
        hint="England and Wales: publicextract.charity.zip, with any others of that name. "
        "Scotland: the register as CSV. Northern Ireland: the search results as CSV.",
    )


def read_charities(paths: Sequence[Path], drift: Drift, progress: Progress = SILENT) -> Rows:
    """Yield the charities of one regulator, and the parts of their records.

    Raises UsageError as `find_regulator`, and UnreadableFile.
    """
    match find_regulator(paths):
        case "charities-scotland":
            yield from SCOTLAND.charities(paths[0], drift, progress)
        case "charities-northern-ireland":
            yield from NORTHERN_IRELAND.charities(paths[0], drift, progress)
        case _:
            yield from _read_extract_charities(paths, drift, progress)


def _stream_json_objects(data: Bytes, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (where, record) for each record of the array.

    Raises UnreadableFile where the file is no array of records, one is over ten million
    characters, or the array does not end.
    """
    decoder = getincrementaldecoder("utf-8-sig")()
    scan = json.JSONDecoder().raw_decode
    buffer, place, count, ended = "", 0, 0, False

    def more() -> bool:
        nonlocal buffer, place, ended
        chunk = data.read(_CHUNK)
        try:
            buffer = buffer[place:] + decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            raise UnreadableFile(f"{name}: after record {count}: not UTF-8 text") from error
        place = 0
        ended = not chunk
        return not ended

    def next_mark() -> str:
        nonlocal place
        while True:
            while place < len(buffer) and buffer[place].isspace():
                place += 1
            if place < len(buffer):
                return buffer[place]
            if not more():
                return ""

    if next_mark() != "[":
        page = buffer[place : place + 15].lower().startswith(("<!doctype html", "<html"))
        raise UnreadableFile(f"{name}: is {'a web page, not' if page else 'not'} a list of records")
    place += 1
    while (mark := next_mark()) != "]":
        if mark == "," and count:
            place += 1
            mark = next_mark()
        where = f"{name}: record {count + 1}"
        while True:
            try:
                found, end = scan(buffer, place)
                break
            except RecursionError as error:
                raise UnreadableFile(f"{where} is nested too deep") from error
            except ValueError as error:
                if len(buffer) - place > _MOST:
                    raise UnreadableFile(f"{where} is over {_MOST:,} characters") from error
                if not more() and not buffer[place:].strip():
                    raise UnreadableFile(f"{where}: the list does not end", hint=_CUT) from error
                if ended:
                    raise UnreadableFile(f"{where}: is not JSON ({error})", hint=_CUT) from error
        if not isinstance(found, dict):
            raise UnreadableFile(f"{where} is not a record")
        place = end
        count += 1
        yield where, found
    place += 1
    if next_mark():
        raise UnreadableFile(f"{name}: goes on after its list has ended")


ALWAYS = "date_of_extract organisation_number registered_charity_number"
# Columns that are read, and those that are known and not needed.
TABLES: Mapping[str, tuple[str, str]] = {
    "charity": (
        "organisation_number registered_charity_number linked_charity_number charity_name "
        "charity_type charity_registration_status date_of_registration date_of_removal "
        "charity_reporting_status latest_income charity_contact_address1 "
        "charity_contact_address2 charity_contact_address3 charity_contact_address4 "
        "charity_contact_address5 charity_contact_postcode charity_company_registration_number "
        "charity_insolvent charity_in_administration date_cio_dissolution_notice",
        "latest_acc_fin_period_start_date latest_acc_fin_period_end_date latest_expenditure "
        "charity_contact_phone charity_contact_email charity_contact_web "
        "charity_previously_excepted charity_is_cdf_or_cif charity_is_cio cio_is_dissolved "
        "charity_activities charity_gift_aid charity_has_land",
    ),
    "charity_other_names": (
        "organisation_number charity_name",
        "linked_charity_number charity_name_id charity_name_type",
    ),
    "charity_trustee": (
        "organisation_number trustee_name",
        "linked_charity_number trustee_id trustee_is_chair individual_or_organisation "
        "trustee_date_of_appointment",
    ),
    "charity_event_history": (
        "organisation_number event_type date_of_event reason",
        "linked_charity_number charity_name charity_event_order assoc_organisation_number "
        "assoc_registered_charity_number assoc_charity_name",
    ),
    "charity_annual_return_history": (
        "organisation_number fin_period_end_date reporting_due_date date_annual_return_received "
        "accounts_qualified",
        "fin_period_start_date ar_cycle_reference date_accounts_received total_gross_income "
        "total_gross_expenditure suppression_ind suppression_type",
    ),
    "charity_annual_return_parta": (
        "organisation_number fin_period_order_number fin_period_end_date "
        "income_from_government_contracts income_from_government_grants "
        "trustee_payments_acting_as_trustee employees_salary_over_60k",
        "latest_fin_period_submitted_ind ar_cycle_reference fin_period_start_date ar_due_date "
        "ar_received_date total_gross_income total_gross_expenditure "
        "charity_raises_funds_from_public charity_professional_fundraiser "
        "charity_agreement_professional_fundraiser charity_commercial_participator "
        "charity_agreement_commerical_participator grant_making_is_main_activity "
        "charity_receives_govt_funding_contracts count_govt_contracts "
        "charity_receives_govt_funding_grants count_govt_grants charity_has_trading_subsidiary "
        "trustee_also_director_of_subsidiary does_trustee_receive_any_benefit "
        "trustee_receives_payments_services trustee_receives_other_benefit "
        "trustee_resigned_employment count_salary_band_60001_70000 count_salary_band_70001_80000 "
        "count_salary_band_80001_90000 count_salary_band_90001_100000 "
        "count_salary_band_100001_110000 count_salary_band_110001_120000 "
        "count_salary_band_120001_130000 count_salary_band_130001_140000 "
        "count_salary_band_140001_150000 count_salary_band_150001_200000 "
        "count_salary_band_200001_250000 count_salary_band_250001_300000 "
        "count_salary_band_300001_350000 count_salary_band_350001_400000 "
        "count_salary_band_400001_450000 count_salary_band_450001_500000 "
        "count_salary_band_over_500000 count_volunteers",
    ),
    "charity_annual_return_partb": (
        "organisation_number fin_period_order_number fin_period_end_date reserves "
        "assets_total_assets_and_liabilities",
        "latest_fin_period_submitted_ind ar_cycle_reference fin_period_start_date ar_due_date "
        "ar_received_date income_donations_and_legacies income_charitable_activities "
        "income_other_trading_activities income_investments income_other "
        "income_total_income_and_endowments income_legacies income_endowments "
        "expenditure_raising_funds expenditure_charitable_expenditure expenditure_other "
        "expenditure_total expenditure_investment_management expenditure_grants_institution "
        "expenditure_governance expenditure_support_costs expenditure_depreciation "
        "gain_loss_investment gain_loss_pension_fund gain_loss_revaluation_fixed_investment "
        "gain_loss_other assets_total_fixed assets_own_use assets_long_term_investment "
        "defined_benefit_pension_scheme assets_other_assets assets_total_liabilities "
        "assets_current_investment creditors_one_year_total_current "
        "creditors_falling_due_after_one_year assets_cash funds_endowment funds_unrestricted "
        "funds_restricted funds_total count_employees charity_only_accounts consolidated_accounts",
    ),
    "charity_published_report": (
        "organisation_number report_name date_published",
        "linked_charity_number report_location",
    ),
}
_LATE = {
    "submission overdue": True,
    "submission double default": True,
    "submission received": False,
    "new": False,
}
Row = Mapping[str, str]


def _table_of(path: Path) -> str:
    """Return the table that the file's name tells, empty where it is no file of the extract."""
    found = re.fullmatch(r"publicextract\.(\w+)\.(?:zip|json|txt)", path.name.lower())
    return found[1] if found and found[1] in TABLES else ""


def _read_extract_charities(
    paths: Sequence[Path], drift: Drift, progress: Progress = SILENT
) -> Iterator[CharityRow | CharityPart]:
    """Yield the charities, then the parts of their records that stand in the other files.

    Raises UsageError without the table of charities or with one twice, and UnreadableFile.
    """
    by_table = {_table_of(path): path for path in paths}
    if "charity" not in by_table or len(by_table) != len(paths):
        raise UsageError(
            "the extract's table of charities is needed, and no table twice",
            hint="Add publicextract.charity.zip to the files.",
        )
    for row in _read_extract_rows("charity", by_table.pop("charity"), drift, progress):
        yield _build_charity_row(row, drift)
    for name, path in by_table.items():
        for row in _read_extract_rows(name, path, drift, progress):
            yield from _build_charity_parts(name, row, drift)


def _build_charity_row(row: Row, drift: Drift) -> CharityRow:
    number, linked = row["registered_charity_number"], row["linked_charity_number"]
    lines = [row[f"charity_contact_address{n}"] for n in range(1, 6)]
    address = ", ".join(filter(None, lines))
    postcode = row["charity_contact_postcode"]
    status = row["charity_registration_status"].lower()
    if status not in ("registered", "removed"):
        drift.unmapped("charity_registration_status", status)
    reporting = row["charity_reporting_status"].lower()
    if reporting and reporting not in _LATE and reporting != "removed":
        drift.unmapped("charity_reporting_status", reporting)
    notice = charity_tables.day(
        "date_cio_dissolution_notice", row["date_cio_dissolution_notice"], drift
    )
    return CharityRow(
        row["organisation_number"],
        Charity(
            identifier=Identifier(
                CHARITY_ENGLAND_WALES, number if linked in ("", "0") else f"{number}-{linked}"
            ),
            name=row["charity_name"],
            status=status or "not-stated",
            type=row["charity_type"],
            company_number=charity_tables.company_number(
                row["charity_company_registration_number"]
            ),
            registered_on=charity_tables.day(
                "date_of_registration", row["date_of_registration"], drift
            ),
            removed_on=charity_tables.day("date_of_removal", row["date_of_removal"], drift),
            insolvent=charity_tables.flag("charity_insolvent", row["charity_insolvent"], drift),
            in_administration=charity_tables.flag(
                "charity_in_administration", row["charity_in_administration"], drift
            ),
            accounts_late=_LATE.get(reporting),
            address=Address(address, postcode) if address or postcode else None,
            income=charity_tables.amount("latest_income", row["latest_income"], drift),
            events=(CharityEvent("CIO dissolution notice", notice),) if notice else (),
        ),
    )


def _build_charity_parts(name: str, row: Row, drift: Drift) -> Iterator[CharityPart]:
    key = row["organisation_number"]
    if name == "charity_other_names" and row["charity_name"]:
        yield CharityPart(key, "other_names", row["charity_name"])
    elif name == "charity_trustee" and row["trustee_name"]:
        yield CharityPart(key, "trustees", row["trustee_name"])
    elif name == "charity_event_history":
        on = charity_tables.day("date_of_event", row["date_of_event"], drift)
        yield CharityPart(key, "events", CharityEvent(row["event_type"], on, row["reason"]))
    elif name == "charity_annual_return_history":
        end = charity_tables.day("fin_period_end_date", row["fin_period_end_date"], drift)
        due = charity_tables.day("reporting_due_date", row["reporting_due_date"], drift)
        came = row["date_annual_return_received"]
        received = charity_tables.day("date_annual_return_received", came, drift)
        # A return that came on a day we cannot read did come; one without a year is none.
        if end and (received or not came):
            # True, or empty: only accounts that came have an opinion.
            opinion = charity_tables.flag("accounts_qualified", row["accounts_qualified"], drift)
            qualified = opinion or False if received else None
            yield CharityPart(key, "returns", AnnualReturn(end, due, received, qualified))
    elif name in _FIGURES:
        end = charity_tables.day("fin_period_end_date", row["fin_period_end_date"], drift)
        if end and row["fin_period_order_number"] == "1":  # the most recent
            yield CharityPart(key, "figures", _FIGURES[name](end, row, drift))
    elif name == "charity_published_report":
        on = charity_tables.day("date_published", row["date_published"], drift)
        told = f"{row['report_name']} ({long_date(on)})" if on else row["report_name"]
        yield CharityPart(key, "inquiry", told)


def _part_a(end: date, row: Row, drift: Drift) -> CharityFigures:
    contracts, grants = "income_from_government_contracts", "income_from_government_grants"
    paid, salaries = "trustee_payments_acting_as_trustee", "employees_salary_over_60k"
    return CharityFigures(
        year_end=end,
        government_contracts=charity_tables.amount(contracts, row[contracts], drift),
        government_grants=charity_tables.amount(grants, row[grants], drift),
        trustees_paid=charity_tables.flag(paid, row[paid], drift),
        high_salaries=charity_tables.flag(salaries, row[salaries], drift),
    )


def _part_b(end: date, row: Row, drift: Drift) -> CharityFigures:
    net = "assets_total_assets_and_liabilities"
    return CharityFigures(
        year_end=end,
        reserves=charity_tables.amount("reserves", row["reserves"], drift),
        net_assets=charity_tables.amount(net, row[net], drift),
    )


_FIGURES = {"charity_annual_return_parta": _part_a, "charity_annual_return_partb": _part_b}


def _read_extract_rows(name: str, path: Path, drift: Drift, progress: Progress) -> Iterator[Row]:
    """Yield the rows of a table, each with the columns that are read, as text."""
    read, known = (columns.split() for columns in TABLES[name])
    known += ALWAYS.split()
    with progress.task(f"Loading {path.name}", unpacked_size(path), unit="bytes") as task:
        if _is_text(path):
            with table(
                path, required=read, optional=known, drift=drift, task=task,
                suffixes=(".txt",), delimiter="\t",
            ) as found:  # fmt: skip
                places = [(column, found.columns[column]) for column in read]
                for line, cells in found.rows:
                    row = {column: text(cells[place]) for column, place in places}
                    yield _with_key(row, f"{path.name}: line {line}")
            return
        seen: set[frozenset[str]] = set()
        with opened(path, (".json",), task) as data:
            for where, record in _stream_json_objects(data, path.name):
                if (columns := frozenset(record)) not in seen:
                    if missing := [column for column in read if column not in columns]:
                        raise UnreadableFile(f"{where}: has no {', '.join(missing)}")
                    if len(seen) < 100:
                        seen.add(columns)
                    for column in sorted(columns.difference(read, known)):
                        drift.unread("column", column)
                row = {column: scalar(record[column], f"{where}: {column}") for column in read}
                yield _with_key(row, where)


def _with_key(row: Row, where: str) -> Row:
    if not row["organisation_number"]:
        raise UnreadableFile(f"{where}: has no organisation_number")
    return row


def _is_text(path: Path) -> bool:
    if path.suffix.lower() == ".txt":
        return True
    try:
        with zipfile.ZipFile(regular(path)) as package:
            return any(name.lower().endswith(".txt") for name in package.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return False
