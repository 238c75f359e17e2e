"""The flags as CSV: RFC 4180, UTF-8, one row a finding, and a last row that states the scope."""

import csv
import io
from pathlib import Path
from typing import TextIO

from duediligence.model import Run
from duediligence.reports.rows import COLUMNS, ordered, row
from duediligence.reports.scope import scope_row
from duediligence.writing import escaped, replacing


def write(run: Run, file: TextIO | Path, *, excel: bool = False, escape: bool = True) -> None:
    """Write the flags. `excel` adds the byte-order mark by which Excel knows UTF-8.

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
            _write(run, stream, excel, escape)
        return
    if isinstance(file, io.TextIOWrapper):
        file.reconfigure(encoding="utf-8", newline="")
    _write(run, file, excel, escape)


def _write(run: Run, stream: TextIO, excel: bool, escape: bool) -> None:
    if excel:
        stream.write("\ufeff")
    csv.writer(stream).writerow(COLUMNS)
    # All quoted: LibreOffice splits at semicolons too unless a cell is quoted.
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
    for finding in (*ordered(run), scope_row(run)):
        cells = row(finding).values()
        writer.writerow([escaped(cell) for cell in cells] if escape else cells)
