"""A cell that is merged over several rows holds for each of them."""

from pathlib import Path

import xlsxwriter

from duediligence.formats import html, ods
from duediligence.formats.table import read_table
from tests.council_registers.forms import write_ods
from tests.rows import for_each

EXPECTED = [("L/1", "Quay Inn"), ("L/1", "Heron Bar"), ("L/2", "Moss Hall")]


def rows_of(path: Path) -> list[tuple[str, ...]]:
    table = read_table(path)
    assert table.header == ("Ref", "Name")
    return [cells for _, cells in table.rows]


@for_each("left", [0, 2])
def test_in_a_workbook(tmp_path: Path, left: int) -> None:
    path = tmp_path / "made.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, left, 0, left + 1, "Licences")
        sheet.write_row(3, left, ["Ref", "Name"])
        sheet.merge_range(4, left, 6, left, "L/1")
        sheet.write(4, left + 1, "Quay Inn")
        sheet.write(5, left + 1, "Heron Bar")
        # The third row that it covers is blank beside it, and stays so.
        sheet.write_row(7, left, ["L/2", "Moss Hall"])
    table = read_table(path, usable=lambda row: len({"Ref", "Name"} & set(row)))
    assert [cells for _, cells in table.rows] == EXPECTED


def test_in_an_opendocument_sheet(tmp_path: Path) -> None:
    path = tmp_path / "made.ods"
    rows = [
        [("Ref", 1), ("Name", 1)],
        [("L/1", 2), ("Quay Inn", 1)],
        [("", 1), ("Heron Bar", 1)],
        [("L/2", 1), ("Moss Hall", 1)],
    ]
    write_ods(path, rows)
    assert ods.has_merged_or_formulas(path)
    assert rows_of(path) == EXPECTED
    write_ods(path, [[(text, 1) for text, _ in row] for row in rows])
    assert not ods.has_merged_or_formulas(path)


def test_a_merge_that_goes_on_beyond_the_rows_ends_with_them(tmp_path: Path) -> None:
    path = tmp_path / "made.ods"
    write_ods(path, [[("Ref", 1), ("Name", 1)], [("L/1", 1_048_575), ("Quay Inn", 1)]])
    assert rows_of(path) == EXPECTED[:1]


def test_on_a_page(tmp_path: Path) -> None:
    path = tmp_path / "made.html"
    path.write_text(
        "<html><table><tr><th>Ref</th><th>Name</th></tr><tr><td rowspan=2>L/1</td><td>Quay Inn</td>"
        "</tr><tr><td>Heron Bar</td></tr><tr><td>L/2</td><td>Moss Hall</td></tr></table></html>"
    )
    (table,) = html.read_html_tables(html.page(path))
    assert [tuple(cell.text for cell in cells) for _, cells in table.rows] == EXPECTED
