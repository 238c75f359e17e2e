"""The cells of an XLSX workbook with what a reader of values leaves out: what is hidden, and what
is a formula.

Office Open XML (ECMA-376, part 1, chapter 18). `workbook` reads what people hand in as lists;
this reads a workbook that the tool wrote and that comes back filled in, where it matters whether
the person could see a row. Nothing is unpacked to the disk, and what a package claims of its size
is checked before it is read.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from duediligence.errors import UnreadableFile, UsageError
from duediligence.formats import filetype, xml
from duediligence.formats.filetype import build_damage_error, detect_file_type

if TYPE_CHECKING:
    from duediligence.formats.xml import Element

MAX_UNPACKED = 100_000_000
MAX_ROWS = 20_000
MAX_CELLS = 1_000_000
MAX_STRINGS = 1_000_000
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
# Any character as Office Open XML may write it in text (ST_Xstring).
_WRITTEN = re.compile("_x([0-9A-Fa-f]{4})_")
_YES = ("1", "true")
# A row or column that is no higher or wider is seen by nobody.
_LEAST = 1.0


@dataclass(frozen=True, slots=True)
class OfficeCell:
    """A cell: its text or value as text, whether a formula made it, and whether it is an error."""

    text: str
    number: bool = False
    formula: bool = False
    error: bool = False


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row by its number, from 1, with the cells that are not blank by their column, from 0."""

    number: int
    hidden: bool
    cells: Mapping[int, OfficeCell]


@dataclass(frozen=True, slots=True)
class OfficeSheet:
    """A sheet: its rows that are not blank, in order, and the columns that are hidden, from 0."""

    name: str
    hidden: bool
    rows: tuple[SheetRow, ...]
    hidden_columns: Collection[int]


@dataclass(frozen=True, slots=True)
class OfficeWorkbook:
    """The wanted sheets of a workbook by name. `from_1904`: its days are counted from 1904."""

    sheets: Mapping[str, OfficeSheet]
    from_1904: bool


def read_office_workbook(path: Path, wanted: Collection[str]) -> OfficeWorkbook:
    """Read those of the wanted sheets that the XLSX workbook has.

    Raises NotFound or UsageError for a file that cannot be opened, is not such a workbook, is
    damaged, or is larger than MAX_UNPACKED, MAX_ROWS or MAX_CELLS allow.
    """
    if detect_file_type(path) != "workbook":
        raise _not_xlsx(path)
    try:
        filetype.check_sizes(path, MAX_UNPACKED)
        with zipfile.ZipFile(path) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                raise _not_xlsx(path)
            return _SheetReading(path, archive).workbook(wanted)
    except filetype.TooMuch as error:
        raise UsageError(f"{path.name}: the workbook {error}", hint=_EXPORT_AGAIN) from error
    except UnreadableFile as error:
        raise UsageError(f"{path.name}: {error.message}", hint=_EXPORT_AGAIN) from error
    except _DAMAGE as error:
        raise build_damage_error(path) from error


# What zipfile and the numbers in a document raise where they are not as they should be.
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError),
    *(KeyError, ValueError, OverflowError),
)
_EXPORT_AGAIN = "Export the workbook again, and fill in that one."


def _not_xlsx(path: Path) -> UsageError:
    return UsageError(
        f"{path.name}: is not an Excel workbook (.xlsx)",
        hint="Open it in your spreadsheet program and save it as Excel workbook (.xlsx).",
    )


@dataclass
class _SheetReading:
    path: Path
    archive: zipfile.ZipFile
    cells: int = 0
    strings: list[str] = field(default_factory=list)

    def workbook(self, wanted: Collection[str]) -> OfficeWorkbook:
        places = self._places()
        from_1904, found = False, list[tuple[str, bool, str]]()
        for element in self._elements("xl/workbook.xml", "workbook", "workbookPr", "sheet"):
            if xml.local(element) == "workbookPr":
                from_1904 = element.get("date1904") in _YES
            elif (name := str(element.get("name", ""))) in wanted:
                hidden = element.get("state", "visible") != "visible"
                found.append((name, hidden, places[_read_local_attribute(element, "id")]))
        if len({name for name, *_ in found}) < len(found):
            raise build_damage_error(self.path)
        if found:
            self.strings = list(self._strings())
        sheets = {name: self._sheet(name, hidden, place) for name, hidden, place in found}
        return OfficeWorkbook(sheets, from_1904)

    def _elements(self, member: str, root: str, *tags: str) -> "Iterator[Element]":
        yield from xml.stream(zipfile.Path(self.archive, member), root, *tags)

    def _places(self) -> Mapping[str, str]:
        """Return the member that holds each part, by the id of the relationship."""
        relations = self._elements("xl/_rels/workbook.xml.rels", "Relationships", "Relationship")
        found = {}
        for one in relations:
            target = str(one.get("Target", ""))
            found[str(one.get("Id", ""))] = (
                target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            )
        return found

    def _strings(self) -> Iterator[str]:
        member = "xl/sharedStrings.xml"
        if member not in self.archive.namelist():
            return
        for count, element in enumerate(self._elements(member, "sst", "si")):
            if count >= MAX_STRINGS:
                raise filetype.TooMuch(f"has over {MAX_STRINGS:,} texts")
            yield _text_of(element)

    def _sheet(self, name: str, hidden: bool, member: str) -> OfficeSheet:
        rows: list[SheetRow] = []
        columns: set[int] = set()
        last, flat = 0, False
        for element in self._elements(member, "worksheet", "sheetFormatPr", "col", "row"):
            if xml.local(element) == "sheetFormatPr":
                # Rows that state no height have none, or that of the sheet.
                flat = element.get("zeroHeight") in _YES or _is_small(element, "defaultRowHeight")
                continue
            if xml.local(element) == "col":
                if _is_hidden(element, "width"):
                    first, end = int(element.get("min", "1")), int(element.get("max", "1"))
                    columns.update(range(max(first, 1) - 1, min(end, 16_384)))
                continue
            number = int(element.get("r") or last + 1)
            if number <= last:
                raise filetype.TooMuch(f"has row {number} of {name} twice, or out of order")
            last = number
            cells = self._cells(element, number)
            if not cells:
                continue
            if len(rows) >= MAX_ROWS:
                raise filetype.TooMuch(f"has over {MAX_ROWS:,} rows in {name}")
            hidden_row = _is_hidden(element, "ht") or (flat and element.get("ht") is None)
            rows.append(SheetRow(number, hidden_row, cells))
        return OfficeSheet(name, hidden, tuple(rows), columns)

    def _cells(self, row: "Element", number: int) -> Mapping[int, OfficeCell]:
        found: dict[int, OfficeCell] = {}
        last = -1
        for element in xml.children(row, "c"):
            column = last + 1
            if place := element.get("r"):
                column = _parse_cell_column(place, number)
            if column <= last:
                raise filetype.TooMuch(f"has a cell of row {number} twice, or out of order")
            last = column
            cell = self._cell(element)
            if cell.text or cell.formula:
                self.cells += 1
                if self.cells > MAX_CELLS:
                    raise filetype.TooMuch(f"has over {MAX_CELLS:,} cells")
                found[column] = cell
        return found

    def _cell(self, element: "Element") -> OfficeCell:
        kind = element.get("t", "n")
        formula = any(True for _ in xml.children(element, "f"))
        value = next((child.text or "" for child in xml.children(element, "v")), "")
        match kind:
            case "s":
                text = self.strings[_parse_bounded_index(value, len(self.strings))] if value else ""
            case "inlineStr":
                text = "".join(_text_of(child) for child in xml.children(element, "is"))
            case "b":
                text = {"1": "TRUE", "0": "FALSE"}.get(value, value)
            case "n":
                text = _format_whole_number(value)
            case _:
                text = _decode_character_codes(value)
        return OfficeCell(text, kind == "n" and bool(text), formula, kind == "e")


def _is_hidden(element: "Element", size: str) -> bool:
    return element.get("hidden") in _YES or _is_small(element, size)


def _is_small(element: "Element", size: str) -> bool:
    given = element.get(size)
    return given is not None and float(given) < _LEAST


def _read_local_attribute(element: "Element", name: str) -> str:
    """Return an attribute by its local name, that in a namespace before one that is in none."""
    for key, value in element.attrib.items():
        if str(key).endswith(f"}}{name}"):
            return str(value)
    return str(element.get(name, ""))


def _parse_cell_column(place: str, row: int) -> int:
    found = _CELL.fullmatch(place)
    if found is None or int(found[2]) != row:
        raise ValueError(place)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


def _parse_bounded_index(value: str, most: int) -> int:
    index = int(value)
    if not 0 <= index < most:
        raise ValueError(value)
    return index


def _format_whole_number(value: str) -> str:
    """Return a whole number without a decimal point, as people see it."""
    if not value:
        return ""
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def _text_of(element: "Element") -> str:
    """Return the text of a shared or inline string: its own, or that of its runs; no reading
    aid.
    """
    parts = []
    for child in element:
        match xml.local(child):
            case "t":
                parts.append(child.text or "")
            case "r":
                parts += [one.text or "" for one in xml.children(child, "t")]
    return _decode_character_codes("".join(parts))


def _decode_character_codes(text: str) -> str:
    return _WRITTEN.sub(lambda found: chr(int(found[1], 16)), text)
