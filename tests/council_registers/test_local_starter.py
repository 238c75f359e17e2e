"""A starter is what can be guessed of a sample, and says what cannot."""

import csv
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duediligence.council_registers import examine_register, files_in, read_description
from duediligence.council_registers.fields import FIELDS, plain
from duediligence.council_registers.guesses import guess_columns, guess_dates, meaning
from duediligence.council_registers.starter import Starter, draft_description
from duediligence.council_registers.values import Dates
from duediligence.errors import UsageError
from tests.rows import for_each
from tests.thorough import examples

SAMPLES = Path(__file__).parents[2] / "duediligence" / "demo" / "local_registers"
SAMPLE = """\
Porthvellan Council,,,,,,
Notice No.,Recipient's Name,Notice Type,Site Address,Date Served,Status,Ward
E/1,Bright Sands Ltd,Enforcement Notice,"4 Dune Row, ZY1 4DR",25/07/2026,In force,Harbour
E/2,Slate Co,Stop Notice,"Slate Yard, ZY9 1SY",01/08/2026,Complied with,Caldern
"""


@pytest.fixture
def started(tmp_path: Path) -> Starter:
    (tmp_path / "planning notices.csv").write_text(SAMPLE)
    found = draft_description(tmp_path / "planning notices.csv", tmp_path / "out.toml")
    (tmp_path / "out.toml").write_text(found.text)
    return found


def test_a_starter_is_accepted_as_it_is(started: Starter, tmp_path: Path) -> None:
    description = read_description(tmp_path / "out.toml")
    assert description.id == "planning-notices"
    assert description.power == "planning"
    # What nobody told is the safest: restricted.
    assert description.handling == "restricted"
    assert {name: column.headings for name, column in description.columns.items()} == {
        "record_ref": ("Notice No.",),
        "record_type": ("Notice Type",),
        "subject_name": ("Recipient's Name",),
        "premises_address": ("Site Address",),
        "decision_date": ("Date Served",),
        "status": ("Status",),
    }
    found = examine_register(description, files_in(description))
    assert found.problems == ()
    assert [e.record.status for e in found.entries if e.record] == ["live", "complied"]


def test_what_cannot_be_guessed_is_said(started: Starter) -> None:
    told = "\n".join(started.unsure)
    for thing in ("authority", "handling", "Ward", "values.status", "power"):
        assert thing in told
    assert "# not guessed: Ward" in started.text


@for_each("name", ["trading_standards.csv", "housing.csv", "asb.csv"])
def test_starters_of_the_samples_are_toml(name: str, tmp_path: Path) -> None:
    found = draft_description(SAMPLES / name, tmp_path / "out.toml", "housing")
    assert tomllib.loads(found.text)["power"] == "housing"


def test_a_page_of_several_tables_and_json_are_samples_too(tmp_path: Path) -> None:
    page = draft_description(SAMPLES / "licensing" / "page-1.html", tmp_path / "out.toml")
    assert 'record_ref = "Licence no."' in page.text
    assert any("the name of the folder" in line for line in page.unsure)
    cases = draft_description(SAMPLES / "environmental_health.json", tmp_path / "out.toml")
    assert '"premises.uprn"' in cases.text


@for_each(
    ("cells", "dates", "sure"),
    [
        (["25/07/2026", "01/02/2026"], Dates(), True),
        (["07/25/2026", "01/02/2026"], Dates(day_first=False), True),
        (["01/02/2026"], Dates(), False),
        (["2026-07-25", "n/a", ""], Dates(), True),
        (["25-Jul-26"], Dates(("%d-%b-%y",), day_first=None), False),
        (["soon"], None, False),
    ],
)
def test_how_dates_are_written_is_guessed(
    cells: list[str], dates: Dates | None, sure: bool
) -> None:
    assert guess_dates(cells) == (dates, sure)


def test_a_word_that_says_the_contrary_is_not_guessed() -> None:
    assert meaning("status", "Complied with") == "complied"
    assert meaning("status", "Not complied with") == "live"
    assert meaning("status", "No longer in force") == ""
    assert meaning("record_type", "Licence refused") == "licence_refused"
    assert meaning("record_type", "Banana") == ""


def test_no_heading_is_that_of_two_fields() -> None:
    owners: dict[str, str] = {}
    for field in FIELDS:
        for heading in field.headings:
            assert owners.setdefault(plain(heading), field.name) == field.name, heading


def test_every_field_of_the_canonical_file_is_guessed_from_its_own_name() -> None:
    names = [field.name for field in FIELDS]
    assert guess_columns(names) == {name: (name,) for name in names}


@for_each(
    ("content", "told"),
    [(b"", "is empty"), (b"%PDF-1.7", "PDF"), (b"{}", "0 lists"), (b"<p>none</p>", "no table")],
)
def test_a_sample_that_is_no_table_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "sample").write_bytes(content)
    with pytest.raises(UsageError, match=told):
        draft_description(tmp_path / "sample", tmp_path / "out.toml")


def test_a_power_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="unknown power"):
        draft_description(SAMPLES / "asb.csv", tmp_path / "out.toml", "parking")


@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    header=st.lists(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
        | st.sampled_from(["Ref", "Name", "Date", "Status", "Type"]),
        min_size=1,
        max_size=6,
    ),
    cell=st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)
def test_a_starter_is_toml_whatever_the_sample(
    tmp_path: Path, header: list[str], cell: str
) -> None:

    with (tmp_path / "s.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerows([header, [cell] * len(header)])
    try:
        found = draft_description(tmp_path / "s.csv", tmp_path / "out.toml")
    except UsageError:
        return
    tomllib.loads(found.text)
