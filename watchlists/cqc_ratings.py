"""Ratings of places of health and social care in England."""

from collections.abc import Iterator
from datetime import timedelta

from duediligence.watchlists._cqc import AUTHORITY, BROUGHT, FEEDS, HOMEPAGE, Location, locations
from duediligence.watchlists.toolkit.entries import checked

from duediligence.contracts import Expect, Files, watchlist
from duediligence.model import ListEntry, Record

_ID = "cqc-ratings"


@watchlist(
    id=_ID,
    title="CQC ratings of care",
    publisher=AUTHORITY,
    licence="OGL-3.0",
    topic="enforcement",
    homepage=HOMEPAGE,
    feeds=FEEDS,
    alternates=(BROUGHT,),
    folder="cqc",
    max_age=timedelta(days=45),
    expect=Expect(
        entries=(20_000, 100_000),
        weekly_loss=0.03,
        filled={"names": 1.0, "addresses": 0.6, "identifiers": 0.4},
    ),
    optional=True,
    known_from="real file",
    powers=("safeguarding",),
    premises=True,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """The latest overall rating of each place of care in England that has one.

    "Inadequate" and "Requires improvement" are poor by the Commission's own scheme and are shown
    to the officer; the others are kept, so that a rating which falls is seen to have changed.

    It cannot show breaches of regulations, warning notices, conditions or prosecutions: read the
    report on the page of the place. A rating belongs to one place and one day, and many places
    have none. Under the Provider Selection Regime (reg 19) it is a matter of selection; to an
    exclusion ground it goes only with more behind it.

    The day shown is that on which the last report was published, out of the care directory: the
    "Publication Date" of the active locations repeats the day of registration. It reads the same
    two files as the list `cqc`.
    """
    rated = (one for one in locations(files) if one.active and one.active.rating)
    return checked((_entry(one) for one in rated), FEEDS[1].filename)


def _entry(one: Location) -> ListEntry:
    assert one.active
    parts = ", ".join(f"{part} {rating}" for part, rating in one.active.domains.items())
    return ListEntry(
        id=one.id,
        list_id=_ID,
        kind=one.kind,
        names=one.names,
        identifiers=one.number,
        addresses=one.addresses,
        status=one.active.rating,
        record=Record(
            type="rating",
            power="safeguarding",
            authority=AUTHORITY,
            reference=one.id,
            event=f"Overall rating of {one.active.name}: {one.active.rating}",
            event_date=one.place.reported if one.place else None,
            outcome=parts,
            low=one.active.poor,
        ),
        url=one.url,
    )
