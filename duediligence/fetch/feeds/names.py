"""What stands behind a feed's name: one file for each part, or every file that fits it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from urllib.parse import quote

from duediligence.contracts import Feed
from duediligence.errors import UsageError
from duediligence.settings import PART

# Beside a file whose address was looked up stands the document that named it.
LOCATED_FROM = ".located-from"
_HOLES = {"{part}": "(.+)", "{page}": "(.+)", "*": "(.*)"}
_HOLE = re.compile(r"(\{part\}|\{page\}|\*)")


def addressed(
    feeds: Iterable[Feed],
    parts: Iterable[str],
    addresses: Mapping[str, str],
    hosts: Iterable[str] = (),
) -> Iterator[Feed]:
    """Each feed where it is to be fetched: one for each part, at the address set for its name.

    `hosts` are further ones that a redirect or a page may lead to.

    An address that is set is that of the file itself: a feed that has one is not located. To set
    the document that names the file, set `<name>.located-from`. Where there are no parts, a feed
    with `{part}` has no address. Raises UsageError for a part that could lead elsewhere.
    """
    hosts, parts = tuple(hosts), tuple(parts)
    for feed in feeds:
        feed = replace(feed, hosts=(*feed.hosts, *hosts))
        if "{part}" not in feed.filename:
            yield _at(feed, addresses)
            continue
        feed = _at(feed, addresses)
        if not parts:
            yield replace(feed, url="")
        for part in parts:
            if not PART.fullmatch(part):
                raise UsageError(f"parts cannot hold {part[:120]!r}")
            of_part = replace(
                feed,
                filename=feed.filename.replace("{part}", part),
                url=feed.url.replace("{part}", quote(part, safe="")),
            )
            yield _at(of_part, addresses)


def _at(feed: Feed, addresses: Mapping[str, str]) -> Feed:
    if url := addresses.get(feed.filename):
        return replace(feed, url=url, locate=None)
    if url := addresses.get(feed.filename + LOCATED_FROM):
        return replace(feed, url=url)
    return feed


def is_pattern(filename: str) -> bool:
    """Whether more than one file may bear the name."""
    return _HOLE.search(filename) is not None


def fitting(filename: str, names: Iterable[str]) -> dict[str, str]:
    """Those of `names` that fit a pattern, whatever their case, by the name as it should be.

    Hidden files fit nothing: a Mac leaves `._page.html` beside `page.html`.
    """
    pieces = _HOLE.split(filename)
    pattern = re.compile(
        "".join(_HOLES.get(piece) or re.escape(piece) for piece in pieces),
        re.IGNORECASE | re.DOTALL,
    )
    found: dict[str, str] = {}
    taken: set[str] = set()
    # The exact one goes before one that differs in case.
    for name in sorted(names, key=lambda name: (_spelt(pattern, pieces, name) != name, name)):
        spelt = _spelt(pattern, pieces, name)
        if spelt and spelt.casefold() not in taken and not name.startswith("."):
            taken.add(spelt.casefold())
            found[spelt] = name
    return found


def _spelt(pattern: re.Pattern[str], pieces: list[str], name: str) -> str:
    """The name with what is fixed in it as the pattern has it; empty where it does not fit."""
    fit = pattern.fullmatch(name)
    if not fit:
        return ""
    filled = iter(fit.groups())
    return "".join(next(filled) if piece in _HOLES else piece for piece in pieces)
