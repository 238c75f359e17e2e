"""Penalties for illegal workers: pages and tables side by side, and employers fined twice."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from duediligence.watchlists.illegal_working_penalties import parse as penalties

from duediligence.errors import UnreadableFile
from duediligence.law.crimes import grounds_for
from duediligence.model import Address, Name
from tests.rows import for_each

Read = Callable[..., Any]
HEADER = "Employer,Trading name,Address,Workers,Penalty\n"
ROW = 'Acme Ltd,,"1 Row, ZY1 1AA",1,"£45,000"\n'


def test_pages_and_tables_of_several_regions_are_read_together(read_sample: Read) -> None:
    found = read_sample(penalties)
    assert [entry.name for entry in found.entries] == [
        "Dunmallow Interiors Limited",
        "Mr Obadiah Crumm",
        "Pebblecrest Car Wash Ltd",
        "Wilhelmina Tuckthorn",
        "Brackenford Poultry Limited",
        "Brackenford Poultry Limited",
        "Gwiberlan Cleaning Cyf",
    ]
    assert found.drift == ()
    assert found.published == date(2026, 10, 30)
    fish = found.entries[3]
    assert fish.id == "wilhelmina-tuckthorn.zy1-6rr.1-april-2026-to-30-june-2026"
    assert fish.kind == "unknown"
    assert fish.names[1] == Name("Golden Bream Fish Bar", "trading")
    assert fish.addresses == (Address("8 Harbour Steps, Porthvellan, ZY1 6RR", "ZY1 6RR"),)
    assert fish.record.penalty_gbp == Decimal(45_000)
    assert fish.record.known_date == date(2026, 10, 29)
    assert fish.record.event.endswith("(1 worker)")
    assert fish.record.outcome == "Published for 1 April 2026 to 30 June 2026"
    assert found.entries[1].record.known_date is None


def test_the_same_penalty_twice_is_two_penalties(read_sample: Read) -> None:
    ids = [entry.id for entry in read_sample(penalties).entries[4:6]]
    assert ids[1] == f"{ids[0]}.2"


def test_a_penalty_goes_to_no_ground(read_sample: Read) -> None:
    record = read_sample(penalties).entries[0].record
    assert grounds_for(record.act_section, record.type, record.power) == penalties.grounds


def test_one_table_in_two_files_is_refused(read_list: Read) -> None:
    name = "illegal-working-wales.csv"
    assert len(read_list(penalties, {name: HEADER + ROW}).entries) == 1
    title = "<h1>1 May 2026 to 2 May 2026</h1>"
    page = title + "<table><tr><td>Name<td>Address<td>Penalty{}</table></html>"
    row = "<tr><td>Acme Ltd<td>1 Row, ZY1 1AA<td>£45,000"
    contents = {f"illegal-working-{n}.html": page.format(row) for n in "ab"}
    with pytest.raises(UnreadableFile, match="appears twice"):
        read_list(penalties, contents)


@for_each(
    ("content", "message"),
    [
        (HEADER.replace("Penalty", "Fine") + ROW, "no column Penalty or Civil penalty"),
        (HEADER + ROW.replace("Acme Ltd", ""), r"wales\.csv: row 2: employer is empty"),
        (HEADER + ROW.replace('"£45,000"', ""), r"row 2: penalty is empty"),
        ("%PDF-1.7 \n", "PDF"),
    ],
)
def test_a_table_that_changed_is_refused(read_list: Read, content: str, message: str) -> None:
    with pytest.raises(UnreadableFile, match=message):
        read_list(penalties, {"illegal-working-wales.csv": content})


def test_values_that_cannot_be_read_are_told(read_list: Read) -> None:
    text = HEADER + ROW.replace('"£45,000"', "waived").replace(",1,", ",several,")
    found = read_list(penalties, {"illegal-working-wales.csv": text})
    assert found.drift == ("unmapped penalty: waived (1)", "unmapped workers: several (1)")
    assert found.entries[0].record.penalty_gbp is None
