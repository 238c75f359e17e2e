"""Answers of the service: an object with `items`, each of them linked data, page by page."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from duediligence.watchlists.toolkit.tables import Layout, Row, rows_of

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.formats import json
from duediligence.formats.table import Table

# Of linked data that stands for a term: its address and its labels, in the order of our liking.
_LABELS = ("prefLabel", "label", "notation", "@id")
_TERM = frozenset((*_LABELS, "comment", "type"))
_DEEPEST = 5


def rows(paths: Sequence[Path], layout: Layout, drift: Drift) -> Iterator[Row]:
    """Each item as a row of a table, whose columns are the members: `offender.name`.

    A term gives its label, a list its values joined by `; `. Rows are numbered within their page.
    Raises UnreadableFile for a file that is no answer of the service.
    """
    pages = {path: [_flat(one, path.name) for one in items(path)] for path in paths}
    if empty := next((path for path, page in pages.items() if not page), None):
        raise UnreadableFile(f"{empty.name}: holds no items", hint="Fetch every page again.")
    columns = tuple(dict.fromkeys(key for page in pages.values() for one in page for key in one))
    for path, page in pages.items():
        cells = ((n, tuple(one.get(c, "") for c in columns)) for n, one in enumerate(page, 1))
        yield from rows_of(Table(path.name, columns, cells), layout, drift)


def items(path: Path) -> list[dict[str, Any]]:
    """The items of an answer. Raises UnreadableFile."""
    found: list[dict[str, Any]] = _answer(path)["items"]
    return found


def _answer(path: Path) -> dict[str, Any]:
    answer = json.load(path)
    found = answer.get("items") if isinstance(answer, dict) else None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise UnreadableFile(
            f"{path.name}: has no list of items",
            hint="The publisher may have changed the service, or this is another file.",
        )
    assert isinstance(answer, dict)
    return answer


def next_page(path: Path, url: str) -> str:
    """The address after `url`, whose answer is in `path`; empty where the answer is not full.

    What a full answer holds and where it starts, the answer says itself (`meta`): the service may
    give fewer items than were asked for. Else `_limit` and `_offset` in the address say it. Raises
    UnreadableFile where the address has no `_limit`: a full answer could not be told from a part.
    """
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    limit, offset = (query.get(name, "0") for name in ("_limit", "_offset"))
    if not (limit.isdecimal() and offset.isdecimal() and int(limit)):
        raise UnreadableFile(
            f"{path.name}: its address has no _limit, so it is not known whether it is complete",
            hint="Set the address of this list with _limit=500&_offset=0 at its end.",
        )
    answer = _answer(path)
    meta = answer["meta"] if isinstance(answer.get("meta"), dict) else {}
    most, start = (
        stated if isinstance(stated := meta.get(name), int) and stated >= 0 else int(asked)
        for name, asked in (("limit", limit), ("offset", offset))
    )
    count = len(answer["items"])
    if not count or count < most:
        return ""
    query["_offset"] = str(start + count)
    return urlunsplit(parts._replace(query=urlencode(query)))


def _flat(item: Mapping[str, Any], filename: str) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for column, value in _leaves(item, "", filename, _DEEPEST):
        if value:
            found.setdefault(column, []).append(value)
    return {column: "; ".join(dict.fromkeys(values)) for column, values in found.items()}


def _leaves(value: object, column: str, filename: str, depth: int) -> Iterator[tuple[str, str]]:
    if not depth:
        raise UnreadableFile(f"{filename}: {column} is nested too deep")
    if isinstance(value, list):
        for one in value:
            yield from _leaves(one, column, filename, depth - 1)
    elif isinstance(value, dict) and column and _TERM.issuperset(value):
        label = next((value[key] for key in _LABELS if value.get(key)), None)
        yield from _leaves(label, column, filename, depth - 1)
    elif isinstance(value, dict):
        for name, one in value.items():
            # What a part of an item is called in linked data tells nothing of the party.
            if not (column and name in ("@id", "type")):
                below = f"{column}.{name}" if column else name
                yield from _leaves(one, below, filename, depth - 1)
    else:
        yield column, json.text(value, f"{filename}: {column}")
