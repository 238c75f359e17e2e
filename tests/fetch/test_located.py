"""A file whose address changes: a page or document is asked where it is."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from duediligence.contracts import Feed
from duediligence.errors import FetchFailed, UnreadableFile
from duediligence.fetch import Snapshots, Visits, fetch_online, resolve_feeds
from duediligence.progress import SILENT

NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)


def locate(document):
    return json.loads(document.read_text()).get("url", "")


@pytest.fixture
def snapshots(tmp_path):
    return Snapshots(tmp_path / "snapshots")


@pytest.fixture
def fetch(server, make_client, make_list, snapshots):
    def run(addresses=None, now=NOW, **options):
        feed = Feed(
            "register.csv", server.url_for("/content.json"), **{"locate": locate, **options}
        )
        feeds = tuple(resolve_feeds((feed,), (), addresses or {}, now=now))
        visits = Visits(make_client(retries=0))
        return fetch_online(make_list(*feeds), feeds, visits, snapshots, progress=SILENT, now=now)

    return run


def name(server, url):
    server.expect_request("/content.json").respond_with_json({"url": url})


def serve(server, path, body, etag='"v1"'):
    server.expect_request(path, headers={"If-None-Match": etag}).respond_with_data(status=304)
    server.expect_request(path).respond_with_data(body, headers={"ETag": etag})


def test_the_document_is_kept_beside_the_file_that_it_names(server, fetch):
    name(server, server.url_for("/media/1/register.csv"))
    serve(server, "/media/1/register.csv", "name\nQuill Ltd\n")
    snapshot = fetch()
    assert list(snapshot.paths()) == ["register.csv", "register.csv.located-from"]
    assert snapshot.paths()["register.csv"].read_text() == "name\nQuill Ltd\n"
    assert "media/1" in snapshot.paths()["register.csv.located-from"].read_text()
    assert snapshot.origin == server.url_for("/media/1/register.csv") + " and 1 more"


def test_a_file_that_has_not_changed_is_not_sent_again(server, fetch):
    name(server, server.url_for("/media/1/register.csv"))
    serve(server, "/media/1/register.csv", "1")
    first = fetch()
    again = fetch(now=NOW + timedelta(days=1))
    assert server.log[-1][1].status_code == 304
    assert again.id == first.id


def test_a_file_at_a_new_address_is_fetched_whole(server, fetch):
    name(server, server.url_for("/media/1/register.csv"))
    serve(server, "/media/1/register.csv", "1")
    fetch()
    server.clear()
    name(server, server.url_for("/media/2/register.csv"))
    serve(server, "/media/2/register.csv", "2")
    assert fetch(now=NOW + timedelta(days=1)).paths()["register.csv"].read_text() == "2"


def test_addresses_that_differ_in_their_query_do_not_answer_for_each_other(server, fetch):
    for query in ("v=1", "v=2"):
        server.clear()
        name(server, server.url_for(f"/register.csv?{query}"))
        serve(server, "/register.csv", query)
        assert fetch().paths()["register.csv"].read_text() == query


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("https://localhost:{port}/list.xml", "links to host localhost, which is not one of"),
        ("http://127.0.0.1:{port}/list.xml", "without https"),
        ("https://[", "links to an address that cannot be used"),
        ("", "content.json does not name register.csv"),
        (" ", "content.json does not name register.csv"),
    ],
)
def test_a_document_may_not_send_us_elsewhere(server, elsewhere, fetch, snapshots, named, said):
    name(server, named.format(port=elsewhere.port))
    with pytest.raises((FetchFailed, UnreadableFile), match=said):
        fetch()
    assert elsewhere.log == []
    assert snapshots.latest("invented") is None


def test_a_document_may_name_a_host_of_the_feed(server, elsewhere, fetch):
    name(server, elsewhere.url_for("/list.xml").replace("127.0.0.1", "localhost"))
    assert fetch(hosts=("localhost",)).paths()["register.csv"].read_text() == "<elsewhere/>"


def test_a_document_that_cannot_be_read_is_told(server, fetch, snapshots):
    server.expect_request("/content.json").respond_with_data("<html>")
    with pytest.raises(UnreadableFile, match=r"located-from: cannot be read: JSONDecodeError"):
        fetch()
    assert snapshots.latest("invented") is None


def test_a_document_without_an_end_is_refused(server, broken, make_client, make_list, snapshots):
    def endless(connection, running):
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not running.stopped.is_set():
            connection.sendall(b"x" * 1_000_000)

    feeds = (Feed("register.csv", broken(endless).url_for("/"), locate=locate),)
    with pytest.raises(FetchFailed, match="more than 20,000,000 bytes"):
        fetch_online(
            make_list(*feeds),
            feeds,
            Visits(make_client(retries=0)),
            snapshots,
            progress=SILENT,
            now=NOW,
        )


def test_an_address_that_is_set_is_that_of_the_file_or_of_the_document(server, fetch):
    serve(server, "/mirror/register.csv", "mirrored")
    mirror = {"register.csv": server.url_for("/mirror/register.csv")}
    assert list(fetch(mirror).paths()) == ["register.csv"]
    other = server.url_for("/other.json")
    server.expect_request("/other.json").respond_with_json({"url": mirror["register.csv"]})
    assert fetch({"register.csv.located-from": other}).paths()["register.csv"].read_text() == (
        "mirrored"
    )
