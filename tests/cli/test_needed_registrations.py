"""From a supplier file with contracts to what their work needs and the registers do not show."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine

from duediligence.demo.office import DEMO_TIME
from tests.homes import copy_home
from tests.thorough import first_of

Run = Callable[..., Any]
HEADER = (
    "Supplier ref,Supplier name,Company no,Postcode,Contract title,CPV code,Annual value,End date\n"
)
# What is not on the sample lists, or not as the contract needs, with the check that says so.
SUPPLIERS = {
    # Waste: held; run out; never registered; a lower tier; a contract that is over.
    "W1,Fabled Skips & Grab Hire Ltd,09900621,ZY1 7CK,Skip hire,,20000,": {},
    "W2,U N Real,,ZY2 2NC,Refuse collection,,5000,": {"REQ-02": "9 January 2026"},
    "W3,Neverlisted Refuse Ltd,99009901,ZY1 1AA,Services 2026,90511000-2,9,": {
        "REQ-01": "CPV 90511"
    },
    "W4,Imaginary Orchards Partnership,,ZY9 4TO,Bulky waste collection,,1,": {
        "REQ-02": "CBDL990103"
    },
    "W5,Longgone Refuse Ltd,99009902,,Refuse collection,,1,31/03/2026": {},
    "W6,Binmakers Invented Ltd,99009903,,Supply of waste collection bins,,1,": {},
    # Labour: held; revoked; not looked up; looked up and not found.
    "L1,Quilterfold Labour Solutions Limited,09900661,,Fruit pickers for the county farm,,1,": {},
    "L2,Cropmarrow Gangs Ltd,99006603,,Vegetable picking gangs,,1,": {"REQ-02": "Revoked"},
    "L3,Neverlisted Harvest Ltd,99009904,,Supply of farm workers,,1,": {
        "REQ-04": "nobody looked it up"
    },
    "L5,Turnipgate Crews Ltd,99006606,,Supply of farm workers,,1,": {"REQ-01": "not found on 15"},
    "L4,Officetemps Invented Ltd,99009905,,Temporary office staff,,1,": {},
    # Care: dormant; no longer registered; not on the register; beside the work; another nation.
    "C1,Marsh Samphire Homecare Limited,,ZY1 3SW,Home care (south),,1,": {"REQ-02": "dormant"},
    "C2,Tamarisk Invented Care Limited,,ZY4 5RK,Care home places,,1,": {"REQ-02": "No longer"},
    "C3,Neverlisted Care Ltd,99009906,ZY1 1AB,Domiciliary care,,412000,": {
        "REQ-01": "Health and Social Care Act 2008 s.10"
    },
    "C4,Softcare Invented Ltd,99009907,,Carers' IT system,,1,": {},
    "C5,Glencare Invented Ltd,SC990999,,Home care at the border,,1,": {"REQ-01": "Scotland"},
    # No list can be had.
    "G1,Gullwing Guards Ltd,99009908,,Manned guarding of the depot,,1,": {"REQ-04": "No list"},
    # Nothing is known of a contract.
    "N1,Neverlisted Waste Care Labour Ltd,99009909,,,,,": {},
}


@pytest.fixture(autouse=True)
def _on_the_day_of_the_samples() -> Iterator[None]:
    with time_machine.travel(DEMO_TIME, tick=False):
        yield


def flags(run: Run) -> list[dict[str, str]]:
    result = run("screen", "suppliers.csv", "--format", "1", "--out", "flags.csv")
    assert result.code in (0, 1), result.err
    with Path("flags.csv").open(encoding="utf-8-sig", newline="") as file:
        return [row for row in csv.DictReader(file) if row["check_id"].startswith("REQ-")]


def test_each_lack_is_found_and_none_is_invented(
    run: Run, loaded_home: Path, tmp_path: Path
) -> None:
    copy_home(loaded_home, tmp_path / "home")
    Path("suppliers.csv").write_text(HEADER + "\n".join(SUPPLIERS) + "\n", encoding="utf-8")
    rows = flags(run)
    found: dict[str, dict[str, str]] = {line.partition(",")[0]: {} for line in SUPPLIERS}
    for row in rows:
        found[row["supplier_ref"]][row["check_id"]] = f"{row['why']} {row['happened']}"
    for line, expected in SUPPLIERS.items():
        ref = line.partition(",")[0]
        assert found[ref].keys() == expected.keys(), (ref, found[ref])
        for check_id, words in expected.items():
            assert words.casefold() in found[ref][check_id].casefold(), found[ref]
    severities = {row["check_id"]: row["severity"] for row in rows}
    assert severities == {"REQ-01": "medium", "REQ-02": "high", "REQ-04": "low"}
    assert all("exclu" not in row["next_step"] for row in rows)
    assert all(row["next_step"].startswith("Ask") for row in rows)


def test_a_register_that_is_not_loaded_is_a_question_once(run: Run, tmp_path: Path) -> None:
    Path("suppliers.csv").write_text(
        HEADER + "S1,Quill Ltd,99009901,,Home care,,1,\nS1,Quill Ltd,99009901,,Skip hire,,1,\n",
        encoding="utf-8",
    )
    run("screen", "suppliers.csv", "--format", "1", "--out", "flags.csv")
    with Path("flags.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["check_id"].startswith("REQ-")]
    (row,) = rows
    assert (row["check_id"], row["severity"], row["list_id"]) == ("REQ-04", "low", "")
    assert "'Home care'" in row["why"]
    assert "'Skip hire'" in row["why"]


def test_a_supplier_is_found_by_each_of_its_contracts(run: Run) -> None:
    Path("suppliers.csv").write_text(
        HEADER + "S1,Quill Ltd,99009901,,Home care,,1200,31/03/2029\n"
        "S1,Quill Ltd,99009901,,Skip hire,,1,\nS2,Moss Ltd,99009902,,Books,,1,\n",
        encoding="utf-8",
    )
    imported = run("suppliers", "import", "suppliers.csv")
    assert "3 contracts of 2 suppliers" in imported.err
    assert "A further contract of a supplier read before: row 3." in imported.err
    again = run("suppliers", "import", "suppliers.csv")
    assert "(0 new, 0 changed, 2 unchanged)" in again.err
    shown = run("suppliers", "show", "S1").out
    assert "Contract: Home care, £1,200.00 a year, to 31 March 2029. The law" in shown
    assert "Contract: Skip hire, £1.00 a year. The law" in shown
    run("screen")
    exported = run("alerts", "flags", "out.csv", "--contract", "skip hire")
    assert exported.code == 0, exported.err
    with Path("out.csv").open(encoding="utf-8-sig", newline="") as file:
        refs = {row["supplier_ref"] for row in csv.DictReader(file)}
    assert "S1" in refs
    assert "S2" not in refs
    unknown = run("alerts", "flags", "out.csv", "--contract", "skip hires")
    assert "Did you mean 'Skip hire'?" in unknown.err


@pytest.mark.parametrize("people", first_of([["--include-people"], []]))
def test_a_pack_of_each_verifies(
    run: Run, loaded_home: Path, tmp_path: Path, people: list[str]
) -> None:
    """What a contract needs follows again from what is in the pack, those left out apart."""
    copy_home(loaded_home, tmp_path / "home")
    Path("suppliers.csv").write_text(HEADER + "\n".join(SUPPLIERS) + "\n", encoding="utf-8")
    run("screen", "suppliers.csv")
    for ref in ("W1", "W2", "W3", "W4", "L2", "C2", "C5", "G1"):
        made = run("report", ref, "--out", f"{ref}.zip", *people)
        assert made.code == 0, made.err
        verified = run("report", "verify", f"{ref}.zip")
        assert verified.code == 0, (ref, verified.out, verified.err)
