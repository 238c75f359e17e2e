"""Registers of which --real-data has a few records or the headings: read whole, nothing unknown.

Rows below real headings are invented. No value of the samples stands here.
"""

import csv
import json
import os
from collections import Counter
from pathlib import Path

import pytest
from duediligence.watchlists.ea_waste_permits import parse as permits
from duediligence.watchlists.payment_practices import parse as reports
from duediligence.watchlists.social_housing_providers import parse as providers

from duediligence.contracts import Files, Watchlist
from duediligence.model import ListEntry

DATA = Path(os.environ["REAL_DATA"]) / "publishers" / "registers"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no samples of publishers: {DATA}")


def load(watchlist: Watchlist, *paths: Path) -> tuple[list[ListEntry], tuple[str, ...]]:
    files = Files({path.name: path for path in paths})
    return list(watchlist.parse(files)), files.drift.lines()


def below(header: str, path: Path, row: dict[str, str]) -> Path:
    """Write the row below the real headings, of which each that the row names must be one."""
    text = (DATA / header).read_text(encoding="utf-8-sig")
    (headings,) = csv.reader([text.strip()])
    assert set(row) <= set(headings)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, headings)
        writer.writeheader()
        writer.writerow(row)
    return path


def test_permits_of_each_register_are_counted_as_an_independent_reading_counts_them(
    tmp_path: Path,
) -> None:
    text = (DATA / "ea_public_register.made.json").read_text(encoding="utf-8")
    items = json.loads(text)["items"]
    of_register = Counter(one["register"]["@id"].rpartition("/")[2] for one in items)
    held = ("waste-operations", "end-of-life-vehicles")
    pages = [tmp_path / f"{register}-0001.json" for register in held]
    for page, register in zip(pages, held, strict=True):
        mine = [one for one in items if one["register"]["@id"].endswith(f"/{register}")]
        page.write_text(json.dumps({"items": mine}), encoding="utf-8")
    entries, drift = load(permits, *pages)
    assert len(entries) == sum(of_register[register] for register in held) > 0
    assert drift == ()
    # Trading names, places and days are all there, each from the member that holds it.
    assert sum(text.count(f'"{one.names[0].text}"') for one in entries) == len(entries)
    assert all(one.addresses and one.record and one.record.event_date for one in entries)
    assert sum(len(one.names) - 1 for one in entries) == text.count('"tradingName"')
    assert sum(bool(one.record and one.record.expires) for one in entries) == (
        text.count('"expiryDate"')
    )


def test_no_heading_of_the_payment_reports_is_unknown(tmp_path: Path) -> None:
    row = {
        "Company": "Acorn Mill Ltd",
        "Company number": "99000001",
        "End date": "6/30/2026",
        "Filing date": "7/14/2026",
        "Average time to pay": "61",
        "% Invoices paid later than 60 days": "4",
    }
    path = below("payment_practices_2025.header.csv", tmp_path / "payment-practices.csv", row)
    entries, drift = load(reports, path)
    assert [(one.id, one.record and one.record.low) for one in entries] == [("99000001", True)]
    assert drift == ()


def test_no_heading_of_the_registered_providers_is_unknown(tmp_path: Path) -> None:
    row = {
        "Organisation name": "Acorn Mill Homes",
        "Registration number": "L1",
        "Registration date": "01/02/2003",
        "Designation": "Non-profit",
        "Corporate form": "Charity",
    }
    path = below("regulator_of_social_housing.header.csv", tmp_path / "providers.csv", row)
    (entry,), drift = load(providers, path)
    assert (entry.id, entry.name) == ("L1", "Acorn Mill Homes")
    assert entry.record
    assert str(entry.record.event_date) == "2003-02-01"
    assert drift == ()
