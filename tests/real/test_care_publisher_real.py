"""The headings that the Care Quality Commission publishes, and real rows of its directory.

Of the spreadsheets there are only the headings: rows are invented under them.
"""

import csv
import os
from pathlib import Path

import pytest
from duediligence.watchlists.cqc import parse as cqc
from duediligence.watchlists.cqc_archived import parse as archived
from duediligence.watchlists.cqc_ratings import parse as ratings

from duediligence.contracts import Files

DATA = Path(os.environ["REAL_DATA"]) / "publishers"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no publishers' samples: {DATA}")
INVENTED = {
    "Location ID": "1-990100001",
    "Location Name": "Invented House",
    "Location Status": "Removed",
    "Location HSCA start date": "01/04/2019",
    "Location HSCA End Date": "30/09/2026",
    "Location Street Address": "1 Figment Road",
    "Location City": "Trevannick",
    "Location Postal Code": "ZY1 1AB",
    "Location Post Code": "ZY1 1AB",
    "Location Latest Overall Rating": "Good",
    "Dormant (Y/N)": "N",
    "Provider ID": "1-990000001",
    "Provider Name": "Figment Care Limited",
    "Provider Ownership Type": "Organisation",
    "Provider Companies House Number": "9900001",
    "Provider Charity Number": "1990001",
    "Brand Name": "-",
    "Service / Population Group": "Overall",
    "Domain": "Overall",
    "Latest Rating": "Good",
    "Publication Date": "01/09/2026",
    "Inherited Rating (Y/N)": "N",
    "Service type - Domiciliary care service": "Y",
}


def under_header(folder: Path, header: str, name: str, *further: str) -> Path:
    """A file with the published headings and one invented row."""
    lines = (DATA / header).read_text("utf-8").splitlines()
    headings = [one.strip() for one in lines if one.strip() and not one.startswith("(")]
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*headings, *further], extrasaction="ignore")
        writer.writeheader()
        writer.writerow(INVENTED)
    return path


def test_every_published_heading_is_read_or_passed_over(tmp_path: Path) -> None:
    active = under_header(
        tmp_path, "cqc/HSCA_Active_Locations.header.txt", "HSCA_Active_Locations.ods"
    )
    latest = under_header(tmp_path, "cqc-ratings/Latest_ratings.header.txt", "Latest_ratings.ods")
    # The source cut these headings: those of the provider follow.
    gone = under_header(
        tmp_path,
        "cqc-archived/Deactivated_Locations.header.txt",
        "Deactivated_Locations.ods",
        "Provider Companies House Number",
        "Provider ID",
        "Provider Name",
    )
    # A copy as text has one sheet.
    no_providers = ("unmapped sheet: no ratings of providers (1)",)
    for watchlist, paths, drift in (
        (cqc, [active], ()),
        (ratings, [latest, active], no_providers),
        (archived, [gone], ()),
    ):
        files = Files({path.name: path for path in paths})
        (entry,) = watchlist.parse(files)
        assert files.drift.lines() == drift
        assert [number.id for number in entry.identifiers] == ["09900001", "1990001"]
        assert entry.addresses[0].postcode == "ZY1 1AB"


def test_real_rows_of_the_directory(tmp_path: Path) -> None:
    active = under_header(
        tmp_path, "cqc/HSCA_Active_Locations.header.txt", "HSCA_Active_Locations.ods"
    )
    directory = DATA / "cqc" / "16_september_2026_CQC_directory.csv"
    files = Files({active.name: active, "16_september_2026_CQC_directory.csv": directory})
    _, *places = cqc.parse(files)
    assert files.drift.lines() == ()
    assert len(places) == 2
    for place in places:
        assert place.kind == "organisation"
        assert place.addresses[0].postcode
        assert ",  " not in place.addresses[0].text
        assert place.record
        assert place.record.event.startswith("Registered for ")
