"""How fast the local register loads and answers, on invented companies.

    python benchmarks/register.py [--rows 1000000] [--turns 3] [--folder DIR]

Writes a file in the exact layout of BasicCompanyData, once in each form that its lines may have,
loads it with the sqlite3 shell's own `.import` and with `registers load companies-house` in turn,
and takes the best of each, by wall time and by processor time of all processes. Then asks for
companies by number, and by names as buyers write them, with their postcodes.
"""

import argparse
import csv
import os
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from invented_companies import FORMS, write

from duediligence.store.register.local_register import RegisterStore

QUERIES = 1_000


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--turns", type=int, default=3)
    options.add_argument("--folder", type=Path, help="keep the files here")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="duediligence-") as scratch:
        measure(chosen.folder or Path(scratch), chosen.rows, chosen.turns)


def measure(folder: Path, rows: int, turns: int) -> None:
    print(machine())
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "BasicCompanyDataAsOneFile-2026-11-01.csv"
    ratios = [beside_import(file, form, rows, turns) for form in reversed(FORMS)]
    print(f"largest process: {max_memory():,.0f} MB")
    timed = sorted(look_up(file, folder / "home"))
    print(f"look-up by number: p50 {timed[len(timed) // 2] * 1e6:.0f} µs")
    for postcodes in (True, False):
        timed, found, first = search(file, folder / "home", postcodes)
        timed.sort()
        p50, p95 = timed[len(timed) // 2] * 1000, timed[int(len(timed) * 0.95)] * 1000
        print(
            f"search by name{' and postcode' if postcodes else ' alone'}: p50 {p50:.1f} ms, "
            f"p95 {p95:.1f} ms; among the hits {found:.1%}, first {first:.1%}"
        )
        if postcodes:
            figure = f"name+postcode search p95 {p95:.1f} ms"
    if all(ratios):
        wall, processor = (min(getattr(one, kind) for one in ratios) for kind in Spent._fields)
        figure = (
            f"load at {wall:.2f} of the speed of .import by wall time, {processor:.2f} by "
            f"processor time, each the worst of {len(ratios)} forms; {figure}"
        )
    print(figure)


def beside_import(file: Path, form: str, rows: int, turns: int) -> "Spent | None":
    """Write the companies in that form; how many times as fast as `.import` they are loaded."""
    write(file, rows, form=form)
    print(f"{rows:,} invented companies, {form}: {file.stat().st_size / 1e6:,.0f} MB", flush=True)
    imported, loaded = [], []
    for turn in range(1, turns + 1):
        if spent := shell_import(file, file.with_name("shell.db")):
            imported.append(spent)
            print(f"run {turn}: .import {spent}", flush=True)
        loaded.append(load(file, file.with_name("home")))
        print(f"run {turn}: registers load {loaded[-1]}", flush=True)
    if not imported:
        print("no sqlite3 shell to compare with")
        return None
    ratio = Spent(
        *(
            min(getattr(one, kind) for one in imported) / min(getattr(one, kind) for one in loaded)
            for kind in Spent._fields
        )
    )
    print(f"{form}: {ratio.wall:.2f} by wall time, {ratio.processor:.2f} by processor time")
    return ratio


class Spent(NamedTuple):
    """Seconds that a command took, and seconds of processors that it and its children took."""

    wall: float
    processor: float

    def __str__(self) -> str:
        return f"{self.wall:.1f} s, processor {self.processor:.1f} s"


def machine() -> str:
    """The processor, how many of them, and how much else runs."""
    name = platform.processor() or platform.machine()
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                name = line.partition(":")[2].strip()
                break
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"machine: {name}, {os.cpu_count()} cores{load}"


def shell_import(file: Path, database: Path) -> Spent | None:
    """What the sqlite3 shell takes; None where there is none."""
    shell = shutil.which("sqlite3")
    if shell is None:
        return None
    database.unlink(missing_ok=True)
    return run([shell, str(database), ".mode csv", f'.import "{file}" companies'])


def load(file: Path, home: Path) -> Spent:
    """What the command takes, start to end."""
    shutil.rmtree(home, ignore_errors=True)
    code = "from duediligence.cli import main; main()"
    command = ["registers", "load", "companies-house", str(file), "--home", str(home), "--quiet"]
    return run([sys.executable, "-c", code, *command])


def run(command: list[str]) -> Spent:
    """Run a command to its end and give what it took."""
    began, before = time.perf_counter(), os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    return Spent(
        time.perf_counter() - began,
        after.children_user + after.children_system - before.children_user - before.children_system,
    )


def max_memory() -> float:
    """The most that one of the processes held, in MB; 0 on Windows."""
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def look_up(file: Path, home: Path) -> Iterator[float]:
    """Seconds that each of some companies takes to be found by its number."""
    store = RegisterStore(home / "register.db")
    for row in sample(file):
        began = time.perf_counter()
        found = store.company(row[1])
        yield time.perf_counter() - began
        assert found
        assert found.number == row[1]
    store.close()


def sample(file: Path) -> list[list[str]]:
    """Rows from all over the file."""
    every = max(1, rows_in(file) // QUERIES)
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.reader(lines)
        next(reader)
        return [row for position, row in enumerate(reader) if position % every == 0]


def search(file: Path, home: Path, postcodes: bool) -> tuple[list[float], float, float]:
    """Seconds of each query; the shares of companies found among 20 hits, and found first."""
    draw = random.Random(7)
    rows = sample(file)
    store = RegisterStore(home / "register.db")
    timed, found, first = [], 0, 0
    for row in rows:
        name, number, postcode = as_written(row[0], draw), row[1], row[9] if postcodes else ""
        began = time.perf_counter()
        hits = store.search(name, postcode)
        timed.append(time.perf_counter() - began)
        numbers = [hit.identifier.id for hit in hits]
        found += number in numbers
        first += numbers[:1] == [number]
    store.close()
    return timed, found / len(rows), first / len(rows)


def rows_in(file: Path) -> int:
    with file.open("rb") as lines:
        return sum(1 for _ in lines) - 1


def as_written(name: str, draw: random.Random) -> str:
    """The name as a buyer may have it: as it is, shortened, a word lost, or a letter wrong."""
    words = name.split()
    way = draw.choice(("same", "short", "lost", "slip"))
    if way == "short":
        return name.replace("LIMITED", "Ltd").title()
    if way == "lost" and len(words) > 2:
        del words[draw.randrange(len(words) - 1)]
    if way == "slip":
        place = draw.randrange(len(words[0]))
        words[0] = words[0][:place] + draw.choice("abcdefgh") + words[0][place + 1 :]
    return " ".join(words)


if __name__ == "__main__":
    main()
