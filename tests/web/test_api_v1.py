"""The API over what is kept: what each operation answers, and what it refuses."""

import json
import shutil
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from duediligence.casework.supplier_records import SupplierFields
from duediligence.casework.verifying import examine, log
from duediligence.delivery.pack.verifying import verify_bytes
from duediligence.model import ContactKey, Supplier
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from tests.homes import copy_home
from tests.rows import for_each
from tests.whole_words import has_word

from ..conftest import NOW
from .api_office import (
    DEMO,
    DIFFERS,
    ApiOffice,
    Json,
    Program,
    office,
    screened_home,
    served,
    service_of,
)
from .jobs_awaited import ended

__all__ = ["office", "screened_home"]
# A director as a finding has him; an entry of a list spells him as it does.
NAMED = '"subject_name": "Dragomir Petrosyanov"'


def done(office: ApiOffice, program: Program, answer: Any) -> Json:
    """The job that was started, once it has ended."""
    assert answer.status_code == 202, answer.text
    where = answer.headers["Location"]
    job_id = answer.json()["data"]["id"]
    assert where == f"/api/v1/jobs/{job_id}"
    ended(office.service, job_id)
    job: Json = program.get(where.removeprefix("/api/v1"))["data"]
    return job


def refused(answer: Any, status: int, code: str) -> Json:
    """The problem document of a refusal."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: Json = answer.json()
    assert (problem["status"], problem["code"]) == (status, code)
    return problem


def events(office: ApiOffice, kind: str) -> list[Any]:
    with office.open("auditor") as ws:
        return [one.event for one in log(ws, last=1_000) if one.event.kind == kind]


def first_alert(program: Program) -> Json:
    """One that one person can decide alone."""
    found: list[Json] = program.get("/alerts", limit=500)["data"]
    return next(one for one in found if one["severity"] != "critical" and one["entry_id"])


def sound(office: ApiOffice) -> bool:
    with office.open("auditor") as ws:
        return examine(ws).problems == ()


# Suppliers.


def test_suppliers_are_read_page_by_page(office: ApiOffice) -> None:
    program, found, cursor = office.as_(), [], ""
    while True:
        page = program.get("/suppliers", limit=7, cursor=cursor)
        found += [one["ref"] for one in page["data"]]
        if not (cursor := page["next"] or ""):
            break
    every = program.get("/suppliers", limit=500)
    assert found == [one["ref"] for one in every["data"]]
    assert len(found) == 18
    assert every["next"] is None
    assert [one["ref"] for one in program.get("/suppliers", q="volkhar")["data"]] == ["S003"]


@for_each("cursor", ["x", "!!", "W10", "bnVsbA", "WyJhIiwxXQ", "Å", "A" * 2_000, "eyJhIjoxfQ=="])
@for_each("path", ["/suppliers", "/runs", "/alerts", "/audit"])
def test_what_is_no_cursor_is_refused(office: ApiOffice, path: str, cursor: str) -> None:
    program = office.as_("administrator")
    assert refused(program("GET", path, params={"cursor": cursor}), 422, "invalid")


def test_a_cursor_of_other_filters_is_refused(office: ApiOffice) -> None:
    program = office.as_()
    cursor = program.get("/suppliers", limit=2)["next"]
    problem = refused(
        program("GET", "/suppliers", params={"cursor": cursor, "all": "true"}), 422, "invalid"
    )
    assert problem["field"] == "cursor"
    refused(program("GET", "/alerts", params={"cursor": cursor}), 422, "invalid")


def test_people_of_suppliers_are_shown_where_asked_and_permitted(office: ApiOffice) -> None:
    program = office.as_()
    plain = program.get("/suppliers/S001")
    assert plain["people"] == "redacted"
    assert "people" not in plain["data"]
    assert "Petrosyanov" not in json.dumps(program.get("/suppliers", limit=500))
    assert events(office, "export") == []
    named = program.get("/suppliers/S001", people="included")
    assert named["data"]["people"][0]["name"] == "Dragomir Petrosyanov"
    program.get("/suppliers", people="included", limit=3)
    told = [(one.who, one.subject, dict(one.what)["suppliers"]) for one in events(office, "export")]
    assert told == [("officer", "S001", 1), ("officer", "suppliers", 3)]
    reader = office.as_("reader", "read")
    assert reader.get("/suppliers/S001")["data"] == plain["data"]
    for path in ("/suppliers/S001", "/suppliers", "/alerts"):
        refused(reader("GET", path, params={"people": "included"}), 403, "forbidden")


def test_a_supplier_is_put_in_place_of_what_was_read(office: ApiOffice) -> None:
    program = office.as_()
    read = program("GET", "/suppliers/S001")
    tag, fields = read.headers["ETag"], read.json()["data"]
    with office.open() as ws:
        before = ws.suppliers.get("S001")
    # As it came, it changes nothing, not even the people that are missing from it.
    again = program("PUT", "/suppliers/S001", json=fields, headers={"If-Match": tag})
    assert (again.status_code, again.headers["ETag"]) == (200, tag)
    assert events(office, "supplier changed") == []
    fields |= {
        "name": "Bright Sands Homecare Ltd",
        "trading_names": ["Bright Sands"],
        "address": {"text": "5 Dune Row", "postcode": "ZY1 4DR"},
        "contracts": [
            {"title": "Home care (north)", "yearly_value": "120000.50", "start": "2026-04-01"},
            {"title": "Meals", "cpv": ["55520000"], "owner": "Adults' commissioning"},
        ],
        "note": "Misspelt",
    }
    changed = program("PUT", "/suppliers/S001", json=fields, headers={"If-Match": tag})
    assert changed.status_code == 200, changed.text
    assert changed.headers["ETag"] != tag
    with office.open() as ws:
        now = ws.suppliers.get("S001")
    assert before
    assert now
    assert (now.name, now.people) == ("Bright Sands Homecare Ltd", before.people)
    assert now.identifiers == before.identifiers
    assert [one.title for one in now.contracts] == ["Home care (north)", "Meals"]
    assert now.contracts[1].cpv == ("55520000",)
    assert changed.json()["data"]["contracts"][0]["yearly_value"] == "120000.50"
    # What was sent once is put a second time without effect; the old state is gone.
    current = {"If-Match": changed.headers["ETag"]}
    assert program("PUT", "/suppliers/S001", json=fields, headers=current).status_code == 200
    assert len(events(office, "supplier changed")) == 1
    stale = program("PUT", "/suppliers/S001", json=fields, headers={"If-Match": tag})
    refused(stale, 412, "supplier-changed")
    refused(program("PUT", "/suppliers/S001", json=fields), 428, "precondition-required")
    weak = {"If-Match": f"W/{changed.headers['ETag']}"}
    answer = program("PUT", "/suppliers/S001", json=fields, headers=weak)
    refused(answer, 428, "precondition-required")
    assert sound(office)


def test_people_and_numbers_are_put(office: ApiOffice) -> None:
    program = office.as_()
    whole = program("GET", "/suppliers/S001", params={"people": "included"})
    fields, tag = whole.json()["data"], whole.headers["ETag"]
    assert tag == program("GET", "/suppliers/S001").headers["ETag"]
    fields["people"] += [
        {"name": "Jo Invented", "birth_date": {"year": 1968, "month": 3, "day": 9}, "role": "owner"}
    ]
    fields["identifiers"] += [{"scheme": "GB-CHC", "id": "1234567"}]
    fields["ended"] = "2027-03-31"
    fields["part_of"] = [{"supplier_ref": "S002", "role": "sub-contractor"}]
    put = program("PUT", "/suppliers/S001", json=fields, headers={"If-Match": tag})
    assert put.status_code == 200, put.text
    assert "people" not in put.json()["data"]
    with office.open() as ws:
        now = ws.suppliers.get("S001")
    assert now
    (one,) = [one for one in now.people if one.name == "Jo Invented"]
    assert one.birth_date
    assert (one.role, one.birth_date.month, one.birth_date.day) == ("owner", 3, None)
    assert {str(each) for each in now.identifiers} == {"GB-COH-99001001", "GB-CHC-1234567"}
    assert now.part_of[0].supplier_ref == "S002"
    body = {"name": now.name, "people": [], "identifiers": [], "ended": None, "part_of": []}
    headers = {"If-Match": put.headers["ETag"]}
    assert program("PUT", "/suppliers/S001", json=body, headers=headers).status_code == 200
    with office.open() as ws:
        now = ws.suppliers.get("S001")
    assert now
    assert (now.people, now.identifiers, now.ended, now.part_of) == ((), (), None, ())


@for_each(
    ("change", "status", "field"),
    [
        ({"name": ""}, 422, "name"),
        ({"name": "n/a"}, 422, "name"),
        ({"name": "a\0b"}, 422, "name"),
        ({"name": "x" * 501}, 422, "name"),
        ({"name": 5}, 422, "name"),
        ({"ref": "S002"}, 422, "ref"),
        ({"colour": "red"}, 422, ""),
        ({"identifiers": [{"scheme": "passport", "id": "1"}]}, 422, "identifiers"),
        ({"identifiers": [{"scheme": "GB-COH", "id": "not one"}]}, 422, "number"),
        ({"address": {"text": "", "postcode": "nowhere"}}, 422, "address"),
        ({"people": [{"name": "A; B; C D"}]}, 422, "people"),
        ({"people": [{"name": "Jo Invented", "role": "king"}]}, 422, "people"),
        ({"people": [{"name": "Jo Invented", "birth_date": {"year": 2090}}]}, 422, "people"),
        ({"people": [{"name": "Jo Invented", "birth_date": {"year": 0}}]}, 422, "people"),
        ({"contracts": [{"title": " "}]}, 422, "contracts"),
        ({"contracts": [{"title": "A"}, {"title": "a"}]}, 422, "contracts"),
        ({"contracts": [{"title": "A", "yearly_value": "1e999999"}]}, 422, "yearly_value"),
        ({"contracts": [{"title": "A", "start": "2026-05-01", "end": "2026-04-01"}]}, 422, "end"),
        ({"part_of": [{"supplier_ref": "S999", "role": "sub-contractor"}]}, 404, ""),
        ({"part_of": [{"supplier_ref": "S001", "role": "sub-contractor"}]}, 409, ""),
        ({"part_of": [{"supplier_ref": "S002", "role": "boss"}]}, 422, "part_of"),
    ],
)
def test_what_is_not_understood_of_a_supplier_changes_nothing(
    office: ApiOffice, change: Json, status: int, field: str
) -> None:
    program = office.as_()
    tag = program("GET", "/suppliers/S001").headers["ETag"]
    body = {"name": "Bright Sands Home Care Ltd", **change}
    answer = program("PUT", "/suppliers/S001", json=body, headers={"If-Match": tag})
    code = {422: "invalid", 404: "not-found", 409: "conflict"}[status]
    problem = refused(answer, status, code)
    assert field in problem.get("field", "")
    assert program("GET", "/suppliers/S001").headers["ETag"] == tag


def test_a_supplier_is_added(office: ApiOffice) -> None:
    program, new = office.as_(), {"If-None-Match": "*"}
    body = {"name": "Fenmoor Haulage", "contracts": [{"title": "Gritting"}]}
    made = program("PUT", "/suppliers/N%2F7", json=body, headers=new)
    assert made.status_code == 201, made.text
    assert made.headers["Location"] == "/api/v1/suppliers/N%2F7"
    assert program.get("/suppliers/N%2F7")["data"] == made.json()["data"]
    refused(program("PUT", "/suppliers/N%2F7", json=body, headers=new), 412, "supplier-changed")
    refused(program("PUT", "/suppliers/%20", json=body, headers=new), 422, "invalid")
    refused(program("PUT", f"/suppliers/{'x' * 101}", json=body, headers=new), 422, "invalid")
    any_state = {"If-Match": "*"}
    refused(program("PUT", "/suppliers/N8", json=body, headers=any_state), 404, "not-found")
    assert program("PUT", "/suppliers/N%2F7", json=body, headers=any_state).status_code == 200


def test_of_many_who_change_one_state_one_does(office: ApiOffice) -> None:
    program = office.as_()
    tag = program("GET", "/suppliers/S001").headers["ETag"]

    def put(number: int) -> int:
        body = {"name": f"Bright Sands {number} Ltd"}
        answer = program("PUT", "/suppliers/S001", json=body, headers={"If-Match": tag})
        return int(answer.status_code)

    with ThreadPoolExecutor(12) as pool:
        codes = sorted(pool.map(put, range(12)))
    assert codes == [200] + [412] * 11
    assert len(events(office, "supplier changed")) == 1


def test_suppliers_are_imported_by_a_job(office: ApiOffice) -> None:
    program = office.as_()
    rows = b"Vendor,supplier_ref\nFenmoor Haulage,N1\n,N2\n"
    answer = program(
        "POST",
        "/suppliers/import",
        files={"file": ("new.csv", rows, "text/csv")},
        data={"map": '{"name": "Vendor"}'},
    )
    job = done(office, program, answer)
    assert (job["state"], job["complete"], job["asked_by"]) == ("incomplete", False, "officer")
    assert program.get("/suppliers/N1")["data"]["name"] == "Fenmoor Haulage"
    rejects = program("GET", job["file"].removeprefix("/api/v1"))
    assert rejects.headers["Content-Disposition"] == 'attachment; filename="new-rejects.csv"'
    assert b"N2" in rejects.content
    other = office.as_("other", "read")
    assert other.get(f"/jobs/{job['id']}")["data"]["file"] == ""
    refused(other("GET", f"/jobs/{job['id']}/file"), 404, "not-found")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "file"),
        ({"data": {"file": "no file"}}, "file"),
        ({"files": {"file": ("a.csv", b"x")}, "data": {"map": "["}}, "map"),
        ({"files": {"file": ("a.csv", b"x")}, "data": {"map": '{"name": 1}'}}, "map"),
        ({"files": {"file": ("a.csv", b"x")}, "data": {"screen": "perhaps"}}, "screen"),
    ],
)
def test_a_form_that_cannot_be_used_is_refused(office: ApiOffice, sent: Json, field: str) -> None:
    problem = refused(office.as_()("POST", "/suppliers/import", **sent), 422, "invalid")
    assert problem.get("field", "") == field


# Runs and jobs.


def test_a_run_is_started_and_read(office: ApiOffice) -> None:
    program = office.as_()
    job = done(office, program, program("POST", "/runs", json={"supplier": "S003"}))
    assert job["state"] == "done", job
    assert job["complete"] is True
    found = program.get(job["result"].removeprefix("/api/v1"))
    assert found["people"] == "redacted"
    assert found["data"]["suppliers"] == 1
    assert found["data"]["complete"] is True
    assert found["data"]["not_checked"] == []
    page = program.get("/runs", limit=1)
    assert [one["id"] for one in page["data"]] == [found["data"]["id"]]
    older = program.get("/runs", limit=1, cursor=page["next"])
    assert (older["data"][0]["suppliers"], older["next"], older["total"]) == (18, None, 2)
    whole = done(office, program, program("POST", "/runs"))
    assert program.get(whole["result"].removeprefix("/api/v1"))["data"]["suppliers"] == 18


def test_what_cannot_be_screened_is_refused_at_once(office: ApiOffice) -> None:
    program = office.as_()
    refused(program("POST", "/runs", json={"supplier": "S999"}), 404, "not-found")
    refused(program("POST", "/runs", json={"suppliers": "S001"}), 422, "invalid")
    refused(program("POST", "/runs", json=[]), 422, "invalid")
    refused(program("POST", "/runs", content=b"{"), 400, "unusable")
    refused(program("GET", "/runs/none"), 404, "not-found")
    refused(program("GET", "/runs/none/flags"), 404, "not-found")


def test_people_of_a_run_are_named_where_asked_and_that_is_recorded(office: ApiOffice) -> None:
    program = office.as_()
    run_id = program.get("/runs")["data"][0]["id"]
    plain = json.dumps(program.get(f"/runs/{run_id}"))
    assert NAMED not in plain
    assert events(office, "export") == []
    named = json.dumps(program.get(f"/runs/{run_id}", people="included"))
    assert NAMED in named
    (event,) = events(office, "export")
    assert (event.who, event.subject, event.what["people"]) == ("officer", run_id, "included")
    reader = office.as_("reader", "read")
    assert json.dumps(reader.get(f"/runs/{run_id}")) == plain
    refused(reader("GET", f"/runs/{run_id}?people=included"), 403, "forbidden")
    refused(reader("GET", f"/runs/{run_id}/flags"), 403, "forbidden")


@pytest.mark.parametrize("form", ["csv", "xlsx", "json", "html"])
def test_flags_are_a_file(office: ApiOffice, form: str) -> None:
    program = office.as_()
    run_id = program.get("/runs")["data"][0]["id"]
    answer = program("GET", f"/runs/{run_id}/flags", params={"format": form})
    assert answer.status_code == 200, answer.text
    name = f"flags-{run_id}.{form}"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    if form == "xlsx":
        assert zipfile.is_zipfile(BytesIO(answer.content))
    else:
        assert "Volkhar Maritime" in answer.text
        assert NAMED not in answer.text
        assert not has_word(answer.text, "1968")
    if form == "json":
        assert answer.json()["data"] == program.get(f"/runs/{run_id}")["data"]
    if form == "csv":
        assert "SCOPE" in answer.text
    refused(program("GET", f"/runs/{run_id}/flags?format=pdf"), 422, "invalid")


def test_a_job_is_stopped(office: ApiOffice) -> None:
    program, reader = office.as_(), office.as_("nobody", "read", "write")
    started = [program("POST", "/runs").json()["data"]["id"] for _ in range(3)]
    refused(reader("DELETE", f"/jobs/{started[2]}"), 403, "forbidden")
    stopped = program("DELETE", f"/jobs/{started[2]}")
    assert stopped.status_code in (200, 202), stopped.text
    ended(office.service, started[2])
    again = program("DELETE", f"/jobs/{started[2]}")
    assert again.status_code == 200
    assert again.json()["data"]["state"] in ("stopped", "done")
    refused(program("DELETE", "/jobs/none"), 404, "not-found")
    refused(program("GET", "/jobs/none"), 404, "not-found")
    refused(program("GET", f"/jobs/{started[2]}/file"), 404, "not-found")


# Alerts and decisions.


def test_alerts_are_read_page_by_page(office: ApiOffice) -> None:
    program = office.as_()
    for parameters in ({}, {"sort": "due"}, {"sort": "supplier", "reverse": "true"}):
        every = program.get("/alerts", limit=500, **parameters)
        found, cursor = [], ""
        while True:
            page = program.get("/alerts", limit=4, cursor=cursor, **parameters)
            found += page["data"]
            if not (cursor := page["next"] or ""):
                break
        assert found == every["data"]
        assert len(found) == every["listed"] > 8
        assert (every["complete"], every["not_checked"]) == (True, [])


def test_a_queue_that_is_worked_through_passes_nothing_over(office: ApiOffice) -> None:
    program = office.as_()
    every = [one["id"] for one in program.get("/alerts", limit=500)["data"]]
    seen, cursor = [], ""
    while True:
        page = program.get("/alerts", limit=3, cursor=cursor)
        for one in page["data"]:
            seen.append(one["id"])
            # A decision about one list of a party is not one about the others.
            for id_ in (one["id"], *(source["alert"] for source in one["also"] or ())):
                alert = program.get(f"/alerts/{id_}")["data"]
                if alert["history"]:
                    continue
                choice = {**DIFFERS, "decided": "not sure", "reason": "ASKED"}
                if "not the same" in alert["may_become"]:
                    choice = DIFFERS
                answer = program("POST", f"/alerts/{id_}/decisions", json=choice)
                assert answer.status_code == 201, answer.text
        if not (cursor := page["next"] or ""):
            break
    assert set(every) <= set(seen)
    assert {one["state"] for one in program.get("/alerts", limit=500)["data"]} <= {
        "awaiting second decision",
        "not sure",
    }


@pytest.mark.parametrize("parameters", [{"state": "open"}, {"sort": "due"}])
def test_where_the_place_is_gone_the_queue_begins_again(
    office: ApiOffice, parameters: Json
) -> None:
    program = office.as_()
    ids = [one["id"] for one in program.get("/alerts", limit=500, **parameters)["data"]]
    place = ids.index(first_alert(program)["id"])
    page = program.get("/alerts", limit=place + 1, **parameters)
    last = page["data"][-1]["id"]
    assert program("POST", f"/alerts/{last}/decisions", json=DIFFERS).status_code == 201
    parameters = {**parameters, "limit": 2, "cursor": page["next"]}
    refused(program("GET", "/alerts", params=parameters), 409, "queue-moved")


def test_what_was_not_checked_stands_beside_the_alerts(office: ApiOffice) -> None:
    program = office.as_()
    body = {"name": "Fenmoor Haulage"}
    program("PUT", "/suppliers/N1", json=body, headers={"If-None-Match": "*"})
    found = program.get("/alerts", supplier="N1")
    assert (found["data"], found["complete"]) == ([], False)
    (reason,) = found["not_checked"]
    assert reason == {"reason": "1 supplier never screened: nothing is known of them."}


def test_alerts_are_filtered(office: ApiOffice) -> None:
    program = office.as_()
    every = program.get("/alerts", limit=500)["data"]
    some = program.get("/alerts", severity="critical", supplier="S001")["data"]
    assert some == [
        one for one in every if (one["severity"], one["supplier_ref"]) == ("critical", "S001")
    ]
    listed = program.get("/alerts", list="uk-sanctions")["data"]
    assert {one["list_id"] for one in listed} == {"uk-sanctions"}
    assert program.get("/alerts", mine="true")["data"] == []
    assert len(program.get("/alerts", unassigned="true", limit=500)["data"]) == len(every)
    assert program.get("/alerts", state="not-the-same")["data"] == []
    for wrong in (
        {"state": "shut"},
        {"severity": "grave"},
        {"sort": "colour"},
        {"limit": 0},
        {"limit": 501},
        {"mine": "true", "owner": "Bo"},
        {"people": "yes"},
    ):
        refused(program("GET", "/alerts", params=wrong), 422, "invalid")
    refused(program("GET", "/alerts", params={"supplier": "S999"}), 404, "not-found")
    refused(program("GET", "/alerts", params={"list": "none"}), 404, "not-found")


def test_a_decision_is_recorded_once(office: ApiOffice) -> None:
    program, other = office.as_(), office.as_("other")
    alert = first_alert(program)
    shown = program("GET", f"/alerts/{alert['id'][:12]}")
    assert shown.headers["ETag"] == '"0"'
    where = f"/alerts/{alert['id']}/decisions"
    made = program("POST", where, json=DIFFERS)
    assert made.status_code == 201, made.text
    recorded = made.json()["data"]
    assert recorded["state"] == "not the same"
    assert recorded["meaning"].startswith("It is valid until")
    assert made.headers["Location"] == f"/api/v1/alerts/{alert['id']}"
    position = recorded["decision"]
    assert made.headers["ETag"] == f'"{position}"'
    # Sent again, it is refused with what was decided: by whom, too.
    for program_ in (program, other):
        problem = refused(program_("POST", where, json=DIFFERS), 409, "decided-meanwhile")
        meanwhile = problem["decision"]
        assert (meanwhile["position"], meanwhile["by"]) == (position, "officer")
        assert (meanwhile["decided"], meanwhile["reason"]) == ("not the same", "OTHER")
        assert "Another firm" not in json.dumps(problem)
    # What would not be allowed now is refused for what was decided first, too.
    late = {**DIFFERS, "decided": "mitigated", "reason": "LONG-AGO"}
    refused(other("POST", where, json=late), 409, "decided-meanwhile")
    after = {**DIFFERS, "decided": "not sure", "reason": "ASKED", "after": position}
    assert other("POST", where, json=after).status_code == 201
    (one, two) = program.get(where)["data"]
    assert (one["by"], one["note"], two["by"]) == (
        "officer",
        "Left out: it may name people.",
        "other",
    )
    named = program.get(where, people="included")["data"]
    assert named[0]["note"] == "Another firm"
    assert program("GET", where).headers["ETag"] == f'"{two["position"]}"'
    assert sound(office)


@for_each(
    ("change", "status", "code", "field"),
    [
        ({"reason": "NONE"}, 422, "invalid", "reason"),
        ({"note": ""}, 422, "invalid", "note"),
        ({"note": "x" * 2_001}, 422, "invalid", "note"),
        ({"decided": "guilty"}, 422, "invalid", "decided"),
        ({"decided": "withdrawn"}, 422, "invalid", "decided"),
        ({"decided": "mitigated", "reason": "LONG-AGO"}, 409, "conflict", ""),
        ({"after": -1}, 422, "invalid", "after"),
        ({"after": 7}, 422, "invalid", "after"),
        ({"after": 2**70}, 422, "invalid", "after"),
        ({"after": None}, 422, "invalid", "after"),
        ({"by": "somebody else"}, 422, "invalid", ""),
        ({"considered": {"ground": "none such"}}, 422, "invalid", ""),
        ({"considered": {"factors": ["z"]}}, 422, "invalid", "considered.factors"),
        ({"considered": {"notice_sent": "soon"}}, 422, "invalid", "considered.notice_sent"),
    ],
)
def test_what_cannot_be_decided_is_not_recorded(
    office: ApiOffice, change: Json, status: int, code: str, field: str
) -> None:
    program = office.as_()
    alert = first_alert(program)
    answer = program("POST", f"/alerts/{alert['id']}/decisions", json={**DIFFERS, **change})
    if "ground" in str(change):
        assert answer.status_code in (400, 404, 422), answer.text
    else:
        assert refused(answer, status, code).get("field", "").startswith(field)
    assert events(office, "decision") == []


def test_what_was_considered_is_kept(office: ApiOffice) -> None:
    program = office.as_()
    alert = first_alert(program)
    considered = {
        "ground": "PA23-7-11",
        "factors": ["b", "a"],
        "representations_invited": "2026-11-10",
        "contract": "RFQ 12",
    }
    body = {"decided": "confirmed risk", "reason": "GROUND", "after": 0, "considered": considered}
    answer = program("POST", f"/alerts/{alert['id']}/decisions", json=body)
    assert answer.status_code == 201, answer.text
    (kept,) = program.get(f"/alerts/{alert['id']}")["data"]["history"]
    assert kept["considered"]["ground"].startswith("PA23-7-11@")
    assert kept["considered"]["factors"] == ["a", "b"]
    assert kept["considered"]["representations_invited"] == "2026-11-10"


def test_of_24_who_decide_one_alert_at_once_one_does(office: ApiOffice) -> None:
    programs = [office.as_(one) for one in ("officer", "other", "approver", "administrator")]
    alert = first_alert(programs[0])

    def decide(number: int) -> tuple[int, Json]:
        answer = programs[number % 4]("POST", f"/alerts/{alert['id']}/decisions", json=DIFFERS)
        return answer.status_code, answer.json()

    with ThreadPoolExecutor(24) as pool:
        answers = list(pool.map(decide, range(24)))
    assert sorted(code for code, _ in answers) == [201] + [409] * 23
    (winner,) = [told["data"]["decision"] for code, told in answers if code == 201]
    assert {told["decision"]["position"] for code, told in answers if code == 409} == {winner}
    assert len(program_history(programs[0], alert)) == 1
    assert sound(office)


def program_history(program: Program, alert: Json) -> list[Json]:
    found: list[Json] = program.get(f"/alerts/{alert['id']}")["data"]["history"]
    return found


def test_a_blind_second_person_decides_without_seeing_the_first(office: ApiOffice) -> None:
    severities = ("critical", "high", "medium", "low")
    chosen = replace(office.service.settings, second_decision=severities, blind_second=True)
    office.service.resolved = replace(office.service.resolved, settings=chosen)
    first, second = office.as_(), office.as_("approver")
    alert = first_alert(first)
    where = f"/alerts/{alert['id']}/decisions"
    assert first("POST", where, json=DIFFERS).json()["data"]["state"] == "awaiting second decision"
    refused(office.as_("other")("POST", where, json=DIFFERS), 403, "forbidden")
    shown = second("GET", f"/alerts/{alert['id']}")
    assert (shown.headers["ETag"], shown.json()["data"]["history"]) == ('"0"', [])
    assert second.get(where)["data"] == []
    made = second("POST", where, json=DIFFERS)
    assert made.status_code == 201, made.text
    assert made.json()["data"]["state"] == "not the same"
    # Who decided is no secret then, but what a third one is told meanwhile says no more than that.
    problem = refused(office.as_("administrator")("POST", where, json=DIFFERS), 409, "conflict")
    assert "decision" not in problem


def test_an_alert_that_there_is_not_is_not_found(office: ApiOffice) -> None:
    program = office.as_()
    for path in ("/alerts/ffffffff", "/alerts/ffffffff/decisions"):
        refused(program("GET", path), 404, "not-found")
        refused(program("GET", path.replace("ffffffff", "xyz")), 422, "invalid")
    refused(program("POST", "/alerts/ffffffff/decisions", json=DIFFERS), 404, "not-found")


# Lists, the audit chain and packs.


def test_lists_say_what_is_not_current(office: ApiOffice, tmp_path: Path) -> None:
    found = office.as_().get("/lists")
    assert (found["complete"], found["not_checked"]) == (True, [])
    assert {one["id"] for one in found["data"]} >= {"uk-sanctions", "cqc"}
    empty = service_of(tmp_path / "empty")
    with served(empty) as elsewhere:
        program = elsewhere.as_()
        found = program.get("/lists")
        assert found["complete"] is False
        missing = {one["list"]: one for one in found["not_checked"]}
        assert missing["uk-sanctions"]["state"] == "never loaded"
        assert missing["uk-sanctions"]["reason"]
        refused(program("POST", "/lists/refresh", json={"lists": ["none"]}), 404, "not-found")
        refused(program("POST", "/lists/refresh", json={"lists": [""]}), 422, "invalid")


def test_lists_are_refreshed_by_a_job(screened_home: Path, tmp_path: Path) -> None:
    home = copy_home(screened_home, tmp_path / "home")
    registers = Path(shutil.copytree(DEMO / "local_registers", tmp_path / "registers"))
    service = service_of(home, local_registers=registers)
    with served(service) as office:
        program = office.as_()
        answer = program("POST", "/lists/refresh", json={"lists": ["porthvellan-asb"]})
        job = done(office, program, answer)
        assert (job["state"], job["result"]) == ("done", "/api/v1/lists")
        states = {one["id"]: one["state"] for one in program.get("/lists")["data"]}
        assert states["porthvellan-asb"] == "current"


def test_the_audit_chain_is_for_auditors(office: ApiOffice) -> None:
    auditor = office.as_("auditor", "read")
    page = auditor.get("/audit", limit=2)
    older = auditor.get("/audit", limit=2, cursor=page["next"])
    places = [one["position"] for one in page["data"] + older["data"]]
    assert places == sorted(places, reverse=True)
    assert places == list(range(places[0], places[0] - 4, -1))
    runs = auditor.get("/audit", kind="run stored")["data"]
    assert [one["event"]["kind"] for one in runs] == ["run stored"]
    refused(auditor("GET", "/audit?kind=gossip"), 422, "invalid")
    for account in ("officer", "approver", "nobody"):
        refused(office.as_(account, "read")("GET", "/audit"), 403, "forbidden")


@pytest.mark.parametrize("people", ["redacted", "included"])
def test_a_pack_is_made_by_a_job(office: ApiOffice, people: str) -> None:
    program = office.as_()
    job = done(office, program, program("POST", "/packs/S001", json={"people": people}))
    assert (job["state"], job["complete"]) == ("done", True), job
    pack = program("GET", job["file"].removeprefix("/api/v1")).content
    assert verify_bytes(pack, "pack.zip").exit_code == 0
    with zipfile.ZipFile(BytesIO(pack)) as held:
        text = b"".join(held.read(name) for name in held.namelist())
    assert (NAMED.encode() in text) == (people == "included")
    (event,) = events(office, "report made")
    assert (event.who, event.what["people"]) == (
        "officer",
        "included" if people == "included" else "left out",
    )


def test_a_report_is_made_and_an_unknown_supplier_refused(office: ApiOffice) -> None:
    program = office.as_()
    job = done(office, program, program("POST", "/packs/S001", json={"format": "html"}))
    assert b"<!DOCTYPE html>" in program("GET", job["file"].removeprefix("/api/v1")).content
    refused(program("POST", "/packs/S999"), 404, "not-found")
    refused(program("POST", "/packs/S001", json={"format": "docx"}), 422, "invalid")


# What is restricted.


def test_restricted_records_are_counted_and_no_more(office: ApiOffice) -> None:
    """As the command line without --restricted, whoever asks."""
    markers = restrict(office)
    program = office.as_("administrator")
    rows = program.get("/alerts", limit=500)["data"]
    (withheld,) = [one for one in rows if one["withheld"]]
    assert withheld["entry_name"] is None
    refused(program("GET", f"/alerts/{withheld['id']}"), 403, "forbidden")
    refused(program("GET", f"/alerts/{withheld['id']}/decisions"), 403, "forbidden")
    run_id = program.get("/runs")["data"][0]["id"]
    texts = [
        program("GET", path).text
        for path in (
            "/alerts?limit=500",
            "/alerts?limit=500&people=included",
            f"/runs/{run_id}",
            f"/runs/{run_id}?people=included",
            *(f"/runs/{run_id}/flags?format={form}" for form in ("csv", "json", "html")),
            f"/runs/{run_id}/flags?people=included",
            "/suppliers?limit=500",
            "/audit?limit=500",
        )
    ]
    assert not any(marker in text for text in texts for marker in markers)
    assert "1 restricted finding" in texts[2]
    assert events(office, "restricted shown") == []


def restrict(office: ApiOffice) -> tuple[str, ...]:
    """Screen a supplier that has a restricted record. Returns what only that record says."""
    folder = DEMO / "local_registers"
    chosen = replace(office.service.settings, local_registers=folder, store_restricted=True)
    office.service.resolved = replace(office.service.resolved, settings=chosen)
    supplier = Supplier(ref="N1", name="Marrow Lane Vapes Ltd")
    with Workspace(chosen, who="administrator", now=lambda: NOW) as ws:
        terms = RefreshTerms(as_of=NOW.date())
        assert list(refresh(ws, ["porthvellan-asb"], folder=folder, terms=terms))
        screen(ws, Screened((supplier,)))
    return "ASB-26-029", "Premises closed"


def test_a_supplier_has_the_fields_that_are_put() -> None:
    """A field that a supplier gets one day must not be lost on the way."""
    own, never_shown = {"note", "laws"}, {"contact_keys"}
    fields = set(SupplierFields.__struct_fields__) - own
    assert fields == set(Supplier.__dataclass_fields__) - never_shown


def test_contact_keys_leave_by_no_record_and_stay_when_one_is_put(office: ApiOffice) -> None:
    program, keys = office.as_(), (ContactKey("phone", "00c0ffee"),)
    with office.open() as ws:
        one = ws.suppliers.get("S001")
        assert one
        reached = replace(one, contact_keys=keys)
        ws.suppliers.save([reached], file="s.csv", at=ws.now())
    whole = program("GET", "/suppliers/S001", params={"people": "included"})
    assert "00c0ffee" not in whole.text + program("GET", "/suppliers").text
    fields = {**whole.json()["data"], "ended": "2027-03-31"}
    headers = {"If-Match": whole.headers["ETag"]}
    assert program("PUT", "/suppliers/S001", json=fields, headers=headers).status_code == 200
    with office.open() as ws:
        now = ws.suppliers.get("S001")
    assert now
    assert (str(now.ended), now.contact_keys) == ("2027-03-31", keys)
