"""Where people may be victims: what to do first, before anything about a contract.

All of it is data (`data/victims.toml`), from memory, with a day by which it must be reviewed.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal, Protocol, get_args

from duediligence.law.crimes import CrimeType
from duediligence.law.grounds import read
from duediligence.model.findings import LabourSign
from duediligence.typed_data import convert_to

VictimSign = Literal["slavery", "child-exploitation", "drugs", "theft", "fraud", "weapons", "cyber"]
VICTIM_SIGNS: Mapping[VictimSign, str] = {
    "slavery": "slavery, forced labour or trafficking",
    "child-exploitation": "exploitation of a child",
    "drugs": "people used to supply drugs, or homes taken over for it",
    "theft": "theft or robbery",
    "fraud": "fraud or illegal lending",
    "weapons": "firearms, weapons or unsafe counterfeit goods",
    "cyber": "cyber crime",
}
assert tuple(VICTIM_SIGNS) == get_args(VictimSign)

CHECK_BEFORE_USE = "From memory: check before use."
# A record of another crime mostly names no person who needs help: a person sets those signs.
_BY_CRIME: tuple[tuple[CrimeType, VictimSign], ...] = (
    ("slavery_trafficking", "slavery"),
    ("child_sexual_exploitation", "child-exploitation"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpStep:
    """One step: `does` says how, `source` on which statute and section it rests.

    `about` are the signs that it is shown for. `after`: it is about the contract, and comes last.
    """

    id: str
    title: str
    does: str
    source: str
    about: tuple[VictimSign, ...] = tuple(VICTIM_SIGNS)
    after: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Helpline:
    """A number to call, and what for."""

    name: str
    number: str
    for_what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpForVictims:
    """All steps in their order, who to call, and who may refer to the National Referral Mechanism.

    `reviewed_on` is when somebody last read it through, `review_by` when that must be done again.
    """

    reviewed_on: date
    review_by: date
    first_responders: tuple[str, ...]
    step: tuple[HelpStep, ...]
    helpline: tuple[Helpline, ...]

    def steps(self, signs: Collection[VictimSign]) -> tuple[HelpStep, ...]:
        """Return the steps for these signs: those about the contract after all others."""
        shown = [one for one in self.step if not set(one.about).isdisjoint(signs)]
        return tuple(sorted(shown, key=lambda one: one.after))

    def not_reviewed(self, today: date) -> str:
        """Say that the day of review has passed, in words; empty where it has not."""
        if today <= self.review_by:
            return ""
        return (
            f"The steps for victims were to be reviewed by {self.review_by.isoformat()}: check "
            "each number, body and section before you rely on it"
        )


@cache
def help_for_victims() -> HelpForVictims:
    """Return the data."""
    return convert_to(HelpForVictims, read("victims.toml"))


def signs_of_crimes(crimes: Collection[str]) -> tuple[VictimSign, ...]:
    """Return the signs of victims that crime types are."""
    return tuple(sign for crime, sign in _BY_CRIME if crime in crimes)


class MayShowSigns(Protocol):
    """What of a finding can be a sign."""

    @property
    def crime_types(self) -> tuple[str, ...]: ...
    @property
    def signs(self) -> tuple[LabourSign, ...]: ...


def victim_signs(findings: Iterable[MayShowSigns]) -> tuple[VictimSign, ...]:
    """Return the signs of victims in findings: a crime of that type, several signs of labour
    exploitation together (`LAB-01`), or one of slavery. One other sign by itself mostly has
    ordinary causes.
    """
    found: set[VictimSign] = set()
    for one in findings:
        found |= set(signs_of_crimes(one.crime_types))
        if len(one.signs) > 1 or "slavery" in one.signs:
            found.add("slavery")
    return tuple(sign for sign in VICTIM_SIGNS if sign in found)
