"""Pages of a search of notices, as The Gazette's REST API gives them in JSON.

The form is that of the publisher's developer documentation ("Notice Feed"), as programs that read
it in 2026 know it. Names of members carry the prefixes of the Atom feed that they come from
(`f:notice-code`, `@href`); what is there once may come without its list, and an empty list as
null or not at all.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from duediligence.watchlists.toolkit.values import clean

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.formats import json

_READ = frozenset("id f:notice-code title category published content f:status".split())
_PASSED_OVER = frozenset("link author updated geo:Point summary rights".split())
# Members about people: never read.
_PERSONAL = re.compile(r"f:\w*name", re.IGNORECASE)
_AGAIN = "Fetch or save the pages of this search again, all of them."


@dataclass(frozen=True, slots=True)
class GazetteNotice:
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


def read_gazette_notices(
    paths: Iterable[Path], drift: Drift, category: str
) -> Iterator[GazetteNotice]:
    """Yield each notice of every search, once. `category` is 24 for companies, 25 for individuals.

    Raises UnreadableFile for a file that is no page of a search of the category, and where a page
    of a search, or a notice of a page, is missing. The pages of one search have names that differ
    in their last part alone.
    """
    searches: dict[str, list[Path]] = {}
    for path in paths:
        searches.setdefault(path.stem.rpartition("-")[0], []).append(path)
    seen: set[str] = set()
    for pages in searches.values():
        shown = total = 0
        for path in pages:
            feed = _load_gazette_feed(path)
            asked = re.search(
                r"categorycode=([0-9]+)", json.text(feed.get("id"), f"{path.name}: id")
            )
            if asked and asked[1] != category:
                raise UnreadableFile(
                    f"{path.name}: is a search of category {asked[1]}, not {category}", hint=_AGAIN
                )
            entries = _list_page_notices(feed, path)
            total = max(total, _count(feed, "f:total", path))
            if entries:
                first = _count(feed, "f:page-start", path)
                if first > shown + 1:
                    raise UnreadableFile(
                        f"{path.name}: begins with notice {first} after notice {shown}", hint=_AGAIN
                    )
                shown = max(shown, _count(feed, "f:page-stop", path))
            for at, entry in enumerate(entries, 1):
                notice = _parse_gazette_notice(entry, f"{path.name}: notice {at}", drift)
                # A notice published while the pages were fetched moves others to the next page.
                if notice.id not in seen:
                    seen.add(notice.id)
                    yield notice
        if shown < total:
            raise UnreadableFile(
                f"{pages[-1].name}: the search has {total} notices, its pages {shown}", hint=_AGAIN
            )


def _list_page_notices(feed: dict[str, Any], path: Path) -> list[Any]:
    """Return the notices of a page: as many as it says. Raises UnreadableFile."""
    entries = _wrap_in_list(feed.get("entry"))
    if entries:
        first = _count(feed, "f:page-start", path)
        says = _count(feed, "f:page-stop", path) - first + 1
    else:
        # Only a search that found nothing has a page without notices.
        says = _count(feed, "f:total", path)
    if len(entries) != says:
        raise UnreadableFile(
            f"{path.name}: says that it shows {says} notices and holds {len(entries)}", hint=_AGAIN
        )
    return entries


def _parse_gazette_notice(entry: object, where: str, drift: Drift) -> GazetteNotice:
    if not isinstance(entry, dict):
        raise UnreadableFile(f"{where}: is not a notice")
    for name in entry.keys() - _READ - _PASSED_OVER:
        if not _PERSONAL.fullmatch(name):
            drift.unread("member", name)
    values = {name: json.text(entry.get(name), f"{where}: {name}") for name in _READ - {"category"}}
    for name in ("id", "f:notice-code"):
        if not values[name]:
            raise UnreadableFile(f"{where}: {name} is missing", hint=_AGAIN)
    if "title" not in entry:
        raise UnreadableFile(f"{where}: title is missing", hint=_AGAIN)
    terms = []
    for one in _wrap_in_list(entry.get("category")):
        if isinstance(one, dict):
            if "@term" not in one:
                drift.unread("member", "category without @term")
            terms.append(json.text(one.get("@term"), f"{where}: category"))
    return GazetteNotice(
        id=values["id"].rpartition("/")[2],
        code=values["f:notice-code"],
        status=values["f:status"],
        title=_without_marks(values["title"]),
        category=next(filter(None, terms), ""),
        published=values["published"],
        content=_without_marks(values["content"]),
        where=where,
    )


def _without_marks(text: str) -> str:
    """Return the text without its tags: those that mark what was searched for may be within a
    word.
    """
    return clean(re.sub(r"<[^<>]*>", " ", re.sub(r"</?em\b[^<>]*>", "", text)))


def _count(feed: dict[str, Any], name: str, path: Path) -> int:
    text = json.text(feed.get(name), f"{path.name}: {name}")
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise UnreadableFile(f"{path.name}: {name} is {text[:40]!r}, not a number", hint=_AGAIN)
    return int(text)


def next_page(path: Path, _: str) -> str:
    """Return the address, as written, that the page in `path` calls the next; empty on the last."""
    for link in _wrap_in_list(_load_gazette_feed(path).get("link")):
        if isinstance(link, dict) and link.get("@rel") == "next":
            return json.text(link.get("@href"), f"{path.name}: @href")
    return ""


def _load_gazette_feed(path: Path) -> dict[str, Any]:
    feed = json.load(path)
    if not isinstance(feed, dict) or "f:total" not in feed:
        raise UnreadableFile(
            f"{path.name}: is not a page of the Gazette's feed (it has no f:total)",
            hint="Save the answer of …/insolvency/notice/data.json, not the page beside it.",
        )
    return feed


def check_whole_page(path: Path) -> None:
    """Raise UnreadableFile for a page that the server cut short or failed to make."""
    _list_page_notices(_load_gazette_feed(path), path)


def _wrap_in_list(value: object) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
