"""`suppliers remove`, as a user types it."""

import json
import os
import pty
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run

FILE = "Supplier,Ref\nVolkhar Maritime UK Ltd,S1\nTotal,S2\n"


@pytest.fixture
def imported(run: Run, tmp_path: Path) -> Run:
    (tmp_path / "s.csv").write_text(FILE)
    assert run("suppliers", "import", "s.csv").code == 0
    return run


def refs(run: Run) -> list[str]:
    found = json.loads(run("suppliers", "list", "--json").out)["data"]
    return [one["ref"] for one in found]


def test_it_says_what_goes_and_asks(imported: Run) -> None:
    refused = imported("suppliers", "remove", "S2")
    assert refused.code == 2
    assert "S2: Total" in refused.err
    assert "Rule never-a-supplier" in refused.err
    assert "repeat the command with --yes" in refused.err
    assert refs(imported) == ["S1", "S2"]
    assert "Nothing was removed." in imported("suppliers", "remove", "S2", "--dry-run").err
    assert refs(imported) == ["S1", "S2"]
    removed = imported("suppliers", "remove", "S2", "--yes")
    assert removed.code == 0
    assert "Removed, and recorded" in removed.out
    assert refs(imported) == ["S1"]
    sound = imported("audit", "verify")
    assert sound.code == 0
    assert "Removed under rules of retention, and so not missing: never-a-supplier 1" in sound.out
    again = imported("suppliers", "remove", "S2", "--yes")
    assert "Already removed on" in again.out


@pytest.mark.parametrize(("answer", "code", "left"), [("n", 2, ["S1", "S2"]), ("y", 0, ["S1"])])
def test_a_person_answers(
    imported: Run, monkeypatch: pytest.MonkeyPatch, answer: str, code: int, left: list[str]
) -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs) as terminal, os.fdopen(ours, "w") as keyboard:
        monkeypatch.setattr(sys, "stdin", terminal)
        keyboard.write(f"{answer}\n")
        keyboard.flush()
        assert imported("suppliers", "remove", "S2").code == code
    assert refs(imported) == left


def test_json_and_refusals(imported: Run) -> None:
    would = json.loads(imported("suppliers", "remove", "S2", "--dry-run", "--json").out)["data"]
    assert would["rows"] == {"suppliers": 1}
    assert would["dry_run"] is True
    done = json.loads(imported("suppliers", "remove", "S2", "--yes", "--json").out)["data"]
    assert done["rule"]["id"] == "never-a-supplier"
    unknown = imported("suppliers", "remove", "S7")
    assert (unknown.code, "Unknown supplier 'S7'" in unknown.err) == (2, True)
    wrong = imported("suppliers", "remove", "S1", "--rule", "cleared")
    assert (wrong.code, "Valid rules: never-a-supplier" in wrong.err) == (2, True)
