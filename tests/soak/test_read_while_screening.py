"""Ten people look things up while thousands of suppliers are screened: nobody is turned away."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from duediligence.demo import SAMPLE_SCALE
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

SAMPLE = RefreshTerms(scale=SAMPLE_SCALE)

pytestmark = pytest.mark.soak
SAMPLES = Path(__file__).parents[2] / "duediligence" / "demo" / "lists"
LISTS = ("uk-sanctions", "un", "ofac-sdn", "eu", "world-bank", "uk-debarment", "cqc", "fhrs")
SUPPLIERS = 3_000
READINGS = (
    ("alerts", "list"),
    ("lists", "status"),
    ("check", "Volkhar Maritime UK Ltd"),
    ("alerts", "list", "--all", "--json"),
    ("audit", "verify"),
    ("check", "Nobody At All Here", "--json"),
    ("digest", "send", "--dry-run"),
    ("lists", "status", "--json"),
    ("suppliers", "list"),
    ("alerts", "list", "--severity", "high"),
)


def start(home: Path, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", "from duediligence.cli import main; main()", *arguments],
        env={**os.environ, "DUEDILIGENCE_HOME": str(home), "XDG_CONFIG_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=home.parent,
    )


def test_reading_and_screening_never_stand_in_each_others_way(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Workspace(Settings(home=home)) as workspace:
        assert all(
            one.error is None for one in refresh(workspace, LISTS, folder=SAMPLES, terms=SAMPLE)
        )
    chance = random.Random(20261124)
    letters = "abcdefghijklmnoprstuvw"
    names = [f"{''.join(chance.choices(letters, k=9)).title()} Ltd" for _ in range(SUPPLIERS - 1)]
    rows = (f"S{n},{name}" for n, name in enumerate(["Volkhar Maritime UK Ltd", *names]))
    (tmp_path / "suppliers.csv").write_text("ref,name\n" + "\n".join(rows), encoding="utf-8")
    screening = start(home, "screen", "suppliers.csv")
    ended, beside = [], 0
    while screening.poll() is None:
        readers = [(what, start(home, *what)) for what in READINGS]
        ended += [(what, one.communicate(timeout=120)[1], one.returncode) for what, one in readers]
        beside = max(beside, len(ended) if screening.poll() is None else 0)
    _, err = screening.communicate(timeout=120)
    assert screening.returncode == 3, err
    for what, err, code in ended:
        assert code in (0, 1, 3), (what, err)
        assert "Traceback" not in err
        assert "locked" not in err
    assert beside, "the screening was over too soon to prove anything"
    print(f"{beside} readings ended while {SUPPLIERS:,} suppliers were screened")  # noqa: T201
    verified = start(home, "audit", "verify")
    _, err = verified.communicate(timeout=60)
    assert verified.returncode == 0, err
