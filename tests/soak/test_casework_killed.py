"""Killed at any moment: what a command said was done is kept, and the next one goes on from there.

What a scheduler, a refresh of a big list and a digest lose or not: see the neighbours of this file.
"""

import json
import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from duediligence.model import ListEntry, Name
from duediligence.store.casework.unit_of_work import Casework

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="commands are run in forks"),
]
KILLS, GROUPS = 50, 2  # of each command, and so many groups that run side by side
ENTRIES, SUPPLIERS, LISTED = 300, 20, 5
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

    @property
    def data(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)["data"]


@dataclass
class Office:
    """A home, the clock on its wall, and the process whose forks are its commands."""

    home: Path
    forks: "subprocess.Popen[str]"
    chance: random.Random
    at: datetime = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    version: int = 0
    notes: list[str] = field(default_factory=list)

    def run(self, *arguments: str, kill_after: float | None = None) -> Ended:
        order = {
            "home": str(self.home),
            "at": self.at.isoformat(),
            "arguments": arguments,
            "kill_after": kill_after,
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
        """The list anew, with another reason in each entry that suppliers are like."""
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


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    home = tmp_path / "home"
    (home / "lists").mkdir(parents=True)
    (tmp_path / "told").mkdir()
    (home / "duediligence.toml").write_text('digest_folder = "../told"\n', encoding="utf-8")
    (home / "schedule.toml").write_text(SCHEDULE, encoding="utf-8")
    rows = "".join(f"S{n},{name(n if n < LISTED else 9_000 + n)}\n" for n in range(SUPPLIERS))
    (tmp_path / "suppliers.csv").write_text("ref,name\n" + rows, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(Path(__file__).parent / "forked.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
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


def screening(office: Office) -> tuple[str, ...]:
    return ("screen", "--out", str(office.home / "flags.csv"))


def refreshing(office: Office) -> tuple[str, ...]:
    office.publish()
    return ("lists", "refresh", "made", "--from", str(office.home / "lists"))


def deciding(office: Office) -> tuple[str, ...]:
    alert = office.chance.choice(office.run("alerts", "list", "--all", "--json").data)
    office.notes.append(f"Note {len(office.notes)}.")
    why = ("--reason", "TOO-LITTLE", "--note", office.notes[-1])
    return ("alerts", "decide", alert["id"], "not-sure", *why)


def ticking(office: Office) -> tuple[str, ...]:
    office.publish()
    office.at += timedelta(days=1)
    return ("schedule", "tick")


def noted(office: Office) -> set[str]:
    """The notes of all decisions that are told of, which are as many as the audit chain has."""
    with Casework(office.home / "casework.db") as casework:
        store = casework.decisions
        told = [one.note for history in store.history().values() for one in history]
    assert len(told) == len(set(told))
    audited = office.asked("SELECT count(*) FROM audit WHERE kind = 'decision'")
    assert audited == office.asked("SELECT count(*) FROM decisions") == [(len(told),)]
    return set(told)


def sound(office: Office) -> None:
    """What must hold after every kill."""
    verified = office.run("audit", "verify")
    assert verified.code == 0, verified.out
    held = office.asked(
        """SELECT json_extract(body, '$.suppliers'), count(ref)
           FROM runs LEFT JOIN run_suppliers ON id = run_id GROUP BY id"""
    )
    assert all(told == kept for told, kept in held), "no run is kept in part"
    looked_up = office.run("check", name(0))
    assert looked_up.code == 1, looked_up.err
    versions = office.asked(
        """SELECT json_extract(body, '$.entries'), (SELECT count(*) FROM entries
           WHERE entries.list_id = v.list_id AND entries.version = v.version)
           FROM list_versions v JOIN current_versions USING (list_id, version)""",
        "lists.db",
    )
    assert versions == [(ENTRIES, ENTRIES)]


def served(office: Office) -> str:
    (body,) = office.asked(
        """SELECT e.body FROM entries e JOIN current_versions USING (list_id, version)
           WHERE entry_id = 'E0'""",
        "lists.db",
    )[0]
    return msgspec.json.decode(body, type=ListEntry).reason


@pytest.mark.parametrize("group", range(GROUPS))
@pytest.mark.parametrize("command", [screening, refreshing, deciding, ticking])
def test_killed_at_any_moment_nothing_is_lost_and_the_next_goes_on(
    office: Office, command: Callable[[Office], tuple[str, ...]], group: int
) -> None:
    office.chance.seed(seed := f"{command.__name__} {group}")
    whole = min(office.run(*command(office)).seconds for _ in range(3))
    done_with = {0} if command is not screening else {1}
    alive, certain = 0, set(office.notes)
    for _ in range(KILLS // GROUPS):
        arguments = command(office)
        ended = office.run(*arguments, kill_after=office.chance.uniform(0, 1.15 * whole))
        assert ended.code in {-9, *done_with}, ended.err
        alive += ended.code == -9
        if ended.code != -9:
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
    sound(office)
    print(f"{seed!r}: {KILLS // GROUPS} kills tried within {whole:.2f} s, {alive} hit a living one")  # noqa: T201
    assert alive >= KILLS // GROUPS // 4, "the kills come too late to prove anything"
