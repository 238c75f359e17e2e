"""Where an alert stands: a function of its decisions, of what is compared now, and of the day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from duediligence.casework.queue import allowed_decisions, shown_to
from duediligence.model import Finding, Severity
from duediligence.model.alerts import (
    DECIDED,
    Alert,
    AlertStatus,
    Compared,
    Decided,
    Decision,
    Reopened,
    alert_id,
)
from duediligence.render.wording import reopened_words
from duediligence.screening.alerts.status import Rules, expires, status
from duediligence.text.names import same_text
from tests.rows import for_each

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
RULES = Rules()
PEOPLE = ("Ada Ferrow", "Bo Quill", "Cy Marlpit")


def decision(
    position: int = 1,
    decided: Decided = "not the same",
    *,
    by: str = "Ada Ferrow",
    at: datetime = NOW,
    party: str = "p",
    entry: str = "e",
) -> Decision:
    return Decision(
        position=position,
        alert_id="a" * 64,
        decided=decided,
        reason="OTHER",
        note="a note",
        by=by,
        at=at,
        run_id="R1",
        party_sha256=party,
        entry_sha256=entry,
    )


def stands(
    *decisions: Decision,
    party: str = "p",
    entry: str = "e",
    today: date = TODAY,
    rules: Rules = RULES,
    severity: Severity = "medium",
) -> AlertStatus:
    return status(decisions, party, entry, today, rules, severity=severity)


def test_nothing_decided_is_open() -> None:
    assert stands() == AlertStatus()


def test_the_newest_decision_counts() -> None:
    found = stands(decision(1), decision(2, "same", by="Bo Quill"))
    assert found.state == "same"
    assert (found.decided_by, found.decided_at, found.reason) == ("Bo Quill", NOW, "OTHER")
    assert found.expires == date(2027, 11, 20)


@for_each(
    ("party", "entry", "told"),
    [
        ("p", "e2", "the list entry changed"),
        ("p2", "e", "the supplier's details changed"),
        ("p2", "e2", "the list entry changed and the supplier's details changed"),
    ],
)
def test_what_changed_opens_it_again(party: str, entry: str, told: str) -> None:
    found = stands(decision(), party=party, entry=entry)
    assert (found.state, reopened_words(found.reopened), found.decisions) == ("open", told, ())


def test_a_decision_does_not_come_back_when_the_change_was_decided_and_is_undone() -> None:
    about_the_change = decision(2, "same", entry="e2")
    found = stands(decision(1), about_the_change)
    assert (found.state, found.reopened) == ("open", Reopened(entry_changed=True))


def test_a_change_that_is_undone_before_anyone_decided_leaves_the_decision() -> None:
    assert stands(decision(), entry="e2").state == "open"
    assert stands(decision()).state == "not the same"


def test_a_decision_ends_on_its_day() -> None:
    last = date(2027, 11, 19)
    assert stands(decision(), today=last).state == "not the same"
    found = stands(decision(), today=last + timedelta(days=1))
    assert (found.state, found.reopened) == (
        "open",
        Reopened(expired_on=date(2027, 11, 20)),
    )


def test_months_end_on_a_day_that_there_is() -> None:
    made = decision(at=datetime(2024, 2, 29, tzinfo=UTC))
    assert expires(made, RULES) == date(2025, 2, 28)
    assert expires(made, Rules(decision_months=120)) == date(2034, 2, 28)


def critical(*decisions: Decision, today: date = TODAY) -> AlertStatus:
    return stands(*decisions, severity="critical", today=today)


def test_what_is_critical_waits_for_a_second_person() -> None:
    first = decision(1)
    found = critical(first)
    assert (found.state, found.before) == ("awaiting second decision", "open")
    assert found.decisions == (first,)
    agreed = critical(first, decision(2, by="Bo Quill"))
    assert agreed.state == "not the same"
    assert agreed.decided_by == "Ada Ferrow and Bo Quill"


@for_each("again", ["Ada Ferrow", "ada  ferrow", " ADA FERROW "])
def test_nobody_is_their_own_second_person(again: str) -> None:
    found = critical(decision(1), decision(2, by=again))
    assert found.state == "awaiting second decision"
    corrected = critical(decision(1), decision(2, "same", by=again))
    assert [one.decided for one in corrected.decisions] == ["same"]


def test_two_who_disagree_leave_it_not_sure_and_both_are_shown() -> None:
    found = critical(decision(1), decision(2, "same", by="Bo Quill"))
    assert found.state == "not sure"
    assert [one.decided for one in found.decisions] == ["not the same", "same"]
    assert critical(decision(1), decision(2, "not sure", by="Bo Quill")).state == "not sure"


def test_one_person_alone_may_say_not_sure() -> None:
    assert critical(decision(1, "not sure")).state == "not sure"


def test_a_new_first_decision_over_a_settled_one_waits_again() -> None:
    settled = (decision(1, "same"), decision(2, "same", by="Bo Quill"))
    found = critical(*settled, decision(3, "confirmed risk"))
    assert (found.state, found.before) == ("awaiting second decision", "same")


def test_a_first_decision_that_waited_too_long_is_none() -> None:
    old = decision(1, at=NOW - timedelta(days=400))
    assert critical(old).reopened == Reopened(expired_on=date(2026, 10, 16))
    found = critical(old, decision(2, by="Bo Quill"))
    assert (found.state, found.decided_by) == ("awaiting second decision", "Bo Quill")


def test_a_severity_that_rose_asks_for_a_second_person() -> None:
    assert stands(decision()).state == "not the same"
    assert critical(decision()).state == "awaiting second decision"


def test_a_risk_is_mitigated_only_where_it_is_the_suppliers() -> None:
    assert "mitigated" not in allowed_decisions("open", matched=True)
    assert "mitigated" not in allowed_decisions("not the same", matched=True)
    assert "mitigated" in allowed_decisions("same", matched=True)
    assert allowed_decisions("open", matched=False) == ("not sure", "confirmed risk", "mitigated")


decisions = st.lists(
    st.builds(
        decision,
        st.just(0),
        st.sampled_from(DECIDED),
        by=st.sampled_from(PEOPLE),
        at=st.datetimes(
            NOW.replace(tzinfo=None, year=2024), NOW.replace(tzinfo=None), timezones=st.just(UTC)
        ),
        party=st.sampled_from("pq"),
        entry=st.sampled_from("ef"),
    ),
    max_size=8,
).map(lambda made: [replace(one, position=place) for place, one in enumerate(made, 1)])
severities = st.sampled_from(("low", "critical"))


@given(decisions, severities, st.randoms(use_true_random=False))
def test_the_order_of_reading_does_not_matter(
    made: list[Decision], severity: Severity, random: object
) -> None:
    read = list(made)
    random.shuffle(read)  # type: ignore[attr-defined]
    assert stands(*read, severity=severity) == stands(*made, severity=severity)


@given(decisions, severities)
def test_a_decision_never_outlives_what_it_was_about(
    made: list[Decision], severity: Severity
) -> None:
    found = stands(*made, party="other", severity=severity)
    assert (found.state, found.decisions) == ("open", ())
    assert bool(found.reopened) == bool(made)
    for counted in stands(*made, severity=severity).decisions:
        assert (counted.party_sha256, counted.entry_sha256) == ("p", "e")


@given(decisions)
def test_what_is_critical_is_never_settled_by_one_person(made: list[Decision]) -> None:
    found = stands(*made, severity="critical")
    if found.state not in ("open", "awaiting second decision", "not sure"):
        assert len({one.by for one in found.decisions}) == 2
        assert len({one.decided for one in found.decisions}) == 1


@given(decisions, severities, st.dates(date(2026, 11, 20), date(2030, 1, 1)))
def test_time_only_ever_ends_decisions(
    made: list[Decision], severity: Severity, later: date
) -> None:
    now, then = stands(*made, severity=severity), stands(*made, severity=severity, today=later)
    assert then.state in (now.state, now.before, "open")
    assert then.expires is None or then.expires > later


@given(decisions, severities, st.sampled_from((*PEOPLE, "", "Dee Nobody")))
def test_a_blind_second_person_is_shown_nothing_of_the_first(
    made: list[Decision], severity: Severity, viewer: str
) -> None:
    rules = Rules(blind_second=True)
    found = status(made, "p", "e", TODAY, rules, severity=severity)
    alert = Alert(
        id="a" * 64,
        findings=(a_finding(),),
        load=Compared,
        party_sha256="p",
        entry_sha256="e",
        last_seen=NOW,
        history=tuple(made),
        status=found,
    )
    shown = shown_to(alert, viewer, rules)
    if found.state != "awaiting second decision" or same_text(found.decided_by, viewer):
        assert shown == alert
        return
    assert shown.state == "awaiting second decision"
    assert (shown.status.decided_by, shown.status.reason) == ("", "")
    assert found.decisions[0] not in shown.history
    assert shown_to(alert, viewer, RULES) == alert


def a_finding() -> Finding:
    return Finding(
        run_id="R1",
        supplier_ref="S1",
        supplier_name="Quill & Ferrow Ltd",
        company_number="",
        check_id="SAN-01",
        check_title="Asset freeze",
        topic="sanctions",
        outcome="review",
        severity="critical",
        subject_name="Quill & Ferrow Ltd",
        list_id="un",
        entry_id="E1",
    )


def test_the_id_is_that_of_the_key_and_stable() -> None:
    assert alert_id(a_finding().key) == alert_id(replace(a_finding(), run_id="R2", score=1.0).key)
    assert alert_id(a_finding().key)[:8] == "4c5eb837"
