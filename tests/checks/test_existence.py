"""Whether the supplier is the entity that it says it is."""

from datetime import date
from typing import Any

from duediligence.model import Identifier, NotHeld, NotKnown, Resolution, Supplier
from tests.rows import for_each

GONE = NotHeld("the register has no such company")


def numbered(number: str) -> Supplier:
    return Supplier(ref="S-1", name="Quillhaven Works", identifiers=(Identifier("GB-COH", number),))


LEGAL = {"supplier": {"name": "Quillhaven Works Ltd"}}
CASES: list[tuple[str, str, str, str, dict[str, Any]]] = [
    ("CH-EXI-01", "adverse", "critical", "ltd", {"company": GONE}),
    ("CH-EXI-01", "adverse", "medium", "charitable company", {"company": GONE}),
    ("CH-EXI-01", "unknown", "", "ltd", {"company": GONE, "supplier": numbered("IP990001")}),
    (
        "CH-EXI-01",
        "not_applicable",
        "",
        "cio",
        {"company": GONE, "supplier": numbered("CE990001")},
    ),
    ("CH-EXI-01", "clear", "", "ltd", {}),
    ("CH-EXI-01", "unknown", "", "ltd", {"company": NotKnown("the register was down")}),
    ("CH-EXI-01", "not_applicable", "", "charity", {}),
    ("CH-EXI-02", "review", "low", "ltd", {"resolution": Resolution("number", 0.41)}),
    ("CH-EXI-02", "review", "low", "ltd", {"resolution": Resolution("number", 0.72)}),
    ("CH-EXI-02", "review", "high", "ltd", {**LEGAL, "resolution": Resolution("number", 0.41)}),
    ("CH-EXI-02", "review", "medium", "ltd", {**LEGAL, "resolution": Resolution("number", 0.72)}),
    ("CH-EXI-02", "clear", "", "ltd", {**LEGAL, "resolution": Resolution("number", 0.8)}),
    ("CH-EXI-02", "clear", "", "ltd", {"resolution": Resolution("number", 0.8)}),
    ("CH-EXI-02", "unknown", "", "ltd", {"resolution": Resolution("number")}),
    ("CH-EXI-02", "not_applicable", "", "nobody", {}),
    ("CH-EXI-03", "review", "high", "ltd", {"supplier": numbered("12345678")}),
    ("CH-EXI-03", "clear", "", "ltd", {}),
    ("CH-EXI-03", "not_applicable", "", "nobody", {}),
    ("CH-EXI-04", "adverse", "critical", "ltd", {"company": {"status": "dissolved"}}),
    ("CH-EXI-04", "adverse", "critical", "ltd", {"company": {"status": "removed"}}),
    ("CH-EXI-04", "adverse", "high", "ltd", {"company": {"status": "converted-closed"}}),
    ("CH-EXI-04", "clear", "", "ltd", {}),
    ("CH-EXI-04", "unknown", "", "ltd", {"company": {"status": "not-stated"}}),
    ("CH-EXI-04", "clear", "", "registered society", {"company": {"status": ""}}),
    ("CH-EXI-04", "unknown", "", "ltd", {"company": {"status": ""}}),
    ("CH-EXI-05", "review", "high", "ltd", {"company": {"created_on": date(2026, 10, 1)}}),
    ("CH-EXI-05", "review", "low", "ltd", {"company": {"created_on": date(2026, 9, 25)}}),
    ("CH-EXI-05", "review", "low", "ltd", {"company": {"created_on": date(2025, 11, 24)}}),
    ("CH-EXI-05", "clear", "", "ltd", {"company": {"created_on": date(2024, 11, 24)}}),
    ("CH-EXI-05", "review", "medium", "guarantee", {"company": {"created_on": date(2026, 11, 1)}}),
    ("CH-EXI-05", "review", "low", "guarantee", {"company": {"created_on": date(2026, 3, 1)}}),
    ("CH-EXI-05", "unknown", "", "ltd", {"company": {"created_on": None}}),
    ("CH-EXI-05", "not_applicable", "", "ltd", {"company": {"status": "dissolved"}}),
    (
        "CH-EXI-06",
        "adverse",
        "critical",
        "ltd",
        {
            "company": {
                "annotations": (
                    "strike-off-under-section-1002a-of-the-companies-act-2006-incorporation",
                )
            }
        },
    ),
    ("CH-EXI-06", "clear", "", "ltd", {}),
    ("CH-EXI-06", "unknown", "", "ltd", {"company": {"annotations": None}}),
    (
        "CH-EXI-07",
        "adverse",
        "high",
        "ltd",
        {
            "company": {
                "type": "registered-overseas-entity",
                "annotations": ("overseas-entity-dissolved-wound-up-or-ceased-to-exist",),
            }
        },
    ),
    ("CH-EXI-07", "clear", "", "ltd", {"company": {"type": "registered-overseas-entity"}}),
    (
        "CH-EXI-07",
        "unknown",
        "",
        "ltd",
        {"company": {"type": "registered-overseas-entity", "annotations": None}},
    ),
    ("CH-EXI-07", "not_applicable", "", "ltd", {}),
]


@for_each(("check_id", "result", "severity", "form", "changes"), CASES)
def test_the_rules(judge, check_id, result, severity, form, changes):
    assert judge(check_id, form, changes) == (result, severity)
