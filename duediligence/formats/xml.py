"""Streamed XML without document types, entities or network."""

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


def stream(
    path: Path, root: str, *tags: str, outside: Counter[str] | None = None
) -> Iterator[Element]:
    """Yield each complete element named in `tags` (local names), in document order.

    The element is cleared when the next is asked for: read what you need first. Namespaces are
    ignored. `outside` is given the names of all elements that are neither the root nor within
    one of `tags`, so that a section nobody knows does not go unseen. Raises UnreadableFile when
    the document is not well-formed, its root is not `root`, it declares a document type, or a
    text or an attribute is longer than MAX_FIELD characters.
    """
    from lxml import etree

    try:
        with path.open("rb") as file:
            context = etree.iterparse(
                file,
                events=("start", "end"),
                resolve_entities=False,
                load_dtd=False,
                no_network=True,
                huge_tree=False,
                remove_comments=True,
                remove_pis=True,
            )
            yield from _elements(context, path, root, frozenset(tags), outside)
    except (etree.XMLSyntaxError, UnicodeDecodeError) as error:
        raise _unreadable(path, root, error) from error


def document(data: bytes, name: str) -> Element:
    """The root of a whole document, which may declare that it is HTML and nothing else.

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


def _elements(
    context: "etree.iterparse[tuple[str, Element]]",
    path: Path,
    root: str,
    tags: frozenset[str],
    outside: Counter[str] | None,
) -> Iterator[Element]:
    depth = within = 0
    for event, element in context:
        if event == "start":
            if depth == 0:
                _check_root(element, path, root)
            elif not within and outside is not None:
                if local(element) in tags:
                    within = depth
                else:
                    outside[local(element)] += 1
            depth += 1
            continue
        depth -= 1
        if depth == within:
            within = 0
        _check_size(element, path)
        if local(element) in tags:
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _check_size(element: Element, path: Path) -> None:
    longest = len(element.text) if element.text is not None else 0
    if element.attrib:
        longest = max(longest, *map(len, element.attrib.values()))
    if longest > MAX_FIELD:
        raise UnreadableFile(
            f"{path.name}: line {element.sourceline}: <{local(element)}> holds "
            f"{longest:,} characters; the maximum is {MAX_FIELD:,}"
        )


def _check_root(element: Element, path: Path, root: str) -> None:
    if local(element).lower() == "html":
        raise _web_page(path)
    if element.getroottree().docinfo.internalDTD is not None:
        raise UnreadableFile(
            f"{path.name}: declares a document type, which a list never needs and may be an attack",
            hint="Fetch the file again from the publisher's own address.",
        )
    if local(element) != root:
        raise UnreadableFile(
            f"{path.name}: starts with <{local(element)}> where <{root}> was expected",
            hint="The publisher may have changed the format, or sent another file.",
        )


def _unreadable(path: Path, root: str, error: Exception) -> UnreadableFile:
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


def _web_page(path: Path) -> UnreadableFile:
    return UnreadableFile(
        f"{path.name}: is a web page, not the list",
        hint="The publisher may be down for maintenance; try again later.",
    )


def root_attributes(path: Path, root: str) -> dict[str, str]:
    """The attributes of the root element, by local name. Raises UnreadableFile as `stream`."""
    from lxml import etree

    try:
        with path.open("rb") as file:
            context = etree.iterparse(
                file, events=("start",), resolve_entities=False, load_dtd=False, no_network=True
            )
            for _, element in context:
                _check_root(element, path, root)
                return {str(k).rpartition("}")[2]: str(v) for k, v in element.attrib.items()}
    except etree.XMLSyntaxError as error:
        raise _unreadable(path, root, error) from error
    raise _unreadable(path, root, ValueError("no root element"))


def names(path: Path, found: dict[str, None]) -> int:
    """Add each tag, and each attribute as `tag@name`, to `found`; how many records there are.

    Records are the elements below the root, or one deeper where none of those is there twice, that
    have elements in them. Raises UnreadableFile as `stream`.
    """
    from lxml import etree

    counts: dict[int, Counter[str]] = {1: Counter(), 2: Counter()}
    filled = [False]
    root = ""
    try:
        with path.open("rb") as file:
            for event, element in etree.iterparse(
                file,
                events=("start", "end"),
                resolve_entities=False,
                load_dtd=False,
                no_network=True,
                huge_tree=False,
                remove_comments=True,
                remove_pis=True,
            ):
                tag = local(element)
                if event == "start":
                    if not root:
                        root = tag
                        _check_root(element, path, root)
                    found[tag] = None
                    for name in map(str, element.attrib):
                        if not name.startswith("{"):
                            found[f"{tag}@{name}"] = None
                    filled[-1] = True
                    filled.append(False)
                    continue
                if filled.pop() and len(filled) - 1 in counts:
                    counts[len(filled) - 1][tag] += 1
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except (etree.XMLSyntaxError, UnicodeDecodeError) as error:
        raise _unreadable(path, root or "any", error) from error
    at = 1 if max(counts[1].values(), default=0) > 1 else 2
    return counts[at].total()


def local(element: Element) -> str:
    """The tag without its namespace."""
    return str(element.tag).rpartition("}")[2]


def text(element: Element) -> str:
    """The element's own text, trimmed, with runs of white space (NBSP too) made one space."""
    return " ".join((element.text or "").split())


def children(element: Element, *names: str) -> Iterator[Element]:
    """Descend by local names: `children(d, "Names", "Name")` yields every Name in every Names."""
    for child in element:
        if local(child) == names[0]:
            if len(names) == 1:
                yield child
            else:
                yield from children(child, *names[1:])


def values(element: Element, *names: str) -> tuple[str, ...]:
    """The non-empty texts at a path, in order, without repeats."""
    return tuple(dict.fromkeys(t for child in children(element, *names) if (t := text(child))))


def value(element: Element, *names: str) -> str:
    """The first non-empty text at a path, or an empty string."""
    return next((t for child in children(element, *names) if (t := text(child))), "")
