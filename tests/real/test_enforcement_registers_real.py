"""What public registers hold, where --real-data has them; no name stands here.

The files are cut, so expectations of the number of entries are not met by them.
"""

import os
from collections import Counter
from pathlib import Path

import pytest
from duediligence.watchlists.cqc import parse as cqc
from duediligence.watchlists.cqc_archived import parse as archived
from duediligence.watchlists.cqc_ratings import parse as ratings
from duediligence.watchlists.fhrs import parse as fhrs
from duediligence.watchlists.sponsors import parse as sponsors

from duediligence.contracts import Files, Watchlist
from duediligence.errors import UnreadableFile
from duediligence.model import ListEntry

DATA = Path(os.environ["REAL_DATA"]) / "enforcement"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no real registers: {DATA}")
Loaded = tuple[list[ListEntry], tuple[str, ...]]
CQC = {
    "CQC_directory.csv": "cqc/cqc_directory_head.csv",
    "HSCA_Active_Locations.ods": "cqc/hsca_active_locations_first1000.csv",
}


def load(watchlist: Watchlist, paths: dict[str, str]) -> Loaded:
    files = Files({name: DATA / path for name, path in paths.items()})
    entries = list(watchlist.parse(files))
    assert len({entry.id for entry in entries}) == len(entries)
    return entries, files.drift.lines()


def is_drift(line: str) -> bool:
    return not line.startswith(("unmapped Also known as", "left out"))


def test_care_register() -> None:
    entries, drift = load(cqc, CQC)
    # 500 rows, one of them twice, and 999, of which 19 are of the same places.
    assert len(entries) == 499 + 999 - 19
    numbers = [i.id for entry in entries for i in entry.identifiers]
    # 945 rows have a number; other places of the same providers have theirs from them.
    assert len(numbers) >= 945
    assert all(len(number) == 8 for number in numbers)
    kinds = Counter(entry.kind for entry in entries)
    assert kinds["person"] == 0
    assert kinds["organisation"] > 1_000
    assert Counter(entry.status for entry in entries if entry.status) == {
        "active": 947,
        "dormant": 52,
    }
    assert [line for line in drift if is_drift(line)] == []


def test_care_ratings() -> None:
    entries, drift = load(ratings, CQC)
    assert Counter(entry.status for entry in entries) == {
        "Good": 625,
        "Requires improvement": 66 + 29,
        "Outstanding": 21,
        "Inadequate": 6,
        "Inspected but not rated": 1,
    }
    assert sum(entry.record is not None and entry.record.low for entry in entries) == 95 + 6
    assert [line for line in drift if is_drift(line)] == []


@pytest.mark.parametrize(("name", "rows"), [("first500", 500), ("cornwall", 167)])
def test_care_homes_registered_no_more(name: str, rows: int) -> None:
    entries, drift = load(
        archived, {"care_homes_archived.csv": f"cqc/care_homes_archived_{name}.csv"}
    )
    assert len(entries) == rows
    assert all(entry.addresses and entry.record and entry.record.ended for entry in entries)
    assert [line for line in drift if is_drift(line)] == []


def test_food_hygiene_ratings_of_scotland() -> None:
    entries, drift = load(fhrs, {"FHRS760en-GB.xml": "fhrs/establishments_valid.xml"})
    assert [entry.status for entry in entries] == ["Pass"] * 3
    assert [bool(entry.addresses[0].postcode) for entry in entries] == [True, True, False]
    assert drift == ()
    # Nothing but a nameless establishment leaves an empty list, which is never right.
    nameless = {"FHRS760en-GB.xml": "fhrs/made/establishments_null_name.xml"}
    with pytest.raises(UnreadableFile, match="holds no entry at all"):
        load(fhrs, nameless)


@pytest.mark.parametrize(("name", "entries"), [("first1000", 825), ("cornwall", 101)])
def test_sponsors(name: str, entries: int) -> None:
    path = f"sponsors/sponsor_register_2021-11-02_{name}.csv"
    found, drift = load(sponsors, {"Worker_and_Temporary_Worker.csv": path})
    assert len(found) == entries
    assert {entry.status for entry in found} == {"A rating"}
    assert drift == ()


def test_sponsors_of_2024() -> None:
    path = "sponsors/care_sponsors_2024-05.csv"
    found, drift = load(sponsors, {"Worker_and_Temporary_Worker.csv": path})
    assert sum(entry.record is not None and entry.record.low for entry in found) == 5
    # Two columns that the source of the sample added.
    assert drift == ("unread column: First appeared (1)", "unread column: Last appeared (1)")
