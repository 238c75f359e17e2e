"""A register's table, text or workbook, by its header: what is lost stops it, what is new is told.

Rows that are passed over are firms that nobody finds, so a row that does not fit is an error.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from duediligence.watchlists.toolkit.values import stated_day

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile, UsageError
from duediligence.formats.cells import clean

if TYPE_CHECKING:
    from duediligence.formats.table import Table

_NEEDS_A_LOOK = "The publisher may have changed the format, or this is another file."


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns by our own key, each with the headings it is known under, parted by ` | `.

    A file without a `needed` column is refused; one without a `wanted` column is read, and drift
    tells of it; an `extra` one is read where the file has it. Columns `passed_over` are known and
    never kept, so are those whose headings begin with one of `prefixes`. Headings are compared by
    letters and digits alone; of two that differ in marks, the one spelt as here counts.

    `ticked` are groups of columns by our own key, each with what their headings begin with
    (`Service type - `): the value is what follows in those that have a `Y`, separated by `; `.
    """

    needed: Mapping[str, str]
    wanted: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)
    ticked: Mapping[str, str] = field(default_factory=dict)
    passed_over: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row by our keys, on one line each; empty where the file has no such column."""

    cells: Mapping[str, str]
    filename: str
    number: int

    def __getitem__(self, key: str) -> str:
        return self.cells[key]

    def filled(self, key: str) -> str:
        """Return the cell. Raises UnreadableFile where it is empty."""
        return self.cells[key] or self._empty(key)

    def day(self, key: str, drift: Drift) -> date | None:
        """Return the cell's date; one that is there and cannot be read is reported to `drift`."""
        return stated_day(self.cells[key], key, drift)

    def error(self, key: str, what: str) -> UnreadableFile:
        """Return the error for a cell that cannot be used."""
        return UnreadableFile(
            f"{self.filename}: row {self.number}: {key} {what}", hint=_NEEDS_A_LOOK
        )

    def _empty(self, key: str) -> str:
        raise self.error(key, "is empty")


def read(
    path: Path, layout: Layout | Sequence[Layout], drift: Drift, *, every_sheet: bool = False
) -> Iterator[Row]:
    """Yield each row that is not blank. Raises UnreadableFile, naming file, row and column.

    Of several layouts the one is read by whose needed columns the header names the most of. The
    first sheet with such a header is read, or `every_sheet`, one after the other.
    Refused are a file that is no table, a header without a needed column or with one twice, a row
    of another width than the header, and a table without rows.
    """
    try:
        layouts = (layout,) if isinstance(layout, Layout) else layout
        yield from _read_layout_rows(path, layouts, drift, every_sheet)
    except UsageError as error:
        raise UnreadableFile(error.message, hint=error.hint) from error


def _read_layout_rows(
    path: Path, layouts: Sequence[Layout], drift: Drift, every_sheet: bool
) -> Iterator[Row]:
    from duediligence.formats.table import read_table, read_tables

    def usable(cells: Sequence[str]) -> int:
        return max(header_score(cells, of) for of in layouts)

    for table in read_tables(path, usable) if every_sheet else [read_table(path, usable=usable)]:
        best = max(layouts, key=lambda layout: header_score(table.header, layout))
        yield from rows_of(table, best, drift)


def header_score(cells: Sequence[str], layout: Layout) -> int:
    """Return how many needed columns the cells name as a header; 0 where it is less than half of
    them.
    """
    needed = {fold(name) for names in layout.needed.values() for name in names.split(" | ")}
    score = len(needed.intersection(map(fold, cells)))
    return score if 2 * score >= len(layout.needed) else 0


def rows_of(table: "Table", layout: Layout, drift: Drift) -> Iterator[Row]:
    """As `read`, of a table that was taken out of its file already."""
    at = _find_layout_columns(table, layout, drift)
    ticked = {
        key: _find_prefixed_columns(table, start, drift) for key, start in layout.ticked.items()
    }
    width = len(table.header)
    number = 0
    for number, cells in table.rows:
        if len(cells) < width or any(cell.strip() for cell in cells[width:]):
            raise UnreadableFile(
                f"{table.name}: row {number} has {len(cells)} columns where the header has {width}",
                hint="The file may be cut short; fetch it again.",
            )
        values = {key: clean(cells[i]) if i >= 0 else "" for key, i in at.items()}
        for key, group in ticked.items():
            values[key] = "; ".join(name for i, name in group if _is_ticked(cells[i], name, drift))
        yield Row(values, table.name, number)
    if not number:
        raise UnreadableFile(f"{table.name}: holds no rows", hint="Fetch it again.")


def _find_layout_columns(table: "Table", layout: Layout, drift: Drift) -> dict[str, int]:
    """Return where each key's column is; -1 for one that is not there and can be done without."""
    headings = [fold(heading) for heading in table.header]
    known: set[str] = set(map(fold, layout.passed_over))
    at: dict[str, int] = {}
    for key, names in {**layout.needed, **layout.wanted, **layout.extra}.items():
        spellings = [fold(name) for name in names.split(" | ")]
        known.update(spellings)
        found = [i for i, heading in enumerate(headings) if heading in spellings]
        if len(found) > 1:
            # `DateReg` and `Date_Reg` are two columns of one file.
            exact = [i for i in found if table.header[i] in names.split(" | ")]
            found = exact if len(exact) == 1 else found
        if len(found) > 1 or (not found and key in layout.needed):
            what = "more than one column" if found else "no column"
            raise UnreadableFile(
                f"{table.name}: the header has {what} {names.replace(' | ', ' or ')}",
                hint=_NEEDS_A_LOOK,
            )
        if not found and key in layout.wanted:
            drift.unmapped("header", f"no column {names}")
        at[key] = found[0] if found else -1
    prefixes = tuple(map(fold, (*layout.prefixes, *layout.ticked.values())))
    for heading, name in zip(headings, table.header, strict=True):
        if heading and heading not in known and not (prefixes and heading.startswith(prefixes)):
            drift.unread("column", name)
    return at


def _find_prefixed_columns(table: "Table", start: str, drift: Drift) -> list[tuple[int, str]]:
    """Return the columns whose headings begin so: where each is, and what follows in its
    heading.
    """
    begins = start.strip().casefold()
    found = [
        (i, name[len(begins) :].strip(" -–:"))
        for i, name in enumerate(table.header)
        if name.casefold().startswith(begins)
    ]
    if not found:
        drift.unmapped("header", f"no column {start}…")
    return found


def _is_ticked(cell: str, name: str, drift: Drift) -> bool:
    text = cell.strip().upper()
    if text not in ("", "Y", "N"):
        drift.unmapped(name, cell)
    return text == "Y"


def fold(heading: str) -> str:
    """Return the letters and digits of a heading: `Town/City` and `TownCity` are one."""
    return re.sub(r"[\W_]+", "", heading.casefold())
