"""An alert in a real browser: decided on a small screen by keyboard alone, without scripts."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn

pytest.importorskip("axe_playwright_python", reason="`make browser` installs what this needs")

from playwright.sync_api import Browser, Page

from duediligence.web.app import create_app
from duediligence.web.serving import open_listening_socket
from duediligence.web.sign_in.one_pc import OnePC, new_key

from .alert_office import Office
from .conftest import enter_key

pytestmark = pytest.mark.browser


@contextmanager
def serving(office: Office) -> Iterator[str]:
    """The address of the console over that office, while it is served."""
    with open_listening_socket("127.0.0.1", 0) as taken:
        office.service.sign_in = OnePC(taken.getsockname()[1])
        config = uvicorn.Config(create_app(office.service), log_config=None, access_log=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{office.service.sign_in.port}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def base(office: Office) -> Iterator[str]:
    with serving(office) as address:
        yield address


@pytest.fixture
def page(browser: Browser, office: Office, base: str) -> Iterator[Page]:
    """A tab that is signed in and runs no script of a page; what it complains of is a failure."""
    context = browser.new_context(viewport={"width": 320, "height": 900}, java_script_enabled=False)
    complaints: list[str] = []
    tab = context.new_page()
    tab.on("console", lambda said: complaints.append(said.text))
    with office.service.console() as store:
        key = new_key(store, office.service.clock())
    enter_key(tab, base, key)
    yield tab
    context.close()
    assert [one for one in complaints if "409" not in one and "422" not in one] == []


def tab_to(page: Page, words: str) -> None:
    """Press the tab key until what has the focus is called so."""
    for _ in range(300):
        page.keyboard.press("Tab")
        name = page.evaluate(
            """() => { const one = document.activeElement;
            const label = one.labels && one.labels.length ? one.labels[0].textContent : '';
            return (label || one.textContent || '').trim().replace(/\\s+/g, ' '); }"""
        )
        if name == words or name.startswith(words):
            return
    pytest.fail(f"no key leads to {words!r}")


def go_on(page: Page) -> None:
    """Press the enter key, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_an_alert_is_decided_and_undone_by_keyboard_alone(
    page: Page, base: str, office: Office
) -> None:
    alert = office.match()
    page.goto(f"{base}/alerts?supplier=S3")
    point = f"{alert.first.check_title}: {alert.first.entry_name}"
    tab_to(page, point)
    go_on(page)
    tab_to(page, "Decide")
    go_on(page)
    tab_to(page, "Same")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    tab_to(page, "Continue")
    go_on(page)
    tab_to(page, "Note")
    page.keyboard.type("Another firm of that name")
    tab_to(page, "Continue")
    go_on(page)
    assert page.title().startswith("Error: ")
    tab_to(page, "A reason is needed")
    page.keyboard.press("Enter")  # to the field, on the same page
    page.keyboard.press("Space")
    page.keyboard.press("ArrowUp")
    assert page.locator(":checked").first.get_attribute("value") == "OTHER"
    assert page.locator("#note").input_value() == "Another firm of that name"
    tab_to(page, "Continue")
    go_on(page)
    assert page.locator("h1").inner_text() == "Check your decision"
    assert not office.match().history
    tab_to(page, "Record this decision")
    go_on(page)
    assert office.match().state == "not the same"
    tab_to(page, "Undo this decision")
    go_on(page)
    tab_to(page, "Undo")
    go_on(page)
    assert office.match().state == "open"


def addresses(office: Office) -> dict[str, str]:
    alert, restricted = office.match("S1"), office.restricted()
    first = alert.first
    return {
        "what waits": "/",
        "queue": "/alerts",
        "filtered": "/alerts?severity=high&owner=nobody&state=open&sort=due&everything=yes",
        "unknown supplier": "/alerts?supplier=zz",
        "hostile name": f"/alerts/{office.match('S4/../=x').id}",
        "alert": f"/alerts/{alert.id}",
        "restricted": f"/alerts/{restricted.id}",
        "decision": f"/alerts/{alert.id}/decision",
        "no decision": f"/alerts/{alert.id}/decision?chosen=yes",
        "risk": f"/alerts/{alert.id}/decision?chosen=yes&decided=confirmed-risk",
        "not the same": f"/alerts/{alert.id}/decision?chosen=yes&decided=not-the-same",
        "entry": f"/entries/{first.list_id}/{first.entry_id}",
        "entry decided": f"/entries/{first.list_id}/{first.entry_id}/decision",
        "owner": f"/alerts/assign?alert={alert.id}&alert={restricted.id}",
        "several": f"/alerts/several?alert={alert.id}",
        "referral": f"/alerts/referral?alert={alert.id}&alert={restricted.id}",
        "letters": f"/alerts/{alert.id}/letter",
        "letter": f"/alerts/{alert.id}/letter?chosen=yes&kind=representations",
        "workbook": "/alerts/workbook?severity=high",
        "import": "/alerts/import",
    }
