"""What became of lists and registers is recorded, at the latest by the next command that loads."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from duediligence.casework import examination
from duediligence.casework.verifying import verify
from duediligence.demo import SAMPLE_SCALE
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.model.audit import AuditEvent
from duediligence.screening import audit_events
from duediligence.screening.lists.loading import Terms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.registers import load_companies
from duediligence.screening.workspace import Workspace, account

SAMPLE = Terms(scale=SAMPLE_SCALE)

Open = Callable[..., Workspace]
BULK = Path(__file__).parents[2] / "duediligence" / "demo" / "companies_bulk"


def events(workspace: Workspace, subject: str) -> list[AuditEvent]:
    return [one.event for one in workspace.audit.records() if one.event.subject == subject]


def load(workspace: Workspace, folder: Path) -> None:
    for _ in refresh(workspace, ["un"], folder=folder, terms=SAMPLE):
        pass


class Killed(BaseException):
    """As SIGKILL would: nothing that follows is done."""


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Every list or register is swapped in, and the process dies before its event."""

    def die(*_: object, **__: object) -> AuditEvent:
        raise Killed

    monkeypatch.setattr(examination, "MOMENT_SECONDS", 0)
    for name in ("list_refreshed", "list_failed", "register_loaded"):
        monkeypatch.setattr(audit_events, name, die)
    return monkeypatch


def test_each_refresh_and_each_failure_is_recorded(open_workspace: Open, samples: Path) -> None:
    workspace = open_workspace()
    load(workspace, samples)
    load(open_workspace(at=NOW + timedelta(hours=1)), samples)
    for path in (samples / "un").iterdir():
        path.write_bytes(b"<html>moved</html>")
    load(workspace, samples)
    found = events(workspace, "un")
    assert [one.kind for one in found] == [
        "list fetched",
        "list refreshed",
        "list refreshed",
        "list fetched",
        "list refresh failed",
    ]
    assert {one.who for one in found} == {workspace.who}
    served = workspace.lists.current()["un"].version
    assert found[0].what["sha256"] == found[1].what["sha256"] == served.sha256
    assert not any("late" in one.what for one in found)


def test_a_refresh_killed_before_its_event_is_recorded_by_the_next(
    open_workspace: Open, samples: Path, killed: pytest.MonkeyPatch
) -> None:
    workspace = open_workspace()
    with pytest.raises(Killed):
        load(workspace, samples)
    served = workspace.lists.current()["un"].version
    assert [one.kind for one in events(workspace, "un")] == ["list fetched"]
    assert "never recorded" in str(verify(workspace))
    killed.undo()
    late = open_workspace(at=NOW + timedelta(days=1))
    # A refresh of another list catches up too.
    for _ in refresh(late, ["uk-sanctions"], folder=samples, terms=SAMPLE):
        pass
    _, event = events(late, "un")
    assert (event.what["version"], event.what["late"]) == (served.version, audit_events.LATE)
    audit_events.catch_up_on_lists(late)
    assert len(events(late, "un")) == 2
    assert verify(late) is None


def test_a_failure_killed_before_its_event_is_recorded_by_the_next(
    open_workspace: Open, samples: Path, killed: pytest.MonkeyPatch
) -> None:
    for path in (samples / "un").iterdir():
        path.write_bytes(b"<html>moved</html>")
    workspace = open_workspace()
    with pytest.raises(Killed):
        load(workspace, samples)
    killed.undo()
    audit_events.catch_up_on_lists(workspace)
    audit_events.catch_up_on_lists(workspace)
    _, event = events(workspace, "un")
    assert (event.kind, event.what["late"]) == ("list refresh failed", audit_events.LATE)


def test_a_register_is_recorded_at_once_or_by_the_next_load(
    open_workspace: Open, killed: pytest.MonkeyPatch
) -> None:
    workspace = open_workspace()
    files = sorted(BULK.glob("*.csv"))
    with pytest.raises(Killed):
        load_companies(workspace, files)
    assert events(workspace, "companies-house") == []
    killed.undo()
    load_companies(open_workspace(at=NOW + timedelta(hours=1)), files)
    first, second = events(workspace, "companies-house")
    assert first.what["late"] == audit_events.LATE
    assert "late" not in second.what
    assert first.what["rows"] == second.what["rows"]


def test_the_account_is_not_what_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    before = account()
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody-else")
    assert account() == before != "somebody-else"


def test_an_account_without_a_name_has_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    pwd = pytest.importorskip("pwd", reason="accounts have numbers on POSIX only")

    def unknown(number: int) -> object:
        raise KeyError(number)

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    assert account().startswith("uid ")
