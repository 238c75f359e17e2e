"""A list of JSON objects as a grid: `{"site": {"postcode": …}}` has the heading `site.postcode`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from duediligence.errors import UnreadableFile
from duediligence.formats import json
from duediligence.formats.table import MAX_COLUMNS
from duediligence.local_registers.tables.grid import Grid, Line

_DEEPEST = 6


def read(path: Path, rows: str) -> Grid:
    """The objects at the dotted path `rows`; without one, the only list of objects there is.

    Raises UnreadableFile.
    """
    items = _items(json.load(path), rows, path.name)
    flat = [dict(_flat(item, "", f"{path.name}: item {n}", 0)) for n, item in enumerate(items, 1)]
    header = tuple(dict.fromkeys(heading for item in flat for heading in item))
    if len(header) > MAX_COLUMNS:
        raise UnreadableFile(f"{path.name}: has over {MAX_COLUMNS:,} different members")
    lines = (
        Line(number, tuple(item.get(heading, "") for heading in header))
        for number, item in enumerate(flat, 1)
    )
    return Grid(path.name, header, lines)


def _items(document: Any, rows: str, name: str) -> list[dict[str, Any]]:
    if rows:
        for step in rows.split("."):
            if not isinstance(document, dict) or step not in document:
                raise UnreadableFile(
                    f"{name}: has no {step!r} of source.rows = {rows!r}",
                    hint="The publisher may have changed the format.",
                )
            document = document[step]
        found = [document]
    else:
        found = [document] if isinstance(document, list) else list(_lists(document, 0))
    if len(found) != 1:
        raise UnreadableFile(
            f"{name}: has {len(found)} lists of records where one is needed",
            hint='Say which: under [source], rows = "the.path.to.it".',
        )
    (items,) = found
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise UnreadableFile(f"{name}: the records are not a list of objects")
    return items


def _lists(value: Any, depth: int) -> Iterator[list[Any]]:
    if depth < _DEEPEST and isinstance(value, dict):
        for member in value.values():
            if isinstance(member, list) and any(isinstance(item, dict) for item in member):
                yield member
            else:
                yield from _lists(member, depth + 1)


def _flat(item: dict[str, Any], above: str, where: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth > _DEEPEST:
        raise UnreadableFile(f"{where}: is nested more than {_DEEPEST} deep")
    for name, value in item.items():
        heading = f"{above}{name}"
        if isinstance(value, dict):
            yield from _flat(value, f"{heading}.", where, depth + 1)
        elif isinstance(value, list):
            parts = [json.text(part, f"{where}: {heading}") for part in value if _scalar(part)]
            if len(parts) < len(value):
                raise UnreadableFile(f"{where}: {heading} holds a list that is no list of texts")
            yield heading, "; ".join(parts)
        else:
            yield heading, json.text(value, f"{where}: {heading}")


def _scalar(value: Any) -> bool:
    return value is None or isinstance(value, (str, int, float))
