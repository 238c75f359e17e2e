"""National registers fetched from a server that answers as theirs, page by page, to the entries."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from duediligence.watchlists.ea_enforcement import parse as ea
from duediligence.watchlists.ea_waste_carriers import parse as carriers
from duediligence.watchlists.gazette_insolvency import parse as gazette
from duediligence.watchlists.hse_convictions import parse as hse_convictions
from duediligence.watchlists.hse_notices import parse as hse_notices
from werkzeug import Request, Response

from duediligence.contracts import Files, Watchlist
from duediligence.errors import UnreadableFile
from duediligence.fetch import Snapshots, Visits, fetch_online
from duediligence.fetch.feeds import resolve_feeds
from duediligence.progress import SILENT
from duediligence.screening.lists.wholeness import check_whole

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
        ea,
        ("2025", "2026"),
        # Full after two: the offsets of the sample's pages are 0, 2 and 3.
        lambda q: f"enforcement-actions-{q['after'][:4]}-000{(int(q['_offset']) + 3) // 2}.json",
    ),
    (carriers, (), lambda q: f"registrations-000{int(q['_offset']) // 4 + 1}.json"),
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
        replace(feed, url=feed.url.replace(publisher, site))
        for feed in resolve_feeds(watchlist.feeds, parts, {}, now=NOW)
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


@pytest.mark.parametrize("stated", ["its own limit", "the limit asked", "nothing"])
def test_a_server_that_gives_fewer_than_were_asked_for_is_asked_for_all(
    server, make_client, tmp_path, stated
):
    holders = [
        {"registrationNumber": f"CBDU99{n:04}", "holder": {"name": f"Nowhere Skips {n} Ltd"}}
        for n in range(230)
    ]

    def answer(request: Request) -> Response:
        limit, offset = (int(request.args[name]) for name in ("_limit", "_offset"))
        meta = {"limit": 100 if stated == "its own limit" else limit, "offset": offset}
        body = {"meta": {} if stated == "nothing" else meta, "items": holders[offset:][:100]}
        return Response(json.dumps(body), mimetype="application/json")

    address = urlsplit(carriers.feeds[0].url)
    server.expect_request("/robots.txt").respond_with_data("none", status=404)
    server.expect_request(address.path).respond_with_handler(answer)
    url = server.url_for(f"{address.path}?{address.query}")
    feeds = (replace(carriers.feeds[0], url=url),)
    fetched = fetch_online(
        replace(carriers, feeds=feeds),
        feeds,
        Visits(make_client(retries=0), sleep=lambda _: None),
        Snapshots(tmp_path / "snapshots"),
        progress=SILENT,
        now=NOW,
    ).paths()
    check_whole(feeds, fetched)
    assert len(list(carriers.parse(Files(fetched)))) == 230
    # The last answer of all is the one that holds nothing.
    cut = dict(list(fetched.items())[:-1])
    with pytest.raises(UnreadableFile, match="another page follows it"):
        check_whole(feeds, cut)
