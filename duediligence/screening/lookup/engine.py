"""The lists in service, opened to be searched, and kept open for the next search."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from duediligence.matching import Engine
from duediligence.model import ListStatus, StaleReason
from duediligence.screening.workspace import Workspace
from duediligence.store.lists import Loaded


def open_lists(
    workspace: Workspace, statuses: Iterable[ListStatus] = ()
) -> tuple[list[ListStatus], Engine]:
    """The engine over the versions in service, and each status as it turns out to be."""
    loaded = workspace.lists.current()
    engine = workspace.engines.get(index_folders(workspace, loaded))
    return [status_as_opened(status, loaded, engine) for status in statuses], engine


def index_folders(workspace: Workspace, loaded: Mapping[str, Loaded]) -> dict[str, Path]:
    """The folders of the indexes to open, by list."""
    # A list whose description is gone may still be loaded.
    known = workspace.watchlists
    return {list_id: one.index_folder for list_id, one in loaded.items() if list_id in known}


def status_as_opened(
    status: ListStatus, loaded: Mapping[str, Loaded], engine: Engine
) -> ListStatus:
    """The status of a list, as it turns out to be when its index is opened.

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
