"""Registered offices and service addresses."""

from datetime import date
from typing import Any

from duediligence.model import Address, Filing
from duediligence.render.saying import format_text
from tests.rows import for_each

DEFAULT = Address("99000001 - Companies House Default Address, PO Box 4385, Cardiff", "CF14 8LH")
OFFICE = "default-companies-house-registered-office-address-applied"
SERVICE = "default-companies-house-service-address-applied-officer"


def filed(description: str, on: date = date(2026, 6, 5), **values: str) -> Filing:
    return Filing(
        category="address",
        type="X",
        description=description,
        filed_on=on,
        values=tuple(values.items()),
    )


def moved(on: date) -> Filing:
    return filed("change-registered-office-address-company-with-date-old-address-new-address", on)


MOVE = moved(date(2026, 6, 5))


CASES: list[tuple[str, str, str, str, dict[str, Any]]] = [
    ("CH-ADR-01", "adverse", "critical", "ltd", {"company": {"address": DEFAULT}}),
    ("CH-ADR-01", "review", "medium", "ltd", {"filings": (filed(OFFICE),)}),
    ("CH-ADR-01", "clear", "", "ltd", {}),
    ("CH-ADR-01", "unknown", "", "ltd", {"company": {"address": None}}),
    ("CH-ADR-01", "not_applicable", "", "ltd", {"company": {"status": "dissolved"}}),
    ("CH-ADR-02", "adverse", "high", "ltd", {"company": {"office_in_dispute": True}}),
    ("CH-ADR-02", "clear", "", "ltd", {}),
    ("CH-ADR-02", "unknown", "", "ltd", {"company": {"office_in_dispute": None}}),
    ("CH-ADR-02", "not_applicable", "", "ltd", {"company": {"status": "dissolved"}}),
    ("CH-ADR-03", "adverse", "high", "ltd", {"company": {"office_undeliverable": True}}),
    ("CH-ADR-03", "clear", "", "ltd", {}),
    ("CH-ADR-03", "unknown", "", "ltd", {"company": {"office_undeliverable": None}}),
    ("CH-ADR-03", "not_applicable", "", "ltd", {"company": {"status": "dissolved"}}),
    ("CH-ADR-04", "adverse", "high", "ltd", {"filings": (filed(SERVICE),)}),
    ("CH-ADR-04", "clear", "", "ltd", {"filings": (filed(SERVICE, date(2025, 6, 5)),)}),
    (
        "CH-ADR-05",
        "review",
        "medium",
        "ltd",
        {"company": {"address": Address("P.O. Box 12, Quillhaven", "ZZ1 4QH")}},
    ),
    (
        "CH-ADR-05",
        "clear",
        "",
        "ltd",
        {"company": {"address": Address("2 Boxmoor Lane, Poole Street", "ZZ1 4QH")}},
    ),
    ("CH-ADR-05", "unknown", "", "ltd", {"company": {"address": None}}),
    ("CH-ADR-05", "not_applicable", "", "ltd", {"company": {"address": DEFAULT}}),
    ("CH-ADR-06", "review", "low", "ltd", {"same_address": 19_000}),
    ("CH-ADR-06", "review", "low", "ltd", {"same_address": 50}),
    ("CH-ADR-06", "review", "low", "guarantee", {"same_address": 700}),
    ("CH-ADR-06", "clear", "", "ltd", {"same_address": 49}),
    ("CH-ADR-07", "review", "low", "ltd", {"filings": (MOVE,) * 3}),
    ("CH-ADR-07", "review", "medium", "ltd", {"filings": (MOVE,) * 5}),
    ("CH-ADR-07", "review", "low", "guarantee", {"filings": (MOVE,) * 5}),
    ("CH-ADR-07", "clear", "", "ltd", {"filings": (MOVE,) * 2}),
    ("CH-ADR-07", "clear", "", "ltd", {"filings": (MOVE, MOVE, filed("termination-director"))}),
    ("CH-ADR-07", "clear", "", "ltd", {"filings": (MOVE, MOVE, moved(date(2024, 11, 23)))}),
    ("CH-ADR-07", "review", "low", "ltd", {"filings": (MOVE, MOVE, moved(date(2024, 11, 24)))}),
]


@for_each(("check_id", "result", "severity", "form", "changes"), CASES)
def test_the_rules(judge, check_id, result, severity, form, changes):
    assert judge(check_id, form, changes) == (result, severity)


def test_the_person_without_an_address_is_named(outcome_of):
    outcome = outcome_of("CH-ADR-04", filings=(filed(SERVICE, officer_name="Peregrin Dunnock"),))
    assert "Peregrin Dunnock" in format_text(outcome.why)
