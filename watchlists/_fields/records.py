"""What every parser does with its records: group them, refuse what is none, notice the new."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import TypeVar

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.formats import MAX_FIELD
from duediligence.formats.xml import Element, local
from duediligence.model import ListEntry

T = TypeVar("T")


def clean(text: str) -> str:
    """One line: white space of every kind (NBSP, U+202F) made one blank, entities resolved."""
    if "&" in text and ";" in text:
        text = unescape(text)
    return " ".join(text.split())


def by_tag(element: Element) -> defaultdict[str, list[Element]]:
    """The element's children by local name, each in document order."""
    children: defaultdict[str, list[Element]] = defaultdict(list)
    for child in element:
        children[local(child)].append(child)
    return children


def attribute(element: Element, name: str) -> str:
    """The attribute, cleaned; empty where absent. Raises UnreadableFile for an outsize one."""
    text = str(element.get(name, ""))
    if len(text) > MAX_FIELD:
        raise UnreadableFile(
            f"line {element.sourceline}: {name} holds {len(text):,} characters; "
            f"{MAX_FIELD:,} is the most that is read"
        )
    return clean(text)


class Unread:
    """Counts the tags and attributes of records that no code reads.

    `known` maps each tag to the attributes it is known to have.
    """

    def __init__(self, known: Mapping[str, frozenset[str]]) -> None:
        self._known = known
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
        for tag, count in self.tags.items():
            drift.unread("tag", tag, count)
        for name, count in self._attributes.items():
            drift.unread("attribute", name, count)


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
