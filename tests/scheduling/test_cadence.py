"""When a job is due, by the clocks of the United Kingdom, through every change of them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.scheduling.jobs import HOURS, WEEKDAYS, on_the_clock, parse_cadence
from tests.rows import for_each

LONDON = ZoneInfo("Europe/London")
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2034, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
TIMES = st.times().map(lambda at: f"{at:%H:%M}")
EVERY = st.sampled_from(
    ["hour", "day", "weekday", "month", *WEEKDAYS, *(f"{n} hours" for n in HOURS)]
)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def test_once_on_the_day_that_the_clocks_go_back() -> None:
    daily = parse_cadence("day", "01:30")
    first = daily.following(utc(2026, 10, 24, 12))
    assert first == utc(2026, 10, 25, 0, 30)  # the first 1:30, still in summer time
    assert daily.following(first) == utc(2026, 10, 26, 1, 30)
    assert daily.latest(utc(2026, 10, 25, 1, 31)) == first  # after the second 1:30


def test_once_on_the_day_that_the_clocks_go_forward() -> None:
    daily = parse_cadence("day", "01:30")
    skipped = daily.following(utc(2026, 3, 28, 12))
    assert skipped == utc(2026, 3, 29, 1, 0)  # 2:00 on the clock, the next minute there is
    assert on_the_clock(skipped).time() == time(2)
    assert daily.following(skipped) == utc(2026, 3, 30, 0, 30)


def test_hours_that_meet_where_the_clock_skips_come_once() -> None:
    hourly = parse_cadence("hour", "00:30")
    moment, seen = utc(2026, 3, 29, 0, 0), []
    while (moment := hourly.following(moment)) < utc(2026, 3, 29, 4):
        seen.append(moment)
    assert [f"{on_the_clock(one):%H:%M}" for one in seen] == [
        "00:30",
        "02:00",
        "02:30",
        "03:30",
        "04:30",
    ]


@for_each(
    ("every", "at", "following"),
    [
        ("day", "02:30", utc(2026, 11, 25, 2, 30)),
        ("Monday", "02:30", utc(2026, 11, 30, 2, 30)),
        ("weekday", "08:00", utc(2026, 11, 25, 8)),
        ("month", "04:00", utc(2026, 12, 1, 4)),
        ("6 hours", "01:15", utc(2026, 11, 24, 19, 15)),
        ("12 hours", "", utc(2026, 11, 25, 0)),
        ("hour", "", utc(2026, 11, 24, 18)),
        ("1 hour", "00:05", utc(2026, 11, 24, 18, 5)),
    ],
)
def test_each_way_of_writing_it(every: str, at: str, following: datetime) -> None:
    assert parse_cadence(every, at).following(utc(2026, 11, 24, 17, 46)) == following


@for_each(
    ("every", "at", "words"),
    [
        ("fortnight", "02:30", "fortnight"),
        ("5 hours", "", "divide a day"),
        ("0 hours", "", "divide a day"),
        ("day", "", "not a time of day"),
        ("day", "2:30", "not a time of day"),
        ("day", "24:00", "not a time of day"),
        ("day", "02:30\n", "not a time of day"),
        ("month", "٠٢:٣٠", "not a time of day"),
        ("", "02:30", "not valid"),
    ],
)
def test_what_is_no_cadence_is_refused_in_words(every: str, at: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_cadence(every, at)


@settings(deadline=None)
@given(EVERY, TIMES, MOMENTS)
def test_the_times_are_one_row_without_gaps_or_doubles(
    every: str, at: str, moment: datetime
) -> None:
    cadence = parse_cadence(every, at)
    following = cadence.following(moment)
    assert cadence.latest(moment) <= moment < following
    assert cadence.latest(following) == following
    assert cadence.latest(following - timedelta(microseconds=1)) == cadence.latest(moment)
    assert cadence.following(cadence.latest(moment)) == following


@settings(deadline=None)
@given(TIMES, st.dates(date(2024, 1, 1), date(2034, 1, 1)))
def test_a_daily_job_runs_once_on_every_day_of_every_year(at: str, day: date) -> None:
    daily = parse_cadence("day", at)
    start = datetime.combine(day, time(), LONDON).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(), LONDON).astimezone(UTC)
    once = daily.latest(end - timedelta(microseconds=1))
    assert start <= once < end
    assert daily.following(once) >= end
    assert daily.latest(once - timedelta(microseconds=1)) < start
    # At its time, or where that is skipped at the end of the gap.
    assert f"{on_the_clock(once):%H:%M}" in (at, "02:00")
    assert on_the_clock(once).date() == day
