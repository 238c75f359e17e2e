"""The core runs without an extension, and keeps whole what that kept: what only the extension could
do rightly is refused by its name.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import duediligence
from duediligence.casework import queue
from duediligence.extensions.sharing.cases import CaseFacts, new
from duediligence.extensions.sharing.partner_files import read_partner_file
from duediligence.extensions.sharing.partner_messages import receive
from duediligence.model import Supplier
from tests.conftest import NOW, Open
from tests.sharing.messages_made import message_to

SUPPLIERS = [Supplier(ref="S001", name="Volkhar Maritime"), Supplier(ref="S002", name="Moss Ltd")]

WORDS = ("--passphrase-file", "words")

# By name: the command in a folder, and its exit code.
COMMANDS: dict[str, tuple[int, Callable[[Path], tuple[str | Path, ...]]]] = {
    "help": (0, lambda _: ("--help",)),
    "unknown command": (2, lambda _: ("sharing", "due")),
    "check": (1, lambda _: ("check", "Volkhar Maritime")),
    "screen": (1, lambda to: ("screen", "--out", to / "flags.csv")),
    "alerts": (0, lambda _: ("alerts", "list", "--json")),
    "doctor": (0, lambda _: ("doctor", "--json")),
    "verify": (0, lambda _: ("audit", "verify")),
    "pack": (0, lambda to: ("report", "S001", "--out", to / "pack.zip")),
    "backup": (0, lambda to: ("backup", "make", to / "a.backup", *WORDS)),
    "verify backup": (0, lambda to: ("backup", "verify", to / "a.backup", *WORDS)),
    "retention": (2, lambda _: ("retention", "run")),
    "removal": (2, lambda _: ("suppliers", "remove", "S002", "--yes")),
    "subject": (2, lambda _: ("retention", "subject", "Volkhar")),
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


@pytest.fixture
def core(tmp_path: Path) -> Path:
    """A folder that holds the house without the extension."""
    house = Path(duediligence.__file__).parent
    copy = tmp_path / "core" / "duediligence"
    (copy / "extensions").mkdir(parents=True)
    for one in (*house.iterdir(), house.parent / "watchlists", house.parent / "checks"):
        if one.name not in ("extensions", "__pycache__") and not (copy / one.name).exists():
            (copy / one.name).symlink_to(one)
    (copy / "extensions" / "__init__.py").symlink_to(house / "extensions" / "__init__.py")
    return copy.parent


def run_core(core: Path, home: Path, *lines: tuple[str | Path, ...]) -> list[Any]:
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
    assert modules == []
    return found


def test_the_core_works_without_it_and_refuses_what_only_it_can_do(
    core: Path, home: Path, open_workspace: Open, tmp_path: Path
) -> None:
    ws = open_workspace(home)
    ws.suppliers.save(SUPPLIERS, file="suppliers.csv", at=NOW)
    new(ws, CaseFacts(title="Car washes"))
    receive(ws, read_partner_file(message_to(ws, tmp_path)))
    (core / "words").write_text("nine invented words for the backup of a test", "utf-8")
    lines = [line(tmp_path) for _, line in COMMANDS.values()]
    done = dict(zip(COMMANDS, run_core(core, home, *lines), strict=True))
    codes = {name: code for name, (code, _) in COMMANDS.items()}
    assert {name: code for name, (code, _, _) in done.items()} == codes, done
    assert "sharing" not in done["help"][1]
    flags = (tmp_path / "flags.csv").read_text("utf-8-sig")
    assert "records of an extension that is not installed" in flags
    assert "an extension that is not installed" in done["screen"][1]
    for name in ("retention", "removal", "subject"):
        assert "of the extension 'sharing', which is not installed" in done[name][2], name
        assert "Install duediligence again" in done[name][2]
    (message,) = (one for one in queue.alerts(ws) if one.first.check_id == "SHR-01")
    assert message.found == "not checked", "nobody answered it, so it does not end"
