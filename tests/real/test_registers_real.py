"""Bulk files in real layouts, where --real-data has them. No name stands here."""

import csv
import json
import os
from pathlib import Path

import pytest

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.registers.bulk.charities import ALWAYS, TABLES
from duediligence.registers.bulk.companies import COLUMNS, read_company_rows
from duediligence.registers.bulk.owners import read_owner_rows

DATA = Path(os.environ["REAL_DATA"])
BULK = DATA / "companies_house" / "bulk"
pytestmark = pytest.mark.skipif(
    not BULK.is_dir(), reason=f"the real bulk files are not in --real-data ({BULK})"
)


def test_the_header_is_the_publishers_to_the_letter() -> None:
    lines = (BULK / "real" / "BasicCompanyData_header_plus_2_rows.csv").read_text().splitlines()
    assert tuple(lines[0].split(",")) == COLUMNS


def test_the_rows_are_read_without_drift() -> None:
    drift = Drift()
    rows = list(read_company_rows(BULK / "real" / "BasicCompanyData_header_plus_2_rows.csv", drift))
    assert drift.lines() == ()
    assert [len(row.number) for row in rows] == [8, 8]
    assert [row.accounts_type for row in rows] == ["dormant", "total-exemption-full"]
    assert [bool(row.former_until) for row in rows] == [False, True]


def test_numbers_that_a_spreadsheet_cut_are_whole_again() -> None:
    drift = Drift()
    path = BULK / "real" / "BasicCompanyData-2018-02-01-part2_2_excel_damaged.csv"
    rows = list(read_company_rows(path, drift))
    assert len(rows) == 14
    assert {len(row.number) for row in rows} == {8}
    assert drift.lines() == ("unmapped CompanyNumber: written otherwise, put right (7)",)


def test_the_totals_tell_that_a_snapshot_was_cut_to_one_line() -> None:
    path = BULK / "real" / "psc_snapshot_one_line_and_totals.jsonl"
    with pytest.raises(UnreadableFile, match="9,792,999"):
        list(read_owner_rows([path], Drift()))


def test_every_made_record_of_the_snapshot_is_read(tmp_path: Path) -> None:
    records = [
        json.loads(path.read_text()) for path in sorted((BULK / "made" / "psc").glob("*.json"))
    ]
    whole = [record for record in records if record.get("company_number")]
    totals = next(r for r in records if r["data"]["kind"].startswith("totals#"))
    path = tmp_path / "snapshot.txt"
    path.write_text("".join(json.dumps(record) + "\n" for record in [*whole, totals]))
    drift = Drift()
    rows = list(read_owner_rows([path], drift))
    assert len(rows) == len(whole)
    assert not [line for line in drift.lines() if not line.startswith("unread total")]


_SPELLED = {
    "latest_fin_period_submitted": "latest_fin_period_submitted_ind",
    "charity_raises_fund_from_public": "charity_raises_funds_from_public",
    "charity_agreement_commercial_participator": "charity_agreement_commerical_participator",
}


@pytest.mark.parametrize("part", ["A", "B"])
def test_the_columns_of_an_annual_return_are_those_that_the_publisher_lists(part: str) -> None:
    read, known = TABLES[f"charity_annual_return_part{part.lower()}"]
    path = DATA / "publishers" / "charity-register" / "ccew-fields.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        listed = {
            row["Field"] for row in csv.DictReader(file) if row["Table"] == f"CharityARPart{part}"
        }
    assert listed | set(ALWAYS.split()) == {*read.split(), *known.split(), *ALWAYS.split()}


@pytest.mark.parametrize("table", sorted(TABLES))
def test_the_columns_of_the_charity_extract_are_those_of_its_tables(table: str) -> None:
    read, known = TABLES[table]
    lines = (DATA / "enforcement" / "charity" / f"{table}.sql").read_text().splitlines()
    columns = {
        line.split()[0]
        for line in lines
        if line.startswith("\t") and not line.strip().startswith("primary key")
    }
    # That database spells three columns of part A otherwise than the publisher's list of fields.
    columns = {_SPELLED.get(column, column) for column in columns}
    # organisation_number and the like stand in the table read as well as in those of every table.
    assert columns == {*read.split(), *known.split(), *ALWAYS.split()}
