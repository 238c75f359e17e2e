"""The core runs without an extension, and keeps whole what that kept: what only the extension could
do rightly is refused by its name.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import duediligence
from duediligence.casework import queue
from duediligence.extensions.sharing.cases import new
from duediligence.extensions.sharing.partner_files import read_partner_file
from duediligence.extensions.sharing.partner_messages import receive
from duediligence.model import Supplier
from duediligence.screening.workspace import Workspace
from tests.conftest import NOW, Open
from tests.rows import for_each
from tests.sharing.messages_made import message_to

SUPPLIERS = [Supplier(ref="S001", name="Volkhar Maritime"), Supplier(ref="S002", name="Moss Ltd")]

WORDS = ("--passphrase-file", "words")

# By name: the command in a folder, and its exit code.
Commands = dict[str, tuple[int, Callable[[Path], tuple[str | Path, ...]]]]
COMMANDS: Commands = {
    "screen": (1, lambda to: ("screen", "--out", to / "flags.csv")),
    "verify": (0, lambda _: ("audit", "verify")),
    "status": (0, lambda _: ("registers", "status")),
}
# What does not differ from one extension to the other.
OF_NEITHER: Commands = {
    "help": (0, lambda _: ("--help",)),
    "doctor": (0, lambda _: ("doctor",)),
    "check": (1, lambda _: ("check", "Volkhar Maritime")),
    "alerts": (0, lambda _: ("alerts", "list", "--json")),
    "pack": (0, lambda to: ("report", "S001", "--out", to / "pack.zip")),
    "backup": (0, lambda to: ("backup", "make", to / "a.backup", *WORDS)),
    "verify backup": (0, lambda to: ("backup", "verify", to / "a.backup", *WORDS)),
}
# Those of which each extension is a part, or that it alone can do.
OF: dict[str, Commands] = {
    "sharing": {
        "due": (2, lambda _: ("sharing", "due")),
        "retention": (2, lambda _: ("retention", "run")),
        "removal": (2, lambda _: ("suppliers", "remove", "S002", "--yes")),
        "subject": (2, lambda _: ("retention", "subject", "Volkhar")),
    },
    "whole_register": {
        "ask": (2, lambda _: ("registers", "ask", "circles")),
        "load": (2, lambda _: ("registers", "load", "whole", "companies.csv")),
        "status for programs": (0, lambda _: ("registers", "status", "--json")),
    },
}

# One process for all commands: to start one takes longer than most of them.
CHILD = """
import contextlib, io, json, sys
import time_machine
from duediligence import __file__ as house
from duediligence.cli import main
assert house.startswith(sys.argv[1]), house
found = []
time_machine.travel(sys.argv[3], tick=True).start()
for line in json.loads(sys.argv[2]):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(line)
        except SystemExit as ended:
            code = ended.code
    found.append([code, out.getvalue(), err.getvalue()])
found.append(sorted(one for one in sys.modules if one.startswith("duediligence.extensions.")))
sys.stdout.write(json.dumps(found))
"""


def copy_core(folder: Path, *absent: str) -> Path:
    """Make a folder that holds the house without some of its extensions."""
    house = Path(duediligence.__file__).parent
    copy = folder / "core" / "duediligence"
    (copy / "extensions").mkdir(parents=True)
    for one in (*house.iterdir(), house.parent / "watchlists", house.parent / "checks"):
        if one.name not in ("extensions", "__pycache__") and not (copy / one.name).exists():
            (copy / one.name).symlink_to(one)
    for one in (house / "extensions").iterdir():
        if one.name not in (*absent, "__pycache__"):
            (copy / "extensions" / one.name).symlink_to(one)
    (copy.parent / "pyproject.toml").touch()  # a checkout: all that is there is ours
    return copy.parent


def run_core(
    core: Path, home: Path, lines: Sequence[tuple[str | Path, ...]]
) -> tuple[list[Any], set[str]]:
    """Return code, output and errors of each command, and the extensions that were imported."""
    commands = [["--home", str(home), *map(str, line)] for line in lines]
    ended = subprocess.run(
        [sys.executable, "-c", CHILD, str(core), json.dumps(commands), NOW.isoformat()],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(core)},
        cwd=core,
    )
    assert ended.returncode == 0, ended.stderr
    *found, modules = json.loads(ended.stdout)
    return found, {one.split(".")[2] for one in modules}


@pytest.fixture
def filled(home: Path, open_workspace: Open, tmp_path: Path) -> Workspace:
    """A home in which each extension keeps something."""
    pytest.importorskip("duckdb", reason="the extra [register] is not installed")
    pytest.importorskip("duediligence.extensions.whole_register")
    from duediligence.extensions.whole_register.loading import load
    from tests.extensions.whole_register.making import COMPANIES_FILE, company, write_companies

    ws = open_workspace(home)
    ws.suppliers.save(SUPPLIERS, file="suppliers.csv", at=NOW)
    new(ws, title="Car washes")
    receive(ws, read_partner_file(message_to(ws, tmp_path)))
    load(ws, [write_companies(tmp_path / COMPANIES_FILE, [company("1"), company("2")])])
    return ws


@for_each("absent", [("sharing", "whole_register"), ("whole_register",)], ids=" ".join)
def test_the_core_works_without_it_and_refuses_what_only_it_can_do(
    absent: tuple[str, ...], home: Path, filled: Workspace, tmp_path: Path
) -> None:
    core = copy_core(tmp_path, *absent)
    (core / "words").write_text("nine invented words for the backup of a test", "utf-8")
    commands = {**COMMANDS, **(OF_NEITHER if len(absent) > 1 else {})}
    for each in absent:
        commands |= OF[each]
    found, imported = run_core(core, home, [line(tmp_path) for _, line in commands.values()])
    assert not imported & {*absent}
    done = dict(zip(commands, found, strict=True))
    assert {name: code for name, (code, _, _) in done.items()} == {
        name: code for name, (code, _) in commands.items()
    }, done
    flags = (tmp_path / "flags.csv").read_text("utf-8-sig")
    gap = "records of an extension that is not installed"
    assert (gap in flags) == ("sharing" in absent), "no run looks at the whole register"
    if len(absent) > 1:
        assert "sharing" not in done["help"][1]
        assert all(f"extension {each}" in done["doctor"][1] for each in absent)
    if "sharing" in absent:
        assert "an extension that is not installed" in done["screen"][1]
        for name in ("retention", "removal", "subject"):
            assert "of the extension 'sharing', which is not installed" in done[name][2], name
            assert "Install duediligence again" in done[name][2]
        (message,) = (one for one in queue.alerts(filled) if one.first.check_id == "SHR-01")
        assert message.found == "not checked", "nobody answered it, so it does not end"
    lost = "the extension 'whole_register'"
    if "whole_register" in absent:
        assert lost in "".join(done["verify"][1:])
        assert f"{lost} were loaded here, and it is not installed" in done["status"][2]
        shown = json.loads(done["status for programs"][1])["data"]
        assert shown["whole_register"] == {"installed": False}
    else:
        assert lost not in "".join(done["verify"][1:])
        assert "2 companies" in done["status"][1]
