"""A file of a million rows is refused in seconds and in little memory, whatever its kind."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ..formats.test_workbook_bombs import CLOSE, OPEN, ROWS, Much, ods, xlsx

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux measures memory in kilobytes"),
]
# What the system counts of a process begins with the memory of the one that started it, which is
# the tests'. So the program says itself what it used at most, and the processes that it started.
PROGRAM = """
import re, resource
from pathlib import Path
from duediligence.cli import main
try:
    main()
finally:
    own = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
    peak = max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    print(f"at most {peak} KB")
"""
MILLION = 1_000_000
CELLS = ("Supplier name", "Alder Quarry Ltd", "AB1 1CD", "Northton", "x@example.org")


def much(head: str, cell: str, row: str, tail: str) -> Much:
    repeated = row.format("".join(cell.format(text) for text in CELLS))
    return Much(head, repeated, -(-MILLION // (2**20 // len(repeated))), tail)


def a_csv(path: Path) -> Path:
    path = path.with_suffix(".csv")
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{','.join(CELLS)},S{number}\n" for number in range(MILLION))
    return path


def an_xlsx(path: Path) -> Path:
    cell = '<c t="inlineStr"><is><t>{}</t></is></c>'
    sheet = much(ROWS, cell, "<row>{}</row>", "</sheetData></worksheet>")
    return xlsx(path, sheet=sheet)


def an_ods(path: Path) -> Path:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    return ods(path, much(OPEN, cell, "<table:table-row>{}</table:table-row>", CLOSE))


@pytest.mark.parametrize("make", [a_csv, an_xlsx, an_ods])
@pytest.mark.parametrize("command", ["suppliers import", "screen"])
def test_a_million_rows_are_refused_within_400_mb(
    make: Callable[[Path], Path], command: str, tmp_path: Path
) -> None:
    path = make(tmp_path / "list")
    program = [sys.executable, "-c", PROGRAM]
    home = ["--home", str(tmp_path / "home")]
    process = subprocess.Popen(
        [*program, *home, *command.split(), str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path)},
        text=True,
    )
    out, err = process.communicate()
    said = " ".join(err.replace("│", " ").split())
    assert process.returncode == 2
    assert f"{path.name}: has over 200,000 rows, the most that the setting most_supplier" in said
    used = int(out.split("at most ")[1].split()[0])
    print(f"{path.suffix}: {used >> 10} MB")  # noqa: T201
    assert used < 400 << 10
