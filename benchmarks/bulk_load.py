"""How fast the whole register loads into Parquet, beside what bare tools take for the same files.

    python benchmarks/bulk_load.py [--register DIR] [--rows 285000]

Companies are compared with the sqlite3 shell's own `.import` of the same unzipped file, owners
with DuckDB's `create table as select * from read_json(…)`, in turn and twice each; the better of
each counts. DIR holds files of the register as Companies House publishes them; without it companies
are invented, and there are no owners. A load reads all cells into codes, normal forms and keys; the
links that are then made of all tables are told apart, for the bare tools make none; so is the start
of the program, which weighs in a small file and not in the whole register.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from invented_companies import write

_LOAD = """
import json, os, resource, sys, time
from duediligence.bulk_register import derived
links = [0.0, 0.0]
plain = derived.make_links
def timed(*args):
    began, used = time.perf_counter(), time.process_time()
    made = plain(*args)
    links[:] = time.perf_counter() - began, time.process_time() - used
    return made
derived.make_links = timed
from duediligence.cli import main
try:
    main(sys.argv[2:])
except SystemExit as ended:
    code = ended.code
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
with open(sys.argv[1], "w") as file:
    json.dump([*links, peak], file)
sys.exit(code)
"""
_BARE_JSON = """
import duckdb, json, sys
db = duckdb.connect(sys.argv[1])
db.execute("SET threads = 2; SET memory_limit = '1500MB'")
db.execute("CREATE TABLE owners AS SELECT * FROM read_json(?)", [sys.argv[2:]])
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds by the clock and of processors."""

    elapsed: float
    processor: float

    def less(self, other: "Cost") -> "Cost":
        return Cost(self.elapsed - other.elapsed, self.processor - other.processor)

    def __str__(self) -> str:
        return f"{self.elapsed:7.1f} s, {self.processor:7.1f} s processor"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--register", type=Path)
    options.add_argument("--rows", type=int, default=285_000)
    chosen = options.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory(prefix="duediligence-") as scratch:
        folder = Path(scratch)
        if chosen.register:
            companies = sorted(chosen.register.glob("BasicCompanyData*.csv"))
            owners = sorted(chosen.register.glob("psc-snapshot*.txt"))
        else:
            companies, owners = [folder / "BasicCompanyDataAsOneFile-2026-11-01.csv"], []
            write(companies[0], chosen.rows)
        shell = shutil.which("sqlite3")
        if shell:
            database = folder / "shell.db"
            imports = [f'.import "{file}" companies' for file in companies]
            bare = [shell, str(database), ".mode csv", *imports]
            compare("companies", ".import", bare, database, companies, folder)
        else:
            print("no sqlite3 shell to compare with")
        if owners:
            database = folder / "bare.duckdb"
            bare = [sys.executable, "-c", _BARE_JSON, str(database), *map(str, owners)]
            compare("owners", "read_json", bare, database, owners, folder)


def compare(
    what: str, tool: str, bare: Sequence[str], database: Path, files: Sequence[Path], folder: Path
) -> None:
    """Run both in turn and print the ratios."""
    size = sum(file.stat().st_size for file in files) / 1e6
    print(f"{what}: {len(files)} files, {size:,.0f} MB")
    bares, loads, links, peak = [], [], [], 0
    told = folder / "told.json"
    for _ in (1, 2):
        database.unlink(missing_ok=True)
        bares.append(cost(bare))
        home = folder / "home"
        shutil.rmtree(home, ignore_errors=True)
        command = ["register", "load", *map(str, files), "--home", str(home), "--quiet"]
        whole = cost([sys.executable, "-c", _LOAD, str(told), *command])
        elapsed, processor, megabytes = json.loads(told.read_text())
        links.append(Cost(elapsed, processor))
        loads.append(whole.less(links[-1]))
        peak = max(peak, megabytes)
    for name, costs in ((tool, bares), ("register load", loads), ("links", links)):
        print(f"  {name:14}" + " · ".join(str(each) for each in costs))
    start = started(folder)
    print(f"  {'start':14}{start} (a load of one company)")
    by_clock = min(c.elapsed for c in bares) / min(c.elapsed for c in loads)
    by_processor = min(c.processor for c in bares) / min(c.processor for c in loads)
    print(
        f"  load at {by_clock:.2f} of the speed of {tool} by the clock, {by_processor:.2f} by "
        f"processor time; largest process {peak:,} MB"
    )
    net = min(c.processor for c in loads) - start.processor
    print(f"  without the start: {min(c.processor for c in bares) / net:.2f} by processor time")


def started(folder: Path) -> Cost:
    """What a load of one company costs: the start of Python and DuckDB, which is once a load."""
    file = folder / "BasicCompanyDataAsOneFile-2026-01-01.csv"
    write(file, 1)
    home = folder / "start"
    shutil.rmtree(home, ignore_errors=True)
    command = ["register", "load", str(file), "--home", str(home), "--quiet"]
    return cost([sys.executable, "-m", "duediligence", *command])


def cost(command: Sequence[str]) -> Cost:
    """What a command takes, start to end."""
    before = os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    processor = sum(after[2:4]) - sum(before[2:4])
    return Cost(after.elapsed - before.elapsed, processor)


if __name__ == "__main__":
    main()
