"""Notices of the Health and Safety Executive."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from duediligence.watchlists._hse import (
    next_page,
    read_hse_address,
    read_hse_details,
    read_hse_results,
)
from duediligence.watchlists.toolkit.bodies import kind_of, names_in
from duediligence.watchlists.toolkit.tables import Layout
from duediligence.watchlists.toolkit.values import stated_day

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.model import ListEntry, Record, RecordStatus

_ID = "hse-notices"
_SITE = "https://resources.hse.gov.uk/notices/notices"
_PAGES, _DETAILS = "notices-*.html", "notice-*.html"
# Health and Safety at Work etc. Act 1974: improvement, and prohibition at once or deferred.
_SECTIONS = {"improvement": "s.21", "prohibition": "s.22"}
_STATUSES: dict[str, RecordStatus] = {
    "": "unstated",
    "ongoing": "live",
    "complied": "complied",
    "complied with": "complied",
    "withdrawn": "withdrawn",
    "cancelled": "withdrawn",
    "under appeal": "under_appeal",
}


@watchlist(
    id=_ID,
    title="HSE enforcement notices",
    publisher="Health and Safety Executive",
    licence="OGL-3.0",
    topic="enforcement",
    homepage="https://resources.hse.gov.uk/notices/",
    bring=(
        "Search for the main word of each supplier's name, and save each page of results as a "
        "web page, HTML only (Ctrl+S), under a name such as notices-WORD-1.html."
    ),
    feeds=(
        Feed(
            "notices-{part}-{page}.html",
            url=f"{_SITE}/notice_list.asp?PN=1&ST=N&SN=F&EO=LIKE&SF=RN&SV={{part}}",
            next_page=next_page,
            robots=True,
        ),
        Feed(_DETAILS, optional=True),
    ),
    max_age=timedelta(days=35),
    expect=Expect(entries=(0, 100_000), filled={"names": 1.0}, weekly_loss=0.05),
    optional=True,
    known_from="real file",
    known_since="2026-07",
    powers=("other",),
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Improvement and prohibition notices of the Health and Safety Executive, five years of them.

    The register has some 30,000 notices, ten to a page, so it is not fetched whole: `parts` in the
    settings are words of names to search for (of your suppliers, one each), and only what these
    searches find is loaded. A search without a result is a good answer.

    It cannot show notices of councils, which inspect shops, offices and care homes, nor one that
    was withdrawn on appeal. The pages of results have neither address nor company number: a firm
    is found by its name alone. For the place, the outcome and the day for compliance, save the
    page of a notice as notice-NUMBER.html beside them. The place is where it happened, often a
    site. A few notices are against individuals: they are of unknown kind, as are sole traders.

    The form of the pages is that of July 2026; the words for outcomes other than "Ongoing" are
    from memory. A notice tells how a firm works and is no finding of a court.
    """
    layout = Layout(
        needed={
            "number": "Notice Number",
            "name": "Recipient's Name",
            "type": "Notice Type",
            "issued": "Issue Date",
        },
        passed_over=("Local Authority", "Main Activity"),
    )
    known = read_hse_details(files.matching(_DETAILS), files.drift)
    for row in read_hse_results(files.matching(_PAGES), "number", layout, files.drift):
        if not any(map(str.isalnum, row["name"])):
            raise row.error("name", "is empty")
        yield _build_hse_notice(row.cells, known.pop(row["number"], {}), files.drift)
    for number in known:
        files.drift.unread("page", f"notice {number}, which no search found")


def _build_hse_notice(row: Mapping[str, str], known: Mapping[str, str], drift: Drift) -> ListEntry:
    number, what = row["number"], row["type"]
    section = next((s for word, s in _SECTIONS.items() if word in what.casefold()), "")
    if not section:
        drift.unmapped("Notice Type", what)
    result = known.get("Result", "")
    if result.casefold() not in _STATUSES:
        drift.unmapped("Result", result)
    issued = stated_day(row["issued"], "Issue Date", drift)
    by = known.get("Revised Compliance Date") or known.get("Compliance Date", "")
    return ListEntry(
        id=number,
        list_id=_ID,
        kind=kind_of(row["name"]),
        names=names_in(row["name"]),
        addresses=read_hse_address(known),
        record=Record(
            type="notice",
            authority="Health and Safety Executive",
            reference=number,
            act_section=f"Health and Safety at Work etc. Act 1974 {section}" if section else "",
            event=what,
            event_date=issued,
            decision_date=issued,
            status=_STATUSES.get(result.casefold(), "unstated"),
            outcome=f"{result} (compliance date {by})" if result and by else result,
        ),
        url=f"{_SITE}/notice_details.asp?SF=CN&SV={number}",
    )
