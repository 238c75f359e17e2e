"""Which law a contract was bought under, as far as its facts say."""

from datetime import date
from decimal import Decimal
from typing import get_args

import pytest

from duediligence.law.regimes import (
    RuleKind,
    find_regime,
    find_regime_text,
    list_procedures,
    list_regimes,
)
from duediligence.model import Contract, Procurement
from duediligence.model.suppliers import BuyerFacts, BuyerKind, ProcedureCode, RegimeCode

TODAY = date(2026, 11, 24)
COUNCIL = BuyerFacts(kind="council", nation="England")


def regime(start=None, end=None, home=COUNCIL, **facts):
    contract = Contract(title="Invented", start=start, end=end, procurement=Procurement(**facts))
    return find_regime(contract, TODAY, home)


def test_each_code_has_its_row_and_each_regime_each_rule():
    assert {one.code for one in list_regimes()} == set(get_args(RegimeCode))
    assert {one.code for one in list_procedures()} == set(get_args(ProcedureCode))
    for one in list_regimes():
        kinds = [rule.what for rule in one.rules]
        assert sorted(kinds) == (sorted(get_args(RuleKind)) if one.code != "unknown" else [])
        assert one.code in ("unknown", "grant") or all(rule.at for rule in one.rules)


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        # A call-off of 2026 from a framework of 2023 stays under its law (SI 2024/716 reg 5).
        ("pcr-2015", {"begun": date(2026, 3, 2), "framework_begun": date(2023, 5, 1)}),
        ("pcr-2015", {"start": date(2023, 4, 1)}),
        ("pcr-2015", {"start": date(2025, 9, 1), "begun": date(2025, 2, 23)}),
        ("pa23", {"begun": date(2025, 2, 24), "value": Decimal(300_000), "subject": "works"}),
        # Call-offs for health care begun since 2024 are under the newer rules, however old the
        # framework is; a dynamic system of before is not (SI 2023/1348 reg 29).
        (
            "psr-england",
            {
                "begun": date(2024, 6, 3),
                "framework_begun": date(2022, 1, 4),
                "subject": "health care services",
            },
        ),
        (
            "pcr-2015",
            {
                "begun": date(2024, 6, 3),
                "framework_begun": date(2022, 1, 4),
                "procedure": "dynamic market",
                "subject": "health care services",
            },
        ),
        ("pcr-2015", {"begun": date(2023, 12, 29), "subject": "health care services"}),
        ("ccr-2016", {"begun": date(2024, 5, 1), "subject": "concession"}),
        ("ucr-2016", {"begun": date(2024, 5, 1), "buyer": "utility"}),
        ("grant", {"begun": date(2026, 5, 1), "funding": "grant"}),
        ("scotland", {"begun": date(2026, 5, 1), "nation": "Scotland"}),
    ],
)
def test_the_facts_point_to_a_law_which_is_never_more_than_likely(code, facts):
    if facts.get("subject") == "works":
        code = "below-threshold"
    found = regime(**facts)
    assert (found.code, found.certainty) == (code, "likely")


def test_the_threshold_is_that_of_the_day_on_which_the_procedure_began():
    facts = {"value": Decimal(210_000), "subject": "goods or other services"}
    assert regime(begun=date(2025, 12, 31), **facts).code == "below-threshold"
    assert regime(begun=date(2026, 1, 1), **facts).code == "pa23"
    light = {**facts, "subject": "light-touch services", "value": Decimal(663_539)}
    assert regime(begun=date(2026, 1, 1), **light).code == "below-threshold"


def test_what_no_fact_decides_is_unknown_and_says_what_is_missing():
    assert regime().missing == ("begun",)
    assert regime(start=date(2025, 4, 1)).missing == ("begun",)
    assert regime(start=date(2026, 9, 1), procedure="call-off").missing == ("framework_begun",)
    health = {"begun": date(2026, 5, 1), "subject": "health care services"}
    assert regime(home=BuyerFacts(), **health).missing == ("buyer",)
    assert regime(home=BuyerFacts(kind="NHS body"), **health).missing == ("nation",)
    coded = Contract(title="Invented", cpv=("85144100",), start=date(2026, 9, 1))
    assert find_regime(coded, TODAY, COUNCIL).missing == ("subject",)
    for one in (regime(), find_regime(coded, TODAY, COUNCIL)):
        assert (one.code, one.certainty, one.has_rule("termination")) == (
            "unknown",
            "unknown",
            None,
        )


def test_only_a_person_makes_it_sure_and_is_told_where_the_facts_differ():
    found = regime(regime="pa23", begun=date(2023, 3, 1))
    assert (found.code, found.certainty) == ("pa23", "confirmed")
    assert "the Public Contracts Regulations 2015" in found.reason
    expected = BuyerFacts(kind="council", nation="England", regime="pcr-2015")
    assert regime(home=expected).certainty == "likely"


def test_the_text_of_a_regime_is_that_of_the_day_and_its_procedure_takes_rules_away():
    health = {"subject": "health care services"}
    before, since = (regime(begun=on, **health) for on in (date(2025, 2, 23), date(2025, 2, 24)))
    assert before.regime.grounds == "pcr-2015"
    assert since.regime.grounds == "pa23"
    assert find_regime_text("psr-england", date(2023, 1, 1)) == before.regime
    called = regime(begun=date(2026, 2, 24), procedure="call-off", **health)
    rule = called.find_rule("mandatory grounds")
    assert rule is not None
    assert (rule.has, rule.at) == (False, "reg 20(7)")
    act = {"begun": date(2026, 5, 1), "value": Decimal(900_000)}
    light = regime(procedure="direct award", subject="light-touch services", **act)
    assert light.has_rule("exclusion notice") is light.has_rule("performance notice") is False
    open_ = regime(procedure="open", subject="goods or other services", **act)
    assert open_.has_rule("exclusion notice") is open_.has_rule("performance notice") is True


def test_no_old_law_lets_a_later_event_end_a_contract():
    reach = {
        one.code: rule.reach
        for one in list_regimes()
        for rule in one.rules
        if rule.what == "termination" and one.until is None
    }
    assert reach["pa23"] == reach["psr-england"] == reach["psr-wales"] == "later events"
    assert reach["below-threshold"] == reach["grant"] == "contract"
    old = [
        one
        for one in list_regimes()
        if one.grounds != "none" and (one.until is not None or one.code == "scotland")
    ]
    assert {r.reach for one in old for r in one.rules if r.what == "termination"} == {"at award"}


def test_a_change_of_a_contract_stays_under_the_law_of_the_contract():
    old = regime(procedure="modification", begun=date(2021, 9, 1), value=Decimal(9_000_000))
    assert old.code == "pcr-2015"
    undated = regime(start=date(2026, 12, 1), procedure="modification")
    assert (undated.code, undated.missing) == ("unknown", ("begun",))


def test_a_small_contract_of_before_the_act_has_no_grounds():
    facts = {"buyer": "council", "subject": "goods or other services"}
    small = regime(begun=date(2024, 5, 1), value=Decimal(214_903), **facts)
    assert (small.code, small.regime.until) == ("below-threshold", date(2025, 2, 23))
    assert regime(begun=date(2024, 5, 1), value=Decimal(214_904), **facts).code == "pcr-2015"
    # Of 2023 the threshold was lower; older ones are not held, and nothing is said by them.
    assert regime(begun=date(2023, 5, 1), value=Decimal(213_477), **facts).code == "pcr-2015"
    assert regime(begun=date(2019, 5, 1), value=Decimal(9_000), **facts).code == "pcr-2015"


def test_scottish_rules_follow_the_value_with_and_without_vat():
    facts = {"begun": date(2026, 8, 1), "nation": "Scotland", "buyer": "council"}
    services = {**facts, "subject": "goods or other services"}
    by_value = {
        value: regime(value=Decimal(value), **services).code
        for value in (207_720, 207_719, 60_000, 59_999, 49_999)
    }
    assert by_value == {
        207_720: "scotland",
        207_719: "scotland-regulated",
        60_000: "scotland-regulated",
        59_999: "unknown",  # with VAT it is, without VAT it is not regulated
        49_999: "scotland-below",
    }
    assert regime(value=Decimal(90_000), **facts, subject="works").code == "scotland-below"
    assert regime(value=Decimal(90_000), **facts).missing == ("subject",)


def test_a_private_utility_has_the_old_grounds_only_where_its_rules_adopt_them():
    facts = {"begun": date(2024, 11, 1), "value": Decimal(900_000)}
    assert regime(buyer="utility", **facts).has_rule("mandatory grounds") is True
    private = regime(buyer="private utility", **facts)
    assert (private.code, private.has_rule("mandatory grounds")) == ("ucr-2016", False)


def test_scotland_has_buyers_of_the_act_and_nobody_guesses_which():
    facts = {"begun": date(2026, 8, 1), "nation": "Scotland", "value": Decimal(9_000_000)}
    found = {kind: regime(buyer=kind, **facts) for kind in get_args(BuyerKind)}
    assert found.pop("UK government body").code == "pa23"
    assert found.pop("central government").missing == ("buyer",)
    assert {one.code for one in found.values()} == {"scotland"}


def test_no_law_follows_from_a_placeholder_or_from_days_that_contradict_each_other():
    services = {"subject": "goods or other services", "buyer": "council"}
    for value in (Decimal(0), Decimal(1)):
        found = regime(begun=date(2026, 5, 1), value=value, **services)
        assert (found.code, found.missing) == ("pa23", ("value",))
    for days in (
        {"begun": date(2026, 5, 1), "start": date(2024, 4, 1)},
        {"begun": date(2024, 5, 1), "framework_begun": date(2025, 6, 1), "procedure": "call-off"},
        {"start": date(2026, 4, 1), "end": date(2024, 3, 31)},
    ):
        found = regime(**days, **services)
        assert (found.code, found.missing) == ("unknown", ("begun",))
        assert "contradict each other" in found.reason
