"""Who opens the console on this computer is signed in by the address that it prints, once."""

from starlette.testclient import TestClient

from duediligence.web.service import Service
from duediligence.web.sign_in.one_pc import new_key

from .conftest import browser


def test_the_opened_page_says_who_is_signed_in(client: TestClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert "Signed in as" in answer.text


def test_nobody_sees_a_page_without_a_key(service: Service) -> None:
    with browser(service, signed_in=False) as stranger:
        assert stranger.get("/").status_code == 403


def test_a_key_signs_in_once(service: Service) -> None:
    with service.console() as store:
        key = new_key(store, service.clock())
    for status in (200, 403):
        with browser(service, signed_in=False) as someone:
            assert someone.get("/start", params={"key": key}).status_code == status


def test_a_form_of_another_site_is_refused(client: TestClient) -> None:
    answer = client.post("/sign-out", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert client.get("/").status_code == 200
