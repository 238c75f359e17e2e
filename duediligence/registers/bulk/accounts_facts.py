"""The facts of one iXBRL document, read by ixbrl-parse from a tree that was made safe for it.

What the library cannot do is done to the tree before it is given it (docs/adr/0025-accounts.md):

- It knows the iXBRL namespace of 2013 alone, and gives nothing for that of 2008.
- It drops dimensions by typed members and in scenarios, so that a part would pass for the whole.
- It takes an empty fact (`xsi:nil`) as 0, a minus sign within a number as none, and `1.234,56` as
  1.23456.
- It raises ten to any scale, and follows continuations in a circle for ever.

Facts that are not asked for are taken out, so that names of directors are never read.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from duediligence.errors import UnreadableFile, UsageError
from duediligence.formats.xml import Element, parse_xml_document

_INLINE = "{http://www.xbrl.org/2013/inlineXBRL}"
_EARLIER = "{http://www.xbrl.org/2008/inlineXBRL}"
_INSTANCE = "{http://www.xbrl.org/2003/instance}"
_DIMENSIONS = "{http://xbrl.org/2006/xbrldi}"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_TAGS = frozenset(
    "header hidden references resources nonNumeric nonFraction fraction continuation".split()
)
_FACTS = (f"{_INLINE}nonNumeric", f"{_INLINE}nonFraction")
_IGNORED = "{http://www.w3.org/1999/xhtml}span"
_MOST_CHARACTERS = 20_000
_SCALE = re.compile(r"[+-]?[0-9]{1,2}")
_MINUS = re.compile(r"[-−–]\s*(?=[0-9])|\((?=[^()]*\)$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A fact by its local name: `value` is a number, a day or a text, as the tag says.

    `text` is what the page shows, `format` the local name of how that is written. An instant has
    no `start`. `members` are the dimensions by their local names, such as
    `MaturitiesOrExpirationPeriodsDimension: WithinOneYear`. `unit` is `GBP` for pounds.
    """

    name: str
    value: float | date | str
    text: str = ""
    format: str = ""
    end: date | None = None
    start: date | None = None
    members: dict[str, str] = field(default_factory=dict)
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts that were asked for, who the document says it is about, and what was not read.

    `entities` are the identifiers of all contexts as written. `unread` names each fact whose value
    could not be read.
    """

    found: tuple[Fact, ...]
    entities: frozenset[str]
    unread: tuple[str, ...]


def require_library() -> None:
    """Raise UsageError where ixbrl-parse is not installed, saying how to install it."""
    try:
        import ixbrl_parse.ixbrl  # noqa: F401
    except ImportError as error:
        raise UsageError(
            "Accounts cannot be read: the package ixbrl-parse is not installed or does not work: "
            f"{error}",
            hint="Install it: pip install 'duediligence[accounts]', or in a checkout "
            "pip install '.[accounts]'.",
        ) from error


def read_ixbrl_facts(data: bytes, name: str, wanted: Collection[str]) -> Facts:
    """Return the facts of the document whose local names are `wanted`.

    Raises UnreadableFile, naming the document `name`, for what is no iXBRL, has no fact at all, or
    breaks its rules; UsageError where the library is missing.
    """
    require_library()
    from ixbrl_parse.ixbrl import parse

    root = parse_xml_document(data, name)
    if not _prepare_ixbrl_tree(root, frozenset(wanted)):
        raise UnreadableFile(f"{name}: holds no iXBRL facts: it is no accounts filed as data")
    try:
        instance = parse(root.getroottree())
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        RuntimeError,
        TypeError,
        ValueError,
    ) as error:
        raise UnreadableFile(f"{name}: breaks the rules of iXBRL ({error!r})") from error
    unread: list[str] = []
    contexts = instance.contexts.values()
    unique = {id(context): context for context in contexts}.values()
    found = tuple(one for context in unique for one in _read_context_facts(context, unread))
    entities = {str(c.entity.id or "").strip() for c in contexts if c.entity}
    return Facts(found, frozenset(entities), tuple(unread))


def _read_context_facts(context: Any, unread: list[str]) -> Iterator[Fact]:
    end = start = None
    if context.period:
        start, end = context.period.start, context.period.end
    elif context.instant:
        end = context.instant.instant
    members = {one.dimension.localname: one.value.localname for one in context.dimensions}
    for name, one in context.values.items():
        text = " ".join(one.get_raw().split())
        form = getattr(one, "format", None)
        try:
            value = one.to_value().get_value()
        except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError):
            unread.append(name.localname)
            value = text
        yield Fact(
            name=name.localname,
            value=value,
            text=text,
            format=form.localname if form is not None else "",
            end=end,
            start=start,
            members=members,
            unit=str(one.unit),
        )


def _prepare_ixbrl_tree(root: Element, wanted: frozenset[str]) -> bool:
    """Make the tree one that the library reads rightly; whether it has any fact at all."""
    any_fact = False
    partial = set(_partial_contexts(root))
    for element in root.iter():
        tag = str(element.tag)
        if tag.startswith(_EARLIER) and tag.removeprefix(_EARLIER) in _TAGS:
            tag = element.tag = _INLINE + tag.removeprefix(_EARLIER)
        element.attrib.pop("continuedAt", "")
        if tag == f"{_INLINE}continuation":
            element.tag = _IGNORED
        elif tag in _FACTS:
            any_fact = True
            local = (element.get("name") or "").rpartition(":")[2]
            is_nil = element.get(_NIL) in ("true", "1")
            if local not in wanted or is_nil or element.get("contextRef") in partial:
                element.tag = _IGNORED
            elif tag == f"{_INLINE}nonFraction":
                _plain_number(element)
            elif sum(map(len, element.itertext())) > _MOST_CHARACTERS:
                element.tag = _IGNORED
    return any_fact


def _partial_contexts(root: Element) -> Iterator[str | None]:
    """Yield contexts of a part by dimensions that the library does not see."""
    for context in root.iter(f"{_INSTANCE}context"):
        unseen = (f"{_DIMENSIONS}typedMember", f"{_INSTANCE}scenario")
        if next(context.iter(*unseen), None) is not None:
            yield context.get("id")


def _plain_number(element: Element) -> None:
    """Write the number of a fact so that its sign is in the attribute, and no mark around it."""
    if not _SCALE.fullmatch(element.get("scale") or "0"):
        element.tag = _IGNORED
        return
    text = "".join("".join(map(str, element.itertext())).split()).replace("£", "")
    if (element.get("format") or "").rpartition(":")[2] in ("numcommadecimal", "num-comma-decimal"):
        text = text.replace(".", "").replace(",", ".")
    elif "format" not in element.attrib:
        text = text.replace(",", "")
    if minus := _MINUS.match(text):
        text = text[minus.end() :].rstrip(")")
        element.set("sign", "-")
    if not any(str(child.tag).startswith((_INLINE, _EARLIER)) for child in element.iter("*")
               if child is not element):  # fmt: skip
        for child in list(element):
            element.remove(child)
        element.text = text
