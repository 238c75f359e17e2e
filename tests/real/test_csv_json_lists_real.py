"""Counts of the real OFAC and World Bank files, where --real-data has them.

Expected figures are those of the README beside the data; no name of a listed party stands here.
"""

import csv
import os
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from duediligence.watchlists.ofac_consolidated import parse as consolidated
from duediligence.watchlists.ofac_sdn import parse as sdn
from duediligence.watchlists.world_bank import parse as world_bank

from duediligence.contracts import Files, Watchlist
from duediligence.model import ListEntry

LISTS = Path(os.environ["REAL_DATA"]) / "lists"
pytestmark = pytest.mark.skipif(
    not LISTS.is_dir(), reason=f"the real lists are not in --real-data ({LISTS})"
)
Loaded = tuple[list[ListEntry], tuple[str, ...]]


def load(watchlist: Watchlist, **instead: Path) -> Loaded:
    folder = LISTS / watchlist.folder
    paths = {feed.filename: folder / feed.filename for feed in watchlist.feeds}
    files = Files(paths | {name.replace("_", "."): path for name, path in instead.items()})
    return list(watchlist.parse(files)), files.drift.lines()


@pytest.fixture(scope="module")
def sdn_loaded() -> Loaded:
    return load(sdn)


@pytest.fixture(scope="module")
def consolidated_loaded() -> Loaded:
    return load(consolidated)


@pytest.fixture(scope="module")
def bank_loaded() -> Loaded:
    return load(world_bank)


def segments(primary: str, comments: str) -> int:
    def rows(name: str) -> list[list[str]]:
        with (LISTS / "ofac" / name).open(encoding="cp1252", newline="") as file:
            return [row for row in csv.reader(file) if len(row) > 1]

    more = {row[0]: row[1] for row in rows(comments)}
    remarks = ("" if row[11] == "-0- " else row[11] + more.get(row[0], "") for row in rows(primary))
    return sum(len(remark.split("; ")) for remark in remarks if remark)


def unmapped(drift: tuple[str, ...]) -> int:
    counts = (re.fullmatch(r"unmapped remark: .*\((\d+)\)", line) for line in drift)
    return sum(int(found[1]) for found in counts if found)


def shares(entries: list[ListEntry], watchlist: Watchlist) -> dict[str, float]:
    return {
        field: sum(bool(getattr(entry, field)) for entry in entries) / len(entries)
        for field in watchlist.expect.filled
    }


def test_sdn_counts(sdn_loaded: Loaded) -> None:
    entries, drift = sdn_loaded
    assert Counter(entry.kind for entry in entries) == {
        "organisation": 6_884,
        "person": 6_854,
        "vessel": 851,
        "aircraft": 376,
    }
    assert len({entry.id for entry in entries}) == len(entries) == 14_965
    assert sum(len(entry.regimes) > 1 for entry in entries) == 1_685
    # ALT.CSV has 20,169 rows; those of parties of another day are counted and left out.
    aliases = sum(n.strength == "unstated" for e in entries for n in e.names[1:])
    orphans = [line for line in drift if line.startswith("unread rows: ALT.CSV")]
    assert orphans == ["unread rows: ALT.CSV has rows of parties not in SDN.CSV (2861)"]
    assert aliases == 20_169 - 2_861
    assert "unread rows: SDN_COMMENTS.CSV has rows of parties not in SDN.CSV (9)" in drift


def test_sdn_uk_company_numbers(sdn_loaded: Loaded) -> None:
    british = [
        (entry.id, number)
        for entry in sdn_loaded[0]
        for number in entry.identifiers
        if number.scheme == "GB-COH"
    ]
    named = {
        entry_id
        for entry_id, number in british
        if number.label in ("Company Number", "UK Company Number") and number.country
    }
    assert len(named) == 34
    assert len(british) >= 51
    assert all(len(number.id) == 8 for _, number in british)
    # Four stand in the file without their leading zero, and one more is called a charity's.
    text = (LISTS / "ofac" / "SDN.CSV").read_text("cp1252")
    padded = Counter(number.label for _, number in british if number.id not in text)
    assert padded.pop("Registered Charity No.") == 1
    assert padded.total() == 4


def test_sdn_the_day_before() -> None:
    before, _ = load(sdn, SDN_CSV=LISTS / "ofac" / "previous" / "SDN.CSV")
    assert Counter(entry.kind for entry in before) == {
        "organisation": 6_631,
        "person": 6_820,
        "vessel": 836,
        "aircraft": 383,
    }


def test_consolidated_counts(consolidated_loaded: Loaded) -> None:
    entries, drift = consolidated_loaded
    assert Counter(entry.kind for entry in entries) == {"organisation": 363, "person": 79}
    others = Counter(n.type for e in entries for n in e.names[1:] if n.strength == "unstated")
    assert others == {"alias": 932, "former": 141}
    assert not [line for line in drift if line.startswith("unread rows")]
    assert not [line for line in drift if line.startswith("unmapped programme")]


def test_nearly_every_remark_is_understood(sdn_loaded: Loaded, consolidated_loaded: Loaded) -> None:
    total = segments("SDN.CSV", "SDN_COMMENTS.CSV")
    assert 1 - unmapped(sdn_loaded[1]) / total >= 0.97
    total = segments("CONS_PRIM.CSV", "CONS_COMMENTS.CSV")
    assert 1 - unmapped(consolidated_loaded[1]) / total >= 0.97


def test_world_bank_counts(bank_loaded: Loaded) -> None:
    entries, drift = bank_loaded
    assert len({entry.id for entry in entries}) == len(entries) == 1_370
    assert Counter(entry.kind for entry in entries) == {
        "organisation": 1_093 + 1,
        "person": 268,
        "unknown": 8,
    }
    assert Counter(entry.status for entry in entries) == {"debarred": 805, "cross-debarred": 565}
    assert sum(entry.countries == ("United Kingdom",) for entry in entries) == 46
    assert sum(entry.ends_on is None for entry in entries) == 684
    assert Counter(entry.measures for entry in entries) == {
        ("Ineligible for World Bank contracts",): 686,
        ("Ineligible for World Bank contracts (ongoing)",): 585,
        ("Ineligible for World Bank contracts (permanent)",): 99,
    }
    assert not [line for line in drift if "ADD_SUPP_INFO" not in line]
    path = LISTS / "world-bank" / "debarred.json"
    assert world_bank.published(Files({"debarred.json": path})) == date(2026, 2, 21)


@pytest.mark.parametrize(
    ("watchlist", "loaded"),
    [(sdn, "sdn_loaded"), (consolidated, "consolidated_loaded"), (world_bank, "bank_loaded")],
    ids=lambda value: getattr(value, "id", ""),
)
def test_real_files_meet_the_expectations_with_room(
    watchlist: Watchlist, loaded: str, request: pytest.FixtureRequest
) -> None:
    entries, _ = request.getfixturevalue(loaded)
    least, most = watchlist.expect.entries
    assert least * 1.05 < len(entries) < most / 2
    for field, share in shares(entries, watchlist).items():
        assert share >= watchlist.expect.filled[field], field
    assert all(name.text.strip() for entry in entries for name in entry.names)
