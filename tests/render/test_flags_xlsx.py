import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from duediligence.errors import StorageError, UsageError
from duediligence.render import flags_xlsx
from duediligence.render.flags import COLUMNS, Flag, format_flag_rows, sort_findings
from duediligence.render.flags_xlsx import MAX_ROWS, write_xlsx
from tests.rows import for_each

NUMBER, WHY, OUTCOME = map(COLUMNS.index, ("company_number", "why", "outcome"))


def _sheets(path):
    book = CalamineWorkbook.from_path(path)
    return {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in book.sheet_names
    }


def write(run, path):
    write_xlsx(run, [Flag(finding=finding) for finding in sort_findings(run)], path)


def _written(run, tmp_path):
    write(run, tmp_path / "flags.xlsx")
    return _sheets(tmp_path / "flags.xlsx")


def test_flags_sheet_holds_the_same_cells_as_the_csv(incomplete_run, tmp_path):
    header, *lines = _written(incomplete_run, tmp_path)["Flags"]
    assert header == list(COLUMNS)
    assert [line[OUTCOME] for line in lines] == ["review", "review", "review", "unknown", "unknown"]
    assert tuple(lines[0]) == next(format_flag_rows([Flag(finding=incomplete_run.findings[1])]))


@for_each(
    "text",
    [
        "=1+1",
        '=HYPERLINK("https://evil.example")',
        "https://lists.example/a",
        "00012345",
        "-1",
        "+44",
        "@x",
        "＝1",
        "{=1}",
        "TRUE",
        "1E5",
        "2026-06-01",
        "_x0041_",
        '<a> & "b"',
        "<r>open",
        "مثال",
        "\U0001f9ea",
    ],
)
def test_every_cell_is_text_as_it_stands(make_run, make_finding, tmp_path, text):
    run = make_run(findings=(make_finding(company_number=text),))
    assert _written(run, tmp_path)["Flags"][1][NUMBER] == text
    with zipfile.ZipFile(tmp_path / "flags.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "<hyperlink" not in sheet


def test_text_cannot_pose_as_markup_of_the_workbook(make_run, make_finding, tmp_path):
    run = make_run(findings=(make_finding(company_number="<r><t>forged</t></r>"),))
    assert _written(run, tmp_path)["Flags"][1][NUMBER].strip() == "<r><t>forged</t></r>"


@for_each("unit", ["x", "\U0001f9ea"])
def test_a_cell_too_long_for_excel_is_cut_and_says_so(make_run, make_finding, tmp_path, unit):
    run = make_run(findings=(make_finding(why=unit * 40_000),))
    cell = _written(run, tmp_path)["Flags"][1][WHY]
    assert cell.startswith(unit * 10_000)
    assert cell.endswith("(cut: the whole text is in the JSON)")
    assert len(cell.encode("utf-16-le")) // 2 <= 32_767


def test_more_findings_than_a_sheet_holds_are_refused(
    make_run, make_finding, tmp_path, monkeypatch
):
    assert MAX_ROWS == 1_048_576
    monkeypatch.setattr(flags_xlsx, "MAX_ROWS", 1_001)
    run = make_run(findings=(make_finding(),) * 1_001)
    with pytest.raises(UsageError, match="1,000") as caught:
        write(run, tmp_path / "flags.xlsx")
    assert "CSV" in caught.value.hint
    assert not list(tmp_path.iterdir())


def test_header_is_frozen_and_filtered(incomplete_run, tmp_path):
    write(incomplete_run, tmp_path / "flags.xlsx")
    with zipfile.ZipFile(tmp_path / "flags.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert 'ySplit="1"' in sheet
    assert '<autoFilter ref="A1:AJ6"' in sheet


def test_run_sheet(incomplete_run, tmp_path, snapshot):
    assert _written(incomplete_run, tmp_path)["Run"] == snapshot


def test_a_complete_run_says_that_nothing_was_left_out(clean_run, tmp_path):
    first = _written(clean_run, tmp_path)["Run"][0]
    assert first[:2] == ["Not checked", "nothing: all in scope was checked"]


def test_the_same_run_gives_the_same_bytes(incomplete_run, tmp_path):
    write(incomplete_run, tmp_path / "a.xlsx")
    write(incomplete_run, tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_no_room_is_an_error_that_says_so(incomplete_run):
    with pytest.raises(StorageError, match="/dev/full") as caught:
        write(incomplete_run, Path("/dev/full"))
    assert "disk space" in caught.value.hint


def test_a_missing_folder_is_an_error_that_says_so(incomplete_run, tmp_path):
    with pytest.raises(StorageError, match=r"flags\.xlsx") as caught:
        write(incomplete_run, tmp_path / "missing" / "flags.xlsx")
    assert "folder" in caught.value.hint
