"""A home that is in use, whose records show that time went by."""

from datetime import timedelta

from duediligence.model.audit import AuditEvent
from duediligence.screening.workspace import Workspace


def in_use(workspace: Workspace) -> Workspace:
    """Leave a record of eight days ago: without one, nothing is removed after a long gap."""
    then = workspace.now() - timedelta(days=8)
    workspace.audit.add(AuditEvent("export", then, "schedule", {}, "audit"))
    return workspace
