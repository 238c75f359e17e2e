"""A request or a reply that came as a file: what is recorded of it."""

from duediligence.errors import Conflict, NotFound
from duediligence.model.agreements import Agreement
from duediligence.model.information_requests import InformationRequest
from duediligence.screening.workspace import Workspace
from duediligence.sharing.information_requests import answered, basis_of, due_day, must_be_open
from duediligence.sharing.partner_files import PartnerFile
from duediligence.sharing.request_files import reply_in, request_in
from duediligence.sharing.request_matching import suppliers_asked_about


def take_request(
    workspace: Workspace, agreement: Agreement, file: PartnerFile
) -> InformationRequest:
    """Record what the partner asks: within a transaction, of a file that is verified.

    Raises Conflict for what cannot be read or was asked before, Invalid for a basis that is none of
    the agreement's and a day that cannot be, StorageError.
    """
    body, numbers = request_in(file)
    header, requests = file.header, workspace.casework.information_requests
    if known := requests.of_exchange("received", header.exchange):
        raise Conflict(f"This was asked before: it is request {known.number} here")
    held = suppliers_asked_about(workspace, body.name, numbers)
    now = workspace.now()
    return requests.keep(
        InformationRequest(
            direction="received",
            agreement=agreement.terms.reference,
            partner_kind=agreement.partner_kind,
            basis=basis_of(agreement, body.basis),
            purpose=body.purpose,
            name=body.name,
            numbers=numbers,
            supplier_ref=held[0].ref if held else "",
            asked_at=header.made_at,
            asked_by=workspace.who,
            # It may lie in a post bag until after the day it is due.
            due_on=due_day(body.due_on, header.made_at.date()),
            exchange=header.exchange,
            their_number=body.number,
            retention_days=agreement.terms.retention_days,
        ),
        "received",
        now,
    )


def take_reply(workspace: Workspace, agreement: Agreement, file: PartnerFile) -> InformationRequest:
    """Record how the partner answered, as `take_request`.

    Raises NotFound where nothing was asked that it answers, Conflict where that is closed.
    """
    body = reply_in(file)
    requests = workspace.casework.information_requests
    request = requests.of_exchange("asked", file.header.exchange)
    if request is None or request.agreement != agreement.terms.reference:
        raise NotFound(
            "This file answers a request that is not among those kept here",
            hint="It may be past its retention period. Ask the partner which request it answers.",
        )
    must_be_open(request)
    return requests.keep(
        answered(request, workspace, body.answer, body.reason), "answered", workspace.now()
    )
