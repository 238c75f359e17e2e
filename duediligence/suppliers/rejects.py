"""Rows that cannot be used, given back to the officer with the reason."""

import csv
from collections.abc import Sequence
from pathlib import Path

from duediligence.model import RejectedRow
from duediligence.writing import escaped, replacing


def write_rejects(rejects: Sequence[RejectedRow], header: Sequence[str], path: Path) -> None:
    """Write the rejects as CSV that Excel opens: row, reason, then the columns of the file.

    Cells that a spreadsheet would run as a formula get an apostrophe in front. The file is
    written whole or not at all. Raises StorageError.
    """
    with (
        replacing(path) as temporary,
        temporary.open("w", encoding="utf-8-sig", newline="") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(["row", "reason", *map(escaped, header)])
        for reject in rejects:
            writer.writerow([reject.row, *map(escaped, (reject.reason, *reject.cells))])
