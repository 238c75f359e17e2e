"""A server that never ends: each way of it ends at the deadline, long before the server would.

The servers here go on until the test is over; the time for each read never passes.
"""

import gc
import socket
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from duediligence.errors import FetchFailed
from duediligence.fetch.api import Api
from duediligence.fetch.deadline import enforce_deadline, get_deadline
from duediligence.fetch.http import (
    RequestProblem,
    open_session,
    post_body,
    prepare_request,
    send_request,
)
from duediligence.fetch.limiter import Limiter
from tests.thorough import every_nth

OK = b"HTTP/1.1 200 OK\r\n"
Speak = Callable[[socket.socket, threading.Event], None]


def drip(start: bytes, more: bytes) -> Speak:
    """Say the start, then the bytes of `more` one at a time, over and over."""

    def speak(connection: socket.socket, stopped: threading.Event) -> None:
        connection.sendall(start)
        while not stopped.is_set():
            for byte in more:
                if not stopped.wait(0.01):
                    connection.sendall(bytes([byte]))

    return speak


def flood(more: bytes) -> Speak:
    def speak(connection: socket.socket, stopped: threading.Event) -> None:
        connection.settimeout(0.5)
        while not stopped.is_set():
            connection.sendall(more)

    return speak


def silent(connection: socket.socket, stopped: threading.Event) -> None:
    stopped.wait(60)


AFTER_THE_REQUEST = {
    "nothing": silent,
    "the status line": drip(b"HTTP/1.1 200 ", b"x"),
    "one header": drip(OK + b"X-Slow: ", b"x"),
    "headers": drip(OK, b"X: 1\r\n"),
    "100 Continue": drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "100 Continue in a flood": flood(b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
    "headers of 100 Continue": drip(b"HTTP/1.1 100 Continue\r\n", b"X: 1\r\n"),
    "the size of a chunk": drip(OK + b"Transfer-Encoding: chunked\r\n\r\n1;a=", b"x"),
    "trailers": drip(OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n", b"X: 1\r\n"),
    "a head of gzip": drip(
        OK + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x10\0\0\0\0\0\xff", b"x"
    ),
    "a body without length": drip(OK + b"\r\n", b"x"),
    "a body that is nothing yet": drip(OK + b"Content-Length: 999999\r\n\r\n", b"x"),
}
BEFORE_IT = {
    "nothing for TLS": silent,
    "a record of TLS": drip(b"\x16\x03\x03\x40\x00", b"\x02"),
    "records of TLS": drip(b"", b"\x16\x03\x03\x00\x01\x00"),
    "an alert": drip(b"", b"\x15\x03\x03\x00\x02\x01\x5a"),
}


class Endless:
    """A server on loopback that speaks to each connection until it is stopped."""

    def __init__(self, speak: Speak, context: Any = None) -> None:
        self._speak, self._context = speak, context
        self._stopped = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.05)
        self.port = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._serve)]
        self._threads[0].start()

    def _serve(self) -> None:
        while not self._stopped.is_set():
            with suppress(TimeoutError):
                plain, _ = self._listener.accept()
                thread = threading.Thread(target=self._answer, args=(plain,))
                self._threads.append(thread)
                thread.start()

    def _answer(self, plain: socket.socket) -> None:
        with plain, suppress(OSError):
            plain.settimeout(5)
            if self._context is None:
                self._speak(plain, self._stopped)
                return
            with self._context.wrap_socket(plain, server_side=True) as connection:
                request = b""
                while b"\r\n\r\n" not in request:
                    request += connection.recv(4096)
                self._speak(connection, self._stopped)

    def stop(self) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()
        self._listener.close()


@pytest.fixture
def endless(authority: Any) -> Iterator[Callable[..., Endless]]:
    running: list[Endless] = []

    def start(speak: Speak, *, tls: bool = True) -> Endless:
        running.append(Endless(speak, authority.context if tls else None))
        return running[-1]

    yield start
    for each in running:
        each.stop()


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Leave nothing to warn of in a later test.

    A TLS connection that is cut after it was made and before its handshake is not connected to
    `ssl`, which then leaves its socket to the collector.
    """
    gc.freeze()  # what was there before is not looked through
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.mark.parametrize("what", every_nth(AFTER_THE_REQUEST, 4))
def test_a_download_ends_at_its_deadline(endless: Callable, refused: Callable, what: str) -> None:
    server = endless(AFTER_THE_REQUEST[what])
    error = refused(f"https://127.0.0.1:{server.port}/list.xml", deadline=0.3, retries=0)
    assert "in the time allowed" in error.message


@pytest.mark.parametrize("what", BEFORE_IT)
def test_tls_is_part_of_the_time(endless: Callable, refused: Callable, what: str) -> None:
    server = endless(BEFORE_IT[what], tls=False)
    error = refused(f"https://127.0.0.1:{server.port}/list.xml", deadline=0.3, retries=0)
    assert "in the time allowed" in error.message


def test_a_proxy_that_drips_its_answer_is_part_of_the_time(
    endless: Callable, refused: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = endless(drip(b"HTTP/1.1 200 OK\r\n", b"X: 1\r\n"), tls=False)
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
    error = refused("https://lists.example.org/list.xml", deadline=0.3, retries=0)
    assert "in the time allowed" in error.message


def test_redirects_without_end_are_counted_and_timed(server: Any, refused: Callable) -> None:
    location = {"Location": server.url_for("/list.xml")}
    server.expect_request("/list.xml").respond_with_data("", status=302, headers=location)
    error = refused(server.url_for("/list.xml"))
    assert "redirected more than 5 times" in error.message


def test_hosts_with_many_silent_addresses_are_one_time(
    refused: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        filler = [socket.socket() for _ in range(4)]
        for one in filler:  # a queue that is full answers nobody
            one.setblocking(False)
            with suppress(BlockingIOError):
                one.connect(("127.0.0.1", port))
        (real,) = socket.getaddrinfo("127.0.0.1", port, type=socket.SOCK_STREAM)

        def many(host: str, *_: object, **__: object) -> list[Any]:
            return [real] * (1 if host == "127.0.0.1" else 1000)

        monkeypatch.setattr(socket, "getaddrinfo", many)
        error = refused(
            f"https://lists.example.org:{port}/l.xml",
            private_hosts=("lists.example.org",),
            deadline=0.3,
            connect_timeout=0.2,
            retries=0,
        )
        for one in filler:
            one.close()
    assert "in the time allowed" in error.message


@pytest.mark.parametrize("what", ["headers", "100 Continue", "trailers"])
def test_an_answer_of_an_api_ends_at_its_deadline(
    endless: Callable, authority: Any, tmp_path: Path, what: str
) -> None:
    with (
        Api(
            f"https://127.0.0.1:{endless(AFTER_THE_REQUEST[what]).port}",
            key="s3cret",
            evidence=tmp_path / "evidence",
            limiter=Limiter(tmp_path / "a.limit"),
            user_agent="duediligence/0",
            verify=str(authority.file),
            private_hosts=["127.0.0.1"],
            deadline=0.3,
            retries=0,
        ) as api,
        pytest.raises(FetchFailed, match="in the time allowed"),
    ):
        api.get("/company/99000001")


@pytest.mark.parametrize("what", ["nothing", "headers", "100 Continue"])
def test_what_is_posted_ends_at_its_deadline(endless: Callable, authority: Any, what: str) -> None:
    with pytest.raises(FetchFailed, match="in the time allowed"):
        post_body(
            f"https://127.0.0.1:{endless(AFTER_THE_REQUEST[what]).port}/hook",
            b"{}",
            {},
            user_agent="duediligence/0",
            verify=str(authority.file),
            seconds=0.3,
        )


def test_a_connection_that_was_kept_is_under_the_next_deadline(
    endless: Callable, authority: Any
) -> None:
    whole = OK + b"Content-Length: 1\r\n\r\nx"

    def once(connection: socket.socket, stopped: threading.Event) -> None:
        connection.sendall(whole)
        connection.recv(4096)
        drip(OK, b"X: 1\r\n")(connection, stopped)

    url = f"https://127.0.0.1:{endless(once).port}/"
    with open_session("duediligence/0", private_hosts=["127.0.0.1"]) as session:
        for seconds in (60, 0.3):
            request, _ = prepare_request(session, "GET", url, headers={})
            with enforce_deadline(time.monotonic() + seconds) as limit:
                if seconds == 60:
                    with send_request(session, request, (5, 5), str(authority.file)) as response:
                        assert response.content == b"x"
                else:
                    with pytest.raises(RequestProblem, match="in the time allowed"):
                        send_request(session, request, (5, 5), str(authority.file))
                    assert not limit.left


def test_nothing_is_asked_without_a_deadline() -> None:
    with open_session("duediligence/0", private_hosts=["127.0.0.1"]) as session:
        request, _ = prepare_request(session, "GET", "https://127.0.0.1:1/", headers={})
        with pytest.raises(LookupError):
            send_request(session, request, (1, 1), verify=True)
    with pytest.raises(LookupError):
        get_deadline()
