"""A scheduler stopped or killed at any moment: the next one finds out, and does what was due."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from duediligence.model import Supplier
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.store.schedule import ScheduleStore

pytestmark = [pytest.mark.soak, pytest.mark.skipif(os.name == "nt", reason="POSIX signals")]

SCHEDULE = """
[[job]]
name = "lists"
action = "refresh lists"
from = "lists"
every = "month"
at = "00:00"

[[job]]
name = "screening"
action = "re-screen"
every = "month"
at = "00:01"
"""
SUPPLIERS = 1_000
# At how many moments it is stopped.
MOMENTS = [pytest.param(3, id="few"), pytest.param(8, id="many", marks=pytest.mark.long)]


@pytest.fixture
def due_home(home: Path, samples: Path) -> Path:
    """Lists, suppliers that were never screened, and two jobs that are due."""
    samples.rename(home / "lists")
    (home / "schedule.toml").write_text(SCHEDULE, encoding="utf-8")
    chance = random.Random(5)
    letters = "abcdefghijklmnoprstuvw"
    with Workspace(Settings(home=home)) as workspace:
        workspace.suppliers.save(
            [
                Supplier(ref=f"S{n}", name=f"{''.join(chance.choices(letters, k=9)).title()} Ltd")
                for n in range(SUPPLIERS)
            ],
            file="invented.csv",
            at=datetime.now(UTC),
        )
    with closing(ScheduleStore(home / "schedule.db")) as store:
        store.note_first_seen(["lists", "screening"], datetime.now(UTC) - timedelta(days=70))
    return home


def start(home: Path, command: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "duediligence", "schedule", command],
        env={**os.environ, "DUEDILIGENCE_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=home.parent,
        start_new_session=True,
    )


def rows(home: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(home / "schedule.db")) as connection:
        return connection.execute("SELECT job, result FROM attempts ORDER BY id").fetchall()


def runs(home: Path) -> list[int]:
    """How many suppliers each stored run has."""
    with closing(sqlite3.connect(home / "casework.db")) as connection:
        query = "SELECT count(ref) FROM runs LEFT JOIN run_suppliers ON id = run_id GROUP BY id"
        return [count for (count,) in connection.execute(query)]


@pytest.mark.parametrize("count", MOMENTS)
@pytest.mark.parametrize(
    ("command", "number"),
    [("run", signal.SIGTERM), ("tick", signal.SIGINT), ("tick", signal.SIGKILL)],
)
def test_stopped_at_any_moment(
    due_home: Path, tmp_path: Path, command: str, number: int, count: int
) -> None:
    began = time.monotonic()
    whole = Path(shutil.copytree(due_home, tmp_path / "whole"))
    process = start(whole, "tick")
    _, err = process.communicate(timeout=300)
    assert process.returncode == 3, err  # most lists are not loaded, or too old by now
    took = time.monotonic() - began
    for step in range(count):
        home = Path(shutil.copytree(due_home, tmp_path / f"home{step}"))
        process = start(home, command)
        time.sleep(took * (step + 0.5) / count)
        if process.poll() is None:
            os.killpg(process.pid, number)
        _, err = process.communicate(timeout=60)
        assert "Traceback" not in err, err
        ended = (0, 130) if command == "run" else (3, 130)
        assert process.returncode in (*ended, -number), err
        before = rows(home)
        # Only what had no time for a last word leaves its row open.
        assert number == signal.SIGKILL or "started" not in [result for _, result in before]
        process = start(home, "tick")
        _, err = process.communicate(timeout=300)
        screened_now = ("screening", "incomplete") not in before
        assert process.returncode == (3 if screened_now else 0), err
        after = rows(home)
        ended_well = [one for one in after if one[1] != "interrupted"]
        assert sorted(ended_well) == [("lists", "done"), ("screening", "incomplete")]
        # A run that was stored just before the kill is whole, and is not made a second time.
        assert runs(home) == [SUPPLIERS]
