"""Providers and places of health and social care in England, as the regulator registers them."""

from collections.abc import Iterator
from datetime import timedelta

from duediligence.watchlists._cqc import AUTHORITY, BROUGHT, FEEDS, HOMEPAGE, locations
from duediligence.watchlists.toolkit.entries import checked

from duediligence.contracts import Expect, Files, watchlist
from duediligence.model import ListEntry, Record

_ID = "cqc"


@watchlist(
    id=_ID,
    title="CQC register of care providers",
    publisher=AUTHORITY,
    licence="OGL-3.0",
    topic="register",
    homepage=HOMEPAGE,
    feeds=FEEDS,
    alternates=(BROUGHT,),
    max_age=timedelta(days=45),
    expect=Expect(
        entries=(40_000, 200_000), filled={"names": 1.0, "addresses": 0.6, "identifiers": 0.4}
    ),
    optional=True,
    known_from="real file",
    powers=("safeguarding",),
    premises=True,
    bridge=True,
    tracks_removals=True,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Every place of care that the Care Quality Commission registers in England, and who runs it.

    A place with the number of the company that runs it leads from a supplier to the names and
    addresses under which it is rated. A place that leaves the register is kept for three years
    and shown as ended: ask whether it closed, was sold, or was made to close. A dormant place is
    registered and gives no care at present.

    It cannot show why a place left, what happened before the first load, or anything in Scotland,
    Wales and Northern Ireland, which have regulators of their own. Holiday care and support
    without personal care need no registration.

    Two files are read: the care directory (weekly, with addresses) and the active locations
    (monthly, with company numbers); a place has left when it is in neither. A provider can be an
    individual or a partnership, and is then of unknown kind here. Registered managers and
    telephone numbers are not kept. The page that names the files was not seen when this was
    written: if they are not found on it, download them by hand.
    """
    entries = (
        ListEntry(
            id=one.id,
            list_id=_ID,
            kind=one.kind,
            names=one.names,
            identifiers=one.number,
            addresses=one.addresses,
            status=one.active.state if one.active else "",
            ends_on=one.active.until if one.active else None,
            record=Record(
                type="registration",
                power="safeguarding",
                authority=AUTHORITY,
                reference=one.id,
                event=f"Registered for {one.services}" if one.services else "Registered",
                event_date=one.active.since if one.active else None,
                ended=bool(one.active and one.active.until),
            ),
            url=one.url,
        )
        for one in locations(files)
    )
    return checked(entries, FEEDS[0].filename)
