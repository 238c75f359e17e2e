"""What a re-screening costs after a list changed, against a full one, with the same findings.

    DUEDILIGENCE_DATA=../shared/data python benchmarks/rescreening.py

Loads every list of the data folder, the UK one in its earlier version; screens 10,000 suppliers;
loads the newer UK list; screens again, once from what is remembered and once from nothing. Both
ways are measured in this process, one after the other, and the findings compared.
"""

import csv
import gc
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from duediligence.model import Address, Finding, Supplier
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

SUPPLIERS = 10_000
UK = "uk-sanctions"


def suppliers(path: Path) -> Iterator[Supplier]:
    """Real names, and varied ones once these run out."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for turn, place in enumerate(["", " Cornwall", " Group"]):
        for row in rows:
            yield Supplier(
                ref=f"{row['supplier_ref']}-{turn}",
                name=row["name"] + place,
                address=Address(row["address"], row["postcode"]),
            )


def main() -> int:
    gc.set_threshold(200_000)  # as the command line does
    data = Path(os.environ.get("DUEDILIGENCE_DATA", ""))
    lists = data / "lists"
    if not (lists / UK / "previous").is_dir():
        print("Set DUEDILIGENCE_DATA to a folder with lists/ and suppliers/.")
        return 2
    chosen = list(suppliers(data / "suppliers" / "care_providers.csv"))[:SUPPLIERS]
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        load(home, lists / UK / "previous", UK)
        load(home, lists, "un", "eu", "ofac-sdn", "ofac-consolidated", "world-bank")
        first, _, _ = timed(home, chosen)
        load(home, lists, UK)
        again, again_cpu, remembered = timed(home, chosen)
        for file in home.glob("lookups.db*"):
            file.unlink()
        full, full_cpu, anew = timed(home, chosen)
    same = remembered == anew
    print(f"first {first:.2f} s, again {again:.2f} s, in full {full:.2f} s, {len(anew)} findings")
    print(f"same findings: {'yes' if same else 'NO'}")
    print(f"processor time: again {again_cpu:.2f} s, in full {full_cpu:.2f} s")
    print(f"processor time, re-screening / full screening: {again_cpu / full_cpu:.1%}")
    print(f"re-screening / full screening: {again / full:.1%}")
    return 0 if same else 1


def load(home: Path, folder: Path, *ids: str) -> None:
    with Workspace(Settings(home=home)) as workspace:
        for one in refresh(workspace, ids, folder=folder):
            if ids or one.version:
                print(f"{one.list_id}: {one.result} {one.version and one.version.version}")


def timed(home: Path, chosen: list[Supplier]) -> tuple[float, float, list[Finding]]:
    """Seconds by the clock, seconds of processor with those of search workers, findings."""
    with Workspace(Settings(home=home)) as workspace:
        began, used = time.perf_counter(), sum(os.times()[:4])
        run = screen(workspace, Screened(chosen))
        taken, spent = time.perf_counter() - began, sum(os.times()[:4]) - used
    return taken, spent, [replace(f, run_id="", first_seen=None) for f in run.findings]


if __name__ == "__main__":
    sys.exit(main())
