"""The table of a web page as a grid, and the link to the next page; a page cut short is refused."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urljoin, urlsplit

from duediligence.errors import UnreadableFile
from duediligence.formats.table import HEADER_WITHIN
from duediligence.local_registers.description import folded
from duediligence.local_registers.tables.grid import Grid, Line, Score

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

    from duediligence.formats.html import HtmlTable

# libxml2 drops what follows a text of ten million characters; a page this small has none.
MAX_PAGE = 9_000_000
# Laying out tables takes time by the square of how deep one stands in another.
MAX_NESTED = 20


def read(path: Path, table: str | int | tuple[str, ...], rows: str, score: Score) -> Grid:
    """The table of a page; `table` and `rows` as in Source. Raises UnreadableFile."""
    from duediligence.formats.html import tables

    page = _page(path)
    for one in page.find_all("table"):
        if len(one.find_parents("table", limit=MAX_NESTED)) == MAX_NESTED:
            raise UnreadableFile(f"{path.name}: has tables over {MAX_NESTED} deep in one another")
    found = [
        (element, _lines(one))
        for element, one in zip(page.select("table"), tables(page), strict=True)
    ]
    element, lines = _chosen(path, page, found, table, score)
    ranks = [score(line.cells) for line in lines[:HEADER_WITHIN]]
    start = ranks.index(max(ranks))
    below = lines[start + 1 :]
    if rows:
        chosen = _numbers(element, rows)
        below = [line for line in below if line.number in chosen]
        if not below:
            raise UnreadableFile(
                f"{path.name}: source.rows = {rows!r} fits no row of the table",
                hint="The publisher may have changed the page; the description needs a look.",
            )
    header = lines[start].cells
    asides = tuple(line.cells[0] for line in below if _aside(line, len(header)))
    records = (line for line in below if not _aside(line, len(header)))
    return Grid(path.name, header, records, (), asides)


def next_link(path: Path, selector: str, address: str = "") -> str:
    """Where the link to the next page leads, joined to the page's own `address`; else empty.

    Raises UnreadableFile for a page that cannot be read, and for a link that leads to another
    site or runs a script: such pages are to be saved by hand.
    """
    from duediligence.formats.html import link

    try:
        target = link(_page(path), selector, address)
        if not target or urldefrag(target)[0] == urldefrag(address)[0]:
            return ""
        here, there = urlsplit(address), urlsplit(urljoin(address, target))
        stays = not address or (here.scheme, here.netloc) == (there.scheme, there.netloc)
    except ValueError:
        stays = False
    if not stays or there.scheme == "javascript":
        raise UnreadableFile(
            f"{path.name}: the link to the next page is not followed: it runs a script or leads "
            "to another site",
            hint="Save the pages by hand into a folder, and give source.folder in place of "
            "source.url.",
        )
    return target


def selector_fault(selector: str) -> str:
    """What is wrong with a CSS selector; empty where nothing is."""
    from bs4 import BeautifulSoup
    from soupsieve import SelectorSyntaxError

    try:
        BeautifulSoup("", "lxml").select(selector)
    except (SelectorSyntaxError, ValueError, NotImplementedError, RecursionError) as error:
        return f"{selector!r} is not a CSS selector ({str(error).splitlines()[0]})"
    return ""


def _page(path: Path) -> "BeautifulSoup":
    from duediligence.formats import html

    page = html.page(path, max_bytes=MAX_PAGE)
    content = path.read_bytes().lower()
    # A browser, and Beautiful Soup, make the best of half a page; half a register is none.
    tables, ends = content.count(b"<table"), content.count(b"</table")
    if tables != ends or content.count(b"<!--") > content.count(b"-->"):
        raise UnreadableFile(
            f"{path.name}: the page is cut short or damaged: a table or a comment has no end",
            hint="Fetch or save it again.",
        )
    if page.contains_replacement_characters:
        raise UnreadableFile(
            f"{path.name}: holds bytes that are no text in its encoding",
            hint="Fetch or save it again.",
        )
    return page


def _lines(table: "HtmlTable") -> list[Line]:
    """The header, where the page marks one, and the rows."""
    header = [Line(0, table.header)] if table.header else []
    return header + [
        Line(number, tuple(cell.text for cell in cells), tuple(cell.link for cell in cells))
        for number, cells in table.rows
    ]


def _aside(line: Line, width: int) -> bool:
    """Whether one cell spans the whole row: a banner, or the numbers of the pages."""
    return len(line.cells) >= max(width, 2) and len(set(line.cells)) == 1


def _numbers(table: "Tag", rows: str) -> set[int]:
    own = [row for row in table.find_all("tr") if row.find_parent("table") is table]
    wanted = {id(row) for row in table.select(rows)}
    return {number for number, row in enumerate(own, 1) if id(row) in wanted}


def _chosen(
    path: Path,
    page: "BeautifulSoup",
    tables: Sequence[tuple["Tag", list[Line]]],
    table: str | int | tuple[str, ...],
    score: Score,
) -> tuple["Tag", list[Line]]:
    """The one table that is meant. Raises UnreadableFile where none is, or several could be."""
    filled = [one for one in tables if one[1]]
    heads = [[line.cells for line in lines[:HEADER_WITHIN]] for _, lines in filled]
    if isinstance(table, int):
        found = [one for one in tables[table - 1 : table] if one[1]]
    elif isinstance(table, str) and table:
        wanted = {id(element) for element in page.select(table)}
        found = [one for one in filled if id(one[0]) in wanted]
    elif table:
        words = set(map(folded, table))
        fits = [any(words <= set(map(folded, cells)) for cells in head) for head in heads]
        found = [one for one, fit in zip(filled, fits, strict=True) if fit]
    else:
        scores = [max(map(score, head)) for head in heads]
        found = [o for o, rank in zip(filled, scores, strict=True) if rank == max(scores)]
    if len(found) == 1:
        return found[0]
    fitting = f"{len(found)} tables fit" if found else "no table fits"
    raise UnreadableFile(
        f"{path.name}: {fitting} the description, of {len(tables)} on the page",
        hint="Say which is meant with source.table: a CSS selector, its number on the page, or "
        "words of its header.",
    )
