"""A request goes from one home to the other, its reply comes back; all else is refused."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from duediligence.casework import retention
from duediligence.casework.signing_keys import signing_key
from duediligence.casework.verifying import examine
from duediligence.errors import (
    Conflict,
    DuediligenceError,
    Forbidden,
    Invalid,
    NotFound,
    UsageError,
)
from duediligence.extensions.sharing import information_requests, partner_files
from duediligence.extensions.sharing.due import due
from duediligence.extensions.sharing.information_requests import (
    RequestFacts,
    answer,
    ask,
    record_received,
    withdraw,
)
from duediligence.extensions.sharing.receiving import receive
from duediligence.extensions.sharing.request_files import packed_request
from duediligence.extensions.sharing.request_log import (
    reply_preview,
    request_of,
    request_preview,
    requests,
)
from duediligence.extensions.sharing.store.agreements import AgreementStore
from duediligence.extensions.sharing.store.information_requests import InformationRequestStore
from duediligence.model import Identifier, Supplier
from duediligence.model.audit import AuditRecord
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from tests.rows import for_each
from tests.whole_words import has_word

from ..conftest import NOW
from ..in_use import in_use
from .two_homes import MOSS, Party, Two, terms
from .two_homes import two as two

PURPOSE = "Renewal of the minibus contract after what Zebedee Quorn said"
DUE = NOW.date() + timedelta(days=14)


def wanted(supplier: str = "P7", **more: object) -> RequestFacts:
    given: dict[str, object] = {
        "agreement": "ISA-2026-01",
        "supplier": supplier,
        "purpose": PURPOSE,
        "due_on": DUE,
        "basis": "cda-1998-s115",
    }
    return RequestFacts(**{**given, **more})  # type: ignore[arg-type]


def asked(two: Two, folder: Path, **more: object) -> Path:
    """A file in which the force asks the council about a supplier of the force's own."""
    made = ask(two.police.on(), wanted(**more), file="request.ddp")
    path = folder / "request.ddp"
    path.write_bytes(made.body)
    return path


def replied(two: Two, folder: Path, number: int, said: str = "no-hit", **more: str) -> Path:
    made = answer(two.council.on(1), number, said, file="reply.ddp", **more)
    path = folder / "reply.ddp"
    path.write_bytes(made.body)
    return path


def records(party: Party, kind: str) -> list[AuditRecord]:
    return [one for one in party.on().audit.records() if one.event.kind == kind]


def kept(party: Party) -> list[object]:
    return list(party.on().casework.repository(InformationRequestStore).all())


def test_a_request_is_received_answered_and_the_reply_closes_it(two: Two, tmp_path: Path) -> None:
    file = asked(two, tmp_path)
    received = receive(two.council.on(1), file)
    assert received.kind == "request"
    first, purpose, held = received.lines
    assert first.startswith("Request 1: Example Police asks about Moss Hall Ltd, under agreement ")
    assert purpose == f"Purpose: {PURPOSE}"
    assert held == "You do not hold this supplier. That is an answer: no-hit."

    reply = replied(two, tmp_path, 1)
    assert receive(two.police.on(2), reply).lines[0] == (
        "Request 1 about Moss Hall Ltd: Example Council answers: No hit: nothing is held about it."
    )
    (ours,) = requests(two.police.on(2))
    assert (ours.state, ours.request.answer, ours.request.closed_by) == ("answered", "no-hit", "Bo")
    (theirs,) = requests(two.council.on(2))
    assert (theirs.state, theirs.request.answer) == ("answered", "no-hit")
    assert theirs.request.their_number == ours.request.number == 1
    for party in (two.council, two.police):
        assert not examine(party.on(3)).problems


def test_the_chain_holds_codes_and_neither_the_purpose_nor_about_whom(
    two: Two, tmp_path: Path
) -> None:
    receive(two.council.on(1), asked(two, tmp_path))
    receive(two.police.on(2), replied(two, tmp_path, 1, "refused", reason="too-much"))
    for party in (two.council, two.police):
        chain = "".join(one.line() for one in party.on().audit.records())
        assert "Quorn" not in chain
        assert "Moss Hall" not in chain
        assert not has_word(chain, "P7")  # which a signature may hold by chance
        events = [one.event.what for one in records(party, "information request")]
        assert [one["act"] for one in events][-1] == "answered"
        assert events[-1]["answer"] == "refused"
        assert events[-1]["reason"] == "too-much"
        assert {one["basis"] for one in events} == {"cda-1998-s115"}
    sent, got = (records(one, "partner message")[0].event for one in (two.police, two.council))
    assert sent.what["sha256"] == got.what["sha256"] == _sha256(tmp_path / "request.ddp")
    assert (sent.what["act"], got.what["act"]) == ("sent", "received")
    assert sent.subject == got.subject


def _sha256(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def test_whoever_answers_sees_which_supplier_is_meant(two: Two, tmp_path: Path) -> None:
    police = two.police.on()
    named = Supplier(ref="P8", name="QUILL, LTD.")
    numbered = Supplier(ref="P9", name="Other", identifiers=(Identifier("GB-COH", "99001234"),))
    another = Supplier(ref="P10", name="Quill Ltd", identifiers=(Identifier("GB-COH", "99007777"),))
    police.suppliers.save([MOSS, named, numbered, another], file="s.csv", at=NOW)
    held = {}
    for ref in ("P8", "P9", "P10"):
        received = receive(two.council.on(1), asked(two, tmp_path, supplier=ref))
        held[ref] = received.lines[-1]
    yes = "You hold it: S101 Quill Ltd."
    no = "You do not hold this supplier. That is an answer: no-hit."
    assert held == {"P8": yes, "P9": yes, "P10": no}
    assert [one.request.supplier_ref for one in requests(two.council.on(1))][::-1] == [
        "S101",
        "S101",
        "",
    ]
    assert request_of(two.council.on(1), 1).held == ("S101",)


def test_what_the_partner_will_learn_is_all_that_is_in_the_file(two: Two, tmp_path: Path) -> None:
    lines = "\n".join(request_preview(two.police.on(), wanted()))
    assert kept(two.police) == []
    body = msgspec.json.decode(partner_files.read_partner_file(asked(two, tmp_path)).body)
    assert body == {
        "number": 1,
        "name": "Moss Hall Ltd",
        "numbers": [],
        "basis": "cda-1998-s115",
        "purpose": PURPOSE,
        "due_on": DUE.isoformat(),
    }
    for told in ("Moss Hall Ltd", "cda-1998-s115", PURPOSE):
        assert told in lines
    receive(two.council.on(1), tmp_path / "request.ddp")
    shown = reply_preview(two.council.on(1), 1, "hit")
    assert shown == (
        "Example Police will learn that you hold something about Moss Hall Ltd. "
        "It learns nothing else.",
    )
    reply = partner_files.read_partner_file(replied(two, tmp_path, 1, "hit"))
    assert msgspec.json.decode(reply.body) == {"answer": "hit", "reason": None}


# What is done to a file before it is received, and what that is refused with.
def cut(content: bytes) -> bytes:
    return content[:-1]


def altered(content: bytes) -> bytes:
    at = content.index(b"Moss")
    return content[:at] + b"Boss" + content[at + 4 :]


def of_another_version(content: bytes) -> bytes:
    return content.replace(b'"format":1', b'"format":2')


BAD: dict[str, tuple[Callable[[bytes], bytes], type[DuediligenceError], str]] = {
    "cut": (cut, UsageError, "is not a file of a partner"),
    "altered": (altered, Forbidden, "is not signed by Example Police"),
    "another version": (of_another_version, UsageError, "is of version 2 of the format"),
    "no such file": (lambda _: b"%PDF-1.7", UsageError, "is not a file of a partner"),
    "unknown agreement": (
        lambda content: content.replace(b"ISA-2026-01", b"ISA-2026-99"),
        NotFound,
        "Unknown agreement 'ISA-2026-99'",
    ),
}


@pytest.mark.parametrize("how", BAD)
def test_a_bad_file_is_refused_and_nothing_of_it_is_kept(
    two: Two, tmp_path: Path, how: str
) -> None:
    damage, kind, words = BAD[how]
    file = asked(two, tmp_path)
    file.write_bytes(damage(file.read_bytes()))
    refused(two, file, kind, words)


def refused(two: Two, file: Path, kind: type[DuediligenceError], words: str, day: int = 1) -> None:
    """The council receives it, reads why it is refused, and has nothing of it in its home."""
    with pytest.raises(kind, match=words):
        receive(two.council.on(day), file)
    assert kept(two.council) == []
    assert records(two.council, "partner message") == []
    assert b"Quorn" not in two.council.files()


def test_a_file_of_terms_that_only_the_partner_holds_is_refused(two: Two, tmp_path: Path) -> None:
    two.police.agree(two.council, terms(retention_days=900))
    refused(two, asked(two, tmp_path), Conflict, "holds other terms under the reference")


def test_a_file_of_a_third_party_is_refused(two: Two, tmp_path: Path) -> None:
    stranger = Party(tmp_path / "stranger", "Example Police", "Cy")
    with stranger.opened:
        stranger.agree(two.council, terms())
        stranger.on().suppliers.save([MOSS], file="s.csv", at=NOW)
        made = ask(stranger.on(), wanted(), file="request.ddp")
    (tmp_path / "forged.ddp").write_bytes(made.body)
    refused(two, tmp_path / "forged.ddp", Forbidden, "is not signed by Example Police")


def test_our_own_file_sent_back_is_refused(two: Two, tmp_path: Path) -> None:
    made = ask(two.council.on(), wanted(supplier="S101"), file="request.ddp")
    (tmp_path / "own.ddp").write_bytes(made.body)
    with pytest.raises(Forbidden, match="is not signed by Example Police"):
        receive(two.council.on(1), tmp_path / "own.ddp")
    assert len(kept(two.council)) == 1


def test_a_file_is_used_once_even_after_what_it_made_is_removed(two: Two, tmp_path: Path) -> None:
    file = asked(two, tmp_path)
    receive(two.council.on(1), file)
    with pytest.raises(Conflict, match=r"This file was received on 2026-\d\d-\d\d .* already"):
        receive(two.council.on(2), file)
    assert len(kept(two.council)) == 1
    withdraw(two.council.on(2), 1)
    done = retention.run(two.council.on(2 + 91), dry_run=False)
    assert {one.rule.id: one.records for one in done.removed if one.records} == {
        "information-requests": 1
    }
    with pytest.raises(Conflict, match="already"):
        receive(two.council.on(3), file)


def test_the_same_request_in_another_file_is_refused(two: Two, tmp_path: Path) -> None:
    receive(two.council.on(1), asked(two, tmp_path))
    police = two.police.on()
    (request,) = police.casework.repository(InformationRequestStore).all()
    agreement = police.casework.repository(AgreementStore).get("ISA-2026-01")
    assert agreement
    _, body = packed_request(agreement, request, signing_key(police), NOW)
    (tmp_path / "again.ddp").write_bytes(body)
    with pytest.raises(Conflict, match="This was asked before: it is request 1 here"):
        receive(two.council.on(1), tmp_path / "again.ddp")
    assert len(records(two.council, "partner message")) == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"basis": "invented"}, "'invented' is not a basis of agreement"),
        ({"due_on": DUE + timedelta(days=3650)}, "cannot be the day an answer is due"),
        ({"purpose": "two\nlines"}, "says what cannot be read"),
        ({"purpose": "a line\n"}, "says what cannot be read"),
        ({"name": ""}, "says what cannot be read"),
        ({"exchange": "../../etc"}, "is not a file of a partner"),
    ],
)
def test_a_signed_request_that_cannot_be_is_refused(
    two: Two, tmp_path: Path, changed: dict[str, object], words: str
) -> None:
    """As the program of the partner, if somebody changed it, could sign."""
    asked(two, tmp_path)
    police = two.police.on()
    (request,) = police.casework.repository(InformationRequestStore).all()
    agreement = police.casework.repository(AgreementStore).get("ISA-2026-01")
    assert agreement
    forged = replace(request, **{"exchange": "a" * 32, **changed})  # type: ignore[arg-type]
    _, body = packed_request(agreement, forged, signing_key(police), NOW)
    (tmp_path / "odd.ddp").write_bytes(body)
    refused(two, tmp_path / "odd.ddp", UsageError, words)


def test_a_file_that_expired_is_refused(two: Two, tmp_path: Path) -> None:
    refused(two, asked(two, tmp_path), Conflict, "This file expired on", day=14 + 32)


def test_nothing_is_asked_or_received_under_an_agreement_that_ended(
    two: Two, tmp_path: Path
) -> None:
    file = asked(two, tmp_path)
    receive(two.council.on(1), file)
    ended = two.council.on(1)
    agreement = ended.casework.repository(AgreementStore).get("ISA-2026-01")
    assert agreement
    ended.casework.repository(AgreementStore).keep(
        replace(agreement, ended_on=ended.now().date()), "ended", NOW
    )
    for act in (
        lambda: ask(ended, wanted(supplier="S101")),
        lambda: answer(ended, 1, "hit", file="r.ddp"),
        lambda: receive(ended, file),
    ):
        with pytest.raises(Conflict, match="is not in force: it ended on"):
            act()
    assert withdraw(ended, 1).closed == "withdrawn"


def test_an_agreement_that_does_not_name_requests_allows_none(two: Two) -> None:
    two.agree(None, "hits")
    with pytest.raises(Forbidden, match="does not allow: requests"):
        ask(two.police.on(), wanted())
    assert kept(two.police) == []


def test_a_reply_to_nothing_and_a_second_one_are_refused(two: Two, tmp_path: Path) -> None:
    receive(two.council.on(1), asked(two, tmp_path))
    reply = replied(two, tmp_path, 1)
    withdraw(two.police.on(1), 1)
    with pytest.raises(Conflict, match="Request 1 was withdrawn on"):
        receive(two.police.on(2), reply)
    with pytest.raises(Conflict, match="Request 1 was answered on"):
        answer(two.council.on(2), 1, "hit")
    with closing(sqlite3.connect(two.police.home / "casework.db")) as db, db:
        db.execute("DELETE FROM information_requests")
    with pytest.raises(NotFound, match="answers a request that is not among those kept here"):
        receive(two.police.on(2), reply)
    assert not [
        one for one in records(two.police, "partner message") if one.event.what["act"] != "sent"
    ]


def test_an_answer_by_telephone_is_recorded_and_one_by_file_is_the_partners(two: Two) -> None:
    ask(two.police.on(), wanted())
    with pytest.raises(Invalid, match="the answer to it is the partner's to write"):
        answer(two.police.on(1), 1, "hit", file="reply.ddp")
    made = answer(two.police.on(1), 1, "call-us")
    assert (made.body, made.request.closed, made.request.answer) == (b"", "answered", "call-us")
    assert records(two.police, "partner message") == []


def test_a_refusal_needs_a_reason_and_nothing_else_has_one(two: Two) -> None:
    ask(two.police.on(), wanted())
    with pytest.raises(Invalid, match="Say why it is refused"):
        answer(two.police.on(), 1, "refused")
    with pytest.raises(Invalid, match="A reason goes with a refusal only"):
        answer(two.police.on(), 1, "hit", reason="no-basis")
    with pytest.raises(Invalid, match="'maybe' is not a valid value"):
        answer(two.police.on(), 1, "maybe")
    refusal = answer(two.police.on(), 1, "refused", reason="would-prejudice").request
    assert (refusal.closed, refusal.reason) == ("refused", "would-prejudice")


@for_each(
    ("changed", "words"),
    [
        ({"basis": "gdpr-6-1-e"}, "is not a basis of agreement ISA-2026-01"),
        ({"basis": ""}, "has several bases"),
        ({"purpose": " \n "}, "The purpose must be a line"),
        ({"purpose": "x" * 301}, "The purpose must be a line"),
        ({"due_on": None}, "Enter the day by which an answer is needed"),
        ({"due_on": date(2020, 1, 1)}, "cannot be the day an answer is due"),
        ({"supplier": "S999"}, "Unknown supplier 'S999'"),
        ({"agreement": "ISA-9"}, "Unknown agreement 'ISA-9'"),
    ],
)
def test_a_request_that_cannot_be_is_refused(
    two: Two, changed: dict[str, object], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        ask(two.police.on(), wanted(**changed))  # type: ignore[arg-type]
    assert kept(two.police) == []


def test_what_nobody_answers_is_overdue_and_then_expires(two: Two, tmp_path: Path) -> None:
    receive(two.council.on(1), asked(two, tmp_path))
    states = {day: requests(two.council.on(day))[0] for day in (14, 15, 44, 45)}
    assert {day: (one.state, one.overdue) for day, one in states.items()} == {
        14: ("open", False),
        15: ("open", True),
        44: ("open", True),
        45: ("expired", False),
    }
    assert requests(two.council.on(45), everything=False) == []
    with pytest.raises(Conflict, match="Request 1 expired on"):
        answer(two.council.on(45), 1, "hit")
    # What the partner tells us late is recorded all the same.
    assert answer(two.police.on(45), 1, "hit").request.closed == "answered"


def test_what_is_due_in_both_directions_and_which_agreements_are_to_be_reviewed(
    two: Two, tmp_path: Path
) -> None:
    soon = terms(review_on=NOW.date() + timedelta(days=40))
    two.agree(soon)
    receive(two.council.on(1), asked(two, tmp_path))
    ask(two.council.on(1), wanted(supplier="S101", due_on=NOW.date() + timedelta(days=9)))

    def found(day: int, days: int = 14) -> list[tuple[str, int, bool]]:
        return [(one.kind, one.number, one.overdue) for one in due(two.council.on(day), days)]

    assert found(1) == [("they answer", 2, False), ("we answer", 1, False)]
    assert found(1, 8) == [("they answer", 2, False)]
    assert found(12) == [("they answer", 2, True), ("we answer", 1, False), ("review", 0, False)]
    assert found(41)[-1] == ("review", 0, True)
    answer(two.council.on(12), 1, "hit")
    assert found(12) == [("they answer", 2, True), ("review", 0, False)]
    with pytest.raises(Invalid, match="The days must be"):
        due(two.council.on(1), -1)


def test_who_may_neither_ask_partners_nor_audit_sees_no_request(two: Two) -> None:
    ask(two.police.on(), wanted())
    users = {"Bo": "administrator", "Cy": "reader"}
    settings = Settings(home=two.police.home, users=users)  # type: ignore[arg-type]
    with Workspace(settings, now=lambda: NOW, who="Cy") as ws:
        for look in (
            lambda: requests(ws),
            lambda: request_of(ws, 1),
            lambda: due(ws),
            lambda: request_preview(ws, wanted()),
            lambda: reply_preview(ws, 1, "hit"),
        ):
            with pytest.raises(Forbidden, match="'Cy' may not ask partners"):
                look()


def test_an_auditor_sees_each_request_without_its_purpose(two: Two) -> None:
    ask(two.police.on(), wanted())
    users = {"Bo": "administrator", "Cy": "auditor"}
    settings = Settings(home=two.police.home, users=users)  # type: ignore[arg-type]
    with Workspace(settings, now=lambda: NOW, who="Bo") as ws:
        assert requests(ws)[0].request.purpose == wanted().purpose
    with Workspace(settings, now=lambda: NOW, who="Cy") as ws:
        (one,) = requests(ws)
        at_length = request_of(ws, 1)
        assert (one.request.agreement, one.request.due_on) == (
            wanted().agreement,
            at_length.request.due_on,
        )
        for shown in (one, at_length):
            assert wanted().purpose not in str(shown)


def test_requests_go_when_their_time_is_over_and_leave_no_trace_of_the_purpose(
    two: Two, tmp_path: Path
) -> None:
    receive(two.council.on(1), asked(two, tmp_path))
    receive(two.police.on(2), replied(two, tmp_path, 1))

    def removed(party: Party, day: int) -> int:
        done = retention.run(in_use(party.on(day)), dry_run=False)
        return sum(one.records for one in done.removed if one.rule.id == "information-requests")

    # The agreement lets what was received be kept for 90 days after the answer.
    assert removed(two.council, 1 + 90) == 0
    assert removed(two.council, 1 + 91) == 1
    assert b"Quorn" not in two.council.files()
    # What was asked is kept as long as the rule says.
    assert removed(two.police, 1_800) == 0
    assert removed(two.police, 2 + 1_826) == 1
    assert b"Quorn" not in two.police.files()
    for party in (two.council, two.police):
        events = [one.event for one in records(party, "retention")]
        assert [(one.subject, one.what["removed"]) for one in events] == [
            ("information-requests", 1)
        ]
        assert not examine(party.on(2_000)).problems
    # Its number is not given again.
    assert ask(two.police.on(), wanted()).request.number == 2


def test_what_was_received_goes_when_the_agreement_lets_nothing_of_it_be_kept(
    two: Two, tmp_path: Path
) -> None:
    receive(two.council.on(1), asked(two, tmp_path))
    council = two.council.on(1)
    ask(council, wanted(supplier="S101"))
    agreement = council.casework.repository(AgreementStore).get("ISA-2026-01")
    assert agreement
    ended = replace(agreement, ended_on=council.now().date())
    council.casework.repository(AgreementStore).keep(ended, "ended", council.now())
    # Nobody answered it: it is open still when the last 90 days of the agreement are over.
    retention.run(two.council.on(90), dry_run=False)
    assert len(kept(two.council)) == 2
    retention.run(two.council.on(91), dry_run=False)
    (ours,) = requests(two.council.on(91))
    assert ours.request.direction == "asked"


def test_what_a_partner_asked_by_letter_is_recorded_and_answered_without_a_file(two: Two) -> None:
    ws = two.council.on(1)
    ours = record_received(ws, wanted(supplier="S101"))
    other = record_received(ws, wanted(supplier="", about=" Nobody Here\nLtd "))
    assert (ours.direction, ours.name, ours.supplier_ref) == ("received", "Quill Ltd", "S101")
    assert (other.name, other.supplier_ref, other.retention_days) == ("Nobody Here Ltd", "", 90)
    assert request_of(ws, ours.number).held == ("S101",)
    assert [one.kind for one in due(ws)] == ["we answer", "we answer"]
    with pytest.raises(Conflict, match="did not come as a file, so none answers it"):
        answer(ws, ours.number, "hit", file="reply.ddp")
    assert answer(ws, ours.number, "hit").request.closed == "answered"
    for wrong in (wanted(supplier=""), wanted(supplier="S101", about="Quill")):
        with pytest.raises(Invalid, match="Say what the partner asks about"):
            record_received(ws, wrong)


def test_of_two_replies_at_once_one_is_given(
    two: Two, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(two.council.on(1), asked(two, tmp_path))

    def while_another_replies(ws: Workspace) -> object:
        monkeypatch.undo()
        replied(two, tmp_path, 1, "no-hit")
        return signing_key(ws)

    monkeypatch.setattr(information_requests, "signing_key", while_another_replies)
    with pytest.raises(Conflict, match="Request 1 was answered on"):
        answer(two.council.on(1), 1, "hit", file="reply.ddp")
    (one,) = two.council.on(1).casework.repository(InformationRequestStore).all()
    assert one.answer == "no-hit"
    told = [one.event.what["act"] for one in records(two.council, "partner message")]
    assert told == ["received", "sent"]


@pytest.mark.parametrize(
    "body", [b'{"x\x1b[2J":1}', b'{"' + b"y" * 100_000 + b'":1}', b'{"number":"\xe2\x80\xae"}']
)
def test_nothing_of_what_cannot_be_read_is_shown(two: Two, tmp_path: Path, body: bytes) -> None:
    file = asked(two, tmp_path)
    header = partner_files.read_partner_file(file).header
    file.write_bytes(partner_files.pack_partner_file(header, body, signing_key(two.police.on())))
    with pytest.raises(Conflict) as caught:
        receive(two.council.on(1), file)
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 200
    assert kept(two.council) == []
