"""Charges over the assets, and to whom."""

from datetime import date
from typing import Any

from duediligence.model import Charge, NotHeld
from tests.rows import for_each


def charge(*entitled: str, **changes: Any) -> Charge:
    known: dict[str, Any] = {
        "status": "outstanding",
        "created_on": date(2026, 6, 1),
        "floating_covers_all": True,
    }
    return Charge(persons_entitled=entitled, **{**known, **changes})


LENDER = "Gullwing Advances Limited"


CASES: list[tuple[str, str, str, str, dict[str, Any]]] = [
    ("CH-FIN-01", "review", "medium", "ltd", {"charges": (charge(LENDER),)}),
    ("CH-FIN-01", "review", "low", "ltd", {"charges": (charge("Marrowby Bank PLC"),)}),
    ("CH-FIN-01", "clear", "", "ltd", {"charges": (charge(LENDER, created_on=date(2025, 1, 1)),)}),
    ("CH-FIN-01", "clear", "", "ltd", {"charges": (charge(LENDER, status="satisfied"),)}),
    ("CH-FIN-01", "clear", "", "ltd", {"charges": (charge(LENDER, floating_covers_all=False),)}),
    ("CH-FIN-02", "review", "low", "ltd", {"charges": (charge("Marrowby Bank PLC"),) * 5}),
    (
        "CH-FIN-02",
        "clear",
        "",
        "ltd",
        {"charges": (*[charge(LENDER)] * 4, charge(LENDER, status="fully-satisfied"))},
    ),
    ("CH-FIN-03", "review", "high", "ltd", {"charges": (charge("Peregrin Dunnock"),)}),
    ("CH-FIN-03", "review", "medium", "cic", {"charges": (charge("Mr P Dunnock"),)}),
    ("CH-FIN-03", "clear", "", "ltd", {"charges": (charge(LENDER),)}),
    ("CH-FIN-03", "clear", "", "ltd", {"charges": (charge("Lavinia Dunnock"),)}),
    ("CH-FIN-03", "not_applicable", "", "ltd", {"charges": NotHeld("none")}),
]


@for_each(("check_id", "result", "severity", "form", "changes"), CASES)
def test_the_rules(judge, check_id, result, severity, form, changes):
    assert judge(check_id, form, changes) == (result, severity)
