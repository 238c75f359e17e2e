"""Signs of labour exploitation, from the sample lists to the flag, the pack and the referral."""

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
HEADER = "Supplier ref,Supplier name,Trading name,Postcode,Contract title\n"
SUPPLIERS = (
    # A sponsor with a B rating that was named for the minimum wage, and one with a penalty as well.
    "L1,Sandpiper Pretend Care Ltd,P&Q Invented Hardware Ltd,,Home care\n"
    "L2,Sandpiper Pretend Care Ltd,Thistlemere Bakeries Limited; Gwiberlan Cleaning Cyf,ZY30 1AB,\n"
    # Two penalties are of one kind; a B rating alone is one sign.
    "N1,Brackenford Poultry Limited,,ZY9 8TT,Poultry\n"
    "N2,Sandpiper Pretend Care Ltd,,,Books\n"
    # A revoked licence beside work that needs one is one kind, too.
    "N3,Cropmarrow Gangs Ltd,,ZY20 8CM,Vegetable picking gangs\n"
    # Named, and refused as a gangmaster, under names that may be people's.
    "P1,Peasebridge Pickers,Ms Hepzibah Larkwhistle,ZY2 9PB,\n"
)


@pytest.fixture(autouse=True)
def _on_the_day_of_the_samples() -> Iterator[None]:
    with time_machine.travel(DEMO_TIME, tick=False):
        yield


@pytest.fixture
def screened(run: Run, loaded_home: Path, tmp_path: Path) -> dict[str, dict[str, str]]:
    """The row of the check, by supplier."""
    shutil.copytree(loaded_home, tmp_path / "home")
    Path("suppliers.csv").write_text(HEADER + SUPPLIERS, encoding="utf-8")
    result = run("screen", "suppliers.csv", "--out", "flags.csv", "--include-people")
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
        "P1": "medium",
    }
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
    result = run("export", "flags", "shared.csv")
    assert result.code == 0, result.err
    row = labour_rows("shared.csv")["P1"]
    assert "Hepzibah" not in row["why"]
    assert "Named for minimum wage" in row["why"]


@pytest.mark.parametrize("people", [[], ["--include-people"]])
def test_packs_verify(run: Run, screened: dict[str, dict[str, str]], people: list[str]) -> None:
    assert screened
    for ref in ("L1", "L2", "N2", "P1"):
        made = run("report", ref, "--out", f"{ref}.zip", *people)
        assert made.code == 0, made.err
        verified = run("report", "verify", f"{ref}.zip")
        assert verified.code == 0, (ref, verified.out, verified.err)


def test_a_first_responder_gets_a_form(run: Run, screened: dict[str, dict[str, str]]) -> None:
    assert screened
    listed = json.loads(run("alerts", "list", "--supplier", "L2", "--json").out)["data"]
    (alert,) = (one["id"] for one in listed if one["check_id"] == "LAB-01")
    chosen = ("--finding", alert, "--to", "first-responder", "--out", "form.html")
    made = run("export", "referral", *chosen)
    assert made.code == 0, made.err
    page = Path("form.html").read_text(encoding="utf-8")
    assert "First responder for victims of modern slavery" in page
    assert "Illegal working penalty" in page
