"""What the figures of accounts say, each result of each check."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from duediligence.model import AccountsFigures, Contract, Dossier
from duediligence.render.saying import format_text
from tests.checks.conftest import CHARITY, FIGURES, SUPPLIER
from tests.rows import for_each

NOW, BEFORE = FIGURES
OLD = date(2024, 3, 31)


def years(now: dict[str, Any], before: dict[str, Any] | None = None) -> dict[str, Any]:
    """A dossier's figures, sound but for what is given; of one year where `before` is None."""
    found: tuple[AccountsFigures, ...] = (replace(NOW, **now),)
    if before is not None:
        found += (replace(BEFORE, **before),)
    return {"figures": found}


def contracts(*worth: str | None, ended: date | None = None) -> dict[str, Any]:
    """A dossier's supplier, with contracts worth so much a year."""
    held = tuple(
        Contract(title="Care", yearly_value=None if one is None else Decimal(one), end=ended)
        for one in worth
    )
    return {"supplier": replace(SUPPLIER, contracts=held)}


HALF_A_YEAR = years({"turnover": 952_329, "started": date(2025, 10, 1)})
NO_TURNOVER = years({"turnover": None, "total_assets": 20_000, "employees": 2})
IN_DEBT = {"net_assets": -90_000, "current_assets": 100_000}
SHORT = {"current_assets": 40_000, "creditors_within_one_year": 200_000}
CASES = [
    ("FIG-01", "clear", "", "ltd", {}),
    # About one small company in ten has net liabilities: by itself that is no flag.
    ("FIG-01", "clear", "", "ltd", years({"net_assets": -90_000}, {})),
    ("FIG-01", "not_applicable", "", "ltd", years({"net_assets": -90_000})),
    ("FIG-01", "clear", "", "ltd", years({"net_assets": -5_000}, {"net_assets": -90_000})),
    ("FIG-01", "review", "low", "ltd", years(IN_DEBT, {"net_assets": -20_000})),
    ("FIG-01", "review", "medium", "ltd", years(IN_DEBT | SHORT, {"net_assets": -20_000})),
    ("FIG-01", "review", "low", "cic", years(IN_DEBT | SHORT, {"net_assets": -20_000})),
    ("FIG-01", "not_applicable", "", "ltd", years({"net_assets": None}, {})),
    ("FIG-01", "not_applicable", "", "ltd", years(IN_DEBT, {"net_assets": None})),
    ("FIG-01", "not_applicable", "", "charity", {}),
    ("FIG-02", "clear", "", "ltd", {}),
    ("FIG-02", "review", "low", "ltd", years(SHORT, {})),
    ("FIG-02", "review", "low", "ltd", years(SHORT | {"net_assets": -1})),
    # Never had more, and owns more than it owes: a firm that is paid at once.
    ("FIG-02", "clear", "", "ltd", years(SHORT, {"current_assets": 10_000})),
    ("FIG-02", "clear", "", "ltd", years(SHORT)),
    ("FIG-02", "clear", "", "ltd",
     years({"current_assets": 1_000, "creditors_within_one_year": 24_999, "net_assets": -1})),
    ("FIG-02", "not_applicable", "", "ltd", years({"creditors_within_one_year": None})),
    ("FIG-02", "not_applicable", "", "ltd", years({"creditors_within_one_year": 0})),
    ("FIG-03", "not_applicable", "", "ltd", {}),
    ("FIG-03", "clear", "", "ltd", contracts("950000")),
    ("FIG-03", "review", "low", "ltd", contracts("950001")),
    ("FIG-03", "review", "low", "ltd", contracts("500000", "500000")),
    ("FIG-03", "review", "medium", "ltd", contracts("1900000.01")),
    ("FIG-03", "clear", "", "cic", contracts("1900000")),
    ("FIG-03", "review", "low", "cic", contracts("1900001")),
    ("FIG-03", "not_applicable", "", "ltd", contracts(None)),
    # A turnover of half a year is worth twice as much in a whole one.
    ("FIG-03", "clear", "", "ltd", HALF_A_YEAR | contracts("950000")),
    ("FIG-03", "review", "low", "ltd", HALF_A_YEAR | contracts("1000000")),
    ("FIG-03", "not_applicable", "", "ltd", contracts("9000000", ended=OLD)),
    ("FIG-03", "review", "low", "ltd", NO_TURNOVER | contracts("300001")),
    # Ten times what it owns, but its people can do it; or too much for them, and it owns much.
    ("FIG-03", "clear", "", "ltd", NO_TURNOVER | contracts("300000")),
    ("FIG-03", "clear", "", "ltd", years({"turnover": None}) | contracts("5000000")),
    ("FIG-03", "not_applicable", "", "ltd",
     years({"turnover": None, "employees": None}) | contracts("5000000")),
    ("FIG-04", "clear", "", "ltd", {}),
    ("FIG-04", "review", "low", "ltd", years({"net_assets": 100_000}, {})),
    ("FIG-04", "review", "medium", "ltd", years({"net_assets": 100_000, "employees": 7}, {})),
    ("FIG-04", "review", "medium", "ltd", years({"net_assets": -10_000}, {})),
    ("FIG-04", "review", "low", "ltd", years({"net_assets": 1_950_000}, {})),
    ("FIG-04", "review", "low", "ltd", years({"employees": 7}, {})),
    ("FIG-04", "review", "low", "ltd", years({"employees": 110}, {})),
    # Any net assets at all can be lost, or grow; from nothing there is no growth.
    ("FIG-04", "review", "medium", "ltd", years({"net_assets": -100_000}, {"net_assets": 1})),
    ("FIG-04", "review", "low", "ltd", years({"net_assets": 100_001}, {"net_assets": 1})),
    ("FIG-04", "clear", "", "ltd", years({"net_assets": 100_001}, {"net_assets": 0})),
    ("FIG-04", "clear", "", "ltd", years({"net_assets": -100_000}, {"net_assets": 0})),
    # A fall to a third of little is no collapse.
    ("FIG-04", "clear", "", "ltd", years({"net_assets": 1_000}, {"net_assets": 90_000})),
    ("FIG-04", "clear", "", "ltd", years({"employees": 1}, {"employees": 9})),
    ("FIG-04", "clear", "", "ltd", years({"net_assets": 50_000}, {"net_assets": -90_000})),
    ("FIG-04", "not_applicable", "", "ltd", years({})),
    ("FIG-04", "not_applicable", "", "ltd", years({}, {"net_assets": None, "employees": None})),
    ("FIG-05", "clear", "", "ltd", {}),
    ("FIG-05", "review", "high", "ltd", years({"dormant": True})),
    ("FIG-05", "review", "low", "guarantee", years({"dormant": True})),
    ("FIG-05", "review", "low", "ltd",
     years({"dormant": True}) | {"company": {"sic_codes": ("64209",)}}),
    # CH-FIL-06 asks already.
    ("FIG-05", "clear", "", "ltd",
     years({"dormant": True}) | {"company": {"accounts_type": "dormant"}}),
    ("FIG-05", "not_applicable", "", "ltd", years({"dormant": None})),
    ("FIG-06", "clear", "", "ltd", {}),
    ("FIG-06", "review", "medium", "ltd", years({"audit": "qualified"})),
    ("FIG-06", "not_applicable", "", "ltd", years({"audit": "exempt"})),
    ("FIG-06", "not_applicable", "", "ltd", years({"audit": ""})),
]  # fmt: skip


@for_each(("check_id", "result", "severity", "form", "changes"), CASES)
def test_the_rules(judge, check_id, result, severity, form, changes):
    assert judge(check_id, form, changes) == (result, severity)


ALL = ("FIG-01", "FIG-02", "FIG-03", "FIG-04", "FIG-05", "FIG-06")
BAD = {**IN_DEBT, **SHORT, "dormant": True, "audit": "qualified"}


@for_each("check_id", ALL)
@for_each(
    "changes",
    [
        {"figures": ()},
        years(BAD | {"ended": OLD}),
        years(BAD | {"comparative": True}),
        years(BAD | {"ended": date(2027, 1, 1)}),
        years(BAD) | {"company": {"status": "dissolved"}},
    ],
)
def test_nothing_is_said_of_old_figures_or_of_a_company_that_is_gone(judge, check_id, changes):
    changes = {**changes, **contracts("9000000")}
    assert judge(check_id, "ltd", changes) == ("not_applicable", "")


def test_figures_of_years_that_do_not_follow_are_not_compared(judge):
    changes = years({"net_assets": 1_000}, {"ended": OLD})
    assert judge("FIG-04", "ltd", changes)[0] == "not_applicable"


def test_it_reads_the_same_without_a_company_record(outcome_of, build):
    alone = outcome_of("FIG-06", "charity", charity=CHARITY, **years({"audit": "qualified"}))
    assert alone.result == "review"
    assert isinstance(build("ltd"), Dossier)


@for_each(
    ("check_id", "changes", "words"),
    [
        (
            "FIG-01",
            years(IN_DEBT, {"net_assets": -20_000}),
            "Its liabilities exceeded its assets by £90,000.00 on 31 March 2026, and by £20,000.00 "
            "on 31 March 2025.",
        ),
        (
            "FIG-02",
            years(SHORT, {}),
            "On 31 March 2026 it had £40,000.00 of current assets to pay £200,000.00 due within a "
            "year.",
        ),
        (
            "FIG-03",
            NO_TURNOVER | contracts("300001"),
            "Contracts worth £300,001.00 a year; on 31 March 2026 it owned £20,000.00 in all and "
            "had 2 employees.",
        ),
        (
            "FIG-04",
            years({"employees": 7}, {}),
            "On average it had 22 employees in the year to 31 March 2025 and 7 employees in that "
            "to 31 March 2026.",
        ),
    ],
)
def test_the_words(outcome_of, check_id, changes, words):
    assert format_text(outcome_of(check_id, "ltd", **changes).why) == words
