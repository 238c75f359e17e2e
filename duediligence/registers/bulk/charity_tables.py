"""The tables of a register of charities, and their values.

Scotland: the names of the columns are from memory, not from a file: number, name and status must
be there, and what else is missing or added is reported as drift. OSCR lists charities on the
register, publishes no trustees, and gives no company number. Charities removed are in a file of
their own, which has the same columns and a day on which they ceased.

Northern Ireland: the names of the columns are from memory, but for `Reg charity number` and
`Sub charity number` (org-id.guide, GB-NIC). The same three must be there. Trustees are on the site
and not in the file.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.model import Address, Charity, CharityRow, Identifier, register_number
from duediligence.model.entries import CHARITY_NORTHERN_IRELAND, CHARITY_SCOTLAND
from duediligence.progress import SILENT, Progress
from duediligence.registers.files import table, text, unpacked_size
from duediligence.text.dates import month_number

# OptionRemark in where a number was asked for and there was none.
_PLACEHOLDERS = frozenset({"00000000", "01234567", "12345678"})
_DATE = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ].*)?|([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})(?: .*)?"
)
_WORDED = re.compile(r"([0-9]{1,2})[- ]([A-Za-z]{3})[- ]([0-9]{4})")


def day(column: str, cell: str, drift: Drift) -> date | None:
    """Return `2026-11-24` (with or without a time), `24/11/2026` or `24-Nov-2026`."""
    if not cell:
        return None
    try:
        if found := _DATE.fullmatch(cell):
            y, m, d, day_, month, year = found.groups()
            return date(int(y or year), int(m or month), int(d or day_))
        if (found := _WORDED.fullmatch(cell)) and (number := month_number(found[2])):
            return date(int(found[3]), number, int(found[1]))
    except ValueError:
        pass
    drift.unmapped(column, cell)
    return None


def flag(column: str, cell: str, drift: Drift) -> bool | None:
    if not cell:
        return None
    known = {"true": True, "1": True, "yes": True, "y": True, "false": False, "0": False,
             "no": False, "n": False}.get(cell.lower())  # fmt: skip
    if known is None:
        drift.unmapped(column, cell)
    return known


def amount(column: str, cell: str, drift: Drift) -> int | None:
    """Return pounds, without the pence."""
    if not cell:
        return None
    found = re.fullmatch(r"£?(-?[0-9][0-9,]{0,17})(?:\.[0-9]+)?", cell)
    if not found:
        drift.unmapped(column, cell)
        return None
    return int(found[1].replace(",", ""))


def company_number(cell: str) -> str:
    """Return the company's number; empty for none, and for what is typed in place of one."""
    number = register_number(cell)
    sound = len(number) == 8 and number.isascii() and number.isalnum()
    return number if sound and number not in _PLACEHOLDERS else ""


Cell = Callable[[str], str]
_SCOTTISH_STATUSES = {"active": "registered", "registered": "registered", "removed": "removed"}
# Whether the returns are late is part of the status here.
_IRISH_STATUSES: dict[str, tuple[str, bool | None]] = {
    "up-to-date": ("registered", False),
    "recently registered": ("registered", False),
    "documents received late": ("registered", False),
    "in default": ("registered", True),
    "documents overdue": ("registered", True),
    "removed": ("removed", None),
}


@dataclass(frozen=True, slots=True)
class CharityTable:
    """How a register is laid out as one table.

    `read` turns the cells of a row into a charity and its number; None where number or name is
    missing. Columns in `known` are there and not read.
    """

    required: tuple[str, ...]
    known: tuple[str, ...]
    read: Callable[[Cell, Drift], CharityRow | None]

    def fits(self, path: Path) -> bool:
        """Return whether the file has the columns of this register."""
        try:
            with (
                SILENT.task("") as task,
                table(path, required=self.required, drift=Drift(), task=task),
            ):
                return True
        except UnreadableFile:
            return False

    def charities(
        self, path: Path, drift: Drift, progress: Progress = SILENT
    ) -> Iterator[CharityRow]:
        """Yield each charity, streaming. Raises UnreadableFile."""
        with (
            progress.task(f"Loading {path.name}", unpacked_size(path), unit="bytes") as task,
            table(
                path, required=self.required, optional=self.known, drift=drift, task=task
            ) as found,
        ):
            places = found.columns
            for line, cells in found.rows:

                def cell(column: str) -> str:
                    return text(cells[places[column]]) if column in places else ""  # noqa: B023

                row = self.read(cell, drift)
                if row is None:
                    raise UnreadableFile(
                        f"{path.name}: line {line}: a charity has no number or name"
                    )
                yield row


def _build_scottish_charity(cell: Cell, drift: Drift) -> CharityRow | None:
    number, name = cell("Charity Number").upper(), cell("Charity Name")
    if not number or not name:
        return None
    status = cell("Charity Status")
    if status.lower() not in _SCOTTISH_STATUSES:
        drift.unmapped("Charity Status", status)
    address, postcode = cell("Principal Office/Trustees Address"), cell("Postcode")
    income = cell("Most recent year income")
    return CharityRow(
        number,
        Charity(
            identifier=Identifier(CHARITY_SCOTLAND, number),
            name=name,
            status=_SCOTTISH_STATUSES.get(status.lower(), status.lower() or "not-stated"),
            type=cell("Constitutional Form"),
            other_names=tuple(filter(None, (cell("Known As"),))),
            registered_on=day("Registered Date", cell("Registered Date"), drift),
            removed_on=day("Ceased Date", cell("Ceased Date"), drift),
            address=Address(address, postcode) if address or postcode else None,
            income=amount("Most recent year income", income, drift),
        ),
    )


def _northern_irish(cell: Cell, drift: Drift) -> CharityRow | None:
    number = cell("Reg charity number").upper().removeprefix("NIC").strip()
    name, sub = cell("Charity name"), cell("Sub charity number")
    if not number or not name:
        return None
    status = cell("Status").lower()
    if status not in _IRISH_STATUSES:
        drift.unmapped("Status", status)
    code, late = _IRISH_STATUSES.get(status, (status or "not-stated", None))
    address = cell("Public address")
    last = address.rpartition(",")[2].strip() if "," in address else ""
    number = number if sub in ("", "0") else f"{number}-{sub}"
    return CharityRow(
        number,
        Charity(
            identifier=Identifier(CHARITY_NORTHERN_IRELAND, number),
            name=name,
            status=code,
            company_number=company_number(cell("Company number")),
            registered_on=day("Date registered", cell("Date registered"), drift),
            accounts_late=late,
            address=Address(address, last if last[:2] == "BT" else "") if address else None,
            income=amount("Total income", cell("Total income"), drift),
        ),
    )


SCOTLAND = CharityTable(
    ("Charity Number", "Charity Name", "Charity Status"),
    (
        "Registered Date",
        "Ceased Date",
        "Known As",
        "Postcode",
        "Constitutional Form",
        "Principal Office/Trustees Address",
        "Most recent year income",
        "Notes",
        "Previous Constitutional Form 1",
        "Geographical Spread",
        "Main Operating Location",
        "Purposes",
        "Beneficiaries",
        "Activities",
        "Objectives",
        "Website",
        "Most recent year expenditure",
        "Mailing cycle",
        "Year End",
        "Parent charity name",
        "Parent charity number",
        "Parent charity country of registration",
        "Designated religious body",
        "Regulatory Type",
    ),
    _build_scottish_charity,
)
NORTHERN_IRELAND = CharityTable(
    ("Reg charity number", "Charity name", "Status"),
    (
        "Sub charity number",
        "Date registered",
        "Total income",
        "Public address",
        "Company number",
        "Date for financial year ending",
        "Total spending",
        "Charitable spending",
        "Income generation and governance",
        "Retained for future use",
        "Website",
        "Email",
        "Telephone",
        "What the charity does",
        "Who the charity helps",
        "How the charity works",
        "Employed staff",
        "UK and Ireland charity numbers",
        "Volunteers",
        "Charitable purposes",
        "Other name",
        "Type of governing document",
        "Financial period start",
        "Financial period end",
    ),
    _northern_irish,
)
