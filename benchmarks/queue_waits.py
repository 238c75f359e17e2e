"""How long an officer waits for each command of the queue, beside another reader of the same file.

    python benchmarks/queue_waits.py [SUPPLIERS ALERTS]      default 10000 5000

Stores three runs of invented suppliers in a scratch home, then starts each command as a process of
its own, as a shell does, and prints the median of seven waits from start to end. The peer, started
in the same round, is the command line of sqlite-utils, printing 20 rows of the table of alerts: it
has no evidence to read, no words to find and nothing to check. Prints the ratio to it; each wait is
to be at most 0.7 s on a machine with nothing else to do, where the wait is the time of the
processor. Two of the commands record something: these take another alert each time.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import median

from duediligence.casework import queue
from duediligence.model import (
    SEVERITIES,
    Address,
    Contract,
    Event,
    Finding,
    ListEntry,
    ListStatus,
    Name,
    Run,
    Supplier,
)
from duediligence.screening.alerts import projection
from duediligence.screening.alerts.identity import ITSELF
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

NOW = datetime.now(UTC).replace(microsecond=0)
RUNS = 3
TIMES = 7
MOST = 0.7
# One entry is like many suppliers, as "Apex Services" is; the others are like one each.
COMMON = 40


def suppliers_of(number: int) -> list[Supplier]:
    return [
        Supplier(
            ref=f"S{n:05}",
            name=f"Invented Trading Company of the Northern Quarter {n} Ltd",
            address=Address(f"{n} Old Quay, Ferrowby, ZZ1 1ZZ", "ZZ1 1ZZ"),
            contract=f"RFQ {n}",
            contracts=(Contract(title="Cleaning of schools", owner=f"Owner {n % 20}"),),
        )
        for n in range(number)
    ]


def finding(supplier: Supplier, place: int, run_id: str, first_seen: datetime) -> Finding:
    entry = "E-COMMON" if place < COMMON else f"E{place}"
    common = Finding(
        run_id=run_id,
        supplier_ref=supplier.ref,
        supplier_name=supplier.name,
        company_number="",
        check_id="SAN-01",
        check_title="Possible asset freeze",
        topic="sanctions",
        outcome="review",
        severity=SEVERITIES[place % 4],
        subject_name=supplier.name,
        subject_role="supplier",
        list_id="un",
        entry_id=entry,
        entry_name=f"Invented Trader {place}",
        score=0.8 + (place % 20) / 100,
        why="Invented.",
        first_seen=first_seen,
    )
    if place % 10:
        return common
    # What two sources tell of: each second one of these is the further source of the first.
    event = Event(kind="insolvency", party="itself", on=NOW.date(), numbers=(f"N{place // 20}",))
    return replace(common, check_id="INS-01", check_title="Insolvency", event=event)


def unknown(supplier: Supplier, run_id: str) -> Finding:
    return Finding(
        run_id=run_id,
        supplier_ref=supplier.ref,
        supplier_name=supplier.name,
        company_number="",
        check_id="CH-00",
        check_title="Not read",
        topic="corporate",
        outcome="unknown",
        severity="medium",
        subject_name=supplier.name,
        subject_role="supplier",
        why="Invented: nobody answered.",
    )


def store(workspace: Workspace, suppliers: list[Supplier], alerts: int) -> None:
    """Store runs of all suppliers, a week apart, with `alerts` alerts and a gap for each."""
    entries = {
        ("un", f"E{n}"): ListEntry(
            id=f"E{n}", list_id="un", kind="organisation", names=(Name(f"Invented Trader {n}"),)
        )
        for n in range(alerts)
    }
    entries["un", "E-COMMON"] = ListEntry(
        id="E-COMMON", list_id="un", kind="organisation", names=(Name("Invented Trading"),)
    )
    known = {one.ref: one for one in suppliers}
    workspace.suppliers.save(suppliers, file="suppliers.csv", at=NOW)
    first_seen = NOW - timedelta(weeks=RUNS)
    for number in range(RUNS):
        at = first_seen + timedelta(weeks=number)
        run_id = f"R{number}"
        found = [
            # Three alerts for each two suppliers, until they are all given out.
            finding(suppliers[place * 2 // 3 % len(suppliers)], place, run_id, first_seen)
            for place in range(alerts)
        ]
        found += [unknown(one, run_id) for one in suppliers]
        run = Run(
            id=run_id,
            started_at=at,
            finished_at=at,
            as_of=at.date(),
            supplier_file="suppliers.csv",
            supplier_file_sha256="",
            suppliers=len(suppliers),
            parties=len(suppliers),
            lists=(ListStatus(list_id="un", title="Invented", state="current"),),
            threshold=0.8,
            matcher_version="1",
            policy_sha256="",
            findings=tuple(found),
        )
        about = [ITSELF] * len(found)
        with workspace.casework.transaction():
            hashes = workspace.runs.save(run, suppliers, entries, about=about)
            projection.run_stored(workspace, run, about, known, entries, hashes)


def waited(arguments: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """The seconds from start to end, and those that the processor worked in them."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, env=environment
    )
    took, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if done.returncode:
        raise SystemExit(f"{arguments} failed: {done.stderr}")
    return took, worked


def commands(home: Path, ids: Iterator[str]) -> dict[str, Callable[[], list[str]]]:
    """Each command, by how it is typed, as a function that gives the arguments of one call."""

    def ours(*arguments: str) -> list[str]:
        return ["-m", "duediligence", "--home", str(home), "alerts", *arguments]

    some = next(ids)
    reason = ("--reason", "OTHER-NAME")
    return {
        "sqlite-utils rows": lambda: [
            *("-m", "sqlite_utils", "rows", str(home / "casework.db"), "alerts"),
            *("--limit", "20"),
        ],
        "alerts list": lambda: ours("list"),
        "alerts list --page 9": lambda: ours("list", "--page", "9"),
        "alerts list --mine": lambda: ours("list", "--mine"),
        "alerts list --overdue": lambda: ours("list", "--overdue"),
        "alerts list --all --json": lambda: ours("list", "--all", "--json"),
        "alerts show ID": lambda: ours("show", some),
        "alerts reasons": lambda: ours("reasons"),
        "alerts assign ID ID ID --to me": lambda: ours(
            "assign", *(next(ids) for _ in range(3)), "--to", "me"
        ),
        "alerts decide ID not-the-same": lambda: ours("decide", next(ids), "not-the-same", *reason),
        "alerts decide, 20 IDs, --dry-run": lambda: ours(
            "decide", *(next(ids) for _ in range(20)), "not-the-same", *reason, "--dry-run"
        ),
        "alerts decide --entry, --dry-run": lambda: ours(
            "decide", "--entry", "un/E-COMMON", "--not-the-same", *reason, "--dry-run"
        ),
    }


def main() -> int:
    suppliers, alerts = (int(one) for one in sys.argv[1:3] or ("10000", "5000"))
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch) / "home"
        with Workspace(Settings(home=home), now=lambda: NOW) as workspace:
            store(workspace, suppliers_of(suppliers), alerts)
            found = queue.alerts(workspace, queue.Filters(severity="low"))
            # Those that one person decides alone, and that no other command of this list touches.
            ids = iter([one.id for one in found if one.severity in ("low", "medium", "high")])
        size = (home / "casework.db").stat().st_size / 1e6
        print(f"{suppliers:,} suppliers, {len(found):,} alerts, {RUNS} runs, {size:.0f} MB")
        calls = commands(home, ids)
        # As where it is installed: compiled once, in the first round.
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(Path(scratch) / "compiled")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in calls}
        for round_ in count():
            for name, arguments in calls.items():
                took = waited(arguments(), environment)
                if round_:  # the first round warms the disk
                    times[name].append(took)
            if round_ == TIMES:
                break
    peer = median(took for took, _ in times["sqlite-utils rows"])
    slowest = 0.0
    for name, each in times.items():
        middle, worst = median(took for took, _ in each), max(took for took, _ in each)
        worked = median(worked for _, worked in each)
        print(
            f"{name:34} {middle:5.2f} s   worst {worst:5.2f} s   processor {worked:5.2f} s   "
            f"ratio {middle / peer:4.1f}"
        )
        slowest = max(slowest, 0.0 if name == "sqlite-utils rows" else middle)
    print(f"slowest {slowest:.2f} s, to be at most {MOST} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
