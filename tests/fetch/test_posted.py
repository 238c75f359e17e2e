"""A list whose pages are asked for by POST: what is sent, kept as evidence, and refused."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from duediligence.watchlists.ico_enforcement import parse as ico
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from duediligence.contracts import Feed, Files, Watchlist
from duediligence.errors import FetchFailed
from duediligence.fetch import Client, Snapshot, Snapshots, Visits, fetch_online
from duediligence.progress import SILENT

NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
SAMPLES = Path(__file__).parents[2] / "duediligence" / "demo" / "lists"
Fetch = Callable[..., Snapshot]


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def fetch(make_client: Callable[..., Client], tmp_path: Path, slept: list[float]) -> Fetch:
    def run(watchlist: Watchlist, *, now: datetime = NOW) -> Snapshot:
        # Time that passes only while somebody sleeps.
        visits = Visits(make_client(retries=1), sleep=slept.append, clock=lambda: sum(slept))
        snapshots = Snapshots(tmp_path / "snapshots")
        return fetch_online(watchlist, watchlist.feeds, visits, snapshots, progress=SILENT, now=now)

    return run


def test_the_ico_search_is_fetched_to_its_last_page_at_the_pace_of_the_site(
    server: HTTPServer, fetch: Fetch, slept: list[float]
) -> None:
    sent: list[dict[str, object]] = []

    def answer(request: Request) -> Response:
        sent.append(json.loads(request.get_data()))
        name = f"enforcement-000{sent[-1]['pageNumber']}.json"
        content = (SAMPLES / ico.folder / name).read_bytes()
        return Response(content, mimetype="application/json")

    server.expect_request("/robots.txt").respond_with_data("User-agent: *\nCrawl-delay: 6")
    server.expect_request(
        "/api/search", method="POST", headers={"Content-Type": "application/json"}
    ).respond_with_handler(answer)
    (feed,) = ico.feeds
    snapshot = fetch(replace(ico, feeds=(replace(feed, url=server.url_for("/api/search")),)))
    rest = {"filters": [], "order": "newest", "rootPageId": 17222}
    assert sent == [rest | {"pageNumber": 1}, rest | {"pageNumber": 2}]
    assert slept == [6]
    assert [json.loads(file.sent) for file in snapshot.files] == sent
    found = list(ico.parse(Files(snapshot.paths())))
    assert [entry.name for entry in found][:2] == ["Larkspur Dialling Limited"] * 2
    assert len(found) == 5


@pytest.fixture
def posted(server: HTTPServer, make_list: Callable[..., Watchlist]) -> Watchlist:
    """A list of one file that is posted for."""
    feed = Feed("list.json", server.url_for("/search"), post='{"all":true}')
    return make_list(feed)


def test_what_was_posted_is_kept_and_sent_again_whole(
    server: HTTPServer, fetch: Fetch, posted: Watchlist
) -> None:
    server.expect_request("/search", method="POST", data='{"all":true}').respond_with_data(
        "[1]", headers={"ETag": '"1"'}
    )
    first = fetch(posted)
    assert first.files[0].sent == '{"all":true}'
    again = fetch(posted, now=NOW + timedelta(days=1))
    # An answer to a POST is never asked for by its age.
    assert [request.headers.get("If-None-Match") for request, _ in server.log] == [None, None]
    assert again.id == first.id


def test_what_was_posted_is_posted_again_after_a_passing_failure(
    server: HTTPServer, fetch: Fetch, posted: Watchlist
) -> None:
    server.expect_ordered_request("/search", method="POST").respond_with_data("", status=503)
    server.expect_ordered_request("/search", method="POST", data='{"all":true}').respond_with_data(
        "[1]"
    )
    assert fetch(posted).paths()["list.json"].read_text() == "[1]"


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_what_is_posted_follows_no_redirect(
    server: HTTPServer, fetch: Fetch, posted: Watchlist, code: int
) -> None:
    server.expect_request("/search").respond_with_data(
        "", status=code, headers={"Location": server.url_for("/other")}
    )
    with pytest.raises(FetchFailed, match="redirected a search that is sent by POST"):
        fetch(posted)
    assert [request.path for request, _ in server.log] == ["/search"]


@pytest.mark.parametrize(
    ("post", "message"),
    [('{"page":{page}}', "more than 3 pages, the maximum"), ("{}", "page 1 links back to a page")],
)
def test_posted_pages_have_an_end(
    server: HTTPServer,
    fetch: Fetch,
    make_list: Callable[..., Watchlist],
    post: str,
    message: str,
) -> None:
    server.expect_request("/search", method="POST").respond_with_data("[]")
    url = server.url_for("/search")
    feed = Feed("l-{page}.json", url, post=post, next_page=lambda _, at: at, max_pages=3)
    with pytest.raises(FetchFailed, match=message):
        fetch(make_list(feed))
