"""A list's files from its publisher, as snapshots."""

import json
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from werkzeug import Response

from duediligence import registry
from duediligence.contracts import Feed
from duediligence.errors import FetchFailed
from duediligence.fetch import Snapshots, Visits, fetch_online
from duediligence.progress import Silent

NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
DAY = timedelta(days=1)


class Notes(Silent):
    def __init__(self):
        self.notes = []

    def note(self, message):
        self.notes.append(message)


@pytest.fixture
def snapshots(tmp_path):
    return Snapshots(tmp_path / "snapshots")


@pytest.fixture
def fetch(server, make_client, make_list, snapshots):
    """Fetch the files named (`?` in front: optional) from the server at a time."""

    def run(*names, now=NOW, progress=None, **feed):
        feeds = tuple(
            Feed(n.lstrip("?"), server.url_for(f"/{n.lstrip('?')}?key=s3cret"), n[0] == "?", **feed)
            for n in names
        )
        return fetch_online(
            make_list(*feeds),
            feeds,
            Visits(make_client(retries=1)),
            snapshots,
            progress=progress or Silent(),
            now=now,
        )

    return run


def _serve(server, name, body, etag=""):
    """Serve a file, answering 304 to who has it; forgets what the name stood for before."""
    conditions = {"If-None-Match": etag}
    if etag:
        server.expect_request(f"/{name}", headers=conditions).respond_with_data(status=304)
    server.expect_request(f"/{name}").respond_with_data(body, headers={"ETag": etag})


def test_a_snapshot_holds_the_bytes_and_how_they_came(server, fetch, snapshots, tmp_path):
    _serve(server, "list.xml", "<list/>", '"v1"')
    snapshot = fetch("list.xml", now=NOW.astimezone(timezone(timedelta(hours=2))))
    assert snapshot.id == f"20261124T143000Z-{snapshot.sha256[:12]}"
    assert snapshot.folder == tmp_path / "snapshots" / "invented" / snapshot.id
    assert snapshot.taken_at == snapshot.checked_at == snapshot.retrieved_at == NOW
    assert snapshot.taken_at.tzinfo is UTC
    assert snapshot.origin == server.url_for("/list.xml")
    assert snapshot.paths()["list.xml"].read_text() == "<list/>"
    assert snapshots.latest("invented") == snapshot
    manifest = (snapshot.folder / "manifest.json").read_text()
    assert "s3cret" not in manifest
    assert json.loads(manifest)["files"][0]["headers"]["ETag"] == '"v1"'


def test_what_did_not_change_is_confirmed_and_not_sent(server, fetch, snapshots):
    _serve(server, "list.xml", "<list/>", '"v1"')
    first = fetch("list.xml")
    again = fetch("list.xml", now=NOW + DAY)
    assert server.log[-1][1].status_code == 304
    assert again.id == first.id
    assert (again.retrieved_at, again.checked_at) == (NOW, NOW + DAY)
    assert snapshots.all("invented") == (again,)


def test_the_same_bytes_sent_again_make_no_new_snapshot(server, fetch, snapshots):
    _serve(server, "list.xml", "<list/>")
    first = fetch("list.xml")
    again = fetch("list.xml", now=NOW + DAY)
    assert [response.status_code for _, response in server.log] == [200, 200]
    assert again.id == first.id
    assert again.checked_at == NOW + DAY
    assert len(snapshots.all("invented")) == 1


def test_a_check_never_goes_back_in_time(server, fetch):
    _serve(server, "list.xml", "<list/>")
    fetch("list.xml", now=NOW)
    assert fetch("list.xml", now=NOW - DAY).checked_at == NOW


def test_files_that_did_not_change_are_taken_over_into_a_new_snapshot(server, fetch, snapshots):
    _serve(server, "SDN.CSV", "1", '"v1"')
    _serve(server, "ALT.CSV", "a", '"v1"')
    first = fetch("SDN.CSV", "ALT.CSV")
    server.clear()
    _serve(server, "SDN.CSV", "2", '"v2"')
    _serve(server, "ALT.CSV", "a", '"v1"')
    second = fetch("SDN.CSV", "ALT.CSV", now=NOW + DAY)
    assert [response.status_code for _, response in server.log] == [200, 304]
    assert {name: path.read_text() for name, path in second.paths().items()} == {
        "SDN.CSV": "2",
        "ALT.CSV": "a",
    }
    assert second.id != first.id
    assert second.retrieved_at == NOW
    assert second.checked_at == NOW + DAY
    assert second.origin == server.url_for("/SDN.CSV") + " and 1 more"
    assert snapshots.all("invented") == (second, first)


def test_a_damaged_copy_is_asked_for_whole(server, fetch, snapshots):
    _serve(server, "list.xml", "<list/>", '"v1"')
    first = fetch("list.xml")
    first.paths()["list.xml"].write_text("<LIST/>")
    again = fetch("list.xml", now=NOW + DAY)
    assert server.log[-1][1].status_code == 200
    assert again.paths()["list.xml"].read_text() == "<list/>"
    assert again.id != first.id


def test_a_file_damaged_within_the_second_is_replaced(server, fetch):
    _serve(server, "list.xml", "<list/>", '"v1"')
    fetch("list.xml").paths()["list.xml"].write_text("<LIST/>")
    assert fetch("list.xml").paths()["list.xml"].read_text() == "<list/>"


def test_a_copy_from_another_address_is_not_taken_for_this_one(
    server, fetch, snapshots, make_client, make_list
):
    _serve(server, "list.xml", "<list/>", '"v1"')
    _serve(server, "moved/list.xml", "<moved/>", '"v1"')
    fetch("list.xml")
    feeds = (Feed("list.xml", server.url_for("/moved/list.xml")),)
    moved = fetch_online(
        make_list(*feeds), feeds, Visits(make_client()), snapshots, progress=Silent(), now=NOW + DAY
    )
    assert moved.paths()["list.xml"].read_text() == "<moved/>"


def test_an_optional_file_may_be_missing(server, fetch):
    _serve(server, "SDN.CSV", "1")
    server.expect_request("/COMMENTS.CSV").respond_with_data("no", status=404)
    progress = Notes()
    snapshot = fetch("SDN.CSV", "?COMMENTS.CSV", progress=progress)
    assert list(snapshot.paths()) == ["SDN.CSV"]
    assert any("COMMENTS.CSV answered 404 Not Found" in note for note in progress.notes)
    assert not any("s3cret" in note for note in progress.notes)


def test_an_optional_file_without_an_address_is_left_out(server, snapshots, make_client, make_list):
    _serve(server, "SDN.CSV", "1")
    feeds = (Feed("SDN.CSV", server.url_for("/SDN.CSV")), Feed("NOTES.CSV", optional=True))
    snapshot = fetch_online(
        make_list(*feeds), feeds, Visits(make_client()), snapshots, progress=Silent(), now=NOW
    )
    assert list(snapshot.paths()) == ["SDN.CSV"]


@pytest.mark.parametrize("code", [403, 500])
def test_an_optional_file_that_cannot_be_had_is_not_taken_for_missing(server, fetch, code):
    _serve(server, "SDN.CSV", "1")
    server.expect_request("/ALT.CSV").respond_with_data("no", status=code)
    with pytest.raises(FetchFailed, match=rf"ALT\.CSV answered {code}"):
        fetch("SDN.CSV", "?ALT.CSV")


def test_nothing_but_missing_files_is_a_failure(server, fetch, snapshots):
    server.expect_request("/COMMENTS.CSV").respond_with_data("no", status=404)
    with pytest.raises(FetchFailed, match="Invented List: the server has none of its files"):
        fetch("?COMMENTS.CSV")
    assert snapshots.latest("invented") is None


def test_a_failure_names_the_list_and_what_to_do_and_keeps_what_was_there(
    server, fetch, snapshots, tmp_path
):
    _serve(server, "SDN.CSV", "1")
    _serve(server, "ALT.CSV", "a")
    first = fetch("SDN.CSV", "ALT.CSV")
    server.clear()
    _serve(server, "SDN.CSV", "2")
    server.expect_request("/ALT.CSV").respond_with_data("no", status=404)
    with pytest.raises(FetchFailed) as caught:
        fetch("SDN.CSV", "ALT.CSV", now=NOW + DAY)
    address = server.url_for("/ALT.CSV")
    assert caught.value.message == f"Invented List: {address} answered 404 Not Found"
    assert "https://lists.example.org" in str(caught.value.hint)
    assert "bring list files (invented)" in str(caught.value.hint)
    assert snapshots.latest("invented") == first
    kept = {path.name for path in (tmp_path / "snapshots" / "invented").iterdir()}
    assert kept <= {first.id, ".failed"}


def test_the_hosts_and_the_size_of_a_feed_are_kept_to(server, elsewhere, fetch):
    target = elsewhere.url_for("/list.xml").replace("127.0.0.1", "localhost")
    server.expect_request("/list.xml").respond_with_data(status=302, headers={"Location": target})
    with pytest.raises(FetchFailed, match="redirected to host localhost"):
        fetch("list.xml")
    with pytest.raises(FetchFailed, match="more than 5 bytes"):
        fetch("list.xml", hosts=("localhost",), max_bytes=5)
    assert fetch("list.xml", hosts=("localhost",)).files[0].final_url == target


def test_a_required_file_that_a_person_must_bring_is_told(snapshots, make_client, make_list):
    feeds = (Feed("debarment.csv"),)
    with pytest.raises(FetchFailed, match=r"debarment\.csv is not published at any address"):
        fetch_online(
            make_list(*feeds), feeds, Visits(make_client()), snapshots, progress=Silent(), now=NOW
        )


@pytest.mark.parametrize(("failures", "works"), [(5, True), (6, False)])
def test_a_feed_may_be_asked_for_more_often(
    make_list, make_client, server, tmp_path, failures, works
):
    """As the EU's, whose service fails in bursts: five retries, after longer and longer waits."""
    eu = registry.get_watchlist("eu").feeds[0]
    answers = iter([500] * failures)
    server.expect_request("/eu").respond_with_handler(
        lambda request: Response("<export/>", next(answers, 200))
    )
    waits = []
    feeds = (replace(eu, url=server.url_for("/eu")),)
    visits = Visits(make_client(backoff=2, sleep=waits.append))
    snapshots = Snapshots(tmp_path / "snapshots")
    expected = nullcontext() if works else pytest.raises(FetchFailed, match="asked 6 times")
    with expected:
        fetch_online(make_list(*feeds), feeds, visits, snapshots, progress=Silent(), now=NOW)
    assert len(waits) == 5
    assert all(2**n <= wait <= 3 * 2**n for n, wait in enumerate(waits))


def test_the_hosts_of_the_un_are_exact_names():
    (feed,) = registry.get_watchlist("un").feeds
    assert set(feed.hosts) == {
        "unsolprodfiles.blob.core.windows.net",
        "umsanrp1dltx4dj3sxtt.blob.core.windows.net",
    }
