"""Accounts that may read since an upgrade, having worked here before: for a person to review."""

from duediligence.model.audit import AuditEvent
from duediligence.screening.access import grant_earlier_readers, use_case
from duediligence.screening.workspace import Workspace


@use_case("read")
def earlier_readers(workspace: Workspace) -> tuple[str, ...]:
    """Return the accounts that may read since the upgrade, and have no role in `users`.

    Raises StorageError.
    """
    grant_earlier_readers(workspace)
    return tuple(one for one in workspace.readers if workspace.role_given_to(one) is None)


@use_case("change settings", event="readers granted")
def end_earlier_readers(workspace: Workspace) -> tuple[str, ...]:
    """End the reading of all of them, once those who still need it have a role; returns them.

    Raises StorageError.
    """
    found = earlier_readers(workspace)
    event = AuditEvent(
        "readers granted", workspace.now(), workspace.who, {"accounts": (), "ended": found}
    )
    workspace.audit.add(event)
    return found
