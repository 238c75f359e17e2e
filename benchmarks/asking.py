"""How long each question to the whole register takes, in a process of its own.

    python benchmarks/asking.py --home DIR [--suppliers 10000] [--only near,circles]

DIR is a home with a loaded register (`registers load whole`). The suppliers are drawn from it, and
put into a home of their own, removed at the end, that shares the register's files. Printed are the
seconds by the clock and of processors, the memory, and the ratio of the processor time to that of a
bare scan by DuckDB (`count(*)` over one column) of the tables that the question reads.
"""

import argparse
import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from duediligence.extensions.whole_register.versions import Version, open_version

# Arguments, and the tables with the column that a scan of each would read.
_GRAPH = (("edges", "node"), ("nodes", "node"))
QUESTIONS: dict[str, tuple[tuple[str, ...], tuple[tuple[str, str], ...]]] = {
    "near insolvent, 2 steps": (("near", "--insolvent"), _GRAPH),
    "near insolvent, 3 steps": (("near", "--insolvent", "--steps", "3"), _GRAPH),
    "near dissolved, 2 steps": (("near", "--dissolved"), _GRAPH),
    "near a company, 3 steps": (("near", "--number", "{number}", "--steps", "3"), _GRAPH),
    "near, for a bidder": (("near", "--insolvent", "--bidder", "{number}"), _GRAPH),
    "near listed, 2 steps": (("near", "--listed"), _GRAPH),
    "address of a company": (("address", "--number", "{number}"), (("companies", "address_key"),)),
    "shared addresses": (
        ("address", "--suppliers"),
        (("companies", "address_key"), ("owners", "address_key"), ("officers", "address_key")),
    ),
    "phoenixes": (("phoenixes",), (("companies", "number"),)),
    "mass addresses": (("mass-addresses",), (("nodes", "node"), ("companies", "address_key"))),
    "people": (("people",), (("nodes", "node"), ("owners", "person"), ("officers", "person"))),
    "circles": (("circles",), (("owners", "owner_number"),)),
    "changes": (("changes", "--since", "2026-01-01"), (("companies", "number"),)),
    "handed over": (("handed-over",), (("companies", "number"),)),
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--home", type=Path, required=True)
    options.add_argument("--suppliers", type=int, default=10_000)
    options.add_argument("--only", default="", help="questions that begin with one of these")
    chosen = options.parse_args()
    version = open_version(chosen.home)
    rows = ", ".join(f"{count:,} {table}" for table, count in version.manifest.rows.items())
    print(f"version {version.manifest.version}: {rows}; {os.cpu_count()} processors")
    print(f"{'question':26} {'seconds':>8} {'processor':>10} {'memory':>9} {'of a scan':>10}")
    with tempfile.TemporaryDirectory(prefix="duediligence-") as scratch:
        home = Path(scratch)
        (home / "bulk-register").symlink_to(version.folder.parent.resolve())
        numbers = drawn(version, chosen.suppliers)
        import_suppliers(home, numbers)
        for name, (arguments, tables) in QUESTIONS.items():
            if chosen.only and not name.startswith(tuple(chosen.only.split(","))):
                continue
            told = [one.format(number=numbers[0]) for one in arguments]
            ask(home, version, name, told, tables)


def drawn(version: Version, count: int) -> list[str]:
    """Numbers of live companies, the same for the same version."""
    with version.connection() as db:
        known = db.execute(
            "SELECT number FROM companies WHERE gone_since IS NULL ORDER BY hash(number) LIMIT ?",
            [count],
        ).fetchall()
    numbers = [number for (number,) in known]
    random.Random(1).shuffle(numbers)
    return numbers


def import_suppliers(home: Path, numbers: Sequence[str]) -> None:
    """Store a supplier for each number."""
    path = home / "suppliers.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Supplier Ref", "Supplier Name", "Company No"])
        writer.writerows(
            [f"S{place}", f"Supplier {place}", one] for place, one in enumerate(numbers)
        )
    run(home, "suppliers", "import", str(path))


def ask(
    home: Path,
    version: Version,
    name: str,
    arguments: Sequence[str],
    tables: Sequence[tuple[str, str]],
) -> None:
    """Ask once and print what it took."""
    elapsed, processor, megabytes, status = run(home, "registers", "ask", *arguments)
    scanned = scan(version, tables)
    failed = f"  exit {status}" if status not in (0, 3) else ""
    print(
        f"{name:26} {elapsed:6.2f} s {processor:8.2f} s {megabytes:6,.0f} MB "
        f"{processor / scanned:9.1f}×{failed}",
        flush=True,
    )


def scan(version: Version, tables: Sequence[tuple[str, str]]) -> float:
    """The processor seconds of a bare scan of one column of each table."""
    with version.connection() as db:
        began = time.process_time()
        for table, column in tables:
            db.execute(f"SELECT count(*) FROM {table} WHERE hash({column}) = 0").fetchall()
        return time.process_time() - began


def run(home: Path, *arguments: str) -> tuple[float, float, float, int]:
    """Seconds, processor seconds, megabytes and exit code of a command in a process of its own."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "duediligence", "--home", str(home), "--quiet", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    elapsed = time.perf_counter() - began
    return elapsed, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, process.returncode


if __name__ == "__main__":
    main()
