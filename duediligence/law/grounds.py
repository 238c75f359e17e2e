"""The grounds of the Procurement Act 2023 on a given day; who takes them over; self-cleaning."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from duediligence.errors import Invalid, NotFound
from duediligence.model.circumstances import CircumstanceKind
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

    Or one of a regime that has grounds of its own: then `act` and `place` say where it is, and
    `counted_by` what sets its look-back.

    `law` is what it rests on and `reaches` whom it can be about: supplier and connected person by
    its own words (Sch 6 para 45), associated person by s.57, sub-contractor by s.28. `years` is the
    look-back, counted from the day of determination, 0 for none; `unsettled` where Sch 7 para
    15(2) may mean three years or five. Nothing before `floor` counts. `runs_from` says whether the
    look-back runs from the event or from when the authority could have been aware of it. Where
    there are `limbs`, their years and floors stand in for the ground's. `since` and `until` are the
    first and last day of this text. `sure` says how sure we are of it; each note ends with its own
    mark.
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
    act: str = "Procurement Act 2023"
    place: str = ""
    counted_by: str = ""

    @property
    def schedule(self) -> int:
        """Return the schedule of the Procurement Act 2023 that it is in."""
        return int(self.code.split("-")[1])

    @property
    def paragraph(self) -> int:
        return int(self.code.split("-")[2])

    @property
    def provision(self) -> str:
        """Return where it stands: `Procurement Act 2023 Sch 7 para 5`."""
        return f"{self.act} {self.place or f'Sch {self.schedule} para {self.paragraph}'}"

    @property
    def look_back_by(self) -> str:
        """Return what sets its look-back: `Sch 7`, `reg 57(12)`."""
        return self.counted_by or f"Sch {self.schedule}"

    @property
    def label(self) -> str:
        """Return how a finding names it: a possibility, never a result."""
        return f"{self.code} {self.name}, officer to decide"

    def stands(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on <= self.until)


def find_ground(code: str, on: date) -> Ground:
    """Return the ground of that code, such as `PA23-6-15` or `PCR15-insolvency`, in the text that
    stands on that day.

    Raises NotFound for a code that no ground has, Invalid for a day before it was in force.
    """
    for text in list_ground_versions(code):
        if text.stands(on):
            return text
    first = list_ground_versions(code)[0]
    raise Invalid(
        f"{code}: not in force on {on.isoformat()}",
        field="ground",
        hint=f"The {first.act} applies from {first.since.isoformat()}; older law is not included.",
    )


def list_grounds(on: date) -> tuple[Ground, ...]:
    """Return every ground of the Procurement Act 2023 that stands on that day, in its order; none
    before it stood.
    """
    return tuple(text for texts in _by_code().values() for text in texts if text.stands(on))


def list_ground_codes() -> tuple[str, ...]:
    """Return the code of every ground, in the order of the Act, whether it stands today or not."""
    return tuple(_by_code())


def list_ground_versions(code: str) -> tuple[Ground, ...]:
    """Return every text that the ground has had, oldest first. Raises NotFound for an unknown
    code.
    """
    found = _by_code().get(code) or _load_other_grounds().get(code)
    if found is None:
        raise NotFound(
            f"{code!r} is not the code of an exclusion ground",
            hint="Valid codes are PA23-6-2 to PA23-6-43 (mandatory) and PA23-7-1 to PA23-7-14.",
        )
    return found


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


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundFamily:
    """The grounds of a regime of its own; see the head of `data/regime_grounds.toml`.

    `table` is its name in `regimes.toml`; `connected` says whose conviction counts there as the
    supplier's own.
    """

    code: str
    table: str
    title: str
    since: date
    mandatory_by: str
    discretionary_by: str
    mandatory_reaches: tuple[Reach, ...]
    discretionary_reaches: tuple[Reach, ...]
    connected: str
    sure: Sureness


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundSubject:
    """What a ground of such a family is about, and the grounds of the Act that are like it."""

    id: str
    name: str
    kind: Kind
    years: int
    like: tuple[str, ...]
    provisions: Mapping[str, str]
    notes: tuple[str, ...] = ()


@cache
def load_ground_families() -> Mapping[str, GroundFamily]:
    """Return the families of grounds beside that of the Procurement Act 2023, by their table."""
    found = convert_to(tuple[GroundFamily, ...], read("regime_grounds.toml")["family"])
    return {one.table: one for one in found}


@cache
def _load_ground_subjects() -> tuple[GroundSubject, ...]:
    return convert_to(tuple[GroundSubject, ...], read("regime_grounds.toml")["subject"])


@cache
def _load_other_grounds() -> Mapping[str, tuple[Ground, ...]]:
    found = [
        _build_family_ground(family, subject)
        for family in load_ground_families().values()
        for subject in _load_ground_subjects()
        if family.code in subject.provisions
    ]
    return {one.code: (one,) for one in found}


def _build_family_ground(family: GroundFamily, subject: GroundSubject) -> Ground:
    mandatory = subject.kind == "mandatory"
    return Ground(
        code=f"{family.code}-{subject.id}",
        name=subject.name,
        kind=subject.kind,
        law=f"{family.title} {subject.provisions[family.code]}",
        reaches=family.mandatory_reaches if mandatory else family.discretionary_reaches,
        years=subject.years,
        runs_from="event",
        sure=family.sure,
        since=family.since,
        notes=subject.notes,
        act=family.title,
        place=subject.provisions[family.code],
        counted_by=family.mandatory_by if mandatory else family.discretionary_by,
    )


def list_grounds_of_family(family: str) -> tuple[Ground, ...]:
    """Return every ground of a family of its own."""
    return tuple(
        text for (text,) in _load_other_grounds().values() if text.code.startswith(f"{family}-")
    )


def list_family_codes() -> tuple[str, ...]:
    """Return the code of every ground that is not of the Procurement Act 2023."""
    return tuple(_load_other_grounds())


def list_family_grounds(family: str, code: str) -> tuple[str, ...]:
    """Return the codes that a family has for a ground of the Procurement Act 2023, often none."""
    return tuple(
        f"{family}-{one.id}"
        for one in _load_ground_subjects()
        if code in one.like and family in one.provisions
    )


def list_like_codes(code: str) -> tuple[str, ...]:
    """Return the grounds of the Procurement Act 2023 that a ground of another law resembles, of its
    own kind where there are any; none for other codes.
    """
    family, _, subject = code.partition("-")
    if family not in {one.code for one in load_ground_families().values()}:
        return ()
    for one in _load_ground_subjects():
        if one.id == subject:
            schedule = "PA23-6-" if one.kind == "mandatory" else "PA23-7-"
            return tuple(each for each in one.like if each.startswith(schedule)) or one.like
    return ()


def read(name: str) -> dict[str, Any]:
    """Return a table of law from `data/`."""
    return tomllib.loads((_DATA / name).read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CircumstanceRule:
    """To which grounds a kind of circumstance can go; see the head of `data/circumstances.toml`."""

    kind: CircumstanceKind
    source: str
    sure: Sureness
    grounds: tuple[str, ...] = ()
    stated: bool = False
    ruling: str = ""
    four: bool = False
    reaches: tuple[Reach, ...] = ()
    none: str = ""
    weigh: str = ""
    weighed: str = "{it} leaves it to you"


@cache
def load_circumstance_rules() -> Mapping[str, CircumstanceRule]:
    """Return the rule of every kind of circumstance."""
    found = convert_to(tuple[CircumstanceRule, ...], read("circumstances.toml")["circumstance"])
    return {one.kind: one for one in found}


def find_circumstance_rule(kind: CircumstanceKind) -> CircumstanceRule:
    """Return the rule of a kind of circumstance: every kind has one."""
    return load_circumstance_rules()[kind]


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


_SELF_CLEANING = convert_to(dict[str, tuple[Factor, ...]], read("self_cleaning.toml"))
FACTORS, REMINDERS = _SELF_CLEANING["factor"], _SELF_CLEANING["reminder"]
