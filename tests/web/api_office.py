"""A home whose suppliers were screened, served to programs that work for people of each role."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from duediligence.casework.tokens import make_token
from duediligence.model.audit import ROLES, Role
from duediligence.screening.imports import import_suppliers
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import EffectiveSettings, Settings
from duediligence.web.app import create_app
from duediligence.web.service import Service
from duediligence.web.sign_in.one_pc import OnePC

from ..conftest import NOW
from ..homes import copy_home
from .conftest import ORIGIN, PORT

DEMO = Path(__file__).parents[2] / "duediligence" / "demo"
# Each account is called as its role; "nobody" has none.
NOBODY = "nobody"
USERS: dict[str, Role] = {**{role: role for role in ROLES}, "other": "officer"}
Json = dict[str, Any]
DIFFERS = {"decided": "not the same", "reason": "OTHER", "note": "Another firm", "after": 0}


@dataclass
class ApiOffice:
    """The service and its server; `as_` is a program of an account."""

    service: Service
    client: TestClient

    def as_(self, account: str = "officer", *scopes: str) -> "Program":
        return Program(self.client, token_of(self.service, account, *scopes))

    def open(self, account: str = "officer") -> Workspace:
        return Workspace(self.service.settings, now=lambda: NOW, who=account)


@dataclass
class Program:
    """A program with a token."""

    client: TestClient
    token: str

    def __call__(self, method: str, path: str, **sent: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", **sent.pop("headers", {})}
        return self.client.request(method, f"/api/v1{path}", headers=headers, **sent)

    def get(self, path: str, **parameters: Any) -> Json:
        """What is answered with 200."""
        answer = self("GET", path, params=parameters)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found


def token_of(service: Service, account: str, *scopes: str) -> str:
    """A token of that account, made while it had a role that covers the scopes."""
    then = replace(service.settings, users={account: "administrator"})
    with Workspace(then, now=service.now, who=account) as ws:
        return make_token(ws, "a test", scopes or ("read", "write"))[1]


def service_of(home: Path, **settings: Any) -> Service:
    """The service over a home, in which every account has its role."""
    chosen = Settings(home=home, users=USERS, **settings)
    origins = {each.name: "a test" for each in fields(chosen)}
    service = Service(EffectiveSettings(chosen, origins), now=lambda: NOW, backoff=0.05)
    service.sign_in = OnePC(PORT)
    return service


@pytest.fixture(scope="session")
def screened_home(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The suppliers of the demonstration, screened once; copy it, never write to it."""
    folder = tmp_path_factory.mktemp("api")
    home = copy_home(loaded_home, folder / "home")
    with Workspace(Settings(home=home), now=lambda: NOW) as ws:
        path = DEMO / "suppliers.csv"
        import_suppliers(ws, path, mapping={}, sheet="", rejects_folder=folder)
        screen(ws, Screened(ws.suppliers.all()))
    return home


@contextmanager
def served(service: Service) -> Iterator[ApiOffice]:
    """The server of a service."""
    with TestClient(create_app(service), base_url=ORIGIN) as client:
        yield ApiOffice(service, client)


@pytest.fixture
def office(screened_home: Path, tmp_path: Path) -> Iterator[ApiOffice]:
    """A server over a home of the test's own."""
    home = copy_home(screened_home, tmp_path / "home")
    with served(service_of(home)) as office:
        yield office
