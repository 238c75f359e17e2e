"""Screenings of an invented register that are killed again and again, and what they leave."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

from .invented import Entry, Rows, load_lists, screened, write_register

ROOT = Path(__file__).parents[4]
_SYLLABLES = "bra cul dov est fim gor hul jam kel lor mun nep oss pir quo ras sul tev urb".split()
_SCRIPT = """
import sys
from pathlib import Path
from duediligence.extensions.whole_register.lookup.cluster import on_local_cluster
from duediligence.extensions.whole_register.lookup.screening import screen_register
from duediligence.extensions.whole_register.lookup.workers import in_processes
from tests.extensions.whole_register.lookup.invented import open_home

if __name__ == "__main__":
    home, dask, full, most = Path(sys.argv[1]), sys.argv[2] == "dask", sys.argv[3], sys.argv[4]
    with open_home(home, 5) as workspace:
        do = on_local_cluster(2) if dask else in_processes(2)
        screen_register(workspace, do=do, full=full == "full", rows_of_a_part=int(most))
"""


def name(draw: random.Random, words: int) -> str:
    made = ("".join(draw.choices(_SYLLABLES, k=draw.randint(2, 3))) for _ in range(words))
    return " ".join(made).title()


def make_home(home: Path, companies: int, people: int) -> None:
    """Lists of names, and a register in which one in fifty is like one of them."""
    draw = random.Random(4)
    firms = [Entry(f"f{n}", "organisation", name(draw, 2)) for n in range(200)]
    persons = [Entry(f"p{n}", "person", name(draw, 2), born="1965-04") for n in range(200)]
    load_lists(home, {"first": [*firms, *persons[:100]], "second": persons[100:]})
    rows = Rows()
    for number in range(companies):
        listed = draw.choice(firms).names if draw.random() < 0.02 else name(draw, 3)
        rows.company(f"99{number:06}", f"{listed} LTD")
    for number in range(people):
        listed = draw.choice(persons).names if draw.random() < 0.02 else name(draw, 2)
        born = {"birth_year": 1965, "birth_month": draw.randint(3, 5)}
        rows.owner(f"99{number % companies:06}", f"{listed} {number}", listed, **born)
    write_register(home, "v1", rows)


class Killed:
    """A home whose screenings are killed. `most` are the rows of a part."""

    def __init__(self, home: Path, most: int, *, dask: bool) -> None:
        self._home = home
        self._most = most
        self._dask = dask
        (home / "screen.py").write_text(_SCRIPT)
        start = time.monotonic()
        assert self._start("full").wait() == 0
        self.takes = time.monotonic() - start
        self.undisturbed = self.found()

    def found(self) -> list[tuple[object, ...]]:
        return screened(self._home / "bulk-register" / "v1")

    def kill(self, times: int, seed: str, victim: Callable[[int], bool]) -> int:
        """Kill so often at random moments, and compare whatever is finished; how often it was.

        `victim` kills in the process of that id and its children; whether somebody was.
        """
        chance = random.Random(seed)
        killed = finished = 0
        process = self._start("full")
        while killed < times or process.poll() is None or not finished:
            with suppress(subprocess.TimeoutExpired):
                process.wait(chance.uniform(0.05, self.takes * 0.7))
            if process.poll() is None:
                killed += killed < times and victim(process.pid)
            elif process.returncode:
                # It was killed, or says that parts are missing: the next one does them.
                process = self._start("")
            else:
                assert self.found() == self.undisturbed
                finished += 1
                if killed < times:
                    process = self._start("full")
        return finished

    def _start(self, full: str) -> "subprocess.Popen[bytes]":
        how = "dask" if self._dask else "processes"
        return subprocess.Popen(
            [
                sys.executable,
                str(self._home / "screen.py"),
                str(self._home),
                how,
                full,
                str(self._most),
            ],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


def whole_group(pid: int) -> bool:
    """Kill a screening with all its processes, as a power cut would."""
    os.killpg(pid, signal.SIGKILL)
    return True


def one_worker(pid: int) -> bool:
    """Kill one worker process of a screening."""
    with suppress(psutil.Error):
        workers = [one for one in psutil.Process(pid).children(recursive=True) if _is_worker(one)]
        if workers:
            random.Random(pid).choice(workers).kill()
            return True
    return False


def _is_worker(process: psutil.Process) -> bool:
    return any("answer_stdin" in part or "spawn_main" in part for part in process.cmdline())
