"""Whatever is loaded, decided, undone and parted: no source is silenced but by its own decision."""

import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from duediligence.casework import queue
from duediligence.casework.deciding import Choice, decide_alert
from duediligence.casework.showing import queue_for
from duediligence.casework.undoing import part_entry, undo
from duediligence.casework.verifying import examine
from duediligence.errors import Forbidden, UsageError
from duediligence.model import PartialDate, Person, Supplier
from duediligence.model.alerts import DECIDED
from duediligence.model.findings import listings_of
from duediligence.screening.alerts.status import in_effect
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from tests.conftest import SAMPLE, SAMPLES
from tests.thorough import is_thorough

LISTS = ("uk-sanctions", "un", "eu", "ofac-sdn", "opensanctions")
FOLDERS = {"ofac-sdn": "ofac"}
PEOPLE = {"Ada": "officer", "Bo": "approver"}
SUPPLIERS = (
    Supplier(ref="S1", name="Al-Zahrun Relief Foundation"),
    Supplier(
        ref="S2",
        name="Bright Sands Home Care Ltd",
        people=(Person("Dragomir Petrosyanov", PartialDate(1968, 3), "director"),),
    ),
)


@pytest.fixture
def ws(open_workspace: Callable[..., Workspace]) -> Workspace:
    workspace = open_workspace(users=PEOPLE)
    workspace.who = "Ada"
    workspace.suppliers.save(SUPPLIERS, file="suppliers.csv", at=workspace.now())
    return workspace


def load(ws: Workspace, folder: Path, *lists: str) -> None:
    brought = folder / "-".join(lists)
    for one in lists:
        name = FOLDERS.get(one, one)
        shutil.copytree(SAMPLES / name, brought / name, dirs_exist_ok=True)
    assert {one.result for one in refresh(ws, lists, folder=brought, terms=SAMPLE)} <= {
        "loaded",
        "unchanged",
    }


def test_a_director_on_many_lists_is_one_alert(ws: Workspace, tmp_path: Path) -> None:
    load(ws, tmp_path, *LISTS)
    screen(ws, Screened(SUPPLIERS[1:]))
    (row,) = queue_for(ws).rows
    assert (row.check_id, row.list_id) == ("SAN-01", "uk-sanctions")
    lists = {alert.first.list_id for alert in queue.alerts(ws)}
    assert lists == {"uk-sanctions", "eu", "ofac-sdn", "opensanctions"}
    assert len(row.also or ()) == len(queue.alerts(ws)) - 1


def test_no_source_is_silenced_by_a_decision_that_was_not_made_on_it(
    ws: Workspace, tmp_path: Path
) -> None:
    random, done = Random(31), Counter[str]()
    load(ws, tmp_path, LISTS[0])
    loaded = [LISTS[0]]
    for step in range(2_000 if is_thorough() else 40):
        ws.who = random.choice(list(PEOPLE))
        found = queue.alerts(ws)
        act = random.choice(("screen", "decide", "decide", "decide", "undo", "part", "load"))
        with suppress(UsageError, Forbidden):
            match act:
                case "screen":
                    screen(ws, Screened(SUPPLIERS))
                case "load" if step % 4 == 0 and len(loaded) < len(LISTS):
                    loaded.append(LISTS[len(loaded)])
                    load(ws, tmp_path, loaded[-1])
                case "decide" if found:
                    choice = Choice(decided=random.choice(DECIDED), reason="OTHER", note="Seen")
                    alert = random.choice(found)
                    decide_alert(ws, alert.id, choice, after=alert.last_decision)
                case "undo" if made := [one for alert in found for one in alert.history]:
                    undo(ws, (one := random.choice(made)).act or one.position)
                case "part" if found and random.random() < 0.2:
                    part_entry(ws, random.choice(found).id)
                case _:
                    continue
            done[act] += 1
        check(ws)
    assert done.keys() >= {"screen", "decide"}
    assert examine(ws).problems == ()


def check(ws: Workspace) -> None:
    """Of each source what was decided is its own; of each party nothing is settled for all that is
    not settled for each.
    """
    events = queue.list_queue_events(ws, queue.WITH_CHECKS)
    for alert in (one for event in events for one in event.alerts):
        own = [one for one in in_effect(alert.history) if one.alert_id == alert.id]
        assert alert.state in ("open", "resolved") or own, alert.state
    parted = ws.casework.parted_entries.pairs()
    for event in events:
        states = {alert.state for alert in event.alerts}
        if event.state in queue.DONE:
            assert states <= set(queue.DONE)
        if "not the same" in states and any(listings_of(one.first) for one in event.alerts):
            assert states == {"not the same"} or event.state != "not the same"
        for one in event.alerts:
            for other in event.alerts:
                assert frozenset((one.first.key[-2:], other.first.key[-2:])) not in parted
