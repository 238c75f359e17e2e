"""Registers of care of Scotland, Wales and Northern Ireland: every row, counted apart."""

import csv
import json
import os
from collections import Counter
from pathlib import Path

import pytest
from duediligence.watchlists.care_inspectorate import parse as scotland
from duediligence.watchlists.care_inspectorate_wales import parse as wales
from duediligence.watchlists.cqc_live import parse as live
from duediligence.watchlists.rqia import parse as northern_ireland

from duediligence.contracts import Files, Watchlist
from duediligence.formats.care_members import KEPT
from duediligence.model import ListEntry
from duediligence.registers.care_quality import LEFT_OUT, reduce_answer
from tests.rows import for_each

DATA = Path(os.environ["REAL_DATA"]) / "publishers" / "care-uk"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no samples of care registers: {DATA}")
OLD = "care_inspectorate_mdsf_2022-03-31.cut200.csv"
NEW = "care_inspectorate_mdsf_latest_2024-09_36cols.cut.csv"
RQIA = ("rqia_web_register_query_2020.cut.csv", "rqia_web_register_2025-12.cut.csv")
OF_RQIA = ("ServiceName", "ProviderName", "Max Approved Places")
WORDS = ("", "Unsatisfactory", "Weak", "Adequate", "Good", "Very good", "Excellent")


def load(watchlist: Watchlist, brought: str, name: str) -> tuple[list[ListEntry], tuple[str, ...]]:
    files = Files({brought: DATA / name})
    return list(watchlist.parse(files)), files.drift.lines()


def read_rows(name: str, above: int = 0) -> list[dict[str, str]]:
    """The rows that are not blank, by the standard library alone."""
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        for _ in range(above):
            next(file)
        return [row for row in csv.DictReader(file) if any(row.values())]


@for_each(
    ("watchlist", "brought", "name", "above", "columns"),
    [
        (scotland, "MDSF.csv", OLD, 0, ("ServiceName", "ServiceProvider", "Registered_Places")),
        (scotland, "MDSF.csv", NEW, 0, ("ServiceName", "ServiceProvider", "Registered_Places")),
        (
            wales,
            "CIW.xlsx",
            "ciw_adult_care_homes_2020-07-30.cut.csv",
            3,
            ("Service Name", "", "Maximum Capacity"),
        ),
        *((northern_ireland, "RQIA.xlsx", name, 0, OF_RQIA) for name in RQIA),
    ],
)
def test_every_row_is_a_registration_of_its_place_and_provider(
    watchlist: Watchlist, brought: str, name: str, above: int, columns: tuple[str, str, str]
) -> None:
    entries, drift = load(watchlist, brought, name)
    # Columns were left out of some copies.
    assert all(line.startswith("unmapped header: no column") for line in drift), drift
    services = [one.service for one in entries if one.service]
    of_rows = Counter(
        tuple(
            " ".join(text.split()) if (text := row.get(key) or "") not in ("NA", "0") else ""
            for key in columns
        )
        for row in read_rows(name, above)
    )
    assert sum(of_rows.values()) == len(services)
    assert of_rows == Counter((one.place, one.owner, str(one.capacity or "")) for one in services)


def test_scottish_grades_and_enforcement_are_those_of_the_columns() -> None:
    entries, _ = load(scotland, "MDSF.csv", NEW)
    rows = read_rows(NEW)
    graded = [row["MinGrade"] for row in rows if row["MinGrade"] != "NA"]
    services = [one.service.grade for one in entries if one.service and one.service.grade]
    assert Counter(services) == Counter(WORDS[int(grade)] for grade in graded)
    poor = sum(row["MinGrade"] in ("1", "2") for row in rows)
    assert sum(bool(one.record and one.record.low) for one in entries) == poor == 45
    years = [f"Enforcements_issued_{year}" for year in ("2223", "2324", "2425")]
    enforced = [row for row in rows if any(row[year] != "NA" for year in years)]
    assert sum(one.service is None for one in entries) == len(enforced) == 9


def test_a_number_of_a_spreadsheet_is_the_month_that_stands_beside_it() -> None:
    entries, _ = load(scotland, "MDSF.csv", OLD)
    months = {row["CSNumber"]: row["Date_Reg"] for row in read_rows(OLD)}
    for entry in entries:
        assert entry.service
        on = entry.service.registered_on
        assert on
        assert f"{on.year}_{on.month}" == months[entry.id]


def test_a_real_answer_of_the_commission_is_read_whole(tmp_path: Path) -> None:
    answer = json.loads((DATA.parent / "cqc" / "api_location_1-125856395.real.json").read_text())
    fields = (DATA.parent / "cqc" / "api_fields_location_provider.csv").read_text().splitlines()
    lines = [
        {"asked_at": "2026-11-30T06:00:00Z", "records": 1},
        {"retrieved_at": "2026-11-30T06:00:00Z", "answer": reduce_answer(answer)},
    ]
    path = tmp_path / "care-quality.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    files = Files({path.name: path})
    (entry,) = live.parse(files)
    assert files.drift.lines() == ()
    current = answer["currentRatings"]["overall"]
    assert entry.service
    assert entry.service.grade == current["rating"]
    assert len(entry.service.grades) == len(current["keyQuestionRatings"]) == 5
    assert entry.service.capacity == answer["numberOfBeds"]
    # Each member of the documented answers is known, or left out with what it holds.
    unknown = {
        path.replace("[]", "")
        for path in (line.split(",")[1] for line in fields[1:])
        if not ({*path.replace("[]", "").split(".")} & LEFT_OUT)
        and not {*path.replace("[]", "").split(".")} <= KEPT
    }
    assert unknown == set()
