"""The workbook to decide in: lists to choose from, locked cells, and text that stays text."""

from dataclasses import replace
from pathlib import Path

from lxml import etree

from duediligence.demo.office import DEMO_TIME
from duediligence.formats.office_sheets import read_office_workbook
from duediligence.render.decision_workbook import (
    COLUMNS,
    FILLED,
    GUIDE,
    LOCKED,
    SHEET,
    WORKINGS,
    DecisionSheets,
    LockedRow,
    cell_of,
    code_of,
    dump_decision_workbook,
)
from tests.rows import for_each

from ..filled_workbook import DECISIONS, NS, letter, parts

CELLS = {key: f"text of {key}" for key in LOCKED} | {"kind": "possible match"}
SHEETS = DecisionSheets(
    export="ab" * 8,
    made=DEMO_TIME,
    rows=[LockedRow(cells=CELLS), LockedRow(cells={**CELLS, "row": "2"})],
    choices={"possible match": ("same", "not the same"), "fact": ("not sure",)},
    reasons={"not the same": (("DOB-DIFFERS", "The dates of birth differ"), ("OTHER", "Another"))},
    grounds=[("PA23-7-11", "professional misconduct")],
    about=[("What this is", "An example.")],
)


def written(sheets: DecisionSheets, tmp_path: Path) -> Path:
    path = tmp_path / "a.xlsx"
    path.write_bytes(dump_decision_workbook(sheets))
    return path


def test_the_same_content_gives_the_same_bytes() -> None:
    assert dump_decision_workbook(SHEETS) == dump_decision_workbook(SHEETS)


def test_every_sheet_is_locked_but_for_the_cells_to_fill_in(tmp_path: Path) -> None:
    members = parts(written(SHEETS, tmp_path))
    for sheet in (1, 2, 3):
        tree = etree.fromstring(members[f"xl/worksheets/sheet{sheet}.xml"])
        (protection,) = tree.iter(f"{NS}sheetProtection")
        assert protection.get("sheet") == "1"
        assert protection.get("password") is None
    styles = list(etree.fromstring(members["xl/styles.xml"]).find(f"{NS}cellXfs"))
    tree = etree.fromstring(members[DECISIONS])
    free = {
        cell.get("r")
        for cell in tree.iter(f"{NS}c")
        for protection in styles[int(cell.get("s", "0"))].iter(f"{NS}protection")
        if protection.get("locked") == "0"
    }
    assert free == {f"{letter(key)}{row}" for key in FILLED for row in (2, 3)}
    assert next(tree.iter(f"{NS}pane")).get("state") == "frozen"


def test_each_list_to_choose_from_is_there(tmp_path: Path) -> None:
    path = written(SHEETS, tmp_path)
    members = parts(path)
    rules = {
        one.get("sqref"): one
        for one in etree.fromstring(members[DECISIONS]).iter(f"{NS}dataValidation")
    }
    assert set(rules) == {f"{letter(key)}2:{letter(key)}3" for key in FILLED}
    for key in ("decision", "reason", "ground"):
        assert rules[f"{letter(key)}2:{letter(key)}3"].get("type") == "list"
    names = {
        one.get("name"): one.text
        for one in etree.fromstring(members["xl/workbook.xml"]).iter(f"{NS}definedName")
    }
    sheet = read_office_workbook(path, [WORKINGS]).sheets[WORKINGS]
    cells = {(row.number, at): cell.text for row in sheet.rows for at, cell in row.cells.items()}

    def offered(name: str) -> list[str]:
        column, first, last = _range(names[name] or "")
        return [cells[row, column] for row in range(first, last + 1)]

    assert offered("choices_possible_match") == ["same", "not the same"]
    assert offered("choices_fact") == ["not sure"]
    assert offered("reasons_not_the_same") == [
        "DOB-DIFFERS - The dates of birth differ", "OTHER - Another"
    ]  # fmt: skip
    assert offered("grounds") == ["PA23-7-11 - professional misconduct"]


def _range(text: str) -> tuple[int, int, int]:
    """`Workings!$C$5:$C$6` as the column from 0, and the first and last row."""
    _, _, place = text.partition("!")
    first, last = (one.strip("$").split("$") for one in place.split(":"))
    return ord(first[0]) - ord("A"), int(first[1]), int(last[1])


@for_each(
    "text",
    ["=1+1", "+44", "@x", "<r><t>forged</t></r>", "_x0041_", "two\nlines", "مثال", "\U0001f9ea"],
)
def test_what_a_publisher_wrote_stays_text(tmp_path: Path, text: str) -> None:
    row = LockedRow(cells={**CELLS, "theirs": cell_of(text)})
    path = written(replace(SHEETS, rows=[row]), tmp_path)
    (found,) = (
        one for one in read_office_workbook(path, [SHEET]).sheets[SHEET].rows if one.number == 2
    )
    cell = found.cells[list(COLUMNS).index("theirs")]
    assert (cell.text.strip(), cell.formula) == (text, False)


def test_the_guide_has_the_reasons_in_words(tmp_path: Path) -> None:
    sheet = read_office_workbook(written(SHEETS, tmp_path), [GUIDE]).sheets[GUIDE]
    told = [cell.text for row in sheet.rows for cell in row.cells.values()]
    assert {"An example.", "DOB-DIFFERS", "The dates of birth differ"} <= set(told)


@for_each(
    ("text", "code"),
    [
        ("DOB-DIFFERS - The dates of birth differ", "DOB-DIFFERS"),
        ("DOB-DIFFERS", "DOB-DIFFERS"),
        (" other – in the note - or not", "other"),
        ("PA23-7-11 — misconduct", "PA23-7-11"),
        ("", ""),
    ],
)
def test_a_code_is_read_with_or_without_its_words(text: str, code: str) -> None:
    assert code_of(text) == code
