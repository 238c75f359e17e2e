"""OFAC's list of Specially Designated Nationals and Blocked Persons."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from duediligence.watchlists._ofac import Publication, read_ofac_date, read_ofac_entries

from duediligence.contracts import Drift, Expect, Files, watchlist
from duediligence.model import ListEntry


def _list_sdn_measures(programs: Iterable[str], drift: Drift) -> tuple[str, ...]:  # noqa: ARG001
    """Return the measure: every party on the SDN list is blocked, under whichever programme (31
    CFR chapter V).
    """
    return ("Asset freeze (US blocking of property)",)


SDN = Publication(
    list_id="ofac-sdn",
    primary="SDN.CSV",
    aliases="ALT.CSV",
    addresses="ADD.CSV",
    comments="SDN_COMMENTS.CSV",
    xml="SDN.XML",
    measures=_list_sdn_measures,
)


def _read_sdn_date(files: Files) -> date | None:
    return read_ofac_date(files, SDN)


@watchlist(
    id=SDN.list_id,
    title="OFAC SDN list",
    publisher="US Treasury, Office of Foreign Assets Control",
    licence="US public domain",
    topic="sanctions",
    homepage="https://ofac.treasury.gov/specially-designated-nationals-and-blocked-persons-list-sdn-human-readable-lists",
    feeds=SDN.csv_feeds,
    alternates=SDN.alternates,
    folder="ofac",
    max_age=timedelta(days=3),
    expect=Expect(
        entries=(14_000, 60_000),
        further_names=0.40,
        names=(1.5, 5.0),
        # Birth dates and numbers stand in prose: where they thin out, its wording has changed.
        filled={"regimes": 0.99, "identifiers": 0.4, "birth_dates": 0.25},
    ),
    published=_read_sdn_date,
    known_from="real file",
    known_since="2026-08",
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Persons, firms, ships and aircraft whose property is blocked under US law.

    It binds US persons and those who deal in dollars, not a UK buyer as such. The CSV set tells
    weak aliases (quoted in the remarks) from others but not the strong ones, and has no date of
    its own, so its age is that of our download, or what a person states with --as-of. Firms owned
    by half or more by listed parties are blocked too and are not on the list. Names of people are
    turned from `LAST, First` into reading order; everything else stands as published.

    It cannot show those firms, nor who was taken off.
    """
    return read_ofac_entries(files, SDN)
