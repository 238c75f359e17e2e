"""Invented dossiers: a clean one of each legal form, and any change to it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from duediligence import registry
from duediligence.law.possible_grounds import JudgedGrounds, find_ground_regimes, judge_grounds
from duediligence.model import (
    AccountsFigures,
    Address,
    AnnualReturn,
    Appointment,
    Charity,
    Company,
    Dossier,
    Filing,
    Identifier,
    NotHeld,
    Officer,
    Outcome,
    Owner,
    PartialDate,
    Resolution,
    Source,
    Statement,
    Supplier,
    Verification,
)
from duediligence.render.saying import format_text
from duediligence.screening.run.findings import check_context, run_dossier_checks
from duediligence.screening.run.policy import Policy

TODAY = date(2026, 11, 24)
NUMBER = "99000001"
VERIFIED = Verification(date(2026, 3, 2), None, date(2026, 4, 1))
OFFICE = Address("4 Lanternmoor Row, Quillhaven", "ZZ1 4QH", "England")

COMPANY = Company(
    number=NUMBER,
    name="Quillhaven Works Limited",
    status="active",
    type="ltd",
    status_detail="",
    jurisdiction="england-wales",
    created_on=date(2012, 5, 1),
    address=OFFICE,
    sic_codes=("43290",),
    accounts_type="total-exemption-full",
    accounts_made_up_to=date(2026, 3, 31),
    accounts_due_on=date(2027, 12, 31),
    accounts_overdue=False,
    confirmation_due_on=date(2027, 5, 15),
    confirmation_overdue=False,
    has_charges=False,
    has_insolvency_history=False,
    office_in_dispute=False,
    office_undeliverable=False,
    annotations=(),
    has_super_secure_owners=False,
)


def officer(name: str, officer_id: str, **changes: Any) -> Officer:
    """A director since 2012, born in April 1975, verified."""
    known: dict[str, Any] = {
        "role": "director",
        "surname": name.split()[-1],
        "birth_date": PartialDate(1975, 4),
        "appointed_on": date(2012, 5, 1),
        "officer_id": officer_id,
        "verification": VERIFIED,
    }
    return Officer(name=name, **{**known, **changes})


DIRECTORS = (officer("Ottoline Brackwater", "o1"), officer("Peregrin Dunnock", "o2"))
SECRETARY = officer("Wilhelmina Tarn", "o3", role="secretary", birth_date=None, verification=None)
OWNER = Owner(
    kind="individual-person-with-significant-control",
    name="Ms Ottoline Brackwater",
    birth_date=PartialDate(1975, 4),
    natures=("ownership-of-shares-75-to-100-percent",),
    notified_on=date(2016, 6, 30),
    country_of_residence="England",
    address=OFFICE,
    verification=VERIFIED,
)
NOBODY = Statement("no-individual-or-entity-with-signficant-control", date(2016, 6, 30))
FILINGS = (
    Filing(
        category="accounts",
        type="AA",
        description="accounts-with-accounts-type-total-exemption-full",
        filed_on=date(2026, 9, 1),
    ),
    Filing(
        category="confirmation-statement",
        type="CS01",
        description="confirmation-statement-with-no-updates",
        filed_on=date(2026, 5, 2),
    ),
)
APPOINTMENTS = (
    Appointment(
        officer_id="o1",
        officer_name="Ottoline Brackwater",
        company_number="99000002",
        company_name="Brackwater Lettings Limited",
        company_status="active",
        role="director",
        appointed_on=date(2018, 1, 9),
    ),
)
CHARITY = Charity(
    identifier=Identifier("GB-CHC", "9900001"),
    name="Quillhaven Lantern Trust",
    status="Registered",
    registered_on=date(2012, 5, 1),
    insolvent=False,
    in_administration=False,
    accounts_late=False,
    income=480_000,
    trustees=("Ottoline Brackwater", "Peregrin Dunnock", "Wilhelmina Tarn"),
    returns=(
        AnnualReturn(date(2025, 3, 31), date(2026, 1, 31), date(2025, 12, 1), False),
        AnnualReturn(date(2024, 3, 31), date(2025, 1, 31), date(2024, 12, 4), False),
    ),
)
SUPPLIER = Supplier(
    ref="S-1",
    name="Quillhaven Works",
    identifiers=(Identifier("GB-COH", NUMBER),),
    address=OFFICE,
)
FIGURES = (
    AccountsFigures(
        number=NUMBER,
        ended=date(2026, 3, 31),
        started=date(2025, 4, 1),
        net_assets=420_000,
        total_assets=610_000,
        current_assets=300_000,
        creditors_within_one_year=150_000,
        cash=90_000,
        turnover=1_900_000,
        employees=24,
        dormant=False,
        regime="small",
        audit="unqualified",
    ),
    AccountsFigures(
        number=NUMBER,
        ended=date(2025, 3, 31),
        net_assets=390_000,
        total_assets=580_000,
        current_assets=280_000,
        creditors_within_one_year=140_000,
        employees=22,
        comparative=True,
    ),
)
ELSEWHERE = NotHeld("another register keeps it")
# A board of trustees: half of it new within two years, as rotation has it.
TRUSTEES = (
    *(
        officer(f"{name} Fenwhistle", f"t{n}", appointed_on=date(2023 + n // 2, 10, 3))
        for n, name in enumerate(("Ada", "Bram", "Cleo", "Dorrit", "Edwy", "Ferelith"))
    ),
    *(
        officer(
            f"{name} Saltmarrow",
            f"u{n}",
            appointed_on=date(2019, 10, 2),
            resigned_on=date(2025 + n // 2, 10, 3),
        )
        for n, name in enumerate(("Guy", "Hester", "Ivo"))
    ),
)
PARTS: dict[str, Any] = {
    "company": COMPANY,
    "charity": NotHeld("it is no charity"),
    "officers": (*DIRECTORS, SECRETARY),
    "owners": (OWNER,),
    "statements": (),
    "psc_exempt": False,
    "filings": FILINGS,
    "charges": (),
    "insolvencies": (),
    "appointments": APPOINTMENTS,
    "disqualifications": (),
    "parents": (),
    "same_address": 3,
    "figures": FIGURES,
}
_NONE_HERE = dict.fromkeys(
    "officers owners statements psc_exempt filings charges insolvencies appointments "
    "disqualifications parents".split(),
    ELSEWHERE,
)
_TRUSTEES = {"officers": TRUSTEES, "owners": (), "statements": (NOBODY,), "appointments": ()}


def _company(**changes: Any) -> dict[str, Any]:
    return {"company": replace(COMPANY, **changes)}


FORMS: dict[str, dict[str, Any]] = {
    "ltd": {},
    "plc": {**_company(type="plc"), "owners": (), "psc_exempt": True},
    "guarantee": {**_company(type="private-limited-guarant-nsc"), **_TRUSTEES},
    "charitable company": {
        **_company(type="private-limited-guarant-nsc-limited-exemption"),
        **_TRUSTEES,
        "charity": replace(CHARITY, company_number=NUMBER),
        "same_address": 700,
    },
    "cic": {
        **_company(subtype="community-interest-company"),
        "owners": (),
        "statements": (NOBODY,),
    },
    "cic in bulk data": {**_company(type="community-interest-company"), **_TRUSTEES},
    "llp": {
        **_company(type="llp"),
        "officers": tuple(replace(d, role="llp-designated-member") for d in DIRECTORS),
    },
    "cio": {
        **_company(
            number="CE990001",
            type="charitable-incorporated-organisation",
            partial=True,
            accounts_type=None,
            accounts_due_on=None,
            accounts_overdue=None,
            confirmation_due_on=None,
            confirmation_overdue=None,
        ),
        **_NONE_HERE,
        "charity": CHARITY,
    },
    "registered society": {
        **_company(
            number="RS990001",
            type="registered-society-non-jurisdictional",
            partial=True,
            accounts_type=None,
            accounts_due_on=None,
            accounts_overdue=None,
            confirmation_due_on=None,
            confirmation_overdue=None,
        ),
        **_NONE_HERE,
    },
    "charity": {
        **_NONE_HERE,
        "supplier": replace(SUPPLIER, identifiers=(CHARITY.identifier,)),
        "company": NotHeld("it is no company"),
        "charity": CHARITY,
        "same_address": ELSEWHERE,
        "figures": ELSEWHERE,
    },
    "nobody": {
        **_NONE_HERE,
        "supplier": replace(SUPPLIER, identifiers=()),
        "resolution": Resolution("none"),
        "company": NotHeld("no company was found"),
        "same_address": ELSEWHERE,
        "figures": ELSEWHERE,
    },
}

Build = Callable[..., Dossier]


def build_dossier(form: str = "ltd", **changes: Any) -> Dossier:
    """A clean dossier of the form, with parts replaced; a mapping changes fields of a record."""
    parts = {
        "supplier": SUPPLIER,
        "taken_at": datetime(2026, 11, 24, 9, tzinfo=UTC),
        "resolution": Resolution("number", 0.99),
        "sources": (
            Source("company", "https://api.example/company", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ),
        **PARTS,
        **FORMS[form],
    }
    for name, change in changes.items():
        if isinstance(change, Mapping):
            known = CHARITY if name == "charity" and form == "ltd" else parts[name]
            change = replace(known, **change)
        parts[name] = change
    return Dossier(**parts)


@pytest.fixture(scope="session")
def build() -> Build:
    return build_dossier


@pytest.fixture(scope="session", params=list(FORMS))
def clean(request: pytest.FixtureRequest) -> Dossier:
    return build_dossier(request.param)


Judge = Callable[..., tuple[str, str]]


@pytest.fixture(scope="session")
def outcome_of() -> Callable[..., Outcome]:
    """The outcome of one check, by the runner that honours what it reads."""

    def outcome(check_id: str, form: str = "ltd", **changes: Any) -> Outcome:
        check = registry.checks()[check_id]
        dossier = build_dossier(form, **changes)
        ((_, outcome),) = run_dossier_checks([check], dossier, check_context(TODAY), Policy())
        return outcome

    return outcome


@pytest.fixture
def judge(outcome_of: Callable[..., Outcome], snapshot: SnapshotAssertion) -> Iterator[Judge]:
    """The result and, for a flag, its severity. All that is said of the case is compared, too."""
    cases: list[str] = []

    def judged(check_id: str, form: str, changes: dict[str, Any]) -> tuple[str, str]:
        outcome = outcome_of(check_id, form, **changes)
        flag = outcome.result in ("review", "adverse")
        declared = registry.checks()[check_id].severity
        severity = (outcome.severity or declared) if flag else ""
        cases.append(f"{check_id} {form} {outcome.result} {severity}".rstrip())
        cases.extend(f"    {line}" for line in describe_outcome(outcome))
        return outcome.result, severity

    yield judged
    assert "\n".join(cases) == snapshot


def judged(outcome: Outcome) -> JudgedGrounds:
    """The grounds that what happened can go to under the Procurement Act 2023."""
    regimes = find_ground_regimes((), TODAY)
    return judge_grounds(outcome.circumstances, regimes, TODAY, points=outcome.law)


def describe_outcome(outcome: Outcome) -> Iterator[str]:
    """All that a report takes from an outcome, a line for each thing that it says."""
    parts: dict[str, object] = {
        "why": format_text(outcome.why),
        "facts": [format_text(fact.said) for fact in outcome.facts],
        "next": format_text(outcome.next_step),
        "law": judged(outcome).steps,
        "happened": format_text(outcome.happened),
        "on": outcome.happened_on,
        "grounds": judged(outcome).labels,
        "measures": outcome.measures,
        "look-back": judged(outcome).working,
        "crimes": outcome.crime_types,
        "signs": outcome.signs,
        "event": outcome.event,
    }
    return (f"{name}: {value}" for name, value in parts.items() if value)
