"""UN consolidated list: joined and two-script names, ranged dates, documents in prose."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from duediligence.watchlists.un import parse as un

from duediligence.contracts import Files
from duediligence.model import Address, Identifier, ListEntry, Name, PartialDate
from tests.rows import for_each

Read = Callable[..., Any]
FILE = "consolidated.xml"
PAGE = "https://main.un.org/securitycouncil/en/content/un-sc-consolidated-list"


def individual(inside: str = "", name: str = "<FIRST_NAME>TEST</FIRST_NAME>") -> dict[str, str]:
    return {
        FILE: (
            '<CONSOLIDATED_LIST dateGenerated="2026-11-19T23:00:03.110Z"><INDIVIDUALS><INDIVIDUAL>'
            f"{inside}<REFERENCE_NUMBER>QDi.999</REFERENCE_NUMBER>{name}"
            "</INDIVIDUAL></INDIVIDUALS><ENTITIES/></CONSOLIDATED_LIST>"
        )
    }


def test_an_individual_with_everything(read_sample: Read) -> None:
    found = read_sample(un)
    assert found["QDi.902"] == ListEntry(
        id="QDi.902",
        list_id="un",
        kind="person",
        names=(
            Name("QASWAR AL-MUSTANKIRI BIN WAHMI AL-KHAYALI"),
            Name("قصوار المستنكري بن وهمي الخيالي", "original-script"),
            Name("Qaswar Wahmi", "alias", "strong"),
            Name("Kaswar Wahmi", "alias", "strong"),
            Name("Qaswar Wahmy", "alias", "strong"),
            Name("Abu Wahm", "alias", "weak"),
            Name("أبو وهم", "original-script", "weak"),
            Name("Qaswar al-Qadim", "former", "strong"),
        ),
        birth_dates=(PartialDate(1958, until=1965), PartialDate(1962, 3, 4)),
        birth_places=("Aden, Aden Governorate, Yemen", "Taizz, Yemen"),
        gender="Male",
        countries=("Yemen",),
        identifiers=(
            Identifier("passport", "D/990021", "Yemen", "diplomatic passport; Yemen"),
            Identifier(
                "national-id",
                "99000221",
                "Yemen",
                "National Identification Number; Yemeni national identity number 99000221 issued "
                "on 9 Mar. 2011",
            ),
        ),
        addresses=(Address("Khayal Street, Aden, Yemen", "", "Yemen"),),
        positions=("Treasurer", "Fundraiser"),
        regimes=("Al-Qaida",),
        source="UN",
        listed_on=date(2001, 10, 17),
        updated_on=date(2026, 9, 1),
        remarks=(
            "Invented for demonstration. Treasurer of the Al-Zahrun Relief Foundation (QDe.901). "
            "Title: Haji. Qaswar al-Qadim: previously listed as. Address: previous address. "
            "Document: National Identification Number; Yemeni national identity number 99000221 "
            "issued on 9 Mar. 2011."
        ),
        url=PAGE,
    )
    assert found.drift == ()
    assert found.published == date(2026, 11, 19)


def test_an_entity(read_sample: Read) -> None:
    foundation = read_sample(un)["QDe.901"]
    assert foundation.kind == "organisation"
    assert foundation.names == (
        Name("AL-ZAHRUN RELIEF FOUNDATION"),
        Name("مؤسسة الزهرون الخيالية للإغاثة", "original-script"),
        Name("Al Zahrun Relief", "alias"),
        Name("Zahrun Charitable Trust", "former"),
    )
    assert foundation.addresses == (
        Address("Al-Wahm Building, Khayal Street, Aden, 990001, Yemen", "990001", "Yemen"),
        Address("Sudan", "", "Sudan"),
    )


def test_two_firms_of_one_listing_are_two_names(read_sample: Read) -> None:
    assert [name.text for name in read_sample(un)["CDe.905"].names] == [
        "COMPAGNIE AERIENNE DU NULLELAC (CAN)",
        "NULL LAKE BUSINESS COMPANY (NLBC)",
    ]


def test_approximate_years_and_a_date_in_a_note(read_sample: Read) -> None:
    found = read_sample(un)
    assert found["TAi.906"].birth_dates == (
        PartialDate(1957, circa=True),
        PartialDate(1955, until=1956, circa=True),
    )
    assert found["GBi.903"].birth_dates == (PartialDate(1964, 6, 11), PartialDate(1963, 11))


def test_guinea_bissau_is_not_left_as_gb(read_sample: Read) -> None:
    listed = read_sample(un)["GBi.903"]
    assert listed.regimes == ("Guinea-Bissau",)
    assert listed.listed_on == date(2012, 5, 18)
    assert [number.scheme for number in listed.identifiers] == ["passport"]


def test_empty_shells_leave_nothing(read_sample: Read) -> None:
    listed = read_sample(un)["KPi.904"]
    assert (listed.birth_dates, listed.addresses, listed.updated_on) == ((), (), None)
    assert [name.text for name in listed.names] == ["JEO MYONGBAK", "Ze Mingbai", "泽明柏"]


@for_each(
    ("inside", "expected"),
    [
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><YEAR>1965</YEAR>", [PartialDate(1965)]),
        ("<YEAR>1965</YEAR>", [PartialDate(1965)]),
        (
            "<TO_YEAR>1965</TO_YEAR><FROM_YEAR>1958</FROM_YEAR>",
            [PartialDate(1958, until=1965)],
        ),
        ("<TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE>", []),
        ("<NOTE>Approximately</NOTE><YEAR>1965</YEAR>", [PartialDate(1965, circa=True)]),
    ],
)
def test_birth_dates(read_list: Read, inside: str, expected: list[PartialDate]) -> None:
    birth = f"<INDIVIDUAL_DATE_OF_BIRTH>{inside}</INDIVIDUAL_DATE_OF_BIRTH>"
    found = read_list(un, individual(birth))
    assert list(found.entries[0].birth_dates) == expected
    assert found.drift == ()


@for_each(
    ("inside", "told"),
    [
        ("<FROM_YEAR>1965</FROM_YEAR>", "date of birth: 1965-?"),
        ("<TO_YEAR>1965</TO_YEAR>", "date of birth: ?-1965"),
        ("<FROM_YEAR>1965</FROM_YEAR><TO_YEAR>1958</TO_YEAR>", "date of birth: 1965-1958"),
        ("<DATE>1965-02-30</DATE>", "date of birth: 1965-02-30"),
        ("<NOTE>30-35 years old</NOTE>", "date of birth: 30-35 years old"),
        ("<NOTE>24/06/1399 (Hijri Calendar)</NOTE>", "date of birth: 24/06/1399 (Hijri Calendar)"),
        ("<TYPE_OF_DATE>ROUGHLY</TYPE_OF_DATE>", "TYPE_OF_DATE: ROUGHLY"),
    ],
)
def test_dates_that_cannot_be_read_are_told_of(read_list: Read, inside: str, told: str) -> None:
    birth = f"<INDIVIDUAL_DATE_OF_BIRTH>{inside}</INDIVIDUAL_DATE_OF_BIRTH>"
    found = read_list(un, individual(birth))
    assert found.entries[0].birth_dates == ()
    assert found.drift == (f"unmapped {told} (1)",)


def test_names_are_joined_in_order_whatever_the_order_of_their_tags(read_list: Read) -> None:
    name = (
        "<FOURTH_NAME>D</FOURTH_NAME><SECOND_NAME> B </SECOND_NAME><FIRST_NAME>A</FIRST_NAME>"
        "<THIRD_NAME/>"
    )
    assert read_list(un, individual(name=name)).entries[0].names == (Name("A B D"),)


def test_an_unknown_quality_is_told_of_and_the_name_kept(read_list: Read) -> None:
    inside = "<ALIAS_NAME>ALSO</ALIAS_NAME><QUALITY>Superb</QUALITY>"
    found = read_list(un, individual(f"<INDIVIDUAL_ALIAS>{inside}</INDIVIDUAL_ALIAS>"))
    assert found.entries[0].names == (Name("TEST"), Name("ALSO", "alias"))
    assert found.drift == ("unmapped QUALITY: Superb (1)",)


@for_each(
    ("inside", "expected"),
    [
        ("<NUMBER>990001</NUMBER><TYPE_OF_DOCUMENT>Pasaporte</TYPE_OF_DOCUMENT>", "passport"),
        (
            "<NUMBER>990001</NUMBER><TYPE_OF_DOCUMENT>National Identification Number"
            "</TYPE_OF_DOCUMENT><TYPE_OF_DOCUMENT2>Nowhere Fiscal Code</TYPE_OF_DOCUMENT2>",
            "tax",
        ),
        ("<NUMBER>990001</NUMBER>", "other"),
    ],
)
def test_kinds_of_document(read_list: Read, inside: str, expected: str) -> None:
    document = f"<INDIVIDUAL_DOCUMENT>{inside}</INDIVIDUAL_DOCUMENT>"
    (number,) = read_list(un, individual(document)).entries[0].identifiers
    assert (number.scheme, number.id) == (expected, "990001")


def test_a_document_without_a_number_is_told_of_and_stays_in_the_remarks(read_list: Read) -> None:
    document = (
        "<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT>"
        "<NOTE>issued in 1993</NOTE></INDIVIDUAL_DOCUMENT>"
    )
    found = read_list(un, individual(document))
    assert found.entries[0].identifiers == ()
    assert found.entries[0].remarks == "Document: Passport; issued in 1993."
    assert found.drift == ("unmapped document without a number: Passport; issued in 1993 (1)",)


def test_the_date_is_read_past_a_namespace_without_a_name(tmp_path: Path) -> None:
    path = tmp_path / FILE
    document = individual()[FILE].replace("LIST date", 'LIST xmlns:x="" x:schema="x" date', 1)
    path.write_text(document)
    assert un.published(Files({FILE: path})) == date(2026, 11, 19)
