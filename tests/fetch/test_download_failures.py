"""Downloads that cannot end well: each says why, and asks no more often than it should."""

import gzip
import socket
import struct

import pytest

from duediligence.errors import FetchFailed, StorageError
from duediligence.fetch import Client, NotThere
from duediligence.progress import Silent

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n"


def _says(*parts):
    def answer(connection, _server):
        for part in parts:
            connection.sendall(part)

    return answer


def _stalls(*parts):
    def answer(connection, server):
        _says(*parts)(connection, server)
        server.stopped.wait(5)

    return answer


def _reset(connection, _server):
    connection.sendall(HEAD + b"Content-Length: 9000\r\n\r\n<half")
    # Closed at once, with a reset and without the farewell of TLS.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def test_a_plain_http_address_is_never_asked(server, refused):
    error = refused(server.url_for("/list.xml").replace("https:", "http:"))
    assert "is an address without https" in error.message
    assert server.log == []


@pytest.mark.parametrize(
    "url", ["https://", "https://[::1", "list.xml", "", f"https://{'x' * 64}.org/"]
)
def test_what_is_no_address_is_told(refused, url):
    assert "address" in refused(url).message


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (401, "401 Unauthorized"),
        (403, "403 Forbidden"),
        (409, "409 Conflict"),
        (418, "418"),
        (202, "202 Accepted"),
        (206, "206 Partial Content"),
        (304, "304 Not Modified"),
        (599, "599"),
    ],
)
def test_an_answer_that_will_not_change_is_asked_for_once(server, refused, code, words):
    server.expect_request("/list.xml").respond_with_data("no", status=code)
    error = refused(server.url_for("/list.xml"))
    assert error.message.startswith(f"{server.url_for('/list.xml')} answered {words}")
    assert not isinstance(error, NotThere)
    assert len(server.log) == 1


def test_a_password_in_the_address_is_not_told(server, refused):
    url = server.url_for("/list.xml").replace("https://", "https://officer:s3cret@")
    server.expect_request("/list.xml").respond_with_data("no", status=403)
    assert refused(url).message.startswith(f"{server.url_for('/list.xml')} answered 403")


@pytest.mark.parametrize("code", [404, 410])
def test_a_file_that_is_not_there_is_told_apart(server, refused, code):
    server.expect_request("/list.xml").respond_with_data("no", status=code)
    assert isinstance(refused(server.url_for("/list.xml")), NotThere)
    assert len(server.log) == 1


@pytest.mark.parametrize("code", [429, 500, 502, 503, 504])
def test_trouble_that_stays_ends_after_the_retries(server, refused, code):
    server.expect_request("/list.xml").respond_with_data("no", status=code)
    error = refused(server.url_for("/list.xml"), retries=2)
    assert f"answered {code} " in error.message
    assert error.message.endswith("(asked 3 times)")
    assert len(server.log) == 3


def test_nothing_is_asked_again_when_the_time_is_up(server, refused):
    server.expect_request("/list.xml").respond_with_data(
        "no", status=503, headers={"Retry-After": "50"}
    )
    refused(server.url_for("/list.xml"), deadline=40)
    assert len(server.log) == 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (_stalls(), "timed out after 0.1 s"),
        (_stalls(HEAD), "timed out after 0.1 s"),
        (_stalls(HEAD + b"\r\n<half"), "timed out after 0.1 s, half-way through the file"),
        (_says(), "closed the connection without an answer"),
        (_says(b"220 smtp.example.org ESMTP\r\n\r\n"), "closed the connection without an answer"),
        (
            _says(HEAD + b"Content-Length: 9000\r\n\r\n<half"),
            "closed the connection half-way through the file",
        ),
        (
            _says(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n<half\r\n"),
            "closed the connection half-way through the file",
        ),
        (
            _says(HEAD + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n<half\r\n"),
            "closed the connection half-way through the file",
        ),
        (
            _says(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 8\r\n\r\n<half..."),
            "sent a file whose compression is damaged",
        ),
    ],
)
def test_a_broken_server_is_asked_again_and_then_given_up(broken, refused, answer, words):
    server = broken(answer)
    error = refused(server.url_for("/list.xml"), read_timeout=0.1, retries=1)
    assert error.message == f"{server.url_for('/list.xml')} {words} (asked 2 times)"
    assert server.asked == 2


def test_a_connection_that_is_reset_is_asked_for_again(broken, refused):
    server = broken(_reset)
    assert "closed the connection" in refused(server.url_for("/list.xml"), retries=1).message
    assert server.asked == 2


def test_a_server_that_sends_a_byte_at_a_time_is_given_up(broken, refused):
    def drip(connection, server):
        connection.sendall(HEAD + b"\r\n")
        while not server.stopped.wait(0.01):
            connection.sendall(b"<")

    error = refused(broken(drip).url_for("/list.xml"), deadline=0.3)
    assert "sends too slowly" in error.message


def test_a_file_too_large_by_its_own_word_is_not_read(broken, refused):
    server = broken(_says(HEAD + b"Content-Length: 1001\r\n\r\n"))
    error = refused(server.url_for("/list.xml"), max_bytes=1000)
    assert "sends more than 1,000 bytes" in error.message
    assert server.asked == 1


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_file_that_grows_too_large_is_broken_off(broken, refused, encoding):
    body = b"x" * 1001 if encoding == "identity" else gzip.compress(b"x" * 10_000_000)
    head = HEAD + b"Content-Encoding: " + encoding.encode()
    error = refused(
        broken(_says(head + b"\r\n\r\n" + body)).url_for("/list.xml"),
        max_bytes=1000 if encoding == "identity" else 1_000_000,
    )
    assert "sends more than" in error.message


def test_a_file_as_large_as_allowed_is_taken(server, download):
    server.expect_request("/list.xml").respond_with_data(b"x" * 1000)
    assert download(server.url_for("/list.xml"), max_bytes=1000).size == 1000


PAGE = (
    "<!DOCTYPE html><html><head><title>\n Down for\t<b>maintenance</b> \x1b[31m"
    f"at /list.xml?key=s3cret-t0ken {'x' * 200}</title></head><body>Sorry</body></html>"
)


@pytest.mark.parametrize("filename", ["list.xml", "SDN.CSV", "debarred.json"])
def test_a_web_page_in_place_of_the_file_is_refused_with_its_title(server, refused, filename):
    server.expect_request("/list").respond_with_data(PAGE, content_type="text/html; charset=utf-8")
    error = refused(server.url_for("/list"), filename=filename)
    assert "sent a web page instead of the file: “Down for" in error.message
    assert "\x1b" not in error.message
    assert len(error.message.partition("“")[2]) <= 81
    assert len(server.log) == 1


@pytest.mark.parametrize(
    "page",
    [
        "<html>",
        "<html><title></title>",
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"></html>',
        "<html>" + "<div>" * 20_000,
        "<html>" + "<!" * 20_000,
        b"<html><title>\xff\xfe\xff</title>",
    ],
)
def test_any_web_page_will_do(server, refused, page):
    server.expect_request("/list.xml").respond_with_data(page, content_type="text/html")
    assert "sent a web page instead of" in refused(server.url_for("/list.xml")).message


@pytest.mark.parametrize("body", ["", "<Designations/>", "<Designations>" + "x" * 100_000])
def test_a_list_that_is_only_labelled_as_a_page_is_taken(server, download, tmp_path, body):
    server.expect_request("/list.xml").respond_with_data(body, content_type="text/html")
    download(server.url_for("/list.xml"))
    assert (tmp_path / "list.xml").read_text() == body


def test_a_certificate_that_nobody_vouches_for_is_refused_at_once(server, refused):
    error = refused(server.url_for("/list.xml"), verify=True)
    assert "certificate" in error.message
    assert "asked" not in error.message
    assert "ca_file" in error.hint
    assert server.log == []


def test_a_certificate_file_that_is_not_there_is_told(server, refused, tmp_path):
    error = refused(server.url_for("/list.xml"), verify=str(tmp_path / "gone.pem"))
    assert "was not contacted: Could not find a suitable TLS CA certificate bundle" in error.message


def test_a_port_where_nothing_listens(refused):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error = refused(f"https://127.0.0.1:{port}/list.xml", retries=1)
    assert "nothing answers at this address (asked 2 times)" in error.message


def test_a_folder_that_cannot_be_written_is_no_fault_of_the_server(server, download):
    server.expect_request("/list.xml").respond_with_data("<list/>")
    with pytest.raises(StorageError, match=r"list\.xml cannot be used: No such file"):
        download(server.url_for("/list.xml"), filename="gone/list.xml")


def test_after_three_servers_that_nothing_answers_from_no_further_one_is_asked(
    tmp_path,
):
    waits = []
    client = Client(user_agent="a test", private_hosts=("127.0.0.1",), sleep=waits.append)

    def ask(port):
        client.download(
            f"https://127.0.0.1:{port}/list.xml",
            into=tmp_path / "list.xml",
            hosts=frozenset(),
            max_bytes=100,
            progress=Silent(),
        )

    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(4)]
    ports = [one.getsockname()[1] for one in listeners]
    for one in listeners:
        one.close()
    said = []
    for port in ports:
        with pytest.raises(FetchFailed) as failed:
            ask(port)
        said.append(failed.value.message)
    assert ["asked 4 times" in one for one in said] == [True, False, False, False]
    assert len(waits) == 3
    assert "the last 3 servers could not be reached" in said[3]
    assert "offline" in failed.value.hint
