"""A day's work in a real browser, by keyboard alone: from a spreadsheet of suppliers to an evidence
pack that is verified, through a decision that needs two people.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import xlsxwriter

pytest.importorskip("axe_playwright_python", reason="`make browser` installs what this needs")

from playwright.sync_api import Browser, Page, expect

from duediligence.settings import Settings
from duediligence.web.sessions import cookie_name

from ..cli.conftest import Run
from .alert_office import Office
from .test_alerts_in_a_browser import go_on, serving, tab_to

pytestmark = pytest.mark.browser

SUPPLIERS = 50
LISTED = "Volkhar Maritime UK Ltd"
# What Chromium shows at 100 %, and at 400 % in a window of 1280 by 1024 pixels (WCAG 2.2, 1.4.10).
WINDOWS: dict[str, dict[str, Any]] = {
    "1280 px, JavaScript off": {
        "viewport": {"width": 1280, "height": 900},
        "java_script_enabled": False,
    },
    "320 px, zoomed to 400 %": {
        "viewport": {"width": 320, "height": 256},
        "device_scale_factor": 4,
    },
}
# How long a job may take on a machine that is busy with others.
JOB_MS = 120_000

Open = Callable[[str], Page]


@dataclass
class Desk:
    """An office with lists and no suppliers, and people at browsers of one kind."""

    office: Office
    home: Path
    base: str
    sit: Open


@pytest.fixture(params=WINDOWS)
def desk(request: pytest.FixtureRequest, browser: Browser, home: Path) -> Iterator[Desk]:
    """What the browsers complain of is a failure."""
    office = Office(Settings(home=home, second_decision=("critical",)))
    complaints: list[str] = []
    with ExitStack() as stack:
        base = stack.enter_context(serving(office))

        def sit(who: str) -> Page:
            context = browser.new_context(**WINDOWS[request.param])
            stack.callback(context.close)
            secret = office.session(who)
            context.add_cookies(
                [{"name": cookie_name(office.service), "value": secret, "url": base}]
            )
            tab = context.new_page()
            tab.on("console", lambda said: complaints.append(said.text))
            tab.on("pageerror", lambda error: complaints.append(str(error)))
            # From the start: asked for only when a dialog is about to open, it may come too late.
            tab.on("filechooser", lambda _: None)
            tab.goto(base)
            return tab

        yield Desk(office, home, base, sit)
        assert complaints == []


def spreadsheet(path: Path) -> Path:
    """Invented suppliers as a finance system exports them, the listed one among them."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Suppliers")
    sheet.write_row(0, 0, ["Vendor No", "Vendor Name", "Company No", "Post Code"])
    for number in range(1, SUPPLIERS):
        name = f"Fenmoor {NAMES[number % len(NAMES)]} {number} Ltd"
        sheet.write_row(number, 0, [f"V{number:03}", name, f"9970{number:04}", "ZY1 4DR"])
    sheet.write_row(SUPPLIERS, 0, [f"V{SUPPLIERS:03}", LISTED, "99001234", "ZY4 2LQ"])
    book.close()
    return path


NAMES = ("Haulage", "Joinery", "Catering", "Scaffolding", "Cleaning", "Drainage", "Playgrounds")


def heading(page: Page, words: str) -> None:
    """Fail unless that is the heading of the page, which does not scroll sideways."""
    expect(page.locator("h1")).to_have_text(words)
    width = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width[0] <= width[1], (words, width)


def follow(page: Page, *links: str) -> None:
    """Go through links and buttons, each by tab and enter."""
    for words in links:
        tab_to(page, words)
        go_on(page)


def choose(page: Page, group: str, words: str) -> None:
    """Select the radio button of the group that is called so, with tab, space and arrows."""
    first = page.locator(f"input[name={group}]").first
    for _ in range(300):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == group:
            break
    expect(first).to_be_focused()
    page.keyboard.press("Space")
    chosen = page.locator(f"input[name={group}]:checked")
    wanted = page.get_by_label(words, exact=True)
    for _ in range(page.locator(f"input[name={group}]").count()):
        if wanted.is_checked():
            break
        page.keyboard.press("ArrowDown")
    expect(wanted).to_be_checked()
    expect(chosen).to_have_count(1)


def job_said(page: Page, words: str) -> None:
    """Wait, as a person does, while the page of a job renews itself until it has ended."""
    said = page.locator("main .govuk-body-l")
    expect(said).to_contain_text(words, timeout=JOB_MS)
    expect(page.get_by_role("button", name="Stop this job")).to_have_count(0)


def import_them(page: Page, file: Path) -> None:
    follow(page, "Suppliers", "Import suppliers")
    tab_to(page, "Spreadsheet")
    with page.expect_file_chooser() as asked:
        page.keyboard.press("Enter")
    asked.value.set_files(file)
    follow(page, "Continue")
    heading(page, "Check what would be imported")
    expect(page.locator("main")).to_contain_text(f"{SUPPLIERS} suppliers ({SUPPLIERS} new")


def decide_same(
    page: Page,
    before: str,
    reason: str = "A number that only one party can have is the same",
    note: str = "The company number is on the publisher's page",
) -> None:
    """From the page of what waits to a decision about the listed supplier; `before` it, that is
    said.
    """
    follow(page, "Show critical", "Asset freeze under UK or UN sanctions")
    heading(page, "Asset freeze under UK or UN sanctions")
    follow(page, "Decide")
    heading(page, "What do you decide?")
    expect(page.locator("main")).to_contain_text(before)
    choose(page, "decided", "Same")
    follow(page, "Continue")
    choose(page, "reason", reason)
    tab_to(page, "Note")
    page.keyboard.type(note)
    follow(page, "Continue")
    heading(page, "Check your decision")
    follow(page, "Record this decision")
    heading(page, "Asset freeze under UK or UN sanctions")


def test_from_a_spreadsheet_to_a_verified_pack(desk: Desk, tmp_path: Path, run: Run) -> None:
    office, ada = desk.office, desk.sit("Ada")
    heading(ada, "What waits")
    file = spreadsheet(tmp_path / "vendors.xlsx")
    import_them(ada, file)
    with office.workspace() as ws:
        assert ws.suppliers.all() == []
    follow(ada, "Import them")
    job_said(ada, f"{SUPPLIERS} suppliers ({SUPPLIERS} new")
    follow(ada, "See the result")
    heading(ada, "Suppliers")

    follow(ada, "What waits")
    expect(ada.locator("main")).to_contain_text(f"{SUPPLIERS} suppliers never screened")
    follow(ada, "Runs", "Screen all suppliers")
    job_said(ada, f"{SUPPLIERS} suppliers")
    follow(ada, "See the result")
    expect(ada.locator("main")).to_contain_text("1 possible match")
    follow(ada, "What waits")
    expect(ada.locator("main")).not_to_contain_text("never screened")

    decide_same(ada, "takes effect when a second person records the same one")
    expect(ada.locator("main")).to_contain_text("Recorded.")
    alert = office.match(f"V{SUPPLIERS:03}")
    assert alert.state == "awaiting second decision"
    assert alert.status.decided_by == "Ada"

    bo = desk.sit("Bo")
    decide_same(bo, "You are the second person. Ada decided: same")
    alert = office.match(f"V{SUPPLIERS:03}")
    assert alert.state == "same"
    assert [one.by for one in alert.history] == ["Ada", "Bo"]

    follow(bo, f"{LISTED} (V{SUPPLIERS:03})", "Make a pack or a report")
    heading(bo, "Make a pack or a report")
    choose(bo, "form", "An evidence pack (.zip)")
    choose(bo, "people", "Leave people out")
    follow(bo, "Make it")
    link = bo.get_by_role("link", name="Download pack")
    link.wait_for(timeout=JOB_MS)
    tab_to(bo, "Download pack")
    with bo.expect_download() as coming:
        bo.keyboard.press("Enter")
    pack = tmp_path / coming.value.suggested_filename
    coming.value.save_as(pack)

    verified = run("report", "verify", pack)
    assert verified.code == 0, verified
    assert "the same" in verified.out
    with ZipFile(pack) as archive:
        held = b"".join(map(archive.read, archive.namelist()))
    assert LISTED.encode() in held
    # Notes may name people, who are left out; what was decided and why is there.
    assert b"NUMBER-SAME" in held
