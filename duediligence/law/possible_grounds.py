"""Which grounds what happened can go to, in a regime: the one place where that is decided.

A check says what happened, to whom and when; here it is judged. What is named is a possibility, for
the officer to decide.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import get_args

from duediligence.law.crimes import grounds_for, limb_of, load_crime_acts
from duediligence.law.grounds import (
    Ground,
    Sureness,
    find_circumstance_rule,
    list_family_grounds,
    list_ground_codes,
    list_ground_versions,
    load_ground_families,
    read,
)
from duediligence.law.lookback import LookBack, Sch7Years, look_back
from duediligence.model.circumstances import Circumstance, CircumstanceKind, Whom
from duediligence.model.entries import RecordType
from duediligence.text.wording import listed
from duediligence.typed_data import convert_to

PROCUREMENT_ACT = "procurement-act"
_OWN_FAMILY = "PA23"
# A predecessor is a connected person (Sch 6 para 45(d)).
_MAY_BE_CONNECTED: tuple[Whom, ...] = ("predecessor", "somebody behind it")
_WHOM: Mapping[Whom, str] = {
    "supplier": "",
    "connected person": " (of a connected person)",
    "predecessor": " (if that company is a predecessor)",
    "associated person": " (of an associated person)",
    "sub-contractor": " (of a sub-contractor)",
    "somebody behind it": " (if it is a connected person)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RegimeGrounds:
    """What a regime has of grounds; see the head of `data/regime_grounds.toml`."""

    id: str
    title: str
    source: str
    sure: Sureness
    grounds: str = ""
    leaves_out: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    no_grounds: str = ""

    @property
    def steps(self) -> tuple[str, ...]:
        """Return what a buyer may and must do before it decides on a ground."""
        family = load_ground_families().get(self.grounds)
        return self.before or (family.before if family else ())


@cache
def load_regime_grounds() -> Mapping[str, RegimeGrounds]:
    """Return every regime by its id, in the order of the table."""
    found = convert_to(tuple[RegimeGrounds, ...], read("regime_grounds.toml")["regime"])
    return {one.id: one for one in found}


@dataclass(frozen=True, slots=True, kw_only=True)
class PossibleGround:
    """A ground that what happened can go to in a regime; `counted` None where it goes on now."""

    ground: Ground
    regime: RegimeGrounds
    whom: Whom
    counted: LookBack | None = None

    @property
    def set_aside(self) -> bool:
        """Return whether it lies outside the look-back for certain."""
        return self.counted is not None and self.counted.inside is False

    @property
    def label(self) -> str:
        """Return how a finding names it: a possibility, never a result."""
        under = "" if self.regime.id == PROCUREMENT_ACT else f" ({self.regime.title})"
        return f"{self.ground.code} {self.ground.name}{_WHOM[self.whom]}{under}, officer to decide"


def find_possible_grounds(
    happened: Iterable[Circumstance],
    regimes: Sequence[str],
    on: date,
    *,
    sch7_years: Sch7Years = 5,
) -> list[PossibleGround]:
    """Return the grounds that what happened can go to on the day `on`, by regime, each once.

    What lies outside the look-back of a ground is given, too, set aside. `sch7_years` is how Sch 7
    para 15(2) is read. A conviction goes to the grounds that its Act leads to; professional
    misconduct asks for a ruling of a court or regulator (Sch 7 para 11(2)); the insolvency of a
    predecessor for the four limbs of Sch 6 para 45 together.
    """
    every = tuple(happened)
    found: dict[str, PossibleGround] = {}
    for regime_id in regimes:
        regime = load_regime_grounds()[regime_id]
        for one in every:
            for possible in _judge_circumstance(one, regime, on, sch7_years):
                kept = found.setdefault(possible.label, possible)
                if kept.set_aside and not possible.set_aside:
                    found[possible.label] = possible
    return list(found.values())


def _judge_circumstance(
    one: Circumstance, regime: RegimeGrounds, on: date, sch7_years: Sch7Years
) -> Iterator[PossibleGround]:
    for code in _lead_to_codes(one):
        own = regime.grounds == _OWN_FAMILY
        if not own and find_circumstance_rule(one.kind).four:
            continue  # who is a predecessor, the Act alone says
        for each in (code,) if own else list_family_grounds(regime.grounds, code):
            text = next((text for text in list_ground_versions(each) if text.stands(on)), None)
            if text and _can_be_about(text, regime, one):
                counted = (
                    None if _is_undated_by_nature(one) else _look_back(one, text, on, sch7_years)
                )
                yield PossibleGround(ground=text, regime=regime, whom=one.whom, counted=counted)


def _lead_to_codes(one: Circumstance) -> tuple[str, ...]:
    """Return the codes of the Procurement Act 2023 that a circumstance leads to, often none."""
    rule = find_circumstance_rule(one.kind)
    if rule.stated:
        return tuple(code for code in list_ground_codes() if code in one.stated)
    if rule.four:
        return rule.grounds if one.ended and one.went_over else ()
    if one.kind in get_args(RecordType):
        return grounds_for(one.act_section, one.kind, one.power, one.wording)
    return rule.grounds


def _can_be_about(ground: Ground, regime: RegimeGrounds, one: Circumstance) -> bool:
    reach = "connected person" if one.whom in _MAY_BE_CONNECTED else one.whom
    reaches = find_circumstance_rule(one.kind).reaches or ground.reaches
    return reach in ground.reaches and reach in reaches and reach not in regime.leaves_out


def _is_undated_by_nature(one: Circumstance) -> bool:
    """Return whether no day is counted from: what goes on, and what a list or supplier states."""
    return one.continues or find_circumstance_rule(one.kind).stated


def _look_back(one: Circumstance, text: Ground, on: date, sch7_years: Sch7Years) -> LookBack:
    return look_back(
        text,
        one.happened_on,
        one.known_on,
        on,
        sch7_years=sch7_years,
        limb=limb_of(text, one.act_section),
        day_of=one.day_of,
    )


@dataclass(frozen=True, slots=True)
class JudgedGrounds:
    """What a finding says of grounds: their labels, often none, and how each was worked out."""

    labels: tuple[str, ...]
    working: tuple[str, ...]


def judge_grounds(
    happened: Sequence[Circumstance],
    regimes: Sequence[str],
    on: date,
    *,
    sch7_years: Sch7Years = 5,
) -> JudgedGrounds:
    """Return what a finding says of the grounds that what happened can go to, and where it goes to
    none, why.
    """
    found = find_possible_grounds(happened, regimes, on, sch7_years=sch7_years)
    working = [
        f"{one.ground.code}: {one.counted.working}{' Set aside.' if one.set_aside else ''}"
        for one in found
        if one.counted
    ]
    if not found:
        working = [
            f"No ground: {why}."
            for one in happened
            if (why := find_circumstance_rule(one.kind).none)
        ]
    return JudgedGrounds(
        tuple(one.label for one in found if not one.set_aside), tuple(dict.fromkeys(working))
    )


def explain_predecessor(one: Circumstance) -> str:
    """Return which of the four limbs of a predecessor company (Procurement Act 2023 Sch 6 para 45)
    are shown, and what is to be asked.
    """
    over = listed(one.went_over)
    hint = f"hinted at by {over}" if over else ""
    shown = (
        ("it became insolvent and ceased to trade", "by its status" if one.ended else ""),
        ("it carried on the same business", f"by {over}" if over else ""),
        ("all or nearly all of its assets came to the supplier", hint),
        ("it had a director in common", "by the register"),
    )
    limbs = "; ".join(f"{what} ({how or 'not shown: ask'})" for what, how in shown)
    return f"A predecessor company (Sch 6 para 45) needs four things together: {limbs}."


@cache
def list_grounds_of_kind(kind: CircumstanceKind) -> tuple[str, ...]:
    """Return every code that a kind of circumstance can lead to, in the order of the Act."""
    rule = find_circumstance_rule(kind)
    if rule.stated:
        return list_ground_codes()
    codes = set(rule.grounds)
    for act in load_crime_acts().values():
        for offence in act.offences:
            codes.update(offence.records.get(kind, ()))  # type: ignore[call-overload]
            if kind == "conviction" and "conviction" not in offence.records:
                codes.update(offence.grounds or ())
    return tuple(code for code in list_ground_codes() if code in codes)
