"""The records of the World Bank, from its service's answer or from the page's Excel file."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from duediligence.watchlists._readers.fields.bodies import derived_id
from duediligence.watchlists._readers.fields.tables import Layout, Row, fold, header_score, rows_of

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile, UsageError
from duediligence.formats import json

if TYPE_CHECKING:
    from duediligence.formats.table import Table

# By the members of the answer, the headings of the same in the Excel file.
EXCEL = Layout(
    needed={
        "SUPP_NAME": "Firm Name | Name | Firm or Individual Name",
        "COUNTRY_NAME": "Country | Country Name",
        "DEBAR_FROM_DATE": "From Date | Ineligibility Period From | From | Ineligibility From Date",
        "DEBAR_TO_DATE": "To Date | Ineligibility Period To | To | Ineligibility To Date",
        "DEBAR_REASON": "Grounds | Ground",
    },
    wanted={
        "ADD_SUPP_INFO": "Additional Information | Additional Firm Info | Additional Firm"
        " Information",
        "SUPP_ADDR": "Address | Firm Address",
        "SUPP_CITY": "City",
    },
    passed_over=("No", "Sr No", "S No", "Ineligibility Period"),
)
_DATES = ("DEBAR_FROM_DATE", "DEBAR_TO_DATE")
_ONGOING = {"permanent": "Permanent", "ongoing": "Ongoing"}
_PEOPLE = re.compile(r"(?:MR|MRS|MS|MISS|DR|ENG|PROF|SR|SRA)\.?\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Record:
    """One record; `where` is the file and the number of the record in it, from 1."""

    values: Mapping[str, object]
    where: str

    def text(self, field: str) -> str:
        """The field's text, empty where null or absent. Raises UnreadableFile."""
        return json.text(self.values.get(field), f"{self.where}: {field}")


def read(path: Path) -> list[Record]:
    """Every record of the answer. Raises UnreadableFile, also where there is none."""
    document = json.load(path)
    response = document.get("response") if isinstance(document, dict) else None
    records = response.get("ZPROCSUPP") if isinstance(response, dict) else None
    if not isinstance(records, list) or not all(isinstance(item, dict) for item in records):
        raise UnreadableFile(
            f"{path.name}: has no list of records at response.ZPROCSUPP",
            hint="Save the whole answer of the bank's service, as this list's notes say.",
        )
    if not records:
        raise UnreadableFile(f"{path.name}: holds no records", hint="Fetch it again.")
    return [Record(item, f"{path.name}: record {n}") for n, item in enumerate(records, start=1)]


def read_excel(path: Path, drift: Drift) -> Iterator[Record]:
    """Every row of the Excel file, in the members of the answer. Raises UnreadableFile."""
    from duediligence.formats.table import read_table

    try:
        table = read_table(path, usable=lambda cells: header_score(cells, EXCEL))
        for row in rows_of(_with_both_dates(table), EXCEL, drift):
            yield Record(_members(row), f"{path.name}: row {row.number}")
    except UsageError as error:
        raise UnreadableFile(error.message, hint=error.hint) from error


def _with_both_dates(table: "Table") -> "Table":
    """The table with one row of headings: the two dates may stand under a heading of their own."""
    first = next(table.rows, None)
    if first is None:
        return table
    number, cells = first
    dates = {fold(name) for key in _DATES for name in EXCEL.needed[key].split(" | ")}
    below = [fold(cell) for cell in cells if cell.strip()]
    if not below or not dates.issuperset(below):
        return replace(table, rows=chain([(number, cells)], table.rows))
    header = tuple(
        lower.strip() or upper for upper, lower in zip(table.header, cells, strict=False)
    )
    return replace(table, header=header)


def _members(row: Row) -> dict[str, object]:
    """What the answer would say of the party, as far as the file says it."""
    reason, until = row["DEBAR_REASON"], row["DEBAR_TO_DATE"]
    lasting = _ONGOING.get(until.casefold())
    name = row.filled("SUPP_NAME")
    return {
        **row.cells,
        "SUPP_ID": derived_id(name, row["COUNTRY_NAME"], row["DEBAR_FROM_DATE"]),
        # The file does not tell a person from a firm, but for the title before a name.
        "SUPP_TYPE_CODE": "I" if _PEOPLE.match(name) else "U",
        "DEBAR_TO_DATE": "" if lasting else until,
        "INELIGIBLY_STATUS": lasting,
        "ELIG_STAT": "X-DEBARRED" if reason.casefold().startswith("cross") else "DEBARRED",
    }
