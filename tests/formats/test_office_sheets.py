"""Cells of an XLSX with what is hidden and what is a formula, from files of any making."""

import io
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from duediligence.errors import UsageError
from duediligence.formats.office_sheets import OfficeCell, OfficeWorkbook, read_office_workbook
from tests.rows import for_each

from ..filled_workbook import DECISIONS, parts, save

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"


@pytest.fixture(scope="module")
def sample() -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet("One")
        sheet.write_row(0, 0, ["Heading", 12, 1.5, True])
        sheet.write_formula(1, 0, "=1+1", None, 2)
        sheet.write_rich_string(1, 1, "a ", book.add_format({"bold": True}), "b", " c")
        sheet.write_string(3, 2, "_x0041_ and \x01")
        sheet.set_row(3, None, None, {"hidden": True})
        sheet.set_column(2, 4, None, None, {"hidden": True})
        book.add_worksheet("Two").hide()
    return made.getvalue()


def of(body: bytes, tmp_path: Path) -> OfficeWorkbook:
    path = tmp_path / "a.xlsx"
    path.write_bytes(body)
    return read_office_workbook(path, ["One", "Two"])


def test_cells_are_read_with_what_is_hidden(sample: bytes, tmp_path: Path) -> None:
    book = of(sample, tmp_path)
    one, two = book.sheets["One"], book.sheets["Two"]
    assert (one.hidden, two.hidden, two.rows, book.from_1904) == (False, True, (), False)
    assert set(one.hidden_columns) == {2, 3, 4}
    first, second, fourth = one.rows
    assert first.cells == {
        0: OfficeCell("Heading"),
        1: OfficeCell("12", number=True),
        2: OfficeCell("1.5", number=True),
        3: OfficeCell("TRUE"),
    }
    assert second.cells == {0: OfficeCell("2", number=True, formula=True), 1: OfficeCell("a b c")}
    assert (fourth.number, fourth.hidden, fourth.cells[2].text) == (4, True, "_x0041_ and \x01")


def test_only_the_wanted_sheets_are_read(sample: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(sample)
    assert set(read_office_workbook(tmp_path / "a.xlsx", ["Two", "Three"]).sheets) == {"Two"}


@for_each(
    ("row", "expected"),
    [
        ('<row><c t="inlineStr"><is><t>x</t></is></c><c><v>2</v></c></row>', {0: "x", 1: "2"}),
        ('<row r="5"><c r="C5" t="str"><v>x</v></c></row>', {2: "x"}),
        ('<row r="5"><c r="A5" t="str"><f>B1</f><v/></c></row>', {0: ""}),
        ('<row r="5"><c r="A5" t="e"><v>#N/A</v></c></row>', {0: "#N/A"}),
        ('<row r="5"><c r="A5" t="d"><v>2026-11-24</v></c></row>', {0: "2026-11-24"}),
        ('<row r="5"><c r="A5"><v>1E3</v></c></row>', {0: "1000"}),
        (
            '<row r="5"><c r="A5" t="inlineStr"><is><r><t>a</t></r><rPh><t>no</t></rPh>'
            "<r><t>b</t></r></is></c></row>",
            {0: "ab"},
        ),
    ],
)
@for_each("namespace", [MAIN, STRICT])
def test_each_way_of_writing_a_cell_is_read(
    sample: bytes, tmp_path: Path, row: str, expected: dict[int, str], namespace: str
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(sample)
    sheet = f'<worksheet xmlns="{namespace}"><sheetData>{row}</sheetData></worksheet>'
    save(path, {**parts(path), DECISIONS: sheet.encode()})
    (found,) = read_office_workbook(path, ["One"]).sheets["One"].rows
    assert {at: cell.text for at, cell in found.cells.items()} == expected


def test_days_may_count_from_1904(sample: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(sample)
    members = parts(path)
    book = members["xl/workbook.xml"].replace(b"<workbookPr ", b'<workbookPr date1904="1" ', 1)
    save(path, {**members, "xl/workbook.xml": book})
    assert read_office_workbook(path, ["One"]).from_1904


@for_each("member", ["xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"])
def test_a_part_that_is_not_there_is_damage(sample: bytes, tmp_path: Path, member: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(sample)
    save(path, {name: body for name, body in parts(path).items() if name != member})
    with pytest.raises(UsageError, match="is damaged or cut short"):
        read_office_workbook(path, ["One"])


def test_other_spreadsheets_are_to_be_saved_as_xlsx(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    save(path, {"mimetype": b"application/vnd.oasis", "content.xml": b"<a/>"})
    with pytest.raises(UsageError, match="is not an Excel workbook") as refused:
        read_office_workbook(path, ["One"])
    assert "save it as Excel workbook" in str(refused.value.hint)


@given(data=st.data())
def test_any_damage_is_read_or_refused_in_plain_words(
    data: st.DataObject, sample: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Bytes of the package or of one of its documents are overwritten."""
    path = tmp_path_factory.mktemp("damaged") / "a.xlsx"
    path.write_bytes(sample)
    members = parts(path)
    name = data.draw(st.sampled_from(["", DECISIONS, "xl/workbook.xml", "xl/sharedStrings.xml"]))
    body = bytearray(members[name] if name else sample)
    at = data.draw(st.integers(0, len(body) - 1))
    body[at : at + 4] = data.draw(st.binary(min_size=1, max_size=12))
    if name:
        save(path, {**members, name: bytes(body)})
    else:
        path.write_bytes(body)
    told = "a.xlsx: "
    try:
        read_office_workbook(path, ["One", "Two"])
    except UsageError as error:
        told = error.message
    assert told.startswith("a.xlsx: ")


@given(texts=st.lists(st.text(st.characters(codec="utf-8"), max_size=40), min_size=1, max_size=5))
def test_every_text_comes_back(texts: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("texts") / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("One")
        for at, text in enumerate(texts):
            sheet.write_string(0, at, f"|{text}")
    (row,) = read_office_workbook(path, ["One"]).sheets["One"].rows
    # A spreadsheet has no non-characters, and one kind of line end.
    told = {at: f"|{text}" for at, text in enumerate(texts)}
    for at, text in told.items():
        if not set(text) & set("\ufffe\uffff\r"):
            assert row.cells[at].text == text
