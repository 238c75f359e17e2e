"""Verified identity: due, overdue, withdrawn, or no word of it."""

from dataclasses import replace
from datetime import date
from typing import Any

from duediligence.checks.identity import directors_unverified, owners_unverified

from duediligence.model import Officer, Owner, PartialDate, Verification
from duediligence.model.facts import map_clause_values
from duediligence.render.saying import format_text
from tests.rows import for_each

DONE = Verification(date(2026, 3, 2), date(9999, 12, 31), date(2026, 4, 1))
LATE = Verification(due_on=date(2026, 11, 1))
VERY_LATE = Verification(due_on=date(2026, 9, 1))
DUE = Verification(due_on=date(2026, 12, 4))
WITHDRAWN = Verification(date(2026, 3, 2), date(2026, 11, 9), date(2026, 4, 1))


def officers(proof: Verification | None, role: str = "director") -> dict[str, Any]:
    return {
        "officers": (
            Officer(
                name="Ottoline Brackwater",
                role=role,
                birth_date=PartialDate(1975, 4),
                verification=proof,
            ),
        )
    }


def owners(
    proof: Verification | None, kind: str = "individual-person-with-significant-control"
) -> dict[str, Any]:
    return {"owners": (Owner(kind=kind, name="Ottoline Brackwater", verification=proof),)}


SECRET = "super-secure-person-with-significant-control"


CASES: list[tuple[str, str, str, str, dict[str, Any]]] = [
    ("CH-IDV-01", "adverse", "medium", "ltd", officers(LATE)),
    ("CH-IDV-01", "adverse", "medium", "ltd", officers(VERY_LATE)),
    ("CH-IDV-01", "adverse", "medium", "ltd", officers(WITHDRAWN)),
    ("CH-IDV-01", "clear", "", "ltd", officers(DONE)),
    ("CH-IDV-01", "clear", "", "ltd", officers(DUE)),
    ("CH-IDV-01", "out_of_scope", "", "ltd", officers(None)),
    ("CH-IDV-01", "not_applicable", "", "ltd", officers(LATE, "secretary")),
    ("CH-IDV-01", "not_applicable", "", "ltd", officers(LATE, "corporate-director")),
    ("CH-IDV-01", "not_applicable", "", "llp", officers(None, "llp-member")),
    ("CH-IDV-01", "adverse", "medium", "llp", officers(LATE, "llp-member")),
    ("CH-IDV-02", "adverse", "low", "ltd", owners(LATE)),
    ("CH-IDV-02", "adverse", "low", "ltd", owners(VERY_LATE)),
    ("CH-IDV-02", "clear", "", "ltd", owners(DONE)),
    ("CH-IDV-02", "out_of_scope", "", "ltd", owners(None)),
    ("CH-IDV-02", "not_applicable", "", "ltd", owners(VERY_LATE, SECRET)),
]


@for_each(("check_id", "result", "severity", "form", "changes"), CASES)
def test_the_rules(judge, check_id, result, severity, form, changes):
    assert judge(check_id, form, changes) == (result, severity)


@for_each(("agent", "named"), [("Vouchwell Ltd", True), ("Ada Vouch", False)])
def test_the_agent_that_had_vouched_is_named_unless_it_may_be_a_person(outcome_of, agent, named):
    told = outcome_of("CH-IDV-01", **officers(replace(WITHDRAWN, agent=agent)))
    assert f"Vouched for before by {agent}." in format_text(told.why)
    shown = map_clause_values(told.why, lambda value: None if value.personal else value)
    assert (shown is not None and agent in format_text(shown)) == named


def test_one_late_person_is_a_finding_beside_many_of_whom_nothing_is_said(judge):
    people = officers(LATE)["officers"] + officers(None)["officers"] * 9
    assert judge("CH-IDV-01", "ltd", {"officers": people}) == ("adverse", "medium")


def test_a_director_whom_the_register_knew_before_the_rule_is_late_and_no_more(judge):
    (late,) = officers(VERY_LATE)["officers"]
    old = replace(late, appointed_on=date(2012, 5, 1))
    assert judge("CH-IDV-01", "ltd", {"officers": (old,)}) == ("adverse", "low")
    new = replace(late, appointed_on=date(2025, 12, 1))
    assert judge("CH-IDV-01", "ltd", {"officers": (old, new)}) == ("adverse", "medium")


def test_the_basis_is_the_ban_on_acting_unverified():
    assert "s.167M" in directors_unverified.basis
    assert "167G" not in directors_unverified.basis + owners_unverified.basis
