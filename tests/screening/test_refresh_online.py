"""Refresh from a publisher: a real HTTPS server on loopback, trusted by this test alone."""

import ssl
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from duediligence.demo import SAMPLE_SCALE
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import Refreshed, confirm, refresh
from duediligence.screening.lists.statuses import statuses
from duediligence.screening.workspace import Workspace

SAMPLE = RefreshTerms(scale=SAMPLE_SCALE)

Open = Callable[..., Workspace]
UN = "consolidated.xml"


@pytest.fixture
def online(
    open_workspace: Open, home: Path, server: HTTPServer, authority: tuple[ssl.SSLContext, Path]
) -> Callable[[timedelta], Workspace]:
    """A workspace some time after the lists were loaded, whose UN list is at the server."""

    def open_one(later: timedelta) -> Workspace:
        return open_workspace(
            home,
            at=NOW + later,
            addresses={UN: server.url_for("/un.xml?token=secret")},
            ca_file=authority[1],
        )

    return open_one


def load(workspace: Workspace) -> Refreshed:
    return next(iter(refresh(workspace, ["un"], terms=SAMPLE)))


def serve(server: HTTPServer, content: bytes) -> list[int]:
    """Serve the content with an ETag; returns the statuses answered, as they come."""
    answered: list[int] = []

    def answer(request: Request) -> Response:
        fresh = request.headers.get("If-None-Match") == '"v1"'
        answered.append(304 if fresh else 200)
        return Response(b"" if fresh else content, answered[-1], headers={"ETag": '"v1"'})

    server.expect_request("/un.xml").respond_with_handler(answer)
    return answered


def test_a_list_is_fetched_once_and_then_only_confirmed(
    online: Callable[[timedelta], Workspace], server: HTTPServer, samples: Path
) -> None:
    answered = serve(server, (samples / "un" / UN).read_bytes() + b"\n")
    first = load(online(timedelta(days=5)))
    assert first.result == "loaded"
    again = online(timedelta(days=15))
    assert load(again).result == "unchanged"
    assert answered == [200, 304]
    (status,) = statuses(again, ["un"])
    assert status.state == "current", "the publisher has just confirmed it"
    assert status.version is not None
    assert status.version.origin.startswith("https://localhost")
    assert "secret" not in status.version.origin


def test_a_list_whose_own_date_stands_still_is_stale_however_often_confirmed(
    online: Callable[[timedelta], Workspace], server: HTTPServer, samples: Path
) -> None:
    serve(server, (samples / "un" / UN).read_bytes())
    late = online(timedelta(days=90))
    assert load(late).result == "unchanged"
    (status,) = statuses(late, ["un"])
    assert status.state == "stale"
    assert "has not moved" in status.reason


@pytest.mark.parametrize(
    ("status", "body", "kind", "said"),
    [
        (403, b"no", "text/plain", "403"),
        (404, b"no", "text/plain", "404"),
        (200, b"<html><title>Back soon</title></html>", "text/html", "Back soon"),
        (200, b"<CONSOLIDATED_LIST", "text/xml", "cut short"),
        (200, b"<CONSOLIDATED_LIST>", "text/xml", "well-formed"),
    ],
)
def test_a_failed_fetch_keeps_the_old_list_and_marks_it_stale(
    online: Callable[[timedelta], Workspace],
    server: HTTPServer,
    status: int,
    body: bytes,
    kind: str,
    said: str,
) -> None:
    server.expect_request("/un.xml").respond_with_data(body, status=status, content_type=kind)
    workspace = online(timedelta(hours=1))
    before = workspace.lists.current()["un"]
    result = load(workspace)
    assert result.result == "failed"
    assert result.error is not None
    assert said in result.error.message
    assert "secret" not in result.error.message + str(result.error.hint)
    assert workspace.lists.current()["un"] == before
    (now,) = statuses(workspace, ["un"])
    assert now.state == "stale"
    assert said in now.reason


def test_a_list_that_a_person_must_bring_is_left_alone_online(
    open_workspace: Open, home: Path, server: HTTPServer, authority: tuple[ssl.SSLContext, Path]
) -> None:
    server.expect_request("/page").respond_with_data("{}", status=404)
    workspace = open_workspace(
        home,
        addresses={"debarment-page.json": server.url_for("/page")},
        ca_file=authority[1],
    )
    (result,) = refresh(workspace, ["uk-debarment"])
    assert result.result == "absent"
    assert statuses(workspace, ["uk-debarment"])[0].state == "current"


DEBARMENT = "uk-debarment"


def test_the_debarment_page_is_to_be_looked_at_again_when_it_changed(
    open_workspace: Open, home: Path, server: HTTPServer, authority: tuple[ssl.SSLContext, Path]
) -> None:
    def at(later: timedelta) -> Workspace:
        return open_workspace(
            home,
            at=NOW + later,
            addresses={"debarment-page.json": server.url_for("/page")},
            ca_file=authority[1],
        )

    def page(changed: str) -> None:
        server.clear()
        document = {"details": {}, "public_updated_at": changed}
        server.expect_request("/page").respond_with_json(document)

    page("2026-11-01T09:00:00Z")
    workspace = at(timedelta(hours=1))
    (result,) = refresh(workspace, [DEBARMENT])
    assert result.result == "absent"
    assert statuses(workspace, [DEBARMENT])[0].state == "current"

    page("2026-11-22T10:00:00+00:00")
    workspace = at(timedelta(days=3))
    list(refresh(workspace, [DEBARMENT]))
    (status,) = statuses(workspace, [DEBARMENT])
    assert status.state == "stale"
    assert "its page changed on 22 November 2026 and was last compared on 20 Nov" in status.reason
    assert "confirm the list" in status.reason
    confirm(workspace, DEBARMENT)
    assert statuses(workspace, [DEBARMENT])[0].state == "current"

    # Where the page does not say, what is known stays.
    server.clear()
    server.expect_request("/page").respond_with_data("{}", status=404)
    list(refresh(workspace, [DEBARMENT]))
    assert statuses(workspace, [DEBARMENT])[0].state == "current"


def test_a_list_may_be_redirected_to_a_host_that_the_setting_adds(
    open_workspace: Open, home: Path, server: HTTPServer, authority: tuple[ssl.SSLContext, Path]
) -> None:
    """The server has two names: `localhost`, and the number that it is redirected to."""
    elsewhere = server.url_for("/moved").replace("localhost", "127.0.0.1")
    content = (home / "snapshots" / "un").glob("*/consolidated.xml")
    server.expect_request("/moved").respond_with_data(next(content).read_bytes())
    server.expect_request("/un.xml").respond_with_data(
        "", status=302, headers={"Location": elsewhere}
    )
    addresses = {UN: server.url_for("/un.xml")}
    for hosts, expected in (({}, "failed"), ({"un": ("127.0.0.1",)}, "unchanged")):
        workspace = open_workspace(home, addresses=addresses, hosts=hosts, ca_file=authority[1])
        result = load(workspace)
        assert result.result == expected, result.error
        if result.error:
            assert "127.0.0.1, which is not one of" in result.error.message


def test_where_the_page_cannot_be_read_the_alternate_is_fetched(
    open_workspace: Open, server: HTTPServer, authority: tuple[ssl.SSLContext, Path], samples: Path
) -> None:
    page, schedule = "proscribed-organisations.html", "terrorism-act-schedule-2.html"
    server.expect_request("/page").respond_with_data(
        "<html><main><p>A new design</p></main></html>", content_type="text/html"
    )
    server.expect_request("/robots.txt").respond_with_data("none", status=404)
    server.expect_request("/schedule").respond_with_data(
        (samples / "proscribed-organisations" / schedule).read_bytes(), content_type="text/html"
    )
    workspace = open_workspace(
        addresses={page: server.url_for("/page"), schedule: server.url_for("/schedule")},
        ca_file=authority[1],
    )
    for result in ("loaded", "unchanged"):
        (done,) = refresh(workspace, ["proscribed-organisations"], terms=SAMPLE)
        assert done.result == result
        assert "no list of organisations" in str(done.error)
    (status,) = statuses(workspace, ["proscribed-organisations"])
    assert status.state == "current"
    assert status.version is not None
    assert status.version.entries == 5
