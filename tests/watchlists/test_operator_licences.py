"""Operator licences: rows that repeat, centres in one cell, and codes that must never pass."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from duediligence.watchlists.operator_licences import parse as licences
from hypothesis import given
from hypothesis import strategies as st

from duediligence.contracts import Files
from duediligence.errors import UnreadableFile
from duediligence.model import Address, Identifier, ListEntry, Name, Record
from tests.rows import for_each

Read = Callable[..., Any]
FILE = "OLBSLicenceReport_West of England.csv"
HEADER = "LicenceNumber,OperatorName,LicenceStatus,Granted Date"
STATUSES = licences.statuses["LicenceStatus"]


def sheet(*rows: str, header: str = HEADER) -> dict[str, str]:
    return {FILE: "\r\n".join((header, *rows, ""))}


def test_a_licence_is_one_entry_with_its_centres_and_number(read_sample: Read) -> None:
    found = read_sample(licences)
    assert found["OH9900101"] == ListEntry(
        id="OH9900101",
        list_id="operator-licences",
        kind="organisation",
        names=(Name("Imaginary Haulage Limited"),),
        identifiers=(Identifier("GB-COH", "09900631"),),
        addresses=(
            Address("YARD 1 NOWHERE ROAD PORTHVELLAN ZY1 6NR", "ZY1 6NR"),
            Address("DEPOT 2 FIGMENT WAY ST ORLAN ZY4 2FW", "ZY4 2FW"),
        ),
        status="Valid",
        record=Record(
            type="registration",
            power="licensing",
            authority="Traffic Commissioner, West of England",
            reference="OH9900101",
            event="Operator's licence for goods vehicles valid (Standard National, vehicles "
            "authorised: 12)",
        ),
    )
    assert found["PG9900106"].identifiers == (Identifier("GB-COH", "SC099641"),)
    assert found["PG9900106"].record.event.startswith("Operator's licence for passenger vehicles")
    assert found.drift == ("left out: licence under consideration (1)",)
    assert "Nobody" not in repr(found.entries)


def test_what_became_of_a_licence(read_sample: Read) -> None:
    states = {
        entry.status: (entry.record.type, entry.record.low, entry.record.ended)
        for entry in read_sample(licences).entries
    }
    assert states == {
        "Valid": ("registration", False, False),
        "Curtailed": ("registration", True, False),
        "Suspended": ("registration", True, False),
        "Revoked": ("licence_revoked", False, True),
        "Refused": ("licence_refused", False, True),
        "Surrendered": ("registration", False, True),
        "Continuation not sought": ("registration", False, True),
    }


@for_each("word", sorted(STATUSES))
def test_no_licence_that_is_not_held_passes_for_one_that_is(word: str, read_list: Read) -> None:
    # A second licence, for a list without any is refused.
    found = read_list(
        licences, sheet("O1,A Ltd,valid,", f"O2,B Ltd,{word},", f"O3,C,{word.upper()},")
    )
    records = [entry.record for entry in found.entries if entry.id != "O1"]
    for record in records:
        assert record.ended == (STATUSES[word] == "ended")
        assert record.low == (STATUSES[word] == "adverse")
        assert (record.type == "registration") == (not word.endswith(("revoked", "refused")))
    assert records or STATUSES[word] == "ended"
    assert "lsts" not in repr(found.entries)


@given(word=st.text(st.characters(codec="utf-8"), max_size=20))
def test_a_status_that_nobody_thought_about_is_refused(
    word: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    word = " ".join(word.split()).replace('"', "").replace("\0", "")
    path = tmp_path_factory.getbasetemp() / FILE
    path.write_text(f'{HEADER}\r\nO1,A Ltd,"{word}",\r\n', encoding="utf-8", newline="")
    if word.casefold() not in STATUSES:
        with pytest.raises(UnreadableFile):
            list(licences.parse(Files({FILE: path})))


@for_each(
    ("words", "status"),
    [
        (("lsts_valid", "lsts_revoked"), "Revoked"),
        (("Refused", "Valid"), "Refused"),
        (("lsts_surrendered", "lsts_curtailed"), "Surrendered"),
        (("Valid", "Suspended", "Curtailed"), "Suspended"),
        (("lsts_ntu", "Surrendered"), "Surrendered"),
        (("Withdrawn", "Curtailed"), "Curtailed"),
        (("lsts_consideration", "lsts_valid"), "Valid"),
    ],
)
def test_where_rows_of_a_licence_disagree_the_gravest_counts(
    words: tuple[str, ...], status: str, read_list: Read
) -> None:
    for order in (words, words[::-1]):
        found = read_list(licences, sheet(*(f"O1,A Ltd,{word}," for word in order)))
        assert [entry.status for entry in found.entries] == [status]


def test_the_older_headings_are_read(read_list: Read) -> None:
    found = read_list(
        licences,
        sheet(
            "PH9,U N Real t/a Unreal Coaches,Valid,12/05/2019,11/05/2029,Unreal School Runs,"
            '9900645,"Yard, ZY1 6NR"',
            'PH9,U N Real t/a Unreal Coaches,Valid,12/05/2019,11/05/2029,,9900645,"Depot, ZY4 2FW"',
            header="Licence Number,Operator Name,Licence Status,Granted Date,Expiry Date,"
            "Trading Name,Company Reg No,Operating Centre Address",
        ),
    )
    (entry,) = found.entries
    assert [name.text for name in entry.names] == [
        "U N Real",
        "Unreal Coaches",
        "Unreal School Runs",
    ]
    assert [one.postcode for one in entry.addresses] == ["ZY1 6NR", "ZY4 2FW"]
    assert entry.identifiers == (Identifier("GB-COH", "09900645"),)
    assert (entry.record.event_date, entry.record.expires) == (date(2019, 5, 12), date(2029, 5, 11))


def test_news_is_told(read_list: Read) -> None:
    found = read_list(licences, sheet("X1,A Ltd,valid,soon,1", header=f"{HEADER},Colour"))
    assert {line for line in found.drift if "no column" not in line} == {
        "unmapped granted: soon (1)",
        "unmapped licence number: X1 (1)",
        "unread column: Colour (1)",
    }


@for_each(
    ("content", "message"),
    [
        (sheet(), "holds no rows"),
        (sheet("O1,A Ltd", header="Licence Number,Operator Name"), "no column LicenceStatus"),
        (sheet(",A Ltd,Valid,"), "row 2: licence number is empty"),
        (sheet("O1,,Valid,"), "row 2: operator is empty"),
        (sheet("O1,A Ltd,Withdrawn,"), "holds no entry at all"),
        (sheet("O1,A Ltd,,"), "row 2: LicenceStatus has the value ''"),
        (sheet("O1,A,Valid,", "O2,A Ltd,lsts_barred,"), "row 3: LicenceStatus has the value 'lsts"),
    ],
)
def test_what_is_no_register_is_refused(
    content: dict[str, str], message: str, read_list: Read
) -> None:
    with pytest.raises(UnreadableFile) as error:
        read_list(licences, content)
    assert message in str(error.value)
