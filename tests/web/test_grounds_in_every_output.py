"""No output prints a ground that its check denies, nor one that the engine has not; each letter
that invites representations holds what a fair hearing needs. Over the entries of every list.
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from io import BytesIO, StringIO
from pathlib import Path
from typing import Final, get_args
from zipfile import ZipFile, is_zipfile

import pytest
from bs4 import BeautifulSoup

from duediligence import registry
from duediligence.casework import deciding, queue
from duediligence.delivery.decision_workbook import decisions_as_bytes
from duediligence.delivery.flag_files import run_as_bytes, write_run
from duediligence.delivery.letters import LetterRequest, letter_conditions, make
from duediligence.delivery.pack.making import PackRequest
from duediligence.delivery.pack.making import make as make_pack
from duediligence.errors import UsageError
from duediligence.law.grounds import find_ground, list_family_grounds, load_ground_families
from duediligence.law.possible_grounds import list_grounds_of_kind
from duediligence.model import Contract, Procurement, Supplier
from duediligence.model.audit import Role
from duediligence.model.suppliers import RegimeCode
from duediligence.render.flags import FlagsFormat
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from tests.homes import copy_home

from .alert_office import NOW, Office, office_settings
from .api_office import token_of

pytestmark = pytest.mark.soak
CODE = re.compile(r"\b(?:PA23-[67]-[0-9]+|(?:PCR15|CCR16|SCO1[56])-[a-z-]+)")
DENIES = re.compile(r"\bno ground\b(?! of its own)|\bnone in itself\b")
# Of each list, so many entries are suppliers.
OF_EACH_LIST: Final = 4
# Of so many suppliers and alerts one is looked at more closely.
PACKED: Final = 12
SHOWN: Final = 9
LISTS: Final = 25
WRITTEN: Final = 7
# What holds a letter back: sanctions, the debarment list, an internal record, a fact that no
# publisher states, one that leads to no ground or is too old for it, or national security.
REFUSED = re.compile(
    "sanctions|debarment list|internal record|no letter can state|too old|no exclusion ground|"
    "national security"
)
WRITTEN_FOR: dict[RegimeCode, str] = {
    "pa23": "PA23-",
    "psr-england": "PA23-",
    "pcr-2015": "PCR15-",
}
LAWS: tuple[RegimeCode, ...] = ("pa23", "pcr-2015", "scotland", "below-threshold")


def allowed_codes() -> dict[str, set[str]]:
    """The grounds that each check can go to, none where its own words deny them."""
    found: dict[str, set[str]] = {}
    for check in registry.checks().values():
        codes = {code for kind in check.circumstances for code in list_grounds_of_kind(kind)}
        for family in load_ground_families().values():
            codes |= {
                other
                for code in set(codes)
                if code.startswith("PA23-")
                for other in list_family_grounds(family.code, code)
            }
        found[check.id] = set() if DENIES.search(f"{check.basis} {check.guidance}") else codes
    return found


def list_suppliers(ws: Workspace) -> list[Supplier]:
    """Suppliers that are entries of every list, each with contracts under several laws."""
    contracts = tuple(
        Contract(title=f"Works {law}", procurement=Procurement(regime=law)) for law in LAWS
    )
    found: list[Supplier] = []
    for loaded in ws.lists.current().values():
        entries = [one for one in ws.lists.entries(loaded.version) if one.names][:OF_EACH_LIST]
        for entry in entries:
            found.append(
                Supplier(
                    ref=f"L{len(found)}",
                    name=entry.names[0].text,
                    identifiers=entry.identifiers,
                    address=entry.addresses[0] if entry.addresses else None,
                    contracts=contracts,
                )
            )
    return found


@pytest.fixture(scope="module")
def office(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    home = copy_home(loaded_home, tmp_path_factory.mktemp("outputs") / "home")
    users: dict[str, Role] = {"Ada": "administrator"}
    settings = replace(office_settings(home), local_registers=None, users=users)
    made = Office(settings)
    with made.opened:
        with made.workspace("Ada", "administrator") as ws:
            suppliers = list_suppliers(ws)
            ws.suppliers.save(suppliers, file="s.csv", at=NOW)
            screen(ws, Screened(suppliers))
        yield made


def list_texts(body: bytes) -> Iterator[str]:
    if is_zipfile(BytesIO(body)):
        with ZipFile(BytesIO(body)) as archive:
            for name in archive.namelist():
                yield from list_texts(archive.read(name))
    else:
        yield body.decode("utf-8", "replace")


def test_every_ground_in_an_output_is_one_that_its_check_can_go_to(
    office: Office, tmp_path: Path
) -> None:
    allowed = allowed_codes()
    titles = {one.title: one.id for one in registry.checks().values()}
    every = {code for codes in allowed.values() for code in codes}
    seen: set[str] = set()

    def check_codes(text: str, checks: Iterable[str]) -> None:
        codes = set(CODE.findall(text))
        wrong = codes - {code for one in checks for code in allowed.get(one, ())}
        assert not wrong, (wrong, checks, text[:2_000])
        seen.update(codes)

    with office.workspace("Ada", "administrator") as ws:
        run = ws.runs.get(next(iter(ws.runs.started())))
        assert run
        for format_ in get_args(FlagsFormat):
            path = tmp_path / f"flags{format_}.csv"
            for file in write_run(ws, run, path, people=True, format_=format_):
                for row in csv.DictReader(StringIO(file.read_text("utf-8-sig"))):
                    if "check_id" in row:
                        check_codes(" ".join(row.values()), [row["check_id"]])
                        continue
                    # By names alone, as an officer reads them.
                    check = next(
                        (titles[t] for t in titles if row["What happened"].startswith(t)), ""
                    )
                    names = {find_ground(code, NOW.date()).name for code in allowed.get(check, ())}
                    for one in filter(None, row["Possible ground"].split(", officer to decide")):
                        told = one.removeprefix("; ").casefold()
                        assert any(told.startswith(name.casefold()) for name in names), row
        document = json.loads(run_as_bytes(ws, run, "json", people=True))["data"]
        for finding in document["findings"]:
            check_codes(json.dumps(finding), [finding["check_id"]])
        files = [run_as_bytes(ws, run, form, people=True) for form in ("xlsx", "html")]
        files.append(decisions_as_bytes(ws)[0])
        refs = [one.ref for one in ws.suppliers.all()]
        for number, ref in enumerate(refs[::PACKED]):
            pack = tmp_path / f"{number}.pack"
            make_pack(ws, PackRequest(supplier=ref, people=True), pack)
            files.append(pack.read_bytes())
        for text in (text for body in files for text in list_texts(body)):
            check_codes(text, allowed)
        alerts = queue.alerts(ws)
    client = office.person("Ada", "administrator")
    token = {"Authorization": f"Bearer {token_of(office.service, 'Ada')}"}
    for alert in alerts[::SHOWN]:
        checks = [one.check_id for one in alert.findings]
        for address in (f"/alerts/{alert.id}", f"/api/v1/alerts/{alert.id}"):
            answer = client.get(address, headers=token if "/api/" in address else {})
            assert answer.status_code == 200, address
            check_codes(answer.text, checks)
    assert len({one.first.list_id for one in alerts}) >= LISTS
    assert {"PA23-7-5", "PCR15-misconduct", "SCO15-insolvency"} <= seen <= every


def test_every_invitation_to_respond_holds_what_a_fair_hearing_needs(office: Office) -> None:
    """Of every list that leads to a ground, under each law for which a letter is written, of a
    ground that is offered. What is refused is refused in words.
    """
    made: set[tuple[str, str]] = set()
    refused: dict[str, str] = {}
    with office.workspace("Ada", "administrator") as ws:
        alerts = [one for one in queue.alerts(ws) if one.matched]
        for alert in {(one.first.list_id, one.first.check_id): one for one in alerts}.values():
            with suppress(UsageError):
                choice = deciding.Choice(decided="same", reason="OTHER", note="As its page says")
                deciding.decide(ws, alert, choice)
            offered = letter_conditions(ws, alert.id, "representations").grounds
            for law, begin in WRITTEN_FOR.items():
                codes = [code for code, _ in offered if code.startswith(begin)]
                if offered and not codes:
                    continue
                wanted = LetterRequest(
                    kind="representations",
                    alert=alert.id,
                    ground=codes[0] if codes else "",
                    contract="A tender to come",
                    regime=law,
                    confirmed_with="The solicitor",
                )
                try:
                    letter = make(ws, wanted, file="letter.html")
                except UsageError as error:
                    refused[alert.first.list_id] = error.message
                    continue
                made.add((alert.first.list_id, law))
                check_hearing(BeautifulSoup(letter.body, "lxml"))
    lists = {one for one, _ in made}
    assert len(lists) >= WRITTEN
    assert {law for _, law in made} == set(WRITTEN_FOR)
    unknown = {id_: why for id_, why in refused.items() if not REFUSED.search(why)}
    assert not unknown


def check_hearing(page: BeautifulSoup) -> None:
    told = {
        label.get_text().strip(): label.find_next("dd").get_text().strip()  # type: ignore[union-attr]
        for label in page.find_all("dt")
    }
    told |= {label.split()[0]: said for label, said in told.items()}
    for label in ("Source", "Date", "Reason", "Term", "Published"):
        assert told.get(label), (label, told)
