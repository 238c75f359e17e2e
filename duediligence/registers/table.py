"""Delimited bulk files: rows by a header that may gain columns, and never lose one."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.formats import MAX_FIELD
from duediligence.formats.cells import clean
from duediligence.progress import Task
from duediligence.registers.archive import Bytes, opened

_CUT = "The file may be cut short: fetch it again. What was loaded before stays in use."


@dataclass(frozen=True, slots=True)
class Table:
    """The place of each column by its name, and (line number, cells) of each row, once.

    Cells are raw: read them with `text`. The rows raise UnreadableFile where one has another
    width than the header, a quote is left open, or the file does not end in a line's end.
    """

    columns: Mapping[str, int]
    rows: Iterator[tuple[int, list[str]]]


@contextmanager
def table(
    path: Path,
    *,
    required: Sequence[str],
    optional: Sequence[str] = (),
    drift: Drift,
    task: Task,
    suffixes: tuple[str, ...] = (".csv",),
    delimiter: str = ",",
) -> Iterator[Table]:
    """Open a table, zipped or not. Names of columns are compared without spaces around them.

    Raises UnreadableFile where a required column is missing; tells `drift` of columns that
    nobody reads and of optional ones that are not there.
    """
    with opened(path, suffixes, task) as data:
        # Bytes that are not UTF-8 pass as surrogates, for `text` to read as Windows-1252.
        stream = io.TextIOWrapper(data, "utf-8-sig", errors="surrogateescape", newline="")
        csv.field_size_limit(MAX_FIELD)
        lines = iter(partial(stream.readline, MAX_FIELD), "")
        try:
            header = [name.strip() for name in next(_reader(lines, delimiter), [])]
        except csv.Error as error:
            raise UnreadableFile(f"{path.name}: line 1: {error}") from error
        columns = {name: place for place, name in enumerate(header)}
        missing = [name for name in required if name not in columns]
        if missing:
            page = bool(header) and header[0].lower().startswith(("<!doctype", "<html"))
            raise UnreadableFile(
                f"{path.name}: is a web page, not the register"
                if page
                else f"{path.name}: line 1: there is no column {', '.join(missing)}",
                hint="Check that it is the file named; the publisher may have changed its layout.",
            )
        if len(columns) != len(header):
            raise UnreadableFile(f"{path.name}: line 1: a column stands twice")
        for name in header:
            if name not in required and name not in optional:
                drift.unread("column", name)
        for name in optional:
            if name not in columns:
                drift.unread("column that is missing", name)

        yield Table(columns, _rows(path.name, data, lines, delimiter, len(header)))


def _reader(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    return csv.reader(
        lines,
        delimiter=delimiter,
        strict=True,
        quoting=csv.QUOTE_NONE if delimiter == "\t" else csv.QUOTE_MINIMAL,
    )


def _rows(
    name: str, data: Bytes, lines: Iterator[str], delimiter: str, width: int
) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells) of each row that is not blank.

    A line in which every cell is quoted and no quote stands inside is split in one step, for six
    million lines are like that: it holds two quotes a cell, and all of them are taken by the ends
    of the line and the marks between its cells.
    """
    quotes, between = 2 * width, f'"{delimiter}"'
    number = 1
    for line in lines:
        number += 1
        if line.count('"') == quotes and line[0] == '"' and line[-2:] == '"\n':
            cells = line[1:-2].split(between)
            if len(cells) == width:
                yield number, cells
                continue
        taken = _Counted(chain((line,), lines))
        try:
            cells = next(_reader(taken, delimiter), [])
        except csv.Error as error:
            raise UnreadableFile(f"{name}: line {number}: {error}", hint=_CUT) from error
        number += taken.count - 1
        if cells and len(cells) != width:
            raise UnreadableFile(
                f"{name}: line {number} has {len(cells)} columns where {width} were expected",
                hint=_CUT,
            )
        if cells:
            yield number, cells
    if not data.ended_in_newline:
        raise UnreadableFile(f"{name}: line {number} does not end: the file is cut off", hint=_CUT)


class _Counted(Iterator[str]):
    """The lines, and how many were taken."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.count = 0

    def __next__(self) -> str:
        line = next(self._lines)
        self.count += 1
        return line


def text(cell: str) -> str:
    """The cell on one line, with bytes that are not UTF-8 read as Windows-1252."""
    if cell.isascii():
        if cell.isprintable() and "  " not in cell:
            return cell.strip()
        return clean(cell)
    data = cell.encode("utf-8", "surrogateescape")
    try:
        return clean(data.decode("utf-8"))
    except UnicodeDecodeError:
        return clean(data.decode("cp1252", "replace"))
