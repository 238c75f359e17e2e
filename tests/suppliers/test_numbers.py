"""Numbers as registers write them, as spreadsheets leave them, and when to give up."""

from hypothesis import given
from hypothesis import strategies as st

from duediligence.suppliers.numbers import guessed_zeros, read_number
from tests.rows import for_each


@for_each(
    ("text", "number", "remark"),
    [
        ("99001234", "99001234", ""),
        ("SC990123", "SC990123", ""),
        ("sc990123", "SC990123", ""),
        ("GB-COH-99001234", "99001234", ""),
        ("GB-COH:99001234", "99001234", ""),
        ("1234567", "01234567", "missing zeros restored"),
        ("SC12345", "SC012345", "missing zeros restored"),
        ("99001234  ", "99001234", "spaces removed"),
        ("\u00a099 001 234", "99001234", "spaces removed"),
        ("SC 12345", "SC012345", "spaces removed; missing zeros restored"),
        ("1234567.0", "01234567", "decimal point removed; missing zeros restored"),
        ("9.9001234E+07", "99001234", "exponent expanded: every digit was still there"),
        ("1.234567e+06", "01234567", "exponent expanded"),
        ("1,234,567", "01234567", "commas removed; missing zeros restored"),
        ('="01234567"', "01234567", "quotation marks removed"),
        ("'01234567", "01234567", "quotation marks removed"),
        ("９９００１２３４", "99001234", ""),
    ],
)
def test_a_company_number_is_mended_and_the_mending_told(
    text: str, number: str, remark: str
) -> None:
    reading = read_number("company_number", text)
    assert reading.identifier is not None
    assert str(reading.identifier) == f"GB-COH-{number}"
    assert reading.remark.startswith(remark)
    assert bool(reading.remark) == bool(remark)


@for_each(
    ("typed", "read", "guessed"),
    [
        ("1234567", "01234567", False),
        ("123456", "00123456", False),
        ("12345", "00012345", True),
        ("SC1234", "SC001234", False),
        ("SC123", "SC000123", True),
    ],
)
def test_more_than_two_restored_zeros_are_a_guess(typed: str, read: str, guessed: bool) -> None:
    assert guessed_zeros(typed, read) == guessed


@for_each(
    ("text", "reason"),
    [
        ("9.9E+06", "kept only 2 of its 7 digits"),
        ("9.901E+06", "kept only 4 of its 7 digits"),
        ("1E+20", "kept only 1 of its 21 digits"),
        ("1234567.5", "not a Companies House number"),
        ("12.5", "not a Companies House number"),
        ("990012345", "not a Companies House number"),
        ("0", "not a Companies House number"),
        ("ZZ123456", "not a Companies House number"),
        ("O1234567", "not a Companies House number"),
        ("9900123A", "not a Companies House number"),
        ("99001234/99005678", "not a Companies House number"),
        ("=A1", "not a Companies House number"),
        ("see contract", "not a Companies House number"),
    ],
)
def test_digits_are_never_made_up(text: str, reason: str) -> None:
    reading = read_number("company_number", text)
    assert reading.identifier is None
    assert reason in reading.remark


@for_each("text", ["", "  ", "n/a", "N/A", "None", "-", "tbc", "Not applicable", "Sole trader"])
@for_each("field", ["company_number", "charity_number", "ppon", "mutual_number"])
def test_nothing_is_no_number_and_no_remark(field: str, text: str) -> None:
    assert read_number(field, text) == (None, "")


@for_each(
    ("field", "text", "identifier"),
    [
        ("charity_number", "9900001", "GB-CHC-9900001"),
        ("charity_number", "990001", "GB-CHC-990001"),
        ("charity_number", "GB-CHC-9900001", "GB-CHC-9900001"),
        ("charity_number", "SC990042", "GB-SC-SC990042"),
        ("charity_number", "SC 12345", "GB-SC-SC012345"),
        ("charity_number", "SCO12345", "GB-SC-SC012345"),
        ("charity_number", "GB-SC-SC990042", "GB-SC-SC990042"),
        ("charity_number", "GB-SC-990042", "GB-SC-SC990042"),
        ("charity_number", "NIC990019", "GB-NIC-990019"),
        ("charity_number", "NI 990019", "GB-NIC-990019"),
        ("charity_number", "GB-NIC:990019", "GB-NIC-990019"),
        ("charity_number", "9900001.0", "GB-CHC-9900001"),
        ("ppon", "PZZZ-9900-ZZZZ", "GB-PPON-PZZZ-9900-ZZZZ"),
        ("ppon", "gb-ppon-pzzz-9900-zzzz", "GB-PPON-PZZZ-9900-ZZZZ"),
        ("ppon", "GB-PPON:PZZZ-9900-ZZZZ", "GB-PPON-PZZZ-9900-ZZZZ"),
        ("mutual_number", "IP099001", "GB-MPR-IP099001"),
        ("mutual_number", "GB-MPR-9901C", "GB-MPR-9901C"),
        ("care_number", "sc 990004", "SC990004"),
        ("care_number", "1-990102005", "1-990102005"),
        ("care_number", "1990102005", "1-990102005"),
        ("care_number", " 1–990102", "1-990102"),
    ],
)
def test_other_numbers_by_their_register(field: str, text: str, identifier: str) -> None:
    assert str(read_number(field, text).identifier) == identifier


@for_each(
    ("field", "text"),
    [
        ("charity_number", "Yes"),
        ("charity_number", "9900001-1"),
        ("charity_number", "99001"),
        ("charity_number", "0000000"),
        ("charity_number", "9.9E+06"),
        ("ppon", "PZZZ-990-ZZZZ"),
        ("ppon", "99001234"),
        ("mutual_number", "pending"),
        ("care_number", "pending"),
    ],
)
def test_other_numbers_that_are_none(field: str, text: str) -> None:
    reading = read_number(field, text)
    assert reading.identifier is None
    assert reading.remark


@given(number=st.integers(1, 99_999_999))
def test_every_company_number_survives_a_spreadsheet(number: int) -> None:
    for damaged in (f"{number:08}", f"{number}", f"{number}.0", f" {number} ", f"{number:,}"):
        reading = read_number("company_number", damaged)
        assert reading.identifier is not None
        assert reading.identifier.id == f"{number:08}"


def test_the_mark_of_a_footnote_is_no_digit_of_the_number() -> None:
    reading = read_number("company_number", "99000123\u00b2")
    assert reading.identifier is not None
    assert reading.identifier.id == "99000123"
    assert read_number("company_number", "\u00b2").identifier is None


@given(
    field=st.sampled_from(["company_number", "charity_number", "ppon", "mutual_number"]),
    text=st.text(max_size=30) | st.from_regex(r"[0-9.,E+A-Z -]{0,14}", fullmatch=True),
)
def test_any_text_is_read_or_refused_with_its_own_digits(field: str, text: str) -> None:
    identifier, _ = read_number(field, text)
    if identifier is not None:
        kept = [character for character in identifier.id.lstrip("0") if character in "123456789"]
        given_ = [str(int(c)) for c in text if c.isdecimal() and int(c)]
        assert kept == given_[: len(kept)]
