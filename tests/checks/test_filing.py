"""Strike-off, overdue filings, and what kind of accounts are filed."""

from datetime import date
from typing import Any

from duediligence.model import Filing
from duediligence.render.saying import format_text
from tests.checks.conftest import judged
from tests.rows import for_each

PROPOSED = {"status_detail": "active-proposal-to-strike-off"}


def filed(description: str, on: date = date(2026, 10, 5), category: str = "gazette") -> Filing:
    return Filing(category=category, type="X", description=description, filed_on=on)


NOTICE = filed("gazette-notice-compulsory", date(2026, 9, 1))
MISSPELT = filed("gazette-notice-compulsary", date(2025, 9, 1))
LONGER = "change-account-reference-date-company-current-extended"


def accounts(kind: str, on: date) -> Filing:
    return filed(f"accounts-with-accounts-type-{kind}", on, "accounts")


CASES: list[tuple[str, str, str, str, dict[str, Any]]] = [
    ("CH-FIL-01", "adverse", "high", "ltd", {"company": PROPOSED}),
    ("CH-FIL-01", "adverse", "high", "ltd", {"company": PROPOSED, "filings": (NOTICE,)}),
    (
        "CH-FIL-01",
        "adverse",
        "medium",
        "ltd",
        {"company": PROPOSED, "filings": (NOTICE, filed("gazette-filings-brought-up-to-date"))},
    ),
    (
        "CH-FIL-01",
        "adverse",
        "high",
        "ltd",
        {
            "company": PROPOSED,
            "filings": (NOTICE, filed("dissolved-compulsory-strike-off-suspended")),
        },
    ),
    ("CH-FIL-01", "clear", "", "ltd", {}),
    ("CH-FIL-01", "unknown", "", "ltd", {"company": {"status_detail": None}}),
    ("CH-FIL-01", "not_applicable", "", "ltd", {"company": {"status": "liquidation"}}),
    (
        "CH-FIL-02",
        "adverse",
        "low",
        "ltd",
        {"company": {"accounts_overdue": True, "accounts_due_on": date(2026, 11, 1)}},
    ),
    (
        "CH-FIL-02",
        "adverse",
        "medium",
        "ltd",
        {"company": {"accounts_overdue": None, "accounts_due_on": date(2026, 9, 30)}},
    ),
    (
        "CH-FIL-02",
        "adverse",
        "high",
        "ltd",
        {"company": {"accounts_overdue": True, "accounts_due_on": date(2026, 3, 31)}},
    ),
    (
        "CH-FIL-02",
        "adverse",
        "medium",
        "guarantee",
        {"company": {"accounts_overdue": True, "accounts_due_on": date(2026, 3, 31)}},
    ),
    (
        "CH-FIL-02",
        "adverse",
        "medium",
        "ltd",
        {"company": {"accounts_overdue": True, "accounts_due_on": None}},
    ),
    ("CH-FIL-02", "clear", "", "ltd", {"company": {"accounts_overdue": None}}),
    (
        "CH-FIL-02",
        "unknown",
        "",
        "ltd",
        {"company": {"accounts_overdue": None, "accounts_due_on": None}},
    ),
    ("CH-FIL-02", "not_applicable", "", "cio", {}),
    (
        "CH-FIL-03",
        "adverse",
        "low",
        "ltd",
        {"company": {"confirmation_overdue": True, "confirmation_due_on": date(2026, 9, 1)}},
    ),
    (
        "CH-FIL-03",
        "adverse",
        "medium",
        "ltd",
        {"company": {"confirmation_overdue": True, "confirmation_due_on": date(2026, 8, 1)}},
    ),
    ("CH-FIL-03", "clear", "", "ltd", {}),
    (
        "CH-FIL-03",
        "unknown",
        "",
        "ltd",
        {"company": {"confirmation_overdue": None, "confirmation_due_on": None}},
    ),
    ("CH-FIL-03", "not_applicable", "", "registered society", {}),
    ("CH-FIL-04", "review", "low", "ltd", {"filings": (NOTICE, MISSPELT)}),
    (
        "CH-FIL-04",
        "review",
        "medium",
        "ltd",
        {"filings": (NOTICE, MISSPELT), "company": {"accounts_overdue": True}},
    ),
    ("CH-FIL-04", "review", "low", "guarantee", {"filings": (NOTICE, MISSPELT)}),
    (
        "CH-FIL-04",
        "clear",
        "",
        "ltd",
        {"filings": (NOTICE, filed("gazette-notice-compulsory", date(2022, 9, 1)))},
    ),
    (
        "CH-FIL-05",
        "adverse",
        "medium",
        "ltd",
        {"company": {"accounts_made_up_to": None, "accounts_type": "null"}},
    ),
    (
        "CH-FIL-05",
        "clear",
        "",
        "ltd",
        {
            "company": {
                "accounts_made_up_to": None,
                "accounts_type": "null",
                "created_on": date(2025, 6, 1),
            }
        },
    ),
    (
        "CH-FIL-05",
        "unknown",
        "",
        "ltd",
        {"company": {"accounts_made_up_to": None, "accounts_type": None}},
    ),
    ("CH-FIL-05", "not_applicable", "", "cio", {}),
    ("CH-FIL-06", "review", "high", "ltd", {"company": {"accounts_type": "dormant"}}),
    ("CH-FIL-06", "review", "medium", "ltd", {"company": {"sic_codes": ("99999",)}}),
    (
        "CH-FIL-06",
        "review",
        "low",
        "ltd",
        {"company": {"accounts_type": "dormant", "sic_codes": ("98000",)}},
    ),
    (
        "CH-FIL-06",
        "clear",
        "",
        "ltd",
        {"company": {"accounts_type": "dormant", "accounts_made_up_to": date(2024, 3, 31)}},
    ),
    ("CH-FIL-06", "unknown", "", "ltd", {"company": {"accounts_type": None}}),
    ("CH-FIL-06", "not_applicable", "", "cio", {}),
    (
        "CH-FIL-07",
        "review",
        "low",
        "ltd",
        {
            "filings": (
                accounts("micro-entity", date(2026, 9, 1)),
                accounts("full", date(2025, 9, 1)),
            )
        },
    ),
    (
        "CH-FIL-07",
        "clear",
        "",
        "ltd",
        {
            "filings": (
                accounts("full", date(2026, 9, 1)),
                accounts("micro-entity", date(2025, 9, 1)),
            )
        },
    ),
    ("CH-FIL-07", "not_applicable", "", "ltd", {}),
    (
        "CH-FIL-08",
        "review",
        "medium",
        "ltd",
        {"filings": (filed(LONGER), filed(LONGER, date(2023, 1, 9)))},
    ),
    ("CH-FIL-08", "clear", "", "ltd", {"filings": (filed(LONGER),)}),
    ("CH-FIL-09", "review", "high", "ltd", {"filings": (filed("auditors-resignation-company"),)}),
    (
        "CH-FIL-09",
        "review",
        "medium",
        "guarantee",
        {"filings": (filed("auditors-resignation-limited-company"),)},
    ),
    (
        "CH-FIL-09",
        "clear",
        "",
        "ltd",
        {"filings": (filed("auditors-resignation-company", date(2024, 1, 1)),)},
    ),
]


@for_each(("check_id", "result", "severity", "form", "changes"), CASES)
def test_the_rules(judge, check_id, result, severity, form, changes):
    assert judge(check_id, form, changes) == (result, severity)


def test_being_struck_off_at_its_own_wish_may_mean_that_it_has_stopped_trading(outcome_of):
    asked = (filed("dissolution-application-strike-off-company"),)
    outcome = outcome_of("CH-FIL-01", company=PROPOSED, filings=asked)
    assert "asked for by the company itself on 5 October 2026" in format_text(outcome.why)
    assert judged(outcome).labels == ("PA23-7-6 Suspended or ceased business, officer to decide",)
    assert not outcome_of("CH-FIL-01", company=PROPOSED, filings=(NOTICE,)).circumstances
