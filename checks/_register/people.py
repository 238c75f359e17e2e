"""Which officers direct a company, and who stands behind one name."""

from collections.abc import Iterable
from datetime import date

from duediligence.model import Officer


def directing(officers: Iterable[Officer]) -> list[Officer]:
    """Those who direct now: directors, and members of an LLP."""
    return [officer for officer in officers if officer.active and officer.director]


def began(officer: Officer) -> date | None:
    return officer.appointed_on or officer.appointed_before


def formation_agent(officer: Officer, created_on: date | None) -> bool:
    """Whether it left on the day it came: the agent that formed the company, and no director."""
    return (
        officer.resigned_on is not None
        and officer.appointed_on == officer.resigned_on
        and created_on in (None, officer.appointed_on)
    )
