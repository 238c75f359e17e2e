"""What a person may choose of a file of suppliers: a sheet, and a column for each field."""

from dataclasses import dataclass
from pathlib import Path

from duediligence.formats.table import read_table
from duediligence.suppliers.columns import score_header
from duediligence.suppliers.fields import FIELDS, ROLES

# The fields for which a column may be chosen, as `read_suppliers` names them; the name first.
CHOOSABLE: tuple[str, ...] = (
    "name",
    *(one.name for one in FIELDS if one.name != "name"),
    *ROLES,
)


@dataclass(frozen=True, slots=True)
class FileHeadings:
    """The sheet that is read, empty for a text file, all sheets of the file, and the headings that
    are there, once each.
    """

    sheet: str
    sheets: tuple[str, ...]
    headings: tuple[str, ...]


def headings_of(path: Path, sheet: str = "") -> FileHeadings:
    """Return the sheets and headings of a file. Raises UsageError for one that cannot be read."""
    table = read_table(path, sheet=sheet, usable=lambda row: score_header(row, {}))
    sheets = (table.sheet, *table.other_sheets) if table.sheet else ()
    return FileHeadings(
        sheet=table.sheet,
        sheets=tuple(sorted(sheets, key=str.casefold)),
        headings=tuple(dict.fromkeys(filter(None, table.header))),
    )
