from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from duediligence.text.dates import (
    MONTH_NAMES,
    long_date,
    month_number,
    months_after,
    months_before,
    months_between,
)
from duediligence.text.legal_forms import ends_in_legal_form, has_legal_form
from duediligence.text.money import in_pounds, parse_pounds, pounds_in
from duediligence.text.names import name_words, same_firm, same_person, same_text, strip_titles
from duediligence.text.postcodes import (
    first_postcode,
    is_postcode,
    is_postcode_or_area,
    last_postcode,
    spaced_postcode,
    without_postcodes,
)
from duediligence.text.wording import count, listed
from tests.rows import for_each

POSTCODES = st.from_regex(r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}", fullmatch=True)


@given(POSTCODES, st.sampled_from((str, str.lower)), st.sampled_from(("", " ")))
def test_a_postcode_is_found_in_any_case_and_spacing(code, case, space) -> None:
    written = case(code.replace(" ", space))
    assert is_postcode(written)
    assert spaced_postcode(f" {written} ") == code
    assert first_postcode(f"1 Quillen Street, {written}, UK") == code


def test_the_first_and_the_last_of_two_postcodes() -> None:
    text = "c/o Moss Ltd, ZZ1 1AA; now at zz992bb."
    assert (first_postcode(text), last_postcode(text)) == ("ZZ1 1AA", "ZZ99 2BB")
    assert without_postcodes("12 Row, ZZ1 1AA").split() == ["12", "ROW,"]
    assert first_postcode("Unit 9, ZZ1") == last_postcode("") == ""


@for_each(("text", "yes"), [("TR1", True), ("tr1 1aa", True), ("TR1 1A", False), ("Truro", False)])
def test_half_a_postcode_is_one_too_where_it_may_be(text: str, yes: bool) -> None:
    assert is_postcode_or_area(text) is yes


def test_a_foreign_code_stays_as_written() -> None:
    assert spaced_postcode(" 75-008 Paris ") == "75-008 Paris"


@for_each(
    "name",
    ["Moss Ltd", "MOSS LIMITED.", "Moss (UK) Ltd (in liquidation)", "Moss C.I.C.", "Moss-Ltd",
     "Moss Cyf", "Bar Ltd)"],
)  # fmt: skip
def test_a_name_that_ends_in_a_legal_form(name: str) -> None:
    assert ends_in_legal_form(name)


@for_each(
    "name",
    ["Ltd", "Ann Noname", "Moss & Sons", "Ann Noname (trading as Gull Ltd)", "Limited Editions",
     "Books Unlimited", ""],
)  # fmt: skip
def test_a_name_that_may_be_one_persons(name: str) -> None:
    assert not ends_in_legal_form(name)


def test_a_legal_form_within_a_text() -> None:
    assert has_legal_form("Moss Ltd, Truro")
    assert not has_legal_form("Unlimited Mossplc")


@given(st.datetimes(), st.integers(-1200, 1200))
def test_months_later_and_back_is_the_same_month(moment: datetime, months: int) -> None:
    later = months_after(moment, months)
    if 1 < later.year < 9999:
        assert months_before(later, months).replace(day=1) == moment.replace(day=1)
        assert later.day <= moment.day
        assert later.time() == moment.time()
        whole = (later.year - moment.year) * 12 + later.month - moment.month
        assert whole == months


def test_a_month_without_that_day_gives_its_last() -> None:
    assert months_after(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert months_after(date(2024, 2, 29), -12) == date(2023, 2, 28)
    assert months_after(datetime(2025, 12, 31, 9, tzinfo=UTC), 2) == datetime(
        2026, 2, 28, 9, tzinfo=UTC
    )


def test_the_calendar_has_ends() -> None:
    assert months_before(date(2, 3, 1), 36) == date.min
    assert months_after(date(9999, 3, 1), 12) == date.max


@given(st.dates(max_value=date(9000, 1, 1)), st.integers(0, 600))
def test_whole_months_between(first: date, months: int) -> None:
    later = months_after(first, months)
    assert months_between(first, later) in (months, months - 1)


def test_dates_in_words() -> None:
    assert long_date(date(2026, 3, 5)) == "5 March 2026"
    assert [month_number(name) for name in MONTH_NAMES] == list(range(1, 13))
    assert month_number("SEPT") == 9
    assert month_number("Smarch") is None


def test_counts_and_lists() -> None:
    assert (count(1, "match", "matches"), count(1200, "list")) == ("1 match", "1,200 lists")
    assert [listed(items) for items in ((), "A", "AB", "ABC")] == ["", "A", "A and B", "A, B and C"]
    assert listed("ABCDE", 2) == "A, B and 3 more"
    assert listed(["A", "", "B"]) == "A and B"


@given(st.decimals(0, 10**12 - 1, places=2))
def test_a_sum_is_read_as_written(amount: Decimal) -> None:
    assert parse_pounds(in_pounds(amount)) == amount
    assert pounds_in(f"fined {in_pounds(amount)}, and costs") == amount


@for_each("text", ["", "£", "£1,25", "1.234", "£-5", "five", "12 34"])
def test_what_is_no_sum(text: str) -> None:
    assert parse_pounds(text) is None


def test_the_same_person() -> None:
    assert same_person("Dr Ann NONAME", "A. Noname")
    assert same_person("Ann Mary Noname", "Ann Noname")
    assert not same_person("Ann Noname", "Anna Noname")
    assert not same_person("Ann Noname", "Ann Other")
    assert not same_person("", "")


def test_the_same_firm() -> None:
    assert same_firm("The Moss Group (2019) Ltd", "Moss Holdings PLC")
    assert not same_firm("Moss Ltd", "Mosses Ltd")
    assert not same_firm("Limited", "Ltd")


def test_names_in_words() -> None:
    assert name_words("O’Néill & Co.") == ["oneill", "co"]
    assert strip_titles("Rev.  Dr Ann  Noname") == "ann noname"
    assert same_text(" Ann  Noname", "ann noname")
