"""Text files of any encoding, within a size."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from duediligence.errors import UsageError
from duediligence.formats import MAX_FIELD

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK = 1 << 20
_HINT = "Open the file in a spreadsheet and save it as an Excel workbook (.xlsx) or as CSV UTF-8."


def detect_encoding(path: Path) -> str:
    """Return `utf-8`, another Unicode encoding that its mark names, or else `cp1252`.

    Every byte is decoded once, so reading with the answer cannot fail on an encoding. Raises
    UsageError for a file that is in none of these.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    marked = next((encoding for mark, encoding in _MARKS if head.startswith(mark)), "")
    # Text has no NUL bytes to speak of; a stray one is for the reader of the row to judge.
    if not marked and head.count(0) * 20 > len(head):
        raise UsageError(f"{path.name}: is not a text file or a spreadsheet", hint=_HINT)
    for encoding in (marked,) if marked else ("utf-8", "cp1252"):
        if _is_decodable(path, encoding):
            return encoding
    raise UsageError(
        f"{path.name}: is not {marked.removesuffix('-sig') or 'utf-8 or Windows-1252'} text",
        hint=_HINT,
    )


def _is_decodable(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeError:
            return False
    return True


# The last stands for none: a list of names, one a line, in which a comma is only a comma.
_DELIMITERS = ",;\t|\x1f"
_SAMPLE_CHARACTERS = 1 << 18
_SAMPLE_ROWS = 60
_MAX_LINE = 4 * MAX_FIELD


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text file is to be read."""

    encoding: str
    delimiter: str


def detect_dialect(path: Path, usable: Callable[[Sequence[str]], int], within: int) -> Dialect:
    """Find the encoding and the delimiter, by trying each delimiter on the start of the file.

    The delimiter that gives the best header (`usable`, among the first `within` rows) wins; of
    equals, the one under which most rows fit that header; then the one that gives most columns.
    Raises UsageError for a file that is not text.
    """
    encoding = detect_encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        sample = file.read(_SAMPLE_CHARACTERS)
        whole = not file.read(1)

    def merit(delimiter: str) -> tuple[int, float, int]:
        rows = _parse_sample_rows(sample, delimiter, whole)
        if not rows:
            return 0, 0.0, 0
        scores = [usable(row) for row in rows[:within]]
        start = scores.index(max(scores))
        width = len(rows[start])
        fitting = sum(len(row) == width for row in rows[start:])
        return scores[start], fitting / (len(rows) - start), width

    return Dialect(encoding, max(_DELIMITERS, key=merit))


def _parse_sample_rows(text: str, delimiter: str, whole: bool) -> list[list[str]]:
    csv.field_size_limit(MAX_FIELD)
    rows = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            rows.append(row)
            if len(rows) == _SAMPLE_ROWS:
                return [row for row in rows if row]
    except csv.Error:
        # Cut off in the middle of a quoted value, or a file whose own error comes later.
        return [row for row in rows if row]
    return [row for row in (rows if whole else rows[:-1]) if row]


def read_text_rows(path: Path, dialect: Dialect) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield (row number as a spreadsheet shows it, cells), blank rows too.

    Raises UsageError for a quote that is not closed or not doubled (rows would run into one
    another), and for a cell over MAX_FIELD characters.
    """
    csv.field_size_limit(MAX_FIELD)
    with path.open(encoding=dialect.encoding, newline="") as file:
        reader = csv.reader(
            _read_bounded_lines(file, path), delimiter=dialect.delimiter, strict=True
        )
        number = 0
        try:
            for number, row in enumerate(reader, 1):
                yield number, () if row == ["\x1a"] else tuple(row)
        except csv.Error as error:
            raise _build_csv_error(path, number + 1, reader.line_num, error) from error
        except UnicodeError as error:
            raise UsageError(
                f"{path.name}: changed while it was read", hint="Try again."
            ) from error


def _read_bounded_lines(file: io.TextIOWrapper, path: Path) -> Iterator[str]:
    number = 0
    while line := file.readline(_MAX_LINE):
        number += 1
        if len(line) == _MAX_LINE:
            raise UsageError(
                f"{path.name}: line {number} is over {_MAX_LINE:,} characters long",
                hint="That is not a supplier list: check how the file was saved.",
            )
        yield line


def _build_csv_error(path: Path, row: int, line: int, error: csv.Error) -> UsageError:
    if "field larger" in str(error):
        return UsageError(
            f"{path.name}: row {row} holds a cell of over {MAX_FIELD:,} characters",
            hint='If it should be short, a quote (") before it is not closed.',
        )
    return UsageError(
        f"{path.name}: row {row} cannot be separated from the rows after it (line {line}): {error}",
        hint='A quote (") in it is not closed, or not written twice inside a quoted value. Correct '
        "it, or save the file as an Excel workbook.",
    )
