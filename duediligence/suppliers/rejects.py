"""Rows that cannot be used, given back to the officer with the reason."""

import csv
import os
from collections.abc import Sequence
from pathlib import Path

from duediligence.errors import StorageError
from duediligence.model import RejectedRow

# What a spreadsheet takes for the start of a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_rejects(rejects: Sequence[RejectedRow], header: Sequence[str], path: Path) -> None:
    """Write the rejects as CSV that Excel opens: row, reason, then the columns of the file.

    Cells that a spreadsheet would run as a formula get an apostrophe in front. The file is
    written whole or not at all. Raises StorageError.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["row", "reason", *map(_escaped, header)])
            for reject in rejects:
                writer.writerow([reject.row, *map(_escaped, (reject.reason, *reject.cells))])
        temporary.replace(path)
    except OSError as error:
        raise StorageError(
            f"{path}: cannot be written ({error.strerror or error})",
            hint="Close it if it is open in Excel, or choose another place.",
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


def _escaped(cell: str) -> str:
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell
