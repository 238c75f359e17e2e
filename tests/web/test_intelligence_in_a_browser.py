"""The pages of the role intelligence in a real browser: seen at any width, without scripts."""

from collections.abc import Iterator

import pytest

pytest.importorskip("axe_playwright_python", reason="`make browser` installs what this needs")

from playwright.sync_api import Browser, Page

from duediligence.screening.workspace import find_process_account
from duediligence.web.sign_in.one_pc import new_key
from tests.chromium import find_faults

from .alert_office import NOW, Office, Opener
from .conftest import enter_key
from .test_alerts_in_a_browser import serving

pytestmark = pytest.mark.browser


@pytest.fixture
def office(open_office: Opener) -> Office:
    return open_office(users={find_process_account(): "intelligence", "Kay": "administrator"})


@pytest.fixture
def page(browser: Browser, office: Office) -> Iterator[Page]:
    with serving(office) as base:
        context = browser.new_context()
        tab = context.new_page()
        with office.service.console() as store:
            key = new_key(store, office.service.clock())
        enter_key(tab, base, key)
        yield tab
        context.close()


def check(page: Page) -> None:
    """Fail for what a browser finds at any width, the last of which is narrow."""
    assert find_faults(page) == []


def test_a_report_is_added_and_looked_at(page: Page) -> None:
    page.locator("summary", has_text="More").click()
    page.get_by_role("link", name="Sharing").click()
    check(page)
    page.get_by_role("link", name="Intelligence").click()
    check(page)
    page.get_by_role("link", name="Add a report").click()
    check(page)
    page.get_by_role("button", name="Keep the report").click()
    assert page.title().startswith("Error: ")
    check(page)
    page.get_by_label("The community").check()
    page.get_by_label("Day of receipt").fill(f"{NOW:%d/%m/%Y}")
    page.get_by_label("Grade (3x5x2)").fill("2BC")
    page.get_by_label("Conditions of handling").fill("Ask first")
    page.get_by_label("Sanitised text").fill("Workers are moved at night")
    page.get_by_label("Text as it came").fill("A neighbour saw it")
    page.get_by_label("Human trafficking").check()
    page.get_by_label("Kind", exact=True).first.select_option("organisation")
    page.get_by_label("Name", exact=True).first.fill("Marrow Lane Vapes Ltd")
    page.get_by_role("button", name="Keep the report").click()
    assert "Report 1 was kept." in page.inner_text("main, .govuk-notification-banner")
    check(page)
    page.get_by_role("button", name="Show the sanitised text").click()
    text = page.inner_text("main")
    assert text.index("Ask first") < text.index("Workers are moved at night")
    assert "A neighbour saw it" not in text
    check(page)
    page.get_by_role("button", name="Show the text as it came").click()
    assert "A neighbour saw it" in page.inner_text("main")
    check(page)
    page.get_by_role("link", name="The register").click()
    page.get_by_role("button", name="Show the register").click()
    assert "2BC" in page.inner_text("main")
    check(page)
