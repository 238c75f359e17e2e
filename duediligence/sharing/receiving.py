"""Files that a partner sends by itself: verified, used once, and given to what knows their kind.

The files of an exchange are not among them: each is the next step of `exchange`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from duediligence.errors import Conflict
from duediligence.model.agreements import Agreement, Shared
from duediligence.progress import SILENT, Progress
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.sharing import partner_files, partner_messages
from duediligence.sharing.agreements import in_force
from duediligence.sharing.messages import record_message, refuse_used
from duediligence.sharing.partner_files import FileKind, PartnerFile
from duediligence.sharing.received_requests import take_reply, take_request
from duediligence.sharing.refer_words import received_lines
from duediligence.sharing.request_words import reply_received, request_received


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


Taken = tuple[str, tuple[str, ...]]
Take = Callable[[Workspace, Agreement, PartnerFile], Taken]


def _request(workspace: Workspace, agreement: Agreement, file: PartnerFile) -> Taken:
    made = take_request(workspace, agreement, file)
    return str(made.number), request_received(workspace, agreement, made)


def _reply(workspace: Workspace, agreement: Agreement, file: PartnerFile) -> Taken:
    made = take_reply(workspace, agreement, file)
    return str(made.number), reply_received(workspace, agreement, made)


# What the agreement must allow for each kind, and what records such a file, within a transaction;
# it gives the reference of what it made, and says so in lines.
KINDS: Mapping[FileKind, tuple[Shared, Take]] = {
    "request": ("requests", _request),
    "reply": ("requests", _reply),
}


@use_case("ask partners", event="partner message")
def receive(workspace: Workspace, path: Path, *, progress: Progress = SILENT) -> ReceivedFile:
    """Receive a file of a partner, all of it or nothing.

    Raises NotFound for no file or an unknown agreement; UsageError for what is no such file;
    Conflict for one of another kind, agreement, version or terms, expired, or used before;
    Forbidden for one that is not signed by the partner, or that the agreement does not allow;
    what the kind raises; StorageError.
    """
    file = partner_files.read(path)
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
    shared, take = KINDS[kind]
    agreement = in_force(workspace, file.header.agreement, shared)
    file = file.verified(agreement, kind, workspace.now())
    with workspace.casework.transaction():
        refuse_used(workspace, file.header)
        record_message(workspace, agreement, "received", file.header, file.sha256)
        reference, lines = take(workspace, agreement, file)
    return ReceivedFile(kind, agreement.terms.reference, agreement.partner, lines, reference)
