"""The active locations: who runs each, under which company number, and how it is rated."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from urllib.parse import quote

from duediligence.watchlists.toolkit.bodies import address, company, kind_of, names_in
from duediligence.watchlists.toolkit.pages import linked
from duediligence.watchlists.toolkit.tables import Layout, Row, read
from duediligence.watchlists.toolkit.values import usable

from duediligence.contracts import Drift, Feed, Files
from duediligence.model import Address, Identifier, Kind, Name
from duediligence.text.postcodes import POSTCODE

DOMAINS = ("safe", "effective", "caring", "responsive", "well-led")
_OVERALL = "Location Latest Overall Rating"
_ACTIVE_LAYOUT = Layout(
    needed={
        name: name
        for name in (
            "Location Name",
            "Location ID",
            "Location HSCA start date",
            _OVERALL,
            "Provider Name",
            "Provider ID",
            "Provider Ownership Type",
            "Provider Companies House Number",
        )
    },
    wanted={
        name: name
        for name in (
            "Service Types",
            "Location HSCA end date",
            "Dormant",
            *(f"Location {domain} rating" for domain in DOMAINS),
        )
    },
    passed_over=(
        "Comments within last month / comments last recorded",
        "Location UPRN",
        "Location Web Address",
        "Location telephone number",
        "Registered manager",
        "Location Local Authority",
        "Location ADASS Region",
        "Primary inspection category",
        "Care homes beds",
        # The start date over again, in another form: it does not date the rating.
        "Publication Date",
        "Service users supported",
        "Size of care home (bands by number of beds)",
        "Location length of service (bands by number of years)",
        "Provider HSCA start date",
        "Provider length of service (bands by number of years)",
    ),
    prefixes=("Provider characteristic", "Brand"),
)
_RATINGS = (
    "outstanding",
    "good",
    "requires improvement",
    "inadequate",
    "inspected but not rated",
    "no published rating",
)
_POOR = ("requires improvement", "inadequate")
_OWNERSHIPS = ("Organisation", "Individual", "Partnership", "NHS Body")
_FLAGS = {"Y": "dormant", "N": "active", "": ""}
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}) 12:00:00 AM", re.ASCII)


@dataclass(frozen=True, slots=True)
class Active:
    """An active location. `domains` are the ratings of its parts, `state` is dormant or active."""

    id: str
    name: str
    provider_id: str
    provider: str
    ownership: str
    number: tuple[Identifier, ...]
    services: str
    since: date | None
    until: date | None
    state: str
    rating: str
    domains: Mapping[str, str]

    @property
    def poor(self) -> bool:
        """Whether the scheme itself calls the rating poor."""
        return self.rating.casefold() in _POOR


def active_locations(path: Path, drift: Drift) -> Iterator[Active]:
    """Each active location, from the ODS, XLSX or CSV form of the file. Raises UnreadableFile."""
    for row in read(path, _ACTIVE_LAYOUT, drift):
        for column in ("Location Name", "Provider Name"):
            if not usable(row[column]):
                raise row.error(column, "is empty")
        _known(row, "Provider Ownership Type", _OWNERSHIPS, drift)
        if row["Dormant"] not in _FLAGS:
            drift.unmapped("Dormant", row["Dormant"])
        domains = {one: _rating(row, f"Location {one} rating", drift) for one in DOMAINS}
        yield Active(
            id=row.filled("Location ID"),
            name=row["Location Name"],
            provider_id=row.filled("Provider ID"),
            provider=row["Provider Name"],
            ownership=row["Provider Ownership Type"],
            number=company(
                row["Provider Companies House Number"], "Provider Companies House Number", drift
            ),
            services=row["Service Types"],
            since=_day(row, "Location HSCA start date", drift),
            until=_day(row, "Location HSCA end date", drift),
            state=_FLAGS.get(row["Dormant"], ""),
            rating=_rating(row, _OVERALL, drift),
            domains={one: rating for one, rating in domains.items() if rating},
        )


def _rating(row: Row, column: str, drift: Drift) -> str:
    """The rating in one spelling: `Requires Improvement` is `Requires improvement`."""
    text = row[column].capitalize()
    if text and text.casefold() not in _RATINGS:
        drift.unmapped(column, text)
    return text


def _known(row: Row, column: str, values: tuple[str, ...], drift: Drift) -> None:
    if row[column] not in values:
        drift.unmapped(column, row[column])


def _day(row: Row, column: str, drift: Drift) -> date | None:
    """The day, which with a clock beside it stands in American order: 1/2/2025 is 2 January."""
    if found := _AMERICAN.fullmatch(row[column]):
        try:
            return date(int(found[3]), int(found[1]), int(found[2]))
        except ValueError:
            drift.unmapped(column, row[column])
            return None
    return row.day(column, drift)


# The care directory: places of care, and providers without one, with their addresses.
#
# A row of a provider has no location id; its `Service types` is then the kind of provider and its
# `Specialisms/services` are the activities it is registered for.

_DIRECTORY_LAYOUT = Layout(
    needed={
        "Name": "Name",
        "Address 1": "Address 1",
        "Town/City": "Town/City",
        "Postcode": "Postcode",
        "CQC Provider ID": "CQC Provider ID (for office use only)",
        "CQC Location ID": "CQC Location ID (for office use only)",
        "Provider name": "Provider name",
    },
    wanted={
        "Address 2": "Address 2",
        "County": "County",
        "Report publication date": "Report publication date",
        "Also known as": "Also known as",
        "Specialisms/services": "Specialisms/services",
        "Service types": "Service types",
    },
    passed_over=("Phone number", "Website", "Local authority", "Region", "URL"),
)
# What stands at times in the column of other names and is none.
_BEFORE = re.compile(r"(?:previously|formerly)(?: known as)?[\s:]+", re.IGNORECASE)
_KINDS = ("Organisation", "Partnership", "Individual", "NHS Body")


@dataclass(frozen=True, slots=True)
class CareLocation:
    """A location of care, or a provider that has none (`ownership` is then its kind)."""

    id: str
    provider_id: str
    name: str
    provider: str
    others: tuple[str, ...]
    services: str
    ownership: str
    addresses: tuple[Address, ...]
    reported: date | None
    url: str


def places(path: Path, drift: Drift) -> dict[str, CareLocation]:
    """Every place by its id, in the file's order. Raises UnreadableFile.

    The publisher repeats a location whose services differ: the first row stands, with the other
    names of all.
    """
    found: dict[str, CareLocation] = {}
    for place in _places(path, drift):
        first = found.setdefault(place.id, place)
        if first is not place:
            others = dict.fromkeys((*first.others, place.name, *place.others))
            found[place.id] = replace(first, others=tuple(others))
    return found


def _places(path: Path, drift: Drift) -> Iterator[CareLocation]:
    for row in read(path, _DIRECTORY_LAYOUT, drift):
        location, provider = row["CQC Location ID"], row.filled("CQC Provider ID")
        for column in ("Name", "Provider name"):
            if not usable(row[column]):
                raise row.error(column, "is empty")
        kind = row["Service types"]
        if not location and kind not in _KINDS:
            drift.unmapped("Service types of a provider", kind)
        yield CareLocation(
            id=location or provider,
            provider_id=provider,
            name=row["Name"],
            provider=row["Provider name"],
            others=_others(row, drift),
            services=_distinct(kind if location else row["Specialisms/services"]),
            ownership="" if location else kind,
            addresses=address(
                row["Address 1"],
                row["Address 2"],
                row["Town/City"],
                row["County"],
                postcode=row["Postcode"],
            ),
            reported=_day_published(row["Report publication date"], drift),
            url=page_of(location) if location else page_of(provider, "provider"),
        )


def page_of(place: str, of: str = "location") -> str:
    """The publisher's page of a location, or of a provider."""
    return f"https://www.cqc.org.uk/{of}/{quote(place, safe='')}"


def _others(row: Row, drift: Drift) -> tuple[str, ...]:
    text = row["Also known as"]
    if not usable(text):
        return ()
    if "://" in text or POSTCODE.search(text):
        drift.unmapped("Also known as", text)
        return ()
    return (_BEFORE.sub("", text, count=1),)


def _distinct(services: str) -> str:
    """`Doctors/GPs,Doctors/GPs` says one thing."""
    return ", ".join(dict.fromkeys(one.strip() for one in services.split(",") if one.strip()))


def _day_published(text: str, drift: Drift) -> date | None:
    """The day in the UK: in summer the file has 23:00 of the day before, in UTC."""
    if not text:
        return None
    from zoneinfo import ZoneInfo  # imported lazily: it is slow to import

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        drift.unmapped("Report publication date", text)
        return None
    return (moment.astimezone(ZoneInfo("Europe/London")) if moment.tzinfo else moment).date()


# Both files together: places with addresses, and who runs them under which number.

AUTHORITY = "Care Quality Commission"
HOMEPAGE = "https://www.cqc.org.uk/about-us/transparency/using-cqc-data"
_DIRECTORY, _ACTIVE = "CQC_directory.csv", "HSCA_Active_Locations.ods"
FEEDS = (
    Feed(_DIRECTORY, url=HOMEPAGE, locate=linked(r"CQC_directory\.csv$"), robots=True),
    Feed(
        _ACTIVE,
        url=HOMEPAGE,
        locate=linked(r"HSCA_Active_Locations\.(ods|xlsx|csv)$"),
        robots=True,
    ),
)
# As the publisher names them, with a date before.
BROUGHT = (Feed(f"*{_DIRECTORY}"), Feed("*HSCA_Active_Locations.*"))
_BODIES = ("Organisation", "NHS Body")


@dataclass(frozen=True, slots=True)
class Location:
    """A location, or a provider without one, out of either file or both."""

    id: str
    names: tuple[Name, ...]
    kind: Kind
    number: tuple[Identifier, ...]
    services: str
    addresses: tuple[Address, ...]
    url: str
    place: CareLocation | None
    active: Active | None


def locations(files: Files) -> Iterator[Location]:
    """Every location of the two files, those with an address first. Raises UnreadableFile."""
    directory: dict[str, CareLocation] = {}
    active: dict[str, Active] = {}
    for path in files.matching(f"*{_DIRECTORY}"):
        directory |= places(path, files.drift)
    for path in files.matching("*HSCA_Active_Locations.*"):
        if not path.name.endswith(".located-from"):
            active |= {one.id: one for one in active_locations(path, files.drift)}
    numbers = {one.provider_id: one.number for one in active.values() if one.number}
    for place in directory.values():
        yield _location(place, active.get(place.id), numbers.get(place.provider_id, ()))
    for one in active.values():
        if one.id not in directory:
            yield _location(None, one, numbers.get(one.provider_id, ()))


def _location(
    place: CareLocation | None, active: Active | None, number: tuple[Identifier, ...]
) -> Location:
    one = place or active
    assert one
    provider = one.provider
    ownership = active.ownership if active else place.ownership if place else ""
    others = (active.name,) if active else ()
    return Location(
        id=one.id,
        names=names_in(provider, one.name, *(place.others if place else ()), *others),
        kind="organisation" if ownership in _BODIES else kind_of(provider, numbered=bool(number)),
        number=number,
        services=one.services,
        addresses=place.addresses if place else (),
        url=place.url if place else page_of(one.id),
        place=place,
        active=active,
    )
