"""`audit verify` on what cannot be written: by another account, on read-only media, on a copy."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp

import pytest

from duediligence.model import Supplier
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from tests.homes import as_another_program

ROOT = Path(__file__).parents[2]
NOBODY = 65534

pytestmark = pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every account may enter, unlike those of pytest."""
    folder = Path(mkdtemp(prefix="duediligence-test-"))
    folder.chmod(0o755)
    yield folder
    for path in (folder, *folder.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)
    shutil.rmtree(folder)


def filled(home: Path) -> None:
    """A home with two imports; the second lies in the write-ahead log alone where it is kept."""
    with Workspace(Settings(home=home)) as ws:
        for name in ("Quill & Ferrow Ltd", "Quill Ferrow Ltd"):
            one = Supplier(ref="S1", name=name)
            ws.suppliers.save([one], file="s.csv", at=ws.now())
            assert ws.lists.current() == {}


def left_open(home: Path, to: Path) -> None:
    """A copy of a home that is in use: what was stored last is in the log."""
    with Workspace(Settings(home=home)) as ws:
        assert ws.lists.current() == {}
        ws.suppliers.save([Supplier(ref="S2", name="Tidewater Ltd")], file="t.csv", at=ws.now())
        left_out = shutil.ignore_patterns("*-shm")
        as_another_program(lambda: shutil.copytree(home, to, ignore=left_out))
    assert (to / "casework.db-wal").stat().st_size


def closed_off(home: Path) -> dict[str, str]:
    """Make a home readable for all and writable for nobody; returns what it holds."""
    for path in (home, *home.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    return held(home)


def held(home: Path) -> dict[str, str]:
    return {
        str(path.relative_to(home)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.rglob("*"))
        if path.is_file()
    }


# The interpreter itself may be where that account cannot read: so all is imported beforehand, by
# the same command on a home that may be written.
AS_NOBODY = """
import contextlib, os, shutil, sys
from duediligence.cli import main
from tests.homes import as_another_program
home, warm, user, *arguments = sys.argv[1:]
def run(home):
    sys.argv = ["duediligence", "--home", home, *arguments]
    try:
        return main()
    except SystemExit as ended:
        return ended.code
with open(os.devnull, "w") as away:
    with contextlib.redirect_stdout(away), contextlib.redirect_stderr(away):
        run(warm)
if os.geteuid() == 0:
    os.setgroups([]), os.setgid(int(user)), os.setuid(int(user))
sys.exit(run(home))
"""


def as_nobody(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command as an account that owns nothing."""
    warm = home.with_name("warm")
    shutil.copytree(home, warm)
    for path in (warm, *warm.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return subprocess.run(
        [sys.executable, "-c", AS_NOBODY, str(home), str(warm), str(NOBODY), *arguments],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(home.with_name("no account's")),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )


def slow(state: str) -> object:
    return pytest.param(state, marks=pytest.mark.soak)


@pytest.mark.parametrize("state", [slow("closed"), "left open"])
def test_it_is_verified_and_nothing_is_written(place: Path, state: str) -> None:
    home = place / "home"
    if state == "closed":
        filled(home)
    else:
        filled(place / "used")
        left_open(place / "used", home)
    before = closed_off(home)
    done = as_nobody(home, "audit", "verify")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Sound: ")
    if state == "left open":
        assert "3 records" in done.stdout
    assert held(home) == before


@pytest.mark.soak
def test_what_was_changed_is_found_there_too(place: Path) -> None:
    home = place / "home"
    filled(home)
    with closing(sqlite3.connect(home / "casework.db")) as db:
        db.execute("UPDATE suppliers SET name = 'Other'")
        db.commit()
    before = closed_off(home)
    done = as_nobody(home, "audit", "verify")
    assert (done.returncode, "suppliers, S1" in done.stdout) == (4, True), done.stderr
    assert held(home) == before


@pytest.mark.soak
def test_nothing_that_is_decided_there_is_lost_without_a_word(place: Path) -> None:
    filled(place / "used")
    left_open(place / "used", home := place / "home")
    before = closed_off(home)
    done = as_nobody(home, "suppliers", "resolve", "S1", "--to", "none")
    assert done.returncode not in (0, 1)
    assert "Traceback" not in done.stderr
    assert held(home) == before


@pytest.mark.soak
def test_a_read_only_mount(place: Path) -> None:
    home, media = place / "home", place / "media"
    filled(home)
    media.mkdir()
    mount = ["mount", "--bind", "-o", "ro", str(home), str(media)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this account may not mount")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(media)], check=True)
        command = [sys.executable, "-m", "duediligence", "--home", str(media), "audit", "verify"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    finally:
        subprocess.run(["umount", str(media)], check=True)
    assert (done.returncode, done.stdout[:5]) == (0, "Sound"), done.stderr
