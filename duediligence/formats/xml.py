"""Streamed XML without document types, entities or network."""

import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from duediligence.errors import UnreadableFile
from duediligence.formats import MAX_FIELD

if TYPE_CHECKING:
    from lxml import etree

    Element = etree._Element
else:
    Element = object  # lxml is imported lazily: lists of other formats need not wait for it


# A file, or a member of a package that is open.
Source = Path | zipfile.Path

# Far beyond any list: the richest element of one has 13 attributes, 3 namespaces, and is 7 deep.
MAX_ATTRIBUTES = 1_000
MAX_NAMESPACES = 100
MAX_DEPTH = 100
MAX_ELEMENTS = 200_000
MAX_NAMES = 10_000
_CHECK = "Such a file is no list, and may be an attack. Fetch it again from the publisher."


def stream(
    path: Source, root: str, *tags: str, outside: Counter[str] | None = None
) -> Iterator[Element]:
    """Yield each complete element named in `tags` (local names), in document order.

    The element is cleared when the next is asked for: read what you need first. Namespaces are
    ignored. `outside` is given the names of all elements that are neither the root nor within
    one of `tags`, so that a section nobody knows does not go unseen. Raises UnreadableFile when
    the document is not well-formed, its root is not `root`, it declares a document type, a text or
    an attribute is longer than MAX_FIELD characters, or an element has more attributes, namespaces
    or elements around or in it than any list has.
    """
    wanted = frozenset(tags)
    depth = within = held = 0
    for event, element in _parse_bounded_events(path, root):
        if event == "start":
            depth += 1
            if within:
                held += 1
                if held > MAX_ELEMENTS:
                    raise _build_limit_error(
                        element, path, held, "elements before it", MAX_ELEMENTS
                    )
                continue
            if depth == 1:
                continue
            if local(element) in wanted:
                within, held = depth, 0
            elif outside is not None:
                outside[local(element)] += 1
            continue
        inside = bool(within)
        if depth == within:
            within = 0
        depth -= 1
        _check_size(element, path)
        if local(element) in wanted:
            yield element
        elif inside or not depth:
            continue  # it belongs to a record that is yet to end
        _clear_element(element)


def parse_xml_document(data: bytes, name: str) -> Element:
    """Return the root of a whole document, which may declare that it is HTML and nothing else.

    Raises UnreadableFile, naming the document `name`, when it is not well-formed, declares an
    entity, or nests or holds text beyond the limits of the parser.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFile(f"{name}: is not well-formed XML ({error})") from error
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):  # type: ignore[union-attr]
        raise UnreadableFile(f"{name}: declares an entity, which may be an attack")
    return root


def _parse_bounded_events(path: Source, root: str) -> Iterator[tuple[str, Element]]:
    """Yield each start and each end of an element, within the limits. `root` may be empty: any."""
    from lxml import etree

    depth = spaces = 0
    try:
        with path.open("rb") as file:
            for event, element in etree.iterparse(
                file,
                events=("start", "end", "start-ns"),
                resolve_entities=False,
                load_dtd=False,
                no_network=True,
                huge_tree=False,
                remove_comments=True,
                remove_pis=True,
            ):
                if event == "start-ns":
                    spaces += 1
                    continue
                if event == "start":
                    depth += 1
                    if depth == 1:
                        _check_root(element, path, root)
                    # Before anything looks at them: lxml is slow where there are many.
                    if (count := len(element.attrib)) > MAX_ATTRIBUTES:
                        raise _build_limit_error(element, path, count, "attributes", MAX_ATTRIBUTES)
                    if spaces > MAX_NAMESPACES:
                        raise _build_limit_error(
                            element, path, spaces, "namespaces", MAX_NAMESPACES
                        )
                    if depth > MAX_DEPTH:
                        raise _build_limit_error(element, path, depth, "levels", MAX_DEPTH)
                    spaces = 0
                else:
                    depth -= 1
                yield event, element
    except (etree.XMLSyntaxError, UnicodeDecodeError) as error:
        raise _build_xml_error(path, root or "any", error) from error


def _build_limit_error(
    element: Element, path: Source, count: int, what: str, most: int
) -> UnreadableFile:
    return UnreadableFile(
        f"{path.name}: line {element.sourceline}: <{local(element)[:80]}> has {count:,} {what}; "
        f"the maximum is {most:,}",
        hint=_CHECK,
    )


def _clear_element(element: Element) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _check_size(element: Element, path: Source) -> None:
    longest = len(element.text) if element.text is not None else 0
    if element.attrib:
        longest = max(longest, *map(len, element.attrib.values()))
    if longest > MAX_FIELD:
        raise UnreadableFile(
            f"{path.name}: line {element.sourceline}: <{local(element)}> holds "
            f"{longest:,} characters; the maximum is {MAX_FIELD:,}"
        )


def _check_root(element: Element, path: Source, root: str) -> None:
    if local(element).lower() == "html":
        raise _web_page(path)
    if element.getroottree().docinfo.internalDTD is not None:
        raise UnreadableFile(
            f"{path.name}: declares a document type, which a list never needs and may be an attack",
            hint="Fetch the file again from the publisher's own address.",
        )
    if root and local(element) != root:
        raise UnreadableFile(
            f"{path.name}: starts with <{local(element)}> where <{root}> was expected",
            hint="The publisher may have changed the format, or sent another file.",
        )


def _build_xml_error(path: Source, root: str, error: Exception) -> UnreadableFile:
    with path.open("rb") as file:
        head = file.read(2048).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not head:
        return UnreadableFile(f"{path.name}: is empty", hint="Fetch it again.")
    if head.startswith((b"<!doctype html", b"<html")):
        return _web_page(path)
    return UnreadableFile(
        f"{path.name}: is not well-formed <{root}> XML ({error})",
        hint="The file may be cut short; fetch it again.",
    )


def _web_page(path: Source) -> UnreadableFile:
    return UnreadableFile(
        f"{path.name}: is a web page, not the list",
        hint="The publisher may be down for maintenance; try again later.",
    )


def root_attributes(path: Path, root: str) -> dict[str, str]:
    """Return the attributes of the root element, by local name. Raises UnreadableFile as
    `stream`.
    """
    for _, element in _parse_bounded_events(path, root):
        return {str(k).rpartition("}")[2]: str(v) for k, v in element.attrib.items()}
    raise _build_xml_error(path, root, ValueError("no root element"))


def collect_xml_names(path: Path, found: dict[str, None]) -> int:
    """Add each tag, and each attribute as `tag@name`, to `found`; how many records there are.

    Records are the elements below the root, or one deeper where none of those is there twice, that
    have elements in them. Raises UnreadableFile as `stream`, and for over MAX_NAMES names.
    """
    counts: dict[int, Counter[str]] = {1: Counter(), 2: Counter()}
    filled = [False]
    for event, element in _parse_bounded_events(path, ""):
        tag = local(element)
        if event == "start":
            found[tag] = None
            for name in map(str, element.attrib):
                if not name.startswith("{"):
                    found[f"{tag}@{name}"] = None
            if len(found) > MAX_NAMES:
                raise UnreadableFile(
                    f"{path.name}: line {element.sourceline}: has over {MAX_NAMES:,} different "
                    "names of elements and attributes",
                    hint=_CHECK,
                )
            filled[-1] = True
            filled.append(False)
            continue
        if filled.pop() and len(filled) - 1 in counts:
            counts[len(filled) - 1][tag] += 1
        _clear_element(element)
    at = 1 if max(counts[1].values(), default=0) > 1 else 2
    return counts[at].total()


def local(element: Element) -> str:
    """Return the tag without its namespace."""
    return str(element.tag).rpartition("}")[2]


def read_xml_text(element: Element) -> str:
    """Return the element's own text, trimmed, with runs of white space (NBSP too) made one
    space.
    """
    return " ".join((element.text or "").split())


def children(element: Element, *names: str) -> Iterator[Element]:
    """Descend by local names: `children(d, "Names", "Name")` yields every Name in every Names."""
    for child in element:
        if local(child) == names[0]:
            if len(names) == 1:
                yield child
            else:
                yield from children(child, *names[1:])


def list_xml_texts(element: Element, *names: str) -> tuple[str, ...]:
    """Return the non-empty texts at a path, in order, without repeats."""
    return tuple(
        dict.fromkeys(t for child in children(element, *names) if (t := read_xml_text(child)))
    )


def value(element: Element, *names: str) -> str:
    """Return the first non-empty text at a path, or an empty string."""
    return next((t for child in children(element, *names) if (t := read_xml_text(child))), "")
