"""Requests in words: what a partner learns from a file, what is asked, and how it stands."""

from datetime import date

from duediligence.errors import Hint, Step
from duediligence.extensions.sharing.model.agreements import Agreement
from duediligence.extensions.sharing.model.information_requests import (
    ANSWERS,
    REFUSALS,
    InformationRequest,
)
from duediligence.extensions.sharing.model.partners import RECEIVERS
from duediligence.extensions.sharing.request_files import sent_numbers
from duediligence.extensions.sharing.request_matching import suppliers_asked_about
from duediligence.extensions.sharing.sharing_bases import sharing_bases
from duediligence.model import Supplier
from duediligence.render.wording import day, visible
from duediligence.screening.workspace import Workspace
from duediligence.text.wording import count, listed


def party_words(request: InformationRequest) -> str:
    """Return the party that it is about: `Quill Ltd (GB-COH-99001234)`."""
    numbers = listed(str(one) for one in request.numbers)
    return visible(f"{request.name} ({numbers})" if numbers else request.name)


def basis_words(code: str) -> str:
    """Return the code of a basis with its statute, where the program knows it."""
    known = sharing_bases().get(code)
    return f"{code} ({known.law})" if known else code


def held_words(suppliers: list[Supplier], today: date) -> str:
    """Return which suppliers of ours a partner asks about."""
    if not suppliers:
        return "You do not hold this supplier. That is an answer: no-hit."
    each = (
        visible(f"{one.ref} {one.name}" + (" (ended)" if one.ended and one.ended <= today else ""))
        for one in suppliers
    )
    return f"You hold it: {listed(each)}."


def request_shows(agreement: Agreement, request: InformationRequest) -> tuple[str, ...]:
    """Return what the partner learns from the file of a request, before it is written."""
    sent = sent_numbers(request)
    numbers = f", with {count(len(sent), 'number')} of registers" if sent else ""
    return (
        f"{visible(agreement.partner)} will learn:",
        f"- that you ask about {visible(request.name)}{numbers}",
        f"- what for: {visible(request.purpose)}",
        f"- the basis {basis_words(request.basis)}, and that an answer is due by "
        f"{day(request.due_on)}",
        "It learns nothing of alerts, findings, contracts or people, but what the purpose says.",
    )


def reply_shows(agreement: Agreement, request: InformationRequest, said: str) -> tuple[str, ...]:
    """Return what the partner learns from the file of a reply, before it is written; `said` is the
    code of the answer.
    """
    partner, about = visible(agreement.partner), visible(request.name)
    learnt = {
        "hit": f"that you hold something about {about}",
        "no-hit": f"that you hold nothing about {about}",
        "call-us": f"that you want to speak about {about}, and so that you hold something",
        "partly": f"that you hold something about {about}, and do not tell all of it",
        "refused": "that you refuse to answer, and the reason",
    }[said]
    return (f"{partner} will learn {learnt}. It learns nothing else.",)


def request_received(
    workspace: Workspace, agreement: Agreement, request: InformationRequest
) -> tuple[str, ...]:
    """Return what is said of a request that was just received."""
    held = suppliers_asked_about(workspace, request.name, request.numbers)
    return (
        f"Request {request.number}: {visible(agreement.partner)} asks about "
        f"{party_words(request)}, under agreement {request.agreement} and the basis "
        f"{request.basis}. Due by {day(request.due_on)}.",
        f"Purpose: {visible(request.purpose)}",
        held_words(held, workspace.now().date()),
    )


def reply_received(
    workspace: Workspace, agreement: Agreement, request: InformationRequest
) -> tuple[str, ...]:
    """Return what is said of a reply that was just received."""
    late = workspace.now().date() > request.due_on
    return (
        f"Request {request.number} about {party_words(request)}: {visible(agreement.partner)} "
        f"answers: {answer_words(request)}." + (" It came late." if late else ""),
        "An answer is a pointer and not evidence: what is held goes another way, under the "
        "agreement.",
    )


def answer_words(request: InformationRequest) -> str:
    """Return the answer in words; empty where there is none."""
    if request.answer is None:
        return ""
    reason = f": {REFUSALS[request.reason]}" if request.reason else ""
    return ANSWERS[request.answer] + reason


def list_request_facts(
    request: InformationRequest, partner: str, held: list[Supplier], today: date
) -> list[tuple[str, str]]:
    """Return all that is kept of a request, as labels and values; labels without a value are left
    out.
    """
    asked, overdue = request.direction == "asked", request.is_overdue(today)
    who = f"{visible(partner)} ({RECEIVERS[request.partner_kind]})"
    state = request.state_on(today)
    every = [
        ("Asked of" if asked else "Asked by", who),
        ("About", party_words(request)),
        ("Supplier", request.supplier_ref if asked else held_words(held, today)),
        ("Purpose", visible(request.purpose)),
        ("Agreement", request.agreement),
        ("Basis", basis_words(request.basis)),
        ("Alerts", listed(one[:8] for one in request.alert_ids)),
        ("Case", str(request.case or "")),
        (
            "Asked on",
            f"{day(request.asked_at)}, {'by' if asked else 'received by'} "
            f"{visible(request.asked_by)}",
        ),
        ("Due by", day(request.due_on) + (", overdue" if overdue else "")),
        ("State", state),
        ("Answer", answer_words(request)),
        (
            "Closed on",
            f"{day(request.closed_at)}, by {visible(request.closed_by)}"
            if request.closed_at
            else "",
        ),
        ("Expires after", day(request.expires_on) if state == "open" else ""),
        ("Their number", str(request.their_number or "")),
        (
            "Referral form",
            f"version {request.form_version}, SHA-256 {request.form_sha256}"
            if request.form_version
            else "",
        ),
    ]
    return [(label, value) for label, value in every if value]


def what_next(request: InformationRequest, today: date) -> Hint | None:
    """Return what to do with an open request of the partner's."""
    if request.direction == "asked" or request.state_on(today) != "open":
        return None
    return Hint("To answer it: ", Step("answer-request", request=str(request.number)))
