"""Cases of the Competition and Markets Authority about cartels and abuse of dominance."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain

from duediligence.watchlists._readers.govuk import SITE
from duediligence.watchlists._readers.govuk.searches import next_page

from duediligence.contracts import Expect, Feed, Files, watchlist
from duediligence.model import ListEntry

_ID = "cma-cartels"
_FIELDS = "title,link,public_timestamp,case_type,case_state,outcome_type,opened_date,closed_date"
_SEARCH = (
    f"{SITE}/api/search.json?filter_format=cma_case&filter_case_type=ca98-and-civil-cartels"
    f"&fields={_FIELDS}&order=-public_timestamp&count=100"
)
_CASES, _CASE = "cma-cases-{page}.json", "cma-case-{part}.json"
_ALL_CASES, _ALL_PAGES = "cma-cases-*.json", "cma-case-*.json"


@watchlist(
    id=_ID,
    title="CMA cartel and competition cases",
    publisher="Competition and Markets Authority",
    licence="OGL-3.0",
    topic="enforcement",
    homepage=f"{SITE}/cma-cases?case_type%5B%5D=ca98-and-civil-cartels",
    feeds=(
        Feed(_CASES, url=_SEARCH, next_page=next_page, max_pages=100),
        Feed(_CASE, url=f"{SITE}/api/content/cma-cases/{{part}}", optional=True),
    ),
    max_age=timedelta(days=30),
    expect=Expect(entries=(60, 10_000), filled={"names": 1.0, "url": 1.0}, weekly_loss=0.05),
    optional=True,
    known_from="documentation",
    crime_types=("fraud_financial",),
    grounds=("PA23-6-41", "PA23-7-7", "PA23-7-9", "PA23-7-11"),
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Investigations under the Competition Act 1998, and the decisions that firms infringed it.

    Only a decision of infringement can go to a ground: a cartel under the Chapter I prohibition to
    Schedule 6 para 41 of the Procurement Act 2023, any other under Chapter I to Schedule 7 para 7,
    abuse of a dominant position to Schedule 7 para 9. Read the decision: who was granted immunity
    is outside para 41, and a subsidiary or parent may be the one addressed. An open case is an
    allegation, and a case closed on commitments found nothing. Cases closed without any finding
    are left out.

    It cannot show the parties of most cases: the search gives a title, which mostly names a market
    and not firms, and such a name counts for little. To have the firms, name the cases in the
    setting `parts` of the list, each by the last piece of its address (after /cma-cases/); firms
    with a legal form in sentences that tell of the infringement are then taken out of the case's
    page, and the sentence is shown. Names in other sentences and in the decision itself are not
    read. No numbers and addresses are given, and the day is that on which the case was closed.

    The values of outcomes are the publisher's own in its published code; one that is not known is
    told, and the case kept.
    """
    from duediligence.watchlists._readers.fields.records import checked
    from duediligence.watchlists._readers.govuk.cma import cases, parties

    told = files.drift
    of_search = (one for path in files.matching(_ALL_CASES) for one in cases(path, _ID, told))
    of_pages = (one for path in files.matching(_ALL_PAGES) for one in parties(path, _ID, told))
    return checked(chain(of_search, of_pages), _CASES)
