"""Sign-in and sign-out in a real browser, over TLS: its cookies, redirects and policy."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

pytest.importorskip("axe_playwright_python", reason="`make browser` installs what this needs")

import trustme
import uvicorn
from playwright.sync_api import Browser, expect

from duediligence.web.app import create_app

from ..identity_provider import CLIENT_ID, CLIENT_SECRET, running
from .behind_proxy import Clock, service_for

pytestmark = pytest.mark.browser


@contextmanager
def served(address: str, port: int, home: Path, **settings: object) -> Iterator[None]:
    """The console at an https address of this machine, without a proxy in front of it."""
    certificate = trustme.CA().issue_cert("localhost")
    service = service_for(home / "home", Clock(), console_address=address, **settings)
    app = create_app(service)
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None)
    config.load()
    config.ssl = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(config.ssl)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.02)
        yield
    finally:
        server.should_exit = True
        thread.join()


def test_in_and_out_again(browser: Browser, tmp_path: Path) -> None:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    address = f"https://localhost:{port}"
    with (
        running(f"{address}/sign-in/return") as provider,
        served(
            address,
            port,
            tmp_path,
            console_sign_in="oidc",
            oidc_issuer=provider.issuer,
            oidc_client_id=CLIENT_ID,
            oidc_client_secret=CLIENT_SECRET,
            private_hosts=("127.0.0.1",),
            identities={f"{provider.issuer}|ada-1": "Ada Ferrow"},
            users={"Ada Ferrow": "officer"},
        ),
    ):
        context = browser.new_context(ignore_https_errors=True)
        page = context.new_page()
        page.goto(address)
        expect(page).to_have_url(f"{address}/")
        expect(page.get_by_text("Signed in as Ada Ferrow")).to_be_visible()
        assert {(one["name"], one["secure"], one["httpOnly"]) for one in context.cookies()} == {
            ("__Host-duediligence", True, True)
        }
        provider.answers["/logout"] = (200, {"Content-Type": "text/html"}, b"<h1>Signed out</h1>")
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url(f"{provider.issuer}/logout?**")
        assert not context.cookies(address)
        page.goto(f"{address}/signed-out")
        expect(page.get_by_text("You have signed out.")).to_be_visible()
        page.get_by_role("link", name="Sign in again").click()
        expect(page.get_by_text("Signed in as Ada Ferrow")).to_be_visible()
        context.close()
