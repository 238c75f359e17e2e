"""Sign-in at a service that somebody else wrote (oidc-provider-mock, from .venv/clients)."""

import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from ..web.behind_proxy import ADDRESS, RETURN, Clock, browser, service_for

pytestmark = pytest.mark.browser
PROGRAM = Path(__file__).parents[2] / ".venv" / "clients" / "bin" / "oidc-provider-mock"


@pytest.fixture
def issuer() -> Iterator[str]:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    process = subprocess.Popen(
        [PROGRAM, "--port", str(port), "--require-registration", "true", "--require-nonce", "true"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        until = time.monotonic() + 30
        while True:
            try:
                requests.get(f"{address}/jwks", timeout=5).close()
                break
            except requests.ConnectionError:
                assert process.poll() is None
                assert time.monotonic() < until
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait()


def test_the_whole_flow(issuer: str, tmp_path: Path) -> None:
    registered = requests.post(
        f"{issuer}/oauth2/clients",
        json={"redirect_uris": [RETURN], "token_endpoint_auth_method": "client_secret_basic"},
        timeout=10,
    ).json()
    service = service_for(
        tmp_path / "home",
        Clock(),
        console_sign_in="oidc",
        oidc_issuer=issuer,
        oidc_client_id=registered["client_id"],
        oidc_client_secret=registered["client_secret"],
        private_hosts=("127.0.0.1",),
        identities={f"{issuer}|ada-1": "Ada Ferrow"},
        users={"Ada Ferrow": "officer"},
    )
    with browser(service) as client:
        begin = client.get("/").headers["location"]
        there = client.get(begin).headers["location"]
        answer = requests.post(there, data={"sub": "ada-1"}, allow_redirects=False, timeout=10)
        back = answer.headers["Location"]
        assert back.startswith(RETURN)
        forged = re.sub(r"state=[^&]+", "state=forged", back)
        assert client.get(forged).status_code == 403
        signed_in = client.get(back)
        assert (signed_in.status_code, signed_in.headers["location"]) == (303, "/"), signed_in.text
        page = client.get("/")
        assert page.status_code == 200
        assert "Ada Ferrow" in page.text
        refresh = client.post("/sign-out").headers["refresh"]
        query = parse_qs(urlsplit(refresh).query)
        assert query["post_logout_redirect_uri"] == [f"{ADDRESS}/signed-out"]


def test_somebody_who_refuses_there(issuer: str, tmp_path: Path) -> None:
    """It leaves out the state then, though RFC 6749 asks for it: nobody is signed in either way."""
    registered = requests.post(
        f"{issuer}/oauth2/clients", json={"redirect_uris": [RETURN]}, timeout=10
    ).json()
    service = service_for(
        tmp_path / "home",
        Clock(),
        console_sign_in="oidc",
        oidc_issuer=issuer,
        oidc_client_id=registered["client_id"],
        oidc_client_secret=registered["client_secret"],
        private_hosts=("127.0.0.1",),
    )
    with browser(service) as client:
        there = client.get("/sign-in").headers["location"]
        answer = requests.post(there, data={"action": "deny"}, allow_redirects=False, timeout=10)
        page = client.get(answer.headers["Location"])
    assert page.status_code == 403
    assert "You were not signed in" in page.text
