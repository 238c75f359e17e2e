"""What one alert and the queue cost with many alerts, against deriving all of them.

    python benchmarks/alerts.py [ALERTS]

Stores the runs of `queue_waits.py` in a scratch home, some of their alerts decided, and reads one
alert by its id, the first page of the queue and the whole of it; then derives every alert from the
runs, which is what each look did before alerts were stored.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from queue_waits import NOW, RUNS, store, suppliers_of

from duediligence.casework import deciding, queue
from duediligence.casework.showing import alert_for
from duediligence.screening.alerts import projection
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

AWAY = deciding.Choice(decided="not the same", reason="OTHER", note="Another firm")


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
        Workspace(Settings(home=Path(scratch), second_decision=()), now=lambda: NOW) as workspace,
    ):
        began = time.perf_counter()
        store(workspace, suppliers_of(max(count, 1)), count)
        print(f"storing {RUNS} runs with their alerts {time.perf_counter() - began:.2f} s")
        deciding.decide_entry(workspace, "un", "E-COMMON", AWAY)
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
