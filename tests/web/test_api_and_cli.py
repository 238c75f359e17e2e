"""What the API answers is what the command line prints: the same home, field by field."""

import json
from collections.abc import Iterator
from contextlib import redirect_stdout, suppress
from dataclasses import fields
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from duediligence.casework.tokens import make_token
from duediligence.cli import main
from duediligence.settings import EffectiveSettings, Settings
from duediligence.web.people import Viewer
from duediligence.web.service import Service
from duediligence.web.sign_in.one_pc import OnePC

from ..homes import copy_home
from .api_office import DIFFERS, Json, Program, screened_home, served
from .conftest import PORT

__all__ = ["screened_home"]


class Both:
    """One home, asked by the command line and by the API."""

    def __init__(self, home: Path, program: Program) -> None:
        self.home = home
        self.program = program

    def cli(self, *arguments: str) -> Any:
        """The data that a command prints with --json."""
        printed = StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed), suppress(SystemExit):
            patch.setenv("DUEDILIGENCE_HOME", str(self.home))
            patch.chdir(self.home)
            main([*arguments, "--json"])
        document = json.loads(printed.getvalue() or "{}")
        assert document.get("version") == 1, arguments
        return document["data"]

    def api(self, path: str, **parameters: Any) -> Any:
        """The data of an answer."""
        found: Json = self.program.get(path, **parameters)
        assert found["version"] == 1
        return found["data"]


@pytest.fixture
def both(screened_home: Path, tmp_path: Path) -> Iterator[Both]:
    home = copy_home(screened_home, tmp_path / "home")
    settings = Settings(home=home)
    service = Service(
        EffectiveSettings(settings, {each.name: "a test" for each in fields(settings)})
    )
    service.sign_in = OnePC(PORT)
    with service.workspace(Viewer(account="ada", name="ada")) as ws:
        _, token = make_token(ws, "a test", ["read", "write"])
    with served(service) as office:
        yield Both(home, Program(office.client, token))


def test_suppliers(both: Both) -> None:
    listed = both.cli("suppliers", "list")
    assert both.api("/suppliers", limit=500, people="included") == listed
    shown = both.cli("suppliers", "show", "S001")
    assert both.api("/suppliers/S001", people="included") == shown
    # Without people it has nothing else, and nothing other.
    redacted = both.api("/suppliers/S001")
    assert shown.keys() - redacted.keys() == {"people", "repairs"}
    assert {name: shown[name] for name in redacted} == redacted


def test_alerts(both: Both) -> None:
    listed = both.cli("alerts", "list")
    assert both.api("/alerts", limit=500) == listed
    assert len(listed) > 8
    for people in ([], ["--include-people"]):
        named = "included" if people else "redacted"
        grave = both.cli("alerts", "list", "--severity", "high", "--all", *people)
        assert both.api("/alerts", limit=500, severity="high", all="true", people=named) == grave
        alert_id = grave[0]["id"]
        for path, command in (
            (f"/alerts/{alert_id}", "show"),
            (f"/alerts/{alert_id}/decisions", "history"),
        ):
            assert both.api(path, people=named) == both.cli("alerts", command, alert_id, *people)


def test_a_decision_that_was_made_by_the_api(both: Both) -> None:
    alert_id = both.api("/alerts", limit=500)[-1]["id"]
    choice = {**DIFFERS, "decided": "not sure", "reason": "ASKED"}
    made = both.program("POST", f"/alerts/{alert_id}/decisions", json=choice)
    assert made.status_code == 201, made.text
    (decision,) = both.cli("alerts", "history", alert_id)
    assert (decision["by"], decision["position"]) == ("ada", made.json()["data"]["decision"])
    assert both.api(f"/alerts/{alert_id}/decisions") == [decision]


@pytest.mark.parametrize("people", [["--redact-people"], []])
def test_a_run(both: Both, people: list[str]) -> None:
    run = both.cli("screen", *people)
    named = "redacted" if people else "included"
    assert both.api(f"/runs/{run['id']}", people=named) == run
    flags = both.program(
        "GET", f"/runs/{run['id']}/flags", params={"format": "json", "people": named}
    )
    assert flags.json()["data"] == run


def test_lists(both: Both) -> None:
    assert both.api("/lists") == both.cli("lists", "status")


def test_the_audit_chain(both: Both) -> None:
    told = both.cli("audit", "log", "--last", "20")
    newest_first = both.api("/audit", limit=500)
    assert list(reversed(newest_first))[-20:] == told
