"""The scheduler in a process of its own: one at a time, and killed or stopped at any moment."""

import json
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from duediligence.scheduling.jobs import EXAMPLE
from duediligence.screening.workspace import find_process_account
from duediligence.store.schedule import ScheduleStore
from tests.cli.conftest import Run, run  # noqa: F401

Start = Callable[..., "subprocess.Popen[str]"]
JOB = '[[job]]\nname = "{name}"\naction = "{action}"\nevery = "hour"\n'
# An action that writes a mark when it begins, and takes long.
LONG = """
import time
from pathlib import Path
from duediligence.scheduling import actions

def take_long(workspace, job, progress):
    mark = workspace.settings.home / "began"
    mark.write_text(str(int(mark.read_text() or 0) + 1) if mark.exists() else "1")
    time.sleep({seconds})
    return "at last"

actions.ACTIONS["digest"] = take_long
"""
ENDLESS, SHORT = LONG.format(seconds=60), LONG.format(seconds=0)

posix = pytest.mark.skipif(os.name == "nt", reason="POSIX signals")


@pytest.fixture
def due_home(tmp_path: Path) -> Path:
    """A home whose jobs have been due for hours."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "schedule.toml").write_text(JOB.format(name="mail", action="digest"))
    store = ScheduleStore(home / "schedule.db")
    store.note_first_seen(["mail", "screening"], datetime.now(UTC) - timedelta(days=2))
    store.close()
    return home


def wait_for(path: Path) -> None:
    until = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < until, f"{path} never came"
        time.sleep(0.02)


def rows(home: Path) -> list[tuple[str, str]]:
    connection = sqlite3.connect(home / "schedule.db")
    try:
        return connection.execute("SELECT result, detail FROM attempts ORDER BY id").fetchall()
    finally:
        connection.close()


def ended(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    out, err = process.communicate(timeout=30)
    assert "Traceback" not in err, err
    return process.returncode, out, err


@posix
@pytest.mark.parametrize(
    ("command", "number", "code"),
    [
        ("run", signal.SIGTERM, 0),
        ("run", signal.SIGINT, 130),
        ("tick", signal.SIGTERM, 130),
        ("tick", signal.SIGINT, 130),
    ],
)
@pytest.mark.soak
def test_stopped_in_the_middle_of_a_job(
    due_home: Path, start: Start, command: str, number: int, code: int
) -> None:
    process = start(command, home=due_home, before=ENDLESS)
    wait_for(due_home / "began")
    process.send_signal(number)
    assert ended(process)[0] == code
    assert rows(due_home) == [("interrupted", "stopped before it finished")]
    assert ended(start("tick", home=due_home, before=SHORT))[0] == 0
    assert rows(due_home)[1:] == [("done", "at last")]


@posix
def test_stopped_while_it_waits(due_home: Path, start: Start) -> None:
    process = start("run", home=due_home, before=SHORT)
    wait_for(due_home / "began")
    while not rows(due_home) or rows(due_home)[0][0] != "done":
        time.sleep(0.02)
    process.terminate()
    code, _, err = ended(process)
    assert code == 0
    assert "mail: done: at last" in err


@posix
@pytest.mark.soak
def test_killed_in_the_middle_of_a_job(due_home: Path, start: Start) -> None:
    process = start("run", home=due_home, before=ENDLESS)
    wait_for(due_home / "began")
    during = start("status", "--json", home=due_home)
    code, out, _ = ended(during)
    data = json.loads(out)["data"]
    assert (code, data["jobs"][0]["state"]) == (0, "running")
    assert f"process {process.pid}" in data["at_work"]
    process.kill()
    process.wait(timeout=30)
    assert rows(due_home) == [("started", "")]
    _, out, _ = ended(start("status", "--json", home=due_home))
    data = json.loads(out)["data"]
    assert (data["at_work"], data["jobs"][0]["state"]) == ("", "interrupted")
    assert ended(start("tick", home=due_home, before=SHORT))[0] == 0
    assert [result for result, _ in rows(due_home)] == ["interrupted", "done"]


@pytest.mark.soak
def test_a_second_instance_says_who_is_the_first(due_home: Path, start: Start) -> None:
    first = start("run", home=due_home, before=ENDLESS)
    wait_for(due_home / "began")
    for command in ("run", "tick"):
        code, _, err = ended(start(command, home=due_home))
        assert code == 2
        assert "`schedule run`" in err
        assert f"process {first.pid}" in err
    assert (due_home / "began").read_text() == "1"


@pytest.mark.soak
def test_of_many_at_once_one_runs_the_job(due_home: Path, start: Start) -> None:
    """The others come too late, or find nothing left to do."""
    processes = [start("tick", home=due_home, before=LONG.format(seconds=0.3)) for _ in range(4)]
    codes = [ended(process)[0] for process in processes]
    assert set(codes) <= {0, 2}
    assert 0 in codes
    assert rows(due_home) == [("done", "at last")]


def test_a_tick_exits_3_when_a_job_failed_and_status_goes_on_saying_so(
    due_home: Path,
    run: Run,  # noqa: F811
) -> None:
    (due_home / "schedule.toml").write_text(
        JOB.format(name="mail", action="digest") + JOB.format(name="screening", action="re-screen")
    )
    schedule = ("--home", due_home, "schedule")
    tick = run(*schedule, "tick")  # nobody to tell is set up
    assert tick.code == 3
    assert "mail: failed" in tick.err
    assert run(*schedule, "tick").code == 0  # nothing was due
    status = run(*schedule, "status")
    assert status.code == 3
    assert "failed" in status.out
    mail, screening = json.loads(run(*schedule, "status", "--json").out)["data"]["jobs"]
    assert (mail["state"], mail["failures"]) == ("failed", 1)
    assert (screening["state"], screening["last"]["detail"]) == (
        "waiting",
        "there are no suppliers",
    )
    assert mail["next_due"] > mail["last"]["ended"]


def test_what_did_not_run_when_due_is_overdue(
    due_home: Path,
    run: Run,  # noqa: F811
) -> None:
    text = JOB.format(name="mail", action="digest").replace("hour", "month") + 'at = "04:00"\n'
    (due_home / "schedule.toml").write_text(text)
    store = ScheduleStore(due_home / "schedule.db")
    store.note_first_seen(["mail"], datetime.now(UTC) - timedelta(days=70))
    store.close()
    now = datetime.now(UTC)
    if now.day == 1 and now.hour < 6:
        pytest.skip("the job has only now come due")
    status = run("--home", due_home, "schedule", "status")
    assert status.code == 3
    assert "mail is overdue" in status.err
    assert not (due_home / "schedule.lock").exists()  # looking changes nothing


def test_the_example_is_printed(run: Run) -> None:  # noqa: F811
    done = run("schedule", "example")
    assert (done.code, done.out) == (0, EXAMPLE)


@pytest.mark.soak
def test_a_slip_in_the_file_is_told_at_the_start(due_home: Path, start: Start) -> None:
    (due_home / "schedule.toml").write_text(JOB.format(name="mail", action="mail"))
    for command in ("run", "tick", "status"):
        code, _, err = ended(start(command, home=due_home))
        assert code == 2
        assert "job 'mail': 'mail' is not a valid action" in err


@pytest.mark.soak
def test_who_may_not_do_what_a_job_does_is_told(due_home: Path, start: Start) -> None:
    users = f'[users]\n"{find_process_account()}" = "reader"\n'
    (due_home / "duediligence.toml").write_text(users)
    code, _, err = ended(start("tick", home=due_home))
    assert code == 3
    assert "mail: failed" in err


@pytest.mark.soak
def test_no_screening_beside_settings_that_are_not_read(due_home: Path, start: Start) -> None:
    """A file in the working folder that would decide: exit 2 where there is a screening to do."""
    left = due_home.parent / "duediligence.toml"
    left.write_text("max_age_days = { un = 9999 }\n")
    (due_home / "schedule.toml").write_text(JOB.format(name="screening", action="re-screen"))
    for command in ("tick", "run"):
        code, _, err = ended(start(command, home=due_home))
        assert code == 2
        assert f"{left} is not used, but holds max_age_days" in err
    assert rows(due_home) == []
    (due_home / "schedule.toml").write_text(JOB.format(name="mail", action="digest"))
    _, _, err = ended(start("tick", home=due_home))
    assert f"{left} is not used" in err
    assert [result for result, _ in rows(due_home)] == ["failed"], "it ran; nobody is set up"
    left.unlink()
    (due_home / "schedule.toml").write_text(JOB.format(name="screening", action="re-screen"))
    assert ended(start("tick", home=due_home))[0] == 0
