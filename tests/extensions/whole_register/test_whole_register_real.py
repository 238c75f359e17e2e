"""Real files of the whole register, where --real-data has them. No name stands here."""

import os
from pathlib import Path

import pytest

from duediligence.errors import UnreadableFile
from duediligence.extensions.whole_register.loading import load
from duediligence.extensions.whole_register.versions import Version
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

pytest.importorskip("duckdb", reason="the extra [register] is not installed")
DATA = Path(os.environ["REAL_DATA"]) / "companies_house"
BULK, OFFICERS = DATA / "bulk" / "real", DATA / "officers_bulk"
pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(
        not BULK.is_dir() or not OFFICERS.is_dir(),
        reason=f"the real bulk files are not in --real-data ({DATA})",
    ),
]


def loaded(tmp_path: Path, *paths: Path) -> Version:
    home = tmp_path / "home"
    home.mkdir(mode=0o700, exist_ok=True)
    with Workspace(Settings(home=home), who="Ada") as workspace:
        return load(workspace, paths)


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("BasicCompanyData_header_plus_2_rows.csv", 2),
        ("BasicCompanyData-2018-02-01-part2_2_excel_damaged.csv", 14),
    ],
)
def test_companies(tmp_path: Path, name: str, rows: int) -> None:
    path = BULK / name
    if "part" in name:
        # One part of two: the other is not in the sample.
        path = tmp_path / "BasicCompanyDataAsOneFile-2018-02-01.csv"
        path.write_bytes((BULK / name).read_bytes())
    version = loaded(tmp_path, path)
    assert version.manifest.rows["companies"] == rows
    with version.connection() as db:
        lengths = db.execute("SELECT DISTINCT len(number) FROM companies").fetchall()
    assert lengths == [(8,)]


def test_officers_are_as_many_as_the_file_says(tmp_path: Path) -> None:
    version = loaded(tmp_path, OFFICERS / "prod195_snapshot_sample.dat")
    rows = version.manifest.rows
    assert (rows["officers"], rows["officers_companies"]) == (35, 13)
    with version.connection() as db:
        (born, appointed, corporate) = (
            db.execute(
                "SELECT count(birth_month), count(appointed_on), count(*) FILTER (corporate) "
                "FROM officers"
            ).fetchone()
            or ()
        )
        states = db.execute("SELECT DISTINCT status FROM officers_companies ORDER BY 1").fetchall()
    assert appointed == 35
    assert 20 < born < 35
    assert 0 < corporate < 5
    assert ("converted-closed",) in states


@pytest.mark.parametrize(
    ("path", "why"),
    [
        (BULK / "psc_snapshot_one_line_and_totals.jsonl", "9,792,999"),
        (BULK / "psc_download_page_2022-02-09.html", "is a web page"),
        (OFFICERS / "prod198_update_sample.dat", "product 198"),
    ],
)
def test_what_is_not_the_whole_is_refused(tmp_path: Path, path: Path, why: str) -> None:
    with pytest.raises(UnreadableFile, match=why):
        loaded(tmp_path, path)
