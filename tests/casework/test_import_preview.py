"""What importing a file would do, said before it is done, in the words of the import itself."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from duediligence.casework.import_words import (
    change_words,
    import_words,
    recognised_words,
    replacement_words,
)
from duediligence.casework.supplier_editing import edit
from duediligence.casework.supplier_merging import merge
from duediligence.model import Supplier
from duediligence.screening.imports import (
    FILE,
    Imported,
    ImportPreview,
    import_suppliers,
    plan_replacement,
    preview_suppliers,
)
from duediligence.screening.workspace import Workspace
from duediligence.suppliers.facts import SupplierFacts
from duediligence.suppliers.identity import Recognised
from tests.messy_workbook import make_messy_workbook
from tests.rows import for_each
from tests.thorough import first_of

Open = Callable[..., Workspace]
HEADER = "ref,name,postcode,company no,directors\n"
MOSS = "A1,Moss Catering Ltd,ZY1 1AA,99000001,\n"
GULL = "A2,Gull Taxis,ZY1 1AB,,\n"
QUILL = "A3,Quill Roofing,ZY1 1AC,99000003,\n"


def written(path: Path, *rows: str) -> Path:
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    return path


@pytest.fixture
def ws(open_workspace: Open, tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "home")


def previewed(ws: Workspace, path: Path) -> ImportPreview:
    return preview_suppliers(ws, path, mapping={}, sheet="")


def imported(ws: Workspace, path: Path) -> Imported:
    return import_suppliers(ws, path, mapping={}, sheet="", rejects_folder=None)


def state(ws: Workspace) -> object:
    """All that an import could change."""
    home = ws.settings.home
    files = {path.name for path in home.iterdir()} if home.is_dir() else set()
    return (
        ws.suppliers.all(),
        ws.suppliers.as_imported(),
        ws.casework.supplier_refs.own_refs(),
        [record.line() for record in ws.audit.records()],
        FILE in files,
    )


def test_a_preview_says_what_the_import_then_does_and_keeps_nothing(
    ws: Workspace, tmp_path: Path
) -> None:
    imported(ws, written(tmp_path / "s.csv", MOSS, GULL))
    later = written(tmp_path / "s.csv", MOSS, GULL.replace("1AB", "1AX"), QUILL, "A9,,,,\n")
    before = state(ws)
    preview = preview_suppliers(ws, later, mapping={"name": "name"}, sheet="")
    assert state(ws) == before
    words, changes = import_words(preview.imported), change_words(preview)
    assert words.headline == "s.csv: 3 suppliers (1 new, 1 changed, 1 unchanged)"
    assert changes.comes == ("A3 Quill Roofing",)
    assert changes.changes == ("A2 Gull Taxis: address 'ZY1 1AB' → 'ZY1 1AX'",)
    assert changes.unchanged == 1
    done = imported(ws, later)
    assert import_words(done) == words
    assert (done.count, done.recognised) == (preview.imported.count, preview.imported.recognised)
    assert preview.comes == (ws.suppliers.get("A3"),)
    assert preview.changes[0][1] == ws.suppliers.get("A2")


@for_each(
    ("number", "words"),
    [
        (0, ""),
        (1, "1 supplier had ended and is active again: A1"),
        (4, "4 suppliers had ended and are active again: A1, A2, A3, A4"),
        (5, "5 suppliers had ended and are active again: A1, A2, A3, A4 and 1 more"),
    ],
)
def test_of_suppliers_that_are_active_again_four_are_named(number: int, words: str) -> None:
    again = tuple(Supplier(ref=f"A{n}", name="Moss Ltd") for n in range(1, number + 1))
    recognised = Recognised(suppliers=again, joins=(), doubts=(), own_refs={}, reopened=again)
    assert recognised_words(recognised).reopened == words


@pytest.mark.parametrize("quarter", first_of([2, 1]))
def test_the_preview_of_a_messy_workbook_is_what_its_import_does(
    ws: Workspace, tmp_path: Path, quarter: int
) -> None:
    make_messy_workbook(tmp_path / "q1.xlsx", quarter=1)
    make_messy_workbook(path := tmp_path / "q.xlsx", quarter=quarter)
    if quarter == 2:
        imported(ws, tmp_path / "q1.xlsx")
    stored = {one.ref: one for one in ws.suppliers.all()}
    preview = previewed(ws, path)
    done = imported(ws, path)
    now = {one.ref: one for one in ws.suppliers.all()}
    assert import_words(done) == import_words(preview.imported)
    assert {one.ref: one for one in preview.comes} == {
        ref: one for ref, one in now.items() if ref not in stored
    }
    assert {after.ref: (before, after) for before, after in preview.changes} == {
        ref: (stored[ref], one) for ref, one in now.items() if stored.get(ref, one) != one
    }
    words = import_words(done)
    assert len(words.columns) == len(done.read.seen) > 10
    assert words.corrections
    assert words.unread_cells


def test_what_was_changed_by_hand_or_merged_is_previewed_as_it_will_be(
    ws: Workspace, tmp_path: Path
) -> None:
    imported(ws, written(tmp_path / "s.csv", MOSS, GULL, QUILL))
    edit(ws, "A1", SupplierFacts(name="Moss Catering (Porth) Ltd"))
    merge(ws, "A2", "A3")
    path = written(
        tmp_path / "s.csv", MOSS, GULL, QUILL.replace("99000003", "99000009"), "A5,Dune,,,\n"
    )
    preview = previewed(ws, path)
    stored = {one.ref: one for one in ws.suppliers.all()}
    done = imported(ws, path)
    assert done.count == preview.imported.count
    assert preview.imported.count.merged
    changed = {ref: one for ref, one in stored.items() if ws.suppliers.get(ref) != one}
    assert changed == {before.ref: before for before, _ in preview.changes}
    assert import_words(preview.imported).remarks == (
        "1 row of suppliers that were merged into another: what they add went there",
    )


def test_rejected_rows_are_given_as_a_file_that_runs_no_formula(
    ws: Workspace, tmp_path: Path
) -> None:
    path = written(tmp_path / "s.csv", MOSS, 'A9,,=HYPERLINK("x"),,\n')
    preview = previewed(ws, path)
    assert preview.rejects.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(preview.rejects.decode("utf-8-sig"))))
    assert rows[0][:2] == ["row", "reason"]
    assert (rows[1][0], rows[1][4]) == ("3", '\'=HYPERLINK("x")')
    words = import_words(preview.imported)
    assert words.rejected == "1 row rejected"
    assert words.rejected_rows == (f"row 3: {rows[1][1]}",)
    assert sorted(path.name for path in tmp_path.glob("*.csv")) == ["s.csv"]
    beside = import_suppliers(ws, path, mapping={}, sheet="", rejects_folder=tmp_path)
    assert beside.rejects
    assert beside.rejects.read_bytes() == preview.rejects
    assert previewed(ws, written(tmp_path / "s.csv", MOSS)).rejects == b""


def test_a_replacement_is_worded_with_who_comes_and_goes(ws: Workspace, tmp_path: Path) -> None:
    imported(ws, written(tmp_path / "s.csv", MOSS, GULL))
    before = state(ws)
    path = written(tmp_path / "all.csv", MOSS.replace("1AA", "1AZ"), QUILL)
    words = replacement_words(plan_replacement(ws, path, mapping={}, sheet=""))
    assert state(ws) == before
    assert (words.headline, words.comes, words.goes) == (
        "all.csv: 2 suppliers",
        ("Quill Roofing",),
        ("Gull Taxis",),
    )
    assert words.changes == ("A1 Moss Catering Ltd: address 'ZY1 1AA' → 'ZY1 1AZ'",)
    assert words.unchanged == 0
    assert "kept with their alerts and decisions" in words.ending
