"""JSON files, whole or a line at a time, with caps."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from duediligence.errors import UnreadableFile
from duediligence.formats import MAX_FIELD

MAX_DOCUMENT = 100_000_000
MAX_LINE = 10_000_000


def load(path: Path, max_bytes: int = MAX_DOCUMENT, *, unique: bool = False) -> Any:
    """Return the whole document. Raises UnreadableFile if it is too large, and as `parse_json`."""
    size = path.stat().st_size
    if size > max_bytes:
        raise UnreadableFile(f"{path.name}: {size:,} bytes; the maximum is {max_bytes:,}")
    return parse_json(path.read_bytes(), path.name, unique=unique)


def read_json_lines(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield (line number, value) for each line that is not blank. Raises UnreadableFile."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MAX_LINE + 1):
            number += 1
            if len(line) > MAX_LINE:
                raise UnreadableFile(f"{path.name}: line {number} is over {MAX_LINE:,} bytes")
            if line.strip():
                yield number, parse_json(line, f"{path.name}: line {number}")


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


def parse_json(data: bytes, where: str, *, unique: bool = False) -> Any:
    """Return the value of a document. Raises UnreadableFile, naming `where`, for what is not JSON,
    and if `unique` for an object that has one member twice, of which only the last would be read.
    """
    twice: list[str] = []

    def build(members: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(members)
        if len(found) < len(members):
            twice.append(Counter(name for name, _ in members).most_common(1)[0][0])
        return found

    try:
        value = json.loads(data, object_pairs_hook=build if unique else None)
    except (ValueError, RecursionError) as error:
        page = data.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html"))
        line = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        what = "is a web page, not JSON" if page else f"is not JSON, or was cut short{line}"
        what = what if data.strip() else "is empty"
        raise UnreadableFile(f"{where}: {what}", hint="Fetch the file again.") from error
    if twice:
        raise UnreadableFile(
            f"{where}: has {twice[0][:80]!r} twice in one object, and only one would be read",
            hint="Ask for the file again.",
        )
    return value
