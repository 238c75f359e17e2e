"""The Care Quality Commission's files: places of care, who runs them, how they are rated.

The forms are those of <https://www.cqc.org.uk/about-us/transparency/using-cqc-data>; the earlier
ones came by way of others, who had rearranged them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from urllib.parse import quote

from duediligence.watchlists._care import find_single_file, read_places
from duediligence.watchlists.toolkit.bodies import (
    build_address,
    company,
    kind_of,
    names_in,
    read_charity_number,
)
from duediligence.watchlists.toolkit.pages import locate_link
from duediligence.watchlists.toolkit.tables import Layout, Row, read
from duediligence.watchlists.toolkit.values import stated_day, status, usable

from duediligence.contracts import Drift, Feed, Files, StatusMeaning
from duediligence.model import Address, Identifier, Kind, Name, RegisteredService
from duediligence.text.postcodes import POSTCODE

AUTHORITY = "Care Quality Commission"
NATION = "England"
HOMEPAGE = "https://www.cqc.org.uk/about-us/transparency/using-cqc-data"
ACTIVE, DIRECTORY = "HSCA_Active_Locations.ods", "CQC_directory.csv"

OVERALL = "Location Latest Overall Rating"
DORMANT = "Dormant (Y/N)"
FLAGS: Mapping[str, StatusMeaning] = {"y": "neutral", "n": "neutral"}
# The Commission calls the two worst ones so itself:
# <https://www.cqc.org.uk/about-us/how-we-do-our-job/ratings>.
RATINGS: Mapping[str, StatusMeaning] = {
    "outstanding": "neutral",
    "good": "neutral",
    "requires improvement": "adverse",
    "inadequate": "adverse",
    "inspected but not rated": "neutral",
    "insufficient evidence to rate": "neutral",
    "not formally rated": "neutral",
    "no published rating": "neutral",
    "not rated": "neutral",
}
# An official value where several services are rated one by one, and no rating of the place.
NO_RATING = ("", "not rated", "no published rating", "not formally rated")


def build_cqc_feed(filename: str, *words: str) -> Feed:
    """Return the feed of a file that the Commission's page links to, under `/system/files/…` or
    another path, by a name that begins with a date and holds the words.
    """
    name = r"(?:[\s_+-]|%20)*".join(words)
    pattern = rf"{name}[^/?#]*\.(?:ods|xlsx)(?:[?#]|$)"
    return Feed(filename, url=HOMEPAGE, locate=locate_link(pattern), robots=True)


ACTIVE_FEED = build_cqc_feed(ACTIVE, "HSCA", "Active", "Locations")
BROUGHT_ACTIVE = Feed(f"*{ACTIVE}")
# What a person may put beside it: names that a place is also known by, and the newest places.
DIRECTORY_FEED = Feed(DIRECTORY, optional=True)
BROUGHT_DIRECTORY = Feed(f"*{DIRECTORY}", optional=True)
# The active locations as others rearranged them, without addresses, came as CSV.
EARLIER = (Feed("*HSCA_Active_Locations.csv"), Feed(f"*{DIRECTORY}"))


def day(row: Row, column: str, drift: Drift) -> date | None:
    """Return the day, which with a clock beside it is in American order: 1/2/2025 is 2 January."""
    text = row.cells.get(column, "")
    found = _AMERICAN.fullmatch(text)
    if not found:
        return row.day(column, drift) if text else None
    try:
        return date(int(found[3]), int(found[1]), int(found[2]))
    except ValueError:
        drift.unmapped(column, text)
        return None


def rating_of(row: Row, column: str) -> str:
    """Return the rating in one spelling: `Requires Improvement` is `Requires improvement`; "" for
    none.

    Raises UnreadableFile for a word that is no rating of the Commission.
    """
    text = row.cells.get(column, "")
    if text:
        status(RATINGS, text, column, row.filename)
    return "" if text.casefold() in NO_RATING else text.capitalize()


def is_poor(rating: str) -> bool:
    """Return whether the scheme itself calls the rating poor."""
    return RATINGS.get(rating.casefold()) == "adverse"


def has_inherited_rating(row: Row) -> bool:
    """Return whether a rating is that of the place under the provider before."""
    return row.cells.get("Inherited", "").upper() == "Y"


def read_provider_numbers(row: Row, drift: Drift) -> tuple[Identifier, ...]:
    """Return the company's number and the charity's, of the provider."""
    return (
        *company(row.cells.get("Company", ""), "Provider Companies House Number", drift),
        *read_charity_number(row.cells.get("Charity", ""), "Provider Charity Number", drift),
    )


def place_of(row: Row) -> tuple[Address, ...]:
    """Return the address of the location, out of the columns that are there."""
    lines = (row.cells.get(one, "") for one in ("Street", "Line 2", "City", "County"))
    return build_address(*lines, postcode=row.cells.get("Postcode", ""))


def page_of(place: str, of: str = "location") -> str:
    """Return the publisher's page of a location, or of a provider."""
    return f"https://www.cqc.org.uk/{of}/{quote(place, safe='')}"


_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}) 12:00:00 AM", re.ASCII)
DOMAINS = ("safe", "effective", "caring", "responsive", "well-led")

# The active locations, as published and as rearranged by others.

_PROVIDED = {
    "Location Name": "Location Name",
    "Location ID": "Location ID",
    "Location HSCA start date": "Location HSCA start date",
    "Provider Name": "Provider Name",
    "Provider ID": "Provider ID",
    "Provider Ownership Type": "Provider Ownership Type",
    "Company": "Provider Companies House Number",
}
ADDRESS = {
    "Street": "Location Street Address",
    "City": "Location City",
    "Postcode": "Location Postal Code | Location Post Code",
}
_PLACE_FACTS = {
    "Area": "Location Local Authority",
    "Beds": "Care homes beds",
    "Publication Date": "Publication Date",
}
# Of the location and of its provider alike; none of it tells parties apart.
AREAS = """
    ODS Code | Type/Sector | Inspection Directorate | Primary Inspection Category | Region |
    NHS Region | Local Authority | ONSPD CCG Code | ONSPD CCG | Commissioning CCG Code |
    Commissioning CCG | Commissioning CCG Name | PAF ID | UPRN ID | Latitude | Longitude |
    Parliamentary Constituency | Web Address | Telephone Number
"""
_ACTIVE_LAYOUT = Layout(
    needed=_PROVIDED | ADDRESS,
    wanted={
        DORMANT: DORMANT,
        **_PLACE_FACTS,
        "Line 2": "Location Address Line 2",
        "County": "Location County",
        "Charity": "Provider Charity Number",
        "Brand Name": "Brand Name",
    },
    extra={OVERALL: OVERALL},
    ticked={
        "services": "Service type - ",
        "activities": "Regulated activity - ",
        "users": "Service user band - ",
    },
    passed_over=(
        *(f"{of} {one.strip()}" for of in ("Location", "Provider") for one in AREAS.split("|")),
        "Care home?",
        # The latest ratings have it.
        "Inherited Rating (Y/N)",
        "Brand ID",
        "Location Dual Registered",
        "Primary ID (Dual registration locations)",
        "Provider HSCA start date",
        "Provider Street Address",
        "Provider Address Line 2",
        "Provider City",
        "Provider County",
        "Provider Postal Code",
        # People who are not listed.
        "Registered manager",
        "Provider Nominated Individual Name",
        "Provider Main Partner Name",
    ),
)
_EARLIER_ACTIVE_LAYOUT = Layout(
    needed={**_PROVIDED, OVERALL: OVERALL},
    wanted={
        "services": "Service Types",
        "Location HSCA end date": "Location HSCA end date",
        DORMANT: "Dormant",
        **_PLACE_FACTS,
        **{one: f"Location {one} rating" for one in DOMAINS},
    },
    passed_over=(
        "Comments within last month / comments last recorded",
        "Location UPRN",
        "Location Web Address",
        "Location telephone number",
        "Registered manager",
        "Location ADASS Region",
        "Primary inspection category",
        "Service users supported",
        "Size of care home (bands by number of beds)",
        "Location length of service (bands by number of years)",
        "Provider HSCA start date",
        "Provider length of service (bands by number of years)",
    ),
    prefixes=("Provider characteristic", "Brand"),
)
_OWNERSHIPS = ("Organisation", "Individual", "Partnership", "NHS Body")
_BODIES = ("Organisation", "NHS Body")


@dataclass(frozen=True, slots=True)
class Active:
    """An active location. `domains` are the ratings of its parts, `state` is dormant or active."""

    id: str
    name: str
    provider_id: str
    provider: str
    ownership: str
    numbers: tuple[Identifier, ...]
    addresses: tuple[Address, ...]
    services: str
    activities: str
    users: str
    brand: str
    since: date | None
    until: date | None
    state: str
    service: RegisteredService
    row: Row

    @property
    def kind(self) -> Kind:
        """Return what the provider is: an individual and a partnership are of unknown kind."""
        if self.ownership in _BODIES:
            return "organisation"
        return kind_of(self.provider, numbered=bool(self.numbers))


def active_locations(path: Path, drift: Drift) -> Iterator[Active]:
    """Yield each active location, from the ODS, XLSX or CSV form of the file. Raises
    UnreadableFile.
    """
    seen: set[str] = set()
    for row in read(path, (_ACTIVE_LAYOUT, _EARLIER_ACTIVE_LAYOUT), drift):
        for column in ("Location Name", "Provider Name"):
            if not usable(row[column]):
                raise row.error(column, "is empty")
        if row["Provider Ownership Type"] not in _OWNERSHIPS:
            drift.unmapped("Provider Ownership Type", row["Provider Ownership Type"])
        location = row.filled("Location ID")
        if location in seen:
            drift.left_out("second row of one location", location)
            continue
        seen.add(location)
        brand = row.cells.get("Brand Name", "")
        service = _read_active_service(row, drift)
        yield Active(
            id=location,
            name=row["Location Name"],
            provider_id=row.filled("Provider ID"),
            provider=row["Provider Name"],
            ownership=row["Provider Ownership Type"],
            numbers=read_provider_numbers(row, drift),
            addresses=place_of(row),
            services=row["services"],
            activities=row.cells.get("activities", ""),
            users=row.cells.get("users", ""),
            brand=brand if usable(brand) else "",
            since=service.registered_on,
            until=day(row, "Location HSCA end date", drift),
            state=service.standing,
            service=service,
            row=row,
        )


def _read_active_service(row: Row, drift: Drift) -> RegisteredService:
    """Return the registration, with the latest overall rating of the place where it has one.

    In an earlier form the day of publication is the start date over again: it dates no rating.
    """
    since, published = (
        day(row, one, drift) for one in ("Location HSCA start date", "Publication Date")
    )
    rating = row.cells.get(OVERALL, "")
    if rating and rating.casefold() not in RATINGS:
        drift.unmapped(OVERALL, rating)
    rated = bool(rating) and rating.casefold() not in NO_RATING
    return RegisteredService(
        number=row["Location ID"],
        nation=NATION,
        kinds=tuple(filter(None, row["services"].split("; "))),
        place=row["Location Name"],
        owner=row["Provider Name"],
        owner_number=row["Provider ID"],
        area=row["Area"],
        capacity=read_places(row["Beds"], "Care homes beds", drift),
        standing=_read_dormancy(row),
        registered_on=since,
        grade=rating.capitalize() if rated else "",
        graded_on=published if rated and published != since else None,
    )


def _read_dormancy(row: Row) -> str:
    text = row[DORMANT]
    if text:
        status(FLAGS, text, DORMANT, row.filename)
    return {"Y": "dormant", "N": "active"}.get(text.upper(), "")


# The care directory: places of care and, in its earlier form, providers without one.
#
# A row of a provider has no location id; its `Service types` is then the kind of provider and its
# `Specialisms/services` are the activities it is registered for.

_LISTED = {
    "Name": "Name",
    "Postcode": "Postcode",
    # Between 2017 and 2020 the headings lacked the closing bracket.
    "CQC Provider ID": "CQC Provider ID (for office use only)",
    "CQC Location ID": "CQC Location ID (for office use only)",
    "Provider name": "Provider name",
}
_DESCRIBED = {
    "Also known as": "Also known as",
    "Specialisms/services": "Specialisms/services",
    "Service types": "Service types",
}
_AREA = ("Phone number", "Local authority", "Region")
_DIRECTORY_LAYOUT = Layout(
    needed={**_LISTED, "Address": "Address"},
    wanted={**_DESCRIBED, "Date of latest check": "Date of latest check"},
    passed_over=(*_AREA, "Service's website (if available)", "Location URL"),
)
_EARLIER_DIRECTORY_LAYOUT = Layout(
    needed={**_LISTED, "Address 1": "Address 1", "Town/City": "Town/City"},
    wanted={
        **_DESCRIBED,
        "Address 2": "Address 2",
        "County": "County",
        "Report publication date": "Report publication date",
    },
    passed_over=(*_AREA, "Website", "URL"),
)
# What is at times in the column of other names and is none.
_BEFORE = re.compile(r"(?:previously|formerly)(?: known as)?[\s:]+", re.IGNORECASE)
_CHECKED = re.compile(r"^(\d{1,2})/([A-Za-z]{3})/(\d{4})(?: - \d\d:\d\d)?$", re.ASCII)


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


def read_care_directory(path: Path, drift: Drift) -> dict[str, CareLocation]:
    """Return every place of the directory by its id, in the file's order. Raises UnreadableFile.

    The publisher repeats a location whose services differ: the first row counts, with the other
    names of all.
    """
    found: dict[str, CareLocation] = {}
    for row in read(path, (_DIRECTORY_LAYOUT, _EARLIER_DIRECTORY_LAYOUT), drift):
        place = _build_care_location(row, drift)
        first = found.setdefault(place.id, place)
        if first is not place:
            others = dict.fromkeys((*first.others, place.name, *place.others))
            found[place.id] = replace(first, others=tuple(others))
    return found


def _build_care_location(row: Row, drift: Drift) -> CareLocation:
    location, provider = row["CQC Location ID"], row.filled("CQC Provider ID")
    for column in ("Name", "Provider name"):
        if not usable(row[column]):
            raise row.error(column, "is empty")
    kind = row["Service types"]
    if not location and kind not in _OWNERSHIPS:
        drift.unmapped("Service types of a provider", kind)
    return CareLocation(
        id=location or provider,
        provider_id=provider,
        name=row["Name"],
        provider=row["Provider name"],
        others=_read_care_aliases(row, drift),
        services=_format_services(row, kind if location else row["Specialisms/services"]),
        ownership="" if location else kind,
        addresses=_read_care_address(row),
        reported=_read_last_report_day(row, drift),
        url=page_of(location) if location else page_of(provider, "provider"),
    )


def _read_care_address(row: Row) -> tuple[Address, ...]:
    if "Address" in row.cells:
        # In one cell, with no blank after its commas.
        return build_address(*row["Address"].split(","), postcode=row["Postcode"])
    lines = (row[one] for one in ("Address 1", "Address 2", "Town/City", "County"))
    return build_address(*lines, postcode=row["Postcode"])


def _read_care_aliases(row: Row, drift: Drift) -> tuple[str, ...]:
    text = row["Also known as"]
    if not usable(text):
        return ()
    if "://" in text or POSTCODE.search(text):
        drift.unmapped("Also known as", text)
        return ()
    return (_BEFORE.sub("", text, count=1),)


def _format_services(row: Row, text: str) -> str:
    """Return the services, each once: `Doctors/GPs|Doctors/GPs` is one."""
    parts = text.split("|" if "Address" in row.cells else ",")
    return ", ".join(dict.fromkeys(one.strip() for one in parts if one.strip()))


def _read_last_report_day(row: Row, drift: Drift) -> date | None:
    """Return the day of the latest check, or of the latest report in the earlier form."""
    if text := row.cells.get("Report publication date", ""):
        return _day_published(text, drift)
    text = row.cells.get("Date of latest check", "")
    # `09/Jan/2018 - 00:00`: the hour is always midnight.
    return stated_day(_CHECKED.sub(r"\1-\2-\3", text), "Date of latest check", drift)


def _day_published(text: str, drift: Drift) -> date | None:
    """Return the day in the UK: in summer the file has 23:00 of the day before, in UTC."""
    from zoneinfo import ZoneInfo  # imported lazily: it is slow to import

    try:
        moment = datetime.fromisoformat(text)
        return (moment.astimezone(ZoneInfo("Europe/London")) if moment.tzinfo else moment).date()
    except (ValueError, OverflowError):
        drift.unmapped("Report publication date", text)
        return None


# Both together: the active locations, and what the directory adds.


@dataclass(frozen=True, slots=True)
class Location:
    """A location, or a provider without one, out of either file or both."""

    id: str
    names: tuple[Name, ...]
    kind: Kind
    numbers: tuple[Identifier, ...]
    services: str
    addresses: tuple[Address, ...]
    url: str
    place: CareLocation | None
    active: Active | None

    @property
    def service(self) -> RegisteredService | None:
        """Return the registration, which the directory describes in fewer words."""
        return self.active.service if self.active else build_directory_service(self.place)


def build_directory_service(
    place: CareLocation | None, standing: str = ""
) -> RegisteredService | None:
    """Return the registration of a place of the care directory; None for none."""
    if not place:
        return None
    return RegisteredService(
        number=place.id,
        nation=NATION,
        kinds=tuple(filter(None, place.services.split(", "))),
        place=place.name,
        owner=place.provider,
        owner_number=place.provider_id,
        standing=standing,
    )


def list_cqc_locations(files: Files) -> Iterator[Location]:
    """Yield every active location, then those of the directory alone. Raises UnreadableFile."""
    listed = find_single_file(files, f"*{DIRECTORY}")
    directory = read_care_directory(listed, files.drift) if listed else {}
    held: dict[str, tuple[Identifier, ...]] = {}
    if path := find_single_file(files, "*HSCA_Active_Locations.*"):
        for one in active_locations(path, files.drift):
            if one.numbers and directory:
                held[one.provider_id] = one.numbers
            place = directory.pop(one.id, None)
            yield Location(
                id=one.id,
                names=names_in(
                    one.provider,
                    *((place.name, *place.others) if place else ()),
                    one.name,
                ),
                kind=one.kind,
                numbers=one.numbers,
                services=one.services or (place.services if place else ""),
                addresses=one.addresses or (place.addresses if place else ()),
                url=page_of(one.id),
                place=place,
                active=one,
            )
    for place in directory.values():
        of_provider = held.get(place.provider_id, ())
        known = place.ownership in _BODIES
        yield Location(
            id=place.id,
            names=names_in(place.provider, place.name, *place.others),
            kind="organisation" if known else kind_of(place.provider, numbered=bool(of_provider)),
            numbers=of_provider,
            services=place.services,
            addresses=place.addresses,
            url=place.url,
            place=place,
            active=None,
        )


# The latest ratings: a row for each place or provider, service and domain.

LATEST = "Latest_ratings.ods"
_RATED = {
    "Group": "Service / Population Group",
    "Domain": "Domain | Key Question",
    "Latest Rating": "Latest Rating",
    "Publication Date": "Publication Date",
    "Provider ID": "Provider ID",
    "Provider Name": "Provider Name",
}
_NOT_RATED = ("Report Type", "Brand ID", "Brand Name")
_LATEST_LAYOUT = Layout(
    needed={
        "Location ID": "Location ID",
        "Location Name": "Location Name",
        **ADDRESS,
        **_RATED,
    },
    wanted={
        "Line 2": "Location Address Line 2",
        "Category": "Location Primary Inspection Category",
        "Area": "Location Local Authority",
        "Inherited": "Inherited Rating (Y/N)",
        "URL": "URL",
    },
    passed_over=(
        *(f"Location {one.strip()}" for one in AREAS.split("|")),
        "Location Type",
        "Care Home?",
        *_NOT_RATED,
    ),
)
_PROVIDERS_LAYOUT = Layout(
    needed=_RATED,
    wanted={
        "Street": "Provider Street Address",
        "City": "Provider City",
        "Postcode": "Provider Post Code | Provider Postal Code",
        "Line 2": "Provider Address Line 2",
        "Category": "Provider Primary Inspection Category",
        "Area": "Provider Local Authority",
        "URL": "URL",
    },
    extra={"Inherited": "Inherited Rating (Y/N)"},
    passed_over=(
        *(f"Provider {one.strip()}" for one in AREAS.split("|")),
        "Provider Type",
        *_NOT_RATED,
    ),
)
# From the worst to the best; other words of the Commission say that there is no grade.
_WORST_FIRST = ("inadequate", "requires improvement", "good", "outstanding")


@dataclass(slots=True)
class Rated:
    """A place, or a whole provider, with its ratings: of each domain and `overall`, and of single
    services, each with the day it was published.
    """

    id: str
    name: str
    provider_id: str
    provider: str
    addresses: tuple[Address, ...]
    category: str
    area: str
    url: str
    inherited: bool = False
    ratings: dict[str, tuple[date, str]] = field(default_factory=dict)
    services: dict[str, tuple[date, str]] = field(default_factory=dict)

    @property
    def overall(self) -> str:
        """Return the overall rating, "" where there is none."""
        return self.ratings.get("overall", (None, ""))[1]

    @property
    def rated_services(self) -> dict[str, str]:
        """Return the ratings of single services by their names, the worst first."""
        rated = {name: rating for name, (_, rating) in self.services.items() if rating}
        return dict(sorted(rated.items(), key=lambda one: (rank_rating(one[1]), one[0])))


def rank_rating(rating: str) -> int:
    """Return the place of a rating from the worst on; words that give no grade come last."""
    word = rating.casefold()
    return _WORST_FIRST.index(word) if word in _WORST_FIRST else len(_WORST_FIRST)


def latest_ratings(path: Path, drift: Drift) -> Iterator[Rated]:
    """Yield each place and provider that is rated, as a whole or by its services. Raises
    UnreadableFile, for an unknown rating too.

    Where two ratings are there for one domain or service of a place, the one published last counts.
    """
    found: dict[str, Rated] = {}
    # The sheet of providers has as many columns of the one as of the other: the first counts.
    layouts = (_PROVIDERS_LAYOUT, _LATEST_LAYOUT)
    has_providers = False
    for row in read(path, layouts, drift, every_sheet=True):
        of_place = "Location ID" in row.cells
        has_providers |= not of_place
        for column in ("Location Name", "Provider Name") if of_place else ("Provider Name",):
            if not usable(row[column]):
                raise row.error(column, "is empty")
        key = row.filled("Location ID" if of_place else "Provider ID")
        one = found.get(key) or _build_rated(row, key)
        found[key] = one
        domain = row["Domain"].casefold().replace("well led", "well-led")
        if domain not in ("overall", *DOMAINS):
            drift.unmapped("Domain", row["Domain"])
            continue
        whole = row["Group"].casefold() == "overall"
        if not whole and domain != "overall":
            continue
        ratings, part = (one.ratings, domain) if whole else (one.services, row["Group"])
        published = day(row, "Publication Date", drift) or date.min
        if part not in ratings or ratings[part][0] < published:
            ratings[part] = (published, rating_of(row, "Latest Rating"))
            if part == "overall":
                one.inherited = has_inherited_rating(row)
    if not has_providers:
        drift.unmapped("sheet", "no ratings of providers")
    without = sum("overall" not in one.ratings and not one.services for one in found.values())
    if without:
        drift.left_out("place of which only single domains are rated", count=without)
    for key in list(found):
        one = found.pop(key)
        if one.overall or one.rated_services:
            yield one


def _build_rated(row: Row, key: str) -> Rated:
    url, of_place = row["URL"], "Location ID" in row.cells
    return Rated(
        id=key,
        name=row["Location Name" if of_place else "Provider Name"],
        provider_id=row["Provider ID"],
        provider=row["Provider Name"],
        addresses=place_of(row),
        category=row["Category"],
        area=row["Area"],
        url=url
        if url.startswith("https://www.cqc.org.uk/")
        else page_of(key, "location" if of_place else "provider"),
    )
