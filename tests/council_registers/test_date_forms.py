"""Dates as registers write them: several forms in a column, short years, numbers of days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.council_registers.description import WrongDescription
from duediligence.council_registers.guesses import guess_dates, is_day_order_unclear, reads
from duediligence.council_registers.values import YEARS_AHEAD, Dates, birth_month, day
from tests.rows import for_each
from tests.thorough import examples

from .conftest import COLUMNS, Register

HEAD = "Ref,Name,Type,Served,Status\n"
THIS_YEAR = datetime.now(UTC).year
# In this order no form takes a date of another.
MIXED = ("%d/%m/%Y", "%d %B %Y", "%d-%b-%y", "%Y%m%d", "%A %d %B %Y")
DAYS = st.dates(date(1950, 1, 1), date(2049, 12, 31))


@settings(max_examples=examples(200), deadline=None)
@given(days=st.lists(st.tuples(DAYS, st.sampled_from(MIXED)), min_size=1, max_size=8))
def test_each_date_is_read_back_from_a_column_of_mixed_forms(
    days: list[tuple[date, str]],
) -> None:
    dates = Dates(MIXED, day_first=None, year_pivot=50)
    for one, form in days:
        assert day(one.strftime(form), dates) == one
        assert day(one.isoformat(), dates) == one


@settings(max_examples=examples(200), deadline=None)
@given(day_=DAYS, pivot=st.integers(0, 100), form=st.sampled_from(["%d/%m/%y", "%d %b %y"]))
def test_a_pivot_says_the_century(day_: date, pivot: int, form: str) -> None:
    short = day_.year % 100
    expected = (2000 if short < pivot else 1900) + short
    try:
        wanted = date(expected, day_.month, day_.day)
    except ValueError:  # 29 February
        return
    text = day_.strftime(form)
    assert day(text, Dates(year_pivot=pivot)) == wanted
    assert day(text, Dates((form,), day_first=None, year_pivot=pivot)) == wanted


@for_each("ahead", [0, 1, YEARS_AHEAD, YEARS_AHEAD + 1, 50, 99])
def test_without_a_pivot_a_short_year_is_not_far_in_the_future(ahead: int) -> None:
    year = THIS_YEAR + ahead
    read = day(f"01/02/{year % 100:02}", Dates(("%d/%m/%y",), day_first=None))
    assert read.year == (year if ahead <= YEARS_AHEAD else year - 100)


def test_nobody_was_born_in_the_future() -> None:
    born = birth_month(f"01/02/{(THIS_YEAR + 1) % 100:02}", Dates(("%d/%m/%y",), day_first=None))
    assert born.year == THIS_YEAR + 1 - 100


def test_a_short_year_is_not_read_unless_the_description_says_so() -> None:
    with pytest.raises(ValueError, match="not understood as a date"):
        day("01/02/26", Dates())


def test_the_first_form_that_fits_wins() -> None:
    assert day("03/04/26", Dates(("%d/%m/%y", "%m/%d/%y"), day_first=None)) == date(2026, 4, 3)
    assert day("03/04/26", Dates(("%m/%d/%y", "%d/%m/%y"), day_first=None)) == date(2026, 3, 4)
    # Where the first does not fit, the next is tried.
    assert day("25/04/26", Dates(("%m/%d/%y", "%d/%m/%y"), day_first=None)) == date(2026, 4, 25)


def test_forms_alone_leave_the_order_of_figures_open() -> None:
    with pytest.raises(ValueError, match=r"not a date of the form %d-%b-%y or %d %B %Y"):
        day("03/04/2026", Dates(("%d-%b-%y", "%d %B %Y"), day_first=None))
    assert day("03/04/2026", Dates(("%d-%b-%y",), day_first=False)) == date(2026, 3, 4)


@settings(max_examples=examples(100), deadline=None)
@given(day_=DAYS)
def test_the_number_of_a_day_is_read_where_the_description_says_so(day_: date) -> None:
    number = (day_ - date(1899, 12, 30)).days
    for text in (str(number), f"{number}.5"):
        assert day(text, Dates(serial=True)) == day_
        assert not reads(text, Dates())


@for_each(
    ("cells", "expected"),
    [
        (["12/05/2026", "25/07/2026", "25-Jul-26"], Dates(("%d-%b-%y",))),
        (["05/25/2026", "3 June 2026"], Dates(day_first=False)),
        (["12/05/2026", "46168"], Dates(serial=True)),
        (["05/25/26", "01/02/26"], Dates(("%m/%d/%y",), day_first=None)),
        (["25-Jul-26", "26-Jul-26", "25/07/2026"], Dates(("%d-%b-%y",))),
    ],
)
def test_the_forms_of_a_column_are_proposed(cells: list[str], expected: Dates) -> None:
    found, _ = guess_dates(cells)
    assert found == expected
    assert all(reads(cell, expected) for cell in cells)


@for_each(
    ("cells", "open_"),
    [
        (["01/02/2026"], True),
        (["01/02/2026", "25/02/2026"], False),
        (["03/03/2026", "3 May 2026"], False),
        (["01/02/2026", "25-Jul-26"], True),
    ],
)
def test_a_day_above_twelve_settles_the_order(cells: list[str], open_: bool) -> None:
    found, _ = guess_dates(cells)
    assert found
    assert is_day_order_unclear(cells, found) == open_


def test_a_field_may_have_forms_of_its_own(register: Register) -> None:
    columns = COLUMNS.replace('status = "Status"\n', 'expires = "Status"\n')
    entry = register.entry(
        f"{HEAD}1,A Ltd,notice,03/04/2026,04-Mar-30\n",
        columns + '[dates]\nday_first = false\n[dates.expires]\nformat = "%d-%b-%y"\n',
    )
    assert entry.record
    assert (entry.record.decision_date, entry.record.expires) == (
        date(2026, 3, 4),
        date(2030, 3, 4),
    )


@for_each(
    ("dates", "fault"),
    [
        ('formats = ["%d/%m"]', "dates.formats must name day, month and year"),
        ('formats = ["%d/%m/%Y", "%d/%m/%Y"]', "names one twice"),
        ('formats = ["%d/%m/%Y"]\nformat = "%d/%m/%y"', "say the same thing"),
        ("year_pivot = 150", "year_pivot is 150"),
        ("expires = true", "dates.expires must be a section"),
        ('[dates.expires]\nformat = "%d/%m/%y"', "no column is read for expires"),
        ('[dates.decision_date]\nformat = "%q"', "dates.decision_date.format must name"),
    ],
)
def test_a_wrong_form_is_refused(register: Register, dates: str, fault: str) -> None:
    with pytest.raises(WrongDescription) as refused:
        register.describe(f"{COLUMNS}[dates]\n{dates}\n")
    assert any(fault in one for one in refused.value.problems)


def test_the_day_zero_is_that_of_spreadsheets() -> None:
    assert day("43831", Dates(serial=True)) == date(2020, 1, 1)
    assert date(1899, 12, 30) + timedelta(days=43831) == date(2020, 1, 1)
