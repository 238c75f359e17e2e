"""EU consolidated list of financial sanctions."""

from collections.abc import Iterator
from datetime import date, timedelta

from duediligence.contracts import Expect, Feed, Files, watchlist
from duediligence.model import ListEntry

# Readers are imported when a file is read: to ask how a list stands must stay quick.
_ID = "eu"
_FILE = "xmlFullSanctionsList_1_1.xml"
_ROOT = "export"
# The token is a constant that the Commission prints on its own page for everyone; no secret.
_URL = "https://webgate.ec.europa.eu/fsd/fsf/public/files/xmlFullSanctionsList_1_1/content?token=dG9rZW4tMjAxNw"


def _published(files: Files) -> date:
    from duediligence.watchlists._readers.fields.records import stated_in_root

    return stated_in_root(files[_FILE], _ROOT, "generationDate")


@watchlist(
    id=_ID,
    title="EU Consolidated Financial Sanctions List",
    publisher="European Commission",
    licence="Commission reuse policy (Decision 2011/833/EU), with attribution",
    topic="sanctions",
    homepage=(
        "https://data.europa.eu/data/datasets/"
        "consolidated-list-of-persons-groups-and-entities-subject-to-eu-financial-sanctions"
    ),
    # The service makes the file for each request, and fails in bursts.
    feeds=(Feed(_FILE, url=_URL, retries=5),),
    max_age=timedelta(days=3),
    expect=Expect(
        entries=(5_500, 20_000),
        names=(2.0, 10.0),
        filled={
            "names": 1.0,
            "regimes": 0.99,
            "updated_on": 0.99,
            "birth_dates": 0.45,
            "addresses": 0.20,
            "countries": 0.25,
            "identifiers": 0.15,
        },
    ),
    published=_published,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Everyone whose funds are frozen under an EU regulation.

    The measure is that freeze and is not stated for each party; only the Official Journal is
    authentic, and an entry links to the act there that last listed it. An EU listing does not bind
    a UK body, but its suppliers and their banks. Names come in every language of the Union, none
    of them marked as the main one. `regimes` are the Commission's codes of its programmes.
    """
    from duediligence.watchlists._readers.fields.records import checked

    return checked(_entries(files), _FILE)


def _entries(files: Files) -> Iterator[ListEntry]:
    from duediligence.watchlists._readers.eu.entries import entry
    from duediligence.watchlists._readers.eu.layout import KNOWN
    from duediligence.watchlists._readers.fields.records import Unread

    from duediligence.formats.xml import stream

    unread = Unread(KNOWN)
    for record in stream(files[_FILE], _ROOT, "sanctionEntity", outside=unread.tags):
        unread.look(record)
        yield entry(record, _ID, files.drift)
    unread.report(files.drift)
