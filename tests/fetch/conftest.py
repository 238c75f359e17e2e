"""Real HTTPS servers on loopback, well-behaved and broken ones, and a client that trusts them."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
import trustme
from pytest_httpserver import HTTPServer

from duediligence.contracts import Expect, Feed, Watchlist, watchlist
from duediligence.errors import FetchFailed
from duediligence.fetch import Client, SnapshotFile
from duediligence.progress import Silent

SECRET = "key=s3cret-t0ken"


class Authority:
    """A certificate authority that this test session alone trusts."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        self.file = folder / "ca.pem"
        authority.cert_pem.write_to_path(str(self.file))
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost", "127.0.0.1").configure_cert(self.context)


class Broken:
    """A server that does to each connection what its answers say; the last one again for more."""

    def __init__(self, context: ssl.SSLContext, answers: tuple[Callable, ...]) -> None:
        self._context = context
        self._answers = answers
        self.asked = 0
        self.stopped = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.05)
        self._threads = [threading.Thread(target=self._serve)]
        self._threads[0].start()

    def url_for(self, path: str) -> str:
        return f"https://127.0.0.1:{self._listener.getsockname()[1]}{path}"

    def _serve(self) -> None:
        while not self.stopped.is_set():
            with suppress(TimeoutError):
                plain, _ = self._listener.accept()
                self._threads.append(threading.Thread(target=self._answer, args=(plain,)))
                self._threads[-1].start()

    def _answer(self, plain: socket.socket) -> None:
        with plain, suppress(OSError):
            plain.settimeout(5)
            with self._context.wrap_socket(plain, server_side=True) as connection:
                request = b""
                while b"\r\n\r\n" not in request:
                    request += connection.recv(4096)
                self.asked += 1
                self._answers[min(self.asked, len(self._answers)) - 1](connection, self)

    def stop(self) -> None:
        self.stopped.set()
        for thread in self._threads:
            thread.join()
        self._listener.close()


class Recorder(Silent):
    """Keeps what it is told, to see that no secret is told either."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, message: str) -> None:
        self.notes.append(message)


@pytest.fixture(autouse=True)
def _no_network_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def _servers(authority: Authority) -> Iterator[tuple[HTTPServer, HTTPServer]]:
    # Once for all tests: a server takes half a second to stop.
    with (
        HTTPServer(host="127.0.0.1", ssl_context=authority.context) as one,
        HTTPServer(host="127.0.0.1", ssl_context=authority.context) as other,
    ):
        yield one, other


@pytest.fixture
def server(_servers: tuple[HTTPServer, HTTPServer]) -> HTTPServer:
    _servers[0].clear()
    return _servers[0]


@pytest.fixture
def elsewhere(_servers: tuple[HTTPServer, HTTPServer]) -> HTTPServer:
    """A second server, reached as `localhost`: another host than `server`."""
    _servers[1].clear()
    _servers[1].expect_request("/list.xml").respond_with_data("<elsewhere/>")
    return _servers[1]


@pytest.fixture
def broken(authority: Authority) -> Iterator[Callable[..., Broken]]:
    running: list[Broken] = []

    def start(*answers: Callable) -> Broken:
        running.append(Broken(authority.context, answers))
        return running[-1]

    yield start
    for each in running:
        each.stop()


@pytest.fixture
def make_client(authority: Authority) -> Callable[..., Client]:
    def make(**options: object) -> Client:
        defaults = {
            "user_agent": "duediligence/0 (+https://example.org)",
            "read_timeout": 5,
            "backoff": 0.001,
            "verify": str(authority.file),
            "private_hosts": ("127.0.0.1", "localhost"),
        }
        return Client(**{**defaults, **options})

    return make


@pytest.fixture
def download(make_client: Callable[..., Client], tmp_path: Path) -> Callable:
    """Download an address to `list.xml`, or the file name given, in the test's folder."""

    def run(
        url: str,
        *,
        filename: str = "list.xml",
        hosts: tuple[str, ...] = (),
        max_bytes: int = 1_000_000,
        etag: str = "",
        last_modified: str = "",
        progress: Silent | None = None,
        **options: object,
    ) -> SnapshotFile | None:
        return make_client(**options).download(
            url,
            into=tmp_path / filename,
            hosts=frozenset(hosts),
            max_bytes=max_bytes,
            etag=etag,
            last_modified=last_modified,
            progress=progress or Silent(),
        )

    return run


@pytest.fixture
def refused(download: Callable, tmp_path: Path) -> Callable[..., FetchFailed]:
    """Download an address that must fail: no file is left and the query is never told."""

    def run(url: str, **options: object) -> FetchFailed:
        recorder = Recorder()
        with pytest.raises(FetchFailed) as caught:
            download(f"{url}?{SECRET}", progress=recorder, **options)
        told = " ".join([caught.value.message, caught.value.hint, *recorder.notes])
        assert "s3cret" not in told
        assert list(tmp_path.iterdir()) == []
        return caught.value

    return run


@pytest.fixture
def make_list() -> Callable[..., Watchlist]:
    def make(*feeds: Feed) -> Watchlist:
        declare = watchlist(
            id="invented",
            title="Invented List",
            publisher="Office of Invention",
            licence="OGL-3.0",
            topic="sanctions",
            homepage="https://lists.example.org",
            feeds=feeds,
            folder="inventions",
            max_age=timedelta(days=2),
            expect=Expect(entries=(1, 10)),
        )
        return declare(lambda files: iter(()))

    return make
