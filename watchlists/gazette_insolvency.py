"""Corporate insolvency notices of The Gazette."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from duediligence.watchlists.toolkit.bodies import company, kind_of, names_in
from duediligence.watchlists.toolkit.values import clean, stated_day, usable

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.errors import UnreadableFile
from duediligence.formats import json
from duediligence.model import Address, Identifier, ListEntry, Record, RecordStatus, RecordType
from duediligence.text.postcodes import INWARD, OUTWARD, last_postcode

_ID = "gazette-insolvency"
_SITE = "https://www.thegazette.co.uk"
_NUMBER = re.compile(
    r"\b(?:company|registered|registration)\s+(?:number|no\.?)\s*:?\s*((?:[A-Z]{2}|R0)?\s?[0-9]{4,8})\b",
    re.IGNORECASE | re.ASCII,
)
_OFFICE = re.compile(
    r"\bregistered\s+office(?:\s+address)?(?:\s+is)?\s*:?\s*(?:at\s+)?"
    rf"([^:;]{{5,200}}?\b{OUTWARD}\s?{INWARD})\b",
    re.IGNORECASE | re.ASCII,
)
# The edition's letter begins the id of a notice: in Belfast, another law of insolvency.
_LAWS = {"B": "Insolvency (Northern Ireland) Order 1989"}
_STATUSES: dict[str, RecordStatus] = {
    "": "unstated",
    "published": "unstated",
    "withdrawn": "withdrawn",
    "retracted": "withdrawn",
}


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
            f"{path.name}: is not a page of the Gazette's feed (it has no f:total)",
            hint="Save the answer of …/insolvency/notice/data.json, not the page beside it.",
        )
    return feed


def _several(value: object) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


@watchlist(
    id=_ID,
    title="Gazette corporate insolvency notices",
    publisher="The Stationery Office, The Gazette",
    licence="OGL-3.0, personal data excepted (from others' notes)",
    topic="enforcement",
    homepage="https://www.thegazette.co.uk/insolvency",
    feeds=(
        Feed(
            "notices-{part}-{page}.json",
            # Older notices are beyond the look-back of Procurement Act 2023 Sch 7 para 5.
            url=f"{_SITE}/insolvency/notice/data.json?categorycode=24&sort-by=latest-date"
            "&start-publish-date=2021-01-01&results-page-size=100"
            "&location-local-authority-1={part}",
            next_page=next_page,
            robots=True,
        ),
    ),
    max_age=timedelta(days=7),
    expect=Expect(entries=(0, 500_000), filled={"names": 1.0}, weekly_loss=0.05),
    optional=True,
    known_from="code that reads it",
    powers=("other",),
    grounds=("PA23-7-5",),
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Petitions, orders, resolutions and appointments in the insolvency of companies.

    A petition to wind up is often the first sign of a supplier in trouble. It can go
    to Procurement Act 2023 Sch 7 para 5, as can administration and winding-up. A members' voluntary
    winding-up is shown as what it is: the company is solvent, but it ends.

    `parts` in the settings are names of local authorities as the Gazette has them, such as
    Cornwall: notices are searched by place, because all of them are too many. A supplier whose
    notice names a place elsewhere is not found.

    It cannot show what came of a petition: it may have been paid and dismissed, so read the notice
    and the company's page at Companies House. It cannot show people: personal insolvency is never
    loaded, and partnerships stand here under their own names. Company number and registered office
    are taken from the notice's first words where they stand there, as many do; the feed cuts the
    rest. A notice is dated by its publication, from which anybody could have known of it.

    The form is that of the publisher's documentation, which shows no insolvency notice. That a
    title is the company's name, and what the codes but 2450 stand for, is from memory: a code or
    category of no known kind is reported.
    """
    for notice in _notices(files.matching("notices-*.json"), files.drift):
        if _is_personal(notice.code):
            files.drift.left_out("personal insolvency")
        else:
            yield _entry(notice, files.drift)


# Pages of a search of notices, as the Gazette's REST API gives them in JSON.
#
# The form is that of the publisher's developer documentation ("Notice Feed"), which is older than
# the service and shows one notice of another kind. Names of members carry the prefixes of the
# Atom feed that they come from (`f:notice-code`, `@href`); what stands once may stand without its
# list.

_READ = frozenset("id f:notice-code title category published content f:status".split())
_PASSED_OVER = frozenset("link author updated geo:Point summary rights".split())
_AGAIN = "Fetch or save the pages of this search again, all of them."


@dataclass(frozen=True, slots=True)
class _Notice:
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


def _notices(paths: Iterable[Path], drift: Drift) -> Iterator[_Notice]:
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
            total = max(total, _count(feed, "f:total", path))
            if entries:
                first = _count(feed, "f:page-start", path)
                last = _count(feed, "f:page-stop", path)
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


def _notice(entry: object, where: str, drift: Drift) -> _Notice:
    if not isinstance(entry, dict):
        raise UnreadableFile(f"{where}: is not a notice")
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
    return _Notice(
        id=values["id"].rpartition("/")[2],
        code=values["f:notice-code"],
        status=values["f:status"],
        title=clean(values["title"]),
        category=next(filter(None, terms), ""),
        published=values["published"],
        content=clean(re.sub(r"<[^<>]*>", " ", values["content"])),
        where=where,
    )


def _count(feed: dict[str, Any], name: str, path: Path) -> int:
    text = json.text(feed.get(name), f"{path.name}: {name}")
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise UnreadableFile(f"{path.name}: {name} is {text[:40]!r}, not a number", hint=_AGAIN)
    return int(text)


# What a notice of corporate insolvency tells, by its code and its category.
#
# Only 2450 (a petition to wind up a company) and that its section is "Winding-up by the court"
# are in the publisher's documentation. That the third figure of a code names the section is from
# memory.

_SECTIONS = {
    "1": "Administration",
    "2": "Receivership",
    "3": "Members' voluntary winding-up, in which the company is solvent",
    "4": "Creditors' voluntary winding-up",
    "5": "Winding-up by the court",
}
_SOLVENT = "3"
_DISMISSED = "Petition dismissed"
# Words in a category, and what such a notice says has happened; the first that fits is taken.
_STEPS = (
    ("dismiss", _DISMISSED),
    ("petition", "Petition to wind up"),
    ("winding-up order", "Winding-up order"),
    ("resolution", "Resolution to wind up"),
    ("appointment", "Insolvency practitioner appointed"),
    ("meeting", "Meeting called"),
    ("notices to creditors", "Creditors asked to claim"),
    ("notice to creditors", "Creditors asked to claim"),
    ("dividend", "Dividend intended"),
    ("moratori", "Moratorium"),
    ("voluntary arrangement", "Voluntary arrangement"),
    ("release", "Release of the liquidator"),
)


def _is_personal(code: str) -> bool:
    """Whether the notice is of the insolvency of a person: category 25."""
    return code.startswith("25")


def _event(code: str, category: str) -> tuple[RecordType, str, bool]:
    """The type of record, what happened in words, and whether code and category are known ones.

    A members' voluntary winding-up is no insolvency: the company pays its debts and ends. Nor is a
    petition that was dismissed. Both are records that go to no ground.
    """
    section = _SECTIONS.get(code[2:3]) if code.startswith("24") and len(code) == 4 else None
    step = next((words for word, words in _STEPS if word in category.casefold()), "")
    event = ": ".join(filter(None, (section, step or category or f"notice {code}")))
    solvent = section is not None and code[2] == _SOLVENT
    none = solvent or step == _DISMISSED
    return "warning" if none else "insolvency", event, bool(section and step)


# Entries.


def _entry(notice: _Notice, drift: Drift) -> ListEntry:
    if not usable(notice.title) or notice.title.casefold() == notice.category.casefold():
        raise UnreadableFile(
            f"{notice.where}: its title is {notice.title[:60]!r}, which is not a company name",
            hint="The publisher may have changed the feed; this tool may need an update.",
        )
    record_type, event, known = _event(notice.code, notice.category)
    if not known:
        drift.unmapped("notice code", f"{notice.code} {notice.category}".strip())
    if notice.status.casefold() not in _STATUSES:
        drift.unmapped("f:status", notice.status)
    numbers: tuple[Identifier, ...] = ()
    if stated := _NUMBER.search(notice.content):
        numbers = company(stated[1], "company number", drift)
    office = _OFFICE.search(notice.content)
    day = stated_day(notice.published, "published", drift)
    return ListEntry(
        id=notice.id,
        list_id=_ID,
        kind=kind_of(notice.title, numbered=bool(numbers)),
        names=names_in(notice.title),
        identifiers=numbers,
        addresses=(Address(office[1], last_postcode(office[1])),) if office else (),
        record=Record(
            type=record_type,
            reference=notice.id,
            act_section=_LAWS.get(notice.id[:1], "Insolvency Act 1986"),
            event=f"{event} (notice in The Gazette)",
            event_date=day,
            known_date=day,
            status=_STATUSES.get(notice.status.casefold(), "unstated"),
        ),
        url=f"{_SITE}/notice/{notice.id}",
    )
