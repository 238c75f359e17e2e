"""No output prints a ground that the check's own words deny, nor one that the engine has not."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from duediligence import registry
from duediligence.contracts.checks import AnyCheck
from duediligence.law.crimes import load_crime_acts
from duediligence.law.grounds import (
    find_ground,
    list_ground_codes,
    load_circumstance_rules,
    load_ground_families,
)
from duediligence.law.possible_grounds import (
    assume_regime,
    explain_no_grounds,
    find_ground_regimes,
    find_possible_grounds,
    judge_grounds,
    list_grounds_of_kind,
)
from duediligence.law.regimes import find_regime, list_regimes
from duediligence.model import Contract, Outcome, Procurement
from duediligence.model.circumstances import CIRCUMSTANCE_KINDS, Circumstance, Whom
from duediligence.model.suppliers import BuyerFacts, RegimeCode
from duediligence.screening.run.findings import check_context, judge_outcome
from tests.rows import for_each

TODAY = date(2026, 11, 24)
CHECKS = list(registry.checks().values())
DENIES = re.compile(r"\bno ground\b(?! of its own)|\bnone in itself\b")
SENSES = [text for text in list_regimes() if text.code != "unknown"]
# What a record, a company or a statement of each kind can be at its worst.
WORST = {
    "act_section": "Fraud Act 2006 s.2",
    "stated": ("PA23-6-15", "PA23-7-5"),
    "continues": True,
    "ended": True,
}
every_check = for_each("check", CHECKS, ids=lambda one: one.id)


def test_every_kind_of_circumstance_has_a_rule_and_every_rule_a_source() -> None:
    rules = load_circumstance_rules()
    assert set(rules) == set(CIRCUMSTANCE_KINDS)
    for rule in rules.values():
        assert rule.source
        assert rule.sure
        assert rule.grounds or rule.none, rule.kind
        assert set(rule.grounds) <= set(list_ground_codes())


@every_check
def test_a_check_whose_words_deny_a_ground_can_go_to_none(check: AnyCheck) -> None:
    if not DENIES.search(f"{check.basis} {check.guidance}"):
        return
    for kind in check.circumstances:
        codes = list_grounds_of_kind(kind)
        assert codes == (), (check.id, kind, codes)


def test_no_check_names_a_ground_itself() -> None:
    """It says what happened: its basis may cite the law, and what it returns no ground."""
    for path in (Path(__file__).parents[2] / "checks").rglob("*.py"):
        source = path.read_text("utf-8")
        assert " grounds=(" not in source, path
        assert not set(list_ground_codes()) & set(re.findall(r"PA23-[67]-\d+", source)), path


def test_misconduct_is_named_only_with_a_ruling() -> None:
    rules = load_circumstance_rules()
    acts = [
        (kind, codes)
        for act in load_crime_acts().values()
        for offence in act.offences
        for kind, codes in offence.records.items()
    ]
    for kind, rule in rules.items():
        if "PA23-7-11" in rule.grounds:
            assert rule.ruling, kind
    for kind, codes in acts:
        if "PA23-7-11" in codes:
            assert kind in ("civil_penalty", "conviction", "order"), kind


@for_each("text", SENSES, ids=lambda one: f"{one.code} {one.since}")
def test_each_regime_names_its_own_grounds_alone(text: object) -> None:
    """Every kind of circumstance about everybody: only codes of the table that the regime has."""
    law = replace(assume_regime(text.code, TODAY), regime=text)  # type: ignore[attr-defined]
    family = load_ground_families().get(text.grounds)  # type: ignore[attr-defined]
    own = "PA23-" if text.grounds == "pa23" else f"{family.code}-" if family else "none"  # type: ignore[attr-defined]
    happened = [
        Circumstance(kind=kind, whom=whom, went_over=("name",), **WORST)  # type: ignore[arg-type]
        for kind in CIRCUMSTANCE_KINDS
        for whom in get_args(Whom)
    ]
    found = find_possible_grounds(happened, [law], TODAY)
    assert all(one.ground.code.startswith(own) for one in found)
    assert bool(found) == (own != "none")
    for one in found:
        assert find_ground(one.ground.code, TODAY) == one.ground
        if one.whom == "associated person":
            assert law.has_rule("associated persons")
        if one.whom == "sub-contractor":
            assert law.has_rule("sub-contractors")
    if not family and own == "none":
        assert "A buyer can still use" in explain_no_grounds(law)


def test_the_insolvency_of_a_predecessor_needs_its_four_limbs() -> None:
    act = [assume_regime("pa23", TODAY)]
    whole = Circumstance(
        kind="possible predecessor",
        whom="predecessor",
        continues=True,
        ended=True,
        went_over=("name",),
    )
    (label,) = judge_grounds([whole], act, TODAY).labels
    assert label == "PA23-7-5 Insolvency (if that company is a predecessor), officer to decide"
    for less in (replace(whole, ended=False), replace(whole, went_over=())):
        told = judge_grounds([less], act, TODAY)
        assert told.labels == ()
        assert "another company of a director failed" in told.working[0]
    old = [assume_regime("pcr-2015", date(2020, 1, 1))]
    assert judge_grounds([whole], old, TODAY).labels == ()


FRAUD = Circumstance(
    kind="conviction",
    act_section="Fraud Act 2006 s.2",
    happened_on=date(2024, 5, 3),
    day_of="conviction",
)


@pytest.mark.parametrize(
    ("regimes", "expected"),
    [
        (("pa23",), ("PA23-6-15 Fraud, officer to decide",)),
        (
            ("pcr-2015",),
            (
                "PCR15-fraud Fraud, if it affected the financial interests of the European "
                "Communities, under the Public Contracts Regulations 2015, officer to decide",
                "PCR15-misconduct Grave professional misconduct, under the Public Contracts "
                "Regulations 2015, officer to decide",
            ),
        ),
        (
            ("pa23", "psr-england"),
            (
                "PA23-6-15 Fraud, officer to decide",
                "PA23-6-15 Fraud, under the Provider Selection Regime of England, officer to "
                "decide",
            ),
        ),
        (("grant", "below-threshold"), ()),
    ],
)
def test_grounds_are_named_by_the_law_of_each_contract(
    regimes: tuple[RegimeCode, ...], expected: tuple[str, ...]
) -> None:
    contracts = [Contract(title=one, procurement=Procurement(regime=one)) for one in regimes]
    laws = find_ground_regimes(contracts, TODAY)
    assert judge_grounds([FRAUD], laws, TODAY).labels == expected
    assert {one.certainty for one in laws} == {"confirmed"}


def test_a_call_off_of_the_provider_selection_regime_has_no_grounds() -> None:
    facts = Procurement(regime="psr-england", procedure="call-off")
    law = find_regime(Contract(title="Health visiting", procurement=facts), TODAY)
    told = judge_grounds([FRAUD], [law], TODAY)
    assert told.labels == ()
    assert "does not apply to call-offs" in told.working[0]


def test_where_no_contract_says_its_law_grounds_are_those_that_the_home_expects() -> None:
    for buyer, code in ((None, "pa23"), (BuyerFacts(regime="psr-wales"), "psr-wales")):
        for contracts in ((), (Contract(title="Lunch clubs"),)):
            (law,) = find_ground_regimes(contracts, TODAY, buyer)
            assert law.code == code


def test_of_a_check_of_version_1_only_grounds_that_there_are_are_printed() -> None:
    outcome = Outcome("review", "It did.", grounds=("Sch 7 para 5", "PA23-9-99 witchcraft"))
    judged = judge_outcome(outcome, find_ground_regimes((), TODAY), check_context(TODAY))
    assert judged.labels == ("PA23-7-5 Insolvency, officer to decide",)
