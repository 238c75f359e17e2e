"""What one alert and the queue cost with many alerts, against deriving all of them.

    python benchmarks/alerts.py [ALERTS]

Stores a run of invented suppliers in a scratch home, a fifth of its alerts decided, and reads one
alert by its id, the first page of the queue and the whole of it; then derives every alert from the
runs, which is what each look did before alerts were stored.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from duediligence.casework import deciding, queue
from duediligence.casework.showing import alert_for
from duediligence.model import Address, Finding, ListEntry, ListStatus, Name, Run, Supplier
from duediligence.screening.alerts import projection
from duediligence.screening.alerts.identity import ITSELF
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
PER_SUPPLIER = 5
AWAY = deciding.Choice(decided="not the same", reason="OTHER", note="Another firm")


def stored(workspace: Workspace, count: int) -> None:
    """Store a run with so many alerts, and decide a fifth of them."""
    suppliers = [
        Supplier(
            ref=f"S{n}",
            name=f"Invented Trader {n} Ltd",
            address=Address(f"{n} Quay, ZZ1 1ZZ", "ZZ1 1ZZ"),
        )
        for n in range(count // PER_SUPPLIER)
    ]
    entries = {
        ("invented", f"E{n}"): ListEntry(
            id=f"E{n}", list_id="invented", kind="organisation", names=(Name(f"Trader {n}"),)
        )
        for n in range(PER_SUPPLIER)
    }
    findings = tuple(
        Finding(
            run_id="R1",
            supplier_ref=supplier.ref,
            supplier_name=supplier.name,
            company_number="",
            check_id="SAN-01",
            check_title="Possible asset freeze",
            topic="sanctions",
            outcome="review",
            severity="high",
            subject_name=supplier.name,
            subject_role="supplier",
            list_id=list_id,
            entry_id=entry_id,
            entry_name=entry.name,
            score=0.8 + place / 100,
            why="Invented.",
            first_seen=AT,
        )
        for supplier in suppliers
        for place, ((list_id, entry_id), entry) in enumerate(entries.items())
    )
    run = Run(
        id="R1",
        started_at=AT,
        finished_at=AT,
        as_of=AT.date(),
        supplier_file="",
        supplier_file_sha256="",
        suppliers=len(suppliers),
        parties=len(suppliers),
        lists=(ListStatus(list_id="invented", title="Invented", state="current"),),
        threshold=0.8,
        matcher_version="1",
        policy_sha256="",
        findings=findings,
    )
    about = [ITSELF] * len(findings)
    began = time.perf_counter()
    with workspace.casework.transaction():
        hashes = workspace.runs.save(run, suppliers, entries, about=about)
        saved = time.perf_counter()
        by_ref = {supplier.ref: supplier for supplier in suppliers}
        projection.run_stored(workspace, run, about, by_ref, entries, hashes)
    ended = time.perf_counter()
    print(f"storing the run {saved - began:.2f} s, its alerts {ended - saved:.2f} s")
    deciding.decide_entry(workspace, "invented", "E0", AWAY)


def milliseconds(work: Callable[[], object], times: int) -> float:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return min(took) * 1000


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    with (
        tempfile.TemporaryDirectory() as scratch,
        Workspace(Settings(home=Path(scratch), second_decision=()), now=lambda: AT) as workspace,
    ):
        stored(workspace, count)
        some = queue.alerts(workspace)[count // 2].id
        one = milliseconds(lambda: deciding.find(workspace, some[:12]), 20)
        shown = milliseconds(lambda: alert_for(workspace, some[:12]), 20)
        page = milliseconds(lambda: queue.page(workspace, most=50), 10)
        whole = milliseconds(lambda: queue.alerts(workspace), 3)
        counted = milliseconds(lambda: queue.counts(workspace), 10)
        derived = milliseconds(lambda: projection.rebuild(workspace), 2)
    print(f"{count:,} alerts: one {one:.1f} ms, shown {shown:.1f} ms,")
    print(f"a page of 50 {page:.1f} ms, all {whole:.0f} ms,")
    print(f"counts by state {counted:.1f} ms, all derived again {derived:.0f} ms")
    print(f"one alert / all derived: {one / derived:.2%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
