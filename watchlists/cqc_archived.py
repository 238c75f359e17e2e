"""Places of health and social care in England that have left the register."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from duediligence.watchlists._care import find_single_file, read_places
from duediligence.watchlists._cqc import (
    ADDRESS,
    AREAS,
    AUTHORITY,
    HOMEPAGE,
    NATION,
    OVERALL,
    build_cqc_feed,
    build_directory_service,
    day,
    has_inherited_rating,
    page_of,
    place_of,
    rating_of,
    read_care_directory,
    read_provider_numbers,
)
from duediligence.watchlists.toolkit.bodies import kind_of, names_in
from duediligence.watchlists.toolkit.entries import checked
from duediligence.watchlists.toolkit.tables import Layout, Row, read
from duediligence.watchlists.toolkit.values import status, usable

from duediligence.contracts import Drift, Expect, Feed, Files, StatusMeaning, watchlist
from duediligence.model import ListEntry, Record, RegisteredService

_ID = "cqc-archived"
_FILE = "Deactivated_Locations.ods"
_STATUS = "Location Status"
_STATUSES: dict[str, StatusMeaning] = {
    "active": "neutral",
    "inactive-dereg": "ended",
    "removed": "ended",
}
_LAYOUT = Layout(
    needed={
        "Location ID": "Location ID",
        "Location Name": "Location Name",
        _STATUS: _STATUS,
        "Location HSCA End Date": "Location HSCA End Date",
        **ADDRESS,
        "Provider Name": "Provider Name",
    },
    wanted={
        "Location HSCA start date": "Location HSCA start date",
        "Category": "Location Primary Inspection Category",
        "Area": "Location Local Authority",
        "Beds": "Care homes beds at point location de-activated",
        "Line 2": "Location Address Line 2",
        "County": "Location County",
        OVERALL: OVERALL,
        "Publication Date": "Publication Date",
        "Inherited": "Inherited Rating (Y/N)",
        "Company": "Provider Companies House Number",
        "Charity": "Provider Charity Number",
    },
    extra={"Provider ID": "Provider ID"},
    passed_over=(
        *(f"Location {one.strip()}" for one in AREAS.split("|")),
        "Location Primary NHS Region",
        "Care home?",
        "Registered manager",
        "Brand ID",
        "Brand Name",
    ),
    # Headings beyond the 34th were not seen.
    prefixes=("Provider", "Service type", "Regulated activity", "Service user band"),
)


@watchlist(
    id=_ID,
    title="CQC places of care no longer registered",
    publisher=AUTHORITY,
    licence="OGL-3.0",
    topic="register",
    homepage=HOMEPAGE,
    bring=(
        "Select the link to the file of locations that are no longer registered: its name has "
        "Deactivated in it and ends with .ods. Keep that name."
    ),
    feeds=(build_cqc_feed(_FILE, "Deactivated", "Locations"),),
    alternates=((Feed("*Deactivated*.ods"),), (Feed("*care_homes_archived*.csv"),)),
    folder="cqc",
    max_age=timedelta(days=100),
    expect=Expect(entries=(55_000, 300_000), filled={"names": 1.0, "addresses": 0.9}),
    optional=True,
    known_from="header only",
    known_since="2026-09",
    statuses={_STATUS: _STATUSES},
    powers=("safeguarding",),
    premises=True,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Places of care of every kind that the Care Quality Commission once registered, and when each
    left the register.

    Deactivated is not closed. A place also leaves under its number when it is sold, when its
    provider takes another legal form, or when it is registered again: then it is on `cqc` under a
    new number, often at the same address. Some were made to close. The file does not tell these
    apart: look the place up on its page, and ask. It has the last overall rating, where there
    was one; a rating can be inherited from the registration before.

    It cannot show why a place left. The columns after the 34th were not seen when this was
    written: where the file has no company number, a provider is found by name and place. A
    provider can be an individual, and is then of unknown kind here.

    An earlier file of care homes alone is read, too, but it is far smaller than what is expected.
    """
    if path := find_single_file(files, "*Deactivated*"):
        return checked(_read_deactivated_entries(path, files.drift), path.name)
    earlier = find_single_file(files, "*care_homes_archived*")
    return checked(
        _read_archived_homes(earlier, files.drift) if earlier else (), "care_homes_archived.csv"
    )


def _read_deactivated_entries(path: Path, drift: Drift) -> Iterator[ListEntry]:
    seen: set[str] = set()
    for row in read(path, _LAYOUT, drift):
        for column in ("Location Name", "Provider Name"):
            if not usable(row[column]):
                raise row.error(column, "is empty")
        location = row.filled("Location ID")
        meaning = status(_STATUSES, row[_STATUS], _STATUS, row.filename)
        if meaning != "ended":
            drift.left_out("a place that is active")
        elif location in seen:
            drift.left_out("second row of one location", location)
        else:
            seen.add(location)
            yield _build_archived_entry(row, location, drift)


def _build_archived_entry(row: Row, location: str, drift: Drift) -> ListEntry:
    left = day(row, "Location HSCA End Date", drift)
    service = _read_past_service(row, location, drift)
    held = read_provider_numbers(row, drift)
    category = f" ({row['Category']})" if row["Category"] else ""
    return ListEntry(
        id=location,
        list_id=_ID,
        kind=kind_of(row["Provider Name"], numbered=bool(held)),
        names=names_in(row["Provider Name"], row["Location Name"]),
        identifiers=held,
        addresses=place_of(row),
        status=row[_STATUS],
        ends_on=left,
        record=Record(
            type="registration",
            power="safeguarding",
            authority=AUTHORITY,
            reference=location,
            event=f"No longer registered under this number: {row['Location Name']}{category}",
            event_date=left,
            outcome=_describe_past_registration(row, service),
            ended=True,
        ),
        url=page_of(location),
        service=service,
    )


def _read_past_service(row: Row, location: str, drift: Drift) -> RegisteredService:
    """Return the registration as it was; the day of its start dates no rating."""
    rating = rating_of(row, OVERALL)
    since, published = (
        day(row, one, drift) for one in ("Location HSCA start date", "Publication Date")
    )
    return RegisteredService(
        number=location,
        nation=NATION,
        kinds=tuple(filter(None, (row["Category"],))),
        place=row["Location Name"],
        owner=row["Provider Name"],
        owner_number=row["Provider ID"],
        area=row["Area"],
        capacity=read_places(row["Beds"], "Care homes beds", drift),
        standing=row[_STATUS],
        registered_on=since,
        grade=rating,
        graded_on=published if rating and published != since else None,
    )


def _describe_past_registration(row: Row, service: RegisteredService) -> str:
    """Return what there was: since when it was registered, and how it was rated last."""
    parts = []
    if service.registered_on:
        parts.append(f"registered since {service.registered_on}")
    if service.grade:
        published = service.graded_on
        parts.append(f"last rated {service.grade}" + (f" on {published}" if published else ""))
        if has_inherited_rating(row):
            parts.append("inherited from the registration before")
    return ", ".join(parts)


def _read_archived_homes(path: Path, drift: Drift) -> Iterator[ListEntry]:
    """Yield the earlier file, in the earlier form of the directory: it has no day of leaving."""
    for place in read_care_directory(path, drift).values():
        yield ListEntry(
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
            service=build_directory_service(place, "archived"),
        )
