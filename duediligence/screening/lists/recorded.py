"""Whether what is kept of lists is what the audit chain recorded of them."""

import time

from duediligence.errors import Hint, NotAsRecorded, Step
from duediligence.model import ListVersion
from duediligence.screening import audit_events
from duediligence.screening.workspace import Workspace
from duediligence.store.lists import Changes

# Another process may be between its record and the end of its transaction.
MOMENT_SECONDS = 1.0
_ROWS = ("lists.list_versions", "lists.current_versions", "lists.failures")


def lists_that_differ(workspace: Workspace) -> frozenset[str]:
    """Return the lists of which another version is in service than the one that was recorded last,
    another failure, or none. Raises StorageError.
    """
    differ = _find_unrecorded_changes(workspace)
    # Where none is in service at all, as after a restore, there is nothing to wait for.
    if differ and workspace.lists.current():
        time.sleep(MOMENT_SECONDS)
        differ = _find_unrecorded_changes(workspace)
    return differ


def _find_unrecorded_changes(workspace: Workspace) -> frozenset[str]:
    there = {(one.table, one.key): one.sha256 for one in workspace.lists.seals()}
    recorded = {
        (table, key): digest
        for table in _ROWS
        for key, digest in workspace.audit.sealed(table).items()
    }
    if not recorded:
        # Loaded by an earlier version, which recorded nothing of them.
        return frozenset()
    other = {one for one, digest in there.items() if recorded.get(one) != digest}
    # Versions that are not in service any more stay recorded while they are kept.
    gone = {one for one in recorded.keys() - there.keys() if one[0] != _ROWS[0]}
    return frozenset(key.partition(" ")[0] for _, key in other | gone)


def content_is_recorded(workspace: Workspace, list_id: str, version: str) -> bool:
    """Return whether a version holds the very entries that were recorded. Raises StorageError.

    Reads all of them.
    """
    there = {one.table: one.sha256 for one in workspace.lists.content_seals(list_id, version)}
    return all(
        there.get(table) == workspace.audit.sealed(table).get(f"{list_id} {version}")
        for table in audit_events.CONTENT
    )


def changes_since(
    workspace: Workspace, version: ListVersion, before: str, index_name: str
) -> Changes | None:
    """Return what changed since another version, as `ListStore.changes` does, where both versions
    hold what was recorded.
    """
    if not all(
        content_is_recorded(workspace, version.list_id, one) for one in (before, version.version)
    ):
        return None
    return workspace.lists.changes(version, before, index_name)


def not_as_recorded(workspace: Workspace, list_id: str) -> NotAsRecorded:
    """Return the error for a list that is not as the audit chain recorded it."""
    return NotAsRecorded(
        f"{workspace.lists.path}: {list_id} is not as the audit chain recorded it",
        hint=Hint("Load the list again: ", Step("refresh-list", list=list_id)),
    )
