"""Which convictions of a person are spent, by age and sentence: never guessed."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from duediligence.law.old_convictions import SpentState, judge_conviction, load_old_convictions
from duediligence.model import Record
from tests.rows import for_each

TODAY = date(2026, 12, 1)


@for_each(
    ("outcome", "convicted", "state"),
    [
        ("Fined £500", date(2025, 12, 1), "spent"),
        ("Fined £500", date(2025, 12, 2), "not spent"),
        ("Jailed for nine months", date(2025, 3, 1), "spent"),
        ("Jailed for nine months", date(2025, 3, 2), "not spent"),
        ("Three years' imprisonment", date(2019, 12, 1), "spent"),
        ("Six years in prison", date(2013, 12, 2), "not spent"),
        # After more than four years some offences are never spent, and a record does not say which.
        ("Six years in prison", date(2005, 1, 1), "may be spent"),
        ("18 months' imprisonment, suspended for two years", date(2020, 12, 31), "may be spent"),
        ("Life imprisonment", date(1990, 1, 1), "not spent"),
        ("Community order", date(2010, 1, 1), "may be spent"),
        ("", date(2010, 1, 1), "may be spent"),
        ("Fined £500", None, "may be spent"),
    ],
)
def test_it_follows_from_the_sentence_and_the_day(
    outcome: str, convicted: date | None, state: SpentState
) -> None:
    record = Record(type="conviction", outcome=outcome, decision_date=convicted)
    found = judge_conviction(record, TODAY, person=True)
    assert found
    assert found.state == state
    assert found.use.used
    firm = judge_conviction(record, TODAY, person=False)
    assert firm
    assert firm.state == "not spent"


def test_a_caution_is_spent_and_nothing_else_is_judged() -> None:
    caution = judge_conviction(Record(type="caution"), TODAY, person=True)
    assert caution
    assert caution.state == "spent"
    assert judge_conviction(Record(type="civil_penalty"), TODAY, person=True) is None


@given(st.text(max_size=60), st.dates(date(1980, 1, 1), TODAY), st.integers(0, 9000))
def test_what_is_spent_stays_spent(outcome: str, convicted: date, later: int) -> None:
    record = Record(type="conviction", outcome=outcome, decision_date=convicted)
    now, then = (
        judge_conviction(record, date.fromordinal(TODAY.toordinal() + days), person=True)
        for days in (0, later)
    )
    assert now
    assert then
    assert now.state != "spent" or then.state == "spent"


def test_what_the_law_leaves_open_is_said() -> None:
    assert "open" in load_old_convictions().open
    assert {one.state for one in load_old_convictions().use} == {
        "not spent",
        "may be spent",
        "spent",
    }
