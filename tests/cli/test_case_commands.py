"""A case from opening to closing, as the command line has it."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine

from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.text.cells import cells
from tests.homes import copy_home
from tests.sharing.agreements_made import made
from tests.sharing.case_office import SETTINGS, alert, screened

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def case_home(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A home with suppliers and an agreement, and the ID of an alert with signs of victims."""
    home = copy_home(loaded_home, tmp_path_factory.mktemp("cases") / "home")
    with Workspace(Settings(home=home, **SETTINGS), now=lambda: NOW, who="Ada") as ws:  # type: ignore[arg-type]
        screened(ws)
        made(ws, shares=("case papers",), starts_on=date(2026, 11, 1))
        return home, alert(ws, "L5", "LAB-01").id


@pytest.fixture
def id_(case_home: tuple[Path, str], run: Run, tmp_path: Path) -> Iterator[str]:
    home, id_ = case_home
    shutil.copytree(home, tmp_path / "home")
    with time_machine.travel(NOW, tick=False):
        yield id_


def done(run: Run, *arguments: str) -> Any:
    result = run(*arguments)
    assert result.code == 0, result.err
    return result


def test_a_case_from_a_sign_to_its_closing(run: Run, id_: str, tmp_path: Path) -> None:
    assert "Help first: There are signs of slavery" in done(run, "alerts", "show", id_).out
    opened = done(run, "sharing", "case", "new", "Care homes", "--agreement", "ISA-2026-01")
    assert opened.out == "Case 1 opened.\n"
    more = ("--supplier", "S1", "--alert", id_[:10], "--path", "S1:S3")
    assert done(run, "sharing", "case", "add", "1", *more).out.splitlines() == [
        "Case 1: item 1: supplier S1.",
        f"Case 1: item 2: alert {id_[:8]} (L5).",
        "Case 1: item 3: path S1:S3.",
    ]
    shown = done(run, "sharing", "case", "show", "1").out
    assert shown.index("Help first") < shown.index("call 999") < shown.index("Suppliers")
    assert shown.index("National Referral Mechanism") < shown.index("The contract comes after")
    what = ("Inspect the homes", "--agency", "fair-work-agency", "--owner", "Duty officer")
    done(run, "sharing", "case", "action", "1", *what, "--due", "2026-12-11", "--supplier", "L5")
    listed = json.loads(done(run, "sharing", "case", "list", "--json").out)["data"]
    assert [(one["number"], one["waiting"]) for one in listed] == [(1, 1)]
    assert listed[0]["title"] == "Left out: it may name people."
    refused = run("sharing", "case", "close", "1", "--reason", "passed-on")
    assert refused.code == 2
    assert "without an outcome: 1" in refused.err
    done(
        run,
        "sharing",
        "case",
        "outcome",
        "1",
        "1",
        "passed-on",
        "--line",
        "Joint visit with the police",
    )
    done(run, "sharing", "case", "review", "1", "--next", "2026-12-18")
    packed = done(run, "sharing", "case", "pack", "1", "--level", "partners", "--out", "case.html")
    assert packed.out.startswith("sha256 ")
    page = Path("case.html").read_text("utf-8")
    assert "Access: partners" in page
    assert "Joint visit with the police" in page
    assert "Drusilla" not in page
    done(
        run, "sharing", "case", "close", "1", "--reason", "passed-on", "--note", "The agency leads"
    )
    assert done(run, "sharing", "case", "list").err.startswith("No open case.")
    assert "closed on 20 November 2026" in done(run, "sharing", "case", "list", "--all").out
    late = run("sharing", "case", "add", "1", "--supplier", "S2")
    assert late.code == 2
    assert "duediligence sharing case reopen 1" in late.err
    done(run, "sharing", "case", "reopen", "1")
    done(run, "audit", "verify")


def test_everything_fits_a_terminal_of_80(
    run: Run, id_: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done(
        run,
        "sharing",
        "case",
        "new",
        "A title that is long enough to need a second line in the table",
    )
    done(run, "sharing", "case", "add", "1", "--supplier", "S1", "--alert", id_, "--path", "S1:S3")
    done(run, "sharing", "case", "action", "1", "Inspect all of the premises", "--agency", "fire")
    monkeypatch.setattr("duediligence.cli.layout.output_width", lambda: 80)
    for arguments in (("list",), ("show", "1")):
        out = done(run, "sharing", "case", *arguments).out
        assert [line for line in out.splitlines() if cells(line) > 80] == []


def test_json_names_people_where_that_is_asked_for(run: Run, id_: str) -> None:
    done(run, "sharing", "case", "new", "Care homes", "--notes", "Quibblethorpe rang")
    done(
        run,
        "sharing",
        "case",
        "add",
        "1",
        "--alert",
        id_,
        "--supplier",
        "L5",
        "--path",
        "S1:petrosyanov",
    )
    plain = done(run, "sharing", "case", "show", "1", "--json").out
    assert "Drahomir" not in plain
    assert "Quibblethorpe" not in plain
    named = done(run, "sharing", "case", "show", "1", "--json", "--include-people").out
    assert "Drahomir" in named
    assert "Quibblethorpe" in named


def test_a_sign_is_set_and_taken_back(run: Run, id_: str) -> None:
    done(run, "sharing", "case", "new", "Nail bars", "--notes", "Two\nlines")
    told = done(run, "sharing", "case", "sign", "1", "child-exploitation")
    assert "sharing case show 1" in told.err
    assert "children's social care" in done(run, "sharing", "case", "show", "1").out
    done(run, "sharing", "case", "sign", "1", "child-exploitation", "--remove")
    assert "Help first" not in done(run, "sharing", "case", "show", "1").out
    done(run, "sharing", "case", "edit", "1", "--title", "Nail bars, Mill Road")
    assert "Mill Road" in done(run, "sharing", "case", "list", "--text", "mill road").out
    wrong = run("sharing", "case", "review", "1", "--next", "soon")
    assert (wrong.code, "is not a valid date" in wrong.err) == (2, True)
