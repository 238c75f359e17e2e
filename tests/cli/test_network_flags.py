"""Suppliers that share a director: from a spreadsheet and the bulk register to a flag in words."""

import csv
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from duediligence.demo.office import DEMO_TIME
from duediligence.registers.bulk.companies import COLUMNS

Run = Callable[..., Any]
HEADER = "Supplier ref,Supplier name,Company number,Contract title,Director\n"
SUPPLIERS = (
    'N1,Amber Avocet Cleaning Ltd,99770001,School cleaning,"Zebedee Quornmarsh, 1970-05"\n'
    'N2,Cobalt Bittern Cleaning Ltd,99770002,School cleaning,"Mr Zebedee QUORNMARSH, 1970-05"\n'
    # A namesake of another month, and one of whom nothing is known but the name.
    'N3,Crimson Curlew Cleaning Ltd,99770003,School cleaning,"Zebedee Quornmarsh, 1981-11"\n'
    "N4,Ivory Dunlin Cleaning Ltd,99770004,School cleaning,Zebedee Quornmarsh\n"
    # In liquidation, under the same people.
    'N5,Jade Fulmar Paving Ltd,99770005,Paving,"Zebedee Quornmarsh, 1970-05"\n'
)


def company(number: int, name: str, status: str) -> dict[str, str]:
    return dict.fromkeys(COLUMNS, "") | {
        "CompanyName": name.upper(),
        " CompanyNumber": f"9977{number:04}",
        "RegAddress.AddressLine1": f"{number} QUILLEN STREET",
        "RegAddress.PostTown": "FENWICK",
        "RegAddress.PostCode": f"QQ{number} 1QQ",
        "CompanyCategory": "Private Limited Company",
        "CompanyStatus": status,
        "IncorporationDate": "12/03/2014",
        "Accounts.NextDueDate": "31/01/2027",
        "Accounts.AccountCategory": "TOTAL EXEMPTION FULL",
        "ConfStmtNextDueDate": "31/03/2027",
    }


@pytest.fixture
def screened(run: Run, home: Path, tmp_path: Path) -> Iterator[Run]:
    names = [line.split(",")[1] for line in SUPPLIERS.splitlines()]
    file = tmp_path / "BasicCompanyDataAsOneFile-2026-11-01.csv"
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for number, name in enumerate(names, 1):
            writer.writerow(company(number, name, "Liquidation" if number == 5 else "Active"))
    (tmp_path / "suppliers.csv").write_text(HEADER + SUPPLIERS, encoding="utf-8")
    with time_machine.travel(DEMO_TIME, tick=False):
        assert run("registers", "load", "companies-house", file).code == 0
        imported = run("suppliers", "import", "suppliers.csv")
        assert imported.code == 0, imported.err
        result = run("screen", "--format", "1", "--out", "flags.csv", "--include-people")
        assert result.code in (0, 1, 3), result.err
        yield run


def network_rows(file: str) -> dict[tuple[str, str], dict[str, str]]:
    with Path(file).open(encoding="utf-8-sig", newline="") as opened:
        rows = [row for row in csv.DictReader(opened) if row["check_id"].startswith("NET-")]
    return {(row["supplier_ref"], row["check_id"]): row for row in rows}


def test_a_shared_director_is_a_flag_that_an_officer_understands(screened: Run) -> None:
    assert screened
    rows = network_rows("flags.csv")
    assert {key: row["severity"] for key, row in rows.items()} == {
        ("N1", "NET-01"): "high",
        ("N2", "NET-01"): "high",
        ("N5", "NET-01"): "low",
        ("N1", "NET-02"): "low",
        ("N2", "NET-02"): "low",
    }
    why = rows["N1", "NET-01"]["why"]
    assert "Cobalt Bittern Cleaning Ltd (N2): Amber Avocet Cleaning Ltd has the director" in why
    assert "Mr Zebedee QUORNMARSH (supplier file, first known here on 20 November 2026)" in why
    assert "you have both for School cleaning" in why
    assert rows["N1", "NET-01"]["next_step"].startswith("Compare the bids of both")
    near = rows["N2", "NET-02"]["why"]
    assert near.startswith("Jade Fulmar Paving Ltd: insolvent (liquidation). The way there: ")


def test_without_people_the_way_is_said_without_the_name(screened: Run) -> None:
    result = screened("alerts", "flags", "shared.csv")
    assert result.code == 0, result.err
    assert "quornmarsh" not in Path("shared.csv").read_text(encoding="utf-8-sig").casefold()
    why = network_rows("shared.csv")["N1", "NET-01"]["why"]
    assert "Cobalt Bittern Cleaning Ltd (N2): Amber Avocet Cleaning Ltd has the director" in why
    assert "you have both for School cleaning" in why


def test_a_link_stays_known_since_the_first_screening(screened: Run) -> None:
    with time_machine.travel(DEMO_TIME + timedelta(days=1), tick=False):
        again = screened("screen", "--format", "1", "--out", "later.csv", "--include-people")
        assert again.code in (0, 1, 3), again.err
    before, after = network_rows("flags.csv"), network_rows("later.csv")
    assert {key: row["why"] for key, row in after.items()} == {
        key: row["why"] for key, row in before.items()
    }
    assert screened("audit", "verify").code == 0


def test_a_pack_says_that_what_rests_on_other_suppliers_is_not_derived_again(screened: Run) -> None:
    made = screened("report", "N1", "--out", "pack.zip")
    assert made.code == 0, made.err
    verified = json.loads(screened("report", "verify", "pack.zip", "--json").out)["data"]
    assert (verified["answer"], verified["differences"]) == ("whole, not derived again", [])
    assert "NET-01" in str(verified), verified


def test_with_a_supplier_its_links_go(screened: Run, tmp_path: Path) -> None:
    for ref in ("N5", "N2"):
        removed = screened("suppliers", "remove", ref, "--rule", "never-a-supplier", "--yes")
        assert removed.code == 0, removed.err
    result = screened("screen", "--format", "1", "--out", "after.csv", "--include-people")
    assert result.code in (0, 1, 3), result.err
    assert network_rows("after.csv") == {}
    assert screened("audit", "verify").code == 0
