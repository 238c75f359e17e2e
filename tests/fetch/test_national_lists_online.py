"""National registers fetched from a server that answers as theirs, page by page, to the entries."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from duediligence.watchlists.ea_enforcement import parse as ea
from duediligence.watchlists.fca_warnings import parse as fca
from duediligence.watchlists.gazette_insolvency import parse as gazette
from duediligence.watchlists.hse_convictions import parse as hse_convictions
from duediligence.watchlists.hse_notices import parse as hse_notices
from werkzeug import Request, Response

from duediligence.contracts import Files, Watchlist
from duediligence.fetch import Snapshots, Visits, fetch_online
from duediligence.fetch.feeds import addressed
from duediligence.progress import SILENT

NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
SAMPLES = Path(__file__).parents[2] / "duediligence" / "demo" / "lists"
Named = Callable[[Mapping[str, str]], str]
CASES: list[tuple[Watchlist, tuple[str, ...], Named]] = [
    (
        hse_notices,
        ("quillfeather", "thistledrum", "brackenhythe"),
        lambda q: f"notices-{q['SV']}-000{q['PN']}.html",
    ),
    (hse_convictions, (), lambda q: f"convictions-000{q['PN']}.html"),
    (
        gazette,
        ("Porthvellan", "Tarvit", "Lundrey"),
        lambda q: f"notices-{q['location-local-authority-1']}-000{q.get('results-page', 1)}.json",
    ),
    (
        fca,
        ("fenmoor", "brackenhythe"),
        lambda q: f"warnings-{q['n_search_term']}-000{2 if 'start' in q else 1}.html",
    ),
    (ea, (), lambda q: f"enforcement-actions-000{int(q['_offset']) // 3 + 1}.json"),
]


@pytest.mark.parametrize(
    ("watchlist", "parts", "named"), CASES, ids=[watchlist.id for watchlist, _, _ in CASES]
)
def test_every_page_of_every_search_is_fetched_and_read(
    server, make_client, tmp_path, watchlist, parts, named
):
    site = server.url_for("/").rstrip("/")
    publisher = f"https://{urlsplit(watchlist.feeds[0].url).netloc}"
    # The name of a file begins with what tells its feed from the others.
    stems = {
        urlsplit(feed.url).path: feed.filename.partition("-{")[0]
        for feed in watchlist.feeds
        if feed.url
    }
    samples = SAMPLES / watchlist.folder
    asked: list[str] = []

    def answer(request: Request) -> Response:
        first = urlsplit(watchlist.feeds[0].url).path
        asked.append(named(request.args).replace(stems[first], stems[request.path], 1))
        content = (samples / asked[-1]).read_bytes()
        return Response(content.replace(publisher.encode(), site.encode()), mimetype="text/html")

    server.expect_request("/robots.txt").respond_with_data("none", status=404)
    for path in stems:
        server.expect_request(path).respond_with_handler(answer)
    feeds = tuple(
        replace(feed, url=feed.url.replace(publisher, site).replace("_limit=500", "_limit=3"))
        for feed in addressed(watchlist.feeds, parts, {}, now=NOW)
    )
    fetched = fetch_online(
        replace(watchlist, feeds=feeds),
        feeds,
        Visits(make_client(retries=0), sleep=lambda _: None),
        Snapshots(tmp_path / "snapshots"),
        progress=SILENT,
        now=NOW,
    ).paths()
    assert list(fetched) == asked
    assert set(asked) == {path.name for path in samples.glob("*-000?.*")}
    # Addresses tell records apart, and those of a publisher are not those of this server.
    for name, path in fetched.items():
        (tmp_path / name).write_bytes(path.read_bytes().replace(site.encode(), publisher.encode()))
    found = watchlist.parse(Files({name: tmp_path / name for name in fetched}))
    assert list(found) == list(watchlist.parse(Files({name: samples / name for name in asked})))
