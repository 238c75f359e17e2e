"""What is restricted, a first decision that a blind second one waits for, and birth dates and words
about an insolvent person for whoever may not see them show up nowhere else.

A text that is nowhere else is planted in each. Then everything that anybody can get is read, as
each role: every page that a link leads to, every file, and every answer to a program.
"""

import json
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from duediligence.casework import deciding, tokens
from duediligence.extension import find_own_extensions
from duediligence.law.declarations import find_question
from duediligence.model import Declaration, PartialDate
from duediligence.model.alerts import Considered
from duediligence.model.audit import ROLES, Role, is_action_allowed
from duediligence.permissions import is_database
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.web.pages import list_pages
from duediligence.web.pages.suppliers import WITHHELD
from tests.homes import copy_home
from tests.opened_files import watch_opened_files
from tests.thorough import every_nth

from .alert_office import DIRECTOR, NOW, REGISTERS, SUPPLIERS, Office, office_settings
from .conftest import browser, wait_until_ready
from .crawling import crawl
from .jobs_awaited import ended

RESTRICTED: Final = "Quixwort"
FIRST: Final = "Zandrivel"
FIRST_BY: Final = "Fay"
INSOLVENT: Final = "Wexcrombe"
# The director's, as a page and as a record has it. The listed person was born a month before.
BORN: Final = ("1968-04", "April 1968")
EVERY_SEVERITY: Final = ("low", "medium", "high", "critical")
WHO: Mapping[Role, str] = {
    "reader": "Rea",
    "officer": "Oda",
    "approver": "Abe",
    "intelligence": "Ivy",
    "auditor": "Una",
    "administrator": "Kay",
}


@pytest.fixture(scope="module")
def planted_home(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which a restricted record says RESTRICTED."""
    folder = tmp_path_factory.mktemp("planted")
    home = copy_home(loaded_home, folder / "home")
    registers = Path(shutil.copytree(REGISTERS, home / "registers"))
    asb = registers / "asb.csv"
    text = asb.read_text("utf-8")
    asb.write_text(
        text.replace("Premises closed", f"{RESTRICTED} closed")
        .replace("3 Marrow Lane", f"3 {RESTRICTED} Lane")
        .replace("ASB-26-029", f"ASB-{RESTRICTED}"),
        encoding="utf-8",
    )
    assert asb.read_text("utf-8").count(RESTRICTED) == 3
    settings = replace(office_settings(home), local_registers=registers)
    with Workspace(settings, now=lambda: NOW, who=FIRST_BY) as ws:
        assert list(
            refresh(ws, ["porthvellan-asb"], folder=registers, terms=RefreshTerms(as_of=NOW.date()))
        )
        director = replace(DIRECTOR, birth_date=PartialDate(1968, 4))
        born = [replace(one, people=(director,)) if one.people else one for one in SUPPLIERS]
        ws.suppliers.save(born, file="suppliers.csv", at=NOW)
        asked = find_question("insolvency_bankruptcy")
        told = Declaration(
            supplier_ref="S3",
            question=asked.code,
            title=asked.title,
            grounds=asked.grounds,
            answer="yes",
            declared_on=NOW.date(),
            applies_to="connected person",
            details=f"{INSOLVENT} was bankrupt",
        )
        ws.declarations.save([told], file="declared.csv", file_sha256="", at=NOW)
        screen(ws, Screened(born))
    return home


@pytest.fixture
def planted(planted_home: Path, tmp_path: Path) -> Iterator[Office]:
    home = copy_home(planted_home, tmp_path / "planted")
    users: dict[str, Role] = {FIRST_BY: "officer"}
    users |= {who: role for role, who in WHO.items()}
    office = Office(
        replace(
            office_settings(home),
            local_registers=home / "registers",
            users=users,
            second_decision=EVERY_SEVERITY,
            blind_second=True,
            digest_folder=tmp_path,
        )
    )
    with office.opened:
        choice = deciding.Choice(
            decided="same",
            reason="SUPPLIER-SAYS",
            note=f"{FIRST} rang them",
            considered=Considered(contract=f"{FIRST} contract"),
        )
        with office.workspace(FIRST_BY) as ws:
            deciding.decide_alert(ws, office.match().id, choice)
        yield office


def texts(name: str, body: bytes) -> Iterator[str]:
    """The body as text, and that of every file in it."""
    yield body.decode("utf-8", "replace")
    if zipfile.is_zipfile(BytesIO(body)):
        with zipfile.ZipFile(BytesIO(body)) as archive:
            for member in archive.namelist():
                yield from texts(f"{name}/{member}", archive.read(member))


class Reader:
    """Reads what one person gets, and notes where one of the planted texts is."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.found: dict[str, set[str]] = {
            one: set() for one in (RESTRICTED, FIRST, INSOLVENT, *BORN)
        }
        self.read = 0

    def __call__(self, method: str, address: str, **sent: Any) -> Any:
        answer = self.client.request(method, address, **sent)
        self.read += 1
        headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        everything = "\n".join([headers, *texts(address, answer.content)])
        for marker, where in self.found.items():
            # What somebody asked for is repeated to them.
            if marker in everything and marker not in f"{address} {sent}":
                where.add(f"{method} {address}")
        return answer

    def page(self, address: str) -> tuple[int, str, str]:
        answer = self("GET", address)
        kind = answer.headers.get("content-type", "")
        # What a role may not see is no dead link.
        refused = answer.status_code in (403, 404, 409)
        return 200 if refused else answer.status_code, kind, answer.text


def patterns() -> list[str]:
    return [
        path
        for one in list_pages(find_own_extensions())
        for method, path, _ in one.routes
        if method == "GET"
    ]


def read_everything(office: Office, reader: Reader, who: str) -> None:
    """All that a person with that role can get, but the showing of what is restricted."""
    base = str(reader.client.base_url)
    crawl([f"{base}/"], reader.page, patterns())
    restricted, first = office.restricted(), office.match("S3")
    ids = [restricted.id, first.id]
    entry = f"{restricted.first.list_id}/{restricted.first.entry_id}"
    run = max(one.id for one in runs(office))
    for address in (
        f"/entries/{entry}",
        f"/entries/{entry}/decision",
        f"/entries?id={quote(entry.replace('/', '.'))}",
        f"/alerts?list={restricted.first.list_id}&everything=yes",
        "/alerts?supplier=S2&everything=yes&sort=score",
        "/suppliers?q=Marrow&everything=yes",
        *(f"/suppliers/{ref}/network?steps=3" for ref in ("S1", "S2", "S3")),
        f"/audit?subject={first.id}",
        "/openapi.json",
        "/nowhere",
        *(
            f"/alerts/{one}{below}"
            for one in ids
            for below in (
                "",
                "/decision",
                "/decision?chosen=yes&decided=same&after=0",
                "/letter?chosen=yes&kind=representations",
                "/undo/1",
            )
        ),
        *(f"/alerts/{what}?alert={ids[0]}&alert={ids[1]}" for what in ("several", "referral")),
    ):
        reader("GET", address)
    reader("DELETE", f"/entries/{entry}")
    note = {"reason": "OTHER", "note": "Mine", "step": "check", "after": "1"}
    for one in ids:
        for decided in ("same", "not the same", "not sure"):
            reader("POST", f"/alerts/{one}/decision", data={**note, "decided": decided})
        for kind in ("details-wanted", "representations", "outcome"):
            reader("POST", f"/alerts/{one}/letter", data={"kind": kind, "format": "html"})
        for number in (1, 2, 3):
            reader("POST", f"/alerts/{one}/letters/{number}")
    reader("POST", "/alerts/several", data={**note, "alert": ids})
    for people in ("", "yes"):
        sent = {"alert": ids[1], "to": "police", "purpose": "An enquiry", "people": people}
        reader("POST", "/alerts/referral", data=sent)
        reader("POST", "/alerts/referral", data={**sent, "alert": ids[0]})
    reader("POST", "/alerts/workbook?everything=yes")
    for form in ("csv", "xlsx", "html", "json"):
        for people in ("yes", "no"):
            sent = {"form": form, "people": people, "step": "make"}
            reader("POST", f"/runs/{run}/flags", data=sent)
    for address, data in (
        *(
            (f"/suppliers/{ref}/pack", {"form": form, "people": "yes"})
            for ref in ("S2", "S3")
            for form in ("zip", "html")
        ),
        ("/suppliers/S2/screen", {}),
        ("/policy/preview", {"threshold": "0.5"}),
        ("/audit/verify", {}),
        ("/digest/send", {}),
    ):
        answer = reader("POST", address, data=data)
        if "/jobs/" in answer.url.path:
            job = ended(office.service, answer.url.path.rpartition("/")[2])
            assert job.state != "failed", job.said
            reader("GET", f"/jobs/{job.id}")
            reader("GET", f"/jobs/{job.id}/file")
            if job.link:
                reader("GET", job.link)
    reader("POST", "/audit/export")
    reader("GET", "/digest")
    read_as_a_program(office, reader, who)


def read_as_a_program(office: Office, reader: Reader, who: str) -> None:
    restricted = office.restricted().first
    id_ = f"{restricted.list_id}.{restricted.entry_id}"
    with office.workspace(WHO["administrator"]) as ws:
        key = tokens.make_token(ws, "till", ["match", "read"], account=who)[1]
    headers = {"Authorization": f"Bearer {key}"}
    name = "Marrow Lane Vapes Ltd"
    query = {"schema": "Company", "properties": {"name": [name], "address": ["Marrow Lane"]}}
    for dataset in ("default", restricted.list_id):
        asked = {"queries": {"a": query}}
        reader("POST", f"/match/{dataset}?threshold=0.1", json=asked, headers=headers)
        reader("GET", f"/search/{dataset}?q={quote(name)}", headers=headers)
        queries = json.dumps({"q": {"query": name, "limit": 50}})
        reader("POST", f"/reconcile/{dataset}", data={"queries": queries}, headers=headers)
        wanted = json.dumps({"ids": [id_], "properties": [{"id": "address"}, {"id": "name"}]})
        reader("POST", f"/reconcile/{dataset}", data={"extend": wanted}, headers=headers)
        reader("GET", f"/reconcile/{dataset}/suggest/entity?prefix=Marrow", headers=headers)
    for address in (f"/entities/{id_}", f"/entities/{id_}/adjacent", "/catalog", "/algorithms"):
        reader("GET", address, headers=headers)
    for service in ("lists", "suppliers"):
        root = f"/reconcile/{key}/{service}"
        reader("POST", root, data={"queries": json.dumps({"q": {"query": name, "limit": 50}})})
        ids = ["S2", "S3", id_]
        properties = [{"id": one} for one in ("name", "address", "source", "number", "alias")]
        extend = json.dumps({"ids": ids, "properties": properties})
        reader("POST", root, data={"extend": extend})
        for below in (
            "",
            "/suggest/entity?prefix=Marrow",
            "/suggest/entity?prefix=ASB",
            "/propose_properties",
            *(f"/preview?id={quote(one)}" for one in ids),
        ):
            reader("GET", root + below)


def runs(office: Office) -> list[Any]:
    with office.workspace() as ws:
        return list(ws.runs.headings(before=0, most=100))


@pytest.mark.parametrize("role", every_nth(ROLES, 6))
def test_a_planted_text_is_in_nothing_that_anybody_gets(planted: Office, role: Role) -> None:
    who = WHO[role]
    client = planted.person(who)
    wait_until_ready(client)
    reader = Reader(client)
    with watch_opened_files() as opened:
        read_everything(planted, reader, who)
    assert reader.read > 100
    assert opened
    assert not [one for one in opened if is_database(Path(one))], "SQLite alone opens these"
    born = [where for one in BORN for where in reader.found.pop(one)]
    assert bool(born) == is_action_allowed(role, "see birth dates"), born
    insolvent = {where.rpartition("/suppliers/")[2] for where in reader.found.pop(INSOLVENT)}
    assert insolvent == ({"S3"} if is_action_allowed(role, "see personal insolvency") else set())
    assert reader.found == {RESTRICTED: set(), FIRST: set()}
    assert planted.events("restricted shown") == []


def test_who_decided_first_sees_their_own_and_everybody_does_once_both_have(
    planted: Office,
) -> None:
    """So the text that the others never find is there to be found."""
    alert = planted.match()
    address = f"/alerts/{alert.id}"
    assert FIRST in planted.person(FIRST_BY).get(address).text
    reader = planted.person(WHO["auditor"])
    assert FIRST not in reader.get(address).text
    second = deciding.Choice(decided="same", reason="SUPPLIER-SAYS", note="So did I")
    with planted.workspace(WHO["approver"]) as ws:
        deciding.decide_alert(ws, alert.id, second)
    assert FIRST in reader.get(address).text


def showings(office: Office) -> dict[str, str]:
    return {
        "an alert": f"/alerts/{office.restricted().id}",
        "a run": f"/runs/{max(one.id for one in runs(office))}/restricted",
    }


@pytest.mark.parametrize("role", every_nth(ROLES, 3))
def test_each_showing_of_what_is_restricted_is_one_record(planted: Office, role: Role) -> None:
    client = planted.person(WHO[role])
    for number, (what, address) in enumerate(showings(planted).items(), 1):
        assert RESTRICTED not in client.get(address).text, what
        if not is_action_allowed(role, "see restricted records"):
            refused = client.post(address)
            assert (refused.status_code, RESTRICTED in refused.text) == (403, False), what
            assert planted.events("restricted shown") == []
            continue
        assert len(planted.events("restricted shown")) == number - 1
        assert RESTRICTED in client.post(address).text, what
        events = planted.events("restricted shown")
        assert len(events) == number, what
        assert events[-1].who == WHO[role]


def test_a_showing_of_a_supplier_is_one_record_of_its_alerts_and_one_of_its_findings(
    planted: Office,
) -> None:
    """What its page says of an alert names no more than the check, so no planted text is on it."""
    client = planted.person(WHO["officer"])
    assert WITHHELD in client.get("/suppliers/S2").text
    assert WITHHELD not in client.post("/suppliers/S2/restricted").text
    alert = planted.restricted()
    assert [one.what for one in planted.events("restricted shown")] == [
        {"findings": 1, "supplier": "S2"},
        {"alerts": (alert.id,)},
    ]


def test_a_stranger_gets_none_of_it(planted: Office) -> None:
    client = browser(planted.service, signed_in=False)
    for address in showings(planted).values():
        for method in ("GET", "POST"):
            answer = client.request(method, address)
            assert answer.status_code == 403
            assert RESTRICTED not in answer.text
    assert planted.events("restricted shown") == []
