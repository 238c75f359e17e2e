"""What it costs that nothing acknowledged is lost with the power: synchronous EXTRA against NORMAL.

    python benchmarks/durability.py [FOLDER]

In a scratch home in FOLDER (default: the system's; name one on the disk that is to be measured,
not in memory), with the lists of the demo: imports 300 suppliers, screens them, and decides an
alert; each in turn with every database at NORMAL and as the tool has it, the median of several
times. Prints milliseconds and the ratio.
"""

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from duediligence.casework import deciding, queue
from duediligence.demo import SAMPLE_SCALE
from duediligence.demo.office import DEMO_TIME
from duediligence.model import Supplier
from duediligence.screening.lists.loading import Terms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.suppliers import read_suppliers

DATA = Path(__file__).parents[1] / "duediligence" / "demo"
SUPPLIERS = 300
TIMES = {"import of 300": 11, "screening of 300": 7, "decision": 41}
AWAY = deciding.Choice(decided="not sure", reason="TOO-LITTLE", note="Invented.")
SQLITE = sqlite3.connect


class Weaker(sqlite3.Connection):
    """A connection that stays at NORMAL, as every database was before."""

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        return super().execute(sql.replace("synchronous = EXTRA", "synchronous = NORMAL"), *values)


@contextmanager
def opened(home: Path, round_: int, *, weaker: bool) -> Iterator[Workspace]:
    """A workspace whose databases are at NORMAL, or as the tool has them."""
    connect = partial(SQLITE, factory=Weaker) if weaker else SQLITE
    sqlite3.connect = connect  # type: ignore[assignment]
    try:
        at = DEMO_TIME + timedelta(minutes=round_)
        with Workspace(
            Settings(home=home, second_decision=()), now=lambda: at, who="invented"
        ) as workspace:
            yield workspace
    finally:
        sqlite3.connect = SQLITE


def suppliers(version: int) -> list[Supplier]:
    """So many suppliers like the demo's, with something new in each version."""
    known = read_suppliers(DATA / "suppliers.csv", today=DEMO_TIME.date()).suppliers
    return [
        Supplier(ref=f"S{n}", name=f"{known[n % len(known)].name} {n if n >= len(known) else ''}",
                 trading_names=(f"Version {version}",))
        for n in range(SUPPLIERS)
    ]  # fmt: skip


def acts(workspace: Workspace, round_: int) -> Iterator[tuple[str, Callable[[], object]]]:
    """What is timed in this round: an act that was timed often enough is left out."""
    some = suppliers(round_)
    workspace.suppliers.all()
    if round_ <= 2 * TIMES["import of 300"]:
        yield (
            "import of 300",
            partial(workspace.suppliers.save, some, file="s.csv", at=workspace.now()),
        )
    if round_ <= 2 * TIMES["screening of 300"]:
        yield "screening of 300", partial(screen, workspace, Screened(some))
    known = queue.alerts(workspace)
    yield "decision", partial(deciding.decide, workspace, known[round_ % len(known)], AWAY)


def main() -> int:
    took: dict[tuple[str, bool], list[float]] = {}

    with tempfile.TemporaryDirectory(dir=sys.argv[1] if sys.argv[1:] else None) as scratch:
        home = Path(scratch) / "home"
        with opened(home, 0, weaker=False) as workspace:
            terms = Terms(scale=SAMPLE_SCALE, as_of=DEMO_TIME.date())
            list(refresh(workspace, folder=DATA / "lists", terms=terms))
        for round_ in range(1, 2 * max(TIMES.values()) + 1):
            weaker = bool(round_ % 2)
            with opened(home, round_, weaker=weaker) as workspace:
                for what, work in acts(workspace, round_):
                    began = time.perf_counter()
                    work()
                    spent = (time.perf_counter() - began) * 1000
                    took.setdefault((what, weaker), []).append(spent)
    print(f"{'':18}{'NORMAL':>10}{'EXTRA':>10}   milliseconds, median")
    for what in TIMES:
        before, after = median(took[what, True]), median(took[what, False])
        print(f"{what:18}{before:>10.1f}{after:>10.1f}   {after / before:.2f} times")
    return 0


if __name__ == "__main__":
    sys.exit(main())
