"""`suppliers add|edit|end|reopen|merge|split|undo|history|contract`, as a person types them."""

import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.rows import for_each

ROWS = """Reference,Supplier name,Company number,Directors,Contract
S1,Quill Ltd,99001001,Ada Ferrow 1968-03,Cleaning
S2,Quill Limited,,Ada Ferrow 1968-03,
S3,Fenmoor Haulage Ltd,,,
"""


@pytest.fixture
def office(run: Run, tmp_path: Path) -> Run:
    (tmp_path / "suppliers.csv").write_text(ROWS, encoding="utf-8")
    assert run("suppliers", "import", "suppliers.csv").code == 0
    return run


def test_a_supplier_is_added_edited_and_ended(office: Run) -> None:
    made = office("suppliers", "add", "Bright Sands Ltd", "--ref", "S9", "--part-of", "S1")
    assert (made.code, made.out) == (0, "S9: Bright Sands Ltd: added\n")
    said = office(
        "suppliers", "edit", "S9", "--name", "Bright Sands Care Ltd", "--note", "Misspelt"
    )
    assert said.out == (
        "S9: Bright Sands Care Ltd: changed\n  name: Bright Sands Ltd → Bright Sands Care Ltd\n"
    )
    assert "nothing is different" in office("suppliers", "edit", "S9").out
    listed = office("suppliers", "list").out.splitlines()
    assert [line.split()[0] for line in listed[1:]] == ["S1", "S9", "S2", "S3"]
    assert "sub-contractor of S1" in listed[2]
    assert "Sub-contractor: S9: Bright Sands Care Ltd" in office("suppliers", "show", "S1").out
    assert "Works under: S1: Quill Ltd (sub-contractor)" in office("suppliers", "show", "S9").out
    ended = office("suppliers", "end", "S9", "S3", "--on", "2020-01-31")
    assert ended.out.count("ended on 31 January 2020") == 2
    after = office("suppliers", "list")
    assert "S9" not in after.out
    assert "2 suppliers that have ended not shown" in after.err
    assert "2020-01-31" in office("suppliers", "list", "--all").out
    assert "Ended: 31 January 2020" in office("suppliers", "show", "S9").out
    assert "open again" in office("suppliers", "reopen", "S9").out
    told = office("suppliers", "history", "S9").out
    assert "supplier's name: Bright Sands Ltd is now Bright Sands Care Ltd (Misspelt)" in told
    assert [line.split("  ")[0] for line in told.splitlines()] == ["1", "2", "3", "5"]


def test_a_merge_is_shown_asked_for_done_and_taken_back(
    office: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = office("suppliers", "merge", "S1", "S2")
    assert asked.code == 2
    assert "Quill Limited" in asked.out
    assert "together" in asked.out
    assert "repeat the command with --yes" in asked.err
    dry = office("suppliers", "merge", "S1", "S2", "--dry-run", "--json")
    assert json.loads(dry.out)["data"]["merged"]["trading_names"] == ["Quill Limited"]
    assert "S2" in office("suppliers", "list").out
    done = office("suppliers", "merge", "S1", "S2", "--yes", "--note", "One firm")
    assert (done.code, done.out) == (0, "S1: Quill Ltd: S2 is part of it now\n")
    gone = office("suppliers", "show", "S2")
    assert gone.code == 2
    assert "duediligence suppliers show S1" in gone.err
    assert "S2 is part of S1." in office("suppliers", "history", "S2").out
    again = office("suppliers", "import", "suppliers.csv")
    assert "1 row of suppliers that were merged into another" in again.err
    assert "0 new, 0 changed, 3 unchanged" in again.err
    back = office("suppliers", "undo", "S2")
    assert back.out == "S1, S2: change 1 was taken back\n"
    assert office("suppliers", "show", "S2").code == 0
    assert "[taken back]" in office("suppliers", "history", "S1").out
    assert office("suppliers", "undo", "S2").code == 2
    monkeypatch.setattr("sys.stdin", Terminal("n\n"))
    assert office("suppliers", "merge", "S1", "S2").code == 2
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    assert office("suppliers", "merge", "S1", "S2").code == 0


class Terminal(io.StringIO):
    """Somebody who answers."""

    def isatty(self) -> bool:
        return True


def test_a_supplier_is_split(office: Run) -> None:
    split = ("suppliers", "split", "S1", "--new", "S7", "--name", "Quill Cleaning Ltd")
    done = office(*split, "--contract", "clean", "--number", "99001001")
    assert done.out == "S1: Quill Ltd: changed\nS7: Quill Cleaning Ltd: added\n"
    shown = office("suppliers", "show", "S7").out
    assert "Contract: Cleaning" in shown
    assert "99001001" in shown
    wrong = office(
        "suppliers", "split", "S1", "--new", "S8", "--name", "X Ltd", "--person", "Jo Who"
    )
    assert wrong.code == 2
    assert "It has 'Ada Ferrow'" in wrong.err


def test_contracts_are_added_changed_and_ended(office: Run) -> None:
    told = office(
        *("suppliers", "contract", "add", "S2", "Home care", "--start", "2026-04-01"),
        *("--end", "2029-03-31", "--value", "1200000", "--owner", "Adult social care"),
    )
    assert told.out == (
        "S2: Home care, £400,000.00 a year, from 1 April 2026, to 31 March 2029, "
        "owner Adult social care\n"
    )
    edited = office("suppliers", "contract", "edit", "S2", "home", "--cpv", "85312000", "--json")
    assert json.loads(edited.out)["data"]["cpv"] == ["85312000"]
    edit = ("suppliers", "contract", "edit", "S2", "home")
    assert json.loads(office(*edit, "--nation", "Wales", "--json").out)["data"]
    assert "framework" in office(*edit, "--framework-begun", "2023-05-02").out
    assert "framework" not in office(*edit, "--unknown", "framework-begun").out
    assert "Choose from" in office(*edit, "--unknown", "owner").err
    ended = office("suppliers", "contract", "end", "S2", "Home care", "--on", "2026-12-31")
    assert "to 31 December 2026" in ended.out
    assert office("suppliers", "contract", "remove", "S2", "Home care").code == 0
    missing = office("suppliers", "contract", "end", "S2", "Home care")
    assert missing.code == 2
    assert "It has no contract." in missing.err


@for_each(
    ("arguments", "said"),
    [
        (("edit", "S99", "--name", "X Ltd"), "Unknown supplier 'S99'"),
        (("edit", "S1", "--remove", "Nobody"), "It has 'Ada Ferrow'"),
        (("edit", "S1", "--number", "no number"), "--number"),
        (("edit", "S1", "--part-of", "S1"), "under itself"),
        (("edit", "S1", "--part-of", "S2", "--role", "owner"), "consortium-member"),
        (("add", "Quill Ltd", "--ref", "S1"), "already"),
        (("add", " "), "blank"),
        (("end", "S1", "--on", "soon"), "2026-11-24"),
        (("reopen", "S1"), "has not ended"),
        (("merge", "S1", "S1", "--yes"), "into itself"),
        (("undo", "S1"), "no change that can be taken back"),
        (("undo", "S1", "--change", "4"), "no change 4"),
        (("history", "S99"), "Unknown supplier"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    office: Run, arguments: tuple[str, ...], said: str
) -> None:
    before = office("suppliers", "list", "--json").out
    refused = office("suppliers", *arguments)
    assert refused.code == 2
    assert said in refused.err
    assert office("suppliers", "list", "--json").out == before
