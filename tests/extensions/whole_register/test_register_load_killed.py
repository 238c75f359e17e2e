"""A load of the whole register that is killed at any moment goes on, and ends as if it was not."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from duediligence.extensions.whole_register.tables import TABLES
from duediligence.extensions.whole_register.versions import current
from tests.extensions.whole_register.making import (
    invented_companies,
    invented_owners,
    officer,
    totals,
    write_companies,
    write_lines,
    write_officers,
)

pytest.importorskip("duckdb", reason="the extra [register] is not installed")
pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(
        not hasattr(signal, "SIGKILL"), reason="processes are killed otherwise here"
    ),
]
KILLS = 10


def made(folder: Path, day: str, seed: int) -> list[Path]:
    companies = invented_companies(3_000)[seed:]
    records = [one for one in invented_owners(4_000 + seed) if "statement" not in one["data"]]
    half = len(records) // 2
    return [
        write_companies(folder / f"BasicCompanyDataAsOneFile-{day}.csv", companies),
        write_lines(folder / f"psc-snapshot-{day}_1of2.txt", records[:half], ascii_only=False),
        write_lines(
            folder / f"psc-snapshot-{day}_2of2.txt",
            [*records[half:], totals(len(records))],
            ascii_only=False,
        ),
        write_officers(
            folder / "Prod195_1.dat",
            [officer(f"{99_000_000 + n}") for n in range(2_000)],
            day=day.replace("-", ""),
        ),
    ]


def load(home: Path, files: list[Path]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "duediligence", "registers", "load", "whole", "--accept-fewer"]
    return subprocess.Popen(
        [*command, *map(str, files), "--home", str(home)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def contents(home: Path) -> dict[str, list[object]]:
    version = current(home)
    assert version is not None
    found: dict[str, list[object]] = {}
    with version.connection() as db:
        for table in TABLES:
            found[table] = sorted(db.execute(f"SELECT * FROM {table}").fetchall(), key=repr)
    return found


def test_killed_at_any_moment_it_goes_on(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    before, after = made(first, "2026-10-01", 0), made(second, "2026-11-01", 50)
    undisturbed, home = tmp_path / "undisturbed", tmp_path / "home"
    for each in (undisturbed, home):
        assert load(each, before).wait() == 0
    old = contents(home)
    began = time.monotonic()
    assert load(undisturbed, after).wait() == 0
    whole = time.monotonic() - began
    draw, killed = Random(3), 0
    for _ in range(KILLS):
        process = load(home, after)
        time.sleep(draw.uniform(0.3, 1.0) * whole)
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            killed += 1
        else:  # the undisturbed one met a busy machine
            whole /= 2
        process.wait()
        assert contents(home) in (old, contents(undisturbed))
    assert load(home, after).wait() == 0
    assert killed
    assert contents(home) == contents(undisturbed)
    left = {path.name for path in (home / "bulk-register").iterdir()}
    assert ".load" not in left
