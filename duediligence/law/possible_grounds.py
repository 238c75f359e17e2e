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
    Reach,
    Sureness,
    find_circumstance_rule,
    list_family_grounds,
    list_ground_codes,
    list_ground_versions,
    list_grounds,
    list_grounds_of_family,
    load_ground_families,
    read,
)
from duediligence.law.lookback import LookBack, Sch7Years, look_back
from duediligence.law.regimes import (
    ContractRegime,
    RegimeCertainty,
    RuleKind,
    find_regime,
    find_regime_text,
)
from duediligence.model import Contract
from duediligence.model.circumstances import Circumstance, CircumstanceKind, LawPoint, Whom
from duediligence.model.entries import RecordType
from duediligence.model.suppliers import BuyerFacts, RegimeCode
from duediligence.text.folding import fold
from duediligence.text.wording import listed
from duediligence.typed_data import convert_to

_EUROPEAN = frozenset(("european", "eu"))
_SURENESS: tuple[RegimeCertainty, ...] = ("unknown", "likely", "confirmed")
# Which rule of a regime says that grounds can be about them.
_RULES_OF_REACH: Mapping[Reach, RuleKind] = {
    "associated person": "associated persons",
    "sub-contractor": "sub-contractors",
}
# A predecessor is a connected person (Sch 6 para 45(d)).
_REACH_OF: Mapping[Whom, Reach] = {
    "supplier": "supplier",
    "connected person": "connected person",
    "predecessor": "connected person",
    "associated person": "associated person",
    "sub-contractor": "sub-contractor",
    "somebody behind it": "connected person",
}
_WHOM: Mapping[Whom, str] = {
    "supplier": "",
    "connected person": " (of a connected person)",
    "predecessor": " (if that company is a predecessor)",
    "associated person": " (of an associated person)",
    "sub-contractor": " (of a sub-contractor)",
    "somebody behind it": " (if it is a connected person)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutGrounds:
    """What a buyer can still use where a regime has no grounds at all."""

    regime: RegimeCode
    can_use: str
    source: str
    sure: Sureness


@cache
def list_regimes_without_grounds() -> tuple[WithoutGrounds, ...]:
    """Return the regimes that have no grounds, in the order of the table."""
    return convert_to(tuple[WithoutGrounds, ...], read("regime_grounds.toml")["without"])


@cache
def assume_regime(code: RegimeCode, on: date) -> ContractRegime:
    """Return the regime under which grounds are named where no contract says another."""
    return ContractRegime(
        regime=find_regime_text(code, on), certainty="unknown", reason="No contract says another."
    )


def find_ground_regimes(
    contracts: Iterable[Contract], on: date, buyer: BuyerFacts | None = None
) -> tuple[ContractRegime, ...]:
    """Return the regimes under which the grounds of a supplier are named, each once.

    Those of its contracts; where the law of one is not known, or there is none, what the buyer
    expects, else the Procurement Act 2023: its certainty is then `unknown`. What has ended counts
    only where nothing else is there.
    """
    every = tuple(contracts)
    running = tuple(one for one in every if not one.over(on)) or every
    buyer = buyer or BuyerFacts()
    expected = assume_regime(buyer.regime or "pa23", on)
    found: dict[tuple[object, ...], ContractRegime] = {}
    for one in [find_regime(each, on, buyer) for each in running] or [expected]:
        regime = expected if one.code == "unknown" else one
        key = (regime.regime, regime.procedures, regime.buyer, regime.awarded)
        kept = found.setdefault(key, regime)
        if _SURENESS.index(regime.certainty) > _SURENESS.index(kept.certainty):
            found[key] = regime
    return tuple(found.values())


def list_choosable_grounds(
    contracts: Iterable[Contract], on: date, buyer: BuyerFacts
) -> tuple[Ground, ...]:
    """Return every ground that the laws of these contracts have, each once, by law."""
    found: dict[str, Ground] = {}
    for regime in find_ground_regimes(contracts, on, buyer):
        family = load_ground_families().get(regime.regime.grounds)
        its_own = list_grounds(on) if regime.regime.grounds == "pa23" else ()
        texts = list_grounds_of_family(family.code) if family else its_own
        found |= {one.code: one for one in texts}
    return tuple(found.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class PossibleGround:
    """A ground that what happened can go to in a regime; `counted` None where it goes on now."""

    ground: Ground
    regime: ContractRegime
    whom: Whom
    counted: LookBack | None = None

    @property
    def set_aside(self) -> bool:
        """Return whether it lies outside the look-back for certain."""
        return self.counted is not None and self.counted.inside is False

    @property
    def label(self) -> str:
        """Return how a finding names it: a possibility, never a result."""
        under = "" if self.regime.code == "pa23" else f", under {self.regime.regime.short}"
        return f"{self.ground.code} {self.ground.name}{_WHOM[self.whom]}{under}, officer to decide"


def find_possible_grounds(
    happened: Iterable[Circumstance],
    regimes: Iterable[ContractRegime],
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
    for regime in regimes:
        for one in every:
            for possible in _judge_circumstance(one, regime, on, sch7_years):
                kept = found.setdefault(possible.label, possible)
                if kept.set_aside and not possible.set_aside:
                    found[possible.label] = possible
    return list(found.values())


def _judge_circumstance(
    one: Circumstance, regime: ContractRegime, on: date, sch7_years: Sch7Years
) -> Iterator[PossibleGround]:
    family = load_ground_families().get(regime.regime.grounds)
    if one.kind == "debarment" and not regime.has_rule("debarment list"):
        return
    if family and find_circumstance_rule(one.kind).four:
        return  # who is a predecessor, the Act alone says
    for code in _lead_to_codes(one):
        for each in list_family_grounds(family.code, code) if family else (code,):
            text = next((text for text in list_ground_versions(each) if text.stands(on)), None)
            if text and _can_be_about(text, regime, one):
                timeless = one.continues or find_circumstance_rule(one.kind).stated
                convicted = one.happened_on if one.day_of == "conviction" else None
                day = find_look_back_day(text, regime, convicted, on)
                counted = None if timeless else _look_back(one, text, day, sch7_years)
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


def _can_be_about(ground: Ground, regime: ContractRegime, one: Circumstance) -> bool:
    """Return whether the law of the contract has such grounds, about such a person."""
    reach = _REACH_OF[one.whom]
    of_kind: RuleKind = (
        "mandatory grounds" if ground.kind == "mandatory" else "discretionary grounds"
    )
    if not regime.has_rule(of_kind):
        return False
    about = _RULES_OF_REACH.get(reach)
    if about and not regime.has_rule(about):
        return False
    return reach in ground.reaches and reach in (
        find_circumstance_rule(one.kind).reaches or ground.reaches
    )


def reaches_award(ground: Ground, regime: ContractRegime, convicted: date | None) -> bool:
    """Return whether the law ends a running contract only for convictions before its award, and
    `convicted` is the day of one (SI 2015/102 reg 73(1)(b), SI 2016/273 reg 44(1)(b),
    SI 2016/274 reg 89(1)(b)). Unpaid tax, a ground without years, is no conviction.
    """
    ending = regime.find_rule("termination")
    of_convictions = ground.kind == "mandatory" and ground.years > 0
    return bool(ending and ending.reach == "at award" and of_convictions) and (
        regime.precedes_award(convicted)
    )


def find_look_back_day(
    ground: Ground, regime: ContractRegime, convicted: date | None, on: date
) -> date:
    """Return the day from which a look-back counts back: the award, where the law looks at the
    award alone, else `on`.
    """
    at_award = regime.awarded and reaches_award(ground, regime, convicted)
    return regime.awarded if at_award and regime.awarded else on


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
    """What a finding says of the law: labels of grounds, often none, how each was worked out, and
    what its next step adds. Each sentence is of the regime of a contract.
    """

    labels: tuple[str, ...]
    working: tuple[str, ...]
    steps: tuple[str, ...] = ()


def judge_grounds(
    happened: Sequence[Circumstance],
    regimes: Sequence[ContractRegime],
    on: date,
    *,
    sch7_years: Sch7Years = 5,
    points: Iterable[LawPoint] = (),
) -> JudgedGrounds:
    """Return what a finding says of the grounds that what happened can go to, and where it goes to
    none, why; `points` are what its next step adds.
    """
    found = find_possible_grounds(happened, regimes, on, sch7_years=sch7_years)
    working = [
        f"{one.ground.code}: {one.counted.working}{' Set aside.' if one.set_aside else ''}"
        for one in found
        if one.counted
    ]
    without = [one for one in regimes if one.has_rule("mandatory grounds") is False]
    if happened:
        working += [why for one in without if (why := explain_no_grounds(one))]
    if not found:
        working += [
            why
            for regime in regimes
            if regime not in without
            for one in happened
            if (why := _explain_denial(one, regime, on))
        ]
    steps = [
        said
        for point in points
        for regime in regimes
        if (said := _explain_point(point, happened, regime, on))
    ]
    return JudgedGrounds(
        tuple(one.label for one in found if not one.set_aside),
        tuple(dict.fromkeys(working)),
        tuple(dict.fromkeys(steps)),
    )


def _explain_denial(one: Circumstance, regime: ContractRegime, on: date) -> str:
    """Return why we suggest no ground of a regime, and which of it may be considered all the
    same.
    """
    rule = find_circumstance_rule(one.kind)
    listing = regime.find_rule("debarment list")
    if one.kind == "debarment" and listing and not listing.has:
        return f"{_begin_sentence(regime)}: {listing.says}"
    if not rule.none:
        return ""
    said = f"We suggest no ground: {rule.none}."
    if ground := _find_like_ground(rule.weigh, regime, on):
        where = ", where that law applies" if regime.certainty == "unknown" else ""
        said += f" {rule.weighed.format(it=ground.provision)}{where}."
    return said


def _explain_point(
    point: LawPoint, happened: Sequence[Circumstance], regime: ContractRegime, on: date
) -> str:
    """Return what the law of a contract says on a point; empty where it has nothing, or none of it
    was read.
    """
    if point == "predecessor":
        its_own = regime.regime.grounds == "pa23" and happened
        return explain_predecessor(happened[0]) if its_own else ""
    if point == "labour":
        ground = _find_like_ground("PA23-7-3", regime, on)
        needs = "is possible only with an order or enough evidence"
        return f"{_begin_sentence(regime)}: {ground.provision} {needs}." if ground else ""
    rule = regime.find_rule(point)
    if rule is None or rule.sure == "unresolved":
        return ""
    return f"{_begin_sentence(regime)}: {rule.says}"


def _begin_sentence(regime: ContractRegime) -> str:
    """Return `Under the Procurement Act 2023`; where the law is not known, `If it applies`."""
    if regime.certainty == "unknown":
        return f"If the contract is under {regime.regime.short}"
    return f"Under {regime.regime.short}"


def _find_like_ground(code: str, regime: ContractRegime, on: date) -> Ground | None:
    """Return the ground of a regime's own law that a ground of the Procurement Act 2023 resembles,
    the first of several.
    """
    family = load_ground_families().get(regime.regime.grounds)
    if not code or (family is None and regime.regime.grounds != "pa23"):
        return None
    codes = list_family_grounds(family.code, code) if family else (code,)
    texts = (text for each in codes for text in list_ground_versions(each) if text.stands(on))
    return next(texts, None)


def list_named_codes(
    labels: Iterable[str], regime: ContractRegime, wording: str
) -> tuple[str, ...]:
    """Return the codes of a regime's grounds to which the labels of a finding lead, often none.

    Labels of the Procurement Act 2023 lead to the grounds of a family that are like them; a
    family's own lead to no other law, for which the supplier is to be screened. Fraud against
    others than the European Union is grave misconduct there (SI 2015/102 reg 57(1)(e) and (8)(c)):
    the words of the record, `wording`, have to name it.
    """
    family = load_ground_families().get(regime.regime.grounds)
    begins = f"{family.code}-" if family else "PA23-"
    found: list[str] = []
    for code in (label.split()[0] for label in labels):
        found += list_family_grounds(family.code, code) if family else ()
        found += [code] if code.startswith(begins) else []
    if _EUROPEAN.isdisjoint(fold(wording).split()):
        found = [code for code in found if code != "PCR15-fraud"]
    return tuple(dict.fromkeys(found))


def explain_no_grounds(regime: ContractRegime) -> str:
    """Return why a contract has no grounds, and what its buyer can still use; empty where it has
    some.
    """
    rule = regime.find_rule("mandatory grounds")
    if rule is None or rule.has:
        return ""
    can_use = (one.can_use for one in list_regimes_without_grounds() if one.regime == regime.code)
    use = "".join(f" A buyer can still use {what}." for what in can_use)
    short = regime.regime.short
    return f"Under {short}: {rule.says}{use}"


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
            codes.update(offence.records.get(kind, ()))
            if kind == "conviction" and "conviction" not in offence.records:
                codes.update(offence.grounds or ())
    return tuple(code for code in list_ground_codes() if code in codes)
