"""Any spreadsheet as a header and rows, whatever program wrote it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

from duediligence.errors import Hint, OptionRemark, UsageError
from duediligence.formats import textfile, workbook
from duediligence.formats.filetype import RowLimit, detect_file_type

MAX_ROWS = 1_000_000
MAX_COLUMNS = 1_000
# Titles, dates and blank rows stand above some headers, but never more than this.
HEADER_WITHIN = 20

Row = tuple[int, tuple[str, ...]]
Usable = Callable[[Sequence[str]], int]
# Which of the first rows is the header, None where none is.
Choose = Callable[[Sequence[Sequence[str]]], int | None]


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the rows below it.

    `rows` can be gone through once, unless it is a list. It yields (row number as a spreadsheet
    shows it, cells) and leaves out rows with nothing in them; it raises UsageError where the file
    turns out to be broken, has a cell over MAX_FIELD characters, or over MAX_ROWS rows. `sheet` is
    empty for text, `other_sheets` are those of the workbook that are not read. `notes` say what had
    to be chosen: encoding, sheet, rows above the header. The header is row `at`. `hidden`: its
    sheet is.
    """

    name: str
    header: tuple[str, ...]
    rows: Iterable[Row]
    sheet: str = ""
    notes: tuple[str, ...] = ()
    other_sheets: tuple[str, ...] = ()
    at: int = 1
    hidden: bool = False


def any_cell(row: Sequence[str]) -> int:
    """Return whether the row has anything in it: the plainest idea of a header."""
    return int(any(cell.strip() for cell in row))


def read_table(
    path: Path,
    *,
    sheet: str = "",
    usable: Usable = any_cell,
    choose: Choose | None = None,
    limit: RowLimit | None = None,
) -> Table:
    """Read delimited text or a workbook (XLSX, XLS, ODS), told apart by content.

    `usable` says how well a row would serve as the header, 0 for not at all: the best of the
    first HEADER_WITHIN rows is the header, the first of equals. It also settles the delimiter,
    and which sheet is read: the first visible one with a usable header. Where no row serves,
    the row with the most filled cells is taken for the header. `choose` says instead which of
    these rows is the header, seeing all of them. `sheet` chooses a sheet by name.
    With a `limit` the rows are there before any is given, or it is exceeded: what is done with each
    may take long. Raises UsageError.
    """
    if limit:
        table = _read_table(path, sheet, usable, choose, limit)
        return replace(table, rows=list(table.rows))
    return _read_table(path, sheet, usable, choose, RowLimit(MAX_ROWS))


def read_tables(path: Path, usable: Usable) -> Iterator[Table]:
    """Yield the table of each sheet with a usable header, or where there is none what `read_table`
    returns. The rows of one are gone when the next is asked for. Raises UsageError.
    """
    found = False
    if detect_file_type(path) == "workbook":
        for table in read_sheets(path, usable):
            found = True
            yield table
    if not found:
        yield read_table(path, usable=usable)


def read_sheets(
    path: Path,
    usable: Usable,
    *,
    sheet: str = "",
    fits: Usable | None = None,
    choose: Choose | None = None,
    limit: RowLimit | None = None,
) -> Iterator[Table]:
    """Yield the table of each sheet of a workbook in which a row `fits`, by default as a header.

    `sheet` may be workbook.EVERY. The rows of one are gone when the next is asked for. Raises
    UsageError.
    """
    limit = limit or RowLimit(MAX_ROWS)
    for one, group in workbook.read_workbook_sheets(path, sheet, limit):
        rows = ((number, tuple(cells)) for number, (_, cells) in enumerate(group, 1))
        head = list(islice(rows, HEADER_WITHIN))
        if any((fits or usable)(cells) for _, cells in head):
            at = _find_header_row(path, head, usable, choose)
            table = _build_sheet_table(path, head, rows, at, [], limit, one.name)
            yield replace(table, other_sheets=one.others, hidden=one.hidden)


def _read_table(
    path: Path, sheet: str, usable: Usable, choose: Choose | None, limit: RowLimit
) -> Table:
    if detect_file_type(path) == "workbook":
        return _from_workbook(path, sheet, usable, choose, limit)
    if sheet:
        raise UsageError(
            f"{path.name}: is a text file and has no sheets",
            hint=Hint(OptionRemark("Drop --sheet.")),
        )
    dialect = textfile.detect_dialect(path, usable, HEADER_WITHIN)
    notes = []
    if path.suffix.lower() in (".xlsx", ".xls", ".ods"):
        notes.append("A text file, whatever its name says: read as one.")
    if dialect.encoding == "cp1252":
        notes.append("Not UTF-8: read as Windows-1252. Check that accented letters look right.")
    rows = textfile.read_text_rows(path, dialect)
    head = list(islice(rows, HEADER_WITHIN))
    at = _find_header_row(path, head, usable, choose)
    return _build_sheet_table(path, head, rows, at, notes, limit)


def _from_workbook(
    path: Path, wanted: str, usable: Usable, choose: Choose | None, limit: RowLimit
) -> Table:
    for fits in (usable, any_cell):
        for table in read_sheets(path, usable, sheet=wanted, fits=fits, choose=choose, limit=limit):
            if wanted or not table.other_sheets:
                return table
            others = ", ".join(table.other_sheets)
            note = f"Read sheet {table.sheet!r}; not read: {others}. Choose the sheet to read one."
            return replace(table, notes=(note, *table.notes))
    raise UsageError(f"{path.name}: has no rows", hint="Choose another sheet or file.")


def _find_header_row(path: Path, head: Sequence[Row], usable: Usable, choose: Choose | None) -> int:
    ranks = [(usable(cells), 0) for _, cells in head]
    if not any(score for score, _ in ranks):
        ranks = [(0, _count_filled_cells(cells)) for _, cells in head]
    if not any(any(rank) for rank in ranks):
        raise UsageError(f"{path.name}: has no rows", hint="Choose another sheet or file.")
    at = choose([cells for _, cells in head]) if choose else ranks.index(max(ranks))
    if at is None:
        raise UsageError(
            f"{path.name}: none of its first {len(head)} rows is a row of headings",
            hint="Add a first row that says what each column holds.",
        )
    return at


def _build_sheet_table(
    path: Path,
    head: Sequence[Row],
    rest: Iterator[Row],
    at: int,
    notes: list[str],
    limit: RowLimit,
    sheet: str = "",
) -> Table:
    header = tuple(" ".join(cell.split()) for cell in head[at][1])
    if len(header) > MAX_COLUMNS:
        raise UsageError(
            f"{path.name}: has {len(header):,} columns; the maximum is {MAX_COLUMNS:,}"
        )
    if any(_count_filled_cells(cells) for _, cells in head[:at]):
        above = "row 1" if at == 1 else f"rows 1 to {at}"
        notes.append(f"The header is row {at + 1}. The text above it ({above}) is not read.")
    rows = _limit_table_rows(path, chain(head[at + 1 :], rest), limit)
    return Table(path.name, header, rows, sheet, tuple(notes), at=head[at][0])


def _limit_table_rows(path: Path, rows: Iterator[Row], limit: RowLimit) -> Iterator[Row]:
    count = 0
    for row in rows:
        if any_cell(row[1]):
            count += 1
            if count > limit.most:
                raise limit.error(path.name)
            yield row


def _count_filled_cells(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell.strip())
