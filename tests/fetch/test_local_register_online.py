"""A described register from a real server: its pages followed, its robots.txt obeyed."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from duediligence.contracts import Files
from duediligence.council_registers import read_description, watchlist_of
from duediligence.errors import FetchFailed, UnreadableFile
from duediligence.fetch import Snapshot, Snapshots, Visits, fetch_online
from duediligence.progress import SILENT

NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
DESCRIPTION = """\
id = "licences"
title = "Licences"
authority = "Porthvellan Council"
power = "licensing"
handling = "public"
max_age_days = 30
expected = [1, 100]
[source]
url = "{url}"
format = "html"
next = "a.next"
[columns]
record_ref = "Ref"
source_url = {{ link = "Ref" }}
subject_name = "Holder"
record_type = {{ value = "licence_review" }}
"""


def page(number: int, link: str) -> str:
    row = f'<tr><td><a href="/licences/{number}">L/{number}</a></td><td>Firm {number}</td></tr>'
    table = f"<table><tr><th>Ref</th><th>Holder</th></tr>{row}</table>"
    return f'<html><body>{table}<a class="next" href="{link}">Next</a></body></html>'


@pytest.fixture
def fetch(
    server: HTTPServer, make_client: Callable, tmp_path: Path
) -> Callable[[], tuple[Snapshot, list[str]]]:
    def run() -> tuple[Snapshot, list[str]]:
        path = tmp_path / "licences.toml"
        path.write_text(DESCRIPTION.format(url=server.url_for("/licences?p=1")))
        made = watchlist_of(read_description(path))
        visits = Visits(make_client(retries=0), sleep=lambda _: None)
        snapshots = Snapshots(tmp_path / "snapshots")
        snapshot = fetch_online(made, made.feeds, visits, snapshots, progress=SILENT, now=NOW)
        return snapshot, [entry.url for entry in made.parse(Files(snapshot.paths()))]

    return run


def serve(server: HTTPServer, robots: str, *links: str) -> None:
    server.expect_request("/robots.txt").respond_with_data(robots, content_type="text/plain")
    for number, link in enumerate(links, 1):
        server.expect_request("/licences", query_string=f"p={number}").respond_with_data(
            page(number, link), content_type="text/html"
        )


def test_all_pages_are_fetched_and_read(server: HTTPServer, fetch: Callable) -> None:
    serve(server, "", "?p=2", "/licences?p=3", "#")
    snapshot, urls = fetch()
    assert sorted(snapshot.paths()) == [f"licences-000{n}.html" for n in (1, 2, 3)]
    assert urls == [server.url_for(f"/licences/{n}") for n in (1, 2, 3)]


def test_what_robots_forbid_is_not_fetched(server: HTTPServer, fetch: Callable) -> None:
    serve(server, "User-agent: *\nDisallow: /licences", "#")
    with pytest.raises(FetchFailed, match="robots"):
        fetch()


@pytest.mark.parametrize("link", ["javascript:go(2)", "https://elsewhere.example.org/licences"])
def test_a_register_that_goes_on_elsewhere_is_not_half_taken(
    server: HTTPServer, fetch: Callable, link: str
) -> None:
    serve(server, "", "?p=2", link)
    with pytest.raises((FetchFailed, UnreadableFile), match="not followed"):
        fetch()
