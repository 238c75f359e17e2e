"""The table of a web page as a grid: spans laid out, texts only, and nothing lost in silence.

A page that was cut short still parses, so a mark is put at its end and looked for afterwards.
"""

import re
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from duediligence.errors import UnreadableFile
from duediligence.formats.cells import clean
from duediligence.formats.charset import charset
from duediligence.formats.table import HEADER_WITHIN, MAX_COLUMNS
from duediligence.local_registers.tables.grid import Grid, Line, Score

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

# libxml2 drops what follows a text of ten million characters; a page this small has none.
MAX_PAGE = 9_000_000
MAX_CELLS = 2_000_000
_END = "end-of-the-page-as-it-came"
_BLOCKS = "br p div li ul ol dl dt dd table tr td th h1 h2 h3 h4 h5 h6".split()


def read(path: Path, table: str | int | tuple[str, ...], rows: str, score: Score) -> Grid:
    """The table of a page. `table` and `rows` as in Source. Raises UnreadableFile."""
    page = _page(path)
    grids = [_laid_out(one, path) for one in page.find_all("table")]
    at = _chosen(page, grids, table, score, path)
    element, laid = page.find_all("table")[at], grids[at]
    start = _header(laid, score)
    header = laid[start].cells
    wanted = {id(row) for row in element.select(rows)} if rows else None
    if wanted is not None and not wanted:
        raise UnreadableFile(
            f"{path.name}: source.rows = {rows!r} fits no row of the table",
            hint="The publisher may have changed the page; the description needs a look.",
        )
    below = [row for row in laid[start + 1 :] if wanted is None or row.id in wanted]
    lines = [Line(row.number, row.cells, row.links) for row in below if not row.aside]
    asides = tuple(row.cells[0] for row in below if row.aside and row.cells and any(row.cells))
    return Grid(path.name, header, (line for line in lines if any(line.cells)), (), asides)


def next_link(path: Path, selector: str, address: str = "") -> str:
    """Where the link to the next page leads, joined to the page's own `address`; else empty.

    Raises UnreadableFile for a page that cannot be read, and for a link that leads to another
    site or runs a script: such pages are to be saved by hand.
    """
    for link in _page(path).select(selector):
        target = str(link.get("href") or "").strip()
        if not target or target.startswith("#"):
            continue
        try:
            joined = urljoin(address, target)
            here, there = urlsplit(address), urlsplit(joined)
            elsewhere = (here.scheme, here.netloc) != (there.scheme, there.netloc)
        except ValueError:
            elsewhere = True
        if target.lower().startswith("javascript:") or (address and elsewhere):
            raise UnreadableFile(
                f"{path.name}: the link to the next page is {target[:80]!r}, which is not followed",
                hint="Save the pages by hand into a folder, and give source.folder in place of "
                "source.url.",
            )
        return joined
    return ""


class _Row:
    """A row of a table with its spans laid out."""

    def __init__(self, element: "Tag", number: int) -> None:
        self.id = id(element)
        self.number = number
        self.cells: tuple[str, ...] = ()
        self.links: tuple[str, ...] = ()
        self.aside = False


def _page(path: Path) -> "BeautifulSoup":
    from bs4 import BeautifulSoup

    size = path.stat().st_size
    if size > MAX_PAGE:
        raise UnreadableFile(
            f"{path.name}: {size:,} bytes; {MAX_PAGE:,} is the most that is read of a page",
            hint="Ask the publisher for a spreadsheet.",
        )
    text = _text(path)
    if "\0" in text:
        raise UnreadableFile(f"{path.name}: holds NUL bytes: the page is damaged")
    lowered = text.lower()
    whole = lowered.count("<table") <= lowered.count("</table")
    with warnings.catch_warnings():
        # It warns of what looks like a file name or like XML; neither is of use to an officer.
        warnings.simplefilter("ignore")
        try:
            page = BeautifulSoup(f'{text}<p id="{_END}"></p>', "lxml")
            whole = whole and page.find(id=_END) is not None
        except (RecursionError, AssertionError, ValueError) as error:
            raise UnreadableFile(
                f"{path.name}: cannot be read as a web page ({type(error).__name__})"
            ) from error
    if not whole:
        raise UnreadableFile(
            f"{path.name}: the page is cut short or damaged: not all of it can be read",
            hint="Fetch or save it again.",
        )
    return page


def _text(path: Path) -> str:
    from bs4.dammit import EncodingDetector

    data = path.read_bytes()
    declared = EncodingDetector.find_declared_encoding(data, is_html=True)
    for encoding in (declared, charset(path)):
        try:
            return data.decode(encoding or "ascii").removeprefix("\ufeff")
        except (UnicodeError, LookupError):
            continue
    raise UnreadableFile(f"{path.name}: its encoding is not known")


def _chosen(
    page: "BeautifulSoup",
    grids: Sequence[list[_Row]],
    table: str | int | tuple[str, ...],
    score: Score,
    path: Path,
) -> int:
    """Which of the tables of the page is meant."""
    if isinstance(table, int):
        found = [table - 1] if table <= len(grids) else []
    elif isinstance(table, str) and table:
        ids = {id(element) for element in page.select(table)}
        found = [at for at, one in enumerate(page.find_all("table")) if id(one) in ids]
    elif table:
        words = {clean(word).casefold() for word in table}
        found = [
            at
            for at, rows in enumerate(grids)
            if any(words <= {c.casefold() for c in r.cells} for r in rows[:HEADER_WITHIN])
        ]
    else:
        scores = [max([score(r.cells) for r in rows[:HEADER_WITHIN]], default=0) for rows in grids]
        best = max(scores, default=0)
        found = [at for at, one in enumerate(scores) if one == best]
    found = [at for at in found if grids[at]]
    if len(found) != 1:
        raise UnreadableFile(
            f"{path.name}: {len(found) or 'no'} table{'s' * (len(found) != 1)} of the page "
            f"{'fit' if len(found) > 1 else 'fits'} the description; there are {len(grids)} tables",
            hint="Say which is meant with source.table: a CSS selector, its number on the page, "
            "or words of its header.",
        )
    return found[0]


def _header(rows: list[_Row], score: Score) -> int:
    ranks = [score(row.cells) for row in rows[:HEADER_WITHIN]]
    return ranks.index(max(ranks))


def _laid_out(table: "Tag", path: Path) -> list[_Row]:
    rows: list[_Row] = []
    # What hangs down from rows above: column → (rows still to come, text, link).
    hanging: dict[int, tuple[int, str, str]] = {}
    group: object = None
    held = 0
    for element in table.find_all("tr"):
        if element.find_parent("table") is not table:
            continue
        if element.parent is not group:
            group, hanging = element.parent, {}
        row = _Row(element, len(rows) + 1)
        cells = element.find_all(["td", "th"], recursive=False)
        row.aside = not hanging and (
            (bool(rows) and bool(cells) and all(cell.name == "th" for cell in cells))
            or (len(cells) == 1 and _span(cells[0], "colspan") > 1)
        )
        places = list(_across(cells, hanging, path))
        row.cells = tuple(text for text, _ in places)
        row.links = tuple(link for _, link in places)
        held += len(places)
        if held > MAX_CELLS:
            raise UnreadableFile(f"{path.name}: a table has over {MAX_CELLS:,} cells")
        rows.append(row)
    return rows


def _across(
    cells: Sequence["Tag"], hanging: dict[int, tuple[int, str, str]], path: Path
) -> Iterator[tuple[str, str]]:
    """The texts and links of one row from left to right; `hanging` is brought up to date."""
    at = 0
    for cell in [*cells, None]:
        while at in hanging:
            left, text, link = hanging.pop(at)
            if left > 1:
                hanging[at] = (left - 1, text, link)
            yield text, link
            at += 1
        if cell is None:
            return
        text, link = _content(cell)
        down = _span(cell, "rowspan") or 65_534
        for _ in range(max(1, _span(cell, "colspan"))):
            if at >= MAX_COLUMNS:
                raise UnreadableFile(f"{path.name}: a table has over {MAX_COLUMNS:,} columns")
            if down > 1:
                hanging[at] = (down - 1, text, link)
            yield text, link
            at += 1


def _content(cell: "Tag") -> tuple[str, str]:
    for block in cell.find_all(_BLOCKS):
        block.insert_before(" ")
        block.insert_after(" ")
    link = cell.find("a", href=True)
    return clean(cell.get_text()), str(link["href"]).strip() if link else ""


def _span(cell: "Tag", name: str) -> int:
    found = re.fullmatch(r"\s*([0-9]{1,5}).*", str(cell.get(name, "1")), re.DOTALL)
    return int(found[1]) if found else 1


def selector_fault(selector: str) -> str:
    """What is wrong with a CSS selector; empty where nothing is."""
    from bs4 import BeautifulSoup
    from soupsieve import SelectorSyntaxError

    try:
        BeautifulSoup("", "lxml").select(selector)
    except (SelectorSyntaxError, ValueError, NotImplementedError, RecursionError) as error:
        return f"{selector!r} is not a CSS selector ({str(error).splitlines()[0]})"
    return ""
