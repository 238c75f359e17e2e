"""What a role grants counts everywhere, from the next request on: restricted records, birth dates,
tokens; and each refusal is on record.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from duediligence.casework import bulk, deciding, showing, suppliers_shown, undoing
from duediligence.casework.runs_shown import run_for
from duediligence.casework.supplier_records import record_of
from duediligence.casework.tokens import ROLE_LASTS, make_token
from duediligence.errors import Forbidden, NotFound, StorageError
from duediligence.extensions.sharing.exchanges.hits import hits_as_json
from duediligence.extensions.sharing.exchanges.status import exchange_log
from duediligence.model import Declaration, Feature, PartialDate
from duediligence.model.audit import Role
from duediligence.model.birth_dates import LEFT_OUT, without_birth_dates
from duediligence.model.facts import (
    firm,
    joined,
    say,
    tag_birth_date,
    tag_private,
    wrap_recorded_text,
)
from duediligence.render.saying import format_text
from duediligence.screening import imports
from duediligence.screening.access import permit
from duediligence.screening.resolution.resolving import supplier_of
from duediligence.settings import FILENAME
from duediligence.store.casework.audit import AuditStore
from duediligence.web.people import Viewer

from .alert_office import Office, Opener
from .conftest import wait_until_ready

USERS: dict[str, Role] = {
    "Rea": "reader",
    "Oda": "officer",
    "Una": "auditor",
    "Kay": "administrator",
}
CHOICE = deciding.Choice(decided="not the same", reason="OTHER", note="Another firm")


@pytest.fixture
def staffed(open_office: Opener) -> Office:
    return open_office(users=USERS, second_decision=())


def dates(value: Any) -> Iterator[PartialDate]:
    """Every date of which a part may be known, however deep in a value."""
    if isinstance(value, PartialDate):
        yield value
    elif isinstance(value, dict):
        yield from dates(tuple(value.values()))
    elif isinstance(value, tuple | list):
        for one in value:
            yield from dates(one)
    elif hasattr(value, "__dataclass_fields__"):
        yield from dates(tuple(getattr(value, name) for name in value.__dataclass_fields__))


def test_a_reader_is_given_no_birth_date_by_any_function(staffed: Office) -> None:
    alert, run = staffed.match("S1").id, staffed.match("S1").first.run_id
    calls = {
        "supplier": lambda ws: supplier_of(ws, "S1"),
        "record": lambda ws: record_of(ws, "S1"),
        "view": lambda ws: suppliers_shown.supplier_for(ws, "S1"),
        "alert": lambda ws: showing.alert_for(ws, alert),
        "queue": lambda ws: showing.queue_for(ws),
        "run": lambda ws: run_for(ws, run),
    }
    for who in ("Rea", "Una"):
        with staffed.workspace(who) as ws:
            given = {name: call(ws) for name, call in calls.items()}
        found = {name for name, value in given.items() if set(dates(value))}
        text = str(given).replace("datetime", "")
        features = [one.name for finding in given["run"].run.findings for one in finding.features]
        (ours,) = (one.ours for one in given["alert"].facts if one.fact == "Date of birth")
        if who == "Rea":
            assert found == set()
            assert ("birth date" in features, ours) == (False, "")
            assert "1968-03" not in str(given["alert"].why) + str(given["view"].described)
        else:
            assert found >= {"supplier", "run"}
            assert ("birth date" in features, ours) == (True, "1968-03")
            assert "1968" in text


def test_a_reader_can_neither_guess_a_birth_date_nor_try_a_decision(staffed: Office) -> None:
    alert = staffed.match("S1").id
    with staffed.workspace("Oda") as ws:
        deciding.decide_alert(ws, alert, CHOICE)
    with staffed.workspace("Rea") as ws:
        (decision,) = showing.alert_for(ws, alert).history
        assert (decision.party_sha256, decision.entry_sha256) == ("", "")
        for ids in ([alert], [staffed.restricted().id]):
            with pytest.raises(Forbidden, match="'Rea' may not decide"):
                bulk.plan(ws, ids, replace(CHOICE, reason="DOB-DIFFERS", note=""))
        for trial in (imports.plan_replacement, imports.preview_suppliers):
            with pytest.raises(Forbidden, match="'Rea' may not import suppliers"):
                trial(ws, Path("suppliers.csv"), mapping={}, sheet="")
    program = Viewer(account="Oda", name="till", by_program=True)
    with (
        staffed.service.workspace(program) as ws,
        pytest.raises(Forbidden, match="may not see restricted records"),
    ):
        bulk.plan(ws, [staffed.restricted().id], CHOICE)


def test_of_a_text_only_what_tells_a_birth_date_goes() -> None:
    month = tag_birth_date(PartialDate(1961, 7))
    text = say("{firm}{born}.", firm=firm("Quill Ltd"), born=say(", born {month}", month=month))
    assert format_text(without_birth_dates(text)) == "Quill Ltd."
    assert without_birth_dates(say("Born {month}", month=month)) == LEFT_OUT
    assert without_birth_dates(wrap_recorded_text("Jo Invented, born July 1961")) == LEFT_OUT
    both = joined(" ", ("Due.", say("At {place}", place=tag_private("B1 1AA"))))
    assert format_text(without_birth_dates(both)) == "Due."
    assert without_birth_dates({"people": [{"name": "Jo", "birth_date": "1961-07"}]}) == {
        "people": [{"name": "Jo", "birth_date": ""}]
    }


def test_what_a_supplier_wrote_of_persons_is_for_who_may_see_birth_dates() -> None:
    """It may be a conviction: UK GDPR art 10."""
    of_person = Declaration(
        supplier_ref="S1",
        question="theft_fraud",
        title="Theft",
        grounds=("PA23-6-4",),
        answer="yes",
        declared_on=date(2026, 6, 1),
        applies_to="connected person",
        details="Mr Dunnock was fined",
    )
    of_itself = replace(of_person, applies_to="supplier", details="We were late")
    seen = without_birth_dates((of_person, of_itself))
    assert [one.details for one in seen] == [LEFT_OUT, "We were late"]
    words = Feature("declared words", "", of_person.details, 0.0, "not known", personal=True)
    assert without_birth_dates((words,)) == ()


def test_a_restricted_alert_is_decided_by_who_may_see_it_and_by_no_program(
    staffed: Office,
) -> None:
    id_ = staffed.restricted().id
    service = staffed.service
    with service.workspace(Viewer(account="Oda", name="till", by_program=True)) as ws:
        for call in (
            lambda: deciding.decide_alert(ws, id_, CHOICE),
            lambda: deciding.decide_many(ws, [deciding.Asked(id_, CHOICE)]),
            lambda: showing.alert_for(ws, id_, restricted=True),
            lambda: showing.queue_for(ws, restricted=True),
        ):
            with pytest.raises(Forbidden, match="A program may not see restricted records"):
                call()
    with staffed.workspace("Oda") as ws:
        decided = deciding.decide_alert(ws, id_, CHOICE)
    with (
        service.workspace(Viewer(account="Oda", name="till", by_program=True)) as ws,
        pytest.raises(Forbidden, match="A program may not"),
    ):
        undoing.undo(ws, decided.position)
    for who in ("Rea", "Una"):
        with (
            staffed.workspace(who) as ws,
            pytest.raises(Forbidden, match=f"'{who}' may not see restricted records"),
        ):
            showing.alert_for(ws, id_, restricted=True)
    assert len(staffed.events("restricted shown")) == 0


def test_exchanges_are_for_who_may_exchange_in_exports_too(staffed: Office) -> None:
    for who in ("Rea", "Una"):
        with staffed.workspace(who) as ws:
            with pytest.raises(Forbidden, match=f"'{who}' may not exchange"):
                exchange_log(ws)
            with pytest.raises(Forbidden, match=f"'{who}' may not ex"):
                hits_as_json(ws, "0000")
    with staffed.workspace("Oda") as ws:
        assert exchange_log(ws) == []
        with pytest.raises(NotFound):
            hits_as_json(ws, "0000")


def test_a_token_by_http_decides_no_restricted_alert(staffed: Office) -> None:
    with staffed.workspace("Oda") as ws:
        key = make_token(ws, "till", ["read", "write"])[1]
    client = staffed.person("Oda")
    address = f"/api/v1/alerts/{staffed.restricted().id}"
    headers = {"Authorization": f"Bearer {key}"}
    body = {"decided": "not the same", "reason": "OTHER", "note": "x", "after": 0}
    for answer in (
        client.get(address, headers=headers),
        client.post(f"{address}/decisions", json=body, headers=headers),
    ):
        assert answer.status_code == 403
    assert staffed.restricted().state == "open"


def test_each_person_and_action_is_recorded_once_a_day_and_no_failure_hides_the_refusal(
    staffed: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        for who, action in (("Rea", "decide"), ("Rea", "screen"), ("Una", "decide")):
            with staffed.workspace(who) as ws, pytest.raises(Forbidden):
                permit(ws, action)  # type: ignore[arg-type]
    said_of = [(one.subject, one.what["action"]) for one in staffed.events("access refused")]
    assert said_of == [("Rea", "decide"), ("Rea", "screen"), ("Una", "decide")]
    with staffed.workspace("Rea") as ws:
        ws.now = lambda: staffed.service.now() + timedelta(days=1)
        for call in (lambda: permit(ws, "decide"), lambda: permit(ws, "decide")):
            with pytest.raises(Forbidden):
                call()
    assert len(staffed.events("access refused")) == 4
    # Also one within a transaction that is rolled back with it.
    with staffed.workspace("Oda") as ws:
        (alert,) = [deciding.decide_alert(ws, staffed.match().id, CHOICE)]
    with staffed.workspace("Oda") as ws:
        ws.who = "Bea"
        ws.settings = replace(ws.settings, users={**USERS, "Bea": "officer"})
        with pytest.raises(Forbidden, match="'Bea' may not decide second"):
            undoing.undo(ws, alert.position)
    assert staffed.events("access refused")[-1].what["action"] == "decide second"

    def fail(*_: object) -> None:
        raise StorageError("the disk is full")

    monkeypatch.setattr(AuditStore, "add_refusal", fail)
    with staffed.workspace("Una") as ws, pytest.raises(Forbidden, match="may not screen"):
        permit(ws, "screen")


def test_a_role_that_was_taken_away_in_the_file_counts_at_the_next_request(
    staffed: Office,
) -> None:
    service, file = staffed.service, staffed.settings.home / FILENAME
    client = staffed.person("Oda")
    with staffed.workspace("Oda") as ws:
        key = make_token(ws, "till", ["match"])[1]
    headers = {"Authorization": f"Bearer {key}"}
    assert client.get("/alerts").status_code == 200
    wait_until_ready(client)
    assert client.get("/catalog", headers=headers).status_code == 200
    users: dict[str, Role] = {"Kay": "administrator"}

    def reread() -> Any:
        if not file.read_text():
            raise Forbidden("half written")
        return replace(service.resolved, settings=replace(service.settings, users=users))

    service.reread = reread
    file.write_text("")  # what cannot be read takes nobody's role away
    assert client.get("/alerts").status_code == 200
    file.write_text("[users]\n")
    assert client.get("/alerts").status_code == 403
    refused = client.get("/catalog", headers=headers)
    assert refused.status_code == 403
    assert "'Oda' may not read: no role is given" in refused.json()["detail"]
    users["Oda"] = "reader"
    file.write_text("[users]\n# again\n")
    assert client.get("/alerts").status_code == 200


def test_a_role_of_sign_in_in_a_token_follows_the_last_sign_in_and_ends_after_it(
    open_office: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A token is looked up again after a second; here at once.
    monkeypatch.setattr("duediligence.web.api.callers._KNOWN_SECONDS", 0)
    office = open_office()
    office.service.sign_in.alone = False  # type: ignore[misc]
    client = office.person("Ida", "officer")
    with office.workspace("Ida", "officer") as ws:
        key = make_token(ws, "till", ["match"], role="officer")[1]
    headers = {"Authorization": f"Bearer {key}"}

    def asked() -> int:
        return client.get("/catalog", headers=headers).status_code

    wait_until_ready(client)
    with office.service.console() as store:
        (token,) = store.tokens()
    assert (token.role, token.role_at, asked()) == ("officer", token.made, 200)
    begun = office.service.now()
    office.service.now = lambda: begun + ROLE_LASTS + timedelta(seconds=1)
    assert asked() == 403
    office.service.now = lambda: begun
    with suppress(StorageError):
        office.session("Ida", "auditor")
    with office.service.console() as store:
        assert store.tokens()[0].role == "auditor"
    assert client.get("/audit").status_code == 200, "in the other session, too"
    office.session("Ida", None)
    assert asked() == 403
    assert client.get("/alerts").status_code == 403
