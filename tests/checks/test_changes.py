"""Bursts of changes, late news, and shelf companies brought to life."""

from datetime import date
from typing import Any

from duediligence.model import Filing
from tests.rows import for_each


def changed(category: str, day: int, **more: Any) -> Filing:
    return Filing(category=category, type="X", description="", filed_on=date(2026, 10, day), **more)


TAKEN_OVER = (
    changed("change-of-name", 1),
    changed("officers", 2),
    changed("officers", 2),
    changed("persons-with-significant-control", 3),
    changed("address", 6),
)
LATE = Filing(
    category="officers",
    type="TM01",
    description="",
    filed_on=date(2026, 10, 1),
    action_on=date(2026, 5, 1),
)
DORMANT = {"company": {"accounts_type": "dormant"}}


CASES: list[tuple[str, str, str, str, dict[str, Any]]] = [
    ("CH-FIL-10", "review", "medium", "ltd", {"filings": TAKEN_OVER}),
    ("CH-FIL-10", "review", "low", "ltd", {"filings": (*TAKEN_OVER[1:], changed("officers", 4))}),
    ("CH-FIL-10", "clear", "", "ltd", {"filings": TAKEN_OVER[:4]}),
    ("CH-FIL-10", "clear", "", "guarantee", {"filings": (changed("officers", 3),) * 8}),
    ("CH-FIL-11", "review", "low", "ltd", {"filings": (LATE, LATE)}),
    ("CH-FIL-11", "clear", "", "ltd", {"filings": (LATE,)}),
    ("CH-EXI-08", "review", "high", "ltd", {**DORMANT, "filings": TAKEN_OVER}),
    ("CH-EXI-08", "clear", "", "ltd", {"filings": TAKEN_OVER}),
    ("CH-EXI-08", "clear", "", "ltd", {**DORMANT, "filings": TAKEN_OVER[:3]}),
    ("CH-EXI-08", "unknown", "", "ltd", {"company": {"accounts_type": None}}),
    ("CH-EXI-08", "not_applicable", "", "cio", {}),
]


@for_each(("check_id", "result", "severity", "form", "changes"), CASES)
def test_the_rules(judge, check_id, result, severity, form, changes):
    assert judge(check_id, form, changes) == (result, severity)
