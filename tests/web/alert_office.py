"""A home with alerts, and several people at browsers of the console over it."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from lxml import html
from starlette.testclient import TestClient

from duediligence.casework import queue
from duediligence.casework.queue import Filters
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.model import PartialDate, Person, Supplier
from duediligence.model.alerts import Alert
from duediligence.model.audit import AuditEvent, Role
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.store.console import Session
from duediligence.web.people import Viewer
from duediligence.web.sessions import cookie_name

from ..homes import copy_home
from .conftest import browser, service_over

REGISTERS = Path(__file__).parents[2] / "duediligence" / "demo" / "local_registers"
HOSTILE = '=HYPERLINK("http://x")<script>alert(1)</script>\u202e & Sons "Ltd"'
DIRECTOR = Person("Dragomir Petrosyanov", PartialDate(1968, 3), "director")
SUPPLIERS = (
    Supplier(ref="S1", name="Bright Sands Home Care Ltd", people=(DIRECTOR,)),
    Supplier(ref="S2", name="Marrow Lane Vapes Ltd"),
    Supplier(ref="S3", name="Volkhar Maritime UK Ltd"),
    Supplier(ref="S4/../=x", name=HOSTILE, people=(DIRECTOR,)),
)
# What the restricted record about S2 says.
MARKERS = ("porthvellan-asb", "Premises closed")


@dataclass
class Office:
    """People at browsers, and the workspace that each of them works in."""

    settings: Settings
    opened: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.service = service_over(self.settings)

    def person(self, who: str, role: Role | None = None) -> TestClient:
        """A browser at which they are signed in."""
        client = self.opened.enter_context(browser(self.service, signed_in=False))
        client.cookies.set(cookie_name(self.service), self.session(who, role))
        return client

    def session(self, who: str, role: Role | None = None) -> str:
        """The secret of a session of theirs, which a browser keeps as its cookie."""
        secret, now = token_urlsafe(), self.service.clock()
        session = Session(account=who, name=who, role=role, begun=now, seen=now)
        with self.service.console() as store:
            store.begin(secret, session)
        return secret

    @contextmanager
    def workspace(self, who: str = "Ada", role: Role | None = None) -> Iterator[Workspace]:
        with self.service.workspace(Viewer(account=who, name=who, role=role)) as ws:
            yield ws

    def alerts(self, **filters: Any) -> list[Alert]:
        with self.workspace() as ws:
            return queue.alerts(ws, Filters(**filters))

    def match(self, ref: str = "S3", check: str = "SAN-01") -> Alert:
        """A possible match of that supplier with an entry of a sanctions list."""
        found = (one for one in self.alerts(supplier=ref) if one.first.check_id == check)
        return next(one for one in found if one.matched)

    def restricted(self) -> Alert:
        (found,) = (one for one in self.alerts(supplier="S2") if one.restricted)
        return found

    def events(self, kind: str) -> list[AuditEvent]:
        with self.workspace() as ws:
            return [record.event for record in ws.audit.records() if record.event.kind == kind]


def screened(home: Path) -> None:
    """Screen the suppliers, with a restricted record about one of them."""
    with Workspace(office_settings(home), now=lambda: NOW) as ws:
        terms = RefreshTerms(as_of=NOW.date())
        assert list(refresh(ws, ["porthvellan-asb"], folder=REGISTERS, terms=terms))
        ws.suppliers.save(SUPPLIERS, file="suppliers.csv", at=NOW)
        screen(ws, Screened(SUPPLIERS))


def office_settings(home: Path, **more: Any) -> Settings:
    return Settings(
        home=home,
        local_registers=REGISTERS,
        store_restricted=True,
        council_name="Exampleshire County Council",
        council_contact="procurement@council.example",
        privacy_contact="privacy@council.example",
        **more,
    )


class Opener:
    """Opens offices on copies of the home with alerts."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.home, self.folder, self.opened = home, folder, ExitStack()

    def __call__(self, **settings: Any) -> Office:
        copy = copy_home(self.home, self.folder / "alert-home")
        made = Office(office_settings(copy, **settings))
        self.opened.enter_context(made.opened)
        return made


class Page:
    """A page as it was answered."""

    def __init__(self, response: Any) -> None:
        self.status = response.status_code
        self.source = response.text
        self.tree = html.fromstring(response.text)

    @property
    def title(self) -> str:
        return str(self.tree.findtext(".//title"))

    @property
    def text(self) -> str:
        """Its words, white space as single blanks."""
        return " ".join(self.tree.find("body").text_content().split())

    def main(self, path: str) -> list[Any]:
        """The elements on that path, anywhere in the part of the page that is its own."""
        return list(self.tree.xpath("//main")[0].xpath(f".//{path}"))

    def described(self) -> dict[str, list[str]]:
        """Values by label, of every list of descriptions."""
        found: dict[str, list[str]] = {}
        for row in self.tree.xpath("//dl/div"):
            label = _words(row.xpath("dt")[0])
            lines = row.xpath("dd[1]/div") or row.xpath("dd[1]")
            found[label] = [_words(line) for line in lines]
        return found

    def rows(self) -> list[list[str]]:
        """The cells of all rows of tables, without their headings."""
        return [
            [_words(cell) for cell in row.xpath("th | td")] for row in self.tree.xpath("//tbody/tr")
        ]

    def errors(self) -> list[tuple[str, str]]:
        """Address and words of the summary of errors."""
        items = self.tree.xpath("//ul[contains(@class, 'govuk-error-summary__list')]/li")
        return [("".join(item.xpath("a/@href")), _words(item)) for item in items]

    def fields(self) -> dict[str, list[str]]:
        """What a browser would send of the fields of all forms but the sign-out, by name."""
        found: dict[str, list[str]] = {}
        for one in self.main("input | .//textarea | .//select"):
            if one.get("type") in ("radio", "checkbox") and one.get("checked") is None:
                continue
            value = one.get("value") or ""
            if one.tag == "textarea":
                value = one.text or ""
            elif one.tag == "select":
                chosen = one.xpath("option[@selected]") or one.xpath("option[1]")
                value = chosen[0].get("value")
            found.setdefault(one.get("name"), []).append(value)
        return found

    def links(self) -> Sequence[str]:
        return [one.get("href") for one in self.main("a")]


def _words(element: Any) -> str:
    return " ".join(element.text_content().split())


def get(client: TestClient, address: str) -> Page:
    return Page(client.get(address))


def post(client: TestClient, address: str, **values: Any) -> Page:
    return Page(client.post(address, data=values))
