"""A morning of random steps: two browsers, a scheduler and commands, some killed at random.

A home has one console and one scheduler at a time: a second window of the console is the same one,
and a second scheduler is refused. What somebody was told is recorded must be there at the end,
whoever was killed in between; what was sent to a program that was killed before it answered may be
there or not. `RANDOM_STEPS` and `RANDOM_SEED` in the environment repeat a morning.
"""

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests

from .started import (
    CONSOLE,
    REGISTER,
    Answer,
    Book,
    Commands,
    Console,
    add_by_form,
    clock,
    commands,
    comment_by_form,
    decide_by_form,
    environment,
    office_in,
    unsound,
)

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="looks into /proc"),
]

STEPS = [pytest.param(300, id="few"), pytest.param(2_000, id="many", marks=pytest.mark.long)]
# A job that is due each minute would hide what the others do; the steps run it, too.
JOBS = '[[job]]\nname = "screening"\naction = "re-screen"\nevery = "day"\nat = "09:31"\n'
LIST = "porthvellan-planning-enforcement"
PAGES = ("/", "/suppliers", "/alerts", "/runs", "/lists", "/jobs", "/audit", "/suppliers/H001")
READING = (
    ("alerts", "list"),
    ("suppliers", "list"),
    ("audit", "verify"),
    ("lists", "status"),
    ("schedule", "status"),
    ("alerts", "reasons"),
)
COMPLETE = (0, 1, 3)


@dataclass
class Morning:
    """A home, who works at it, and what they were told is recorded."""

    home: Path
    folder: Path
    run: Commands
    chance: random.Random
    at: Console
    scheduler: "subprocess.Popen[str]"
    alerts: list[str]
    book: Book = field(default_factory=Book)
    done: Counter[str] = field(default_factory=Counter)
    number: int = 0
    # Added under a name, and maybe renamed: what was cut off in between is either.
    uncertain: set[str] = field(default_factory=set)

    def text(self) -> str:
        self.number += 1
        return f"Said {self.number}"

    def browser(self) -> int:
        return self.chance.randrange(len(self.at.browsers))

    def killed(self) -> float | None:
        """When a command is killed, in seconds from its start; mostly never."""
        return self.chance.uniform(0, 0.1) if self.chance.random() < 0.15 else None

    def command(self, *words: str, ends: tuple[int, ...] = (0,)) -> bool:
        """Run a command, maybe killed; whether it ended, so that what it did is acknowledged."""
        kill_after = self.killed()
        ended = self.run.run(self.home, *words, kill_after=kill_after)
        assert "Traceback" not in ended.err, (words, ended)
        assert ended.code in (*ends, *((-9,) if kill_after is not None else ())), (words, ended)
        self.done["killed commands"] += ended.code == -9
        return ended.code != -9


def begin_scheduler(home: Path, folder: Path) -> "subprocess.Popen[str]":
    with (folder / "scheduler.err").open("ab") as err:
        return subprocess.Popen(
            [sys.executable, "-c", CONSOLE, clock(), "--home", str(home), "schedule", "run"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=err,
            text=True,
            cwd=folder,
            env=environment(folder),
        )


def begin_console(home: Path, folder: Path) -> Console:
    """Start the console, with two browsers: the second opens it again, as `serve` says."""
    at = Console(home, folder)
    assert at.started, (at.said, at.err())
    again = subprocess.run(
        [
            *[sys.executable, "-c", CONSOLE, clock()],
            *["--home", str(home), "serve", "--no-browser"],
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment(folder),
        check=False,
    )
    assert again.returncode == 0, again.stderr
    at.open_another(again.stdout)
    return at


def answered(morning: Morning, answer: Answer, *refused: int) -> None:
    assert answer.status in (303, *refused), (answer.status, answer.words)
    assert answer.status == 303 or "Traceback" not in answer.text


def adds(it: Morning) -> None:
    answered(it, add_by_form(it.at, it.book, f"F{it.number}", it.browser()))
    it.number += 1


def comments(it: Morning) -> None:
    alert = it.chance.choice(it.alerts)
    answered(it, comment_by_form(it.at, it.book, alert, it.text(), it.browser()))


def decides(it: Morning) -> None:
    alert = it.chance.choice(it.alerts)
    # Refused where somebody decided meanwhile.
    answered(it, decide_by_form(it.at, it.book, alert, it.text(), it.browser()), 409)


def looks(it: Morning) -> None:
    for page in it.chance.sample(PAGES, 3):
        answer = it.at.get(page, it.browser())
        assert answer.status == 200, (page, answer.status, answer.words)


def screens(it: Morning) -> None:
    answered(it, it.at.post("/runs", it.browser()), 200, 409)


def runs_job(it: Morning) -> None:
    answered(it, it.at.post("/schedule/run", it.browser(), job="screening"), 200, 409, 422)


def two_at_once(it: Morning) -> None:
    """A change in the browser while a command changes something, too."""
    ref, text = f"T{it.number}", it.text()
    alert = it.chance.choice(it.alerts)
    begun = it.run.begin(it.home, "alerts", "comment", alert, text)
    answered(it, add_by_form(it.at, it.book, ref, it.browser()))
    ended = begun()
    assert ended.code == 0, ended
    it.book.comments[alert].add(text)


def command_adds(it: Morning) -> None:
    ref, name = f"C{it.number}", f"By a command {it.number} Ltd"
    it.number += 1
    if it.command("suppliers", "add", name, "--ref", ref):
        it.book.suppliers[ref] = name
    else:
        it.uncertain.add(ref)


def command_renames(it: Morning) -> None:
    certain = sorted(it.book.suppliers.keys() - it.uncertain)
    if not certain:
        return
    ref, name = it.chance.choice(certain), f"Renamed {it.number} Ltd"
    it.number += 1
    if it.command("suppliers", "edit", ref, "--name", name, "--note", "Misspelt"):
        it.book.suppliers[ref] = name
    else:
        it.uncertain.add(ref)
        it.book.suppliers.pop(ref)


def command_comments(it: Morning) -> None:
    alert, text = it.chance.choice(it.alerts), it.text()
    if it.command("alerts", "comment", alert, text):
        it.book.comments[alert].add(text)


def command_decides(it: Morning) -> None:
    alert, text = it.chance.choice(it.alerts), it.text()
    why = ("--reason", "ASKED", "--note", text)
    if it.command("alerts", "decide", alert, "not-sure", *why):
        it.book.notes[alert].add(text)


def command_reads(it: Morning) -> None:
    it.command(*it.chance.choice(READING), ends=COMPLETE)


def command_screens(it: Morning) -> None:
    it.command("screen", ends=COMPLETE)


def command_refreshes(it: Morning) -> None:
    it.command("lists", "refresh", LIST, "--from", str(REGISTER), ends=COMPLETE)


def command_copies(it: Morning) -> None:
    kept = it.folder / f"{it.number}.backup"
    it.number += 1
    it.command("backup", "make", str(kept), "--passphrase-file", str(it.folder / "passphrase.txt"))
    kept.unlink(missing_ok=True)


def modes_change(it: Morning) -> None:
    """Somebody opens the home to all, as `chmod -R` does; by path, opening nothing."""
    for at, _, names in os.walk(it.home):
        Path(at).chmod(0o755)
        for name in names:
            with suppress(FileNotFoundError):  # SQLite removed it
                Path(at, name).chmod(0o644)


def console_restarts(it: Morning) -> None:
    """Stopped, or killed while a change is sent: that may be there or not."""
    if it.chance.random() < 0.5:
        ended = it.at.stop()
        assert ended == 0, (ended, it.at.err())
    else:
        it.at.process.send_signal(signal.SIGKILL)
        try:
            add_by_form(it.at, it.book, f"K{it.number}")
        except requests.ConnectionError:
            it.uncertain.add(f"K{it.number}")
        it.number += 1
        it.at.kill()
        it.done["killed consoles"] += 1
    it.at = begin_console(it.home, it.folder)


def scheduler_restarts(it: Morning) -> None:
    it.scheduler.send_signal(it.chance.choice((signal.SIGKILL, signal.SIGTERM)))
    it.scheduler.communicate(timeout=60)
    it.scheduler = begin_scheduler(it.home, it.folder)


Step = Callable[[Morning], None]
# How often each is drawn.
STEP_WEIGHTS: dict[Step, int] = {
    adds: 10,
    comments: 8,
    decides: 10,
    looks: 12,
    two_at_once: 6,
    command_adds: 8,
    command_renames: 5,
    command_comments: 6,
    command_decides: 8,
    command_reads: 12,
    command_screens: 2,
    command_refreshes: 2,
    command_copies: 1,
    screens: 1,
    runs_job: 1,
    modes_change: 2,
    console_restarts: 1,
    scheduler_restarts: 1,
}


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Commands]:
    with commands(tmp_path) as started:
        yield started


@pytest.mark.parametrize("steps", STEPS)
def test_nothing_that_was_acknowledged_is_lost(steps: int, tmp_path: Path, run: Commands) -> None:
    steps = int(os.environ.get("RANDOM_STEPS", steps))
    seed = os.environ.get("RANDOM_SEED") or str(random.SystemRandom().randrange(10**9))
    print(f"RANDOM_SEED={seed} RANDOM_STEPS={steps}")  # noqa: T201
    chance = random.Random(seed)
    (home := tmp_path / "home").mkdir(mode=0o755)
    (tmp_path / "passphrase.txt").write_text("mauve teapot glacier kestrel", encoding="utf-8")
    (tmp_path / "passphrase.txt").chmod(0o600)
    office_in(run, home)
    home.chmod(0o755)
    (home / "schedule.toml").write_text(JOBS, encoding="utf-8")
    listed = run.data(home, "alerts", "list")
    alerts = [one["id"] for one in listed if one["entry_id"] or one["state"] == "open"]
    it = Morning(
        home,
        tmp_path,
        run,
        chance,
        begin_console(home, tmp_path),
        begin_scheduler(home, tmp_path),
        alerts,
    )
    try:
        for number in range(steps):
            (step,) = chance.choices(list(STEP_WEIGHTS), list(STEP_WEIGHTS.values()))
            it.done[step.__name__] += 1
            where = f"step {number} of seed {seed}: {step.__name__}"
            try:
                step(it)
            except AssertionError as error:
                raise AssertionError(f"{where}: {error}") from error
            assert it.at.deleted() == [], where
            assert "Traceback" not in it.at.err(), where
        ended = it.at.stop()
        assert ended == 0, (ended, it.at.err())
    finally:
        it.at.kill()
        it.scheduler.terminate()
        it.scheduler.communicate(timeout=60)
    print(dict(it.done))  # noqa: T201
    assert "Traceback" not in (tmp_path / "scheduler.err").read_text("utf-8")
    assert it.book.missing(run, home) == [], seed
    verified = run.run(home, "audit", "verify")
    assert verified.code == 0, (seed, verified)
    assert unsound(home) == {}, seed
