"""Unpack a file of the register into lines that DuckDB reads exactly, and the few it would not.

Plain lines hold printable ASCII alone. A line that holds anything else (an accent, a byte that is
not UTF-8, a control, a line break within a cell) goes to a second file, which the readers of the
core read. Each block of a few megabytes is looked at as a whole first, so that a file of plain
lines costs little more than copying it.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from duediligence.progress import Progress
from duediligence.registers.files import opened, unpacked_size
from duediligence.writing import storing

_BLOCK = 4 << 20
# A row longer than this ends the attempt: all that follows is for the core's reader to judge.
_LONGEST = 16 << 20
_PRINTABLE = bytes(range(0x20, 0x7F))


@dataclass(frozen=True, slots=True)
class PlainLayout:
    """Which rows are plain. `header`: both files begin with the first line.

    Where rows are `quoted`, each plain one begins and ends with a quotation mark, so that a line
    break within a cell is known. `counted` is counted in the plain rows.
    """

    suffixes: tuple[str, ...]
    header: bool = False
    quoted: bool = False
    odd: bytes = b""  # a line that holds this is never plain
    counted: bytes = b""


@dataclass(frozen=True, slots=True)
class Split:
    """What became of a file: the sha256 of what it unpacks to, its lines that are not blank, how
    many of them are odd, how often the counted text is in the others, and the last line.
    """

    sha256: str
    lines: int
    odd_lines: int
    counted: int
    last: bytes
    ends_in_newline: bool


def split_register_file(
    path: Path, layout: PlainLayout, plain: Path, odd: Path, progress: Progress
) -> Split:
    """Write the plain lines to `plain` and the others to `odd`, files that are there.

    Raises what `opened` raises, and StorageError where there is no room.
    """
    with (
        storing(plain.parent),
        plain.open("wb") as to_plain,
        odd.open("wb") as to_odd,
        progress.task(f"Reading {path.name}", unpacked_size(path), unit="bytes") as task,
        opened(path, layout.suffixes, task) as data,
    ):
        return _Splitter(layout, to_plain, to_odd).run(data.read)


class _Splitter:
    def __init__(self, layout: PlainLayout, plain: IO[bytes], odd: IO[bytes]) -> None:
        self._layout = layout
        self._plain = plain
        self._odd = odd
        self._lines = self._odd_lines = self._counted = 0
        self._last = b""
        self._mark = b'"\n"' if layout.quoted else b"\n"

    def run(self, read: Callable[[int], bytes]) -> Split:
        hashed = hashlib.sha256()
        waiting, first, lost = b"", self._layout.header, False
        ends = True
        while block := read(_BLOCK):
            hashed.update(block)
            ends = block.endswith(b"\n")
            waiting += block
            if first:
                if b"\n" not in waiting and len(waiting) < _LONGEST:
                    continue
                head, _, waiting = waiting.partition(b"\n")
                self._plain.write(head + b"\n")
                self._odd.write(head + b"\n")
                first = False
            cut = waiting.rfind(self._mark) + len(self._mark) - (1 if self._layout.quoted else 0)
            if not lost and waiting.rfind(self._mark) >= 0:
                self._rows(waiting[:cut])
                waiting = waiting[cut:]
            lost = lost or len(waiting) > _LONGEST
            if lost:
                self._to_odd(waiting)
                waiting = b""
        if waiting:
            self._rows(waiting if waiting.endswith(b"\n") else waiting + b"\n")
        return Split(
            hashed.hexdigest(), self._lines, self._odd_lines, self._counted, self._last, ends
        )

    def _rows(self, rows: bytes) -> None:
        """Whole rows, each with its line's end."""
        self._last = rows[rows.rfind(b"\n", 0, -1) + 1 :].strip() or self._last
        breaks = rows.count(b"\n")
        whole = not self._layout.quoted or (
            rows.startswith(b'"') and rows.endswith(b'"\n') and rows.count(b'"\n"') == breaks - 1
        )
        if not whole:
            self._to_odd(rows)
            return
        if self._is_plain(rows, breaks):
            self._write(rows, breaks)
            return
        plain = []
        for line in rows.split(b"\n")[:-1]:
            if self._is_plain(line, 0):
                plain.append(line)
            else:
                self._to_odd(line + b"\n")
        if plain:
            self._write(b"\n".join(plain) + b"\n", len(plain))

    def _write(self, rows: bytes, lines: int) -> None:
        self._plain.write(rows)
        self._lines += lines
        if self._layout.counted:
            self._counted += rows.count(self._layout.counted)

    def _to_odd(self, rows: bytes) -> None:
        self._odd.write(rows)
        count = sum(1 for line in rows.split(b"\n") if line.strip())
        self._lines += count
        self._odd_lines += count

    def _is_plain(self, rows: bytes, breaks: int) -> bool:
        if not rows.isascii() or (self._layout.odd and self._layout.odd in rows):
            return False
        rest = rows.translate(None, _PRINTABLE)
        return len(rest) == breaks and (not breaks or rest.count(b"\n") == breaks)
