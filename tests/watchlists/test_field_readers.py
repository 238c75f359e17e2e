"""Values as publishers write them: dates, numbers among words, countries, two scripts at once."""

from datetime import date

from duediligence.watchlists.toolkit.values import (
    birth_date,
    by_script,
    day,
    document_number,
    in_original_script,
    stated_country,
    un_reference,
    usable,
)
from duediligence.watchlists.uk_sanctions import parse_registration_cell

from duediligence.model import Identifier, PartialDate
from tests.rows import for_each


@for_each(
    ("text", "expected"),
    [
        ("23/06/1971", PartialDate(1971, 6, 23)),
        ("'23/06/1971", PartialDate(1971, 6, 23)),
        ("dd/mm/1945", PartialDate(1945)),
        ("DD/MM/1945", PartialDate(1945)),
        ("dd/06/1971", PartialDate(1971, 6)),
        ("23/mm/1971", PartialDate(1971)),
        ("'00/00/1975", PartialDate(1975)),
        ("1968", PartialDate(1968)),
        ("31/12/19yy", PartialDate(1900, until=1999)),
        ("197y", PartialDate(1970, until=1979)),
        ("1965-04", PartialDate(1965, 4)),
        ("1965-04-23", PartialDate(1965, 4, 23)),
        ("Nov. 1973", PartialDate(1973, 11)),
        ("11 April 1963", PartialDate(1963, 4, 11)),
        ("circa 1965", PartialDate(1965, circa=True)),
        ("Approximately 1965", PartialDate(1965, circa=True)),
        ("between 1958 and 1965", PartialDate(1958, until=1965)),
        ("1958-1965", PartialDate(1958, until=1965)),
        ("circa 1958 to 1965", PartialDate(1958, until=1965, circa=True)),
    ],
)
def test_a_birth_date_is_read(text: str, expected: PartialDate) -> None:
    assert birth_date(text) == expected


@for_each(
    "text",
    [
        *("", "dd/mm/yyyy", "31/02/1970", "12/13/1970", "24/06/1399", "1399", "2999", "00/06/0000"),
        *("1965-1958", "1965-?", "?-1965", "1958 or so", "19", "19y", "Smarch 1965", "1965-04-99"),
    ],
)
def test_a_birth_date_is_never_invented(text: str) -> None:
    assert birth_date(text) is None


@for_each(
    "text",
    ["22/08/2026", "2026-08-22", "2026-08-22T23:00:03.110Z", "2026-08-22-04:00", "22-Aug-2026"],
)
def test_a_day_is_read(text: str) -> None:
    assert day(text) == date(2026, 8, 22)


@for_each("text", ["", "2026", "dd/08/2026", "31/02/2026", "22-Smarch-2026"])
def test_half_a_day_is_none(text: str) -> None:
    assert day(text) is None


@for_each(
    ("text", "number", "words"),
    [
        ("990001234", "990001234", ""),
        ("'00990001", "00990001", ""),
        ("AB 990001", "AB 990001", ""),
        ("D9900012,", "D9900012", ""),
        ("Yemen B/990021", "B/990021", "Yemen"),
        ("diplomatic passport no. D99000001", "D99000001", "diplomatic passport no"),
        ("TIN: 990000000001", "990000000001", "TIN"),
        ("SSN 990-01-0001 (Nowhere)", "990-01-0001", "SSN (Nowhere)"),
        ("R99000001, South Nowhere", "R99000001", "South Nowhere"),
        ("9900 No. 990001", "9900 990001", "9900 No. 990001"),
        ("9/NANANA(N)990001", "9/NANANA(N)990001", ""),
        ("12/Na Na Na (N) 990 001", "12/Na Na Na (N) 990 001", ""),
        ("990001 (expired 25 Jan. 2016)", "990001", "(expired 25 Jan. 2016)"),
        ("QXJXN", "QXJXN", ""),
        ("not stated", "", "not stated"),
        ("", "", ""),
    ],
)
def test_a_number_is_found_among_words(text: str, number: str, words: str) -> None:
    assert document_number(text) == (number, words)


@for_each(
    ("text", "country"),
    [
        ("Iranian", "Iran"),
        ("Libyan passport", "Libya"),
        ("Russian. Issued in France", "Russia"),
        ("issued in Dubai, United Arab Emirates", "United Arab Emirates"),
        ("Afghan (tazkira)", "Afghanistan"),
        ("Guinea-Bissau", "Guinea-Bissau"),
        ("(issued by the Democratic People's Republic of Korea)", "North Korea"),
        ("Nigerian", "Nigeria"),
        ("issued under the name Jordan Georgia", ""),
        ("issued to a person born in Morocco", ""),
        ("al-Maliki, Togoland, omanized, Chadwick", ""),
        ("Diplomatic", ""),
        ("", ""),
    ],
)
def test_a_country_is_found_in_words(text: str, country: str) -> None:
    assert stated_country(text) == country


@for_each(
    ("text", "latin", "others"),
    [
        ("Plain Name", "Plain Name", ()),
        ("“General” Testov", "“General” Testov", ()),
        ("Тест Тестов", "", ("Тест Тестов",)),
        ("Тест Test", "Test", ("Тест",)),
        ("Testov (original script: Тестов)", "Testov", ("Тестов",)),
        ("Ze Mingbai (泽明柏)", "Ze Mingbai", ("泽明柏",)),
        ("أبو وهم (Abu Wahm; Abu Wahmi)", "Abu Wahm; Abu Wahmi", ("أبو وهم",)),
        ("Wahm (أبو وهم الخيالي ),", "Wahm", ("أبو وهم الخيالي",)),
    ],
)
def test_scripts_are_parted(text: str, latin: str, others: tuple[str, ...]) -> None:
    assert by_script(text) == (latin, others)
    assert in_original_script(text) is (latin == "")


@for_each(("text", "expected"), [("7", True), ("名", True), ("-", False), ("", False)])
def test_a_usable_name_has_a_letter_or_digit(text: str, expected: bool) -> None:
    assert usable(text) is expected


@for_each(
    ("text", "expected"),
    [("QDe.901", "QDe.901"), ("QDE.901", "QDe.901"), ("QDi.43", "QDi.043"), ("N/A", "")],
)
def test_un_references(text: str, expected: str) -> None:
    assert un_reference(text) == expected


@for_each(
    ("text", "expected"),
    [
        ("UK Company no. 99001234", [("GB-COH", "99001234", "")]),
        ("Company House number: 9900123", [("GB-COH", "09900123", "")]),
        ("Companies House: 99001234", [("GB-COH", "99001234", "")]),
        ("Company Number 9900123 (United Kingdom)", [("GB-COH", "09900123", "")]),
        ("OC990012", [("GB-COH", "OC990012", "")]),
        ("60 · SL990012", [("GB-COH", "SL990012", "")]),
        (
            "UK Company Number – OE990012 Registration number - W9L5TQ990000",
            [("GB-COH", "OE990012", ""), ("registration", "W9L5TQ990000", "")],
        ),
        ("99001234", [("registration", "99001234", "")]),
        ("Company number 99001234", [("registration", "99001234", "")]),
        ("Company number 99001234 (Nauru)", [("registration", "99001234", "Nauru")]),
        ("OC990012 (Cyprus)", [("registration", "OC990012", "Cyprus")]),
        ("UK VAT number 990012345", [("tax", "990012345", "United Kingdom")]),
        ("UK charity number 9900123", [("other", "9900123", "United Kingdom")]),
        ("BY990104937", [("registration", "BY990104937", "")]),
        (
            "INN: 9900000018OGRN: 1990000000008KPP: 990801001",
            [
                ("tax", "9900000018", ""),
                ("registration", "1990000000008", ""),
                ("other", "990801001", ""),
            ],
        ),
        (
            "Russia INN - 9900000018Russia OGRN - 1990000000008",
            [("tax", "9900000018", "Russia"), ("registration", "1990000000008", "Russia")],
        ),
        ("9900000018 - Russia INN", [("tax", "9900000018", "Russia")]),
        ("9900000018 (INN)", [("tax", "9900000018", "")]),
        (
            "(УНН/ИНН): 990000008 (Belarus),  9900000008/990001008 (Russia)",
            [
                ("tax", "990000008", "Belarus"),
                ("tax", "9900000008", ""),
                ("other", "990001008", "Russia"),
            ],
        ),
        (
            "Tax ID No. 9900000028 (Russia); Registration Number 1990000000008 (Russia)",
            [("tax", "9900000028", "Russia"), ("registration", "1990000000008", "Russia")],
        ),
        ("OGRN: 199 000 000 00 08", [("registration", "1990000000008", "")]),
        ("1990000000008 dated 27/07/1992", [("registration", "1990000000008", "")]),
        ("SWIFT/BIC – ZZZZBY2X", [("swift", "ZZZZBY2X", "")]),
        ("Legal Entity Identifier: 9900ZZZZZZZZZZZZZZ12", [("lei", "9900ZZZZZZZZZZZZZZ12", "")]),
        ("License number: 328", [("other", "328", "")]),
        ("no number yet", []),
        ("", []),
    ],
)
def test_business_registration_numbers(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert [(n.scheme, n.id, n.country) for n in parse_registration_cell(text)] == expected


def test_a_bare_number_of_a_firm_in_the_uk_alone() -> None:
    assert list(parse_registration_cell("'9900123", uk_only=True)) == [
        Identifier("GB-COH", "09900123")
    ]
    assert list(parse_registration_cell("99001", uk_only=True)) == [
        Identifier("registration", "99001")
    ]
    assert list(parse_registration_cell("INN 9900123", uk_only=True)) == [
        Identifier("tax", "9900123", label="INN")
    ]
