"""The NCA's orders: columns told by words, people told by month of birth, crimes not kept."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from duediligence.watchlists.nca_ancillary_orders import parse as orders
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duediligence.contracts import Files
from duediligence.errors import UnreadableFile
from duediligence.law.crimes import crime_types, grounds_for
from duediligence.model import Name, PartialDate
from tests.rows import for_each

Read = Callable[..., Any]
FILE = "nca-ancillary-orders.csv"
TABLE = "Name,DOB,Order,Date made\nA Person,1970-01,SCPO,2024-05-06\n"


def test_every_sheet_with_orders_is_read(read_sample: Read) -> None:
    found = read_sample(orders)
    assert [(entry.name, entry.birth_dates) for entry in found.entries] == [
        ("Thaddeus Orlo QUENBY", (PartialDate(1971, 4),)),
        ("Lucasta FARNSHAW", (PartialDate(1984, 11),)),
        ("Isambard Vox MARLDON", (PartialDate(1990, 7),)),
        ("Drusilla Penhargle", (PartialDate(1979, 2),)),
        ("Barnabus Tolliver Rusk", (PartialDate(1966, 9),)),
    ]
    assert found.drift == ("unread sheet: About (1)",)
    assert found.entries[1].names[1:] == (
        Name("Lucy FARNSHAW", "alias"),
        Name("L Farnsworthy", "alias"),
    )
    assert found.entries[0].record.expires == date(2029, 1, 31)
    assert {entry.kind for entry in found.entries} == {"person"}


def test_findings_are_for_internal_use_and_crimes_are_not_kept(read_sample: Read) -> None:
    entries = read_sample(orders).entries
    assert {entry.record.handling for entry in entries} == {"internal"}
    assert "offence" not in repr(entries).casefold()


def test_only_slavery_orders_are_a_ground_of_their_own(read_sample: Read) -> None:
    reached = [
        grounds_for(entry.record.act_section, entry.record.type)
        for entry in read_sample(orders).entries
    ]
    assert reached == [("PA23-7-11",)] * 3 + [("PA23-7-1",), ("PA23-7-11",)]
    assert crime_types("Modern Slavery Act 2015 s.14") == orders.crime_types


def test_the_template_is_read(read_list: Read) -> None:
    row = 'NCA-1,"PERSON, Ann",Nan Person,1980-02,British,STPO,2026-01-02,2031-01-02,None,{}\r\n'
    found = read_list(orders, {FILE: orders.template + row.format("https://example.org/1")})
    (entry,) = found.entries
    assert (entry.id, entry.name, entry.url) == ("NCA-1", "Ann PERSON", "https://example.org/1")
    assert entry.names[1] == Name("Nan Person", "alias")
    assert (entry.countries, entry.remarks) == (("British",), "None")
    assert found.drift == ()


def test_values_that_cannot_be_read_are_told_without_a_birth_date(read_list: Read) -> None:
    text = TABLE.replace("1970-01", "1 or 2 May 1970").replace("SCPO", "Sample order")
    found = read_list(orders, {FILE: text.replace("2024-05-06", "spring").replace("Date", "Last")})
    assert found.drift == (
        "unmapped birth: a date that cannot be read (1)",
        "unmapped made: spring (1)",
        "unmapped order: Sample order (1)",
    )


@for_each(
    ("old", "new", "message"),
    [
        ("Order", "Kind", "no header with a name and an order"),
        ("Name", "Who", "no header with a name and an order"),
        ("A Person", "", r"nca-ancillary-orders\.csv: row 2: has no name"),
        (",SCPO", ",", "row 2: has no order"),
        (",2024-05-06", "", "row 2 has 3 columns where the header has 4"),
    ],
)
def test_a_sheet_that_cannot_be_told_is_refused(
    read_list: Read, old: str, new: str, message: str
) -> None:
    with pytest.raises(UnreadableFile, match=message):
        read_list(orders, {FILE: TABLE.replace(old, new)})


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.integers(0, len(TABLE)), length=st.integers(0, 20), instead=st.binary(max_size=12))
def test_a_damaged_table_gives_people_or_an_error(
    tmp_path: Path, start: int, length: int, instead: bytes
) -> None:
    content = TABLE.encode()
    (tmp_path / FILE).write_bytes(content[:start] + instead + content[start + length :])
    try:
        entries = list(orders.parse(Files({FILE: tmp_path / FILE})))
    except UnreadableFile as error:
        assert FILE in error.message  # noqa: PT017
        return
    assert all(entry.id and entry.name.strip() for entry in entries)
