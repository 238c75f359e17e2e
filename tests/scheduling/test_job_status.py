"""When a job runs next: caught up once, tried again with patience, and never lost."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.scheduling.job_status import WAITS, derive_job_status, next_due
from duediligence.scheduling.jobs import Job, parse_cadence
from duediligence.store.schedule import Attempt, Result

DAILY = parse_cadence("day", "02:30")
JOB = Job(name="night", action="re-screen", every="day", at="02:30", cadence=DAILY)
SLOT = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
TOMORROW = SLOT + timedelta(days=1)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def attempt(result: Result, minutes: float = 0, *, due: datetime = SLOT) -> Attempt:
    """An attempt that ended so many minutes after it was due, having taken a minute."""
    ended = due + timedelta(minutes=minutes + 1)
    return Attempt(
        job="night",
        due=due,
        started=due + timedelta(minutes=minutes),
        ended=None if result == "started" else ended,
        result=result,
        detail="",
    )


def due(attempts: Sequence[Attempt], minutes: float, *, since: datetime = LONG_AGO) -> datetime:
    return next_due(DAILY, attempts, since=since, now=SLOT + timedelta(minutes=minutes))


def test_what_was_missed_for_days_is_caught_up_once() -> None:
    before = attempt("done", due=SLOT - timedelta(days=5))
    assert due([before], 600) == SLOT
    assert due([before, attempt("done", 600)], 602) == TOMORROW


def test_what_was_due_before_the_job_was_first_seen_was_not_missed() -> None:
    assert due([], 600, since=SLOT + timedelta(minutes=1)) == TOMORROW
    assert due([], 600, since=SLOT) == SLOT


def test_a_failed_job_is_tried_again_later_and_later() -> None:
    attempts: list[Attempt] = []
    minutes = 0.0
    for wait in WAITS:
        attempts.append(attempt("failed", minutes))
        ended = attempts[-1].ended
        assert ended
        assert due(attempts, minutes + 2) == ended + wait
        minutes += 1 + wait.total_seconds() / 60
    attempts.append(attempt("failed", minutes))
    assert due(attempts, minutes + 2) == TOMORROW
    assert next_due(DAILY, attempts, since=LONG_AGO, now=TOMORROW) == TOMORROW


def test_an_attempt_again_never_comes_after_the_next_regular_time() -> None:
    late = 24 * 60 - 3
    assert due([attempt("failed", late)], late + 2) == TOMORROW


def test_what_was_interrupted_runs_again_at_once_but_not_for_ever() -> None:
    stopped = attempt("interrupted")
    assert stopped.ended
    assert due([stopped], 2) == stopped.ended
    again = attempt("interrupted", 2)
    assert again.ended
    assert due([stopped, again], 4) == again.ended + WAITS[0]
    many = [attempt("interrupted", n) for n in range(5)]
    assert due(many, 10) == TOMORROW


def test_a_clock_that_was_wrong_costs_nothing() -> None:
    ahead = attempt("done", due=SLOT + timedelta(days=900))
    assert due([ahead], 10) == SLOT
    # Set back by a minute just after the job ran: not again.
    assert due([attempt("done", due=SLOT - timedelta(days=1)), attempt("done")], -1) == SLOT
    assert due([attempt("done", due=SLOT - timedelta(days=1)), attempt("done")], 1) == TOMORROW


def stand(attempts: Sequence[Attempt], minutes: float, *, running: bool = False):  # type: ignore[no-untyped-def]
    now = SLOT + timedelta(minutes=minutes)
    return derive_job_status(JOB, attempts, since=LONG_AGO, now=now, running=running)


def test_how_a_job_stands() -> None:
    done = attempt("done", due=SLOT - timedelta(days=1))
    assert stand([done], -5).state == "waiting"
    assert stand([done], 5).state == "due"
    assert not stand([done], 5).wanting
    late = stand([done], 61)
    assert (late.state, late.wanting, late.next_due) == ("overdue", True, SLOT)
    assert stand([done, attempt("started")], 5, running=True).state == "running"
    killed = stand([done, attempt("started")], 5)
    assert (killed.state, killed.failures) == ("interrupted", 1)
    assert killed.next_due <= SLOT + timedelta(minutes=5)
    failed = stand([done, attempt("failed"), attempt("failed", 7)], 10)
    assert (failed.state, failed.failures, failed.wanting) == ("failed", 2, True)
    assert failed.last_done == done.ended
    # Also after it was given up for the day.
    assert stand([attempt("failed", n * 70) for n in range(4)], 600).wanting
    assert stand([], -5).wanting  # seen long ago, and never run


def test_a_job_that_hangs_is_overdue_at_its_next_time() -> None:
    assert not stand([attempt("started")], 300, running=True).overdue
    assert stand([attempt("started")], 24 * 60 + 61, running=True).wanting


def test_what_could_not_check_everything_is_shown_and_waits_for_its_next_time() -> None:
    found = stand([attempt("incomplete")], 1)
    assert (found.state, found.wanting, found.failures) == ("incomplete", True, 0)
    assert due([attempt("incomplete")], 1) == TOMORROW
    assert found.last_done


RESULTS = st.sampled_from(["done", "incomplete", "failed", "interrupted"])


@settings(deadline=None)
@given(st.lists(st.tuples(RESULTS, st.integers(0, 3000)), max_size=60), st.data())
def test_over_days_each_time_is_done_once_and_a_failure_never_ends_a_job(
    plan: list[tuple[Result, int]], data: st.DataObject
) -> None:
    """A clock that moves by leaps; at each, the job runs if due, with a result by chance."""
    now, attempts = SLOT - timedelta(hours=1), list[Attempt]()
    for result, leap in plan:
        now += timedelta(minutes=leap)
        when = next_due(DAILY, attempts, since=LONG_AGO, now=now)
        assert when <= DAILY.following(now)  # never put off beyond the next regular time
        if when <= now:
            attempts.append(
                Attempt(
                    job="night",
                    due=DAILY.latest(now),
                    started=now,
                    ended=now,
                    result=result,
                    detail="",
                )
            )
    done = [one.due for one in attempts if one.result in ("done", "incomplete")]
    assert len(done) == len(set(done))
    for each in {one.due for one in attempts}:
        tried = [one.result for one in attempts if one.due == each]
        assert len(tried) <= len(WAITS) + 2
        assert not {"done", "incomplete"} & set(tried[:-1])
