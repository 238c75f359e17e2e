"""The register of the Charity Commission for Northern Ireland, as its search gives it in CSV.

The names of the columns are from memory, but for `Reg charity number` and `Sub charity number`
(org-id.guide, GB-NIC): number, name and status must be there, and what else is missing or added
is told of as drift. Trustees stand on the site and not in the file.
"""

from collections.abc import Iterator
from pathlib import Path

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.model import Address, Charity, CharityRow, Identifier
from duediligence.model.identifiers import CHARITY_NORTHERN_IRELAND
from duediligence.progress import SILENT, Progress
from duediligence.registers.charities import values
from duediligence.registers.charities.scotland import has_columns
from duediligence.registers.files import table, text, unpacked_size

_REQUIRED = ("Reg charity number", "Charity name", "Status")
_READ = ("Sub charity number", "Date registered", "Total income", "Public address",
         "Company number")  # fmt: skip
_KNOWN = (
    "Date for financial year ending", "Total spending", "Charitable spending",
    "Income generation and governance", "Retained for future use", "Website", "Email",
    "Telephone", "What the charity does", "Who the charity helps", "How the charity works",
    "Employed staff", "UK and Ireland charity numbers", "Volunteers", "Charitable purposes",
    "Other name", "Type of governing document", "Financial period start", "Financial period end",
)  # fmt: skip
# Whether the returns are late is part of the status here.
_STATUSES: dict[str, tuple[str, bool | None]] = {
    "up-to-date": ("registered", False),
    "recently registered": ("registered", False),
    "documents received late": ("registered", False),
    "in default": ("registered", True),
    "documents overdue": ("registered", True),
    "removed": ("removed", None),
}


def is_register(path: Path) -> bool:
    """Whether the file has the columns of this register."""
    return has_columns(path, _REQUIRED)


def charities(path: Path, drift: Drift, progress: Progress = SILENT) -> Iterator[CharityRow]:
    """Yield each charity, streaming. Raises UnreadableFile."""
    with (
        progress.task(f"Loading {path.name}", unpacked_size(path)) as task,
        table(
            path, required=_REQUIRED, optional=(*_READ, *_KNOWN), drift=drift, task=task
        ) as found,
    ):
        places = found.columns
        for line, cells in found.rows:

            def cell(column: str) -> str:
                return text(cells[places[column]]) if column in places else ""  # noqa: B023

            number = cell("Reg charity number").upper().removeprefix("NIC").strip()
            name, sub = cell("Charity name"), cell("Sub charity number")
            if not number or not name:
                raise UnreadableFile(f"{path.name}: line {line}: a charity has no number or name")
            status = cell("Status").lower()
            if status not in _STATUSES:
                drift.unmapped("Status", status)
            code, late = _STATUSES.get(status, (status or "not-stated", None))
            address = cell("Public address")
            _, comma, last = address.rpartition(",")
            number = number if sub in ("", "0") else f"{number}-{sub}"
            yield CharityRow(
                number,
                Charity(
                    identifier=Identifier(CHARITY_NORTHERN_IRELAND, number),
                    name=name,
                    status=code,
                    company_number=values.company_number(cell("Company number")),
                    registered_on=values.day("Date registered", cell("Date registered"), drift),
                    accounts_late=late,
                    address=Address(
                        address, last.strip() if comma and last.strip()[:2] == "BT" else ""
                    )
                    if address
                    else None,
                    income=values.amount("Total income", cell("Total income"), drift),
                ),
            )
