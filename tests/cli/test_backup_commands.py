"""`backup`, as a user types it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from duediligence.delivery.backup import making
from tests.thorough import first_of

Run = Callable[..., Any]
WORDS = "four random words here"


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """With less work for scrypt."""
    function = making.make

    def make(*arguments: Any, **named: Any) -> Any:
        return function(*arguments, **named, work_factor=4)

    monkeypatch.setattr(making, "make", make)


@pytest.fixture
def home(run: Run, tmp_path: Path) -> Path:
    (tmp_path / "suppliers.csv").write_text("ref,name\nS1,Quill & Ferrow Ltd\nS2,Other Ltd\n")
    assert run("suppliers", "import", "suppliers.csv").code == 0
    (tmp_path / "words").write_text(f"{WORDS}\n")
    (tmp_path / "words").chmod(0o600)
    return tmp_path / "home"


def test_make_verify_and_restore(run: Run, home: Path, tmp_path: Path) -> None:
    (home / "duediligence.toml").write_text('smtp_password = "hunter2hunter2"\nlimit = 7\n')
    made = run("backup", "make", "a.backup", "--passphrase-file", "words")
    assert made.code == 0, made.err
    assert made.out.startswith("Wrote a.backup, ")
    assert "2 suppliers, 0 runs, 0 decisions" in made.out
    assert "`duediligence backup verify a.backup`" in made.err
    found = run("backup", "verify", "a.backup", "--passphrase-file", "words")
    assert found.code == 0
    assert "Whole: made " in found.out
    assert "It holds 2 suppliers, 0 runs, 0 decisions, and the settings, without" in found.out
    assert "Its audit chain is sound: " in found.out
    there = tmp_path / "new"
    restored = run("--home", there, "backup", "restore", "a.backup", "--passphrase-file", "words")
    assert restored.code == 0, restored.err
    assert f"Restored {there} as it was " in restored.out
    assert "Set again: smtp_password." in restored.err
    assert "new ones are made" in restored.err
    assert (there / "duediligence.toml").read_text() == "limit = 7\n"
    listed = run("--home", there, "suppliers", "list")
    assert "Quill & Ferrow Ltd" in listed.out
    verified = run("--home", there, "audit", "verify")
    assert (verified.code, verified.out[:6]) == (0, "Sound:")
    logged = run("--home", there, "audit", "log")
    (line,) = (line for line in logged.out.splitlines() if "restored" in line)
    assert restored.out.split("Restoration ")[1][:16] in line
    assert "restored: " in run("--home", there, "doctor").out


def test_a_slip_in_the_passphrase_leaves_an_empty_folder_empty(
    run: Run, home: Path, tmp_path: Path
) -> None:
    """So that the same command with the right one can follow."""
    assert run("backup", "make", "a.backup", "--passphrase-file", "words").code == 0
    (tmp_path / "slip").write_text("four other words here\n")
    (tmp_path / "new").mkdir()
    restore = ("--home", tmp_path / "new", "backup", "restore", "a.backup", "--passphrase-file")
    assert run(*restore, "slip").code == 2
    assert not list((tmp_path / "new").iterdir())
    assert run(*restore, "words").code == 0


def test_answers_for_programs(run: Run, home: Path, tmp_path: Path) -> None:
    how = ("--passphrase-file", "words", "--json")
    made = json.loads(run("backup", "make", "a.backup", "--with-key", *how).out)["data"]
    found = json.loads(run("backup", "verify", "a.backup", *how).out)["data"]
    back = json.loads(run("--home", tmp_path / "n", "backup", "restore", "a.backup", *how).out)
    for told in (made, found, back["data"]):
        assert (told["suppliers"], told["with_key"], told["head"]) == (2, True, made["head"])
    assert (found["sound"], found["sha256"]) == (True, made["sha256"])
    assert len(back["data"]["restoration"]) == 16
    assert (tmp_path / "n" / "keys" / "signing.pem").is_file()


def test_each_way_to_fail_has_its_exit_code(run: Run, home: Path, tmp_path: Path) -> None:
    how = ("--passphrase-file", "words")
    assert run("backup", "make", "a.backup", *how).code == 0
    again = run("backup", "make", "a.backup", *how)
    assert (again.code, "already exists" in again.err) == (2, True)
    (tmp_path / "others").write_text("four other words here")
    wrong = run("backup", "verify", "a.backup", "--passphrase-file", "others")
    assert wrong.code == 2
    assert "Error: a.backup: this passphrase does not open it" in wrong.err
    body = (tmp_path / "a.backup").read_bytes()
    (tmp_path / "cut.backup").write_bytes(body[:-3])
    for command in (("backup", "verify"), ("--home", tmp_path / "n", "backup", "restore")):
        damaged = run(*command, "cut.backup", *how)
        assert (damaged.code, "is damaged or cut off" in damaged.err) == (4, True)
    assert not (tmp_path / "n").exists()
    full = run("backup", "restore", "a.backup", *how)
    assert (full.code, "is not empty: it holds" in full.err) == (2, True)
    nobody = run("backup", "verify", "a.backup")
    assert (nobody.code, "nobody can be asked" in nobody.err) == (2, True)
    missing = run("backup", "verify", "a.backup", "--passphrase-file", "none")
    assert (missing.code, "the passphrase cannot be read" in missing.err) == (2, True)


def test_a_passphrase_comes_from_the_setting_too(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUEDILIGENCE_BACKUP_PASSPHRASE", WORDS)
    assert run("backup", "make", "a.backup").code == 0
    assert run("backup", "verify", "a.backup").code == 0
    shown = run("settings", "show")
    assert WORDS not in shown.out + shown.err
    assert WORDS not in run("audit", "log", "--json").out
    monkeypatch.setenv("DUEDILIGENCE_BACKUP_PASSPHRASE", "short")
    short = run("backup", "make", "b.backup")
    assert (short.code, "it must have 14 to 1,000" in short.err) == (2, True)


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
def test_a_passphrase_that_others_can_read_is_reported(
    run: Run, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "words").chmod(0o644)
    made = run("--quiet", "backup", "make", "a.backup", "--passphrase-file", "words")
    assert made.code == 0
    assert "words can be read by other accounts of this machine: chmod 600 words" in made.err


TERMINAL = """
import fcntl, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from duediligence.cli import main
main()
"""


@pytest.mark.skipif(os.name == "nt", reason="a terminal of POSIX")
@pytest.mark.parametrize("second", first_of([WORDS, "four other words here"]))
def test_whoever_sits_there_is_asked_twice_and_sees_nothing(
    home: Path, tmp_path: Path, second: str
) -> None:
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", TERMINAL, "backup", "make", "a.backup"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    os.close(theirs)
    shown = b""
    for words, prompt in ((WORDS, b"Passphrase of the backup: "), (second, b"The same again: ")):
        while prompt not in shown:
            shown += os.read(ours, 1_000)
        os.write(ours, f"{words}\n".encode())
    while process.poll() is None:
        try:
            shown += os.read(ours, 1_000)
        except OSError:  # it has closed the terminal
            process.wait(60)
    os.close(ours)
    assert WORDS.encode() not in shown
    same = second == WORDS
    assert process.returncode == (0 if same else 2)
    assert (tmp_path / "a.backup").exists() is same
    assert same or b"the two passphrases differ" in shown


def test_no_home_is_needed_to_verify(run: Run, home: Path, tmp_path: Path) -> None:
    assert run("backup", "make", "a.backup", "--passphrase-file", "words").code == 0
    shutil.rmtree(home)
    found = run("backup", "verify", "a.backup", "--passphrase-file", "words")
    assert found.code == 0
    assert not home.exists()


def test_a_passphrase_is_offered(run: Run) -> None:
    made = run("backup", "passphrase")
    assert (made.code, len(made.out.split())) == (0, 16)
    assert made.out != run("backup", "passphrase").out
