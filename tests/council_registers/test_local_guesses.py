"""What a starter makes of registers as councils keep them: odd headings, titles above, pages."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from duediligence.council_registers import examine_register, files_in, read_description
from duediligence.council_registers.guesses import (
    find_header,
    guess_column_content,
    guess_columns,
    guess_dates,
    likely_columns,
    list_unreadable_dates,
)
from duediligence.council_registers.starter import Starter, draft_description, next_selector
from duediligence.council_registers.values import Dates
from duediligence.errors import UsageError
from tests.rows import for_each

PLANNING = """\
Tremorvah District Council;;;;;;;
Planning Enforcement – Register of notices;;;;;;;
;;;;;;;
Our Ref;Nature of Notice;Land Affected;Post code;Person / Co. served;Date Issued;Position;Ward
ENF/1;TSN;4 Slate Lane, Café yard;ZY7 3QA;Gullrock Joinery Ltd;3-Mar-25;Complied;Harbour
ENF/2;Section 215 Notice;2 Mill Row;ZY7 2HH;Kestle Hire Ltd;30-Sep-26;Not complied;Caldern
ENF/3;BCN;Land off Chapel Road;;Mr J. Invented;9-Jan-26;Appeal lodged;Caldern
"""
ROWS = [
    ("L1", "The Merry Maiden", "12 Quay Street, ZY7 3PT", "Merry Inns Ltd", "Granted"),
    ("L2", "Spice", "3 The Square, ZY7 9AA", "Spice Catering Ltd", "Revoked"),
    ("L3", "Swift Cars", "Station Yard, ZY7 9AB", "Swift Cars Ltd", "Suspended"),
]


def page(number: int, pager: str) -> str:
    cells = "".join(f"<td>{cell}</td>" for cell in ROWS[number - 1])
    heads = ("Lic No", "Premises", "Location", "Holder of licence", "Decision")
    return (
        "<!DOCTYPE html><html><body><table><tr><td>Home</td><td>Services</td></tr></table>"
        f"<table><tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr><tr>{cells}</tr></table>"
        f"{pager}</body></html>"
    )


def parsed(found: Starter) -> dict[str, Any]:
    return tomllib.loads(found.text)


def test_a_register_of_odd_headings_is_understood(tmp_path: Path) -> None:
    (tmp_path / "notices.csv").write_bytes(PLANNING.encode("cp1252"))
    found = draft_description(tmp_path / "notices.csv", tmp_path / "out.toml", "planning")
    document = parsed(found)
    assert document["columns"] == {
        "record_ref": "Our Ref",
        "record_type": "Nature of Notice",
        "subject_name": "Person / Co. served",
        "premises_address": "Land Affected",
        "postcode": "Post code",
        "decision_date": "Date Issued",
        "status": "Position",
    }
    assert document["dates"] == {"format": "%d-%b-%y", "year_pivot": 50}
    assert set(document["values"]["record_type"].values()) == {"notice"}
    assert document["values"]["status"] == {
        "Appeal lodged": "under_appeal",
        "Not complied": "live",
    }
    # What rests on part of a heading, or on the cells, is for a person to check.
    assert 'record_ref = "Our Ref"  # CHECK' in found.text
    assert any("Person / Co. served" in line for line in found.unsure)
    assert '# ignore = ["Ward"]' in found.text
    (tmp_path / "out.toml").write_text(found.text, encoding="utf-8")
    description = read_description(tmp_path / "out.toml")
    assert len(examine_register(description, files_in(description)).entries) == 3


def test_a_folder_of_pages_is_a_sample(tmp_path: Path) -> None:
    folder = tmp_path / "licensing pages"
    folder.mkdir()
    for number, pager in (
        (1, '<a class="pager" href="p2.html">Next &raquo;</a>'),
        (2, '<a class="pager" href="p1.html">Back</a><a class="pager" href="p3.html">Next »</a>'),
        (3, '<a class="pager" href="p2.html">Back</a>'),
    ):
        (folder / f"p{number}.html").write_text(page(number, pager), encoding="utf-8")
    found = draft_description(folder, tmp_path / "out.toml", "licensing")
    document = parsed(found)
    assert document["source"] == {
        "folder": "licensing pages",
        "files": "*.html",
        "format": "html",
        "next": 'a:-soup-contains("Next")',
    }
    assert document["columns"] == {
        "record_ref": "Lic No",
        "record_type": "Decision",
        "subject_name": "Holder of licence",
        # `Premises` beside an address is the name over the door.
        "trading_name": "Premises",
        "premises_address": "Location",
    }
    # Words of every page, not of the first alone.
    assert document["values"]["record_type"] == {
        "Granted": "registration",
        "Revoked": "licence_revoked",
        "Suspended": "licence_revoked",
    }
    (tmp_path / "out.toml").write_text(found.text, encoding="utf-8")
    description = read_description(tmp_path / "out.toml")
    assert len(examine_register(description, files_in(description)).entries) == 3


def test_one_page_of_several_says_to_save_them_all(tmp_path: Path) -> None:
    (tmp_path / "p1.html").write_text(page(1, '<a rel="next" href="p2.html">More</a>'))
    found = draft_description(tmp_path / "p1.html", tmp_path / "out.toml")
    assert "next" not in parsed(found)["source"]
    assert any("the name of the folder" in line for line in found.unsure)


def test_a_folder_without_files_and_an_address_are_no_sample(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no files"):
        draft_description(tmp_path, tmp_path / "out.toml")
    with pytest.raises(UsageError, match="a sample is a file"):
        draft_description(Path("https://council.example.org/register"), tmp_path / "out.toml")


@for_each(
    ("pager", "selector"),
    [
        ('<a rel="next nofollow" href="2">2</a>', "a[rel~=next]"),
        # Above the table and below it.
        ('<a class="page-next" href="2">Next</a>' * 2, "a.page-next"),
        ('<a class="pager" href="2">Next</a>', 'a:-soup-contains("Next")'),
        ('<ul><li class="next"><a href="2">Next page</a></li></ul>', ".next > a"),
        ('<a aria-label="Next page" href="2">›</a>', 'a[aria-label="Next page"]'),
        ('<a href="2">next ></a>', 'a:-soup-contains("next")'),
        ('<a href="2">next</a> <a href="/n">The next meeting</a>', ""),
        ('<a href="9">Last</a>', ""),
    ],
)
def test_the_link_to_the_next_page_is_found(tmp_path: Path, pager: str, selector: str) -> None:
    (tmp_path / "p.html").write_text(f"<html><body>{pager}</body></html>", encoding="utf-8")
    assert next_selector(tmp_path / "p.html") == selector


@for_each(
    ("cells", "held"),
    [
        (["", "n/a"], ""),
        (["3-Mar-25", "soon", "4-Mar-25"], "date"),
        (["ZY7 3QA", "zy72hh"], "postcode"),
        (["https://example.org/1"], "link"),
        (["£1,200.00", "15"], "number"),
        (["4 Slate Lane", "Yard, ZY7 3QA"], "address"),
        (["Quill Ltd", "Jo Invented", "Ferrow LLP"], "name"),
        (["Untidy land", "A fence"], "text"),
    ],
)
def test_a_column_is_told_by_its_cells(cells: list[str], held: str) -> None:
    assert guess_column_content(cells) == held


def test_a_heading_that_the_cells_belie_is_not_believed() -> None:
    header = ["Served", "Recipient"]
    held = {"Served": "name", "Recipient": "date"}
    assert guess_columns(header) == {"subject_name": ("Recipient",), "decision_date": ("Served",)}
    assert guess_columns(header, held) == {}  # type: ignore[arg-type]


def test_people_of_the_council_are_no_subject() -> None:
    header = ["Case officer name", "Ward name", "Agent's address"]
    cells = {heading: ["Jo Invented", "Al Made-Up"] for heading in header}
    held = dict.fromkeys(header, "text")
    assert likely_columns(header, {}, cells, held) == ({}, ())  # type: ignore[arg-type]


def test_a_number_that_several_records_share_is_not_theirs() -> None:
    header = ["Provider ID", "Site ID"]
    cells = {"Provider ID": ["1", "1", "1"], "Site ID": ["A1", "A2", "A3"]}
    found, likely = likely_columns(
        header, {}, cells, {h: guess_column_content(cells[h]) for h in header}
    )
    assert found == {"record_ref": ("Site ID",)}
    assert likely == ("record_ref",)


def test_a_header_that_nobody_knows_is_still_the_header(tmp_path: Path) -> None:
    # The first row has fewer filled cells than those below, and no heading that is known.
    (tmp_path / "s.csv").write_text(",firm,stars,lat\n28,@ Home,5,50.2\n29,Fish Bar,4,50.1\n")
    found = draft_description(tmp_path / "s.csv", tmp_path / "out.toml")
    assert "# not guessed: firm" in found.text


def test_one_date_that_is_none_does_not_hide_how_the_rest_are_written() -> None:
    cells = ["24/01/2021", "13/05/2016", "02/03/3017"]
    assert guess_dates(cells) == (Dates(), True)
    assert list_unreadable_dates(cells, Dates()) == ["02/03/3017"]


def test_a_header_is_known_by_what_is_below_it_and_not_by_a_word_of_a_record() -> None:
    # No heading is known, and a record holds a word that is the heading of many registers.
    rows = [
        ("CareService", "Subtype", "Place", "Sits_in", "Beds"),
        ("Support Service", "Care at Home", "Wren Lodge", "ZY1 2AB", "4"),
        ("Support Service", "Local Authority", "Wren Hall", "ZY1 2AC", "5"),
    ]
    assert find_header(rows) == 0
    # Titles, a row of groups, breaks in headings, columns without one.
    titled = [
        ("Homes at 31 March 2026", "", "", "", ""),
        ("", "", "", "", ""),
        ("", "", "Latest inspection", "", ""),
        ("Web link", "Name", "\nLatest\n date", "Grade", ""),
        ("Open the page", "Wren Lodge", "03/02/2026", "Good", ""),
    ]
    assert find_header(titled) == 3
    # Each row is like the others: none says what they hold.
    assert find_header(rows[1:]) is None


def test_a_file_without_headings_is_refused(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("Wren Ltd,1,02/09/2026\nRook Ltd,2,03/09/2026\n")
    with pytest.raises(UsageError, match="none of its first 2 rows is a row of headings"):
        draft_description(tmp_path / "s.csv", tmp_path / "out.toml")


def test_a_column_of_one_value_is_no_subject_nor_is_one_of_codes() -> None:
    owners = [f"Owner of house {number}" for number in range(12)]
    cells = {
        "Name": ["REDACTED"] * 9 + ["Wren Lodge"] * 3,
        "json_name": [f"fieldNumber{number}" for number in range(12)],
        "Organisation which owns it": owners,
    }
    held = {heading: guess_column_content(of) for heading, of in cells.items()}
    known = guess_columns(list(cells), held)
    found, _ = likely_columns(list(cells), known, cells, held)
    assert found["subject_name"] == ("Organisation which owns it",)
