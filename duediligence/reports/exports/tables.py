"""An export as a table: CSV, or an Excel workbook."""

import csv
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from duediligence.reports.exports.rows import COLUMNS, Exported, cells
from duediligence.reports.flags_xlsx import Sheets, save
from duediligence.writing import escaped


def write_csv(found: Sequence[Exported], path: Path, *, excel: bool) -> None:
    """RFC 4180, UTF-8; with `excel` the byte-order mark by which Excel knows that.

    A cell that a spreadsheet would run as a formula gets an apostrophe in front. Its OSErrors pass.
    """
    with path.open("w", encoding="utf-8-sig" if excel else "utf-8", newline="") as stream:
        csv.writer(stream).writerow(COLUMNS)
        # All quoted: LibreOffice splits at semicolons too unless a cell is quoted.
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
        writer.writerows(map(escaped, cells(one)) for one in found)


def write_xlsx(
    found: Sequence[Exported], path: Path, *, about: Sequence[tuple[str, ...]], made: datetime
) -> None:
    """A sheet "Flags", with filters and a header that stays, and a sheet "Export" that tells
    `about` it. Raises as `flags_xlsx.write` does.
    """
    lines = (cells(one) for one in found)
    save(path, Sheets(COLUMNS, len(found), lines, ("Export", about, ()), made))
