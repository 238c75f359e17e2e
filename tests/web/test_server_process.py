"""`serve` on a server, as a process: it answers its proxy, and ends when it is told to."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from duediligence.settings import FILENAME
from tests.thorough import every_nth, first_of

from .behind_proxy import ADDRESS, HOST

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a server stops by a signal of POSIX")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def begin(settings: str, *options: str, **environment: str) -> "subprocess.Popen[str]":
        home = tmp_path / "home"
        home.mkdir(mode=0o700, exist_ok=True)
        (home / FILENAME).write_text(settings, encoding="utf-8")
        program = "from duediligence.cli import main; main()"
        process = subprocess.Popen(
            [sys.executable, "-c", program, "--home", str(home), "serve", *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={
                **{k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"},
                "XDG_CONFIG_HOME": str(tmp_path),
                **environment,
            },
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def of_proxy(port: int) -> str:
    return (
        f'console_sign_in = "proxy"\nconsole_address = "{ADDRESS}"\n'
        f'console_listen = "127.0.0.1:{port}"\nproxy_header = "X-Remote-User"\n'
        'proxy_trusted = ["127.0.0.1"]\n[users]\nada = "officer"\n'
    )


def ended(process: "subprocess.Popen[str]") -> tuple[int, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, out + err


@contextmanager
def asked(port: int, **headers: str) -> Iterator[Any]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/", headers={"Host": HOST, **headers})
        yield connection.getresponse()
    finally:
        connection.close()


@pytest.mark.parametrize("by", first_of([signal.SIGTERM, signal.SIGINT]))
def test_it_says_one_line_answers_its_proxy_and_ends_well(start: Start, by: int) -> None:
    port = free_port()
    process = start(of_proxy(port))
    assert process.stdout
    line = process.stdout.readline()
    assert re.fullmatch(rf"The console at {ADDRESS} .* 127\.0\.0\.1:{port}\.\n", line)
    with asked(port, **{"X-Remote-User": "ada"}) as answer:
        assert answer.status == 200
        page = answer.read().decode()
        assert "ada" in page
        assert "officer" in page
        assert answer.getheader("set-cookie").startswith("__Host-duediligence=")
        assert not answer.getheader("server")
    with asked(port) as answer:
        assert answer.status == 403
    with asked(port, Host=f"127.0.0.1:{port}") as answer:
        assert answer.status == 400
    process.send_signal(by)
    code, said = ended(process)
    assert (code, said.strip()) == (0, "Stopped. What was recorded is kept.")


@pytest.mark.soak
def test_a_home_has_one_server(start: Start) -> None:
    first = start(of_proxy(free_port()))
    assert first.stdout
    assert first.stdout.readline()
    code, said = ended(start(of_proxy(free_port())))
    assert code == 2
    assert "console.lock is in use by another process" in said
    assert first.poll() is None


REFUSED = [
    ("", (), {"WEB_CONCURRENCY": "4"}, "the console runs in one process"),
    ("", ("--port", "8000"), {}, "--port is for one PC"),
    ("", ("--workers", "4"), {}, "No such option"),
    ('console_listen = "127.0.0.1"\n', (), {}, "console_listen cannot be"),
    ('console_listen = "127.0.0.1:x"\n', (), {}, "console_listen cannot be"),
    ('console_listen = "192.0.2.1:8510"\n', (), {}, "192.0.2.1:8510 cannot be used"),
    ('console_address = "http://dd.example.gov.uk"\n', (), {}, "console_address cannot be"),
    ('console_address = "https://dd.example.gov.uk/x"\n', (), {}, "console_address cannot be"),
    ("proxy_trusted = []\n", (), {}, "anybody could name themselves"),
    ('proxy_trusted = ["0.0.0.0/0"]\n', (), {}, "not an address that a proxy can have"),
    ('proxy_trusted = ["proxy.example.org"]\n', (), {}, "not an address that a proxy can"),
    ('proxy_header = "X Remote"\n', (), {}, "is not the name of a header"),
    ('console_sign_in = "one-pc"\nconsole_listen = "0.0.0.0:80"\n', (), {}, "on this computer"),
]


# The first in `make test`, all in `make soak`.
@pytest.mark.parametrize(
    ("settings", "options", "environment", "said"),
    every_nth([pytest.param(*one) for one in REFUSED], len(REFUSED)),
)
def test_it_does_not_start(
    start: Start,
    settings: str,
    options: tuple[str, ...],
    environment: dict[str, str],
    said: str,
) -> None:
    changed = {line.partition(" ")[0] for line in settings.splitlines()}
    kept = of_proxy(free_port()).splitlines(keepends=True)
    base = "".join(line for line in kept if line.partition(" ")[0] not in changed)
    code, told = ended(start(settings + base, *options, **environment))
    assert code == 2
    assert said in " ".join(re.sub(r"[│╭╰─]", " ", told).split())


@pytest.mark.soak
def test_another_place_cannot_say_who_may_sign_in(start: Start) -> None:
    """A variable of the environment changes nothing: those settings are of the home alone."""
    port = free_port()
    process = start(
        of_proxy(port),
        DUEDILIGENCE_PROXY_TRUSTED="192.0.2.1",
        DUEDILIGENCE_CONSOLE_SIGN_IN="one-pc",
        DUEDILIGENCE_PROXY_HEADER="X-Other",
    )
    assert process.stdout
    assert ADDRESS in process.stdout.readline()
    with asked(port, **{"X-Remote-User": "ada"}) as answer:
        assert answer.status == 200


@pytest.mark.soak
def test_a_restart_signs_everybody_out(start: Start) -> None:
    port = free_port()
    first = start(of_proxy(port))
    assert first.stdout
    first.stdout.readline()
    with asked(port, **{"X-Remote-User": "ada"}) as answer:
        cookie = answer.getheader("set-cookie").partition(";")[0]
    with asked(port, **{"X-Remote-User": "ada", "Cookie": cookie}) as answer:
        assert not answer.getheader("set-cookie"), "the session is known"
    first.terminate()
    assert ended(first)[0] == 0
    again = start(of_proxy(port))
    assert again.stdout
    again.stdout.readline()
    with asked(port, **{"X-Remote-User": "ada", "Cookie": cookie}) as answer:
        assert answer.getheader("set-cookie")
