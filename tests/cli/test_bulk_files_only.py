"""The free path: 300 suppliers with numbers, bulk files of 5,000 companies and no key."""

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine

from duediligence.demo.office import DEMO_TIME
from duediligence.registers.bulk.companies import COLUMNS

Run = Callable[..., Any]
COMPANIES, SUPPLIERS, UNRESOLVED = 5_000, 300, "S0300"
COLOURS = "Amber Cobalt Crimson Ivory Jade Ochre Russet Saffron Teal Umber".split()
BIRDS = "Avocet Bittern Curlew Dunlin Fulmar Gannet Knot Lapwing Merlin Osprey".split()
TRADES = "Catering Cleaning Glazing Joinery Paving Roofing Scaffolding".split()


def name(number: int) -> str:
    words = (COLOURS[number % 10], BIRDS[number // 10 % 10], TRADES[number % 7])
    return f"{' '.join(words)} {number} Limited"


def company(number: int) -> dict[str, str]:
    """A company in order; every hundredth is in liquidation, every fiftieth late with accounts."""
    late = number % 50 == 1
    return dict.fromkeys(COLUMNS, "") | {
        "CompanyName": name(number).upper(),
        " CompanyNumber": f"9900{number:04}",
        "RegAddress.AddressLine1": f"{number % 90 + 1} QUILLEN STREET",
        "RegAddress.PostTown": "FENWICK",
        "RegAddress.PostCode": f"QQ{number % 9 + 1} {number % 8 + 1}QQ",
        "CompanyCategory": "Private Limited Company",
        "CompanyStatus": "Liquidation" if number % 100 == 7 else "Active",
        "IncorporationDate": "12/03/2014",
        "Accounts.NextDueDate": "31/01/2026" if late else "31/01/2027",
        "Accounts.LastMadeUpDate": "30/04/2025",
        "Accounts.AccountCategory": "TOTAL EXEMPTION FULL",
        "Mortgages.NumMortCharges": "2" if number % 3 else "0",
        "SICCode.SicText_1": "43910 - Roofing activities",
        "ConfStmtNextDueDate": "31/03/2027",
    }


def write(path: Path, columns: list[str], rows: Iterator[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def suppliers(*, unresolved: bool) -> Iterator[dict[str, str]]:
    for number in range(SUPPLIERS):
        row = {"Supplier ref": f"S{number:04}", "Supplier name": name(number)}
        yield row | {"Company number": f"9900{number:04}"}
    if unresolved:
        yield {"Supplier ref": UNRESOLVED, "Supplier name": name(1), "Company number": "99009876"}


@pytest.fixture
def bulk(run: Run, home: Path, tmp_path: Path) -> Iterator[Run]:
    """The invented lists, and the bulk file of companies, on the day on which they are fresh."""
    file = tmp_path / "BasicCompanyDataAsOneFile-2026-11-01.csv"
    write(file, list(COLUMNS), map(company, range(COMPANIES)))
    columns = ["Supplier ref", "Supplier name", "Company number"]
    write(tmp_path / "suppliers.csv", columns, suppliers(unresolved=False))
    write(tmp_path / "unresolved.csv", columns, suppliers(unresolved=True))
    with time_machine.travel(DEMO_TIME):
        assert run("registers", "load", "companies-house", file).code == 0
        yield run


def read(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_healthy_run_is_complete_and_a_second_one_says_that_nothing_changed(bulk: Run) -> None:
    outs = [x for end in ("csv", "html", "xlsx", "json") for x in ("--out", f"flags.{end}")]
    first = bulk("screen", "suppliers.csv", "--format", "1", *outs)
    assert first.code == 1
    assert "ncomplete" not in first.out

    rows = read("flags.csv")
    assert not [row for row in rows if row["outcome"] == "unknown"]
    assert (rows[0]["severity"], rows[0]["check_id"]) == ("critical", "CH-INS-01")
    assert {row["check_id"] for row in rows} >= {"CH-INS-01", "CH-FIL-02"}
    assert [row["check_id"] for row in rows].index("SCOPE") == len(rows) - 1
    assert "officers" in rows[-1]["why"]

    lines = first.out.splitlines()
    foot = lines[next(n for n, line in enumerate(lines) if "looked at" in line) :]
    assert len(foot) <= 6, "at most a screen"
    assert sum(map(len, foot)) < 24 * 80
    assert "To look at more" not in first.out, "the flags file has the advice"
    assert rows[-1]["why"].count("a free key") == 1
    assert len([line for line in lines if "bulk file" in line]) <= 2

    document = json.loads(Path("flags.json").read_text())["data"]
    assert document["complete"]
    assert "company-bulk-file-only" in document["scope"]["gaps"]
    assert document["scope"]["registers"][0]["dated"] == "2026-11-01"
    assert all(reading["words"] != ["incomplete"] for reading in document["readings"].values())
    page = Path("flags.html").read_text(encoding="utf-8")
    assert "What this run looked at, and what it did not" in page
    assert "None is on record" not in page, "no record of officers was looked at"

    for arguments in (
        ("screen", "suppliers.csv", "--format", "1", "--out", "again.csv"),
        ("screen",),
    ):
        again = bulk(*arguments)
        assert again.code == 1, "what is to review still is"
        assert "Nothing changed since the run of 20 November 2026" in again.out
        assert len([*again.out.splitlines(), *again.err.splitlines()]) < 10
        headline = next(line for line in lines if "to review" in line)
        assert headline in again.out
    assert len(read("again.csv")) == len(rows), "the file still holds all"


def test_a_supplier_that_is_not_in_the_files_is_one_line_after_the_flags(bulk: Run) -> None:
    first = bulk("screen", "unresolved.csv", "--format", "1", "--out", "flags.csv")
    assert first.code == 3
    lines = first.out.splitlines()
    assert lines[0] == "Incomplete: 1 thing could not be checked"
    rows = read("flags.csv")
    (unknown,) = (row for row in rows if row["outcome"] == "unknown")
    assert unknown["supplier_ref"] == UNRESOLVED
    assert "not among the live companies" in unknown["why"]
    assert rows.index(unknown) == len(rows) - 2, "after every flag, before the scope"
    gaps = lines.index("Not checked:")
    assert next(n for n, line in enumerate(lines) if line.startswith("[critical]")) < gaps
    assert "99009876" in lines[gaps + 1]
    told = " ".join(bulk("alerts", "list").err.split())
    assert "could not be checked of 1 of 301 suppliers" in told
    # It stays incomplete, and says so, however often nothing changes.
    again = bulk("screen")
    assert again.code == 3
    assert again.out.splitlines()[0] == lines[0]
    assert "Nothing changed since" in again.out
    assert "99009876" in again.out


def test_a_change_is_told_in_full(bulk: Run) -> None:
    bulk("screen", "suppliers.csv")
    rows = [company(number) for number in range(COMPANIES)]
    rows[8]["CompanyStatus"] = "Liquidation"
    file = Path("BasicCompanyDataAsOneFile-2026-11-02.csv")
    write(file, list(COLUMNS), iter(rows))
    assert bulk("registers", "load", "companies-house", file).code == 0
    changed = bulk("screen")
    assert "Nothing changed" not in changed.out
    assert f"{name(8)} (S0008): In liquidation or receivership" in changed.out
    # Other suppliers are no repetition either.
    assert "Nothing changed" not in bulk("screen", "unresolved.csv").out


def test_a_flag_stays_where_less_is_looked_at_than_when_it_was_found(bulk: Run, home: Path) -> None:
    bulk("screen", "suppliers.csv")
    before = json.loads(bulk("alerts", "list", "--json").out)["data"]
    assert before
    (home / "register.db").unlink()
    bulk("screen")
    after = json.loads(bulk("alerts", "list", "--json").out)["data"]
    assert len(after) == len(before), "not looked at is not resolved"
