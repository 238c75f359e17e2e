"""Records of councils and regulators: what happened, which ground, how sure, each by itself."""

import itertools
import re
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import get_args

import pytest
from duediligence.checks import enforcement, standing
from syrupy.assertion import SnapshotAssertion

from duediligence import registry
from duediligence.contracts import Check
from duediligence.model import (
    Address,
    Feature,
    InsolvencyStage,
    ListEntry,
    Match,
    Name,
    Outcome,
    Party,
    PartyRole,
    Place,
    PossibleMatch,
    Record,
    RecordType,
    SharedPremises,
)
from duediligence.render.saying import format_text
from duediligence.screening.run.findings import check_context
from tests.checks.conftest import describe_outcome, judged
from tests.rows import for_each
from tests.thorough import share_of

SUPPLIER = Party(names=(Name("Quill Ltd"),), kind="organisation", role=PartyRole("supplier"))
TODAY = check_context(date(2026, 11, 24))
# Those of individuals have a check of their own.
UNTOLD = ("registration", "payment_report", "personal_insolvency")
KINDS_TOLD = [kind for kind in get_args(RecordType) if kind not in UNTOLD]
COMPANY_STAGES: list[InsolvencyStage] = [
    stage
    for stage in get_args(InsolvencyStage)
    if not any(word in stage for word in ("bankruptcy", "debt relief"))
]
FRAUD = Record(
    type="conviction",
    power="trading_standards",
    authority="Tarnshire Council",
    act_section="Fraud Act 2006 s.2",
    event="Fraud by false representation",
    event_date=date(2023, 3, 1),
    decision_date=date(2024, 5, 3),
    penalty_gbp=Decimal("1200"),
    status="live",
)


def match(record: Record, *, place: Place = "not known", score: float = 1.0) -> PossibleMatch:
    entry = ListEntry(
        id="1", list_id="tarn", kind="organisation", names=(Name("Quill Ltd"),), record=record
    )
    words = Feature("agreeing words", "quill", "quill", score, "agree")
    found = Match((words,), "Quill Ltd", "Quill Ltd", "1", "tarn")
    return PossibleMatch(SUPPLIER, entry, found, "enforcement", "Tarnshire register", place)


def outcome(found: PossibleMatch) -> Outcome:
    """That of the one check that speaks."""
    rules = [*vars(enforcement).values(), *vars(standing).values()]
    spoken = [
        rule.run(found, TODAY) for rule in rules if getattr(rule, "needs", None) is PossibleMatch
    ]
    (only,) = [one for one in spoken if one.result not in ("clear", "not_applicable")] or [
        Outcome("clear")
    ]
    return only


def test_a_fraud_conviction_tells_three_things_apart() -> None:
    told = outcome(match(FRAUD))
    assert format_text(told.happened) == (
        "Conviction: Fraud by false representation under Fraud Act 2006 s.2 (Tarnshire Council, "
        "1 March 2023, decided on 3 May 2024). Penalty: £1,200.00. It is in effect."
    )
    assert judged(told).labels == ("PA23-6-15 Fraud, officer to decide",)
    assert told.crime_types == ("fraud_financial",)
    assert "3 May 2024" in judged(told).working[0]
    assert "inside" in judged(told).working[0]
    assert told.severity == "high"


def test_a_conviction_outside_the_look_back_is_told_and_its_ground_set_aside() -> None:
    told = outcome(
        match(replace(FRAUD, event_date=date(2015, 1, 1), decision_date=date(2016, 1, 1)))
    )
    assert told.result == "review"
    assert judged(told).labels == ()
    assert judged(told).working[0].endswith("Set aside.")


def test_a_record_without_a_date_is_never_set_aside() -> None:
    told = outcome(match(replace(FRAUD, event_date=None, decision_date=None)))
    assert judged(told).labels
    assert "cannot be determined" in judged(told).working[0]


def days_in(text: str) -> set[date]:
    return {
        datetime.strptime(day, "%d %B %Y").date()  # noqa: DTZ007
        for day in re.findall(r"\d{1,2} [A-Z][a-z]+ \d{4}", text)
    }


DAYS = (date(2012, 3, 4), date(2021, 5, 6), date(2023, 7, 8), date(2026, 2, 3))
# Told of only where they ended, or are new.
CITED = ("", "Fraud Act 2006 s.2", "Competition Act 1998 s.2", "Housing Act 2004 s.72")


@pytest.mark.thorough
@for_each(
    ("kind", "cited"),
    share_of(itertools.product(KINDS_TOLD, CITED), 5),
)
def test_a_look_back_never_says_that_there_is_no_date_beside_a_date(
    kind: RecordType, cited: str
) -> None:
    """Every record with any of its dates: what is worked out names one, and denies none."""
    dates = (None, *DAYS)
    for event, decided, known in itertools.product(dates, repeat=3):
        record = Record(
            type=kind,
            act_section=cited,
            event="Something",
            event_date=event,
            decision_date=decided,
            known_date=known,
            low=True,
        )
        told = outcome(match(record))
        given = {day for day in (event, decided, known) if day}
        shown = days_in(format_text(told.happened))
        assert shown <= given
        assert (told.happened_on in shown) if given else told.happened_on is None
        counted = [
            one for one in judged(told).working if not one.startswith("We suggest no ground")
        ]
        for working in counted:
            assert bool(days_in(working) & given) == bool(given), working
            if given:
                assert "does not say when" not in working
                assert "does not have the date" not in working or not (event or decided)


def test_a_penalty_that_has_only_the_day_of_its_decision_is_counted_from_it() -> None:
    penalty = Record(
        type="civil_penalty",
        act_section="Data Protection Act 2018 s.155",
        decision_date=date(2026, 4, 22),
    )
    told = outcome(match(penalty))
    (working,) = judged(told).working
    assert told.happened_on == date(2026, 4, 22)
    assert working.startswith("PA23-7-11: Decision of 22 April 2026 is 7 months before ")
    assert judged(told).labels, "it is never set aside for a day that is not known"


@for_each("year", [2025, 2012])
def test_a_conviction_that_has_only_the_day_of_its_offence_is_never_set_aside(year: int) -> None:
    found = outcome(match(replace(FRAUD, event_date=date(year, 6, 1), decision_date=None)))
    assert judged(found).labels
    assert f"Offence of 1 June {year}" in judged(found).working[0]


@for_each("status", ["withdrawn", "quashed"])
def test_what_fell_is_not_told(status: str) -> None:
    assert outcome(match(replace(FRAUD, status=status))).result == "clear"  # type: ignore[arg-type]


def test_an_appeal_is_told() -> None:
    assert "under appeal" in format_text(
        outcome(match(replace(FRAUD, status="under_appeal"))).happened
    )


@for_each(
    "kind",
    ["conviction", "caution", "prosecution_pending", "notice", "civil_penalty", "licence_refused",
     "licence_revoked", "licence_review", "injunction", "order", "warning", "insolvency",
     "insolvency_step", "winding_up", "prohibited_name"],
)  # fmt: skip
def test_every_type_of_record_is_told_by_one_check(
    snapshot: SnapshotAssertion, kind: RecordType
) -> None:
    told = outcome(match(Record(type=kind, event="Something", event_date=date(2026, 1, 2))))
    assert told.result == "review"
    assert "Something" in format_text(told.happened)
    assert [told.severity, *describe_outcome(told)] == snapshot(name=kind)


@for_each("stage", [s for s in COMPANY_STAGES if s])
def test_each_stage_of_an_insolvency_is_told_in_its_own_words(stage: InsolvencyStage) -> None:
    later = stage in ("step", "end")
    record = Record(
        type="insolvency_step" if later else "insolvency",
        stage=stage,
        event="Something",
        event_date=date(2026, 1, 2),
    )
    told = outcome(match(record))
    others = [
        format_text(outcome(match(replace(record, stage=other))).next_step)
        for other in COMPANY_STAGES
        if other != stage
    ]
    assert format_text(told.next_step) not in others
    assert bool(judged(told).labels) != later
    assert told.severity == {"step": "medium", "end": "low"}.get(stage, "high")
    words = {"petition": "Petition", "order": "Winding-up order", "resolution": "Resolution",
             "administration": "Administration", "end": "End of"}  # fmt: skip
    assert format_text(told.why).startswith(words.get(stage, ""))


@for_each(
    ("kind", "check_id", "severity"),
    [("prohibited_name", "ENF-09", "medium"), ("winding_up", "ENF-10", "low")],
)
def test_what_is_no_insolvency_is_told_by_another_check(
    kind: RecordType, check_id: str, severity: str
) -> None:
    found = match(Record(type=kind, event="Something", event_date=date(2026, 1, 2)))
    by_id = {one.id: one for one in vars(enforcement).values() if isinstance(one, Check)}
    assert by_id["ENF-08"].run(found, TODAY).result == "not_applicable"
    told = by_id[check_id].run(found, TODAY)
    assert (told.result, told.severity, judged(told).labels) == ("review", severity, ())


def test_a_planning_notice_goes_to_no_ground() -> None:
    notice = Record(type="notice", power="planning", event_date=date(2026, 1, 2))
    assert judged(outcome(match(notice))).labels == ()


def test_a_notice_complied_with_is_of_low_severity() -> None:
    assert outcome(match(Record(type="notice", status="complied"))).severity == "low"


def test_the_same_name_elsewhere_weighs_less_and_a_similar_one_nothing() -> None:
    told = outcome(match(FRAUD, place="elsewhere"))
    assert told.severity == "medium"
    assert format_text(told.next_step).startswith("The premises differ")
    assert outcome(match(FRAUD, place="elsewhere", score=0.9)).result == "clear"
    assert outcome(match(FRAUD, place="same postcode", score=0.9)).result == "review"


def test_a_poor_rating_is_context_and_only_of_its_own_premises() -> None:
    poor = Record(type="rating", event="Food hygiene rating 2", low=True)
    told = outcome(match(poor, place="same premises"))
    assert (told.severity, judged(told).labels) == ("low", ())
    assert outcome(match(poor, place="elsewhere")).result == "clear"
    assert outcome(match(replace(poor, low=False))).result == "clear"


def test_a_common_rating_is_a_question_also_where_a_number_makes_it_certain() -> None:
    number = Feature("identifier", "99001402", "99001402", 1.0, "agree")
    for status, result in (
        ("Requires improvement", "review"),
        ("Requires Improvement", "review"),
        ("Inadequate", "adverse"),
    ):
        found = match(Record(type="rating", event=f"Overall rating: {status}", low=True))
        certain = replace(
            found,
            entry=replace(found.entry, status=status),
            match=replace(found.match, features=(number,)),
        )
        assert certain.certain
        told = outcome(certain)
        assert told.result == result
        assert told.severity == ("high" if status == "Inadequate" else "low")
    other = outcome(replace(certain, our_work=False))
    assert other.severity == "medium"


def test_leaving_a_register_is_told_and_being_on_it_is_not() -> None:
    on_it = Record(type="registration", event="Worker (A rating)")
    assert outcome(match(on_it)).result == "clear"
    ran_out = match(replace(on_it, expires=date(2026, 11, 23)))
    assert "expired on 23 November 2026" in format_text(outcome(ran_out).why)
    assert outcome(match(replace(on_it, expires=date(2026, 11, 24)))).result == "clear"
    left = match(replace(on_it, ended=True))
    left = replace(left, entry=replace(left.entry, ends_on=date(2026, 10, 1)))
    assert "since 1 October 2026" in format_text(outcome(left).why)
    assert outcome(left).severity == "medium"
    gone = format_text(outcome(match(replace(on_it, ended=True))).happened)
    lower = match(replace(on_it, low=True, event="Registered"))
    lower = replace(lower, entry=replace(lower.entry, status="Suspended"))
    happened = format_text(outcome(lower).happened)
    assert gone.endswith("It left the register.")
    assert happened.startswith("Registered. ")
    assert happened.endswith("It is on the register, with a lower status: Suspended.")


def test_leaving_a_register_is_low_where_the_contract_says_what_the_supplier_does() -> None:
    left = match(Record(type="registration", event="Licence", ended=True))
    for ours in (True, False):
        assert outcome(replace(left, our_work=ours)).severity == "low"


def test_leaving_a_register_of_care_is_low_and_a_low_status_on_it_is_not() -> None:
    left = Record(type="registration", event="Care home", power="safeguarding", ended=True)
    assert outcome(match(left)).severity == "low"
    assert outcome(match(replace(left, low=True))).severity == "medium"
    assert outcome(match(replace(left, expires=date(2026, 11, 23)))).severity == "medium"


def test_another_name_at_the_same_premises_is_intelligence() -> None:
    entry = match(FRAUD).entry
    shared = SharedPremises(SUPPLIER, entry, Address("3 Mill Lane, AB1 2CD"), "Tarnshire register")
    told = standing.shared_premises.run(shared, TODAY)
    assert (told.result, judged(told).labels) == ("review", ())
    assert "not a match" in format_text(told.why)


@for_each(
    ("record", "severity"),
    [
        # A decision between others is read, and is never more than a question.
        (Record(type="decision", power="safeguarding", decision_date=date(2026, 9, 2)), "low"),
        (Record(type="payment_report", low=True, event_date=date(2026, 6, 30)), "low"),
        (Record(type="payment_report", event_date=date(2026, 6, 30)), ""),
        # Two years and a day before the day of these tests.
        (Record(type="payment_report", low=True, event_date=date(2024, 11, 23)), ""),
        (Record(type="rating", power="housing", low=True, event="Judgement: C4"), "low"),
    ],
)
def test_what_is_mostly_ordinary_is_low(record: Record, severity: str) -> None:
    told = outcome(match(record))
    assert (told.severity or "") == severity
    assert judged(told).labels == ()


def test_landlords_leave_their_register_by_a_merger_and_others_for_any_reason() -> None:
    left = match(Record(type="registration", power="housing", ended=True))
    assert outcome(left).severity == "medium"
    landlord = replace(left.entry, list_id="social-housing-providers")
    assert outcome(replace(left, entry=landlord)).severity == "low"
    assert landlord.list_id in registry.find_watchlists()
