"""What becomes of lists and registers is recorded: of lists before anybody sees it."""

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
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.lists.statuses import statuses
from duediligence.screening.registers import load_register
from duediligence.screening.workspace import Workspace, find_process_account

SAMPLE = RefreshTerms(scale=SAMPLE_SCALE)

Open = Callable[..., Workspace]
BULK = Path(__file__).parents[2] / "duediligence" / "demo" / "companies_bulk"


def events(workspace: Workspace, subject: str) -> list[AuditEvent]:
    return [one.event for one in workspace.audit.records() if one.event.subject == subject]


def load(workspace: Workspace, folder: Path) -> None:
    for _ in refresh(workspace, ["un"], folder=folder, terms=SAMPLE):
        pass


class Killed(BaseException):
    """As SIGKILL would: nothing that follows is done."""


def die(*_: object, **__: object) -> AuditEvent:
    raise Killed


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The process dies before any event about a list or register."""
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
        "index built",
        "list refreshed",
        "list fetched",
        "list refresh failed",
    ]
    assert {one.who for one in found} == {workspace.who}
    served = workspace.lists.current()["un"].version
    assert found[0].what["sha256"] == found[1].what["sha256"] == served.sha256
    assert not any("late" in one.what for one in found)


def test_a_refresh_killed_before_its_event_changed_nothing(
    open_workspace: Open, samples: Path, killed: pytest.MonkeyPatch
) -> None:
    workspace = open_workspace()
    with pytest.raises(Killed):
        load(workspace, samples)
    assert not workspace.lists.current()
    assert [one.kind for one in events(workspace, "un")] == ["list fetched"]
    assert verify(workspace) is None


def test_a_refresh_killed_after_its_event_leaves_its_list_unchecked_until_the_next(
    open_workspace: Open, samples: Path, killed: pytest.MonkeyPatch
) -> None:
    killed.undo()
    killed.setattr("duediligence.screening.lists.statuses.MOMENT_SECONDS", 0)
    load(open_workspace(), samples)
    path = samples / "un" / "consolidated.xml"
    path.write_bytes(path.read_bytes() + b"\n")
    workspace = open_workspace(at=NOW + timedelta(hours=1))
    with killed.context() as dying:
        dying.setattr(audit_events, "record_index", die)
        with pytest.raises(Killed):
            load(workspace, samples)
    assert [one.kind for one in events(workspace, "un")][-1] == "list refreshed"
    (status,) = statuses(workspace, ["un"])
    assert (status.version, status.blocks_complete_run) == (None, True)
    assert "a refresh was cut short" in status.reason
    # A refresh of another list does not record what it finds of this one.
    for _ in refresh(workspace, ["uk-sanctions"], folder=samples, terms=SAMPLE):
        pass
    assert statuses(workspace, ["un"])[0].version is None
    load(workspace, samples)
    assert statuses(workspace, ["un"])[0].version == workspace.lists.current()["un"].version
    assert verify(workspace) is None


def test_a_failure_killed_before_its_event_changed_nothing(
    open_workspace: Open, samples: Path, killed: pytest.MonkeyPatch
) -> None:
    for path in (samples / "un").iterdir():
        path.write_bytes(b"<html>moved</html>")
    workspace = open_workspace()
    with pytest.raises(Killed):
        load(workspace, samples)
    assert not workspace.lists.failures()
    assert verify(workspace) is None


def test_a_register_is_recorded_before_it_is_in_service(
    open_workspace: Open, killed: pytest.MonkeyPatch
) -> None:
    workspace = open_workspace()
    files = sorted(BULK.glob("*.csv"))
    with pytest.raises(Killed):
        load_register(workspace, files, "companies")
    assert events(workspace, "companies-house") == []
    assert not workspace.register.versions()
    killed.undo()
    load_register(open_workspace(at=NOW + timedelta(hours=1)), files, "companies")
    (event,) = events(workspace, "companies-house")
    assert event.what["rows"] == workspace.register.versions()["companies-house"].rows


def test_the_account_is_not_what_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    before = find_process_account()
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody-else")
    assert find_process_account() == before != "somebody-else"


def test_an_account_without_a_name_has_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    pwd = pytest.importorskip("pwd", reason="accounts have numbers on POSIX only")

    def unknown(number: int) -> object:
        raise KeyError(number)

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    assert find_process_account().startswith("uid ")
