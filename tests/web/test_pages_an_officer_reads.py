"""Every page that an officer reaches by links, over the demonstration's suppliers in every state:
no link is dead, every table is square, and no word is one of the command line or of the store.
"""

import csv
import re
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urldefrag, urljoin, urlsplit

import pytest
from lxml import html

from duediligence.casework import queue
from duediligence.casework.deciding import REASONS, Choice, decide_alert
from duediligence.casework.supplier_editing import ContractFacts, add_contract, end
from duediligence.casework.supplier_merging import merge
from duediligence.casework.tokens import make_token
from duediligence.delivery.letters import letter_conditions
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.demo.server import serve_demo_api
from duediligence.extension import find_own_extensions
from duediligence.model import Supplier
from duediligence.screening.imports import import_suppliers
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.registers import load_register
from duediligence.screening.run.screen import Screened, check, screen
from duediligence.screening.workspace import Workspace
from duediligence.web.pages import list_pages
from tests.pages import PAGES, casework

from ..cli.conftest import Run as RunCommand
from ..homes import copy_home
from .alert_office import REGISTERS, Office, get, office_settings
from .conftest import browser
from .crawling import pattern_of
from .test_console_and_command_line_agree import at as at
from .test_console_and_command_line_agree import command, data

# Of one route, with the same names in the query, and of one route in all.
ENOUGH, MOST = 4, 16
# Whoever looks after the service reads these: the places Audit and Settings.
TECHNICAL = re.compile(r"^/(audit|settings|accounts|tokens|policy)\b")
COUNTRIES = "AE|AF|BY|CN|CY|DE|ES|FR|GB|IE|IN|IR|IQ|JE|KP|NL|PA|PL|RU|SY|TR|UA|VG|ZA"
# Addresses on the web and the names of publishers' files are what they are.
OF_OTHERS = re.compile(
    r"https?://\S+|[\w.*-]*\.(?:csv|json|ods|txt|xlsx?|xml|zip)\b", re.IGNORECASE
)
TOKENS = {
    "command": r"\bduediligence [a-z]\S*|\b[a-z]+-[a-z]+ FILE\b",
    "option": r"(?<![\w-])--[a-z][\w-]*",
    "path": r"(?<![\w/.<&])(?:~|/)[\w.~-]*/[\w./~-]+|\b[A-Z]:\\\S+",
    "file": r"\b[\w-]+\.(?:toml|db)\b|\bTOML\b",
    "key": r"\b[a-z0-9]+_[a-z0-9_]+\b",
    "hash": r"\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{6,}\b",
    "reason": rf"\b(?:{'|'.join({code for codes in REASONS.values() for code in codes})})\b",
    "check": r"\b[A-Z]{3}-\d\d\b(?!-)",
    "time": r"\b\d{4}-?\d\d-?\d\dT\d",
    "country": rf"^(?:{COUNTRIES})$|\((?i:{COUNTRIES})(?:, (?i:{COUNTRIES}))*\)|\bGB-[A-Z]+\b",
    "regime": r"\blisted under [A-Z]{2,}\b",
}


@dataclass
class Site:
    """The HTML of each page by its address, and what else its links lead to; `dead`: status and
    where the link is.
    """

    pages: dict[str, str] = field(default_factory=dict)
    dead: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def office(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The demonstration's suppliers, screened twice; one is merged, one ended, one restricted, some
    decided, and a name was checked once.
    """
    home = copy_home(loaded_home, tmp_path_factory.mktemp("officer") / "home")
    with serve_demo_api() as url:
        settings = office_settings(
            home,
            companies_house_url=url,
            companies_house_key="demonstration",
            key_hosts=("127.0.0.1",),
        )
        with Workspace(settings, now=lambda: NOW, backoff=0.05, who="Ada") as ws:
            fill(ws, home)
        opened = Office(settings)
        with opened.opened:
            yield opened


def fill(ws: Workspace, folder: Path) -> None:
    terms = RefreshTerms(as_of=NOW.date())
    assert list(refresh(ws, ["porthvellan-asb"], folder=REGISTERS, terms=terms))
    with as_file(files("duediligence") / "demo") as data:
        for country in (data / "charities").glob("*/"):
            load_register(ws, sorted(country.iterdir()), "charities")
        read = import_suppliers(
            ws, data / "suppliers.csv", mapping={}, sheet="", rejects_folder=folder
        ).read
    twin = Supplier(ref="S101", name="Bright Sands Homecare", people=read.suppliers[0].people)
    marrow = Supplier(ref="S103", name="Marrow Lane Vapes Ltd")
    gone = Supplier(ref="S102", name="Volkhar Maritime", people=read.suppliers[0].people)
    ws.suppliers.save([twin, gone, marrow], file="more.csv", at=NOW)
    screen(ws, Screened((*read.suppliers, twin, gone, marrow), file=read.file, sha256=read.sha256))
    with check(ws, Supplier(ref="", name="Volkhar Maritime"), keep=True):
        pass
    found = [one for one in queue.alerts(ws) if one.matched and not one.restricted]
    for decided, alert in zip(
        ("not the same", "confirmed risk", "not sure"), found[::4], strict=False
    ):
        decide_alert(ws, alert.id, Choice(decided=decided, reason="OTHER", note="Rang them"))
    rating = next(one for one in queue.alerts(ws) if one.first.check_title == "Poor rating")
    for state in ("confirmed risk", "mitigated"):
        decide_alert(ws, rating.id, Choice(decided=state, reason="OTHER", note="Agreed"))
    merge(ws, "S001", "S101")
    end(ws, ["S102"])
    add_contract(ws, "S001", ContractFacts(title="Day care <North>"))


PAGES_OF_ALL = tuple(list_pages(find_own_extensions()))
PATTERNS = [path for pages in PAGES_OF_ALL for method, path, _ in pages.routes if method == "GET"]
PATTERNS += [path for pages in PAGES_OF_ALL for path, _ in pages.open_to_all]


@pytest.fixture(scope="module")
def site(office: Office) -> Site:
    client, found = office.person("Ada", "officer"), Site()
    seen: dict[object, int] = defaultdict(int)
    waiting, known = deque([("/", "")]), {"/"}
    anchors = []
    while waiting:
        address, source = waiting.popleft()
        parts = urlsplit(address)
        pattern = pattern_of(PATTERNS, parts.path)
        names = frozenset(name for name, _ in parse_qsl(parts.query, keep_blank_values=True))
        if seen[pattern, names] >= ENOUGH or seen[pattern] >= MOST:
            continue
        seen[pattern, names] += 1
        seen[pattern] += 1
        answer = client.get(address)
        if answer.status_code not in (200, 422):
            found.dead.append(f"{answer.status_code} {address} from {source}")
        if not answer.headers["Content-Type"].startswith("text/html"):
            continue
        found.pages[address] = answer.text
        page = html.fromstring(answer.text)
        for target in page.xpath("//a/@href | //form[@method='get']/@action"):
            full = urljoin(address, str(target))
            link, anchor = urldefrag(full)
            if urlsplit(link).netloc:
                continue
            if anchor:
                anchors.append((address, link, anchor))
            if link not in known:
                known.add(link)
                waiting.append((link, address))
    for address, link, anchor in anchors:
        if link in found.pages and not html.fromstring(found.pages[link]).xpath(
            "//*[@id=$one]", one=unquote(anchor)
        ):
            found.dead.append(f"#{anchor} is not on {link}, from {address}")
    return found


def faults_of_tables(page: html.HtmlElement) -> Iterator[str]:
    for table in page.xpath("//table"):
        widths = [
            sum(int(cell.get("colspan", "1")) for cell in row.xpath("th | td"))
            for row in table.xpath(".//tr")
        ]
        if len(set(widths)) > 1:
            yield f"table {table.findtext('caption')!r}: cells {sorted(set(widths))}"


IN_A_SENTENCE = ("a", "b", "bdi", "code", "em", "span", "strong")


def texts(page: html.HtmlElement) -> Iterator[str]:
    """The words of each smallest part of a page that is read as one."""
    for one in page.xpath("//body//*[text()[normalize-space()]] | //title"):
        parent = one.getparent()
        within = one.tag in IN_A_SENTENCE and (parent.text or one.tail or "").strip()
        if one.tag not in ("script", "style") and not within:
            yield " ".join(one.text_content().split())


def faults_of(source: str, *, in_words: bool = True) -> Iterator[str]:
    page = html.fromstring(source)
    heads = len(page.xpath("//h1"))
    if heads != 1:
        yield f"{heads} h1"
    yield from faults_of_tables(page)
    for text in texts(page) if in_words else ():
        if text.isupper():  # the licence of a package
            continue
        for kind, pattern in TOKENS.items():
            for found in re.finditer(pattern, OF_OTHERS.sub("", text)):
                yield f"{kind} {found[0]!r} in {text[:200]!r}"


def test_no_link_is_dead(site: Site) -> None:
    assert len(site.pages) > 100
    assert site.dead == []


def test_whoever_may_not_send_a_form_reads_so_above_it(office: Office, site: Site) -> None:
    """One page of each kind: no form is refused only once it was filled in."""
    client, tried, silent = office.person("Rea", "reader"), set(), []
    for address in site.pages:
        pattern = pattern_of(PATTERNS, urlsplit(address).path)
        if pattern in tried or not site.pages[address].count('method="post"') > 1:
            continue
        answer = client.get(address)
        if answer.status_code != 200:
            continue
        tried.add(pattern)
        for form in html.fromstring(answer.text).xpath("//main//form[@method='post']"):
            sent = {one.get("name"): one.get("value") for one in form.xpath(".//input[@name]")}
            if client.post(urljoin(address, form.get("action")), data=sent).status_code == 403:
                silent += [address] if "not send it" not in answer.text else []
    assert len(tried) > 15
    assert silent == []


def test_pages_of_the_console_are_square_and_in_plain_words(site: Site) -> None:
    found = {
        f"{fault} on {address}"
        for address, source in site.pages.items()
        for fault in faults_of(source, in_words=not TECHNICAL.match(address))
    }
    assert not found, "\n".join(sorted(found))


def test_pages_for_administrators_alone_are_square(office: Office, site: Site) -> None:
    others = {one for one in PATTERNS if "{" not in one} - {
        urlsplit(one).path for one in site.pages
    }
    client, found, read = office.person("Kay", "administrator"), set[str](), 0
    for address in sorted(others | {"/set-up/letters/representations"}):
        answer = client.get(address)
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            read += 1
            found |= {f"{fault} on {address}" for fault in faults_of(answer.text, in_words=False)}
    assert read > 8
    assert not found, "\n".join(sorted(found))


def test_files_for_others_are_square_and_in_plain_words(loaded_home: Path, tmp_path: Path) -> None:
    """What proves a report, which whoever doubts it compares, is left aside."""
    with casework(loaded_home, tmp_path) as it:
        made = {name: make(it) for name, make in PAGES.items() if name != "pack page"}
    found = {
        f"{fault} in {name}"
        for name, source in made.items()
        for fault in faults_of(source)
        if not fault.startswith(("hash ", "time "))
    }
    assert not found, "\n".join(sorted(found))


def test_alerts_to_decide_are_the_same_number_everywhere(
    office: Office, run: RunCommand, at: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("companies_house_url", "companies_house_key"):
        monkeypatch.setenv(f"DUEDILIGENCE_{name.upper()}", str(getattr(office.settings, name)))
    monkeypatch.setenv("DUEDILIGENCE_STORE_RESTRICTED", "true")
    file = office.settings.home / "duediligence.toml"
    file.write_text('key_hosts = ["127.0.0.1"]', encoding="utf-8")
    flags, book = tmp_path / "flags.csv", tmp_path / "alerts.xlsx"
    typed = command(office, run)
    screened = typed("screen", "--out", flags)
    assert screened.code in (1, 3), screened.err
    assert len(f"{screened.out}{screened.err}".splitlines()) <= 24
    (waiting,) = re.findall(r"^(\d+) alerts to decide: duediligence", screened.err, re.MULTILINE)
    listed = typed("alerts", "list", "--json", "--include-people")
    exported = typed("alerts", "export", book).err
    client = office.person("Ada", "officer")
    home, queued = get(client, "/"), get(client, "/alerts")
    with office.workspace() as ws, office.service.console():
        _, secret = make_token(ws, "finance", ["read"])
    answer = browser(office.service, signed_in=False).get(
        "/api/v1/alerts?limit=1", headers={"Authorization": f"Bearer {secret}"}
    )
    with flags.open(encoding="utf-8-sig") as opened:
        read = list(csv.DictReader(opened))
    assert read
    assert not [
        found[0]
        for row in read
        for kind in TOKENS
        if kind not in ("key", "country")
        for value in row.values()
        for found in re.finditer(TOKENS[kind], OF_OTHERS.sub("", value))
    ]
    flagged = [row for row in read if row["Severity"]]
    (restricted,) = re.findall(r"Left out: (\d+) alert", exported)
    assert {
        "home": sum(int(home.described()[one][0]) for one in ("Critical", "High", "Medium", "Low")),
        "queue": len(queued.rows()),
        "alerts list": len(data(listed)),
        "workbook": int(re.search(r"Wrote (\d+) alerts", exported)[1]) + int(restricted),
        "API": answer.json()["listed"],
        "CSV": sum(row["Status"] not in queue.DONE for row in flagged) + int(restricted),
    } == dict.fromkeys(("home", "queue", "alerts list", "workbook", "API", "CSV"), int(waiting))


def test_that_somebody_must_agree_to_a_letter_is_said_beside_its_form(office: Office) -> None:
    with office.workspace() as ws:
        held = [
            one.id
            for one in office.alerts()
            if letter_conditions(ws, one.id, "details-wanted").to_agree
        ]
    page = get(
        office.person("Ada", "officer"), f"/alerts/{held[0]}/letter?chosen=yes&kind=details-wanted"
    )
    assert "Somebody must agree before it goes out." in page.text
    assert "confirmed-with" in page.fields()


def test_at_most_seven_places_stand_at_the_head_of_a_page(site: Site) -> None:
    for address, source in site.pages.items():
        page = html.fromstring(source)
        beside = page.xpath("//ul[contains(@class, 'govuk-service-navigation__list')]/li")
        under = page.xpath("//nav[@aria-label='More pages']//summary")
        assert len(beside) + len(under) <= 7, address
        assert len(page.xpath("//*[@aria-current='page']")) <= 2, address
