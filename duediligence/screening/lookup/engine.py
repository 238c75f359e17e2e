"""The lists in service, opened to be searched, and kept open for the next search."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from duediligence.errors import NotAsRecorded, StorageError
from duediligence.matching import Engine
from duediligence.matching.engine import RecordedHashes
from duediligence.model import ListStatus, StaleReason
from duediligence.screening import audit_events
from duediligence.screening.lists.recorded import lists_that_differ, not_as_recorded
from duediligence.screening.workspace import Workspace
from duediligence.store.lists import ROW_DIGESTS, Loaded
from duediligence.text.wording import count

Open = Callable[[Mapping[str, Path], RecordedHashes], Engine]


def open_lists(
    workspace: Workspace, statuses: Iterable[ListStatus] = ()
) -> tuple[list[ListStatus], Engine]:
    """Return the engine over the versions in service, and each status as it turns out to be."""
    loaded = workspace.lists.current()
    engine = open_engine(workspace, loaded, workspace.engines.get)
    return [status_as_opened(status, loaded, engine) for status in statuses], engine


def open_engine(workspace: Workspace, loaded: Mapping[str, Loaded], open_: Open) -> Engine:
    """Return the engine over these versions, each index being the one that the audit chain
    recorded.

    One that is not is built again from the entries of its list, which is said. Where these are not
    as they were recorded either, the list is `unreadable`. Raises StorageError.
    """
    folders = index_folders(workspace, loaded)
    keys = {list_id: f"{list_id} {loaded[list_id].version.version}" for list_id in folders}
    indexes, digests = map(workspace.audit.sealed, (audit_events.INDEXES, ROW_DIGESTS))
    known = indexes.keys() & digests.keys()
    if not any(workspace.audit.sealed(table) for table in audit_events.LIST_TABLES):
        audit_events.begin_sealing_lists(workspace)
    wrong = _not_as_recorded(workspace, {list_id: loaded[list_id] for list_id in folders})
    if unknown := [one for one in folders if keys[one] not in known and one not in wrong]:
        wrong |= _build_again(workspace, [loaded[list_id] for list_id in unknown])
        if number := len(unknown) - len(wrong.keys() & set(unknown)):
            workspace.warn(
                f"{count(number, 'index', 'indexes')} of lists built again, once: an earlier "
                "version did not record them"
            )

    def opened() -> Engine:
        chosen = [list_id for list_id in folders if list_id not in wrong]
        recorded = recorded_indexes(
            workspace, {list_id: loaded[list_id].version.version for list_id in chosen}
        )
        return open_({list_id: folders[list_id] for list_id in chosen}, recorded)

    engine = opened()
    if other := sorted(engine.unreadable.keys() - wrong.keys()):
        wrong |= _build_again(workspace, [loaded[list_id] for list_id in other])
        if done := [list_id for list_id in other if list_id not in wrong]:
            workspace.warn(
                f"The index of {', '.join(done)} was not the one that the audit chain recorded: "
                "it was built again from lists.db"
            )
            engine = opened()
    engine.unreadable.update(wrong)
    if engine.merged:
        audit_events.record_derived(workspace, {"merged": bytes.fromhex(engine.merged)})
    return engine


def recorded_indexes(workspace: Workspace, versions: Mapping[str, str]) -> RecordedHashes:
    """Return what the audit chain recorded of the indexes of these versions, by list."""
    hashes = workspace.audit.sealed(audit_events.INDEXES)
    return RecordedHashes(
        {list_id: hashes[f"{list_id} {one}"].hex() for list_id, one in versions.items()},
        workspace.audit.sealed(audit_events.DERIVED).get("merged", b"").hex(),
    )


def _not_as_recorded(workspace: Workspace, loaded: Mapping[str, Loaded]) -> dict[str, StorageError]:
    """Return what is wrong with lists of which `lists.db` holds another version, or other rows."""
    differ = lists_that_differ(workspace)
    wrong: dict[str, StorageError] = {}
    for list_id, one in loaded.items():
        try:
            if list_id in differ:
                raise not_as_recorded(workspace, list_id)
            workspace.lists.confirm(one.version)
        except NotAsRecorded as error:
            wrong[list_id] = error
    return wrong


def _build_again(workspace: Workspace, lists: Iterable[Loaded]) -> dict[str, StorageError]:
    """Build their indexes again from the entries; by list, why one cannot be."""
    # Imported lazily: it is seldom needed.
    from duediligence.screening.lists.loading import build_index_again

    wrong = {}
    for one in lists:
        try:
            build_index_again(workspace, one)
        except StorageError as error:
            wrong[one.version.list_id] = error
    return wrong


def index_folders(workspace: Workspace, loaded: Mapping[str, Loaded]) -> dict[str, Path]:
    """Return the folders of the indexes to open, by list."""
    # A list whose description is gone may still be loaded.
    known = workspace.watchlists
    return {list_id: one.index_folder for list_id, one in loaded.items() if list_id in known}


def status_as_opened(
    status: ListStatus, loaded: Mapping[str, Loaded], engine: Engine
) -> ListStatus:
    """Return the status of a list, as it turns out to be when its index is opened.

    An index that cannot be read leaves its list not checked, which is never the same as clear.
    """
    if status.version is None:
        return status
    if (one := loaded.get(status.list_id)) is None:
        gone = StaleReason(kind="not fetched")
        return replace(status, state="never loaded", version=None, reasons=(gone,), age_days=None)
    if error := engine.unreadable.get(status.list_id):
        why = StaleReason(kind="index not readable", said=error.message)
        return replace(status, state="stale", version=None, reasons=(why,))
    return replace(status, version=one.version)
