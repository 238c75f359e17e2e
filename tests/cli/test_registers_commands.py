"""`registers load` and `registers status`, as a user types them."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from duediligence.registers.bulk.companies import COLUMNS
from tests.registers.bulk.made_accounts import accounts, file_name, write, zipped

Run = Callable[..., Any]
TARN = {
    "CompanyName": "TARN HALL LIMITED",
    " CompanyNumber": "99000001",
    "CompanyStatus": "Active",
    "CompanyCategory": "Private Limited Company",
    "RegAddress.PostCode": "QQ1 1QQ",
}


@pytest.fixture
def companies(tmp_path: Path) -> Path:
    path = tmp_path / "BasicCompanyDataAsOneFile-2026-11-01.csv"
    rows = [
        {column: TARN.get(column, "") for column in COLUMNS} | {" CompanyNumber": f"9900000{n}"}
        for n in range(1, 5)
    ]
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_load_then_status(run: Run, companies: Path) -> None:
    loaded = run("registers", "load", "companies-house", companies)
    assert (loaded.code, loaded.err) == (0, "")
    assert loaded.out == "companies-house: loaded: 4 rows of 2026-11-01\n"
    status = run("registers", "status")
    assert status.code == 0
    assert "2026-11-01" in status.out
    assert "never loaded" in status.out
    assert "Officers, filing history" in status.out


def test_status_as_json_has_all_that_an_auditor_asks(run: Run, companies: Path) -> None:
    run("registers", "load", "companies-house", companies)
    data = json.loads(run("registers", "status", "--json").out)["data"]
    by_name = {one["register"]: one for one in data["registers"]}
    assert by_name["companies-house"]["rows"] == 4
    assert by_name["companies-house"]["published"] == "2026-11-01"
    assert by_name["companies-house"]["files"][0]["name"] == companies.name
    assert len(by_name["companies-house"]["files"][0]["sha256"]) == 64
    assert by_name["psc"] == {
        "register": "psc",
        "loaded": False,
        "rows": 0,
        "published": None,
        "age_days": None,
        "stale": False,
        "loaded_at": None,
        "files": [],
        "drift": [],
    }
    assert data["cannot_tell"]


def test_a_file_cut_off_is_refused_and_the_old_one_stays(run: Run, companies: Path) -> None:
    run("registers", "load", "companies-house", companies)
    companies.write_bytes(companies.read_bytes()[:-20])
    refused = run("registers", "load", "companies-house", companies)
    assert refused.code == 3
    assert "line 5" in refused.err
    assert "Traceback" not in refused.err
    assert "4" in run("registers", "status").out


def test_fewer_rows_are_loaded_when_accepted(run: Run, companies: Path) -> None:
    run("registers", "load", "companies-house", companies)
    lines = companies.read_bytes().splitlines(keepends=True)
    companies.write_bytes(b"".join(lines[:3]))
    refused = run("registers", "load", "companies-house", companies)
    assert refused.code == 3
    assert "--accept-fewer" in refused.err
    assert run("registers", "load", "companies-house", companies, "--accept-fewer").code == 0


def test_an_added_column_is_told_of(run: Run, companies: Path) -> None:
    lines = companies.read_text().splitlines()
    companies.write_text(
        "\n".join(["Email," + lines[0], *('"x",' + line for line in lines[1:]), ""])
    )
    loaded = run("registers", "load", "companies-house", companies)
    assert loaded.code == 0
    assert "unread column: Email" in loaded.err


def test_owners_and_charities_are_loaded(run: Run, tmp_path: Path) -> None:
    totals = {
        "kind": "totals#persons-of-significant-control-snapshot",
        "persons_of_significant_control_count": 1,
        "statements_count": 0,
        "exemptions_count": 0,
    }
    owner = {"kind": "super-secure-person-with-significant-control"}
    psc = tmp_path / "psc.txt"
    psc.write_text(
        json.dumps({"company_number": "99000001", "data": owner})
        + "\n"
        + json.dumps({"data": totals})
        + "\n"
    )
    loaded = run("registers", "load", "psc", psc)
    assert (loaded.code, loaded.out) == (0, "psc: loaded: 1 row\n")
    assert "No file name gives the day" in loaded.err
    charities = tmp_path / "export.csv"
    charities.write_text("Charity Number,Charity Name,Charity Status\nSC099001,Tarn Hall,Active\n")
    loaded = run("registers", "load", "charities", charities)
    assert (loaded.code, loaded.out) == (0, "charities-scotland: loaded: 1 row\n")


def test_accounts_are_added_from_a_folder(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "accounts"
    folder.mkdir()
    write(folder, file_name(), accounts())
    loaded = run("registers", "load", "accounts", folder)
    assert (loaded.code, loaded.out) == (0, "accounts: loaded: 2 rows\n")
    others = {file_name("99000002"): accounts(number="99000002"), file_name(): "<html/>"}
    daily = write(tmp_path, "Accounts_Bulk_Data-2026-11-24.zip", zipped(others))
    again = run("registers", "load", "accounts", daily, "--company", "99000001")
    assert (again.code, again.out) == (0, "accounts: loaded: 2 rows of 2026-11-24\n")
    assert "left out: accounts that cannot be read: holds no iXBRL facts" in again.err
    more = run("registers", "load", "accounts", daily, "--company", "99000002")
    assert "4 rows" in more.out
    assert "accounts" in run("registers", "status").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("companies-house", "none.zip"), "none.zip: cannot be opened"),
        (("psc", "psc-snapshot-2026-11-24_1of32.zip"), "nor all parts of one"),
        (("charities", "none.csv"), "none.csv: cannot be opened"),
        (("accounts", "none.zip"), "none.zip: no such file"),
    ],
)
def test_a_mistake_is_named_and_exits_2(run: Run, arguments: tuple[str, ...], said: str) -> None:
    refused = run("registers", "load", *arguments)
    assert refused.code == 2
    assert said in refused.err
