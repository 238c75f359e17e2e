"""The console and the command line beside it, on homes as people make them: nothing is lost.

Each home is one that somebody made (by `mkdir`, as `demo` does, from a backup) with the modes that
people give (a umask of 022 makes 755), on a disk or in memory. After each command, and after each
change in the browser, the console must have no file of the home open that is not in it any more.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from itertools import cycle, islice
from pathlib import Path

import pytest

from duediligence.demo.office import invented_office
from duediligence.extension import find_own_extensions
from duediligence.progress import SILENT
from duediligence.web.pages import list_pages
from tests.web.crawling import crawl

from .started import (
    REGISTER,
    SUPPLIERS,
    Book,
    Commands,
    Console,
    add_by_form,
    commands,
    comment_by_form,
    console,
    copy_closed,
    decide_by_form,
    office_in,
    unsound,
)

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/fd").is_dir() or not hasattr(os, "fork"), reason="looks into /proc"
)

MEMORY, DISK = Path("/dev/shm"), Path("/var/tmp")
PASSPHRASE = "mauve teapot glacier kestrel"
LIST = "porthvellan-planning-enforcement"
JOBS = '[[job]]\nname = "screening"\naction = "re-screen"\nevery = "day"\nat = "02:00"\n'
# Pages that are opened between two commands.
PAGES = 10
# How a home is made with which modes and where: each mode and each way to make one in both places.
HOMES = (
    (0o755, DISK, "mkdir"),
    (0o755, MEMORY, "demo"),
    (0o750, DISK, "demo"),
    (0o750, MEMORY, "restore"),
    (0o700, DISK, "restore"),
    (0o700, MEMORY, "mkdir"),
    (0o2770, DISK, "mkdir"),
    (0o2770, MEMORY, "demo"),
)


@dataclass
class Day:
    """A morning at one home: who works there, and what they were told is recorded."""

    home: Path
    folder: Path
    run: Commands
    console: Console = field(init=False)
    book: Book = field(default_factory=Book)
    ref: str = ""
    alert: str = ""
    pages_between: int = PAGES

    def file(self, name: str) -> str:
        return str(self.folder / name)

    def find_work(self) -> None:
        """Find a supplier and an alert to work on, where the home has any by now."""
        listed = self.run.data(self.home, "suppliers", "list")
        self.ref = listed[0]["ref"] if listed else ""
        alerts = self.run.data(self.home, "alerts", "list")
        open_ones = [one["id"] for one in alerts if one["state"] == "open" and one["entry_id"]]
        self.alert = open_ones[0] if open_ones else ""


Command = Callable[[Day], tuple[str, ...]]
Pages = Callable[[Console], list[str]]
COMPLETE = (0, 1, 3)


def added(day: Day) -> tuple[str, ...]:
    day.book.suppliers["N1"] = "New Ltd"
    return ("suppliers", "add", "New Ltd", "--ref", "N1")


def edited(day: Day) -> tuple[str, ...]:
    day.book.suppliers["N1"] = "Newer Ltd"
    return ("suppliers", "edit", "N1", "--name", "Newer Ltd", "--note", "Misspelt")


def another(day: Day) -> tuple[str, ...]:
    day.book.suppliers["N2"] = "Other Ltd"
    return ("suppliers", "add", "Other Ltd", "--ref", "N2")


def decided(day: Day) -> tuple[str, ...]:
    day.book.notes[day.alert].add("By a command")
    why = ("--reason", "ASKED", "--note", "By a command")
    return ("alerts", "decide", day.alert, "not-sure", *why)


def commented(day: Day) -> tuple[str, ...]:
    day.book.comments[day.alert].add("Said by a command")
    return ("alerts", "comment", day.alert, "Said by a command")


def access(day: Day) -> tuple[str, ...]:
    """Say again who may read the home: its group where it is shared, else its owner."""
    shared = day.home.stat().st_mode & 0o2000
    return ("home", "share", "--group", day.home.group()) if shared else ("home", "close")


def described(day: Day) -> tuple[str, ...]:
    """Describe a register of the council's own, where there is none yet."""
    if (day.home / "local-registers").exists():
        return ("lists", "guide", "--out", day.file("guide.html"))
    return ("lists", "add", str(REGISTER / "planning.toml"))


def said(*words: str) -> Command:
    return lambda _: words


def secret(day: Day) -> tuple[str, str]:
    return ("--passphrase-file", day.file("passphrase.txt"))


# Reading and writing in turn; what must be there for a later one is made by an earlier.
COMMANDS: tuple[Command, ...] = (
    said("alerts", "list"),
    added,
    said("suppliers", "list"),
    described,
    said("settings", "show"),
    lambda _: ("lists", "refresh", LIST, "--from", str(REGISTER)),
    said("lists", "status"),
    lambda _: ("suppliers", "import", str(SUPPLIERS)),
    said("doctor"),
    said("screen"),
    lambda day: ("alerts", "show", day.alert),
    decided,
    lambda day: ("alerts", "history", day.alert),
    commented,
    lambda day: ("suppliers", "show", day.ref),
    edited,
    said("suppliers", "history", "N1"),
    another,
    said("suppliers", "duplicates"),
    said("suppliers", "merge", "N1", "N2", "--yes"),
    said("audit", "verify"),
    said("suppliers", "undo", "N1", "--note", "Two firms"),
    access,
    lambda day: ("alerts", "assign", day.alert, "--to", "me"),
    said("audit", "log"),
    lambda day: ("backup", "make", day.file("b.backup"), *secret(day)),
    lambda day: ("backup", "verify", day.file("b.backup"), *secret(day)),
    said("suppliers", "end", "N2", "--note", "Over"),
    lambda day: ("alerts", "export", day.file("alerts.xlsx")),
    said("suppliers", "reopen", "N2", "--note", "Again"),
    lambda day: ("report", day.ref, "--out", day.file("pack.zip")),
    lambda day: ("report", "verify", day.file("pack.zip")),
    lambda day: ("audit", "head", day.file("heads.jsonl")),
    lambda day: ("suppliers", "contract", "add", day.ref, "Works", "--start", "2026-04-01"),
    said("retention", "run", "--dry-run"),
    said("check", "Korvellan Trading", "--keep"),
    said("suppliers", "network", "N1"),
    said("tokens", "add", "finance", "--scope", "read"),
    lambda day: ("alerts", "flags", day.file("flags.xlsx")),
    said("schedule", "tick"),
    said("schedule", "status"),
    lambda day: ("suppliers", "disclosure", day.ref, "--out", day.file("disclosure.xlsx")),
    said("settings", "preview", "--threshold", "0.9"),
    said("retention", "run"),
)
FEW: tuple[Command, ...] = (
    said("alerts", "list"),
    added,
    said("suppliers", "list"),
    access,
    edited,
    said("audit", "verify"),
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    with commands(tmp_path_factory.mktemp("commands")) as started:
        yield started


@pytest.fixture(scope="module")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home that `demo` works in, as it is when it ends."""
    folder = tmp_path_factory.mktemp("demo")
    with (
        as_file(files("duediligence") / "demo"),
        invented_office(SILENT, lambda _: None) as (ws, _),
    ):
        ws.__exit__()
        return copy_closed(ws.settings.home, folder / "home")


@pytest.fixture(params=[MEMORY])
def place(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A folder on a disk or in memory."""
    folder = Path(tempfile.mkdtemp(prefix="duediligence-test-", dir=request.param))
    (folder / "passphrase.txt").write_text(PASSPHRASE, encoding="utf-8")
    (folder / "passphrase.txt").chmod(0o600)
    yield folder
    shutil.rmtree(folder)


def give_modes(home: Path, mode: int) -> None:
    """Set the modes of all in a home, as `chmod -R` or a copy does; by path, opening nothing."""
    for at, _, names in os.walk(home):
        Path(at).chmod(mode)
        for name in names:
            Path(at, name).chmod(mode & 0o666)


def make_home(made: str, folder: Path, run: Commands, demo_home: Callable[[], Path]) -> Path:
    home = folder / "home"
    match made:
        case "mkdir":
            home.mkdir()
        case "demo":
            copy_closed(demo_home(), home)
        case "restore":
            (earlier := folder / "earlier").mkdir()
            office_in(run, earlier)
            secret = ("--passphrase-file", folder / "passphrase.txt")
            kept = folder / "earlier.backup"
            for at, act in ((earlier, "make"), (home, "restore")):
                ended = run.run(at, "backup", act, kept, *secret)
                assert ended.code == 0, ended
    (home / "schedule.toml").write_text(JOBS, encoding="utf-8")
    return home


PATTERNS = [
    path
    for pages in list_pages(find_own_extensions())
    for method, path, _ in pages.routes
    if method == "GET"
]


def own_pages(_: Console) -> list[str]:
    """Return the address of each page that is about nothing in particular."""
    return [path for path in PATTERNS if "{" not in path]


def all_pages(at: Console) -> list[str]:
    """Return the address of each page that a link leads to."""

    def get(address: str) -> tuple[int, str, str]:
        got = at.browsers[0].get(address, timeout=120)
        saved = "attachment" in got.headers.get("Content-Disposition", "")
        return got.status_code, "" if saved else got.headers.get("Content-Type", ""), got.text

    found = crawl([f"{at.base}/"], get, PATTERNS)
    return [address.removeprefix(at.base) for address, _ in found.each()]


def check(day: Day, what: str) -> None:
    assert day.console.deleted() == [], f"after {what}"
    assert "Traceback" not in day.console.err(), f"after {what}"


def work(day: Day, steps: tuple[Command, ...], mode: int, pages: Pages) -> None:
    """Change something in the browser, then run each command in turn with pages between."""
    assert add_by_form(day.console, day.book, "F").status == 303
    check(day, "the first change")
    rotation = cycle(pages(day.console))
    check(day, "all pages")
    for number, step in enumerate(steps):
        if step in (decided, commented) or not day.alert:
            day.find_work()
        words = step(day)
        ended = day.run.run(day.home, *words)
        assert ended.code in COMPLETE, (words, ended)
        assert "Traceback" not in ended.err, ended
        check(day, " ".join(words))
        if number == len(steps) // 2:
            # Somebody gives all files the modes again that they had.
            give_modes(day.home, mode)
        for address in islice(rotation, day.pages_between):
            # What was merged, or was a step of a form, has no page any more.
            answer = day.console.get(address)
            assert answer.status in (200, 403, 404, 409, 422), (
                address,
                answer.status,
                answer.words,
            )
        check(day, f"pages after {' '.join(words)}")
        change_by_form(day, number)
        check(day, f"a form after {' '.join(words)}")


def change_by_form(day: Day, number: int) -> None:
    at, book = day.console, day.book
    if not day.alert or number % 3 == 0:
        answer = add_by_form(at, book, f"F{number}")
    elif number % 3 == 1:
        answer = comment_by_form(at, book, day.alert, f"Comment {number}")
    else:
        answer = decide_by_form(at, book, day.alert, f"Note {number}")
    assert answer.status == 303, (answer.status, answer.words)


def use(day: Day, mode: int, steps: tuple[Command, ...], pages: Pages) -> None:
    """Work at a home with these modes, stop the console, and look for what was acknowledged."""
    if mode & 0o2000:
        os.chown(day.home, -1, _shared_group())
    give_modes(day.home, mode)
    with console(day.home, day.folder) as day.console:
        assert day.console.started, (day.console.said, day.console.err())
        work(day, steps, mode, pages)
        assert day.console.stop() == 0, day.console.err()
    assert day.book.missing(day.run, day.home) == []
    verified = day.run.run(day.home, "audit", "verify")
    assert verified.code == 0, verified
    assert unsound(day.home) == {}


def _shared_group() -> int:
    """Return a group that this account may give a folder to."""
    return next((one for one in os.getgroups() if one != os.getegid()), os.getegid())


def test_a_folder_that_mkdir_made(place: Path, run: Commands) -> None:
    (place / "home").mkdir()
    use(Day(place / "home", place, run, pages_between=4), 0o755, FEW, own_pages)


@pytest.mark.soak
@pytest.mark.parametrize(
    ("mode", "place", "made"),
    HOMES,
    indirect=["place"],
    ids=[f"{mode:o}-{at.parts[1]}-{made}" for mode, at, made in HOMES],
)
def test_a_morning(
    mode: int, place: Path, made: str, run: Commands, request: pytest.FixtureRequest
) -> None:
    home = make_home(made, place, run, lambda: request.getfixturevalue("demo_home"))
    use(Day(home, place, run), mode, COMMANDS, all_pages)
