"""Bulk files of registers, plain or zipped: their fingerprints, and their tables row by row."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import file_digest
from pathlib import Path
from typing import IO, TYPE_CHECKING

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile, UsageError
from duediligence.formats import MAX_FIELD
from duediligence.formats.cells import clean
from duediligence.model import RegisterFile
from duediligence.progress import Task
from duediligence.reading import regular
from duediligence.registers.blocks import Block, Lines
from duediligence.text.wording import listed

if TYPE_CHECKING:
    from _csv import Dialect

# The largest real one, the PSC snapshot, was 12.9 GB in 2026; text like it packs six to one.
MAX_BYTES = 60_000_000_000
MAX_RATIO = 100
_RATIO_FROM = 10_000_000
_CHUNK = 1 << 20
_AGAIN = "Fetch the file again; what was loaded before stays in use."


class Bytes(io.BufferedReader):
    """A stream that remembers whether the last line read was a whole one."""

    raw: "_Watched"

    @property
    def ended_in_newline(self) -> bool:
        return self.raw.last in (b"\n", b"")


class _Watched(io.RawIOBase):
    def __init__(self, file: IO[bytes], name: str, task: Task) -> None:
        self._file = file
        self._name = name
        self._task = task
        self.last = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._file.read(len(buffer))
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise UnreadableFile(
                f"{self._name}: is damaged or cut short ({error})", hint=_AGAIN
            ) from error
        except OSError as error:
            raise UnreadableFile(f"{self._name}: cannot be read: {error.strerror}") from error
        buffer[: len(data)] = data
        self.last = data[-1:] or self.last
        self._task.advance(len(data))
        return len(data)


@contextmanager
def opened(path: Path, suffixes: tuple[str, ...], task: Task) -> Iterator[Bytes]:
    """Provide the bytes of the file, or of the one file in the zip whose name ends in a suffix.

    Advances `task` by bytes unpacked. Raises UsageError where the file does not exist, and
    UnreadableFile, also while being read, for a zip that is cut short, damaged, encrypted,
    without one such file, or that unpacks to over MAX_BYTES or MAX_RATIO times its size.
    """
    try:
        with regular(path).open("rb") as file:
            if file.peek(4)[:4].startswith(b"PK"):
                with _open_zip_member(path, file, suffixes) as member:
                    yield Bytes(_Watched(member, path.name, task), _CHUNK)
            else:
                yield Bytes(_Watched(file, path.name, task), _CHUNK)
    except FileNotFoundError as error:
        raise UsageError(f"{path}: no such file", hint="Check the name.") from error
    except (IsADirectoryError, PermissionError) as error:
        raise _not_opened(path, error) from error


def _not_opened(path: Path, error: OSError) -> UsageError:
    if isinstance(error, IsADirectoryError):
        return UsageError(f"{path}: is a folder, not a file", hint="Name the files in it.")
    return UsageError(f"{path}: cannot be opened: {error.strerror}")


def unpacked_size(path: Path) -> int:
    """Return about how many bytes `opened` will give: for a progress bar, never to rely on."""
    try:
        with zipfile.ZipFile(path) as package:
            return max((member.file_size for member in package.infolist()), default=0)
    except (zipfile.BadZipFile, OSError, ValueError):
        return path.stat().st_size if path.is_file() else 0


def fingerprint_register_file(path: Path) -> RegisterFile:
    """Return the file's name and the sha256 of its bytes. Raises UsageError where it cannot be
    read.
    """
    try:
        with regular(path).open("rb") as file:
            return RegisterFile(path.name, file_digest(file, "sha256").hexdigest())
    except OSError as error:
        raise _not_opened(path, error) from error


def find_file_name_date(path: Path) -> date | None:
    """Return the day in the file's name (`BasicCompanyDataAsOneFile-2026-11-01.zip`, or
    `20261101-…` at its start), if there is one.
    """
    day = r"(?<![0-9])20[0-9]{2}-[0-9]{2}-[0-9]{2}(?![0-9])|^20[0-9]{6}(?=-)"
    found = re.search(day, path.name)
    try:
        return date.fromisoformat(found[0]) if found else None
    except ValueError:
        return None


def in_order(paths: Sequence[Path]) -> list[Path]:
    """Return the parts of one snapshot in their order (`…-part1_7.zip`, `…_1of32.zip`).

    Raises UsageError where some are missing, or several files are not parts of one.
    """
    parts = [re.search(r"(?:part|_)([0-9]+)(?:_|of)([0-9]+)\.[a-z]+$", p.name) for p in paths]
    found = sorted(
        (int(part[1]), int(part[2]), path) for part, path in zip(parts, paths, strict=True) if part
    )
    if not found and len(paths) == 1:
        return list(paths)
    of = found[0][1] if found else len(paths)
    if len(found) != len(paths) or [(n, t) for n, t, _ in found] != [
        (n, of) for n in range(1, of + 1)
    ]:
        raise UsageError(
            f"{', '.join(path.name for path in paths[:3])}{' …' if len(paths) > 3 else ''}: "
            "not one whole file, nor all parts of one",
            hint="Name the one file that holds everything, or every part of it.",
        )
    return [path for _, _, path in found]


@contextmanager
def _open_zip_member(path: Path, file: IO[bytes], suffixes: tuple[str, ...]) -> Iterator[IO[bytes]]:
    try:
        package = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnreadableFile(
            f"{path.name}: the zip is damaged or cut short ({error})", hint=_AGAIN
        ) from error
    with package:
        members = [
            member
            for member in package.infolist()
            if member.filename.lower().endswith(suffixes)
            and not member.filename.startswith("__MACOSX/")
        ]
        if len(members) != 1:
            raise UnreadableFile(
                f"{path.name}: holds {len(members)} files that end in {' or '.join(suffixes)}, "
                "where one was expected",
                hint="Name the file as the publisher offers it.",
            )
        member = members[0]
        if member.flag_bits & 1:
            raise UnreadableFile(f"{path.name}: is protected with a password")
        ratio = member.file_size / max(1, member.compress_size)
        if member.file_size > MAX_BYTES or (member.file_size > _RATIO_FROM and ratio > MAX_RATIO):
            raise UnreadableFile(
                f"{path.name}: would unpack to {member.file_size:,} bytes, {ratio:,.0f} times its "
                "size: no register does",
                hint="Fetch the file from its publisher.",
            )
        try:
            with package.open(member) as stream:
                yield stream
        except (zipfile.BadZipFile, NotImplementedError) as error:
            raise UnreadableFile(f"{path.name}: is damaged ({error})", hint=_AGAIN) from error


_CUT = "The file may be cut short: fetch it again. What was loaded before stays in use."


@dataclass(frozen=True, slots=True)
class RegisterTable:
    """The place of each column by its name, and the rows, once.

    They are taken either as (line number, cells) or as blocks of many. Cells are raw: read them
    with `text`. Both raise UnreadableFile where a row has another width than the header, a quote
    is left open, or the file does not end in a line's end.
    """

    columns: Mapping[str, int]
    rows: Iterator[tuple[int, list[str]]]
    blocks: Iterator[Block]


@contextmanager
def table(
    path: Path,
    *,
    required: Sequence[str],
    optional: Sequence[str] = (),
    drift: Drift,
    task: Task,
    suffixes: tuple[str, ...] = (".csv",),
    delimiter: str = ",",
) -> Iterator[RegisterTable]:
    """Open a table, zipped or not. Names of columns are compared without spaces around them.

    Raises UnreadableFile where a required column is missing; tells `drift` of columns that
    nobody reads and of optional ones that are not there.
    """
    with opened(path, suffixes, task) as data:
        # Bytes that are not UTF-8 pass as surrogates, for `text` to read as Windows-1252.
        stream = io.TextIOWrapper(data, "utf-8-sig", errors="surrogateescape", newline="")
        csv.field_size_limit(MAX_FIELD)
        lines = Lines(stream)
        reader = csv.reader(
            lines,
            delimiter=delimiter,
            strict=True,
            quoting=csv.QUOTE_NONE if delimiter == "\t" else csv.QUOTE_MINIMAL,
        )
        try:
            header = [name.strip() for name in next(reader, [])]
        except csv.Error as error:
            raise UnreadableFile(f"{path.name}: line 1: {error}") from error
        columns = {name: place for place, name in enumerate(header)}
        missing = [name for name in required if name not in columns]
        if missing:
            page = bool(header) and header[0].lower().startswith(("<!doctype", "<html"))
            raise UnreadableFile(
                f"{path.name}: is a web page, not the register"
                if page
                else f"{path.name}: line 1: no column {listed(missing, most=3)}",
                hint="Check that it is the file named; the publisher may have changed its layout.",
            )
        if len(columns) != len(header):
            raise UnreadableFile(f"{path.name}: line 1: a column appears twice")
        for name in header:
            if name not in required and name not in optional:
                drift.unread("column", name)
        for name in optional:
            if name not in columns:
                drift.unread("column that is missing", name)

        rows = _read_register_rows(path.name, data, lines, reader, len(header))
        yield RegisterTable(
            columns, rows, _read_register_blocks(rows, lines, reader.dialect, len(header))
        )


def _read_register_rows(
    name: str, data: Bytes, lines: Lines, reader: Iterator[list[str]], width: int
) -> Iterator[tuple[int, list[str]]]:
    """Yield (line number, cells) of each row that is not blank."""
    while True:
        number = lines.number + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise UnreadableFile(f"{name}: line {number}: {error}", hint=_CUT) from error
        if cells is None:
            break
        if cells and len(cells) != width:
            raise UnreadableFile(
                f"{name}: line {lines.number} has {len(cells)} columns where {width} were expected",
                hint=_CUT,
            )
        if cells:
            yield lines.number, cells
    if not data.ended_in_newline:
        raise UnreadableFile(
            f"{name}: line {lines.number} does not end: the file is cut off", hint=_CUT
        )


def _read_register_blocks(
    rows: Iterator[tuple[int, list[str]]], lines: Lines, dialect: "Dialect", width: int
) -> Iterator[Block]:
    """Yield the same rows, many at once where nothing is wrong, for six million are like that."""
    while taken := lines.take():
        text_of = (taken, lines.number + 1, dialect, width)
        if block := Block.of_text(*text_of) or Block.of_runs(*text_of):
            lines.number = block.lines[-1]
            yield block
            continue
        lines.give_back(taken)
        found: list[tuple[int, list[str]]] = []
        try:
            while lines.has_returned and (row := next(rows, None)):
                found.append(row)
        finally:
            # Those before one that is unfit come first, as they would row by row.
            if found:
                yield Block.of_rows(found)
    # What is wrong with the end of the file.
    next(rows, None)


def text(cell: str) -> str:
    """Return the cell on one line, with bytes that are not UTF-8 read as Windows-1252."""
    if cell.isascii():
        if cell.isprintable() and "  " not in cell:
            return cell.strip()
        return clean(cell)
    data = cell.encode("utf-8", "surrogateescape")
    try:
        return clean(data.decode("utf-8"))
    except UnicodeDecodeError:
        return clean(data.decode("cp1252", "replace"))
