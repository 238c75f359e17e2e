"""Lists that a test changed behind the program's back, recorded as if the program had."""

from duediligence.matching.index.index import index_file
from duediligence.model.audit import AuditEvent
from duediligence.screening import audit_events
from duediligence.screening.workspace import Workspace
from duediligence.writing import hash_file


def record(workspace: Workspace, *list_ids: str) -> None:
    """Record the lists as they are stored now."""
    for list_id in list_ids:
        event = AuditEvent("records sealed", workspace.now(), workspace.who, subject=list_id)
        sealed = audit_events.list_seals(workspace, list_id, content=True)
        workspace.audit.add(event, sealed)
        if loaded := workspace.lists.current().get(list_id):
            sha256 = hash_file(index_file(loaded.index_folder))
            audit_events.record_index(workspace, list_id, loaded.version.version, sha256)
