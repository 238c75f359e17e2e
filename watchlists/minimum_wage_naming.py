"""Employers named for paying less than the minimum wage."""

from collections.abc import Iterator
from datetime import date, timedelta

from duediligence.watchlists._readers.govuk import SITE

from duediligence.contracts import Expect, Feed, Files, watchlist
from duediligence.model import ListEntry

_ID = "minimum-wage-naming"


def _published(files: Files) -> date | None:
    from duediligence.watchlists._readers.govuk.documents import document

    days = (document(path).updated for path in files.values())
    return max((day for day in days if day), default=None)


@watchlist(
    id=_ID,
    title="Minimum wage naming rounds",
    publisher="Department for Business and Trade",
    licence="OGL-3.0",
    topic="enforcement",
    homepage=f"{SITE}/government/collections/national-minimum-wage-law-enforcement",
    feeds=(Feed("minimum-wage-{part}", url=f"{SITE}/api/content/government/news/{{part}}"),),
    # Rounds come once or twice a year.
    max_age=timedelta(days=400),
    expect=Expect(entries=(10, 20_000), filled={"names": 1.0, "addresses": 0.9}, weekly_loss=0.05),
    optional=True,
    published=_published,
    known_from="documentation",
    crime_types=("slavery_trafficking",),
    grounds=("PA23-7-11",),
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Employers that HMRC found to owe workers the minimum wage, as named in press releases.

    Each had a notice of underpayment with a penalty, repaid its workers, and was named. That is no
    conviction under section 31 of the National Minimum Wage Act 1998 and so not the ground of
    Schedule 6 para 21 to the Procurement Act 2023; it can support professional misconduct (Sch 7
    para 11). Large and well-run employers are named over mistakes of years ago: look at the sum
    per worker, and ask what was put right.

    It cannot show underpayment that was put right before it was found, employers who owed little,
    or anything since the period of the round, which is often years earlier. No company numbers are
    given, and postcodes are at times only the first half. Some employers are sole traders.

    Each round is a press release of its own. Name the rounds in the setting `parts` of the list,
    each by the last piece of its address (after /government/news/; where that is over 120 letters,
    by a short name whose address is set), or save each page as minimum-wage-ROUND.html and leave
    those of former rounds in the folder. An employer that HMRC
    took off later stays here until the page is fetched again. The form of the items is known from
    what others wrote of it: an item that does not fit stops the file and is named.

    An entry is known by name, postcode and round.
    """
    from duediligence.watchlists._readers.fields.records import checked
    from duediligence.watchlists._readers.govuk.minimum_wage import entries

    found = (one for name in sorted(files) for one in entries(files[name], _ID, files.drift))
    return checked(found, " and ".join(sorted(files)))
