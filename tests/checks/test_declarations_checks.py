"""What suppliers declared, beside what a run found."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from duediligence import registry
from duediligence.casework.disclosure import redact_run
from duediligence.law.declarations import find_question
from duediligence.model import Declaration, Declared, Finding, Outcome, Run, Supplier
from duediligence.model.declarations import grounds_of
from duediligence.render.saying import explain, sentence_of
from duediligence.render.saying import format_text as in_words
from duediligence.screening.run.findings import Assessor, check_context
from duediligence.screening.run.policy import Policy
from tests.checks.conftest import judged
from tests.rows import for_each

CONTEXT = check_context(date(2026, 11, 24))
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SUPPLIER = Supplier(ref="S1", name="Quillhaven Works Ltd", contract="C-7")
INSOLVENT = Finding(
    run_id="r",
    supplier_ref="S1",
    supplier_name=SUPPLIER.name,
    company_number="99000001",
    check_id="CH-INS-02",
    check_title="In administration or a voluntary arrangement",
    topic="finance",
    outcome="review",
    severity="high",
    possible_grounds=("PA23-7-5 insolvency, officer to decide",),
)


def said(code: str, answer: Any = "no", **changes: Any) -> Declaration:
    asked = find_question(code)
    known = {"declared_on": date(2026, 3, 2), **changes}
    return Declaration(
        supplier_ref="S1",
        question=asked.code,
        title=asked.title,
        grounds=asked.grounds,
        answer=answer,
        **known,
    )


def judge(check_id: str, *answers: Declaration, findings: tuple[Finding, ...] = ()) -> Outcome:
    return registry.checks()[check_id].run(Declared(SUPPLIER, answers, findings), CONTEXT)


def test_declared_none_and_a_finding_points_to_it() -> None:
    outcome = judge("DCL-01", said("insolvency_bankruptcy"), findings=(INSOLVENT,))
    assert outcome.result == "review"
    assert outcome.severity is None
    assert "none stated on 2 March 2026" in in_words(outcome.why)
    assert "CH-INS-02" in in_words(outcome.why)
    assert judged(outcome).labels == ("PA23-7-5 Insolvency, officer to decide",)
    assert "misunderstanding" in in_words(outcome.next_step)


def test_what_is_certain_is_high() -> None:
    certain = replace(INSOLVENT, outcome="adverse")
    assert judge("DCL-01", said("PA23-7-5"), findings=(certain,)).severity == "high"


@for_each(
    ("answers", "finding"),
    [
        ((said("insolvency_bankruptcy"),), replace(INSOLVENT, possible_grounds=())),
        ((said("insolvency_bankruptcy"),), replace(INSOLVENT, outcome="unknown")),
        ((said("tax_offences"),), INSOLVENT),
        ((said("insolvency_bankruptcy", "yes"),), INSOLVENT),
        (
            (
                said("insolvency_bankruptcy"),
                said("insolvency_bankruptcy", "yes", applies_to="connected person"),
            ),
            INSOLVENT,
        ),
    ],
)
def test_nothing_stands_against_what_was_declared(
    answers: tuple[Declaration, ...], finding: Finding
) -> None:
    assert judge("DCL-01", *answers, findings=(finding,)).result == "clear"


def test_without_answers_there_is_nothing_to_stand_against() -> None:
    assert judge("DCL-01", findings=(INSOLVENT,)).result == "not_applicable"
    assert judge("DCL-02").result == "not_applicable"


@for_each(
    ("text", "code"),
    [
        ("PA23-7-11 professional misconduct", "PA23-7-11"),
        ("Procurement Act 2023 Schedule 7, paragraph 11", "PA23-7-11"),
        ("Sch 6 para 15", "PA23-6-15"),
        ("Sch. 7 para. 5", "PA23-7-5"),
    ],
)
def test_a_published_list_may_cite_the_ground_its_own_way(text: str, code: str) -> None:
    assert grounds_of(replace(INSOLVENT, possible_grounds=(text,))) == {code}


def test_a_declared_ground_is_told_with_day_and_details() -> None:
    told = said(
        "professional_misconduct",
        "yes",
        applies_to="connected person",
        details='Fined in 2025. It said "sorry".',
    )
    outcome = judge("DCL-02", told, said("tax_offences"))
    assert outcome.result == "review"
    about = "Professional misconduct (about its connected person)"
    assert in_words(outcome.why) == f"Declared on 2 March 2026: {about}."
    (words,) = outcome.facts
    assert sentence_of(words) == f'In its own words, about {about}: "{told.details}"'
    assert words.personal
    assert judged(outcome).labels == (
        "PA23-7-11 Professional misconduct (of a connected person), officer to decide",
    )
    assert "opportunity to make representations" in judged(outcome).steps[0]
    # It may be an investigation only; a conviction is not.
    assert outcome.severity == "medium"
    assert judge("DCL-02", told, said("tax_offences", "yes")).severity is None
    assert judge("DCL-02", said("tax_offences")).result == "clear"


def test_nothing_on_file_is_told_only_of_a_supplier_with_a_contract() -> None:
    check = registry.checks()["DCL-03"]
    assert judge("DCL-03").result == "review"
    assert judge("DCL-03", said("tax_offences")).result == "clear"
    nobody = Declared(replace(SUPPLIER, contract=""), ())
    assert check.run(nobody, CONTEXT).result == "not_applicable"


def test_a_finding_is_held_as_closely_as_what_it_rests_on() -> None:
    assess = Assessor("r", Policy(), CONTEXT)

    def of(*answers: Declaration, **changes: Any) -> list[tuple[str, str, bool]]:
        declared = Declared(SUPPLIER, answers, (replace(INSOLVENT, **changes),))
        found = assess.about_declarations(declared)
        return [(one.check_id, one.handling, one.person) for one in found]

    denied = said("insolvency_bankruptcy")
    assert of(denied) == [("DCL-01", "internal", False)]
    assert of(denied, handling="restricted") == [("DCL-01", "restricted", False)]
    assert of(denied, person=True) == [("DCL-01", "internal", True)]
    assert of(said("tax_offences", "yes", details="Mr Dunnock")) == [("DCL-02", "internal", True)]
    assert of() == [("DCL-03", "public", False)]


def test_what_a_supplier_wrote_is_left_out_where_people_are() -> None:
    words = "Peregrin Dunnock was fined; he paid. Ottoline Brackwater was not."
    declared = Declared(SUPPLIER, (said("tax_offences", "yes", details=words),))
    (finding,) = Assessor("r", Policy(), CONTEXT).about_declarations(declared)
    assert "Peregrin" in explain(finding)
    run = Run(
        id="r",
        started_at=NOW,
        finished_at=NOW,
        as_of=CONTEXT.today,
        supplier_file="",
        supplier_file_sha256="",
        suppliers=1,
        parties=1,
        lists=(),
        threshold=0.8,
        matcher_version="1",
        policy_sha256="",
        findings=(finding,),
    )
    shown, _ = redact_run(run, {}, people=False, restricted=False)
    told = explain(shown.findings[0])
    assert not {"Peregrin", "Dunnock", "paid", "Ottoline", "Brackwater"} & set(
        re.findall(r"\w+", told)
    )
