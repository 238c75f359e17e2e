"""Digests killed at any moment: nothing is lost, and nothing told as two."""

import random
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from duediligence.delivery import digest
from duediligence.model import Finding, Run, Supplier
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.store.casework.outbox import CLAIM

pytestmark = pytest.mark.soak
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
ROUNDS = [pytest.param(10, id="few"), pytest.param(60, id="many", marks=pytest.mark.long)]
# So few that no digest is cut short, however many rounds one takes in.
FLAGS = 4
SEND = """
import sys
from datetime import datetime
from pathlib import Path
from duediligence.delivery import digest
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
home, at = Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2])
with Workspace(Settings(home=home, digest_folder=home / "told"), now=lambda: at) as workspace:
    workspace.outbox.told()
    print("ready", flush=True)
    digest.send(workspace, at_once=True)
"""


@pytest.mark.parametrize("rounds", ROUNDS)
def test_killed_at_any_moment_each_flag_is_told_in_one_digest(tmp_path: Path, rounds: int) -> None:
    (tmp_path / "told").mkdir()
    at = NOW
    chance = random.Random(20261124)
    with Workspace(
        Settings(home=tmp_path, digest_folder=tmp_path / "told"), now=lambda: at
    ) as workspace:
        supplier = Supplier(ref="S1", name="Quill & Ferrow Ltd")
        workspace.suppliers.save([supplier], file="suppliers.csv", at=at)
        flags: list[str] = []
        for number in range(rounds):
            at += CLAIM
            flags += [f"check {number} {n}" for n in range(FLAGS)]
            workspace.runs.save(_run(number, at, flags), [supplier], {})
            _kill_in_the_midst(tmp_path, at, chance.uniform(0, 0.15))
        at += CLAIM
        assert digest.send(workspace, at_once=True).complete
        assert workspace.audit.verify() is None
    told = [
        line.rsplit(": ", 1)[1]
        for file in (tmp_path / "told").glob("*.txt")
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.startswith("- [")
    ]
    assert sorted(told) == sorted(flags)


def _kill_in_the_midst(home: Path, at: datetime, after: float) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SEND, str(home), at.isoformat()], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(after)
        process.kill()


def _run(number: int, at: datetime, flags: Sequence[str]) -> Run:
    return Run(
        id=f"run-{number}",
        started_at=at,
        finished_at=at + timedelta(seconds=1),
        as_of=date(2026, 11, 24),
        supplier_file="",
        supplier_file_sha256="",
        suppliers=1,
        parties=1,
        lists=(),
        threshold=0.8,
        matcher_version="1",
        policy_sha256="",
        findings=tuple(
            Finding(
                run_id=f"run-{number}",
                supplier_ref="S1",
                supplier_name="Quill & Ferrow Ltd",
                company_number="",
                check_id=flag,
                check_title=flag,
                topic="filing",
                outcome="review",
                severity="low",
                subject_role="supplier",
                about="supplier",
                subject_name="Quill & Ferrow Ltd",
                why="It is so.",
            )
            for flag in flags
        ),
    )
