"""What every parser does with its records: group them, refuse what is none, notice the new."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from html import unescape
from pathlib import Path
from typing import TypeVar

from duediligence.watchlists._readers.fields.dates import day

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.formats.xml import Element, local, root_attributes
from duediligence.model import ListEntry

T = TypeVar("T")


def clean(text: str) -> str:
    """One line: white space of every kind (NBSP, U+202F) made one blank, entities resolved."""
    if "&" in text and ";" in text:
        text = unescape(text)
    return " ".join(text.split())


Children = defaultdict[str, list[Element]]


def by_tag(element: Element) -> Children:
    """The element's children by local name, each in document order."""
    children: Children = defaultdict(list)
    for child in element:
        children[local(child)].append(child)
    return children


def one(children: Children, tag: str) -> str:
    """The first text that is not blank, cleaned, or an empty string."""
    return next((text for child in children[tag] if (text := clean(child.text or ""))), "")


def attribute(element: Element, name: str) -> str:
    """The attribute, cleaned, or an empty string."""
    return clean(str(element.get(name, "")))


class Unread:
    """Counts the tags and attributes of records that no code reads.

    `known` maps each tag to the attributes it is known to have; `outside` are the tags known
    to stand around the records. `tags` can be given to `stream` as its `outside`.
    """

    def __init__(self, known: Mapping[str, frozenset[str]], outside: Iterable[str] = ()) -> None:
        self._known = known
        self._outside = frozenset(outside)
        self.tags: Counter[str] = Counter()
        self._attributes: Counter[str] = Counter()

    def look(self, record: Element) -> None:
        for element in record.iter():
            tag = local(element)
            attributes = self._known.get(tag)
            if attributes is None:
                self.tags[tag] += 1
            elif element.attrib and not attributes.issuperset(element.attrib):
                new = [str(name) for name in element.attrib if name not in attributes]
                self._attributes.update(f"{tag}@{name}" for name in new if name[0] != "{")

    def report(self, drift: Drift) -> None:
        for tag in self.tags.keys() - self._outside:
            drift.unread("tag", tag, self.tags[tag])
        for name, count in self._attributes.items():
            drift.unread("attribute", name, count)


def stated_in_root(path: Path, root: str, name: str) -> date:
    """The publisher's date in an attribute of the root element. Raises UnreadableFile."""
    stated = root_attributes(path, root).get(name, "")
    found = day(stated)
    if found is None:
        raise UnreadableFile(
            f"{path.name}: {name} is {stated[:40]!r}: no date, so its age cannot be judged",
            hint="The publisher may have changed the format; the list needs a look.",
        )
    return found


def checked(entries: Iterable[ListEntry], filename: str) -> Iterator[ListEntry]:
    """The same entries, held to what any list must be.

    Raises UnreadableFile for an entry without an id or a usable name, for two entries of one id
    (which of the two holds, or whether they are two parties, only the publisher can say), and
    for a file without any entry. Each would otherwise be a listed party that no search finds.
    """
    seen: set[str] = set()
    for entry in entries:
        if not entry.id:
            raise UnreadableFile(
                f"{filename}: entry {len(seen) + 1} has no identifier of its publisher",
                hint="The publisher may have changed the format; the list needs a look.",
            )
        if entry.id in seen:
            raise UnreadableFile(
                f"{filename}: {entry.id} is there twice",
                hint="Fetch the file again; if it stays so, tell the publisher.",
            )
        if not entry.names:
            raise UnreadableFile(
                f"{filename}: {entry.id} has no name that can be searched for",
                hint="The publisher may have changed the format; the list needs a look.",
            )
        seen.add(entry.id)
        yield entry
    if not seen:
        raise UnreadableFile(
            f"{filename}: holds no entry at all",
            hint="An empty list is never right; fetch the file again.",
        )


def distinct(values: Iterable[T]) -> tuple[T, ...]:
    """The values in order, each once, without empty ones."""
    return tuple(dict.fromkeys(value for value in values if value))
