"""Every page that a link leads to: axe, the HTML checker, narrow screens, forced colours.

A route that no link leads to and that is not named in `APART` fails.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from http.cookiejar import CookieJar
from io import BytesIO
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener
from urllib.request import Request as UrlRequest

import lxml.html
import pytest

pytest.importorskip("axe_playwright_python", reason="`make browser` installs what this needs")

from playwright.sync_api import Browser
from starlette.datastructures import UploadFile

from duediligence.casework.deciding import Choice, decide_alert
from duediligence.casework.supplier_editing import add_contract
from duediligence.casework.tokens import make_token
from duediligence.extension import find_own_extensions
from duediligence.extensions.sharing import agreements, cases
from duediligence.model import Person, Supplier
from duediligence.scheduling.jobs import EXAMPLE
from duediligence.screening.workspace import Workspace, find_process_account
from duediligence.suppliers.facts import ContractFacts
from duediligence.web import uploads
from duediligence.web.jobs import JobDone
from duediligence.web.pages import list_pages
from duediligence.web.people import Viewer
from duediligence.web.sign_in.one_pc import new_key
from tests.chromium import find_faults
from tests.sharing.agreements_made import made
from tests.sharing.exchanges.homes import opened_in
from tests.suppliers.notice_files import QUILL, notice

from .alert_office import Office, Opener
from .conftest import enter_key
from .crawling import Crawl, crawl
from .request_office import with_requests
from .test_alerts_in_a_browser import addresses as alert_addresses
from .test_alerts_in_a_browser import serving
from .test_suppliers_in_a_browser import addresses as supplier_addresses

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
CHECKER = ROOT / ".venv" / "checker" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
Kinds = frozenset[tuple[str | None, ...]]
# Addresses that no link has: what answers a form, or is looked at only after one.
APART = {
    "/intelligence": "for the role intelligence alone: test_intelligence_in_a_browser.py",
    "/intelligence/new": "likewise",
    "/intelligence/{number}": "likewise",
    "/jobs/{id}/file": "a file, for who started the job",
    "/policy/preview/{job}": "the result of a form",
    "/alerts/import/{key}": "the result of a form",
    "/suppliers/declarations/{key}": "the result of a form",
    "/suppliers/files/{number}/{ref:path}": "a file, where one was attached",
    "/suppliers/{ref:path}/answers": "where a form was handed in: test_answers.py",
    "/audit/verified/{job}": "the result of a form",
}


@pytest.fixture(scope="module")
def office(alert_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    opener = Opener(alert_home, tmp_path_factory.mktemp("every-page"))
    with opener.opened:
        yield opener(second_decision=())


@pytest.fixture(scope="module")
def base(office: Office) -> Iterator[str]:
    with serving(office) as address:
        yield address


@pytest.fixture(scope="module")
def pages(office: Office, base: str, tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(address: str) -> tuple[int, str, str]:
        try:
            with opener.open(address) as answer:
                saved = "attachment" in answer.headers.get("Content-Disposition", "")
                kind = "" if saved else answer.headers.get("Content-Type", "")
                return answer.status, kind, answer.read().decode(errors="replace")
        except HTTPError as error:
            return error.code, error.headers["Content-Type"], error.read().decode()

    with office.service.console() as store:
        key = new_key(store, office.service.clock())
    body = urlencode({"key": key}).encode()
    opener.open(UrlRequest(f"{base}/start", body, {"Origin": base})).close()
    with_requests(office, tmp_path_factory.mktemp("partner"))
    return crawl([base + one for one in starts(office)], get, patterns())


def starts(office: Office) -> list[str]:
    """Where to begin: what waits, and pages of what must first be there."""
    alert, decided = office.match("S1"), office.match("S3")
    with office.workspace() as ws:
        decide_alert(
            ws, decided.id, Choice(decided="not the same", reason="OTHER", note="Another firm")
        )
        token, _ = make_token(ws, "finance system", ["match"])
        made(ws)
        agreements.end(ws, made(ws, reference="ISA-2026-02"))
        opened_in(ws, office.service.home.parent)
        add_contract(ws, "S1", ContractFacts(title="Home care <North>"))
        case = a_case(ws, alert.id)
        people = (Person("Jo Invented", unproven=True),)
        old = Supplier(ref="P1", name="Invented People Ltd", people=people)
        ws.suppliers.save([old], file="old.csv", at=ws.now())
    (office.service.home / "schedule.toml").write_text(EXAMPLE, encoding="utf-8")
    file = UploadFile(BytesIO(b"Supplier,Ref\nFenmoor <b>,S8\n,S9\n"), filename="new.csv")
    upload, _ = uploads.store_upload(
        office.service.home, find_process_account(), file, "/suppliers/import"
    )
    register = UploadFile(BytesIO(b"Licence <b>,Granted\nAda,2026-03-31\n"), filename="r.csv")
    sample, _ = uploads.store_upload(
        office.service.home, find_process_account(), register, "/set-up/own-registers"
    )
    notices = UploadFile(BytesIO(json.dumps({"releases": [notice(QUILL)]}).encode()), filename="n")
    noticed, _ = uploads.store_upload(
        office.service.home, find_process_account(), notices, "/suppliers/contract-notices"
    )
    job = office.service.jobs.start(
        Viewer(account="Ada", name="Ada"),
        "screen",
        "Screen <nothing>",
        lambda *_: JobDone(said="Nothing was screened."),
    )
    return [
        "/",
        *alert_addresses(office).values(),
        *supplier_addresses(office).values(),
        f"/alerts/{decided.id}/undo/1",
        f"/alerts/several?alert={alert.id}",
        f"/tokens/{token}/end",
        f"/cases/{case}",
        "/suppliers/P1/confirm-people",
        f"/jobs/{job}",
        f"/set-up/own-registers/{sample}",
        "/digest/cancel?channel=folder",
        *(f"/lists/un/{below}" for below in ("accept-format", "accept-loss", "drop")),
        *("/lists/uk-debarment", "/lists/uk-debarment/confirm", "/lists/uk-debarment/template"),
        *(f"/suppliers/import/{upload}{below}" for below in ("", "/rejects", "/cells", "/replace")),
        f"/suppliers/contract-notices/{noticed}?buyer=Exampleshire+County+Council",
        # Where other programs send people.
        "/entries?id=uk-sanctions.RUS9901",
    ]


def a_case(ws: Workspace, alert: str) -> int:
    """A case with one of everything, and with signs of victims."""
    case = cases.new(ws, title="Car washes <b>", notes="Seen <i>\nTwice").number
    items = cases.NewItems(suppliers=["S1"], alerts=[alert], paths=[("S1", "S3")])
    cases.add(ws, case, items)
    cases.sign(ws, case, "slavery")
    for what in ("Inspect <b>", "Ask"):
        action = cases.add_action(ws, case, what=what, agency="fire")
    cases.record_outcome(ws, case, action.position, "notice-served", "On the flat <b>")
    closed = cases.new(ws, title="Over").number
    cases.close(ws, closed, "no-risk-found")
    return case


def patterns() -> list[str]:
    """The addresses of every page that is got, as its file declares them."""
    got = [
        path
        for pages in list_pages(find_own_extensions())
        for method, path, _ in pages.routes
        if method == "GET"
    ]
    return got + [
        path for pages in list_pages(find_own_extensions()) for path, _ in pages.open_to_all
    ]


def test_a_link_leads_to_every_page(pages: Crawl) -> None:
    missing = set(patterns()) - pages.pages.keys() - APART.keys()
    assert not missing, sorted(missing)


def kinds_of(html: str) -> Kinds:
    """The kinds of elements that a page has: what axe judges, but for the words."""
    elements = lxml.html.fromstring(html).iter("*")
    return frozenset((one.tag, *map(one.get, ("class", "role", "type"))) for one in elements)


def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    browser: Browser, base: str, office: Office, pages: Crawl
) -> None:
    context = browser.new_context(bypass_csp=True)
    tab = context.new_page()
    with office.service.console() as store:
        key = new_key(store, office.service.clock())
    enter_key(tab, base, key)
    found: list[str] = []
    for of_route in pages.pages.values():
        known: set[Kinds] = set()
        for address, html in of_route.items():
            if not html:
                continue
            kinds = kinds_of(html)
            tab.goto(address)
            found += find_faults(tab, alike=kinds in known)
            known.add(kinds)
    context.close()
    assert not found


def test_the_html_checker_finds_no_error(pages: Crawl, tmp_path: Path) -> None:
    if not CHECKER.is_file() or not shutil.which("java"):
        pytest.fail(
            "The HTML checker is not installed: `make .venv/checker` (it needs npm and Java; on "
            "Debian or Ubuntu: apt-get install npm default-jre-headless)"
        )
    names = {}
    for number, (address, html) in enumerate(pages.each()):
        if html:
            path = tmp_path / f"{number}.html"
            path.write_text(html, encoding="utf-8")
            names[path.name] = address
    done = subprocess.run(
        ["java", "-jar", CHECKER, "--format", "json", "--exit-zero-always", *tmp_path.iterdir()],
        capture_output=True,
        text=True,
        check=True,
    )
    messages = json.loads(done.stderr)["messages"]
    assert [
        f"{names[one['url'].rpartition('/')[2]]}: {one['message']}: {one.get('extract', '')[:120]}"
        for one in messages
        if one["type"] == "error"
    ] == []


def test_no_page_shows_what_belongs_to_the_government_alone(pages: Crawl) -> None:
    branded = re.compile(r"GDS Transport|govuk-crest|govuk-logotype|crown|\bGOV\.UK\b|\.woff")
    found = {
        address: branded.findall(html) for address, html in pages.each() if branded.search(html)
    }
    allowed = {a for a in found if re.search(r"/licences$|/accessibility$", a)}
    assert not found.keys() - allowed, found
