"""Businesses and people that HMRC names as deliberate tax defaulters."""

from collections.abc import Iterator
from datetime import date, timedelta

from duediligence.watchlists._readers.govuk import ASSETS, SITE
from duediligence.watchlists._readers.govuk.attachments import attachment

from duediligence.contracts import Expect, Feed, Files, watchlist
from duediligence.model import ListEntry

_ID = "hmrc-deliberate-defaulters"
_PAGE = "government/publications/publishing-details-of-deliberate-tax-defaulters-pddd"
_API = f"{SITE}/api/content/{_PAGE}"
_SHEET, _HTML = "deliberate-tax-defaulters.ods", "deliberate-tax-defaulters.html"


def _published(files: Files) -> date | None:
    from duediligence.watchlists._readers.govuk.documents import document

    return document(files[_HTML]).updated if _HTML in files else None


@watchlist(
    id=_ID,
    title="HMRC deliberate tax defaulters",
    publisher="HM Revenue and Customs",
    licence="OGL-3.0",
    topic="enforcement",
    homepage=f"{SITE}/{_PAGE}",
    feeds=(Feed(_HTML, url=_API, locate=attachment(rf"/{_PAGE}/[\w-]*default")),),
    alternates=((Feed(_SHEET, url=_API, locate=attachment(r"\.ods$"), hosts=(ASSETS,)),),),
    max_age=timedelta(days=120),
    expect=Expect(
        entries=(5, 1_000),
        filled={"names": 1.0, "addresses": 0.9, "positions": 0.5},
        # Each name is taken off after a year, and a quarter's names go together.,
        weekly_loss=0.12,
    ),
    optional=True,
    published=_published,
    known_from="documentation",
    crime_types=("fraud_financial",),
    grounds=("PA23-6-37",),
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Those whom HMRC charged penalties for deliberate errors in their tax, and named.

    Being here is close to a ground of its own: a penalty for a deliberate error or failure that
    has become final (Procurement Act 2023 Sch 6 para 37). HMRC names those whose errors were
    deliberate and cost more than 25,000 pounds in tax, once they can no longer appeal, under
    section 94 of the Finance Act 2009. Ask for the penalty notice, and what was paid and changed.

    It cannot show who was named over a year ago, for HMRC takes each name off after twelve months,
    while the ground looks back five years: ask the supplier as well. Nor does it show who told
    HMRC everything early enough, whom it does not name, or the Act of a single penalty, which may
    be Schedule 41 to the Finance Act 2008 instead of the one that is given here.

    Many of those named are sole traders and partners, by their own names and home addresses: treat
    a match on the name alone as no match. No company numbers are given and no birth dates. The
    list's columns are known from what others wrote of them and not from a file that was seen.
    An entry is known by name, postcode and period, since HMRC gives none a number.
    """
    from duediligence.watchlists._readers.fields.records import checked
    from duediligence.watchlists._readers.govuk.defaulters import entries

    name = _HTML if _HTML in files else _SHEET
    return checked(entries(files[name], _ID, files.drift), name)
