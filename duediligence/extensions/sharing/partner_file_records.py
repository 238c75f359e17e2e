"""The record of each file between partners in the audit chain: by its id, never what is in it."""

from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Literal

from duediligence.errors import Conflict
from duediligence.extensions.sharing.model.agreements import Agreement
from duediligence.extensions.sharing.partner_files import Header
from duediligence.model.audit import AuditEvent, AuditValue
from duediligence.screening.workspace import Workspace

FileAct = Literal["sent", "received"]
_NOTHING_MORE: Mapping[str, AuditValue] = MappingProxyType({})


def record_message(
    workspace: Workspace,
    agreement: Agreement,
    act: FileAct,
    header: Header,
    content: bytes | str,
    more: Mapping[str, AuditValue] = _NOTHING_MORE,
) -> None:
    """Record that a file of these bytes, or of this SHA-256, was made for the partner or came from
    it. Raises StorageError.
    """
    digest = content if isinstance(content, str) else sha256(content).hexdigest()
    workspace.audit.add(message_event(workspace, agreement, act, header, digest, more))


def message_event(
    workspace: Workspace,
    agreement: Agreement,
    act: FileAct,
    header: Header,
    digest: str,
    more: Mapping[str, AuditValue] = _NOTHING_MORE,
) -> AuditEvent:
    """Return the event of such a file, for what keeps it together with its rows. `digest` is the
    SHA-256 of the file, `more` are counts and codes of its kind.
    """
    what: dict[str, AuditValue] = {
        "act": act,
        "kind": header.kind,
        "agreement": agreement.terms.reference,
        "with": agreement.partner_kind,
        "exchange": header.exchange,
        **more,
        "sha256": digest,
    }
    return AuditEvent("partner message", workspace.now(), workspace.who, what, header.id)


def refuse_used(workspace: Workspace, header: Header) -> None:
    """Raise Conflict for a file that was received before: the chain has its id for good."""
    for record in workspace.audit.records(kind="partner message", subject=header.id):
        raise Conflict(
            f"This file was received on {record.event.at:%Y-%m-%d %H:%M} UTC already",
            hint="Nothing of it was recorded again. If it should be a new one, ask for that.",
        )
