"""Operator licences, whose format is from memory: a row for each operating centre."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from duediligence.watchlists.operator_licences import parse as licences

from duediligence.errors import UnreadableFile
from duediligence.model import Address, Identifier, ListEntry, Name, Record

Read = Callable[..., Any]
FILE = "OLBSLicenceReport_West.csv"
HEADER = "Licence Number,Operator Name,Licence Status,Granted Date"


def sheet(*rows: str, header: str = HEADER) -> dict[str, str]:
    return {FILE: "\r\n".join((header, *rows, ""))}


def test_a_licence_with_two_centres_is_one_entry(read_sample: Read) -> None:
    found = read_sample(licences)
    assert found["OH9900101"] == ListEntry(
        id="OH9900101",
        list_id="operator-licences",
        kind="organisation",
        names=(Name("Imaginary Haulage Limited"),),
        identifiers=(Identifier("GB-COH", "09900631"),),
        addresses=(
            Address("Yard 1, Nowhere Road, Porthvellan, ZY1 6NR", "ZY1 6NR"),
            Address("Depot 2, Figment Way, St Orlan, ZY4 2FW", "ZY4 2FW"),
        ),
        status="Valid",
        record=Record(
            type="registration",
            power="licensing",
            authority="Traffic Commissioner, West of England",
            reference="OH9900101",
            event="Operator's licence valid (Standard National, vehicles authorised: 12)",
            event_date=date(2016, 4, 1),
        ),
    )
    assert found.drift == ("left out: licence under consideration (1)",)
    assert "Nobody" not in repr(found.entries)


def test_what_became_of_a_licence(read_sample: Read) -> None:
    found = read_sample(licences)
    states = {
        entry.status: (entry.record.type, entry.record.low, entry.record.ended)
        for entry in found.entries
    }
    assert states == {
        "Valid": ("registration", False, False),
        "Curtailed": ("registration", True, False),
        "Revoked": ("licence_revoked", False, True),
        "Surrendered": ("registration", False, True),
    }
    # The day on which it was granted is not that on which it was lowered or ended.
    assert [bool(entry.record.event_date) for entry in found.entries] == [True, False, False, False]
    assert [name.text for name in found["PH9900102"].names] == [
        "U N Real",
        "Unreal Coaches",
        "Unreal School Runs",
    ]
    assert found["PH9900102"].kind == "unknown"


def test_news_is_told(read_list: Read) -> None:
    found = read_list(licences, sheet("O1,A Ltd,Pondered,soon,1", header=f"{HEADER},Colour"))
    assert {line for line in found.drift if "no column" not in line} == {
        "unmapped granted: soon (1)",
        "unmapped status: Pondered (1)",
        "unread column: Colour (1)",
    }
    record = found.entries[0].record
    assert (record.type, record.low, record.ended) == ("registration", False, False)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (sheet(), "holds no rows"),
        (sheet("O1,A Ltd", header="Licence Number,Operator Name"), "no column Licence Status"),
        (sheet(",A Ltd,Valid,"), "row 2: licence number is empty"),
        (sheet("O1,,Valid,"), "row 2: operator is empty"),
        (sheet("O1,A Ltd,Withdrawn,"), "holds no entry at all"),
    ],
)
def test_what_is_no_register_is_refused(
    content: dict[str, str], message: str, read_list: Read
) -> None:
    with pytest.raises(UnreadableFile) as error:
        read_list(licences, content)
    assert message in str(error.value)
