"""Start, test and add a register of one's own, as an officer types it."""

import json
from pathlib import Path

import pytest

from .conftest import Run

DEMO = Path(__file__).parents[2] / "duediligence" / "demo" / "local_registers"
SAMPLE = """\
Notice No,Recipient,Notice Type,Site Address,Date Served,Status
E/1,Bright Sands Ltd,Enforcement Notice,"4 Dune Row, ZY1 4DR",25/07/2026,In force
"""


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    path = tmp_path / "planning-notices.csv"
    path.write_text(SAMPLE)
    return path


def test_from_a_sample_to_a_register_that_is_added(run: Run, sample: Path, tmp_path: Path) -> None:
    started = run("lists", "new", sample, "--power", "planning", "--out", "mine.toml")
    assert started.code == 0
    assert "Wrote mine.toml." in started.out
    assert "handling" in started.err
    tested = run("lists", "test", "mine.toml")
    assert tested.code == 0, tested.err
    assert "subject_name: Bright Sands Ltd" in tested.out
    assert "status: live" in tested.out
    assert "planning-notices: 1 record from 1 row of 1 file" in tested.out
    added = run("lists", "add", "mine.toml")
    assert added.code == 0
    assert added.out.startswith("Added planning-notices: ")
    assert "lists refresh planning-notices" in added.err
    copied = tmp_path / "home" / "local-registers" / "planning-notices.toml"
    assert sample.as_posix() in copied.read_text().replace("\\\\", "/")
    # The copy stands alone: it is read from anywhere.
    assert run("lists", "test", copied).code == 0
    assert run("lists", "add", "mine.toml").out.startswith("Replaced planning-notices: ")


def test_a_starter_is_printed_where_no_file_is_named(run: Run, sample: Path) -> None:
    printed = run("lists", "new", sample)
    assert printed.code == 0
    assert 'id = "planning-notices"' in printed.out


def test_a_starter_replaces_no_file(run: Run, sample: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("mine")
    refused = run("lists", "new", sample, "--out", "mine.toml")
    assert refused.code == 2
    assert (tmp_path / "mine.toml").read_text() == "mine"


def test_a_starter_is_written_beside_the_register(run: Run, sample: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    refused = run("lists", "new", sample, "--out", "elsewhere/mine.toml")
    assert refused.code == 2
    assert "must be in the folder of" in refused.err
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_all_faults_of_a_description_are_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text('id = "A B"\ntitel = "x"\n')
    refused = run("lists", "test", "bad.toml")
    assert refused.code == 2
    assert "did you mean title?" in refused.err
    assert "id is 'A B'" in refused.err
    assert "to correct in the description" in refused.err
    document = json.loads(run("lists", "test", "bad.toml", "--json").out)
    assert len(document["data"]["problems"]) > 5


def test_all_problems_of_the_rows_are_told(run: Run, sample: Path) -> None:
    run("lists", "new", sample, "--out", "mine.toml")
    sample.write_text(SAMPLE + "E/2,A Ltd,?,soon,31/02/2026,?\n")
    refused = run("lists", "test", "mine.toml")
    assert refused.code == 2
    for told in ("row 3: column 'Notice Type'", "column 'Date Served'", "column 'Status'"):
        assert told in refused.err
    assert "Under [values.status]" in refused.err
    document = json.loads(run("lists", "test", "mine.toml", "--json").out)
    assert len(document["data"]["problems"]) == 3
    assert document["data"]["records"] == 0
    # What cannot be read is not added either.
    assert run("lists", "add", "mine.toml").code == 2
    assert not (sample.parent / "home" / "local-registers").exists()


def test_words_that_are_not_known_can_be_copied_into_the_description(
    run: Run, sample: Path, tmp_path: Path
) -> None:
    run("lists", "new", sample, "--out", "mine.toml")
    sample.write_text(SAMPLE + "".join(f"E/{n},A Ltd,TSN,,,Banana\n" for n in range(2, 40)))
    refused = run("lists", "test", "mine.toml")
    assert refused.err.count("which is not in the description (and in 37 more rows)") == 2
    assert "mine.toml: 2 problems in the register" in refused.err
    assert "Under [values.record_type] write what each means (one of conviction," in refused.err
    for line in ('"TSN" = "notice"  # CHECK', '# "Banana" = ""  # CHECK: not guessed'):
        assert refused.err.count(line) == 1


def test_what_nobody_reads_and_what_comes_next_are_told(run: Run, sample: Path) -> None:
    sample.write_text(SAMPLE.replace("Status", "Ward"))
    run("lists", "new", sample, "--power", "planning", "--out", "mine.toml")
    tested = run("lists", "test", "mine.toml")
    assert 'if you do not need them: ignore = ["Ward"]' in tested.err
    assert "Next: duediligence lists add mine.toml" in tested.err


def test_records_that_would_be_left_out_are_told(run: Run, sample: Path, tmp_path: Path) -> None:
    run("lists", "new", sample, "--power", "planning", "--out", "mine.toml")
    warned = run("lists", "test", "mine.toml")
    assert "1 of 1 record restricted" in warned.err
    mine = tmp_path / "mine.toml"
    mine.write_text(mine.read_text().replace('handling = "restricted"', 'handling = "public"'))
    assert "restricted" not in run("lists", "test", "mine.toml").err


def test_a_broken_description_shows_the_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text('id = "a"\ntitle = Planning register\n')
    refused = run("lists", "test", "bad.toml")
    assert "is not TOML" in refused.err
    assert "title = Planning register" in refused.err
    assert "quotation marks" in refused.err


def test_a_changed_description_reads_the_same_file_anew(
    run: Run, sample: Path, tmp_path: Path
) -> None:
    run("lists", "new", sample, "--out", "mine.toml")
    mine = tmp_path / "mine.toml"

    def refreshed() -> str:
        assert run("lists", "add", "mine.toml").code == 0
        done = run("lists", "refresh", "planning-notices")
        assert done.code == 0
        return done.out

    assert "planning-notices: loaded: 1 entry" in refreshed()
    mine.write_text(mine.read_text() + "# a comment changes nothing\n")
    assert "planning-notices: unchanged: 1 entry" in refreshed()
    mine.write_text(mine.read_text().replace('"In force" = "live"', '"In force" = "complied"'))
    assert "planning-notices: loaded: 1 entry" in refreshed()


def test_a_register_at_an_address_is_tested_from_a_folder(
    run: Run, sample: Path, tmp_path: Path
) -> None:
    run("lists", "new", sample, "--out", "mine.toml")
    text = (tmp_path / "mine.toml").read_text()
    url = 'url = "https://council.example.org/notices.csv"'
    (tmp_path / "mine.toml").write_text(text.replace('file = "planning-notices.csv"', url))
    told = run("lists", "test", "mine.toml")
    assert told.code == 2
    assert "--from DIR" in told.err
    assert run("lists", "test", "mine.toml", "--from", tmp_path).code == 0
    assert run("lists", "add", "mine.toml").code == 0


def test_records_are_given_as_json(run: Run) -> None:
    found = run("lists", "test", DEMO / "housing.toml", "--json", "--rows", "1")
    data = json.loads(found.out)["data"]
    assert found.code == 0
    assert data["records"] == 3
    assert data["first"][0]["record_type"] == "civil_penalty"


def test_the_id_of_a_built_in_list_is_refused(run: Run, sample: Path, tmp_path: Path) -> None:
    run("lists", "new", sample, "--out", "mine.toml")
    text = (tmp_path / "mine.toml").read_text()
    (tmp_path / "mine.toml").write_text(text.replace('"planning-notices"\n', '"uk-debarment"\n', 1))
    refused = run("lists", "add", "mine.toml")
    assert refused.code == 2
    assert "UK debarment list" in refused.err


@pytest.mark.parametrize("path", sorted(DEMO.glob("*.toml")), ids=lambda p: p.stem)
def test_every_sample_register_can_be_tested_and_added(run: Run, path: Path) -> None:
    assert run("lists", "test", path).code == 0
    assert run("lists", "add", path).code == 0


def test_no_traceback_for_a_file_that_is_not_there(run: Run) -> None:
    for arguments in (("new", "none.csv"), ("test", "none.toml"), ("add", "none.toml")):
        refused = run("lists", *arguments)
        assert refused.code == 2
        assert "none." in refused.err
        assert "unexpected" not in refused.err


def test_what_a_cell_holds_cannot_drive_the_terminal(run: Run, sample: Path) -> None:
    run("lists", "new", sample, "--out", "mine.toml")
    sample.write_text(SAMPLE.replace("Bright Sands Ltd", "Bright\x1b[2J\u202eSands"))
    shown = run("lists", "test", "mine.toml")
    assert "\x1b" not in shown.out + shown.err
    assert "\u202e" not in shown.out + shown.err
    sample.write_text(SAMPLE.replace("In force", "In\u202e\x1b[2Jforce"))
    refused = run("lists", "test", "mine.toml")
    assert "\x1b" not in refused.err
