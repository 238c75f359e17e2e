"""After an upgrade with a new matcher: its run and an alert that it does not match, as pages."""

from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from duediligence.casework.queue import alerts
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.model import Supplier
from duediligence.render import matcher_change
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

from ..conftest import SAMPLE, SAMPLES
from ..matchers import use_matcher
from .alert_office import get

HOUR = timedelta(hours=1)
FIRM = Supplier(ref="S2", name="Volkhar Maritime PLC")


def test_the_run_and_the_alert_say_what_the_new_matcher_changed(
    home: Path, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Workspace(Settings(home=home), now=lambda: NOW) as ws:
        ws.suppliers.save([FIRM], file="s.csv", at=NOW)
        screen(ws, Screened([FIRM]))
        use_matcher(monkeypatch, "next", extra_person=0.2, form=0.3)
    with Workspace(Settings(home=home), now=lambda: NOW + HOUR) as ws:
        assert {one.result for one in refresh(ws, folder=SAMPLES, terms=SAMPLE)} == {"loaded"}
        run = screen(ws, Screened([FIRM]))
        gone = next(one for one in alerts(ws) if one.found == "not matched")
        lines = [matcher_change.headline(run), *matcher_change.list_matcher_changes(run)]
    assert "supplier S2" in lines[1]
    page = get(client, f"/runs/{run.id}").text
    assert all(line in page for line in lines)
    assert "neither side changed, so it stays 'open'" in page
    told = "no longer found because of a new matcher"
    assert told in get(client, "/alerts").text
    assert f"Open; {told}. Neither side changed" in get(client, f"/alerts/{gone.id}").text
