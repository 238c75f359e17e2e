"""What a page of another program may do with the Reconciliation API, in a real browser."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

pytest.importorskip("playwright", reason="`make browser` installs what this needs")

from playwright.sync_api import Browser, Page
from pytest_httpserver import HTTPServer

from .reconcile_server import reconcile_server

pytestmark = pytest.mark.browser

READ = """async address => {
    try { return (await (await fetch(address, {mode: "cors"})).json()).versions[0] }
    catch (error) { return "refused" }
}"""
FRAME = """address => new Promise(done => {
    const frame = document.createElement("iframe");
    frame.onload = () => done(true);
    frame.src = address;
    frame.width = 430;
    frame.height = 200;
    document.body.append(frame);
})"""


@pytest.fixture(scope="module")
def openrefine() -> Iterator[str]:
    """The origin of the program that the setting `reconcile_origins` names."""
    with empty_pages() as origin:
        yield origin


@pytest.fixture(scope="module")
def other() -> Iterator[str]:
    """The origin of another program on the same machine."""
    with empty_pages() as origin:
        yield origin


@contextmanager
def empty_pages() -> Iterator[str]:
    """A server that answers with an empty page; its origin."""
    with HTTPServer(host="127.0.0.1") as server:
        server.expect_request(re.compile(".*")).respond_with_data(
            "<!DOCTYPE html><title>x</title>", content_type="text/html"
        )
        yield server.url_for("").rstrip("/")


@pytest.fixture(scope="module")
def services(openrefine: str) -> Iterator[dict[str, str]]:
    with reconcile_server(openrefine) as addresses:
        yield addresses


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    tab = context.new_page()
    yield tab
    context.close()


@pytest.mark.parametrize("name", ["lists", "suppliers"])
def test_openrefine_reads_the_manifest_and_no_other_program_does(
    page: Page, services: dict[str, str], openrefine: str, other: str, name: str
) -> None:
    page.goto(openrefine)
    assert page.evaluate(READ, services[name]) == "0.2"
    page.goto(other)
    assert page.evaluate(READ, services[name]) == "refused"


def test_openrefine_shows_a_preview_and_no_other_program_does(
    page: Page, services: dict[str, str], openrefine: str, other: str
) -> None:
    address = f"{services['suppliers']}/preview?id=S001"
    page.goto(openrefine)
    page.evaluate(FRAME, address)
    frame = page.frame_locator("iframe")
    assert frame.get_by_role("heading").inner_text() == "Bright Sands Home Care Ltd"
    heading = frame.get_by_role("heading")
    # Its style came too, and it fits in the width that the manifest asks for.
    assert "arial" in heading.evaluate("one => getComputedStyle(one).fontFamily")
    assert heading.evaluate("() => document.documentElement.scrollWidth") <= 430
    page.goto(other)
    page.evaluate(FRAME, address)
    assert page.frame_locator("iframe").get_by_text("Bright Sands").count() == 0


def test_a_link_out_of_a_preview_carries_no_key(
    page: Page, services: dict[str, str], openrefine: str
) -> None:
    page.goto(openrefine)
    page.evaluate(FRAME, f"{services['suppliers']}/preview?id=S001")
    with page.context.expect_page() as opened:
        page.frame_locator("iframe").get_by_role("link").click()
    asked = opened.value
    asked.wait_for_load_state()
    assert asked.url.endswith("/suppliers/S001")
    assert asked.evaluate("() => document.referrer") == ""
