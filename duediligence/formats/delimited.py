"""Delimited text: caps, encodings and line numbers that an error can name."""

import csv
from collections.abc import Iterator
from pathlib import Path

from duediligence.errors import UnreadableFile
from duediligence.formats import MAX_FIELD


def rows(
    path: Path,
    *,
    encoding: str = "utf-8-sig",
    delimiter: str = ",",
    columns: int = 0,
    strict: bool = False,
) -> Iterator[tuple[int, list[str]]]:
    """Yield (line number, cells) for each row that is not blank.

    The line is the one on which the row ends. `columns` is the number of cells each row must
    have, 0 for any; `strict` refuses stray and unclosed quotes. A lone 0x1A (the end mark of old
    systems) is passed over. Raises UnreadableFile for a web page, bytes that are not in the
    encoding, NUL bytes, a field longer than MAX_FIELD characters, or a row of the wrong width.
    """
    _refuse_web_page(path)
    csv.field_size_limit(MAX_FIELD)
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=strict)
        try:
            for row in reader:
                if not row or row == ["\x1a"]:
                    continue
                if any("\0" in cell for cell in row):
                    raise UnreadableFile(
                        f"{path.name}: line {reader.line_num} holds NUL bytes: not a text file"
                    )
                if columns and len(row) != columns:
                    raise UnreadableFile(
                        f"{path.name}: line {reader.line_num} has {len(row)} columns where "
                        f"{columns} were expected",
                        hint="The file may be cut short, or the publisher changed the format.",
                    )
                yield reader.line_num, row
        except UnicodeDecodeError as error:
            raise UnreadableFile(
                f"{path.name}: after line {reader.line_num}: not {encoding} text "
                f"(byte 0x{error.object[error.start]:02x})"
            ) from error
        except csv.Error as error:
            raise UnreadableFile(f"{path.name}: line {reader.line_num}: {error}") from error


def _refuse_web_page(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(512).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html")):
        raise UnreadableFile(
            f"{path.name}: is a web page, not the list",
            hint="The publisher may be down for maintenance; try again later.",
        )
