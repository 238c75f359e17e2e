"""Complaints about providers of adult care that an ombudsman upheld, in England."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from duediligence.watchlists.toolkit.bodies import kind_of, names_in
from duediligence.watchlists.toolkit.pages import Item, group_search_pages, read_search_items
from duediligence.watchlists.toolkit.values import day, usable

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.errors import UnreadableFile
from duediligence.formats.html import page, text
from duediligence.model import ListEntry, Record

_ID = "lgsco-care-decisions"
_SITE = "https://www.lgo.org.uk"
_AUTHORITY = "Local Government and Social Care Ombudsman"
_PAGES = "ombudsman-decisions-*.html"
# /decisions/adult-care-services/charging/24-001-234, of which the last piece is the reference.
_DECISION = (
    rf"{re.escape(_SITE)}/decisions/[\w-]+/[\w-]+/([0-9]{{2}}-[0-9]{{3}}-[0-9]{{3}}[a-z]?)/?"
)
_CARE = f"{_SITE}/decisions/adult-care-services/"
_TOTAL = re.compile(r"\bhas ([0-9][0-9,]*) results?\b", re.IGNORECASE)
_A_PAGE = 10
# `Statement Upheld Charging 05-Nov-2024`, after the name and before the summary.
_STATED = re.compile(
    r"\b(?:Statement|Report)\s+(Upheld|Not upheld|Closed after initial enquiries)\s+(.{2,80}?)\s+"
    r"([0-9]{1,2}-[A-Z][a-z]{2}-[0-9]{4})\b"
)
_REFERENCE = re.compile(r"\s*\([0-9]{2} [0-9]{3} [0-9]{3}\s?[a-z]?\)\s*$")
# Bodies that arrange care, or treat: a complaint about a council is no business of a supplier.
_PUBLIC = re.compile(
    r"\b(?:council|borough|county of|city of|corporation|authority|nhs|integrated care board)\b",
    re.IGNORECASE,
)
_AGAIN = "Fetch or save the pages of this search again, all of them."


def next_page(path: Path, url: str) -> str:
    """Return the address of the next ten results of a search; empty after the last.

    Raises UnreadableFile where the page does not say how many there are.
    """
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    number = query.get("page", "1")
    if not re.fullmatch("[0-9]{1,6}", number) or int(number) * _A_PAGE >= _read_total(path):
        return ""
    query["page"] = str(int(number) + 1)
    return urlunsplit(parts._replace(query=urlencode(query)))


@watchlist(
    id=_ID,
    title="Ombudsman's decisions about care providers",
    publisher=_AUTHORITY,
    licence="free re-use with acknowledgement, not for advertising (lgo.org.uk/copyright)",
    topic="enforcement",
    homepage=f"{_SITE}/decisions",
    bring=(
        "Search for upheld decisions about the name of each supplier of care, and save each page "
        "of results as a web page, HTML only (Ctrl+S), under a name such as "
        "ombudsman-decisions-NAME-1.html. A search that finds nothing is an answer: save it too."
    ),
    feeds=(
        Feed(
            "ombudsman-decisions-{page}.html",
            url=f"{_SITE}/Decisions/SearchResults?dc=u%2B&fd={{since}}&td=2099-12-31&page=1",
            next_page=next_page,
            robots=True,
            window=timedelta(days=730),
            pause=1.0,
            max_pages=3_000,
        ),
    ),
    max_age=timedelta(days=31),
    # In a week there may be none about a provider.
    expect=Expect(
        entries=(0, 100_000), filled={"names": 1.0, "record": 1.0, "url": 1.0}, weekly_loss=0.05
    ),
    optional=True,
    known_from="code that reads it",
    known_since="2026-09",
    powers=("safeguarding",),
    accumulates=True,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Complaints about private and voluntary providers of adult care that the ombudsman upheld.

    Upheld (Local Government Act 1974 Part 3A) means that there was fault, from a late reply to
    neglect: read the decision, which says what was agreed to put it right. Fees, missed visits,
    safeguarding and how a complaint was handled are most of it. The first load asks for two years,
    each later one for what is new.

    It cannot show complaints that never reached the ombudsman, those about councils and health
    bodies (left out and counted, though a provider may have given the care), children's homes and
    schools, which are not in its remit, or decisions that were not upheld. Complaints of tenants go
    to the Housing Ombudsman. There are no numbers or addresses: a provider is found by name. Who
    complained is not named by the publisher, and the summary is not kept.

    The page is known from programs that read it: items are found by the addresses of decisions, and
    pages that hold fewer than the search says are refused. The site is said to answer some programs
    without any result, and that it takes a last day in the future is not known; where it fails,
    save the pages by hand.
    """
    seen: set[str] = set()
    for pages in group_search_pages(files.matching(_PAGES)):
        items = list(read_search_items(pages, _DECISION, _SITE))
        for path in pages:
            if (total := _read_total(path)) != len(items):
                raise UnreadableFile(
                    f"{path.name}: states {total:,} results, and {len(items):,} are here",
                    hint=_AGAIN,
                )
        for item in items:
            # Two searches can find one decision.
            if item.key not in seen and (entry := _build_complaint_entry(item, files.drift)):
                seen.add(item.key)
                yield entry


def _read_total(path: Path) -> int:
    found = _TOTAL.search(text(page(path)))
    if found is None:
        raise UnreadableFile(f"{path.name}: does not say how many results there are", hint=_AGAIN)
    return int(found[1].replace(",", ""))


def _build_complaint_entry(item: Item, drift: Drift) -> ListEntry | None:
    """Return the entry of an upheld complaint about a provider of care; None for another decision.

    Raises UnreadableFile where the item does not say what was decided, and when.
    """
    name = _REFERENCE.sub("", item.title)
    found = _STATED.search(item.words.replace(item.title, " ", 1))
    decided = day(found[3]) if found else None
    if not found or decided is None or not usable(name):
        raise UnreadableFile(
            f"{item.where}: does not state the provider, the decision and its date",
            hint="The publisher may have changed the page; this tool may need an update.",
        )
    if not item.url.startswith(_CARE) or _PUBLIC.search(name):
        drift.left_out("decision about a public body, or not about care of adults")
        return None
    if found[1].casefold() != "upheld":
        drift.left_out("complaint that was not upheld")
        return None
    return ListEntry(
        id=item.key,
        list_id=_ID,
        kind=kind_of(name),
        names=names_in(name),
        record=Record(
            type="decision",
            power="safeguarding",
            authority=_AUTHORITY,
            reference=item.key,
            event=f"Decision that a complaint was upheld ({found[2]})",
            decision_date=decided,
        ),
        url=item.url,
    )
