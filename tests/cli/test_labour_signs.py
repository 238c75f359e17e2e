"""Signs of labour exploitation, from the sample lists to the flag, the pack and the referral."""

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine

from duediligence.demo.office import DEMO_TIME
from tests.homes import copy_home
from tests.thorough import first_of

Run = Callable[..., Any]
HEADER = "Supplier ref,Supplier name,Trading name,Postcode,Contract title,Director\n"
SPONSOR = "Sandpiper Pretend Care Ltd"  # with a B rating
SUPPLIERS = (
    # Named for the minimum wage as well; with a penalty for illegal working, too.
    f"L1,{SPONSOR},P&Q Invented Hardware Ltd,,Home care,\n"
    f"L2,{SPONSOR},Thistlemere Bakeries Limited; Gwiberlan Cleaning Cyf,ZY30 1AB,,\n"
    # A care home with a poor rating; a gangmaster's licence that nobody looked up is no sign.
    f"L3,{SPONSOR},Sunnyhaven Residential Care Homes Ltd,ZY2 8GL,,\n"
    f"L4,{SPONSOR},,,Vegetable picking gangs,\n"
    # A director under a slavery and trafficking order, and one under another order.
    f'L5,{SPONSOR},,,,"Drusilla Penhargle, 1979-02"\n'
    f'N4,{SPONSOR},,,,"Isambard Vox Marldon, 1990-07"\n'
    # Two penalties are of one kind; a B rating alone is one sign.
    "N1,Brackenford Poultry Limited,,ZY9 8TT,Poultry,\n"
    f"N2,{SPONSOR},,,Books,\n"
    # A revoked licence beside work that needs one is one kind, too; a poor rating is none.
    "N3,Cropmarrow Gangs Ltd,,ZY20 8CM,Vegetable picking gangs,\n"
    "N5,Sunnyhaven Residential Care Homes Ltd,,ZY2 8GL,,\n"
    # Named, and refused as a gangmaster, under names that may be people's.
    "P1,Peasebridge Pickers,Ms Hepzibah Larkwhistle,ZY2 9PB,,\n"
)


@pytest.fixture(autouse=True)
def _on_the_day_of_the_samples() -> Iterator[None]:
    with time_machine.travel(DEMO_TIME, tick=False):
        yield


@pytest.fixture
def screened(run: Run, loaded_home: Path, tmp_path: Path) -> dict[str, dict[str, str]]:
    """The row of the check, by supplier."""
    copy_home(loaded_home, tmp_path / "home")
    Path("suppliers.csv").write_text(HEADER + SUPPLIERS, encoding="utf-8")
    result = run(
        "screen", "suppliers.csv", "--format", "1", "--out", "flags.csv", "--include-people"
    )
    assert result.code in (0, 1), result.err
    return labour_rows("flags.csv")


def labour_rows(file: str) -> dict[str, dict[str, str]]:
    with Path(file).open(encoding="utf-8-sig", newline="") as opened:
        rows = [row for row in csv.DictReader(opened) if row["check_id"] == "LAB-01"]
    found = {row["supplier_ref"]: row for row in rows}
    assert len(found) == len(rows), "one case for each supplier"
    return found


def test_signs_together_are_one_case_that_explains_itself(
    screened: dict[str, dict[str, str]],
) -> None:
    assert {ref: row["severity"] for ref, row in screened.items()} == {
        "L1": "medium",
        "L2": "high",
        "L3": "medium",
        "L5": "high",
        "P1": "medium",
    }
    assert "Requires improvement" in screened["L3"]["why"]
    assert "Slavery or trafficking" in screened["L5"]["why"]
    assert {
        ref: row["handling"] for ref, row in screened.items() if row["handling"] != "public"
    } == {"L5": "internal"}
    why = screened["L1"]["why"]
    assert why.startswith("2 kinds of sign: Named for minimum wage and Sponsor licence lowered")
    assert "STA-02" in why
    assert "list sponsors" in why
    assert "a B rating is often paperwork" in why
    assert "mostly it is a mistake in the payroll" in why
    step = screened["L1"]["next_step"]
    assert step.index("call 999") < step.index("National Referral Mechanism")
    assert step.index("National Referral Mechanism") < step.index("sample of the payroll")


def test_its_sources_stay_flags_of_their_own(screened: dict[str, dict[str, str]]) -> None:
    assert "L1" in screened
    with Path("flags.csv").open(encoding="utf-8-sig", newline="") as file:
        checks = {row["check_id"] for row in csv.DictReader(file) if row["supplier_ref"] == "L1"}
    assert {"LAB-01", "ENF-05", "STA-02"} <= checks


def test_names_of_people_are_left_out(run: Run, screened: dict[str, dict[str, str]]) -> None:
    assert screened
    result = run("alerts", "flags", "shared.csv")
    assert result.code == 0, result.err
    shared = labour_rows("shared.csv")
    for ref, name in (("P1", "Hepzibah"), ("P1", "Larkwhistle"), ("L5", "Penhargle")):
        assert name not in str(shared.get(ref))
    assert "Named for minimum wage" in shared["P1"]["why"]


@pytest.mark.parametrize("people", first_of([["--include-people"], []]))
def test_packs_verify(run: Run, screened: dict[str, dict[str, str]], people: list[str]) -> None:
    assert screened
    for ref in ("L1", "L2", "L3", "L4", "L5", "N2", "P1"):
        made = run("report", ref, "--out", f"{ref}.zip", *people)
        assert made.code == 0, made.err
        verified = run("report", "verify", f"{ref}.zip")
        assert verified.code == 0, (ref, verified.out, verified.err)


def test_a_first_responder_gets_a_form(run: Run, screened: dict[str, dict[str, str]]) -> None:
    assert screened
    listed = json.loads(run("alerts", "list", "--supplier", "L2", "--json").out)["data"]
    (alert,) = (one["id"] for one in listed if one["check_id"] == "LAB-01")
    chosen = ("--finding", alert, "--to", "first-responder", "--out", "form.html")
    made = run("sharing", "referral", *chosen)
    assert made.code == 0, made.err
    page = Path("form.html").read_text(encoding="utf-8")
    assert "First responder for victims of modern slavery" in page
    assert "Illegal working penalty" in page
