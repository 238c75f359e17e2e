"""The grounds of the Procurement Act 2023 on a given day; who takes them over; self-cleaning."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from duediligence.errors import Invalid, NotFound
from duediligence.typed_data import convert_to

Kind = Literal["mandatory", "discretionary"]
Reach = Literal["supplier", "connected person", "associated person", "sub-contractor"]
Sureness = Literal["verified", "inference", "memory", "unresolved"]

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limb:
    """A part of a ground with a look-back of its own; fields as in Ground.

    `sections` are those of the ground's Act that it is about, written as in `data/acts.toml`.
    """

    limb: str
    name: str
    sections: str = ""
    years: int = 5
    unsettled: bool = False
    floor: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One ground of Procurement Act 2023 Sch 6 (mandatory) or Sch 7 (discretionary), in one text.

    `law` is what it rests on and `reaches` whom it can be about: supplier and connected person by
    its own words (Sch 6 para 45), associated person by s.57, sub-contractor by s.28. `years` is the
    look-back, counted from the day of determination; `unsettled` where Sch 7 para 15(2) may mean
    three years or five. Nothing before `floor` counts. `runs_from` says whether the look-back runs
    from the event or from when the authority could have been aware of it. Where there are `limbs`,
    their years and floors stand in for the ground's. `since` and `until` are the first and last day
    of this text. `sure` says how sure we are of it; each note ends with its own mark.
    """

    code: str
    name: str
    kind: Kind
    law: str
    reaches: tuple[Reach, ...]
    years: int
    runs_from: Literal["event", "awareness"]
    sure: Sureness
    since: date
    until: date | None = None
    unsettled: bool = False
    floor: date | None = None
    limbs: tuple[Limb, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def schedule(self) -> int:
        return int(self.code.split("-")[1])

    @property
    def paragraph(self) -> int:
        return int(self.code.split("-")[2])

    @property
    def label(self) -> str:
        """Return how a finding names it: a possibility, never a result."""
        return f"{self.code} {self.name}, officer to decide"

    def stands(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on <= self.until)


def find_ground(code: str, on: date) -> Ground:
    """Return the ground of that code, such as `PA23-6-15`, in the text that stands on that day.

    Raises NotFound for a code that no ground has, Invalid for a day before the Act was in force.
    """
    for text in list_ground_versions(code):
        if text.stands(on):
            return text
    first = list_ground_versions(code)[0].since
    raise Invalid(
        f"{code}: not in force on {on.isoformat()}",
        field="ground",
        hint=f"The Procurement Act 2023 applies from {first.isoformat()}; older law is not "
        "included.",
    )


def list_grounds(on: date) -> tuple[Ground, ...]:
    """Return every ground that stands on that day, in the order of the Act; none before it
    stood.
    """
    return tuple(text for texts in _by_code().values() for text in texts if text.stands(on))


def list_ground_codes() -> tuple[str, ...]:
    """Return the code of every ground, in the order of the Act, whether it stands today or not."""
    return tuple(_by_code())


def list_ground_versions(code: str) -> tuple[Ground, ...]:
    """Return every text that the ground has had, oldest first. Raises NotFound for an unknown
    code.
    """
    try:
        return _by_code()[code]
    except KeyError:
        raise NotFound(
            f"{code!r} is not the code of an exclusion ground",
            hint="Valid codes are PA23-6-2 to PA23-6-43 (mandatory) and PA23-7-1 to PA23-7-14.",
        ) from None


def text_version(code: str, on: date) -> str:
    """Return what names the text that a decision of that day was made under:
    `PA23-6-26@2026-04-07`.

    Raises UsageError as `find_ground` does.
    """
    return f"{code}@{find_ground(code, on).since.isoformat()}"


@cache
def _by_code() -> Mapping[str, tuple[Ground, ...]]:
    document = read("procurement_act_2023.toml")
    found: dict[str, tuple[Ground, ...]] = {}
    for row in document["ground"]:
        shared = document["schedule"][row["code"].split("-")[1]]
        text = convert_to(Ground, {"since": document["since"], **shared, **row})
        found[text.code] = (*found.get(text.code, ()), text)
    return found


def read(name: str) -> dict[str, Any]:
    """Return a table of law from `data/`."""
    return tomllib.loads((_DATA / name).read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Rule:
    """What one regulation says, in our words, and how sure we are of it."""

    reference: str
    title: str
    says: str
    sure: Sureness


@dataclass(frozen=True, slots=True)
class AdoptingRegulations:
    """Regulations that take over the grounds of `schedules` of the Procurement Act 2023."""

    title: str
    since: date
    schedules: tuple[int, ...]
    rules: tuple[Rule, ...]

    def grounds(self, on: date) -> tuple[Ground, ...]:
        """Return the grounds that it takes over, as they stand on that day, under their own
        codes.
        """
        if on < self.since:
            return ()
        return tuple(one for one in list_grounds(on) if one.schedule in self.schedules)


@cache
def provider_selection_regime() -> AdoptingRegulations:
    """Return SI 2023/1348, for councils' public health and substance misuse services among
    others.
    """
    return convert_to(AdoptingRegulations, read("provider_selection_regime_2023.toml"))


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of Procurement Act 2023 s.58(1), as a question to the officer."""

    reference: str
    title: str
    question: str


FACTORS = (
    Factor(
        "s.58(1)(a)",
        "Taken seriously",
        "What shows that the supplier has taken it seriously, for example by paying compensation?",
    ),
    Factor(
        "s.58(1)(b)",
        "Steps taken",
        "What has it changed so that it does not happen again: people, procedures, training?",
    ),
    Factor(
        "s.58(1)(c)",
        "Commitments and access",
        "What has it promised, and what may you see or ask for to verify that?",
    ),
    Factor(
        "s.58(1)(d)",
        "Time since",
        "How long is it since the circumstances last occurred?",
    ),
    Factor(
        "s.58(1)(e)",
        "Anything else",
        "What other evidence, explanation or factor is there that you think should count?",
    ),
)

REMINDERS = (
    Factor(
        "s.58(2)",
        "Let the supplier respond first",
        "Has the supplier had a reasonable chance to make representations and give evidence, "
        "before you decide whether a ground applies and is likely to recur?",
    ),
    Factor(
        "s.58(3)",
        "Ask only for what is proportionate",
        "Is the evidence you ask for in proportion to the matter and to the contract?",
    ),
)
