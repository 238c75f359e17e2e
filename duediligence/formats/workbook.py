"""The sheets of a workbook (XLSX, XLSB, XLS, ODS), read in a process of its own.

The reader of workbooks lays a sheet out in full, so one stray cell in the last row and column,
put there by accident or by an attacker, asks for half a terabyte, and then it ends the process.
A child with limits can come to that end without taking a screening down with it. Where the system
limits no process (macOS, Windows), only what the package unpacks to is bounded.
"""

import io
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import msgspec

from duediligence.children import end_process, how_reader_stopped, limit_process
from duediligence.errors import UsageError
from duediligence.formats import MAX_FIELD, filetype, ods
from duediligence.formats.cells import NO_VALUE
from duediligence.formats.filetype import (
    MAX_UNPACKED,
    RowLimit,
    build_damage_error,
    build_password_error,
)
from duediligence.typed_data import decoder_of

_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
# ECMA-376 and OpenDocument; writers choose their own prefixes.
_ROW = re.compile(rb"(?=<(?:\w+:)?(?:table-)?row[ >])")
_ENDS_OF_VALUES = (b"v>", b"is>", b"p>")
# A formula whose stored value is missing: blank text (`str`) is a value.
_UNSTORED = (
    rb'<((?:\w+:)?)c\b(?![^>]*\bt="str")(?:(?=[^>]*(\br="\w+"))|)[^>]*>\s*'
    rb"<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v(?:\s*/>|>%b</(?:\w+:)?v>)\s*)?</(?:\w+:)?c>"
)
# A program that computes nothing writes nought, and asks for all to be computed on opening.
_COMPUTED_LATER = re.compile(rb'fullCalcOnLoad="(?:1|true)"')
_MARKED = rb'<\1c \2 t="str"><\1v>_x%04X_</\1v></\1c>' % ord(NO_VALUE)
EVERY = "*"
"""Instead of the name of a sheet: all sheets, hidden ones too. No sheet can have that name."""
_CHUNK = 1 << 20
# The shortest row with a value.
_ROW_BYTES = 30

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

# With what the reading process itself needs, half a gigabyte: 300,000 rows of ten names.
MAX_MEMORY = 400 << 20
# A million rows of fifty columns; blank cells are cells, too.
MAX_CELLS = 50_000_000
# As many cells, row by row, take 300 s of a processor of 2020. What the Care Quality Commission
# publishes, with nine million, takes 50 s.
MAX_SECONDS = 600
# More cannot be laid out in that memory.
MAX_LAID_OUT = 500_000_000
# Rows that are none of a list: the header, and what is above it.
_ABOVE = 20
# An ODS whose document has more bytes than this is read row by row instead of laid out.
STREAMED_FROM = 60_000_000


class Sheet(msgspec.Struct, tag=True, frozen=True):
    """A sheet, the names of all other sheets of its workbook, and whether it is hidden."""

    name: str
    others: tuple[str, ...]
    hidden: bool


class _Failure(msgspec.Struct, tag=True, frozen=True):
    kind: str
    detail: str = ""


_Line = Sheet | _Failure | list[str]
_SheetRow = tuple[Sheet, list[str]]


def read_workbook_sheets(
    path: Path, wanted: str = "", limit: RowLimit | None = None
) -> Iterator[tuple[Sheet, Iterator[_SheetRow]]]:
    """Yield (sheet, its (sheet, cells)) for each visible sheet with rows, or the wanted alone.

    Going on to the next sheet passes over the rows of this one. Rows run from the first of the
    sheet, blank ones too, and all have the same width; those of an ODS of over STREAMED_FROM
    bytes, or with merged cells, are as wide as the widest before them, or wider. What a cell holds
    that is merged over several rows is in each of them that is not blank. A formula gives its
    stored value or else NO_VALUE, a date `YYYY-MM-DD`, a whole number no decimal point; an error
    value (#N/A) is blank. Raises UsageError for a workbook that cannot be read, one with a
    password, a sheet that is not there, rows of over MAX_FIELD characters, and sheets of which it
    is plain at once that they have more rows than the limit.
    """
    return groupby(
        _read_sheet_rows(path, wanted, limit or RowLimit(ods.MAX_ROWS)), key=itemgetter(0)
    )


def _read_sheet_rows(path: Path, wanted: str, limit: RowLimit) -> Iterator[_SheetRow]:
    for event in read_lines(path, wanted, limit.most + _ABOVE):
        if isinstance(event, _Failure):
            raise _build_workbook_error(path, wanted, event, limit)
        if isinstance(event, Sheet):
            sheet = event
        else:
            yield sheet, event


def read_apart(path: Path, wanted: str, most_rows: int) -> Iterator[_Line]:
    """Read a workbook in a process with limits. Raises UsageError where that process stops."""
    command = [sys.executable, "-I", "-m", __name__, str(path.absolute()), wanted, str(most_rows)]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
            env={**os.environ, "RUST_BACKTRACE": "0"},
        ) as child,
    ):
        assert child.stdout is not None
        decode = decoder_of(_Line).decode
        try:
            for line in child.stdout:
                if not line.endswith(b"\n"):
                    break  # cut off: the child came to a sudden end
                yield decode(line)
            if child.wait():
                known = how_reader_stopped(child.returncode, said)
                raise UsageError(f"{path.name}: {known}", hint=_SMALLER)
        finally:
            child.kill()


# How a workbook is read, by its path, the wanted sheet and the most rows.
read_lines: Callable[[Path, str, int], Iterator[_Line]] = read_apart

_SMALLER = (
    "If its rows are many, or one value is far below or right of them, copy the rows into a new "
    "workbook, or save them as CSV UTF-8."
)


def _build_workbook_error(
    path: Path, wanted: str, failure: _Failure, limit: RowLimit
) -> UsageError:
    if failure.kind == "rows":
        return limit.error(path.name)
    if failure.kind == "password":
        return build_password_error(path)
    if failure.kind == "sheet":
        return UsageError(
            f"{path.name}: has no sheet {wanted!r}", hint=f"Its sheets: {failure.detail}."
        )
    if failure.kind == "size":
        return UsageError(
            f"{path.name}: {failure.detail}; the maximum is {MAX_FIELD:,}",
            hint="Shorten the text there, or leave the column out.",
        )
    if failure.kind == "unpacked":
        return UsageError(
            f"{path.name}: the workbook {failure.detail}",
            hint="Copy the rows into a new workbook and save that, or save them as CSV UTF-8.",
        )
    return build_damage_error(path)


def _read_workbook_events(path: Path, wanted: str, most_rows: int) -> Iterator[_Line]:
    if not zipfile.is_zipfile(path):
        return _laid_out(path, wanted)
    # What streams is never held, and zipfile reads no more of it than is stated here.
    document = sum(
        m.file_size for m in filetype.list_zip_members(path) if m.filename == ods.CONTENT
    )
    if STREAMED_FROM < document <= MAX_UNPACKED or (
        document > 0 and ods.has_merged_or_formulas(path)
    ):
        if wanted in ("", EVERY) and has_too_many_rows(path, most_rows):
            return iter([_Failure("rows")])
        return _stream_ods_events(path, wanted)
    filetype.check_sizes(path, MAX_LAID_OUT)
    if wanted in ("", EVERY) and has_too_many_rows(path, most_rows):
        return iter([_Failure("rows")])
    return _laid_out(path, wanted)


def _stream_ods_events(path: Path, wanted: str) -> Iterator[_Line]:
    """Yield the events of an OpenDocument spreadsheet, row by row."""
    names = _check_sheet_names(ods.list_ods_sheets(path))
    chosen = [name for name in names if wanted in ("", EVERY) or _is_same_sheet(name, wanted)]
    if not chosen:
        yield _Failure("sheet", ", ".join(names))
    before, number = "", 0
    for name, visible, row in ods.read_ods_rows(path):
        if name not in chosen or not (visible or wanted):
            continue
        if name != before:
            yield Sheet(name, tuple(one for one in names if one != name), not visible)
            before, number = name, 0
        number += 1
        yield from _emit_checked_row(name, number, row)


def _laid_out(path: Path, wanted: str) -> Iterator[_Line]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    workbook = _open_workbook(path)
    known = [s for s in workbook.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
    _check_sheet_names([sheet.name for sheet in known])
    hidden = {one.name: one.visible != SheetVisibleEnum.Visible for one in known}
    chosen = [
        name
        for name in hidden
        if wanted == EVERY or _is_same_sheet(name, wanted) or not (wanted or hidden[name])
    ]
    if wanted and not chosen:
        yield _Failure("sheet", ", ".join(hidden))
    for name in chosen:
        yield Sheet(name, tuple(one for one in hidden if one != name), hidden[name])
        sheet = workbook.get_sheet_by_name(name)
        merged = _MergedCells(sheet)
        for number, cells in enumerate(sheet.iter_rows(), 1):
            row = [_format_cell_value(cell) for cell in cells]
            merged.fill(row, number - 1)
            yield from _emit_checked_row(name, number, row)


class _MergedCells:
    """The cells of a sheet that are merged over several rows; rows are from 0."""

    def __init__(self, sheet: "CalamineSheet") -> None:
        self._beginning: dict[int, list[tuple[int, int]]] = {}
        self._open: dict[int, tuple[int, str]] = {}
        left = sheet.start[1] if sheet.start else 0
        # None for formats whose reader does not know.
        for (first, column), (last, _) in sheet.merged_cell_ranges or ():
            if last > first and column >= left:
                self._beginning.setdefault(first, []).append((column - left, last))

    def fill(self, row: list[str], number: int) -> None:
        """Put what they hold into a row that they cover, unless it is blank."""
        if not self._beginning:
            return
        self._open = {at: (last, t) for at, (last, t) in self._open.items() if last >= number}
        if any(row):
            ods.fill_down(row, {at: text for at, (_, text) in self._open.items() if at < len(row)})
        for column, last in self._beginning.get(number, ()):
            if column < len(row) and row[column]:
                self._open[column] = (last, row[column])


def _check_sheet_names(names: list[str]) -> list[str]:
    if sum(map(len, names)) + len(names) > MAX_FIELD:
        raise filetype.TooMuch("has too many sheets, or too long names of them")
    return names


def _is_same_sheet(name: str, wanted: str) -> bool:
    return name.strip().casefold() == wanted.strip().casefold()


def _emit_checked_row(name: str, number: int, row: list[str]) -> Iterator[_Line]:
    length = sum(map(len, row))
    if length > MAX_FIELD:
        yield _Failure("size", f"row {number} of {name} holds {length:,} characters")
    yield row


def _open_workbook(path: Path) -> "CalamineWorkbook":
    from python_calamine import CalamineError, PasswordError, load_workbook

    try:
        return load_workbook(_mark_unstored_values(path) if zipfile.is_zipfile(path) else path)
    except PasswordError:
        raise
    except CalamineError:
        # By path the format is taken from the name; of bytes, all formats are tried.
        with path.open("rb") as file:
            return load_workbook(file)


def _mark_unstored_values(path: Path) -> Path | IO[bytes]:
    """Return an XLSX workbook with NO_VALUE in its formulas that have no stored value: a copy where
    there are any.
    """
    copy, marked = io.BytesIO(), 0
    with zipfile.ZipFile(path) as package, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as to:
        if "xl/workbook.xml" not in package.namelist():
            return path
        later = _COMPUTED_LATER.search(package.read("xl/workbook.xml"))
        unstored = re.compile(_UNSTORED % (b"0?" if later else b""))
        for name in package.namelist():
            with package.open(name) as source, to.open(name, "w") as target:
                for part in _split_rows(source):
                    text, count = unstored.subn(_MARKED, part)
                    target.write(text)
                    marked += count
    copy.seek(0)
    return copy if marked else path


def _format_cell_value(cell: Any) -> str:
    if isinstance(cell, str):
        # Control characters as Office Open XML writes them in text (ECMA-376, ST_Xstring).
        return re.sub("_x00([01][0-9A-F])_", lambda found: chr(int(found[1], 16)), cell)
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        # A spreadsheet keeps 15 digits: beyond that a whole number is no longer exact.
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return (cell.date() if cell.time() == time.min else cell).isoformat()
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


# What calamine, zipfile, zlib and lxml raise of a workbook that is not as it should be. By name:
# calamine is imported where it is needed.
_DAMAGE = {"CalamineError", "PasswordError", "PanicException", "BadZipFile", "EOFError", "error"}

_DAMAGE |= {
    "UnreadableFile",
    "ValueError",
    "LookupError",
    "NotImplementedError",
    "RuntimeError",
    "SyntaxError",
}


def read_here(path: Path, wanted: str, most_rows: int) -> Iterator[_Line]:
    """Read a workbook in this process, whose memory and time have no limit."""
    cells = 0
    try:
        for event in _read_workbook_events(path, wanted, most_rows):
            if isinstance(event, list):
                cells += len(event)
                if cells > MAX_CELLS:
                    raise filetype.TooMuch(f"has over {MAX_CELLS:,} cells")  # noqa: TRY301
            yield event
            if isinstance(event, _Failure):
                break
    except filetype.TooMuch as error:
        yield _Failure("unpacked", str(error))
    except BaseException as error:  # a panic of the reader is no Exception
        kinds = {one.__name__ for one in type(error).__mro__}
        if not kinds & _DAMAGE:
            raise
        yield _Failure("password" if "PasswordError" in kinds else "damaged")


def _run_workbook_child(path: str, wanted: str, most_rows: str) -> None:
    limit_process(MAX_MEMORY, MAX_SECONDS)
    try:
        for event in read_here(Path(path), wanted, int(most_rows)):
            sys.stdout.buffer.write(msgspec.json.encode(event) + b"\n")
        sys.stdout.buffer.flush()
    except BaseException as error:
        end_process(error)


def has_too_many_rows(path: Path, most: int) -> bool:
    """Return whether each sheet of an XLSX, or the first of an ODS, has over `most` rows with a
    value. Raises what zipfile raises.
    """
    with zipfile.ZipFile(path) as package:
        listed = package.infolist()
        sheets = [one for one in listed if _SHEET.fullmatch(one.filename)]
        sheets = sheets or [one for one in listed if one.filename == ods.CONTENT]
        for one in sheets:
            if one.file_size < most * _ROW_BYTES:
                return False
            with package.open(one) as file:
                if not _has_over(file, most):
                    return False
        return bool(sheets)


def _has_over(file: IO[bytes], most: int) -> bool:
    valued = (row for row in _split_rows(file) if any(end in row for end in _ENDS_OF_VALUES))
    return next(islice(valued, most, None), None) is not None


def _split_rows(file: IO[bytes]) -> Iterator[bytes]:
    """Yield a sheet cut before each row, up to one that is far too long, and the rest of it."""
    rest = b""
    while (block := file.read(_CHUNK)) and len(rest) < 4 * _CHUNK:
        *parts, rest = _ROW.split(rest + block)
        yield from parts
    yield rest
    yield from iter(lambda: file.read(_CHUNK), b"")


if __name__ == "__main__":
    _run_workbook_child(*sys.argv[1:])
