"""robots.txt is asked for once, obeyed, and an unanswered one allows nothing."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duediligence.contracts import Feed
from duediligence.errors import FetchFailed
from duediligence.fetch import Snapshots, Visits, fetch_online
from duediligence.fetch.visits import parse_robots_rules
from duediligence.progress import SILENT
from tests.rows import for_each

NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
PAGE = "https://register.example.org/planning/search?type=Enforcement&page=2"


@for_each(
    ("text", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: *\nDisallow: /", False),
        ("\ufeffUser-Agent: *\r\nDISALLOW : /\r\n", False),
        ("User-agent: *\nDisallow: /planning", False),
        ("User-agent: *\nDisallow: /licensing", True),
        ("User-agent: *\n\nDisallow: /", False),
        ("User-agent: * # all\nDisallow: / # of it", False),
        ("User-agent: otherbot\nDisallow: /", True),
        ("User-agent: DueDiligence\nDisallow: /", False),
        ("User-agent: *\nDisallow: /\nUser-agent: duediligence\nAllow: /", True),
        ("User-agent: duediligence\nDisallow: /\nUser-agent: *\nAllow: /", False),
        ("User-agent: a\nUser-agent: duediligence\nDisallow: /", False),
        # The longest rule counts, and of two as long the one that allows.
        ("User-agent: *\nAllow: /\nDisallow: /planning/", False),
        ("User-agent: *\nDisallow: /\nAllow: /planning/", True),
        ("User-agent: *\nDisallow: /planning\nAllow: /planning", True),
        # Wildcards.
        ("User-agent: *\nDisallow: /*?", False),
        ("User-agent: *\nDisallow: /*page=2$", False),
        ("User-agent: *\nDisallow: /*page$", True),
        ("User-agent: *\nDisallow: *", False),
        ("User-agent: *\nDisallow: /*.pdf$", True),
        ("User-agent: *\nDisallow: /\nAllow: /*type=Enforcement", True),
        ("User-agent: duediligence\nDisallow: /*.pdf$\nUser-agent: *\nDisallow: /", True),
        ("User-agent: *\nDisallow: /%70lanning", False),
        ("<html><body>Not found</body></html>", True),
        # What cannot be made sense of.
        ("User-agent: *\nDisallow: //[", False),
        ("User-agent: *\nCrawl-delay: ²\nDisallow: /x", False),
    ],
)
def test_what_a_file_allows(text: str, allowed: bool) -> None:
    assert parse_robots_rules(text.encode(), PAGE)[0] is allowed


@for_each(
    ("text", "delay"),
    [("", 0), ("7", 7), ("30", 30), ("31", 30), ("9" * 400, 30), ("soon", 0), ("-5", 0)],
)
def test_how_long_a_file_asks_to_wait(text: str, delay: int) -> None:
    assert parse_robots_rules(f"User-agent: *\nCrawl-delay: {text}".encode(), PAGE) == (True, delay)


@given(st.binary(max_size=300) | st.text("AaDdilosw:*/$?[]#% \n\r-gentcraly0²", max_size=200))
def test_no_file_stops_us_from_deciding(text: bytes | str) -> None:
    data = text if isinstance(text, bytes) else text.encode()
    for url in (PAGE, "https://a.example", "https://a.example//[x?%2523#f"):
        allowed, delay = parse_robots_rules(b"User-agent: *\n" + data, url)
        assert isinstance(allowed, bool)
        assert 0 <= delay <= 30


def test_a_hostile_pattern_takes_no_time() -> None:
    pattern = "/" + "*a" * 10_000 + "b"
    target = "https://a.example/" + "a" * 5_000
    assert parse_robots_rules(f"User-agent: *\nDisallow: {pattern}".encode(), target)[0]


class Clock:
    def __init__(self) -> None:
        self.now = 5.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def fetch(server, make_client, make_list, tmp_path, clock):
    visits = Visits(make_client(retries=0), sleep=clock.sleep, clock=clock)
    snapshots = Snapshots(tmp_path / "snapshots")

    def run(*names, **options):
        feeds = tuple(
            Feed(name, server.url_for(f"/{name}"), **{"robots": True, **options}) for name in names
        )
        return fetch_online(make_list(*feeds), feeds, visits, snapshots, progress=SILENT, now=NOW)

    return run


def asked(server):
    return [request.path for request, _ in server.log]


def serve(server, *names, robots=None, **answer):
    if robots is not None:
        server.expect_request("/robots.txt").respond_with_data(robots, **answer)
    for name in names:
        server.expect_request(f"/{name}").respond_with_data(name)


def test_the_file_is_asked_for_once_in_a_refresh(server, fetch):
    serve(server, "a.html", "b.html", robots="User-agent: *\nDisallow: /private")
    fetch("a.html", "b.html")
    fetch("a.html")
    assert asked(server) == ["/robots.txt", "/a.html", "/b.html", "/a.html"]


def test_a_list_that_does_not_ask_for_it_is_not_kept_from_its_file(server, fetch):
    serve(server, "a.html", robots="User-agent: *\nDisallow: /")
    fetch("a.html", robots=False)
    assert asked(server) == ["/a.html"]


def test_a_page_that_is_kept_from_programs_is_not_asked_for(server, fetch):
    serve(server, "a.html", robots="User-agent: duediligence\nDisallow: /a")
    with pytest.raises(FetchFailed) as caught:
        fetch("a.html")
    assert "robots.txt does not allow programs" in caught.value.message
    assert "Export it by hand" in str(caught.value.hint)
    assert "bring list files (invented)" in str(caught.value.hint)
    assert "`file`" in str(caught.value.hint)
    assert "Try again" not in str(caught.value.hint)
    assert asked(server) == ["/robots.txt"]


def test_a_page_that_an_allowed_one_leads_to_is_checked_too(server, fetch):
    serve(server, "b.html", robots="User-agent: *\nDisallow: /b")
    server.expect_request("/a-{page}.html").respond_with_data("x")
    server.expect_request("/a-%7Bpage%7D.html").respond_with_data("x")
    with pytest.raises(FetchFailed, match=r"b\.html was not fetched"):
        fetch("a-{page}.html", next_page=lambda page, url: "b.html")


@pytest.mark.parametrize("status", [404, 410])
def test_a_site_without_the_file_allows_all(server, fetch, status):
    serve(server, "a.html", robots="User-agent: *\nDisallow: /", status=status)
    assert list(fetch("a.html").paths()) == ["a.html"]


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_a_site_that_does_not_say_allows_nothing_now(server, fetch, status):
    serve(server, "a.html", robots="no", status=status)
    for _ in range(2):
        with pytest.raises(FetchFailed, match=r"a\.html was not fetched: .*robots\.txt answered"):
            fetch("a.html")
    assert asked(server) == ["/robots.txt"]


def test_a_file_without_an_end_allows_nothing(server, fetch):
    serve(server, "a.html", robots="#" * 600_000)
    with pytest.raises(FetchFailed, match="more than 512,000 bytes"):
        fetch("a.html")


@pytest.mark.parametrize(
    ("delay", "slept"), [("", []), ("Crawl-delay: 4", [4, 4]), ("Crawl-delay: 900", [30, 30])]
)
def test_the_wait_that_a_site_asks_for_is_kept(server, fetch, clock, delay, slept):
    serve(server, "a", "b", "c", robots=f"User-agent: *\n{delay}\nDisallow: /x")
    fetch("a", "b", "c")
    assert clock.slept == slept
