"""What was set aside is listed wherever results are, as often; no file names anybody for it."""

import csv
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from python_calamine import CalamineWorkbook
from sqlite_utils import Database

from duediligence.casework import removing
from duediligence.casework.disclosure import redact_run
from duediligence.casework.retention import run as apply_retention
from duediligence.casework.subject_access import held
from duediligence.casework.verifying import examine
from duediligence.delivery.flag_files import write_run
from duediligence.delivery.pack.verifying import verify_pack
from duediligence.demo.office import DEMO_TIME
from duediligence.errors import StorageError
from duediligence.model import PartialDate, Person, Run, Supplier
from duediligence.render.set_aside import format_set_aside_count, set_aside_shown
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from tests.whole_words import has_word

from ..web.conftest import browser, service_over

Command = Callable[..., Any]
Open = Callable[..., Workspace]
FILE = """reference,name,directors
A1,Bright Sands Home Care Ltd,"Dragomir Petrosyanov (b. 05/1990)"
A2,Fenmoor Haulage Ltd,"Thaddeus Quenby (b. 01/1950)"
A3,Little Acorns Youth Project CIO,
"""
NAMES = ("petrosyanov", "quenby", "dragomir", "thaddeus")
DIRECTORS = (
    Supplier(
        ref="A1",
        name="Bright Sands Home Care Ltd",
        people=(Person("Dragomir Petrosyanov", PartialDate(1990, 5), "director"),),
    ),
    Supplier(
        ref="A2",
        name="Fenmoor Haulage Ltd",
        people=(Person("Thaddeus Quenby", PartialDate(1950, 1), "owner"),),
    ),
)


@pytest.fixture(autouse=True)
def _on_the_day_of_the_samples() -> Iterator[None]:
    with time_machine.travel(DEMO_TIME):
        yield


@pytest.fixture
def ws(open_workspace: Open, home: Path) -> Workspace:
    """A home with two suppliers, of whom each has somebody who was set aside."""
    workspace = open_workspace(home)
    workspace.suppliers.save(DIRECTORS, file="s.csv", at=workspace.now())
    return workspace


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def set_aside(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [row for row in rows if row["outcome"] == "set aside"]


def listed(page: str) -> list[str]:
    """The lines of what a page folds away under the heading."""
    heading = BeautifulSoup(page, "html.parser").find(
        lambda tag: tag.name in ("h2", "h3") and tag.get_text() == "Set aside"
    )
    assert heading is not None
    folded = heading.find_next("details")
    assert folded is not None
    # A page lists them, or folds each of them again.
    found = folded.find_all("li") or folded.find_all("details")
    return [one.get_text(" ", strip=True) for one in found]


def test_every_face_lists_as_many(run: Command, home: Path, tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text(FILE)
    outs = [option for form in ("csv", "xlsx", "json", "html") for option in ("--out", f"f.{form}")]
    made = run("screen", "s.csv", "--format", "1", *outs, "--namesakes")
    assert made.err.count("Wrote f.csv, f.details.csv, ") == 1
    assert run("report", "A1", "--out", "pack.zip", "--include-people").code == 0
    with Workspace(Settings(home=home), now=lambda: DEMO_TIME) as ws:
        stored = ws.runs.get(ws.screened.newest_run())
        assert stored is not None
        exports = [
            one.event.what["file"]
            for one in ws.audit.records(kind="export")
            if one.event.what["people"] == "included"
        ]
        service = service_over(ws.settings)
    number = stored.namesakes
    assert number == len(stored.set_aside) == 5
    assert exports.count("f.csv") == exports.count("f.details.csv") == 1

    flags, details = table(tmp_path / "f.csv"), table(tmp_path / "f.details.csv")
    assert not set_aside(flags)
    assert [row for row in details if row["outcome"] != "set aside"] == flags
    rows = set_aside(details)
    book = CalamineWorkbook.from_path(tmp_path / "f.xlsx")
    assert book.sheet_names == ["Flags", "Details", "Run"]
    assert len(book.get_sheet_by_name("Details").to_python()) == len(details) + 1
    data = json.loads((tmp_path / "f.json").read_text())["data"]
    assert data["namesakes"] == len(data["set_aside"]) == number
    html = listed((tmp_path / "f.html").read_text())
    with zipfile.ZipFile(tmp_path / "pack.zip") as pack:
        packed = listed(pack.read("report.html").decode())
    with browser(service) as client:
        shown = listed(client.get(f"/runs/{stored.id}").text)
        one, other = (listed(client.get(f"/suppliers/{ref}").text) for ref in ("A1", "A2"))
        nobody = client.get("/suppliers/A3").text
    assert len(rows) == len(html) == len(shown) == made.err.count("Namesake: ") == number
    assert len(packed) == len(one) == 4
    assert len(other) == 1
    assert "Set aside" not in nobody
    assert verify_pack(tmp_path / "pack.zip").exit_code == 0

    # A file says which entry and which role, and who reviews sees both sides in words.
    row = next(row for row in rows if row["list_id"] == "uk-sanctions")
    assert (row["entry_id"], row["subject_role"]) == ("RUS9902", "director")
    assert (row["supplier_ref"], row["supplier_name"]) == ("A1", "Bright Sands Home Care Ltd")
    assert (row["why"], row["subject_name"]) == (
        "Birth dates differ: more than ten years apart.",
        "",
    )
    for text in (*map(str, rows), *map(str, data["set_aside"]), *html, *packed):
        # The ids of that list are made of names.
        told = text.casefold().replace("thaddeus-orlo-quenby.1971-04", "")
        assert not any(name in told for name in NAMES), text
        assert not has_word(text, "1990")
    (reviewed,) = (line for line in one if "RUS9902" in line)
    for part in ("Dragomir Petrosyanov", "PETROSYANOV", "May 1990", "March 1968", "These words"):
        assert part in reviewed
    assert row["subject_role"] in reviewed


def test_who_may_not_see_people_gets_the_number(run: Command, home: Path, tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text(FILE)
    outs = [option for form in ("csv", "xlsx", "html") for option in ("--out", f"f.{form}")]
    run("screen", "s.csv", *outs, "--redact-people")
    (row,) = set_aside(table(tmp_path / "f.details.csv"))
    assert row["why"] == "5 matches set aside (5 only counted here)"
    assert not any((row["supplier_ref"], row["entry_id"], row["list_id"], row["subject_role"]))
    assert "5 matches set aside (5 only counted here)." in (tmp_path / "f.html").read_text()
    assert run("report", "A2", "--out", "pack.zip").code == 0
    with zipfile.ZipFile(tmp_path / "pack.zip") as pack:
        assert "1 match set aside (1 only counted here)." in pack.read("report.html").decode()
        assert b"quenby" not in pack.read("suppliers/001/set-aside.json").lower()
    assert verify_pack(tmp_path / "pack.zip").exit_code == 0


def test_a_check_writes_the_second_file_too(run: Command, home: Path, tmp_path: Path) -> None:
    person = ("--person", "Dragomir Petrosyanov,1990-05")
    run("check", "Bright Sands Home Care Ltd", *person, "--out", f"{'x' * 60}.csv")
    assert len(set_aside(table(tmp_path / f"{'x' * 60}.details.csv"))) == 4


def test_both_files_are_written_or_neither(ws: Workspace, tmp_path: Path) -> None:
    found = screen(ws, Screened(DIRECTORS))
    (tmp_path / "f.details.csv").mkdir()
    with pytest.raises(StorageError):
        write_run(ws, found, tmp_path / "f.csv", people=True)
    assert [path.name for path in tmp_path.glob("f.*")] == ["f.details.csv"]


def test_what_an_earlier_version_did_not_keep_is_counted(ws: Workspace, home: Path) -> None:
    before = screen(ws, Screened(DIRECTORS))
    earlier = replace(before, set_aside=())
    assert format_set_aside_count(earlier) == (
        "5 matches set aside (5 not kept by an earlier version, or removed since)"
    )
    assert set_aside_shown(earlier).lines == []
    assert format_set_aside_count(replace(before, namesakes=0, set_aside=())) == ""


def test_a_restricted_one_is_counted_unless_it_is_asked_for(ws: Workspace) -> None:
    found = screen(ws, Screened(DIRECTORS))
    first, *others = found.set_aside
    secret = replace(found, set_aside=(replace(first, handling="restricted"), *others))
    shown, _ = redact_run(secret, {}, people=True, restricted=False)
    assert (shown.set_aside[0].hidden, shown.set_aside[1:]) == (True, tuple(others))
    assert format_set_aside_count(shown) == "5 matches set aside (1 only counted here)"
    whole, _ = redact_run(secret, {}, people=True, restricted=True)
    assert whole.set_aside == secret.set_aside


def rows_of(home: Path) -> list[tuple[str, str]]:
    return (
        Database(home / "casework.db")
        .execute("SELECT run_id, ref FROM run_set_aside ORDER BY ref")
        .fetchall()
    )


def test_it_is_kept_as_long_as_its_run_and_goes_with_its_supplier(
    ws: Workspace, home: Path, open_workspace: Open
) -> None:
    first = screen(ws, Screened(DIRECTORS))
    assert {hit.where for hit in held(ws, "Quenby")} >= {"match that was set aside"}
    ws.__exit__()
    then = DEMO_TIME + timedelta(days=60)
    later = open_workspace(home, at=then, retention={"screenings": 30})
    second = screen(later, Screened(DIRECTORS))
    assert {run_id for run_id, _ in rows_of(home)} == {first.id, second.id}
    apply_retention(later, dry_run=False)
    assert {run_id for run_id, _ in rows_of(home)} == {second.id}
    removing.remove(later, ["A2"], rule=removing.UPHELD, dry_run=False)
    assert {ref for _, ref in rows_of(home)} == {"A1"}
    assert {hit.where for hit in held(later, "Quenby")} == {"list entry"}
    kept = later.runs.get(second.id)
    assert kept is not None
    assert format_set_aside_count(kept) == (
        "5 matches set aside (1 not kept by an earlier version, or removed since)"
    )
    assert not examine(later).problems


def test_one_that_was_taken_away_is_noticed(ws: Workspace, home: Path) -> None:
    screen(ws, Screened(DIRECTORS))
    assert not examine(ws).problems
    ws.__exit__()
    edited = Database(home / "casework.db")
    with edited.conn:
        edited.execute("DELETE FROM run_set_aside WHERE ref = 'A2'")
    edited.close()
    with Workspace(Settings(home=home), now=lambda: DEMO_TIME) as again:
        assert examine(again).problems


def test_the_run_that_is_read_is_the_run_that_was_made(ws: Workspace) -> None:
    found: Run = screen(ws, Screened(DIRECTORS))
    assert ws.runs.get(found.id) == found
