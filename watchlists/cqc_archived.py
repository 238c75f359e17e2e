"""Care homes in England that are no longer registered."""

from collections.abc import Iterator
from datetime import timedelta

from duediligence.watchlists._cqc import AUTHORITY, HOMEPAGE, places
from duediligence.watchlists.toolkit.bodies import kind_of, names_in
from duediligence.watchlists.toolkit.entries import checked
from duediligence.watchlists.toolkit.pages import linked

from duediligence.contracts import Expect, Feed, Files, watchlist
from duediligence.model import ListEntry, Record

_ID = "cqc-archived"
_FILE = "care_homes_archived.csv"


@watchlist(
    id=_ID,
    title="CQC care homes no longer registered",
    publisher=AUTHORITY,
    licence="OGL-3.0",
    topic="register",
    homepage=HOMEPAGE,
    feeds=(Feed(_FILE, url=HOMEPAGE, locate=linked(r"archived[^/]*\.csv$"), robots=True),),
    alternates=((Feed("*care_homes_archived*.csv"),),),
    folder="cqc",
    max_age=timedelta(days=100),
    expect=Expect(entries=(1_000, 60_000), filled={"names": 1.0, "addresses": 0.95}),
    optional=True,
    known_from="real file",
    powers=("safeguarding",),
    premises=True,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Care homes that the Care Quality Commission once registered and no longer does.

    A home that closed, was sold (and is registered again under its new provider) or was made to
    close: the file does not tell these apart, so ask, and look the home up on its page.

    It cannot show when or why a home left the register: it gives the day of the last report alone.
    It has no company numbers, so a provider is found by name only, and it holds care homes
    alone: for other places of care, `cqc` keeps who has left since it was first loaded. A provider
    can be an individual, and is then of unknown kind here.
    """
    paths = [path for path in files.values() if path.suffix == ".csv"]
    entries = (
        ListEntry(
            id=place.id,
            list_id=_ID,
            kind=kind_of(place.provider),
            names=names_in(place.provider, place.name, *place.others),
            addresses=place.addresses,
            record=Record(
                type="registration",
                power="safeguarding",
                authority=AUTHORITY,
                reference=place.id,
                event=f"No longer registered: {place.name} ({place.services or 'care home'})",
                outcome=f"last report published {place.reported}" if place.reported else "",
                ended=True,
            ),
            url=place.url,
        )
        for path in paths
        for place in places(path, files.drift).values()
    )
    return checked(entries, _FILE)
