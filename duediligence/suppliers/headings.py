"""What a person may choose of a file of suppliers, a sheet and a column for each field; and files
that this tool wrote itself, known by their headings: results are not suppliers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from duediligence.suppliers.columns import score_header
from duediligence.suppliers.fields import FIELDS, ROLES
from duediligence.suppliers.sheets import read_supplier_tables

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
    tables = read_supplier_tables(path, sheet, lambda row: score_header(row, {}), None)
    table = tables[0]
    sheets = (table.sheet, *table.other_sheets) if table.sheet else ()
    return FileHeadings(
        sheet=table.sheet,
        sheets=tuple(sorted(sheets, key=str.casefold)),
        headings=tuple(dict.fromkeys(text for one in tables for text in one.header if text)),
    )


class OwnFile(NamedTuple):
    """A kind of file: its name, headings that no other file has, and how many of them suffice."""

    name: str
    headings: frozenset[str]
    least: int


def _define_own_file(name: str, headings: str, least: int = 0) -> OwnFile:
    found = frozenset(headings.split("|"))
    return OwnFile(name, found, least or len(found))


OWN_FILES: tuple[OwnFile, ...] = (
    _define_own_file(
        "a file of flags",
        "subject name|subject role|subject born|entry name|check title|match strength|"
        "possible grounds|look back|crime types|run id|check id|list id|list version|entry id",
        3,
    ),
    _define_own_file(
        "a file of flags",
        "who was matched|what happened|match strength|possible ground|next step|first seen",
        3,
    ),
    _define_own_file(
        "a workbook to decide in", "alert|point|kind of alert|list entry|alert id|row code", 3
    ),
    _define_own_file(
        "a list of cells that were corrected or not read", "row|column|text|read as|reason"
    ),
    _define_own_file("a list of register rows that were not read", "file|row|column|reason"),
    _define_own_file("a file of declarations", "supplier ref|question|answer|date"),
    _define_own_file("the hits of an exchange", "reference|kind|name|same"),
    _define_own_file("an answer of the whole register", "strength|supplier ref|number|steps|path"),
    _define_own_file("an answer of the whole register", "strength|what|number|company|same unit"),
    _define_own_file("an answer of the whole register", "strength|address|companies|used as"),
    _define_own_file("an answer of the whole register", "strength|new|new number|failed|took over"),
    _define_own_file("an answer of the whole register", "address|companies|live|new within a year"),
    _define_own_file("an answer of the whole register", "person|born|companies|failed|suppliers"),
    _define_own_file("an answer of the whole register", "length|entwined|circle|suppliers"),
    _define_own_file("an answer of the whole register", "what|company|company number|before|after"),
    _define_own_file(
        "an answer of the whole register", "strength|company|handed over|behind failed"
    ),
)


def own_file(header: Sequence[str]) -> str:
    """Return which file of this tool has the headings, such as `a file of flags`; empty for none.

    Rejected rows are none: they are corrected, and imported.
    """
    held = {" ".join(cell.replace("_", " ").split()).casefold() for cell in header}
    return next((one.name for one in OWN_FILES if len(one.headings & held) >= one.least), "")
