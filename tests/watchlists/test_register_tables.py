"""What registers' files have in common: a header, rows, and firms as UK registers write them."""

from pathlib import Path

import pytest
import xlsxwriter
from duediligence.watchlists.toolkit.bodies import (
    build_address,
    company,
    kind_of,
    names_in,
)
from duediligence.watchlists.toolkit.entries import derived_id
from duediligence.watchlists.toolkit.tables import Layout, read
from hypothesis import given
from hypothesis import strategies as st

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.model import Address, Identifier, Name
from tests.rows import for_each

LAYOUT = Layout(
    needed={"name": "Name", "town": "Town/City | Town"},
    wanted={"rating": "Rating"},
    extra={"trading": "Trading name"},
    passed_over=("Phone number",),
    prefixes=("Brand ",),
)


def load(path: Path, content: str | bytes, name: str = "r.csv") -> tuple[list[dict], list[str]]:
    file = path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    drift = Drift()
    rows = [dict(row.cells) for row in read(file, LAYOUT, drift)]
    return rows, list(drift.lines())


def test_columns_are_found_by_their_headings_whatever_the_order(tmp_path: Path) -> None:
    text = '\ufeffTOWN,Phone Number,name,Rating,Brand size\r\nTruro, 1 ," A\nLtd",Good,2\r\n\r\n'
    rows, drift = load(tmp_path, text)
    assert rows == [{"name": "A Ltd", "town": "Truro", "rating": "Good", "trading": ""}]
    assert drift == []


def test_a_preamble_is_passed_over_and_news_is_told(tmp_path: Path) -> None:
    rows, drift = load(tmp_path, "Register of things\n\nName,Town,Colour\nA,B,red\n")
    assert rows == [{"name": "A", "town": "B", "rating": "", "trading": ""}]
    assert drift == ["unmapped header: no column Rating (1)", "unread column: Colour (1)"]


def test_an_extra_column_is_read_where_it_is_and_no_news_where_it_is_not(tmp_path: Path) -> None:
    rows, drift = load(tmp_path, "Name,Town,Rating,Trading Name\nA,B,Good,Bolt\n")
    assert (rows[0]["trading"], drift) == ("Bolt", [])
    with pytest.raises(UnreadableFile, match="more than one column Trading name"):
        load(tmp_path, "Name,Town,Rating,Trading Name,trading name\nA,B,Good,Bolt,Bolt\n")


def test_a_workbook_is_read_as_text_is(tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("README").write(0, 0, "About this file")
        sheet = book.add_worksheet("Data")
        for at, row in enumerate((("Name", "Town", "Rating"), ("A", "B", "Good"), ("C", "D"))):
            sheet.write_row(at, 0, row)
    found = [row.cells["name"] for row in read(file, LAYOUT, Drift())]
    assert found == ["A", "C"]


@for_each(
    ("content", "message"),
    [
        ("", "is empty"),
        ("Name,Rating\nA,B\n", "no column Town/City or Town"),
        ("Name,Town,Town/City\nA,B,C\n", "more than one column Town/City or Town"),
        ("Name,Town\n", "holds no rows"),
        ("Name,Town\nA\n", "row 2 has 1 columns where the header has 2"),
        ("Name,Town\nA,B,C\n", "row 2 has 3 columns where the header has 2"),
        ('Name,Town\nA,"B\n', "row 2"),
        ("<!doctype html><p>", "is a web page"),
        (b"PK\x03\x04rubbish", "damaged"),
    ],
)
def test_what_is_no_such_table_is_refused(
    content: str | bytes, message: str, tmp_path: Path
) -> None:
    with pytest.raises(UnreadableFile, match=message):
        load(tmp_path, content)


def test_an_empty_cell_that_is_needed_is_named(tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_text("Name,Town\nA,\n")
    (row,) = read(file, LAYOUT, Drift())
    assert row.filled("name") == "A"
    with pytest.raises(UnreadableFile, match=r"r\.csv: row 2: town is empty"):
        row.filled("town")


@for_each(
    ("text", "names"),
    [
        ("Acme Ltd", ["Acme Ltd"]),
        ("Acme Ltd t/a Bolt", ["Acme Ltd", "Bolt"]),
        ("Acme Ltd (trading as Bolt)", ["Acme Ltd", "Bolt"]),
        ("Acme Ltd, T/A: Bolt (Truro)", ["Acme Ltd", "Bolt (Truro)"]),
        ("T/A Bolt", ["T/A Bolt"]),
        ("Acme T/A", ["Acme"]),
        ("Pat/Alex Builders", ["Pat/Alex Builders"]),
        ("Acme trading as ACME", ["Acme"]),
    ],
)
def test_trading_names_are_taken_apart(text: str, names: list[str]) -> None:
    assert [name.text for name in names_in(text)] == names
    assert all(name.type == "trading" for name in names_in(text)[1:])


def test_more_trading_names_are_added_once() -> None:
    assert names_in("Acme Ltd", "", "Bolt", "acme ltd") == (
        Name("Acme Ltd"),
        Name("Bolt", "trading"),
    )


def test_kinds_numbers_and_addresses() -> None:
    assert kind_of("Acme Ltd.") == kind_of("Acme (UK) LIMITED (Truro)") == "organisation"
    assert kind_of("Acme Ltd t/a Bolt") == kind_of("Bolt", numbered=True) == "organisation"
    assert kind_of("W Scott") == kind_of("Limited Editions of Truro") == "unknown"
    assert kind_of("W Scott", numbered=True) == "organisation"
    drift = Drift()
    assert company("9900123 ", "No", drift) == (Identifier("GB-COH", "09900123"),)
    assert company("N/A", "No", drift) == company("x99", "No", drift) == ()
    assert drift.lines() == ("unmapped No: x99 (1)",)
    assert build_address("1 Row,", "", "Town", "Town", postcode="zy1 1aa") == (
        Address("1 Row, Town ZY1 1AA", "ZY1 1AA"),
    )
    assert build_address("", "") == ()
    assert derived_id("Acme (UK) Ltd", "St. Ives") == "acme-uk-ltd.st-ives"


@given(st.text())
def test_any_text_has_names_without_blanks_around(text: str) -> None:
    assert all(name.text == name.text.strip() for name in names_in(" ".join(text.split())))
