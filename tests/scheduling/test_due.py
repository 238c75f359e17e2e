"""Which suppliers are due: at first, when something changed, and after some months."""

from datetime import UTC, datetime, timedelta
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.model import ListStatus, ListVersion, Run
from duediligence.scheduling.rescreening import (
    DueReason,
    Present,
    due_reason,
    due_words,
    months_after,
)
from duediligence.store.casework.runs import LastRun
from tests.rows import for_each

STARTED = datetime(2026, 5, 20, 9, tzinfo=UTC)
RUN = Run(
    id="r",
    started_at=STARTED,
    finished_at=STARTED,
    as_of=STARTED.date(),
    supplier_file="",
    supplier_file_sha256="",
    suppliers=1,
    parties=1,
    lists=(
        ListStatus(
            list_id="un",
            title="UN",
            state="current",
            version=ListVersion(
                list_id="un",
                version="v1",
                entries=1,
                names=1,
                published=None,
                retrieved_at=STARTED,
                checked_at=STARTED,
                sha256="",
                origin="",
            ),
        ),
        ListStatus(list_id="eu", title="EU", state="never loaded"),
    ),
    threshold=0.8,
    matcher_version="7",
    policy_sha256="p",
    findings=(),
)
COVERAGE = LastRun(run=RUN, sha256="a")


def present(**changes: object) -> Present:
    values = {
        "lists": {"un": "v1"},
        "rules": ("7", "p", 0.8),
        "review_months": 6,
        "now": STARTED + timedelta(days=30),
    }
    return Present(**values | changes)  # type: ignore[arg-type]


def test_who_was_just_screened_is_not_due() -> None:
    assert due_reason(COVERAGE, present(), sha256="a") is None
    assert due_reason(COVERAGE, present(), sha256="a", dossier_changed=STARTED) is None


def test_who_was_never_screened_is_due() -> None:
    assert due_reason(None, present(), sha256="a") == "never screened"


def test_each_change_makes_a_supplier_due() -> None:
    assert due_reason(COVERAGE, present(), sha256="b") == "details changed"
    later = STARTED + timedelta(1)
    found = due_reason(COVERAGE, present(), sha256="a", dossier_changed=later)
    assert found == "register record changed"
    for lists in ({"un": "v2"}, {"un": "v1", "eu": "v1"}, {}):
        assert due_reason(COVERAGE, present(lists=lists), sha256="a") == "list changed"
    for rules in (("8", "p", 0.8), ("7", "q", 0.8), ("7", "p", 0.7)):
        assert due_reason(COVERAGE, present(rules=rules), sha256="a") == "rules changed"


@for_each(("day", "is_due"), [(19, False), (20, True), (25, True)])
def test_after_six_months_a_supplier_is_due_whatever_changed(day: int, is_due: bool) -> None:
    now = datetime(2026, 11, day, 9, tzinfo=UTC)
    assert bool(due_reason(COVERAGE, present(now=now), sha256="a")) is is_due


def test_a_run_from_a_time_to_come_covers_nobody() -> None:
    assert due_reason(COVERAGE, present(now=STARTED - timedelta(days=1)), sha256="a")


def test_a_month_without_that_day_ends_with_its_last() -> None:
    assert months_after(datetime(2026, 8, 31, tzinfo=UTC), 6) == datetime(2027, 2, 28, tzinfo=UTC)
    assert months_after(datetime(2027, 8, 31, tzinfo=UTC), 6) == datetime(2028, 2, 29, tzinfo=UTC)


@settings(deadline=None)
@given(st.datetimes(timezones=st.just(UTC), max_value=datetime(9000, 1, 1)), st.integers(1, 600))  # noqa: DTZ001
def test_months_are_counted_by_the_calendar(moment: datetime, months: int) -> None:
    after = months_after(moment, months)
    assert (after.year * 12 + after.month) - (moment.year * 12 + moment.month) == months
    assert after.day <= moment.day
    assert after.timetz() == moment.timetz()


def test_each_reason_has_words_of_its_own() -> None:
    words = [due_words(reason, 6) for reason in get_args(DueReason)]
    assert len({*words}) == len(words)
    assert "not screened for 6 months" in words
