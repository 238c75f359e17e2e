"""The active locations: who runs each, under which company number, and how it is rated."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from duediligence.watchlists._readers.fields.bodies import company
from duediligence.watchlists._readers.fields.names import usable
from duediligence.watchlists._readers.fields.tables import Layout, Row, read

from duediligence.contracts import Drift
from duediligence.model import Identifier

DOMAINS = ("safe", "effective", "caring", "responsive", "well-led")
_OVERALL = "Location Latest Overall Rating"
_LAYOUT = Layout(
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
    for row in read(path, _LAYOUT, drift):
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
