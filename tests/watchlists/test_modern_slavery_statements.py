"""Statements on slavery, a file for each year, with the columns of the publisher's own code."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from duediligence.watchlists.modern_slavery_statements import parse as statements

from duediligence.errors import UnreadableFile
from duediligence.model import Address, Identifier, ListEntry, Name, Record
from tests.rows import for_each

Read = Callable[..., Any]
HEADER = "StatementYear,OrganisationName,CompanyNumber"


def sheet(*rows: str, header: str = HEADER) -> dict[str, str]:
    return {"StatementSummaries2026.csv": "\r\n".join((header, *rows, ""))}


def test_the_years_of_a_firm_are_one_entry_with_its_former_name(read_sample: Read) -> None:
    found = read_sample(statements)
    # The number lost its zero in one of the files; the address runs over several lines.
    assert found["09900641"] == ListEntry(
        id="09900641",
        list_id="modern-slavery-statements",
        kind="organisation",
        names=(
            Name("Mythical Catering Holdings plc"),
            Name("Mythical Catering Group plc", "former"),
        ),
        identifiers=(Identifier("GB-COH", "09900641"),),
        addresses=(Address("1 Legend Street, Porthvellan, ZY1 3LS", "ZY1 3LS"),),
        status="2026",
        record=Record(
            type="registration",
            authority="Home Office",
            event="Modern slavery statement for 2025, 2026",
            event_date=date(2026, 6, 30),
            outcome="period to 2026-03-31; covers 4 of the 6 areas of s.54(5), not goals and their "
            "measure, training",
        ),
        remarks="Private",
        url="https://www.example.org/slavery",
    )
    assert found.drift == ()
    assert "Nobody" not in repr(found.entries)


def test_firms_without_a_number_are_known_by_name(read_sample: Read) -> None:
    found = read_sample(statements)
    assert found["saga-linen-services-limited"].related == ("Mythical Catering Group plc",)
    # An address that is not https is no link.
    assert found["county-of-nowhere-council"].url == ""
    assert not any(entry.record.low or entry.record.ended for entry in found.entries)


def test_a_row_with_a_number_for_its_name_is_that_of_its_parent(read_sample: Read) -> None:
    found = read_sample(statements)
    group = found["unicorn-freight-group-ltd"]
    assert (group.name, group.identifiers, group.related) == ("Unicorn Freight Group Ltd", (), ())
    assert not any(entry.name.isdecimal() for entry in found.entries)


@for_each(
    ("days", "approved"),
    [
        (("30/06/2026 00:00:00", "05/04/2026 00:00:00"), (date(2026, 6, 30), date(2026, 4, 5))),
        (("06/30/2026 00:00:00", "04/05/2026 00:00:00"), (date(2026, 6, 30), date(2026, 4, 5))),
        (("2026-06-30T00:00:00", "2026-04-05 00:00"), (date(2026, 6, 30), date(2026, 4, 5))),
    ],
)
def test_the_dates_of_a_file_say_together_how_they_are_written(
    read_list: Read, days: tuple[str, str], approved: tuple[date, date]
) -> None:
    rows = (f"2026,{name} Ltd,,{day}" for name, day in zip("AB", days, strict=True))
    found = read_list(statements, sheet(*rows, header=f"{HEADER},DateApproved"))
    assert tuple(entry.record.event_date for entry in found.entries) == approved


def test_news_is_told(read_list: Read) -> None:
    found = read_list(statements, sheet("2026,A Ltd,x,1", header=f"{HEADER},Colour"))
    assert {line for line in found.drift if "no column" not in line} == {
        "unmapped company number: x (1)",
        "unread column: Colour (1)",
    }


@for_each(
    ("content", "message"),
    [
        (sheet(), "holds no rows"),
        (sheet("2026,1", header="StatementYear,CompanyNumber"), "no column Organisation Name"),
        (sheet("26,A Ltd,"), "row 2: year is '26'"),
        (sheet("2026,,"), "row 2: name is empty"),
        (sheet('2026,"A Ltd,'), "row 2"),
    ],
)
def test_what_is_no_register_is_refused(
    content: dict[str, str], message: str, read_list: Read
) -> None:
    with pytest.raises(UnreadableFile) as error:
        read_list(statements, content)
    assert message in str(error.value)
