"""An office whose commands can be killed, and what must hold after that."""

import json
import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from duediligence.casework import queue, verifying
from duediligence.errors import NotAsRecorded
from duediligence.fetch.snapshots import Snapshots
from duediligence.matching.evidence import Subject
from duediligence.model import ListEntry, Name
from duediligence.screening.lists.statuses import statuses
from duediligence.screening.lookup.list_search import open_lists
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.store.casework.unit_of_work import Casework
from duediligence.store.lists import ListStore
from duediligence.store.register.local_register import RegisterStore
from duediligence.store.schedule import ScheduleStore
from tests.soak.forked import made

ENTRIES, SUPPLIERS, LISTED = 300, 20, 5
DECIDED = ": not sure"
JOBS = ("lists", "screening", "digest")
SCHEDULE = """
[[job]]
name = "lists"
action = "refresh lists"
from = "lists"
every = "day"
at = "01:00"

[[job]]
name = "screening"
action = "re-screen"
every = "day"
at = "02:00"

[[job]]
name = "digest"
action = "digest"
every = "day"
at = "03:00"
"""


@dataclass(frozen=True)
class Ended:
    code: int
    seconds: float
    out: str
    err: str


@dataclass
class Office:
    """A home, the clock on its wall, and the process whose forks are its commands."""

    home: Path
    forks: "subprocess.Popen[str]"
    chance: random.Random
    at: datetime = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    version: int = 0
    notes: list[str] = field(default_factory=list)

    def run(
        self,
        *arguments: str,
        kill_after: float | None = None,
        kill_after_printing: str | None = None,
    ) -> Ended:
        order = {
            "home": str(self.home),
            "at": self.at.isoformat(),
            "arguments": arguments,
            "kill_after": kill_after,
            "kill_after_printing": kill_after_printing,
        }
        assert self.forks.stdin
        assert self.forks.stdout
        self.forks.stdin.write(json.dumps(order) + "\n")
        self.forks.stdin.flush()
        ended = Ended(**json.loads(self.forks.stdout.readline()))
        assert "Traceback" not in ended.err, ended.err
        assert "unexpected" not in ended.err, ended.err
        return ended

    def publish(self) -> None:
        """The list again, with another reason in each entry that suppliers are like."""
        self.version += 1
        entries = [
            ListEntry(
                id=f"E{n}",
                list_id="made",
                kind="organisation",
                names=(Name(name(n)),),
                reason=f"Version {self.version}." if n < LISTED else "",
            )
            for n in range(ENTRIES)
        ]
        (self.home / "lists" / "made.json").write_bytes(msgspec.json.encode(entries))

    def asked(self, query: str, database: str = "casework.db") -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.home / database)) as connection:
            return connection.execute(query).fetchall()


def name(number: int) -> str:
    chance = random.Random(number)
    syllables = "bra cul dov est fim gor hul jam kel lor mun nep oss pir quo ras sul tev".split()
    return " ".join("".join(chance.choices(syllables, k=3)).title() for _ in range(3))


@contextmanager
def opened(folder: Path) -> Iterator[Office]:
    """An office in an empty folder, where lists, suppliers and jobs have been used once."""
    home = folder / "home"
    (home / "lists").mkdir(parents=True)
    (folder / "told").mkdir()
    (home / "duediligence.toml").write_text('digest_folder = "../told"\n', encoding="utf-8")
    (home / "schedule.toml").write_text(SCHEDULE, encoding="utf-8")
    rows = "".join(f"S{n},{name(n if n < LISTED else 9_000 + n)}\n" for n in range(SUPPLIERS))
    (folder / "suppliers.csv").write_text("ref,name\n" + rows, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-m", "tests.soak.forked"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "XDG_CONFIG_HOME": str(folder / "config")},
    ) as forks:
        one = Office(home, forks, random.Random())
        one.publish()
        assert one.run("lists", "refresh", "made", "--from", str(home / "lists")).code == 0
        assert one.run("suppliers", "import", "suppliers.csv").code == 0
        assert one.run("screen").code == 1
        assert one.run("schedule", "tick").code == 0
        yield one
        assert forks.stdin
        forks.stdin.close()


def workspace_of(home: Path, at: datetime) -> Workspace:
    return Workspace(Settings(home=home), now=lambda: at, only={"made": made})


def screening(office: Office) -> tuple[str, ...]:
    return ("screen", "--out", str(office.home / "flags.csv"))


def refreshing(office: Office) -> tuple[str, ...]:
    office.publish()
    return ("lists", "refresh", "made", "--from", str(office.home / "lists"))


def deciding(office: Office) -> tuple[str, ...]:
    with workspace_of(office.home, office.at) as workspace:
        alert = office.chance.choice(sorted(one.id for one in queue.alerts(workspace)))
    office.notes.append(f"Note {len(office.notes)}.")
    why = ("--reason", "TOO-LITTLE", "--note", office.notes[-1])
    return ("alerts", "decide", alert, "not-sure", *why)


def ticking(office: Office) -> tuple[str, ...]:
    office.publish()
    office.at += timedelta(days=1)
    return ("schedule", "tick")


def noted(office: Office) -> set[str]:
    """The notes of all decisions, of which there are as many as the audit chain records."""
    with Casework(office.home / "casework.db") as casework:
        store = casework.decisions
        told = [one.note for history in store.history().values() for one in history]
    assert len(told) == len(set(told))
    audited = office.asked("SELECT count(*) FROM audit WHERE kind = 'decision'")
    assert audited == office.asked("SELECT count(*) FROM decisions") == [(len(told),)]
    return set(told)


def sound(office: Office) -> None:
    """What must hold after every kill."""
    assert examine(office.home, office.at)["list"][1] == ENTRIES


def examine(home: Path, at: datetime) -> dict[str, Any]:
    """Open a home that lost its power or a command, and give what is in it, by what it is.

    Fails where anything is damaged: a database, the audit chain, a run or an alert that does not
    follow from it, a list that is in use and cannot be searched, a file that was fetched.
    """
    with workspace_of(home, at) as workspace:
        problems = verifying.examine(workspace).problems
        # What lies in other files than the chain is recorded by the next refresh or load.
        assert all("was cut short" in one.what for one in problems), problems
        (status,), engine = open_lists(workspace, statuses(workspace))
        # Recorded before it is in service, it is not checked where the end came between the two,
        # until it is refreshed.
        ahead = isinstance(engine.unreadable.get("made"), NotAsRecorded)
        assert not engine.unreadable or (ahead and problems), engine.unreadable
        listed: tuple[Any, ...] = ("", 0)
        lists = ListStore(workspace.lists.path) if ahead else workspace.lists
        if loaded := lists.current().get("made"):
            found = {} if ahead else engine.search(Subject((name(0),), "organisation"))
            assert ahead or [one.entry_id for one in found["made"]] == ["E0"]
            entries = list(lists.entries(loaded.version))
            snapshot = Snapshots(workspace.snapshots).latest("made")
            assert snapshot
            assert len(snapshot.intact()) == 1
            reason = next(one.reason for one in entries if one.id == "E0")
            listed = ("current" if ahead else status.state, len(entries), reason)
        if ahead:
            lists.close()
        decisions = workspace.decisions.history().values()
        facts: dict[str, Any] = {
            "suppliers": {one.ref: one.name for one in workspace.suppliers.all()},
            "decisions": sorted(one.note for history in decisions for one in history),
            "alerts": {one.id: one.state for one in queue.alerts(workspace)},
            "runs": sorted(workspace.runs.started()),
            "list": listed,
            "digests": workspace.outbox.told(),
        }
    with closing(ScheduleStore(home / "schedule.db")) as store:
        facts |= {job: [one.result for one in store.attempts(job)][-1:] for job in JOBS}
    for path in home.glob("*.db"):
        with closing(sqlite3.connect(path)) as connection:
            sound_pages = connection.execute("PRAGMA integrity_check").fetchall()
            assert sound_pages == [("ok",)], path
            assert not connection.execute("PRAGMA foreign_key_check").fetchall(), path
    facts["registers"] = _registers(home)
    folder = home.parent / "told"
    facts["files of digests"] = {one.name: one.read_bytes() for one in folder.glob("*.txt")}
    for fact, path in {"flags": home / "flags.csv", "pack": home.parent / "pack.zip"}.items():
        facts[fact] = path.read_bytes() if path.exists() else b""
    return facts


def _registers(home: Path) -> dict[str, int]:
    """How many rows each register has; each file that is in service must be whole."""
    if not (home / "register.db").exists():
        return {}
    with closing(RegisterStore(home / "register.db")) as store:
        versions = store.versions()
    with closing(sqlite3.connect(home / "register.db")) as connection:
        files = [
            home / "register" / name for (name,) in connection.execute("SELECT file FROM registers")
        ]
    for path in files:
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)], path
    return {register: version.rows for register, version in versions.items()}


def served(office: Office) -> str:
    (body,) = office.asked(
        """SELECT e.body FROM entries e JOIN current_versions USING (list_id, version)
           WHERE entry_id = 'E0'""",
        "lists.db",
    )[0]
    return msgspec.json.decode(body, type=ListEntry).reason


Command = Callable[[Office], tuple[str, ...]]
COMMANDS: tuple[Command, ...] = (
    screening,
    refreshing,
    deciding,
    ticking,
)


def kill_at_any_moment(office: Office, command: Command, kills: int, seed: str) -> tuple[int, int]:
    """Run the command and kill it at random moments, until `kills` of them hit a living one.

    After each, what must hold is checked, and that the next command goes on from there. Returns
    how many were tried, and how many hit a living one.
    """
    office.chance.seed(seed)
    whole = min(office.run(*command(office)).seconds for _ in range(3))
    done_with = {0} if command is not screening else {1}
    tried, alive, certain = 0, 0, set(office.notes)
    while alive < kills:
        tried += 1
        assert tried < 4 * kills + 20, "the kills come too late to prove anything"
        arguments = command(office)
        ended = office.run(*arguments, kill_after=office.chance.uniform(0, 1.05 * whole))
        assert ended.code in {-9, *done_with}, ended.err
        alive += ended.code == -9
        if ended.code != -9 or DECIDED in ended.out:
            certain |= set(office.notes[-1:])
        sound(office)
        if command is deciding:
            assert certain <= noted(office) <= set(office.notes)
        else:
            again = office.run(*arguments)
            assert again.code in done_with, again.err
            assert command is screening or served(office) == f"Version {office.version}."
        if command is ticking:
            told = office.asked("SELECT job, result FROM attempts ORDER BY id", "schedule.db")
            assert {result for _, result in told} <= {"done", "interrupted"}
    return tried, alive


def kill_after_acknowledgement(office: Office, kills: int, seed: str) -> tuple[int, int]:
    """Decide, and kill the command once it has printed that it did, until `kills` were hit.

    Every decision of these must be there. Returns how many were tried, and how many were hit.
    """
    office.chance.seed(seed)
    tried = hit = 0
    certain = set(office.notes)
    while hit < kills:
        tried += 1
        assert tried < 4 * kills + 20, "the commands end before they can be killed"
        ended = office.run(
            *deciding(office),
            kill_after=office.chance.choice((0, office.chance.uniform(0, 0.002))),
            kill_after_printing=DECIDED,
        )
        assert DECIDED in ended.out, ended.err
        hit += ended.code == -9
        certain.add(office.notes[-1])
        assert certain <= noted(office)
        if tried % 20 == 0:
            sound(office)
    sound(office)
    return tried, hit
