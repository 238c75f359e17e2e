"""A large ODS is read row by row, and gives what the reader of workbooks gives of a small one."""

import zipfile
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from python_calamine import load_workbook

from duediligence.formats import ods, workbook
from tests.rows import for_each
from tests.thorough import examples

SAMPLES = Path(__file__).parents[2] / "duediligence" / "demo" / "lists"
_URN = "urn:oasis:names:tc:opendocument:xmlns"
_ROOT = (
    f'<office:document-content xmlns:office="{_URN}:office:1.0" xmlns:table="{_URN}:table:1.0" '
    f'xmlns:text="{_URN}:text:1.0" xmlns:style="{_URN}:style:1.0">'
)


def packed(folder: Path, tables: str, styles: str = "", root: str = _ROOT) -> Path:
    path = folder / "made.ods"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr(
            "content.xml",
            f"{root}<office:automatic-styles>{styles}</office:automatic-styles><office:body>"
            f"<office:spreadsheet>{tables}</office:spreadsheet></office:body>"
            "</office:document-content>",
        )
        manifest = f'<manifest:manifest xmlns:manifest="{_URN}:manifest:1.0"/>'
        package.writestr("META-INF/manifest.xml", manifest)
    return path


def table(rows: str, name: str = "S", style: str = "") -> str:
    return f'<table:table table:name="{name}" table:style-name="{style}">{rows}</table:table>'


def row(*cells: str, times: int = 1) -> str:
    return (
        f'<table:table-row table:number-rows-repeated="{times}">{"".join(cells)}</table:table-row>'
    )


def text(value: str, times: int = 1) -> str:
    repeated = f'table:number-columns-repeated="{times}"'
    paragraphs = "".join(f"<text:p>{escape(one)}</text:p>" for one in value.split("\n"))
    return (
        f'<table:table-cell office:value-type="string" {repeated}>{paragraphs}</table:table-cell>'
    )


def blank(times: int = 1) -> str:
    return f'<table:table-cell table:number-columns-repeated="{times}"/>'


def streamed(path: Path) -> dict[str, list[list[str]]]:
    given = ((name, cells) for name, visible, cells in ods.read_ods_rows(path) if visible)
    return {
        name: [cells for _, cells in group] for name, group in groupby(given, lambda one: one[0])
    }


def laid_out(path: Path) -> dict[str, list[list[str]]]:
    return {
        sheet.name: [cells for _, cells in group]
        for sheet, group in workbook.read_workbook_sheets(path)
    }


def padded(rows: list[list[str]]) -> list[list[str]]:
    width = max(map(len, rows))
    return [cells + [""] * (width - len(cells)) for cells in rows]


def same_as_laid_out(path: Path) -> None:
    assert {name: padded(rows) for name, rows in streamed(path).items()} == laid_out(path)


@for_each("path", sorted(SAMPLES.glob("*/*.ods")), ids=lambda path: path.name)
def test_the_samples_are_read_alike(path: Path) -> None:
    same_as_laid_out(path)
    assert ods.list_ods_sheets(path) == load_workbook(path).sheet_names


def test_values_of_every_kind_are_read_alike(tmp_path: Path) -> None:
    def typed(kind: str, attribute: str, value: str) -> str:
        return (
            f'<table:table-cell office:value-type="{kind}" office:{attribute}={quoteattr(value)}>'
            "<text:p>shown</text:p></table:table-cell>"
        )

    cells = [
        text("one\ntwo"),
        typed("float", "value", "12"),
        typed("float", "value", "-0.5"),
        typed("float", "value", "1e20"),
        typed("percentage", "value", "0.25"),
        typed("currency", "value", "1234.5"),
        typed("date", "date-value", "2026-10-01"),
        typed("date", "date-value", "2026-10-01T00:00:00"),
        typed("date", "date-value", "2026-10-01T12:30:05"),
        typed("time", "time-value", "PT12H30M05S"),
        typed("boolean", "boolean-value", "true"),
        typed("string", "string-value", "said"),
        '<table:covered-table-cell office:value-type="string"><text:p>under</text:p>'
        "</table:covered-table-cell>",
        '<table:table-cell office:value-type="string"><text:p>a<text:s text:c="3"/>b '
        "<text:span>c</text:span></text:p></table:table-cell>",
        '<table:table-cell office:value-type="string"><office:annotation><text:p>note</text:p>'
        "</office:annotation><text:p>kept</text:p></table:table-cell>",
    ]
    same_as_laid_out(packed(tmp_path, table(row(*cells))))


def test_hidden_sheets_blank_rows_and_rows_in_groups_are_read_alike(tmp_path: Path) -> None:
    styles = (
        '<style:style style:name="ta1" style:family="table">'
        '<style:table-properties table:display="true"/></style:style>'
        '<style:style style:name="ta2" style:family="table">'
        '<style:table-properties table:display="false"/></style:style>'
    )
    grouped = f"<table:table-row-group>{row(text('in a group'))}</table:table-row-group>"
    header = f"<table:table-header-rows>{row(text('head'), text('two'))}</table:table-header-rows>"
    rows = row(blank(), times=3) + header + grouped + row(blank(16384), times=1_048_000)
    path = packed(
        tmp_path,
        table(rows, "Shown &amp; read", "ta1") + table(row(text("x")), "Hidden", "ta2"),
        styles,
    )
    same_as_laid_out(path)
    assert ods.list_ods_sheets(path) == ["Shown & read", "Hidden"]
    assert list(streamed(path)) == ["Shown & read"]


CELLS = st.one_of(
    st.builds(text, st.sampled_from(["a", "Ω & <b>", "two\nlines"]), st.integers(1, 3)),
    st.builds(blank, st.integers(1, 4)),
)


@pytest.mark.thorough
@settings(max_examples=examples(30), deadline=None)
@given(
    rows=st.lists(st.tuples(st.lists(CELLS, max_size=5), st.integers(1, 3)), min_size=1, max_size=6)
)
def test_any_rows_are_read_alike(
    rows: list[tuple[list[str], int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    filled = row(text("first")) + "".join(row(*cells, times=n) for cells, n in rows)
    same_as_laid_out(packed(tmp_path_factory.mktemp("rows"), table(filled)))


@for_each(
    "rows",
    [
        row(text("a", 4_000_000_000)),
        row(text("a"), times=4_000_000_000),
        row(text("a")) + row(blank(), times=4_000_000_000) + row(text("b")),
        row(blank(4_000_000_000), text("a")),
        row('<table:table-cell table:number-columns-repeated="-5"/>', text("a")),
        row(text("a", 10**12)),
    ],
)
def test_what_is_repeated_beyond_a_sheet_is_damage(rows: str, tmp_path: Path) -> None:
    with pytest.raises(ods.Damaged):
        list(ods.read_ods_rows(packed(tmp_path, table(rows))))


def test_a_document_type_is_damage(tmp_path: Path) -> None:
    entity = '<!DOCTYPE x [<!ENTITY a "bomb">]>'
    path = packed(tmp_path, table(row(text("a"))), root=entity + _ROOT)
    with pytest.raises(ods.Damaged, match="document type"):
        list(ods.read_ods_rows(path))


def test_a_document_cut_short_is_an_error(tmp_path: Path) -> None:
    path = packed(tmp_path, table(row(text("a"))) + "<table:table>")
    with pytest.raises(etree.XMLSyntaxError):
        list(ods.read_ods_rows(path))


def test_a_name_that_a_block_cuts_is_read_whole(tmp_path: Path) -> None:
    filler = "".join(row(text("x" * 1000)) for _ in range(3000))
    for shift in range(0, 120, 7):
        path = packed(tmp_path, table(row(text("y" * shift)) + filler) + table(row(text("z")), "T"))
        assert ods.list_ods_sheets(path) == ["S", "T"]


def large(folder: Path, rows: list[str]) -> Path:
    """A file over the size from which sheets are streamed."""
    filler = f"<!-- {'x' * 70} -->\n" * (workbook.STREAMED_FROM // 78)
    path = packed(
        folder, filler + table(row(text("Notes")), "README") + table("".join(rows), "data")
    )
    with zipfile.ZipFile(path) as package:
        assert package.getinfo(ods.CONTENT).file_size > workbook.STREAMED_FROM
    return path


@pytest.mark.soak
def test_a_large_workbook_is_streamed_through_the_same_door(tmp_path: Path) -> None:
    path = large(tmp_path, [row(text("name"), text("place")), row(text("A"), blank(5))])
    found = {
        (sheet.name, sheet.others): [c for _, c in group]
        for sheet, group in workbook.read_workbook_sheets(path)
    }
    assert found == {
        ("README", ("data",)): [["Notes"]],
        ("data", ("README",)): [["name", "place"], ["A", ""]],
    }
    (chosen,) = (
        (sheet.name, [c for _, c in group])
        for sheet, group in workbook.read_workbook_sheets(path, " DATA ")
    )
    assert chosen == ("data", [["name", "place"], ["A", ""]])
