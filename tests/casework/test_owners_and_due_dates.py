"""Who answers for an alert, and until when; asked of the database, and the same in words."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from duediligence.casework import queue
from duediligence.casework.deciding import Choice, decide
from duediligence.casework.owners import assign
from duediligence.casework.queue import Filters, due_days, due_on
from duediligence.casework.showing import AlertRow, queue_for
from duediligence.casework.undoing import undo
from duediligence.casework.verifying import verify
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import Forbidden, Invalid, NotFound, UsageError
from duediligence.model import Address, PartialDate, Person, Supplier
from duediligence.screening.alerts import projection
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

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


class House:
    def __init__(self, open_workspace: Open, home: Path) -> None:
        self.open_workspace, self.home = open_workspace, home
        with self.on(0) as ws:
            screen(ws, Screened(SUPPLIERS))

    def on(self, day: int, who: str = "Ada", **settings: Any) -> Workspace:
        at = NOW + timedelta(days=day)
        ws = self.open_workspace(self.home, at=at, **{"second_decision": (), **settings})
        ws.who = who
        return ws

    def day(self, number: int) -> date:
        return (NOW + timedelta(days=number)).date()


@pytest.fixture
def house(open_workspace: Open, home: Path) -> House:
    return House(open_workspace, home)


def rows(ws: Workspace, **filters: Any) -> dict[str, AlertRow]:
    return {row.id: row for row in queue_for(ws, Filters(**filters), everything=True).rows}


def one(ws: Workspace, ref: str = "S1") -> str:
    """The ID of a possible match that is one alert of one event."""
    return next(
        event.lead.id
        for event in queue.list_queue_events(ws, Filters(supplier=ref))
        if len(event.alerts) == 1 and event.lead.matched
    )


def test_what_nobody_set_has_its_default() -> None:
    known = due_days(Settings(home=Path("x"), due_days={"high": 3}))
    assert known == {"critical": 2, "high": 3, "medium": 20, "low": 60}
    at = date(2026, 11, 20)
    settings = Settings(home=Path("x"))
    assert due_on(settings, "high", at, "open") == date(2026, 11, 25)
    for state in ("mitigated", "not the same", "confirmed risk", "resolved"):
        assert due_on(settings, "high", at, state) is None


def test_the_last_day_still_counts_and_the_filter_says_what_the_rows_say(house: House) -> None:
    for day in (0, 1, 2, 3, 5, 6, 20, 21, 61):
        ws = house.on(day)
        every = rows(ws)
        assert all(row.due for row in every.values())
        late = {id_ for id_, row in every.items() if row.due and row.due < house.day(day)}
        assert {id_ for id_, row in every.items() if row.overdue} == late
        assert rows(ws, overdue=True).keys() == late
    assert late == every.keys()


def test_the_days_of_a_severity_can_be_set(house: House) -> None:
    ws = house.on(1, due_days={"critical": 400, "high": 400, "medium": 400, "low": 400})
    assert {row.due for row in rows(ws).values()} == {house.day(400)}
    assert not rows(ws, overdue=True)


def test_what_is_open_again_is_due_from_then(house: House) -> None:
    id_ = one(house.on(0))
    days: dict[str, Any] = {"due_days": {"critical": 2, "high": 2, "medium": 2, "low": 2}}
    with house.on(3, **days) as ws:
        assert rows(ws)[id_].overdue
        alert = queue.load_alert(ws, id_)
        assert alert
        made = decide(ws, alert, ANOTHER)
        assert rows(ws)[id_].due is None
    # It expires.
    expired = house.on(800, **days)
    assert rows(expired)[id_].due == date(
        house.day(3).year + 1, house.day(3).month, house.day(3).day + 2
    )
    # It is undone.
    with house.on(10, **days) as ws:
        undo(ws, made.position)
        assert rows(ws)[id_].due == house.day(12)
    assert not rows(house.on(12, **days))[id_].overdue
    assert rows(house.on(13, **days))[id_].overdue
    assert not projection.find_differing_alerts(house.on(13, **days))


def test_what_changed_is_due_from_the_first_screening_that_found_it_so(house: House) -> None:
    with house.on(1) as ws:
        id_ = one(ws, "S1")
        alert = queue.load_alert(ws, id_)
        assert alert
        decide(ws, alert, ANOTHER)
    moved = replace(SUPPLIERS[0], address=Address("1 Quay, Ferrowby, ZZ1 1ZZ", "ZZ1 1ZZ"))
    for day, supplier in ((40, SUPPLIERS[0]), (50, moved), (60, moved), (70, moved)):
        with house.on(day) as ws:
            screen(ws, Screened((supplier, SUPPLIERS[1])))
    with house.on(70) as ws:
        row = rows(ws)[id_]
        assert row.reopened
        days = due_days(ws.settings)[row.severity]  # type: ignore[index]
        assert row.due == house.day(50 + days)
        assert not projection.find_differing_alerts(ws)


def test_an_owner_is_set_and_taken_back_and_each_step_is_kept(house: House) -> None:
    ws = house.on(1)
    id_ = one(ws)
    assert not rows(ws, owner="Ada")
    every = rows(ws, owner="").keys()
    assert assign(ws, [id_[:10]], "me").owner == "Ada"
    assert rows(ws, owner="ada").keys() == {id_}
    assert rows(ws, owner="").keys() == every - {id_}
    assert rows(ws)[id_].owner == "Ada"
    assign(ws, [id_], "bo")
    assert not rows(ws, owner="Ada")
    assert rows(ws)[id_].owner == "bo"
    assign(ws, [id_], "nobody")
    assert rows(ws, owner="").keys() == every
    told = [event.event for event in ws.audit.records() if event.event.kind == "alerts assigned"]
    assert [event.what["owner"] for event in told] == ["Ada", "bo", ""]
    assert verify(ws) is None


def test_the_sources_of_one_event_have_one_owner(house: House) -> None:
    ws = house.on(1)
    event = next(event for event in queue.list_queue_events(ws) if len(event.alerts) > 1)
    assigned = assign(ws, [event.lead.id], "me")
    assert set(assigned.alert_ids) == {alert.id for alert in event.alerts}


def test_an_owner_under_an_earlier_id_of_the_alert_stays(house: House) -> None:
    ws = house.on(1)
    id_ = one(ws)
    ws.casework.assignments.assign(["0" * 64], "Ada", ws.now())
    ws.casework.alerts.add_aliases([("0" * 64, id_)], ws.now())
    assert rows(ws, owner="Ada").keys() == {id_}


def test_what_cannot_be_assigned_is_refused_whole(house: House) -> None:
    ws = house.on(1)
    id_ = one(ws)
    for ids, to, kind in (
        ([id_, "ffffff"], "me", NotFound),
        ([], "me", Invalid),
        ([id_], " ", Invalid),
    ):
        with pytest.raises(kind):
            assign(ws, ids, to)
    users = {"Ada": "officer", "Bo": "approver", "Di": "auditor"}
    with pytest.raises(NotFound, match="Unknown account 'cy'"):
        assign(house.on(1, users=users), [id_], "cy")
    with pytest.raises(Forbidden):
        assign(house.on(1, "Di", users=users), [id_], "me")
    assert not rows(house.on(1), owner="Ada")
    assert assign(house.on(1, users=users), [id_], "bo").owner == "Bo"


def test_days_that_cannot_be_are_refused(tmp_path: Path) -> None:
    from duediligence.settings import load_settings

    file = tmp_path / "s.toml"
    file.write_text("due_days = { critical = 0 }\n")
    with pytest.raises(UsageError, match="due_days of critical cannot be 0"):
        load_settings({}, {}, config=file, user_folder=tmp_path, default_home=tmp_path)
