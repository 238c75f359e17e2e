"""Files name nobody and hold nothing restricted, unless somebody asked, on record."""

import csv
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine

from duediligence.cli.demo import DEMO_TIME

Run = Callable[..., Any]
REGISTERS = Path(__file__).parents[2] / "duediligence" / "demo" / "local_registers"
SUPPLIERS = """ref,name,director 1,director 1 date of birth
S1,Bright Sands Home Care Ltd,Dragomir Petrosyanov,03/1968
S2,Marrow Lane Vapes Ltd,,
"""


@pytest.fixture
def home(run: Run, loaded_home: Path, tmp_path: Path, monkeypatch: Any) -> Iterator[Run]:
    """The sample lists and a register with a restricted record about S2."""
    shutil.copytree(loaded_home, tmp_path / "home")
    (tmp_path / "s.csv").write_text(SUPPLIERS, encoding="utf-8")
    monkeypatch.setenv("DUEDILIGENCE_STORE_RESTRICTED", "true")
    with time_machine.travel(DEMO_TIME):
        assert run("lists", "add", REGISTERS / "asb.toml").code == 0
        loaded = run("lists", "refresh", "porthvellan-asb", "--from", REGISTERS)
        assert loaded.code == 0, loaded.err
        yield run


def events(run: Run, kind: str) -> list[Any]:
    records = json.loads(run("audit", "log", "--last", "50", "--json").out)["data"]
    return [one["event"] for one in records if one["event"]["kind"] == kind]


def test_files_and_json_name_nobody(home: Run, tmp_path: Path) -> None:
    outs = [x for end in ("csv", "json", "html", "xlsx") for x in ("--out", f"f.{end}")]
    home("screen", "s.csv", *outs)
    printed = home("screen", "--json").out
    for text in (
        printed,
        *((tmp_path / f"f.{end}").read_text() for end in ("csv", "html", "json")),
    ):
        assert "petrosyanov" not in text.lower()
        assert "director 1" in text
        assert "1 restricted finding and " in text
        assert "Premises closed" not in text
    with (tmp_path / "f.csv").open(encoding="utf-8", newline="") as file:
        assert [row["check_id"] for row in csv.DictReader(file)][-2:] == ["WITHHELD", "SCOPE"]
    assert not events(home, "export")


def test_people_are_included_on_record(home: Run, tmp_path: Path) -> None:
    home("screen", "s.csv", "--out", "f.csv", "--out", "f.html", "--include-people")
    assert "PETROSYANOV" in (tmp_path / "f.csv").read_text()
    assert "Petrosyanov" in (tmp_path / "f.html").read_text()
    assert "Premises closed" not in (tmp_path / "f.csv").read_text()
    told = events(home, "export")
    assert [(one["what"]["people"], one["what"]["file"]) for one in told] == [
        ("included", "f.csv"),
        ("included", "f.html"),
    ]
    assert told[0]["subject"]
    printed = home("check", "Bright Sands", "--person", "Dragomir Petrosyanov,1968-03", "--json")
    assert "PETROSYANOV" not in printed.out
    named = ("check", "Bright Sands", "--person", "Dragomir Petrosyanov,1968-03", "--json")
    assert "PETROSYANOV" in home(*named, "--include-people").out
    assert events(home, "export")[-1]["what"]["file"] == "standard output"


def test_the_screen_shows_people_and_restricted_findings_only_when_asked(home: Run) -> None:
    plain = home("check", "Marrow Lane Vapes Ltd")
    assert "Premises closed" not in plain.out
    assert "No possible match" not in plain.out
    assert plain.code in (1, 3)
    assert "1 restricted finding is not shown; --restricted shows it" in plain.err
    assert not events(home, "restricted shown")
    shown = home("check", "Marrow Lane Vapes Ltd", "--restricted")
    assert "Premises closed" in shown.out
    assert "Restricted: only for those who need it" in shown.out
    (event,) = events(home, "restricted shown")
    assert event["what"] == {"findings": 1}
    named = home("check", "Bright Sands", "--person", "Dragomir Petrosyanov,1968-03")
    assert "PETROSYANOV" in named.out
    assert home("audit", "verify").code == 0


def test_restricted_alerts_are_shown_only_when_asked_on_record(home: Run) -> None:
    home("screen", "s.csv")
    masked = home("alerts", "list")
    (line,) = (one for one in masked.out.splitlines() if "Marrow Lane" in one)
    assert "restricted; --restricted shows it" in line
    listed = json.loads(home("alerts", "list", "--supplier", "S2", "--json").out)["data"]
    (alert,) = (one for one in listed if one["withheld"])
    told = {key for key, value in alert.items() if value is not None}
    assert told == {"withheld", "id", "state", "severity", "supplier_ref", "supplier_name"}
    assert alert["id"].startswith(line.split()[0])
    for command in ("show", "history"):
        for json_too in ((), ("--json",)):
            refused = home("alerts", command, alert["id"], *json_too)
            assert (refused.code, refused.out) == (2, "")
            assert "rests on a restricted record" in refused.err
            assert "porthvellan" not in refused.err
    assert not events(home, "restricted shown")

    shown = home("alerts", "list", "--restricted").out
    assert "restricted;" not in shown
    assert "porthvellan-asb" in shown
    assert "Premises closed" in home("alerts", "show", alert["id"], "--restricted").out
    whole = json.loads(home("alerts", "show", alert["id"], "--restricted", "--json").out)["data"]
    assert (whole["withheld"], whole["list_id"]) == (False, "porthvellan-asb")
    assert home("alerts", "history", alert["id"], "--restricted").code == 0
    told_of = [one["what"] for one in events(home, "restricted shown")]
    assert told_of == [{"alerts": [alert["id"]]}] * 4
    # Nothing restricted is behind these, so that there is nothing to record.
    home("alerts", "list", "--supplier", "S1", "--restricted")
    assert len(events(home, "restricted shown")) == 4
    assert home("audit", "verify").code == 0
