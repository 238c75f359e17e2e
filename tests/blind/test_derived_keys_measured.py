"""What blind keys find, and how often they meet by chance: as measured, and again in small."""

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rows import for_each

ROOT = Path(__file__).parents[2]
FIGURES = ROOT / "docs" / "figures" / "derived_keys.tsv"
LEAST_RECALL = 0.95  # of what the matcher finds
MOST_FALSE = 1 / 100_000  # of the pairs of ordinary names
ORDINARY = (
    "as the register", "all of them", "one side undated", "British", "Muslim", "African", "Slavic",
    "Chinese", "Hispanic",
)  # fmt: skip

with FIGURES.open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file, delimiter="\t"))


def recall(*tables: str, of: str = "") -> float:
    rows = [row for row in ROWS if row["table"] in tables and of in row["row"]]
    return sum(int(row["both"]) for row in rows) / sum(int(row["matcher"]) for row in rows)


def test_the_keys_find_nearly_all_that_the_matcher_finds():
    assert recall("found") >= LEAST_RECALL
    assert recall("found", "undated") >= LEAST_RECALL
    assert recall("listed", of="Latin letters") >= LEAST_RECALL


@for_each("group", ORDINARY)
def test_ordinary_people_seldom_meet_by_chance(group):
    (row,) = [row for row in ROWS if (row["table"], row["row"]) == ("false hits", group)]
    assert int(row["tried"]) >= 10**9
    assert int(row["keys"]) <= MOST_FALSE * int(row["tried"])


def test_nobody_meets_whoever_has_the_same_name_and_another_month():
    assert [row["keys"] for row in ROWS if row["table"] == "apart"] == ["0"]


@pytest.mark.soak
def test_the_benchmark_runs_and_finds_as_much_today():
    done = subprocess.run(
        [sys.executable, "benchmarks/derived_keys.py", "--people", "72", "--crowd", "720"],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            "DUEDILIGENCE_DATA": str(ROOT / "no-such-folder"),
        },
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = re.search(r"^found: ([\d.]+)%$", done.stdout, re.MULTILINE)
    assert found, done.stdout
    assert float(found[1]) / 100 >= LEAST_RECALL
