"""The sheets of a large OpenDocument spreadsheet, row by row, in the memory of one row.

OpenDocument 1.3, part 3 (OASIS): `content.xml` of the package holds all sheets. The reader of
workbooks lays all of them out, in half as much again as that document has bytes; and it does not
say which cells are merged, and which formulas have no stored value.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

from duediligence.formats import MAX_FIELD
from duediligence.formats.cells import NO_VALUE

if TYPE_CHECKING:
    from lxml import etree

    Element = etree._Element
else:
    Element = object

# What spreadsheets can hold; a repeated cell or row beyond it is a trap.
MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
_URN = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TABLE, _OFFICE, _TEXT, _STYLE = (_URN % name for name in ("table", "office", "text", "style"))
CONTENT = "content.xml"
_NAMED = re.compile(rb'<table:table\s(?:[^>]*?\s)?table:name="([^"]*)"')
_SHEET, _ROW = f"{_TABLE}table", f"{_TABLE}table-row"
_STYLED, _LOOK = f"{_STYLE}style", f"{_STYLE}table-properties"
_COLUMNS, _ROWS = f"{_TABLE}number-columns-repeated", f"{_TABLE}number-rows-repeated"
_STRING = f"{_OFFICE}string-value"
_KIND, _PARAGRAPH = f"{_OFFICE}value-type", f"{_TEXT}p"
_VALUES = {
    "float": f"{_OFFICE}value",
    "percentage": f"{_OFFICE}value",
    "currency": f"{_OFFICE}value",
    "date": f"{_OFFICE}date-value",
    "time": f"{_OFFICE}time-value",
    "boolean": f"{_OFFICE}boolean-value",
}
_MIDNIGHT = re.compile(r"T00:00:00(?:\.0+)?")
_DURATION = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S", re.ASCII)


# The rows that a merged cell covers, where they are more than one; or a formula.
_UNSEEN = re.compile(rb'number-rows-spanned="(?:0*[2-9]|0*[1-9][0-9]+)"|:formula="')
_FORMULA = f"{_TABLE}formula"
_SPANNED = f"{_TABLE}number-rows-spanned"
_LONGEST_ATTRIBUTE = 100


class Damaged(ValueError):
    """The file is not a sound OpenDocument spreadsheet; the text says why."""


def list_ods_sheets(path: Path) -> list[str]:
    """Return the names of all sheets, in order. Raises what zipfile raises."""
    found: list[str] = []
    rest = b""
    with zipfile.ZipFile(path) as package, package.open(CONTENT) as content:
        while block := content.read(1 << 20):
            block = rest + block
            found += [unescape(name.decode("utf-8", "replace")) for name in _NAMED.findall(block)]
            # A tag that the end of the block cuts.
            rest = block[block.rfind(b"<") :] if b">" not in block[block.rfind(b"<") :] else b""
            if len(rest) > MAX_FIELD:
                raise Damaged("has a tag without end")
    return found


def has_merged_or_formulas(path: Path) -> bool:
    """Return whether any cell covers several rows, or is a formula. Raises what zipfile raises."""
    rest = b""
    with zipfile.ZipFile(path) as package, package.open(CONTENT) as content:
        while block := content.read(1 << 20):
            if _UNSEEN.search(rest + block):
                return True
            rest = block[-_LONGEST_ATTRIBUTE:]
    return False


def read_ods_rows(path: Path) -> Iterator[tuple[str, bool, list[str]]]:
    """Yield (name of the sheet, whether it is visible, cells) of each row, blank ones too.

    Rows run from the first of the sheet to the last that is not blank; each is as wide as the
    widest before it, or wider. A formula gives its computed value, a date `YYYY-MM-DD`, a whole
    number no decimal point, text its paragraphs by lines. What a merged cell holds is in each row
    that it covers and that is not blank. Raises Damaged, and what zipfile and lxml raise.
    """
    hidden: set[str] = set()
    name, visible = "", True
    number = width = blank = 0
    held: dict[int, tuple[int, str]] = {}
    for element in _stream_ods_elements(path):
        if element.tag == _STYLED:
            look = element.find(_LOOK)
            if look is not None and look.get(f"{_TABLE}display") == "false":
                hidden.add(element.get(f"{_STYLE}name", ""))
        elif element.tag == _SHEET:
            name = element.get(f"{_TABLE}name", "")
            visible = element.get(f"{_TABLE}style-name", "") not in hidden
            number = width = blank = 0
            held = {}
        else:
            times = _read_repeat_count(element, _ROWS)
            cells, merged = _read_ods_cells(element)
            if cells:
                fill_down(cells, {at: text for at, (_, text) in held.items()})
            held = {at: (left - times, text) for at, (left, text) in held.items() if left > times}
            held |= merged
            if not cells:
                blank += times
                continue
            width = max(width, len(cells))
            number += blank + times
            if number > MAX_ROWS:
                raise Damaged(f"{name} has more rows than a sheet can have")
            cells += [""] * (width - len(cells))
            yield from ((name, visible, [""] * width) for _ in range(blank))
            yield from ((name, visible, cells) for _ in range(times))
            blank = 0


def _stream_ods_elements(path: Path) -> Iterator[Element]:
    """Yield styles at their end, sheets at their start, rows at their end; cleared when passed."""
    from lxml import etree

    with zipfile.ZipFile(path) as package, package.open(CONTENT) as content:
        context = etree.iterparse(
            content,
            events=("start", "end"),
            tag=(_STYLED, _SHEET, _ROW),
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        depth = 0
        for event, element in context:
            if event == "start":
                if element.getroottree().docinfo.internalDTD is not None:
                    raise Damaged("declares a document type")
                depth += element.tag == _ROW
                if element.tag == _SHEET and not depth:
                    yield element
                continue
            if element.tag == _ROW:
                depth -= 1
            if element.tag == _SHEET or depth:
                continue  # a table within a cell belongs to its row
            yield element
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]


def fill_down(cells: list[str], above: Mapping[int, str]) -> None:
    """Put what merged cells `above` hold, by place, where the row has nothing of its own."""
    for at, text in above.items():
        cells += [""] * (at + 1 - len(cells))
        cells[at] = cells[at] or text


def _read_ods_cells(row: Element) -> tuple[list[str], dict[int, tuple[int, str]]]:
    """Return the cells up to the last that is not blank; and of those that cover rows below, by
    place, how many rows and what they hold.
    """
    cells: list[str] = []
    merged: dict[int, tuple[int, str]] = {}
    blank = 0
    for cell in row:
        text = _read_ods_text(cell)
        if not text and cell.get(_FORMULA) and cell.get(_KIND) != "string":
            text = NO_VALUE
        times = 1 if cell.get(_COLUMNS) is None else _read_repeat_count(cell, _COLUMNS)
        if not text:
            blank += times
            continue
        if len(cells) + blank + times > MAX_COLUMNS:
            raise Damaged("a row has more columns than a sheet can have")
        cells += [""] * blank
        if cell.get(_SPANNED) is not None and (deep := _read_repeat_count(cell, _SPANNED)) > 1:
            merged[len(cells)] = (deep - 1, text)
        cells += [text] * times
        blank = 0
    return cells, merged


def _read_repeat_count(element: Element, attribute: str) -> int:
    text = element.get(attribute, "1")
    if not re.fullmatch(r"\d{1,10}", text, re.ASCII):
        raise Damaged(f"repeats something {text[:20]} times")
    return int(text)


def _read_ods_text(cell: Element) -> str:
    kind = cell.get(_KIND)
    if kind is None:
        return ""
    if kind == "string":
        value = cell.get(_STRING)
        return _join_paragraphs(cell) if value is None else value
    value = cell.get(_VALUES.get(kind, ""), "")
    if kind == "date":
        return _MIDNIGHT.sub("", value)
    if kind == "time":
        found = _DURATION.fullmatch(value)
        return ":".join(part.zfill(2) for part in found.groups()) if found else value
    return value.upper() if kind == "boolean" else _format_ods_number(value)


def _format_ods_number(text: str) -> str:
    try:
        value = float(text)
    except ValueError:
        return text
    # A spreadsheet keeps 15 digits: beyond that a whole number is no longer exact.
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _join_paragraphs(cell: Element) -> str:
    if len(cell) == 1:
        only = cell[0]
        if not len(only):  # nearly every cell: one paragraph, in which there is only text
            return only.text or ""
    return "\n".join("".join(_read_paragraph_pieces(one)) for one in cell if one.tag == _PARAGRAPH)


def _read_paragraph_pieces(element: Element) -> Iterator[str]:
    """Yield the text in a paragraph: blanks that `text:s` counts, tabs, line breaks; no
    annotation.
    """
    yield element.text or ""
    for child in element:
        if child.tag == f"{_TEXT}s":
            yield " " * min(_read_repeat_count(child, f"{_TEXT}c"), 1000)
        elif child.tag == f"{_TEXT}tab":
            yield "\t"
        elif child.tag == f"{_TEXT}line-break":
            yield "\n"
        elif child.tag != f"{_OFFICE}annotation":
            yield from _read_paragraph_pieces(child)
        yield child.tail or ""
