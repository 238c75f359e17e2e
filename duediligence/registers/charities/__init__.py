"""The registers of the three charity regulators, as each publishes it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from duediligence.contracts import Drift
from duediligence.errors import UsageError
from duediligence.model import CharityPart, CharityRow, Register
from duediligence.progress import SILENT, Progress
from duediligence.registers.charities import england_wales
from duediligence.registers.charities.tables import NORTHERN_IRELAND, SCOTLAND

Rows: TypeAlias = Iterator[CharityRow | CharityPart]


def find_regulator(paths: Sequence[Path]) -> Register:
    """Return whose register the files are, by their names and headers.

    Raises UsageError where they are of none, or of several.
    """
    if all(england_wales.table_of(path) for path in paths):
        return "charities-england-wales"
    if len(paths) == 1:
        if SCOTLAND.fits(paths[0]):
            return "charities-scotland"
        if NORTHERN_IRELAND.fits(paths[0]):
            return "charities-northern-ireland"
    raise UsageError(
        f"{', '.join(path.name for path in paths[:3])}: not the register of one charity regulator",
        hint="England and Wales: publicextract.charity.zip, with any others of that name. "
        "Scotland: the register as CSV. Northern Ireland: the search results as CSV.",
    )


def read_charities(paths: Sequence[Path], drift: Drift, progress: Progress = SILENT) -> Rows:
    """Yield the charities of one regulator, and the parts of their records.

    Raises UsageError as `find_regulator`, and UnreadableFile.
    """
    match find_regulator(paths):
        case "charities-scotland":
            yield from SCOTLAND.charities(paths[0], drift, progress)
        case "charities-northern-ireland":
            yield from NORTHERN_IRELAND.charities(paths[0], drift, progress)
        case _:
            yield from england_wales.read_extract_charities(paths, drift, progress)
