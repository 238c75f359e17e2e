"""A home that is damaged: no traceback, an exit code that is documented, never silently less.

Whatever was done to its files, a command either shows all that was there, or ends with a code other
than 0 and 1, names the file and says what to do next. A page likewise. What was acknowledged while
a disk was full is there when it has room again.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from .office import Ended
from .started import (
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

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="as on Linux"),
]

PAGE = 4096
DOCUMENTED = {0, 1, 2, 3, 4, 130}
SOMEBODY = 54_321
JOBS = '[[job]]\nname = "screening"\naction = "re-screen"\nevery = "day"\nat = "09:31"\n'
PASSPHRASE = "mauve teapot glacier kestrel"
# A sentence that begins with what to do.
NEXT = re.compile(
    r"(?:^|[.:!'\"] |\n) *(?:Restore|Move|Free|Choose|Check|Ask|Refresh|Run|Close|Stop|Wait|Try|"
    r"Correct|Install|Make|Give|Remove|Load|Get|Put|Start|Keep|Import|Set|To )\b"
)
# On a page somebody may be named who knows.
WHO = re.compile(rf"{NEXT.pattern}|Free some disk space|Who looks after|Close every program")


@dataclass
class Truth:
    """What the home holds before it is damaged, as the commands show it."""

    home: Path
    logged: Path
    other: Path
    suppliers: set[str]
    alerts: dict[str, str]
    alert: str
    records: int
    attempts: int
    jobs: int
    book: Book


@pytest.fixture(scope="module")
def run() -> Iterator[Commands]:
    """Commands in a folder that every account may look into."""
    with tempfile.TemporaryDirectory(prefix="duediligence-test-") as folder:
        Path(folder).chmod(0o755)
        with commands(Path(folder)) as started:
            yield started


@pytest.fixture(scope="module")
def truth(run: Commands, tmp_path_factory: pytest.TempPathFactory) -> Truth:
    """A home that was used and is closed; `logged`: whose console was killed, so that what it
    stored last is in the write-ahead log; `other`: of another council.
    """
    folder = tmp_path_factory.mktemp("whole")
    (home := folder / "home").mkdir(mode=0o700)
    office_in(run, home)
    (home / "schedule.toml").write_text(JOBS, encoding="utf-8")
    other = copy_closed(home, folder / "other")
    for number in range(30):
        assert run.run(other, "suppliers", "add", f"Theirs {number} Ltd").code == 0
    book, alert = Book(), run.data(home, "alerts", "list")[0]["id"]
    with console(home, folder) as at:
        assert add_by_form(at, book, "F1").status == 303
        assert comment_by_form(at, book, alert, "A comment").status == 303
        assert decide_by_form(at, book, alert, "A note").status == 303
        sent = at.post("/schedule/run", job="screening")
        assert sent.status == 303, sent.words
        while "waiting" in (said := at.get("/jobs").words.casefold()) or "running" in said:
            pass
        assert at.stop() == 0
    logged = copy_closed(home, folder / "logged")
    at = Console(logged, folder)
    in_the_log = Book()
    assert add_by_form(at, in_the_log, "F2").status == 303
    at.kill()
    assert (logged / "casework.db-wal").stat().st_size
    alerts = run.data(home, "alerts", "list", "--all")
    return Truth(
        home,
        logged,
        other,
        {one["ref"] for one in run.data(home, "suppliers", "list", "--all")},
        {one["id"]: one["state"] for one in alerts},
        alert,
        len(run.data(home, "audit", "log", "--last", "1000")),
        len(run.data(home, "schedule", "status")["jobs"]),
        1,
        book,
    )


Damage = Callable[[Path, Truth], None]


@dataclass(frozen=True)
class Case:
    """A damage to a file of a home; `logged`: to one whose last changes are in the log."""

    name: str
    file: str
    do: Damage
    logged: bool = False
    uid: int = 0
    # What is wrong with how the product takes it, until that is corrected.
    known: str = ""


def overwritten(file: str, at: float) -> Damage:
    """One page, at a part of the length of the file, is something else."""

    def do(home: Path, _: Truth) -> None:
        path = home / file
        pages = path.stat().st_size // PAGE
        with path.open("r+b") as written:
            written.seek(int(at * (pages - 1)) * PAGE)
            written.write(b"\xa5\x17Not what was here." * (PAGE // 20))

    return do


def put(file: str, at: int, body: bytes) -> Damage:
    def do(home: Path, _: Truth) -> None:
        with (home / file).open("r+b") as written:
            written.seek(at)
            written.write(body)

    return do


def cut(file: str, part: float, less: int = 0) -> Damage:
    def do(home: Path, _: Truth) -> None:
        size = (home / file).stat().st_size
        os.truncate(home / file, max(0, int(size * part) - less))

    return do


def replaced(file: str, body: bytes) -> Damage:
    def do(home: Path, _: Truth) -> None:
        (home / file).write_bytes(body)

    return do


def by_anothers(file: str) -> Damage:
    def do(home: Path, truth: Truth) -> None:
        shutil.copyfile(truth.other / file, home / file)

    return do


def by_a_folder(file: str) -> Damage:
    def do(home: Path, _: Truth) -> None:
        (home / file).unlink()
        (home / file).mkdir()

    return do


def by_a_link(file: str, to: str) -> Damage:
    """The file is elsewhere, and a link leads there; or to nothing."""

    def do(home: Path, _: Truth) -> None:
        (home / file).rename(home.parent / "moved.db")
        (home / file).symlink_to(home.parent / to)

    return do


def removed(file: str) -> Damage:
    def do(home: Path, _: Truth) -> None:
        (home / file).unlink()

    return do


def given(file: str, mode: int, owner: int) -> Damage:
    """The home belongs to an account; one file of it, or the home itself, is another's."""

    def do(home: Path, _: Truth) -> None:
        home.parent.chmod(0o755)
        for at, _folders, names in os.walk(home):
            for path in (Path(at), *(Path(at, name) for name in names)):
                os.chown(path, SOMEBODY, SOMEBODY)
        os.chown(home / file, owner, owner)
        (home / file).chmod(mode)

    return do


CASES = (
    Case("header of 100 bytes", "casework.db", put("casework.db", 0, bytes(100))),
    Case("name of the format", "casework.db", put("casework.db", 0, b"Not SQLite here ")),
    Case("size of a page", "casework.db", put("casework.db", 16, b"\x00\x03")),
    Case("first page", "casework.db", overwritten("casework.db", 0)),
    Case("a page at a tenth", "casework.db", overwritten("casework.db", 0.1)),
    Case("a page at a quarter", "casework.db", overwritten("casework.db", 0.25)),
    Case("a page in the middle", "casework.db", overwritten("casework.db", 0.5)),
    Case("a page at two thirds", "casework.db", overwritten("casework.db", 0.67)),
    Case("a page at nine tenths", "casework.db", overwritten("casework.db", 0.9)),
    Case("last page", "casework.db", overwritten("casework.db", 1)),
    Case("cut to half", "casework.db", cut("casework.db", 0.5)),
    Case("cut by a page", "casework.db", cut("casework.db", 1, PAGE)),
    Case(
        "cut to nothing",
        "casework.db",
        cut("casework.db", 0),
    ),
    Case("another home's", "casework.db", by_anothers("casework.db")),
    Case("text", "casework.db", replaced("casework.db", b"Dear all, please find attached\n" * 999)),
    Case("a folder", "casework.db", by_a_folder("casework.db")),
    Case("moved, with a link", "casework.db", by_a_link("casework.db", "moved.db")),
    Case(
        "a link to nothing",
        "casework.db",
        by_a_link("casework.db", "nothing.db"),
    ),
    Case(
        "missing",
        "casework.db",
        removed("casework.db"),
    ),
    Case("log removed", "casework.db", removed("casework.db-wal"), logged=True),
    Case("log cut to half", "casework.db", cut("casework.db-wal", 0.5), logged=True),
    Case(
        "log is text",
        "casework.db",
        replaced("casework.db-wal", b"Hello\n" * 999),
        logged=True,
    ),
    Case("index of the log removed", "casework.db", removed("casework.db-shm"), logged=True),
    Case(
        "index of the log is text",
        "casework.db",
        replaced("casework.db-shm", b"Hello\n" * 999),
        logged=True,
    ),
    Case("schedule is text", "schedule.db", replaced("schedule.db", b"Hello\n" * 999)),
    Case("schedule cut to half", "schedule.db", cut("schedule.db", 0.5)),
    Case("schedule cut to nothing", "schedule.db", cut("schedule.db", 0)),
    Case("lists cut to half", "lists.db", cut("lists.db", 0.5)),
    Case("lists, a page", "lists.db", overwritten("lists.db", 0.5)),
    Case("lists cut to nothing", "lists.db", cut("lists.db", 0)),
    Case("lists a folder", "lists.db", by_a_folder("lists.db")),
    Case("console is text", "console.db", replaced("console.db", b"Hello\n" * 999)),
    Case("console cut to half", "console.db", cut("console.db", 0.5)),
    Case("console a folder", "console.db", by_a_folder("console.db")),
    Case("registers are text", "register.db", replaced("register.db", b"Hello\n" * 999)),
)
AS_SOMEBODY = (
    Case("another's file", "casework.db", given("casework.db", 0o600, 0), uid=SOMEBODY),
    Case("a file to read", "casework.db", given("casework.db", 0o400, SOMEBODY), uid=SOMEBODY),
    Case("another's list", "lists.db", given("lists.db", 0o600, 0), uid=SOMEBODY),
    Case("a folder to read", "home", given(".", 0o500, SOMEBODY), uid=SOMEBODY),
    Case("another's folder", "home", given(".", 0o700, 0), uid=SOMEBODY),
    Case("a folder of no use", "home", given(".", 0o000, SOMEBODY), uid=SOMEBODY),
)


@dataclass
class Trial:
    """A damaged home, and what is wrong with how it is said."""

    home: Path
    truth: Truth
    run: Commands
    case: Case
    faults: list[str] = field(default_factory=list)

    def fault(self, what: str, ended: Ended | None = None) -> None:
        if ended:
            what += f"\n    exit {ended.code}: {ended.out[-200:]!r} {ended.err[-400:]!r}"
        self.faults.append(what)

    def try_command(self, *words: str) -> Ended:
        ended = self.run.run(self.home, *words, uid=self.case.uid)
        what = " ".join(words)
        if "Traceback" in ended.out + ended.err:
            self.fault(f"{what}: a traceback", ended)
        elif ended.code not in DOCUMENTED:
            self.fault(f"{what}: an exit code that is not documented", ended)
        elif ended.code in (2, 4):
            said = ended.out + ended.err
            # A file by its name, or the home.
            if self.case.file not in said and str(self.home) not in said:
                self.fault(f"{what}: the file is not named", ended)
            if not NEXT.search(said) and words[0] != "doctor":
                self.fault(f"{what}: not said what to do next", ended)
        return ended

    def data(self, *words: str) -> Any:
        """Return what a command shows; None where it says that it cannot."""
        ended = self.try_command(*words, "--json")
        if ended.code in (0, 1) or (ended.code == 3 and ended.out.startswith("{")):
            return json.loads(ended.out)["data"]
        return None


def try_commands(it: Trial) -> None:
    truth = it.truth
    suppliers = set(truth.suppliers) | ({"F2"} if it.case.logged else set())
    shown = it.data("suppliers", "list", "--all")
    if shown is not None and (less := suppliers - {one["ref"] for one in shown}):
        it.fault(f"suppliers list: silently without {sorted(less)}")
    shown = it.data("alerts", "list", "--all")
    if shown is not None:
        now = {one["id"]: one["state"] for one in shown}
        if less := {one: state for one, state in truth.alerts.items() if now.get(one) != state}:
            it.fault(f"alerts list: {len(less)} silently missing or in another state")
    shown = it.data("alerts", "show", truth.alert, "--include-people")
    if shown is not None:
        told = [one["note"] for one in shown["history"]], [one["text"] for one in shown["comments"]]
        if told != (["A note"], ["A comment"]):
            it.fault(f"alerts show: silently only {told}")
    shown = it.data("audit", "log", "--last", "1000")
    least = truth.records + it.case.logged
    if shown is not None and len(shown) < least:
        it.fault(f"audit log: silently {len(shown)} of {least} records")
    verified = it.try_command("audit", "verify")
    if verified.code == 0 and it.faults:
        it.fault("audit verify: sound, though something is missing", verified)
    it.try_command("lists", "status")
    it.try_command("schedule", "status")
    it.try_command("doctor")
    it.try_command("screen")
    added = it.try_command("suppliers", "add", "After It Ltd", "--ref", "Z9")
    if added.code == 0:
        shown = it.data("suppliers", "list", "--all")
        if shown is None or "Z9" not in {one["ref"] for one in shown}:
            it.fault("suppliers add: acknowledged, and not there", added)
    kept, words = it.home.parent / "b.backup", it.home.parent / "passphrase.txt"
    made = it.try_command("backup", "make", str(kept), "--passphrase-file", str(words))
    if made.code == 0 and f"{len(suppliers) + (added.code == 0)} suppliers" not in made.out:
        it.fault("backup make: silently of fewer suppliers", made)


def try_pages(it: Trial) -> None:
    """Start the console, and look at pages: all is shown, or it is said what is wrong."""
    with console(it.home, it.home.parent) as at:
        if not at.started:
            said = at.err()
            if not at.stop() or not NEXT.search(said):
                it.fault(f"serve: ended without a word of what to do: {at.err()[-300:]!r}")
        for path in ("/", "/suppliers", f"/alerts/{it.truth.alert}", "/schedule", "/jobs"):
            if not at.started:
                break
            answer = at.get(path)
            if answer.status == 200:
                less = "Pellowmere" not in answer.words if path == "/suppliers" else False
                less = less or (path.startswith("/alerts/") and "A note" not in answer.words)
                if less:
                    it.fault(f"{path}: 200, silently less")
            elif answer.status < 500:
                it.fault(f"{path}: {answer.status}, as if it had never been there")
            elif not WHO.search(answer.words):
                it.fault(f"{path}: {answer.status} without what to do: {answer.words!r}")
        if "Traceback" in at.err():
            it.fault(f"serve: a traceback: {at.err()[-300:]!r}")


def trial(case: Case, truth: Truth, run: Commands, folder: Path) -> Trial:
    home = copy_closed(truth.logged if case.logged else truth.home, folder / "home")
    (folder / "passphrase.txt").write_text(PASSPHRASE, encoding="utf-8")
    (folder / "passphrase.txt").chmod(0o644 if case.uid else 0o600)
    case.do(home, truth)
    return Trial(home, truth, run, case)


def each(cases: Sequence[Case]) -> list[Any]:
    """The cases, those that are known to fail as such."""
    return [
        pytest.param(
            case,
            id=f"{case.file} {case.name}",
            marks=[pytest.mark.xfail(strict=True, reason=case.known)] if case.known else [],
        )
        for case in cases
    ]


@pytest.mark.parametrize("case", each(CASES))
def test_commands_at_a_damaged_home(
    case: Case, truth: Truth, run: Commands, tmp_path: Path
) -> None:
    it = trial(case, truth, run, tmp_path)
    try_commands(it)
    assert not it.faults, "\n".join(["", *it.faults])


@pytest.mark.parametrize("case", each(CASES[::4]))
def test_pages_at_a_damaged_home(case: Case, truth: Truth, run: Commands, tmp_path: Path) -> None:
    it = trial(case, truth, run, tmp_path)
    try_pages(it)
    assert not it.faults, "\n".join(["", *it.faults])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another account")
@pytest.mark.parametrize("case", each(AS_SOMEBODY))
def test_a_home_that_is_partly_anothers(case: Case, truth: Truth, run: Commands) -> None:
    for below in run.folder.rglob("*"):
        below.chmod(0o755)
    with tempfile.TemporaryDirectory(prefix="duediligence-test-", dir=run.folder) as folder:
        os.chown(folder, SOMEBODY, SOMEBODY)
        it = trial(case, truth, run, Path(folder))
        try_commands(it)
    assert not it.faults, "\n".join(["", *it.faults])


def damaged(truth: Truth, folder: Path) -> Path:
    home = copy_closed(truth.home, folder / "home")
    put("casework.db", 0, bytes(100))(home, truth)
    return home


def test_doctor_says_what_to_do_about_a_damaged_file(
    truth: Truth, run: Commands, tmp_path: Path
) -> None:
    ended = run.run(damaged(truth, tmp_path), "doctor")
    assert ended.code == 4
    assert NEXT.search(ended.out + ended.err)


def test_a_page_names_the_damaged_file_and_what_to_do(truth: Truth, tmp_path: Path) -> None:
    with console(damaged(truth, tmp_path), tmp_path) as at:
        said = at.get("/suppliers").words
    assert "casework.db" in said
    assert NEXT.search(said)


MOMENTS = 40


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own of 16 MB."""
    (at := tmp_path / "disk").mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m,mode=700", "tmpfs", str(at)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("this account may not mount a disk of its own")
    yield at
    subprocess.run(["umount", "--lazy", str(at)], check=True)


def fill(disk: Path, room: int) -> Path:
    """Write a file that leaves so many bytes."""
    state = os.statvfs(disk)
    filler = disk / "filler"
    with filler.open("wb") as file:
        file.write(bytes(max(0, state.f_bavail * state.f_frsize - room)))
    return filler


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_page_says_that_the_disk_is_full(truth: Truth, small_disk: Path, tmp_path: Path) -> None:
    with console(copy_closed(truth.home, small_disk / "home"), tmp_path) as at:
        fill(small_disk, 0)
        sent = add_by_form(at, Book(), "F1x")
    assert sent.status >= 500
    assert "disk" in sent.words


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_disk_is_full_at_forty_moments(
    truth: Truth, run: Commands, small_disk: Path, tmp_path: Path
) -> None:
    """The console is in use, and a command beside it; each moment has a page of room more."""
    home, book, refused = copy_closed(truth.home, small_disk / "home"), Book(), 0
    with console(home, tmp_path) as at:
        for moment in range(MOMENTS):
            filler = fill(small_disk, moment * PAGE * 2)
            sent = add_by_form(at, book, f"F{moment}x")
            if sent.status != 303:
                refused += 1
                assert sent.status >= 500, (moment, sent.status, sent.words)
                assert WHO.search(sent.words), (moment, sent.words)
            words = ("suppliers", "add", "Beside Ltd", "--ref", f"C{moment}x")
            if moment % 4 == 0:
                words = ("screen",)
            ended = run.run(home, *words)
            assert ended.code in (DOCUMENTED - {2}), (moment, ended)
            assert "Traceback" not in ended.err, (moment, ended)
            if ended.code == 4:
                refused += 1
                assert NEXT.search(ended.err), (moment, ended)
                assert str(home) in ended.err, (moment, ended)
            elif ended.code == 0 and words[0] == "suppliers":
                book.suppliers[words[-1]] = "Beside Ltd"
            page = at.get("/suppliers")
            assert page.status == 200 or WHO.search(page.words), (moment, page.words)
            filler.unlink()
            assert at.deleted() == [], moment
            assert at.get("/suppliers").status == 200, moment
        assert "Traceback" not in at.err()
        assert at.stop() == 0, at.err()
    assert refused
    assert book.missing(run, home) == []
    assert run.run(home, "audit", "verify").code == 0
    assert unsound(home) == {}


def test_files_may_grow_no_more_at_forty_moments(
    truth: Truth, run: Commands, tmp_path: Path
) -> None:
    """As under a quota: each command may write so many bytes of a file, and no more."""
    home, book, refused = copy_closed(truth.home, tmp_path / "home"), Book(), 0
    for moment in range(MOMENTS):
        most = (1 + 4 * moment) * PAGE
        for words in (
            ("suppliers", "add", "Beside Ltd", "--ref", f"C{moment}"),
            ("alerts", "comment", truth.alert, f"Comment {moment}"),
        ):
            ended = run.run(home, *words, bytes=most)
            assert ended.code in (0, 4), (moment, ended)
            assert "Traceback" not in ended.err, (moment, ended)
            refused += ended.code == 4
            if ended.code == 4:
                assert str(home) in ended.err, (moment, ended)
                assert NEXT.search(ended.err), (moment, ended)
            elif words[0] == "suppliers":
                book.suppliers[words[-1]] = "Beside Ltd"
            else:
                book.comments[truth.alert].add(words[-1])
    assert 0 < refused < 2 * MOMENTS
    assert book.missing(run, home) == []
    assert run.run(home, "audit", "verify").code == 0
    assert unsound(home) == {}


def anothers_over_it(home: Path, truth: Truth) -> None:
    """As a program that synchronises does: a new file takes the name."""
    shutil.copyfile(truth.other / "casework.db", home / "arriving")
    (home / "arriving").replace(home / "casework.db")


def log_and_index_removed(home: Path, _: Truth) -> None:
    (home / "casework.db-wal").unlink()
    (home / "casework.db-shm").unlink()


def folder_renamed(home: Path, _: Truth) -> None:
    home.rename(home.with_name("elsewhere"))


WHILE_IT_RUNS: dict[str, Damage] = {
    "log removed": removed("casework.db-wal"),
    "index of the log removed": removed("casework.db-shm"),
    "log and index removed": log_and_index_removed,
    "another file under its name": anothers_over_it,
    "database removed": removed("casework.db"),
    "folder renamed": folder_renamed,
}


@pytest.mark.parametrize("damage", WHILE_IT_RUNS)
def test_files_go_while_the_console_runs(
    damage: str, truth: Truth, run: Commands, tmp_path: Path
) -> None:
    """What was acknowledged is there at the end, or refused until the rescued file is put back."""
    home, book = copy_closed(truth.home, tmp_path / "home"), Book()
    with console(home, tmp_path) as at:
        assert add_by_form(at, book, "R0").status == 303
        WHILE_IT_RUNS[damage](home, truth)
        for number in range(1, 4):
            sent = add_by_form(at, book, f"R{number}")
            if sent.status != 303:
                assert sent.status >= 400, sent.status
                assert WHO.search(sent.words), sent.words
            if damage != "folder renamed":
                ended = run.run(home, "suppliers", "add", "Beside Ltd", "--ref", f"B{number}")
                assert "Traceback" not in ended.err, ended
                if ended.code == 0:
                    book.suppliers[f"B{number}"] = "Beside Ltd"
        assert "Traceback" not in at.err()
        at.stop()
    moved = home.with_name("elsewhere")
    home = moved if moved.exists() else home
    refused = run.run(home, "suppliers", "list")
    if refused.code == 4 and "of the folder rescued" in refused.err:
        for file in home.glob("casework.db*"):
            file.unlink()
        shutil.copy(max((home / "rescued").iterdir()), home / "casework.db")
    assert unsound(home) == {}
    assert book.missing(run, home) == []
