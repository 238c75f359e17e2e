"""The file: a line with the day it was checked, a header, one row a supplier.

Spreadsheets rewrite such a file when they save it: another delimiter, another encoding, dates as
dd/mm/yyyy, empty cells and rows at the end. All of that is read; anything else is an error that
names the line and the column, since a row that is passed over is a supplier that is not found.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from duediligence.watchlists._readers.fields import dates

from duediligence.contracts import Drift
from duediligence.errors import Hint, Step, UnreadableFile, UsageError
from duediligence.formats import delimited
from duediligence.formats.charset import charset

_COLUMNS = (
    "reference supplier_name other_names company_number address mandatory_or_discretionary ground "
    "date_added expiry source_url"
).split()
_NEEDED = frozenset("supplier_name mandatory_or_discretionary ground date_added expiry".split())
_CHECKED_ON = "Checked on"
_FIRST_LINE = re.compile(rf'\s*"?\s*{_CHECKED_ON}\s*"?\s*([,;\t])', re.IGNORECASE)
_START_OVER = Hint(
    "For a file in the right form: ", Step("write-list-template", list="uk-debarment")
)

TEMPLATE = f"{_CHECKED_ON},\r\n{','.join(_COLUMNS)}\r\n"


@dataclass(frozen=True, slots=True)
class Row:
    """One supplier's cells by column, trimmed; a column that is not in the file is empty."""

    cells: Mapping[str, str]
    line: int
    filename: str

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def several(self, column: str) -> tuple[str, ...]:
        """The parts of a cell that holds several, parted by `|`."""
        return tuple(part for text in self[column].split("|") if (part := text.strip()))

    def day(self, column: str) -> date | None:
        """The cell's date, None where it is empty. Raises UnreadableFile for anything else."""
        text = self[column]
        found = dates.day(text)
        if text and found is None:
            raise self.error(column, f"is {text!r}", "Write it as 2026-11-20 or 20/11/2026.")
        return found

    def error(self, column: str, what: str, hint: str) -> UnreadableFile:
        """The error for a cell that cannot be used."""
        return UnreadableFile(f"{self.filename}: line {self.line}: {column} {what}", hint=hint)


def checked_on(path: Path) -> date:
    """The day in the first line. Raises UnreadableFile."""
    return _checked_on(path, next(_rows(path))[1])


def read(path: Path, drift: Drift) -> Iterator[Row]:
    """Yield each row that is not blank; columns are told to `drift` where nobody reads them."""
    rows = _rows(path)
    _checked_on(path, next(rows)[1])
    line, header = next(rows, (2, []))
    columns = _columns(path, header)
    for column in columns:
        if column and column not in _COLUMNS:
            drift.unread("column", column)
    for line, cells in rows:
        texts = [" ".join(cell.split()) for cell in cells]
        if not any(texts):
            continue
        if any(texts[len(columns) :]):
            raise UnreadableFile(
                f"{path.name}: line {line} has more cells than the header has columns",
                hint="Put a text that holds the delimiter in double quotes.",
            )
        yield Row(dict(zip(columns, texts, strict=False)), line, path.name)


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Every row, the one that starts with `Checked on` first."""
    try:
        encoding = charset(path)
    except UsageError as error:
        raise UnreadableFile(error.message, hint=error.hint) from error
    with path.open(encoding=encoding) as file:
        first = file.readline(1000)
    found = _FIRST_LINE.match(first)
    # The shared reader names a web page for what it is before a missing first line is blamed.
    rows = delimited.rows(
        path, encoding=encoding, delimiter=found[1] if found else ",", strict=True
    )
    row = next(rows, None)
    if not found or row is None:
        raise UnreadableFile(
            f"{path.name}: line 1 must be `{_CHECKED_ON}` and a date", hint=_START_OVER
        )
    yield row
    yield from rows


def _checked_on(path: Path, cells: list[str]) -> date:
    text = cells[1].strip() if len(cells) > 1 else ""
    found = dates.day(text)
    if found is None:
        raise UnreadableFile(
            f"{path.name}: line 1: {_CHECKED_ON} is {text!r}"
            if text
            else f"{path.name}: line 1: {_CHECKED_ON} has no date",
            hint="Write the day on which you last compared the file with the published page, "
            "as 2026-11-20 or 20/11/2026.",
        )
    return found


def _columns(path: Path, header: list[str]) -> list[str]:
    columns = ["_".join(cell.casefold().split()) for cell in header]
    missing = sorted(_NEEDED.difference(columns))
    named = [column for column in columns if column]
    if missing or len(set(named)) != len(named):
        what = f"has no column {', '.join(missing)}" if missing else "names a column twice"
        raise UnreadableFile(f"{path.name}: line 2: the header {what}", hint=_START_OVER)
    return columns
