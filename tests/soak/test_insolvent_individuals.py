"""Insolvent individuals by the thousand: those planted are found, and nobody else is flagged."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SMALL = "--people 9000 --traders 1200".split()


@pytest.mark.soak
def test_those_planted_are_found_and_nobody_else_is_flagged() -> None:
    """In small: docs/officer/personal-insolvency.md has the figures of 300,000 people."""
    done = subprocess.run(
        [sys.executable, "benchmarks/personal_insolvency.py", *SMALL],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    rows = [line.strip("| ").split(" | ") for line in done.stdout.splitlines()[2:]]
    scored = [row for row in rows if len(row) == 8]
    assert len(scored) == 7
    for _, _, _, found, false, elsewhere, missed, _ in scored:
        assert (found, false, elsewhere, missed) == ("40 of 40", "0.00", "0", "0")
