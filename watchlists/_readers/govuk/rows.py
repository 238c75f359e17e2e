"""Tables that GOV.UK publishes in one form or another: a page, a spreadsheet, delimited text."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from duediligence.watchlists._readers.fields import tables
from duediligence.watchlists._readers.fields.tables import Layout, Row
from duediligence.watchlists._readers.govuk.documents import document

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.formats import html
from duediligence.formats.table import Table


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one table, under the last heading above it; empty where there is none."""

    heading: str
    rows: Iterator[Row]


def is_page(path: Path) -> bool:
    """Whether the file is a page or a document of the content API, and no table of its own."""
    with path.open("rb") as file:
        return file.read(512).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"<", b"{")


def rows(path: Path, layout: Layout, drift: Drift) -> Iterator[Row]:
    """Each row of a file in any of these forms, as `fields.tables.read`. Raises UnreadableFile."""
    for section in sections(path, layout, drift):
        yield from section.rows


def sections(path: Path, layout: Layout, drift: Drift) -> Iterator[Section]:
    """Each table that has the columns, in order; `drift` is told of a table that has not.

    Raises UnreadableFile where none has.
    """
    if not is_page(path):
        yield Section("", tables.read(path, layout, drift))
        return
    page = document(path)
    found = False
    both = zip(page.body.select("table"), html.tables(page.body), strict=True)
    for number, (element, read) in enumerate(both, 1):
        table = _headed(read, f"{path.name}: table {number}")
        if not tables.header_score(table.header, layout):
            drift.unread("table", " | ".join(table.header) or f"{number}")
            continue
        found = True
        heading = element.find_previous(["h2", "h3", "h4"])
        yield Section(html.text(heading), tables.rows_of(table, layout, drift))
    if not found:
        columns = ", ".join(names.split(" | ")[0] for names in layout.needed.values())
        raise UnreadableFile(
            f"{path.name}: the page has no table with the columns {columns}",
            hint="The publisher may have changed the page, or this is another one.",
        )


def _headed(read: html.HtmlTable, name: str) -> Table:
    """The table with its header; its first row where the page marks none."""
    found = [(number, tuple(cell.text for cell in cells)) for number, cells in read.rows]
    header = read.header
    if not header and found:
        (_, header), *found = found
    return Table(name, header, iter(found))
