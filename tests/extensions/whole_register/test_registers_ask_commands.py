"""`registers ask` from files to answers: on the terminal, in files, and in the audit chain."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine

from duediligence.demo.office import DEMO_TIME
from tests.homes import copy_home

pytest.importorskip("duckdb")

DEMO = Path(__file__).parents[3] / "duediligence" / "demo"
SUPPLIERS = """Supplier Ref,Supplier Name,Company No
S1,Quillen Recycling Limited,99000002
S2,Nobody Known,
"""


def owner(number: str, name: str, **more: Any) -> str:
    forename, surname = name.split()
    data = {
        "kind": "individual-person-with-significant-control",
        "name": name,
        "name_elements": {"forename": forename, "surname": surname},
        "date_of_birth": {"year": 1970, "month": 5},
        "natures_of_control": ["ownership-of-shares-75-to-100-percent"],
        "notified_on": "2019-01-01",
        "etag": "1",
        **more,
    }
    return json.dumps({"company_number": number, "data": data})


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """A new company with the owner, office and name of one in liquidation, in publishers' files."""
    header = (DEMO / "companies_bulk").glob("*.csv").__next__().read_text("utf-8").splitlines()[0]
    names = next(csv.reader([header]))
    rows = []
    for number, name, status, created in (
        ("99000001", "=QUILLEN WASTE LIMITED", "Liquidation", "01/02/2011"),
        ("99000002", "QUILLEN RECYCLING LIMITED", "Active", "01/03/2026"),
    ):
        values = dict.fromkeys(names, "")
        known = {
            "CompanyName": name,
            "CompanyNumber": number,
            "RegAddress.AddressLine1": "71 INVENTED STREET",
            "RegAddress.PostCode": "AB1 2CD",
            "CompanyCategory": "Private Limited Company",
            "CompanyStatus": status,
            "CountryOfOrigin": "United Kingdom",
            "IncorporationDate": created,
            "SICCode.SicText_1": "38110 - Collection of non-hazardous waste",
        }
        for column in names:
            values[column] = known.get(column.strip(), "")
        rows.append(list(values.values()))
    companies = tmp_path / "BasicCompanyDataAsOneFile-2026-11-01.csv"
    with companies.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows(rows)
    totals = {
        "kind": "totals#persons-of-significant-control-snapshot",
        "persons_of_significant_control_count": 2,
        "statements_count": 0,
        "exemptions_count": 0,
    }
    (tmp_path / "persons-with-significant-control-snapshot-2026-11-01.txt").write_text(
        "\n".join(
            [
                owner("99000001", "Jo Invented"),
                owner("99000002", "Jo Invented"),
                json.dumps({"data": totals}),
            ]
        ),
        encoding="utf-8",
    )
    (tmp_path / "suppliers.csv").write_text(SUPPLIERS, encoding="utf-8")
    return tmp_path


def test_from_the_publishers_files_to_answers(run: Callable[..., Any], register: Path) -> None:
    home = ("--home", register / "home")
    files = [*register.glob("Basic*"), *register.glob("persons*")]
    unloaded = run(*home, "registers", "ask", "circles")
    assert unloaded.code == 2
    assert "registers load whole" in unloaded.err
    assert run(*home, "registers", "load", "whole", *files).code == 0
    alone = run(*home, "registers", "ask", "near", "--insolvent")
    assert alone.code == 2
    assert "No stored supplier has a company number" in alone.err
    assert "Import them with their numbers: duediligence suppliers import FILE" in alone.err
    lost = run(*home, "registers", "ask", "address", "--number", "12")
    assert lost.code == 2
    assert "holds no company 00000012\nCheck the number." in lost.err
    unplaced = run(*home, "registers", "ask", "address", "--address", "71 Invented Street")
    assert "Add --postcode." in unplaced.err
    assert run(*home, "suppliers", "import", register / "suppliers.csv").code == 0

    near = run(*home, "registers", "ask", "near", "--insolvent", "--purpose", "new bidder")
    assert near.code == 3  # the officers file is not loaded
    assert "Jo Invented" in near.out
    assert "=QUILLEN WASTE LIMITED (99000001)" in near.out
    assert "2 paths found" not in near.out  # of two ways to one party, the strongest
    assert "Not asked: officers (officers bulk file) not loaded." in near.err
    assert "Suppliers without a company number: 1" in near.err

    out = register / "answer.csv"
    phoenix = run(*home, "registers", "ask", "phoenixes", "--suppliers", "--out", out)
    assert "name: quillen" in phoenix.out
    assert "kind of work: 38110" in phoenix.out
    assert "person: Jo Invented" in phoenix.out
    written = list(csv.reader(out.read_text("utf-8-sig").splitlines()))
    first = dict(zip(written[0], written[1], strict=True))
    assert first["failed"] == "'=QUILLEN WASTE LIMITED"
    assert first["took_over"].startswith("person: person 1; address: 71, AB1 2CD")
    assert "Invented" not in out.read_text("utf-8-sig")
    assert any("Not asked: officers" in row[0] for row in written)

    out = register / "answer.json"
    named = run(*home, "registers", "ask", "phoenixes", "--out", out, "--include-people", "--json")
    assert json.loads(named.out) == json.loads(out.read_text("utf-8"))
    data = json.loads(named.out)["data"]
    assert data["complete"] is False
    assert data["not_loaded"] == ["officers"]
    assert "person: Jo Invented" in data["rows"][0]["took_over"]

    log = run(*home, "audit", "log", "--json").out
    assert "Invented" not in log
    told = run(*home, "audit", "log").out
    assert "purpose new bidder; question near" in told


def test_who_is_listed_is_unknown_until_every_list_in_use_was_searched(
    run: Callable[..., Any], register: Path, loaded_home: Path
) -> None:
    copy_home(loaded_home, register / "home")
    home = ("--home", register / "home")
    ask = (*home, "registers", "ask", "near", "--listed")
    with time_machine.travel(DEMO_TIME):
        assert run(*home, "suppliers", "import", register / "suppliers.csv").code == 0
        files = [*register.glob("Basic*"), *register.glob("persons*")]
        assert run(*home, "registers", "load", "whole", *files).code == 0
        unscreened = run(*ask)
        assert unscreened.code == 3
        assert "was not screened yet" in unscreened.err
        assert "duediligence registers screen" in unscreened.err

        assert run(*home, "lists", "drop", "eu").code == 0
        screened = run(*home, "registers", "screen", "--json")
        assert screened.code == 3
        never = json.loads(screened.out)["data"]["never_loaded"]
        assert never == ["eu"]
        asked = run(*ask, "--json")
        assert asked.code == 3
        data = json.loads(asked.out)["data"]
        assert data["lists_not_searched"] == never
        assert data["files"]["screened"] == DEMO_TIME.date().isoformat()
        assert "uk-sanctions" in data["lists_searched"]
        assert "Not searched by registers screen: eu. Nothing found is not clear." in asked.err


def test_what_cannot_be_asked(run: Callable[..., Any], tmp_path: Path) -> None:
    ask = ("--home", tmp_path, "registers", "ask")
    for wrong in (
        ("near",),
        ("near", "--listed", "--insolvent"),
        ("near", "--person", "Jo Invented"),
        ("near", "--person", "Jo Invented", "--born", "1970-13"),
        ("address",),
        ("address", "--number", "1", "--suppliers"),
        ("address", "--address", "71 Invented Street"),
        ("circles", "--purpose", "fun"),
        ("circles", "--limit", "0"),
        ("circles", "--out", tmp_path / "answer.pdf"),
        ("circles", "--out", tmp_path / "nowhere" / "answer.csv"),
        ("changes", "--since", "yesterday"),
    ):
        assert run(*ask, *wrong).code == 2, wrong
