"""The log for IT: each door writes a line to it, and what people typed or named is never in it."""

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Final

import pytest
from starlette.testclient import TestClient

from duediligence.logs import HOME_LOG, LOG_FOLDER
from duediligence.progress import Progress
from duediligence.screening.workspace import Workspace
from duediligence.web.jobs import JobDone
from duediligence.web.people import Viewer
from duediligence.web.service import Service
from tests.homes import copy_home

from ..cli.conftest import Run, run
from .jobs_awaited import ended
from .programs import token

__all__ = ["run"]
MARK: Final = "zqcanary"
LEAST: Final = 200


class Canaries:
    """Texts that are nowhere else."""

    def __init__(self) -> None:
        self.numbers = count(1)

    def __call__(self) -> str:
        return f"{MARK}{next(self.numbers):04}"


def read_lines(home: Path) -> list[str]:
    """The lines of the log, with those that wait for the end of their minute."""
    HOME_LOG.flush()
    return [
        line
        for path in (home / LOG_FOLDER).iterdir()
        for line in path.read_text("utf-8").splitlines()
        if line
    ]


def test_no_door_lets_a_text_into_the_log(
    service: Service,
    client: TestClient,
    run: Run,
    loaded_home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    new, home = Canaries(), service.home
    monkeypatch.setenv("DUEDILIGENCE_HOME", str(home))
    bearer = {"Authorization": f"Bearer {token(service, 'read', 'write')}"}

    def fails(ws: Workspace, progress: Progress, folder: Path) -> JobDone:
        try:
            int(new())
        except ValueError as error:
            raise ZeroDivisionError(new()) from error

    def run_a_failing_job() -> None:
        job_id = service.jobs.start(Viewer(account=new(), name=new()), "screen", new(), fails)
        assert ended(service, job_id).state == "failed"

    def import_no_workbook() -> None:
        sent = {"file": (f"{new()}.xlsx", f"PK{new()}".encode())}
        assert client.post("/suppliers/import", files=sent, data={new(): new()}).status_code >= 400

    def command_fails(*arguments: str) -> None:
        assert run(*arguments).code not in (0, 1, 3)

    def open_damaged() -> None:
        damaged = copy_home(loaded_home, tmp_path / new())
        (damaged / "casework.db").write_bytes(f"{new()} is no database. ".encode() * 500)
        command_fails("--home", str(damaged), "suppliers", "show", new())
        found = read_lines(damaged)
        assert found
        assert MARK not in "\n".join(found)
        # The console's own again, as in a process of its own.
        HOME_LOG.use_home(home)
        command_fails("suppliers", "show", new())

    doors: dict[str, Callable[[], object]] = {
        "page": lambda: client.get(
            f"/suppliers/{new()}", params={new(): new()}, headers={f"X-{new()}": new()}
        ),
        "no page": lambda: client.get(f"/{new()}", params={"q": new()}),
        "form": lambda: client.post(f"/alerts/{new()}", data={new(): new(), "note": new()}),
        "import": import_no_workbook,
        "API": lambda: client.get(f"/api/v1/suppliers/{new()}?{new()}={new()}", headers=bearer),
        "API, sent": lambda: client.put(
            f"/api/v1/suppliers/{new()}", json={new(): new(), "name": [new()]}, headers=bearer
        ),
        "token": lambda: client.get(
            "/api/v1/suppliers", headers={"Authorization": f"Bearer {new()}"}
        ),
        "job": run_a_failing_job,
        "command": lambda: command_fails("suppliers", "show", new()),
        "file of a command": lambda: command_fails("screen", f"{new()}.csv"),
        "option of a command": lambda: command_fails("screen", f"--{new()}", new()),
        "damaged database": open_damaged,
    }
    silent = []
    for _ in range(6):
        for door, knock in doors.items():
            HOME_LOG.use_home(home)
            before = len(read_lines(home))
            knock()
            if len(read_lines(home)) == before:
                silent.append(door)
    assert next(new.numbers) > LEAST
    assert not silent, sorted(set(silent))
    logged = "\n".join(read_lines(home))
    assert MARK not in logged.casefold()
    exported = tmp_path / "log.jsonl"
    assert run("home", "log", "export", exported).code == 0
    from_page = client.get("/settings/log/file")
    assert from_page.status_code == 200
    for whole in (exported.read_text("utf-8"), from_page.text, client.get("/settings/log").text):
        assert "ZeroDivisionError" in whole
        assert MARK not in whole.casefold()
