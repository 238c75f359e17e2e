"""Which FollowTheMoney schemata are parties, and what both exports write alike."""

from duediligence.watchlists._readers.fields import dates

from duediligence.contracts import Drift
from duediligence.model import Identifier, Kind, PartialDate, company_number
from duediligence.model.identifiers import COMPANY

LIST_ID = "opensanctions"
# A LegalEntity is a person or a firm: the source does not say which.
KINDS: dict[str, Kind] = {
    "Person": "person",
    "Organization": "organisation",
    "Company": "organisation",
    "PublicBody": "organisation",
    "LegalEntity": "unknown",
    "Vessel": "vessel",
    "Airplane": "aircraft",
}
# How many records are read to tell the day of the export: each bears the day it was last seen.
SAMPLE = 10_000


def entry_url(entity_id: str) -> str:
    """The publisher's page of the entity."""
    return f"https://www.opensanctions.org/entities/{entity_id}/"


def birth_dates(texts: list[str], drift: Drift) -> tuple[PartialDate, ...]:
    """Dates known to the year, the month or the day; what is none is reported."""
    found = []
    for text in texts:
        if date := dates.birth_date(text):
            found.append(date)
        else:
            drift.unmapped("birth date", text)
    return tuple(dict.fromkeys(found))


def uk_company(number: str, kind: Kind, countries: list[str]) -> Identifier | None:
    """A British organisation's number that is written as Companies House writes it, else None."""
    if kind == "person" or "gb" not in countries or company_number(number) != number.upper():
        return None
    return Identifier(COMPANY, number.upper())
