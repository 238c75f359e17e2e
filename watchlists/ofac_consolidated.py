"""OFAC's consolidated list of all that is not on the SDN list."""

from collections.abc import Iterator
from datetime import date, timedelta

from duediligence.watchlists._readers.ofac import measures
from duediligence.watchlists._readers.ofac.publication import Publication

from duediligence.contracts import Expect, Files, watchlist
from duediligence.model import ListEntry

# Readers are imported when a file is read: to ask how a list stands must stay quick.
NON_SDN = Publication(
    list_id="ofac-consolidated",
    primary="CONS_PRIM.CSV",
    aliases="CONS_ALT.CSV",
    addresses="CONS_ADD.CSV",
    comments="CONS_COMMENTS.CSV",
    xml="CONSOLIDATED.XML",
    measures=measures.of_non_sdn,
)


def _published(files: Files) -> date | None:
    from duediligence.watchlists._readers.ofac import xml

    return xml.published(files, NON_SDN)


@watchlist(
    id=NON_SDN.list_id,
    title="OFAC consolidated list (not SDN)",
    publisher="US Treasury, Office of Foreign Assets Control",
    licence="US public domain",
    topic="sanctions",
    homepage="https://ofac.treasury.gov/consolidated-sanctions-list-non-sdn-lists",
    feeds=NON_SDN.csv_feeds,
    alternates=(NON_SDN.xml_feeds,),
    folder="ofac",
    max_age=timedelta(days=3),
    expect=Expect(
        entries=(400, 10_000),
        names=(1.5, 8.0),
        filled={"regimes": 0.99, "identifiers": 0.4},
        weekly_loss=0.05,
    ),
    published=_published,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Parties under US sanctions short of blocking: sectoral, menu-based, securities, accounts.

    Which of these applies follows from the programme and, in more detail, from the remarks; both
    are kept as measures. A party may be here and on the SDN list. It binds US persons and those
    who deal in dollars, not a UK buyer as such. The CSV set has no date of its own, so its age
    is that of our download, or what a person states with --as-of.
    """
    from duediligence.watchlists._readers.ofac import csv_set, xml

    return csv_set.read(files, NON_SDN) if NON_SDN.primary in files else xml.read(files, NON_SDN)
