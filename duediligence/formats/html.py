"""Web pages as text and tables, whoever wrote them: read with Beautiful Soup, never run."""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from duediligence.errors import UnreadableFile
from duediligence.formats.cells import clean

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

MAX_BYTES = 20_000_000
MAX_ROWS = 100_000
MAX_COLUMNS = 200


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell on one line, and the address of the first link in it, as written."""

    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class HtmlTable:
    """A header (empty where the page marks none) and the rows below, numbered from 1 in the table.

    A cell that spans several columns or rows stands in each of them.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]


def page(path: Path, *, max_bytes: int = MAX_BYTES) -> "BeautifulSoup":
    """Return the page in `path`. Raises UnreadableFile where it is too large, empty or no page at
    all.
    """
    try:
        with path.open("rb") as file:
            content = file.read(max_bytes + 1)
    except OSError as error:
        raise UnreadableFile(f"{path.name}: cannot be read: {error.strerror}") from error
    if len(content) > max_bytes:
        raise UnreadableFile(f"{path.name}: is larger than {max_bytes:,} bytes")
    # Here, for lists of other formats need not wait for its import.
    from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning

    with warnings.catch_warnings():
        # What it is, is found out below: a warning would tell nobody.
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        try:
            soup = BeautifulSoup(content, "lxml")
        except (RecursionError, ValueError) as error:
            raise UnreadableFile(f"{path.name}: cannot be read as a page: {error}") from error
    binary = b"\0" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff"))
    if binary or soup.find(True) is None:
        raise UnreadableFile(
            f"{path.name}: is not a web page", hint="Save the page again, as HTML and complete."
        )
    return soup


def text(tag: "Tag | None", separator: str = " ") -> str:
    """Return what a reader sees of the tag, on one line; empty for None. Line breaks become
    separators.
    """
    return "" if tag is None else clean(tag.get_text(separator))


def read_html_tables(where: "Tag", selector: str = "table") -> Iterator[HtmlTable]:
    """Yield the tables in a page or a part of it that fit the CSS selector, one within another
    apart.

    The header is the last of the leading rows that hold nothing but `th` cells or stand in the
    `thead`, with at least two cells that differ: a banner across the table is none. Raises
    UnreadableFile for one over MAX_ROWS rows or MAX_COLUMNS columns.
    """
    for table in where.select(selector):
        grid = _build_html_grid(table)
        head = 0
        for at, (row, cells) in enumerate(grid):
            if _is_heading_row(row) and len({cell.text for cell in cells}) > 1:
                head = at + 1
            elif not _is_heading_row(row):
                break
        header = tuple(cell.text for cell in grid[head - 1][1]) if head else ()
        rows = tuple(
            (number, cells) for number, (_, cells) in enumerate(grid[head:], head + 1) if any(
                cell.text for cell in cells
            )
        )  # fmt: skip
        yield HtmlTable(text(table.find("caption")), header, rows)


def find_link_address(where: "Tag", selector: str, base: str) -> str:
    """Return the whole address of the first link that fits the CSS selector; empty where there is
    none.

    Raises UnreadableFile where what it names is no address: a page that is not found is missing.
    """
    found = where.select_one(selector)
    target = found.get("href") if found else None
    if not isinstance(target, str) or not target.strip():
        return ""
    try:
        return urljoin(base, target.strip())
    except ValueError as error:
        raise UnreadableFile(f"a link of the page leads nowhere: {target.strip()!r:.80}") from error


def _build_html_grid(table: "Tag") -> "list[tuple[Tag, tuple[Cell, ...]]]":
    """Return each row of this table alone, spans filled in."""
    rows = [row for row in table.find_all("tr") if row.find_parent("table") is table]
    if len(rows) > MAX_ROWS:
        raise UnreadableFile(f"a table of the page has over {MAX_ROWS:,} rows")
    below: dict[int, tuple[int, Cell]] = {}
    grid = []
    for row in rows:
        cells: list[Cell] = []
        own = [c for c in row.find_all(["td", "th"]) if c.find_parent("tr") is row]
        _carry_spanned_cells(cells, below)
        for tag in own:
            cell = Cell(text(tag), _first_link(tag))
            deep = _read_cell_span(tag, "rowspan")
            for _ in range(_read_cell_span(tag, "colspan")):
                if deep > 1:
                    below[len(cells)] = (deep - 1, cell)
                cells.append(cell)
            _carry_spanned_cells(cells, below)
            if len(cells) > MAX_COLUMNS:
                raise UnreadableFile(f"a table of the page has over {MAX_COLUMNS} columns")
        grid.append((row, tuple(cells)))
    return grid


def _carry_spanned_cells(cells: list[Cell], below: dict[int, tuple[int, Cell]]) -> None:
    """Put cells that reach down from above in their place."""
    while held := below.pop(len(cells), None):
        left, cell = held
        if left > 1:
            below[len(cells)] = (left - 1, cell)
        cells.append(cell)


def _is_heading_row(row: "Tag") -> bool:
    own: Sequence[Tag] = [c for c in row.find_all(["td", "th"]) if c.find_parent("tr") is row]
    return bool(own) and (
        all(cell.name == "th" for cell in own) or row.find_parent("thead") is not None
    )


def _first_link(tag: "Tag") -> str:
    found = tag.find("a", href=True)
    target = found.get("href") if found else None
    return target.strip() if isinstance(target, str) else ""


def _read_cell_span(tag: "Tag", name: str) -> int:
    value = tag.get(name)
    number = int(value) if isinstance(value, str) and value.strip().isdecimal() else 1
    return min(max(number, 1), MAX_COLUMNS)
