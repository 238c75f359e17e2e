"""The link from a saved page to the next one, found by what sites call it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from duediligence.formats import html

if TYPE_CHECKING:
    from bs4 import Tag

_CALLED = re.compile(r"\W*next\b", re.IGNORECASE)


def next_selector(path: Path) -> str:
    """A CSS selector of that link alone; empty where the page has none. Raises UnreadableFile."""
    page = html.page(path)
    if page.select_one("a[rel~=next][href]"):
        return "a[rel~=next]"
    for link in page.select("a[href]"):
        if any(_CALLED.match(told) for told in (html.text(link), _attribute(link, "aria-label"))):
            target = {_attribute(link, "href")}
            for way in _ways(link):
                # A page often has the link twice, above the table and below.
                if {_attribute(one, "href") for one in page.select(way)} == target:
                    return way
    return ""


def _ways(link: "Tag") -> Iterator[str]:
    """Selectors of the link that can fit no other: a class that only says `pager` would."""
    for tag, way in ((link, "a.{}"), (link.parent, ".{} > a")):
        for one in tag.get_attribute_list("class") if tag else ():
            if one and re.fullmatch(r"(?i)(?:[a-z][\w-]*-)?next(?:-[\w-]*)?", one):
                yield way.format(one)
    if re.fullmatch(r"[\w ]+", told := _attribute(link, "aria-label")):
        yield f'a[aria-label="{told}"]'
    if word := re.search(r"next\b", html.text(link), re.IGNORECASE):
        yield f'a:-soup-contains("{word[0]}")'


def _attribute(tag: "Tag", name: str) -> str:
    value = tag.get(name)
    return value if isinstance(value, str) else ""
