"""Which suppliers are due: at first, when something changed, and after some months."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.model import ListStatus, ListVersion, Run
from duediligence.scheduling.due import Present, months_after, reason
from duediligence.store.runs.coverage import Coverage

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
COVERAGE = Coverage(run=RUN, sha256="a")


def present(**changes: object) -> Present:
    values = {
        "lists": {"un": "v1"},
        "rules": ("7", "p", 0.8),
        "review_months": 6,
        "now": STARTED + timedelta(days=30),
    }
    return Present(**values | changes)  # type: ignore[arg-type]


def test_who_was_just_screened_is_not_due() -> None:
    assert reason(COVERAGE, present(), sha256="a") == ""
    assert reason(COVERAGE, present(), sha256="a", dossier_changed=STARTED) == ""


def test_who_was_never_screened_is_due() -> None:
    assert reason(None, present(), sha256="a") == "never screened"


def test_each_change_makes_a_supplier_due() -> None:
    assert "details" in reason(COVERAGE, present(), sha256="b")
    assert "register" in reason(
        COVERAGE, present(), sha256="a", dossier_changed=STARTED + timedelta(1)
    )
    for lists in ({"un": "v2"}, {"un": "v1", "eu": "v1"}, {}):
        assert reason(COVERAGE, present(lists=lists), sha256="a") == "a list changed"
    for rules in (("8", "p", 0.8), ("7", "q", 0.8), ("7", "p", 0.7)):
        assert "rules" in reason(COVERAGE, present(rules=rules), sha256="a")


@pytest.mark.parametrize(("day", "is_due"), [(19, False), (20, True), (25, True)])
def test_after_six_months_a_supplier_is_due_whatever_changed(day: int, is_due: bool) -> None:
    now = datetime(2026, 11, day, 9, tzinfo=UTC)
    assert bool(reason(COVERAGE, present(now=now), sha256="a")) is is_due


def test_a_run_from_a_time_to_come_covers_nobody() -> None:
    assert reason(COVERAGE, present(now=STARTED - timedelta(days=1)), sha256="a")


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
