"""Tables of millions of rows, many rows at a time: cells by column instead of row by row."""

import io
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from duediligence.formats import MAX_FIELD

_CHARACTERS = 1 << 16
# Where a row among those is not plain, the others are tried again, so many lines at a time.
_FEW = 16


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that follow each other. `lines` are the numbers of the lines at which they begin."""

    lines: Sequence[int]
    _cells: Sequence[str]
    _stride: int

    def column(self, place: int) -> Sequence[str]:
        """The cells of one column, raw: a cell for each of the lines."""
        return self._cells[place :: self._stride]

    @classmethod
    def of_rows(cls, rows: Sequence[tuple[int, list[str]]]) -> "Block":
        """A block of rows that were read one by one: (line number, cells) each, all as wide."""
        cells = [cell for _, row in rows for cell in row]
        return cls([line for line, _ in rows], cells, len(rows[0][1]))

    @classmethod
    def of_text(cls, text: str, first: int, delimiter: str, width: int) -> "Block | None":
        """Whole lines in which every cell is quoted and holds no quote; None for any others.

        All of it is split in one step. That is right where it leaves as many cells as there are,
        where each end of a line is a cell of its own in its place, so that no cell holds one and
        each row is as wide as it should be, and where the quotes are just those between the cells.
        """
        text = text.replace("\r\n", "\n")
        rows = text.count("\n")
        if (
            text[:1] != '"'
            or text[-2:] != '"\n'
            or "\r" in text
            or text.count('"') != 2 * width * rows
        ):
            return None
        cells = text[1:-2].replace("\n", f'{delimiter}"\n"{delimiter}').split(f'"{delimiter}"')
        stride = width + 1
        if len(cells) != rows * stride - 1 or cells[width::stride].count("\n") != rows - 1:
            return None
        return cls(range(first, first + rows), cells, stride)


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
        """The next lines, whole; empty at the end. They are counted by who splits them.

        Of lines that were given back only a few.
        """
        if self._returned:
            return "".join(islice(_popped(self._returned), _FEW))
        return self._stream.read(_CHARACTERS) + self._stream.readline(MAX_FIELD)

    def give_back(self, text: str) -> None:
        """Let lines just taken be read again."""
        self._returned.extendleft(reversed(list(io.StringIO(text, newline=""))))

    @property
    def returned(self) -> int:
        """How many lines were given back and not read since."""
        return len(self._returned)


def _popped(lines: deque[str]) -> Iterator[str]:
    while lines:
        yield lines.popleft()
