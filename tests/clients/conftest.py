"""A real server on this machine, and clients that others wrote, each in a process of its own."""

import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import msgspec
import pytest
import uvicorn

from duediligence.settings import Settings
from duediligence.web.app import create_app
from duediligence.web.service import Service
from duediligence.web.serving import open_listening_socket
from duediligence.web.sign_in.one_pc import OnePC

from ..web.conftest import service_over
from ..web.programs import token

CLIENTS = Path(__file__).parents[2] / ".venv" / "clients" / "bin"


@dataclass(frozen=True)
class Server:
    """A server that answers, and a token for it."""

    service: Service
    address: str
    token: str


@pytest.fixture(scope="session")
def clients() -> Path:
    """The folder of the clients' programs."""
    if not (CLIENTS / "python").exists():
        pytest.fail("The clients are not installed: make .venv/clients")
    return CLIENTS


@pytest.fixture
def server(home: Path) -> Iterator[Server]:
    """The server over a home with every sample list loaded."""
    service = service_over(Settings(home=home))
    with serving(service) as address:
        yield Server(service, address, token(service))


@contextmanager
def serving(service: Service) -> Iterator[str]:
    """The address of a server of that service, which is ready."""
    with closing(open_listening_socket("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        service.sign_in = OnePC(port)
        running = uvicorn.Server(
            uvicorn.Config(create_app(service), access_log=False, log_config=None)
        )
        thread = threading.Thread(target=running.run, kwargs={"sockets": [taken]})
        thread.start()
        until = monotonic() + 60
        while not (running.started and service.lookups.ready):
            assert monotonic() < until, "the server does not answer"
            sleep(0.02)
        try:
            yield f"http://127.0.0.1:{port}/"
        finally:
            running.should_exit = True
            thread.join()


def run(program: Path, arguments: Sequence[str], *, folder: Path) -> str:
    """What the program prints, which must end well."""
    done = subprocess.run(
        [str(program), *arguments],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def script(clients: Path, name: str, *arguments: str, folder: Path) -> Any:
    """What a script of this folder prints as JSON, run where the clients are installed."""
    path = Path(__file__).with_name(name)
    return msgspec.json.decode(run(clients / "python", [str(path), *arguments], folder=folder))
