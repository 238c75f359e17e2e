"""Invented runs. Every firm, person, number and list entry here is made up."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from duediligence.model import (
    PARTS,
    Appointment,
    Company,
    Dossier,
    Finding,
    ListStatus,
    ListVersion,
    NotHeld,
    NotKnown,
    Officer,
    Owner,
    Parent,
    PartialDate,
    Resolution,
    Run,
    Source,
    StaleReason,
    Supplier,
)

FETCHED = datetime(2026, 6, 1, 8, 30, tzinfo=UTC)


def _finding(**changes: Any) -> Finding:
    values: dict[str, Any] = {
        "run_id": "2026-06-02-a1b2c3",
        "supplier_ref": "S-001",
        "supplier_name": "Zanzibar Sprocket Works Ltd",
        "company_number": "99000011",
        "check_id": "SANCTIONS-01",
        "check_title": "Possible match on a sanctions list",
        "topic": "sanctions",
        "outcome": "review",
        "severity": "critical",
        "subject_name": "Zanzibar Sprocket Works Ltd",
        "subject_role": "supplier",
        "list_id": "moon-sanctions",
        "list_version": "2026-05-31 3fa9c1",
        "entry_id": "MOON-0042",
        "entry_name": "ZANZIBAR SPROCKETS LIMITED",
        "score": 0.934,
        "why": "Names agree except the legal form. Countries are not known.",
        "measures": ("Asset freeze", "Trust services sanctions"),
        "possible_grounds": ("Procurement Act 2023 Schedule 7 paragraph 14",),
        "next_step": "Compare the address with the publisher's entry.",
        "entry_url": "https://lists.example/entries/MOON-0042",
        "retrieved_at": FETCHED,
        "first_seen": datetime(2026, 6, 2, 9, 0, tzinfo=UTC),
    }
    values |= changes
    abouts = {"supplier": "supplier", "list": "list", "register": "register"}
    return Finding(**{"about": abouts.get(values["subject_role"], "party")} | values)


def _told(reason: str) -> tuple[StaleReason, ...]:
    return (StaleReason(kind="recorded text", said=reason),)


def _status(list_id: str, title: str, **changes: Any) -> ListStatus:
    version = ListVersion(
        list_id=list_id,
        version="2026-05-31 3fa9c1",
        entries=5_321,
        names=17_004,
        published=date(2026, 5, 31),
        retrieved_at=FETCHED,
        checked_at=FETCHED,
        sha256="3fa9c1" + "0" * 58,
        origin=f"https://lists.example/{list_id}.xml",
    )
    values: dict[str, Any] = {"list_id": list_id, "title": title, "version": version}
    return ListStatus(**values | {"state": "current", "age_days": 2} | changes)


def _run(**changes: Any) -> Run:
    values: dict[str, Any] = {
        "id": "2026-06-02-a1b2c3",
        "started_at": datetime(2026, 6, 2, 9, 0, tzinfo=UTC),
        "finished_at": datetime(2026, 6, 2, 9, 0, 7, tzinfo=UTC),
        "as_of": date(2026, 6, 2),
        "supplier_file": "suppliers.csv",
        "supplier_file_sha256": "ab" * 32,
        "suppliers": 143,
        "parties": 310,
        "lists": (
            _status("moon-sanctions", "Moon Sanctions List"),
            _status("tide-debarment", "Register of Debarred Tide Millers"),
        ),
        "threshold": 0.82,
        "matcher_version": "1",
        "policy_sha256": "cd" * 32,
        "findings": (),
    }
    return Run(**values | changes)


@pytest.fixture(scope="session")
def make_finding() -> Callable[..., Finding]:
    return _finding


@pytest.fixture(scope="session")
def make_status() -> Callable[..., ListStatus]:
    return _status


@pytest.fixture(scope="session")
def make_run() -> Callable[..., Run]:
    return _run


@pytest.fixture(scope="session")
def clean_run() -> Run:
    """All lists checked, nothing found."""
    return _run()


@pytest.fixture(scope="session")
def incomplete_run() -> Run:
    """Two suppliers to review; one list missing, one stale, one optional and not wanted."""
    never = "Never loaded. Run: duediligence lists refresh cloud-registry"
    stale = "The publisher's date is 40 days old; 7 days is the most."
    unknown = {
        "supplier_ref": "",
        "supplier_name": "",
        "company_number": "",
        "outcome": "unknown",
        "subject_name": "",
        "subject_role": "",
        "entry_id": "",
        "entry_name": "",
        "score": None,
        "measures": (),
        "possible_grounds": (),
        "next_step": "Load the list and screen again.",
        "entry_url": "",
        "first_seen": None,
    }
    return _run(
        lists=(
            _status("moon-sanctions", "Moon Sanctions List"),
            _status(
                "tide-debarment",
                "Register of Debarred Tide Millers",
                state="stale",
                reasons=_told(stale),
                age_days=40,
            ),
            _status(
                "cloud-registry",
                "Cloud Registry",
                state="never loaded",
                reasons=_told(never),
                version=None,
                age_days=None,
            ),
            _status(
                "own-list",
                "A list of one's own",
                state="never loaded",
                version=None,
                optional=True,
                reasons=_told("No file was given."),
                age_days=None,
            ),
        ),
        findings=(
            _finding(
                supplier_ref="S-007",
                supplier_name="Oakapple Care (Fictional) CIC",
                company_number="",
                severity="medium",
                subject_name="Perpetua Quillfeather",
                subject_role="named person",
                entry_id="TIDE-7",
                list_id="tide-debarment",
                entry_name="Quillfeather, Perpetua A.",
                score=0.85,
                measures=(),
                possible_grounds=(),
                why="All names agree. Birth dates are not known.",
                entry_url="",
            ),
            _finding(),
            _finding(
                **unknown, list_id="cloud-registry", list_version="", retrieved_at=None, why=never
            ),
            _finding(**unknown, list_id="tide-debarment", why=stale),
            _finding(
                severity="high",
                entry_id="MOON-0043",
                entry_name="ZANZIBAR & SONS",
                subject_name="Zanzibar & Co",
                subject_role="supplier (trading name)",
                score=0.88,
                why="One word of two agrees.",
            ),
        ),
    )


def _dossier(**changes: Any) -> Dossier:
    """A supplier whose company is known, and that nobody stands behind."""
    none = NotHeld("The supplier is not on a charity register.")
    values: dict[str, Any] = {
        "supplier": Supplier(ref="S-001", name="Zanzibar Sprocket Works Ltd"),
        "taken_at": FETCHED,
        "resolution": Resolution("number", 1.0, "The buyer gave the number."),
        "company": Company(
            number="99000011", name="ZANZIBAR SPROCKET WORKS LIMITED", status="active", type="ltd"
        ),
        "charity": none,
        **dict.fromkeys(PARTS[2:], ()),
        "psc_exempt": False,
        "same_address": 1,
    }
    return Dossier(**values | changes)


@pytest.fixture(scope="session")
def make_dossier() -> Callable[..., Dossier]:
    return _dossier


@pytest.fixture(scope="session")
def owned_dossier() -> Dossier:
    """A sanctioned owner two steps up, an owner that owns itself, one overseas and one protected;
    a director with two firms in liquidation, another who resigned, a secretary.
    """
    corporate = "corporate-entity-person-with-significant-control"
    half = ("ownership-of-shares-25-to-50-percent", "voting-rights-25-to-50-percent")
    whole = ("ownership-of-shares-75-to-100-percent", "right-to-appoint-and-remove-directors")
    holding = Owner(kind=corporate, name="Cogwheel Holdings Ltd", natures=half)
    abroad = Owner(kind=corporate, name="Mondrad AO", natures=("significant-influence-or-control",))
    itself = Owner(kind=corporate, name="Zanzibar Sprocket Works Ltd", natures=half[:1])
    person = Owner(
        kind="individual-person-with-significant-control",
        name="Mr Perpetuo Quillfeather",
        natures=whole,
        birth_date=PartialDate(1961, 4),
    )
    protected = Owner(kind="super-secure-person-with-significant-control")
    gone = Owner(kind=person.kind, name="Ms Former Owner", ceased_on=date(2020, 1, 1))
    failed = [
        Appointment(
            officer_id="ophelia",
            officer_name="Ophelia Nettlewick",
            company_number=number,
            company_name=name,
            company_status=status,
            role="director",
            appointed_on=date(2012, 6, 1),
            resigned_on=until,
        )
        for number, name, status, until in (
            ("99000021", "ZANZIBAR SPROCKETS LIMITED", "liquidation", None),
            ("99000022", "SPROCKET & SONS LIMITED", "administration", date(2019, 2, 1)),
            ("99000023", "THRIVING COGS LIMITED", "active", None),
        )
    ]
    return _dossier(
        owners=(holding, abroad, protected, gone),
        parents=(
            Parent(
                child="99000011",
                owner=holding,
                depth=1,
                company=Company(
                    number="99000012", name="COGWHEEL HOLDINGS LTD", status="active", type="ltd"
                ),
                owners=(person, itself),
            ),
            Parent(child="99000012", owner=itself, depth=2, circular=True),
            Parent(
                child="99000011", owner=abroad, depth=1, why_not="it is registered outside the UK"
            ),
        ),
        officers=(
            Officer(
                name="Ophelia Nettlewick",
                role="director",
                officer_id="ophelia",
                appointed_on=date(2021, 3, 1),
                birth_date=PartialDate(1975, 11),
            ),
            Officer(name="Left Earlier", role="director", resigned_on=date(2019, 1, 1)),
            Officer(name="Cogwheel Secretaries Ltd", role="corporate-secretary"),
        ),
        appointments=tuple(failed),
        charges=NotKnown("The register answered with an error (500). Try again later."),
        sources=(
            Source(
                "company",
                "https://api.company-information.service.gov.uk/company/99000011",
                FETCHED,
                "ab" * 32,
            ),
        ),
    )
