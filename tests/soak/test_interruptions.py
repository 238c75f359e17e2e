"""Ctrl-C, kill -9, a full disk and a locked database: the next command works on what was there."""

import csv
import io
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[2] / "duediligence" / "demo" / "lists" / "uk-sanctions"
UK = "UK-Sanctions-List.xml"
# At how many moments each is stopped.
MOMENTS = [pytest.param(3, id="few"), pytest.param(12, id="many", marks=pytest.mark.long)]
ENTRIES = 6_000
SUPPLIERS = 3_000
SYLLABLES = (
    "bra cul dov est fim gor hul jam kel lor mun nep oss pir quo ras sul tev urb vin".split()
)

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(os.name == "nt", reason="POSIX signals"),
]


def invented_names(count: int) -> Iterator[str]:
    chance = random.Random(7)
    for _ in range(count):
        yield " ".join(
            "".join(chance.choices(SYLLABLES, k=chance.randint(2, 3))).title() for _ in range(3)
        )


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A UK list of its usual size, so that a refresh takes long enough to be stopped."""
    folder = tmp_path_factory.mktemp("lists")
    (folder / "uk-sanctions").mkdir()
    text = (SAMPLE / UK).read_text(encoding="utf-8-sig")
    head = text[: text.index("<Designation>")]
    sample = re.findall(r"<Designation>.*?</Designation>", text, flags=re.DOTALL)
    names = invented_names(ENTRIES)
    body = "".join(
        re.sub(
            r"(<Name6>)[^<]*",
            lambda found, name=name: found[1] + name,  # type: ignore[misc]
            re.sub(r"(<UniqueID>)[^<]*", rf"\g<1>TST{number:05}", sample[number % len(sample)]),
        )
        for number, name in enumerate(names)
    )
    tail = "</Designations>"
    (folder / "uk-sanctions" / UK).write_text(head + body + tail, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, lists: Path) -> Path:
    home = tmp_path_factory.mktemp("home")
    done = command(home, "lists", "refresh", "uk-sanctions", "--from", str(lists))
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture
def home(loaded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(loaded, tmp_path / "home"))


@pytest.fixture
def changed(lists: Path, tmp_path: Path) -> Path:
    """The same list with one name changed: a refresh has all its work to do."""
    folder = Path(shutil.copytree(lists, tmp_path / "lists"))
    path = folder / "uk-sanctions" / UK
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def suppliers(tmp_path: Path) -> Path:
    path = tmp_path / "suppliers.csv"
    names = (f"{n},{name} Ltd" for n, name in enumerate(invented_names(SUPPLIERS)))
    path.write_text("ref,name\n" + "\n".join(names), encoding="utf-8")
    return path


def start(home: Path, *arguments: str, limit: int = 0) -> "subprocess.Popen[str]":
    code = "from duediligence.cli import main; main()"
    if limit:
        code = (
            f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit})); "
            + code
        )
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, "DUEDILIGENCE_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=home.parent,
        start_new_session=True,
    )


def command(home: Path, *arguments: str, limit: int = 0) -> "subprocess.CompletedProcess[str]":
    process = start(home, *arguments, limit=limit)
    out, err = process.communicate(timeout=300)
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)


def stop(process: "subprocess.Popen[str]", number: int, after: float) -> tuple[int, str]:
    """Signal the whole group, as a terminal's Ctrl-C does."""
    time.sleep(after)
    if process.poll() is None:
        os.killpg(process.pid, number)
    _, err = process.communicate(timeout=60)
    return process.returncode, err


def served(home: Path) -> dict[str, object]:
    done = command(home, "lists", "status", "--json")
    assert done.returncode == 0, done.stderr
    return next(one for one in json.loads(done.stdout)["data"] if one["id"] == "uk-sanctions")


def half_stored_runs(home: Path) -> int:
    """Runs without all of their suppliers; 0 also where it was stopped before the tables."""
    connection = sqlite3.connect(home / "casework.db")
    try:
        tables = connection.execute("SELECT COUNT(*) FROM sqlite_master WHERE name = 'runs'")
        if tables.fetchone() == (0,):
            return 0
        query = """SELECT COUNT(*) FROM (SELECT COUNT(ref) AS held FROM runs
                   LEFT JOIN run_suppliers ON id = run_id GROUP BY id) WHERE held != ?"""
        return int(connection.execute(query, (SUPPLIERS,)).fetchone()[0])
    finally:
        connection.close()


# Rows that are no findings: what was left out, and the scope.
BESIDE = ("WITHHELD", "SCOPE")


def whole_flags(home: Path, flags: str) -> bool:
    """Whether these are all the findings of a stored run. One that is stopped after its file was
    swapped in, and before the process ended, leaves the new file: that is no half-written one.
    """
    rows = [row for row in csv.DictReader(io.StringIO(flags)) if row["check_id"] not in BESIDE]
    connection = sqlite3.connect(home / "casework.db")
    try:
        query = "SELECT COUNT(*) FROM findings WHERE run_id = ?"
        return connection.execute(query, (rows[0]["run_id"],)).fetchone() == (len(rows),)
    finally:
        connection.close()


def duration(home: Path, *arguments: str) -> float:
    began = time.monotonic()
    command(home, *arguments)
    return time.monotonic() - began


def moments(whole: float, count: int) -> Sequence[float]:
    return [whole * (step + 0.5) / count for step in range(count)]


@pytest.mark.parametrize("count", MOMENTS)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_refresh_stopped_at_any_moment_keeps_the_old_list(
    home: Path, changed: Path, number: int, count: int, tmp_path: Path
) -> None:
    arguments = ("lists", "refresh", "uk-sanctions", "--from", str(changed))
    whole = duration(Path(shutil.copytree(home, tmp_path / "timed")), *arguments)
    before = served(home)
    for moment in moments(whole, count):
        code, err = stop(start(home, *arguments), number, moment)
        assert "Traceback" not in err
        assert code in (0, 130, -signal.SIGKILL, -signal.SIGINT, -signal.SIGTERM), (code, err)
        now = served(home)
        assert now["entries"] == ENTRIES
        assert code == 0 or now["version"] in (before["version"], now["version"])
        checked = command(home, "check", "Nobody At All Here")
        assert checked.returncode == 3, checked.stderr  # the other lists are not loaded
    done = command(home, *arguments)
    assert done.returncode == 0, done.stderr
    assert served(home)["version"] != before["version"]
    assert not list((home / "snapshots").rglob(".staging-*" if number == signal.SIGINT else "no"))


@pytest.mark.parametrize("count", MOMENTS)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_screening_stopped_at_any_moment_leaves_no_half_run(
    home: Path, suppliers: Path, number: int, count: int, tmp_path: Path
) -> None:
    arguments = ("screen", str(suppliers), "--out", str(tmp_path / "flags.csv"), "--workers", "2")
    arguments += ("--format", "1")
    whole = duration(Path(shutil.copytree(home, tmp_path / "timed")), *arguments)
    (tmp_path / "flags.csv").write_text("the old flags")
    for moment in moments(whole, count):
        code, err = stop(start(home, *arguments), number, moment)
        assert "Traceback" not in err, err
        flags = (tmp_path / "flags.csv").read_text(encoding="utf-8-sig")
        assert code not in (1, 3) or flags != "the old flags"
        assert flags == "the old flags" or whole_flags(home, flags)
        assert half_stored_runs(home) == 0
    assert command(home, *arguments).returncode == 3


def test_no_room_for_a_refresh_keeps_the_old_list(home: Path, changed: Path) -> None:
    before = served(home)
    full = command(home, "lists", "refresh", "uk-sanctions", "--from", str(changed), limit=200_000)
    assert full.returncode == 4, full.stderr
    assert "Traceback" not in full.stderr
    assert "space" in full.stderr
    assert served(home)["version"] == before["version"]
    assert command(home, "check", "Nobody At All Here").returncode == 3


def test_no_room_for_the_flags_keeps_the_old_file(home: Path, tmp_path: Path) -> None:
    suppliers = tmp_path / "s.csv"
    suppliers.write_text("ref,name\n1,Quill Ltd\n")
    out = tmp_path / "flags.csv"
    out.write_text("the old flags")
    command(home, "suppliers", "import", str(suppliers))
    full = command(home, "screen", "--out", "/dev/full")
    assert full.returncode == 4
    assert "Traceback" not in full.stderr
    assert out.read_text() == "the old flags"


def test_a_database_locked_by_another_run_is_waited_for(home: Path, tmp_path: Path) -> None:
    suppliers = tmp_path / "s.csv"
    suppliers.write_text("ref,name\n1,Quill Ltd\n")
    command(home, "suppliers", "import", str(suppliers))
    other = sqlite3.connect(home / "casework.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = start(home, "screen")
    time.sleep(2)
    assert waiting.poll() is None, "it waits"
    other.execute("ROLLBACK")
    other.close()
    _, err = waiting.communicate(timeout=60)
    assert waiting.returncode == 3, err


def test_a_database_locked_for_long_is_told_of(home: Path, tmp_path: Path) -> None:
    suppliers = tmp_path / "s.csv"
    suppliers.write_text("ref,name\n1,Quill Ltd\n")
    command(home, "suppliers", "import", str(suppliers))
    other = sqlite3.connect(home / "casework.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    locked = command(home, "screen")
    other.execute("ROLLBACK")
    other.close()
    assert locked.returncode == 4
    assert "Another process is writing" in locked.stderr
    assert command(home, "screen").returncode == 3


def test_two_refreshes_at_once_both_end_well(home: Path, changed: Path) -> None:
    both = [start(home, "lists", "refresh", "uk-sanctions", "--from", str(changed)) for _ in "ab"]
    ends = [process.communicate(timeout=120)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], ends
    assert served(home)["entries"] == ENTRIES
