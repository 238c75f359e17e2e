"""A home with programs at it as people start them: the console, and commands beside it."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import lxml.html
import requests

from duediligence.store.console import ConsoleStore
from duediligence.web.sign_in.one_pc import new_key
from tests.soak.office import Ended

ROOT = Path(__file__).parents[2]
REGISTER = ROOT / "tests" / "soak" / "register"
SUPPLIERS = ROOT / "tests" / "soak" / "suppliers.csv"
# The programs have this clock, which ticks: the register's dates are just before it.
START = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
BEGAN = monotonic()
CONSOLE = """
import sys
from datetime import datetime
import time_machine
time_machine.travel(datetime.fromisoformat(sys.argv.pop(1))).start()
from duediligence.cli import main
main()
"""
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/start")
DELETED = re.compile(r"\.db(?:-wal|-shm|-journal)? \(deleted\)$")
HOME_FILES = ("casework.db", "console.db", "lists.db", "register.db", "schedule.db", "lookups.db")


def clock() -> str:
    """Return the time that a program is started at."""
    return (START + timedelta(seconds=monotonic() - BEGAN)).isoformat()


def environment(folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "XDG_CONFIG_HOME": str(folder / "config"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "PYTHONPATH": str(ROOT),
    }


@dataclass(frozen=True)
class Answer:
    """What a browser got: the status, and the page as text."""

    status: int
    text: str
    url: str

    @property
    def address(self) -> str:
        return urlsplit(self.url).path

    @property
    def words(self) -> str:
        return " ".join(lxml.html.fromstring(self.text).text_content().split())


class Console:
    """The command `serve` as a process, with a browser that is signed in."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.home = home
        self.errors = folder / f"console-{monotonic():.6f}.err"
        with self.errors.open("wb") as err:
            self.process = subprocess.Popen(
                [
                    *[sys.executable, "-c", CONSOLE, clock()],
                    *["--home", str(home), "serve", "--no-browser"],
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=err,
                text=True,
                cwd=folder,
                env=environment(folder),
            )
        assert self.process.stdout
        lines = list[str]()
        for line in self.process.stdout:
            lines.append(line)
            if found := ADDRESS.search(line):
                break
        else:
            found = None
        self.said = "".join(lines)
        self.browsers = [self.sign_in(found[0])] if found else []
        self.base = f"http://{urlsplit(found[0]).netloc}" if found else ""

    @property
    def started(self) -> bool:
        return bool(self.browsers)

    def sign_in(self, address: str) -> requests.Session:
        """Return a browser that is signed in at the printed address, by a key of its own."""
        browser = requests.Session()
        browser.trust_env = False
        with ConsoleStore(self.home / "console.db") as store:
            key = new_key(store, datetime.fromisoformat(clock()))
        own = {"Origin": address.removesuffix("/start")}
        browser.post(address, {"key": key}, headers=own, timeout=60).raise_for_status()
        opened = browser.get(own["Origin"], timeout=60)
        # The first page may be one that says what is wrong with the home.
        self.first = Answer(opened.status_code, opened.text, opened.url)
        return browser

    def open_another(self, said: str) -> None:
        """Open another browser, at the address that a second `serve` printed."""
        found = ADDRESS.search(said)
        assert found, said
        self.browsers.append(self.sign_in(found[0]))

    def get(self, path: str, browser: int = 0) -> Answer:
        got = self.browsers[browser].get(self.base + path, timeout=120)
        return Answer(got.status_code, got.text, got.url)

    def post(self, path: str, browser: int = 0, /, **fields: Any) -> Answer:
        """Send a form as a page of the console does; what it answers, not followed."""
        sent = self.browsers[browser].post(
            self.base + path,
            data=fields,
            headers={"Origin": self.base, "Sec-Fetch-Site": "same-origin"},
            timeout=120,
            allow_redirects=False,
        )
        return Answer(sent.status_code, sent.text, sent.url)

    def deleted(self) -> list[str]:
        """Return the databases that it has open, and their logs, that are not in the home any more.

        An index that was replaced by a newer one is read to its end: nothing is written to it.
        """
        found = []
        for one in Path(f"/proc/{self.process.pid}/fd").iterdir():
            try:
                to = str(one.readlink())
            except FileNotFoundError:
                continue  # closed meanwhile
            if to.startswith(f"{self.home}/") and DELETED.search(to):
                found.append(to)
        return sorted(found)

    def err(self) -> str:
        return self.errors.read_text("utf-8", errors="replace")

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def stop(self) -> int:
        """Stop it as Ctrl-C does, and return how it ended."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            self.kill()
        for one in self.browsers:
            one.close()
        return self.process.returncode


@contextmanager
def console(home: Path, folder: Path) -> Iterator[Console]:
    one = Console(home, folder)
    try:
        yield one
    finally:
        one.stop()


class Commands:
    """Commands of the command line, each a process of its own: a fork of one that imported all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._forks = subprocess.Popen(
            [sys.executable, "-m", "tests.soak.forked", "every-list"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment(folder),
        )

    def run(self, home: Path, *words: str | Path, **limits: Any) -> Ended:
        """Run a command; `uid`, `bytes` and `kill_after` as `forked` says."""
        return self.begin(home, *words, **limits)()

    def begin(self, home: Path, *words: str | Path, **limits: Any) -> Callable[[], Ended]:
        """Begin a command, and return what waits for its end. One at a time."""
        order = {"home": str(home), "at": clock(), "arguments": [str(one) for one in words]}
        assert self._forks.stdin
        assert self._forks.stdout
        self._forks.stdin.write(json.dumps({"kill_after": None, **order, **limits}) + "\n")
        self._forks.stdin.flush()
        answers = self._forks.stdout
        return lambda: Ended(**json.loads(answers.readline()))

    def data(self, home: Path, *words: str | Path) -> Any:
        """Return what a command prints as JSON."""
        ended = self.run(home, *words, "--json")
        assert ended.code in (0, 1, 3), ended
        return json.loads(ended.out)["data"]

    def close(self) -> None:
        self._forks.communicate()


@contextmanager
def commands(folder: Path) -> Iterator[Commands]:
    one = Commands(folder)
    try:
        yield one
    finally:
        one.close()


def unsound(home: Path) -> dict[str, str]:
    """Return what SQLite finds wrong with each database of a home that no program has open."""
    found = {}
    for path in sorted(home.rglob("*.db")):
        try:
            with closing(sqlite3.connect(path)) as connection:
                said = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        except sqlite3.DatabaseError as error:
            said = str(error)
        if said != "ok":
            found[path.name] = said
    return found


def copy_closed(home: Path, to: Path) -> Path:
    """Copy a home that no program has open."""
    return Path(shutil.copytree(home, to, symlinks=True))


def office_in(run: Commands, home: Path) -> None:
    """Fill an empty home with a register, suppliers and their alerts, by commands alone."""
    steps: Sequence[tuple[str | Path, ...]] = (
        ("lists", "add", REGISTER / "planning.toml"),
        ("lists", "refresh", "porthvellan-planning-enforcement", "--from", REGISTER),
        ("suppliers", "import", SUPPLIERS),
        ("screen",),
    )
    for words in steps:
        ended = run.run(home, *words)
        assert ended.code in (0, 1, 3), ended


def form_fields(page: str, action: str) -> Mapping[str, str]:
    """Return what the form of a page that sends to an address has in its hidden fields."""
    (form,) = lxml.html.fromstring(page).xpath("//form[@action=$action]", action=action)
    return dict(form.form_values())


@dataclass
class Book:
    """What was acknowledged to people who worked in a home: it must be there at the end."""

    suppliers: dict[str, str] = field(default_factory=dict)
    comments: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    notes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def missing(self, run: Commands, home: Path) -> list[str]:
        """Return what the command line does not show of it."""
        names = {one["ref"]: one["name"] for one in run.data(home, "suppliers", "list", "--all")}
        found = [f"{ref}: {name}" for ref, name in self.suppliers.items() if names.get(ref) != name]
        for alert in sorted(self.comments.keys() | self.notes.keys()):
            shown = run.data(home, "alerts", "show", alert, "--include-people")
            said = {one["text"] for one in shown["comments"]}
            found += sorted(self.comments[alert] - said)
            found += sorted(self.notes[alert] - {one["note"] for one in shown["history"]})
        return found


def add_by_form(at: Console, book: Book, ref: str, browser: int = 0) -> Answer:
    """Add a supplier in the browser; what is answered with its page is acknowledged."""
    answer = at.post("/suppliers/new", browser, name=f"Added {ref} Ltd", ref=ref)
    if answer.status == 303:
        book.suppliers[ref] = f"Added {ref} Ltd"
    return answer


def comment_by_form(at: Console, book: Book, alert: str, text: str, browser: int = 0) -> Answer:
    answer = at.post(f"/alerts/{alert}/comment", browser, comment=text)
    if answer.status == 303:
        book.comments[alert].add(text)
    return answer


def decide_by_form(at: Console, book: Book, alert: str, note: str, browser: int = 0) -> Answer:
    fields = {"step": "record", "decided": "not-sure", "reason": "ASKED", "note": note}
    answer = at.post(f"/alerts/{alert}/decision", browser, **fields)
    if answer.status == 303:
        book.notes[alert].add(note)
    return answer
