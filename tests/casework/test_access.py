"""Every use case refuses the wrong role before it does anything, and leaves its audit event."""

import importlib
import json
import os
import pkgutil
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from duediligence.casework import (
    audit_heads,
    comments,
    deciding,
    deciding_after,
    decision_forms,
    decision_workbooks,
    error_log,
    filled_workbooks,
    held_records,
    home_access,
    owners,
    printed_forms,
    removing,
    retention,
    setting_changes,
    signing_keys,
    subject_access,
    supplier_editing,
    supplier_history,
    supplier_imports,
    supplier_information,
    supplier_merging,
    supplier_records,
    tokens,
    undoing,
    verifying,
)
from duediligence.casework.contract_notices import (
    keep_contract_notices,
    preview_contract_notices,
)
from duediligence.casework.contract_regimes import confirm_regimes, list_contract_laws
from duediligence.casework.queue import alerts
from duediligence.casework.readiness import Readiness
from duediligence.casework.supplier_merging import SplitRequest
from duediligence.delivery import (
    decision_workbook,
    digest,
    disclosure_file,
    exports,
    flag_files,
    governance,
    letter_templates,
    letters,
    network_file,
    report_file,
)
from duediligence.delivery.backup import making as backups
from duediligence.delivery.backup.bringing_back import bring_back
from duediligence.delivery.pack import making
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import Conflict, Forbidden, Incomplete, SourceError, UsageError
from duediligence.extensions.ownership.exporting import export_ownership
from duediligence.extensions.sharing import (
    agreement_files,
    agreements,
    agreements_shown,
    case_referral,
    cases,
    information_requests,
    intelligence,
    meeting_pack,
    partner_messages,
    receiving,
    referral,
    referring,
)
from duediligence.extensions.sharing.exchanges import answering, asking, opening, status
from duediligence.extensions.sharing.exchanges import hits as exchange_hits
from duediligence.extensions.sharing.fingerprints import spoken_key
from duediligence.extensions.sharing.information_requests import RequestFacts
from duediligence.extensions.sharing.intelligence_files import Draft
from duediligence.extensions.sharing.partner_files import read_partner_file
from duediligence.extensions.sharing.store.cases import CaseStore
from duediligence.model import Person, Run, Supplier
from duediligence.model.alerts import Alert
from duediligence.model.audit import ACTIONS, NEEDS_A_ROLE, ROLES, Action, Role, is_action_allowed
from duediligence.model.findings import listings_of
from duediligence.model.supplier_information import SupplierInformation
from duediligence.permissions import group_name
from duediligence.progress import SILENT
from duediligence.scheduling import actions, form, jobs
from duediligence.scheduling.jobs import ActionName, Job
from duediligence.screening import clock, duplicates, imports, registers
from duediligence.screening.access import USE_CASES, permit
from duediligence.screening.lists import own_registers, refresh, trial
from duediligence.screening.resolution import resolving
from duediligence.screening.run import screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.settings.working_folder import IgnoredFile
from duediligence.signing import make_key, read_key
from duediligence.store.copies import make_copy
from duediligence.suppliers.facts import ContractFacts, SupplierFacts
from duediligence.suppliers.printed_forms import PrintedForm
from tests.extensions.ownership.statements import keep_ownership
from tests.homes import copy_home
from tests.printed_forms import DETAILS, printed
from tests.registers.bulk.golden_copies import write_golden_copy
from tests.rows import for_each
from tests.suppliers.notice_files import BUYER, FENMOOR, notice, write
from tests.thorough import share_of

from ..filled_workbook import fill
from ..sharing.agreements_made import TERMS, made, request
from ..sharing.exchanges import homes
from ..sharing.messages_made import message_to

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "duediligence" / "demo"
MISTAKEN = deciding.Choice(decided="not the same", reason="OTHER", note="Another firm")
OWNER = {
    "company_number": "99001001",
    "data": {
        "kind": "individual-person-with-significant-control",
        "name": "Mr Jo Invented",
        "natures_of_control": ["ownership-of-shares-75-to-100-percent"],
        "notified_on": "2020-01-01",
        "etag": "1",
    },
}

TOTALS = {
    "data": {
        "kind": "totals#persons-of-significant-control-snapshot",
        "persons_of_significant_control_count": 1,
        "statements_count": 0,
        "exemptions_count": 0,
    }
}

for package in ("screening", "casework", "scheduling", "extensions"):
    inside = importlib.import_module(f"duediligence.{package}")
    for module in pkgutil.walk_packages(inside.__path__, f"{inside.__name__}."):
        importlib.import_module(module.name)
# Those that only read have nothing to leave an event about.
ACTING = {
    name.removeprefix("duediligence."): one
    for name, one in USE_CASES.items()
    if one.action != "read"
}


@dataclass
class Office:
    """A home with the sample lists, and suppliers that were screened; Ada works there."""

    home: Path
    opened: list[Workspace] = field(default_factory=list)

    def open(
        self, role: Role | None = "administrator", days: int = 0, **settings: Any
    ) -> Workspace:
        users: dict[str, Role] = {"Bo": "administrator", **({"Ada": role} if role else {})}
        workspace = Workspace(
            Settings(home=self.home, users=users, **settings),
            now=lambda: NOW + timedelta(days=days),
            who="Ada",
        )
        self.opened.append(workspace)
        return workspace


@pytest.fixture(scope="session")
def screened_home(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("screened")
    home = copy_home(loaded_home, folder / "home")
    with Workspace(Settings(home=home), now=lambda: NOW) as ws:
        path = DEMO / "suppliers.csv"
        imports.import_suppliers(ws, path, mapping={}, sheet="", rejects_folder=folder)
        screen.screen(ws, screen.Screened(ws.suppliers.all()))
    return home


@contextmanager
def office_over(screened_home: Path, folder: Path) -> Iterator[Office]:
    """An office of its own over a copy of the home."""
    made = Office(copy_home(screened_home, folder / "home"))
    yield made
    for workspace in made.opened:
        workspace.__exit__()


@pytest.fixture
def office(screened_home: Path, tmp_path: Path) -> Iterator[Office]:
    with office_over(screened_home, tmp_path) as made:
        yield made


def job(action: ActionName, folder: Path | None = None) -> Job:
    return Job(
        name="job",
        action=action,
        every="day",
        at="02:30",
        cadence=jobs.parse_cadence("day", "02:30"),
        ids=("un",) if folder else (),
        folder=folder,
    )


def a_letter(ws: Workspace) -> letters.LetterMade:
    wanted = letters.LetterRequest(kind="details-wanted", alert=match(ws).id)
    return letters.make(ws, wanted, file="l.html")


def a_report(ws: Workspace) -> int:
    fields = {
        "grade": "2BP",
        "source": "community",
        "received_on": f"{ws.now():%Y-%m-%d}",
        "sanitised": "Invented",
    }
    return intelligence.add(ws, Draft("here", fields, [{"kind": "person", "name": "Jo Invented"}]))


def load_every_product(ws: Workspace, to: Path) -> None:
    owners = written(to / "psc.txt", "".join(f"{json.dumps(one)}\n" for one in (OWNER, TOTALS)))
    registers.load_register(ws, sorted((DEMO / "companies_bulk").glob("*.csv")), "companies")
    registers.load_register(ws, [owners], "owners")
    registers.load_register(ws, sorted((DEMO / "charities" / "scotland").iterdir()), "charities")
    registers.load_register(ws, write_golden_copy(to), "gleif")


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def newest(ws: Workspace) -> Run:
    run = ws.runs.get(max(ws.runs.started()))
    assert run
    return run


def joined(ws: Workspace) -> Alert:
    return next(one for one in alerts(ws) if listings_of(one.first))


def decide_joined(ws: Workspace) -> deciding.Act:
    ws.settings = replace(ws.settings, second_decision=())
    waiting = deciding.list_sources_to_decide(ws, joined(ws))
    shown = [deciding.SourceShown(one.id, one.last_decision) for one in waiting]
    return deciding.decide_sources(ws, shown[0].alert_id, MISTAKEN, shown)


def match(ws: Workspace) -> Alert:
    return next(one for one in alerts(ws) if one.matched)


def filled_in(ws: Workspace, folder: Path) -> filled_workbooks.FilledWorkbook:
    path = folder / "alerts.xlsx"
    decision_workbook.export_decisions(ws, path)
    fill(path, {2: {"decision": "not sure", "reason": "ASKED"}})
    return filled_workbooks.read_filled(path)


def of_partner(ws: Workspace) -> agreement_files.AgreementFile:
    """What the partner's file would say."""
    path = ws.home / "partner.pem"
    key = read_key(path) or make_key(path)
    return agreement_files.AgreementFile("Example Police", TERMS, key.public, ())


def keep_notices(ws: Workspace, to: Path) -> int:
    path, buyers = write(to, notice(FENMOOR)), (BUYER["name"],)
    plan = preview_contract_notices(ws, path, buyers=buyers)
    return keep_contract_notices(ws, path, buyers=buyers, add=tuple(plan.new))


def take_back(ws: Workspace, to: Path) -> object:
    keep_notices(ws, to)
    return supplier_imports.take_back_import(ws, supplier_imports.list_imports(ws)[0].number)


STATED = SupplierInformation(origin="file", name="Stated Ltd", submitted_on=date(2020, 3, 5))


def printed_file(to: Path) -> Path:
    (to / "form.pdf").write_bytes(printed(*DETAILS))
    return to / "form.pdf"


def keep_printed(ws: Workspace, to: Path) -> supplier_information.StatedSupplier:
    texts = {"name": "Ferrow Fencing Limited", "submitted_on": "3 January 2020"}
    return printed_forms.import_printed(ws, printed_file(to), PrintedForm(), texts)


def read_attached(ws: Workspace, to: Path) -> bytes:
    kept = keep_printed(ws, to)
    (one,) = printed_forms.list_attached_files(ws, kept.ref)
    return printed_forms.read_attached_file(ws, kept.ref, one.position)[1]


def kept_ownership(ws: Workspace, to: Path) -> Workspace:
    keep_ownership(ws, to, "S001")
    return ws


def contract_title(ws: Workspace) -> str:
    return resolving.supplier_of(ws, "S001").engagements[0].title


def a_case(ws: Workspace) -> int:
    """The first case of the home; opened, with a supplier, where there is none."""
    if not (found := ws.casework.repository(CaseStore).all()):
        found = [cases.new(ws, title="Car washes")]
        cases.add(ws, found[0].number, cases.NewItems(suppliers=["S001"]))
    return found[0].number


def agreed(ws: Workspace, folder: Path) -> Workspace:
    """The home of a partner under an agreement on requests, which this one keeps as well."""
    partner = Workspace(Settings(home=folder / "partner"), now=ws.now, who="Cy")
    both = replace(homes.TERMS, reference="ISA-1", shares=("requests",))
    homes.agree(both, {homes.COUNCIL: ws, homes.POLICE: partner})
    return partner


A_REQUEST = RequestFacts(
    agreement="ISA-1", supplier="S001", purpose="Renewal", due_on=NOW.date() + timedelta(days=9)
)


def asked(ws: Workspace, folder: Path) -> information_requests.RequestRecorded:
    agreed(ws, folder).__exit__()
    return information_requests.ask(ws, A_REQUEST)


def receive_request(ws: Workspace, folder: Path) -> receiving.ReceivedFile:
    with agreed(ws, folder) as partner:
        partner.suppliers.save([Supplier(ref="S001", name="Quill Ltd")], file="s.csv", at=NOW)
        made = information_requests.ask(partner, A_REQUEST, file="r.dde")
    path = folder / "r.dde"
    path.write_bytes(made.body)
    return receiving.receive(ws, path)


# How each is called so that it does its work, in a folder that it may write to.
def save_own_register(ws: Workspace) -> str:
    document = tomllib.loads((DEMO / "local_registers" / "asb.toml").read_text(encoding="utf-8"))
    document["title"] = "Ours alone"
    return own_registers.save_register(ws, document, DEMO / "local_registers" / "asb.csv")


def checked(ws: Workspace) -> None:
    with screen.check(ws, Supplier(ref="", name="Nobody Invented Ltd"), keep=True):
        pass


CALLS: dict[str, Callable[[Workspace, Path], object]] = {
    "screening.imports.import_suppliers": lambda ws, to: imports.import_suppliers(
        ws, DEMO / "suppliers.csv", mapping={}, sheet="", rejects_folder=to
    ),
    "screening.imports.replace_suppliers": lambda ws, _: imports.replace_suppliers(
        ws,
        imports.plan_replacement(ws, DEMO / "suppliers.csv", mapping={}, sheet=""),
    ),
    "screening.duplicates.keep_apart": lambda ws, _: duplicates.keep_apart(ws, "S001", "S002"),
    "screening.imports.import_declarations": lambda ws, to: imports.import_declarations(
        ws,
        written(
            to / "d.csv", "supplier_ref,question,answer,date\nS001,tax_offences,no,2026-03-31\n"
        ),
    ),
    "casework.supplier_information.import_supplier_information": lambda ws, _: (
        supplier_information.import_supplier_information(
            ws, supplier_information.StatedForms((STATED,), "f.json", b"{}")
        )
    ),
    "casework.printed_forms.import_printed": keep_printed,
    "casework.printed_forms.read_attached_file": lambda ws, to: read_attached(ws, to),
    "screening.imports.to_screen": lambda ws, to: imports.to_screen(
        ws, None, mapping={}, sheet="", rejects_folder=to
    ),
    "screening.lists.refresh.refresh": lambda ws, _: list(
        refresh.refresh(ws, ["un"], folder=DEMO / "lists")
    ),
    "screening.lists.refresh.add": lambda ws, _: refresh.add(
        ws, next((DEMO / "local_registers").glob("*.toml"))
    ),
    "screening.lists.own_registers.save_register": lambda ws, _: save_own_register(ws),
    "screening.lists.own_registers.replace_register_file": lambda ws, _: (
        own_registers.replace_register_file(ws, "ours-alone", b"record_ref\n1\n")
    ),
    "screening.clock.put_clock_right": lambda ws, _: clock.put_clock_right(ws),
    "screening.lists.refresh.drop": lambda ws, _: refresh.drop(ws, "un"),
    "screening.lists.trial.record_passed_trial": lambda ws, to: trial.record_passed_trial(
        ws, trial.try_files(ws, "glaa-licences", folder=DEMO / "lists", samples=to), to
    ),
    "screening.lists.refresh.confirm": lambda ws, _: refresh.confirm(ws, "uk-debarment"),
    "screening.registers.load_register": lambda ws, to: load_every_product(ws, to),
    "screening.registers.load_accounts": lambda ws, _: registers.load_accounts(
        ws, [DEMO / "accounts"]
    ),
    "screening.resolution.resolving.settle": lambda ws, _: resolving.settle(
        ws, "S001", "none", by="Ada"
    ),
    "screening.run.screen.check": lambda ws, _: checked(ws),
    "screening.run.screen.screen": lambda ws, _: screen.screen(
        ws, screen.Screened(ws.suppliers.all()[:1])
    ),
    "casework.supplier_editing.add": lambda ws, _: supplier_editing.add(
        ws, SupplierFacts(name="Invented Ltd")
    ),
    "casework.supplier_editing.edit": lambda ws, _: supplier_editing.edit(
        ws, "S001", SupplierFacts(name="Invented Ltd")
    ),
    "casework.supplier_editing.end": lambda ws, _: supplier_editing.end(ws, ["S001"]),
    "casework.supplier_editing.reopen": lambda ws, _: supplier_editing.reopen(ws, "S001"),
    "casework.supplier_editing.confirm_people": lambda ws, _: supplier_editing.confirm_people(
        ws, "P1"
    ),
    "casework.supplier_editing.add_contract": lambda ws, _: supplier_editing.add_contract(
        ws, "S001", ContractFacts(title="Invented")
    ),
    "casework.supplier_editing.edit_contract": lambda ws, _: supplier_editing.edit_contract(
        ws, "S001", contract_title(ws), ContractFacts(owner="Team")
    ),
    "casework.supplier_editing.remove_contract": lambda ws, _: supplier_editing.remove_contract(
        ws, "S001", contract_title(ws)
    ),
    "casework.contract_regimes.confirm_regimes": lambda ws, _: confirm_regimes(
        ws, [(one.ref, one.key) for one in list_contract_laws(ws, supplier="S001").rows], "pa23"
    ),
    "casework.contract_notices.keep_contract_notices": lambda ws, to: keep_notices(ws, to),
    "casework.supplier_imports.take_back_import": lambda ws, to: take_back(ws, to),
    "casework.supplier_merging.merge": lambda ws, _: supplier_merging.merge(ws, "S001", "S002"),
    "casework.supplier_merging.split": lambda ws, _: supplier_merging.split(
        ws, "S001", SplitRequest(ref="S901", facts=SupplierFacts(name="Invented Ltd"))
    ),
    "casework.supplier_history.undo": lambda ws, _: supplier_history.undo(ws, "S001"),
    "casework.supplier_records.put_record": lambda ws, _: supplier_records.put_record(
        ws, "S001", supplier_records.SupplierFields(name="Invented Ltd"), expected=["*"]
    ),
    "casework.supplier_records.add_record": lambda ws, _: supplier_records.add_record(
        ws, "S901", supplier_records.SupplierFields(name="Invented Ltd")
    ),
    "casework.deciding.decide": lambda ws, _: deciding.decide(ws, match(ws), MISTAKEN),
    "casework.deciding.decide_alert": lambda ws, _: deciding.decide_alert(
        ws, match(ws).id, MISTAKEN
    ),
    "casework.deciding_after.decide_after": lambda ws, _: deciding_after.decide_after(
        ws, match(ws).id, MISTAKEN, 0
    ),
    "casework.deciding.decide_entry": lambda ws, _: deciding.decide_entry(
        ws, match(ws).first.list_id, match(ws).first.entry_id, MISTAKEN
    ),
    "casework.decision_forms.plan_decision": lambda ws, to: decision_forms.plan_decision(
        ws, match(ws).id, MISTAKEN, after=0
    ),
    "casework.decision_workbooks.preview_import": lambda ws, to: decision_workbooks.preview_import(
        ws, filled_in(ws, to)
    ),
    "casework.decision_workbooks.record_import": lambda ws, to: decision_workbooks.record_import(
        ws, (filled := filled_in(ws, to)), decision_workbooks.preview_import(ws, filled)
    ),
    "delivery.decision_workbook.export_decisions": lambda ws, to: (
        decision_workbook.export_decisions(ws, to / "alerts.xlsx")
    ),
    "delivery.decision_workbook.decisions_as_bytes": lambda ws, _: (
        decision_workbook.decisions_as_bytes(ws)
    ),
    "casework.deciding.decide_many": lambda ws, _: deciding.decide_many(
        ws, [deciding.Asked(match(ws).id, MISTAKEN)]
    ),
    "casework.comments.add_comment": lambda ws, _: comments.add_comment(
        ws, match(ws).id, "Rang them"
    ),
    "casework.deciding.decide_sources": lambda ws, _: decide_joined(ws),
    "casework.owners.assign": lambda ws, _: owners.assign(ws, [match(ws).id], "me"),
    "casework.undoing.part_entry": lambda ws, _: undoing.part_entry(ws, joined(ws).id),
    "casework.undoing.undo": lambda ws, _: undoing.undo(
        ws, deciding.decide(ws, match(ws), MISTAKEN).position
    ),
    "delivery.digest.send": lambda ws, _: digest.send(ws, at_once=True),
    "delivery.digest.send_test_message": lambda ws, _: digest.send_test_message(ws),
    "delivery.digest.drop": lambda ws, _: digest.drop(ws, "folder"),
    "delivery.flag_files.write_run": lambda ws, to: flag_files.write_run(
        ws, newest(ws), to / "flags.csv", people=True
    ),
    "delivery.flag_files.run_as_bytes": lambda ws, _: flag_files.run_as_bytes(
        ws, newest(ws).id, "csv", people=True
    ),
    "delivery.flag_files.run_as_json": lambda ws, _: flag_files.run_as_json(
        ws, newest(ws), people=True
    ),
    "delivery.exports.export_flags": lambda ws, to: exports.export_flags(
        ws, to / "flags.csv", "csv"
    ),
    "delivery.exports.flags_as_bytes": lambda ws, _: exports.flags_as_bytes(ws, "csv"),
    "extensions.ownership.exporting.export_ownership": lambda ws, to: export_ownership(
        kept_ownership(ws, to), "owners.ftm.json"
    ),
    "extensions.ownership.importing.import_ownership": lambda ws, to: keep_ownership(
        ws, to, "S001"
    ),
    "extensions.sharing.cases.new": lambda ws, _: cases.new(ws, title="Car washes"),
    "extensions.sharing.cases.edit": lambda ws, _: cases.edit(ws, a_case(ws), title="Nail bars"),
    "extensions.sharing.cases.add": lambda ws, _: cases.add(
        ws, a_case(ws), cases.NewItems(suppliers=["S002"])
    ),
    "extensions.sharing.cases.remove": lambda ws, _: cases.remove(ws, a_case(ws), 1),
    "extensions.sharing.cases.add_action": lambda ws, _: cases.add_action(
        ws, a_case(ws), what="Inspect", agency="fire"
    ),
    "extensions.sharing.cases.record_outcome": lambda ws, _: (
        action := cases.add_action(ws, a_case(ws), what="Inspect", agency="fire"),
        cases.record_outcome(ws, action.case, action.position, "done"),
    ),
    "extensions.sharing.cases.review": lambda ws, _: cases.review(ws, a_case(ws), NOW.date()),
    "extensions.sharing.cases.sign": lambda ws, _: cases.sign(ws, a_case(ws), "slavery"),
    "extensions.sharing.cases.close": lambda ws, _: cases.close(ws, a_case(ws), "no-risk-found"),
    "extensions.sharing.cases.reopen": lambda ws, _: (
        cases.close(ws, a_case(ws), "no-risk-found"),
        cases.reopen(ws, a_case(ws)),
    ),
    "extensions.sharing.case_referral.refer": lambda ws, _: (
        cases.add(ws, (number := a_case(ws)), cases.NewItems(alerts=[match(ws).id])),
        case_referral.refer(ws, referral.ReferralRequest(case=number, to="police"), file="f.html"),
    ),
    "extensions.sharing.meeting_pack.make": lambda ws, to: meeting_pack.make(
        ws, a_case(ws), "people", to / "case.html"
    ),
    "extensions.sharing.meeting_pack.pack_as_bytes": lambda ws, _: meeting_pack.pack_as_bytes(
        ws, a_case(ws), "people", "html"
    ),
    "casework.held_records.sort_held_records": lambda ws, _: held_records.sort_held_records(
        ws, "S001"
    ),
    "delivery.disclosure_file.disclosure_as_bytes": lambda ws, _: (
        disclosure_file.disclosure_as_bytes(ws, "S001")
    ),
    "delivery.disclosure_file.write_disclosure": lambda ws, to: disclosure_file.write_disclosure(
        ws, "S001", to / "disclosure.xlsx"
    ),
    "delivery.governance.governance_document": lambda ws, _: governance.governance_document(
        ws, "policy"
    ),
    "delivery.governance.write_governance": lambda ws, to: governance.write_governance(ws, to),
    "delivery.network_file.write_network": lambda ws, to: network_file.write_network(
        ws, "S001", to / "network.svg"
    ),
    "delivery.network_file.network_as_json": lambda ws, _: network_file.network_as_json(ws, "S001"),
    "delivery.pack.making.make": lambda ws, to: making.make(
        ws, making.PackRequest(supplier="S001"), to / "pack.zip"
    ),
    "delivery.backup.bringing_back.bring_back": lambda ws, _: (
        make_copy(ws.settings.home, "daily", NOW),
        bring_back(ws),
    ),
    "delivery.backup.making.make": lambda ws, to: backups.make(
        ws, to / "a.backup", "four random words here", work_factor=4
    ),
    "delivery.letters.make": lambda ws, _: a_letter(ws),
    "delivery.letters.copy": lambda ws, _: letters.copy(ws, 1, file="l.html"),
    "delivery.letter_templates.write_templates": lambda ws, _: letter_templates.write_templates(ws),
    "delivery.letter_templates.change_letter_template": lambda ws, _: (
        letter_templates.change_letter_template(ws, "representations", "# Names")
    ),
    "delivery.report_file.make": lambda ws, to: report_file.make(
        ws, making.PackRequest(supplier="S001"), to / "report.html", "html"
    ),
    "delivery.report_file.report_as_bytes": lambda ws, _: report_file.report_as_bytes(
        ws, making.PackRequest(supplier="S001"), "html"
    ),
    "extensions.sharing.referral.make": lambda ws, _: referral.make(
        ws, referral.ReferralRequest(alerts=[match(ws).id], to="police"), file="r.html"
    ),
    "extensions.sharing.information_requests.ask": asked,
    "extensions.sharing.information_requests.answer": lambda ws, to: information_requests.answer(
        ws, asked(ws, to).request.number, "hit"
    ),
    "extensions.sharing.information_requests.withdraw": lambda ws, to: (
        information_requests.withdraw(ws, asked(ws, to).request.number)
    ),
    "extensions.sharing.information_requests.record_received": lambda ws, to: (
        agreed(ws, to).__exit__(),
        information_requests.record_received(ws, A_REQUEST),
    ),
    "extensions.sharing.receiving.receive": receive_request,
    "extensions.sharing.partner_messages.receive": lambda ws, to: partner_messages.receive(
        ws, read_partner_file(message_to(ws, to))
    ),
    "extensions.sharing.partner_messages.close": lambda ws, to: (
        partner_messages.receive(ws, read_partner_file(message_to(ws, to))),
        partner_messages.close(ws, 1, "hit"),
    ),
    "extensions.sharing.partner_messages.shown": lambda ws, _: partner_messages.shown(ws),
    "extensions.sharing.referring.plan_refer": lambda ws, to: referring.plan_refer(
        ws, homes.opened_in(ws, to), ["N00001"], "call-us"
    ),
    "extensions.sharing.referring.refer": lambda ws, to: referring.refer(
        ws, homes.opened_in(ws, to), ["N00001"], "call-us", to / "message.ddp"
    ),
    "casework.setting_changes.change_settings": lambda ws, _: setting_changes.change_settings(
        ws, {"council_name": "Example Council"}
    ),
    "casework.home_access.share": lambda ws, _: home_access.share(ws, group_name(os.getegid())),
    "casework.home_access.close": lambda ws, _: home_access.close(ws),
    "casework.removing.remove": lambda ws, _: removing.remove(ws, ["S001"], dry_run=False),
    "casework.retention.run": lambda ws, _: retention.run(ws, dry_run=False),
    "extensions.sharing.intelligence.add": lambda ws, _: a_report(ws),
    "extensions.sharing.intelligence.import_file": lambda ws, to: intelligence.import_file(
        ws,
        written(
            to / "r.csv",
            "grade,source,received_on,sanitised,kind,name\n"
            f"2BP,community,{NOW:%Y-%m-%d},Text,person,Jo Invented\n",
        ),
    ),
    "extensions.sharing.intelligence.register": lambda ws, _: intelligence.register(ws),
    "extensions.sharing.intelligence.show": lambda ws, _: intelligence.show(ws, a_report(ws)),
    "extensions.sharing.intelligence.reports_for": lambda ws, _: intelligence.reports_for(
        ws, [a_report(ws)]
    ),
    "extensions.sharing.intelligence.review": lambda ws, _: intelligence.review(
        ws, a_report(ws), grade="1AP"
    ),
    "extensions.sharing.intelligence.end": lambda ws, _: intelligence.end(ws, a_report(ws)),
    "extensions.sharing.intelligence.weed": lambda ws, _: (
        intelligence.end(ws, a_report(ws)),
        intelligence.weed(ws),
    ),
    "casework.subject_access.held": lambda ws, _: subject_access.held(ws, "Petrosyanov"),
    "casework.verifying.log": lambda ws, _: verifying.log(ws, last=5),
    "casework.verifying.log_page": lambda ws, _: verifying.log_page(ws),
    "casework.verifying.export_chain": lambda ws, to: verifying.export_chain(ws, to / "a.jsonl"),
    "casework.error_log.read_log": lambda ws, _: error_log.read_log(ws),
    "casework.error_log.export_log": lambda ws, _: error_log.export_log(ws, Readiness(())),
    "casework.audit_heads.write_head": lambda ws, to: audit_heads.write_head(ws, str(to)),
    "casework.tokens.make_token": lambda ws, _: tokens.make_token(ws, "finance system", ["read"]),
    "casework.tokens.end_token": lambda ws, _: tokens.end_token(
        ws, tokens.make_token(ws, "finance system", ["read"])[0]
    ),
    "casework.tokens.tokens_of": lambda ws, _: tokens.tokens_of(ws),
    "casework.tokens.token_of": lambda ws, _: tokens.token_of(
        ws, tokens.make_token(ws, "finance system", ["read"])[0]
    ),
    "casework.signing_keys.export": lambda ws, to: signing_keys.export(ws, to / "keys.pem"),
    "casework.signing_keys.rotate": lambda ws, _: signing_keys.rotate(ws),
    "extensions.sharing.agreements.make": lambda ws, _: agreements.make(ws, **request()),
    "extensions.sharing.agreements.accept": lambda ws, _: agreements.accept(
        ws, of_partner(ws), ours="Example Council", partner_kind="police", without_auditor=True
    ),
    "extensions.sharing.agreements.take_partner_key": lambda ws, _: agreements.take_partner_key(
        ws, made(ws), of_partner(ws)
    ),
    "extensions.sharing.agreements.compare_key": lambda ws, _: agreements.compare_key(
        ws,
        agreements.take_partner_key(ws, made(ws), of_partner(ws)).terms.reference,
        spoken_key(of_partner(ws).key),
    ),
    "extensions.sharing.agreements.drop_partner_keys": lambda ws, _: agreements.drop_partner_keys(
        ws, made(ws)
    ),
    "extensions.sharing.agreements.change_contacts": lambda ws, _: agreements.change_contacts(
        ws, made(ws), []
    ),
    "extensions.sharing.agreements.end": lambda ws, _: agreements.end(ws, made(ws)),
    "extensions.sharing.agreements.export": lambda ws, _: agreements.export(
        ws, made(ws), file="a.json"
    ),
    "extensions.sharing.agreements_shown.explain": lambda ws, _: agreements_shown.explain(
        ws, made(ws), file="page.html"
    ),
    "extensions.sharing.exchanges.asking.plan_ask": lambda ws, to: homes.ask_plan(ws, to),
    "extensions.sharing.exchanges.asking.ask": lambda ws, to: asking.ask(
        ws, homes.ask_plan(ws, to), to / "ask.dde"
    ),
    "extensions.sharing.exchanges.answering.plan_answer": lambda ws, to: answering.plan_answer(
        ws, homes.asked_of(ws, to)
    ),
    "extensions.sharing.exchanges.answering.answer": lambda ws, to: answering.answer(
        ws, answering.plan_answer(ws, homes.asked_of(ws, to)), to / "answer.dde"
    ),
    "extensions.sharing.exchanges.opening.open_answer": lambda ws, to: opening.open_answer(
        ws, homes.answered_to(ws, to)
    ),
    "extensions.sharing.exchanges.status.exchange_log": lambda ws, _: status.exchange_log(ws),
    "extensions.sharing.exchanges.hits.hits_of": lambda ws, to: exchange_hits.hits_of(
        ws, homes.opened_in(ws, to)
    ),
    "extensions.sharing.exchanges.hits.write_hits": lambda ws, to: exchange_hits.write_hits(
        ws, homes.opened_in(ws, to), to / "hits.csv"
    ),
    "extensions.sharing.exchanges.hits.hits_as_json": lambda ws, to: exchange_hits.hits_as_json(
        ws, homes.opened_in(ws, to)
    ),
    "scheduling.form.save_schedule": lambda ws, _: form.save_schedule(
        ws, {"lists": ("day", "02:30")}
    ),
    "scheduling.actions.refresh_lists": lambda ws, _: actions.refresh_lists(
        ws, job("refresh lists", DEMO / "lists"), SILENT
    ),
    "scheduling.actions.refresh_dossiers": lambda ws, _: actions.refresh_dossiers(
        ws, job("refresh dossiers"), SILENT
    ),
    "scheduling.actions.follow_changes": lambda ws, _: actions.follow_changes(
        ws, job("follow changes"), SILENT
    ),
    "scheduling.actions.re_screen": lambda ws, _: actions.re_screen(ws, job("re-screen"), SILENT),
    "scheduling.actions.digest": lambda ws, _: actions.digest(ws, job("digest"), SILENT),
    "scheduling.actions.retention": lambda ws, _: actions.retention(ws, job("retention"), SILENT),
    "scheduling.actions.audit_head": lambda ws, to: actions.audit_head(
        ws, replace(job("audit head"), to=str(to / "heads.jsonl")), SILENT
    ),
    "scheduling.actions.backup": lambda ws, to: actions.backup(
        ws, replace(job("backup"), into=to), SILENT
    ),
}
if find_spec("duediligence.extensions.whole_register"):
    from ..extensions.whole_register.calls import CALLS as WHOLE_REGISTER

    CALLS |= WHOLE_REGISTER


def prepared(office: Office, name: str, folder: Path) -> Workspace:
    """The workspace in which the use case has something to do."""
    match name.rpartition(".")[2]:
        case "send" | "send_test_message" | "digest":
            (folder / "told").mkdir()
            return office.open(digest_folder=folder / "told")
        case "make" | "copy" if "letters" in name:
            named = dict.fromkeys(("council_name", "council_contact", "privacy_contact"), "Example")
            if name.endswith("copy"):
                a_letter(office.open(**named))
            return office.open(**named)
        case "drop" if "digest" in name:
            digest.send(office.open(digest_folder=folder / "gone"))
            return office.open()
        case "run" | "retention":
            later = office.open(days=1)
            screen.screen(later, screen.Screened(later.suppliers.all()))
            return office.open(days=60, retention={"screenings": 30})
        case "replace_register_file":
            save_own_register(office.open())
        case "put_clock_right":
            permit(office.open(days=2000), "screen")  # leaves a record in the future
        case "re_screen":
            return office.open(days=400)
        case "confirm_people":
            people = (Person("Jo Invented", unproven=True),)
            with office.open() as ws:
                old = Supplier(ref="P1", name="Invented People Ltd", people=people)
                ws.suppliers.save([old], file="old.csv", at=ws.now())
        case "undo" | "reopen" if "supplier" in name:
            supplier_editing.end(office.open(), ["S001"])
        case _ if name.startswith("extensions.sharing.intelligence"):
            return office.open("intelligence")
        case "follow_changes":
            return office.open(
                companies_house_stream_key="an-invented-key",
                companies_house_stream_url="http://127.0.0.1:9",
                key_hosts=("127.0.0.1",),
            )
        case "backup":
            return office.open(backup_passphrase="four random words here")
        case "refresh_dossiers":
            office_open = office.open()
            registers.load_register(
                office_open, sorted((DEMO / "companies_bulk").glob("*.csv")), "companies"
            )
    return office.open()


def test_each_use_case_is_called_here() -> None:
    """A new one fails this until CALLS says how it is called, and so the two tests below."""
    assert CALLS.keys() == ACTING.keys()


@pytest.mark.parametrize("role", [None, *ROLES])
def test_the_wrong_role_is_refused_before_anything_is_done(
    office: Office, role: Role | None
) -> None:
    """Each use case that there is, those that only read too. A refusal leaves its event, one for
    each action, person and day, and nothing else.
    """
    ws, wrong = office.open(role), []
    refused_actions: dict[str, Role | None] = {}
    for name, one in USE_CASES.items():
        if documented(one.action)[role]:
            permit(ws, one.action)
            continue
        refused_actions[one.action] = role
        with pytest.raises(Forbidden) as refused:
            one.function(ws)  # nothing is handed in: it is refused before it looks
        if "It needs the role" not in str(refused.value.hint) or not str(refused.value).startswith(
            f"'Ada' may not {one.action}"
        ):
            wrong.append((name, str(refused.value)))
    assert not wrong
    events = [record.event for record in ws.audit.records()]
    refusals = {e.what["action"]: e.what["role"] for e in events if e.kind == "access refused"}
    assert refusals == refused_actions
    assert len([e for e in events if e.kind == "access refused"]) == len(refused_actions)
    kinds = {e.kind for e in events if e.who == "Ada"}
    assert kinds <= {"access refused", "setting changed"}


@pytest.mark.thorough
@for_each("name", share_of(ACTING, 4))
def test_each_leaves_its_event(screened_home: Path, name: str, tmp_path: Path) -> None:
    with office_over(screened_home, tmp_path) as office:
        ws = prepared(office, name, tmp_path)
        before = len(list(ws.audit.records()))
        # The run is stored all the same; no stream is on that port.
        with suppress(Incomplete, SourceError):
            CALLS[name](ws, tmp_path)
        records = list(ws.audit.records())
    events = [record.event for record in records][before:]
    kinds = {event.kind for event in events}
    if expected := ACTING[name].event:
        assert expected in kinds
    assert all(event.who == "Ada" for event in events)
    if ACTING[name].action not in {"audit", "bring copies back"}:
        assert any(
            record.event.kind == "setting changed" and record.event.who == "Ada"
            for record in records
        )


def documented(action: Action) -> dict[Role | None, bool]:
    """The row of the action in docs/officer/casework.md."""
    text = (ROOT / "docs" / "officer" / "casework.md").read_text(encoding="utf-8")
    table = text.partition("<!-- roles -->")[2].partition("<!-- /roles -->")[0]
    (row,) = (line for line in table.splitlines() if line.startswith(f"| {action} |"))
    cells = [cell.strip() for cell in row.strip("|").split("|")][1 : 2 + len(ROLES)]
    return dict(zip((None, *ROLES), (cell == "yes" for cell in cells), strict=True))


@for_each("action", ACTIONS)
def test_the_documented_table_is_the_one_that_is_enforced(action: Action) -> None:
    assert documented(action) == {role: is_action_allowed(role, action) for role in (None, *ROLES)}


def test_where_nobody_is_named_everyone_may_do_all_that_needs_no_role(office: Office) -> None:
    ws = office.open()
    ws.settings = replace(ws.settings, users={})
    for action in ACTIONS:
        with pytest.raises(Forbidden) if action in NEEDS_A_ROLE else nullcontext():
            permit(ws, action)


def test_a_dry_run_needs_the_role_and_records_nothing(office: Office) -> None:
    """It tells what the act itself would tell: of facts that a reader may not see, too."""
    (able, *_) = (role for role in ROLES if is_action_allowed(role, "apply retention"))
    ws = office.open(able)
    before = ws.audit.head()
    assert retention.run(ws, dry_run=True).dry_run
    assert ws.audit.head() == before
    with pytest.raises(Forbidden, match="'Ada' may not apply retention: the role is reader"):
        retention.run(office.open("reader"), dry_run=True)
    with pytest.raises(Forbidden, match="'Ada' may not read: no role is given"):
        retention.run(office.open(None), dry_run=True)


def test_a_settings_file_that_is_not_read_stops_what_rests_on_it(office: Office) -> None:
    ws = office.open()
    ws.ignored = IgnoredFile(Path("duediligence.toml"), "Move it.", "threshold")
    with pytest.raises(UsageError, match="is not used, but holds threshold"):
        imports.to_screen(ws, None, mapping={}, sheet="", rejects_folder=Path())
    with pytest.raises(UsageError, match="is not used"):
        deciding.decide_alert(ws, "ffff", MISTAKEN)
    assert list(refresh.refresh(ws, ["un"], folder=DEMO / "lists"))


def test_the_settings_of_a_program_are_recorded_once(office: Office) -> None:
    ws = office.open(limit=7)
    resolving.settle(ws, "S001", "none", by="Ada")
    resolving.settle(ws, "S001", "none", by="Ada")
    resolving.settle(office.open(limit=7), "S001", "none", by="Ada")
    changed = [r.event for r in ws.audit.records() if r.event.kind == "setting changed"][1:]
    assert [event.what["limit"] for event in changed] == ["7 from a program"]


def test_the_second_decision_needs_an_approver(office: Office) -> None:
    ws = office.open(second_decision=("critical", "high", "medium", "low"))
    alert = match(ws)
    deciding.decide(ws, alert, MISTAKEN)
    officer = office.open("officer", second_decision=("critical", "high", "medium", "low"))
    officer.who = "Cy"
    officer.settings = replace(officer.settings, users={"Cy": "officer"})
    with pytest.raises(Forbidden, match="'Cy' may not decide second"):
        deciding.decide_alert(officer, alert.id, MISTAKEN)
    officer.settings = replace(officer.settings, users={"Cy": "approver"})
    assert deciding.decide_alert(officer, alert.id, MISTAKEN).state == "not the same"


def test_an_impossible_step_is_a_conflict(office: Office) -> None:
    ws = office.open()
    mitigated = deciding.Choice(decided="mitigated", reason="LONG-AGO")
    with pytest.raises(Conflict, match="cannot become 'mitigated'"):
        deciding.decide_alert(ws, match(ws).id, mitigated)
