"""The restore drill: a backup of a busy home, restored on a fresh machine; and kills."""

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from duediligence.casework import queue
from duediligence.delivery.backup.making import COPIES
from duediligence.delivery.backup.restoring import verify_backup
from duediligence.demo import SAMPLE_SCALE
from duediligence.fetch.evidence import Evidence
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="commands are run in forks"),
]
DEMO = Path(__file__).parents[2] / "duediligence" / "demo"
LISTS = ("uk-sanctions", "un")
WORDS = "four random words here"
SUPPLIERS = 3_000
KILLS = 10


class Machine:
    """Somebody's machine: a home, settings of their own, and commands in processes."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.home = folder / "home"
        self.folder = folder

    def start(self, *arguments: object) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [
                *(sys.executable, "-c", "from duediligence.cli import main; main()"),
                *map(str, arguments),
            ],
            env={
                **os.environ,
                "DUEDILIGENCE_HOME": str(self.home),
                "HOME": str(self.folder),
                "XDG_CONFIG_HOME": str(self.folder / "config"),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
        )

    def run(self, *arguments: object, codes: tuple[int, ...] = (0,)) -> str:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=120)
        assert process.returncode in codes, err
        assert "Traceback" not in err
        return out

    def data(self, *arguments: object, codes: tuple[int, ...] = (0,)) -> Any:
        return json.loads(self.run(*arguments, "--json", codes=codes))["data"]

    def alerts(self) -> dict[str, Any]:
        """Each alert by its id: its state, its decisions, when it was seen."""
        with Workspace(Settings(home=self.home)) as ws:
            return {
                one.id: (one.state, one.severity, one.history, one.first)
                for one in queue.alerts(ws)
            }


def load_lists(home: Path) -> None:
    """The invented lists, which are shorter than those of the publishers."""
    with Workspace(Settings(home=home)) as ws:
        for one in refresh(
            ws, LISTS, folder=DEMO / "lists", terms=RefreshTerms(scale=SAMPLE_SCALE)
        ):
            assert one.result in ("loaded", "unchanged"), one


def many_suppliers(path: Path) -> Path:
    chance = random.Random(20261126)
    letters = "abcdefghijklmnoprstuvw"
    names = (f"{''.join(chance.choices(letters, k=9)).title()} Ltd" for _ in range(SUPPLIERS))
    rows = "\n".join(f"X{number},{name}" for number, name in enumerate(names))
    path.write_text(f"ref,name\n{rows}\nX,Volkhar Maritime UK Ltd\n", encoding="utf-8")
    return path


def test_a_backup_made_while_a_screening_ran_is_restored_elsewhere(tmp_path: Path) -> None:
    ours, words = Machine(tmp_path / "ours"), tmp_path / "words"
    words.write_text(WORDS)
    words.chmod(0o600)
    how = ("--passphrase-file", words)
    load_lists(ours.home)
    ours.run("screen", DEMO / "suppliers.csv", codes=(1, 3))
    ids = list(ours.alerts())
    ours.run("alerts", "decide", ids[0], "not-sure", "--reason", "TOO-LITTLE")
    before = ours.alerts()

    backups: list[tuple[Path, dict[str, Any]]] = []
    began = time.monotonic()
    with ours.start("screen", many_suppliers(tmp_path / "many.csv")) as screening:
        while screening.poll() is None:
            path = tmp_path / f"{len(backups)}.backup"
            made = ours.data("backup", "make", path, *how)
            if screening.poll() is None:
                backups.append((path, made))
        _, err = screening.communicate(timeout=120)
    seconds = time.monotonic() - began
    assert screening.returncode in (1, 3), err
    assert backups, f"the screening was over too soon to prove anything: {seconds:.1f} seconds"
    assert len(ours.alerts()) > len(before)
    shutil.rmtree(ours.folder)

    path, made = backups[-1]
    theirs = Machine(tmp_path / "theirs")
    began = time.monotonic()
    restored = theirs.data("backup", "restore", path, *how)
    seconds_to_restore = time.monotonic() - began
    assert theirs.alerts() == before
    theirs.run("audit", "verify", "--head", made["head"])
    assert restored["restoration"] in theirs.run("audit", "log")

    load_lists(theirs.home)
    theirs.run("screen", DEMO / "suppliers.csv", codes=(1, 3))
    assert theirs.alerts().keys() == before.keys()
    theirs.run("audit", "verify")
    print(  # noqa: T201
        f"{len(backups)} backups of {path.stat().st_size:,} bytes ended while {SUPPLIERS:,} "
        f"suppliers were screened in {seconds:.1f} s; restored in {seconds_to_restore:.1f} s"
    )


@dataclass
class Forks:
    """Commands in forks of a process that has imported everything."""

    process: "subprocess.Popen[str]"

    def run(self, home: Path, *arguments: object, kill_after: float | None = None) -> Any:
        order = {
            "home": str(home),
            "at": datetime(2026, 11, 26, 9, 0, tzinfo=UTC).isoformat(),
            "arguments": list(map(str, arguments)),
            "kill_after": kill_after,
        }
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        ended = json.loads(self.process.stdout.readline())
        assert "Traceback" not in ended["err"], ended["err"]
        return ended


# With less work for scrypt, so that the kills fall elsewhere.
QUICKLY = """
import runpy, sys
from duediligence.delivery.backup import making
encrypt = making.encrypt_chunks
making.encrypt_chunks = lambda chunks, words, work_factor: encrypt(chunks, words, work_factor=4)
runpy.run_path(sys.argv[1], run_name="__main__")
"""


@pytest.fixture
def forks() -> Iterator[Forks]:
    with subprocess.Popen(
        [sys.executable, "-c", QUICKLY, str(Path(__file__).parent / "forked.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Forks(process)
        assert process.stdin
        process.stdin.close()


@pytest.fixture
def office(tmp_path: Path, forks: Forks, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with suppliers and answers of a register, and the passphrase in a file beside it."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    home = tmp_path / "home"
    assert forks.run(home, "suppliers", "import", many_suppliers(tmp_path / "m.csv"))["code"] == 0
    evidence = Evidence(home / "companies-house")
    for number in range(20):
        body = json.dumps({"filler": random.Random(number).randbytes(9_000).hex()}).encode()
        evidence.keep(f"https://x/{number}", 200, body, {}, datetime(2026, 11, 26, tzinfo=UTC))
    (tmp_path / "words").write_text(WORDS)
    (tmp_path / "words").chmod(0o600)
    return home


def test_a_killed_backup_leaves_no_file_that_is_not_whole(
    office: Path, forks: Forks, tmp_path: Path
) -> None:
    how = ("--passphrase-file", tmp_path / "words")
    longest = forks.run(office, "backup", "make", tmp_path / "a.backup", *how)["seconds"]
    chance, killed, whole = random.Random(), 0, 0
    for number in range(KILLS):
        path = tmp_path / f"{number}.backup"
        after = chance.uniform(0, 1.2 * longest)
        ended = forks.run(office, "backup", "make", path, *how, kill_after=after)
        killed += ended["code"] == -9
        if path.exists():
            whole += 1
            assert verify_backup(path, WORDS).problem is None
        assert ended["code"] == -9 or path.exists(), ended["err"]
    assert killed
    assert forks.run(office, "audit", "verify")["code"] == 0
    last = forks.run(office, "backup", "make", tmp_path / "last.backup", *how)
    assert last["code"] == 0, last["err"]
    assert not (office / COPIES).exists()
    found = verify_backup(tmp_path / "last.backup", WORDS)
    assert found.manifest.suppliers == SUPPLIERS + 1
    print(f"{killed} backups killed, {whole} files, all whole")  # noqa: T201


def test_a_killed_restoration_leaves_no_half_home(
    office: Path, forks: Forks, tmp_path: Path
) -> None:
    how = ("--passphrase-file", tmp_path / "words")
    path = tmp_path / "a.backup"
    assert forks.run(office, "backup", "make", path, *how)["code"] == 0
    kept = {one.relative_to(office) for one in office.glob("companies-house/*/*")}
    first = forks.run(tmp_path / "first", "backup", "restore", path, *how)
    assert first["code"] == 0, first["err"]
    chance, killed, whole = random.Random(), 0, 0
    for number in range(KILLS):
        home = tmp_path / f"home-{number}"
        after = chance.uniform(0, 1.2 * first["seconds"])
        ended = forks.run(home, "backup", "restore", path, *how, kill_after=after)
        killed += ended["code"] == -9
        if not home.exists():
            assert ended["code"] == -9, ended["err"]
            again = forks.run(home, "backup", "restore", path, *how)
            assert again["code"] == 0, again["err"]
        else:
            whole += 1
        assert not list(tmp_path.glob(f".{home.name}.restoring-*")) or ended["code"] == -9
        with Workspace(Settings(home=home)) as ws:
            assert ws.casework.counts()["suppliers"] == SUPPLIERS + 1
            assert len(list(ws.audit.records(kind="restored"))) == 1
            assert ws.audit.verify() is None
        assert {one.relative_to(home) for one in home.glob("companies-house/*/*")} == kept
    assert killed
    print(f"{killed} restorations killed, {whole} homes there, all whole")  # noqa: T201
