"""The flags as CSV: RFC 4180, UTF-8, one row a flag."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from duediligence.reports.rows import COLUMNS, Flag, cells
from duediligence.writing import escaped, replacing


def write(
    flags: Iterable[Flag],
    file: TextIO | Path,
    *,
    columns: tuple[str, ...] = COLUMNS,
    bom: bool = True,
    escape: bool = True,
) -> None:
    """Write the flags. `bom` puts the byte-order mark first by which Excel knows UTF-8.

    With `escape`, a cell that a spreadsheet would run as a formula gets an apostrophe in front;
    cells have no leading space, so none can hide there. A path is written whole or not at all
    and raises StorageError; a stream is switched to UTF-8 and to line ends left alone where it
    can be, and its OSErrors pass.
    """
    if isinstance(file, Path):
        with (
            replacing(file) as temporary,
            temporary.open("w", encoding="utf-8", newline="") as stream,
        ):
            _write(flags, stream, columns, bom=bom, escape=escape)
        return
    if isinstance(file, io.TextIOWrapper):
        file.reconfigure(encoding="utf-8", newline="")
    _write(flags, file, columns, bom=bom, escape=escape)


def _write(
    flags: Iterable[Flag], stream: TextIO, columns: tuple[str, ...], *, bom: bool, escape: bool
) -> None:
    if bom:
        stream.write("\ufeff")
    csv.writer(stream).writerow(columns)
    # All quoted: LibreOffice splits at semicolons too unless a cell is quoted.
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
    for line in cells(flags, columns):
        writer.writerow([escaped(cell) for cell in line] if escape else line)
