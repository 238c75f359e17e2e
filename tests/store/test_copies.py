"""Copies of the databases by themselves: when one is made, what is kept, what a full disk does."""

import gzip
import os
import resource
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from duediligence.casework import removing
from duediligence.casework.copies import list_kept_copies
from duediligence.casework.subject_access import not_searched
from duediligence.delivery.backup import making
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.model import Supplier
from duediligence.screening.imports import import_suppliers, plan_replacement, replace_suppliers
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.store.copies import (
    Copy,
    RecordedRemoval,
    Why,
    copy_daily,
    delete_old_copies,
    list_copies,
    list_removals,
    make_copy,
    note_removal,
    open_copy,
)
from duediligence.store.schedule import ScheduleStore
from tests.cli.conftest import Run
from tests.cli.conftest import run as run
from tests.rows import for_each

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)


def opened(home: Path, day: float = 0) -> Workspace:
    settings = Settings(home=home, second_decision=())
    return Workspace(settings, now=lambda: NOW + timedelta(days=day), who="Ada")


def filled(home: Path, *refs: str, day: float = 0) -> None:
    with opened(home, day) as ws:
        ws.suppliers.save(
            [Supplier(ref=ref, name=f"Quill {ref} Ltd") for ref in refs], file="s.csv", at=ws.now()
        )


def written(path: Path, count: int, start: int = 0) -> Path:
    rows = [f"S{number},Invented {number} Ltd\n" for number in range(start, start + count)]
    path.write_text("ref,name\n" + "".join(rows), encoding="utf-8")
    return path


def unpacked(copy: Copy) -> list[str]:
    into = copy.path.with_name("unpacked")
    open_copy(copy, "casework.db", into)
    with closing(sqlite3.connect(into)) as db:
        found = [ref for (ref,) in db.execute("SELECT ref FROM suppliers ORDER BY ref")]
    into.unlink()
    return found


def whys(home: Path) -> list[Why]:
    return [one.why for one in list_copies(home)]


@contextmanager
def full_disk(most: int) -> Iterator[None]:
    """No file of this process grows over so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


def test_a_copy_has_both_databases_and_is_private(tmp_path: Path) -> None:
    filled(tmp_path, "S1")
    ScheduleStore(tmp_path / "schedule.db").close()
    with opened(tmp_path) as ws, ws.casework.transaction():
        ws.suppliers.save([Supplier(ref="S2", name="Not committed")], file="s.csv", at=NOW)
        copy = make_copy(tmp_path, "daily", NOW)
    assert unpacked(copy) == ["S1"]
    there = {path.name for path in (tmp_path / "copies").iterdir()}
    assert there == {".lock", *(file.name for file in copy.files)}
    for file in copy.files:
        assert gzip.decompress(file.read_bytes()).startswith(b"SQLite format 3\0")
        if os.name == "posix":
            assert file.stat().st_mode & 0o777 == 0o600


def test_an_import_of_many_is_preceded_by_a_copy(tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "s.csv"
    with opened(home) as ws:
        import_suppliers(ws, written(file, 20), mapping={}, sheet="", rejects_folder=None)
        assert whys(home) == []
        import_suppliers(ws, written(file, 21, 20), mapping={}, sheet="", rejects_folder=None)
        assert whys(home) == ["import"]
        assert len(unpacked(list_copies(home)[0])) == 20
        import_suppliers(ws, written(file, 21, 20), mapping={}, sheet="", rejects_folder=None)
        assert whys(home) == ["import"], "nothing changed"
        plan = plan_replacement(ws, written(file, 20), mapping={}, sheet="")
        replace_suppliers(ws, plan, end_most=True)
    assert whys(home) == ["import", "import"]
    assert len(unpacked(list_copies(home)[0])) == 41


@for_each("most", [4_096, 40_000])
def test_a_full_disk_stops_no_import_and_costs_no_older_copy(
    tmp_path: Path, most: int, caplog: pytest.LogCaptureFixture
) -> None:
    filled(tmp_path, "S1")
    before = [make_copy(tmp_path, "daily", NOW - timedelta(days=day)) for day in range(9)]
    kept = list_copies(tmp_path)
    assert len(kept) <= len(before)
    with opened(tmp_path) as ws:
        _ = ws.casework
        with full_disk(most):
            ws.make_copy("import")
    assert "No copy of the databases was made" in caplog.text
    assert list_copies(tmp_path) == kept
    assert {path.suffix for path in (tmp_path / "copies").iterdir()} == {".gz", ""}


def test_the_last_seven_days_and_one_a_week_are_kept(tmp_path: Path) -> None:
    filled(tmp_path, "S1")
    whole = make_copy(tmp_path, "daily", MONDAY)
    for day in range(1, 100):
        at = MONDAY + timedelta(days=day)
        whole.path.with_name(f"{at:%Y%m%dT%H%M%SZ}-daily.casework.db.gz").write_bytes(b"")
        delete_old_copies(tmp_path, at)
    last = MONDAY + timedelta(days=99)
    found = [one.at for one in list_copies(tmp_path)]
    assert found[:7] == [last - timedelta(days=day) for day in range(7)]
    # Then the first of each week: its Monday.
    weekly = found[7:]
    assert all(one.weekday() == 0 for one in weekly)
    assert 6 <= len(weekly) <= 8
    assert last - weekly[-1] < timedelta(weeks=8)


@for_each(("why", "most"), [("upgrade", 2), ("import", 5), ("removal", 1), ("replaced", 2)])
def test_so_many_of_the_other_copies_are_kept(tmp_path: Path, why: Why, most: int) -> None:
    filled(tmp_path, "S1")
    daily = make_copy(tmp_path, "daily", NOW)
    for number in range(most + 2):
        make_copy(tmp_path, why, NOW + timedelta(hours=number))
    assert whys(tmp_path) == [why] * most + ["daily"]
    assert daily.path.exists()


def test_the_copy_of_the_day_is_made_once_and_where_something_changed(tmp_path: Path) -> None:
    filled(tmp_path, "S1")
    days = [0, 0.1, 1]
    for day in days:
        copy_daily(tmp_path, NOW + timedelta(days=day), pytest.fail)
    assert len(list_copies(tmp_path)) == 1, "nothing changed on the second day"
    filled(tmp_path, "S2")
    copy_daily(tmp_path, NOW + timedelta(days=0.2), pytest.fail)
    assert len(list_copies(tmp_path)) == 1, "one a day"
    copy_daily(tmp_path, NOW + timedelta(days=2), pytest.fail)
    assert [unpacked(one) for one in list_copies(tmp_path)] == [["S1", "S2"], ["S1"]]


def test_a_copy_that_would_slow_a_command_waits_for_a_week(tmp_path: Path) -> None:
    filled(tmp_path, "S1")
    make_copy(tmp_path, "daily", NOW)
    filled(tmp_path, "S2")
    copy_daily(tmp_path, NOW + timedelta(days=6.9), pytest.fail, seconds=0)
    assert len(list_copies(tmp_path)) == 1
    copy_daily(tmp_path, NOW + timedelta(days=7), pytest.fail, seconds=0)
    assert len(list_copies(tmp_path)) == 2


def test_a_command_that_changes_something_makes_the_copy_of_the_day(
    run: Run, tmp_path: Path
) -> None:
    home, file = tmp_path / "home", tmp_path / "s.csv"
    run("suppliers", "list")
    assert whys(home) == []
    run("suppliers", "import", written(file, 3))
    assert whys(home) == ["daily"]
    assert len(unpacked(list_copies(home)[0])) == 3, "at its end"
    run("suppliers", "import", written(file, 30))
    assert whys(home) == ["import", "daily"]
    shown = run("backup", "copies")
    assert "before an import" in shown.out
    assert list_copies(home)[0].name in shown.out


def test_history_is_shorter_a_week_after_a_removal(tmp_path: Path) -> None:
    filled(tmp_path, "S1", "S2")
    with opened(tmp_path) as ws:
        (tmp_path.parent / "elsewhere").mkdir(exist_ok=True)
        making.make(
            ws, tmp_path.parent / "elsewhere" / "a.backup", "four random words here", work_factor=4
        )
    make_copy(tmp_path, "daily", NOW)
    with opened(tmp_path, 1) as ws:
        removing.remove(ws, ["S1"], dry_run=True)
        assert not (tmp_path / "removed.jsonl").exists()
        assert list_kept_copies(ws).remark == ""
        removing.remove(ws, ["S1"], dry_run=False)
        kept = list_kept_copies(ws)
    assert [(one.why, unpacked(one)) for one in kept.copies] == [
        ("removal", ["S2"]),
        ("daily", ["S1", "S2"]),
    ]
    assert "1 copy in the home, for a week and backups made elsewhere (" in kept.remark
    assert "a.backup" in kept.remark
    (noted,) = list_removals(tmp_path)
    assert noted.what["suppliers"] == ["S1"]
    assert "Quill" not in (tmp_path / "removed.jsonl").read_text()
    assert (tmp_path / "removed.jsonl").stat().st_mode & 0o077 == 0 or os.name != "posix"
    rescued, damaged = (
        tmp_path / "rescued" / "casework-1.db",
        tmp_path / "copies" / "x-damaged.casework.db",
    )
    rescued.parent.mkdir()
    newer = rescued.with_name("casework-2.db")
    for file, day in ((rescued, 0), (damaged, 0), (newer, 2)):
        file.touch()
        os.utime(file, ((NOW + timedelta(days=day)).timestamp(),) * 2)
    delete_old_copies(tmp_path, NOW + timedelta(days=6.9))
    assert rescued.exists()
    assert damaged.exists()
    delete_old_copies(tmp_path, NOW + timedelta(days=7))
    assert [one.exists() for one in (rescued, damaged, newer)] == [False, False, True]
    assert list_copies(tmp_path)[-1].why == "removal", "the one before it is gone"
    filled(tmp_path, "S3", day=8)
    copy_daily(tmp_path, NOW + timedelta(days=8), pytest.fail)
    assert [unpacked(one) for one in list_copies(tmp_path)] == [["S2", "S3"], ["S2"]]
    with opened(tmp_path, 8) as ws:
        assert "in the home" not in not_searched(ws)
        assert "a.backup" in not_searched(ws)


def test_a_line_of_a_removal_that_was_cut_is_passed_over(tmp_path: Path) -> None:
    note_removal(tmp_path, RecordedRemoval(NOW, "duty-over", {"suppliers": ["S1"]}))
    with (tmp_path / "removed.jsonl").open("a") as file:
        file.write('{"at": "2026-')
    note_removal(tmp_path, RecordedRemoval(NOW, "duty-over", {"suppliers": ["S2"]}))
    assert [one.what["suppliers"] for one in list_removals(tmp_path)] == [["S1"], ["S2"]]
