"""`suppliers network`: from two suppliers with a director in common to a picture of it."""

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import time_machine

from duediligence.demo.office import DEMO_TIME

from ..conftest import MadeHome
from ..homes import copy_home
from .conftest import keep_restricted

Run = Callable[..., Any]
SUPPLIERS = """ref,name,contract,director 1,director 1 date of birth
S1,Bright Sands Home Care Ltd,Home care (north),Jo Invented,03/1968
S2,Marrow Lane Vapes Ltd,Home care (north),Jo Invented,03/1968
S3,Volkhar Maritime UK Ltd,Harbour dredging,Ada Ferrow,11/1975
"""

SVG = "{http://www.w3.org/2000/svg}"
BIDDERS = """ref,name,contract,sort code,account number,email,director 1,director 1 date of birth
B1,Tarnwick Cleaning Ltd,Office cleaning,60-16-13,31926819,a@tarnwick.example,Jo Invented,03/1968
B2,Fernlow Facilities Ltd,Office cleaning,60-16-13,31926819,b@fernlow.example,Jo Invented,03/1968
B3,Volkhar Maritime UK Ltd,Harbour dredging,,,,Ada Ferrow,11/1975
"""


@pytest.fixture
def home(run: Run, made_home: MadeHome, tmp_path: Path, monkeypatch: Any) -> Iterator[Run]:
    """Three suppliers, screened against the sample lists; of S2 there is a restricted record."""
    copy_home(made_home(keep_restricted, SUPPLIERS), tmp_path / "home")
    (tmp_path / "s.csv").write_text(SUPPLIERS, encoding="utf-8")
    monkeypatch.setenv("DUEDILIGENCE_STORE_RESTRICTED", "true")
    with time_machine.travel(DEMO_TIME):
        yield run


def events(run: Run, kind: str) -> list[Any]:
    records = json.loads(run("audit", "log", "--last", "50", "--json").out)["data"]
    return [one["event"] for one in records if one["event"]["kind"] == kind]


def test_a_shared_director_is_told_on_the_screen_with_its_source(home: Run) -> None:
    before = len(events(home, "export"))
    shown = home("suppliers", "network", "S1")
    assert shown.code == 0, shown.err
    assert (
        "1. Bright Sands Home Care Ltd (S1) and Marrow Lane Vapes Ltd (S2): by way of Jo Invented"
        in shown.out
    )
    assert "Strong link" in shown.out
    assert "Source: supplier file, first known here on 20 November 2026." in shown.out
    assert "For a picture: duediligence suppliers network S1 --out network.svg" in shown.err
    assert "Volkhar" not in shown.out
    assert len(events(home, "export")) == before


def test_from_a_spreadsheet_to_a_flag_to_a_picture(
    run: Run, loaded_home: Path, tmp_path: Path
) -> None:
    """Two bidders for one contract with one person behind both, and one bank account."""
    copy_home(loaded_home, tmp_path / "home")
    (tmp_path / "bidders.csv").write_text(BIDDERS, encoding="utf-8")
    with time_machine.travel(DEMO_TIME):
        imported = run("suppliers", "import", "bidders.csv")
        assert imported.code == 0, imported.err
        never = run("suppliers", "network", "B1")
        assert "Tarnwick Cleaning Ltd (B1) was not screened yet" in never.out
        assert "For a picture" not in never.err
        assert run("screen", "--format", "1", "--out", "flags.csv").code in (0, 1, 3)
        with (tmp_path / "flags.csv").open(encoding="utf-8-sig", newline="") as file:
            flags = {row["supplier_ref"]: row for row in csv.DictReader(file)
                     if row["check_id"] == "NET-01"}  # fmt: skip
        assert sorted(flags) == ["B1", "B2"]
        assert flags["B1"]["severity"] == "high"
        assert "you have both for Office cleaning" in flags["B1"]["why"]

        shown = run("suppliers", "network", "office cleaning")
        for title in ("Tarnwick Cleaning Ltd (B1)", "Fernlow Facilities Ltd (B2)"):
            assert f"another supplier: {title}" in shown.out
        assert "by way of the same bank account" in shown.out
        # Of one supplier alone, an e-mail domain links nobody.
        assert "e-mail domain" not in shown.out

        drawn = run("suppliers", "network", "office cleaning", "--out", "n.svg", "--include-people")
        assert drawn.code == 0, drawn.err
    picture = ET.parse(tmp_path / "n.svg").getroot()
    boxes = [
        " ".join(" ".join(text.text or "" for text in box.iter(f"{SVG}text")).split())
        for box in picture.findall(f"{SVG}svg")
    ]
    assert sorted(boxes) == [
        "Bank account Only compared, not kept",
        "Fernlow Facilities Ltd Supplier B2",
        "Jo Invented Person",
        "Tarnwick Cleaning Ltd Supplier B1",
    ]
    said = [text.text for text in picture.iter(f"{SVG}text")]
    assert said.count("director") == 2
    assert said.count("bank account") == 2
    assert picture.findtext(f"{SVG}title") == (
        "The network of Tarnwick Cleaning Ltd (B1) and Fernlow Facilities Ltd (B2)"
    )
    assert "2 paths lead to other suppliers" in (picture.findtext(f"{SVG}desc") or "")


def test_a_picture_and_its_record(home: Run, tmp_path: Path) -> None:
    written = home("suppliers", "network", "S1", "--out", "n.svg")
    assert written.code == 0, written.err
    picture = (tmp_path / "n.svg").read_text("utf-8")
    assert ET.fromstring(picture).tag == "{http://www.w3.org/2000/svg}svg"
    assert "Marrow Lane Vapes Ltd" in picture
    assert "Jo Invented" not in picture
    assert "Person 1" in picture
    assert "1 name left out." in written.err
    event = events(home, "export")[-1]
    assert event["what"]["people"] == "left out"
    assert event["what"]["sha256"] in written.out
    assert "Invented" not in json.dumps(event)


@pytest.mark.parametrize("ending", ["svg", "graphml", "txt", "json"])
def test_people_are_in_a_file_only_where_that_is_asked(
    home: Run, tmp_path: Path, ending: str
) -> None:
    for more, named in ((), False), (("--include-people",), True):
        assert home("suppliers", "network", "S1", "--out", f"n.{ending}", *more).code == 0
        text = (tmp_path / f"n.{ending}").read_text("utf-8")
        assert ("Jo Invented" in text) is named
        # The stored id of a person is made of the name and the birth month.
        assert "person:1" in text or ending in ("svg", "txt")
    assert events(home, "export")[-1]["what"]["people"] == "included"


def test_json_names_nobody_unless_asked_and_is_recorded(home: Run) -> None:
    printed = home("suppliers", "network", "S1", "--json")
    data = json.loads(printed.out)["data"]
    assert data["suppliers"] == ["S1"]
    assert [path["title"] for path in data["paths"]] == [
        "Bright Sands Home Care Ltd (S1) and Marrow Lane Vapes Ltd (S2): by way of Person 1"
    ]
    assert "Jo Invented" not in printed.out
    assert events(home, "export")[-1]["what"]["form"] == "json"


def test_a_contract_is_all_its_suppliers(home: Run) -> None:
    shown = home("suppliers", "network", "home care (North)")
    assert "Bright Sands Home Care Ltd (S1) and Marrow Lane Vapes Ltd (S2)" in shown.out
    assert "Around Bright Sands Home Care Ltd (S1) and Marrow Lane Vapes Ltd (S2)" in shown.out
    assert "2. " not in shown.out


def test_what_is_not_known_gives_the_nearest(home: Run) -> None:
    wrong = home("suppliers", "network", "Home care (nort)")
    assert wrong.code == 2
    assert "Did you mean 'Home care (north)'?" in wrong.err
    assert (
        "Did you mean S2 (Marrow Lane Vapes Ltd)?" in home("suppliers", "network", "Marow Lane").err
    )
    assert "Enter 1, 2 or 3." in home("suppliers", "network", "S1", "--steps", "4").err
    assert "must end in .svg" in home("suppliers", "network", "S1", "--out", "n.png").err
    assert "not a folder" in home("suppliers", "network", "S1", "--out", "no/n.svg").err
    refused = home("suppliers", "network", "S1", "--out", "n.svg", "--restricted")
    assert "on the screen only" in refused.err


def test_a_restricted_record_is_shown_only_where_it_is_asked_for_and_recorded(home: Run) -> None:
    plain = home("suppliers", "network", "S1")
    assert "1 restricted record not shown." in plain.out
    assert "--restricted shows restricted records" in plain.err
    assert "Enforcement" not in plain.out
    assert "On record: " not in plain.out
    assert not events(home, "restricted shown")
    shown = home("suppliers", "network", "S1", "--restricted")
    assert "Possible enforcement: " in shown.out
    assert "not shown" not in shown.out
    assert [one["what"] for one in events(home, "restricted shown")] == [
        {"marks": 1, "suppliers": ["S1"]}
    ]


@pytest.mark.parametrize("named", [False, True])
def test_the_page_of_a_run_has_the_picture_of_who_is_linked(
    home: Run, tmp_path: Path, named: bool
) -> None:
    more = () if named else ("--redact-people",)
    assert home("screen", "--out", "run.html", *more).code in (0, 1, 3)
    page = (tmp_path / "run.html").read_text("utf-8")
    assert page.count("What links it with others") == 2
    assert "Marrow Lane Vapes Ltd (S2): by way of Person 1" in page
    # Nobody of them may be on a list.
    assert (
        "Jo Invented" not in page.partition("What links it with others")[2].partition("</div>")[0]
    )
    assert "Possible enforcement" not in page
