"""After an upgrade that judges otherwise: decisions hold, and what differs is said once."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from duediligence.casework import queue
from duediligence.casework.deciding import Choice, decide
from duediligence.casework.verifying import verify
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.model import Repair, Run, Severity, Supplier
from duediligence.model.alerts import Alert
from duediligence.render.run_json import build_run_document
from duediligence.render.scope import list_judgement_lines
from duediligence.screening.alerts import projection
from duediligence.screening.run import screen as screening
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

NUMBER = Supplier(ref="S4", name="Quillhaven", repairs=(Repair("no", "1.2E+07", "", "lost"),))


class Upgraded:
    """A home whose program comes to judge the same facts otherwise."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home, self.monkeypatch, self.hours = home, monkeypatch, 0
        self.opened: list[Workspace] = []
        self.policy = home / "policy.toml"
        self.judge("1", "medium")

    def judge(self, version: str, severity: Severity) -> None:
        self.monkeypatch.setattr(screening, "JUDGEMENT_VERSION", version)
        self.policy.write_text(f'[checks.SUP-02]\nseverity = "{severity}"\n', "utf-8")
        self.hours += 1
        now = NOW + timedelta(hours=self.hours)
        self.ws = Workspace(Settings(home=self.home, policy=self.policy), now=lambda: now)
        self.ws.who = "Ada"
        self.opened.append(self.ws)

    def screen(self, supplier: Supplier = NUMBER) -> Run:
        return screen(self.ws, Screened((supplier,)))

    def alert(self) -> Alert:
        (found,) = (one for one in queue.alerts(self.ws) if one.first.check_id == "SUP-02")
        return found

    def decide(self) -> None:
        decide(self.ws, self.alert(), Choice(decided="mitigated", reason="OTHER", note="Rang"))


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Upgraded]:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    office = Upgraded(home, monkeypatch)
    yield office
    for ws in office.opened:
        ws.__exit__()


def test_a_severity_that_the_version_changed_opens_nothing_and_is_said_once(
    office: Upgraded,
) -> None:
    office.screen()
    office.decide()
    office.judge("2", "high")
    run = office.screen()
    assert (office.alert().state, office.alert().severity) == ("mitigated", "high")
    ((ref, (change,)),) = run.by_judgement.items()
    assert (ref, change.before, change.now, change.state) == ("S4", "medium", "high", "mitigated")
    first, graver = list_judgement_lines(run)
    assert "1 alert (1 with another severity, 0 with other grounds). Decisions hold." in first
    assert ": S4, A number that cannot be read: high, was medium, mitigated" in graver
    assert build_run_document(run)["data"]["by_judgement"][0]["now"] == "high"
    assert office.screen().by_judgement == {}
    assert verify(office.ws) is None
    assert projection.find_differing_alerts(office.ws) == []


def test_what_the_facts_or_the_policy_changed_opens_it_as_ever(office: Upgraded) -> None:
    office.screen()
    office.decide()
    office.judge("2", "high")
    other = Supplier(ref="S4", name="Quillhaven", repairs=(Repair("no", "9.9E+07", "", "lost"),))
    assert office.screen(other).by_judgement == {}
    assert office.alert().state == "open"
    office.decide()
    office.judge("2", "critical")
    office.screen(other)
    assert office.alert().state == "open"


def test_a_severity_that_rises_again_later_opens_it(office: Upgraded) -> None:
    """The first run of the new version sets what the decision is held against from then on."""
    office.screen()
    office.decide()
    office.judge("2", "low")
    office.screen()
    assert office.alert().state == "mitigated"
    office.judge("2", "high")
    office.screen()
    assert office.alert().state == "open"
