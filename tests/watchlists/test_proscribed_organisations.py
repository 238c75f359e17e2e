"""Proscribed organisations: names out of headings and prose, the Schedule, a hand-kept table."""

from collections.abc import Callable
from typing import Any

import pytest
from duediligence.watchlists.proscribed_organisations import parse as proscribed

from duediligence.errors import UnreadableFile
from duediligence.law.crimes import grounds_for
from duediligence.model import Name
from tests.rows import for_each

Read = Callable[..., Any]
NI = "<h2>Groups linked to Northern Ireland</h2><ul><li>B Council</li></ul>"


def page(body: str) -> dict[str, str]:
    return {"proscribed-organisations.html": f"<html><main>{body}</main></html>"}


def test_the_page(read_sample: Read) -> None:
    found = read_sample(proscribed)
    assert [entry.id for entry in found.entries] == [
        "brigade-of-the-paper-lantern",
        "cardboard-liberation-front",
        "order-of-the-ninth-teapot",
        "invented-loyal-kettles",
        "sample-army-council",
    ]
    assert found.drift == ()
    cardboard = found.entries[1]
    assert cardboard.names == (
        Name("Cardboard Liberation Front"),
        Name("CLF", "alias", "weak"),
        Name("CLFX", "alias", "weak"),
        Name("The Corrugated", "alias"),
        Name("Kartonnage", "alias"),
        Name("Fluted Dawn", "alias"),
        Name("CL 131", "alias"),
        Name("Cardboard League", "alias"),
    )
    assert cardboard.record.event == "Proscribed as concerned in terrorism, July 2016"


def test_the_hand_kept_table(read_sample: Read) -> None:
    found = read_sample(proscribed, feeds=2)
    assert [name.text for name in found.entries[1].names] == [
        "Sample Army Council",
        "SAC",
        "The Council of Samples",
    ]
    assert found.published is None


def test_the_schedule_without_its_marks_of_amendment(read_sample: Read) -> None:
    found = read_sample(proscribed, feeds=1)
    assert [[name.text for name in entry.names] for entry in found.entries] == [
        ["Invented Loyal Kettles"],
        ["Sample Army Council"],
        ["Brigade of the Paper Lantern", "Brigade de la Lanterne", "BPL"],
        ["Cardboard Liberation Front", "Corrugated Council", "Cardboard Section", "External"],
        ["Order of the Ninth Teapot"],
    ]
    assert found.entries[2].names[2] == Name("BPL", "alias", "weak")
    assert found.entries[0].url == "https://www.legislation.gov.uk/ukpga/2000/11/schedule/2"
    assert found.drift == ("left out: organisation taken off the Schedule (2)",)
    assert found.published is None


def schedule(*items: str) -> dict[str, str]:
    listed = "".join(f"<li>{item}</li>" for item in items)
    text = f'<html><ul><li>Menu</li></ul><ul class="LegUnorderedList">{listed}</ul></html>'
    return {"terrorism-act-schedule-2.html": text}


@for_each(
    ("item", "names"),
    [
        ("[F1al-Sample", ["al-Sample"]),
        ("F12The Sample]", ["The Sample"]),
        ("[F3Sample—Shard [F4(SSh)]]", ["Sample—Shard", "SSh"]),
        ("Sample Front F5. . . .", ["Sample Front"]),
        ("A Front (B (C) Wing) (D, E)", ["A Front", "B Wing", "D", "E", "C"]),
        ("Wing of A, including the B and any part of it", ["Wing of A", "B"]),
    ],
)
def test_items_of_the_schedule(read_list: Read, item: str, names: list[str]) -> None:
    (entry,) = read_list(proscribed, schedule(item)).entries
    assert sorted(name.text for name in entry.names) == sorted(names)
    assert entry.name == names[0]


@for_each(
    ("text", "message"),
    [
        (schedule("A")["terrorism-act-schedule-2.html"].removesuffix("</html>"), "cut short"),
        ("<html><ul><li>Menu</li></ul></html>", "has no list of organisations"),
        (schedule("F1...")["terrorism-act-schedule-2.html"], "holds no entry at all"),
        (schedule("A", "a")["terrorism-act-schedule-2.html"], "a appears twice"),
    ],
)
def test_another_schedule_is_refused(read_list: Read, text: str, message: str) -> None:
    with pytest.raises(UnreadableFile, match=message):
        read_list(proscribed, {"terrorism-act-schedule-2.html": text})


def test_the_template_is_the_table(read_list: Read) -> None:
    row = "A Front,AF,March 2001,https://example.org/a\r\n"
    (entry,) = read_list(
        proscribed, {"proscribed-organisations.csv": proscribed.template + row}
    ).entries
    assert entry.url == "https://example.org/a"


def test_it_is_no_conviction(read_sample: Read) -> None:
    record = read_sample(proscribed).entries[0].record
    assert grounds_for(record.act_section, record.type) == proscribed.grounds


def test_several_other_names_in_one_heading(read_list: Read) -> None:
    heading = "<h3>A Front (AF), also known as B, C Front (CF) - Proscribed May 2020</h3>"
    found = read_list(proscribed, page(heading + NI))
    assert [name.text for name in found.entries[0].names] == ["A Front", "AF", "B", "C Front", "CF"]


def test_a_heading_without_a_month_is_told(read_list: Read) -> None:
    text = "<h3>A Front - Proscribed May 2020</h3><h3>B Front</h3>"
    assert read_list(proscribed, page(text + NI)).drift == ("unmapped heading: B Front (1)",)


@for_each(
    ("body", "message"),
    [
        (NI, "with the month in which each was proscribed"),
        ("<h3>A Front - Proscribed May 2020</h3>", "with Northern Ireland"),
        ("<h3>(-) - Proscribed May 2020</h3>" + NI, "holds no name"),
        ("<h3>A Front - Proscribed May 2020</h3>" * 2 + NI, "a-front appears twice"),
    ],
)
def test_another_page_is_refused(read_list: Read, body: str, message: str) -> None:
    with pytest.raises(UnreadableFile, match=message):
        read_list(proscribed, page(body))


@for_each(
    ("row", "message"),
    [
        (",AF,,", "row 2: name is empty"),
        ("A Front,,,http://example.org/", "row 2: source_url is 'http://example.org/'"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused(read_list: Read, row: str, message: str) -> None:
    with pytest.raises(UnreadableFile, match=message):
        read_list(proscribed, {"proscribed-organisations.csv": f"{proscribed.template}{row}\r\n"})
