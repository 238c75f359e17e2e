"""A workbook of decisions as it came back: its rows, what is filled in, and what is hidden."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from duediligence.errors import Invalid
from duediligence.formats import office_sheets
from duediligence.formats.office_sheets import OfficeCell, OfficeSheet, SheetRow
from duediligence.render.decision_workbook import (
    COLUMNS,
    EXPORT,
    FILLED,
    ROW_CODES,
    SHEET,
    WORKINGS,
)
from duediligence.render.wording import fold
from duediligence.text.wording import listed
from duediligence.writing import hash_file

EXPORT_AGAIN = "Export the alerts again, and fill in the new workbook."


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledRow:
    """A row of the sheet: its cells by the key of their column, and what is hidden of it."""

    number: int
    cells: Mapping[str, OfficeCell]
    hidden: bool
    hidden_cells: tuple[str, ...] = ()

    def text(self, key: str) -> str:
        return self.cells[key].text if key in self.cells else ""

    @property
    def filled(self) -> tuple[str, ...]:
        """Return the keys of the columns that somebody filled in."""
        return tuple(key for key in FILLED if key in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledWorkbook:
    """What is in a workbook that came back. `ignored` are the headings of columns of its own."""

    name: str
    sha256: str
    export: str
    codes: frozenset[str]
    rows: tuple[FilledRow, ...]
    ignored: tuple[str, ...]
    from_1904: bool


def read_filled(path: Path) -> FilledWorkbook:
    """Read a workbook that was exported to be filled in.

    Raises UsageError for a file that is not one, or in which a sheet or column is missing.
    """
    book = office_sheets.read_office_workbook(path, (SHEET, WORKINGS))
    for name in (SHEET, WORKINGS):
        if name not in book.sheets:
            raise Invalid(
                f"{path.name}: has no sheet {name!r}: it is not a workbook of decisions",
                field="file",
                hint=EXPORT_AGAIN,
            )
    sheet = book.sheets[SHEET]
    if sheet.hidden:
        raise Invalid(
            f"{path.name}: the sheet {SHEET!r} is hidden",
            field="file",
            hint="Show it, look at what is in it, and save.",
        )
    columns, ignored = _match_workbook_columns(path, sheet)
    export, codes = _read_export_codes(book.sheets[WORKINGS])
    return FilledWorkbook(
        name=path.name,
        sha256=hash_file(path),
        export=export,
        codes=codes,
        rows=tuple(_filled_rows(sheet, columns)),
        ignored=ignored,
        from_1904=book.from_1904,
    )


def _match_workbook_columns(
    path: Path, sheet: OfficeSheet
) -> tuple[Mapping[int, str], tuple[str, ...]]:
    """Return the key of each column by its place, and the headings that are none of ours."""
    header = sheet.rows[0] if sheet.rows else None
    headings = {at: fold(cell.text) for at, cell in header.cells.items()} if header else {}
    keys = {column.heading: key for key, column in COLUMNS.items()}
    found = {at: keys[heading] for at, heading in headings.items() if heading in keys}
    missing = [one.heading for key, one in COLUMNS.items() if key not in found.values()]
    if missing or header is None or header.number != 1:
        raise Invalid(
            f"{path.name}: row 1 of {SHEET!r} lacks the heading "
            f"{listed(missing or [COLUMNS['alert'].heading])}",
            field="file",
            hint=EXPORT_AGAIN,
        )
    twice = [key for key, times in Counter(found.values()).items() if times > 1]
    if twice:
        raise Invalid(
            f"{path.name}: row 1 of {SHEET!r} has two columns {COLUMNS[twice[0]].heading!r}",
            field="file",
            hint="Remove the one that you added.",
        )
    return found, tuple(heading for heading in headings.values() if heading not in keys)


def _read_export_codes(sheet: OfficeSheet) -> tuple[str, frozenset[str]]:
    """Return the code of the export, and the codes of its rows; empty where they are not there."""
    export, codes, within = "", set[str](), False
    for row in sheet.rows:
        first = row.cells[0].text if 0 in row.cells else ""
        if within:
            codes.add(first)
        elif first == EXPORT and 1 in row.cells:
            export = row.cells[1].text
        within = within or first == ROW_CODES
    return export, frozenset(codes - {""})


def _filled_rows(sheet: OfficeSheet, columns: Mapping[int, str]) -> Iterator[FilledRow]:
    for row in sheet.rows[1:]:
        yield FilledRow(
            number=row.number,
            cells=_by_key(row, columns),
            hidden=row.hidden,
            hidden_cells=tuple(
                key for at, key in columns.items() if at in sheet.hidden_columns and at in row.cells
            ),
        )


def _by_key(row: SheetRow, columns: Mapping[int, str]) -> Mapping[str, OfficeCell]:
    cells = {columns[at]: cell for at, cell in row.cells.items() if at in columns}
    return {
        key: cell
        for key, cell in cells.items()
        if key not in FILLED or cell.formula or fold(cell.text)
    }
