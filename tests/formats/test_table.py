import codecs
import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from duediligence.errors import UsageError
from duediligence.formats import table as table_module
from duediligence.formats import textfile
from duediligence.formats.table import Table, read_table
from tests.rows import for_each
from tests.thorough import examples

HEADER = ["ref", "name", "town"]
ROWS = [["1", "Ünder & Sons", "Porthvellan"], ["2", 'The "Old" Mill, Ltd', "St Orlan"]]


def has_name(row: Sequence[str]) -> int:
    return sum(cell in HEADER for cell in row) if "name" in row else 0


def written(folder: Path, content: bytes | str, name: str = "suppliers.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def cells(table: Table) -> list[list[str]]:
    return [list(row) for _, row in table.rows]


def quoted(rows: Sequence[Sequence[str]], delimiter: str, end: str) -> str:
    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"'

    return "".join(delimiter.join(map(cell, row)) + end for row in rows)


@for_each("end", ["\r\n", "\n", "\r"])
@for_each("delimiter", [",", ";", "\t", "|"])
@for_each("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_any_text_dialect_gives_the_same_rows(
    tmp_path: Path, encoding: str, delimiter: str, end: str
) -> None:
    text = quoted([HEADER, *ROWS], delimiter, end)
    table = read_table(written(tmp_path, text.encode(encoding)), usable=has_name)
    assert list(table.header) == HEADER
    assert list(table.rows) == [(2, tuple(ROWS[0])), (3, tuple(ROWS[1]))]
    assert bool(table.notes) == (encoding == "cp1252")


def test_utf_16_is_read_in_either_byte_order(tmp_path: Path) -> None:
    text = "name\nÜnder\n"
    for mark, encoding in (
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
    ):
        table = read_table(written(tmp_path, mark + text.encode(encoding)))
        assert cells(table) == [["Ünder"]]


@for_each("kind", ["xlsx", "xls", "ods"])
def test_any_workbook_gives_the_same_rows(kind: str, request: pytest.FixtureRequest) -> None:
    rows = [HEADER, [1.0, "Ünder & Sons", "Porthvellan"], ["", "", ""], ["02", "Mill", 12.5]]
    path = request.getfixturevalue(kind)({"Suppliers": rows})
    table = read_table(path, usable=has_name)
    assert (list(table.header), table.sheet, table.notes) == (HEADER, "Suppliers", ())
    assert list(table.rows) == [
        (2, ("1", "Ünder & Sons", "Porthvellan")),
        (4, ("02", "Mill", "12.5")),
    ]


@for_each("kind", ["xlsx", "xls", "ods"])
def test_the_content_decides_and_not_the_name(kind: str, request: pytest.FixtureRequest) -> None:
    path: Path = request.getfixturevalue(kind)({"S": [HEADER, *ROWS]})
    for name in ("suppliers.csv", "suppliers", "suppliers.xls", "suppliers.xlsx", "suppliers.ods"):
        assert cells(read_table(path.rename(path.with_name(name)), usable=has_name)) == ROWS
        path = path.with_name(name)


def test_text_named_like_a_workbook_is_read_and_noted(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, quoted([HEADER, *ROWS], "\t", "\r\n"), "export.xls"))
    assert cells(table) == ROWS
    assert "text file" in table.notes[0]


def test_values_of_a_workbook_become_the_text_that_is_meant(tmp_path: Path) -> None:
    path = tmp_path / "values.xlsx"
    with xlsxwriter.Workbook(path, {"default_date_format": "mmm-yy"}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["name", "a", "b", "c", "d"])
        sheet.write_formula(1, 0, '="Under "&"Ltd"', None, "Under Ltd")
        sheet.write(1, 1, 1234567)
        sheet.write(1, 2, datetime.date(1965, 4, 23))
        sheet.write(1, 3, True)
        sheet.write(1, 4, 1e20)
        sheet.write_formula(2, 0, "=NA()", None, "#N/A")
        sheet.write(2, 1, "line_x000D_break")
    assert cells(read_table(path)) == [
        ["Under Ltd", "1234567", "1965-04-23", "TRUE", "1e+20"],
        ["", "line\rbreak", "", "", ""],
    ]


def test_the_first_visible_sheet_with_a_usable_header_is_read(tmp_path: Path) -> None:
    path = tmp_path / "many.xlsx"
    with xlsxwriter.Workbook(path) as book:
        hidden = book.add_worksheet("Old")
        hidden.write_column(0, 0, ["name", "Hidden Ltd"])
        hidden.hide()
        book.add_worksheet("Cover").write(0, 0, "Supplier register")
        book.add_worksheet("Empty")
        book.add_worksheet("Suppliers").write_column(0, 0, ["name", "Shown Ltd"])
        book.add_worksheet("Notes").write_column(0, 0, ["name", "Other Ltd"])
        book.get_worksheet_by_name("Cover").activate()
    table = read_table(path, usable=has_name)
    assert (table.sheet, cells(table)) == ("Suppliers", [["Shown Ltd"]])
    assert "not read: Old, Cover, Empty, Notes" in table.notes[0]
    assert cells(read_table(path, sheet="old", usable=has_name)) == [["Hidden Ltd"]]
    with pytest.raises(UsageError, match="no sheet 'Nope'") as caught:
        read_table(path, sheet="Nope")
    assert "Old, Cover, Empty, Suppliers, Notes" in caught.value.hint


def test_a_workbook_without_a_usable_header_still_shows_its_columns(xlsx: Any) -> None:
    table = read_table(
        xlsx({"Empty": [], "S": [["Report"], ["a", "b", "c"], ["1", "2", "3"]]}), usable=has_name
    )
    assert table.header == ("a", "b", "c")


def test_text_has_no_sheets(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no sheets"):
        read_table(written(tmp_path, "name\nA\n"), sheet="Suppliers")


def test_titles_above_the_header_are_passed_over_and_noted(tmp_path: Path) -> None:
    text = "Supplier register,,\nas of May,,\n,,\nref,name,town\n1,A,B\n\n,,\n2,C,D\n"
    table = read_table(written(tmp_path, text), usable=has_name)
    assert list(table.header) == HEADER
    assert [row for row, _ in table.rows] == [5, 8]
    assert "rows 1 to 3" in table.notes[0]


def test_a_header_below_the_first_twenty_rows_is_not_found(tmp_path: Path) -> None:
    def starting_at(row: int) -> Path:
        return written(tmp_path, "title,x\n" * (row - 1) + "ref,name\n1,A\n")

    assert read_table(starting_at(20), usable=has_name).header == ("ref", "name")
    assert read_table(starting_at(21), usable=has_name).header == ("title", "x")


@for_each(
    ("text", "expected"),
    [
        ("name\nSmithy, Jonesy & Co\nUnder; Ltd\n", [["Smithy, Jonesy & Co"], ["Under; Ltd"]]),
        ('name\n"Smithy, Jonesy & Co"\n', [["Smithy, Jonesy & Co"]]),
        ("ref;name;town\n1;A, B and C;D, E\n", [["1", "A, B and C", "D, E"]]),
        ("ref,name,town\n1,A;B;C;D,E|F\n", [["1", "A;B;C;D", "E|F"]]),
        ('name,town\n"A\nB",C\n', [["A\nB", "C"]]),
        ("name,town\nA,B\n\x1a", [["A", "B"]]),
    ],
)
def test_the_delimiter_is_that_of_the_header(
    tmp_path: Path, text: str, expected: list[list[str]]
) -> None:
    assert cells(read_table(written(tmp_path, text), usable=has_name)) == expected


def test_a_cell_with_a_line_break_counts_as_one_row(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, 'name,town\n"A\r\nB\nC",D\nE,F\n'), usable=has_name)
    assert [row for row, _ in table.rows] == [2, 3]


@for_each(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b" \r\n\t\n", "is empty"),
        (b"\xef\xbb\xbf", "has no rows"),
        (b",,\n,,\n", "has no rows"),
        (b"%PDF-1.7\n", "is a PDF"),
        (b"\n<!DOCTYPE html><html>", "is a web page"),
        (b"\xef\xbb\xbf<table><tr><td>name</td></tr></table>", "is a web page"),
        (b'<?xml version="1.0"?><Workbook/>', "is an XML document"),
        (b"{\\rtf1", "is a Word document"),
        (b"\x89PNG\r\n\x1a\n", "is a picture"),
        (b"\x1f\x8b\x08\x00", "is a compressed file"),
        (b"\x09\x08\x10\x00\x00\x06\x05\x00", "very old Excel"),
        (b"PK\x03\x04 and no more", "damaged or cut short"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "damaged or cut short"),
        ("name\nA\n".encode("utf-16-le"), "is not a text file"),
        (codecs.BOM_UTF16_LE + b"n\0a\0m\0e\0\n\0\x00\xd8A\0", "is not utf-16 text"),
        (b"\xef\xbb\xbfname\n\xff\n", "is not utf-8 text"),
        (b"name\n\x81\n", "is not utf-8 or Windows-1252 text"),
        (b'name,town\nA,"B\nC,D\n', "row 2 cannot be separated from the rows after it"),
        (b'name,town\n"A,1\nB,"2"\n', "row 2 cannot be separated"),
        (b'name\n"' + b"x" * 1_000_001 + b'"\n', "row 2 holds a cell of over 1,000,000"),
        (b"name\n" + b"x" * 10_000_000 + b"\n", "line 2 is over"),
        (b"," * 1_001 + b"name\n", "1,002 columns"),
    ],
)
def test_a_file_that_cannot_be_used_is_a_usage_error(
    tmp_path: Path, content: bytes, message: str
) -> None:
    with pytest.raises(UsageError, match=r"suppliers\.csv: ") as caught:
        list(read_table(written(tmp_path, content), usable=has_name).rows)
    assert message in str(caught.value)


def test_what_is_no_file_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        read_table(tmp_path / "nothing.csv")
    with pytest.raises(UsageError, match="is a folder"):
        read_table(tmp_path)


def test_a_file_over_the_cap_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.write(b"name\n")
        file.truncate(200_000_001)
    with pytest.raises(UsageError, match="200,000,001 bytes"):
        read_table(path)


def test_rows_over_the_cap_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_module, "MAX_ROWS", 3)
    path = written(tmp_path, "name\n" + "A\n\n" * 3)
    assert len(list(read_table(path).rows)) == 3
    written(tmp_path, "name\n" + "A\n\n" * 4)
    with pytest.raises(UsageError, match="over 3 rows"):
        list(read_table(path).rows)


def test_delimiter_is_found_though_the_sample_ends_inside_a_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(textfile, "_SAMPLE_CHARACTERS", 40)
    text = quoted([HEADER, *ROWS], ";", "\n")
    assert cells(read_table(written(tmp_path, text), usable=has_name)) == ROWS


@settings(max_examples=examples(150), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
@example(content=b"a\x00,b\n")
@example(content=b'"')
def test_any_bytes_give_rows_or_a_usage_error(tmp_path: Path, content: bytes) -> None:
    try:
        table = read_table(written(tmp_path, content))
        rows = list(table.rows)
    except UsageError:
        return
    assert any(table.header)
    assert all(any(cell.strip() for cell in row) for _, row in rows)


# Text in a table: no NUL, no lone surrogate, nothing that is blank or a mark to a reader.
plain = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff"), max_size=12
)


@settings(max_examples=examples(150), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.lists(plain, min_size=3, max_size=3), max_size=6),
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_is_written_comes_back(
    tmp_path: Path, rows: list[list[str]], delimiter: str, end: str, encoding: str
) -> None:
    text = quoted([HEADER, *rows], delimiter, end)
    table = read_table(written(tmp_path, text.encode(encoding)), usable=has_name)
    assert list(table.header) == HEADER
    assert cells(table) == [row for row in rows if any(cell.strip() for cell in row)]
