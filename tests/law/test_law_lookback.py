"""Whether an event counts, with the working in words; what cannot be told is never set aside."""

from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duediligence.errors import UsageError
from duediligence.law.crimes import limb_of
from duediligence.law.grounds import find_ground, list_ground_codes
from duediligence.law.lookback import UNSETTLED, DayOf, Sch7Years, look_back
from tests.rows import for_each

TODAY = date(2026, 11, 24)
days = st.dates(date(2010, 1, 1), date(2040, 12, 31))
years = st.sampled_from([3, 5])


def test_the_working_is_shown_in_words() -> None:
    found = look_back(find_ground("PA23-6-14", TODAY), date(2021, 5, 3), None, TODAY)
    assert found.inside is False
    assert found.working == (
        "Event of 3 May 2021 is 5 years 6 months before 24 November 2026; "
        "Sch 6 looks back 5 years: outside."
    )


@for_each(
    ("code", "event", "inside"),
    [
        ("PA23-6-14", date(2021, 11, 24), True),
        ("PA23-6-14", date(2021, 11, 23), False),
        ("PA23-6-15", date(2022, 2, 24), True),
        ("PA23-6-15", date(2022, 2, 23), False),
        ("PA23-6-2", date(2025, 2, 24), True),
        ("PA23-6-2", date(2025, 2, 23), False),
        ("PA23-6-15", TODAY, True),
    ],
)
def test_schedule_6_counts_from_the_event_and_stops_at_the_floor(
    code: str, event: date, inside: bool
) -> None:
    assert look_back(find_ground(code, TODAY), event, None, TODAY).inside is inside


def test_the_floor_is_shown() -> None:
    found = look_back(find_ground("PA23-6-15", TODAY), date(2022, 1, 1), None, TODAY)
    assert "and not beyond 24 February 2022: outside." in found.working


def test_the_last_of_february_looks_back_to_the_day_before() -> None:
    leap = date(2028, 2, 29)
    assert look_back(find_ground("PA23-6-14", leap), date(2023, 2, 28), None, leap).inside is True
    assert look_back(find_ground("PA23-6-14", leap), date(2023, 2, 27), None, leap).inside is False


@for_each(("sch7_years", "inside"), [(3, False), (5, True)])
def test_the_unsettled_paragraph_follows_the_setting_and_warns(
    sch7_years: Sch7Years, inside: bool
) -> None:
    misconduct = find_ground("PA23-7-11", TODAY)
    found = look_back(misconduct, date(2020, 1, 1), date(2023, 11, 1), TODAY, sch7_years=sch7_years)
    assert found.inside is inside
    assert UNSETTLED in found.working
    other = "outside" if inside else "inside"
    assert f"With {8 - sch7_years} years: {other}; it may be too old" in found.working


def test_the_wider_reading_is_the_default() -> None:
    assert look_back(find_ground("PA23-7-11", TODAY), None, date(2022, 1, 1), TODAY).inside is True


@for_each(("known", "inside"), [(date(2021, 11, 24), "inside"), (date(2021, 11, 23), "outside")])
def test_the_default_looks_back_five_years_to_the_day(known: date, inside: str) -> None:
    found = look_back(find_ground("PA23-7-11", TODAY), None, known, TODAY)
    assert f"Sch 7 looks back 5 years: {inside}. With 3 years: outside; it may" in found.working


def test_a_settled_paragraph_of_schedule_7_does_not_warn() -> None:
    found = look_back(find_ground("PA23-7-4", TODAY), None, date(2025, 6, 1), TODAY, sch7_years=3)
    assert found.inside is True
    assert UNSETTLED not in found.working


def test_what_happened_within_the_time_cannot_have_been_known_before() -> None:
    found = look_back(find_ground("PA23-7-4", TODAY), date(2025, 6, 1), None, TODAY)
    assert found.inside is True
    assert "cannot have been known before it happened" in found.working


def test_an_old_event_may_have_become_known_of_late() -> None:
    found = look_back(find_ground("PA23-7-11", TODAY), date(2019, 6, 1), None, TODAY)
    assert found.inside is None
    assert (
        "the date it could first have been known is missing: cannot be determined" in found.working
    )


@for_each(
    ("code", "event", "known", "said"),
    [
        ("PA23-6-15", None, date(2020, 1, 1), "became known on 1 January 2020, but not"),
        ("PA23-7-11", None, None, "does not say when it happened or could"),
        ("PA23-6-15", date(2027, 1, 1), None, "after 24 November 2026, check the date"),
        ("PA23-7-11", date(2025, 1, 1), date(2024, 1, 1), "before the event of 1 January 2025"),
        ("PA23-7-11", None, date(2027, 1, 1), "after 24 November 2026, check the dates"),
    ],
)
def test_what_is_missing_or_impossible_cannot_be_told(
    code: str, event: date | None, known: date | None, said: str
) -> None:
    found = look_back(find_ground(code, TODAY), event, known, TODAY)
    assert found.inside is None
    assert said in found.working


@for_each(
    ("code", "day_of", "day", "inside", "said"),
    [
        ("PA23-6-15", "conviction", date(2026, 9, 3), True, "Conviction of 3 September 2026 is 2"),
        ("PA23-6-14", "conviction", date(2020, 1, 1), False, "5 years: outside."),
        # A conviction came no earlier than its offence, so only a late offence settles it.
        ("PA23-6-14", "offence", date(2026, 1, 1), True, "nothing about it can have come earlier"),
        ("PA23-6-14", "offence", date(2020, 1, 1), None, "date of the conviction is missing"),
        ("PA23-7-4", "offence", date(2026, 1, 1), True, "nothing about it can have come earlier"),
        ("PA23-7-11", "offence", date(2019, 1, 1), None, "first have been known is missing"),
        # An event came no later than the decision about it, so only an early one settles it.
        ("PA23-6-14", "decision", date(2020, 1, 1), False, "5 years: outside."),
        ("PA23-6-14", "decision", date(2026, 1, 1), None, "date of the event is missing"),
        # It may have been known before that decision, or long after.
        ("PA23-7-11", "decision", date(2026, 4, 22), None, "Decision of 22 April 2026 is 7 months"),
        ("PA23-7-11", "decision", date(2015, 1, 1), None, "before the decision, or only later"),
    ],
)
def test_the_day_that_a_record_has_is_what_is_counted_from(
    code: str, day_of: DayOf, day: date, inside: bool | None, said: str
) -> None:
    found = look_back(find_ground(code, TODAY), day, None, TODAY, day_of=day_of)
    assert found.inside is inside
    assert said in found.working


def test_what_was_decided_may_have_been_known_before() -> None:
    misconduct = find_ground("PA23-7-11", TODAY)
    decided, known = date(2026, 4, 22), date(2025, 4, 1)
    found = look_back(misconduct, decided, known, TODAY, day_of="decision")
    assert found.inside is True
    assert found.working.startswith("Knowledge of 1 April 2025 is ")
    for day_of in get_args(DayOf):
        if day_of != "decision":
            wrong = look_back(misconduct, decided, known, TODAY, day_of=day_of)
            assert f"before the {day_of} of 22 April 2026, check the dates" in wrong.working


def test_limbs_that_disagree_cannot_be_told_until_one_is_named() -> None:
    theft = find_ground("PA23-6-6", TODAY)
    event = date(2023, 1, 1)
    found = look_back(theft, event, None, TODAY)
    assert found.inside is None
    assert "inside for (b) ss.17-21" in found.working
    assert "outside for (a) ss.1-13" in found.working
    assert look_back(theft, event, None, TODAY, limb="b").inside is True
    assert look_back(theft, event, None, TODAY, limb="a").inside is False
    assert look_back(theft, date(2025, 3, 1), None, TODAY).inside is True
    assert look_back(theft, date(2022, 2, 23), None, TODAY).inside is False


@for_each(
    ("event", "said"),
    [
        (date(2025, 3, 1), "looks back 5 years and not beyond 24 February 2025: inside."),
        (date(2022, 2, 23), "looks back 5 years and not beyond 24 February 2022: outside."),
    ],
)
def test_of_limbs_that_agree_the_hardest_to_meet_or_to_miss_is_shown(
    event: date, said: str
) -> None:
    assert said in look_back(find_ground("PA23-6-6", TODAY), event, None, TODAY).working


@for_each(
    ("code", "act_section", "limb"),
    [
        ("PA23-6-6", "Theft Act 1968 s.1", "a"),
        ("PA23-6-6", "s.17(1)(a) Theft Act 1968", "b"),
        ("PA23-6-6", "ss.17 and 20 Theft Act 1968", "b"),
        ("PA23-6-6", "Theft Act 1968 s.24A; Fraud Act 2006 s.2", "d"),
        ("PA23-6-6", "Theft Act 1968 ss.1 and 17", ""),
        ("PA23-6-6", "Theft Act 1968", ""),
        ("PA23-6-6", "Theft Act 1978 s.3", ""),
        ("PA23-6-23", "MSA 2015 s.30", "breach"),
        ("PA23-6-25", "", ""),
        ("PA23-6-15", "Fraud Act 2006 s.2", ""),
        ("PA23-7-12", "Fraud Act 2006 s.2", ""),
    ],
)
def test_the_section_cited_tells_the_limb(code: str, act_section: str, limb: str) -> None:
    assert limb_of(find_ground(code, TODAY), act_section) == limb


def test_an_ancillary_offence_takes_the_floor_of_the_main_one() -> None:
    attempt = find_ground("PA23-6-33", TODAY)
    assert look_back(attempt, date(2022, 1, 1), None, TODAY).inside is None
    assert look_back(attempt, date(2022, 1, 1), None, TODAY, limb="no floor").inside is True


def test_a_limb_that_is_unsettled_warns_though_another_speaks_for_all() -> None:
    found = look_back(
        find_ground("PA23-7-12", TODAY), None, date(2025, 3, 1), date(2029, 6, 1), sch7_years=5
    )
    assert found.inside is True
    assert UNSETTLED in found.working
    assert "outside for (1) serious breach" in found.working


def test_an_unknown_limb_is_told() -> None:
    with pytest.raises(UsageError, match="has no limb 'z'"):
        look_back(find_ground("PA23-6-6", TODAY), TODAY, None, TODAY, limb="z")
    with pytest.raises(UsageError, match="has no limb 'a'"):
        look_back(find_ground("PA23-6-15", TODAY), TODAY, None, TODAY, limb="a")


@given(
    st.sampled_from(list_ground_codes()),
    st.none() | days,
    st.none() | days,
    days,
    years,
    st.sampled_from(get_args(DayOf)),
)
def test_every_answer_is_worked_out_and_never_silent(
    code: str,
    event: date | None,
    known: date | None,
    on: date,
    sch7_years: Sch7Years,
    day_of: DayOf,
) -> None:
    found = look_back(
        find_ground(code, TODAY), event, known, on, sch7_years=sch7_years, day_of=day_of
    )
    says = {True: "inside", False: "outside", None: ("cannot be determined", "depends on the limb")}
    words = says[found.inside]
    assert any(word in found.working for word in ((words,) if isinstance(words, str) else words))
    if event is None and known is None:
        assert found.inside is None


@given(st.sampled_from(list_ground_codes()), days, days, days)
def test_five_years_never_sets_aside_what_three_would_show(
    code: str, event: date, known: date, on: date
) -> None:
    one = find_ground(code, TODAY)
    if look_back(one, event, known, on, sch7_years=3).inside is True:
        assert look_back(one, event, known, on, sch7_years=5).inside is True


@given(st.sampled_from(list_ground_codes()), days, st.integers(0, 4_000), years)
def test_a_later_event_is_never_further_outside(
    code: str, event: date, days_later: int, sch7_years: Sch7Years
) -> None:
    one, on = find_ground(code, TODAY), date(2041, 1, 1)
    later = min(event + timedelta(days=days_later), on)
    if look_back(one, event, event, on, sch7_years=sch7_years).inside is True:
        assert look_back(one, later, later, on, sch7_years=sch7_years).inside is True
