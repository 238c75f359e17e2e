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

LICENCE = (
    "Environment Agency Conditional Licence: Contains Environment Agency information "
    "© Environment Agency and/or database right"
)
# Of linked data that stands for a term: its address and its labels, in the order of our liking.
_LABELS = ("prefLabel", "label", "comment", "notation", "@id")
_TERM = frozenset((*_LABELS, "type"))
_DEEPEST = 5
_BETWEEN = " | "
_FETCH_AGAIN = "Fetch every page again."


def read_ea_rows(paths: Sequence[Path], layout: Layout, drift: Drift) -> Iterator[Row]:
    """Yield each item as a row of a table, whose columns are the members: `offender.name`.

    A term gives its label. A list gives the values of its items in their order, which
    `split_list_cell` takes apart, with a place for an item that lacks the member. An item that a
    page repeats from one before is given once: the register may grow while its pages are fetched. A
    page may be empty. Rows are numbered within their page. Raises UnreadableFile for a file that is
    no answer of the service, and where no page holds an item.
    """
    # Gone through twice, for a nation's items are too many to be held.
    columns = tuple(
        dict.fromkeys(c for path in paths for item in _flatten_items(path) for c in item)
    )
    if paths and not columns:
        raise UnreadableFile(f"{paths[0].name}: holds no items", hint=_FETCH_AGAIN)
    # By their hashes, for the same reason.
    seen: dict[int, str] = {}
    for path in paths:
        cells = []
        for number, item in enumerate(_flatten_items(path), 1):
            found = tuple(item.get(column, "") for column in columns)
            if seen.setdefault(hash(found), path.name) == path.name:
                cells.append((number, found))
            else:
                drift.left_out("repeated by a later page")
        if cells:
            yield from rows_of(Table(path.name, columns, iter(cells)), layout, drift)


def split_list_cell(cell: str) -> tuple[str, ...]:
    """Return the values of a list in a cell of `read_ea_rows`, in their order; empty where one was
    missing.
    """
    return tuple(value.strip() for value in cell.split(_BETWEEN.strip()))


def load_ea_items(path: Path) -> list[dict[str, Any]]:
    """Return the items of an answer. Raises UnreadableFile."""
    found: list[dict[str, Any]] = _load_ea_answer(path)["items"]
    return found


def _load_ea_answer(path: Path) -> dict[str, Any]:
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
    """Return the address after `url`, whose answer is in `path`; empty where the answer holds
    nothing.

    How many items the service gives at once is its own affair: it may give fewer than were asked
    for, so that only an answer without any is the end. Raises UnreadableFile where the answer says
    (`meta.offset`, `meta.limit`) that it begins elsewhere than was asked, or holds more than its
    own limit.
    """
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    offset = query.get("_offset", "0")
    if not (offset.isdecimal() and len(offset) < 10):
        raise UnreadableFile(
            f"{path.name}: its address has the _offset {offset[:20]!r}",
            hint="Set the address of this list with _offset=0 at its end.",
        )
    answer = _load_ea_answer(path)
    count = len(answer["items"])
    start, most = _read_meta_number(answer, "offset"), _read_meta_number(answer, "limit")
    if start is not None and start != int(offset):
        raise UnreadableFile(
            f"{path.name}: begins at item {start:,} where {int(offset):,} was asked for",
            hint=_FETCH_AGAIN,
        )
    if most is not None and count > most:
        raise UnreadableFile(
            f"{path.name}: holds {count:,} items where its limit is {most:,}", hint=_FETCH_AGAIN
        )
    if not count:
        return ""
    query["_offset"] = str(int(offset) + count)
    return urlunsplit(parts._replace(query=urlencode(query)))


def _read_meta_number(answer: Mapping[str, Any], name: str) -> int | None:
    meta = answer.get("meta")
    text = str(meta.get(name, "")) if isinstance(meta, dict) else ""
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _flatten_items(path: Path) -> Iterator[dict[str, str]]:
    return (_flatten_value(item, "", path.name, _DEEPEST) for item in load_ea_items(path))


def _flatten_value(value: object, column: str, filename: str, depth: int) -> dict[str, str]:
    """Return the texts in a value by column, without those that are empty."""
    if not depth:
        raise UnreadableFile(f"{filename}: {column} is nested too deep")
    if isinstance(value, list):
        parts = [_flatten_value(one, column, filename, depth - 1) for one in value]
        names = dict.fromkeys(name for part in parts for name in part)
        return {name: _BETWEEN.join(part.get(name, "") for part in parts) for name in names}
    if isinstance(value, dict) and column and _TERM.issuperset(value):
        label = next((value[key] for key in _LABELS if value.get(key)), None)
        return _flatten_value(label, column, filename, depth - 1)
    if isinstance(value, dict):
        found: dict[str, str] = {}
        for name, one in value.items():
            # What a part of an item is called in linked data tells nothing of the party.
            if not (column and name in ("@id", "type")):
                below = f"{column}.{name}" if column else name
                found |= _flatten_value(one, below, filename, depth - 1)
        return found
    text = json.text(value, f"{filename}: {column}")
    return {column: text} if text else {}
