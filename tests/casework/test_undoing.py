"""Decisions recorded together, and taken back together: nothing is removed, and all follows."""

import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from duediligence.casework import queue
from duediligence.casework.deciding import (
    Act,
    Asked,
    Choice,
    NotAllDecided,
    decide,
    decide_many,
)
from duediligence.casework.undoing import undo
from duediligence.casework.verifying import verify
from duediligence.delivery import digest
from duediligence.delivery.pack.making import PackRequest, make
from duediligence.delivery.pack.verifying import verify_pack
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import Conflict, Forbidden, NotFound, UsageError
from duediligence.model import PartialDate, Person, Supplier
from duediligence.model.alerts import Alert
from duediligence.render.wording import reopened_words
from duediligence.screening.alerts import projection
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace

Open = Callable[..., Workspace]
SUPPLIERS = (
    Supplier(ref="S1", name="Volkhar Maritime UK Ltd"),
    Supplier(
        ref="S3",
        name="Bright Sands Home Care Ltd",
        people=(Person("Dragomir Petrosyanov", PartialDate(1968, 3), "director"),),
    ),
)
ANOTHER = Choice(decided="not the same", reason="OTHER", note="Another firm")
UNSURE = Choice(decided="not sure", reason="ASKED")


class House:
    """A home with some alerts, in which several people decide, a day after each other."""

    def __init__(self, open_workspace: Open, home: Path) -> None:
        self.open, self.home, self.day = open_workspace, home, 0
        with self.by("Ada") as ws:
            screen(ws, Screened(SUPPLIERS))

    def by(self, who: str, **settings: Any) -> Workspace:
        self.day += 1
        at = NOW + timedelta(days=self.day)
        ws = self.open(self.home, at=at, **{"second_decision": (), **settings})
        ws.who = who
        return ws


@pytest.fixture
def house(open_workspace: Open, home: Path) -> House:
    return House(open_workspace, home)


def matched(ws: Workspace) -> list[Alert]:
    """The possible matches, each of another comparison."""
    return [one for one in queue.alerts(ws) if one.matched]


def decided_all(ws: Workspace, choice: Choice = ANOTHER) -> Act:
    return decide_many(ws, [Asked(one.id, choice) for one in matched(ws)])


def refused(ws: Workspace, kind: type[UsageError], act: int) -> str:
    before = ws.decisions.digests()
    for dry_run in (True, False):
        with pytest.raises(kind) as caught:
            undo(ws, act, dry_run=dry_run)
    assert ws.decisions.digests() == before
    return caught.value.message


def test_several_decisions_are_one_act_and_undone_as_one(house: House) -> None:
    ws = house.by("Ada")
    before = matched(ws)
    act = decided_all(ws)
    assert len(act.decisions) == len(before) > 1
    assert {one.act for one in act.decisions} == {act.id} == {act.decisions[0].position}
    assert {one.state for one in matched(ws)} == {"not the same"}

    previewed = undo(ws, act.id, dry_run=True)
    assert {one.state for one in matched(ws)} == {"not the same"}
    undone = undo(ws, act.id, note="The wrong list")
    assert undone == previewed
    assert set(undone.alert_ids) == {one.id for one in before}
    after = matched(ws)
    assert {one.state for one in after} == {"open"}
    for alert in after:
        first, second = alert.history
        assert (first.decided, second.decided) == ("not the same", "withdrawn")
        assert (second.withdraws, second.note, second.by) == (
            first.position,
            "The wrong list",
            "Ada",
        )
        assert reopened_words(alert.status.reopened).startswith("the decision was undone on")
    events = [one.event for one in ws.audit.records() if one.event.kind == "decisions undone"]
    assert [(one.subject, one.what["decisions"]) for one in events] == [(str(act.id), len(before))]
    assert not projection.find_differing_alerts(ws)
    assert verify(ws) is None


def test_one_decision_is_an_act_of_its_own(house: House) -> None:
    ws = house.by("Ada")
    first, *_others = matched(ws)
    one = decide(ws, first, ANOTHER)
    assert one.act == 0
    undo(ws, one.position)
    assert {alert.state for alert in matched(ws)} == {"open"}
    # It is decided again as if nobody had.
    again = next(alert for alert in matched(ws) if alert.id == first.id)
    decide(ws, again, ANOTHER)
    assert [alert.state for alert in matched(ws)].count("not the same") == 1


def test_an_earlier_decision_counts_again(house: House) -> None:
    ws = house.by("Ada")
    decided_all(ws, UNSURE)
    act = decided_all(ws)
    undo(ws, act.id)
    assert {one.state for one in matched(ws)} == {"not sure"}
    assert not projection.find_differing_alerts(ws)


def test_what_a_later_decision_followed_stays(house: House) -> None:
    ws = house.by("Ada")
    act = decided_all(ws, UNSURE)
    alert = matched(ws)[0]
    later = decide(ws, alert, ANOTHER)
    said = refused(ws, Conflict, act.id)
    assert f"alert {alert.label}, decision {later.position} by Ada" in said
    # Once that one is undone, it no longer stands in the way.
    undo(ws, later.position)
    undo(ws, act.id)
    assert {one.state for one in matched(ws)} == {"open"}


def test_a_second_persons_decision_is_a_later_one(house: House) -> None:
    two = {"second_decision": ("critical", "high", "medium", "low")}
    act = decided_all(house.by("Ada", **two))
    second = decided_all(house.by("Bo", **two))
    ada = house.by("Ada", **two)
    assert f"decision {second.id} by Bo" in refused(ada, Conflict, act.id)
    bo = house.by("Bo", **two)
    undo(bo, second.id)
    assert {one.state for one in matched(bo)} == {"awaiting second decision"}
    undo(house.by("Ada", **two), act.id)
    assert {one.state for one in matched(house.by("Ada", **two))} == {"open"}


def test_a_blind_first_decision_is_undone_by_its_author_only(house: House) -> None:
    two = {"second_decision": ("critical", "high", "medium", "low"), "blind_second": True}
    act = decided_all(house.by("Ada", **two))
    assert "not shown" in refused(house.by("Bo", **two), Forbidden, act.id)
    undo(house.by("Ada", **two), act.id)


def test_another_persons_decisions_take_an_approver(house: House) -> None:
    users = {"Ada": "officer", "Bo": "officer", "Cy": "approver", "Di": "auditor"}
    act = decided_all(house.by("Ada", users=users))
    assert "decide second" in refused(house.by("Bo", users=users), Forbidden, act.id)
    with pytest.raises(Forbidden, match="may not decide"):
        undo(house.by("Di", users=users), act.id)
    undo(house.by("Cy", users=users), act.id)
    history = matched(house.by("Bo", users=users))[0].history
    assert [(one.by, one.decided) for one in history] == [
        ("Ada", "not the same"),
        ("Cy", "withdrawn"),
    ]


def test_what_is_no_act_is_refused(house: House) -> None:
    ws = house.by("Ada")
    act = decided_all(ws)
    within = act.decisions[1].position
    assert f"from decision {act.id} on" in refused(ws, Conflict, within)
    assert "Unknown decision 999" in refused(ws, NotFound, 999)
    undo(ws, act.id)
    assert "already undid" in refused(ws, Conflict, act.id)
    withdrawn = matched(ws)[0].history[-1].act
    assert "itself undid" in refused(ws, Conflict, withdrawn)


def test_one_refusal_refuses_all_and_names_its_alert(house: House) -> None:
    ws = house.by("Ada")
    first, second, *_ = matched(ws)
    before = ws.audit.head()
    wrong = Choice(decided="mitigated", reason="CONDITIONS")
    asked = [Asked(first.id[:8], ANOTHER), Asked(second.id[:9], wrong), Asked("ffffff", ANOTHER)]
    for dry_run in (True, False):
        with pytest.raises(NotAllDecided) as caught:
            decide_many(ws, asked, dry_run=dry_run)
        assert list(caught.value.refusals) == [second.id[:9], "ffffff"]
        assert "2 of 3 decisions cannot be recorded" in caught.value.message
    with pytest.raises(NotAllDecided, match="given twice"):
        decide_many(ws, [Asked(first.id, ANOTHER), Asked(first.id[:10], ANOTHER)])
    with pytest.raises(UsageError, match="No alert"):
        decide_many(ws, [])
    assert ws.audit.head() == before

    planned = decide_many(ws, [Asked(first.id, ANOTHER)], dry_run=True)
    assert planned.id == 0
    assert planned.decisions[0].alert_id == first.id
    assert ws.audit.head() == before


def test_of_several_each_must_have_been_seen(house: House) -> None:
    decided_all(house.by("Bo"))
    ada = house.by("Ada")
    with pytest.raises(NotAllDecided) as caught:
        decide_many(ada, [Asked(one.id, UNSURE) for one in matched(ada)])
    assert len(caught.value.refusals) == len(matched(ada))
    decide_many(ada, [Asked(one.id, UNSURE, one.last_decision) for one in matched(ada)])
    one = matched(ada)[0]
    late = [Asked(one.id, ANOTHER, one.history[0].position)]
    with pytest.raises(Conflict, match="after what you had seen"):
        decide_many(ada, late)


def test_a_digest_reports_what_is_open_again(house: House, tmp_path: Path) -> None:
    folder = {"digest_folder": tmp_path}
    ws = house.by("Ada", **folder)
    ws.suppliers.save(SUPPLIERS, file="suppliers.csv", at=ws.now())
    act = decided_all(ws)
    digest.send(ws)
    undo(ws, act.id)
    told = digest.send(ws).message
    waiting = [one for one in queue.list_queue_events(ws) if one.lead.matched]
    assert told is not None
    assert told.text.count("; open again") == len(waiting)
    assert digest.send(ws).message is None


@pytest.mark.parametrize("people", [True, False])
def test_a_pack_holds_both_lines_and_verifies(house: House, tmp_path: Path, people: bool) -> None:
    ws = house.by("Ada")
    ws.suppliers.save(SUPPLIERS, file="suppliers.csv", at=ws.now())
    undo(ws, decided_all(ws).id)
    path = tmp_path / "pack.zip"
    make(ws, PackRequest(supplier="S3", people=people), path)
    assert verify_pack(path).exit_code == 0
    with zipfile.ZipFile(path) as pack:
        page = pack.read("report.html").decode()
    assert "not the same (another reason, given in the note)" in page
    assert "withdrawn" in page
    assert "the decision was undone on" in page
