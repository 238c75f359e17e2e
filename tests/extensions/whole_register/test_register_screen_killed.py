"""A screening of the whole register that is killed finds what an undisturbed one finds."""

import os
from pathlib import Path

import pytest

from tests.extensions.whole_register.lookup.killing import (
    Killed,
    make_home,
    one_worker,
    whole_group,
)

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(os.name == "nt", reason="POSIX signals"),
]
# How often, of how many companies and people, in parts of how many rows.
SIZES = [
    pytest.param(3, 1_500, 3_000, 200, id="few"),
    pytest.param(50, 57_000, 150_000, 5_000, id="one percent", marks=pytest.mark.long),
]


@pytest.mark.parametrize(("times", "companies", "people", "most"), SIZES)
@pytest.mark.parametrize("victim", [whole_group, one_worker])
def test_processes_of_this_machine(
    tmp_path: Path, victim: object, times: int, companies: int, people: int, most: int
) -> None:
    make_home(tmp_path, companies, people)
    killed = Killed(tmp_path, most, dask=False)
    assert len(killed.undisturbed) > companies // 100
    assert killed.kill(times, f"local {times}", victim)  # type: ignore[arg-type]


@pytest.mark.parametrize(("times", "companies", "people", "most"), SIZES)
def test_workers_of_dask(
    tmp_path: Path, times: int, companies: int, people: int, most: int
) -> None:
    make_home(tmp_path, companies, people)
    killed = Killed(tmp_path, most, dask=True)
    assert killed.kill(times, f"dask {times}", one_worker)
