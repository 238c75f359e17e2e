"""Every output of every regime names its own law alone, over the entries of every list."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Final, get_args
from zipfile import ZipFile, is_zipfile

import pytest
from bs4 import BeautifulSoup

from duediligence.casework import deciding, queue
from duediligence.casework.decision_forms import decision_form
from duediligence.delivery.decision_workbook import decisions_as_bytes
from duediligence.delivery.flag_files import run_as_bytes, write_run
from duediligence.delivery.letters import LetterRequest, make
from duediligence.delivery.pack.making import PackRequest
from duediligence.delivery.pack.making import make as make_pack
from duediligence.errors import UsageError
from duediligence.law.regimes import find_regime_text
from duediligence.model import Contract, Procurement, Supplier
from duediligence.model.audit import Role
from duediligence.model.letters import LETTER_KINDS
from duediligence.model.suppliers import RegimeCode
from duediligence.render.flags import FlagsFormat
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from tests.homes import copy_home
from tests.law.test_law_by_regime import list_foreign

from .alert_office import NOW, Office, office_settings
from .api_office import token_of

pytestmark = pytest.mark.soak
REGIMES = [one for one in get_args(RegimeCode) if one != "unknown"]
# Of each list so many entries are suppliers; of so many suppliers and alerts one is looked at.
OF_EACH_LIST: Final = 2
PACKED: Final = 30
SHOWN: Final = 6
WRITTEN: Final = 9


def list_suppliers(ws: Workspace, regime: RegimeCode) -> tuple[list[Supplier], set[str]]:
    """Suppliers that are entries of every list, with a contract under one law, and what their
    publishers themselves say of the law.
    """
    contract = Contract(title="Works", procurement=Procurement(regime=regime))
    found: list[Supplier] = []
    published: set[str] = set()
    for loaded in ws.lists.current().values():
        every = list(ws.lists.entries(loaded.version))
        for entry in every:
            published |= {*entry.grounds, *entry.measures, entry.remarks}
            if entry.record:
                published |= {entry.record.act_section, entry.record.event}
        for entry in [one for one in every if one.names][:OF_EACH_LIST]:
            found.append(
                Supplier(
                    ref=f"L{len(found)}",
                    name=entry.names[0].text,
                    identifiers=entry.identifiers,
                    address=entry.addresses[0] if entry.addresses else None,
                    contracts=(contract,),
                )
            )
    return found, {one for one in published if one}


def list_lines(body: bytes) -> Iterator[str]:
    if is_zipfile(BytesIO(body)):
        with ZipFile(BytesIO(body)) as archive:
            for name in archive.namelist():
                yield from list_lines(archive.read(name))
        return
    text = body.decode("utf-8", "replace")
    if text.lstrip()[:1] == "<":
        parser = "xml" if text.lstrip().startswith("<?xml") else "lxml"
        text = BeautifulSoup(text, parser).get_text("\n")
    yield from text.replace('","', "\n").splitlines()


@pytest.mark.parametrize("regime", REGIMES)
def test_no_output_names_another_law(regime: RegimeCode, loaded_home: Path, tmp_path: Path) -> None:
    users: dict[str, Role] = {"Ada": "administrator"}
    home = copy_home(loaded_home, tmp_path / "home")
    office = Office(replace(office_settings(home), local_registers=None, users=users))
    law = find_regime_text(regime, NOW.date())
    outputs: dict[str, bytes] = {}
    with office.opened:
        with office.workspace("Ada", "administrator") as ws:
            suppliers, published = list_suppliers(ws, regime)
            ws.suppliers.save(suppliers, file="s.csv", at=NOW)
            screen(ws, Screened(suppliers))
            run = ws.runs.get(next(iter(ws.runs.started())))
            assert run
            for form in get_args(FlagsFormat):
                for file in write_run(ws, run, tmp_path / f"{form}.csv", people=True, format_=form):
                    outputs[f"flags {form}"] = file.read_bytes()
            for kind in ("xlsx", "html", "json"):
                outputs[kind] = run_as_bytes(ws, run, kind, people=True)
            outputs["decisions"] = decisions_as_bytes(ws)[0]
            for number, one in enumerate(suppliers[::PACKED]):
                pack = tmp_path / f"{number}.pack"
                make_pack(ws, PackRequest(supplier=one.ref, people=True), pack)
                outputs[f"pack {number}"] = pack.read_bytes()
            alerts = queue.alerts(ws)
            for alert in alerts[::SHOWN]:
                form_of = decision_form(ws, alert.id)
                choices = [*form_of.possible, *form_of.grounds]
                outputs[f"decision form {alert.id}"] = str(choices).encode()
            for alert in [one for one in alerts if one.matched][::WRITTEN]:
                with suppress(UsageError):
                    choice = deciding.Choice(decided="same", reason="OTHER", note="As it says")
                    deciding.decide(ws, alert, choice)
                # A privacy notice is about all that a buyer does, under whichever law.
                for letter in set(LETTER_KINDS) - {"privacy-notice"}:
                    wanted = LetterRequest(
                        kind=letter, alert=alert.id, regime=regime, confirmed_with="The solicitor"
                    )
                    try:
                        made = make(ws, replace(wanted, contract="Works"), file="letter.html")
                    except UsageError as refused:
                        outputs[f"{letter} {alert.id} refused"] = f"{refused.message}".encode()
                    else:
                        outputs[f"{letter} {alert.id}"] = made.body
        client = office.person("Ada", "administrator")
        token = {"Authorization": f"Bearer {token_of(office.service, 'Ada')}"}
        pages = [f"/runs/{run.id}"]
        for alert in alerts[::SHOWN]:
            pages += [f"/alerts/{alert.id}", f"/api/v1/alerts/{alert.id}"]
            pages += [f"/alerts/{alert.id}/decision"]
        for address in pages:
            answer = client.get(address, headers=token if "/api/" in address else {})
            assert answer.status_code == 200, address
            outputs[address] = answer.content
    longest = sorted(published, key=len, reverse=True)
    wrong: dict[str, list[str]] = {}
    for name, body in outputs.items():
        for line in set(list_lines(body)):
            if not list_foreign(line, law):
                continue
            said = line
            for one in longest:
                said = said.replace(one, "")
            if found := list_foreign(said, law):
                wrong.setdefault(f"{found} {said[:400]}", []).append(name)
    assert not wrong, "\n".join(f"{said}: {names[:3]}" for said, names in wrong.items())
