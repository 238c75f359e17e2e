"""The Scottish Charity Register (OSCR), as the CSV that its site offers.

The names of the columns are from memory, not from a file: number, name and status must be
there, and what else is missing or added is told of as drift. OSCR lists charities on the
register, publishes no trustees, and gives no company number. Charities removed stand in a file
of their own, which has the same columns and a day on which they ceased.
"""

from collections.abc import Iterator
from pathlib import Path

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.model import Address, Charity, CharityRow, Identifier
from duediligence.model.identifiers import CHARITY_SCOTLAND
from duediligence.progress import SILENT, Progress
from duediligence.registers.charities import values
from duediligence.registers.files import table, text, unpacked_size

_REQUIRED = ("Charity Number", "Charity Name", "Charity Status")
_READ = (
    "Registered Date", "Ceased Date", "Known As", "Postcode", "Constitutional Form",
    "Principal Office/Trustees Address", "Most recent year income",
)  # fmt: skip
_KNOWN = (
    "Notes", "Previous Constitutional Form 1", "Geographical Spread", "Main Operating Location",
    "Purposes", "Beneficiaries", "Activities", "Objectives", "Website",
    "Most recent year expenditure", "Mailing cycle", "Year End", "Parent charity name",
    "Parent charity number", "Parent charity country of registration",
    "Designated religious body", "Regulatory Type",
)  # fmt: skip
_STATUSES = {"active": "registered", "registered": "registered", "removed": "removed"}


def is_register(path: Path) -> bool:
    """Whether the file has the columns of this register. Raises no error for one that has not."""
    return has_columns(path, _REQUIRED)


def has_columns(path: Path, required: tuple[str, ...]) -> bool:
    """Whether the file is a table that has these columns."""
    try:
        with SILENT.task("") as task, table(path, required=required, drift=Drift(), task=task):
            return True
    except UnreadableFile:
        return False


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

            number, name = cell("Charity Number").upper(), cell("Charity Name")
            if not number or not name:
                raise UnreadableFile(f"{path.name}: line {line}: a charity has no number or name")
            status = cell("Charity Status")
            if status.lower() not in _STATUSES:
                drift.unmapped("Charity Status", status)
            address, postcode = cell("Principal Office/Trustees Address"), cell("Postcode")
            income = cell("Most recent year income")
            yield CharityRow(
                number,
                Charity(
                    identifier=Identifier(CHARITY_SCOTLAND, number),
                    name=name,
                    status=_STATUSES.get(status.lower(), status.lower() or "not-stated"),
                    type=cell("Constitutional Form"),
                    other_names=tuple(filter(None, (cell("Known As"),))),
                    registered_on=values.day("Registered Date", cell("Registered Date"), drift),
                    removed_on=values.day("Ceased Date", cell("Ceased Date"), drift),
                    address=Address(address, postcode) if address or postcode else None,
                    income=values.amount("Most recent year income", income, drift),
                ),
            )
