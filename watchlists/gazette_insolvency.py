"""Corporate insolvency notices of The Gazette."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.model import Address, Identifier, ListEntry, Record, RecordStatus
from duediligence.text.postcodes import INWARD, OUTWARD, last_postcode

if TYPE_CHECKING:
    from duediligence.watchlists._readers.gazette.feed import Notice

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


def _next_page(path: Path, url: str) -> str:
    from duediligence.watchlists._readers.gazette.feed import next_page

    return next_page(path, url)


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
            next_page=_next_page,
            robots=True,
        ),
    ),
    max_age=timedelta(days=7),
    expect=Expect(entries=(0, 500_000), filled={"names": 1.0}, weekly_loss=0.05),
    optional=True,
    known_from="documentation",
    powers=("other",),
    grounds=("PA23-7-5",),
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Petitions, orders, resolutions and appointments in the insolvency of companies.

    A petition to wind up is often the first that anybody hears of a supplier in trouble. It can go
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
    category of no known kind is told.
    """
    from duediligence.watchlists._readers.gazette.feed import notices
    from duediligence.watchlists._readers.gazette.kinds import is_personal

    for notice in notices(files.matching("notices-*.json"), files.drift):
        if is_personal(notice.code):
            files.drift.left_out("personal insolvency")
        else:
            yield _entry(notice, files.drift)


def _entry(notice: "Notice", drift: Drift) -> ListEntry:
    from duediligence.watchlists._readers.fields.bodies import (
        company,
        kind_of,
        names_in,
    )
    from duediligence.watchlists._readers.fields.dates import stated_day
    from duediligence.watchlists._readers.fields.names import usable
    from duediligence.watchlists._readers.gazette.kinds import told

    from duediligence.errors import UnreadableFile

    if not usable(notice.title) or notice.title.casefold() == notice.category.casefold():
        raise UnreadableFile(
            f"{notice.where}: its title is {notice.title[:60]!r}, which is no company's name",
            hint="The publisher may have changed the feed; the list needs a look.",
        )
    record_type, event, known = told(notice.code, notice.category)
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
