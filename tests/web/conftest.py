"""The console over a home with the sample lists, and a browser that is signed in there."""

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from duediligence.settings import EffectiveSettings, Settings
from duediligence.web.app import create_app
from duediligence.web.service import Service
from duediligence.web.sign_in.one_pc import OnePC, new_key

from ..conftest import NOW

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


def browser(service: Service, *, signed_in: bool = True) -> TestClient:
    """A browser at the service. Use it in a `with`, which starts and stops the server."""
    client = TestClient(create_app(service), base_url=ORIGIN, headers=FROM_OWN_PAGE)
    if signed_in:
        with service.console() as store:
            key = new_key(store, service.clock())
        answer = client.get("/start", params={"key": key})
        assert answer.status_code == 200, answer.text
    return client


@pytest.fixture
def service(home: Path) -> Service:
    """The service over a home of the test's own with every sample list loaded."""
    return service_over(Settings(home=home))


@pytest.fixture
def client(service: Service) -> Iterator[TestClient]:
    """A browser that is signed in, and whose forms come from pages of the console."""
    with browser(service) as client:
        yield client
