"""OFAC's list of Specially Designated Nationals and Blocked Persons."""

from collections.abc import Iterator
from datetime import date, timedelta

from duediligence.watchlists._readers.ofac import measures
from duediligence.watchlists._readers.ofac.publication import Publication

from duediligence.contracts import Expect, Files, watchlist
from duediligence.model import ListEntry

# Readers are imported when a file is read: to ask how a list stands must stay quick.
SDN = Publication(
    list_id="ofac-sdn",
    primary="SDN.CSV",
    aliases="ALT.CSV",
    addresses="ADD.CSV",
    comments="SDN_COMMENTS.CSV",
    xml="SDN.XML",
    measures=measures.of_sdn,
)


def _published(files: Files) -> date | None:
    from duediligence.watchlists._readers.ofac import xml

    return xml.published(files, SDN)


@watchlist(
    id=SDN.list_id,
    title="OFAC SDN list",
    publisher="US Treasury, Office of Foreign Assets Control",
    licence="US public domain",
    topic="sanctions",
    homepage="https://ofac.treasury.gov/specially-designated-nationals-and-blocked-persons-list-sdn-human-readable-lists",
    feeds=SDN.csv_feeds,
    alternates=(SDN.xml_feeds,),
    folder="ofac",
    max_age=timedelta(days=3),
    expect=Expect(
        entries=(14_000, 60_000),
        names=(1.5, 5.0),
        # Birth dates and numbers stand in prose: where they thin out, its wording has changed.
        filled={"regimes": 0.99, "identifiers": 0.4, "birth_dates": 0.25},
    ),
    published=_published,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Persons, firms, ships and aircraft whose property is blocked under US law.

    It binds US persons and those who deal in dollars, not a UK buyer as such. The CSV set tells
    weak aliases (quoted in the remarks) from others but not the strong ones, and has no date of
    its own, so its age is that of our download, or what a person states with --as-of. Firms owned
    by half or more by listed parties are blocked too and are not on the list. Names of people are
    turned from `LAST, First` into reading order; everything else stands as published.
    """
    from duediligence.watchlists._readers.ofac import csv_set, xml

    return csv_set.read(files, SDN) if SDN.primary in files else xml.read(files, SDN)
