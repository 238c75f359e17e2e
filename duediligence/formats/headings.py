"""The headings of a file of any format: what a publisher calls things, not what it says of them."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from duediligence.errors import UnreadableFile
from duediligence.formats import html, json, workbook, xml
from duediligence.formats.filetype import detect_file_type
from duediligence.formats.table import HEADER_WITHIN, read_table

if TYPE_CHECKING:
    from bs4 import Tag

FormatName = Literal["table", "JSON", "XML", "web page"]
# More names than this are values, where headings should be.
MAX_HEADINGS = 1_000
_HEAD = 2048
_LEAST_COLUMNS = 3
# How a row of data begins some cell of its own, and a heading never.
_NUMBERED = re.compile(r"\s*(\d+\s*$|\d{3}|\d+[./-]\d)")


@dataclass(frozen=True, slots=True)
class FileForm:
    """The format of a file, its headings in the order first met, and how many records it has.

    Headings are those of columns, the tags and attributes of XML (`tag@name`), the members of JSON
    objects, and the columns and terms of a web page. A table that begins with a row of data has
    none: a row is data where it has a number in it.
    """

    format: FormatName
    headings: tuple[str, ...]
    records: int


def read_form(path: Path, known: Collection[str] | None = None) -> FileForm:
    """Return the form of the file, whatever is read out of it.

    `known` are headings by which the header row of a table is recognised: a row that has fewer
    than two of them is one of data, which may be about people, and is never taken for headings.
    None is for a file that is trusted, whose first row of three cells or more is its header.
    Raises UsageError or UnreadableFile where the file cannot be read.
    """
    with path.open("rb") as file:
        start = file.read(_HEAD).removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    found: dict[str, None] = {}
    if start.startswith(b"<"):
        page = b"<html" in start or start.startswith(b"<!doctype html")
        name: FormatName = "web page" if page else "XML"
        records = _of_markup(html.page(path), found) if page else xml.collect_xml_names(path, found)
    elif start.startswith((b"{", b"[")):
        name, records = "JSON", _of_json(path, found)
    else:
        name, records = "table", _of_tables(path, known, found)
    if len(found) > MAX_HEADINGS:
        raise UnreadableFile(
            f"{path.name}: has {len(found):,} different headings; the maximum is {MAX_HEADINGS:,}",
            hint="Values may be where headings should be. Fetch the file again.",
        )
    return FileForm(name, tuple(found), records)


def same_heading(heading: str) -> str:
    """Return the letters and digits of a heading, by which two of them are compared."""
    return "".join(filter(str.isalnum, heading.casefold()))


def _of_markup(where: "Tag", found: dict[str, None]) -> int:
    records = 0
    for table in html.read_html_tables(where):
        found |= dict.fromkeys(filter(None, table.header))
        records += len(table.rows)
    found |= dict.fromkeys(filter(None, map(html.text, where.select("dt"))))
    return records


def _of_json(path: Path, found: dict[str, None]) -> int:
    with path.open("rb") as file:
        lines = [file.readline(json.MAX_LINE) for _ in range(2)]
    if lines[1] and lines[0].startswith(b"{") and lines[0].rstrip().endswith(b"}"):
        records = 0
        for _, value in json.read_json_lines(path):
            records += 1
            _collect_member_names(value, found)
        return records
    return _collect_member_names(json.load(path), found)


def _collect_member_names(document: object, found: dict[str, None]) -> int:
    """Gather the names of all members; how many objects the largest list of them holds."""
    largest = 0
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            found |= dict.fromkeys(map(str, value))
            waiting += reversed(value.values())
        elif isinstance(value, list):
            if all(isinstance(one, dict) for one in value):
                largest = max(largest, len(value))
            waiting += reversed(value)
        elif isinstance(value, str) and "</table" in value:
            largest = max(largest, _of_markup(_parse_markup_text(value), found))
    return largest


def _parse_markup_text(markup: str) -> "Tag":
    from bs4 import BeautifulSoup  # imported lazily: few files need it

    try:
        return BeautifulSoup(markup, "lxml")
    except (RecursionError, ValueError) as error:
        raise UnreadableFile(f"a text cannot be read as a page: {error}") from error


def _of_tables(path: Path, known: Collection[str] | None, found: dict[str, None]) -> int:
    wanted = frozenset(map(same_heading, known or ()))

    def usable(cells: Sequence[str]) -> int:
        if wanted:
            return len(wanted.intersection(map(same_heading, cells)))
        # Titles and notes above a header fill fewer columns.
        return int(sum(map(bool, map(str.strip, cells))) >= _LEAST_COLUMNS)

    least = 0 if known is None else max(1, min(len(wanted), 2))
    records = 0
    for header, rows in _read_file_tables(path, usable):
        if usable(header) < least or any(map(_NUMBERED.match, header)):
            records += 1
        else:
            found |= dict.fromkeys(filter(None, (" ".join(cell.split()) for cell in header)))
        records += rows
    return records


def _read_file_tables(
    path: Path, usable: Callable[[Sequence[str]], int]
) -> Iterator[tuple[Sequence[str], int]]:
    """Yield each table of the file as its header and how many rows are below that."""
    with path.open("rb") as file:
        if not file.read(_HEAD).strip(b" \r\n\x1a"):
            return
    if detect_file_type(path) == "text":
        table = read_table(path, usable=usable)
        yield table.header, sum(any(map(str.strip, cells)) for _, cells in table.rows)
        return
    for _, group in workbook.read_workbook_sheets(path):
        rows = (cells for _, cells in group)
        head = list(islice(rows, HEADER_WITHIN))
        scores = [usable(cells) for cells in head]
        at = scores.index(max(scores))
        if scores[at]:
            below = chain(head[at + 1 :], rows)
            yield head[at], sum(any(map(str.strip, cells)) for cells in below)
