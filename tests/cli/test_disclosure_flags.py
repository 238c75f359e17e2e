"""Files name whom a flag is about, on record, unless redacted; nothing restricted is in any."""

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine

from duediligence.demo.office import DEMO_TIME
from tests.cli.conftest import keep_restricted
from tests.conftest import MadeHome
from tests.homes import copy_home
from tests.whole_words import has_word

Run = Callable[..., Any]
SUPPLIERS = """ref,name,director 1,director 1 date of birth
S1,Bright Sands Home Care Ltd,Dragomir Petrosyanov,03/1968
S2,Marrow Lane Vapes Ltd,,
"""


@pytest.fixture
def home(run: Run, made_home: MadeHome, tmp_path: Path, monkeypatch: Any) -> Iterator[Run]:
    """The sample lists and a register with a restricted record about S2."""
    copy_home(made_home(keep_restricted), tmp_path / "home")
    (tmp_path / "s.csv").write_text(SUPPLIERS, encoding="utf-8")
    monkeypatch.setenv("DUEDILIGENCE_STORE_RESTRICTED", "true")
    with time_machine.travel(DEMO_TIME):
        yield run


def events(run: Run, kind: str) -> list[Any]:
    records = json.loads(run("audit", "log", "--last", "50", "--json").out)["data"]
    return [one["event"] for one in records if one["event"]["kind"] == kind]


def test_a_copy_for_circulation_names_nobody_behind_a_supplier(home: Run, tmp_path: Path) -> None:
    outs = [x for end in ("csv", "json", "html", "xlsx") for x in ("--out", f"f.{end}")]
    home("screen", "s.csv", "--format", "1", *outs, "--redact-people")
    printed = home("screen", "--json", "--redact-people").out
    for text in (
        printed,
        *((tmp_path / f"f.{end}").read_text() for end in ("csv", "html", "json")),
    ):
        # A public list names its own entry.
        assert "Dragomir PETROSYANOV" in text
        assert not has_word(text, "1968")
        assert "These words agree" not in text
        assert "director 1" in text
        assert "1 restricted finding and " in text
        assert "Premises closed" not in text
    with (tmp_path / "f.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["check_id"] for row in rows][-2:] == ["WITHHELD", "SCOPE"]
    about = {row["subject_name"] for row in rows if row["subject_role"].startswith("director")}
    assert about == {"director 1"}
    assert not events(home, "export")


def test_people_whom_a_flag_is_about_are_named_on_record(home: Run, tmp_path: Path) -> None:
    home("screen", "s.csv", "--format", "1", "--out", "f.csv", "--out", "f.html")
    with (tmp_path / "f.csv").open(encoding="utf-8-sig", newline="") as file:
        flag = next(row for row in csv.DictReader(file) if row["check_id"] == "SAN-01")
    assert (flag["subject_name"], flag["subject_role"]) == ("Dragomir Petrosyanov", "director")
    assert flag["subject_born"] == "1968-03"
    assert "Dragomir Petrosyanov" in (tmp_path / "f.html").read_text()
    assert "Premises closed" not in (tmp_path / "f.csv").read_text()
    told = events(home, "export")
    assert [(one["what"]["people"], one["what"]["file"]) for one in told] == [
        ("included", "f.csv"),
        ("included", "f.details.csv"),
        ("included", "f.html"),
    ]
    assert told[0]["subject"]
    named = ("check", "Bright Sands", "--person", "Dragomir Petrosyanov,1968-03", "--json")
    asked = json.loads(home(*named, "--redact-people").out)["data"]["findings"]
    assert "Dragomir Petrosyanov" not in {one["subject_name"] for one in asked}
    assert len(events(home, "export")) == 3
    told = json.loads(home(*named).out)["data"]["findings"]
    assert "Dragomir Petrosyanov" in {one["subject_name"] for one in told}
    assert events(home, "export")[-1]["what"]["file"] == "standard output"


def test_include_people_says_that_it_is_the_default(home: Run) -> None:
    said = home("screen", "s.csv", "--out", "f.csv", "--include-people")
    assert "--include-people is the default of this command" in said.err
    refused = home("screen", "s.csv", "--include-people", "--redact-people")
    assert refused.code == 2
    assert "cannot be used together" in refused.err


def test_every_supplier_has_a_row_where_that_is_asked(home: Run, tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text(SUPPLIERS + "S3,Unheard Of Cleaning Ltd,,\n", encoding="utf-8")
    code = home("screen", "s.csv", "--format", "1", "--out", "f.csv", "--all-suppliers").code
    with (tmp_path / "f.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    proofs = {row["supplier_ref"]: row for row in rows if row["check_id"] == "SCREENED"}
    assert set(proofs) == {"S1", "S2", "S3"}
    assert rows[-4:-1] == list(proofs.values())
    assert rows[-1]["check_id"] == "SCOPE"
    assert "flagged" in proofs["S1"]["status"]
    # What is restricted may not be guessed from its row, and never reads as clear.
    assert "left out in part" in proofs["S2"]["status"]
    assert "nothing found" not in proofs["S2"]["status"]
    assert proofs["S3"]["status"] == ("incomplete" if code == 3 else "nothing found")
    assert "UK Sanctions List" in proofs["S3"]["list_title"]
    assert {row["severity"] for row in (*proofs.values(), rows[-1])} == {""}
    assert proofs["S3"]["happened_on"] == "2026-11-20"
    assert home("screen", "s.csv", "--out", "f.html", "--all-suppliers").code == 2


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
    _, _, rest = masked.out.partition("Marrow Lane")
    shown, _, _ = rest.partition("\n\n")
    assert "restricted; --restricted shows it" in shown
    listed = json.loads(home("alerts", "list", "--supplier", "S2", "--json").out)["data"]
    (alert,) = (one for one in listed if one["withheld"])
    told = {key for key, value in alert.items() if value is not None}
    about = {"withheld", "id", "state", "severity", "supplier_ref", "supplier_name"}
    assert told == about | {"owner", "due", "overdue", "number"}
    assert alert["number"] in shown
    for command in ("show", "history"):
        for json_too in ((), ("--json",)):
            refused = home("alerts", command, alert["id"], *json_too)
            assert (refused.code, refused.out) == (2, "")
            assert "is based on a restricted record" in refused.err
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


def test_namesakes_are_counted_and_listed_on_request(home: Run, tmp_path: Path) -> None:
    aside = SUPPLIERS.replace("03/1968", "03/1989")
    (tmp_path / "s.csv").write_text(aside, encoding="utf-8")
    counted = home("screen", "s.csv")
    told = counted.out[counted.out.index("namesake") - 3 :].splitlines()[0]
    assert "set aside; list them with --namesakes." in told
    assert "Namesake:" not in counted.out + counted.err
    assert json.loads(home("screen", "s.csv", "--json").out)["data"]["namesakes"] >= 1
    listed = home("screen", "s.csv", "--namesakes").err
    assert "Dragomir Petrosyanov, born March 1989" in listed
    person = "Dragomir Petrosyanov,1989-03"
    checked = home("check", "Bright Sands Home Care", "--person", person, "--namesakes")
    assert "born March 1968" in checked.err
    nobody = home("check", "Little Acorns", "--namesakes")
    assert "No namesake was set aside" in nobody.err
