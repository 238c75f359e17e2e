"""A partner names hits of an exchange; the council receives it, and is alerted."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from duediligence.casework import deciding, queue, removing, retention, supplier_merging
from duediligence.casework.deciding import Choice
from duediligence.casework.disclosure import redact_run
from duediligence.casework.letter_facts import list_letter_holds
from duediligence.casework.signing_keys import signing_key
from duediligence.casework.verifying import examine
from duediligence.delivery import digest, exports, flag_files, report_file
from duediligence.delivery.pack import making
from duediligence.delivery.pack.verifying import verify_pack
from duediligence.errors import (
    Conflict,
    DuediligenceError,
    Forbidden,
    Invalid,
    NotFound,
    UsageError,
)
from duediligence.extensions.sharing.model.agreements import Agreement, Contact, Shared, Terms
from duediligence.extensions.sharing.model.exchanges import AskedItem, Exchange, Hit
from duediligence.extensions.sharing.model.partner_messages import PARTNER_ASKS
from duediligence.extensions.sharing.partner_files import (
    pack_partner_file,
    parse_partner_file,
    read_partner_file,
)
from duediligence.extensions.sharing.partner_messages import ReceivedMessage, close, receive, shown
from duediligence.extensions.sharing.receiving import receive as receive_file
from duediligence.extensions.sharing.refer_bodies import MOST_NAMED, decode_refer_body
from duediligence.extensions.sharing.refer_words import received_lines, refer_notice
from duediligence.extensions.sharing.referring import plan_refer, refer
from duediligence.extensions.sharing.store.agreements import AgreementStore
from duediligence.extensions.sharing.store.exchanges import ExchangeStore
from duediligence.extensions.sharing.store.partner_messages import PartnerMessageStore
from duediligence.model import Address, Identifier, PartialDate, Person, Supplier
from duediligence.model.alerts import Alert
from duediligence.model.audit import AuditEvent
from duediligence.render.saying import format_text
from duediligence.screening.run.reading import overall_reading
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.signing import SigningKey
from tests.conftest import NOW
from tests.homes import read_as_another_program
from tests.rows import for_each
from tests.sharing.exchanges.homes import TwoHomes, as_items, as_suppliers, firms
from tests.thorough import is_thorough

Open = Callable[..., Workspace]
COUNCIL, POLICE = "Example Council", "Example Police"
EXCHANGE = "ab" * 16
ANN = Person("Ann Marisol Zinniaveldt", PartialDate(1970, 5), "director")
FIRM = Supplier(
    ref="S1", name="Dunmarrow Cleaning Ltd", identifiers=(Identifier("GB-COH", "99000001"),)
)
HERS = Supplier(ref="S2", name="Reedwater Homes Ltd", people=(ANN,))
OTHER = Supplier(ref="S3", name="Moor Lantern Ltd", people=(Person("Bo Vane"),))
ITEMS = (
    AskedItem(
        reference="OP-1",
        kind="organisation",
        name="DUNMARROW CLEANING LIMITED",
        number="99000001",
        address="9 Secret Yard, Ferrowby",
        postcode="FE1 1AA",
    ),
    AskedItem(reference="OP-2", kind="person", name="ZINNIAVELDT, Ann Marisol", born="1970-05"),
    AskedItem(reference="OP-3", kind="person", name="Zebulon Nowhereman Tarn", born="1981-02"),
)


class Partners:
    """A council and a police force, each with a home, under one agreement."""

    def __init__(
        self,
        open_workspace: Open,
        council: Path,
        police: Path,
        folder: Path,
        *,
        shares: tuple[Shared, ...] = (
            "blind-matching: organisations",
            "blind-matching: people",
            "hits",
        ),
        hits: Iterable[Hit] = tuple(Hit(item=one, by=("person",)) for one in ITEMS),
    ) -> None:
        self._opened: list[Workspace] = []
        self._open = open_workspace
        self.council_home, self.police_home, self.folder = council, police, folder
        keys = {}
        for home, who in ((council, "council"), (police, "police")):
            keys[who] = signing_key(self._at(home, who)).public.text
        self.terms = Terms(
            reference="ISA-2026-01",
            parties=(COUNCIL, POLICE),
            purpose="Find suppliers that both hold",
            bases=("cda-1998-s115",),
            shares=shares,
            retention_days=90,
            starts_on=date(2026, 11, 1),
            review_on=date(2027, 10, 31),
            most_items=1000,
            most_exchanges=12,
            most_new_percent=50,
        )
        contacts = (Contact(role="duty officer", reach="duty@police.example"),)
        self.keep(self.council(), ours=COUNCIL, key=keys["police"], contacts=contacts)
        self.keep(self.police(), ours=POLICE, key=keys["council"], contacts=contacts)
        self.exchange(self.council(), "answering")
        self.exchange(self.police(), "asking", hits=list(hits))

    def keep(self, ws: Workspace, *, ours: str, key: str, contacts: tuple[Contact, ...]) -> None:
        agreement = Agreement(
            terms=self.terms,
            ours=ours,
            partner_kind="police",
            partner_keys=(key,),
            contacts=contacts,
        )
        ws.casework.repository(AgreementStore).keep(agreement, "made", ws.now())

    def exchange(self, ws: Workspace, side: str, *, hits: list[Hit] | None = None) -> None:
        made = Exchange(
            id=EXCHANGE,
            agreement=self.terms.reference,
            terms_sha256=self.terms.digest,
            purpose="Cleaning contracts",
            side=side,  # type: ignore[arg-type]
            state="opened" if hits else "answered",
            at=ws.now(),
            expires_at=ws.now() + timedelta(days=14),
            items=3,
            elements=64,
            new_percent=100,
            ask_sha256="0" * 64,
        )
        ws.casework.repository(ExchangeStore).keep(
            made, {}, ws.now(), hits=hits or [], remove_on=date(2027, 2, 1) if hits else None
        )

    def _at(self, home: Path, who: str, days: int = 0, **settings: Any) -> Workspace:
        at = NOW + timedelta(days=days)
        ws = self._open(home, at=at, **{"second_decision": (), **settings})
        ws.who = who
        self._opened.append(ws)
        return ws

    def close(self) -> None:
        for one in self._opened:
            one.__exit__()

    def council(self, days: int = 0) -> Workspace:
        return self._at(self.council_home, "council", days)

    def council_with(self, days: int = 0, **settings: Any) -> Workspace:
        return self._at(self.council_home, "council", days, **settings)

    def police(self, days: int = 0) -> Workspace:
        return self._at(self.police_home, "police", days)

    def message(self, *references: str, ask: str = "call-us", days: int = 0) -> Path:
        path = self.folder / f"{'-'.join(references)}-{ask}-{days}.ddx"
        path.unlink(missing_ok=True)
        refer(self.police(days), EXCHANGE, references, ask, path)  # type: ignore[arg-type]
        return path

    def received(self, *references: str, ask: str = "call-us", days: int = 0) -> ReceivedMessage:
        return receive(
            self.council(days), read_partner_file(self.message(*references, ask=ask, days=days))
        )

    def signed(
        self,
        content: bytes,
        *,
        key: SigningKey | None = None,
        body: bytes | None = None,
        **changes: str,
    ) -> bytes:
        """A message with another header or body, signed as the police sign."""
        made = parse_partner_file(content)
        header = replace(made.header, **changes)  # type: ignore[arg-type]
        return pack_partner_file(
            header, made.body if body is None else body, key or signing_key(self.police())
        )


def removed(done: retention.Retained) -> int:
    return sum(one.records for one in done.removed if one.rule.id == "partner-messages")


@pytest.fixture
def partners(open_workspace: Open, home: Path, tmp_path: Path) -> Partners:
    made = Partners(open_workspace, home, tmp_path / "police", tmp_path)
    made.council().suppliers.save([FIRM, HERS, OTHER], file="suppliers.csv", at=NOW)
    return made


def of_partners(ws: Workspace) -> list[Alert]:
    return [one for one in queue.alerts(ws) if one.first.check_id == "SHR-01"]


def why(ws: Workspace) -> dict[str, str]:
    return {one.supplier_ref: format_text(one.first.why) for one in of_partners(ws)}


def events(ws: Workspace) -> list[AuditEvent]:
    records = ws.audit.records(kind="partner message")
    return [one.event for one in records]


def everything(home: Path) -> bytes:
    return b"".join(read_as_another_program(home).values())


def test_a_message_becomes_an_alert_at_once(partners: Partners) -> None:
    found = partners.received("OP-1", "OP-2", "OP-3")
    assert (found.number, found.named, found.held, found.suppliers) == (1, 3, 2, ("S1", "S2"))
    ws = partners.council()
    alerts = of_partners(ws)
    assert {one.supplier_ref for one in alerts} == {"S1", "S2"}
    assert all(one.restricted and one.severity == "high" and not one.matched for one in alerts)
    assert all(not one.first.possible_grounds for one in alerts)
    assert why(ws) == {
        "S1": "Example Police asks you to call them before you act (message 1 of 20 November 2026, "
        "agreement ISA-2026-01). It names the supplier itself.",
        "S2": "Example Police asks you to call them before you act (message 1 of 20 November 2026, "
        "agreement ISA-2026-01). It names ZINNIAVELDT, Ann Marisol, born 1970-05 (director).",
    }
    step = format_text(alerts[0].first.next_step)
    assert "duty officer: duty@police.example" in step
    assert "Do not tell the supplier" in step
    assert not examine(ws).problems


def test_of_whom_the_council_does_not_hold_only_the_number_is_kept(partners: Partners) -> None:
    found = partners.received("OP-3")
    assert (found.named, found.held, found.suppliers, found.run) == (1, 0, (), "")
    assert "none of which you hold" in " ".join(received_lines(found))
    ws = partners.council()
    assert not of_partners(ws)
    assert not ws.casework.repository(PartnerMessageStore).all()
    assert b"Nowhereman" not in everything(partners.council_home)
    assert events(ws)[-1].what["named"] == 1


def test_what_the_council_will_learn_is_shown_first_and_is_all_that_it_learns(
    partners: Partners,
) -> None:
    ws = partners.police()
    plan = plan_refer(ws, EXCHANGE, ["OP-1", "OP-2"], "pause-award")
    before = ws.audit.head()
    told = "\n".join(refer_notice(plan))
    assert ws.audit.head() == before, "nothing is done by looking"
    assert "Organisation: DUNMARROW CLEANING LIMITED, company number 99000001\n" in told
    assert "Person: ZINNIAVELDT, Ann Marisol, born 1970-05\n" in told
    assert "to award nothing to the supplier before it has spoken to you" in told
    body = parse_partner_file(partners.message("OP-1", "OP-2", ask="pause-award").read_bytes()).body
    assert b"OP-1" not in body, "no reference of the asker"
    assert b"Secret Yard" not in body, "no address where that is not what both hold"
    assert decode_refer_body(body).named == plan.named
    (sent,) = events(ws)
    assert (sent.what["act"], sent.what["named"], sent.what["ask"]) == ("sent", 2, "pause-award")


@pytest.mark.parametrize(
    ("ask", "severity"), [("call-us", "high"), ("pause-award", "high"), ("no-action", "medium")]
)
def test_what_is_asked_is_said_in_words(partners: Partners, ask: str, severity: str) -> None:
    partners.received("OP-1", ask=ask)
    (alert,) = of_partners(partners.council())
    assert alert.severity == severity
    assert PARTNER_ASKS[ask] in format_text(alert.first.why)  # type: ignore[index]


def test_each_message_has_an_alert_of_its_own(partners: Partners) -> None:
    partners.received("OP-1")
    partners.received("OP-1", ask="no-action", days=1)
    ws = partners.council(1)
    first, second = of_partners(ws)
    assert {first.first.subject_name, second.first.subject_name} == {"message 1", "message 2"}
    deciding.decide(ws, first, Choice(decided="confirmed risk", reason="RISK", note="Called"))
    assert sorted(one.state for one in of_partners(ws)) == ["confirmed risk", "open"]
    again = partners.council(2)
    screen(again, Screened(again.suppliers.all()))
    assert sorted(one.state for one in of_partners(again)) == ["confirmed risk", "open"]


def test_a_message_is_shown_until_it_is_answered(partners: Partners) -> None:
    partners.received("OP-1", "OP-2")
    ws = partners.council(1)
    assert close(ws, 1, "no-hit") == 2
    assert [one.state for one in of_partners(ws)] == ["open", "open"], "until the next screening"
    screen(ws, Screened(ws.suppliers.all()))
    assert [one.state for one in of_partners(ws)] == ["resolved", "resolved"]
    (message,) = shown(ws)
    assert (message.state, message.outcome, message.suppliers) == ("closed", "no-hit", ("S1", "S2"))
    with pytest.raises(NotFound, match="No message 1 of a partner is open"):
        close(ws, 1, "hit")
    acts = [one.what["act"] for one in events(ws)]
    assert acts == ["received", "closed", "shown"]
    assert not examine(ws).problems


def test_the_chain_and_the_log_name_nobody(partners: Partners) -> None:
    partners.received("OP-1", "OP-2", "OP-3")
    close(partners.council(1), 1, "we-will-call")
    for ws in (partners.council(1), partners.police(1)):
        chain = "".join(str(one.event) for one in ws.audit.records()).casefold()
        for name in ("zinniaveldt", "dunmarrow", "nowhereman", "99000001", "op-1"):
            assert name not in chain.replace(EXCHANGE, "")


def test_it_is_dropped_from_files_digests_packs_and_letters_and_counted(
    partners: Partners, tmp_path: Path
) -> None:
    partners.received("OP-2")
    ws = partners.council()
    (alert,) = of_partners(ws)
    run = ws.runs.get(alert.first.run_id)
    assert run
    shown_run, withheld = redact_run(run, {}, people=True, restricted=False)
    assert withheld.restricted == 1
    assert "SHR-01" not in {one.check_id for one in shown_run.findings}
    for name in ("flags.csv", "flags.json", "flags.html", "flags.xlsx"):
        flag_files.write_run(ws, run, tmp_path / name, people=True)
    exports.export_flags(ws, tmp_path / "open.jsonl", "jsonl", people=True)
    making.make(ws, making.PackRequest(supplier="S2", people=True), tmp_path / "pack.zip")
    report_file.make(
        ws, making.PackRequest(supplier="S2", people=True), tmp_path / "report.html", "html"
    )
    (tmp_path / "sent").mkdir()
    later = partners.council_with(digest_folder=tmp_path / "sent")
    digest.send(later, at_once=True)
    with ZipFile(tmp_path / "pack.zip") as pack:
        pack.extractall(tmp_path / "pack")
    with ZipFile(tmp_path / "flags.xlsx") as book:
        book.extractall(tmp_path / "book")
    written = [
        path
        for path in tmp_path.rglob("*")
        if path.is_file()
        and partners.council_home not in path.parents
        and partners.police_home not in path.parents
        and path.suffix not in (".ddx", ".zip", ".xlsx")
    ]
    assert len(written) > 8
    for path in written:
        text = path.read_bytes()
        for secret in (b"SHR-01", b"Example Police", b"ZINNIAVELDT", b"partner asks"):
            assert secret not in text, path
    assert b"1 restricted finding left out" in (tmp_path / "flags.csv").read_bytes()
    (hold,) = list_letter_holds(alert, [], "details-wanted", date(2026, 1, 2))
    assert hold.final


def test_a_pack_without_it_verifies(partners: Partners, tmp_path: Path) -> None:
    partners.received("OP-1")
    path = tmp_path / "pack.zip"
    making.make(partners.council(), making.PackRequest(supplier="S1"), path)
    verified = verify_pack(path)
    assert not verified.damaged
    assert not verified.differences


def test_the_overall_reading_is_not_moved(partners: Partners) -> None:
    ws = partners.council()
    before = screen(ws, Screened([FIRM]))
    partners.received("OP-1")
    after = screen(partners.council(), Screened([FIRM]))
    flags = [one for one in after.findings if one.supplier_ref]
    assert {one.check_id for one in flags} - {one.check_id for one in before.findings} == {"SHR-01"}
    assert overall_reading(after.findings).words == overall_reading(before.findings).words


def test_the_agreement_says_how_long_it_is_kept(partners: Partners) -> None:
    partners.received("OP-1", "OP-2")
    partners.received("OP-2", ask="no-action", days=30)
    early = partners.council(89)
    screen(early, Screened(early.suppliers.all()))
    assert not removed(retention.run(early, dry_run=False))
    ws = partners.council(90)
    assert removed(retention.run(ws, dry_run=True)) == 2
    assert removed(retention.run(ws, dry_run=False)) == 2
    assert [one.first.subject_name for one in of_partners(ws)] == ["message 2"]
    (event,) = (
        one.event
        for one in ws.audit.records(kind="retention")
        if one.event.subject == "partner-messages"
    )
    assert (event.what["messages"], event.what["findings"]) == (("1",), 5)
    assert not examine(ws).problems
    last = partners.council(120)
    assert removed(retention.run(last, dry_run=False)) == 1
    assert not of_partners(last)
    assert not examine(last).problems
    partners.close()
    assert b"ZINNIAVELDT" not in everything(partners.council_home), "nor in free pages"


def test_a_setting_shortens_it(partners: Partners) -> None:
    partners.received("OP-1")
    ws = partners.council_with(days=11, retention={"partner-messages": 10})
    assert removed(retention.run(ws, dry_run=False)) == 1


def test_it_goes_with_the_supplier(partners: Partners) -> None:
    partners.received("OP-1", "OP-2")
    ws = partners.council()
    done = removing.remove(ws, ["S2"], rule=removing.UPHELD, dry_run=False)
    assert done.rows["partner_messages"] == 1
    assert {one.supplier_ref for one in of_partners(ws)} == {"S1"}
    assert [one.supplier_ref for one in ws.casework.repository(PartnerMessageStore).all()] == ["S1"]
    assert not examine(ws).problems
    partners.close()
    assert b"ZINNIAVELDT" not in everything(partners.council_home)


def test_it_follows_a_supplier_that_is_merged(partners: Partners) -> None:
    partners.received("OP-2")
    ws = partners.council()
    supplier_merging.merge(ws, "S3", "S2")
    run = screen(ws, Screened([one for one in ws.suppliers.all() if one.ref == "S3"]))
    assert [one.supplier_ref for one in run.findings if one.check_id == "SHR-01"] == ["S3"]


def test_who_stands_behind_a_supplier_counts_only_where_people_are_shared(
    open_workspace: Open, home: Path, tmp_path: Path
) -> None:
    shares: tuple[Shared, ...] = ("blind-matching: organisations", "hits")
    partners = Partners(open_workspace, home, tmp_path / "police", tmp_path, shares=shares)
    partners.council().suppliers.save([FIRM, HERS, OTHER], file="suppliers.csv", at=NOW)
    found = partners.received("OP-1", "OP-2")
    assert (found.held, found.suppliers) == (1, ("S1",))


def test_an_address_that_both_hold_concerns_who_is_there(
    open_workspace: Open, home: Path, tmp_path: Path
) -> None:
    item = AskedItem(
        reference="OP-4", kind="address", address="9 SECRET YARD, FERROWBY", postcode="FE1 1AA"
    )
    partners = Partners(
        open_workspace,
        home,
        tmp_path / "police",
        tmp_path,
        shares=("blind-matching: addresses", "hits"),
        hits=(Hit(item=ITEMS[0], by=("firm name",)), Hit(item=item, by=("address",))),
    )
    here = replace(OTHER, address=Address("9 Secret Yard, Ferrowby", "FE1 1AA"))
    partners.council().suppliers.save([FIRM, here], file="suppliers.csv", at=NOW)
    told = "\n".join(refer_notice(plan_refer(partners.police(), EXCHANGE, ["OP-4"], "call-us")))
    assert "- Address: 9 SECRET YARD, FERROWBY, FE1 1AA\n" in told
    # Its name is not compared under this agreement, and its address is not sent.
    found = partners.received("OP-4", "OP-1")
    assert (found.held, found.suppliers) == (1, ("S3",))
    assert why(partners.council())["S3"].endswith("It names an address of the supplier itself.")


def test_without_any_list_it_is_an_alert_all_the_same(open_workspace: Open, tmp_path: Path) -> None:
    partners = Partners(open_workspace, tmp_path / "bare", tmp_path / "police", tmp_path)
    partners.council().suppliers.save([FIRM], file="suppliers.csv", at=NOW)
    found = partners.received("OP-1")
    assert found.run
    assert len(of_partners(partners.council())) == 1


def test_where_the_screening_fails_it_is_kept_and_says_so(
    partners: Partners, tmp_path: Path
) -> None:
    (tmp_path / "policy.json").write_text("not a policy")
    ws = partners.council_with(policy=tmp_path / "policy.json")
    found = receive(ws, read_partner_file(partners.message("OP-1")))
    assert (found.run, found.suppliers) == ("", ("S1",))
    assert "could not be screened" in " ".join(received_lines(found))
    assert [one.number for one in shown(partners.council())] == [1]
    screen(partners.council(), Screened([FIRM]))
    assert len(of_partners(partners.council())) == 1


def refused(partners: Partners, content: bytes, days: int = 0) -> DuediligenceError:
    """How the council refuses a file: nothing of it is kept, and nothing recorded."""
    path = partners.folder / "bad.ddx"
    path.write_bytes(content)
    ws = partners.council(days)
    before = [one.event.kind for one in ws.audit.records()]
    with pytest.raises(DuediligenceError) as error:
        receive_file(ws, path)
    after = [one.event.kind for one in ws.audit.records()]
    assert set(after[len(before) :]) <= {"setting changed"}
    assert not ws.casework.repository(PartnerMessageStore).all()
    return error.value


@pytest.mark.thorough
def test_an_altered_byte_anywhere_is_refused(partners: Partners) -> None:
    content = partners.message("OP-1", "OP-2").read_bytes()
    for at in range(0, len(content), 7 if is_thorough() else 70):
        altered = bytearray(content)
        altered[at] ^= 1
        refused(partners, bytes(altered))
    for cut in (0, 10, len(content) // 2, len(content) - 1):
        refused(partners, content[:cut])
    refused(partners, content + b"x")


def test_a_file_is_for_one_use(partners: Partners) -> None:
    path = partners.message("OP-3")
    ws = partners.council()
    receive_file(ws, path)
    assert "received on" in refused(partners, path.read_bytes()).message
    # Also once everything of it is gone.
    later = partners.council(20)
    retention.run(later, dry_run=False)
    assert "received on" in refused(partners, path.read_bytes(), days=20).message


def test_a_file_expires(partners: Partners) -> None:
    content = partners.message("OP-1").read_bytes()
    assert "expired" in refused(partners, content, days=30).message


def test_a_file_of_an_exchange_that_was_not_answered_here_is_refused(partners: Partners) -> None:
    content = partners.message("OP-1").read_bytes()
    other = partners.signed(content, exchange="cd" * 16)
    assert "not answered here" in refused(partners, other).message


def test_a_file_of_another_agreement_or_other_terms_is_refused(partners: Partners) -> None:
    content = partners.message("OP-1").read_bytes()
    assert (
        "Unknown agreement" in refused(partners, partners.signed(content, agreement="X-1")).message
    )
    terms = partners.signed(content, terms_sha256="0" * 64)
    assert "other terms" in refused(partners, terms).message


def test_a_file_that_somebody_else_signed_is_refused(partners: Partners) -> None:
    content = partners.message("OP-1").read_bytes()
    key = signing_key(partners.council())
    assert isinstance(refused(partners, partners.signed(content, key=key)), Forbidden)


@for_each(
    "body",
    [
        b"",
        b"{}",
        b"[" * 100_000,
        b'{"ask": "call-us", "named": []}',
        b'{"ask": "arrest them", "named": [{"kind": "person", "name": "A B"}]}',
        b'{"ask": "call-us", "named": [{"kind": "person", "name": ""}]}',
        b'{"ask": "call-us", "named": [{"kind": "person", "name": "A B", "born": "1970-13"}]}',
        b'{"ask": "call-us", "named": [{"kind": "person", "name": "A B"}], "more": 1}',
        b'{"ask": "call-us", "named": [{"kind": "person", "name": "A\\u001b[31mB"}]}',
        b'{"ask": "call-us", "named": ['
        + b",".join([b'{"kind": "person", "name": "A B"}'] * (MOST_NAMED + 1))
        + b"]}",
    ],
    ids=lambda body: body[:30].decode(),
)
def test_a_body_that_holds_no_message_is_refused(partners: Partners, body: bytes) -> None:
    content = partners.message("OP-1").read_bytes()
    error = refused(partners, partners.signed(content, body=body))
    assert isinstance(error, UsageError)
    assert "no message" in error.message


def test_hits_may_be_named_only_where_the_agreement_allows_it(
    open_workspace: Open, home: Path, tmp_path: Path
) -> None:
    shares: tuple[Shared, ...] = ("blind-matching: organisations",)
    partners = Partners(open_workspace, home, tmp_path / "police", tmp_path, shares=shares)
    with pytest.raises(Forbidden, match="does not allow: hits"):
        plan_refer(partners.police(), EXCHANGE, ["OP-1"], "call-us")


def test_only_hits_of_an_opened_exchange_of_ours_can_be_named(partners: Partners) -> None:
    ws = partners.police()
    with pytest.raises(Invalid, match="'OP-9' is not the reference of a hit"):
        plan_refer(ws, EXCHANGE, ["OP-9"], "call-us")
    with pytest.raises(Invalid, match="at least one"):
        plan_refer(ws, EXCHANGE, [], "call-us")
    with pytest.raises(NotFound, match="Unknown exchange"):
        plan_refer(ws, "ef" * 16, ["OP-1"], "call-us")
    with pytest.raises(Conflict, match="answered here"):
        plan_refer(partners.council(), EXCHANGE, ["OP-1"], "call-us")
    with pytest.raises(Conflict, match="not in force"):
        plan_refer(partners.police(400), EXCHANGE, ["OP-1"], "call-us")


def test_every_hit_that_is_named_is_held_by_who_answered(tmp_path: Path) -> None:
    two = TwoHomes(tmp_path)
    held, others = firms(60, 1), firms(40, 2)
    both = held[::8]
    two.suppliers(as_suppliers(held))
    opened = two.opened(two.answered(two.asked(as_items([*others, *both]))))
    path = tmp_path / "message.ddp"
    references = [one.item.reference for one in opened.hits]
    refer(two.police(), opened.exchange.id, references, "no-action", path)
    found = receive(two.council(), read_partner_file(path))
    assert (found.named, found.held, len(found.suppliers)) == (len(both),) * 3
    assert len(of_partners(two.council())) == len(both)
    two.close()
