"""Decisions in the console: nothing is preset, nothing typed is lost, and one of many wins."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from duediligence.casework.deciding import REASONS, Choice, decide_alert
from duediligence.casework.queue import Filters
from duediligence.casework.showing import alert_for, queue_for
from duediligence.casework.verifying import verify
from duediligence.model.alerts import DECIDED, Alert
from tests.rows import for_each

from .alert_office import MARKERS, Office, Opener, Page, get, post

EVERY = ("critical", "high", "medium", "low")
TYPED = "Rang them on Monday.\n<b>Two</b> \u202elines & =1+1"


def second_page(client: TestClient, alert: Alert, decided: str) -> Page:
    return get(client, f"/alerts/{alert.id}/decision?chosen=yes&decided={decided}&after=0")


def record(client: TestClient, alert: Alert, **values: str) -> Page:
    filled = {"step": "record", "after": str(alert.last_decision), "reason": "OTHER", **values}
    return post(client, f"/alerts/{alert.id}/decision", **filled)


def test_only_what_may_be_decided_is_offered_and_none_is_preset(office: Office) -> None:
    client = office.person("Ada")
    for alert in office.alerts():
        page = get(client, f"/alerts/{alert.id}/decision")
        offered = [one.get("value") for one in page.main("input[@name='decided']")]
        with office.workspace() as ws:
            view = alert_for(ws, alert.id, restricted=True)
        assert offered == [one.replace(" ", "-") for one in view.may_become]
        assert "decided" not in page.fields()
        for decided in offered:
            fields = second_page(client, alert, decided).fields()
            assert "reason" not in fields
            assert "factors" not in fields
            assert set(fields["ground"]) == {""}
    refused = get(client, f"/alerts/{office.match().id}/decision?chosen=yes&decided=mitigated")
    assert refused.title.startswith("Error: ")
    assert refused.errors() == [("#decided", "'mitigated' cannot be decided now.")]
    nothing = get(client, f"/alerts/{office.match().id}/decision?chosen=yes")
    assert nothing.errors() == [("#decided", "Select what you decide.")]


def test_a_reason_that_the_facts_contradict_is_not_offered_but_explained(office: Office) -> None:
    alert = office.match("S1")
    page = second_page(office.person("Ada"), alert, "not-the-same")
    offered = [one.get("value") for one in page.main("input[@name='reason']")]
    assert "DOB-DIFFERS" not in offered
    assert "OTHER" in offered
    assert "the dates of birth agree, as far as both are known" in page.text
    told = " ".join(page.text.split())
    assert all(meaning in told for meaning in REASONS["not the same"].values())
    sent = record(office.person("Ada"), alert, decided="not the same", reason="DOB-DIFFERS")
    assert sent.status == 422
    assert "the reason DOB-DIFFERS cannot be given" in sent.errors()[0][1]
    assert sent.errors()[0][0] == "#reason"


def test_a_decision_is_looked_at_before_it_is_recorded(office: Office) -> None:
    client, alert = office.person("Ada"), office.match()
    values = {
        "decided": "confirmed risk",
        "reason": "RISK",
        "note": TYPED,
        "after": "0",
        "ground": "PA23-7-11",
        "factors": ["a", "d"],
        "invited-day": "3",
        "invited-month": "11",
        "invited-year": "2026",
        "contract": "RFQ 12",
    }
    address = f"/alerts/{alert.id}/decision"
    check = post(client, address, step="check", **values)
    assert check.status == 200
    told = check.described()
    assert told["Decision"] == ["confirmed risk"]
    assert told["Factors considered"] == ["a, d"]
    assert told["Representations invited"] == ["3 November 2026"]
    assert told["The alert is then"] == ["confirmed risk"]
    assert "It is valid until" in check.text
    assert not office.match().history
    changed = post(client, address, step="change", **values)
    assert changed.fields()["note"] == [TYPED]
    assert changed.fields()["factors"] == ["a", "d"]
    assert changed.fields()["invited-year"] == ["2026"]
    fields = {name: sent for name, sent in check.fields().items() if name}
    done = post(client, address, **{**fields, "step": "record"})
    assert "Recorded." in done.text
    (following,) = done.main("p[starts-with(., 'Next: ')]/a")
    assert following.get("href") not in ("", f"/alerts/{alert.id}")
    assert get(client, following.get("href")).status == 200
    assert f"{alert.label}: confirmed risk." in done.text
    (decision,) = office.match().history
    assert (decision.by, decision.decided, decision.reason) == ("Ada", "confirmed risk", "RISK")
    assert decision.considered.factors == ("a", "d")
    assert decision.considered.contract == "RFQ 12"
    assert decision.considered.ground.startswith("PA23-7-11@")
    assert str(decision.considered.representations_invited) == "2026-11-03"
    assert "<b>Two</b>" in done.text, "as words"
    assert not done.main("b")


@for_each(
    ("values", "field", "words"),
    [
        ({"reason": ""}, "reason", "A reason is needed for 'same'."),
        ({"reason": "NO-SUCH"}, "reason", "'NO-SUCH' is not a valid reason for 'same'."),
        ({"note": ""}, "note", "The reason OTHER needs a note."),
        ({"note": "x" * 2001}, "note", "The note has 2,001 characters; the maximum is 2,000."),
        ({"ground": "PA23-9-9"}, "", "'PA23-9-9' is not the code of an exclusion ground."),
        (
            {"invited-day": "31", "invited-month": "2", "invited-year": "2026"},
            "invited-day",
            "The day representations were invited must be a real date, such as 24 11 2026.",
        ),
        (
            {"notice-day": "3"},
            "notice-month",
            "The day of the exclusion notice must include a month and a year.",
        ),
    ],
)
def test_an_error_is_beside_its_field_and_nothing_typed_is_lost(
    office: Office, values: Mapping[str, str], field: str, words: str
) -> None:
    alert = office.match()
    sent = {"decided": "same", "reason": "OTHER", "note": TYPED, "contract": "RFQ 12", **values}
    page = post(
        office.person("Ada"), f"/alerts/{alert.id}/decision", step="check", after="0", **sent
    )
    assert page.status >= 400
    assert page.title.startswith("Error: ")
    assert (f"#{field}" if field else "", words) in page.errors()
    for name in ("note", "contract"):
        assert page.fields()[name] == [sent[name]]
    if field:
        wrong = page.tree.get_element_by_id(field)
        described = wrong.get("aria-describedby") or next(
            one.get("aria-describedby") or "" for one in wrong.iterancestors("fieldset")
        )
        message = page.tree.get_element_by_id(
            next(one for one in described.split() if one.endswith("-error"))
        )
        assert words in " ".join(message.text_content().split())
    assert not office.match().history


def test_a_conflict_says_who_decided_what_and_keeps_the_text(office: Office) -> None:
    client, alert = office.person("Ada"), office.match()
    with office.workspace("Bo") as ws:
        decide_alert(ws, alert.id, Choice(decided="same", reason="SUPPLIER-SAYS"))
    for step in ("check", "record"):
        page = record(client, alert, decided="not the same", note=TYPED, step=step)
        assert page.status == 409
        assert page.title.startswith("Error: ")
        assert "Bo decided 'same' (SUPPLIER-SAYS)" in page.errors()[0][1]
        assert page.fields()["note"] == [TYPED]
        assert page.fields()["reason"] == ["OTHER"]
    assert [one.by for one in office.match().history] == ["Bo"]
    # What was decided was seen now, so that the same form can be sent again.
    again = record(
        client, alert, decided="not the same", note=TYPED, after=page.fields()["after"][0]
    )
    assert "Recorded." in again.text
    assert [one.by for one in office.match().history] == ["Bo", "Ada"]


def test_of_24_at_once_one_decides_and_the_others_keep_their_text(office: Office) -> None:
    alert = office.match()
    client = office.person("Ada")
    start = Barrier(24)

    def decide(number: int) -> Page:
        start.wait()
        return record(client, alert, decided="not sure", note=f"Text {number}")

    with ThreadPoolExecutor(24) as threads:
        pages = list(threads.map(decide, range(24)))
    assert sorted(page.status for page in pages) == [200] + [409] * 23
    (decision,) = office.match().history
    for number, page in enumerate(pages):
        if page.status == 409:
            assert page.fields()["note"] == [f"Text {number}"]
            assert f"Text {number}" != decision.note
    with office.workspace() as ws:
        assert verify(ws) is None


def test_a_second_person_is_asked_for_before_and_after(open_office: Opener) -> None:
    office = open_office(second_decision=EVERY)
    alert = office.match()
    ada, bo = office.person("Ada"), office.person("Bo")
    asked = get(ada, f"/alerts/{alert.id}/decision")
    assert "takes effect when a second person records the same one" in asked.text
    check = record(ada, alert, decided="same", note="Yes", step="check")
    assert check.described()["The alert is then"] == ["awaiting second decision"]
    assert "takes effect when a second person records the same decision" in check.text
    done = record(ada, alert, decided="same", note="Yes")
    assert "awaiting second decision. It takes effect when a second person" in done.text
    now = office.match()
    page = get(bo, f"/alerts/{alert.id}/decision")
    assert (
        "You are the second person. Ada decided: same (another reason, given in the note)."
        in page.text
    )
    disagreed = record(bo, now, decided="not the same", note="No", step="check")
    assert "You disagree, so nothing is settled" in disagreed.text
    agreed = record(bo, now, decided="same", note="Yes")
    assert "same. It is valid until" in agreed.text
    assert office.match().state == "same"


def test_a_blind_second_person_learns_nothing_until_they_have_decided(open_office: Opener) -> None:
    office = open_office(second_decision=EVERY, blind_second=True)
    alert = office.match()
    ada, bo = office.person("Ada"), office.person("Bo")
    record(ada, alert, decided="same", reason="SUPPLIER-SAYS", note="Phoned the director")
    hidden = ("Phoned", "SUPPLIER-SAYS", "Ada decided")
    seen = [
        get(bo, "/alerts"),
        get(bo, f"/alerts/{alert.id}"),
        get(bo, f"/alerts/{alert.id}/decision"),
        second_page(bo, alert, "not-the-same"),
        get(bo, f"/entries/{alert.first.list_id}/{alert.first.entry_id}"),
    ]
    after = get(bo, f"/alerts/{alert.id}/decision").fields()["after"][0]
    texts = {}
    for decided in ("same", "not the same", "not sure"):
        check = record(bo, alert, decided=decided, note="Mine", step="check", after=after)
        assert check.status == 200
        seen.append(check)
        texts[decided] = check.source.replace(f">{decided}<", "").replace(f'"{decided}"', "")
        assert "The alert is then" not in check.described()
    assert len(set(texts.values())) == 1, "whether both agree does not show before"
    for page in seen:
        assert not any(word in page.text for word in hidden)
    assert "not shown until" in seen[2].text
    done = record(bo, alert, decided="not the same", note="Mine", after=after)
    assert "You disagree, so nothing is settled (Ada: same and Bo: not the same)" in done.text
    # Who had looked before the second decision is not shown the first one by a conflict either.
    late = record(office.person("Cy"), alert, decided="same", note="Late", after=after)
    assert late.status == 409
    assert not any(word in late.errors()[0][1] for word in ("same", "SUPPLIER-SAYS"))


@pytest.mark.parametrize(
    ("role", "needed"), [("auditor", "officer"), ("reader", "officer"), ("officer", "approver")]
)
def test_who_may_not_decide_is_told_which_role_is_needed(
    open_office: Opener, role: str | None, needed: str
) -> None:
    users = {"Bo": "administrator", **({"Ada": role} if role else {})}
    office = open_office(users=users, second_decision=EVERY)
    alert = office.match()
    if role == "officer":
        record(office.person("Bo"), alert, decided="same", note="Yes")
        alert = office.match()
    client = office.person("Ada")
    page = get(client, f"/alerts/{alert.id}/decision")
    assert page.status == 200
    assert f"It needs the role {needed}" in page.text
    assert not page.main("input[@name='decided']")
    for step in ("check", "record"):
        sent = record(client, alert, decided="same", note=TYPED, step=step)
        assert sent.status == 403
        assert f"It needs the role {needed}" in sent.text
        assert sent.fields()["note"] == [TYPED]
    assert len(office.match().history) == (1 if role == "officer" else 0)


def test_an_own_decision_is_undone_after_a_question(office: Office) -> None:
    client, alert = office.person("Ada"), office.match()
    done = record(client, alert, decided="not the same", note="Another firm")
    (address,) = (one for one in done.links() if "/undo/" in one)
    assert not [
        one for one in get(office.person("Bo"), f"/alerts/{alert.id}").links() if "undo" in one
    ]
    asked = get(client, address)
    assert asked.title.startswith("Undo 1 decision?")
    assert "not the same (another reason, given in the note)" in asked.text
    assert office.match().state == "not the same"
    undone = post(client, address, note="The wrong entry")
    assert "Undone: 1 decision." in undone.text
    assert office.match().state == "open"
    assert [one.decided for one in office.match().history] == ["not the same", "withdrawn"]
    assert "undid decision" in undone.text.casefold()
    assert post(client, address).status == 409
    of_another = address.replace(alert.id, office.match("S1").id)
    assert get(client, of_another).status in (404, 409)
    assert get(client, f"/alerts/{alert.id}/undo/x").status == 404


def test_all_sources_that_were_shown_are_decided_at_once(open_office: Opener) -> None:
    office = open_office(users={"Ada": "officer"}, second_decision=())
    client, alert = office.person("Ada"), office.match("S1")
    address = f"/alerts/{alert.id}/decision"
    sent = {"decided": "not sure", "reason": "ASKED", "after": "0"}
    check = post(client, address, step="check", **sent)
    fields = {name: value for name, value in check.fields().items() if name}
    number = len(fields["source"])
    assert number == len(check.described()["Sources that wait"][0].split("; ")) > 1
    assert f"Record it for all {number} sources shown" in check.text
    seen = {**fields, "step": "all"}
    fewer = post(client, address, **{**seen, "source": fields["source"][1:]})
    assert (fewer.status, "other sources wait than those that you saw" in fewer.text) == (409, True)
    assert f"Decided 'not sure': {number} alerts." in post(client, address, **seen).text
    assert {one.state for one in office.alerts() if one.supplier_ref == "S1"} >= {"not sure"}
    assert post(client, address, **seen).status == 409, "decided meanwhile"


def test_several_are_decided_with_their_sources_on_other_lists(open_office: Opener) -> None:
    office = open_office(users={"Ada": "officer"}, second_decision=())
    client, alert = office.person("Ada"), office.match("S1")
    chosen = {"alert": [alert.id], "decided": "not-sure", "reason": "ASKED"}
    check = post(client, "/alerts/several", step="check", **chosen)
    fields = {name: value for name, value in check.fields().items() if name}
    others = fields["sources"][0].split()
    assert "Record them for all sources of these parties" in check.text
    number = "1 further source" if len(others) == 1 else f"{len(others)} further sources"
    assert f"{number} of the same parties, not decided with them: " in check.text
    fewer = {**fields, "sources": " ".join(others[1:]), "step": "all"}
    assert post(client, "/alerts/several", **fewer).status == 409
    assert not any(one.history for one in office.alerts())
    assert post(client, "/alerts/several", **{**fields, "step": "all"}).status == 200
    decided = {one.id for one in office.alerts() if one.state == "not sure"}
    assert decided >= {alert.id, *(one.partition(":")[0] for one in others)}


def test_an_entry_is_said_to_be_another_party_by_two(open_office: Opener) -> None:
    office = open_office(users={"Ada": "officer", "Bo": "approver"}, second_decision=EVERY)
    alert = office.match("S1")
    page = get(office.person("Ada"), f"/alerts/{alert.id}")
    assert "one party by the same full name and birth date" in page.text
    said = post(office.person("Ada"), f"/alerts/{alert.id}/part")
    assert "once a second person says so" in said.text
    assert "Ada said that this entry is another party; a second person must agree" in said.text
    done = post(office.person("Bo"), f"/alerts/{alert.id}/part")
    assert "is another party than" in done.text
    assert "one party by" not in done.text
    assert post(office.person("Bo"), f"/alerts/{alert.id}/part").status == 409


def test_a_restricted_alert_can_be_decided_without_being_shown(office: Office) -> None:
    client, alert = office.person("Ada"), office.restricted()
    pages = [
        get(client, f"/alerts/{alert.id}/decision"),
        second_page(client, alert, "not-the-same"),
        record(client, alert, decided="not the same", note="Another shop", step="check"),
        record(client, alert, decided="not the same", note="Another shop"),
    ]
    assert [page.status for page in pages] == [200] * 4
    for page in pages:
        assert not any(marker in page.source for marker in MARKERS)
    assert office.events("restricted shown") == []
    assert office.restricted().state == "not the same"


def test_all_alerts_of_an_entry_are_decided_after_a_look(office: Office) -> None:
    client, alert = office.person("Ada"), office.match("S1")
    entry = (alert.first.list_id, alert.first.entry_id)
    address = f"/entries/{quote(entry[0])}/{quote(entry[1], safe='')}"
    assert f"{address}/decision" in get(client, address).links()
    form = get(client, f"{address}/decision")
    assert "reason" not in form.fields()
    assert post(client, f"{address}/decision", step="check").errors()[0][0] == "#reason"
    values = {"reason": "OTHER", "note": TYPED, "step": "check"}
    check = post(client, f"{address}/decision", **values)
    waiting = [one for one in office.alerts(entry=entry) if one.state == "open"]
    assert f"{len(waiting)} alerts of {'/'.join(entry)}, about 2 suppliers" in check.text
    assert len(check.described()["Suppliers"]) in (1, 2)
    assert all(one.state == "open" for one in waiting)
    fields = {name: sent for name, sent in check.fields().items() if name}
    done = post(client, f"{address}/decision", **{**fields, "step": "record"})
    assert f"Decided 'not the same': {len(waiting)} alerts." in done.text
    now = office.alerts(entry=entry)
    assert {one.state for one in now} == {"not the same"}
    assert len({one.history[-1].act for one in now}) == 1, "recorded as one act"
    with office.workspace() as ws:
        assert verify(ws) is None


def test_one_reason_is_refused_for_unequal_facts_and_each_group_can_be_decided(
    office: Office,
) -> None:
    client = office.person("Ada")
    ids = [office.match("S1").id, office.match("S3").id]
    values = {"alert": ids, "reason": "OTHER", "note": "Not ours", "step": "check"}
    page = post(client, "/alerts/several", **values)
    assert page.status == 409
    assert "The facts behind OTHER differ among these 2 alerts." in page.text
    forms = page.main("form")
    assert len(forms) == 2
    first = {
        name: [one.get("value") for one in forms[0].xpath(f"input[@name='{name}']")]
        for name in ("alert", "facts", "reason", "note")
    }
    check = post(client, "/alerts/several", step="check", **first)
    assert check.status == 200
    assert "1 alert" in check.text
    assert not any(one.history for one in office.alerts())


def test_several_that_somebody_decided_meanwhile_are_refused_together(office: Office) -> None:
    client = office.person("Ada")
    with office.workspace() as ws:
        rows = [row for row in queue_for(ws, Filters(supplier="S1")).rows if not row.withheld]
    ids = [row.id for row in rows if row.check_id == "SAN-03"][:2] or [office.match("S1").id]
    values = {"alert": ids, "reason": "OTHER", "note": TYPED, "step": "check"}
    check = post(client, "/alerts/several", **values)
    assert check.status == 200, check.text
    with office.workspace("Bo") as ws:
        decide_alert(ws, ids[0], Choice(decided="same", reason="SUPPLIER-SAYS"))
    fields = {name: sent for name, sent in check.fields().items() if name}
    page = post(client, "/alerts/several", **{**fields, "step": "record"})
    assert page.status == 409
    assert page.fields()["note"] == [" ".join(TYPED.split("\n"))] or page.fields()["note"] == [
        TYPED
    ]
    assert [one.by for one in office.alerts(supplier="S1") for one in one.history].count("Ada") == 0
    assert post(client, "/alerts/several").status == 422


def test_every_decision_there_is_has_its_reasons_on_a_page(office: Office) -> None:
    client, alert = office.person("Ada"), office.match()
    record(client, alert, decided="same", note="Yes")
    now = office.match()
    offered = [
        one.get("value")
        for one in get(client, f"/alerts/{now.id}/decision").main("input[@name='decided']")
    ]
    assert offered == [one.replace(" ", "-") for one in DECIDED]
    for decided in DECIDED:
        page = second_page(client, now, decided.replace(" ", "-"))
        assert all(meaning in page.text for meaning in REASONS[decided].values())
