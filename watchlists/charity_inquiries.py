"""Charities that the Charity Commission inquired into, or warned."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from duediligence.watchlists.toolkit.entries import checked
from duediligence.watchlists.toolkit.govuk import (
    SITE,
    SearchResult,
    next_search_page,
    search_results,
)

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.model import Identifier, ListEntry, Name, Record
from duediligence.model.entries import CHARITY_ENGLAND_WALES

_ID = "charity-inquiries"
_FILE = "charity-inquiries-{page}.json"
_SEARCH = (
    f"{SITE}/api/search.json?filter_organisations=charity-commission"
    "&filter_content_store_document_type=decision"
    "&fields=title,link,public_timestamp,content_store_document_type"
    "&order=-public_timestamp&count=100"
)
# What each kind of document is called in its title, and the section behind it (Charities Act 2011).
_KINDS = {
    "Statutory inquiry": (
        r"(?:statement of (?:the )?results of (?:an? |the )?(?:statutory )?inquiry(?: into)?"
        r"|(?:charity |statutory )?inquiry(?: report)?(?: into)?)",
        "Charities Act 2011 s.46",
    ),
    "Official warning": (
        r"official warning(?: issued)?(?: to)?",
        "Charities Act 2011 s.75A",
    ),
    "Regulatory case": (r"(?:regulatory|operational compliance|case) (?:case )?report(?: on)?", ""),
}
_NUMBER = re.compile(
    r"[\s,\-–—(]*(?:(?:registered )?charity (?:number|no\.?) ?:? ?)?\b([0-9]{6,7})\b\)?\s*$",
    re.IGNORECASE | re.ASCII,
)


@watchlist(
    id=_ID,
    title="Charity inquiries and official warnings",
    publisher="Charity Commission for England and Wales",
    licence="OGL-3.0",
    topic="enforcement",
    homepage=f"{SITE}/government/collections/inquiry-reports-charity-commission",
    feeds=(Feed(_FILE, url=_SEARCH, next_page=next_search_page, max_pages=100),),
    max_age=timedelta(days=30),
    expect=Expect(entries=(20, 5_000), filled={"names": 1.0, "url": 1.0}, weekly_loss=0.05),
    optional=True,
    known_from="never seen",
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Reports of statutory inquiries, official warnings and case reports, by the charity named.

    Read the report: some find nothing wrong, some concern one former trustee, and some charities
    were the victims. To be inquired into is no ground. A report that rules on misconduct may
    support professional misconduct (Procurement Act 2023 Sch 7 para 11(2)) of the charity; trustees
    who were disqualified stand on a register of their own.

    It cannot show inquiries that are open and not announced as a decision, what a report found, or
    older reports that were withdrawn to the National Archives. Charities of Scotland and Northern
    Ireland have regulators of their own. Documents of other kinds among the decisions are left out
    and counted. Only names in titles are read; a number is taken where the title ends with it.

    The day given is that of the last change of the page. No answer of the search was seen: the
    titles are from memory of how they begin ("Charity Inquiry: ...", "Official warning: ..."), the
    search from its documentation. Look at how many decisions are left out: where it is nearly all,
    the titles have another form. An entry is known by the address of its page.
    """
    paths = files.matching("charity-inquiries-*.json")
    found = (entry for path in paths for entry in _read_inquiry_entries(path, files.drift))
    return checked(found, " and ".join(path.name for path in paths))


def _read_inquiry_entries(path: Path, drift: Drift) -> Iterator[ListEntry]:
    for one in search_results(path, drift):
        for kind, (title, section) in _KINDS.items():
            told = re.fullmatch(rf"{title}\b[\s:–—-]*(.*)", one.title, re.IGNORECASE)
            if told:
                yield from _build_inquiry_entry(one, kind, section, told[1], drift)
                break
        else:
            drift.left_out("decision that is not an inquiry, warning or case report")


def _build_inquiry_entry(
    one: SearchResult, kind: str, section: str, charity: str, drift: Drift
) -> Iterator[ListEntry]:
    number = _NUMBER.search(charity)
    name = (charity[: number.start()] if number else charity).strip(" ,;:.-–—")
    if not any(character.isalnum() for character in name):
        drift.unmapped("title", one.title)
        return
    yield ListEntry(
        id=one.path.rpartition("/")[2],
        list_id=_ID,
        kind="organisation",
        names=(Name(name),),
        identifiers=(Identifier(CHARITY_ENGLAND_WALES, number[1]),) if number else (),
        record=Record(
            type="warning",
            authority="Charity Commission",
            act_section=section,
            event=f"{kind}: {name}",
            known_date=one.updated,
        ),
        url=one.url,
    )
