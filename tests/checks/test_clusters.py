"""Signs that count only together."""

from datetime import date
from typing import Any

from duediligence.model import Officer
from tests.rows import for_each

SHELL = {
    "company": {"created_on": date(2026, 9, 1)},
    "officers": (Officer(name="Ottoline Brackwater", role="director"),),
    "same_address": 9_000,
}

CASES: list[tuple[str, str, str, str, dict[str, Any]]] = [
    ("CH-ADR-08", "review", "high", "ltd", SHELL),
    ("CH-ADR-08", "clear", "", "ltd", {**SHELL, "same_address": 30}),
    ("CH-ADR-08", "clear", "", "ltd", {"same_address": 9_000}),
    ("CH-ADR-08", "clear", "", "ltd", {**SHELL, "company": {"created_on": date(2024, 9, 1)}}),
    ("CH-ADR-08", "unknown", "", "ltd", {**SHELL, "company": {"created_on": None}}),
    ("CH-ADR-08", "not_applicable", "", "guarantee", {"same_address": 9_000}),
]


@for_each(("check_id", "result", "severity", "form", "changes"), CASES)
def test_the_rules(judge, check_id, result, severity, form, changes):
    assert judge(check_id, form, changes) == (result, severity)
