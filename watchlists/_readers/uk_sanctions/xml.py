"""Designations out of the XML file."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from duediligence.watchlists._readers.fields.dates import day
from duediligence.watchlists._readers.fields.records import clean
from duediligence.watchlists._readers.uk_sanctions.layout import GROUPS, Group, Record

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.formats.xml import Element, local, stream

_ROOT = "Designations"
# Says again, as true or false, what SanctionsImposed says in words.
_RESTATED = frozenset({"SanctionsImposedIndicators"})

_Tree = dict[str, "Group | _Tree"]


def _tree() -> _Tree:
    root: _Tree = {}
    for group in GROUPS:
        node = root
        for tag in group.path[:-1]:
            inner = node.setdefault(tag, {})
            assert isinstance(inner, dict)
            node = inner
        node[group.path[-1]] = group
    return root


def records(path: Path, drift: Drift) -> Iterator[Record]:
    """Each designation, streamed. Children may stand in any order. Raises UnreadableFile."""
    tree, unread = _tree(), Counter[str]()
    for element in stream(path, _ROOT, "Designation", outside=unread):
        record: Record = {}
        _read(element, tree, record, unread)
        yield record
    del unread["DateGenerated"]
    for tag, count in unread.items():
        drift.unread("tag", tag, count)


def _read(element: Element, tree: _Tree, record: Record, unread: Counter[str]) -> None:
    for child in element:
        node = tree.get(local(child)) or tree.get("*")
        if isinstance(node, Group):
            row = _cells(child, node, unread) if node.tags else (_all_text(child),)
            if any(row):
                record.setdefault(node.name, {})[row] = None
        elif node:
            _read(child, node, record, unread)
        elif local(child) not in _RESTATED:
            unread[local(child)] += 1


def _cells(element: Element, group: Group, unread: Counter[str]) -> tuple[str, ...]:
    cells = dict.fromkeys(group.tags, "")
    for child in element:
        if local(child) in cells:
            cells[local(child)] = clean(f"{cells[local(child)]} {child.text or ''}")
        else:
            unread[local(child)] += 1
    return tuple(cells.values())


def _all_text(element: Element) -> str:
    if len(element):
        return clean(" ".join(str(text) for text in element.itertext()))
    return clean(element.text or "")


def published(path: Path) -> date:
    """The day in DateGenerated. Raises UnreadableFile where there is none."""
    for element in stream(path, _ROOT, "DateGenerated", "Designation"):
        if local(element) == "DateGenerated" and (found := day(clean(element.text or ""))):
            return found
    raise UnreadableFile(
        f"{path.name}: has no readable DateGenerated, so its age cannot be judged",
        hint="The publisher may have changed the format; the list needs a look.",
    )
