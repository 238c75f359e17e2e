"""What holds for every check of a dossier, whatever is missing from it."""

import re
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence import registry
from duediligence.contracts import CheckContext
from duediligence.contracts.checks import AnyCheck
from duediligence.model import (
    PARTS,
    SEVERITIES,
    AccountsFigures,
    Address,
    AnnualReturn,
    Appointment,
    Charge,
    Charity,
    Company,
    Contract,
    Disqualification,
    Dossier,
    Filing,
    FormerName,
    Identifier,
    Insolvency,
    NotHeld,
    NotInScope,
    NotKnown,
    Officer,
    Outcome,
    Owner,
    Parent,
    PartialDate,
    RegisteredAt,
    Resolution,
    Statement,
    Supplier,
    Verification,
)
from duediligence.render.saying import format_text
from duediligence.screening.run.findings import (
    check_context,
    format_finding_title,
    run_dossier_checks,
)
from duediligence.screening.run.policy import Policy
from tests.rows import for_each
from tests.thorough import examples

pytestmark = pytest.mark.thorough

CHECKS = [c for c in registry.checks().values() if c.needs is Dossier]
CONTEXT = check_context(date(2026, 11, 24))
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TABLES = Path(__file__).parents[1] / "checks"
every_check = for_each("check", CHECKS, ids=lambda c: c.id)

days = (
    st.none()
    | st.dates(date(1900, 1, 1), date(9999, 12, 31))
    | st.dates(date(2025, 1, 1), date(2027, 1, 1))
    | st.sampled_from([date(2026, 9, 1), date(2026, 9, 2)])
)
births = st.none() | st.builds(PartialDate, st.integers(1850, 2026), st.none() | st.integers(1, 12))
texts = st.sampled_from(
    ["", "X", "Vane", "Ulric Vane", "Vane Partners Ltd", "director", "dormant", "active", "ltd"]
)
CODES = {
    "status": ["active", "dissolved", "liquidation", "administration", "converted-closed", "odd"],
    "type": ["ltd", "plc", "llp", "private-limited-guarant-nsc", "registered-overseas-entity", ""],
    "status_detail": [None, "", "active-proposal-to-strike-off"],
    "role": ["director", "corporate-director", "llp-member", "secretary", "nominee-director"],
    "kind": [
        "individual-person-with-significant-control",
        "corporate-entity-person-with-significant-control",
        "super-secure-person-with-significant-control",
        "corporate-entity-beneficial-owner",
    ],
    "accounts_type": [None, "", "null", "dormant", "full"],
    "company_status": ["active", "dissolved", "liquidation"],
    "code": ["no-individual-or-entity-with-signficant-control", "psc-exists-but-not-identified"],
    "category": ["accounts", "officers", "address", "gazette", "change-of-name"],
    "description": [
        "gazette-dissolved-compulsory",
        "default-companies-house-service-address-applied-psc",
        "change-account-reference-date-company-current-extended",
        "accounts-with-accounts-type-full",
        "gazette-notice-compulsory",
        "accounts-with-accounts-type-dormant",
        "change-registered-office-address-company",
        "auditors-resignation-company",
    ],
}


def records(kind: type, **given: Any) -> st.SearchStrategy[Any]:
    """Any record of a kind: each field its default, or any value that its type allows."""
    drawn = {}
    for f in fields(kind):
        if f.name in given:
            drawn[f.name] = given[f.name]
        elif f.name in CODES:
            drawn[f.name] = st.sampled_from(CODES[f.name])
        elif f.type is str:
            drawn[f.name] = texts
        elif "PartialDate" in str(f.type):
            drawn[f.name] = births
        elif date in (f.type, *get_args(f.type)):
            drawn[f.name] = days if type(None) in get_args(f.type) else days.filter(bool)
        elif bool in (f.type, *get_args(f.type)):
            optional = type(None) in get_args(f.type)
            drawn[f.name] = st.none() | st.booleans() if optional else st.booleans()
    return st.builds(kind, **drawn)


places = st.none() | records(RegisteredAt)
proofs = st.none() | records(Verification)
addresses = st.none() | records(Address)
owners = records(Owner, registered_at=places, verification=proofs, address=addresses)
officers = records(
    Officer, registered_at=places, verification=proofs, address=addresses, officer_id=texts
)
companies = records(
    Company,
    address=addresses,
    former_names=st.lists(records(FormerName), max_size=3).map(tuple),
    annotations=st.sampled_from([None, (), ("overseas-entity-dissolved",)]),
)
charities = records(
    Charity,
    identifier=st.just(Identifier("GB-CHC", "9900001")),
    returns=st.lists(records(AnnualReturn), max_size=3).map(tuple),
    trustees=st.sampled_from([None, (), ("Ada Fenwhistle",)]),
)


def some(one: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(one, max_size=5).map(tuple)


cases = st.builds(
    Insolvency,
    st.sampled_from(["compulsory-liquidation", "members-voluntary-liquidation"]),
    dates=st.sampled_from([(), (("wound-up-on", date(2025, 1, 1)),)]),
)
SUMS = ("net_assets", "total_assets", "current_assets", "cash", "turnover", "profit")
known_parts: dict[str, st.SearchStrategy[Any]] = {
    "company": companies,
    "charity": charities,
    "officers": some(officers),
    "owners": some(owners),
    "statements": some(records(Statement)),
    "psc_exempt": st.booleans(),
    "filings": some(records(Filing)),
    "charges": some(records(Charge, status=st.just("outstanding"), persons_entitled=some(texts))),
    "insolvencies": some(cases),
    "appointments": some(records(Appointment, officer_id=texts)),
    "disqualifications": some(records(Disqualification, address=addresses)),
    "parents": some(records(Parent, owner=owners, owners=some(owners), depth=st.integers(1, 6))),
    "same_address": st.integers(0, 90_000),
    # The register keeps one balance sheet a day.
    "figures": st.lists(
        records(
            AccountsFigures,
            audit=st.sampled_from(["", "exempt", "unqualified", "qualified"]),
            regime=st.sampled_from(["", "micro", "small", "other"]),
            **dict.fromkeys(SUMS, st.none() | st.integers(-2_000_000, 2_000_000)),
            **dict.fromkeys(
                ("creditors_within_one_year", "employees"), st.none() | st.integers(0, 500_000)
            ),
        ),
        max_size=3,
        unique_by=lambda one: one.ended,
    ).map(tuple),
}
absent = st.sampled_from(
    [
        NotKnown("the register was down"),
        NotKnown(""),
        NotHeld("no company"),
        NotInScope("company-bulk-file-only"),
    ]
)
suppliers = st.sampled_from(
    [
        Supplier(ref="1", name="Vane", identifiers=(Identifier("GB-COH", "99000001"),)),
        Supplier(ref="2", name="Vane", identifiers=(Identifier("GB-CHC", "9900001"),)),
        Supplier(ref="3", name="Vane"),
        Supplier(
            ref="4",
            name="Vane",
            contracts=(Contract(yearly_value=Decimal(900_000)), Contract(title="Care")),
        ),
    ]
)
dossiers = st.builds(
    lambda missing, **parts: Dossier(taken_at=NOW, **{**parts, **missing}),
    missing=st.dictionaries(st.sampled_from(PARTS), absent, max_size=3),
    supplier=suppliers,
    resolution=st.builds(
        Resolution, st.sampled_from(["number", "none"]), st.none() | st.floats(0, 1)
    ),
    **known_parts,
)


@every_check
def test_what_a_check_reads_is_a_part(check: AnyCheck) -> None:
    assert set(check.reads) <= set(PARTS)


@every_check
def test_a_part_that_is_missing_is_never_clear(check: AnyCheck) -> None:
    """Unknown where a part is not known, not applicable where one is not held, out of scope where
    nobody looks at one, and never run.
    """

    def never(subject: Dossier, ctx: CheckContext) -> Outcome:
        raise AssertionError("ran without a part that it reads")

    for part in check.reads:
        for missing, result in (
            (NotKnown("down"), "unknown"),
            (NotHeld("no"), "not_applicable"),
            (NotInScope("company-bulk-file-only"), "out_of_scope"),
        ):
            dossier = Dossier(
                supplier=Supplier(ref="1", name="Vane"),
                taken_at=NOW,
                resolution=Resolution("none"),
                **{name: missing if name == part else () for name in PARTS},
            )
            ((_, outcome),) = run_dossier_checks(
                [replace(check, run=never)], dossier, CONTEXT, Policy()
            )
            assert outcome.result == result


@every_check
def test_a_check_that_was_not_made_accuses_nobody(check: AnyCheck) -> None:
    assert re.fullmatch(r"[a-z].*[a-z]", check.question), "it ends a sentence without its stop"
    title = format_finding_title(check, Outcome("unknown", why="The register was down."))
    assert title == f"Could not check whether {check.question}"
    assert format_finding_title(check, Outcome("review", why="It is so.")) == check.title


@given(dossier=dossiers)
@settings(max_examples=examples(300), deadline=timedelta(seconds=2))
def test_no_dossier_breaks_a_check(dossier: Dossier) -> None:
    for check, outcome in run_dossier_checks(CHECKS, dossier, CONTEXT, Policy()):
        if outcome.result in ("review", "adverse"):
            assert format_text(outcome.next_step), check.id
            assert (outcome.severity or check.severity) in SEVERITIES
        assert (
            "exclude" not in (format_text(outcome.why) + format_text(outcome.next_step)).casefold()
        )


@given(dossier=dossiers, ways=st.permutations(range(5)))
@settings(max_examples=examples(100), deadline=timedelta(seconds=2))
def test_the_order_of_what_a_register_lists_changes_nothing(
    dossier: Dossier, ways: list[int]
) -> None:
    def turned(part: Any) -> Any:
        listed = isinstance(part, tuple) and not is_dataclass(part)
        return tuple(part[n] for n in ways if n < len(part)) if listed else part

    other = replace(dossier, **{part: turned(getattr(dossier, part)) for part in PARTS})
    results = [
        [(check.id, outcome.result, outcome.severity) for check, outcome in found]
        for found in (
            run_dossier_checks(CHECKS, dossier, CONTEXT, Policy()),
            run_dossier_checks(CHECKS, other, CONTEXT, Policy()),
        )
    ]
    assert results[0] == results[1]


@every_check
def test_every_check_has_a_case_of_each_result(check: AnyCheck) -> None:
    """In the tables of tests/checks; what a missing part does is tested above for all."""
    text = " ".join(path.read_text(encoding="utf-8") for path in TABLES.glob("test_*.py"))
    tested = set(re.findall(rf'"{check.id}",\s*"(\w+)"', text))
    wanted = {"clear"} | (set() if check.reads else {"not_applicable"})
    missing = sorted(wanted - tested) + ([] if tested & {"review", "adverse"} else ["review"])
    assert not missing, (
        f'add a case of {" and ".join(missing)} to a table in tests/checks/: ("{check.id}", …)'
    )
