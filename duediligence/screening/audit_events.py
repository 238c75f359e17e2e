"""What became of lists and registers, in the audit chain.

They lie in other databases than the chain, so that no one transaction spans both: the chain is
appended to after the swap. A command killed between the two leaves the chain a step behind; the
next one that loads catches up, before it does anything else.
"""

from dataclasses import replace

from duediligence.model import ListVersion, RegisterVersion
from duediligence.model.audit import AuditEvent, AuditValue
from duediligence.screening.workspace import Workspace
from duediligence.store.lists import Failure

# The end of a long reason adds nothing, and what is in the chain stays there.
REASON_LENGTH = 300

LATE = "recorded by the next command, not by who did it"


def list_refreshed(
    workspace: Workspace, version: ListVersion, *, with_accepted: bool = True
) -> AuditEvent:
    """That this version is active, new or found again unchanged.

    `with_accepted` adds what a person accepted of it, now or in the version before.
    """
    accepted: dict[str, AuditValue] = {}
    if version.accepted_loss and with_accepted:
        entries, names = version.accepted_loss
        accepted = {"accepted_entries_lost": entries, "accepted_names_lost": names}
    if version.accepted and with_accepted:
        accepted["accepted_headings"] = version.accepted
    return AuditEvent(
        "list refreshed",
        workspace.now(),
        workspace.who,
        {
            "version": version.version,
            "sha256": version.sha256,
            "entries": version.entries,
            "names": version.names,
            "checked_at": version.checked_at.isoformat(),
            "origin": version.origin,
            **accepted,
        },
        subject=version.list_id,
    )


def list_confirmed(workspace: Workspace, version: ListVersion) -> AuditEvent:
    """That a person says on which day this version was what the publisher had."""
    return AuditEvent(
        "list confirmed",
        workspace.now(),
        workspace.who,
        {
            "version": version.version,
            "entries": version.entries,
            "stated_at": version.stated_at.isoformat() if version.stated_at else None,
        },
        subject=version.list_id,
    )


def list_failed(workspace: Workspace, list_id: str, failure: Failure) -> AuditEvent:
    """That a refresh failed; the version before stayed in service."""
    return AuditEvent(
        "list refresh failed",
        workspace.now(),
        workspace.who,
        {"failed_at": failure.at.isoformat(), "reason": failure.reason[:REASON_LENGTH]},
        subject=list_id,
    )


def register_loaded(workspace: Workspace, version: RegisterVersion) -> AuditEvent:
    """That this version of a register is in service."""
    return AuditEvent(
        "register loaded",
        workspace.now(),
        workspace.who,
        {
            "loaded_at": version.loaded_at.isoformat(),
            "rows": version.rows,
            "files": tuple(f"{file.name} {file.sha256}" for file in version.files),
        },
        subject=version.register,
    )


def catch_up_on_lists(workspace: Workspace) -> None:
    """Record what `lists.db` says of its lists and the chain does not."""
    for loaded in workspace.lists.current().values():
        event = list_refreshed(workspace, loaded.version)
        workspace.audit.add_news(_late(event), "version", "checked_at")
        if loaded.version.stated_at:
            event = list_confirmed(workspace, loaded.version)
            workspace.audit.add_news(_late(event), "version", "stated_at")
    for list_id, failure in workspace.lists.failures().items():
        event = list_failed(workspace, list_id, failure)
        workspace.audit.add_news(_late(event), "failed_at")


def catch_up_on_registers(workspace: Workspace) -> None:
    """Record what `register.db` says of its registers and the chain does not."""
    for version in workspace.register.versions().values():
        event = register_loaded(workspace, version)
        workspace.audit.add_news(_late(event), "loaded_at")


def _late(event: AuditEvent) -> AuditEvent:
    return replace(event, what={**event.what, "late": LATE})
