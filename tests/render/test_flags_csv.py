import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duediligence.model import PartialDate
from duediligence.render.flags import COLUMNS, Flag, format_flag_rows, sort_findings, write_csv
from duediligence.render.wording import fold
from tests.rows import for_each

FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
# Columns that hold a text of the finding as it stands.
TEXT_COLUMNS = """supplier_name supplier_ref company_number subject_name subject_role entry_name
    check_title happened why next_step topic power handling entry_url run_id check_id list_id
    list_version entry_id""".split()


def flags(run):
    return [Flag(finding=finding) for finding in sort_findings(run)]


def row(finding, **beside):
    return dict(zip(COLUMNS, *format_flag_rows([Flag(finding=finding, **beside)]), strict=True))


def _written(run, **options):
    stream = io.StringIO(newline="")
    write_csv(flags(run), stream, **{"bom": False, **options})
    return stream.getvalue()


def _read(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_flags(incomplete_run, snapshot):
    text = _written(incomplete_run)
    assert text.replace("\r\n", "\n") == snapshot


def test_every_line_ends_in_crlf(incomplete_run):
    text = _written(incomplete_run)
    assert text.count("\r\n") == 1 + len(incomplete_run.findings)
    assert "\n" not in text.replace("\r\n", "")


def test_the_first_line_is_the_columns_in_their_order(clean_run):
    assert _written(clean_run).startswith(",".join(COLUMNS) + "\r\n")


def test_flags_come_first_then_what_was_not_checked(incomplete_run):
    outcomes = [flag["outcome"] for flag in _read(_written(incomplete_run))]
    assert outcomes == ["review", "review", "review", "unknown", "unknown"]


def test_excel_knows_the_file_by_its_byte_order_mark(clean_run, tmp_path):
    write_csv(flags(clean_run), tmp_path / "excel.csv")
    write_csv(flags(clean_run), tmp_path / "plain.csv", bom=False)
    plain, excel = (tmp_path / "plain.csv").read_bytes(), (tmp_path / "excel.csv").read_bytes()
    assert excel == b"\xef\xbb\xbf" + plain


def test_a_stream_in_another_code_page_is_switched_to_utf8(make_run, make_finding):
    buffer = io.BytesIO()
    run = make_run(findings=(make_finding(entry_name="Выдуманная фирма"),))
    stream = io.TextIOWrapper(buffer, encoding="cp1252", newline="\r\n")
    write_csv(flags(run), stream, bom=False)
    stream.flush()
    assert buffer.getvalue().decode("utf-8") == _written(run)


@for_each("start", [*FORMULA_STARTS, " =", "\t=", "\r\n+", "\x00@", "\u00a0-"])
def test_a_formula_is_defused(make_run, make_finding, start):
    run = make_run(findings=(make_finding(supplier_name=f"{start}cmd|' /C calc'!A0"),))
    escaped = _read(_written(run))[0]["supplier_name"]
    assert escaped == "'" + fold(f"{start}cmd|' /C calc'!A0")
    assert _read(_written(run, escape=False))[0]["supplier_name"] == escaped[1:]


@for_each("text", ["\t\r\n\x00", "\ttab first", "\r\nline break first"])
def test_no_cell_starts_with_a_tab_or_a_line_break(make_run, make_finding, text):
    run = make_run(findings=(make_finding(why="w", supplier_name=text),))
    assert _read(_written(run, escape=False))[0]["supplier_name"] == " ".join(
        text.replace("\x00", "").split()
    )


@for_each("text", ["a=b", "O'Fiction & Sons", "'quoted'", "12-34", "a@b.example"])
def test_what_is_no_formula_stays_as_it_is(make_run, make_finding, text):
    run = make_run(findings=(make_finding(supplier_name=text),))
    assert _read(_written(run))[0]["supplier_name"] == text


def test_cells_hold_iso_times_two_decimals_and_joined_values(make_finding):
    cells = row(make_finding(score=1.0, first_seen=None))
    assert cells["score"] == "1.00"
    assert cells["retrieved_at"] == "2026-06-01T08:30:00Z"
    assert cells["first_seen"] == ""
    assert cells["measures"] == "Asset freeze; Trust services sanctions"
    assert row(make_finding(score=None))["score"] == ""
    assert row(make_finding(score=0.0))["score"] == "0.00"


def test_an_officer_reads_the_columns_from_left_to_right():
    asked = (
        "supplier_name postcode contract subject_name list_title entry_name happened_on "
        "match_strength why possible_grounds severity next_step status run_id entry_id"
    )
    places = [COLUMNS.index(column) for column in asked.split()]
    assert places == sorted(places)


@for_each("column", TEXT_COLUMNS)
def test_each_column_holds_its_own_field(make_finding, column):
    finding = make_finding()
    changed = row(replace(finding, **{column: "otherwise"}))
    assert changed == row(finding) | {column: "otherwise"}


def test_what_stands_beside_a_finding_has_its_columns(make_finding):
    beside = {"postcode": "ZZ9 9ZZ", "contract": "Care", "list_title": "Moon", "status": "open"}
    finding = make_finding(certainty="similar name", subject_born=PartialDate(1968, 3))
    found = row(finding, **beside)
    assert found | beside == found
    assert found["match_strength"] == "strong, similar name"
    assert found["subject_born"] == "1968-03"


@given(
    column=st.sampled_from(TEXT_COLUMNS),
    text=st.text(st.characters(codec=None), max_size=40),
    escape=st.booleans(),
)
def test_any_text_comes_back_up_to_folding(make_run, make_finding, column, text, escape):
    run = make_run(findings=(make_finding(outcome="review", why="w"),))
    run = replace(run, findings=(replace(run.findings[0], **{column: text}),))
    cell = _read(_written(run, escape=escape))[0][column]
    cell.encode("utf-8")
    assert cell == fold(text) or (escape and cell == f"'{fold(text)}")
    if escape:
        assert not cell.startswith((*FORMULA_STARTS, "\t", "\r", "\n", " "))


@given(st.lists(st.text(st.characters(codec=None), max_size=20), max_size=4))
def test_any_values_are_joined_and_never_run(make_run, make_finding, values):
    run = make_run(findings=(make_finding(measures=tuple(values)),))
    cell = _read(_written(run))[0]["measures"]
    assert cell.removeprefix("'") == fold("; ".join(values)).removeprefix("'")
    assert not cell.startswith(FORMULA_STARTS)


def test_a_spreadsheet_that_splits_at_semicolons_keeps_cells_whole(make_run, make_finding):
    """LibreOffice takes comma and semicolon for separators unless a cell is quoted."""
    line = _written(make_run(findings=(make_finding(),))).splitlines()[1]
    assert '"Asset freeze; Trust services sanctions"' in line


def test_a_file_that_cannot_be_written_keeps_the_old_one(make_finding, tmp_path):
    from duediligence.errors import StorageError

    with pytest.raises(StorageError, match="missing"):
        write_csv([Flag(finding=make_finding())], tmp_path / "missing" / "flags.csv")
    with pytest.raises(StorageError, match="/dev/full") as caught:
        write_csv([Flag(finding=make_finding())], Path("/dev/full"))
    assert "disk space" in caught.value.hint
