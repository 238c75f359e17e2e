"""`intelligence`, as a user types it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine

from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.screening.workspace import find_process_account

Run = Callable[..., Any]
FORM = f"""
grade = "2BC"
conditions = "Ask first"
source = "partner"
received_from = "police"
received_on = {NOW:%Y-%m-%d}
crime_types = ["slavery_trafficking"]
sanitised = "Workers are moved at night"
raw = "A neighbour saw it"
[[party]]
kind = "organisation"
name = "Quillhaven Packing Ltd"
"""


@pytest.fixture
def home(run: Run, tmp_path: Path) -> Iterator[Run]:
    """A home with two suppliers, and a form beside it; whoever works here has the role."""
    (tmp_path / "s.csv").write_text("ref,name\nS1,Quillhaven Packing Ltd\nS2,Other Ltd\n")
    (tmp_path / "r.toml").write_text(FORM)
    (tmp_path / "home").mkdir(mode=0o700)
    (tmp_path / "home" / "duediligence.toml").write_text(
        f'[users]\n"{find_process_account()}" = "intelligence"\n"Kay" = "administrator"\n'
    )
    with time_machine.travel(NOW):
        assert run("suppliers", "import", "s.csv").code == 0
        yield run


def test_a_report_from_its_form_to_its_weeding(home: Run, tmp_path: Path) -> None:
    assert home("sharing", "intelligence", "list").err == "No report is kept.\n"
    added = home("sharing", "intelligence", "add", "r.toml")
    assert "Suppliers it may concern: duediligence sharing intelligence show 1" in added.err
    assert (added.code, added.out) == (
        0,
        "Report 1 kept. Delete r.toml: it is not needed here.\n",
    )
    listed = home("sharing", "intelligence", "list")
    assert "2BC" in listed.out
    assert "moved at night" not in listed.out
    shown = home("sharing", "intelligence", "show", "1")
    lines = [line.partition(":")[0] for line in shown.out.splitlines()]
    assert lines.index("Conditions of handling") < lines.index("Sanitised text")
    assert "May concern: Quillhaven Packing Ltd (S1), by the supplier itself, 100%" in shown.out
    assert "neighbour" not in shown.out
    assert "never a ground by itself" in shown.err
    assert "neighbour" in home("sharing", "intelligence", "show", "1", "--raw").out
    assert "1 intelligence report may concern" in home("screen").err
    (tmp_path / "text.txt").write_text("Other words\n")
    reviewed = home("sharing", "intelligence", "review", "1", "--sanitised-file", "text.txt")
    assert reviewed.out == (
        "Report 1: next review by 20 November 2027, deleted from 18 November 2032 on.\n"
    )
    assert "Sanitised text: Other words" in home("sharing", "intelligence", "show", "1").out
    assert home("sharing", "intelligence", "weed").out == "No report was due to be deleted.\n"
    assert home("sharing", "intelligence", "end", "1").code == 0
    weeded = json.loads(home("sharing", "intelligence", "weed", "--json").out)["data"]
    assert (weeded["numbers"], weeded["log_empty"]) == ([1], True)
    assert home("sharing", "intelligence", "show", "1").code == 2
    assert home("audit", "verify").out.startswith("Sound:")


def test_json_is_what_the_use_cases_give(home: Run) -> None:
    home("sharing", "intelligence", "add", "r.toml")
    (line,) = json.loads(home("sharing", "intelligence", "list", "--json").out)["data"]
    shown = json.loads(home("sharing", "intelligence", "show", "1", "--json").out)["data"]
    assert shown["line"] == line
    assert (shown["conditions"], shown["text"]) == ("Ask first", "Workers are moved at night")
    assert [one["ref"] for one in shown["suppliers"]] == ["S1"]


def test_reviews_that_are_due_are_counted(home: Run) -> None:
    home("sharing", "intelligence", "add", "r.toml")
    with time_machine.travel(NOW.replace(year=NOW.year + 1)):
        listed = home("sharing", "intelligence", "list")
    assert "(due)" in listed.out
    assert "1 review due" in listed.err


def test_many_are_imported_from_a_table(home: Run, tmp_path: Path) -> None:
    rows = "".join(f"1AP,anonymous,{NOW:%Y-%m-%d},Said {n},person,Jo {n}\n" for n in "ab")
    (tmp_path / "r.csv").write_text(f"grade,source,received_on,sanitised,kind,name\n{rows}")
    imported = home("sharing", "intelligence", "import", "r.csv")
    assert imported.out == "Reports 1 and 2 kept. Delete r.csv: it is not needed here.\n"


def test_without_the_role_each_command_is_refused(run: Run, home: Run, tmp_path: Path) -> None:
    assert home("sharing", "intelligence", "add", "r.toml").code == 0
    settings = tmp_path / "home" / "duediligence.toml"
    settings.write_text(settings.read_text().replace("intelligence", "administrator"))
    for command in ("list", "show 1", "show 1 --raw", "review 1", "end 1", "weed", "add r.toml"):
        refused = run("sharing", "intelligence", *command.split())
        assert refused.code == 2, command
        assert "It needs the role intelligence" in refused.err
        assert refused.out == ""
