"""What the charity registers say."""

from datetime import date
from typing import Any

from duediligence.model import AnnualReturn, CharityFigures, NotHeld, NotKnown
from duediligence.render.saying import format_text
from tests.rows import for_each

GONE = NotHeld("no such charity")


def returns(*received: date | None) -> tuple[AnnualReturn, ...]:
    """The last years' returns, each due on 31 January, newest first."""
    return tuple(
        AnnualReturn(date(2025 - n, 3, 31), date(2026 - n, 1, 31), day)
        for n, day in enumerate(received)
    )


def three_late(day: int) -> tuple[AnnualReturn, ...]:
    """Three returns that came late; the oldest was due on that day of November 2020."""
    due = (date(2026, 1, 31), date(2025, 1, 31), date(2020, 11, day))
    return tuple(AnnualReturn(one.replace(year=one.year - 1), one, date(2026, 2, 1)) for one in due)


def opinions(*qualified: bool | None) -> dict[str, Any]:
    """Whether the accounts of each of the last years, newest first, have a qualified opinion."""
    years = enumerate(qualified)
    return {
        "charity": {
            "returns": tuple(
                AnnualReturn(date(2025 - n, 3, 31), date(2026 - n, 1, 31), ON_TIME, one)
                for n, one in years
            )
        }
    }


def figures(**entered: Any) -> dict[str, Any]:
    old = CharityFigures(year_end=date(2024, 3, 31), reserves=-5, trustees_paid=True)
    new = CharityFigures(year_end=date(2025, 3, 31), **entered)
    return {"charity": {"figures": (old, new)}}


ON_TIME, LATE = date(2019, 1, 1), date(2026, 8, 1)


CASES: list[tuple[str, str, str, str, dict[str, Any]]] = [
    ("CHA-11", "review", "high", "charity", opinions(True, False)),
    ("CHA-11", "review", "medium", "charity", opinions(False, True)),
    ("CHA-11", "clear", "", "charity", opinions(False, False, False, False, False, True)),
    ("CHA-11", "clear", "", "charity", {}),
    ("CHA-11", "unknown", "", "charity", opinions(None, None)),
    ("CHA-11", "not_applicable", "", "charity", {"charity": {"returns": returns(None)}}),
    ("CHA-11", "not_applicable", "", "charity", {"charity": {"returns": ()}}),
    ("CHA-07", "review", "medium", "charity", {"charity": {"returns": three_late(24)}}),
    ("CHA-07", "clear", "", "charity", {"charity": {"returns": three_late(23)}}),
    ("CHA-11", "not_applicable", "", "ltd", {}),
    ("CHA-12", "review", "medium", "charity", figures(reserves=-1_200, net_assets=50)),
    ("CHA-12", "review", "medium", "charity", figures(net_assets=-1)),
    ("CHA-12", "clear", "", "charity", figures(reserves=0, net_assets=50)),
    ("CHA-12", "not_applicable", "", "charity", {}),
    ("CHA-13", "review", "low", "charity", figures(trustees_paid=True)),
    ("CHA-13", "clear", "", "charity", figures(trustees_paid=False)),
    ("CHA-13", "not_applicable", "", "charity", {}),
    ("CHA-01", "adverse", "high", "charity", {"charity": GONE}),
    ("CHA-01", "clear", "", "charity", {}),
    ("CHA-01", "unknown", "", "charity", {"charity": NotKnown("not loaded")}),
    ("CHA-01", "not_applicable", "", "ltd", {}),
    (
        "CHA-02",
        "adverse",
        "critical",
        "charity",
        {"charity": {"status": "Removed", "removed_on": date(2025, 1, 4)}},
    ),
    (
        "CHA-02",
        "adverse",
        "high",
        "charity",
        {"charity": {"status": "Removed", "removal_reason": "AMALGAMATED"}},
    ),
    ("CHA-02", "clear", "", "charity", {}),
    ("CHA-02", "unknown", "", "charity", {"charity": {"status": ""}}),
    ("CHA-02", "not_applicable", "", "ltd", {}),
    ("CHA-03", "adverse", "critical", "charity", {"charity": {"insolvent": True}}),
    ("CHA-03", "clear", "", "charity", {}),
    ("CHA-03", "unknown", "", "charity", {"charity": {"insolvent": None}}),
    ("CHA-04", "adverse", "high", "charity", {"charity": {"in_administration": True}}),
    ("CHA-04", "clear", "", "charity", {}),
    ("CHA-04", "unknown", "", "charity", {"charity": {"in_administration": None}}),
    ("CHA-05", "adverse", "medium", "charity", {"charity": {"accounts_late": True}}),
    ("CHA-05", "adverse", "medium", "charity", {"charity": {"returns": returns(None)}}),
    ("CHA-05", "adverse", "high", "charity", {"charity": {"returns": returns(None, None)}}),
    (
        "CHA-05",
        "adverse",
        "medium",
        "charity",
        {"charity": {"returns": returns(None, None), "income": 9_000}},
    ),
    (
        "CHA-05",
        "adverse",
        "low",
        "charity",
        {"charity": {"returns": (AnnualReturn(date(2025, 12, 31), date(2026, 10, 31)),)}},
    ),
    ("CHA-05", "clear", "", "charity", {}),
    ("CHA-05", "unknown", "", "charity", {"charity": {"accounts_late": None, "returns": ()}}),
    ("CHA-06", "review", "high", "charity", {"charity": {"inquiry": "statutory inquiry opened"}}),
    ("CHA-06", "clear", "", "charity", {}),
    ("CHA-07", "review", "medium", "charity", {"charity": {"returns": returns(LATE, LATE, LATE)}}),
    ("CHA-07", "clear", "", "charity", {"charity": {"returns": returns(LATE, ON_TIME, LATE)}}),
    ("CHA-07", "not_applicable", "", "charity", {"charity": {"returns": ()}}),
    ("CHA-08", "review", "low", "charity", {"charity": {"registered_on": date(2026, 3, 1)}}),
    ("CHA-08", "clear", "", "charity", {}),
    ("CHA-08", "unknown", "", "charity", {"charity": {"registered_on": None}}),
    ("CHA-09", "review", "medium", "charity", {"charity": {"trustees": ("Ada Fenwhistle",)}}),
    ("CHA-09", "clear", "", "charity", {}),
    ("CHA-09", "out_of_scope", "", "charity", {"charity": {"trustees": None}}),
    (
        "CHA-10",
        "review",
        "high",
        "charitable company",
        {"charity": {"company_number": "99000042"}},
    ),
    ("CHA-10", "clear", "", "charitable company", {}),
    ("CHA-10", "not_applicable", "", "charitable company", {"charity": {"company_number": ""}}),
]


@for_each(("check_id", "result", "severity", "form", "changes"), CASES)
def test_the_rules(judge, check_id, result, severity, form, changes):
    assert judge(check_id, form, changes) == (result, severity)


def test_what_a_charity_without_reserves_has_from_government_is_said(outcome_of):
    part_a = CharityFigures(
        year_end=date(2025, 3, 31), government_contracts=40_000, government_grants=2_000
    )
    part_b = CharityFigures(year_end=date(2025, 3, 31), reserves=-1_200, net_assets=-7)
    told = outcome_of("CHA-12", "charity", charity={"figures": (part_a, part_b)})
    assert format_text(told.why) == (
        "At the end of the year to 31 March 2025, free reserves were £1,200.00 below nothing and "
        "liabilities were £7.00 more than assets. Government contracts and grants gave it "
        "£42,000.00."
    )


def test_each_year_with_a_qualified_opinion_is_named(outcome_of):
    told = outcome_of("CHA-11", "charity", **opinions(True, False, True))
    assert "31 March 2025 have" in format_text(told.why)
    assert "31 March 2023 have" in format_text(told.why)
    assert "2024" not in format_text(told.why)
