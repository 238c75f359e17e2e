"""Any register file as a header and rows: delimited text, workbook, JSON or web page; and which
rows are no records.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag, urljoin, urlsplit

from duediligence.council_registers.description import Format, RegisterSource, fold_label
from duediligence.errors import UnreadableFile, UsageError
from duediligence.formats import json
from duediligence.formats.cells import clean
from duediligence.formats.extra_rows import ExtraRowKind, find_extra_row_kind, is_place, sub_heading
from duediligence.formats.table import HEADER_WITHIN, MAX_COLUMNS, Choose, Row, read_table
from duediligence.matching.names.parties import may_name
from duediligence.reading import regular
from duediligence.text.legal_forms import has_legal_form

# A register with fewer columns that are read has rows that fill one of them alone.
FEWEST_COLUMNS = 3


if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

    from duediligence.formats.html import HtmlTable

# How well a row would serve as the header, 0 for not at all.
Score = Callable[[Sequence[str]], int]


@dataclass(frozen=True, slots=True)
class TableLine:
    """A row: its number as a person would count it, its cells, and the link in each cell.

    `alone` says that one cell spans all columns that are not blank.
    """

    number: int
    cells: tuple[str, ...]
    links: tuple[str, ...] = ()
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """The table of a file. `rows` can be gone through once; it may raise DuediligenceError.

    `notes` say what had to be chosen.
    """

    file: str
    header: tuple[str, ...]
    rows: Iterator[TableLine]
    notes: tuple[str, ...] = ()


_DEEPEST = 6


def read_objects(path: Path, rows: str) -> Grid:
    """Return the objects at the dotted path `rows`; without one, the only list of objects there is.

    Raises UnreadableFile.
    """
    items = _find_json_records(json.load(path), rows, path.name)
    flat = [
        dict(_flatten_json_record(item, "", f"{path.name}: item {n}", 0))
        for n, item in enumerate(items, 1)
    ]
    header = tuple(dict.fromkeys(heading for item in flat for heading in item))
    if len(header) > MAX_COLUMNS:
        raise UnreadableFile(f"{path.name}: has over {MAX_COLUMNS:,} different members")
    lines = (
        TableLine(number, tuple(item.get(heading, "") for heading in header))
        for number, item in enumerate(flat, 1)
    )
    return Grid(path.name, header, lines)


def _find_json_records(document: Any, rows: str, name: str) -> list[dict[str, Any]]:
    if rows:
        for step in rows.split("."):
            if not isinstance(document, dict) or step not in document:
                raise UnreadableFile(
                    f"{name}: has no {step!r} of source.rows = {rows!r}",
                    hint="The publisher may have changed the format.",
                )
            document = document[step]
        found = [document]
    else:
        found = [document] if isinstance(document, list) else list(_find_record_lists(document, 0))
    if len(found) != 1:
        raise UnreadableFile(
            f"{name}: has {len(found)} lists of records where one is needed",
            hint='Say which: under [source], rows = "the.path.to.it".',
        )
    (items,) = found
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise UnreadableFile(f"{name}: the records are not a list of objects")
    return items


def _find_record_lists(value: Any, depth: int) -> Iterator[list[Any]]:
    if depth < _DEEPEST and isinstance(value, dict):
        for member in value.values():
            if isinstance(member, list) and any(isinstance(item, dict) for item in member):
                yield member
            else:
                yield from _find_record_lists(member, depth + 1)


def _flatten_json_record(
    item: dict[str, Any], above: str, where: str, depth: int
) -> Iterator[tuple[str, str]]:
    if depth > _DEEPEST:
        raise UnreadableFile(f"{where}: is nested more than {_DEEPEST} deep")
    for name, value in item.items():
        heading = f"{above}{name}"
        if isinstance(value, dict):
            yield from _flatten_json_record(value, f"{heading}.", where, depth + 1)
        elif isinstance(value, list):
            parts = [
                json.text(part, f"{where}: {heading}") for part in value if _is_json_scalar(part)
            ]
            if len(parts) < len(value):
                raise UnreadableFile(f"{where}: {heading} holds a list that is not a list of texts")
            yield heading, "; ".join(parts)
        else:
            yield heading, json.text(value, f"{where}: {heading}")


def _is_json_scalar(value: Any) -> bool:
    return value is None or isinstance(value, (str, int, float))


# libxml2 drops what follows a text of ten million characters; a page this small has none.
MAX_PAGE = 9_000_000
# Laying out tables takes time by the square of how deep one stands in another.
MAX_NESTED = 20


def read_pages(path: Path, table: str | int | tuple[str, ...], rows: str, score: Score) -> Grid:
    """Return the table of a page; `table` and `rows` as in Source. Raises UnreadableFile."""
    from duediligence.formats.html import read_html_tables

    page = _load_register_page(path)
    for one in page.find_all("table"):
        if len(one.find_parents("table", limit=MAX_NESTED)) == MAX_NESTED:
            raise UnreadableFile(f"{path.name}: has tables nested more than {MAX_NESTED} deep")
    found = [
        (element, _page_lines(one))
        for element, one in zip(page.select("table"), read_html_tables(page), strict=True)
    ]
    element, lines = _choose_page_table(path, page, found, table, score)
    ranks = [score(line.cells) for line in lines[:HEADER_WITHIN]]
    start = ranks.index(max(ranks))
    below = lines[start + 1 :]
    if rows:
        chosen = _find_selected_rows(element, rows)
        below = [line for line in below if line.number in chosen]
        if not below:
            raise UnreadableFile(
                f"{path.name}: source.rows = {rows!r} fits no row of the table",
                hint="The publisher may have changed the page; the description may need updating.",
            )
    return Grid(path.name, lines[start].cells, iter(below))


def next_link(path: Path, selector: str, address: str = "") -> str:
    """Return where the link to the next page leads, joined to the page's own `address`; else empty.

    Raises UnreadableFile for a page that cannot be read, and for a link that leads to another
    site or runs a script: such pages are to be saved by hand.
    """
    from duediligence.formats.html import find_link_address

    try:
        target = find_link_address(_load_register_page(path), selector, address)
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
            hint="Save the pages by hand into a folder, and give source.folder instead of "
            "source.url.",
        )
    return target


def selector_fault(selector: str) -> str:
    """Return what is wrong with a CSS selector; empty where nothing is."""
    from bs4 import BeautifulSoup
    from soupsieve import SelectorSyntaxError

    try:
        BeautifulSoup("", "lxml").select(selector)
    except (SelectorSyntaxError, ValueError, NotImplementedError, RecursionError) as error:
        return f"{selector!r} is not a CSS selector ({str(error).splitlines()[0]})"
    return ""


def _load_register_page(path: Path) -> "BeautifulSoup":
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
            f"{path.name}: holds bytes that are not text in its encoding",
            hint="Fetch or save it again.",
        )
    return page


def _page_lines(table: "HtmlTable") -> list[TableLine]:
    """Return the header, where the page marks one, and the rows."""
    header = [TableLine(0, table.header)] if table.header else []
    return header + [
        TableLine(
            number,
            tuple(cell.text for cell in cells),
            tuple(cell.link for cell in cells),
            # A cell that spans columns is one object in each of them.
            alone=len({id(cell) for cell in cells if cell.text}) == 1,
        )
        for number, cells in table.rows
    ]


def _find_selected_rows(table: "Tag", rows: str) -> set[int]:
    own = [row for row in table.find_all("tr") if row.find_parent("table") is table]
    wanted = {id(row) for row in table.select(rows)}
    return {number for number, row in enumerate(own, 1) if id(row) in wanted}


def _choose_page_table(
    path: Path,
    page: "BeautifulSoup",
    tables: Sequence[tuple["Tag", list[TableLine]]],
    table: str | int | tuple[str, ...],
    score: Score,
) -> tuple["Tag", list[TableLine]]:
    """Return the one table that is meant. Raises UnreadableFile where none is, or several could
    be.
    """
    filled = [one for one in tables if one[1]]
    heads = [[line.cells for line in lines[:HEADER_WITHIN]] for _, lines in filled]
    if isinstance(table, int):
        found = [one for one in tables[table - 1 : table] if one[1]]
    elif isinstance(table, str) and table:
        wanted = {id(element) for element in page.select(table)}
        found = [one for one in filled if id(one[0]) in wanted]
    elif table:
        words = set(map(fold_label, table))
        fits = [any(words <= set(map(fold_label, cells)) for cells in head) for head in heads]
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


_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_MARKUP = re.compile(
    rb"<(!doctype html|html|head|body|table|meta|div|h\d|p|section|!--"
    rb"|\?xml[^>]*>\s*<(!doctype )?html)"
)
_SHOWN = {"csv": "delimited text (CSV)", "xlsx": "a workbook", "json": "JSON", "html": "a web page"}


def format_of(path: Path) -> Format:
    """Return what a file is by its first bytes. Raises UsageError where it cannot be opened."""
    try:
        with regular(path).open("rb") as file:
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


def read_grid(
    path: Path, source: RegisterSource, score: Score, choose: Choose | None = None
) -> Grid:
    """Return the table that a file holds; `score` finds its header, or `choose` does of a table
    that is no page. Raises UnreadableFile.
    """
    try:
        form = format_of(path)
        if source.format and form != source.format:
            raise UnreadableFile(
                f"{path.name}: is {_SHOWN[form]}, not {_SHOWN[source.format]}",
                hint="Fetch or export it again; if the format changed, correct source.format.",
            )
        if form == "html":
            return read_pages(path, source.table, source.rows, score)
        if form == "json":
            return read_objects(path, source.rows)
        table = read_table(path, sheet=source.sheet, usable=score, choose=choose)
        return Grid(table.name, table.header, _build_table_lines(table.rows), table.notes)
    except UsageError as error:
        raise UnreadableFile(error.message, hint=error.hint) from error


def _build_table_lines(rows: Iterable[Row]) -> Iterator[TableLine]:
    try:
        for number, cells in rows:
            yield TableLine(number, cells)
    except UsageError as error:
        raise UnreadableFile(error.message, hint=error.hint) from error


@dataclass(frozen=True, slots=True)
class ExtraRow:
    """A row that is no record: its number in the file, what kind it is, and what it says."""

    file: str
    row: int
    kind: ExtraRowKind
    text: str


def _names_somebody(text: str) -> bool:
    """Return whether a text may be the name of a party, or holds that of a firm."""
    return has_legal_form(text) or may_name(text)


def find_row_kind(
    line: TableLine, header: Sequence[str], read: Collection[int], naming: Collection[int]
) -> ExtraRowKind | None:
    """Return what kind of extra row it is; None where it is, or may be, a record.

    `read` are the positions of the columns that are read, `naming` those of names and addresses
    among them. What may name somebody is never an extra row, wherever it is.
    """
    held = [clean(cell) for cell in line.cells]
    filled = [at for at, cell in enumerate(held) if cell]
    if not filled:
        return None
    spans = line.alone and len(filled) > 1
    if spans:
        held = [cell if at == filled[0] else "" for at, cell in enumerate(held)]
    alone = spans or len(filled) == 1
    text, of_names = held[filled[0]], filled[0] in naming
    if alone and not of_names and is_place(text) and not has_legal_form(text):
        return "sub-heading"
    if alone and _names_somebody(text):
        return None
    if kind := find_extra_row_kind(held, header, _names_somebody):
        return kind
    if not alone:
        return None
    # One cell across the whole row: a banner, or the numbers of the pages.
    if spans and len(filled) >= len(header):
        return "sub-heading"
    if of_names and len(read) < FEWEST_COLUMNS:
        return None
    return "sub-heading" if sub_heading(text, _names_somebody, of_names=of_names) else None
