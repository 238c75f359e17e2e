"""Services of health and social care that are registered in Northern Ireland."""

from collections.abc import Iterator
from datetime import timedelta

from duediligence.watchlists._care import build_care_entry, find_single_file, read_places
from duediligence.watchlists.toolkit.bodies import build_address
from duediligence.watchlists.toolkit.entries import checked, distinct
from duediligence.watchlists.toolkit.tables import Layout, Row, read
from duediligence.watchlists.toolkit.values import usable

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.model import ListEntry, RegisteredService

_ID = "rqia"
_AUTHORITY = "Regulation and Quality Improvement Authority"
_FILE = "*RQIA*.xlsx"
_NEEDED = "ServiceName AddressLine1 Town Postcode Category ProviderName"
_LAYOUT = Layout(
    needed={one: one for one in _NEEDED.split()},
    wanted={
        "AddressLine2": "AddressLine2",
        "Places": "Max Approved Places",
        "Categories of Care": "Categories of Care",
        "Conditions": "Conditions(AsOnCertificate)",
    },
    # People who are not listed, and ways to reach them.
    prefixes=("Manager", "Registered Manager", "Telephone", "Phone", "Email"),
)


@watchlist(
    id=_ID,
    title="RQIA register of care services in Northern Ireland",
    publisher=_AUTHORITY,
    licence="OGL-3.0",
    topic="register",
    homepage="https://www.rqia.org.uk/register/",
    bring="Download the register as a spreadsheet, and save it under a name that has RQIA in it.",
    feeds=(Feed(_FILE),),
    max_age=timedelta(days=100),
    expect=Expect(entries=(1_000, 5_000), filled={"names": 1.0, "addresses": 0.9}),
    optional=True,
    known_from="real file",
    known_since="2025-12",
    powers=("safeguarding",),
    premises=True,
    tracks_removals=True,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """List the services that the Regulation and Quality Improvement Authority registers in
    Northern Ireland: nursing and residential homes, care at home, day care, children's homes,
    adult placement, clinics and dentists.

    It says who runs the service, for how many, for which categories of care (`NH-LD`: a nursing
    home for people with a learning disability) and under which conditions. A service that leaves
    the register is kept for three years and shown as ended.

    It cannot show grades: Northern Ireland gives none. Enforcement (notices of failure to comply,
    conditions, notices of proposal) is on another page of the Authority: look there. The register
    has no numbers of companies: a provider is found by name and place. It may be one person, and
    is then of unknown kind here. Managers and telephones are not kept.
    """
    path = find_single_file(files, _FILE)
    rows = read(path, _LAYOUT, files.drift) if path else iter(())
    return checked((_build_northern_entry(row, files.drift) for row in rows), "RQIA register")


def _build_northern_entry(row: Row, drift: Drift) -> ListEntry:
    for column in ("ServiceName", "ProviderName"):
        if not usable(row[column]):
            raise row.error(column, "is empty")
    lines = (row[one] for one in ("AddressLine1", "AddressLine2", "Town"))
    categories = row["Categories of Care"]
    return build_care_entry(
        _ID,
        _AUTHORITY,
        RegisteredService(
            number="",
            nation="Northern Ireland",
            kinds=(row.filled("Category"),),
            place=row["ServiceName"],
            owner=row["ProviderName"],
            capacity=read_places(row["Places"], "Max Approved Places", drift),
            conditions=distinct([row["Conditions"]]),
        ),
        addresses=build_address(*lines, postcode=row["Postcode"]),
        outcome=f"categories of care: {categories}" if categories else "",
    )
