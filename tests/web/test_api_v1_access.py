"""Who may do what by the API: each operation of it, as the application has them, for each role and
scope.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI

from duediligence.model.audit import ROLES, Role, is_action_allowed
from duediligence.store.console import SCOPES
from duediligence.web.api.describing import extend_openapi_document
from duediligence.web.app import V1_ROUTERS
from tests.rows import for_each
from tests.thorough import every_nth

from .api_office import NOBODY, ApiOffice, Json, office, screened_home

__all__ = ["office", "screened_home"]
ACCOUNTS = (NOBODY, *ROLES)
# What is sent, so that nothing but the account can be the reason of a refusal.
SENT: dict[str, Json] = {
    "import_suppliers": {"files": {"file": ("s.csv", b"name\nFenmoor Haulage\n")}},
    "put_supplier": {"json": {"name": "Fenmoor Haulage"}, "headers": {"If-Match": "*"}},
    "decide": {
        "json": {"decided": "not sure", "reason": "ASKED", "after": 0},
    },
}


def operations() -> Iterator[tuple[str, str, Json]]:
    app = FastAPI()
    for router in V1_ROUTERS:
        app.include_router(router)
    extend_openapi_document(app)
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


OPERATIONS = {one["operationId"]: (method, path, one) for method, path, one in operations()}


def test_every_operation_says_what_it_needs() -> None:
    assert len(OPERATIONS) == 19
    for method, path, operation in OPERATIONS.values():
        assert operation["x-scope"] == ("read" if method == "GET" else "write"), path
        assert operation["security"], path


@pytest.fixture
def addresses(office: ApiOffice) -> dict[str, str]:
    """A part of each address, of something that there is."""
    program = office.as_("administrator")
    alerts = program.get("/alerts", limit=500)["data"]
    job = program("POST", "/packs/S001").json()["data"]["id"]
    return {
        "alerts": next(one["id"] for one in alerts if one["severity"] == "medium"),
        "runs": program.get("/runs")["data"][0]["id"],
        "jobs": job,
    }


def asked(addresses: dict[str, str], name: str) -> tuple[str, str, Json]:
    method, path, _ = OPERATIONS[name]
    noun = path.split("/")[3]
    path = re.sub(r"\{(?:ref|supplier)\}", "S001", path)
    path = path.replace("{id}", addresses.get(noun, ""))
    return method, path.removeprefix("/api/v1"), SENT.get(name, {})


@pytest.mark.parametrize("name", every_nth(OPERATIONS, 4))
def test_each_role_may_do_what_the_command_line_lets_it_do(
    office: ApiOffice, addresses: dict[str, str], name: str
) -> None:
    method, path, sent = asked(addresses, name)
    roles: dict[str, Role | None] = {NOBODY: None, **{role: role for role in ROLES}}
    for account in ACCOUNTS:
        answer = office.as_(account)(method, path, **sent)
        action = OPERATIONS[name][2]["x-action"]
        may = is_action_allowed(roles[account], action)
        if account == NOBODY:
            # Of who has no role it is not asked what they want to do.
            action, may = "read", False
        elif name == "stop_job" and answer.status_code == 403:
            # Of somebody else: who could have started it. One that has ended, nobody stops.
            action = "make reports"
            may = is_action_allowed(roles[account], action)
        if may:
            assert answer.status_code not in (401, 403), (account, answer.text)
            assert answer.status_code < 500, answer.text
        else:
            assert answer.status_code == 403, (account, answer.text)
            assert f"may not {action}" in answer.json()["detail"]


def test_whoever_may_read_is_shown_each_alert(
    office: ApiOffice,
) -> None:
    """The alerts are of several parties, with facts of their own: dated, undated and firms."""
    for role in ROLES:
        if not is_action_allowed(role, "read"):
            continue
        program = office.as_(role)
        ids = [one["id"] for one in program.get("/alerts", limit=500)["data"]]
        assert len(ids) > 5
        answers = [program("GET", f"/alerts/{one}") for one in ids]
        assert {one.status_code for one in answers} == {200}, role


@for_each("name", OPERATIONS)
def test_a_token_without_the_scope_is_refused(
    office: ApiOffice, addresses: dict[str, str], name: str
) -> None:
    method, path, sent = asked(addresses, name)
    needed = OPERATIONS[name][2]["x-scope"]
    for scope in SCOPES:
        answer = office.as_("administrator", scope)(method, path, **sent)
        if scope == needed:
            assert answer.status_code < 403 or answer.status_code == 404, answer.text
        else:
            assert answer.status_code == 403, answer.text
            assert f"no scope {needed}" in answer.json()["detail"]


@for_each("name", OPERATIONS)
def test_nobody_gets_in_without_a_token(
    office: ApiOffice, addresses: dict[str, str], name: str
) -> None:
    method, path, sent = asked(addresses, name)
    for headers in ({}, {"Authorization": "Bearer dd_wrong"}, {"X-Api-Key": "x"}):
        kept = {**sent, "headers": {**sent.get("headers", {}), **headers}}
        answer = office.client.request(method, f"/api/v1{path}", **kept)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"]
        assert answer.headers["content-type"] == "application/problem+json"


@for_each("name", [n for n, (m, _, _) in OPERATIONS.items() if m in ("POST", "PUT")])
@for_each(
    "body",
    [
        b"{",
        b"[" * 100_000,
        b'{"name": "\xff"}',
        b'{"name": "\\ud800"}',
        b"null",
        b"[]",
        b'"text"',
        b"NaN",
        b'{"__proto__": {}}',
        b'{"name": {"$gt": ""}}',
        b'{"after": 1e400}',
        b'{"a": 1, "a": 2}',
        b"PK\x03\x04",
    ],
    ids=str,
)
def test_hostile_json_is_refused(
    office: ApiOffice, addresses: dict[str, str], name: str, body: bytes
) -> None:
    method, path, sent = asked(addresses, name)
    headers: Any = {"Content-Type": "application/json", **sent.get("headers", {})}
    answer = office.as_()(method, path, content=body, headers=headers)
    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_is_too_large_is_refused(office: ApiOffice) -> None:
    body = {"name": "x", "contract": "y" * 2**20}
    answer = office.as_()("PUT", "/suppliers/S001", json=body, headers={"If-Match": "*"})
    assert answer.status_code == 413


def test_what_cannot_be_done_there_says_what_can(office: ApiOffice) -> None:
    answer = office.as_()("PATCH", "/suppliers/S001")
    assert answer.status_code == 405
    assert {"GET", "PUT"} <= set(answer.headers["Allow"].split(", "))
