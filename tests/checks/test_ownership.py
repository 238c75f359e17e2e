"""What is declared of owners, who they are, and where the chain above them ends."""

from datetime import date
from typing import Any

from duediligence.model import (
    Appointment,
    Company,
    NotKnown,
    Officer,
    Owner,
    Parent,
    PartialDate,
    RegisteredAt,
    Statement,
)
from duediligence.model.registers import GLEIF_PARENT
from tests.rows import for_each

NONE = "no-individual-or-entity-with-signficant-control"
INDIVIDUAL = "individual-person-with-significant-control"
CORPORATE = "corporate-entity-person-with-significant-control"
SECRET = Owner(kind="super-secure-person-with-significant-control")
COUNCIL = Owner(kind="legal-person-person-with-significant-control", name="Quillhaven Borough")
PERSON = Owner(
    kind=INDIVIDUAL,
    name="Ottoline Brackwater",
    birth_date=PartialDate(1975, 4),
    country_of_residence="England",
)


def said(code: str, on: date = date(2026, 1, 9), **more: Any) -> tuple[Statement, ...]:
    return (Statement(code, on, **more),)


def firm(country: str = "England", place: str = "Companies House", name: str = "Tarnwick") -> Owner:
    return Owner(
        kind=CORPORATE, name=name, registered_at=RegisteredAt(country=country, place=place)
    )


def owned(*owners: Owner, **more: Any) -> dict[str, Any]:
    return {"owners": owners, **more}


def step(owner: Owner, *above: Owner, depth: int = 1, kind: str = "ltd", **more: Any) -> Parent:
    company = Company(number="99000077", name=owner.name, status="active", type=kind)
    return Parent(
        child="99000001", owner=owner, depth=depth, owners=above, **{"company": company, **more}
    )


UK, TOP = firm(), firm(name="Tarnwick Topco")
BVI = firm("British Virgin Islands", "Road Town")
GROUP = step(
    Owner(
        kind=GLEIF_PARENT,
        name="Quillmar Group Inc",
        registered_at=RegisteredAt(country="Cayman Islands"),
    ),
    company=None,
    why_not="it is registered in Cayman Islands, beyond the UK register",
)
BENEFICIAL = Owner(kind="individual-beneficial-owner", name="Ulric Vane", sanctioned=False)
TRUST = "ownership-of-shares-75-to-100-percent-as-trust"
OVERSEAS = {"type": "registered-overseas-entity"}


def born(year: int, month: int = 4, notified: date = date(2016, 6, 30)) -> Owner:
    return Owner(
        kind=INDIVIDUAL,
        name="Ulric Vane",
        birth_date=PartialDate(year, month),
        notified_on=notified,
    )


OFFSHORE_PARTNER = Officer(
    name="Vane Partners Inc",
    role="corporate-llp-designated-member",
    officer_id="p1",
    registered_at=RegisteredAt(country="SEYCHELLES"),
)
PARTNERSHIPS = tuple(
    Appointment(
        officer_id="p1",
        officer_name="Vane Partners Inc",
        company_number=f"OC99{n:04}",
        company_name=f"Vane {n} LLP",
        company_status="active",
        role="corporate-llp-designated-member",
    )
    for n in range(24)
)


CASES: list[tuple[str, str, str, str, dict[str, Any]]] = [
    ("CH-OWN-01", "review", "low", "ltd", owned(statements=said(NONE))),
    ("CH-OWN-01", "clear", "", "ltd", owned(statements=said(NONE, ceased_on=date(2026, 2, 1)))),
    ("CH-OWN-01", "clear", "", "ltd", {}),
    ("CH-OWN-01", "not_applicable", "", "guarantee", {}),
    ("CH-OWN-01", "not_applicable", "", "cic", {}),
    ("CH-OWN-01", "not_applicable", "", "plc", {"statements": said(NONE)}),
    ("CH-OWN-02", "adverse", "high", "ltd", owned()),
    ("CH-OWN-02", "adverse", "medium", "guarantee", owned(statements=())),
    ("CH-OWN-02", "clear", "", "ltd", owned(SECRET)),
    ("CH-OWN-02", "clear", "", "ltd", owned(psc_exempt=True)),
    ("CH-OWN-02", "clear", "", "ltd", owned(statements=said(NONE))),
    ("CH-OWN-02", "clear", "", "ltd", owned(company={"created_on": date(2026, 11, 1)})),
    ("CH-OWN-02", "unknown", "", "ltd", owned(company={"created_on": None})),
    ("CH-OWN-02", "not_applicable", "", "ltd", owned(company={"type": "limited-partnership"})),
    ("CH-OWN-02", "adverse", "high", "ltd", owned(company={"type": "scottish-partnership"})),
    ("CH-OWN-03", "review", "high", "ltd", {"statements": said("psc-exists-but-not-identified")}),
    (
        "CH-OWN-03",
        "review",
        "high",
        "ltd",
        {"statements": said("psc-contacted-but-no-response-partnership")},
    ),
    ("CH-OWN-03", "review", "medium", "ltd", {"statements": said("psc-details-not-confirmed")}),
    (
        "CH-OWN-03",
        "review",
        "medium",
        "ltd",
        {"statements": said("steps-to-find-psc-not-yet-completed")},
    ),
    (
        "CH-OWN-03",
        "clear",
        "",
        "ltd",
        {"statements": said("steps-to-find-psc-not-yet-completed", date(2026, 10, 1))},
    ),
    (
        "CH-OWN-03",
        "clear",
        "",
        "ltd",
        {"statements": said("awaiting-confirmation-from-psc", date(2026, 11, 1))},
    ),
    (
        "CH-OWN-04",
        "adverse",
        "high",
        "ltd",
        {"statements": said("restrictions-notice-issued-to-psc")},
    ),
    (
        "CH-OWN-04",
        "clear",
        "",
        "ltd",
        {"statements": said("restrictions-notice-issued-to-psc", ceased_on=date(2026, 2, 1))},
    ),
    ("CH-OWN-05", "review", "low", "ltd", {"statements": said(NONE)}),
    ("CH-OWN-05", "clear", "", "ltd", owned(statements=said(NONE))),
    (
        "CH-OWN-06",
        "adverse",
        "high",
        "ltd",
        {"company": OVERSEAS, "statements": said("no-beneficial-owner-identified")},
    ),
    ("CH-OWN-06", "clear", "", "ltd", {"company": OVERSEAS}),
    ("CH-OWN-06", "not_applicable", "", "ltd", {}),
    ("CH-OWN-07", "review", "high", "ltd", owned(born(1901))),
    ("CH-OWN-07", "review", "low", "ltd", owned(born(2016, 6))),
    ("CH-OWN-07", "clear", "", "ltd", owned(born(2008))),
    ("CH-OWN-07", "unknown", "", "ltd", owned(Owner(kind=INDIVIDUAL, name="Ulric Vane"))),
    ("CH-OWN-07", "not_applicable", "", "ltd", owned(SECRET)),
    ("CH-OWN-08", "review", "high", "ltd", owned(BVI)),
    ("CH-OWN-08", "review", "high", "ltd", owned(UK, parents=(step(UK, BVI),))),
    ("CH-OWN-08", "clear", "", "ltd", owned(UK)),
    ("CH-OWN-08", "clear", "", "ltd", owned(firm("Netherlands", "KvK"))),
    ("CH-OWN-08", "unknown", "", "ltd", owned(firm("", ""))),
    ("CH-OWN-08", "not_applicable", "", "ltd", {}),
    ("CH-OWN-09", "review", "high", "ltd", owned(firm("Netherlands", "KvK"))),
    ("CH-OWN-09", "review", "high", "ltd", owned(firm("Australia", "New South Wales"))),
    ("CH-OWN-09", "review", "high", "ltd", owned(firm("", "New South Wales"))),
    ("CH-OWN-09", "clear", "", "ltd", owned(UK)),
    ("CH-OWN-09", "clear", "", "ltd", owned(firm("", "Companies House, Cardiff"))),
    ("CH-OWN-09", "unknown", "", "ltd", owned(firm("", ""))),
    ("CH-OWN-09", "not_applicable", "", "ltd", owned(COUNCIL)),
    ("CH-OWN-10", "review", "high", "ltd", owned(UK, parents=(step(UK),))),
    ("CH-OWN-10", "review", "high", "ltd", owned(UK)),
    ("CH-OWN-10", "review", "medium", "ltd", owned(UK, PERSON, parents=(step(UK),))),
    ("CH-OWN-10", "review", "high", "ltd", owned(UK, parents=(step(UK, TOP),))),
    (
        "CH-OWN-10",
        "review",
        "high",
        "ltd",
        owned(BVI, parents=(step(BVI, company=None, why_not="it is in no UK register"),)),
    ),
    ("CH-OWN-10", "clear", "", "ltd", owned(UK, parents=(step(UK, PERSON),))),
    (
        "CH-OWN-10",
        "clear",
        "",
        "ltd",
        owned(UK, parents=(step(UK, TOP), step(TOP, SECRET, depth=2))),
    ),
    ("CH-OWN-10", "clear", "", "ltd", owned(UK, parents=(step(UK, kind="plc"),))),
    (
        "CH-OWN-10",
        "clear",
        "",
        "ltd",
        owned(UK, parents=(step(UK, kind="private-limited-guarant-nsc"),)),
    ),
    ("CH-OWN-10", "clear", "", "ltd", owned(UK, parents=(step(UK, circular=True),))),
    ("CH-OWN-10", "not_applicable", "", "ltd", owned(COUNCIL)),
    # GLEIF knows who consolidates accounts: that makes a chain neither better nor worse.
    ("CH-OWN-10", "clear", "", "ltd", owned(UK, parents=(step(UK, PERSON), GROUP))),
    (
        "CH-OWN-10",
        "review",
        "high",
        "ltd",
        owned(BVI, parents=(step(BVI, GROUP.owner, company=None, why_not="abroad"), GROUP)),
    ),
    ("CH-OWN-08", "review", "high", "ltd", owned(UK, parents=(step(UK, PERSON), GROUP))),
    ("CH-OWN-11", "adverse", "high", "ltd", owned(UK, parents=(step(UK, circular=True),))),
    ("CH-OWN-11", "clear", "", "ltd", owned(UK, parents=(step(UK, PERSON),))),
    ("CH-OWN-11", "not_applicable", "", "ltd", {}),
    (
        "CH-OWN-12",
        "review",
        "high",
        "llp",
        {"officers": (OFFSHORE_PARTNER,), "same_address": 2_000},
    ),
    (
        "CH-OWN-12",
        "review",
        "high",
        "llp",
        {"officers": (OFFSHORE_PARTNER,), "appointments": PARTNERSHIPS},
    ),
    ("CH-OWN-12", "clear", "", "llp", {"officers": (OFFSHORE_PARTNER,)}),
    ("CH-OWN-12", "clear", "", "llp", {"same_address": 2_000}),
    ("CH-OWN-12", "not_applicable", "", "ltd", {}),
    (
        "CH-OWN-13",
        "review",
        "low",
        "ltd",
        owned(Owner(kind=INDIVIDUAL, name="A", natures=(TRUST,), country_of_residence="Wales")),
    ),
    (
        "CH-OWN-13",
        "review",
        "medium",
        "ltd",
        owned(Owner(kind=INDIVIDUAL, name="A", natures=(TRUST,), country_of_residence="Monaco")),
    ),
    ("CH-OWN-13", "clear", "", "ltd", {}),
    (
        "CH-OWN-14",
        "adverse",
        "critical",
        "ltd",
        owned(Owner(kind="individual-beneficial-owner", name="Ulric Vane", sanctioned=True)),
    ),
    (
        "CH-OWN-14",
        "adverse",
        "critical",
        "ltd",
        owned(
            UK,
            parents=(
                step(UK, TOP),
                step(TOP, Owner(kind=INDIVIDUAL, name="U V", sanctioned=True), depth=2),
            ),
        ),
    ),
    ("CH-OWN-14", "clear", "", "ltd", owned(BENEFICIAL)),
    (
        "CH-OWN-14",
        "unknown",
        "",
        "ltd",
        owned(Owner(kind="individual-beneficial-owner", name="Ulric Vane")),
    ),
    ("CH-OWN-14", "not_applicable", "", "ltd", {}),
]


@for_each(("check_id", "result", "severity", "form", "changes"), CASES)
def test_the_rules(judge, check_id, result, severity, form, changes):
    assert judge(check_id, form, changes) == (result, severity)


def test_a_chain_that_was_not_followed_is_unknown(judge):
    changes = owned(UK, parents=NotKnown("the register was down"))
    assert judge("CH-OWN-10", "ltd", changes) == ("unknown", "")


def test_the_list_of_places_is_read_as_whole_words(judge):
    assert judge("CH-OWN-08", "ltd", owned(firm("Dominican Republic"))) == ("clear", "")
