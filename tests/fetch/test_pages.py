"""A register that is a run of pages: all of it or nothing, slowly, and never astray."""

import re
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from werkzeug import Response

from duediligence import registry
from duediligence.contracts import Feed
from duediligence.errors import FetchFailed, UnreadableFile
from duediligence.fetch import Snapshots, Visits, fetch_online
from duediligence.progress import SILENT, Silent

NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
LISTS = Path(__file__).parents[2] / "duediligence" / "demo" / "lists"
GAZETTE = (LISTS / "gazette-insolvency" / "notices-Tarvit-0001.json").read_bytes()


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self):
        self.now = 1000.0
        self.slept = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(round(seconds, 3))
        self.now += seconds


def following(page, address):
    """The address behind `next:` on a page, as it stands there."""
    found = re.search(r"next:(\S+)", page.read_text())
    return found[1] if found else ""


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def snapshots(tmp_path):
    return Snapshots(tmp_path / "snapshots")


@pytest.fixture
def fetch(server, make_client, make_list, snapshots, clock):
    def run(*feeds, now=NOW, progress=SILENT, path="/notices?page=1", **options):
        if not feeds:
            options = {"next_page": following, **options}
            feeds = (Feed("page-{page}.html", server.url_for(path), **options),)
        visits = Visits(make_client(retries=0), sleep=clock.sleep, clock=clock)
        return fetch_online(make_list(*feeds), feeds, visits, snapshots, progress=progress, now=now)

    return run


def pages(server, *bodies):
    """Serve bodies as pages 1, 2, …"""
    for number, body in enumerate(bodies, 1):
        server.expect_request("/notices", query_string=f"page={number}").respond_with_data(
            body, content_type="text/html"
        )


def test_pages_are_followed_to_the_last_and_numbered(server, fetch, clock):
    pages(server, "one next:/notices?page=2", "two next:?page=3#top", "three")
    snapshot = fetch()
    assert {name: path.read_text().split()[0] for name, path in snapshot.paths().items()} == {
        "page-0001.html": "one",
        "page-0002.html": "two",
        "page-0003.html": "three",
    }
    assert snapshot.origin == server.url_for("/notices") + " and 2 more"
    assert clock.slept == [1, 1]


def test_a_single_page_is_a_run_of_one(server, fetch, clock):
    pages(server, "one")
    assert list(fetch().paths()) == ["page-0001.html"]
    assert list(fetch(path="/notices?page=1", next_page=None).paths()) == ["page-0001.html"]
    assert clock.slept == []


def test_pages_are_fetched_whole_each_time_and_confirmed_where_they_are_the_same(server, fetch):
    pages(server, "one next:?page=2", "two")
    first = fetch()
    again = fetch(now=NOW + timedelta(days=1))
    assert [response.status_code for _, response in server.log] == [200] * 4
    assert again.id == first.id
    assert again.checked_at == NOW + timedelta(days=1)


@pytest.mark.parametrize("code", [403, 404, 500])
def test_one_page_that_fails_leaves_no_snapshot(server, fetch, snapshots, tmp_path, code):
    pages(server, "one next:?page=2")
    server.expect_request("/notices", query_string="page=2").respond_with_data("no", status=code)
    for optional in (False, True):
        with pytest.raises(FetchFailed, match=f"Invented List: .*notices answered {code}"):
            fetch(optional=optional)
    assert snapshots.latest("invented") is None
    assert [path.name for path in (tmp_path / "snapshots" / "invented").iterdir()] == [".failed"]


def test_an_optional_run_whose_first_page_is_missing_is_left_out(server, fetch):
    server.expect_request("/list.xml").respond_with_data("<list/>")
    server.expect_request("/gone").respond_with_data("no", status=404)
    gone = Feed("p-{page}.html", server.url_for("/gone"), optional=True, next_page=following)
    assert list(fetch(Feed("list.xml", server.url_for("/list.xml")), gone).paths()) == ["list.xml"]


@pytest.mark.parametrize("target", ["?page=1", "?page=2", "?page=1#again"])
def test_pages_that_lead_back_have_no_end(server, fetch, snapshots, target):
    pages(server, "one next:?page=2", f"two next:{target}")
    with pytest.raises(FetchFailed, match="page 2 links back to a page already read"):
        fetch()
    assert snapshots.latest("invented") is None
    assert len(server.log) == 2


def test_more_pages_than_a_feed_may_have_are_refused(server, fetch):
    pages(server, "one next:?page=2", "two next:?page=3", "three")
    with pytest.raises(FetchFailed, match="more than 2 pages"):
        fetch(max_pages=2)
    assert len(server.log) == 2
    assert len(fetch(max_pages=3).files) == 3


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("https://localhost:{port}/list.xml", "links to host localhost, which is not one of"),
        ("https://127.0.0.1@localhost:{port}/list.xml", "links to host localhost"),
        ("//localhost:{port}/list.xml", "links to host localhost"),
        ("http://127.0.0.1:{port}/list.xml", "without https"),
        ("file:///etc/passwd", "without https"),
        ("javascript:void(0)", "without https"),
        ("https://[", "cannot be"),
    ],
)
def test_a_page_may_not_send_us_elsewhere(server, elsewhere, fetch, target, said):
    pages(server, "one next:" + target.format(port=elsewhere.port))
    with pytest.raises((FetchFailed, UnreadableFile), match=said):
        fetch()
    assert elsewhere.log == []


def test_a_page_may_send_us_to_a_host_of_the_feed(server, elsewhere, fetch):
    pages(server, "one next:" + elsewhere.url_for("/list.xml").replace("127.0.0.1", "localhost"))
    assert fetch(hosts=("LOCALHOST",)).paths()["page-0002.html"].read_text() == "<elsewhere/>"


def test_a_page_over_the_cap_is_refused(server, fetch):
    pages(server, "one next:?page=2", "x" * 100)
    with pytest.raises(FetchFailed, match="more than 50 bytes"):
        fetch(max_bytes=50)


def test_a_page_that_is_not_what_it_should_be_is_told(server, fetch, snapshots):
    def changed(page, address):
        raise UnreadableFile(f"{page.name}: there is no link to the next page")

    def broken(page, address):
        raise ZeroDivisionError("oh")

    pages(server, "one")
    with pytest.raises(UnreadableFile, match=r"page-0001\.html: there is no link"):
        fetch(next_page=changed)
    with pytest.raises(UnreadableFile, match=r"page-0001\.html: cannot be read: ZeroDivisionError"):
        fetch(next_page=broken)
    assert snapshots.latest("invented") is None


def test_the_address_of_a_page_is_given_to_its_reader_whole(server, fetch):
    given = []

    def last(page, address):
        given.append(address)
        return ""

    pages(server, "one")
    fetch(next_page=last)
    assert given == [server.url_for("/notices?page=1")]


def test_runs_on_one_site_are_spaced_out_together(server, fetch, clock):
    pages(server, "one", "two")
    feeds = [
        Feed(f"{name}-{{page}}.html", server.url_for(f"/notices?page={number}"))
        for number, name in enumerate(("a", "b"), 1)
    ]
    fetch(*feeds)
    assert clock.slept == [1]


def test_no_query_is_told_or_written_down(server, fetch):
    class Notes(Silent):
        notes: list[str] = []  # noqa: RUF012

        def note(self, message):
            self.notes.append(message)

    server.expect_request("/notices").respond_with_data("one next:?key=s3cret2")
    with pytest.raises(FetchFailed) as caught:
        fetch(path="/notices?key=s3cret", progress=Notes(), max_pages=1)
    assert "s3cret" not in " ".join([caught.value.message, str(caught.value.hint), *Notes.notes])


BROKEN = {
    "empty": b"",
    "cut": GAZETTE[: len(GAZETTE) // 2],
    "no JSON": b"Service temporarily unavailable",
    "fewer notices than it says": GAZETTE.replace(b'"f:page-stop": "4"', b'"f:page-stop": "9"'),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize(("failures", "works"), [(5, True), (6, False)])
def test_a_page_that_its_server_failed_to_make_is_asked_for_again(
    server, make_client, make_list, snapshots, clock, broken, failures, works
):
    """As the Gazette's: it has errors, empty and cut pages, and fails when it gets Accept."""
    asked = []

    def answer(request):
        asked.append(request)
        if "Accept" in request.headers:
            return Response("", 500)
        return Response(broken if len(asked) <= failures else GAZETTE, mimetype="application/json")

    server.expect_request("/robots.txt").respond_with_data("none", status=404)
    server.expect_request("/notices").respond_with_handler(answer)
    feed = registry.get_watchlist("gazette-insolvency").feeds[0]
    feed = replace(feed, filename="notices-Tarvit-{page}.json", url=server.url_for("/notices"))
    visits = Visits(make_client(sleep=lambda _: None), sleep=clock.sleep, clock=clock)
    expected = nullcontext() if works else pytest.raises(FetchFailed, match="asked 6 times")
    with expected:
        fetch_online(make_list(feed), (feed,), visits, snapshots, progress=SILENT, now=NOW)
    assert len(asked) == 6


def test_a_pause_of_the_feed_goes_before_the_usual_one(server, fetch, clock):
    pages(server, "one next:/notices?page=2", "two next:?page=3", "three")
    fetch(pause=2.5)
    assert clock.slept == [2.5, 2.5]
