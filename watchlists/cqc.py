"""Places of health and social care in England, as the regulator registers them."""

from collections.abc import Iterator
from datetime import timedelta

from duediligence.watchlists._cqc import (
    ACTIVE,
    ACTIVE_FEED,
    AUTHORITY,
    BROUGHT_ACTIVE,
    BROUGHT_DIRECTORY,
    DIRECTORY_FEED,
    DORMANT,
    EARLIER,
    FLAGS,
    HOMEPAGE,
    Active,
    Location,
    list_cqc_locations,
)
from duediligence.watchlists.toolkit.entries import checked, distinct

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
    bring=(
        "Select the link to the monthly file of active locations: its name ends with "
        "HSCA_Active_Locations.ods. Keep that name."
    ),
    feeds=(ACTIVE_FEED, DIRECTORY_FEED),
    alternates=((BROUGHT_ACTIVE, BROUGHT_DIRECTORY), EARLIER),
    max_age=timedelta(days=45),
    expect=Expect(
        entries=(50_000, 200_000), filled={"names": 1.0, "addresses": 0.9, "identifiers": 0.5}
    ),
    optional=True,
    known_from="header only",
    known_since="2026-10",
    statuses={DORMANT: FLAGS},
    powers=("safeguarding",),
    premises=True,
    bridge=True,
    tracks_removals=True,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Every place of care that the Care Quality Commission registers in England, and who runs it.

    A place with the number of the company or charity that runs it leads from a supplier to the
    names and addresses under which it is rated. It says for which services and regulated
    activities the place is registered: ask for the one that the contract needs. A place that
    leaves the register is kept for three years and shown as ended: ask whether it closed, was
    sold, or was made to close; `cqc-archived` has the day. A dormant place is registered and
    gives no care at present.

    It cannot show why a place left, or anything in Scotland, Wales and Northern Ireland, which
    have regulators of their own. Holiday care and support without personal care need no
    registration. A provider can be an individual or a partnership, and is then of unknown kind
    here. Registered managers, nominated individuals, partners and telephone numbers are not kept.

    It is read from the active locations (monthly), which the page links to by a name that begins
    with a date. The care directory (weekly) may be put beside it by hand: it adds other names of
    places, and places newer than the month. An earlier form of both files is read, too.
    """
    return checked(map(_build_cqc_entry, list_cqc_locations(files)), ACTIVE)


def _build_cqc_entry(one: Location) -> ListEntry:
    active = one.active
    return ListEntry(
        id=one.id,
        list_id=_ID,
        kind=one.kind,
        names=one.names,
        identifiers=one.numbers,
        addresses=one.addresses,
        related=distinct([active.brand]) if active else (),
        status=active.state if active else "",
        ends_on=active.until if active else None,
        record=Record(
            type="registration",
            power="safeguarding",
            authority=AUTHORITY,
            reference=one.id,
            event=f"Registered for {one.services}" if one.services else "Registered",
            event_date=active.since if active else None,
            outcome=_registered_for(active) if active else "",
            ended=bool(active and active.until),
        ),
        url=one.url,
        service=one.service,
    )


def _registered_for(one: Active) -> str:
    activities = f"Regulated activities: {one.activities}" if one.activities else ""
    users = f"For: {one.users}" if one.users else ""
    return ". ".join(filter(None, (activities, users)))
