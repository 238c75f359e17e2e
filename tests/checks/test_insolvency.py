"""Open and past insolvency, solvent liquidations told apart."""

from datetime import date
from typing import Any, get_args

from duediligence import registry
from duediligence.law.lookback import Sch7Years
from duediligence.model import Company, Insolvency, NotKnown, Owner, Parent, RegisteredAt
from duediligence.render.saying import format_text
from duediligence.screening.run.findings import check_context
from tests.checks.conftest import judged
from tests.rows import for_each

LIQUIDATION = {"status": "liquidation"}
COMPULSORY = Insolvency("compulsory-liquidation", "1", (("wound-up-on", date(2026, 2, 3)),))
MEMBERS = Insolvency(
    "members-voluntary-liquidation", "1", (("declaration-solvent-on", date(2026, 2, 3)),)
)
SOLVENT_AND_OVER = Insolvency(
    "members-voluntary-liquidation",
    "1",
    (("declaration-solvent-on", date(2025, 2, 3)), ("concluded-winding-up-on", date(2026, 2, 3))),
)
UNSWORN = Insolvency("members-voluntary-liquidation", "1", (("wound-up-on", date(2026, 2, 3)),))


def ended(year: int) -> Insolvency:
    return Insolvency(
        "in-administration",
        "1",
        (
            ("administration-started-on", date(year - 1, 1, 1)),
            ("administration-ended-on", date(year, 1, 1)),
        ),
    )


def above(*statuses: str) -> dict[str, Any]:
    """A chain of owners, of which the companies have these statuses, the nearest first."""
    steps = []
    for depth, status in enumerate(statuses, 1):
        number = f"9900009{depth}"
        owner = Owner(
            kind="corporate-entity-person-with-significant-control",
            name=f"Step {depth} Ltd",
            registered_at=RegisteredAt(number=number, country="England"),
        )
        company = Company(number=number, name=owner.name, status=status, type="ltd")
        child = f"9900009{depth - 1}"
        steps.append(Parent(child=child, owner=owner, depth=depth, company=company))
    return {"owners": tuple(one.owner for one in steps[:1]), "parents": tuple(steps)}


CASES: list[tuple[str, str, str, str, dict[str, Any]]] = [
    ("CH-INS-01", "adverse", "critical", "ltd", {"company": LIQUIDATION}),
    (
        "CH-INS-01",
        "adverse",
        "critical",
        "ltd",
        {"company": LIQUIDATION, "insolvencies": NotKnown("no key")},
    ),
    (
        "CH-INS-01",
        "adverse",
        "critical",
        "ltd",
        {"company": LIQUIDATION, "insolvencies": (COMPULSORY,)},
    ),
    ("CH-INS-01", "adverse", "medium", "ltd", {"company": LIQUIDATION, "insolvencies": (MEMBERS,)}),
    (
        "CH-INS-01",
        "adverse",
        "critical",
        "ltd",
        {"company": LIQUIDATION, "insolvencies": (UNSWORN,)},
    ),
    ("CH-INS-01", "adverse", "critical", "ltd", {"company": {"status": "receivership"}}),
    ("CH-INS-01", "clear", "", "ltd", {}),
    ("CH-INS-01", "unknown", "", "ltd", {"company": {"status": "live-but-receiver"}}),
    ("CH-INS-01", "not_applicable", "", "ltd", {"company": {"status": "dissolved"}}),
    ("CH-INS-02", "adverse", "high", "ltd", {"company": {"status": "administration"}}),
    ("CH-INS-02", "adverse", "high", "ltd", {"company": {"status": "voluntary-arrangement"}}),
    ("CH-INS-02", "clear", "", "ltd", {}),
    ("CH-INS-02", "unknown", "", "ltd", {"company": {"status": "live-but-receiver"}}),
    ("CH-INS-02", "not_applicable", "", "ltd", {"company": {"status": "removed"}}),
    ("CH-INS-03", "review", "high", "ltd", {"insolvencies": (COMPULSORY,)}),
    ("CH-INS-03", "review", "medium", "ltd", {"insolvencies": (MEMBERS,)}),
    ("CH-INS-03", "clear", "", "ltd", {"insolvencies": (ended(2024),)}),
    ("CH-INS-03", "not_applicable", "", "ltd", {"company": LIQUIDATION}),
    ("CH-INS-04", "review", "medium", "ltd", {"insolvencies": (ended(2024),)}),
    ("CH-INS-04", "review", "medium", "ltd", {"company": {"has_insolvency_history": True}}),
    ("CH-INS-04", "review", "medium", "ltd", {"insolvencies": (ended(2022),)}),
    ("CH-INS-04", "clear", "", "ltd", {"insolvencies": (ended(2021),)}),
    ("CH-INS-04", "clear", "", "ltd", {"insolvencies": (ended(2019),)}),
    ("CH-INS-04", "clear", "", "ltd", {}),
    ("CH-INS-04", "unknown", "", "ltd", {"company": {"has_insolvency_history": None}}),
    ("CH-INS-04", "not_applicable", "", "ltd", {"company": LIQUIDATION}),
    ("CH-INS-05", "review", "medium", "ltd", above("active", "active", "liquidation")),
    ("CH-INS-05", "review", "medium", "ltd", above("dissolved")),
    ("CH-INS-05", "clear", "", "ltd", above("active", "active")),
    ("CH-INS-05", "unknown", "", "ltd", {"parents": NotKnown("no key")}),
    ("CH-INS-05", "not_applicable", "", "ltd", {"owners": (), "parents": ()}),
    (
        "CH-INS-05",
        "not_applicable",
        "",
        "ltd",
        {"company": {"status": "dissolved"}, **above("liquidation")},
    ),
]


@for_each(("check_id", "result", "severity", "form", "changes"), CASES)
def test_the_rules(judge, check_id, result, severity, form, changes):
    assert judge(check_id, form, changes) == (result, severity)


def test_a_past_case_counts_as_long_as_the_look_back_of_its_ground(outcome_of, build):
    rule = registry.checks()["CH-INS-04"].run
    dossier = build("ltd", insolvencies=(ended(2022),))
    five, three = (
        rule(dossier, check_context(date(2026, 11, 24), years))
        for years in get_args(Sch7Years)[::-1]
    )
    assert (five.result, three.result) == ("review", "clear")
    assert judged(five).labels == ("PA23-7-5 Insolvency, officer to decide",)
    assert "Sch 7 looks back 5 years" in judged(five).working[0]
    assert not outcome_of("CH-INS-04", insolvencies=(SOLVENT_AND_OVER,)).circumstances


def test_an_owner_that_failed_is_said_with_its_place_in_the_chain(outcome_of):
    found = outcome_of("CH-INS-05", **above("active", "administration", "dissolved"))
    assert format_text(found.why) == (
        "Step 2 Ltd (99000092), 2 steps above the supplier: administration; "
        "Step 3 Ltd (99000093), 3 steps above the supplier: dissolved."
    )
    assert judged(found).labels == (
        "PA23-7-5 Insolvency (of a connected person), officer to decide",
    )
    assert not outcome_of("CH-INS-05", **above("dissolved")).circumstances


def test_insolvency_names_a_possible_ground_and_a_solvent_liquidation_none(outcome_of):
    insolvent = outcome_of("CH-INS-01", company=LIQUIDATION, insolvencies=(COMPULSORY,))
    assert judged(insolvent).labels == ("PA23-7-5 Insolvency, officer to decide",)
    assert "compulsory liquidation on 3 February 2026" in format_text(insolvent.why)
    assert not outcome_of("CH-INS-01", company=LIQUIDATION, insolvencies=(MEMBERS,)).circumstances
