"""Failed companies of the people here, and names that change around them."""

from datetime import date
from typing import Any

from duediligence.model import Appointment, FormerName, Insolvency
from tests.rows import for_each


def held(
    officer_id: str = "o1",
    number: str = "99000050",
    name: str = "Brackwater Roofing Limited",
    status: str = "liquidation",
    **changes: Any,
) -> Appointment:
    known: dict[str, Any] = {"role": "director", "appointed_on": date(2019, 3, 1)}
    return Appointment(
        officer_id=officer_id,
        officer_name="X",
        company_number=number,
        company_name=name,
        company_status=status,
        **{**known, **changes},
    )


def behind(*appointments: Appointment, **more: Any) -> dict[str, Any]:
    return {"appointments": appointments, **more}


LEFT_LONG_AGO = held(resigned_on=date(2020, 1, 1))
LEFT = held(resigned_on=date(2025, 6, 1))
TWIN = held(name="Quillhaven Works (2019) Ltd")
NEW = {"created_on": date(2025, 9, 1)}
BOTH = (LEFT, held("o2", resigned_on=date(2025, 7, 1)))
JOINED_AFTER = tuple(held(who, appointed_on=date(2025, 10, 1)) for who in ("o1", "o2"))
LEFT_BEFORE = tuple(held(who, resigned_on=date(2020, 1, 1)) for who in ("o1", "o2"))
DISSOLVED = tuple(
    held(
        number=f"990001{n:02}",
        name=f"Gone {n} Limited",
        status="dissolved",
        resigned_on=date(2024, 1, 1),
    )
    for n in range(5)
)


def names(*until: date | None) -> dict[str, Any]:
    former = tuple(FormerName(f"Former {n} Limited", until=day) for n, day in enumerate(until))
    return {"former_names": former}


OLD = date(2014, 1, 1)
RECENT = date(2026, 1, 5)
PETITION = Insolvency("moratorium", "1", (("moratorium-started-on", date(2025, 11, 1)),))


CASES: list[tuple[str, str, str, str, dict[str, Any]]] = [
    ("CH-PHX-01", "review", "low", "ltd", behind(held())),
    ("CH-PHX-01", "review", "low", "ltd", behind(held(), held("o2"))),
    ("CH-PHX-01", "review", "low", "ltd", behind(held(), held(number="99000051"))),
    (
        "CH-PHX-01",
        "review",
        "medium",
        "ltd",
        behind(held(), held(number="99000051"), held(number="99000052")),
    ),
    ("CH-PHX-01", "clear", "", "ltd", behind(LEFT_LONG_AGO)),
    ("CH-PHX-01", "clear", "", "ltd", behind(held(status="dissolved"))),
    ("CH-PHX-01", "clear", "", "ltd", behind(held(role="secretary"))),
    ("CH-PHX-01", "clear", "", "ltd", behind(held(number="99000001"))),
    ("CH-PHX-01", "not_applicable", "", "ltd", behind(officers=())),
    ("CH-PHX-02", "review", "high", "ltd", behind(TWIN)),
    (
        "CH-PHX-02",
        "review",
        "high",
        "ltd",
        behind(held(name="FORMER 0 LTD"), company=names(OLD)),
    ),
    ("CH-PHX-02", "review", "high", "ltd", behind(held(name="Quilhaven Workes (2019) Ltd"))),
    ("CH-PHX-02", "clear", "", "ltd", behind(held(name="Quillmoor Works Ltd"))),
    ("CH-PHX-02", "clear", "", "ltd", behind(held())),
    (
        "CH-PHX-02",
        "clear",
        "",
        "ltd",
        behind(held(name="Quillhaven Works Ltd", status="administration")),
    ),
    ("CH-PHX-02", "not_applicable", "", "ltd", behind(TWIN, officers=())),
    ("CH-PHX-03", "review", "high", "ltd", behind(*BOTH, company=NEW)),
    ("CH-PHX-03", "review", "medium", "cic", behind(*BOTH, company={**NEW})),
    ("CH-PHX-03", "clear", "", "ltd", behind(*BOTH)),
    ("CH-PHX-03", "clear", "", "ltd", behind(LEFT, company=NEW)),
    ("CH-PHX-03", "clear", "", "ltd", behind(*JOINED_AFTER, company=NEW)),
    ("CH-PHX-03", "clear", "", "ltd", behind(*LEFT_BEFORE, company=NEW)),
    ("CH-PHX-03", "unknown", "", "ltd", behind(*BOTH, company={"created_on": None})),
    ("CH-PHX-03", "not_applicable", "", "ltd", behind(officers=())),
    ("CH-PHX-04", "review", "medium", "ltd", {"company": names(RECENT, RECENT)}),
    ("CH-PHX-04", "review", "medium", "ltd", {"company": names(OLD, OLD, OLD, OLD)}),
    ("CH-PHX-04", "review", "high", "ltd", {"company": names(*[OLD] * 6)}),
    ("CH-PHX-04", "review", "low", "guarantee", {"company": names(*[OLD] * 6)}),
    ("CH-PHX-04", "clear", "", "ltd", {"company": names(RECENT, OLD, OLD)}),
    ("CH-PHX-05", "review", "high", "ltd", {"company": names(RECENT), "insolvencies": (PETITION,)}),
    (
        "CH-PHX-05",
        "review",
        "high",
        "ltd",
        behind(held(resigned_on=date(2026, 3, 1)), company=names(RECENT)),
    ),
    ("CH-PHX-05", "clear", "", "ltd", behind(LEFT, company=names(RECENT))),
    ("CH-PHX-05", "clear", "", "ltd", {"company": names(RECENT)}),
    ("CH-PHX-05", "not_applicable", "", "ltd", {}),
    ("CH-PHX-06", "review", "low", "ltd", behind(*DISSOLVED)),
    ("CH-PHX-06", "clear", "", "ltd", behind(*DISSOLVED[1:])),
    ("CH-PHX-06", "not_applicable", "", "ltd", behind(*DISSOLVED, officers=())),
]


@for_each(("check_id", "result", "severity", "form", "changes"), CASES)
def test_the_rules(judge, check_id, result, severity, form, changes):
    assert judge(check_id, form, changes) == (result, severity)
