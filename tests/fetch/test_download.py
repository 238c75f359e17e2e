"""Downloads that end well, at once or after some trouble."""

import gzip
import hashlib
import socket
import threading
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest
from werkzeug import Request, Response

from duediligence.progress import Silent

BODY = b"<Designations>\xc3\xa9</Designations>\n" * 5000


def _answers(*codes, body=BODY, headers=None):
    left = list(codes)

    def answer(request: Request) -> Response:
        code = left.pop(0) if left else 200
        return Response(body if code == 200 else b"", code, headers if code != 200 else None)

    return answer


def test_a_file_arrives_whole_with_its_hash_and_headers(server, download, tmp_path):
    server.expect_request("/list.xml").respond_with_data(
        BODY,
        content_type="application/xml",
        headers={
            "ETag": '"v1"',
            "Last-Modified": "Tue, 24 Nov 2026 08:00:00 GMT",
            "Set-Cookie": "who=you",
        },
    )
    before = datetime.now(UTC)
    file = download(server.url_for("/list.xml?key=1"))
    assert (tmp_path / "list.xml").read_bytes() == BODY
    assert (file.filename, file.size) == ("list.xml", len(BODY))
    assert file.sha256 == hashlib.sha256(BODY).hexdigest()
    assert file.url == file.final_url == server.url_for("/list.xml")
    assert before <= file.retrieved_at <= datetime.now(UTC)
    assert file.retrieved_at.utcoffset() == timedelta(0)
    assert file.headers["ETag"] == '"v1"'
    assert file.headers["Content-Length"] == str(len(BODY))
    assert set(file.headers) <= {"ETag", "Last-Modified", "Content-Type", "Content-Length", "Date"}
    assert [path.name for path in tmp_path.iterdir()] == ["list.xml"]


def test_the_server_is_told_who_asks_and_no_password(server, download, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("default login officer password hunter2\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    server.expect_request("/list.xml").respond_with_data(BODY)
    download(server.url_for("/list.xml"))
    (request, _), *_ = server.log
    assert request.headers["User-Agent"] == "duediligence/0 (+https://example.org)"
    assert "Authorization" not in request.headers
    assert "If-None-Match" not in request.headers


def test_a_file_that_did_not_change_is_not_sent_again(server, download, tmp_path):
    conditions = {"If-None-Match": '"v1"', "If-Modified-Since": "Tue, 24 Nov 2026 08:00:00 GMT"}
    server.expect_request("/list.xml", headers=conditions).respond_with_data(status=304)
    file = download(
        server.url_for("/list.xml"), etag='"v1"', last_modified="Tue, 24 Nov 2026 08:00:00 GMT"
    )
    assert file is None
    assert list(tmp_path.iterdir()) == []


def test_compressed_content_is_stored_as_the_publisher_wrote_it(server, download, tmp_path):
    server.expect_request("/list.xml").respond_with_data(
        gzip.compress(BODY), headers={"Content-Encoding": "gzip"}
    )
    assert download(server.url_for("/list.xml")).sha256 == hashlib.sha256(BODY).hexdigest()
    assert (tmp_path / "list.xml").read_bytes() == BODY


@pytest.mark.parametrize("codes", [(500, 500), (502, 503, 504), (429,)])
def test_trouble_that_passes_is_waited_out(server, download, codes):
    server.expect_request("/list.xml").respond_with_handler(_answers(*codes))
    assert download(server.url_for("/list.xml")).size == len(BODY)
    assert len(server.log) == len(codes) + 1


def test_the_wait_doubles_and_is_never_over_a_minute(server, download):
    waits = []
    server.expect_request("/list.xml").respond_with_handler(_answers(*[503] * 6))
    download(server.url_for("/list.xml"), backoff=4, retries=6, sleep=waits.append)
    assert len(waits) == 6
    for attempt, wait in enumerate(waits):
        assert min(60, 2 * 2**attempt) <= wait <= min(60, 6 * 2**attempt)


@pytest.mark.parametrize(
    ("wish", "wait"),
    [("0", 0), ("7", 7), ("120", 120), ("3600", 300), ("Tue, 24 Nov 2099 08:00:00 GMT", 300)],
)
def test_the_servers_own_wish_for_a_wait_is_kept_up_to_five_minutes(server, download, wish, wait):
    waits = []
    answer = _answers(429, headers={"Retry-After": wish})
    server.expect_request("/list.xml").respond_with_handler(answer)
    download(server.url_for("/list.xml"), backoff=30, sleep=waits.append)
    assert waits == [wait]


@pytest.mark.parametrize("wish", ["soon", "9" * 5000, "Tue, 24 Nov 99999999 08:00:00 GMT"])
def test_a_wish_that_makes_no_sense_is_passed_over(server, download, wish):
    answer = _answers(503, headers={"Retry-After": wish})
    server.expect_request("/list.xml").respond_with_handler(answer)
    waits = []
    assert download(server.url_for("/list.xml"), sleep=waits.append).size == len(BODY)
    assert len(waits) == 1


def test_a_connection_closed_half_way_begins_again_from_the_start(broken, download, tmp_path):
    def half(connection, _server):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(BODY))
        connection.sendall(BODY[: len(BODY) // 2])

    def whole(connection, _server):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY)

    server = broken(half, half, whole)
    assert download(server.url_for("/list.xml")).size == len(BODY)
    assert (tmp_path / "list.xml").read_bytes() == BODY
    assert server.asked == 3


@pytest.mark.parametrize("compressed", [False, True])
def test_progress_counts_the_bytes(server, download, compressed):
    seen = []

    class Watching(Silent):
        def task(self, description, total=None, *, unit=""):
            seen.append((description, total))
            return nullcontext(self)

        def advance(self, steps=1):
            seen.append(steps)

    headers = {"Content-Encoding": "gzip"} if compressed else {}
    server.expect_request("/list.xml").respond_with_data(
        gzip.compress(BODY) if compressed else BODY, headers=headers
    )
    download(server.url_for("/list.xml"), progress=Watching())
    assert seen[0] == ("list.xml", None if compressed else len(BODY))
    assert sum(seen[1:]) == len(BODY)


def test_the_proxy_of_the_environment_is_used(refused, monkeypatch):
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as proxy:

        def turn_away():
            connection, _ = proxy.accept()
            with connection:
                asked.append(connection.recv(4096))
                connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")

        thread = threading.Thread(target=turn_away)
        thread.start()
        port = proxy.getsockname()[1]
        monkeypatch.setenv("HTTPS_PROXY", f"http://officer:hunter2@127.0.0.1:{port}")
        error = refused("https://lists.example.org/list.xml", retries=0)
        thread.join()
    assert asked[0].startswith(b"CONNECT lists.example.org:443")
    assert "the proxy of this network refused the connection" in error.message
    assert "HTTPS_PROXY" in error.hint
    assert "hunter2" not in error.message + error.hint
