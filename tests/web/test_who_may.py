"""Who may do what, at every address: each route, by nobody, without a role and with each role.

The routes are those that the application has. One without a row here fails.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from threading import Event
from typing import Any, Final

import pytest
from starlette.datastructures import UploadFile
from starlette.testclient import TestClient

from duediligence.casework import contract_regimes, deciding, queue, supplier_editing, tokens
from duediligence.casework.supplier_history import history
from duediligence.casework.supplier_imports import list_imports
from duediligence.delivery import digest, letters
from duediligence.delivery.decision_workbook import decisions_as_bytes
from duediligence.errors import SourceError
from duediligence.extension import find_own_extensions
from duediligence.extensions.ownership.files import format_objects
from duediligence.extensions.sharing import cases, intelligence
from duediligence.extensions.sharing.agreement_files import parse_agreement_file
from duediligence.extensions.sharing.agreements import export, take_partner_key
from duediligence.extensions.sharing.agreements_shown import agreements
from duediligence.extensions.sharing.fingerprints import spoken_key
from duediligence.extensions.sharing.intelligence_files import Draft
from duediligence.extensions.sharing.store.cases import CaseStore
from duediligence.formats.attached import AttachedFile
from duediligence.model import Person, Supplier
from duediligence.model.audit import ROLES, Action, Role, is_action_allowed
from duediligence.model.findings import listings_of
from duediligence.progress import Progress
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.store.console import Scope
from duediligence.suppliers.facts import ContractFacts, SupplierFacts
from duediligence.web import uploads
from duediligence.web.jobs import JobDone
from duediligence.web.pages import list_pages
from duediligence.web.people import Viewer
from tests.extensions.ownership.statements import statements_naming
from tests.printed_forms import DETAILS, printed
from tests.thorough import every_nth, first_of, share_of

from ..filled_workbook import fill
from ..sharing.agreements_made import made
from ..suppliers.forms_made import form
from .alert_office import Office, Opener, Page, get
from .conftest import browser, wait_until_ready
from .request_office import with_requests

# No role, and the one that may do most; the others in `make soak`.
SOME_ROLES = every_nth([None, *ROLES], len(ROLES))

SOMEBODY: Final = "Sam"
KEEPER: Final = "Kay"
SUPPLIERS_CSV: Final = b"Supplier,Ref\nInvented Example Ltd,S9\n"
NOTICES: Final = b'{"releases": []}'
FORM: Final = printed(*DETAILS)
DECLARATIONS_CSV: Final = b"supplier_ref,question,answer,date\nS1,tax_offences,no,2026-03-31\n"
REGISTER_CSV: Final = b"Licence holder,Date granted\nInvented Ltd,2026-03-31\n"
SCHEDULE: Final = '[[job]]\nname = "tidy"\naction = "retention"\nevery = "month"\nat = "03:00"\n'
NOTE: Final = "Another firm"
MISTAKEN: Final = deciding.Choice(decided="not the same", reason="OTHER", note=NOTE)


@dataclass(frozen=True)
class Sent:
    """A valid form: where it goes, its fields and its files; and what comes back from who may."""

    address: str
    data: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, Any] = field(default_factory=dict)
    status: int = 303


@dataclass
class Desk:
    """An office in which somebody of one role works, beside an administrator, and a job that lasts:
    what else is started waits behind it.
    """

    office: Office
    role: Role | None
    folder: Path
    client: TestClient

    @property
    def keeper(self) -> Any:
        return self.office.workspace(KEEPER, "administrator")

    def may(self, action: Action) -> bool:
        return is_action_allowed(self.role, action)

    def match(self) -> str:
        """A possible match that waits for a decision."""
        every = self.office.alerts()
        waiting = [one for one in every if one.matched and not one.history and not one.restricted]
        if not waiting:
            # A decision covers all lists that have the party.
            like = Supplier(ref=f"M{len(every)}", name="Volkhar Maritime UK Ltd")
            with self.keeper as ws:
                screen(ws, Screened([like]))
            return self.match()
        return waiting[0].id

    def kept(self, name: str, body: bytes) -> str:
        """The key of a file that waits for the person's word."""
        sent = UploadFile(BytesIO(body), filename=name)
        return uploads.store_upload(self.office.settings.home, SOMEBODY, sent, DOORS[name])[0]

    def supplier(self, ref: str) -> str:
        """A supplier of its own, for forms that change it."""
        with self.keeper as ws:
            supplier_editing.add(ws, SupplierFacts(name=f"Invented {ref} Ltd"), ref=ref)
        return ref

    def run(self) -> str:
        with self.keeper as ws:
            return max(ws.runs.started())


# Where files of these names are sent.
DOORS = {
    "a.xlsx": "/alerts/import",
    "alerts.xlsx": "/alerts/import",
    "f.json": "/suppliers/declarations",
    "new.csv": "/suppliers/import",
    "notices.json": "/suppliers/contract-notices",
    "r.csv": "/set-up/own-registers",
}
# Whoever may do it does; the others are told which role is needed.
Row = tuple[Action, Callable[[Desk], Sent]]


def at(address: str, status: int = 303, **data: Any) -> Callable[[Desk], Sent]:
    """The same form whatever there is."""
    return lambda _: Sent(address, data, status=status)


def workbook(desk: Desk) -> bytes:
    path = desk.folder / "alerts.xlsx"
    with desk.keeper as ws:
        path.write_bytes(decisions_as_bytes(ws, file=path.name)[0])
    fill(path, {2: {"decision": "not sure", "reason": "ASKED"}})
    return path.read_bytes()


def workbook_to_record(desk: Desk) -> Sent:
    address = f"/alerts/import/{desk.kept('alerts.xlsx', workbook(desk))}"
    may = desk.may("decide")
    return Sent(address, Page(desk.client.get(address)).fields() if may else {"shown": "0" * 64})


def decision(desk: Desk) -> Sent:
    data = {"decided": "not the same", "reason": "OTHER", "note": NOTE, "after": "0"}
    return Sent(f"/alerts/{desk.match()}/decision", {**data, "step": "record"})


def undo(desk: Desk) -> Sent:
    alert = desk.match()
    own = desk.office.workspace(SOMEBODY, desk.role)
    with own if desk.may("decide") else desk.keeper as ws:
        deciding.decide_alert(ws, alert, MISTAKEN)
        decided = queue.load_alert(ws, alert)
        assert decided
        number = decided.history[-1].position
    return Sent(f"/alerts/{alert}/undo/{number}")


def part(desk: Desk) -> Sent:
    with desk.keeper as ws:
        said = {one.entry for one in ws.casework.parted_entries.every()}
        joined = (one for one in queue.alerts(ws) if listings_of(one.first))
        alert = next(one for one in joined if one.first.key[-2:] not in said)
    return Sent(f"/alerts/{alert.id}/part")


def letter_to_save(desk: Desk) -> Sent:
    alert = desk.match()
    with desk.keeper as ws:
        wanted = letters.LetterRequest(kind="details-wanted", alert=alert)
        letters.make(ws, wanted, file="l.html")
        number = letters.letters(ws, alert)[-1].position
    return Sent(f"/alerts/{alert}/letters/{number}", status=200)


def request_file(desk: Desk) -> Sent:
    file = with_requests(desk.office, desk.folder, KEEPER)
    files = {"file": (file.name, file.read_bytes())}
    return Sent("/requests/receive", files=files)


def several(desk: Desk) -> Sent:
    alert = desk.match()
    data = {"alert": alert, "reason": "OTHER", "note": NOTE, "step": "record"}
    return Sent("/alerts/several", {**data, "asked": f"{alert}:0"})


def of_an_entry(desk: Desk) -> Sent:
    id_ = desk.match()
    (alert,) = (one for one in desk.office.alerts() if one.id == id_)
    data = {"reason": "OTHER", "note": NOTE, "step": "record", "asked": f"{alert.id}:0"}
    return Sent(f"/entries/{alert.first.list_id}/{alert.first.entry_id}/decision", data)


def job_to_stop(desk: Desk) -> Sent:
    service = desk.office.service
    keeper = Viewer(account=KEEPER, name=KEEPER, role="administrator")
    job = service.jobs.start(keeper, "screen", "Screen", lambda *_: JobDone(said="Done."))
    return Sent(f"/jobs/{job}/stop")


def attached_file(desk: Desk) -> tuple[str, int]:
    with desk.keeper as ws:
        ws.casework.attachments.save("S1", [AttachedFile("f.pdf", FORM)], at=ws.now())
        (file,) = ws.casework.attachments.of("S1")
    return f"/suppliers/files/{file.position}/S1", 200


def replacement(desk: Desk) -> Sent:
    address = f"/suppliers/import/{desk.kept('new.csv', SUPPLIERS_CSV)}/replace"
    if not desk.may("import suppliers"):
        return Sent(address, {"shown": "0" * 64, "end_most": "yes"})
    shown = get(desk.client, address).fields()["shown"]
    return Sent(address, {"shown": shown, "end_most": "yes"})


def contract_law(desk: Desk) -> Sent:
    contract(desk, "C3")
    with desk.keeper as ws:
        (row,) = contract_regimes.list_contract_laws(ws, supplier="C3").rows
    sent = {"contract": f"{row.key} {row.ref}", "regime": "pa23", "note": NOTE}
    return Sent("/suppliers/contract-law", sent)


def contract(desk: Desk, ref: str) -> str:
    desk.supplier(ref)
    with desk.keeper as ws:
        supplier_editing.add_contract(ws, ref, ContractFacts(title="Cleaning"))
    return f"/suppliers/{ref}/contract"


def import_page(desk: Desk) -> str:
    with desk.keeper as ws:
        ws.suppliers.save([Supplier(ref="I1", name="Invented Ltd")], file="s.csv", at=ws.now())
        return f"/suppliers/imports/{list_imports(ws)[0].number}"


def reopen(desk: Desk) -> Sent:
    ref = desk.supplier("R1")
    with desk.keeper as ws:
        supplier_editing.end(ws, [ref])
    return Sent(f"/suppliers/{ref}/reopen")


def confirm_people(desk: Desk) -> Sent:
    people = (Person("Jo Invented", unproven=True),)
    with desk.keeper as ws:
        new = Supplier(ref="P1", name="Invented People Ltd", people=people)
        ws.suppliers.save([new], file="old.csv", at=ws.now())
    return Sent("/suppliers/P1/confirm-people")


def undo_change(desk: Desk) -> Sent:
    ref = desk.supplier("U1")
    with desk.keeper as ws:
        supplier_editing.edit(ws, ref, SupplierFacts(name="Invented Other Ltd"))
        change = history(ws, ref).changes[-1].number
    return Sent(f"/suppliers/{ref}/undo/{change}")


def case_of(desk: Desk, *, closed: bool = False) -> str:
    """The address of a case of its own, for forms that change it."""
    with desk.keeper as ws:
        number = cases.new(ws, title="Car washes").number
        cases.add(ws, number, cases.NewItems(suppliers=["S1"]))
        if closed:
            cases.close(ws, number, "no-risk-found")
    return f"/cases/{number}"


def case_item(desk: Desk) -> Sent:
    address = case_of(desk)
    with desk.keeper as ws:
        (item,) = ws.casework.repository(CaseStore).items(int(address.rpartition("/")[2]))
    return Sent(f"{address}/remove", {"item": str(item.position)})


def case_action(desk: Desk) -> str:
    address = case_of(desk)
    with desk.keeper as ws:
        action = cases.add_action(
            ws, int(address.rpartition("/")[2]), what="Inspect", agency="fire"
        )
    return f"{address}/actions/{action.position}"


def of_case(below: str, **data: str) -> Callable[[Desk], Sent]:
    return lambda desk: Sent(f"{case_of(desk)}{below}", data)


def owners_of(desk: Desk, ref: str) -> bytes:
    with desk.office.workspace(KEEPER, "administrator") as ws:
        return format_objects(statements_naming(ws, ref))


def token_to_end(desk: Desk) -> Sent:
    if not desk.may("make tokens"):
        return Sent("/tokens/0000/end")
    with desk.office.workspace(SOMEBODY, desk.role) as ws:
        token_id, _ = tokens.make_token(ws, "finance system", ["match"])
    return Sent(f"/tokens/{token_id}/end")


def cancel_digest(desk: Desk) -> Sent:
    """What a folder that is gone keeps in the queue."""
    gone = replace(desk.office.settings, digest_folder=desk.folder / "gone")
    with Workspace(gone, now=desk.office.service.now, who=KEEPER) as ws, suppress(SourceError):
        digest.send(ws)
    return Sent("/digest/cancel", {"channel": "folder"})


# A report as its form sends it.
REPORT: Final = {
    "source": "community",
    "received_on": "2026-11-20",
    "grade": "2BP",
    "sanitised": "Invented",
    "raw": "Invented by a neighbour",
    "kind_1": "person",
    "name_1": "Jo Invented",
}


def a_report(desk: Desk) -> int:
    """A report that somebody of the role added."""
    fields = {name: text for name, text in REPORT.items() if not name.endswith("_1")}
    with desk.office.workspace("Ivy", "intelligence") as ws:
        party = {"kind": "person", "name": "Jo Invented"}
        return intelligence.add(ws, Draft("here", fields, [party]))


def stated_form(desk: Desk) -> str:
    """The address of the form of a share code that waits for a look."""
    body = json.dumps(form(identifier=None)).encode()
    return f"/suppliers/declarations/{desk.kept('f.json', body)}"


AGREEMENT: Final = {
    "ours": "Example Council",
    "partner": "Example Police",
    "partner_kind": "police",
    "purpose": "Find suppliers that both hold",
    "bases": "cda-1998-s115",
    "shares": "hits",
    "review-day": "31",
    "review-month": "10",
    "review-year": "2027",
    "retention_days": "90",
    "most_items": "256",
    "most_hits": "64",
    "most_held": "20000",
    "most_exchanges": "2",
    "most_new_percent": "25",
}


def agreement(desk: Desk, reference: str) -> str:
    """The address of an agreement of its own."""
    with desk.keeper as ws:
        if reference not in [one.reference for one in agreements(ws)]:
            made(ws, reference=reference)
    return f"/agreements/{reference}"


def of_partner(desk: Desk, reference: str, folder: str) -> Mapping[str, Any]:
    """The file that a partner's home made, of an agreement with that reference."""
    settings = Settings(home=desk.folder / folder)
    with Workspace(settings, now=desk.office.service.now, who="Pat") as ws:
        made(ws, ours="Example Police", reference=reference)
        text = export(ws, reference, file="b.json")
    return {"file": ("b.json", text.encode())}


def compared(desk: Desk) -> Sent:
    """The words of the key of a partner, read by telephone."""
    address, sent = agreement(desk, "A-6"), of_partner(desk, "A-6", "spoken")
    theirs = parse_agreement_file(sent["file"][1], "b.json")
    with desk.keeper as ws:
        take_partner_key(ws, "A-6", theirs)
    return Sent(f"{address}/compared", {"words": spoken_key(theirs.key)})


# Each form that is sent, by its route, and what it does.
FORMS: Mapping[str, Row] = {
    "/alerts/{id}/comment": (
        "decide",
        lambda d: Sent(f"/alerts/{d.match()}/comment", {"comment": NOTE}),
    ),
    "/alerts/assign": (
        "decide",
        lambda d: Sent("/alerts/assign", {"alert": d.match(), "to": "me"}),
    ),
    "/alerts/several": ("decide", several),
    "/alerts/referral": (
        "export",
        lambda d: Sent(
            "/alerts/referral",
            {"alert": d.match(), "to": "police", "purpose": "An enquiry"},
            status=200,
        ),
    ),
    "/alerts/workbook": ("export", at("/alerts/workbook?supplier=S3", 200)),
    "/alerts/import": (
        "decide",
        lambda d: Sent("/alerts/import", files={"file": ("a.xlsx", workbook(d))}),
    ),
    "/alerts/import/{key}": ("decide", workbook_to_record),
    "/alerts/import/{key}/discard": (
        "read",
        lambda d: Sent(f"/alerts/import/{d.kept('a.xlsx', workbook(d))}/discard"),
    ),
    "/alerts/{id}/decision": ("decide", decision),
    "/alerts/{id}/undo/{number}": ("decide", undo),
    "/alerts/{id}/part": ("decide", part),
    "/alerts/{id}/letter": (
        "make reports",
        lambda d: Sent(f"/alerts/{d.match()}/letter", {"kind": "details-wanted", "format": "html"}),
    ),
    "/alerts/{id}/letters/{number}": ("export", letter_to_save),
    "/alerts/{id}": (
        "see restricted records",
        lambda d: Sent(f"/alerts/{d.office.restricted().id}", status=200),
    ),
    "/entries/{list}/{entry:path}/decision": ("decide", of_an_entry),
    "/jobs/{id}/stop": ("screen", job_to_stop),
    "/suppliers/declarations": (
        "import declarations",
        lambda _: Sent("/suppliers/declarations", files={"file": ("d.csv", DECLARATIONS_CSV)}),
    ),
    "/suppliers/{ref:path}/ownership": (
        "import declarations",
        lambda d: Sent("/suppliers/S1/ownership", files={"file": ("o.json", owners_of(d, "S1"))}),
    ),
    "/suppliers/{ref:path}/ownership/file": (
        "export",
        at("/suppliers/S1/ownership/file", 200, form=".ftm.json"),
    ),
    "/suppliers/declarations/{key}": (
        "import declarations",
        lambda d: Sent(stated_form(d), {"ref": ""}),
    ),
    "/suppliers/declarations/{key}/discard": (
        "read",
        lambda d: Sent(f"{stated_form(d)}/discard"),
    ),
    "/suppliers/import": (
        "import suppliers",
        lambda _: Sent("/suppliers/import", files={"file": ("new.csv", SUPPLIERS_CSV)}),
    ),
    "/suppliers/import/{key}/replace": ("import suppliers", replacement),
    "/suppliers/import/{key}/discard": (
        "read",
        lambda d: Sent(f"/suppliers/import/{d.kept('new.csv', SUPPLIERS_CSV)}/discard"),
    ),
    "/suppliers/import/{key}": (
        "import suppliers",
        lambda d: Sent(f"/suppliers/import/{d.kept('new.csv', SUPPLIERS_CSV)}"),
    ),
    "/suppliers/{ref:path}/contract/remove": (
        "change suppliers",
        lambda d: Sent(f"{contract(d, 'C1')}/remove?title=Cleaning"),
    ),
    "/suppliers/{ref:path}/contract": (
        "change suppliers",
        lambda d: Sent(contract(d, "C2"), {"title": "Catering"}),
    ),
    "/suppliers/contract-law": ("change suppliers", contract_law),
    "/suppliers/contract-notices/{key}/discard": (
        "read",
        lambda d: Sent(f"/suppliers/contract-notices/{d.kept('notices.json', NOTICES)}/discard"),
    ),
    "/suppliers/contract-notices/{key}": (
        "change suppliers",
        lambda d: Sent(f"/suppliers/contract-notices/{d.kept('notices.json', NOTICES)}"),
    ),
    "/suppliers/contract-notices": (
        "change suppliers",
        lambda _: Sent("/suppliers/contract-notices", files={"file": ("n.json", NOTICES)}),
    ),
    "/suppliers/imports/{number}/take-back": (
        "import suppliers",
        lambda d: Sent(f"{import_page(d)}/take-back"),
    ),
    "/suppliers/new": ("change suppliers", at("/suppliers/new", name="Invented New Ltd")),
    "/suppliers/duplicates": (
        "change suppliers",
        at("/suppliers/duplicates", one="S1", other="S2"),
    ),
    "/suppliers/{ref:path}/edit": (
        "change suppliers",
        lambda d: Sent(f"/suppliers/{d.supplier('E1')}/edit", {"name": "Invented Other Ltd"}),
    ),
    "/suppliers/{ref:path}/confirm-people": ("change suppliers", confirm_people),
    "/suppliers/{ref:path}/end": (
        "change suppliers",
        lambda d: Sent(f"/suppliers/{d.supplier('N1')}/end"),
    ),
    "/suppliers/{ref:path}/reopen": ("change suppliers", reopen),
    "/suppliers/{ref:path}/undo/{number}": ("change suppliers", undo_change),
    "/suppliers/{ref:path}/merge": (
        "change suppliers",
        lambda d: Sent(f"/suppliers/{d.supplier('M1')}/merge", {"other": d.supplier("M2")}),
    ),
    "/suppliers/{ref:path}/link": (
        "link suppliers",
        lambda d: Sent(f"/suppliers/{d.supplier('L1')}/link", {"entity": "none"}),
    ),
    "/suppliers/resolve": ("read", at("/suppliers/resolve")),
    "/suppliers/{ref:path}/screen": ("screen", at("/suppliers/S1/screen")),
    "/suppliers/{ref:path}/pack": (
        "make reports",
        at("/suppliers/S1/pack", form="zip", people="no"),
    ),
    "/suppliers/{ref:path}/restricted": (
        "see restricted records",
        at("/suppliers/S2/restricted", 200),
    ),
    "/settings/documents/{kind}": ("make reports", at("/settings/documents/policy", 200)),
    "/suppliers/{ref:path}/disclosure": (
        "export",
        at("/suppliers/S2/disclosure", 200),
    ),
    "/suppliers/{ref:path}/disclosure/file": (
        "export",
        at("/suppliers/S2/disclosure/file", 200),
    ),
    "/intelligence": ("handle intelligence", at("/intelligence", 200)),
    "/intelligence/new": ("handle intelligence", at("/intelligence/new", **REPORT)),
    "/intelligence/{number}": (
        "handle intelligence",
        lambda d: Sent(f"/intelligence/{a_report(d)}", status=200),
    ),
    "/intelligence/{number}/raw": (
        "handle intelligence",
        lambda d: Sent(f"/intelligence/{a_report(d)}/raw", status=200),
    ),
    # It makes the requests that the two after it are about.
    "/requests/receive": ("ask partners", request_file),
    "/requests/{number}/answer": ("ask partners", at("/requests/1/answer", answer="hit")),
    "/requests/{number}/withdraw": ("ask partners", at("/requests/2/withdraw")),
    "/check": ("screen", at("/check", name="Invented Ltd", kind="organisation", keep="yes")),
    "/runs": ("screen", at("/runs")),
    "/runs/{id}/flags": (
        "export",
        lambda d: Sent(
            f"/runs/{d.run()}/flags", {"form": "csv", "people": "yes", "step": "make"}, status=200
        ),
    ),
    "/runs/{id}/restricted": (
        "see restricted records",
        lambda d: Sent(f"/runs/{d.run()}/restricted", status=200),
    ),
    "/packs/verify": (
        "read",
        lambda _: Sent("/packs/verify", files={"pack": ("p.zip", b"no pack")}, status=422),
    ),
    "/lists/refresh": ("refresh lists", at("/lists/refresh")),
    "/lists/{id}/refresh": ("refresh lists", at("/lists/un/refresh")),
    "/lists/{id}/files": (
        "refresh lists",
        lambda _: Sent("/lists/un/files", files={"files": ("consolidated.xml", b"<x/>")}),
    ),
    "/lists/{id}/confirm": ("refresh lists", at("/lists/uk-debarment/confirm", compared="yes")),
    "/lists/{id}/accept-loss": ("refresh lists", at("/lists/un/accept-loss", compared="yes")),
    "/lists/{id}/accept-format": ("refresh lists", at("/lists/un/accept-format", compared="yes")),
    "/lists/{id}/drop": ("refresh lists", at("/lists/porthvellan-asb/drop")),
    "/set-up/council": ("change settings", at("/set-up/council", council_name="Example")),
    "/set-up/rules": ("change settings", at("/set-up/rules", decision_months="6")),
    "/set-up/digest": ("change settings", at("/set-up/digest", digest_people="yes")),
    "/set-up/companies": ("change settings", at("/set-up/companies")),
    "/set-up/companies/files": (
        "change settings",
        lambda _: Sent(
            "/set-up/companies/files",
            {"what": "companies"},
            {"files": ("BasicCompanyData-2026-11-01.csv", b"CompanyName\n")},
        ),
    ),
    "/set-up/schedule": ("change settings", at("/set-up/schedule", 422)),
    "/set-up/letters/{kind}": (
        "change settings",
        at("/set-up/letters/details-wanted", step="save", text="# Names"),
    ),
    "/set-up/people": (
        "change settings",
        at("/set-up/people", **{"account-0": KEEPER, "role-0": "administrator"}, status=409),
    ),
    "/set-up/copies/{name}": ("bring copies back", at("/set-up/copies/20261120T090000Z-daily")),
    "/set-up/people/group": ("change settings", at("/set-up/people/group", 422)),
    "/set-up/lists/fetch": ("change settings", at("/set-up/lists/fetch")),
    "/set-up/lists/files": (
        "change settings",
        lambda _: Sent("/set-up/lists/files", files={"files": ("consolidated.xml", b"<x/>")}),
    ),
    "/set-up/own-registers": (
        "change settings",
        lambda _: Sent("/set-up/own-registers", files={"file": ("r.csv", REGISTER_CSV)}),
    ),
    "/set-up/own-registers/{key}": (
        "change settings",
        lambda d: Sent(
            f"/set-up/own-registers/{d.kept('r.csv', REGISTER_CSV)}", {"step": "discard"}
        ),
    ),
    # No register is loaded here, which is said.
    "/companies": ("read", lambda _: Sent("/companies", {"question": "circles"}, status=422)),
    "/policy/preview": ("read", at("/policy/preview", threshold="0.9")),
    "/schedule/run": ("apply retention", at("/schedule/run", job="tidy")),
    "/digest/send": ("send digests", at("/digest/send")),
    "/digest/cancel": ("send digests", cancel_digest),
    "/audit/verify": ("read", at("/audit/verify")),
    # It is not in doubt, which is said to whoever may do it.
    "/audit/clock-right": ("put the clock right", at("/audit/clock-right", 409)),
    "/audit/export": ("audit", at("/audit/export", 200)),
    "/cases/new": ("work on cases", at("/cases/new", title="Car washes")),
    "/cases/{number}": ("work on cases", lambda desk: Sent(case_of(desk), status=200)),
    "/cases/{number}/edit": ("work on cases", of_case("/edit", title="Nail bars", lead="me")),
    "/cases/{number}/add": ("work on cases", of_case("/add", supplier="S2")),
    "/cases/{number}/remove": ("work on cases", case_item),
    "/cases/{number}/action": (
        "work on cases",
        of_case("/action", what="Inspect", agency="fire"),
    ),
    "/cases/{number}/actions/{action}": (
        "work on cases",
        lambda desk: Sent(case_action(desk), {"outcome": "done"}),
    ),
    "/cases/{number}/sign": ("work on cases", of_case("/sign", sign="slavery", present="yes")),
    "/cases/{number}/review": (
        "work on cases",
        of_case("/review", **{"review-day": "1", "review-month": "6", "review-year": "2099"}),
    ),
    "/cases/{number}/close": ("work on cases", of_case("/close", reason="no-risk-found")),
    "/cases/{number}/reopen": (
        "work on cases",
        lambda desk: Sent(f"{case_of(desk, closed=True)}/reopen"),
    ),
    "/cases/{number}/pack": (
        "work on cases",
        lambda desk: Sent(f"{case_of(desk)}/pack", {"level": "people"}, status=200),
    ),
    "/agreements/new": ("make agreements", at("/agreements/new", reference="A-1", **AGREEMENT)),
    "/agreements/from-file": (
        "make agreements",
        lambda d: Sent(
            "/agreements/from-file",
            {"ours": "Example Council", "partner_kind": "police", "without_auditor": "yes"},
            of_partner(d, "A-2", "taken"),
        ),
    ),
    "/agreements/{reference}/key": (
        "make agreements",
        lambda d: Sent(f"{agreement(d, 'A-3')}/key", files=of_partner(d, "A-3", "partner")),
    ),
    "/agreements/{reference}/compared": ("make agreements", compared),
    "/agreements/{reference}/file": (
        "export",
        lambda d: Sent(f"{agreement(d, 'A-4')}/file", status=200),
    ),
    "/agreements/{reference}/explanation": (
        "export",
        lambda d: Sent(f"{agreement(d, 'A-4')}/explanation", status=200),
    ),
    "/agreements/{reference}/end": (
        "make agreements",
        lambda d: Sent(f"{agreement(d, 'A-5')}/end"),
    ),
    "/tokens/new": (
        "make tokens",
        at("/tokens/new", 200, name="till", scope="match", expires="30"),
    ),
    "/tokens/{id}/end": ("make tokens", token_to_end),
}


def posts() -> list[str]:
    return [
        path
        for one in list_pages(find_own_extensions())
        for method, path, _ in one.routes
        if method == "POST"
    ]


@pytest.fixture
def open_desk(open_office: Opener, tmp_path: Path) -> Iterator[Callable[[Role | None], Desk]]:
    """Opens an office in which somebody of that role works."""
    over = Event()

    def wait(ws: Workspace, progress: Progress, folder: Path) -> JobDone:
        while not over.wait(0.01):
            pass
        return JobDone(said="Done.")

    def open_one(role: Role | None) -> Desk:
        users: dict[str, Role] = {KEEPER: "administrator", **({SOMEBODY: role} if role else {})}
        office = open_office(users=users, second_decision=())
        (office.settings.home / "schedule.toml").write_text(SCHEDULE)
        keeper = Viewer(account=KEEPER, name=KEEPER, role="administrator")
        desk = Desk(office, role, tmp_path, office.person(SOMEBODY))
        office.service.jobs.start(keeper, "screen", "It lasts", wait)
        # The settings in effect are recorded at the first visit for which a right is asked.
        desk.client.get("/tokens/new")
        return desk

    yield open_one
    over.set()


def stored(home: Path) -> dict[str, object]:
    """How many rows each table has, and the head of the chain."""
    found: dict[str, object] = {}
    for name in ("casework.db", "console.db"):
        with closing(sqlite3.connect(home / name)) as db:
            tables = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
            for (table,) in tables:
                if table == "audit":
                    # A refusal is recorded, and is nothing that was done.
                    query = "SELECT count(*) FROM audit WHERE kind != 'access refused'"
                    (found["events"],) = db.execute(query).fetchone()
                elif table != "sessions":
                    (found[f"{name}/{table}"],) = db.execute(
                        f'SELECT count(*) FROM "{table}"'
                    ).fetchone()
    # What was read of a file that waits is kept beside it.
    waiting = (home / "console" / "uploads").rglob("*")
    found["uploads"] = sorted(str(one) for one in waiting if one.name != ".reading")
    return found


def words(answer: Any) -> str:
    """What the page says, without its navigation."""
    main = "".join(answer.text.partition("<main")[1:])
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())[:400]


def test_every_form_has_a_row() -> None:
    assert FORMS.keys() == set(posts())


@pytest.mark.parametrize("role", first_of([*reversed(ROLES), None]))
def test_a_form_does_what_the_role_allows_and_nothing_else(
    open_desk: Callable[[Role | None], Desk], role: Role | None
) -> None:
    desk = open_desk(role)
    client = desk.client
    stranger = browser(desk.office.service, signed_in=False)
    client.follow_redirects = stranger.follow_redirects = False
    home, wrong = desk.office.settings.home, []
    # Those that are refused first: what the others do must not hide anything.
    for route in sorted(FORMS, key=lambda one: desk.may(FORMS[one][0])):
        action, prepare = FORMS[route]
        sent = prepare(desk)
        before = stored(home)
        nobodys = stranger.post(sent.address, data=sent.data, files=sent.files)
        if nobodys.status_code != 403 or stored(home) != before:
            wrong.append((route, "nobody", nobodys.status_code))
        answer = client.post(sent.address, data=sent.data, files=sent.files)
        if desk.may(action):
            if answer.status_code != sent.status:
                wrong.append((route, action, answer.status_code, words(answer)))
        elif (
            answer.status_code != 403
            or "It needs the role" not in answer.text
            or stored(home) != before
        ):
            wrong.append((route, action, answer.status_code, words(answer)))
    assert not wrong


def there(address: str) -> Callable[[Desk], tuple[str, int]]:
    return lambda _: (address, 200)


def of_alert(below: str) -> Callable[[Desk], tuple[str, int]]:
    return lambda desk: (f"/alerts/{desk.match()}{below}", 200)


def of_entry(below: str) -> Callable[[Desk], tuple[str, int]]:
    def address(desk: Desk) -> tuple[str, int]:
        first = desk.office.match().first
        return f"/entries/{first.list_id}/{first.entry_id}{below}", 200

    return address


def of_upload(below: str) -> Callable[[Desk], tuple[str, int]]:
    return lambda d: (f"/suppliers/import/{d.kept('new.csv', SUPPLIERS_CSV)}{below}", 200)


def with_alert(address: str) -> Callable[[Desk], tuple[str, int]]:
    return lambda desk: (f"{address}?alert={desk.match()}", 200)


def job_page(desk: Desk) -> tuple[str, int]:
    return f"/jobs/{desk.office.service.jobs.page()[0].id}", 200


def channel(desk: Desk) -> tuple[str, int]:
    return f"{cancel_digest(desk).address}?channel=folder", 200


SET_UP: Final = (
    "council",
    "rules",
    "digest",
    "companies",
    "lists",
    "own-registers",
    "letters",
    "schedule",
    "people",
)
# Each page by its route; who may not see it. The others are shown to whoever is signed in.
PAGES: Mapping[str, Callable[[Desk], tuple[str, int]]] = {
    "/": there("/"),
    "/alerts/assign": with_alert("/alerts/assign"),
    "/alerts/several": with_alert("/alerts/several"),
    "/alerts/referral": with_alert("/alerts/referral"),
    "/alerts/workbook": there("/alerts/workbook"),
    "/alerts/import": there("/alerts/import"),
    "/alerts/import/{key}": lambda d: (f"/alerts/import/{d.kept('a.xlsx', workbook(d))}", 200),
    "/alerts/{id}/decision": of_alert("/decision"),
    "/alerts/{id}/undo/{number}": lambda desk: (undo(desk).address, 200),
    "/alerts/{id}/letter": of_alert("/letter"),
    "/alerts": there("/alerts"),
    "/alerts/{id}": of_alert(""),
    "/entries/{list}/{entry:path}/decision": of_entry("/decision"),
    "/entries/{list}/{entry:path}": of_entry(""),
    "/jobs": there("/jobs"),
    "/jobs/{id}": job_page,
    "/jobs/{id}/file": lambda desk: (f"{job_page(desk)[0]}/file", 404),
    "/suppliers/declarations": there("/suppliers/declarations"),
    "/suppliers/files/{number}/{ref:path}": attached_file,
    "/suppliers/declarations/{key}": lambda desk: (stated_form(desk), 200),
    "/suppliers/import": there("/suppliers/import"),
    "/suppliers/import/{key}/cells": of_upload("/cells"),
    "/suppliers/import/{key}/rejects": of_upload("/rejects"),
    "/suppliers/import/{key}/replace": of_upload("/replace"),
    "/suppliers/import/{key}": of_upload(""),
    "/suppliers/imports": there("/suppliers/imports"),
    "/suppliers/imports/{number}": lambda desk: (import_page(desk), 200),
    "/suppliers/imports/{number}/take-back": lambda desk: (f"{import_page(desk)}/take-back", 200),
    "/suppliers/contract-law": there("/suppliers/contract-law"),
    "/suppliers/contract-notices/{key}": lambda desk: (
        f"/suppliers/contract-notices/{desk.kept('notices.json', NOTICES)}",
        200,
    ),
    "/suppliers/contract-notices": there("/suppliers/contract-notices"),
    "/suppliers/{ref:path}/contract/remove": lambda desk: (
        f"{contract(desk, 'C9')}/remove?title=Cleaning",
        200,
    ),
    "/suppliers/{ref:path}/contract": there("/suppliers/S1/contract"),
    "/suppliers/new": there("/suppliers/new"),
    "/suppliers/duplicates": there("/suppliers/duplicates"),
    "/suppliers/{ref:path}/edit": there("/suppliers/S1/edit"),
    "/suppliers/{ref:path}/confirm-people": there("/suppliers/S1/confirm-people"),
    "/suppliers/{ref:path}/end": there("/suppliers/S1/end"),
    "/suppliers/{ref:path}/reopen": there("/suppliers/S1/reopen"),
    "/suppliers/{ref:path}/undo/{number}": lambda desk: (undo_change(desk).address, 200),
    "/suppliers/{ref:path}/merge": there("/suppliers/S1/merge"),
    "/suppliers/{ref:path}/link": there("/suppliers/S1/link"),
    "/settings/documents": there("/settings/documents"),
    "/suppliers/{ref:path}/disclosure": there("/suppliers/S2/disclosure"),
    "/suppliers/{ref:path}/answers": there("/suppliers/S1/answers"),
    "/suppliers/{ref:path}/network": there("/suppliers/S1/network"),
    "/suppliers/{ref:path}/ownership": there("/suppliers/S1/ownership"),
    "/suppliers": there("/suppliers"),
    "/suppliers/{ref:path}/pack": there("/suppliers/S1/pack"),
    "/suppliers/{ref:path}/restricted": there("/suppliers/S2/restricted"),
    "/suppliers/{ref:path}": there("/suppliers/S1"),
    "/intelligence": there("/intelligence"),
    "/intelligence/new": there("/intelligence/new"),
    "/intelligence/{number}": lambda desk: (f"/intelligence/{a_report(desk)}", 200),
    "/requests": there("/requests"),
    "/requests/receive": there("/requests/receive"),
    "/requests/{number}": lambda desk: (
        with_requests(desk.office, desk.folder, KEEPER) and "/requests/1",
        200,
    ),
    "/check": there("/check"),
    "/checks": there("/checks"),
    "/companies": there("/companies"),
    "/runs": there("/runs"),
    "/runs/{id}/flags": lambda desk: (f"/runs/{desk.run()}/flags", 200),
    "/runs/{id}/restricted": lambda desk: (f"/runs/{desk.run()}/restricted", 200),
    "/runs/{id}": lambda desk: (f"/runs/{desk.run()}", 200),
    "/packs/verify": there("/packs/verify"),
    "/entries": there("/entries?id=uk-sanctions.RUS9901"),
    "/lists": there("/lists"),
    "/lists/files-to-download": there("/lists/files-to-download"),
    "/lists/{id}": there("/lists/un"),
    "/lists/{id}/template": there("/lists/uk-debarment/template"),
    "/lists/{id}/confirm": there("/lists/uk-debarment/confirm"),
    "/lists/{id}/drop": there("/lists/un/drop"),
    "/lists/{id}/accept-loss": lambda _: ("/lists/un/accept-loss", 409),
    "/lists/{id}/accept-format": lambda _: ("/lists/un/accept-format", 409),
    "/policy/preview": there("/policy/preview"),
    "/policy/preview/{job}": lambda desk: (f"/policy/preview{job_page(desk)[0][5:]}", 404),
    "/schedule": there("/schedule"),
    "/schedule/run": there("/schedule/run?job=tidy"),
    "/digest": there("/digest"),
    "/digest/cancel": channel,
    "/audit": there("/audit"),
    "/audit/verified/{job}": lambda desk: (f"/audit/verified{job_page(desk)[0][5:]}", 404),
    "/agreements": there("/agreements"),
    "/agreements/new": there("/agreements/new"),
    "/agreements/from-file": there("/agreements/from-file"),
    "/agreements/{reference}": lambda desk: (agreement(desk, "A-1"), 200),
    "/agreements/{reference}/end": lambda desk: (f"{agreement(desk, 'A-1')}/end", 200),
    "/exchanges": there("/exchanges"),
    "/settings": there("/settings"),
    "/settings/log": there("/settings/log"),
    "/settings/log/file": there("/settings/log/file"),
    "/set-up/copies": there("/set-up/copies"),
    "/settings/readiness": there("/settings/readiness"),
    "/accounts": there("/accounts"),
    "/cases": there("/cases"),
    "/cases/new": there("/cases/new"),
    "/cases/{number}": lambda desk: (case_of(desk), 200),
    **{
        f"/cases/{{number}}/{below}": lambda desk, below=below: (f"{case_of(desk)}/{below}", 200)
        for below in ("edit", "add", "action", "sign", "review", "close", "pack")
    },
    "/cases/{number}/actions/{action}": lambda desk: (case_action(desk), 200),
    "/tokens": there("/tokens"),
    "/tokens/new": there("/tokens/new"),
    "/tokens/{id}/end": lambda desk: (token_to_end(desk).address, 200),
    "/set-up": there("/set-up"),
    **{f"/set-up/{one}": there(f"/set-up/{one}") for one in SET_UP},
    "/set-up/own-registers/{key}": lambda desk: (
        f"/set-up/own-registers/{desk.kept('r.csv', REGISTER_CSV)}",
        200,
    ),
    "/set-up/letters/{kind}": there("/set-up/letters/representations"),
    "/portfolio": there("/portfolio"),
}
# For who may do either; purposes are left out for who may only audit.
ALSO_AUDITED: Final = ("/requests", "/requests/{number}")
NEEDS: Final[Mapping[str, Action]] = {
    "/suppliers/files/{number}/{ref:path}": "see birth dates",
    "/suppliers/declarations/{key}": "import declarations",
    "/audit": "audit",
    "/settings/log": "audit",
    "/settings/log/file": "audit",
    "/alerts/import/{key}": "decide",
    # Of somebody else's decision, a second person alone is asked whether to undo it.
    "/alerts/{id}/undo/{number}": "decide",
    "/exchanges": "exchange",
    "/tokens": "make tokens",
    "/tokens/new": "make tokens",
    "/tokens/{id}/end": "make tokens",
    **{one: "work on cases" for one in PAGES if one.startswith("/cases") and one != "/cases/new"},
    **{one: "handle intelligence" for one in PAGES if one.startswith("/intelligence")},
    **{one: "change settings" for one in PAGES if one.startswith("/set-up")},
    # What importing would do; the form itself is empty.
    **{one: "import suppliers" for one in PAGES if one.startswith("/suppliers/import/{key}")},
    "/suppliers/contract-notices/{key}": "change suppliers",
}
OPEN: Final = {"/help", "/accessibility", "/licences"}


def test_every_page_has_a_row() -> None:
    got = {
        path
        for one in list_pages(find_own_extensions())
        for method, path, _ in one.routes
        if method == "GET"
    }
    assert PAGES.keys() == got
    assert {
        path for one in list_pages(find_own_extensions()) for path, _ in one.open_to_all
    } == OPEN


@pytest.mark.thorough
@pytest.mark.parametrize("role", SOME_ROLES)
def test_a_page_is_shown_to_who_may_read_it(
    open_desk: Callable[[Role | None], Desk], role: Role | None
) -> None:
    desk, wrong = open_desk(role), []
    seen: set[str] = set()
    stranger = browser(desk.office.service, signed_in=False)
    for route, prepare in share_of(PAGES.items(), 3):
        address, status = prepare(desk)
        may = desk.may(NEEDS.get(route, "read"))
        if route in ALSO_AUDITED:
            may = desk.may("ask partners") or desk.may("audit")
        expected = status if may else 403
        before = stored(desk.office.settings.home)
        for method in ("GET", "HEAD"):
            if stranger.request(method, address).status_code != 403:
                wrong.append((route, method, "nobody"))
            answer = desk.client.request(method, address)
            if answer.status_code != expected:
                wrong.append((route, method, answer.status_code, words(answer)))
            if expected == 403 and method == "GET" and "It needs the role" not in answer.text:
                wrong.append((route, "does not say which role", words(answer)))
            if role is None and method == "GET":
                seen.add(answer.text)
        if stored(desk.office.settings.home) != before:
            wrong.append((route, "changes something"))
    assert not wrong
    # Who has no role sees one page, whatever they ask for: it says whom to ask, and leads nowhere.
    assert len(seen) == (role is None)
    for page in seen:
        assert "administrators are Kay" in page
        assert "govuk-service-navigation__link" not in page
    assert all(stranger.get(address).status_code == 200 for address in OPEN)


def test_a_job_of_somebody_else_is_stopped_by_who_may_do_all_that_it_does(
    open_desk: Callable[[Role | None], Desk],
) -> None:
    """A job of the schedule does what its own action says."""
    desk = open_desk("approver")
    service = desk.office.service
    keeper = Viewer(account=KEEPER, name=KEEPER, role="administrator")
    job = service.jobs.start(
        keeper, "scheduled job", "Tidy", lambda *_: JobDone(said=""), also=("apply retention",)
    )
    answer = desk.client.post(f"/jobs/{job}/stop")
    assert answer.status_code == 403
    assert "It needs the role administrator" in answer.text
    assert service.jobs.get(job).state == "waiting"


# What programs ask, by method and path, with the scope that it needs; None: open to everybody. Our
# own API has its test of who may in test_api_v1_access.py.
ENTITY: Final = "un.QDi.001"
QUERIES: Final = {"queries": {"a": {"schema": "Company", "properties": {"name": ["Example"]}}}}
ASKED: Final = '{"q": {"query": "Example"}}'
API: Mapping[tuple[str, str], tuple[tuple[Scope, ...] | None, str, Mapping[str, Any]]] = {
    ("get", "/healthz"): (None, "/healthz", {}),
    ("get", "/readyz"): (None, "/readyz", {}),
    ("post", "/match/{dataset}"): (("match",), "/match/default", {"json": QUERIES}),
    ("get", "/search/{dataset}"): (("match",), "/search/default?q=Example", {}),
    ("get", "/entities/{entity_id}"): (("match",), f"/entities/{ENTITY}", {}),
    ("get", "/entities/{entity_id}/adjacent"): (("match",), f"/entities/{ENTITY}/adjacent", {}),
    ("get", "/entities/{entity_id}/adjacent/{property}"): (
        ("match",),
        f"/entities/{ENTITY}/adjacent/sanctions",
        {},
    ),
    ("get", "/catalog"): (("match",), "/catalog", {}),
    ("get", "/algorithms"): (("match",), "/algorithms", {}),
    **{
        (method, f"/reconcile/{path}{below}"): (
            scopes,
            f"/reconcile/{path.replace('{dataset}', 'default')}{below}{query}",
            {"data": {"queries": ASKED}} if method == "post" else {},
        )
        for path, scopes, id_ in (
            ("{key}/lists", ("match",), "uk-sanctions.RUS9901"),
            ("{key}/suppliers", ("match", "read"), "S1"),
            ("{dataset}", ("match",), "uk-sanctions.RUS9901"),
        )
        for method, below, query in (
            ("get", "", ""),
            ("post", "", ""),
            ("get", "/suggest/entity", "?prefix=a"),
            ("get", "/suggest/type", "?prefix=a"),
            ("get", "/suggest/property", "?prefix=a"),
            ("get", "/propose_properties", ""),
            ("get", "/preview", f"?id={id_}"),
        )
    },
}


def test_everything_that_programs_ask_has_a_row(office: Office) -> None:
    paths = office.person(SOMEBODY).get("/openapi.json").json()["paths"]
    others = {path: item for path, item in paths.items() if not path.startswith("/api/v1/")}
    assert {(method, path) for path, item in others.items() for method in item} == API.keys()


@pytest.mark.parametrize("role", SOME_ROLES)
def test_a_program_is_answered_with_a_key_of_the_scopes_that_are_needed(
    open_desk: Callable[[Role | None], Desk], role: Role | None
) -> None:
    desk, wrong = open_desk(role), []
    wait_until_ready(desk.client)
    chosen: tuple[tuple[Scope, ...], ...] = (("match",), ("read",), ("match", "read"))
    # Made while its owner had a role that may: what counts is the role of now.
    then = replace(desk.office.settings, users={SOMEBODY: "administrator"})
    with Workspace(then, now=desk.office.service.now, who=SOMEBODY) as ws:
        keys = {each: tokens.make_token(ws, "till", each)[1] for each in chosen}
    for (method, path), (scopes, address, more) in API.items():
        for given, key in {(): "dd_guessed", **keys}.items():
            answer = desk.client.request(
                method,
                address.replace("{key}", key),
                headers={"Authorization": f"Bearer {key}"},
                **more,
            )
            expected = 200 if scopes is None or set(scopes) <= set(given) else 403
            if role is None and scopes is not None:
                expected = 403
            if not given and scopes is not None:
                expected = 401
            if answer.status_code not in {expected, 404 if expected == 200 else expected}:
                wrong.append((method, path, given, answer.status_code, answer.text[:200]))
    assert not wrong
