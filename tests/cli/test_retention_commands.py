"""`retention rules`, `run` and `subject`, as a user types them."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from duediligence.demo.office import DEMO_TIME
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

from ..homes import copy_home
from ..in_use import in_use

Run = Callable[..., Any]
SUPPLIERS = """ref,name,director 1,director 1 date of birth
S1,Bright Sands Home Care Ltd,Dragomir Petrosyanov,03/1968
"""


@pytest.fixture
def screened(run: Run, loaded_home: Path, tmp_path: Path) -> Run:
    copy_home(loaded_home, tmp_path / "home")
    (tmp_path / "s.csv").write_text(SUPPLIERS, encoding="utf-8")
    with time_machine.travel(DEMO_TIME):
        run("screen", "s.csv")
        run("check", "Gullwing", "--person", "Zélie O'Quillan,1970-01", "--keep")
    return run


def test_rules_are_shown(run: Run) -> None:
    assert "Procurement Act 2023 s.98" in " ".join(run("retention", "rules").out.split())
    rules = json.loads(run("retention", "rules", "--json").out)["data"]
    assert {rule["id"]: rule["days"] for rule in rules}["cleared"] == 90


def test_a_dry_run_and_then_a_real_one(screened: Run, tmp_path: Path) -> None:
    with time_machine.travel(DEMO_TIME + timedelta(days=400)):
        with Workspace(Settings(home=tmp_path / "home")) as workspace:
            in_use(workspace)
        would = screened("retention", "run", "--dry-run")
        assert would.code == 0
        assert "would be removed" in would.out
        assert "Nothing was removed" in would.err
        counted = json.loads(screened("retention", "run", "--dry-run", "--json").out)["data"]
        done = json.loads(screened("retention", "run", "--json").out)["data"]
        assert {**counted, "dry_run": False} == done
        assert [one["records"] for one in done["removed"] if one["rule"]["id"] == "screenings"] == [
            1
        ]
        assert screened("audit", "verify").code == 0
        assert not json.loads(screened("retention", "subject", "O'Quillan", "--json").out)["data"]


@pytest.mark.parametrize("name", ["Zélie O’Quillan", "oquillan ZELIE", "O'Quillan"])
def test_where_a_person_is_named(screened: Run, name: str) -> None:
    found = json.loads(screened("retention", "subject", name, "--json").out)["data"]
    assert {one["where"] for one in found} == {"supplier as screened"}
    assert found[0]["fields"] == "people.name"


def test_a_listed_person_is_found_in_findings_and_entries(screened: Run) -> None:
    found = json.loads(screened("retention", "subject", "Petrosyanov", "--json").out)["data"]
    assert {one["where"] for one in found} >= {
        "supplier",
        "supplier as screened",
        "finding",
        "list entry as compared",
        "list entry",
    }
    (listed,) = {one["reference"] for one in found if one["reference"].startswith("uk-sanctions/")}
    assert listed
    shown = screened("retention", "subject", "Dragomir Petrosyanov")
    assert "people.name" in shown.out
    assert "acknowledged within 30 days" in shown.err
    log = screened("audit", "log", "--json").out
    assert "subject access" in log
    assert "petrosyanov" not in log.lower()


def test_nobody_and_no_name(screened: Run) -> None:
    nobody = screened("retention", "subject", "Nemo Nobody").err
    assert "Try other spellings" in nobody
    assert "s.164A" in nobody
    assert screened("retention", "subject", "…").code == 2
