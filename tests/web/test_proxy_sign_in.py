"""Sign-in by a reverse proxy: its header counts, and nobody else's."""

import html
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import Response

from duediligence.errors import Forbidden, UsageError
from duediligence.screening.access import permit
from duediligence.web.service import Service
from duediligence.web.sign_in.proxy import SECRET_HEADER
from duediligence.web.visits import Pages, Visit

from .behind_proxy import PROXY, Clock, browser, service_for

HEADER = "X-Remote-User"
SECRET = "0123456789abcdef0123456789abcdef"
ADA = {HEADER: "COUNCIL\\ada"}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make(tmp_path: Path, clock: Clock) -> Callable[..., Service]:
    def made(**settings: Any) -> Service:
        return service_for(
            tmp_path / "home",
            clock,
            **{
                "console_sign_in": "proxy",
                "proxy_header": HEADER,
                "users": dict.fromkeys((ADA[HEADER], "ada", "bo"), "officer"),
                **settings,
            },
        )

    return made


def status(service: Service, peer: str = PROXY, **headers: str) -> int:
    with browser(service, peer, **headers) as client:
        return client.get("/").status_code


def test_whom_a_trusted_proxy_names_is_signed_in(make: Callable[..., Service]) -> None:
    service = make(proxy_trusted=(PROXY,))
    with browser(service, **ADA) as client:
        page = client.get("/")
    assert page.status_code == 200
    assert "COUNCIL\\ada" in page.text


@pytest.mark.parametrize("peer", ["192.0.2.1", "10.9.8.70", "127.0.0.1", "::1", "testclient", ""])
def test_from_any_other_address_the_header_counts_for_nothing(
    make: Callable[..., Service], peer: str
) -> None:
    service = make(proxy_trusted=(PROXY,))
    spoofed = {**ADA, "X-Forwarded-For": PROXY, "X-Real-IP": PROXY, "Forwarded": f"for={PROXY}"}
    with browser(service, peer, **spoofed) as client:
        page = client.get("/")
    assert page.status_code == 403
    assert "through its proxy only" in page.text
    assert "set-cookie" not in page.headers


def test_a_network_can_be_trusted(make: Callable[..., Service]) -> None:
    service = make(proxy_trusted=("10.9.8.0/24", "fd00::/64"))
    for peer, expected in (
        (PROXY, 200),
        ("::ffff:10.9.8.7", 200),
        ("fd00::1", 200),
        ("10.9.9.7", 403),
        ("fd01::1", 403),
    ):
        assert status(service, peer, **ADA) == expected, peer


def test_a_shared_secret_instead_of_an_address(make: Callable[..., Service]) -> None:
    service = make(proxy_secret=SECRET)
    assert status(service, "192.0.2.1", **ADA, **{SECRET_HEADER: SECRET}) == 200
    for wrong in ("", SECRET[:-1], SECRET + "0", SECRET.upper()):
        assert status(service, "192.0.2.1", **ADA, **{SECRET_HEADER: wrong}) == 403, wrong
    assert status(service, PROXY, **ADA) == 403


def test_where_both_are_set_both_are_needed(make: Callable[..., Service], tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(SECRET + "\n")
    service = make(proxy_trusted=(PROXY,), proxy_secret_file=file)
    assert status(service, PROXY, **ADA, **{SECRET_HEADER: SECRET}) == 200
    assert status(service, PROXY, **ADA) == 403
    assert status(service, "192.0.2.1", **ADA, **{SECRET_HEADER: SECRET}) == 403


@pytest.mark.parametrize("named", ["", "  ", "x" * 301, "a\tb"])
def test_a_proxy_that_names_nobody(make: Callable[..., Service], named: str) -> None:
    with browser(make(proxy_trusted=(PROXY,)), **{HEADER: named}) as client:
        page = client.get("/")
    assert page.status_code == 403
    assert "did not say who you are" in page.text


def test_two_headers_are_nobodys(make: Callable[..., Service]) -> None:
    """One of them may be the browser's own, which the proxy let through."""
    with browser(make(proxy_trusted=(PROXY,))) as client:
        two = [("X-Remote-User", "ada"), ("x-remote-user", "administrator")]
        assert client.get("/", headers=two).status_code == 403


def test_another_header_is_not_looked_at(make: Callable[..., Service]) -> None:
    for name in ("X_Remote_User", "Remote-User", "X-Forwarded-User"):
        assert status(make(proxy_trusted=(PROXY,)), **{name: "ada"}) == 403


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "anybody could name themselves"),
        ({"proxy_header": "", "proxy_trusted": (PROXY,)}, "proxy_header is not set"),
        ({"proxy_secret": SECRET[:31]}, "proxy_secret is too short"),
    ],
)
def test_it_does_not_start_without(
    make: Callable[..., Service], settings: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        make(**settings)


def test_roles_are_those_of_the_settings_and_nobody_has_one_by_default(
    make: Callable[..., Service],
) -> None:
    seen: list[Any] = []
    for settings, role in (
        ({"users": {}}, None),
        ({"users": {"ada": "approver"}}, None),
        ({"users": {"ada": "approver"}, "identities": {"COUNCIL\\ada": "ada"}}, "approver"),
    ):
        service = make(proxy_trusted=(PROXY,), **settings)
        viewer = service.sign_in.viewer(_request(service), None)
        assert viewer
        assert viewer.role is None, "nothing that outlives a change of the settings"
        seen.append((viewer.account, service.shown_role(viewer)))
        with service.workspace(viewer) as ws:
            assert ws.role == role
            for action in ("read", "decide"):
                with nullcontext() if role else pytest.raises(Forbidden, match="no role is given"):
                    permit(ws, action)
    assert seen == [*[("COUNCIL\\ada", "no role")] * 2, ("ada", "approver")]


def _request(service: Service) -> Any:
    from starlette.requests import Request

    headers = [(HEADER.lower().encode(), ADA[HEADER].encode())]
    return Request({"type": "http", "headers": headers, "client": (PROXY, 1), "path": "/"})


def test_a_session_of_somebody_else_is_not_used(
    make: Callable[..., Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asks is whom the proxy names now; what was to be told to another person is not shown."""
    pages = Pages()
    monkeypatch.setattr("duediligence.web.app.list_pages", lambda _: [pages])

    @pages.get("/who")
    def who(visit: Visit) -> Response:
        shown = visit.session.notice if visit.session else ""
        return Response(f"{visit.viewer.account}:{visit.ws.who}:{shown}")

    @pages.post("/tell")
    def tell(visit: Visit) -> Response:
        return visit.go("/who", "for Ada only")

    with browser(make(proxy_trusted=(PROXY,))) as client:
        ada, bo = {HEADER: "ada"}, {HEADER: "bo"}
        assert client.get("/who", headers=ada).text == "ada:ada:"
        assert client.post("/tell", headers=ada).status_code == 303
        assert client.get("/who", headers=bo).text == "bo:bo:"
        assert client.get("/who", headers=bo).text == "bo:bo:"
        client.post("/tell", headers=ada)
        client.post("/tell", headers=ada)
        assert client.get("/who", headers=ada).text == "ada:ada:for Ada only"
        assert client.get("/who").status_code == 403, "a session alone signs nobody in"


def test_nobody_reads_that_they_may_do_everything(make: Callable[..., Service]) -> None:
    with browser(make(proxy_trusted=(PROXY,), users={}), **ADA) as client:
        page = html.unescape(client.get("/accounts").text)
    assert "COUNCIL\\\\ada' may not read: no role is given" in page
    assert "may do everything" not in page


def test_an_open_page_shows_no_notice_of_somebody_else(make: Callable[..., Service]) -> None:
    service = make(proxy_trusted=(PROXY,))
    with browser(service) as client:
        ada = {HEADER: "ada"}
        client.get("/", headers=ada)
        (session,) = [one.value for one in client.cookies.jar]
        with service.console() as store:
            store.notice(session, "for Ada only")
        for other in ({}, {HEADER: "bo"}):
            assert "for Ada only" not in client.get("/help", headers=other).text
        assert "for Ada only" in client.get("/help", headers=ada).text


def test_signing_out_says_what_it_cannot_end(make: Callable[..., Service]) -> None:
    with browser(make(proxy_trusted=(PROXY,)), **ADA) as client:
        client.get("/")
        answer = client.post("/sign-out")
    assert answer.status_code == 200
    assert "signs you in again" in answer.text
