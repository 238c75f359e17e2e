"""Tokens of the API are made in the console, shown once, and ended after a question."""

import html
import re
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from duediligence.casework.tokens import token_for
from duediligence.screening.workspace import find_process_account
from duediligence.settings import Settings
from duediligence.web.service import Service

from .conftest import browser, service_over

ASKED = {"name": "<finance> system", "scope": ["match", "read"], "expires": "30", "account": ""}


def test_a_token_is_shown_once(service: Service, client: TestClient) -> None:
    assert "There are no tokens." in client.get("/tokens").text
    page = client.post("/tokens/new", data=ASKED)
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    (secret,) = re.findall(r"dd_[\w-]{43}", page.text)
    with service.console() as store:
        token = token_for(store, secret, service.now())
    assert token
    assert (token.name, token.account, token.scopes) == (
        "<finance> system", find_process_account(), ("match", "read"),
    )  # fmt: skip
    listed = client.get("/tokens").text
    assert secret not in listed
    assert "&lt;finance&gt; system" in listed
    assert f'href="/tokens/{token.id}/end"' in listed


def test_a_token_is_ended_after_a_question(service: Service, client: TestClient) -> None:
    client.post("/tokens/new", data=ASKED)
    with service.console() as store:
        (token,) = store.tokens()
    assert "End this token" in client.get(f"/tokens/{token.id}/end").text
    with service.console() as store:
        assert store.tokens() == [token]
    page = client.post(f"/tokens/{token.id}/end")
    assert page.url.path == "/tokens"
    assert "has ended." in page.text
    assert "/end" not in page.text
    assert "was ended before." in client.post(f"/tokens/{token.id}/end").text
    assert client.post("/tokens/none/end").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"name": " "}, "name", "A token needs a name"),
        ({"scope": []}, "scope", "at least one scope"),
        ({"scope": ["admin"]}, "scope", "Unknown scope 'admin'"),
        ({"expires": "soon"}, "expires", "Enter the number of days"),
        ({"expires": "٣"}, "expires", "Enter the number of days"),
        ({"expires": "400"}, "expires", "1 to 366 days, not 400"),
    ],
)
def test_a_form_that_is_wrong_comes_back_as_it_was(
    service: Service, client: TestClient, wrong: dict[str, object], field: str, said: str
) -> None:
    page = client.post("/tokens/new", data={**ASKED, **wrong})
    assert page.status_code == 422
    assert "<title>Error: Make a token" in page.text
    assert f'href="#{field}"' in page.text
    assert f'id="{field}"' in page.text
    assert said in html.unescape(page.text)
    if field != "name":
        assert 'value="&lt;finance&gt; system"' in page.text
    with service.console() as store:
        assert store.tokens() == []


def test_roles_decide_for_whom(tmp_path: Path) -> None:
    service = service_over(
        Settings(home=tmp_path / "home", users={find_process_account(): "officer"})
    )
    with browser(service) as client:
        refused = client.post("/tokens/new", data={**ASKED, "account": "crm"})
        assert refused.status_code == 403
        assert "may not change settings" in refused.text
        assert client.post("/tokens/new", data=ASKED).status_code == 200
    resolved = replace(
        service.resolved,
        settings=replace(service.settings, users={find_process_account(): "reader"}),
    )
    service.resolved = resolved
    with browser(service) as client:
        refused = client.post("/tokens/new", data=ASKED)
        assert refused.status_code == 403
        assert "may not make tokens: the role is reader" in html.unescape(refused.text)
