"""JSON files, whole or a line at a time, with caps."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from duediligence.errors import UnreadableFile
from duediligence.formats import MAX_FIELD

MAX_DOCUMENT = 100_000_000
MAX_LINE = 10_000_000


def load(path: Path, max_bytes: int = MAX_DOCUMENT) -> Any:
    """Return the whole document. Raises UnreadableFile when it is too large or not JSON."""
    size = path.stat().st_size
    if size > max_bytes:
        raise UnreadableFile(f"{path.name}: {size:,} bytes; the maximum is {max_bytes:,}")
    return _parse_json_bytes(path.read_bytes(), path.name)


def read_json_lines(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield (line number, value) for each line that is not blank. Raises UnreadableFile."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MAX_LINE + 1):
            number += 1
            if len(line) > MAX_LINE:
                raise UnreadableFile(f"{path.name}: line {number} is over {MAX_LINE:,} bytes")
            if line.strip():
                yield number, _parse_json_bytes(line, f"{path.name}: line {number}")


def text(value: object, where: str) -> str:
    """Return a scalar as trimmed text with runs of white space made one space; empty for null.

    Raises UnreadableFile, naming `where`, for a list or an object, a text longer than MAX_FIELD,
    or one that is no Unicode text.
    """
    if value is None:
        return ""
    if not isinstance(value, (str, int, float)):
        raise UnreadableFile(f"{where}: holds {type(value).__name__} where a text was expected")
    found = " ".join(str(value).split())
    if len(found) > MAX_FIELD:
        raise UnreadableFile(
            f"{where}: holds {len(found):,} characters; the maximum is {MAX_FIELD:,}"
        )
    try:
        found.encode()
    except UnicodeEncodeError as error:
        raise UnreadableFile(f"{where}: is not Unicode text") from error
    if "\0" in found:
        raise UnreadableFile(f"{where}: holds NUL characters")
    return found


def _parse_json_bytes(data: bytes, where: str) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        page = data.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html"))
        line = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        what = "is a web page, not JSON" if page else f"is not JSON, or was cut short{line}"
        what = what if data.strip() else "is empty"
        raise UnreadableFile(f"{where}: {what}", hint="Fetch the file again.") from error
