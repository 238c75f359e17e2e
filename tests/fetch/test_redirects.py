"""A redirect is followed only where it may lead, and is checked before it is followed."""

import pytest
from werkzeug import Response


def _as_localhost(server, path="/list.xml"):
    return server.url_for(path).replace("127.0.0.1", "localhost")


def _redirect(server, target, path="/list.xml", code=302):
    server.expect_request(path).respond_with_response(
        Response(status=code, headers={"Location": target})
    )


def _found(target):
    """A redirect as no well-behaved server would write it."""

    def answer(connection, _server):
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: %s\r\n\r\n" % target.encode())

    return answer


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_to_an_allowed_host_is_followed(server, elsewhere, download, code):
    _redirect(server, _as_localhost(elsewhere) + "?signature=abc", code=code)
    file = download(server.url_for("/list.xml"), hosts=("LOCALHOST",))
    assert file.url == server.url_for("/list.xml")
    assert file.final_url == _as_localhost(elsewhere)
    assert file.size == len("<elsewhere/>")


def test_to_another_path_of_the_same_host_is_followed(server, download):
    _redirect(server, "/there/list.xml")
    server.expect_request("/there/list.xml").respond_with_data("<here/>")
    assert download(server.url_for("/list.xml")).final_url == server.url_for("/there/list.xml")


@pytest.mark.parametrize(
    "disguise",
    [
        "https://localhost:{port}/list.xml",
        "https://127.0.0.1@localhost:{port}/list.xml",
        "https://localhost:{port}\\@127.0.0.1/list.xml",
        "HTTPS://LOCALHOST:{port}#@127.0.0.1/list.xml",
        "//localhost:{port}/list.xml",
    ],
)
def test_to_another_host_is_refused_before_that_host_is_asked(broken, elsewhere, refused, disguise):
    server = broken(_found(disguise.format(port=elsewhere.port)))
    error = refused(server.url_for("/list.xml"))
    assert "redirected to host localhost, which is not one of 127.0.0.1" in error.message
    assert elsewhere.log == []
    assert server.asked == 1


def test_to_plain_http_is_refused_before_it_is_asked(server, elsewhere, refused):
    _redirect(server, elsewhere.url_for("/list.xml").replace("https:", "http:"))
    error = refused(server.url_for("/list.xml"))
    assert "redirected to an address without https" in error.message
    assert elsewhere.log == []


@pytest.mark.parametrize("target", ["ftp://127.0.0.1/list.xml", "file:///etc/passwd", "data:,x"])
def test_to_another_kind_of_address_is_refused(broken, refused, target):
    server = broken(_found(target))
    assert "without https" in refused(server.url_for("/list.xml")).message


@pytest.mark.parametrize(
    "target", ["https://[", "https://:9/", "https://127.0.0.1:port/list.xml", "ftp://["]
)
def test_to_what_is_no_address_is_refused(broken, refused, target):
    server = broken(_found(target))
    assert "an address that cannot be used" in refused(server.url_for("/list.xml")).message


def test_in_a_circle_ends(server, refused):
    _redirect(server, "/list.xml")
    assert "redirected more than 5 times" in refused(server.url_for("/list.xml")).message
    assert len(server.log) == 6


def test_a_redirect_that_names_no_place_is_no_file(server, refused):
    server.expect_request("/list.xml").respond_with_data(status=302)
    assert "answered 302 Found" in refused(server.url_for("/list.xml")).message


def test_the_body_of_a_redirect_is_not_read(broken, server, download):
    def endless(connection, running):
        connection.sendall(
            f"HTTP/1.1 302 Found\r\nLocation: {server.url_for('/list.xml')}\r\n\r\n".encode()
        )
        while not running.stopped.is_set():
            connection.sendall(b"x" * 65_536)

    server.expect_request("/list.xml").respond_with_data("<list/>")
    assert download(broken(endless).url_for("/list.xml")).size == len("<list/>")


def test_an_address_in_another_alphabet_is_followed(broken, server, download):
    target = server.url_for("/liste-é.xml")
    server.expect_request("/liste-é.xml").respond_with_data("<list/>")
    assert download(broken(_found(target)).url_for("/list.xml")).size == len("<list/>")
