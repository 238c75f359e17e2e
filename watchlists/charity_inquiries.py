"""Charities that the Charity Commission inquired into, or warned."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import chain
from pathlib import Path

from duediligence.watchlists.toolkit.entries import checked
from duediligence.watchlists.toolkit.govuk import (
    SITE,
    SearchResult,
    document,
    next_search_page,
    search_results,
)

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.errors import UnreadableFile
from duediligence.formats import html
from duediligence.model import Identifier, ListEntry, Name, Record
from duediligence.model.entries import CHARITY_ENGLAND_WALES

_ID = "charity-inquiries"
_FILE, _REPORTS = "charity-inquiries-{page}.json", "report-*.html"
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


# An inquiry into a class of charities (Charities Act 2011 s.46(1)) is about none of that name.
_CLASS = re.compile(
    r"(?i:(?:the |a )?(?:class inquiry|double[ -]default))|(?:[a-z][a-z-]* )*charities\b"
)
_OF_CLASS = re.compile(r"\s*\([^()]*(?:class inquiry|double[ -]default)[^()]*\)\s*$", re.IGNORECASE)


@watchlist(
    id=_ID,
    title="Charity inquiries and official warnings",
    publisher="Charity Commission for England and Wales",
    licence="OGL-3.0",
    topic="enforcement",
    homepage=f"{SITE}/government/collections/inquiry-reports-charity-commission",
    feeds=(
        Feed(_FILE, url=_SEARCH, next_page=next_search_page, max_pages=100),
        Feed(_REPORTS, optional=True),
    ),
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

    An inquiry into a class, such as the double defaulters of a year, is no charity: it gives no
    entry, and is counted. For the charities that its report names in a table or a list with their
    numbers, save the page of the report as report-YEAR.html beside the answers of the search.

    It cannot show inquiries that are open and not announced as a decision, what a report found, or
    older reports that were withdrawn to the National Archives. Charities of Scotland and Northern
    Ireland have regulators of their own. Documents of other kinds among the decisions are left out
    and counted. Only names in titles are read; a number is taken where the title ends with it.

    The day given is that of the last change of the page. No answer of the search was seen: the
    titles of inquiries are known from pages ("Charity Inquiry: ..."), others from memory of how
    they begin ("Official warning: ..."), the search from its documentation. Look at how many
    decisions are left out: where it is nearly all, the titles have another form. An entry is known
    by the address of its page, one that a report names by its number too.
    """
    paths = files.matching("charity-inquiries-*.json")
    found = chain(
        (entry for path in paths for entry in _read_inquiry_entries(path, files.drift)),
        (entry for path in files.matching(_REPORTS) for entry in _read_report(path)),
    )
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
    charity = _OF_CLASS.sub("", charity)
    if _CLASS.match(charity):
        drift.left_out("inquiry into a class of charities (see its report)")
        return
    number = _NUMBER.search(charity)
    name = (charity[: number.start()] if number else charity).strip(" ,;:.-–—")
    if not any(character.isalnum() for character in name):
        drift.unmapped("title", one.title)
        return
    yield _build_charity_entry(
        one.path.rpartition("/")[2],
        name,
        number[1] if number else "",
        Record(
            type="warning",
            authority="Charity Commission",
            act_section=section,
            event=f"{kind}: {name}",
            known_date=one.updated,
        ),
        one.url,
    )


def _read_report(path: Path) -> Iterator[ListEntry]:
    """Yield each charity that the report of an inquiry into a class names with its number. Raises
    UnreadableFile for another page, or one that names none.
    """
    report = document(path)
    said = re.match(rf"{_KINDS['Statutory inquiry'][0]}\b[\s:–—-]*", report.title, re.IGNORECASE)
    if not _CLASS.match(report.title[said.end() if said else 0 :]):
        raise UnreadableFile(
            f"{path.name}: is not the report of an inquiry into a class of charities",
            hint="Save the page of the report itself, or remove this file.",
        )
    found: dict[str, str] = {}
    for item in report.body.select("tr, li"):
        cells = [html.text(cell) for cell in item.select("td, th")] or [html.text(item)]
        worded = [cell for cell in cells if any(map(str.isalpha, cell))]
        numbers = [cell for cell in cells if not any(map(str.isalpha, cell))]
        if number := _NUMBER.search(" ".join([*worded[:1], *numbers])):
            found.setdefault(number[1], number.string[: number.start()].strip(" ,;:.-–—"))
    if nameless := [key for key, name in found.items() if not any(map(str.isalnum, name))]:
        raise UnreadableFile(
            f"{path.name}: charity {nameless[0]} has no name", hint="Save the page again, whole."
        )
    if not found:
        raise UnreadableFile(
            f"{path.name}: names no charity with its number in a table or a list",
            hint="Remove the file if the report names none.",
        )
    record = Record(
        type="warning",
        authority="Charity Commission",
        act_section="Charities Act 2011 s.46",
        event=f"Named in the report of an inquiry into a class of charities: {report.title}",
        known_date=report.updated,
    )
    for key, name in found.items():
        yield _build_charity_entry(f"{path.stem}.{key}", name, key, record, report.url)


def _build_charity_entry(key: str, name: str, number: str, record: Record, url: str) -> ListEntry:
    return ListEntry(
        id=key,
        list_id=_ID,
        kind="organisation",
        names=(Name(name),),
        identifiers=(Identifier(CHARITY_ENGLAND_WALES, number),) if number else (),
        record=record,
        url=url,
    )
