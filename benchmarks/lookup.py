"""What a look-up costs on all lists at once, against one list after the other.

    DUEDILIGENCE_DATA=../shared/data python benchmarks/lookup.py

Loads every list of the data folder. Looks up every supplier of suppliers/care_providers.csv and
every listed name, both ways, and compares the matches. Then measures processor time, both ways in
turn: one name at a time; all suppliers; and one whole check (look-up, run, rendering) in a process
that has the lists open and in one that opens them for it.
"""

import csv
import gc
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from duediligence.matching import DEFAULT_THRESHOLD, Engine, Index, Subject
from duediligence.model import Match
from duediligence.render import terminal
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.suppliers.facts import SupplierFacts
from duediligence.suppliers.rows import read_facts

LIMIT = 11
NAMES = 320
WARMED_UP = 20
CHECKS = 40


def main() -> int:
    gc.set_threshold(200_000)  # as the command line does
    data = Path(os.environ.get("DUEDILIGENCE_DATA", ""))
    if not (data / "lists").is_dir():
        print("Set DUEDILIGENCE_DATA to a folder with lists/ and suppliers/.")
        return 2
    with (data / "suppliers" / "care_providers.csv").open(encoding="utf-8-sig", newline="") as file:
        suppliers = [row["name"] for row in csv.DictReader(file)]
    with tempfile.TemporaryDirectory() as home, Workspace(Settings(home=Path(home))) as workspace:
        for one in refresh(workspace, folder=data / "lists"):
            if one.version:
                print(
                    f"{one.list_id}: {one.version.entries:,} entries, {one.version.names:,} names"
                )
        return measure(workspace, suppliers)


def measure(workspace: Workspace, suppliers: list[str]) -> int:
    loaded = workspace.lists.current()
    folders = {list_id: one.index_folder for list_id, one in loaded.items()}
    alone = {list_id: Index.load(folder) for list_id, folder in folders.items()}
    cache = workspace.indexes / ".merged"
    engine = Engine.open(folders, cache)
    own, shared = (sum(f.stat().st_size for f in place.rglob("*.index")) for place in
                   (workspace.indexes, cache))  # fmt: skip
    print(f"indexes of the lists {(own - shared) / 1e6:.0f} MB, merged {shared / 1e6:.0f} MB")
    for file in cache.rglob("*.index"):
        file.unlink()
    print(f"merging {cpu(lambda: Engine.open(folders, cache)):.2f} s")

    def one_by_one(some: Iterable[Subject]) -> list[dict[str, list[Match]]]:
        some = list(some)
        found = {
            list_id: index.search_many(some, limit=LIMIT, namesakes=True, workers=1)
            for list_id, index in alone.items()
        }
        by_subject = zip(*found.values(), strict=True)
        return [
            {list_id: matches for list_id, matches in zip(found, each, strict=True) if matches}
            for each in by_subject
        ]

    def at_once(some: Iterable[Subject]) -> list[dict[str, list[Match]]]:
        thresholds = dict.fromkeys(folders, DEFAULT_THRESHOLD)
        return list(engine.search_many(some, thresholds, limit=LIMIT, namesakes=True, workers=1))

    ways = (one_by_one, at_once)
    # Before the words of all of them are known: one name in the life of a process is a new one.
    chosen = [Subject((name,)) for name in random.Random(3).sample(suppliers, NAMES)]
    for way in ways:
        way(chosen[:WARMED_UP])
    new = chosen[WARMED_UP:]
    each = [cpu(lambda w=way: [w([one]) for one in new]) / len(new) * 1e3 for way in ways]
    report("one name", "ms", *each)
    everyone = [Subject((name,)) for name in suppliers]
    report(f"{len(everyone):,} suppliers", "s", *[cpu(lambda w=way: w(everyone)) for way in ways])
    listed = [
        name.text
        for one in loaded.values()
        for entry in workspace.lists.entries(one.version)
        for name in entry.names
    ]
    everybody = [Subject((name,)) for name in (*suppliers, *listed)]
    different = matches = 0
    for start in range(0, len(everybody), 10_000):
        some = everybody[start : start + 10_000]
        for a, b in zip(one_by_one(some), at_once(some), strict=True):
            different += a != b
            matches += sum(map(len, a.values()))
    print(f"{len(everybody):,} names looked up, {matches:,} matches, different: {different}")
    checks(workspace, suppliers)
    return 1 if different else 0


def checks(workspace: Workspace, suppliers: list[str]) -> None:
    """One whole check: screen one supplier, store the run, render the result."""

    def check(name: str) -> None:
        supplier = read_facts(SupplierFacts(name=name))
        for _ in terminal.format_run_details(screen(workspace, Screened([supplier]))):
            pass

    def opened(name: str) -> None:
        workspace.__dict__.pop("engines", None)
        check(name)

    chosen = random.Random(4).sample(suppliers, CHECKS)
    check(chosen[0])
    cold, warm = (
        cpu(lambda w=way: [w(name) for name in chosen]) / CHECKS for way in (opened, check)
    )
    report("one check, lists opened for it and kept open", "ms", cold * 1e3, warm * 1e3)


def cpu(work: Callable[[], object]) -> float:
    """Seconds of processor time."""
    began = time.process_time()
    work()
    return time.process_time() - began


def report(what: str, unit: str, before: float, now: float) -> None:
    print(f"{what}: {before:.2f} and {now:.2f} {unit} of processor time, ratio {before / now:.1f}")


if __name__ == "__main__":
    sys.exit(main())
