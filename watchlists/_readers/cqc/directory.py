"""The care directory: places of care, and providers without one, with their addresses.

A row of a provider has no location id; its `Service types` is then the kind of provider and its
`Specialisms/services` are the activities it is registered for.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from duediligence.watchlists._readers.fields.bodies import address
from duediligence.watchlists._readers.fields.names import usable
from duediligence.watchlists._readers.fields.tables import Layout, Row, read

from duediligence.contracts import Drift
from duediligence.model import Address
from duediligence.text.postcodes import POSTCODE

_LAYOUT = Layout(
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
_BEFORE = re.compile(r"(?:previously|formerly)(?: known as)?[\s:]+", re.IGNORECASE)
_KINDS = ("Organisation", "Partnership", "Individual", "NHS Body")


@dataclass(frozen=True, slots=True)
class Place:
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


def places(path: Path, drift: Drift) -> dict[str, Place]:
    """Every place by its id, in the file's order. Raises UnreadableFile.

    The publisher repeats a location whose services differ: the first row stands, with the other
    names of all.
    """
    found: dict[str, Place] = {}
    for place in _places(path, drift):
        first = found.setdefault(place.id, place)
        if first is not place:
            others = dict.fromkeys((*first.others, place.name, *place.others))
            found[place.id] = replace(first, others=tuple(others))
    return found


def _places(path: Path, drift: Drift) -> Iterator[Place]:
    for row in read(path, _LAYOUT, drift):
        location, provider = row["CQC Location ID"], row.filled("CQC Provider ID")
        for column in ("Name", "Provider name"):
            if not usable(row[column]):
                raise row.error(column, "is empty")
        kind = row["Service types"]
        if not location and kind not in _KINDS:
            drift.unmapped("Service types of a provider", kind)
        yield Place(
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
            reported=_day(row["Report publication date"], drift),
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


def _day(text: str, drift: Drift) -> date | None:
    """The day in the UK: in summer the file has 23:00 of the day before, in UTC."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        drift.unmapped("Report publication date", text)
        return None
    return (moment.astimezone(ZoneInfo("Europe/London")) if moment.tzinfo else moment).date()
