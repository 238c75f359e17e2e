"""Cuts the power at many moments of one command, and looks at what is left each time."""

import os
import random
import shutil
import sqlite3
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

from tests.long.disk import KEEPING, Disk, Keeping, digest, lay_out
from tests.long.recording import Print, Recording, record
from tests.soak.office import (
    DECIDED,
    Office,
    deciding,
    examine,
    name,
    refreshing,
    screening,
    ticking,
)

ROOT = Path(__file__).parents[2]
# What is not kept or lost as one: each step of a digest is stored on its own.
_IN_STEPS = {"digests", "lists", "screening", "digest"}


@dataclass(frozen=True)
class Act:
    """A command, what it changes, and the words by which it says that each of these is done."""

    name: str
    command: Callable[[Office], tuple[str, ...]]
    acknowledged: dict[str, str]
    # Another command has the home open all the time, as a server does.
    beside: bool = False


def _importing(office: Office) -> tuple[str, ...]:
    office.version += 1
    rows = "".join(f"T{n},{name(7_000 + n)} {office.version}\n" for n in range(40))
    (office.home.parent / "more.csv").write_text("ref,name\n" + rows, encoding="utf-8")
    return ("suppliers", "import", "more.csv")


def _first_import(office: Office) -> tuple[str, ...]:
    shutil.rmtree(office.home)
    return _importing(office)


def _loading(_: Office) -> tuple[str, ...]:
    bulk = ROOT / "duediligence" / "demo" / "companies_bulk"
    return ("registers", "load", "companies-house", *map(str, sorted(bulk.glob("*.csv"))))


def _packing(_: Office) -> tuple[str, ...]:
    return ("report", "S0", "--out", "pack.zip")


_DECISION = {"decisions": DECIDED, "alerts": DECIDED}
ACTS = (
    Act("decide", deciding, _DECISION),
    Act("decide beside", deciding, _DECISION, beside=True),
    Act("screen", screening, {"runs": "Run 2", "alerts": "Run 2", "flags": "Wrote "}),
    Act("refresh", refreshing, {"list": "made: loaded"}),
    Act("refresh beside", refreshing, {"list": "made: loaded"}, beside=True),
    Act("import", _importing, {"suppliers": "40 suppliers ("}),
    Act("first import", _first_import, {"suppliers": "40 suppliers ("}),
    Act("load a register", _loading, {"registers": "companies-house: loaded"}),
    Act("make a pack", _packing, {"pack": "Wrote "}),
    Act(
        "tick",
        ticking,
        {
            "list": "lists: done",
            "lists": "lists: done",
            "runs": "screening: done",
            "screening": "screening: done",
            "digests": "digest: done",
            "digest": "digest: done",
            "files of digests": "digest: done",
        },
    ),
)


@dataclass
class Figures:
    """How many cuts were tried, how many different states they left, how many of these after
    something was acknowledged, and what was lost or damaged.
    """

    act: str
    tried: int = 0
    distinct: int = 0
    acknowledged: int = 0
    syncs: int = 0
    lost: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"power cuts, {self.act}: {self.tried:,} tried, {self.distinct:,} distinct, "
            f"{self.acknowledged:,} after an acknowledgement, {len(self.lost)} lost, "
            f"{len(self.damaged)} damaged ({self.syncs} syncs)"
        )


def cut(office: Office, act: Act, tries: int, seed: str, *, pragmas: str = "") -> Figures:
    """Do the act once in a copy of the office, and cut the power `tries` times.

    `pragmas` are what `traced` sets, whatever the tool itself does.
    """
    scratch = office.home.parent.parent / f"{act.name} {pragmas}".replace(" ", "-")
    root = Path(shutil.copytree(office.home.parent, scratch / "office"))
    here = replace(office, home=root / "home", notes=[*office.notes])
    with _open_all_the_time(here) if act.beside else nullcontext():
        command = act.command(here)
        before = Path(shutil.copytree(root, scratch / "before"))
        recording = _record(here, command, pragmas, scratch)
        after = Path(shutil.copytree(root, scratch / "after"))
    disk, real = Disk(before, str(root)), Disk(after, str(root)).now()
    for event in recording.events:
        disk.apply(event)
    assert digest(disk.now()) == digest(real), "something was done that the recording has not"

    figures = Figures(f"{act.name} {pragmas}".rstrip(), syncs=recording.syncs)
    disk = Disk(before, str(root))
    first, last = examine(before / "home", here.at), examine(after / "home", here.at)
    moments = _moments(recording, act)
    assert set(moments) == set(act.acknowledged), recording.printed
    # What was found in each state: one is judged again where more is acknowledged by then.
    seen: dict[str, dict[str, Any] | str] = {}
    acknowledged: set[str] = set()
    done = 0
    for number, (at, keeping, chance) in enumerate(_cuts(recording, moments, tries, seed)):
        for event in recording.events[done:at]:
            disk.apply(event)
        done = at
        state = disk.after_a_cut(keeping, chance)
        figures.tried += 1
        content = digest(state)
        certain = {fact for fact, moment in moments.items() if moment < at}
        if certain:
            acknowledged.add(content)
        if content not in seen:
            lay_out(state, scratch / "state")
            seen[content] = _found(scratch / "state" / "home", here.at)
            shutil.rmtree(scratch / "state")
        found = seen[content]
        what = f"{figures.act}: {number} of {seed!r}, after event {at}, keeping {keeping}"
        if isinstance(found, str):
            figures.damaged.append(f"{what}: {found}")
            figures.lost += [what] if certain else []
            continue
        if gone := [fact for fact in certain if found[fact] != last[fact]]:
            figures.lost.append(f"{what}: {gone}")
        figures.damaged += [
            f"{what}: {fact} is neither as before nor as after"
            for fact in found.keys() - _IN_STEPS
            if found[fact] not in (first[fact], last[fact])
        ]
    figures.distinct, figures.acknowledged = len(seen), len(acknowledged)
    shutil.rmtree(scratch)
    return figures


def _found(home: Path, at: datetime) -> dict[str, Any] | str:
    """What is in a home, or what is wrong with it."""
    try:
        return examine(home, at)
    except Exception:
        return traceback.format_exc(limit=-3)


def _moments(recording: Recording, act: Act) -> dict[str, int]:
    """The place in the recording at which each change was acknowledged."""
    printed, found = "", dict[str, int]()
    for number, event in enumerate(recording.events):
        if isinstance(event, Print):
            printed += event.text
            for fact, phrase in act.acknowledged.items():
                if phrase in printed:
                    found.setdefault(fact, number)
    return found


def _cuts(
    recording: Recording, moments: Mapping[str, int], tries: int, seed: str
) -> list[tuple[int, Keeping, random.Random]]:
    """When to cut, how many events were done by then, and what to keep: the earliest first.

    Half of them come after the first acknowledgement, the others at any time.
    """
    chance = random.Random(seed)
    end, said = len(recording.events), min(moments.values())
    found = []
    for number in range(tries):
        at = chance.randint(said + 1 if number % 2 else 1, end)
        keeping = KEEPING[number // 2 % len(KEEPING)]
        found.append((at, keeping, random.Random(f"{seed} {number}")))
    return sorted(found, key=itemgetter(0))


@contextmanager
def _open_all_the_time(office: Office) -> Iterator[None]:
    """Another command has every database open, so that none is put in order when others end.

    The log of each is full of what is in the database by now, and will be written over.
    """
    with ExitStack() as stack:
        opened = [
            stack.enter_context(closing(sqlite3.connect(path))) for path in office.home.glob("*.db")
        ]
        for connection in opened:
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        for command in (deciding, refreshing):
            assert office.run(*command(office)).code == 0
        for connection in opened:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        yield


def _record(office: Office, command: Sequence[str], pragmas: str, scratch: Path) -> Recording:
    run = [sys.executable, "-m", "tests.long.traced"]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    env["XDG_CONFIG_HOME"] = str(scratch / "config")
    return record(
        [*run, str(office.home), office.at.isoformat(), pragmas, *command],
        office.home.parent,
        scratch,
        env,
    )
