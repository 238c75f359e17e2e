"""One person opens connections without end and sends files slowly: others are answered in time.

And no log of the server or of nginx in front of it holds a key or a name, whatever goes wrong.
"""

import os
import re
import resource
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

from duediligence.settings import FILENAME

from ..web.behind_proxy import FROM_OWN_PAGE, HOST
from ..web.test_server_process import free_port, of_proxy

pytestmark = pytest.mark.soak
DEPLOY = Path(__file__).parents[2] / "deploy"
HALF_OPEN, UPLOADS, REQUESTS = 1_000, 80, 300
SECRETS = ("k3y-in-the-address", "Volkhar", "ada")
NGINX = pytest.param(
    "nginx", marks=pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")
)


@pytest.fixture
def console(tmp_path: Path) -> Iterator[tuple[int, "subprocess.Popen[bytes]", Path]]:
    """The port of a console, its process and its log."""
    port, home, log = free_port(), tmp_path / "home", tmp_path / "console.log"
    home.mkdir(mode=0o700)
    (home / FILENAME).write_text(of_proxy(port) + 'bo = "officer"\n', encoding="utf-8")
    program = "from duediligence.cli import main; main()"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-c", program, "--home", str(home), "serve"],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"},
        )
    try:
        wait_for(port)
        yield port, process, log
    finally:
        process.kill()
        process.wait()


@contextmanager
def behind_nginx(console: int, folder: Path) -> Iterator[int]:
    """The port of an nginx with the configuration that we give, but for TLS and how people sign in:
    here a header of the browser says who it is.
    """
    port = free_port()
    site = (
        (DEPLOY / "nginx.conf").read_text(encoding="utf-8").partition("\nserver {\n    listen 80")
    )
    assert site[1]
    text = re.sub(r".*ssl_.*\n", "", site[0]).replace("443 ssl", f"127.0.0.1:{port}")
    text = text.replace("127.0.0.1:8510", f"127.0.0.1:{console}")
    text = text.replace("duediligence.example.gov.uk", HOST)
    text = text.replace("/var/log/nginx", str(folder))
    text = text.replace('X-Remote-User ""', "X-Remote-User $http_x_remote_user")
    (folder / "site.conf").write_text(text, encoding="utf-8")
    places = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"pid {folder}/pid; error_log {folder}/main.log; daemon off; worker_rlimit_nofile 8192;\n"
        f"events {{ worker_connections 4096; }}\nhttp {{ {places} include {folder}/site.conf; }}\n",
        encoding="utf-8",
    )
    process = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)])
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int) -> None:
    for _ in range(600):
        with socket.socket() as one:
            if not one.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.1)
    raise AssertionError("it does not start")


def ask(port: int, who: str, method: str, address: str, body: bytes | None = None) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=300)
    headers = {"Host": HOST, "X-Remote-User": who, **FROM_OWN_PAGE}
    if body:
        headers["Content-Type"] = "multipart/form-data; boundary=x"
    try:
        connection.request(method, address, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def slow_upload(port: int) -> socket.socket:
    one = socket.create_connection(("127.0.0.1", port))
    headers = {"Host": HOST, "X-Remote-User": "ada", **FROM_OWN_PAGE}
    headers |= {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": "1000000"}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    one.sendall(f"POST /suppliers/import HTTP/1.1\r\n{lines}\r\n--x\r\n".encode())
    return one


FILE = (
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    b"ref,name\nS1,Alder Quarry Ltd\n\r\n--x--\r\n"
)


@pytest.mark.parametrize("through", ["", NGINX])
def test_one_person_does_not_keep_others_waiting(
    console: tuple[int, "subprocess.Popen[bytes]", Path], tmp_path: Path, through: str
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8_192, hard), hard))
    with ExitStack() as opened:
        opened.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        port = console[0]
        if through:
            port = opened.enter_context(behind_nginx(port, tmp_path))
        assert ask(port, "bo", "GET", "/") == 200
        held = [opened.enter_context(slow_upload(port)) for _ in range(UPLOADS)]
        for number in range(HALF_OPEN):
            half = opened.enter_context(socket.create_connection(("127.0.0.1", port)))
            half.sendall(b"GET / HTTP/1.1\r\nHost:"[: number % 20])
        times = []
        for number in range(REQUESTS):
            if number % 20 == 0:
                for one in held:
                    with suppress(OSError):  # it was answered, and closed
                        one.sendall(b"x")
            started = time.monotonic()
            if number % 50 == 25:
                assert ask(port, "bo", "POST", "/suppliers/import", FILE) == 303
            else:
                assert ask(port, "bo", "GET", "/suppliers") == 200
            times.append(time.monotonic() - started)
        times.sort()
        late = times[int(len(times) * 0.99)]
        print(f"p50 {times[len(times) // 2]:.3f} s, p99 {late:.3f} s, {through or 'direct'}")  # noqa: T201
        assert late < 1


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")
def test_no_log_holds_a_key_or_a_name(
    console: tuple[int, "subprocess.Popen[bytes]", Path], tmp_path: Path
) -> None:
    port, process, _ = console
    asked = "/start?key=k3y-in-the-address&q=Volkhar"
    with behind_nginx(port, tmp_path) as proxy:
        assert ask(proxy, "ada", "GET", asked) in (303, 404)
        assert ask(proxy, "ada", "POST", f"/suppliers/import?q={SECRETS[0]}", b"Volkhar") == 400
        with socket.create_connection(("127.0.0.1", proxy)) as one:
            one.sendall(f"GET {asked} HTTP/1.1\r\nHost: {HOST}\r\nX y: z\r\n\r\n".encode())
            one.recv(100)
        process.kill()
        process.wait()
        assert ask(proxy, "ada", "GET", asked) == 502
    logs = {path.name: path.read_text("utf-8") for path in tmp_path.glob("*.log")}
    assert {"console.log", "duediligence.log", "duediligence-error.log", "main.log"} <= logs.keys()
    assert " 502 " in logs["duediligence.log"]
    for name, text in logs.items():
        assert not [secret for secret in SECRETS if secret in text], (name, text)


def readers() -> int:
    """How many processes read a long file now."""
    lines = (path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists())
    return sum(b"duediligence.children" in line for line in lines)


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked for in /proc")
def test_a_file_is_read_once_for_a_person_and_no_longer_than_they_wait(
    console: tuple[int, "subprocess.Popen[bytes]", Path],
) -> None:
    port = console[0]
    rows = "".join(f"S{number},Alder Quarry {number} Ltd\r\n" for number in range(25_000))
    connection = HTTPConnection("127.0.0.1", port, timeout=300)
    body = FILE.replace(b"S1,Alder Quarry Ltd\n", rows.encode())
    headers = {"Host": HOST, "X-Remote-User": "ada", **FROM_OWN_PAGE}
    headers["Content-Type"] = "multipart/form-data; boundary=x"
    connection.request("POST", "/suppliers/import", body, headers)
    answer = connection.getresponse()
    assert answer.status == 303
    kept = answer.headers["location"]
    connection.close()

    reading = HTTPConnection("127.0.0.1", port, timeout=60)
    reading.request("GET", kept, headers={"Host": HOST, "X-Remote-User": "ada"})
    until(lambda: readers() == 1)
    assert ask(port, "ada", "GET", kept) == 429
    assert ask(port, "bo", "GET", "/suppliers") == 200
    reading.close()
    until(lambda: readers() == 0)
    # Its thread gives the place back a moment later.
    until(lambda: ask(port, "ada", "GET", kept) == 200)


def until(happened: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)
