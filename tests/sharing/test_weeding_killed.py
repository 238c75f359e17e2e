"""A weeding that is killed leaves a home that the next one, of whatever kind, cleans wholly."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from duediligence.casework import retention
from duediligence.casework.verifying import examine
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.extensions.sharing import intelligence, intelligence_weeding
from duediligence.extensions.sharing.store.intelligence import IntelligenceStore
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.store.casework import retention as retention_store
from duediligence.store.casework import unit_of_work
from duediligence.store.copies import make_copy
from tests.rows import for_each
from tests.sharing.planted_reports import files_with_markers, plant

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")
CHILD = "import sys; from tests.sharing.test_weeding_killed import weed_and_die; "


def opened(home: Path, role: Any = "intelligence") -> Workspace:
    users = {"Ivy": role, "Kay": "administrator"}
    return Workspace(Settings(home=home, users=users), now=lambda: NOW, who="Ivy")


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def in_the_transaction() -> None:
    due = intelligence_weeding.delete_due_reports

    def then_die(*arguments: Any) -> Any:
        assert due(*arguments)
        die()

    intelligence_weeding.delete_due_reports = then_die


def after_the_commit() -> None:
    writing = retention_store.writing

    @contextmanager
    def then_die(db: Any) -> Iterator[Any]:
        with writing(db) as inside:
            yield inside
        die()

    retention_store.writing = then_die


def before_the_sweep() -> None:
    intelligence_weeding.sweep_report_copies = die  # type: ignore[assignment]


POINTS: dict[str, Callable[[], None]] = {
    one.__name__: one for one in (in_the_transaction, after_the_commit, before_the_sweep)
}


def weed_and_die(home: str, point: str) -> None:
    """What the child does: weed, and be killed at that point."""
    connect = unit_of_work.connect

    def with_a_small_cache(path: Path, *arguments: Any, **settings: Any) -> Any:
        """So small that pages go to the log before the commit."""
        database = connect(path, *arguments, **settings)
        database.conn.execute("PRAGMA cache_size = 4")
        return database

    vars(unit_of_work)["connect"] = with_a_small_cache
    with opened(Path(home)) as ws:
        POINTS[point]()
        intelligence.weed(ws)


@pytest.mark.soak
@for_each(("point", "by"), product(POINTS, ("hand", "the scheduled job")))
def test_a_weeding_that_was_killed_is_finished_by_the_next(
    tmp_path: Path, point: str, by: str
) -> None:
    home = tmp_path / "home"
    with opened(home) as ws:
        numbers = plant(ws, *(f"Invented {number} Ltd" for number in range(12)))
        for number in numbers:
            intelligence.end(ws, number)
    make_copy(home, "daily", NOW)
    killed = subprocess.run(
        [sys.executable, "-c", f"{CHILD}weed_and_die(*sys.argv[1:])", home, point],
        cwd=Path(__file__).parents[2],
        check=False,
        timeout=60,
    )
    assert killed.returncode == -signal.SIGKILL
    assert files_with_markers(home)
    role = "intelligence" if by == "hand" else "administrator"
    with opened(home, role) as ws:
        if by == "hand":
            done = intelligence.weed(ws)
            assert done.numbers == (tuple(numbers) if point == "in_the_transaction" else ())
            assert done.copies == 1
            assert done.log_empty
        else:
            lines = retention.run(ws, dry_run=False).weeding
            assert any("1 copy of the database in the home deleted" in one for one in lines)
        # Also while the database is still open.
        assert files_with_markers(home) == {}
        assert ws.casework.repository(IntelligenceStore).all() == []
        assert examine(ws).problems == ()
