"""A service in server mode, and browsers that reach it through its reverse proxy."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.settings import EffectiveSettings, Settings
from duediligence.web.app import create_app
from duediligence.web.service import Service
from duediligence.web.serving import sign_in_to_server

HOST = "dd.example.gov.uk"
ADDRESS = f"https://{HOST}"
RETURN = f"{ADDRESS}/sign-in/return"
FROM_OWN_PAGE = {"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin"}
PROXY = "10.9.8.7"


class Clock:
    """The time of sessions and tokens, which tests move on."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


def service_for(home: Path, clock: Clock, **settings: Any) -> Service:
    """The service of these settings, whose work is done on the day of the sample lists."""
    chosen = Settings(home=home, **{"console_address": ADDRESS, **settings})
    origins = {each.name: "a test" for each in fields(chosen)}
    service = Service(EffectiveSettings(chosen, origins), now=lambda: NOW, clock=clock)
    service.sign_in = sign_in_to_server(chosen, clock)
    return service


def browser(service: Service, peer: str = PROXY, **headers: str) -> TestClient:
    """A browser that follows no redirect by itself. `peer` is who connects to the service."""
    return TestClient(
        create_app(service),
        base_url=ADDRESS,
        headers={**FROM_OWN_PAGE, **headers},
        client=(peer, 50_000),
        follow_redirects=False,
    )
