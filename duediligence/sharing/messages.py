"""The record of each file between partners in the audit chain: by its id, never what is in it."""

from hashlib import sha256
from typing import Literal

from duediligence.errors import Conflict
from duediligence.model.agreements import Agreement
from duediligence.model.audit import AuditEvent
from duediligence.screening.workspace import Workspace
from duediligence.sharing.partner_files import Header


def record_message(
    workspace: Workspace,
    agreement: Agreement,
    act: Literal["sent", "received"],
    header: Header,
    content: bytes | str,
) -> None:
    """Record that a file of these bytes, or of this SHA-256, was made for the partner or came from
    it. Raises StorageError.
    """
    digest = content if isinstance(content, str) else sha256(content).hexdigest()
    event = AuditEvent(
        "partner message",
        workspace.now(),
        workspace.who,
        {
            "act": act,
            "kind": header.kind,
            "agreement": agreement.terms.reference,
            "with": agreement.partner_kind,
            "exchange": header.exchange,
            "sha256": digest,
        },
        header.id,
    )
    workspace.audit.add(event)


def refuse_used(workspace: Workspace, header: Header) -> None:
    """Raise Conflict for a file that was received before: the chain has its id for good."""
    for record in workspace.audit.records(kind="partner message", subject=header.id):
        raise Conflict(
            f"This file was received on {record.event.at:%Y-%m-%d %H:%M} UTC already",
            hint="Nothing of it was recorded again. If it should be a new one, ask for that.",
        )
