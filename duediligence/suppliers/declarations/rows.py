"""The rows of a file of declarations: a table, or JSON; cells by column, nothing understood yet."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from duediligence.errors import UnreadableFile, UsageError
from duediligence.formats import json
from duediligence.formats.table import read_table

COLUMNS = ("supplier_ref", "question", "answer", "date", "details", "applies_to")
NEEDED = COLUMNS[:4]
MOST_BYTES = 20_000_000
_SAME_COLUMN = {"code": "question", "supplier": "supplier_ref", "ref": "supplier_ref"}

# Where a row stands, as its reader finds it again, and its cells by column.
Row = tuple[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Rows:
    """`rows` can be gone through once, and raises UsageError. `unused` are headings not read."""

    rows: Iterator[Row]
    unused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_rows(path: Path) -> Rows:
    """The rows of delimited text, of a workbook, or of JSON (`.json`). Raises UsageError."""
    _check_size(path)
    return Rows(_from_json(path)) if path.suffix.lower() == ".json" else _from_table(path)


def _check_size(path: Path) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from error
    if size > MOST_BYTES:
        raise UsageError(
            f"{path.name}: {size:,} bytes; {MOST_BYTES:,} is the most that is read",
            hint="Split the file in parts.",
        )


def _from_table(path: Path) -> Rows:
    table = read_table(path, usable=lambda row: len(set(NEEDED) & set(map(_column, row))))
    names = [_column(heading) for heading in table.header]
    for name in NEEDED:
        if name not in names:
            near = get_close_matches(name, [each for each in names if each], 1)
            did = f"; {near[0]!r} is not it" if near else ""
            raise UsageError(
                f"{path.name}: no column {name!r}{did}",
                hint=f"The header must hold {', '.join(NEEDED)}; details and applies_to may be.",
            )
    for name in COLUMNS:
        if names.count(name) > 1:
            raise UsageError(f"{path.name}: {names.count(name)} columns are headed {name!r}")
    at = {name: names.index(name) for name in COLUMNS if name in names}
    unused = tuple(h for h, name in zip(table.header, names, strict=True) if name not in COLUMNS)

    def rows() -> Iterator[Row]:
        for number, cells in table.rows:
            yield (
                f"row {number}",
                {name: cells[place] if place < len(cells) else "" for name, place in at.items()},
            )

    return Rows(rows(), tuple(filter(None, unused)), table.notes)


def _column(heading: str) -> str:
    plain = "_".join(re.split(r"[\s_-]+", heading.strip().casefold()))
    return _SAME_COLUMN.get(plain, plain)


def _from_json(path: Path) -> Iterator[Row]:
    """One form, or a list of them: `{"supplier_ref", "date", "answers": [{"code", "answer"}]}`."""
    try:
        document = json.load(path, MOST_BYTES)
        for number, form in enumerate(document if isinstance(document, list) else [document], 1):
            where = f"form {number}"
            about = dict(_object(form, where, path))
            for place, answer in enumerate(_list(about.pop("answers", None), where, path), 1):
                at = f"{where}, answer {place}"
                yield at, _texts({**about, **_object(answer, at, path)}, at, path)
    except UnreadableFile as error:
        raise UsageError(error.message, hint="docs/declarations.md shows the form.") from error


def _list(value: object, where: str, path: Path) -> list[Any]:
    if not isinstance(value, list):
        raise UnreadableFile(f"{path.name}: {where}: answers is not a list")
    return value


def _object(value: object, where: str, path: Path) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UnreadableFile(f"{path.name}: {where} is not an object")
    return value


def _texts(values: Mapping[str, Any], where: str, path: Path) -> dict[str, str]:
    found = {}
    for name, value in values.items():
        column = _column(name)
        if column not in COLUMNS:
            near = get_close_matches(column, COLUMNS, 1)
            did = f"; did you mean {near[0]}?" if near else ""
            raise UnreadableFile(f"{path.name}: {where}: {name[:80]!r} is not known{did}")
        found[column] = json.text(value, f"{path.name}: {where}, {name}")
    return found
