"""UN Security Council consolidated list."""

from collections.abc import Iterator
from datetime import date, timedelta

from duediligence.contracts import Expect, Feed, Files, watchlist
from duediligence.model import ListEntry

# Readers are imported when a file is read: to ask how a list stands must stay quick.
_ID = "un"
_FILE = "consolidated.xml"
_ROOT = "CONSOLIDATED_LIST"
# The service answers with a redirect to one of these; a new one goes in the setting `hosts`.
_HOSTS = (
    "unsolprodfiles.blob.core.windows.net",
    "umsanrp1dltx4dj3sxtt.blob.core.windows.net",
)


def _published(files: Files) -> date:
    from duediligence.watchlists._readers.fields.records import stated_in_root

    return stated_in_root(files[_FILE], _ROOT, "dateGenerated")


@watchlist(
    id=_ID,
    title="UN Security Council Consolidated List",
    publisher="United Nations Security Council",
    licence="UN terms of use; reuse terms of the file are not stated",
    topic="sanctions",
    homepage="https://main.un.org/securitycouncil/en/content/un-sc-consolidated-list",
    feeds=(Feed(_FILE, url=f"https://scsanctions.un.org/resources/xml/en/{_FILE}", hosts=_HOSTS),),
    max_age=timedelta(days=7),
    expect=Expect(
        entries=(850, 5_000),
        names=(2.0, 10.0),
        filled={
            "names": 1.0,
            "regimes": 0.99,
            "listed_on": 0.99,
            "remarks": 0.80,
            "birth_dates": 0.40,
            "addresses": 0.40,
            "countries": 0.40,
            "identifiers": 0.15,
        },
    ),
    optional=True,
    published=_published,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Everyone under sanctions of the UN Security Council.

    The UK puts every UN listing on its own list, with this list's reference number, so for a UK
    body this one is a cross-check, and optional. The UN keeps the file in a store whose name has
    changed: where a download is refused because of its host, check that host, and name it in the
    setting `hosts`. Which measures apply follows from the regime and is not
    stated for each party. No page of the UN is known to show one entry for good, so an entry
    links to the list's page. Birth dates that the UN calls approximate, or gives as a range of
    years, are kept as that.
    """
    from duediligence.watchlists._readers.fields.records import checked

    return checked(_entries(files), _FILE)


def _entries(files: Files) -> Iterator[ListEntry]:
    from duediligence.watchlists._readers.fields.records import Unread
    from duediligence.watchlists._readers.un.entries import KNOWN, entry

    from duediligence.formats.xml import stream

    unread = Unread(KNOWN, outside=("INDIVIDUALS", "ENTITIES"))
    for record in stream(files[_FILE], _ROOT, "INDIVIDUAL", "ENTITY", outside=unread.tags):
        unread.look(record)
        yield entry(record, _ID, files.drift)
    unread.report(files.drift)
