"""Promoters of tax avoidance: tables of labels and values under headings, and tables of rows."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from duediligence.watchlists.hmrc_avoidance_promoters import parse as promoters

from duediligence.errors import UnreadableFile
from duediligence.law.crimes import grounds_for
from duediligence.model import Name
from tests.rows import for_each

Read = Callable[..., Any]


def page(body: str) -> dict[str, str]:
    return {"avoidance-promoters.html": f"<html><main>{body}</main></html>"}


def test_parties_under_headings_and_in_rows(read_sample: Read) -> None:
    found = read_sample(promoters)
    assert [(entry.name, entry.kind, entry.listed_on) for entry in found.entries] == [
        ("Pennybright Umbrella Limited", "organisation", date(2026, 8, 14)),
        ("Cyprian Overdale", "unknown", date(2026, 8, 14)),
        ("Larksong Payroll LLP", "organisation", date(2026, 11, 5)),
        ("Doverwick Contractor Services Ltd", "organisation", date(2026, 11, 5)),
    ]
    assert found.drift == ("left out: table after the first of a party (2)",)
    assert found.published == date(2026, 11, 5)
    first = found.entries[0]
    assert first.names[1] == Name("Brightpay Invented", "trading")
    assert first.record.event.endswith("scheme: Pennybright loan arrangement")
    assert first.remarks == "Part of the pay is called a loan."


def test_only_the_first_table_under_a_heading_is_about_the_party(read_list: Read) -> None:
    party = "<h3>Acme Ltd</h3><table><tr><td>Address<td>Truro, TR1 1AA</table>"
    evidence = "<table><tr><th>A<th>B<th>C<tr><td>1<td>2<td>3</table>"
    rows = "<table><tr><th>Name<th>Address<tr><td>Bolt Ltd<td>Truro</table>"
    found = read_list(promoters, page(party + evidence + evidence + rows))
    assert [entry.name for entry in found.entries] == ["Acme Ltd", "Bolt Ltd"]
    assert found.drift == ("left out: table after the first of a party (2)",)
    # In a section without such headings, each table is about a party of its own.
    both = "<table><tr><td>Name<td>A Ltd</table><table><tr><td>Name<td>B Ltd</table>"
    assert len(read_list(promoters, page(both)).entries) == 2
    assert len(read_list(promoters, page(f"{party}<h2>Suppliers</h2>{both}")).entries) == 3


def test_leaving_the_list_clears_nobody() -> None:
    assert "listed for 12 months" in promoters.notes
    assert "not cleared" in promoters.notes


def test_a_warning_goes_to_no_ground(read_sample: Read) -> None:
    record = read_sample(promoters).entries[0].record
    assert grounds_for(record.act_section, record.type) == promoters.grounds == ()


def test_the_current_list_is_found_on_the_publication(tmp_path: Path) -> None:
    base = promoters.homepage.removeprefix("https://www.gov.uk")
    links = f'<a href="{base}/about">About</a><a href="{base}/current-list">List</a>'
    (tmp_path / "d.html").write_text(f"<main>{links}</main>")
    locate = promoters.feeds[0].locate
    assert locate
    assert locate(tmp_path / "d.html") == f"{base}/current-list"


def test_labels_that_are_new_are_told(read_list: Read) -> None:
    rows = "<tr><td>Name<td>Acme Ltd<tr><td>Colour<td>Red<tr><td>Name of director<td>A B"
    found = read_list(promoters, page(f"<h3>Acme</h3><table>{rows}</table>"))
    assert found.entries[0].id == "acme-ltd"
    assert found.drift == ("unread column: Colour (1)", "unread column: Name of director (1)")


@for_each(
    ("body", "message"),
    [
        ("<p>Nobody</p>", "holds no entry"),
        ("<table><tr><td>Scheme<td>A scheme</table>", "table 1: names nobody"),
        ("<table><tr><th>Scheme<th>Address<th>Day<tr><td>A<td>B<td>C</table>", "no column names"),
        ("<table><tr><th>Name<th>Address<tr><td>A</table>", "row has 1 columns where the header"),
        ("<table><tr><td>A<td>B<td>C</table>", "neither labels and values"),
    ],
)
def test_a_page_that_changed_is_refused(read_list: Read, body: str, message: str) -> None:
    with pytest.raises(UnreadableFile, match=message):
        read_list(promoters, page(body))
