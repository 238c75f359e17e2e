"""Employers whom the Home Office fined for employing people without the right to work."""

from collections.abc import Iterator
from datetime import date, timedelta

from duediligence.watchlists._readers.govuk import ASSETS, SITE
from duediligence.watchlists._readers.govuk.attachments import attachment

from duediligence.contracts import Expect, Feed, Files, watchlist
from duediligence.model import ListEntry

_ID = "illegal-working-penalties"
_LINK = attachment(r"penalties.*(/government/|\.(csv|ods|xlsx)$)")


def _published(files: Files) -> date | None:
    from duediligence.watchlists._readers.govuk.documents import document
    from duediligence.watchlists._readers.govuk.rows import is_page

    days = (document(path).updated for path in files.values() if is_page(path))
    return max((day for day in days if day), default=None)


@watchlist(
    id=_ID,
    title="Illegal working penalties",
    publisher="Home Office",
    licence="OGL-3.0",
    topic="enforcement",
    homepage=f"{SITE}/government/collections/employers-illegal-working-penalties",
    feeds=(Feed("illegal-working-{part}", locate=_LINK, hosts=(ASSETS,)),),
    max_age=timedelta(days=150),
    expect=Expect(
        entries=(1, 20_000),
        filled={"names": 1.0, "addresses": 0.9, "record": 1.0},
        weekly_loss=0.12,
    ),
    optional=True,
    published=_published,
    known_from="memory",
    crime_types=("slavery_trafficking",),
    grounds=("PA23-7-11",),
    premises=True,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Employers with a civil penalty for illegal workers, by region and quarter.

    A penalty under section 15 of the Immigration, Asylum and Nationality Act 2006 is no conviction
    and no ground of its own. It can support professional misconduct (Procurement Act 2023 Sch 7
    para 11) and may be a sign that workers are exploited: ask how rights to work are checked now.

    It cannot show employers who paid at once, for only penalties that were not paid in time, and
    those of repeat offenders, are published. Nor does it give the day of a penalty, an appeal
    that succeeded later, company numbers or the workers' side. Many employers are sole traders
    under the names of their takeaways and car washes: compare name and address.

    A person brings the files, one a region and quarter: save each page or table with a name such
    as illegal-working-wales-2026-q2.html (or .csv, .ods, .xlsx), and leave those of former
    quarters in the folder. A report in PDF cannot be read: copy its table into a spreadsheet. To
    have them fetched, name the parts and the address of each in the settings of the list. The
    columns are from memory: a heading that is not known stops the file and is named.

    An entry is known by employer, postcode and quarter, since it has no number.
    """
    from duediligence.watchlists._readers.fields.records import checked
    from duediligence.watchlists._readers.govuk.illegal_working import entries

    found = (one for name in sorted(files) for one in entries(files[name], _ID, files.drift))
    return checked(found, " and ".join(sorted(files)))
