"""The work at the queue: taking alerts, comments, the second person's share, similar alerts."""

import re
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from duediligence.casework import removing
from duediligence.casework.comments import add_comment, list_comments
from duediligence.casework.deciding import Choice, decide_alert, find
from duediligence.casework.showing import LEFT_OUT, alert_for
from duediligence.casework.subject_access import held
from duediligence.casework.undoing import part_entry
from duediligence.casework.verifying import verify
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import Forbidden

from .alert_office import Office, Opener, get, post

EVERY = ("critical", "high", "medium", "low")
USERS = {"Ada": "officer", "Bo": "approver", "Cy": "administrator", "Di": "reader"}
WRITTEN = '<b>Rang</b> "Dragomira Invented" & =1+1\u202e'


def test_one_press_takes_alerts_from_the_queue_and_from_their_page(office: Office) -> None:
    client, alert = office.person("Ada"), office.match("S3")
    (taking,) = get(client, "/alerts").main("button[@name='to']")
    queued = get(client, "/alerts").main("form[.//button[@name='to']]")[0]
    assert (taking.get("formmethod"), queued.get("action")) == ("post", "/alerts/assign")
    page = post(client, queued.get("action"), to=taking.get("value"), alert=office.match("S1").id)
    assert page.described()["Owner"] == ["Ada"]
    page = get(client, f"/alerts/{alert.id}")
    (form,) = page.main("form[@id='assign-to-me']")
    sent = {one.get("name"): one.get("value") for one in form.xpath("input")}
    taken = post(client, form.get("action"), **sent)
    assert taken.described()["Owner"] == ["Ada"]
    assert not taken.main("form[@id='assign-to-me']"), "it is mine"


def test_a_comment_is_shown_as_words_sealed_and_never_changed(office: Office) -> None:
    client, alert = office.person("Ada"), office.match("S3")
    written = post(client, f"/alerts/{alert.id}/comment", comment=WRITTEN)
    assert WRITTEN.replace("\u202e", "\ufffd") in written.text or WRITTEN in written.text
    assert "<b>Rang" not in written.source
    assert office.match("S3").state == "open"
    empty = post(client, f"/alerts/{alert.id}/comment", comment="  ")
    assert empty.errors()[0][0] == "#comment"
    long = post(client, f"/alerts/{alert.id}/comment", comment="x" * 2001)
    assert long.fields()["comment"] == ["x" * 2001]
    (event,) = office.events("alert commented")
    assert event.subject == alert.id
    assert "Rang" not in str(event.what)
    with office.workspace() as ws:
        assert verify(ws) is None
        assert [one.where for one in held(ws, "Dragomira Invented")] == ["comment"]
        (shown,) = alert_for(ws, alert.id, people="redacted").comments
        assert shown.text == LEFT_OUT
    with closing(sqlite3.connect(office.settings.home / "casework.db")) as db:
        for change in ("UPDATE comments SET text = 'No'", "DELETE FROM comments"):
            with pytest.raises(sqlite3.IntegrityError, match="never changed"):
                db.execute(change)
    with office.workspace() as ws:
        removing.remove(ws, ["S3"], rule="never-a-supplier", dry_run=False)
        assert verify(ws) is None
        assert not held(ws, "Dragomira Invented")


def test_who_may_not_decide_neither_comments_nor_is_offered_to(open_office: Opener) -> None:
    office = open_office(users=USERS)
    client, alert = office.person("Di"), office.match("S3")
    page = get(client, f"/alerts/{alert.id}")
    assert not page.main("form")
    assert post(client, f"/alerts/{alert.id}/comment", comment="Seen").status == 403
    restricted = office.restricted()
    with office.workspace("Bo") as ws:
        add_comment(ws, restricted.id, "Premises closed, says the police")
    page = get(office.person("Cy"), f"/alerts/{restricted.id}")
    assert "police" not in page.text
    with office.workspace("Di") as ws, pytest.raises(Forbidden):
        alert_for(ws, restricted.id)


def test_a_blind_second_person_does_not_read_what_the_first_wrote_since(
    open_office: Opener,
) -> None:
    office = open_office(users=USERS, second_decision=EVERY, blind_second=True)
    alert = office.match("S3")
    with office.workspace("Ada") as ws:
        add_comment(ws, alert.id, "Asked for a passport")
        ws.now = lambda: NOW + timedelta(minutes=1)
        decide_alert(ws, alert.id, Choice(decided="same", reason="SUPPLIER-SAYS"))
        add_comment(ws, alert.id, "It is him")
        ws.now = lambda: NOW + timedelta(minutes=2)
        decide_alert(ws, alert.id, Choice(decided="same", reason="OTHER", note="Passport"))
    for who, read in (("Ada", 2), ("Bo", 1), ("Cy", 1)):
        with office.workspace(who) as ws:
            assert len(list_comments(ws, find(ws, alert.id))) == read
    assert "It is him" not in get(office.person("Bo"), f"/alerts/{alert.id}").text


def test_the_second_persons_share_is_counted_listed_and_said_before_the_press(
    open_office: Opener,
) -> None:
    office = open_office(users=USERS, second_decision=EVERY)
    ada, bo, alert = office.person("Ada"), office.person("Bo"), office.match("S3")
    other = office.match("S1")
    choice = {"decided": "same", "reason": "SUPPLIER-SAYS", "after": "0"}
    who = "It can be made by Bo or Cy."
    for step in (
        get(ada, f"/alerts/{alert.id}/decision"),
        post(ada, f"/alerts/{alert.id}/decision", step="check", **choice),
        get(ada, f"/alerts/several?alert={alert.id}"),
    ):
        assert who in step.text
    post(ada, f"/alerts/{alert.id}/decision", step="record", **choice)
    with office.workspace("Bo") as ws:
        decide_alert(ws, other.id, Choice(decided="same", reason="SUPPLIER-SAYS"))
    assert who in get(ada, f"/alerts/{alert.id}").text
    counted = {"Ada": "0", "Bo": "1", "Cy": "2", "Di": "0"}
    for name, number in counted.items():
        person = office.person(name)
        label = "For you as the second person"
        assert get(person, "/").described()[label] == [number]
        assert len(get(person, "/alerts?second=yes").rows()) == int(number)
    (row,) = get(bo, "/alerts?second=yes").main("a[starts-with(@href, '/alerts/') and bdi]")
    assert row.get("href") == f"/alerts/{alert.id}"


def test_a_second_person_for_some_of_several_alerts_is_said_of_those(open_office: Opener) -> None:
    office = open_office(users=USERS, second_decision=("critical",))
    grave = office.match("S3")
    lesser = next(one for one in office.alerts() if one.severity != grave.severity)
    page = get(office.person("Ada"), f"/alerts/several?alert={grave.id}&alert={lesser.id}")
    assert "About 1 of these 2: The severity is critical" in page.text


def test_similar_alerts_of_one_supplier_are_decided_together_as_anything_that_all_can_be(
    office: Office,
) -> None:
    client = office.person("Ada")
    with office.workspace() as ws:
        part_entry(ws, office.match("S1").id)
    page = get(client, f"/alerts/{office.match('S1').id}")
    (link,) = [one for one in page.links() if one.startswith("/alerts/several")]
    form = get(client, link)
    assert "decided" not in form.fields()
    shown = [one.text_content() for one in form.main("ul[contains(@class, 'bullet')]/li")]
    named = {re.findall(r"\(([^()]+)\)", one)[1] for one in shown}
    assert len(named) == len(shown) > 1, "each by its list"
    ids = form.fields()["alert"]
    assert len(ids) > 1
    assert {one.supplier_ref for one in office.alerts() if one.id in ids} == {"S1"}
    none = get(client, link.replace("choose=yes", "choose=one"))
    assert none.errors() == [("#decided", "Select what you decide.")]
    asked = get(client, link.replace("choose=yes", "decided=not-sure"))
    values = {"alert": ids, "decided": asked.fields()["decided"][0], "reason": "ASKED"}
    check = post(client, "/alerts/several", step="check", **values)
    sent = {name: value for name, value in check.fields().items() if name}
    post(client, "/alerts/several", **{**sent, "step": "record"})
    decided = [one for one in office.alerts() if one.id in ids]
    assert {one.state for one in decided} == {"not sure"}
    assert len({one.history[-1].act for one in decided}) == 1
