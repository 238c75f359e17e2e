"""The flags file that officers read, and how many lines a screening says."""

import csv
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from python_calamine import CalamineWorkbook

from duediligence.demo.office import DEMO_TIME
from duediligence.model import SEVERITIES
from duediligence.render.flags import COLUMNS, FLAG_COLUMNS, LONGEST_WHY, list_headings
from tests.homes import copy_home

Run = Callable[..., Any]
DEMO = Path(__file__).parents[2] / "duediligence" / "demo"
# What no officer can read: commands, options, places on a disk, hashes, codes of countries and of
# regimes.
NOT_FOR_OFFICERS = re.compile(
    r"duediligence |(?<![\w-])--\w|(?<!\w)/(?:home|tmp|root|dev)/|\.toml|<[^>]*>"
    r"|\b(?=\w*\d)(?=\w*[a-f])[0-9a-f]{8,}\b|agree \([A-Z]{2}[,)]|under [A-Z]{3,}\b"
)


@pytest.fixture(autouse=True)
def _on_the_day_of_the_samples() -> Iterator[None]:
    with time_machine.travel(DEMO_TIME):
        yield


@pytest.fixture
def loaded(run: Run, loaded_home: Path, tmp_path: Path) -> Run:
    copy_home(loaded_home, tmp_path / "home")
    return run


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_each_alert_of_the_queue_is_one_row_the_gravest_first(loaded: Run, tmp_path: Path) -> None:
    loaded("screen", DEMO / "suppliers.csv", "--out", "f.csv", "--out", "f.xlsx", "--all-suppliers")
    rows = read(tmp_path / "f.csv")
    listed = json.loads(loaded("alerts", "list", "--json").out)["data"]
    shown = {one["number"]: one for one in listed if not one["withheld"]}
    alerts = [row for row in rows if row["Alert"]]
    assert [row["Alert"] for row in alerts] == list(dict.fromkeys(row["Alert"] for row in alerts))
    assert {row["Alert"] for row in alerts} == shown.keys()
    for row in alerts:
        one = shown[row["Alert"]]
        assert (row["Severity"], row["Reference"]) == (one["severity"], one["supplier_ref"])
        assert (row["Status"], row["Due"]) == (one["state"], one["due"] or "")
    graveness = [SEVERITIES.index(row["Severity"]) for row in alerts]
    assert graveness == sorted(graveness, reverse=True)

    first, *_, last = rows
    assert first["What happened"] in ("Complete", "Incomplete")
    assert rows[1]["Alert"]
    assert last["What happened"].startswith("What this run looked at")
    beside = [row for row in rows if not row["Alert"]]
    assert {row["Severity"] for row in beside} == {""}
    assert {row["Status"] for row in beside} >= {"nothing found"}
    assert {row["Format"] for row in rows} == {"2"}
    assert max(len(row["Why"]) for row in rows) <= LONGEST_WHY
    book = CalamineWorkbook.from_path(tmp_path / "f.xlsx")
    flags, details = (book.get_sheet_by_name(name).to_python() for name in ("Flags", "Details"))
    assert flags[0] == list_headings(FLAG_COLUMNS) == list(rows[0])
    assert len(flags) == len(rows) + 1
    assert len(flags[0]) <= 15
    assert tuple(details[0]) == COLUMNS


def test_weakenings_and_what_is_missing_are_the_first_rows(loaded: Run, tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("ref,name\nV1,Volkhar Maritime UK Ltd\n", encoding="utf-8")
    with time_machine.travel(DEMO_TIME.replace(year=2027)):
        loaded("screen", "s.csv", "--threshold", "0.97", "--out", "f.csv")
    first, second, third, *rest = read(tmp_path / "f.csv")
    assert first["What happened"].startswith("Weakened")
    assert "0.97" in first["Why"]
    assert second["What happened"] == "Incomplete"
    assert third["Severity"] == "critical"
    assert "not checked" in {row["Status"] for row in rest}


def test_how_many_ended_suppliers_were_not_screened_is_said(loaded: Run, tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text(
        "ref,name,status\nA1,Volkhar Maritime UK Ltd,Ended\nA2,Fen Haulage Ltd,Ended 31/03/2025\n"
        "A3,Volkhar Maritime UK Ltd,Expired - extended\nA4,Quernstone Mills Ltd,Active\n",
        encoding="utf-8",
    )
    said = "2 ended suppliers not screened"
    out = ("--out", "f.csv", "--out", "f.xlsx", "--out", "f.json", "--out", "f.html")
    assert f"to review, at 1 of 2 suppliers; {said}" in loaded("screen", "s.csv", *out).out
    rows = read(tmp_path / "f.csv")
    assert rows[0]["Why"].endswith(f" {said}.")
    assert {row["Reference"] for row in rows if row["Alert"]} == {"A3"}
    assert read(tmp_path / "f.details.csv")[-1]["why"].startswith(f"{said}. ")
    book = CalamineWorkbook.from_path(tmp_path / "f.xlsx")
    assert any(said in str(row) for row in book.get_sheet_by_name("Run").to_python())
    assert json.loads((tmp_path / "f.json").read_text("utf-8"))["data"]["ended_suppliers"] == 2
    assert said in (tmp_path / "f.html").read_text("utf-8")
    # The stored suppliers again, without a file.
    assert said in loaded("screen", "--out", "g.csv", "--format", "1").out
    assert read(tmp_path / "g.csv")[-1]["why"].startswith(f"{said}. ")
    # What is about one supplier says nothing of others.
    assert said not in loaded("suppliers", "show", "A3").out


def test_no_cell_holds_what_an_officer_cannot_read(
    loaded: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of complete and incomplete runs, of people and without them."""
    files = []
    for days, options in ((0, ()), (0, ("--redact-people",)), (400, ())):
        with time_machine.travel(DEMO_TIME.replace(year=2026 + days // 365)):
            name = f"f{len(files)}.csv"
            loaded("screen", DEMO / "suppliers.csv", "--out", name, *options)
        files.append(read(tmp_path / name))
    cells = {cell for rows in files for row in rows for cell in row.values()}
    assert len(cells) > 100
    assert [cell for cell in cells if NOT_FOR_OFFICERS.search(cell)] == []
    grounds = {row["Possible ground"] for rows in files for row in rows}
    assert len(grounds) > 1
    assert not [ground for ground in grounds if "PA23" in ground]


def test_format_1_is_the_file_of_before_and_another_is_refused(loaded: Run, tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("ref,name\nV1,Volkhar Maritime UK Ltd\n", encoding="utf-8")
    assert loaded("screen", "s.csv", "--format", "3", "--out", "f.csv").code == 2
    loaded("screen", "s.csv", "--format", "1", "--out", "f.csv")
    rows = read(tmp_path / "f.csv")
    assert tuple(rows[0]) == COLUMNS
    assert rows == read(tmp_path / "f.details.csv")
    kept = loaded("check", "Volkhar Maritime UK Ltd", "--out", "c.csv")
    assert kept.code == 1
    # A check that is not kept has no alert that could be named.
    assert {row["Alert"] for row in read(tmp_path / "c.csv")} == {""}
    assert "critical" in {row["Severity"] for row in read(tmp_path / "c.csv")}


def test_a_screening_says_at_most_24_lines_in_every_kind_of_home(
    run: Run, loaded_home: Path, tmp_path: Path
) -> None:
    (tmp_path / "bad.csv").write_text(
        "ref,name\n" + "S,\n" * 30 + "A,Quill Ltd\n", encoding="utf-8"
    )
    outs = [option for form in ("csv", "xlsx", "json", "html") for option in ("--out", f"f.{form}")]

    def lines(*arguments: object) -> list[str]:
        result = run("screen", *arguments, *outs)
        assert result.code in (0, 1, 3), result.err
        return f"{result.out}{result.err}".splitlines()

    nothing_loaded = lines(DEMO / "suppliers.csv")
    shutil.rmtree(tmp_path / "home")
    copy_home(loaded_home, tmp_path / "home")
    said = [nothing_loaded, lines(DEMO / "suppliers.csv"), lines(), lines("--threshold", "0.97")]
    said += [lines("bad.csv"), lines("--restricted")]
    with time_machine.travel(DEMO_TIME.replace(year=2027)):
        said.append(lines(DEMO / "suppliers.csv"))
    assert [len(one) for one in said if len(one) > 24] == []
    assert any("lists, all read" in line for line in said[1])
