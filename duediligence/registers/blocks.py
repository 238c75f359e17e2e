"""Tables of millions of rows, many rows at a time: cells by column instead of row by row."""

import csv
import io
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from duediligence.formats import MAX_FIELD

if TYPE_CHECKING:
    from _csv import Dialect

_CHARACTERS = 1 << 16


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that follow each other. `lines` are the numbers of the lines at which they end."""

    lines: Sequence[int]
    _cells: Sequence[str]
    _stride: int

    def column(self, place: int) -> Sequence[str]:
        """Return the cells of one column, raw: a cell for each of the lines."""
        return self._cells[place :: self._stride]

    @classmethod
    def of_rows(cls, rows: Sequence[tuple[int, list[str]]]) -> "Block":
        """Return a block of rows that were read one by one: (line number, cells) each, all as
        wide.
        """
        cells = [cell for _, row in rows for cell in (*row, "\n")][:-1]
        return cls([line for line, _ in rows], cells, len(rows[0][1]) + 1)

    @classmethod
    def of_text(cls, text: str, first: int, dialect: "Dialect", width: int) -> "Block | None":
        """Return whole lines in which every cell is quoted and holds no quote; None for any others.

        All of it is split in one step. That is right where it leaves as many cells as there are,
        where each end of a line is a cell of its own in its place, so that no cell holds one and
        each row is as wide as it should be, and where the quotes are just those between the cells.
        """
        rows, delimiter = text.count("\n"), dialect.delimiter
        end = "\r\n" if text.endswith("\r\n") else "\n"
        if (
            dialect.quoting == csv.QUOTE_NONE
            or text[:1] != '"'
            or not text.endswith(f'"{end}')
            or text.count("\r") != (len(end) - 1) * rows
            or text.count('"') != 2 * width * rows
        ):
            return None
        # Both sides of an end by themselves: to replace two characters takes five times as long.
        inside = text[1 : -1 - len(end)].replace(end[0], f'{delimiter}"{end[0]}')
        cells = inside.replace("\n", f'\n"{delimiter}').split(f'"{delimiter}"')
        stride = width + 1
        if len(cells) != rows * stride - 1 or cells[width::stride].count(end) != rows - 1:
            return None
        return cls(range(first, first + rows), cells, stride)

    @classmethod
    def of_runs(cls, text: str, first: int, dialect: "Dialect", width: int) -> "Block | None":
        """Return a block of whole rows, all as wide; None where anything else is among them.

        Lines with as many quotes as a plain row has are split at once, and the others read.
        """
        lines: list[int] = []
        cells: list[str] = []
        taken = first - 1
        for plain, run in groupby(
            io.StringIO(text, newline=""), lambda line: line.count('"') == 2 * width
        ):
            make = cls.of_text if plain else cls._of_csv
            part = make("".join(run), taken + 1, dialect, width)
            if part is None:
                return cls._of_csv(text, first, dialect, width)
            lines += part.lines
            cells += part._cells
            cells.append("\n")
            taken = lines[-1]
        return cls(lines, cells, width + 1)

    @classmethod
    def _of_csv(cls, text: str, first: int, dialect: "Dialect", width: int) -> "Block | None":
        reader = csv.reader(io.StringIO(text, newline=""), dialect)
        try:
            rows = [(first - 1 + reader.line_num, row) for row in reader]
        except csv.Error:
            return None
        return cls.of_rows(rows) if {len(row) for _, row in rows} == {width} else None


class Lines(Iterator[str]):
    """The lines of a file one by one, or many at once. `number` is that of the last one given."""

    def __init__(self, stream: io.TextIOWrapper) -> None:
        self._stream = stream
        self._returned: deque[str] = deque()
        self.number = 0

    def __next__(self) -> str:
        line = self._returned.popleft() if self._returned else self._stream.readline(MAX_FIELD)
        if not line:
            raise StopIteration
        self.number += 1
        return line

    def take(self) -> str:
        """Return the next lines, whole; empty at the end. They are counted by who splits them."""
        return self._stream.read(_CHARACTERS) + self._stream.readline(MAX_FIELD)

    def give_back(self, text: str) -> None:
        """Let the lines just taken be read again, one by one."""
        self._returned.extend(io.StringIO(text, newline=""))

    @property
    def has_returned(self) -> bool:
        """Return whether a line that was given back was not read since."""
        return bool(self._returned)
