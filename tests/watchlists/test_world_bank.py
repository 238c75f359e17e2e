"""The World Bank's list: names within names, end dates, and answers that are none."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from duediligence.watchlists.world_bank import native_names, take_apart
from duediligence.watchlists.world_bank import parse as world_bank

from duediligence.errors import UnreadableFile
from duediligence.model import Address, Identifier, Kind, ListEntry, Name
from tests.rows import for_each

Read = Callable[..., Any]


def record(**fields: object) -> dict[str, object]:
    return {
        "SUPP_ID": 1,
        "SUPP_NAME": "SAMPLE LTD",
        "SUPP_TYPE_CODE": "F",
        "COUNTRY_NAME": "Nowhere",
        "ELIG_STAT": "DEBARRED",
        "DEBAR_FROM_DATE": "2024-06-01",
        "DEBAR_TO_DATE": "2999-12-31",
        **fields,
    }


def answer(*records: object) -> dict[str, str]:
    return {"debarred.json": json.dumps({"response": {"ZPROCSUPP": records}})}


def test_cross_debarred_british_firm(read_sample: Read) -> None:
    assert read_sample(world_bank)["990201"] == ListEntry(
        id="990201",
        list_id="world-bank",
        kind="organisation",
        names=(
            Name("Calderbrook Construction International Ltd"),
            Name("Calderbrook Builders", "former"),
        ),
        countries=("United Kingdom",),
        identifiers=(Identifier("GB-COH", "99004207", "United Kingdom", "Register"),),
        addresses=(Address("1 INVENTED WAY, LEEDS", "", "United Kingdom"),),
        measures=("Ineligible for World Bank contracts",),
        grounds=("Cross Debarment: ADB",),
        status="cross-debarred",
        listed_on=date(2025, 3, 3),
        ends_on=date(2031, 3, 2),
        remarks="Footnote *55 of the publisher's page",
    )


def test_sample_kinds_names_and_ends(read_sample: Read) -> None:
    found = read_sample(world_bank)
    assert [(e.kind, [(n.text, n.type) for n in e.names]) for e in found.entries[1:]] == [
        ("person", [("FABIAN QUILLFEATHER", "primary"), ("FABIEN QUILLEFEATHER", "alias")]),
        (
            "organisation",
            [("MIRAGE HYDRO JOINT STOCK COMPANY", "primary"), ("Mirage Dam Works", "former")],
        ),
        (
            "organisation",
            [
                ("FABLED ROAD AND BRIDGE ENGINEERING (GROUP) CO., LTD.", "primary"),
                ("虚构路桥工程(集团)有限公司", "original-script"),
            ],
        ),
        ("person", [("PETRONELLA VANTASTIK", "primary"), ("PETRA VANTASTIK", "alias")]),
        (
            "organisation",
            [
                ("EMBERLINE SUPPLIES AND LOGISTICS (PVT) LTD", "primary"),
                ("EMBERLINE TRADERS", "trading"),
                ("EMBER B.P., LTD.", "alias"),
            ],
        ),
        ("unknown", [("KNOWLEDGE PHANTASM", "primary")]),
        ("organisation", [("GRUPO QUIMERA FICTICIA HOLDINGS S.A.", "primary")]),
    ]
    assert found["990205"].ends_on is None
    assert found["990205"].measures == ("Ineligible for World Bank contracts (permanent)",)
    assert found["990206"].measures == ("Ineligible for World Bank contracts (ongoing)",)
    assert found["990203"].ends_on == date(2027, 7, 22)
    assert found["990203"].identifiers == (
        Identifier("registration", "0990111222", "Mongolia", "Reg"),
    )
    assert found["990208"].identifiers == (
        Identifier("tax", "3-101-990099", "Costa Rica", "Tax ID"),
    )
    assert found.published == date(2026, 11, 19)
    assert found.drift == (
        "unmapped ADD_SUPP_INFO: Sample data: every record in this file is invented (1)",
    )


@for_each(
    ("text", "kind", "head", "names"),
    [
        ("A LTD", "organisation", "A LTD", []),
        ("A LTD, FORMERLY KNOWN AS B LTD", "organisation", "A LTD", [("B LTD", "former")]),
        ("A LTD (F/K/A B LTD) *1", "organisation", "A LTD", [("B LTD", "former")]),
        ("A (formerly operating as: B)*5", "organisation", "A", [("B", "former")]),
        ("A (Previously known as B)", "organisation", "A", [("B", "former")]),
        ("A LTDA (CURRENTLY D/B/A B)", "organisation", "A LTDA", [("B", "trading")]),
        ("A (d/b/a B; C)", "organisation", "A", [("B", "trading"), ("C", "trading")]),
        (
            "A (doing business as (dba) B also dba C)",
            "organisation",
            "A",
            [("B", "trading"), ("C", "trading")],
        ),
        ("A CO. (ALSO KNOWN AS B CO., LTD.", "organisation", "A CO.", [("B CO., LTD.", "alias")]),
        ("A (now known as B) (Reg. No. 12)", "organisation", "A", [("B", "alias")]),
        (
            "A (f.k.a. B) (虚构公司)",
            "organisation",
            "A",
            [("B", "former"), ("虚构公司", "original-script")],
        ),
        ("A (f.k.a [B])", "organisation", "A", [("B", "former")]),
        ("A AKA B", "organisation", "A", [("B", "alias")]),
        ("MR. A B AKA C", "person", "A B AKA C", []),
        ("MR. A B (AKA MR. C D)", "person", "A B", [("C D", "alias")]),
        ("A.K.A. C D", "person", "", [("C D", "alias")]),
        ("M/S A LTD", "organisation", "A LTD", []),
        ("MD. A HOSSAIN", "person", "MD. A HOSSAIN", []),
        ("MAKAKA FORMERLYNE (PVT) LTD", "organisation", "MAKAKA FORMERLYNE (PVT) LTD", []),
    ],
)
def test_names_within_a_name(
    text: str, kind: Kind, head: str, names: list[tuple[str, str]]
) -> None:
    found = take_apart(text, "", kind, bare=kind != "person")
    assert found.head == head
    assert [(name.text, name.type) for name in found.names] == names


@for_each(
    ("text", "identifier"),
    [
        ("(Reg. No.: 0990161)*617", Identifier("registration", "0990161", "X", "Reg")),
        ("(Reg, No. 0990001)", Identifier("registration", "0990001", "X", "Reg")),
        ("(Registration Number; C-999)", Identifier("registration", "C-999", "X", "Registration")),
        ("(Reg No. 16-0/(F/1))", Identifier("registration", "16-0/(F/1)", "X", "Reg")),
        ("(TIN No. 999)", Identifier("tax", "999", "X", "TIN")),
        ("(CNPJ: 99.9/0001)", Identifier("tax", "99.9/0001", "X", "CNPJ")),
        ("(NATIONAL ID: 99)", Identifier("national-id", "99", "X", "NATIONAL ID")),
        (
            "(99650100MA77XAMPL1)*1",
            Identifier("registration", "99650100MA77XAMPL1", "X", "Unified Social Credit Code"),
        ),
    ],
)
def test_numbers_within_a_text(text: str, identifier: Identifier) -> None:
    found = take_apart(text, "X", "organisation")
    assert found.identifiers == (identifier,)
    assert (found.head, found.names) == ("", ())


@for_each(
    ("text", "footnotes"),
    [
        ("A *55", ("*55",)),
        ("A * 43 and 45", ("* 43 and 45",)),
        ("A *219,  *328", ("*219,  *328",)),
        ("A *B", ()),
    ],
)
def test_footnotes(text: str, footnotes: tuple[str, ...]) -> None:
    assert take_apart(text, "", "organisation").footnotes == footnotes


def test_names_in_another_script_are_parted_from_the_rest() -> None:
    assert native_names("(虚构(集团)公司, 虚构)") == (
        (Name("虚构(集团)公司", "original-script"), Name("虚构", "original-script")),
        "",
    )
    assert native_names("虚构, 虚构路 104 号") == (
        (Name("虚构", "original-script"),),
        "虚构路 104 号",
    )
    assert native_names("BUT ONLY, PERHAPS") == ((), "BUT ONLY, PERHAPS")


def test_values_that_no_table_maps_are_kept_and_reported(read_list: Read) -> None:
    found = read_list(
        world_bank,
        answer(
            record(SUPP_TYPE_CODE="Q", DEBAR_TO_DATE="soon", NEW_FIELD=1),
        ),
    )
    assert (found["1"].kind, found["1"].ends_on) == ("unknown", None)
    assert found.drift == (
        "unmapped DEBAR_TO_DATE: soon (1)",
        "unmapped SUPP_TYPE_CODE: Q (1)",
        "unread field: NEW_FIELD (1)",
    )


@for_each("status", ["SUSPENDED", "NOT DEBARRED", None])
def test_a_status_that_is_not_known_is_refused(read_list: Read, status: str | None) -> None:
    message = f"record 1: ELIG_STAT has the value '{status or ''}', which is not known"
    with pytest.raises(UnreadableFile, match=message):
        read_list(world_bank, answer(record(ELIG_STAT=status)))


GOOD = answer(record())["debarred.json"].encode()
BROKEN = {
    "empty": (b"", "is empty"),
    "cut short": (GOOD[:-30], "not JSON"),
    "web page": (b"<!DOCTYPE html><html></html>", "is a web page"),
    "another document": (b'{"response": {"OTHER": []}}', "response.ZPROCSUPP"),
    "not an object": (b"[1, 2]", "response.ZPROCSUPP"),
    "records that are none": (b'{"response": {"ZPROCSUPP": [1]}}', "response.ZPROCSUPP"),
    "no records": (b'{"response": {"ZPROCSUPP": []}}', "holds no records"),
    "no name": (answer(record(), record(SUPP_NAME=None)), "record 2: SUPP_NAME is missing"),
    "no id": (answer(record(SUPP_ID=None)), "record 1: SUPP_ID is missing"),
    "a name of marks only": (answer(record(SUPP_NAME="*12 (Reg. No. 5)")), "record 1: SUPP_NAME"),
    "a list for a text": (answer(record(SUPP_CITY=["A"])), "record 1: SUPP_CITY: holds list"),
    "10 MB field": (answer(record(SUPP_CITY="x" * 10_000_000)), "record 1: SUPP_CITY: holds"),
    "half a character": (GOOD.replace(b"Nowhere", b"\\ud800"), "COUNTRY_NAME: is not Unicode"),
    "not utf-8": (GOOD.replace(b"Nowhere", b"\xff\xfe"), "not JSON"),
}  # fmt: skip


@for_each(("content", "message"), BROKEN.values(), ids=BROKEN)
def test_broken_answer_is_refused(
    content: bytes | dict[str, str], message: str, read_list: Read
) -> None:
    files = content if isinstance(content, dict) else {"debarred.json": content}
    with pytest.raises(UnreadableFile, match=r".+") as error:
        read_list(world_bank, files)
    assert message in str(error.value)


def test_no_key_and_no_address_are_shipped() -> None:
    assert [feed.url for feed in world_bank.feeds] == [""]
    assert "debarred.json" in world_bank.notes
