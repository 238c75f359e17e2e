"""From an empty home to a decided alert, in a real browser by keyboard alone: no shell, no text
file.
"""

import csv
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

pytest.importorskip("axe_playwright_python", reason="`make browser` installs what this needs")

from playwright.sync_api import Browser, Page, expect

from duediligence.screening.workspace import find_process_account
from duediligence.settings import load_settings
from duediligence.web.service import Service
from duediligence.web.sessions import cookie_name
from tests.notifications.conftest import Authority, MailServer
from tests.notifications.conftest import mail_authority as mail_authority

from ..conftest import NOW
from .alert_office import Office
from .test_a_day_in_a_browser import (
    JOB_MS,
    choose,
    decide_same,
    follow,
    heading,
    job_said,
)
from .test_alerts_in_a_browser import go_on, serving, tab_to
from .test_set_up_pages import HOUSING

pytestmark = pytest.mark.browser

TODAY = NOW.date()
SUPPLIERS = 300
# Why it is the same, and the note.
SAID = ("The supplier says so", "It said so in its letter of today")


class Desk:
    """An empty home at the first start, and people at browsers of it."""

    def __init__(self, service: Service, base: str, sit: Callable[[str], Page]) -> None:
        self.service, self.base, self.sit = service, base, sit


@pytest.fixture(scope="module")
def mail(mail_authority: Authority) -> Iterator[MailServer]:
    with MailServer(mail_authority.context) as server:
        yield server


@pytest.fixture
def desk(
    browser: Browser,
    tmp_path: Path,
    mail_authority: Authority,
    mail: MailServer,
) -> Iterator[Desk]:
    """What the browsers complain of is a failure."""
    mail.envelopes.clear()
    environment = {"DUEDILIGENCE_CA_FILE": str(mail_authority.file)}
    resolved = load_settings({}, environment, default_home=tmp_path / "home")
    office = Office(resolved.settings)
    office.service = service = Service(resolved, now=lambda: NOW, backoff=0.05)
    service.reread = lambda: load_settings({}, environment, default_home=tmp_path / "home")
    complaints: list[str] = []
    with ExitStack() as stack:
        base = stack.enter_context(serving(office))

        def sit(who: str) -> Page:
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            stack.callback(context.close)
            cookie = {"name": cookie_name(service), "value": office.session(who), "url": base}
            context.add_cookies([cookie])
            tab = context.new_page()
            tab.on("console", lambda said: complaints.append(said.text))
            tab.on("pageerror", lambda error: complaints.append(str(error)))
            tab.on("filechooser", lambda _: None)
            tab.goto(base)
            return tab

        yield Desk(service, base, sit)
        assert complaints == []


@pytest.fixture(scope="module")
def published(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the publishers' files as they would be if all had been fetched today."""
    lists = Path(request.config.getoption("--real-data")) / "lists"
    if not lists.is_dir():
        pytest.skip("the publishers' own files are not beside the project")
    folder = tmp_path_factory.mktemp("downloads")
    for name, day, written in (
        ("uk-sanctions/UK-Sanctions-List.xml", rb"(?<=<DateGenerated>)[\d/]+", "%d/%m/%Y"),
        ("un/consolidated.xml", rb'(?<= dateGenerated=")[\d-]+', "%Y-%m-%d"),
        ("eu/xmlFullSanctionsList_1_1.xml", rb'(?<= generationDate=")[\d-]+', "%Y-%m-%d"),
    ):
        body = (lists / name).read_bytes()
        dated = re.sub(day, TODAY.strftime(written).encode(), body, count=1)
        (folder / Path(name).name).write_bytes(dated)
    _write_ofac_files(lists / "ofac", folder)
    return folder


def _write_ofac_files(published: Path, folder: Path) -> None:
    """Write the files of OFAC without the rows that belong to another day than the main file's."""
    for first, others in (
        ("SDN", ("SDN_COMMENTS", "ALT", "ADD")),
        ("CONS_PRIM", ("CONS_COMMENTS", "CONS_ALT", "CONS_ADD")),
    ):
        rows = {name: _rows_by_party(published / f"{name}.CSV") for name in (first, *others)}
        # The rest of a remark that is cut stands among the comments.
        whole = {
            party: lines
            for party, lines in rows[first].items()
            if len(lines[0]) < 1000 or party in rows[others[0]]
        }
        for name, by_party in {**rows, first: whole}.items():
            kept = (line for party, lines in by_party.items() if party in whole for line in lines)
            (folder / f"{name}.CSV").write_bytes(b"".join(kept))


def _rows_by_party(file: Path) -> dict[bytes, list[bytes]]:
    rows: dict[bytes, list[bytes]] = {}
    for line in file.read_bytes().splitlines(keepends=True):
        rows.setdefault(line.split(b",")[0], []).append(line)
    return rows


def fill(page: Page, **typed: str) -> None:
    """Type into the fields, each reached by tab; in the order of the form."""
    for name, words in typed.items():
        _go_to(page, name)
        page.keyboard.press("Control+A")
        page.keyboard.type(words)


def select(page: Page, **chosen: str) -> None:
    """Choose in lists by their first letters, each reached by tab; in the order of the form."""
    for name, words in chosen.items():
        _go_to(page, name)
        page.keyboard.type(words)
        wanted = "select => select.selectedOptions[0].textContent.trim()"
        assert page.locator(f"[name='{name}']").evaluate(wanted) == words


def step(page: Page, address: str) -> None:
    """Go through the link that leads to that step."""
    for _ in range(300):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.pathname") == f"/set-up/{address}":
            return go_on(page)
    pytest.fail(f"no key leads to {address!r}")


def _go_to(page: Page, name: str) -> None:
    for _ in range(300):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            return
    pytest.fail(f"no key leads to the field {name!r}")


def bring(page: Page, field: str, *files: Path) -> None:
    tab_to(page, field)
    with page.expect_file_chooser() as asked:
        page.keyboard.press("Enter")
    asked.value.set_files(files)


def listed_firm(folder: Path) -> str:
    """The name of a firm whose assets are frozen."""
    source = (folder / "UK-Sanctions-List.xml").read_text("utf-8")
    for entry in source.split("<Designation>")[1:]:
        names = re.findall(r"<Name6>([A-Z]{4,} [A-Z]{4,} [A-Z ]{4,20})</Name6>", entry)
        if names and "<IndividualEntityShip>Entity<" in entry and "<AssetFreeze>true<" in entry:
            return names[0]
    raise AssertionError("the UK list names no firm")


def write_suppliers(path: Path, listed: str) -> Path:
    kinds = ("Joinery", "Drainage", "Playgrounds", "Upholstery", "Thatching", "Glazing")
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(["Vendor No", "Vendor Name"])
        for number in range(1, SUPPLIERS):
            kind = kinds[number % len(kinds)]
            sheet.writerow([f"V{number:03}", f"Fenmoor Lane {kind} {number} Ltd"])
        sheet.writerow([f"V{SUPPLIERS:03}", listed])
    return path


def set_up_council(page: Page) -> None:
    step(page, "council")
    fill(
        page,
        council_name="Exampleshire County Council",
        council_contact="procurement@council.example",
        privacy_contact="dpo@council.example",
    )
    follow(page, "Save")
    heading(page, "Set up")


def set_up_lists(page: Page, folder: Path) -> None:
    step(page, "lists")
    bring(page, "Files of lists", *sorted(folder.iterdir()))
    fill(
        page,
        **{
            "as-of-day": str(TODAY.day),
            "as-of-month": str(TODAY.month),
            "as-of-year": str(TODAY.year),
        },
    )
    follow(page, "Load these files")
    job_said(page, "5 lists loaded")
    follow(page, "See the result", "confirm that it names nobody")
    choose(page, "compared", "Yes")
    follow(page, "Continue")
    set_up(page, "lists")
    expect(page.locator("main")).to_contain_text("All 6 lists are current")
    follow(page, "All steps")


def more(page: Page, words: str) -> None:
    """Follow a link of the navigation that stands under More."""
    tab_to(page, "More")
    if not page.evaluate("document.activeElement.parentElement.open"):
        page.keyboard.press("Enter")
    follow(page, words)


def set_up(page: Page, address: str) -> None:
    """Go to a step from any page of the console."""
    more(page, "Settings")
    follow(page, "Set up")
    step(page, address)


def set_up_own_register(page: Page, folder: Path) -> None:
    sample = folder / "housing.csv"
    sample.write_bytes(HOUSING)
    step(page, "own-registers")
    bring(page, "The register as a file", sample)
    follow(page, "Continue")
    fill(page, title="Housing enforcement", authority="Exampleshire County Council")
    choose(page, "handling", "Everybody: it is published")
    select(
        page,
        **{
            "column-1": "Whether the subject is an organisation or an individual",
            "column-4": "What kind of record it is",
        },
    )
    follow(page, "Read it again")
    # What was guessed of words of the two columns is right.
    follow(page, "Read it again")
    expect(page.locator("main")).to_contain_text("The first 3 of 3 records")
    follow(page, "Save the register")
    job_said(page, "3 entries")


def set_up_digest(page: Page, port: int) -> None:
    set_up(page, "digest")
    fill(
        page,
        notify_mail_to="officer@council.example",
        notify_mail_from="duediligence@council.example",
        smtp_host="127.0.0.1",
        smtp_port=str(port),
    )
    follow(page, "Save, and send a test message")
    job_said(page, "The test message was sent by mail")


def set_up_second_person(page: Page, who: str) -> None:
    set_up(page, "people")
    fill(page, **{"account-1": who})
    select(page, **{"role-1": "Approver"})
    follow(page, "Save")
    heading(page, "Set up")


def import_suppliers(page: Page, file: Path) -> None:
    bring(page, "Spreadsheet", file)
    follow(page, "Continue")
    heading(page, "Check what would be imported")
    follow(page, "Import them")
    job_said(page, f"{SUPPLIERS} suppliers ({SUPPLIERS} new")


def await_complete_run(page: Page) -> None:
    for _ in range(JOB_MS // 1000):
        follow(page, "Runs")
        if page.locator("main").get_by_text("Everything in scope").count():
            return
        page.wait_for_timeout(1000)
    pytest.fail("the suppliers are never screened")


def make_letter(page: Page, folder: Path) -> Path:
    """A letter that asks what tells two parties apart, as a file; from the page of an alert."""
    follow(page, "Write a letter")
    choose(page, "kind", "Ask for a birth month or a company number")
    follow(page, "Continue")
    follow(page, "Make the letter")
    tab_to(page, "Download")
    with page.expect_download() as coming:
        page.keyboard.press("Enter")
    letter = folder / coming.value.suggested_filename
    coming.value.save_as(letter)
    return letter


def test_from_an_empty_home_to_a_decided_alert(
    desk: Desk, published: Path, tmp_path: Path, mail: MailServer
) -> None:
    me = find_process_account()
    ada = desk.sit(me)
    heading(ada, "Set up")
    set_up_council(ada)
    set_up_lists(ada, published)
    set_up_own_register(ada, tmp_path)
    set_up_digest(ada, mail.port)
    assert len(mail.envelopes) == 1
    set_up_second_person(ada, "bo")
    set_up(ada, "schedule")
    select(ada, **{"every-lists": "Never", "every-screening": "Every day"})
    follow(ada, "Save")
    heading(ada, "Set up")
    expect(ada.locator("main")).to_contain_text("Everything that is needed is set up")
    follow(ada, "import your suppliers")
    import_suppliers(ada, write_suppliers(tmp_path / "vendors.csv", listed_firm(published)))

    desk.service.now = lambda: NOW + timedelta(days=1)
    await_complete_run(ada)
    follow(ada, "What waits")
    decide_same(ada, "takes effect when a second person records the same one", *SAID)
    bo = desk.sit("bo")
    decide_same(bo, f"You are the second person. {me} decided: same", *SAID)
    assert make_letter(ada, tmp_path).stat().st_size

    more(ada, "Schedule")
    follow(ada, "Digest", "Send now")
    job_said(ada, "sent")
    _, digest = mail.mails()
    assert "critical" in digest.get_content()
