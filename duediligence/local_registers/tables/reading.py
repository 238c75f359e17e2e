"""A file as a grid: its format told by its content, and held to what the description says."""

import re
from collections.abc import Iterator
from pathlib import Path

from duediligence.errors import UnreadableFile, UsageError
from duediligence.formats.table import Row, read_table
from duediligence.local_registers.description import Format, Source
from duediligence.local_registers.tables import objects, pages
from duediligence.local_registers.tables.grid import Grid, Line, Score

_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_MARKUP = re.compile(
    rb"<(!doctype html|html|head|body|table|meta|div|h\d|p|section|!--"
    rb"|\?xml[^>]*>\s*<(!doctype )?html)"
)
_SHOWN = {"csv": "delimited text (CSV)", "xlsx": "a workbook", "json": "JSON", "html": "a web page"}


def format_of(path: Path) -> Format:
    """What a file is by its first bytes. Raises UsageError where it cannot be opened."""
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be opened: {error.strerror}", hint="Check the name of the file."
        ) from error
    if head.startswith(_WORKBOOK):
        return "xlsx"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"{", b"[")):
        return "json"
    return "html" if _MARKUP.match(start) else "csv"


def read_grid(path: Path, source: Source, score: Score) -> Grid:
    """The table that a file holds; `score` finds its header. Raises UnreadableFile."""
    try:
        form = format_of(path)
        if source.format and form != source.format:
            raise UnreadableFile(
                f"{path.name}: is {_SHOWN[form]}, not {_SHOWN[source.format]}",
                hint="Fetch or export it again; if the format changed, correct source.format.",
            )
        if form == "html":
            return pages.read(path, source.table, source.rows, score)
        if form == "json":
            return objects.read(path, source.rows)
        table = read_table(path, sheet=source.sheet, usable=score)
        return Grid(table.name, table.header, _lines(table.rows), table.notes)
    except UsageError as error:
        raise UnreadableFile(error.message, hint=error.hint) from error


def _lines(rows: Iterator[Row]) -> Iterator[Line]:
    try:
        for number, cells in rows:
            yield Line(number, cells)
    except UsageError as error:
        raise UnreadableFile(error.message, hint=error.hint) from error
