"""A pipe, a socket or a device in place of a file: refused at once, wherever a file is named."""

import os
import signal
import socket
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
import typer

from duediligence.cli.app import build_app
from duediligence.screening.workspace import Workspace, find_process_account
from duediligence.settings import ABOUT, FILENAME, PATHS, Settings, derive_variable_name

from ..rows import for_each
from ..sharing.agreements_made import compared
from .conftest import Run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")

# What is written there, or where everything is kept; the rest is read.
WRITTEN = {"out", "out_dir", "report", "home", "log_file"}
WRITTEN_BY = {
    ("alerts", "export", "file"),
    ("alerts", "flags", "file"),
    ("audit", "export", "file"),
    ("audit", "head", "to"),
    ("audit", "key", "export", "file"),
    ("backup", "make", "file"),
    ("home", "log", "export", "file"),
    ("lists", "new", "page"),
    ("lists", "test", "rejects"),
    ("suppliers", "import", "cells"),
    ("suppliers", "ownership", "export", "file"),
    # A way through the network, not one to a file.
    ("sharing", "case", "add", "path"),
}
# What else a command must be given before it looks at its file.
ELSE = {
    ("registers", "load", "accounts"): ["--company", "99000001"],
    ("lists", "refresh"): ["un"],
    ("lists", "test"): ["un"],
    ("sharing", "agreement", "new"): ["--as", "Example Council", "--partner-kind", "police"],
    ("sharing", "agreement", "key"): ["ISA-1"],
    ("sharing", "exchange", "ask"): ["--agreement", "ISA-1", "--out", "ask.ddx"],
    ("sharing", "exchange", "answer"): ["--out", "answer.ddx"],
    ("sharing", "intelligence", "review"): ["1"],
}
AGREED = (
    "sharing agreement new ISA-1 --as Us --with Them --partner-kind police --purpose Checks "
    "--basis cda-1998-s115 --share hits --no-auditor"
)


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, one in getattr(group, "commands", {}).items():
        yield from commands(one, (*path, name))
    if not hasattr(group, "commands"):
        yield path, group


def _is_path(parameter: Any) -> bool:
    # Help may speak of a path, too.
    said = {name: value for name, value in vars(parameter).items() if name != "help"}
    return "path" in str(said).lower()


def _name_missing(other: Any, *, option: bool) -> list[str]:
    """Return how another file is named that must be, too; arguments beside options alone."""
    if other.param_type_name == "option":
        return [other.opts[0], "missing"]
    return ["missing"] if option else []


def in_a_year() -> str:
    return str(datetime.now(UTC).date() + timedelta(days=365))


def test_no_command_has_a_file_of_its_own_in_the_working_folder() -> None:
    for path, command in commands(typer.main.get_command(build_app())):
        assert not [one.name for one in command.params if _is_path(one) and one.default], path


def read_files() -> Iterator[Any]:
    """Each parameter of a command that is a path to be read, found in the commands themselves."""
    for path, command in commands(typer.main.get_command(build_app())):
        for one in command.params:
            paths = _is_path(one) and one.name not in WRITTEN
            if paths and (*path, one.name) not in WRITTEN_BY:
                # A file that must be named, too, is one that is not there.
                option = one.param_type_name == "option"
                missing = [
                    word
                    for other in command.params
                    if other is not one and other.required and _is_path(other)
                    for word in _name_missing(other, option=option)
                    if other.name not in WRITTEN
                ]
                flag = [*missing, *([one.opts[0]] if option else [])]
                yield pytest.param(
                    [*path, *ELSE.get(path, [])], flag, id="-".join((*path, one.name))
                )


@pytest.fixture(autouse=True)
def _ends() -> Iterator[None]:
    """A command that waits for a pipe fails its test instead of holding all of them up."""

    def too_long(number: int, frame: FrameType | None) -> None:
        raise AssertionError("the command waits")

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(30)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def special(tmp_path: Path) -> Path:
    path = tmp_path / "list.toml"
    os.mkfifo(path)
    return path


def test_every_kind_of_path_is_found() -> None:
    found = {one.id for one in read_files()}
    assert {"screen-file", "lists-refresh-from_", "registers-load-psc-files"} <= found
    assert {"report-verify-pack", "suppliers-declare-file", "lists-add-file"} <= found


@pytest.mark.parametrize(("command", "flag"), list(read_files()))
def test_no_command_waits_for_a_pipe(
    command: list[str],
    flag: list[str],
    run: Run,
    special: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if "--passphrase-file" not in flag:
        monkeypatch.setenv("DUEDILIGENCE_BACKUP_PASSPHRASE", "invented words for a backup")
    if command[:2] == ["sharing", "exchange"]:
        done = run(*AGREED.split(), "--share", "blind-matching: people", "--review", in_a_year())
        assert done.code == 0, done
        with Workspace(Settings(home=special.parent / "home")) as ws:
            compared(ws, "ISA-1")
    if command[:2] == ["sharing", "intelligence"]:
        settings = special.parent / "home" / FILENAME
        settings.parent.mkdir()
        settings.write_text(
            f'[users]\n{find_process_account()} = "intelligence"\n', encoding="utf-8"
        )
    done = run(*command, *flag, special)
    assert done.code == 2, done
    assert "is a pipe, not a file" in done.err or "is not a folder" in done.err
    assert "unexpected fault" not in done.err


def test_a_pipe_among_the_files_of_a_list_is_no_file_of_it(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "lists" / "un"
    folder.mkdir(parents=True)
    os.mkfifo(folder / "consolidated.xml")
    done = run("lists", "refresh", "un", "--from", folder.parent)
    assert (done.code, "no file of un is in" in done.err) == (2, True)


@for_each("name", sorted(PATHS - {"home"}))
def test_no_setting_waits_for_a_pipe(
    name: str, run: Run, special: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ABOUT[name]
    monkeypatch.setenv(derive_variable_name(name), str(special))
    done = run("settings", "show")
    assert (done.code, "is a pipe, not a file" in done.err) == (2, True), done


def test_no_settings_file_is_a_pipe(run: Run, special: Path, tmp_path: Path) -> None:
    assert "is not a file" in run("--config", special, "settings", "show").err
    (tmp_path / "home").mkdir()
    os.mkfifo(tmp_path / "home" / "duediligence.toml")
    assert "is a pipe, not a file" in run("settings", "show").err


@pytest.mark.parametrize("device", ["/dev/null", "/dev/zero", "/dev/stdin", "/dev/full"])
def test_a_device_is_refused(device: str, run: Run) -> None:
    if device == "/dev/stdin" and Path(device).is_file():
        pytest.skip("standard input is a file here")
    for command in (
        ["suppliers", "import"],
        ["report", "verify"],
        ["lists", "test", "un", "--from"],
    ):
        done = run(*command, device)
        assert done.code == 2
        assert "not a file" in done.err or "is not a folder" in done.err


def test_a_socket_is_refused(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("list.csv")
        done = run("suppliers", "import", "list.csv")
    assert (done.code, "is a socket, not a file" in done.err) == (2, True)
