"""Records of an XML file: streamed, with a report of the tags that nobody reads."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import Path

from duediligence.watchlists.toolkit.values import clean, day

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.formats.xml import Element, local, root_attributes, stream

Children = defaultdict[str, list[Element]]


def by_tag(element: Element) -> Children:
    """Return the element's children by local name, each in document order."""
    children: Children = defaultdict(list)
    for child in element:
        children[local(child)].append(child)
    return children


def one(children: Children, tag: str) -> str:
    """Return the first text that is not blank, cleaned, or an empty string."""
    return next((text for child in children[tag] if (text := clean(child.text or ""))), "")


def attribute(element: Element, name: str) -> str:
    """Return the attribute, cleaned, or an empty string."""
    return clean(str(element.get(name, "")))


def stream_records(
    path: Path,
    root: str,
    tags: Collection[str],
    known: Mapping[str, frozenset[str]],
    drift: Drift,
    *,
    outside: Collection[str] = (),
) -> Iterator[Element]:
    """Stream each element named in `tags`, as `duediligence.formats.xml.stream`.

    `known` maps each tag of a record to the attributes that it is known to have; `outside` are the
    tags known to stand around the records. Any other is reported to `drift` at the end. Raises
    UnreadableFile.
    """
    unread_tags: Counter[str] = Counter()
    unread_attributes: Counter[str] = Counter()
    for record in stream(path, root, *tags, outside=unread_tags):
        for element in record.iter():
            tag = local(element)
            attributes = known.get(tag)
            if attributes is None:
                unread_tags[tag] += 1
            elif element.attrib and not attributes.issuperset(element.attrib):
                new = [str(name) for name in element.attrib if name not in attributes]
                unread_attributes.update(f"{tag}@{name}" for name in new if name[0] != "{")
        yield record
    for tag in unread_tags.keys() - set(outside):
        drift.unread("tag", tag, unread_tags[tag])
    for name, count in unread_attributes.items():
        drift.unread("attribute", name, count)


def stated_in_root(path: Path, root: str, name: str) -> date:
    """Return the publisher's date in an attribute of the root element. Raises UnreadableFile."""
    stated = root_attributes(path, root).get(name, "")
    found = day(stated)
    if found is None:
        raise UnreadableFile(
            f"{path.name}: {name} is {stated[:40]!r}: not a date, so its age is not known",
            hint="The publisher may have changed the format; this tool may need an update.",
        )
    return found
