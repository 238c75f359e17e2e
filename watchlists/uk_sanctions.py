"""UK Sanctions List (FCDO): everyone designated under UK sanctions regulations."""

from collections.abc import Iterator
from datetime import date, timedelta

from duediligence.contracts import Expect, Feed, Files, watchlist
from duediligence.model import ListEntry

# Readers are imported when a file is read: to ask how a list stands must stay quick.
_ID = "uk-sanctions"
_XML, _CSV = "UK-Sanctions-List.xml", "UK-Sanctions-List.csv"
_DOCS = "https://sanctionslist.fcdo.gov.uk/docs/"


def _published(files: Files) -> date:
    from duediligence.watchlists._readers.uk_sanctions import csv, xml

    return xml.published(files[_XML]) if _XML in files else csv.published(files[_CSV])


@watchlist(
    id=_ID,
    title="UK Sanctions List",
    publisher="Foreign, Commonwealth and Development Office",
    licence="OGL-3.0",
    topic="sanctions",
    homepage="https://www.gov.uk/government/publications/the-uk-sanctions-list",
    feeds=(Feed(_XML, url=_DOCS + _XML),),
    alternates=((Feed(_CSV, url=_DOCS + _CSV),),),
    max_age=timedelta(days=2),
    expect=Expect(
        entries=(5_800, 20_000),
        names=(1.5, 8.0),
        filled={
            "names": 1.0,
            "regimes": 1.0,
            "measures": 0.99,
            "listed_on": 0.99,
            "source": 0.99,
            "addresses": 0.35,
            "birth_dates": 0.35,
            "countries": 0.30,
            "identifiers": 0.20,
            "references": 0.10,
        },
    ),
    published=_published,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """The only UK list of sanctioned parties since 28 January 2026, when OFSI's closed.

    `measures` says what was imposed: an asset freeze (nobody may deal with the party's funds) and
    a director disqualification sanction (the person may not act as a director, Company Directors
    Disqualification Act 1986 s.11A) are separate, and an entry may have one without the other.
    Firms owned or controlled by a listed party are frozen too, yet mostly not listed. Company
    numbers are rare and in free text. The search service has no confirmed address for a single
    designation, so an entry links to the search; look there for its id.
    """
    from duediligence.watchlists._readers.fields.records import checked
    from duediligence.watchlists._readers.uk_sanctions import csv, xml
    from duediligence.watchlists._readers.uk_sanctions.entries import entry

    if _XML in files:
        name, records = _XML, xml.records(files[_XML], files.drift)
    else:
        name, records = _CSV, csv.records(files[_CSV], files.drift)
    return checked((entry(record, _ID, files.drift) for record in records), name)
