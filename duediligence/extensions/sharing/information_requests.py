"""Asking a partner about a supplier, answering one that asks, and taking a request back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from duediligence.casework.choices import word_of
from duediligence.casework.deciding import find as find_alert
from duediligence.casework.signing_keys import signing_key
from duediligence.errors import Conflict, Hint, Invalid, NotFound, OptionRemark, Step
from duediligence.extensions.sharing.agreements import in_force
from duediligence.extensions.sharing.model.agreements import Agreement
from duediligence.extensions.sharing.model.information_requests import (
    ANSWERS,
    REFUSALS,
    InformationRequest,
    RefusalReason,
    RequestAnswer,
)
from duediligence.extensions.sharing.partner_file_records import record_message
from duediligence.extensions.sharing.partner_files import new_id
from duediligence.extensions.sharing.request_files import packed_reply, packed_request
from duediligence.extensions.sharing.store.information_requests import InformationRequestStore
from duediligence.model import Supplier
from duediligence.render.wording import fold
from duediligence.screening.access import permit, use_case
from duediligence.screening.resolution.resolving import supplier_of
from duediligence.screening.workspace import Workspace

LONGEST_PURPOSE = 300
LONGEST_NAME = 300
MOST_ALERTS = 20
LATEST_DUE = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFacts:
    """What is asked. `agreement` is a reference, `basis` a code of it, which may be left
    out where it has one only; `supplier` a reference, `alerts` ids or beginnings of them of that
    supplier, `case` the number of a case or 0. `about` is the name that a partner gave, in a
    request of the partner's about whoever is no supplier here.
    """

    agreement: str
    supplier: str
    purpose: str
    due_on: date | None
    basis: str = ""
    alerts: Sequence[str] = ()
    case: int = 0
    about: str = ""


@dataclass(frozen=True, slots=True)
class RequestRecorded:
    """A request as it is now, and the signed file for the partner; empty where none was made."""

    request: InformationRequest
    body: bytes = b""


def find_request(workspace: Workspace, number: int) -> InformationRequest:
    """Return the request of that number. Raises NotFound and StorageError."""
    request = workspace.casework.repository(InformationRequestStore).get(number)
    if request is None:
        raise NotFound(
            f"Unknown request {number}",
            hint=Hint("It may be past its retention period. To see all: ", Step("list-requests")),
        )
    return request


def draft_request(
    workspace: Workspace, facts: RequestFacts
) -> tuple[Agreement, InformationRequest]:
    """Return the request that these facts make, kept nowhere yet, and its agreement.

    Raises NotFound for an unknown agreement, supplier or alert; Conflict for an agreement that is
    not in force; Forbidden for one that does not allow requests; Invalid for a basis that is none
    of its codes, a purpose, a day or an alert that cannot be; StorageError.
    """
    agreement, now = in_force(workspace, facts.agreement, "requests"), workspace.now()
    supplier = (
        Supplier(ref="", name=fold(facts.about))
        if facts.about and not facts.supplier
        else supplier_of(workspace, facts.supplier)
    )
    return agreement, InformationRequest(
        direction="asked",
        agreement=agreement.terms.reference,
        partner_kind=agreement.partner_kind,
        basis=basis_of(agreement, facts.basis),
        purpose=_parse_request_purpose(facts.purpose),
        name=supplier.name,
        numbers=supplier.identifiers,
        supplier_ref=supplier.ref,
        alert_ids=_alert_ids(workspace, supplier, facts.alerts),
        case=facts.case,
        asked_at=now,
        asked_by=workspace.who,
        due_on=due_day(facts.due_on, now.date()),
    )


def basis_of(agreement: Agreement, basis: str) -> str:
    """Return the code, or the agreement's only one where none was given. Raises Invalid."""
    bases = agreement.terms.bases
    if not basis and len(bases) == 1:
        return bases[0]
    if basis not in bases:
        raise Invalid(
            f"{basis!r} is not a basis of agreement {agreement.terms.reference}"
            if basis
            else f"Agreement {agreement.terms.reference} has several bases",
            field="basis",
            hint=Hint("Choose one", OptionRemark(" (--basis)"), f": {', '.join(bases)}."),
        )
    return basis


def due_day(day: date | None, today: date) -> date:
    """Return the day that an answer is due. Raises Invalid for one that is past or too far off."""
    if day is None:
        raise Invalid("Enter the day by which an answer is needed", field="due")
    if not today <= day <= today + LATEST_DUE:
        raise Invalid(
            f"{day.isoformat()} cannot be the day an answer is due",
            field="due",
            hint="It must be today or later, and within a year.",
        )
    return day


def _parse_request_purpose(text: str) -> str:
    purpose = fold(text)
    if not 0 < len(purpose) <= LONGEST_PURPOSE:
        raise Invalid(
            f"The purpose must be a line of 1 to {LONGEST_PURPOSE} characters", field="purpose"
        )
    return purpose


def _alert_ids(workspace: Workspace, supplier: Supplier, given: Sequence[str]) -> tuple[str, ...]:
    alerts = [find_alert(workspace, one) for one in given]
    for one in alerts:
        if one.supplier_ref != supplier.ref:
            raise Invalid(
                f"alert {one.label} is about the supplier {one.supplier_ref}, not {supplier.ref}",
                field="alert",
            )
    if len(alerts) > MOST_ALERTS:
        raise Invalid(f"a request takes up to {MOST_ALERTS} alerts", field="alert")
    return tuple(dict.fromkeys(one.id for one in alerts))


@use_case("ask partners", event="information request")
def ask(workspace: Workspace, facts: RequestFacts, *, file: str = "") -> RequestRecorded:
    """Record a request of ours. With `file`, a name, sign a file for the partner as well.

    Without one, it was asked by telephone or letter. Raises as `draft_request`.
    """
    agreement, request = draft_request(workspace, facts)
    if not file:
        return RequestRecorded(
            workspace.casework.repository(InformationRequestStore).keep(
                request, "asked", workspace.now()
            )
        )
    key = signing_key(workspace)
    with workspace.casework.transaction():
        request = replace(request, exchange=new_id())
        request = workspace.casework.repository(InformationRequestStore).keep(
            request, "asked", workspace.now()
        )
        header, body = packed_request(agreement, request, key, workspace.now())
        record_message(workspace, agreement, "sent", header, body)
    return RequestRecorded(request, body)


@use_case("ask partners", event="information request")
def answer(
    workspace: Workspace, number: int, text: str, *, reason: str = "", file: str = ""
) -> RequestRecorded:
    """Record how a request was answered: of ours, what the partner said by telephone or letter;
    of the partner's, what we say, with `file` (a name) in a signed file for it.

    `text` is a code of ANSWERS; `reason` one of REFUSALS, with refused alone. Raises NotFound;
    Conflict where it is closed already, has expired, or the agreement is not in force; Forbidden;
    Invalid for an answer or a reason that there is not; StorageError.
    """
    request = find_request(workspace, number)
    agreement = in_force(workspace, request.agreement, "requests")
    said = word_of("answer", text, tuple(ANSWERS))
    why = _parse_refusal_reason(said, reason)
    now, ours = workspace.now(), request.direction == "asked"
    must_be_open(request)
    if not ours and request.state_on(now.date()) == "expired":
        raise Conflict(
            f"Request {number} expired on {request.expires_on.isoformat()}",
            hint=f"Tell {agreement.partner} to ask again if an answer is still needed.",
        )
    if ours and file:
        raise Invalid(
            f"Request {number} is ours: the answer to it is the partner's to write", field="out"
        )
    if file and not request.exchange:
        raise Conflict(f"Request {number} did not come as a file, so none answers it")
    key = signing_key(workspace) if file else None
    body = b""
    with workspace.casework.transaction():
        # Again: another process may have closed it, or ended the agreement, since.
        request = find_request(workspace, number)
        must_be_open(request)
        agreement = in_force(workspace, request.agreement, "requests")
        made = close_with_answer(request, workspace, said, why)
        made = workspace.casework.repository(InformationRequestStore).keep(made, "answered", now)
        if key:
            header, body = packed_reply(agreement, made, key, now)
            record_message(workspace, agreement, "sent", header, body)
    return RequestRecorded(made, body)


@use_case("ask partners", event="information request")
def withdraw(workspace: Workspace, number: int) -> InformationRequest:
    """Close a request that nobody needs an answer to any more, under whatever agreement.

    The partner must be told: no file goes out. Raises NotFound, Conflict where it is closed
    already, StorageError.
    """
    now = workspace.now()
    with workspace.casework.transaction():
        request = find_request(workspace, number)
        must_be_open(request)
        closed = replace(request, closed="withdrawn", closed_at=now, closed_by=workspace.who)
        return workspace.casework.repository(InformationRequestStore).keep(closed, "withdrawn", now)


@use_case("ask partners", event="information request")
def record_received(workspace: Workspace, facts: RequestFacts) -> InformationRequest:
    """Record what a partner asked by telephone or letter: about a supplier, or `facts.about`.

    Raises as `draft_request`, and Invalid unless it is one of the two.
    """
    if bool(facts.supplier) == bool(about := fold(facts.about)):
        raise Invalid(
            "Say what the partner asks about: a supplier of yours or, where you hold none, the "
            "name that the partner gave",
            field="about",
        )
    if len(about) > LONGEST_NAME:
        raise Invalid(f"A name has up to {LONGEST_NAME} characters", field="about")
    agreement, request = draft_request(workspace, facts)
    received = replace(request, direction="received", retention_days=agreement.terms.retention_days)
    return workspace.casework.repository(InformationRequestStore).keep(
        received, "received", workspace.now()
    )


def record_referral(
    workspace: Workspace, facts: RequestFacts, form_version: int, form_sha256: str
) -> InformationRequest:
    """Record a request that went out as a referral form. Raises as `draft_request`."""
    permit(workspace, "ask partners")
    _, request = draft_request(workspace, facts)
    made = replace(request, form_version=form_version, form_sha256=form_sha256)
    return workspace.casework.repository(InformationRequestStore).keep(
        made, "referred", workspace.now()
    )


def must_be_open(request: InformationRequest) -> None:
    """Raise Conflict where somebody closed the request."""
    if request.closed and request.closed_at:
        raise Conflict(
            f"Request {request.number} was {request.closed} on "
            f"{request.closed_at.date().isoformat()}",
            hint="What was recorded stays. If it was wrong, make a new request.",
        )


def close_with_answer(
    request: InformationRequest,
    workspace: Workspace,
    said: RequestAnswer,
    why: RefusalReason | None,
) -> InformationRequest:
    """Return the request, closed by that answer."""
    return replace(
        request,
        closed="refused" if said == "refused" else "answered",
        answer=said,
        reason=why,
        closed_at=workspace.now(),
        closed_by=workspace.who,
    )


def _parse_refusal_reason(said: RequestAnswer, reason: str) -> RefusalReason | None:
    if said != "refused":
        if reason:
            raise Invalid("A reason goes with a refusal only", field="reason")
        return None
    if not reason:
        raise Invalid(
            "Say why it is refused", field="reason", hint=f"Choose from {', '.join(REFUSALS)}."
        )
    return word_of("reason", reason, tuple(REFUSALS))
