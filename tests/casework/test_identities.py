"""One person with two logins is one pair of eyes, also in what was recorded before that was known;
and who signed in somewhere else may do what a role allows, and never everything.
"""

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from duediligence.casework import queue
from duediligence.casework.deciding import Choice, decide, waits_for
from duediligence.casework.owners import assign
from duediligence.casework.queue import Filters, rules_of, shown_to
from duediligence.casework.undoing import undo
from duediligence.delivery.pack.making import PackRequest, make
from duediligence.delivery.pack.verifying import verify_pack
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import Forbidden, UsageError
from duediligence.model import PartialDate, Person, Supplier
from duediligence.model.alerts import Alert
from duediligence.model.audit import ROLES, Role
from duediligence.screening.access import permit
from duediligence.screening.alerts import projection
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import SignedIn, Workspace
from duediligence.settings import FILENAME, Settings, load_settings
from duediligence.settings.identities import Identities

ISSUER = "https://sign-in.example.org/tenant"
LOGIN = f"{ISSUER}|8f3c"
KNOWN = {LOGIN: "ada", "ada.m": "ada"}
SUPPLIER = Supplier(
    ref="S3",
    name="Bright Sands Home Care Ltd",
    people=(Person("Dragomir Petrosyanov", PartialDate(1968, 3), "director"),),
)
ANOTHER = Choice(decided="not the same", reason="OTHER", note="Another person")
EVERY = ("critical", "high", "medium", "low")


class House:
    def __init__(self, home: Path) -> None:
        self.home, self.opened = home, list[Workspace]()

    def by(self, who: str, *, signed_in: SignedIn | None = None, **settings: Any) -> Workspace:
        chosen = Settings(home=self.home, **{"second_decision": EVERY, **settings})
        ws = Workspace(chosen, now=lambda: NOW, who=who, signed_in=signed_in)
        self.opened.append(ws)
        return ws


@pytest.fixture
def house(home: Path) -> Any:
    made = House(home)
    screen(made.by("ada"), Screened((SUPPLIER,)))
    yield made
    for ws in made.opened:
        ws.__exit__()


def matched(ws: Workspace) -> Alert:
    return next(one for one in queue.alerts(ws) if one.matched)


def test_what_is_done_is_recorded_under_the_person(house: House) -> None:
    ws = house.by(LOGIN, identities=KNOWN)
    assert ws.who == "ada"
    assert decide(ws, matched(ws), ANOTHER).by == "ada"
    assert not [one for one in ws.audit.records() if one.event.who in KNOWN]
    (told,) = [
        one.event.what["identities"]
        for one in ws.audit.records()
        if one.event.kind == "setting changed" and "identities" in one.event.what
    ]
    assert LOGIN in str(told), "who is whose login stands in the chain"


@pytest.mark.parametrize("second", [LOGIN, "ada.m", "ada", " ADA.M "])
def test_a_second_login_is_no_second_person(house: House, second: str) -> None:
    first = house.by("ada", identities=KNOWN)
    alert = matched(first)
    decide(first, alert, ANOTHER)
    again = house.by(second, identities=KNOWN)
    waiting = matched(again)
    assert waiting.state == "awaiting second decision"
    assert not waits_for(again, waiting)
    decide(again, waiting, ANOTHER)
    assert matched(again).state == "awaiting second decision"
    other = house.by("bo", identities=KNOWN)
    assert waits_for(other, matched(other))
    decide(other, matched(other), ANOTHER)
    assert matched(other).state == "not the same"


def test_logins_that_were_mapped_later_count_as_one_person_then(house: House) -> None:
    """Two decisions by two logins, settled: until it is known that both are Ada's."""
    decide(ws := house.by("ada"), matched(ws), ANOTHER)
    decide(ws := house.by(LOGIN), matched(ws), ANOTHER)
    assert matched(ws).state == "not the same"
    known = house.by("bo", identities=KNOWN)
    assert matched(known).state == "awaiting second decision"
    assert not projection.find_differing_alerts(known)
    assert matched(house.by("bo")).state == "not the same", "and back, with the setting"


def test_a_blind_first_decision_is_shown_to_its_author_under_any_login(house: House) -> None:
    blind: dict[str, Any] = {"identities": KNOWN, "blind_second": True}
    decide(ws := house.by("ada.m"), matched(ws), ANOTHER)  # before it was mapped
    for who, sees in ((LOGIN, True), ("ada", True), ("bo", False)):
        ws = house.by(who, **blind)
        shown = shown_to(matched(ws), ws.who, rules_of(ws))
        assert (bool(shown.status.decisions), bool(shown.history)) == (sees, sees)
    position = matched(ws).history[0].position
    with pytest.raises(Forbidden, match="is not shown until a second person decides"):
        undo(house.by("bo", **blind), position)
    undo(house.by(LOGIN, **blind), position)


def test_what_one_login_owns_is_the_persons(house: House) -> None:
    ws = house.by("ada.m")
    alert = matched(ws)
    assign(ws, [alert.id], "me")
    assert not queue.alerts(house.by("ada"), Filters(owner="ada"))
    for who in ("ada", LOGIN):
        ws = house.by(who, identities=KNOWN)
        assert alert.id in {one.id for one in queue.alerts(ws, Filters(owner=ws.who))}
    assert alert.id not in {one.id for one in queue.alerts(ws, Filters(owner=""))}
    assert not queue.alerts(ws, Filters(owner="bo"))
    users: dict[str, Role] = {"ada": "approver", "bo": "officer"}
    bo = house.by("bo", identities=KNOWN, users=users)
    assert assign(bo, [alert.id], LOGIN).owner == "ada"


def test_a_pack_holds_who_is_one_person_and_is_derived_again_so(
    house: House, tmp_path: Path
) -> None:
    decide(ws := house.by("ada"), matched(ws), ANOTHER)
    decide(ws := house.by(LOGIN), matched(ws), ANOTHER)
    people = {**KNOWN, "someone.else": "nobody that decided"}
    made = tmp_path / "people.zip"
    make(house.by("bo", identities=people), PackRequest(supplier="S3", people=True), made)
    answer = verify_pack(made)
    assert answer.outcomes
    assert (dict(answer.damaged), answer.differences) == ({}, ())
    with zipfile.ZipFile(made) as pack:
        rules = json.loads(pack.read("manifest.json"))["decision_rules"]
    assert rules["identities"] == {LOGIN: "ada"}, "of those who decided, and nobody else"


def test_a_role_is_the_persons(house: House) -> None:
    users: dict[str, Role] = {"ada": "approver"}
    permit(house.by(LOGIN, identities=KNOWN, users=users), "decide second")
    with pytest.raises(Forbidden):
        permit(house.by(LOGIN, users=users), "decide")


def test_who_signed_in_and_has_no_role_may_do_nothing(house: House) -> None:
    """Also where `users` names nobody, so that one person at a machine may do everything."""
    permit(house.by("ada"), "change settings")
    nobody = house.by("ada", signed_in=SignedIn(None))
    for action in ("read", "decide", "screen", "export", "audit", "change settings"):
        with pytest.raises(Forbidden, match="no role is given"):
            permit(nobody, action)
    with pytest.raises(Forbidden):
        decide(nobody, matched(nobody), ANOTHER)


@pytest.mark.parametrize("role", ROLES)
def test_the_role_of_the_sign_in_service_goes_before_the_settings(house: House, role: Role) -> None:
    users: dict[str, Role] = {"ada": "administrator"}
    given = house.by("ada", signed_in=SignedIn(role), users=users)
    assert given.role == role
    assert house.by("ada", signed_in=SignedIn(None), users=users).role == "administrator"


def test_each_login_leads_to_a_person_directly(tmp_path: Path) -> None:
    for text, said in (
        ('"a" = "b"\n"b" = "c"', "is itself mapped"),
        ('"a" = " "', "identities cannot map"),
        ('" " = "a"', "identities cannot map"),
    ):
        (tmp_path / FILENAME).write_text(f"[identities]\n{text}\n")
        with pytest.raises(UsageError, match=said):
            load_settings({}, {}, default_home=tmp_path)
    (tmp_path / FILENAME).write_text('[identities]\n"a" = "b"\n"b" = "b"\n')
    people = Identities(load_settings({}, {}, default_home=tmp_path).settings.identities)
    assert people.person(people.person("A")) == "b"
    assert set(people.names("b")) == {"a", "b"}
    assert people.only(["a"]) == Identities({"a": "b"})
    assert replace(people, people={}).same("x", " X")
