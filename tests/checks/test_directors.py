"""Boards and the people on them."""

from datetime import date
from typing import Any

from duediligence.model import Appointment, FormerName, Officer, PartialDate, RegisteredAt
from tests.rows import for_each


def director(name: str = "Ottoline Brackwater", **changes: Any) -> Officer:
    known: dict[str, Any] = {
        "role": "director",
        "birth_date": PartialDate(1975, 4),
        "appointed_on": date(2015, 5, 1),
        "officer_id": name,
    }
    return Officer(name=name, **{**known, **changes})


FIRM = director(
    "Tarnwick Nominees Limited",
    role="corporate-director",
    birth_date=None,
    registered_at=RegisteredAt(number="99000077", country="England"),
)
LEFT = director("Peregrin Dunnock", resigned_on=date(2026, 3, 1))
CAME = director("Quentin Larkspire", appointed_on=date(2026, 3, 9))
# Twelve comings and goings for a board of four: ordinary among trustees, not elsewhere.
ROTATING = (
    *(director(f"A{n} Fenwhistle", appointed_on=date(2025, 10, 3)) for n in range(4)),
    *(director(f"B{n} Fenwhistle", resigned_on=date(2025, 10, 3)) for n in range(4)),
)
OTHERS = tuple(
    Appointment(
        officer_id="Ottoline Brackwater",
        officer_name="Ottoline Brackwater",
        company_number=f"9900{n:04}",
        company_name=f"Shelf {n} Limited",
        company_status="active",
        role="director",
    )
    for n in range(101)
)


CASES: list[tuple[str, str, str, str, dict[str, Any]]] = [
    ("CH-PPL-01", "adverse", "high", "ltd", {"officers": (LEFT,)}),
    ("CH-PPL-01", "adverse", "high", "llp", {"officers": ()}),
    ("CH-PPL-01", "clear", "", "ltd", {}),
    ("CH-PPL-01", "not_applicable", "", "ltd", {"company": {"type": "royal-charter"}}),
    ("CH-PPL-02", "adverse", "high", "ltd", {"officers": (FIRM,)}),
    ("CH-PPL-02", "clear", "", "ltd", {"officers": (FIRM, director())}),
    ("CH-PPL-02", "not_applicable", "", "llp", {}),
    ("CH-PPL-02", "not_applicable", "", "ltd", {"officers": ()}),
    ("CH-PPL-03", "review", "low", "ltd", {"officers": ROTATING}),
    ("CH-PPL-03", "clear", "", "guarantee", {"officers": ROTATING}),
    ("CH-PPL-03", "clear", "", "ltd", {"officers": (LEFT, CAME)}),
    ("CH-PPL-03", "clear", "", "ltd", {}),
    ("CH-PPL-03", "not_applicable", "", "ltd", {"officers": ()}),
    ("CH-PPL-04", "review", "low", "ltd", {"officers": (LEFT, CAME)}),
    (
        "CH-PPL-04",
        "review",
        "medium",
        "ltd",
        {
            "officers": (LEFT, CAME),
            "company": {"former_names": (FormerName("Quillhaven Ltd", until=CAME.appointed_on),)},
        },
    ),
    ("CH-PPL-04", "clear", "", "ltd", {"officers": (LEFT, CAME, director())}),
    ("CH-PPL-04", "clear", "", "ltd", {"officers": (CAME,)}),
    ("CH-PPL-04", "not_applicable", "", "ltd", {"company": {"status": "dissolved"}}),
    (
        "CH-PPL-05",
        "adverse",
        "high",
        "ltd",
        {"officers": (director(birth_date=PartialDate(2015, 5)),)},
    ),
    (
        "CH-PPL-05",
        "review",
        "low",
        "ltd",
        {"officers": (director(birth_date=PartialDate(1998, 3)),)},
    ),
    ("CH-PPL-05", "clear", "", "ltd", {"officers": (director(birth_date=PartialDate(1997, 5)),)}),
    (
        "CH-PPL-05",
        "unknown",
        "",
        "ltd",
        {"officers": (director(), director("Bo Ox", birth_date=None))},
    ),
    ("CH-PPL-05", "not_applicable", "", "ltd", {"officers": (FIRM,)}),
    (
        "CH-PPL-06",
        "review",
        "high",
        "ltd",
        {"officers": (director(birth_date=PartialDate(1901, 4)),)},
    ),
    ("CH-PPL-06", "clear", "", "ltd", {}),
    ("CH-PPL-06", "unknown", "", "ltd", {"officers": (director(birth_date=None),)}),
    ("CH-PPL-06", "not_applicable", "", "ltd", {"officers": (FIRM,)}),
    ("CH-PPL-07", "review", "medium", "ltd", {"officers": (director(),), "appointments": OTHERS}),
    (
        "CH-PPL-07",
        "review",
        "low",
        "guarantee",
        {"officers": (director(),), "appointments": OTHERS},
    ),
    ("CH-PPL-07", "clear", "", "ltd", {"officers": (director(),), "appointments": OTHERS[1:]}),
    ("CH-PPL-07", "not_applicable", "", "ltd", {"officers": ()}),
    ("CH-PPL-08", "review", "medium", "ltd", {"officers": (director(role="nominee-director"),)}),
    (
        "CH-PPL-08",
        "clear",
        "",
        "ltd",
        {"officers": (director(role="nominee-director", appointed_on=date(2026, 11, 1)),)},
    ),
    ("CH-PPL-08", "clear", "", "ltd", {}),
    ("CH-PPL-08", "not_applicable", "", "ltd", {"officers": ()}),
]


@for_each(("check_id", "result", "severity", "form", "changes"), CASES)
def test_the_rules(judge, check_id, result, severity, form, changes):
    assert judge(check_id, form, changes) == (result, severity)


def test_the_agents_who_formed_the_company_are_not_counted_as_its_directors(judge):
    formed = date(2026, 6, 1)
    agents = [director("Formwell", appointed_on=formed, resigned_on=formed)] * 3
    stayed = [director("Formwell", appointed_on=formed, resigned_on=date(2026, 7, 1))] * 3
    new = {"company": {"created_on": formed}}
    one = director(appointed_on=formed)
    assert judge("CH-PPL-03", "ltd", {**new, "officers": (*agents, one)}) == ("clear", "")
    assert judge("CH-PPL-03", "ltd", {**new, "officers": (*stayed, one)}) == ("review", "low")
    twice = {**new, "officers": (*stayed, *stayed, one)}
    assert judge("CH-PPL-03", "ltd", twice) == ("review", "medium")
