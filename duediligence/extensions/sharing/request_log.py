"""The log of requests: all of them, one at length, and what the partner would learn."""

from dataclasses import dataclass

from duediligence.casework.choices import word_of
from duediligence.extensions.sharing import request_words
from duediligence.extensions.sharing.agreements import find
from duediligence.extensions.sharing.information_requests import (
    RequestFacts,
    draft_request,
    find_request,
)
from duediligence.extensions.sharing.model.information_requests import (
    ANSWERS,
    InformationRequest,
    RequestState,
)
from duediligence.extensions.sharing.request_matching import suppliers_asked_about
from duediligence.extensions.sharing.store.agreements import AgreementStore
from duediligence.extensions.sharing.store.information_requests import InformationRequestStore
from duediligence.model import Supplier
from duediligence.screening.access import find_refusal, use_case
from duediligence.screening.workspace import Workspace


@dataclass(frozen=True, slots=True)
class RequestShown:
    """A request with its state today, the partner's name, and its facts in words, label by label.

    `held` are the references of suppliers here that a partner asks about.
    """

    request: InformationRequest
    state: RequestState
    overdue: bool
    partner: str
    held: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()


@use_case("read")
def requests(
    workspace: Workspace, *, everything: bool = True, people: bool = True
) -> list[RequestShown]:
    """Return every request, the newest first; unless `everything`, the open ones, the earliest due
    first. Unless `people`, without their purposes.

    Shown to who may ask partners; without purposes also to who may audit. Raises Forbidden,
    StorageError.
    """
    people = _sees_purposes(workspace) and people
    today = workspace.now().date()
    names = workspace.casework.repository(AgreementStore).partners()
    shown = [
        RequestShown(
            one if people else one.without_people(),
            one.state_on(today),
            one.is_overdue(today),
            names.get(one.agreement, ""),
        )
        for one in workspace.casework.repository(InformationRequestStore).all()
    ]
    if everything:
        return shown[::-1]
    waiting = (one for one in shown if one.state == "open")
    return sorted(waiting, key=lambda one: (one.request.due_on, one.request.number))


@use_case("read")
def request_of(workspace: Workspace, number: int, *, people: bool = True) -> RequestShown:
    """Return one request at length; unless `people`, without its purpose, as for who may only
    audit.

    Raises NotFound, Forbidden, StorageError.
    """
    people = _sees_purposes(workspace) and people
    request, today = find_request(workspace, number), workspace.now().date()
    request = request if people else request.without_people()
    partner = find(workspace, request.agreement).partner
    held: list[Supplier] = []
    if request.direction == "received":
        held = suppliers_asked_about(workspace, request.name, request.numbers)
    return RequestShown(
        request,
        request.state_on(today),
        request.is_overdue(today),
        partner,
        tuple(one.ref for one in held),
        tuple(request_words.list_request_facts(request, partner, held, today)),
    )


@use_case("read")
def request_preview(workspace: Workspace, facts: RequestFacts) -> tuple[str, ...]:
    """Return what the partner would learn from a request, in lines. Raises as `drafted`,
    Forbidden.
    """
    refuse_who_may_not_ask(workspace)
    agreement, request = draft_request(workspace, facts)
    return request_words.request_shows(agreement, request)


@use_case("read")
def reply_preview(workspace: Workspace, number: int, answer: str) -> tuple[str, ...]:
    """Return what the partner would learn from a reply, in lines. Raises NotFound, Invalid,
    Forbidden.
    """
    refuse_who_may_not_ask(workspace)
    request = find_request(workspace, number)
    said = word_of("answer", answer, tuple(ANSWERS))
    return request_words.reply_shows(find(workspace, request.agreement), request, said)


def refuse_who_may_not_ask(workspace: Workspace) -> None:
    """Raise Forbidden for who may not ask partners: a purpose may say what is suspected."""
    if refused := find_refusal(workspace, "ask partners"):
        raise refused


def _sees_purposes(workspace: Workspace) -> bool:
    """Return whether purposes may be shown: not to who may only audit. Raises Forbidden for all
    others.
    """
    refused = find_refusal(workspace, "ask partners")
    if refused and find_refusal(workspace, "audit"):
        raise refused
    return not refused
