"""`suppliers import`, with and without --replace, and `suppliers duplicates`, as typed."""

import io
import json
import sys
from pathlib import Path

import pytest

from duediligence.model import PartialDate, Person, Supplier
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from tests.cli.conftest import Run
from tests.messy_workbook import MessyWorkbook, make_messy_workbook
from tests.suppliers.workbooks import make_workbooks, write_workbook

HEADER = "name,postcode,company no\n"
MOSS, GULL = "Moss Catering Ltd,ZY1 1AA,99000001\n", "Gull Taxis,ZY1 1AB,\n"
QUILL, DUNE = "Quill Roofing,ZY1 1AC,99000003\n", "Dune Advice,ZY1 1AD,\n"


def written(path: Path, *rows: str) -> Path:
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    return path


def stored(folder: Path) -> dict[str, Supplier]:
    """The stored suppliers by name."""
    with Workspace(Settings(home=folder / "home")) as ws:
        return {one.name: one for one in ws.suppliers.all()}


def events(run: Run) -> list[dict[str, object]]:
    found = json.loads(run("audit", "log", "--json").out)["data"]
    return [one["event"] for one in found if one["event"]["kind"].startswith("suppliers")]


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Let somebody be at the terminal, who types this."""
    stdin = io.StringIO(text)
    monkeypatch.setattr(stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys, "stdin", stdin)


def test_a_corrected_spelling_is_reported_and_is_no_new_supplier(run: Run, tmp_path: Path) -> None:
    run("suppliers", "import", written(tmp_path / "s.csv", MOSS, GULL))
    before = stored(tmp_path)
    corrected = written(
        tmp_path / "s.csv", MOSS.replace("Ltd", "Limited"), GULL.replace("1AB", "1AX")
    )
    told = run("suppliers", "import", corrected).err
    assert "2 suppliers recognised by other facts:" in told
    ref = before["Moss Catering Ltd"].ref
    assert f"{ref} 'Moss Catering Ltd' is now 'Moss Catering Limited' (same number)" in told
    assert "'Gull Taxis' (same name, another postcode, postcode changed)" in told
    assert {one.ref for one in stored(tmp_path).values()} == {one.ref for one in before.values()}
    assert "0 new, 0 changed, 2 unchanged" in run("suppliers", "import", corrected).err


def test_a_reference_of_the_buyer_finds_a_supplier_that_came_without(
    run: Run, tmp_path: Path
) -> None:
    run("suppliers", "import", written(tmp_path / "s.csv", MOSS))
    ref = stored(tmp_path)["Moss Catering Ltd"].ref
    path = tmp_path / "refs.csv"
    path.write_text("ref,name,postcode\nV1,Moss Catering,ZY1 1AA\n")
    told = run("suppliers", "import", path).err
    assert "1 supplier known without a reference, which now has one:" in told
    assert "V1 in the file" in told
    assert run("suppliers", "show", "V1").out.startswith(f"{ref}: Moss Catering")
    path.write_text("ref,name\nV1,Wholly Different\n")
    assert "0 new, 1 changed" in run("suppliers", "import", path).err
    assert run("audit", "verify").code == 0


def test_what_may_be_known_is_named(run: Run, tmp_path: Path) -> None:
    two = written(tmp_path / "s.csv", "Moss,ZY1 1AA,\n", "Moss,ZY1 1AB,\n")
    run("suppliers", "import", two)
    told = run("suppliers", "import", written(tmp_path / "s.csv", "Moss,ZY1 1AC,\n")).err
    assert "'Moss' is new. Is it S-" in told


def test_replacing_ends_who_is_not_there_and_reopens_who_comes_back(
    run: Run, tmp_path: Path
) -> None:
    path = written(tmp_path / "s.csv", MOSS, GULL, QUILL, DUNE)
    run("suppliers", "import", path)
    refs = {name: one.ref for name, one in stored(tmp_path).items()}
    next_one = written(
        tmp_path / "q2.csv", MOSS.replace("1AA", "1AX"), GULL, DUNE, "New Firm,ZY2,\n"
    )
    done = run("suppliers", "import", next_one, "--replace", "--yes")
    assert done.code == 0
    shown = " ".join(done.out.split())
    assert "come 1 New Firm go 1 Quill Roofing change 1" in shown
    assert "address '-' →" not in shown
    assert "→ 'ZY1 1AX'" in shown
    assert "Replaced: 1 came, 1 supplier ended, 1 changed, 2 unchanged." in done.out
    now = stored(tmp_path)
    assert [name for name, one in now.items() if one.ended] == ["Quill Roofing"]
    assert {name: one.ref for name, one in now.items() if name in refs} == refs
    event = events(run)[-1]
    assert event["kind"] == "suppliers replaced"
    what = event["what"]
    assert isinstance(what, dict)
    assert {name: what[name] for name in ("added", "changed", "ended", "unchanged")} == {
        "added": 1, "changed": 1, "ended": 1, "unchanged": 2,
    }  # fmt: skip
    assert what["ended_refs"] == [refs["Quill Roofing"]]
    told = run("suppliers", "history", refs["Quill Roofing"]).out
    assert "of s.csv" in told
    assert ", of q2.csv, which does not have it" in told
    # Who comes back is the one that went.
    back = run("suppliers", "import", written(tmp_path / "q3.csv", QUILL.replace("1AC", "1AY")))
    assert f"1 supplier had ended and is active again: {refs['Quill Roofing']}" in back.err
    assert stored(tmp_path)["Quill Roofing"].ended is None
    assert stored(tmp_path)["Quill Roofing"].ref == refs["Quill Roofing"]
    assert run("audit", "verify").code == 0


def test_replacing_names_who_was_added_by_hand_and_would_end(run: Run, tmp_path: Path) -> None:
    run("suppliers", "import", written(tmp_path / "s.csv", MOSS, GULL, QUILL))
    run("suppliers", "add", "Ferrow Catering Ltd", "--ref", "H1")
    shown = run(
        "suppliers", "import", written(tmp_path / "q2.csv", MOSS, GULL), "--replace", "--dry-run"
    )
    assert "Added by hand, and not in the file: H1 Ferrow Catering Ltd" in shown.out
    assert "Added by hand, and not in the file: H1 Ferrow Catering Ltd, " not in shown.out


def test_replacing_asks_and_a_no_changes_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("suppliers", "import", written(tmp_path / "s.csv", MOSS, GULL, QUILL))
    next_one = written(tmp_path / "q2.csv", MOSS, GULL)
    before, recorded = stored(tmp_path), events(run)
    answer(monkeypatch, "n\n")
    refused = run("suppliers", "import", next_one, "--replace")
    assert refused.code == 2
    assert "go            1  Quill Roofing" in refused.out
    assert (stored(tmp_path), events(run)) == (before, recorded)
    answer(monkeypatch, "y\n")
    assert run("suppliers", "import", next_one, "--replace").code == 0
    assert stored(tmp_path)["Quill Roofing"].ended


def test_replacing_without_a_terminal_needs_a_yes(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("suppliers", "import", written(tmp_path / "s.csv", MOSS, GULL, QUILL))
    next_one = written(tmp_path / "q2.csv", MOSS, GULL)
    before = stored(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    refused = run("suppliers", "import", next_one, "--replace")
    assert (refused.code, "repeat the command with --yes" in refused.err) == (2, True)
    shown = run("suppliers", "import", next_one, "--replace", "--dry-run")
    assert (shown.code, "Nothing was changed" in shown.err) == (0, True)
    assert stored(tmp_path) == before


def test_a_part_of_the_list_does_not_end_most(run: Run, tmp_path: Path) -> None:
    run("suppliers", "import", written(tmp_path / "s.csv", MOSS, GULL, QUILL))
    one_sheet = written(tmp_path / "q2.csv", MOSS)
    before = stored(tmp_path)
    refused = run("suppliers", "import", one_sheet, "--replace", "--yes")
    assert refused.code == 2
    assert "2 suppliers would end, more than half of all" in refused.err
    assert stored(tmp_path) == before
    assert run("suppliers", "import", one_sheet, "--replace", "--yes", "--end-most").code == 0
    assert sum(one.ended is not None for one in stored(tmp_path).values()) == 2


def test_a_file_with_rows_that_cannot_be_used_replaces_nothing(run: Run, tmp_path: Path) -> None:
    run("suppliers", "import", written(tmp_path / "s.csv", MOSS, GULL))
    before = stored(tmp_path)
    refused = run(
        "suppliers",
        "import",
        written(tmp_path / "q2.csv", MOSS, ",ZY1 1AB,\n"),
        "--replace",
        "--yes",
    )
    assert refused.code == 2
    assert "1 row cannot be used, such as row 3: the name is blank" in refused.err
    assert stored(tmp_path) == before
    assert not list(tmp_path.glob("*rejects*"))


def test_options_of_replacing_mean_nothing_without_it(run: Run, tmp_path: Path) -> None:
    for option in ("--yes", "--dry-run", "--end-most"):
        assert run("suppliers", "import", written(tmp_path / "s.csv", MOSS), option).code == 2
    assert stored(tmp_path) == {}


def test_who_has_ended_is_kept_and_not_screened(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("name,status\nMoss,Ended\nGull,Active\n")
    assert "1 ended: kept, and not screened." in run("suppliers", "import", path).err
    for arguments in ([], [path]):
        shown = json.loads(run("screen", *arguments, "--json").out)["data"]
        assert shown["suppliers"] == 1
    path.write_text("name,status\nMoss,Ended\nGull,Ended\n")
    run("suppliers", "import", path)
    assert "All suppliers have ended: there are none to screen" in run("screen").err


def test_duplicates_are_listed_with_why_and_the_command_that_merges(
    run: Run, tmp_path: Path
) -> None:
    path = written(tmp_path / "s.csv", MOSS, "Moss Catering,ZY1 1AA,\n", QUILL)
    assert (
        "1 case of suppliers that may be one: duediligence suppliers duplicates"
        in run("suppliers", "import", path).err
    )
    shown = run("suppliers", "duplicates").out
    one, other = stored(tmp_path)["Moss Catering Ltd"], stored(tmp_path)["Moss Catering"]
    assert f"{one.ref} Moss Catering Ltd, ZY1 1AA\n    0 alerts, 0 decisions\n" in shown
    assert "  Same name and postcode\n" in shown
    keep, merged = one.ref, other.ref  # that with the number is the richer one
    assert f"  duediligence suppliers merge {keep} {merged}\n" in shown
    assert "Quill" not in shown
    (group,) = json.loads(run("suppliers", "duplicates", "--json").out)["data"]
    assert [each["ref"] for each in group["suppliers"]] == [keep, merged]
    assert group["why"][0]["reason"] == "same name and postcode"
    assert group["commands"] == [f"duediligence suppliers merge {keep} {merged}"]


def test_what_a_person_keeps_apart_is_not_shown_again(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path / "s.csv", MOSS, "Moss Catering,ZY1 1AA,\n")
    run("suppliers", "import", path)
    one, other = (each.ref for each in stored(tmp_path).values())
    for refs in ([one, other], [other, one]):
        done = run("suppliers", "duplicates", "--not-the-same", *refs)
        assert (done.code, "are not the same supplier" in done.out) == (0, True)
    assert run("suppliers", "duplicates").out == ""
    assert "may be one" not in run("suppliers", "import", path).err
    kept = [one for one in events(run) if one["kind"] == "suppliers kept apart"]
    assert [one["subject"] for one in kept] == [min(one, other)]
    assert run("audit", "verify").code == 0


@pytest.mark.parametrize(
    "arguments", [["S1"], ["S1", "S2"], ["--not-the-same"], ["--not-the-same", "S1"]]
)
def test_two_suppliers_are_kept_apart_and_no_fewer(run: Run, arguments: list[str]) -> None:
    refused = run("suppliers", "duplicates", *arguments)
    assert (refused.code, "Name two suppliers with --not-the-same" in refused.err) == (2, True)


def test_a_supplier_is_itself(run: Run, tmp_path: Path) -> None:
    run("suppliers", "import", written(tmp_path / "s.csv", MOSS))
    (one,) = (each.ref for each in stored(tmp_path).values())
    assert "are one supplier" in run("suppliers", "duplicates", "--not-the-same", one, one).err
    assert (
        "Unknown supplier 'S9'" in run("suppliers", "duplicates", "--not-the-same", one, "S9").err
    )


@pytest.fixture(scope="module")
def workbooks(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, MessyWorkbook, MessyWorkbook]:
    folder = tmp_path_factory.mktemp("messy")
    return (
        folder,
        make_messy_workbook(folder / "q1.xlsx", 1, suppliers=200),
        make_messy_workbook(folder / "q2.xlsx", 2, suppliers=200),
    )


def test_a_messy_workbook_becomes_its_suppliers_and_so_does_the_next(
    run: Run, tmp_path: Path, workbooks: tuple[Path, MessyWorkbook, MessyWorkbook]
) -> None:
    folder, first, second = workbooks
    told = run("suppliers", "import", folder / "q1.xlsx")
    assert told.code == 0
    assert f"{len(first.suppliers)} suppliers ({len(first.suppliers)} new" in told.err
    with Workspace(Settings(home=tmp_path / "home")) as ws:
        before = ws.suppliers.all()
    assert len(before) == len(first.suppliers)
    assert {one.name for one in before} == {" ".join(one.name.split()) for one in first.suppliers}
    assert sum(one.ended is not None for one in before) == len(first.ended)
    assert sum(bool(one.part_of) for one in before) >= len(first.parts) - 2
    assert sum(len(one.engagements) for one in before) == sum(s.contracts for s in first.suppliers)
    assert "0 new, 0 changed" in run("suppliers", "import", folder / "q1.xlsx").err
    pairs = json.loads(run("suppliers", "duplicates", "--json").out)["data"]
    shown = [{one["name"] for one in group["suppliers"]} for group in pairs]
    assert all({" ".join(name.split()) for name in pair} in shown for pair in first.duplicates)

    assert run("suppliers", "import", folder / "q2.xlsx", "--replace", "--yes").code == 0
    with Workspace(Settings(home=tmp_path / "home")) as ws:
        every = ws.suppliers.all()
    after = {one.name: one for one in every}
    refs = {one.name: one.ref for one in before}
    for old, new in second.corrected.items():
        assert after[" ".join(new.split())].ref == refs[old]
    for name in (*second.moved, *second.numbered):
        assert after[" ".join(name.split())].ref == refs[" ".join(name.split())]
    assert all(after[name].ended for name in second.gone)
    assert not refs.keys() & set(second.come)
    assert len(every) == len(before) + len(second.come)


def test_what_is_shown_of_a_file_fits_a_screen(
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    workbooks: tuple[Path, MessyWorkbook, MessyWorkbook],
) -> None:
    folder, _, _ = workbooks
    for stream in (sys.stdout, sys.stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    first = run("suppliers", "import", folder / "q1.xlsx")
    second = run("suppliers", "import", folder / "q2.xlsx", "--replace", "--dry-run")
    for shown in (first, second):
        lines = (shown.out + shown.err).splitlines()
        assert 10 < len(lines) <= 22
        assert max(map(len, lines)) <= 80
    assert "Company no." in first.err


def test_who_was_read_from_which_cell_is_shown_on_request(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text(
        'ref,name,directors\nS1,Moss Catering Ltd,"Bo Quill (b. 23/04/1965); Cy Drover"\n', "utf-8"
    )
    first = run("suppliers", "import", path)
    assert "2 people read from 1 cell; to see each: duediligence suppliers import" in first.err
    assert first.out == ""
    line = (
        "S1 Moss Catering Ltd: directors 'Bo Quill (b. …/…/…); Cy Drover': "
        "Bo Quill (director, born April 1965); Cy Drover (director)\n"
    )
    assert run("suppliers", "import", path, "--people").out == line
    assert line in run("suppliers", "import", path, "--replace", "--dry-run", "--people").out
    shown = run("suppliers", "show", "S1").out
    assert "People: Bo Quill (director, born April 1965); Cy Drover (director)\n" in shown
    assert "Read from: directors 'Bo Quill (b. …/…/…); Cy Drover'\n" in shown


def test_people_of_an_earlier_version_are_confirmed(run: Run, tmp_path: Path) -> None:
    people = (Person("Bo Quill", PartialDate(1965, 4), "director", unproven=True),)
    with Workspace(Settings(home=tmp_path / "home")) as ws:
        new = Supplier(ref="S1", name="Moss Catering Ltd", people=people)
        ws.suppliers.save([new], file="old.csv", at=ws.now())
    shown = run("suppliers", "show", "S1").out
    assert "People: Bo Quill (director, born April 1965, not proven)\n" in shown
    assert "To confirm them: duediligence suppliers confirm-people S1\n" in shown
    said = run("suppliers", "confirm-people", "S1", "--note", "Their own letter")
    assert (said.code, said.out) == (
        0,
        "S1: Moss Catering Ltd: its people are confirmed\n  Bo Quill (director, born April 1965)\n",
    )
    again = run("suppliers", "confirm-people", "S1")
    assert (again.code, "All people of S1 are proven" in again.err) == (2, True)


IN_DOUBT = "REDACTED,,\n* On hold = no new orders,,\n"


def test_rows_in_doubt_are_unknown_until_somebody_answers(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path / "s.csv", MOSS, IN_DOUBT, GULL)
    told = run("suppliers", "import", path)
    assert told.code == 3
    assert "2 rows in doubt: not imported until you say whether they are suppliers" in told.err
    assert "row 3: 'REDACTED': it seems to hide a name, or to be none" in told.err
    assert stored(tmp_path).keys() == {"Moss Catering Ltd", "Gull Taxis"}
    # A file of which not every row can be used replaces nothing.
    assert run("suppliers", "import", path, "--replace", "--yes").code == 2
    run_of_file = run("screen", path, "--json")
    assert run_of_file.code == 3
    assert "may be no supplier" in run_of_file.out
    left = run("suppliers", "import", path, "--leave-out-rows", "all", "--cells", "cells.csv")
    assert left.code == 0, left.err
    body = (tmp_path / "cells.csv").read_text(encoding="utf-8-sig")
    assert '3,,REDACTED,,"left out, as a person said: it seems to hide' in body
    assert events(run)[-1]["what"]["left_out_rows"] == 2  # type: ignore[index]
    # Remembered by its text, in whichever file.
    other = written(tmp_path / "q2.csv", QUILL, "[Redacted],,\n")
    assert run("suppliers", "import", other).code == 0
    assert run("suppliers", "import", other, "--include-rows", "x").code == 2


def test_a_sheet_and_a_column_in_doubt_are_named_until_somebody_answers(
    run: Run, tmp_path: Path
) -> None:
    wanted = {"ended": "Sheet Ended 2024-25", "firms under an unknown heading": "Delivered through"}
    for book in (book for book in make_workbooks() if book.name in wanted):
        path = write_workbook(book, "xlsx", tmp_path)
        told = run("suppliers", "import", path)
        assert told.code == 3
        assert wanted[book.name] in told.err
        screened = run("screen", path, "--json")
        assert (screened.code, wanted[book.name] in screened.out) == (3, True)
        assert run("suppliers", "import", path, "--leave-out-rows", "all").code == 0
        assert run("suppliers", "import", path).code == 0


def test_a_formula_without_a_stored_value_makes_its_supplier_unknown(
    run: Run, tmp_path: Path
) -> None:
    (book,) = (book for book in make_workbooks() if book.name == "formula in the directors")
    for kind in book.kinds:
        told = run("suppliers", "import", write_workbook(book, kind, tmp_path))
        assert "1 supplier with a cell that was not read" in told.err
    (cell,) = stored(tmp_path)["Polrowan Taxis Ltd"].unread
    assert (cell.column, cell.looks_like) == ("Directors", "person")
    assert "a formula without a stored value" in cell.reason


def test_on_a_terminal_rows_in_doubt_are_asked_about_once(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "s.csv", MOSS, IN_DOUBT)
    answer(monkeypatch, "later\n")
    assert run("suppliers", "import", path).code == 3
    answer(monkeypatch, "yes\n")
    assert run("suppliers", "import", path).code == 0
    assert "REDACTED" in stored(tmp_path)
    answer(monkeypatch, "")
    assert run("suppliers", "import", path).code == 0


def test_a_file_of_flags_is_refused_by_name(run: Run, tmp_path: Path) -> None:
    assert run("screen", written(tmp_path / "s.csv", MOSS), "--out", "flags.csv").code in (0, 1, 3)
    told = run("suppliers", "import", tmp_path / "flags.csv")
    assert told.code == 2
    assert "flags.csv: is a file of flags that this tool wrote" in told.err


@pytest.mark.parametrize("command", [("suppliers", "import"), ("screen",)])
def test_more_rows_than_the_setting_allows_are_refused_and_none_is_kept(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("DUEDILIGENCE_MOST_SUPPLIER_ROWS", "2")
    refused = run(*command, written(tmp_path / "s.csv", MOSS, GULL, QUILL))
    assert refused.code == 2
    said = " ".join(refused.err.replace("│", " ").split())
    assert "s.csv: has over 2 rows, the most that the setting most_supplier_rows allows" in said
    assert not stored(tmp_path)
    assert run("suppliers", "import", written(tmp_path / "s.csv", MOSS, GULL)).code == 0


def test_an_import_is_listed_and_taken_back(run: Run, tmp_path: Path) -> None:
    run("suppliers", "import", written(tmp_path / "a.csv", MOSS))
    run("suppliers", "import", written(tmp_path / "b.csv", GULL, ",ZY1 1AE,\n"))
    newest, first = json.loads(run("suppliers", "imports", "--json").out)["data"]
    assert (newest["file"], newest["added"], newest["refused"]) == ("b.csv", 1, 1)
    assert "a.csv" in run("suppliers", "imports").out
    number = str(newest["number"])
    shown = run("suppliers", "take-back", number, "--dry-run")
    assert "Added by it, and leaving: 1" in shown.out
    assert "Gull Taxis" in shown.out
    assert stored(tmp_path).keys() == {"Moss Catering Ltd", "Gull Taxis"}
    assert run("suppliers", "take-back", number).code == 2
    done = run("suppliers", "take-back", number, "--yes")
    assert (done.code, done.out.splitlines()[-1]) == (0, "Taken back.")
    assert stored(tmp_path).keys() == {"Moss Catering Ltd"}
    assert run("suppliers", "take-back", number, "--yes").code == 2
    assert run("suppliers", "take-back", "999").code == 2
    assert run("audit", "verify").code == 0
    assert first["taken_back"] == ""
