"""Services of care that are registered in Wales."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from duediligence.watchlists._care import build_care_entry, find_single_file, read_places
from duediligence.watchlists.toolkit.bodies import build_address
from duediligence.watchlists.toolkit.entries import checked
from duediligence.watchlists.toolkit.tables import Layout, Row, read
from duediligence.watchlists.toolkit.values import status, usable

from duediligence.contracts import Drift, Expect, Feed, Files, StatusMeaning, watchlist
from duediligence.model import ListEntry, RegisteredService

_ID = "care-inspectorate-wales"
_AUTHORITY = "Care Inspectorate Wales"
_FILE = "*CIW*.xlsx"
_STATUS = "Service Status"
_STATUSES: Mapping[str, StatusMeaning] = {
    "approved": "neutral",
    "suspended": "adverse",
    "cancelled": "ended",
}
_LAYOUT = Layout(
    needed={
        **{one: one for one in ("Service Name", "Service Type", _STATUS)},
        "Town": "Service Address Town City",
        "Postcode": "Service Address Postcode",
    },
    wanted={
        **{one: one for one in ("Service Sub Type", "Local Authority", "Maximum Capacity")},
        **{f"Line {n}": f"Service Address Line {n}" for n in (1, 2, 3)},
    },
)


@watchlist(
    id=_ID,
    title="Care Inspectorate Wales list of registered services",
    publisher=_AUTHORITY,
    licence="OGL-3.0",
    topic="register",
    homepage="https://www.careinspectorate.wales/find-a-care-service",
    bring=(
        "The page has a search and no file. Care Inspectorate Wales sends its list of services as "
        "a spreadsheet on request: save it under a name that has CIW in it."
    ),
    feeds=(Feed(_FILE),),
    max_age=timedelta(days=100),
    expect=Expect(entries=(800, 10_000), filled={"names": 1.0, "addresses": 0.9}),
    optional=True,
    known_from="real file",
    known_since="2020-07",
    statuses={_STATUS: _STATUSES},
    powers=("safeguarding",),
    premises=True,
    tracks_removals=True,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """List services of care that Care Inspectorate Wales registers, as it sends them out.

    The only form seen is a list of care homes for adults, of July 2020: place, kind, standing,
    authority and capacity. It has no provider and no number, so that a supplier is found by the
    name of the home or by its place.

    It cannot show who runs a service, home care, services for children, conditions or
    enforcement. It cannot show ratings either, which Care Inspectorate Wales publishes on the page
    of each service since 2025: look the service up there.
    """
    path = find_single_file(files, _FILE)
    rows = read(path, _LAYOUT, files.drift) if path else iter(())
    return checked((_build_welsh_entry(row, files.drift) for row in rows), _AUTHORITY)


def _build_welsh_entry(row: Row, drift: Drift) -> ListEntry:
    if not usable(row["Service Name"]):
        raise row.error("Service Name", "is empty")
    meaning = status(_STATUSES, row[_STATUS], _STATUS, row.filename)
    lines = (row[one] for one in ("Line 1", "Line 2", "Line 3", "Town"))
    return build_care_entry(
        _ID,
        _AUTHORITY,
        RegisteredService(
            number="",
            nation="Wales",
            kinds=tuple(filter(None, (row.filled("Service Type"), row["Service Sub Type"]))),
            place=row["Service Name"],
            area=row["Local Authority"],
            capacity=read_places(row["Maximum Capacity"], "Maximum Capacity", drift),
            standing=row[_STATUS],
        ),
        addresses=build_address(*lines, postcode=row["Postcode"]),
        low=meaning == "adverse",
        ended=meaning == "ended",
    )
