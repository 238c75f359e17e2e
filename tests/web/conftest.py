"""The console over a home with the sample lists, and a browser that is signed in there."""

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from duediligence.settings import EffectiveSettings, Settings
from duediligence.web.app import create_app
from duediligence.web.service import Service
from duediligence.web.sign_in.one_pc import OnePC, new_key

from ..cli.conftest import run as run
from ..conftest import NOW
from ..homes import copy_home

if TYPE_CHECKING:
    from .alert_office import Office, Opener

PORT = 8123
ORIGIN = f"http://127.0.0.1:{PORT}"
# What a browser sends with a form of a page of the console.
FROM_OWN_PAGE = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}


def service_over(settings: Settings) -> Service:
    """The service of one person at one computer, whose work is done at NOW."""
    origins = {each.name: "a test" for each in fields(settings)}
    service = Service(EffectiveSettings(settings, origins), now=lambda: NOW, backoff=0.05)
    service.sign_in = OnePC(PORT)
    return service


LAST: list[tuple[Service, Any]] = []


def application(service: Service) -> Any:
    """What answers all requests to a service, made once, as a server makes it."""
    if not LAST or LAST[0][0] is not service:
        LAST[:] = [(service, create_app(service))]
    return LAST[0][1]


def browser(service: Service, *, signed_in: bool = True) -> TestClient:
    """A browser at the service. Use it in a `with`, which starts and stops the server."""
    client = TestClient(application(service), base_url=ORIGIN, headers=FROM_OWN_PAGE)
    if signed_in:
        with service.console() as store:
            key = new_key(store, service.clock())
        answer = client.get("/start", params={"key": key})
        assert answer.status_code == 200, answer.text
    return client


def wait_until_ready(client: TestClient) -> None:
    """Wait until the lists are open: until then a program gets no answer."""
    until = monotonic() + 60
    while client.get("/readyz").status_code != 200:
        assert monotonic() < until, "the lists are never open"
        sleep(0.01)


@pytest.fixture
def service(home: Path) -> Service:
    """The service over a home of the test's own with every sample list loaded."""
    return service_over(Settings(home=home))


@pytest.fixture
def client(service: Service) -> Iterator[TestClient]:
    """A browser that is signed in, and whose forms come from pages of the console."""
    with browser(service) as client:
        yield client


@pytest.fixture(scope="session")
def alert_home(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with alerts, made once; copy it, never write to it."""
    from .alert_office import screened

    home = copy_home(loaded_home, tmp_path_factory.mktemp("alerts") / "home")
    screened(home)
    return home


@pytest.fixture
def open_office(alert_home: Path, tmp_path: Path) -> "Iterator[Opener]":
    """Opens an office with alerts, by its settings."""
    from .alert_office import Opener

    opener = Opener(alert_home, tmp_path)
    with opener.opened:
        yield opener


@pytest.fixture
def office(open_office: "Opener") -> "Office":
    """An office with alerts in which one person decides alone."""
    return open_office(second_decision=())
