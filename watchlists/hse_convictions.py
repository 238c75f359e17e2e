"""Convictions obtained by the Health and Safety Executive."""

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
from duediligence.watchlists.toolkit.values import stated_day, stated_pounds

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.model import ListEntry, Record

_ID = "hse-convictions"
# The register of the last year, and the one of the nine years before it.
_SITE = "https://resources.hse.gov.uk/convictions/case"
_HISTORY = "https://resources.hse.gov.uk/convictions-history/case"
# Every case: offences before the year 2100, newest first, as the site's pager asks.
_EVERY = (
    "case_list.asp?PN=1&ST=C&CO=%2C+AND&SN=F&SF=ODS%2C+%7C&EO=%3C&SV=31%2F12%2F2100%2C+%7C&SO=DODS"
)
_DETAILS = "case-*.html"
_LONGEST = 200


@watchlist(
    id=_ID,
    title="HSE convictions",
    publisher="Health and Safety Executive",
    licence="OGL-3.0",
    topic="enforcement",
    homepage="https://resources.hse.gov.uk/convictions/",
    bring=(
        "Search without any word, and save each page of results as a web page, HTML only "
        "(Ctrl+S), under the names convictions-1.html, convictions-2.html and so on, to the "
        "last."
    ),
    feeds=(
        Feed(
            "convictions-{page}.html",
            url=f"{_SITE}/{_EVERY}",
            next_page=next_page,
            robots=True,
        ),
        Feed(
            "history-{page}.html",
            url=f"{_HISTORY}/{_EVERY}",
            optional=True,
            next_page=next_page,
            robots=True,
            # Some hundred cases a year, ten a page.
            max_pages=2_000,
        ),
        Feed(_DETAILS, optional=True),
    ),
    max_age=timedelta(days=35),
    # 210 cases in July 2026, in the register of the last year alone.
    expect=Expect(entries=(150, 20_000), filled={"names": 1.0, "record": 1.0}, weekly_loss=0.05),
    optional=True,
    known_from="real file",
    known_since="2026-07",
    powers=("other",),
    grounds=("PA23-7-11",),
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Convictions that the Health and Safety Executive obtained in England, Scotland and Wales.

    A case appears about nine weeks after the conviction, stays for a year, and then moves to the
    history register for nine more. Both are fetched; where the history register is not found at its
    address, its cases are missing. Look at the dates: a case may be ten years old, and most grounds
    look back no more than five. To bring the pages by hand, save those of the history as
    history-NUMBER.html beside convictions-NUMBER.html.

    It cannot show the Act and section (read the page of the case and its breaches), the day of the
    conviction (the day shown is that of the offence), prosecutions by councils, or corporate
    manslaughter, which the Crown Prosecution Service prosecutes. The pages of results have no
    address or company number. For fine, costs and place, save the page of a case as
    case-NUMBER.html. Who is convicted may be an individual: such an entry is not kept.

    The form of the pages is that of July 2026; that the history register has the same form, and its
    address, is from memory: if it answers in another form, the list is refused.
    """
    layout = Layout(
        needed={
            "number": "Case Number",
            "name": "Defendant's Name",
            "offence": "Offence Date",
        },
        passed_over=("Local Authority", "Main Activity"),
    )
    known = read_hse_details(files.matching(_DETAILS), files.drift)
    pages = (*files.matching("convictions-*.html"), *files.matching("history-*.html"))
    for row in read_hse_results(pages, "number", layout, files.drift):
        if not any(map(str.isalnum, row["name"])):
            raise row.error("name", "is empty")
        old = row.filename.startswith("history-")
        yield _build_hse_conviction(row.cells, known.pop(row["number"], {}), files.drift, old=old)
    for number in known:
        files.drift.unread("page", f"case {number}, which no page of results has")


def _build_hse_conviction(
    row: Mapping[str, str], known: Mapping[str, str], drift: Drift, *, old: bool
) -> ListEntry:
    number = row["number"]
    what, costs = known.get("Description", ""), known.get("Total Costs Awarded to HSE", "")
    return ListEntry(
        id=number,
        list_id=_ID,
        kind=kind_of(row["name"]),
        names=names_in(row["name"]),
        addresses=read_hse_address(known),
        record=Record(
            type="conviction",
            authority="Health and Safety Executive",
            reference=number,
            event=f"Convicted of a health and safety offence: {what[:_LONGEST]}".rstrip(": "),
            event_date=stated_day(row["offence"], "Offence Date", drift),
            outcome=f"costs {costs}" if costs else "",
            penalty_gbp=stated_pounds(known.get("Total Fine", ""), "Total Fine", drift),
        ),
        url=f"{_HISTORY if old else _SITE}/case_details.asp?SF=CN&SV={number}",
    )
