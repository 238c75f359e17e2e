"""A server that is killed in a job says so when started again, and keeps nothing half-done."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from duediligence.casework.verifying import examine
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.store.console import ConsoleStore
from duediligence.web.sign_in.one_pc import new_key

from ..conftest import NOW

ROOT = Path(__file__).parents[2]
ROWS = "name,supplier_ref\n" + "".join(f"Wobblethwaite Number {n} Ltd,W{n}\n" for n in range(40))
# The command itself. Once it serves, a person imports a file and screens it; it is killed once a
# function was called so often in the thread of the jobs.
KILLED = """
import os, signal, sys, threading, time
from importlib import import_module
from duediligence.web import job_kinds, serving
from duediligence.web.people import Viewer
owner = import_module("{module}")
owner = getattr(owner, "{owner}", owner)
real, calls = owner.{method}, []
def method(*args, **options):
    if threading.current_thread().name == "jobs":
        calls.append(1)
        if len(calls) == {number}:
            os.kill(os.getpid(), signal.{by})
            time.sleep(3)
    return real(*args, **options)
owner.{method} = method
serve = serving.serve_on_one_pc
def serve_and_start(service, port, tell):
    def told(address):
        tell(address)
        body = sys.stdin.buffer.read()
        job_kinds.import_file(
            service, Viewer(account="ada", name="Ada"), name="s.csv", body=body, mapping={{}},
            then_screen=True,
        )
        job_kinds.screen_all(service, Viewer(account="ada", name="Ada"))
    serve(service, port, told)
serving.serve_on_one_pc = serve_and_start
from duediligence.cli import main
main(["serve", "--no-browser"])
"""
PLACES = {
    "in a transaction of the import": ("store.casework.suppliers", "", "append", 1, False),
    "while names are compared": ("matching.engine", "Engine", "search_many", 1, True),
    "before the run is stored": ("store.casework.runs", "RunStore", "save", 1, True),
}


def environment(home: Path, folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "DUEDILIGENCE_HOME": str(home),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "PYTHONPATH": str(ROOT),
    }


@contextmanager
def serving(home: Path, folder: Path) -> Iterator[Callable[[str], requests.Response]]:
    """The command `serve`, and what opens a page in a browser that is signed in there."""
    with subprocess.Popen(
        [sys.executable, "-m", "duediligence", "serve", "--no-browser"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=environment(home, folder),
    ) as server:
        try:
            assert server.stdout
            address = next(
                found[0] for line in server.stdout if (found := re.search(r"http://\S+", line))
            )
            with requests.Session() as browser:
                browser.trust_env = False
                with ConsoleStore(home / "console.db") as store:
                    key = new_key(store, datetime.now(UTC))
                own = {"Origin": address.removesuffix("/start")}
                opened = browser.post(address, {"key": key}, headers=own, timeout=60)
                assert opened.status_code == 200, opened.text
                yield lambda path: browser.get(own["Origin"] + path, timeout=60)
        finally:
            server.terminate()


def ended(home: Path, folder: Path, **where: object) -> subprocess.CompletedProcess[str]:
    """The command, once it has ended in the job."""
    where["module"] = f"duediligence.{where['module']}"
    return subprocess.run(
        [sys.executable, "-c", KILLED.format(**where)],
        input=ROWS,
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment(home, folder),
        check=False,
    )


@pytest.mark.soak
@pytest.mark.parametrize(
    "place",
    PLACES,
)
def test_a_server_that_is_killed_in_a_job(place: str, home: Path, tmp_path: Path) -> None:
    module, owner, method, number, imported = PLACES[place]
    killed = ended(
        home, tmp_path, module=module, owner=owner, method=method, number=number, by="SIGKILL"
    )
    assert killed.returncode == -9, killed.stderr
    with ConsoleStore(home / "console.db") as store:
        waiting, running = store.jobs(most=5)
        assert (waiting.state, running.state) == ("waiting", "running")
    with serving(home, tmp_path) as page_at:
        for job in (waiting, running):
            page = page_at(f"/jobs/{job.id}")
            assert "refresh" not in page.headers
            assert "Stopped with the server; nothing half-done was kept." in page.text
        assert "Stopped with the server" in page_at("/jobs").text
    assert not (home / "console" / "jobs").exists()
    with Workspace(Settings(home=home), now=lambda: NOW) as ws:
        # What was imported before the screening began was whole, and is kept.
        assert len(ws.suppliers.all()) == (40 if imported else 0)
        assert ws.runs.started() == {}
        assert not examine(ws).problems


@pytest.mark.soak
@pytest.mark.parametrize("by", ["SIGTERM", "SIGINT"])
def test_a_server_that_is_stopped_ends_its_jobs_itself(by: str, home: Path, tmp_path: Path) -> None:
    stopped = ended(
        home,
        tmp_path,
        module="matching.engine",
        owner="Engine",
        method="search_many",
        number=1,
        by=by,
    )
    assert stopped.returncode == 0, stopped.stderr
    assert "Stopped. What was recorded is kept." in stopped.stderr
    with ConsoleStore(home / "console.db") as store:
        assert [one.state for one in store.jobs(most=5)] == ["lost", "lost"]
    with Workspace(Settings(home=home), now=lambda: NOW) as ws:
        assert ws.runs.started() == {}
        assert not examine(ws).problems
