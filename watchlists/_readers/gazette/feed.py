"""Pages of a search of notices, as the Gazette's REST API gives them in JSON.

The form is that of the publisher's developer documentation ("Notice Feed"), which is older than the
service and shows one notice of another kind. Names of members carry the prefixes of the Atom feed
that they come from (`f:notice-code`, `@href`); what stands once may stand without its list.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from duediligence.watchlists._readers.fields.records import clean

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.formats import json

_READ = frozenset("id f:notice-code title category published content f:status".split())
_PASSED_OVER = frozenset("link author updated geo:Point summary rights".split())
_AGAIN = "Fetch or save the pages of this search again, all of them."


@dataclass(frozen=True, slots=True)
class Notice:
    """`content` is the start of the notice as text: the feed cuts it short.

    `id` is the publisher's, such as `L-60768-1986497`: edition, issue and notice. `published` is
    as published, `where` names file and notice.
    """

    id: str
    code: str
    status: str
    title: str
    category: str
    published: str
    content: str
    where: str


def notices(paths: Iterable[Path], drift: Drift) -> Iterator[Notice]:
    """Each notice of every search, once.

    Raises UnreadableFile for a file that is no page of the feed, and where a page of a search, or
    a notice of a page, is missing. The pages of one search have names that differ in their last
    part alone.
    """
    searches: dict[str, list[Path]] = {}
    for path in paths:
        searches.setdefault(path.stem.rpartition("-")[0], []).append(path)
    seen: set[str] = set()
    for pages in searches.values():
        shown = total = 0
        for path in pages:
            feed = _feed(path)
            entries = _several(feed.get("entry"))
            total = max(total, _number(feed, "f:total", path))
            if entries:
                first = _number(feed, "f:page-start", path)
                last = _number(feed, "f:page-stop", path)
                if first > shown + 1:
                    raise UnreadableFile(
                        f"{path.name}: begins with notice {first} after notice {shown}", hint=_AGAIN
                    )
                if len(entries) != last - first + 1:
                    raise UnreadableFile(
                        f"{path.name}: says that it shows {last - first + 1} notices and holds "
                        f"{len(entries)}",
                        hint=_AGAIN,
                    )
                shown = max(shown, last)
            for at, entry in enumerate(entries, 1):
                notice = _notice(entry, f"{path.name}: notice {at}", drift)
                # A notice published while the pages were fetched moves others to the next page.
                if notice.id not in seen:
                    seen.add(notice.id)
                    yield notice
        if shown < total:
            raise UnreadableFile(
                f"{pages[-1].name}: the search has {total} notices, its pages {shown}", hint=_AGAIN
            )


def next_page(path: Path, _: str) -> str:
    """The address, as written, that the page in `path` calls the next; empty on the last."""
    for link in _several(_feed(path).get("link")):
        if isinstance(link, dict) and link.get("@rel") == "next":
            return json.text(link.get("@href"), f"{path.name}: @href")
    return ""


def _feed(path: Path) -> dict[str, Any]:
    feed = json.load(path)
    if not isinstance(feed, dict) or "f:total" not in feed:
        raise UnreadableFile(
            f"{path.name}: is no page of the Gazette's feed (it has no f:total)",
            hint="Save the answer of …/insolvency/notice/data.json, not the page beside it.",
        )
    return feed


def _notice(entry: object, where: str, drift: Drift) -> Notice:
    if not isinstance(entry, dict):
        raise UnreadableFile(f"{where}: is no notice")
    for name in entry.keys() - _READ - _PASSED_OVER:
        drift.unread("member", str(name))
    values = {name: json.text(entry.get(name), f"{where}: {name}") for name in _READ - {"category"}}
    for name in ("id", "f:notice-code", "title"):
        if not values[name]:
            raise UnreadableFile(f"{where}: {name} is missing", hint=_AGAIN)
    for one in _several(entry.get("category")):
        if isinstance(one, dict) and "@term" not in one:
            drift.unread("member", "category without @term")
    terms = (
        json.text(one.get("@term"), f"{where}: category")
        for one in _several(entry.get("category"))
        if isinstance(one, dict)
    )
    return Notice(
        id=values["id"].rpartition("/")[2],
        code=values["f:notice-code"],
        status=values["f:status"],
        title=clean(values["title"]),
        category=next(filter(None, terms), ""),
        published=values["published"],
        content=clean(re.sub(r"<[^<>]*>", " ", values["content"])),
        where=where,
    )


def _number(feed: dict[str, Any], name: str, path: Path) -> int:
    text = json.text(feed.get(name), f"{path.name}: {name}")
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise UnreadableFile(f"{path.name}: {name} is {text[:40]!r}, not a number", hint=_AGAIN)
    return int(text)


def _several(value: object) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
