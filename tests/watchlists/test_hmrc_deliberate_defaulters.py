"""HMRC's deliberate defaulters: traders behind trading names, sums, and pages that changed."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from duediligence.watchlists.hmrc_deliberate_defaulters import parse as defaulters

from duediligence.errors import UnreadableFile
from duediligence.law.crimes import grounds_for
from duediligence.model import Address, Name
from tests.rows import for_each

Read = Callable[..., Any]
FILE = "deliberate-tax-defaulters.html"
OTHER = "<table><tr><th>Year<th>Count<tr><td>1<td>2</table>"
SAMPLE = (
    Path(__file__).parents[2] / "duediligence" / "demo" / "lists" / defaulters.folder / FILE
).read_text("utf-8")


@pytest.mark.parametrize("feeds", [0, 1])
def test_a_defaulter_in_either_form_of_the_list(read_sample: Read, feeds: int) -> None:
    found = read_sample(defaulters, feeds=feeds)
    assert len(found.entries) == 5
    assert found.drift == ()
    trader = found.entries[1]
    assert trader.kind == "unknown"
    assert trader.names == (
        Name("Barnaby Quillifer"),
        Name("Quillifer Groundworks", "trading"),
    )
    assert trader.addresses == (Address("3 Slate Row, Tarvit, ZY20 7PL", "ZY20 7PL"),)
    assert trader.positions == ("Groundworks contractor",)
    assert trader.record.penalty_gbp == Decimal("38127.5")
    assert trader.record.outcome == "Penalties on £61,004.00 of tax or duty"
    assert trader.record.event.endswith("6 April 2018 to 5 April 2022")
    assert [entry.kind for entry in found.entries].count("organisation") == 3


def test_the_penalty_leads_to_its_ground(read_sample: Read) -> None:
    record = read_sample(defaulters).entries[0].record
    assert grounds_for(record.act_section, record.type, record.power) == defaulters.grounds
    # From when the five years run is not published: a record without a day is never set aside.
    assert record.happened_on is None


def test_the_publishers_day(read_sample: Read) -> None:
    assert read_sample(defaulters).published == date(2026, 9, 24)
    assert read_sample(defaulters, feeds=1).published is None


def test_the_address_of_the_page_is_found(tmp_path: Path) -> None:
    document = tmp_path / "d.json"
    base = "/government/publications/publishing-details-of-deliberate-tax-defaulters-pddd"
    document.write_text(
        '{"details": {"attachments": ['
        f'{{"title": "Archive", "url": "{base}/about"}},'
        f'{{"title": "List", "url": "{base}/current-list-of-deliberate-tax-defaulters"}}]}}}}'
    )
    locate = defaulters.feeds[0].locate
    assert locate
    assert locate(document) == f"{base}/current-list-of-deliberate-tax-defaulters"


@for_each(
    ("old", "new", "message"),
    [
        ("Period of default", "Years", r"table 1: the header has no column Period of default"),
        ("<td>Nail bar</td>", "", "table 1: row 4 has 5 columns where the header has 6"),
        ("Cobblewick Kebabs Limited", " ", "table 1: row 2: name is empty"),
        ("Cobblewick Kebabs Limited", "&mdash;", "no name that can be searched for"),
    ],
)
def test_a_page_that_changed_is_refused(read_list: Read, old: str, new: str, message: str) -> None:
    with pytest.raises(UnreadableFile, match=message):
        read_list(defaulters, {FILE: SAMPLE.replace(old, new, 1)})


def test_a_page_without_the_table_is_refused(read_list: Read) -> None:
    with pytest.raises(UnreadableFile, match="no table with the columns Name, Address"):
        read_list(defaulters, {FILE: f"<main>{OTHER}</main></html>"})


def test_news_is_told(read_list: Read) -> None:
    text = SAMPLE.replace("£110,592.33", "not stated").replace("</main>", f"{OTHER}</main>")
    text = text.replace("Business, trade or occupation", "Sector", 1)
    found = read_list(defaulters, {FILE: text})
    assert len(found.entries) == 5
    assert found.drift[0].startswith("unmapped header: no column Business trade")
    assert found.drift[1:] == (
        "unmapped penalty: not stated (1)",
        "unread column: Sector (1)",
    )


def test_one_defaulter_twice_is_refused(read_list: Read) -> None:
    row = SAMPLE[SAMPLE.index("<tr><td>Cobblewick") : SAMPLE.index("<tr><td>Barnaby")]
    with pytest.raises(UnreadableFile, match="appears twice"):
        read_list(defaulters, {FILE: SAMPLE.replace(row, row * 2)})
