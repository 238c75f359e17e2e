"""The public Python interface, as a program that imports the package meets it."""

import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import duediligence
from duediligence import Screener, read_suppliers
from duediligence.errors import DuediligenceError, SourceError, UsageError
from duediligence.model import ListEntry, Name, PartialDate, Person, Supplier
from duediligence.screening.workspace import Workspace
from tests.rows import for_each

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "developer" / "python.md"
EXAMPLES = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
SUPPLIERS = [
    {"Supplier name": "Kestrel Yard Skips Ltd", "Ref": "K1", "Director": "Anneliese Quorn"},
    {"Supplier name": "Quiet Harbour Care", "Ref": "Q1", "Director": None},
]
LISTED = [
    ListEntry(
        id="1", list_id="", kind="organisation", names=(Name("Kestrell Yard Skips Limited"),)
    ),
    ListEntry(
        id="2",
        list_id="",
        kind="person",
        names=(Name("Anneliese Quorn"),),
        birth_dates=(PartialDate(1971, 5),),
    ),
]


class Pandas:
    """What of a pandas data frame is used."""

    def to_dict(self, orient: str) -> list[dict[str, Any]]:
        assert orient == "records"
        return [{**row, "Contract value": float("nan")} for row in SUPPLIERS]


class Polars:
    """What of a Polars data frame is used."""

    def to_dicts(self) -> list[dict[str, Any]]:
        return [dict(row) for row in SUPPLIERS]

    def to_dict(self, as_series: bool = True) -> dict[str, list[Any]]:
        raise AssertionError("to_dicts is the one that gives rows")


@pytest.fixture
def screener() -> Iterator[Screener]:
    with Screener(lists={"own": LISTED}) as opened:
        yield opened


@for_each("source", [SUPPLIERS, iter(SUPPLIERS), Pandas(), Polars()])
def test_rows_and_data_frames_are_read_as_a_file_is(source: Any, tmp_path: Path) -> None:
    file = tmp_path / "suppliers.csv"
    lines = ["Supplier name,Ref,Director"]
    lines += [",".join(str(v or "") for v in row.values()) for row in SUPPLIERS]
    file.write_text("\n".join(lines), encoding="utf-8")
    assert read_suppliers(source).suppliers == read_suppliers(file).suppliers
    assert read_suppliers(str(file)).suppliers[0].ref == "K1"


@for_each(
    ("value", "number"),
    [(99001234, "99001234"), (99001234.0, "99001234"), ("99001234", "99001234"), (None, "")],
)
def test_values_are_read_as_a_spreadsheet_shows_them(value: object, number: str) -> None:
    read = read_suppliers([{"Name": "Kestrel Yard Skips Ltd", "Company number": value}])
    assert read.suppliers[0].company_number == number


def test_a_date_of_birth_keeps_no_day() -> None:
    born = datetime(1971, 5, 9, tzinfo=UTC)
    rows = [{"Name": "Kestrel Yard", "Director": "Anneliese Quorn", "Director date of birth": born}]
    (person,) = read_suppliers(rows).suppliers[0].people
    assert person.birth_date == PartialDate(1971, 5)


@for_each("rows", [[], [{}], [{"Colour": "red"}], [{"Name": ""}]])
def test_records_without_suppliers_are_refused(rows: list[dict[str, str]]) -> None:
    with pytest.raises(UsageError):
        read_suppliers(rows)


def test_from_records_to_flags(screener: Screener) -> None:
    result = screener.screen(read_suppliers(SUPPLIERS))
    assert result.complete
    assert result.scope is not None
    rows = result.rows()
    assert {(row["supplier_ref"], row["entry_id"]) for row in rows[:-1]} == {
        ("K1", "1"),
        ("K1", "2"),
    }
    assert rows[-1]["check_id"] == "SCOPE"
    assert {finding.entry_id for finding in result.findings} == {"1", "2"}


def test_a_row_that_cannot_be_read_makes_the_result_incomplete(screener: Screener) -> None:
    result = screener.screen(read_suppliers([*SUPPLIERS, {"Supplier name": "???", "Ref": "X"}]))
    assert not result.complete
    assert any(row["outcome"] == "unknown" for row in result.rows())


def test_one_supplier_and_the_people_behind_it(screener: Screener) -> None:
    people = ["Anneliese Quorn,1971-05", Person("Someone Else")]
    result = screener.check("Quiet Harbour Care", people=people)
    assert [f.entry_id for f in result.findings if f.outcome == "review"] == ["2"]
    with pytest.raises(UsageError):
        screener.check("Quiet Harbour Care", number="ninety nine")


def test_a_list_of_the_publishers_keeps_its_meaning() -> None:
    with Screener(lists={"world-bank": LISTED[:1]}) as screener:
        (finding,) = screener.check("Kestrell Yard Skips").findings
    assert finding.topic == "debarment"


def test_files_of_lists_are_read_from_a_folder(samples: Path) -> None:
    with pytest.raises(SourceError):  # the samples are far smaller than the real lists
        Screener(lists=samples)
    with pytest.raises(UsageError):
        Screener(lists=samples / "not there")


def test_nothing_is_left_of_lists_that_were_handed_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Screener(lists={"own": LISTED}):
        assert list(tmp_path.iterdir())
    assert not list(tmp_path.iterdir())


def test_nothing_is_stored_unless_it_is_asked_for(
    open_workspace: Callable[..., Workspace], home: Path
) -> None:
    supplier = Supplier(ref="K1", name="Kestrel Yard Skips Ltd")
    with Screener(home=home) as screener:
        first = screener.screen([supplier])
        assert not (home / "lookups.db").exists()
        stored = screener.screen([supplier], store=True)
    workspace = open_workspace(home)
    assert list(workspace.runs.started()) == [stored.run.id]
    assert first.run.id != stored.run.id
    with closing(Screener(lists={"own": LISTED})) as other, pytest.raises(UsageError):
        other.screen([supplier], store=True)


def test_a_role_that_may_not_screen_is_refused(home: Path) -> None:
    with (
        Screener(home=home, users={"somebody else": "officer"}) as screener,
        pytest.raises(DuediligenceError, match="may not screen"),
    ):
        screener.check("Kestrel Yard")


def test_the_face_is_what_the_documentation_says() -> None:
    assert duediligence.__all__ == sorted(duediligence.__all__)
    for name in duediligence.__all__:
        assert getattr(duediligence, name) is not None
    assert set(duediligence.__all__) <= set(dir(duediligence))
    with pytest.raises(AttributeError):
        _ = duediligence.nothing  # type: ignore[attr-defined]


@for_each("example", EXAMPLES)
def test_the_examples_of_the_page_run(
    example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "home").mkdir()
    source = example.replace('lists="lists"', "lists=lists")
    exec(compile(source, str(PAGE), "exec"), {"frame": SUPPLIERS, "lists": {"own": LISTED}})


@for_each(
    ("arguments", "needed"),
    [
        (["-c", "import duediligence; dir(duediligence)"], set[str]()),
        (["-m", "duediligence", "--help"], {"typer", "annotated_doc", "shellingham"}),
    ],
)
def test_no_library_is_loaded_before_it_is_needed(arguments: list[str], needed: set[str]) -> None:
    ended = subprocess.run(
        [sys.executable, "-S", "-X", "importtime", "-c", "pass"], capture_output=True, text=True
    )
    alone = _loaded(ended.stderr)
    ended = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    loaded = _loaded(ended.stderr) - alone - sys.stdlib_module_names - {"duediligence"}
    # What the environment itself starts with; and `org`, which the module copy tries for Jython.
    loaded -= {name for name in loaded if name.startswith(("_distutils", "__editable__"))}
    assert loaded - {"sitecustomize", "usercustomize", "org"} <= needed


def _loaded(printed: str) -> set[str]:
    lines = re.findall(r"^import time:.*\|\s*(\S+)$", printed, re.M)
    return {line.partition(".")[0] for line in lines}
