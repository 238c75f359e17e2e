"""Two officers decide the same alert at the same moment: one wins, the other is told by whom."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from duediligence.casework import queue
from duediligence.demo.office import DEMO_TIME
from duediligence.model import Supplier
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace

pytest.importorskip("pwd", reason="accounts have no such names here")

# Commands one after another, each at the moment its arguments come in.
OFFICER = """
import contextlib, io, json, pwd, sys
from datetime import datetime
from types import SimpleNamespace
import time_machine
from duediligence.casework import deciding
from duediligence.cli import app, main
app.build_app()
pwd.getpwuid = lambda _: SimpleNamespace(pw_name=sys.argv[1])
print("ready", flush=True)
for line in sys.stdin:
    err = io.StringIO()
    with (
        time_machine.travel(datetime.fromisoformat(sys.argv[2])),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(err),
    ):
        try:
            main(json.loads(line))
        except SystemExit as ended:
            code = ended.code
    print(json.dumps([code, err.getvalue()]), flush=True)
"""


def officer(who: str, folder: Path) -> "subprocess.Popen[str]":
    environment = {"DUEDILIGENCE_HOME": str(folder / "home"), "XDG_CONFIG_HOME": str(folder)}
    return subprocess.Popen(
        [sys.executable, "-c", OFFICER, who, DEMO_TIME.isoformat()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=folder,
        env={**os.environ, **environment},
    )


@pytest.mark.soak
def test_of_two_officers_at_once_one_wins_and_the_other_is_told(
    home: Path, tmp_path: Path, open_workspace: Callable[..., Workspace]
) -> None:
    (home / "duediligence.toml").write_text("second_decision = []\n", encoding="utf-8")
    workspace = open_workspace(home)
    names = (
        "Volkhar Maritime UK Ltd", "Bright Sands Home Care Ltd", "Dragomir Petrosyanov",
        "Terravolt Trading FZE", "Al-Zahrun Relief Foundation",
    )  # fmt: skip
    screen(workspace, Screened([Supplier(ref=f"S{n}", name=name) for n, name in enumerate(names)]))
    alerts = [alert.id for alert in queue.alerts(workspace) if alert.matched]
    assert len(alerts) >= 5
    reasons = {"ada": "OTHER", "bo": "OTHER-KIND"}
    officers = {who: officer(who, tmp_path) for who in reasons}
    for process in officers.values():
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    winners: dict[str, str] = {}
    for alert in alerts:
        if alert in workspace.decisions.history():
            continue  # decided with another about the same two parties
        for who, process in officers.items():
            assert process.stdin
            arguments = ["alerts", "decide", alert, "not-the-same", "--reason", reasons[who]]
            arguments += ["--note", "One cleans, the other sails"]
            process.stdin.write(json.dumps(arguments) + "\n")
            process.stdin.flush()
        ended = {who: json.loads(p.stdout.readline()) for who, p in officers.items() if p.stdout}
        (winner,) = (who for who, (code, _) in ended.items() if code == 0)
        (loser,) = (who for who, (code, _) in ended.items() if code == 2)
        winners[alert] = winner
        assert f"{winner} decided 'not the same' ({reasons[winner]})" in ended[loser][1]
    for process in officers.values():
        process.communicate(timeout=30)
        assert process.returncode == 0
    history = workspace.decisions.history()
    assert len(winners) >= 4
    assert history.keys() == set(alerts)
    assert {alert: [made.by for made in history[alert]] for alert in winners} == {
        alert: [who] for alert, who in winners.items()
    }
    assert workspace.audit.verify() is None
