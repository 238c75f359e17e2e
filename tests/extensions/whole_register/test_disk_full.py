"""A disk that fills in the middle of a load leaves the version before in use, and says so."""

import subprocess
import sys
from pathlib import Path

import pytest

from duediligence.extensions.whole_register.versions import open_version

from .conftest import Load
from .making import (
    COMPANIES_FILE,
    OWNERS_FILE,
    company,
    owner,
    totals,
    write_companies,
    write_lines,
)

resource = pytest.importorskip("resource", reason="the system has no limit on the size of files")


# Of the split lines, of a Parquet file, of the links.
@pytest.mark.soak
@pytest.mark.parametrize("limit", [100_000, 800_000, 1_100_000])
def test_the_version_before_stays(tmp_path: Path, load_files: Load, home: Path, limit: int) -> None:
    before = load_files(write_companies(tmp_path / COMPANIES_FILE, [company("1")]))
    people = [
        owner(f"{n:08}", name=f"Mr Ann N{n * 7919 % 10007} Sample{n}", date_of_birth={"year": 1970,
              "month": 1 + n % 12}) for n in range(1, 12_000)
    ]  # fmt: skip
    path = write_lines(tmp_path / OWNERS_FILE, [*people, totals(len(people))], ascii_only=True)
    code = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit})); "
        "from duediligence.cli import main; main()"
    )
    failed = subprocess.run(
        [sys.executable, "-c", code, "registers", "load", "whole", str(path), "--home", str(home)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert failed.returncode == 4, failed.stderr
    assert "no disk space left" in failed.stderr
    assert open_version(home) == before
    after = load_files(path)
    assert after.manifest.rows["owners"] == len(people)
