"""The jobs of retention and of verification say what they came to."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import NotAsRecorded
from duediligence.model import Supplier
from duediligence.progress import SILENT
from duediligence.scheduling.actions import ACTIONS
from duediligence.scheduling.jobs import Job, parse_cadence
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace

from ..in_use import in_use

Open = Callable[..., Workspace]
JOB = Job(
    name="retention",
    action="retention",
    every="day",
    at="03:00",
    cadence=parse_cadence("day", "03:00"),
)


def test_it_counts_what_went(open_workspace: Open, home: Path) -> None:
    screen(open_workspace(home), Screened([Supplier(ref="S1", name="Zzyzx Quernstone Ltd")]))
    act = ACTIONS["retention"]
    assert act(open_workspace(home), JOB, SILENT) == "nothing had expired"
    later = in_use(open_workspace(home, at=NOW + timedelta(days=366)))
    told = act(later, JOB, SILENT)
    assert told == ("removed by rule: screenings 1, personal-insolvency 7, parties as compared 1")
    assert later.runs.started() == {}


def test_it_says_what_is_not_as_recorded(open_workspace: Open, home: Path) -> None:
    job = Job(
        name="v", action="verify", every="day", at="01:00", cadence=parse_cadence("day", "01:00")
    )
    act = ACTIONS["verify"]
    assert act(open_workspace(home), job, SILENT).endswith("things are as they were recorded")
    with closing(sqlite3.connect(home / "lists.db")) as db, db:
        db.execute("DELETE FROM entries WHERE list_id = 'un'")
    with pytest.raises(NotAsRecorded, match=r"1 thing not as recorded.*un "):
        act(open_workspace(home), job, SILENT)
