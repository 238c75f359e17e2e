"""Name, birth month and leave of the court decide who is called disqualified."""

from datetime import date
from typing import Any

from duediligence.model import (
    Address,
    Disqualification,
    NotHeld,
    NotKnown,
    Officer,
    Owner,
    PartialDate,
    Person,
    RegisteredAt,
    Supplier,
)
from duediligence.render.saying import format_text
from tests.rows import for_each


def record(name: str = "OTTOLINE BRACKWATER", **changes: Any) -> dict[str, Any]:
    known: dict[str, Any] = {
        "birth_date": PartialDate(1975, 4),
        "type": "undertaking",
        "from_": date(2024, 2, 1),
        "until": date(2030, 1, 31),
        "reason": "conduct while director of insolvent company",
    }
    return {"disqualifications": (Disqualification(name=name, **{**known, **changes}),)}


OTHER_MONTH = PartialDate(1975, 5)
SELF = ("Quillhaven Works Ltd.", None)
SANCTION = {"type": "sanction", "until": date(9999, 12, 31)}
OFFICE = Address("4 Lanternmoor Row", "zz14qh")
FIRM = Owner(
    kind="corporate-entity-person-with-significant-control",
    name="Tarnwick Holdings Limited",
    registered_at=RegisteredAt(number="99000077", country="England"),
)
NAMESAKE = Officer(name="Ottoline Brackwater", role="director", birth_date=None)
YEAR_ONLY = Officer(name="O Brackwater", role="director", birth_date=PartialDate(1975))
NAMED = {"supplier": Supplier(ref="S1", name="Quillhaven Works", people=(
    Person("Anselm Fernihough", PartialDate(1975, 4)),
))}  # fmt: skip
ALSO_DIRECTOR = {"supplier": Supplier(ref="S1", name="Quillhaven Works", people=(
    Person("O Brackwater", PartialDate(1975, 4)),
))}  # fmt: skip
NOBODY = NotHeld("It has no company number.")


CASES: list[tuple[str, str, str, str, dict[str, Any]]] = [
    ("CH-DSQ-01", "review", "high", "ltd", record()),
    ("CH-DSQ-01", "review", "high", "ltd", record("Mrs Otoline Maud Brackwater")),
    ("CH-DSQ-01", "review", "critical", "ltd", record(company_names=("QUILLHAVEN WORKS LTD",))),
    ("CH-DSQ-01", "review", "critical", "ltd", record(company_names=("Brackwater Lettings",))),
    ("CH-DSQ-01", "clear", "", "ltd", record(birth_date=OTHER_MONTH)),
    # A slip in the family name, or its two parts turned round: as on any list.
    ("CH-DSQ-01", "review", "high", "ltd", record("Ottoline BRACKWATTER")),
    ("CH-DSQ-01", "review", "high", "ltd", record("Brackwater, Ottoline")),
    ("CH-DSQ-01", "clear", "", "ltd", record("Lavinia Brackwater")),
    ("CH-DSQ-01", "clear", "", "ltd", record(until=date(2026, 11, 23))),
    ("CH-DSQ-01", "clear", "", "ltd", record(permissions=(SELF,))),
    (
        "CH-DSQ-01",
        "review",
        "high",
        "ltd",
        record(permissions=(("Quillhaven Works Ltd", date(2026, 11, 1)),)),
    ),
    ("CH-DSQ-01", "review", "high", "ltd", record(permissions=(("Dunnock Joinery Ltd", None),))),
    ("CH-DSQ-01", "unknown", "", "ltd", record(birth_date=None)),
    ("CH-DSQ-01", "unknown", "", "ltd", {**record(), "officers": (NAMESAKE,)}),
    ("CH-DSQ-01", "unknown", "", "ltd", {**record(), "officers": (YEAR_ONLY,)}),
    ("CH-DSQ-01", "not_applicable", "", "ltd", {**record(), "officers": ()}),
    ("CH-DSQ-02", "review", "high", "ltd", record()),
    ("CH-DSQ-02", "review", "critical", "ltd", record(address=OFFICE)),
    ("CH-DSQ-02", "clear", "", "ltd", record(birth_date=OTHER_MONTH)),
    ("CH-DSQ-02", "unknown", "", "ltd", record(birth_date=PartialDate(1975))),
    ("CH-DSQ-02", "not_applicable", "", "ltd", {**record(), "owners": ()}),
    ("CH-DSQ-03", "review", "medium", "ltd", record(until=date(2024, 6, 30))),
    ("CH-DSQ-03", "clear", "", "ltd", record(until=date(2020, 6, 30))),
    ("CH-DSQ-03", "clear", "", "ltd", record()),
    ("CH-DSQ-03", "unknown", "", "ltd", record(until=date(2024, 6, 30), birth_date=None)),
    ("CH-DSQ-03", "not_applicable", "", "ltd", {"officers": ()}),
    ("CH-DSQ-04", "review", "critical", "ltd", record(**SANCTION)),
    (
        "CH-DSQ-04",
        "review",
        "critical",
        "ltd",
        {**record("TARNWICK HOLDINGS LTD", birth_date=None, **SANCTION), "owners": (FIRM,)},
    ),
    ("CH-DSQ-04", "clear", "", "ltd", record()),
    ("CH-DSQ-04", "clear", "", "ltd", record(birth_date=OTHER_MONTH, **SANCTION)),
    ("CH-DSQ-04", "unknown", "", "ltd", record(birth_date=None, **SANCTION)),
    ("CH-DSQ-04", "not_applicable", "", "ltd", {"officers": (), "owners": ()}),
    ("CH-DSQ-05", "review", "high", "ltd", {**record("ANSELM FERNIHOUGH"), **NAMED}),
    (
        "CH-DSQ-05",
        "review",
        "critical",
        "ltd",
        {**record("ANSELM FERNIHOUGH", **SANCTION), **NAMED},
    ),
    (
        "CH-DSQ-05",
        "review",
        "high",
        "ltd",
        {**record("A FERNIHOUGH"), **NAMED, "company": NOBODY, "officers": NOBODY},
    ),
    (
        "CH-DSQ-05",
        "clear",
        "",
        "ltd",
        {**record("ANSELM FERNIHOUGH", birth_date=OTHER_MONTH), **NAMED},
    ),
    (
        "CH-DSQ-05",
        "clear",
        "",
        "ltd",
        {**record("ANSELM FERNIHOUGH", permissions=(SELF,)), **NAMED},
    ),
    ("CH-DSQ-05", "unknown", "", "ltd", {**record("ANSELM FERNIHOUGH", birth_date=None), **NAMED}),
    ("CH-DSQ-05", "unknown", "", "ltd", {"disqualifications": NotKnown("No key."), **NAMED}),
    ("CH-DSQ-05", "not_applicable", "", "ltd", record()),
    ("CH-DSQ-05", "not_applicable", "", "ltd", {**record(), **ALSO_DIRECTOR}),
]


@for_each(("check_id", "result", "severity", "form", "changes"), CASES)
def test_the_rules(judge, check_id, result, severity, form, changes):
    assert judge(check_id, form, changes) == (result, severity)


def test_a_sanction_is_not_told_twice(judge):
    assert judge("CH-DSQ-01", "ltd", record(**SANCTION)) == ("clear", "")


def test_what_is_said_of_a_person_is_a_likeness_and_no_verdict(outcome_of):
    why = format_text(
        outcome_of("CH-DSQ-01", **record(company_names=("Quillhaven Works Ltd",))).why
    )
    assert why == (
        "Ottoline Brackwater has the name and birth month of OTTOLINE BRACKWATER, disqualified "
        "until 31 January 2030 (conduct while director of insolvent company); the company "
        "Quillhaven Works Ltd also agrees."
    )
