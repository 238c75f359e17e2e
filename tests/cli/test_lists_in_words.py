"""What the commands on lists say: which are in use, which files are wanted, what to do next."""

from pathlib import Path

import pytest

from duediligence.demo import SAMPLE_SCALE
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from tests.conftest import SAMPLES

from .conftest import Run

SAMPLE = """\
Notice No,Recipient,Notice Type,Site Address,Date Served,Status
E/1,Bright Sands Ltd,Enforcement Notice,"4 Dune Row, ZY1 4DR",25/07/2026,In force
"""


@pytest.fixture
def added(run: Run, tmp_path: Path) -> Path:
    """The file of a register that is loaded and in use."""
    sample = tmp_path / "notices.csv"
    sample.write_text(SAMPLE)
    run("lists", "new", sample, "--power", "planning", "--out", "mine.toml")
    mine = tmp_path / "mine.toml"
    mine.write_text(mine.read_text().replace('handling = "restricted"', 'handling = "public"'))
    assert run("lists", "add", mine).code == 0
    assert run("lists", "refresh", "notices").code == 0
    return sample


def test_status_shows_what_is_in_use_and_names_the_rest_below(run: Run) -> None:
    shown = run("lists", "status")
    table, below = shown.out.split("eu was never loaded", 1)
    assert "uk-sanctions" in table
    assert "fhrs" not in table
    assert "It needs UK-Sanctions-List.xml or UK-Sanctions-List.csv." in below
    assert "`duediligence lists template uk-debarment` writes it, empty." in below
    assert "Optional, and not in use: " in below
    assert "fhrs" in below
    assert "duediligence lists refresh" in shown.err


def test_a_folder_without_the_file_is_told_its_name(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bring").mkdir()
    named = run("lists", "refresh", "fhrs", "--from", "bring")
    assert named.code == 2
    assert "fhrs needs FHRS*en-GB.xml or FHRS*en-GB.json or FHRS_All_en-GB.csv or " in named.err
    nothing = run("lists", "refresh", "--from", "bring")
    assert nothing.code == 2
    assert "bring holds no file of any list" in nothing.err
    assert len(nothing.err.splitlines()) < 5


def test_files_without_a_date_say_how_their_day_is_given(run: Run, tmp_path: Path) -> None:
    with Workspace(Settings(home=tmp_path / "home")) as ws:
        list(
            refresh(
                ws, ["ofac-consolidated"], folder=SAMPLES, terms=RefreshTerms(scale=SAMPLE_SCALE)
            )
        )
    loaded = run("lists", "refresh", "ofac-consolidated", "--from", SAMPLES / "ofac")
    assert "ofac-consolidated is stale: age unknown" in loaded.err
    assert "lists refresh ofac-consolidated --from DIR --as-of YYYY-MM-DD" in loaded.err


def test_a_register_whose_file_was_moved_says_so_and_stays(run: Run, added: Path) -> None:
    added.rename(added.with_name("elsewhere.csv"))
    failed = run("lists", "refresh", "notices")
    assert failed.code == 3
    assert f"there is no notices.csv in {added.parent}" in failed.err
    assert "stays in use, marked as out of date" in failed.err
    assert failed.err.count("there is no notices.csv") == 1
    stale = run("lists", "status").out
    assert "notices is stale: the refresh of" in stale


def test_fewer_records_than_expected_say_what_to_change(run: Run, added: Path) -> None:
    added.write_text(SAMPLE.splitlines()[0] + "\n")
    failed = run("lists", "refresh", "notices")
    assert "notices: FAILED: 0 entries; between 1 and 10 are expected" in failed.err
    assert "change `expected` in the description" in failed.err


def test_a_register_that_is_dropped_says_where_its_description_is(run: Run, added: Path) -> None:
    dropped = run("lists", "drop", "notices")
    assert dropped.code == 0
    folder = added.parent / "home" / "local-registers"
    assert f"Its description is still in {folder}" in dropped.err
    (folder / "notices.toml").unlink()
    assert " notices " not in run("lists", "status").out


def test_the_reason_that_tells_most_is_told_of_two_sets_of_files(run: Run, tmp_path: Path) -> None:
    # A CSV stands where the first set has an ODS: the second set takes it, and refuses its rows.
    (tmp_path / "CQC_directory.csv").write_text("Name\nQuill House\n")
    (tmp_path / "HSCA_Active_Locations.csv").write_text("Location ID\n1\n")
    failed = run("lists", "refresh", "cqc", "--from", tmp_path)
    assert failed.code == 3
    assert "cqc: FAILED: " in failed.err
    assert "but lacks" not in failed.err
    assert "To stop using it: duediligence lists drop cqc" in failed.err
