"""What three documents on the protection of people say: policy, impact assessment, equality note.

All of it is data (`data/governance.toml`); what a home uses is filled in by `delivery.governance`.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from duediligence.law.grounds import read
from duediligence.typed_data import convert_to

GovernanceKind = Literal["policy", "impact", "equality"]
# What a home may have, so that a row is printed.
HomeUse = Literal[
    "",
    "sharing",
    "restricted",
    "insolvency",
    "files",
    "northern-ireland",
    "great-britain",
    "pa23",
    "other-law",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class GovernanceRow:
    """A row of a document: `yours` is what a person has to complete."""

    what: str
    says: str
    source: str = ""
    yours: str = ""
    only_if: HomeUse = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GovernanceTitle:
    """A document: its title, what it is for, and which law asks for it."""

    id: GovernanceKind
    title: str
    says: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRate:
    """Suppliers in 100 with a false alarm, by the origin of their directors' names."""

    origin: str
    no_birth_date: float
    birth_month: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GovernanceTable:
    """All of the data."""

    document: tuple[GovernanceTitle, ...]
    basis: tuple[GovernanceRow, ...]
    flow: tuple[GovernanceRow, ...]
    principle: tuple[GovernanceRow, ...]
    risk: tuple[GovernanceRow, ...]
    duty: tuple[GovernanceRow, ...]
    alarm: tuple[AlarmRate, ...]


@cache
def load_governance() -> GovernanceTable:
    """Return the data."""
    return convert_to(GovernanceTable, read("governance.toml"))
