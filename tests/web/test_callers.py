"""Who may ask the API: tokens, their scopes and how often; a cookie never counts."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from duediligence.casework.tokens import end_token, tokens_of
from duediligence.screening.workspace import find_process_account
from duediligence.web.api import callers
from duediligence.web.people import Viewer
from duediligence.web.service import Service

from .conftest import browser
from .programs import query, token
from .test_match_api import JSON, program  # noqa: F401

ASKED = (
    ("GET", "/catalog"),
    ("GET", "/algorithms"),
    ("GET", "/search/un?q=a"),
    ("GET", "/entities/un.x"),
    ("POST", "/match/un"),
)


def ask(client: TestClient, method: str, path: str, **headers: str) -> int:
    body = {"queries": {"a": query("A")}} if method == "POST" else None
    answer = client.request(method, path, json=body, headers=headers)
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == JSON
    if answer.status_code == 401:
        assert "Bearer" in answer.headers["www-authenticate"]
    return answer.status_code


@pytest.mark.parametrize(("method", "path"), ASKED)
def test_a_token_is_needed(
    service: Service,
    program: TestClient,  # noqa: F811
    method: str,
    path: str,
) -> None:
    good = program.headers.pop("authorization").removeprefix("Bearer ")
    allowed = {200, 404}
    assert ask(program, method, path) == 401
    assert ask(program, method, path, Authorization="Bearer dd_wrong") == 401
    assert ask(program, method, path, Authorization="Basic dXNlcjpwYXNz") == 401
    assert ask(program, method, path, Authorization=f"bearer {good}") in allowed
    assert ask(program, method, path, Authorization=f"ApiKey {good}") in allowed
    assert ask(program, method, path, **{"X-Api-Key": good}) in allowed
    other = token(service, "read")
    assert ask(program, method, path, Authorization=f"Bearer {other}") == 403


def test_a_cookie_is_no_token(service: Service) -> None:
    with browser(service) as signed_in:
        for method, path in ASKED:
            assert ask(signed_in, method, path) == 401


def test_whether_the_server_is_there_is_open_to_everybody(service: Service) -> None:
    client = browser(service, signed_in=False)
    assert client.get("/healthz").json() == {"status": "ok"}
    # Nothing opened the lists, for the server was not started.
    not_ready = client.get("/readyz")
    assert (not_ready.status_code, not_ready.json()["code"]) == (503, "not-ready")
    assert not_ready.headers["retry-after"] == "1"


def test_a_token_that_was_ended_stops_working(
    service: Service,
    program: TestClient,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(callers, "_KNOWN_SECONDS", 0.0)
    assert program.get("/algorithms").status_code == 200
    who = find_process_account()
    with service.workspace(Viewer(account=who, name=who)) as ws:
        for one in tokens_of(ws):
            assert one.used
            end_token(ws, one.id)
    assert program.get("/algorithms").status_code == 401


def test_a_token_asks_so_often_and_a_batch_counts_once(
    service: Service,
    program: TestClient,  # noqa: F811
) -> None:
    now = service.clock()
    service.clock = lambda: now
    body = {"queries": {str(n): query(f"Name {n}") for n in range(20)}}
    for _ in range(callers.MOST_PER_SECOND):
        assert program.post("/match/un", json=body).status_code == 200
    refused = program.post("/match/un", json=body)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert refused.json()["code"] == "too-many-requests"
    # Another token has its own count, and what looks nothing up is not counted.
    other = {"Authorization": f"Bearer {token(service)}"}
    assert program.post("/match/un", json=body, headers=other).status_code == 200
    assert program.get("/catalog").status_code == 200
    now += timedelta(seconds=1.5 / callers.MOST_PER_SECOND)
    assert program.post("/match/un", json=body).status_code == 200


def test_a_page_of_another_site_is_asked_for_a_token_like_everybody(
    program: TestClient,  # noqa: F811
) -> None:
    program.headers.pop("authorization")
    elsewhere = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert ask(program, "POST", "/match/un", **elsewhere) == 401
