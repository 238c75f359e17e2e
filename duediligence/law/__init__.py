"""Exclusion grounds, their look-back, and which crime a wording stands for, as data."""

from duediligence.law.crimes import CRIME_TYPES, CrimeType, crime_types, grounds_for, limb_of
from duediligence.law.crimes import format_crime_type as crime_title
from duediligence.law.grounds import (
    FACTORS,
    REMINDERS,
    Factor,
    Ground,
    Regime,
    find_ground,
    list_ground_versions,
    provider_selection_regime,
    text_version,
)
from duediligence.law.lookback import LookBack, Sch7Years, look_back
from duediligence.law.powers import POWERS, CouncilPower

__all__ = [
    "CRIME_TYPES",
    "FACTORS",
    "POWERS",
    "REMINDERS",
    "CouncilPower",
    "CrimeType",
    "Factor",
    "Ground",
    "LookBack",
    "Regime",
    "Sch7Years",
    "crime_title",
    "crime_types",
    "find_ground",
    "grounds_for",
    "limb_of",
    "list_ground_versions",
    "look_back",
    "provider_selection_regime",
    "text_version",
]
