"""Messages of partners: received, shown as alerts, answered and closed."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from duediligence.errors import Conflict, DuediligenceError, Hint, NotFound, Step
from duediligence.extensions.sharing.agreements import in_force
from duediligence.extensions.sharing.exchanges.inputs import keys_for, matched
from duediligence.extensions.sharing.exchanges.parties import held_by_key
from duediligence.extensions.sharing.model.agreements import Agreement
from duediligence.extensions.sharing.model.partner_messages import (
    MessageOutcome,
    MessageParty,
    MessageState,
    NamedAs,
    PartnerAsk,
    PartnerMessage,
)
from duediligence.extensions.sharing.partner_file_records import message_event, refuse_used
from duediligence.extensions.sharing.partner_files import Header, PartnerFile
from duediligence.extensions.sharing.refer_bodies import ReferBody, decode_refer_body, party_named
from duediligence.extensions.sharing.store.exchanges import ExchangeStore
from duediligence.extensions.sharing.store.partner_messages import PartnerMessageStore
from duediligence.model import Supplier
from duediligence.model.audit import AuditEvent, AuditValue
from duediligence.progress import SILENT, Progress
from duediligence.screening.access import use_case
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedMessage:
    """What came of a message: `named` parties, of which `held` are suppliers or behind one here.

    `suppliers` are the references of those that it is about. `run` is the screening that raised
    the alerts, empty where there is none; then `not_screened` says why, unless there is nobody to
    screen.
    """

    number: int
    partner: str
    agreement: str
    ask: PartnerAsk
    named: int
    held: int
    suppliers: tuple[str, ...]
    remove_on: date
    run: str = ""
    not_screened: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageShown:
    """A message that is kept, without the parties that it names: those stand in its alerts."""

    number: int
    partner: str
    agreement: str
    ask: PartnerAsk
    received_on: date
    remove_on: date
    suppliers: tuple[str, ...]
    state: MessageState
    outcome: MessageOutcome | None


@use_case("exchange", event="partner message")
def receive(
    workspace: Workspace, file: PartnerFile, *, progress: Progress = SILENT
) -> ReceivedMessage:
    """Receive a message in which a partner names hits, and screen the suppliers it is about.

    Kept are the parties that are a supplier or behind one, for as long as the agreement says; of
    the others their number alone. Raises NotFound for an agreement that there is not, UsageError
    for a file that holds no message, Conflict for one that was
    received before, is of another agreement, of an exchange that was not answered here, or
    expired, Forbidden where the partner did not sign it or the agreement does not allow hits to be
    named, StorageError; nothing is then kept. Where the screening fails, the message is kept.
    """
    agreement = in_force(workspace, file.header.agreement[:40], "hits")
    file.verified(agreement, "refer", workspace.now())
    body = decode_refer_body(file.body)
    refuse_used(workspace, file.header)
    _refuse_unless_answered_here(workspace, file.header, agreement)
    found = _find_held_parties(workspace, body, agreement)
    with workspace.casework.transaction():
        # Again: another process may have received it since.
        refuse_used(workspace, file.header)
        number = _next_number(workspace)
        messages = list(
            _build_partner_messages(workspace, file.header, body.ask, found, agreement, number)
        )
        more: dict[str, AuditValue] = {
            "message": number,
            "ask": body.ask,
            "named": len(body.named),
            "held": len(found),
            "suppliers": len(messages),
        }
        event = message_event(workspace, agreement, "received", file.header, file.sha256, more)
        workspace.casework.repository(PartnerMessageStore).keep(messages, event)
    refs = tuple(one.supplier_ref for one in messages)
    run, why_not = _screen_named_suppliers(workspace, refs, progress)
    return ReceivedMessage(
        number=number,
        partner=agreement.partner,
        agreement=agreement.terms.reference,
        ask=body.ask,
        named=len(body.named),
        held=len(found),
        suppliers=refs,
        remove_on=_remove_on(workspace, agreement),
        run=run,
        not_screened=why_not,
    )


@use_case("exchange", event="partner message")
def close(workspace: Workspace, number: int, outcome: MessageOutcome) -> int:
    """Close a message that was answered; returns for how many suppliers it was open.

    Its alerts are resolved by the next screening of them. Raises NotFound for one that there is
    not or that is closed, StorageError.
    """
    closed = workspace.casework.repository(PartnerMessageStore).close(
        number, outcome, workspace.now()
    )
    if not closed:
        raise NotFound(
            f"No message {number} of a partner is open",
            hint=Hint("To see those there are: ", Step("list-messages")),
        )
    return closed


@use_case("exchange", event="partner message")
def shown(workspace: Workspace) -> list[MessageShown]:
    """Return every message that is kept, the oldest first; that they were shown is recorded.

    Raises StorageError.
    """
    by_number: dict[int, list[PartnerMessage]] = {}
    for one in workspace.casework.repository(PartnerMessageStore).all():
        by_number.setdefault(one.number, []).append(one)
    what: dict[str, AuditValue] = {"act": "shown", "messages": len(by_number)}
    workspace.audit.add(AuditEvent("partner message", workspace.now(), workspace.who, what))
    return [
        MessageShown(
            number=number,
            partner=some[0].partner,
            agreement=some[0].agreement,
            ask=some[0].ask,
            received_on=some[0].received_at.date(),
            remove_on=some[0].remove_on,
            suppliers=tuple(one.supplier_ref for one in some),
            state="open" if any(one.state == "open" for one in some) else "closed",
            outcome=some[0].outcome or None,
        )
        for number, some in by_number.items()
    ]


def _next_number(workspace: Workspace) -> int:
    """Return one more than the greatest number ever given: the chain outlives what is kept."""
    every = (record.event.what for record in workspace.audit.records(kind="partner message"))
    numbers = (what.get("message") for what in every)
    return 1 + max((one for one in numbers if isinstance(one, int)), default=0)


def _refuse_unless_answered_here(
    workspace: Workspace, header: Header, agreement: Agreement
) -> None:
    exchange = workspace.casework.repository(ExchangeStore).get(header.exchange)
    answered = exchange is not None and exchange.side == "answering"
    if exchange is None or not answered or exchange.agreement != agreement.terms.reference:
        raise Conflict(
            "This message follows an exchange that was not answered here under agreement "
            f"{agreement.terms.reference}",
            hint=f"Nothing was kept. Ask {agreement.partner} which exchange it is about.",
        )


def _find_held_parties(
    workspace: Workspace, body: ReferBody, agreement: Agreement
) -> Mapping[MessageParty, Mapping[str, str]]:
    """Return each named party that is held: the suppliers that it concerns, and what it is to
    each.
    """
    shares = matched(agreement)
    holders = held_by_key(workspace, shares)
    found: dict[MessageParty, dict[str, str]] = {}
    for named in body.named:
        for key in keys_for(party_named(named), shares, "asks"):
            for one in holders.get(key, ()):
                # Of several roles one is shown: that of the supplier itself, or else the first.
                roles = found.setdefault(named, {})
                roles[one.supplier_ref] = one.role and roles.get(one.supplier_ref, one.role)
    return found


def _build_partner_messages(
    workspace: Workspace,
    header: Header,
    ask: PartnerAsk,
    found: Mapping[MessageParty, Mapping[str, str]],
    agreement: Agreement,
    number: int,
) -> Iterator[PartnerMessage]:
    """Yield what the message says about each supplier."""
    for ref in sorted({ref for roles in found.values() for ref in roles}):
        yield PartnerMessage(
            number=number,
            supplier_ref=ref,
            agreement=agreement.terms.reference,
            exchange=header.exchange,
            partner=agreement.partner,
            ask=ask,
            named=tuple(
                NamedAs(party=named, role=roles[ref])
                for named, roles in found.items()
                if ref in roles
            ),
            received_at=workspace.now(),
            remove_on=_remove_on(workspace, agreement),
        )


def _remove_on(workspace: Workspace, agreement: Agreement) -> date:
    return workspace.now().date() + timedelta(days=agreement.terms.retention_days)


def _screen_named_suppliers(
    workspace: Workspace, refs: Collection[str], progress: Progress
) -> tuple[str, str]:
    """Screen them: the id of the run, or why there is none. The message is kept by now."""
    suppliers: list[Supplier] = [one for one in workspace.suppliers.all() if one.ref in refs]
    if not suppliers:
        return "", ""
    try:
        return screen(workspace, Screened(suppliers), progress=progress).id, ""
    except DuediligenceError as error:
        return "", error.message
