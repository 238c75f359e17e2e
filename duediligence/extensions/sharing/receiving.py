"""Files that a partner sends by itself: verified, used once, and given to what knows their kind.

The files of an exchange are not among them: each is the next step of `sharing exchange`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from duediligence.errors import Conflict, NotFound
from duediligence.extensions.sharing import partner_files, partner_messages
from duediligence.extensions.sharing.agreements import in_force
from duediligence.extensions.sharing.information_requests import (
    basis_of,
    close_with_answer,
    due_day,
    must_be_open,
)
from duediligence.extensions.sharing.model.agreements import Agreement, Shared
from duediligence.extensions.sharing.model.information_requests import InformationRequest
from duediligence.extensions.sharing.partner_file_records import record_message, refuse_used
from duediligence.extensions.sharing.partner_files import FileKind, PartnerFile
from duediligence.extensions.sharing.refer_words import received_lines
from duediligence.extensions.sharing.request_files import reply_in, request_in
from duediligence.extensions.sharing.request_matching import suppliers_asked_about
from duediligence.extensions.sharing.request_words import reply_received, request_received
from duediligence.extensions.sharing.store.information_requests import InformationRequestStore
from duediligence.progress import SILENT, Progress
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """What came of a file: its kind, the agreement, the partner, lines for the reader, and the
    reference of what it made, such as the number of a request.
    """

    kind: FileKind
    agreement: str
    partner: str
    lines: tuple[str, ...]
    reference: str = ""


Receipt = tuple[str, tuple[str, ...]]
Receive = Callable[[Workspace, Agreement, PartnerFile], Receipt]


def _receive_request(workspace: Workspace, agreement: Agreement, file: PartnerFile) -> Receipt:
    """Record what the partner asks: within a transaction, of a file that is verified.

    Raises Conflict for what cannot be read or was asked before, Invalid for a basis that is none of
    the agreement's and a day that cannot be, StorageError.
    """
    body, numbers = request_in(file)
    header, requests = file.header, workspace.casework.repository(InformationRequestStore)
    if known := requests.of_exchange("received", header.exchange):
        raise Conflict(f"This was asked before: it is request {known.number} here")
    held = suppliers_asked_about(workspace, body.name, numbers)
    now = workspace.now()
    kept = requests.keep(
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
    return str(kept.number), request_received(workspace, agreement, kept)


def _receive_reply(workspace: Workspace, agreement: Agreement, file: PartnerFile) -> Receipt:
    """Record how the partner answered, as `_receive_request`.

    Raises NotFound where nothing was asked that it answers, Conflict where that is closed.
    """
    body = reply_in(file)
    requests = workspace.casework.repository(InformationRequestStore)
    request = requests.of_exchange("asked", file.header.exchange)
    if request is None or request.agreement != agreement.terms.reference:
        raise NotFound(
            "This file answers a request that is not among those kept here",
            hint="It may be past its retention period. Ask the partner which request it answers.",
        )
    must_be_open(request)
    closed = requests.keep(
        close_with_answer(request, workspace, body.answer, body.reason), "answered", workspace.now()
    )
    return str(closed.number), reply_received(workspace, agreement, closed)


# What the agreement must allow for each kind, and what records such a file, within a transaction;
# it gives the reference of what it made, and says so in lines.
KINDS: Mapping[FileKind, tuple[Shared, Receive]] = {
    "request": ("requests", _receive_request),
    "reply": ("requests", _receive_reply),
}


@use_case("ask partners", event="partner message")
def receive(workspace: Workspace, path: Path, *, progress: Progress = SILENT) -> ReceivedFile:
    """Receive a file of a partner, all of it or nothing.

    Raises NotFound for no file or an unknown agreement; UsageError for what is no such file;
    Conflict for one of another kind, agreement, version or terms, expired, or used before;
    Forbidden for one that is not signed by the partner, or that the agreement does not allow;
    what the kind raises; StorageError.
    """
    file = partner_files.read_partner_file(path)
    kind = file.header.kind
    if kind == "refer":
        message = partner_messages.receive(workspace, file, progress=progress)
        lines, number = tuple(received_lines(message)), str(message.number)
        return ReceivedFile(kind, message.agreement, message.partner, lines, number)
    if kind not in KINDS:
        raise Conflict(
            f"{path.name}: is a file of kind {kind!r}, which belongs to an exchange",
            hint=partner_files.what_takes(kind),
        )
    shared, record = KINDS[kind]
    agreement = in_force(workspace, file.header.agreement, shared)
    file = file.verified(agreement, kind, workspace.now())
    with workspace.casework.transaction():
        refuse_used(workspace, file.header)
        record_message(workspace, agreement, "received", file.header, file.sha256)
        reference, lines = record(workspace, agreement, file)
    return ReceivedFile(kind, agreement.terms.reference, agreement.partner, lines, reference)
