"""A list whose files have left their address is found by the publication that names them."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from duediligence.watchlists.ofac_consolidated import parse as consolidated
from duediligence.watchlists.ofac_sdn import parse as sdn
from duediligence.watchlists.uk_sanctions import parse as uk_sanctions

from duediligence.contracts import Files
from duediligence.fetch import Snapshots, Visits, fetch_online
from duediligence.progress import SILENT

NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
SAMPLES = Path(__file__).parents[2] / "duediligence" / "demo" / "lists"


@pytest.fixture
def fetch(make_client, tmp_path):
    def run(watchlist, feed):
        return fetch_online(
            watchlist,
            (feed,),
            Visits(make_client(retries=0), sleep=lambda _: None),
            Snapshots(tmp_path / "snapshots"),
            progress=SILENT,
            now=NOW,
        ).paths()

    return run


@pytest.mark.parametrize("kind", ["attachments", "documents"])
def test_the_publication_says_where_the_uk_list_is(server, fetch, kind):
    (feed,) = uk_sanctions.alternates[-1]
    content = (SAMPLES / "uk-sanctions" / feed.filename).read_bytes()
    others = ("UK-Sanctions-List.csv", "UK-Sanctions-List.xml", "schema/UK-list-v4.xsd")
    urls = [server.url_for(f"/moved/2027/{name}") for name in others]
    attachments = [{"title": "UK Sanctions List", "url": url} for url in urls]
    documents = [f'<section class="attachment"><a href="{url}">List</a></section>' for url in urls]
    held = {"attachments": attachments, "documents": documents}
    address = urlsplit(feed.url).path
    server.expect_request(address).respond_with_json({"details": {kind: held[kind]}})
    server.expect_request("/moved/2027/UK-Sanctions-List.xml").respond_with_data(content)
    fetched = fetch(uk_sanctions, replace(feed, url=server.url_for(address)))
    assert list(uk_sanctions.parse(Files(fetched)))
    assert fetched[feed.filename].read_bytes() == content


@pytest.mark.parametrize("watchlist", [sdn, consolidated], ids=lambda one: one.id)
def test_the_services_other_address_leads_to_its_bucket(server, elsewhere, fetch, watchlist):
    (feed,) = watchlist.alternates[-1]
    assert urlsplit(feed.url).path == f"/api/download/{feed.filename}"
    assert feed.hosts == watchlist.feeds[0].hosts
    content = (SAMPLES / watchlist.folder / feed.filename).read_bytes()
    target = elsewhere.url_for(f"/bucket/{feed.filename}").replace("127.0.0.1", "localhost")
    elsewhere.expect_request(f"/bucket/{feed.filename}").respond_with_data(content)
    server.expect_request(urlsplit(feed.url).path).respond_with_data(
        status=302, headers={"Location": target}
    )
    url = server.url_for(urlsplit(feed.url).path)
    fetched = fetch(watchlist, replace(feed, url=url, hosts=("localhost",)))
    assert list(watchlist.parse(Files(fetched)))
