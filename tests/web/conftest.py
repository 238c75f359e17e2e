"""The console over a home with the sample lists, and a browser that is signed in there."""

import re
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


class Browser(TestClient):
    """Sends with a form what its page has in the hidden field `seen`, as a browser does."""

    def post(self, url: Any, **sent: Any) -> Any:  # type: ignore[override]
        data = dict(sent.get("data") or {})
        if (
            re.match(r"/(set-up/|agreements/.*/(key|end)|accounts)", str(url))
            and "seen" not in data
        ):
            page = self.get(url)
            if page.status_code != 200:
                page = self.get(str(url).rpartition("/")[0])
            if found := re.search(r'name="seen" value="([^"]*)"', page.text):
                sent["data"] = {**data, "seen": found[1]}
        return super().post(url, **sent)


def browser(service: Service, *, signed_in: bool = True) -> TestClient:
    """A browser at the service. Use it in a `with`, which starts and stops the server."""
    client = Browser(application(service), base_url=ORIGIN, headers=FROM_OWN_PAGE)
    if signed_in:
        with service.console() as store:
            key = new_key(store, service.clock())
        answer = client.post("/start", data={"key": key})
        assert answer.status_code == 200, answer.text
    return client


def enter_key(tab: Any, base: str, key: str) -> None:
    """Sign in as somebody who got a code in the terminal."""
    tab.goto(f"{base}/start")
    tab.get_by_label("Code").fill(key)
    tab.get_by_role("button", name="Sign in").click()
    tab.wait_for_url(f"{base}/")


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
