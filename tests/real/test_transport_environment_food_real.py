"""Rows that licensing and food registers really serve, where --real-data has them.

Samples are of a few rows: they are padded with invented ones where a nation is expected. No value
of theirs stands here.
"""

import csv
import json
import os
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from duediligence.watchlists.ea_enforcement import parse as enforcement
from duediligence.watchlists.ea_waste_carriers import parse as carriers
from duediligence.watchlists.fhrs import parse as fhrs
from duediligence.watchlists.operator_licences import parse as licences

from duediligence.contracts import Files, Watchlist
from duediligence.demo import SAMPLE_SCALE
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import UnreadableFile
from duediligence.model import ListEntry
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.workspace import Workspace

DATA = Path(os.environ["REAL_DATA"]) / "publishers"
AREA = "operator-licences/OLBSLicenceReport_East of England.csv"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no samples of publishers: {DATA}")
Open = Callable[..., Workspace]


def load(watchlist: Watchlist, *paths: Path) -> tuple[list[ListEntry], set[str]]:
    files = Files({path.name: path for path in paths})
    return list(watchlist.parse(files)), set(files.drift.lines())


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def written(path: Path, held: Iterable[dict[str, str]]) -> Path:
    held = list(held)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(held[0]))
        writer.writeheader()
        writer.writerows(held)
    return path


def test_operator_licences() -> None:
    (entry,), drift = load(licences, DATA / AREA)
    assert drift == set()
    assert entry.record
    assert (entry.kind, entry.status, entry.record.ended) == ("organisation", "Valid", False)
    assert len(entry.identifiers[0].id) == 8
    # Correspondence and operating centre, each with the postcode that stands behind `GB`.
    assert len(entry.addresses) == 2
    assert all(place.postcode for place in entry.addresses)
    assert not any(" GB " in place.text or "  " in place.text for place in entry.addresses)


@pytest.mark.parametrize(
    ("code", "kind", "low"),
    [
        ("lsts_revoked", "licence_revoked", False),
        ("lsts_refused", "licence_refused", False),
        ("lsts_surrendered", "registration", False),
        ("lsts_terminated", "registration", False),
        ("lsts_cns", "registration", False),
        ("lsts_curtailed", "registration", True),
        ("lsts_suspended", "registration", True),
    ],
)
def test_no_licence_of_another_status_is_held(
    code: str, kind: str, tmp_path: Path, *, low: bool
) -> None:
    (row,) = rows(DATA / AREA)
    path = written(tmp_path / "OLBSLicenceReport_X.csv", [row | {"LicenceStatus": code}] * 2)
    (entry,), _ = load(licences, path)
    assert entry.record
    assert (entry.record.type, entry.record.low, entry.record.ended) == (kind, low, not low)


def test_one_area_is_no_nation(tmp_path: Path, open_workspace: Open) -> None:
    (row,) = rows(DATA / AREA)
    padded = [row | {"LicenceNumber": f"OF99{n:05}"} for n in range(3)]
    for number, held in enumerate((padded, padded[:2])):
        folder = tmp_path / str(number)
        folder.mkdir()
        written(folder / "OLBSLicenceReport_East of England.csv", held)
        workspace = open_workspace(tmp_path / f"home-{number}")
        terms = RefreshTerms(scale=SAMPLE_SCALE, as_of=NOW.date())
        (done,) = refresh(workspace, ["operator-licences"], folder=folder, terms=terms)
        assert done.result == ("failed" if number else "loaded"), done.error


def test_waste_carriers(tmp_path: Path) -> None:
    answer = json.loads((DATA / "ea-waste-carriers" / "registration.json").read_text("utf-8"))
    path = tmp_path / "registrations-0001.json"
    path.write_text(json.dumps(answer), "utf-8")
    (entry,), drift = load(carriers, path)
    assert drift == set()
    assert entry.record
    assert (entry.status, len(entry.names)) == ("upper tier", 2)
    (item,) = answer["items"]
    days = (date.fromisoformat(item[key]) for key in ("registrationDate", "expiryDate"))
    assert (entry.record.event_date, entry.record.expires) == tuple(days)
    # The publisher's own page size: 100 such items are one page, and no register.
    assert answer["meta"]["limit"] < 100
    assert carriers.expect.entries[0] > 100 * 1_000


def test_waste_carriers_of_the_download() -> None:
    entries, drift = load(carriers, DATA / "ea-waste-carriers" / "registration.csv")
    assert drift == set()
    assert [entry.status for entry in entries] == ["upper tier", "lower tier"]
    assert [entry.kind for entry in entries] == ["organisation", "unknown"]
    assert all(entry.record and entry.record.event_date for entry in entries)
    assert all(entry.addresses[0].postcode for entry in entries)


def test_an_enforcement_action_by_the_fields_of_its_page(tmp_path: Path) -> None:
    text = (DATA / "ea-enforcement" / "detail_page_fields.txt").read_text("utf-8")
    pairs = [line.split(" - ", 1) for line in text.split("\n\n")[0].splitlines()]
    row = {name: value.strip('"') for name, value in pairs}
    path = written(tmp_path / "enforcement-actions.csv", [row])
    (entry,), drift = load(enforcement, path)
    assert drift == set()
    assert entry.record
    assert (entry.record.type, entry.kind) == ("conviction", "organisation")
    day, month, year = map(int, row["Action Date"].split("/"))
    assert entry.record.decision_date == date(year, month, day)
    assert entry.record.penalty_gbp == Decimal(row["Total Fine"].strip("£"))
    assert entry.record.reference == entry.id == row["Case Reference"]
    assert entry.record.act_section == f"{row['Act']} {row['Section']}"
    assert len(entry.identifiers[0].id) == 8
    assert entry.addresses[0].postcode == row["Postcode"]


def test_food_hygiene_ratings_of_the_nation() -> None:
    path = DATA / "fhrs" / "FHRS_All_en-GB.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert len(rows(path)[0]) == 23
    entries, drift = load(fhrs, path)
    assert drift == set()
    assert [entry.status for entry in entries] == ["4", "4"]
    assert [bool(entry.remarks.endswith("pending")) for entry in entries] == [False, True]
    assert all(entry.record and entry.record.outcome and entry.addresses for entry in entries)


def test_food_hygiene_ratings_of_scotland() -> None:
    entries, drift = load(fhrs, DATA / "fhrs" / "FHRS760en-GB.cut.xml")
    assert drift == set()
    assert {entry.status for entry in entries} <= {"Pass", "Improvement Required"}
    # No scores are given in Scotland.
    assert not any(entry.record and entry.record.outcome for entry in entries)


@pytest.mark.parametrize(
    "name",
    ["api_establishments_aberdeen_fhis_2017.json", "api_establishments_amber_valley_2017.json"],
)
def test_answers_of_the_ratings_api_are_no_file_of_ratings(name: str, tmp_path: Path) -> None:
    path = tmp_path / "FHRS990en-GB.json"
    path.write_bytes((DATA / "fhrs" / name).read_bytes())
    with pytest.raises(UnreadableFile, match="holds no FHRSEstablishment"):
        load(fhrs, path)


def test_every_rating_word_seen_is_known() -> None:
    known = fhrs.statuses["RatingValue"]
    for path in (DATA / "fhrs").glob("api_*.json"):
        for one in json.loads(path.read_text("utf-8"))["establishments"]:
            word = one["RatingValue"].casefold()
            assert word in known or word.replace("awaiting", "awaiting ") in known
