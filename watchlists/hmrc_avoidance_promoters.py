"""Those whom HMRC names as promoting, enabling or supplying tax avoidance schemes."""

from collections.abc import Iterator
from datetime import date, timedelta

from duediligence.watchlists._readers.govuk import SITE
from duediligence.watchlists._readers.govuk.attachments import attachment

from duediligence.contracts import Expect, Feed, Files, watchlist
from duediligence.model import ListEntry

_ID = "hmrc-avoidance-promoters"
_PUBLICATION = (
    "government/publications/named-tax-avoidance-schemes-promoters-enablers-and-suppliers"
)
_PAGE = "avoidance-promoters.html"


def _published(files: Files) -> date | None:
    from duediligence.watchlists._readers.govuk.documents import document

    return document(files[_PAGE]).updated


@watchlist(
    id=_ID,
    title="HMRC named avoidance promoters",
    publisher="HM Revenue and Customs",
    licence="OGL-3.0",
    topic="enforcement",
    homepage=f"{SITE}/{_PUBLICATION}",
    feeds=(
        Feed(
            _PAGE,
            url=f"{SITE}/api/content/{_PUBLICATION}",
            locate=attachment(rf"/{_PUBLICATION}/[\w-]*(?:current|named)"),
        ),
    ),
    max_age=timedelta(days=90),
    expect=Expect(
        entries=(10, 3_000),
        filled={"names": 1.0, "addresses": 0.5, "record": 1.0},
        weekly_loss=0.10,
    ),
    optional=True,
    published=_published,
    known_from="documentation",
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Promoters, enablers and suppliers of avoidance schemes, with their schemes.

    Many are umbrella companies and payroll firms: a supplier of agency workers that uses one may
    owe tax that it does not know of. To be named is a warning and no ground in itself. Where tax
    arrangements of the supplier were undone, or a notifiable arrangement was defeated, Schedule 6
    paras 38 and 40 of the Procurement Act 2023 may come in: ask the supplier.

    It cannot show who used a scheme, or what a court or tribunal decided; HMRC says itself that
    being named is no finding that a scheme fails, and takes names off after a time. Some of those
    named are individuals and some are abroad. No company numbers are kept as such: where the page
    gives one it stands among the remarks.

    The page is known from what others wrote of it: a table under a heading for each party, or one
    row for each. A table that names nobody stops the file. An entry is known by name, postcode and
    scheme.
    """
    from duediligence.watchlists._readers.fields.records import checked
    from duediligence.watchlists._readers.govuk.promoters import entries

    return checked(entries(files[_PAGE], _ID, files.drift), _PAGE)
