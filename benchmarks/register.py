"""How fast the local register loads and answers, on invented companies.

    python benchmarks/register.py [--rows 1000000] [--folder DIR]

Writes a file in the exact layout of BasicCompanyData, loads it with the sqlite3 shell's own
`.import` and with `registers load companies-house` in turn, twice each, and takes the better of
each. Then asks for companies by names as buyers write them, with their postcodes.
"""

import argparse
import csv
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from invented_companies import write

from duediligence.store.register import RegisterStore

QUERIES = 1_000


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--folder", type=Path, help="keep the files here")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="duediligence-") as scratch:
        measure(chosen.folder or Path(scratch), chosen.rows)


def measure(folder: Path, rows: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "BasicCompanyDataAsOneFile-2026-11-01.csv"
    print(f"writing {rows:,} invented companies to {file}", flush=True)
    write(file, rows)
    print(f"file: {file.stat().st_size / 1e6:,.0f} MB")
    imported, loaded, peak = [], [], 0
    for turn in (1, 2):
        imported.append(shell_import(file, folder / "shell.db"))
        seconds, kilobytes = load(file, folder / "home")
        loaded.append(seconds)
        peak = max(peak, kilobytes)
        if imported[-1]:
            print(f"run {turn}: .import {imported[-1]:.1f} s, registers load {seconds:.1f} s")
        else:
            print(f"run {turn}: registers load {seconds:.1f} s (no sqlite3 shell to compare with)")
    print(f"largest process: {peak / 1024:,.0f} MB")
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
    if all(imported):
        figure = f"load at {min(imported) / min(loaded):.2f} of the speed of .import; {figure}"
    print(figure)


def shell_import(file: Path, database: Path) -> float:
    """Seconds that the sqlite3 shell takes; 0 where there is none."""
    shell = shutil.which("sqlite3")
    if shell is None:
        return 0.0
    database.unlink(missing_ok=True)
    began = time.perf_counter()
    commands = [".mode csv", f'.import "{file}" companies']
    subprocess.run([shell, str(database), *commands], check=True)
    return time.perf_counter() - began


def load(file: Path, home: Path) -> tuple[float, int]:
    """Seconds that the command takes, start to end, and its peak memory in KB (0 on Windows)."""
    shutil.rmtree(home, ignore_errors=True)
    code = "from duediligence.cli import main; main()"
    began = time.perf_counter()
    command = ["registers", "load", "companies-house", str(file), "--home", str(home), "--quiet"]
    subprocess.run(
        [sys.executable, "-c", code, *command],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    seconds = time.perf_counter() - began
    try:
        import resource
    except ImportError:
        return seconds, 0
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss


def search(file: Path, home: Path, postcodes: bool) -> tuple[list[float], float, float]:
    """Seconds of each query; the shares of companies found among 20 hits, and found first."""
    draw = random.Random(7)
    every = max(1, rows_in(file) // QUERIES)
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.reader(lines)
        next(reader)
        rows = [row for position, row in enumerate(reader) if position % every == 0]
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
