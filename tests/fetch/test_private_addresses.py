"""No publisher's name leads us to this machine or into its network, unless that is allowed."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer

from duediligence.errors import FetchFailed
from duediligence.fetch.connections import is_public
from tests.rows import for_each


@for_each(
    "address",
    [
        *("127.0.0.1", "127.8.9.10", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255"),
        *("192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.1", "198.18.0.1", "224.0.0.1"),
        *("240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1"),
        *("fd12:3456::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
        *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::1"),
        *("2001:0:4136:e378:8000:63bf:80ff:fffe", "2001:db8::1", "::ffff:0.0.0.0"),
    ],
)
def test_an_address_that_is_not_public(address: str) -> None:
    assert not is_public(address)


@for_each(
    "address",
    [
        *("8.8.8.8", "51.140.1.1", "172.15.255.255", "172.32.0.1", "192.167.1.1", "100.63.0.1"),
        *("2a00:1450::1", "2606:2800:220:1::1", "::ffff:8.8.8.8", "64:ff9b::808:808"),
        "2002:808:808::1",
    ],
)
def test_a_public_address(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_is_the_same_in_each_of_its_forms(number: object) -> None:
    plain = is_public(str(number))
    assert is_public(f"::ffff:{number}") == plain
    assert is_public(f"64:ff9b::{number}") == plain


class Listener:
    """Takes connections on this machine and keeps every byte that it is sent."""

    def __init__(self, address: str) -> None:
        self.received: list[bytes] = []
        self._socket = socket.create_server((address, 0), family=_family(address))
        self.port = self._socket.getsockname()[1]
        self._socket.settimeout(0.05)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while not self._stopped.is_set():
            with suppress(TimeoutError):
                connection, _ = self._socket.accept()
                with connection:
                    connection.settimeout(5)
                    with suppress(OSError):
                        self.received.append(connection.recv(100))

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()
        self._socket.close()


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


@pytest.fixture
def listen() -> Iterator[Callable[[str], Listener]]:
    running: list[Listener] = []

    def start(address: str = "127.0.0.1") -> Listener:
        try:
            running.append(Listener(address))
        except OSError:
            pytest.skip(f"this machine has no {address}")
        return running[-1]

    yield start
    for each in running:
        each.stop()


@pytest.mark.parametrize(
    ("address", "host", "said"),
    [
        ("127.0.0.1", "127.0.0.1", "127.0.0.1"),
        ("127.0.0.1", "localhost", "127.0.0.1"),
        ("127.0.0.1", "2130706433", "127.0.0.1"),
        ("127.0.0.1", "0x7f.1", "127.0.0.1"),
        ("::1", "[::1]", "::1"),
    ],
)
def test_no_byte_is_sent_to_this_machine(
    refused: Callable[..., FetchFailed],
    listen: Callable[[str], Listener],
    address: str,
    host: str,
    said: str,
) -> None:
    listener = listen(address)
    error = refused(f"https://{host}:{listener.port}/list.xml", private_hosts=(), retries=0)
    assert "was not contacted: " in error.message
    assert f"leads to {said}" in error.message.replace("::ffff:", "")
    assert "on this machine or in a private network" in error.message
    assert "private_hosts = [" in str(error.hint)
    listener.stop()
    assert b"".join(listener.received) == b""


def test_a_name_that_leads_elsewhere_at_the_second_look_is_refused_then(
    refused: Callable[..., FetchFailed],
    listen: Callable[[], Listener],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Rebinding: not the answer that was looked at before counts, but the connection itself."""
    listener = listen()
    answers = iter(["93.184.215.14", "127.0.0.1", "127.0.0.1"])

    def lookup(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        assert host == "lists.example.org"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    assert socket.getaddrinfo("lists.example.org", 443)[0][4][0] == "93.184.215.14"
    error = refused(
        f"https://lists.example.org:{listener.port}/list.xml",
        private_hosts=("127.0.0.1",),
        retries=0,
    )
    assert "lists.example.org leads to 127.0.0.1" in error.message
    listener.stop()
    assert b"".join(listener.received) == b""


def test_a_host_that_is_allowed_may_be_here_and_its_certificate_is_checked(
    download: Callable, refused: Callable[..., FetchFailed], server: HTTPServer, tmp_path: Path
) -> None:
    server.expect_request("/list.xml").respond_with_data("<here/>")
    url = server.url_for("/list.xml")
    untrusted = refused(url, verify=True, retries=0)
    assert "does not have a certificate that this machine trusts" in untrusted.message
    assert download(url, private_hosts=("127.0.0.1",))
    assert (tmp_path / "list.xml").read_text() == "<here/>"


def test_a_redirect_into_the_network_is_refused(
    refused: Callable[..., FetchFailed], server: HTTPServer, elsewhere: HTTPServer
) -> None:
    target = elsewhere.url_for("/list.xml").replace("127.0.0.1", "localhost")
    server.expect_request("/list.xml").respond_with_data("", 302, {"Location": target})
    error = refused(
        server.url_for("/list.xml"), hosts=("localhost",), private_hosts=("127.0.0.1",), retries=0
    )
    assert "localhost leads to 127.0.0.1" in error.message
    assert len(elsewhere.log) == 0


def test_behind_a_proxy_it_is_the_proxy_that_looks_names_up(
    refused: Callable[..., FetchFailed],
    listen: Callable[[], Listener],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    proxy = listen()
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
    refused("https://lists.example.org/list.xml", private_hosts=(), retries=0)
    proxy.stop()
    assert proxy.received[0].startswith(b"CONNECT lists.example.org:443 ")
