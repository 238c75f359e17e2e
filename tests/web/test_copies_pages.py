"""The step Copies, and a damaged home that offers to bring a copy back."""

import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from duediligence.casework import removing
from duediligence.model import Supplier
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.store.copies import list_copies, make_copy
from duediligence.web import upkeep_jobs
from duediligence.web.service import Service
from tests.cli.conftest import Run
from tests.web.alert_office import Office, get
from tests.web.conftest import NOW, browser, service_over
from tests.web.jobs_awaited import ended, until


def filled(home: Path, *refs: str) -> None:
    with Workspace(Settings(home=home), now=lambda: NOW, who="Ada") as ws:
        suppliers = [Supplier(ref=ref, name=f"Quill {ref} Ltd") for ref in refs]
        ws.suppliers.save(suppliers, file="s.csv", at=NOW)


def damage(home: Path) -> None:
    """Overwrite the head of the database, as another program does."""
    code = "import sys; open(sys.argv[1], 'r+b').write(b'no database at all' * 9)"
    path = str(home / "casework.db")
    subprocess.run([sys.executable, "-W", "ignore", "-c", code, path], check=True)


def sent(service: Service, client: TestClient, name: str) -> str:
    """What the job says that the button starts."""
    answer = client.post(f"/set-up/copies/{name}", follow_redirects=False)
    assert answer.status_code == 303
    return ended(service, answer.headers["location"].rpartition("/")[2]).said


def test_a_damaged_home_offers_to_bring_a_copy_back(tmp_path: Path, run: Run) -> None:
    home = tmp_path / "home"
    filled(home, "S1", "S2")
    name = make_copy(home, "daily", NOW).name
    service = service_over(Settings(home=home))
    with browser(service) as client:
        assert "1 copy in the home" in get(client, "/set-up").text
        damage(home)
        failed = client.get("/suppliers")
        assert failed.status_code == 500
        assert '<a class="govuk-link" href="/set-up/copies">' in failed.text
        told = run("--home", home, "suppliers", "list")
        assert told.code == 4
        assert "duediligence backup bring-back" in told.err
        page = get(client, "/set-up/copies")
        assert "casework.db cannot be read: bring back the newest copy" in page.text
        said = sent(service, client, name)
        assert said.startswith(f"Brought back the copy {name}: its later events could not be read")
        assert client.get("/suppliers").status_code == 200
        assert "cannot be read" not in get(client, "/set-up/copies").text


def test_a_command_brings_the_damaged_home_back(tmp_path: Path, run: Run) -> None:
    home = tmp_path / "home"
    filled(home, "S1")
    make_copy(home, "daily", NOW)
    damage(home)
    assert "S1" not in run("suppliers", "list").out
    assert "Brought back the copy" in run("backup", "bring-back").out
    assert "S1" in run("suppliers", "list").out
    verified = run("audit", "verify")
    assert verified.code == 0
    assert "was brought back on" in verified.out
    assert run("backup", "bring-back", "20200101T000000Z-daily").code == 2


def test_two_administrators_bring_it_back_on_a_server(tmp_path: Path) -> None:
    home = tmp_path / "home"
    filled(home, "S1", "S2")
    name = make_copy(home, "daily", NOW).name
    office = Office(Settings(home=home, console_sign_in="proxy"))
    with office.opened:
        ada = office.person("ada", "administrator")
        bo = office.person("bo", "administrator")
        kit = office.person("kit", "officer")
        damage(home)
        assert kit.post(f"/set-up/copies/{name}").status_code == 403
        for _ in range(2):
            assert sent(office.service, ada, name).startswith("Asked to bring back")
        assert sent(office.service, bo, name).startswith("Brought back")


def test_the_page_says_which_copies_may_hold_what_was_removed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    filled(home, "S1", "S2")
    make_copy(home, "daily", NOW)
    service = service_over(Settings(home=home))
    with Workspace(Settings(home=home), now=lambda: NOW + timedelta(hours=1), who="Ada") as ws:
        removing.remove(ws, ["S1"], dry_run=False)
    with browser(service) as client:
        for address in ("/set-up/copies", "/suppliers/S2/disclosure"):
            text = get(client, address).text
            assert "What was removed may still be in 1 copy in the home, for a week." in text


def test_an_open_console_makes_the_copy_of_the_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep_jobs, "_DUE_SECONDS", 0.01)
    home = tmp_path / "home"
    filled(home, "S1")
    service = service_over(Settings(home=home))
    with browser(service):
        until(lambda: list_copies(home))
        time.sleep(0.1)
        assert [one.why for one in list_copies(home)] == ["daily"]
