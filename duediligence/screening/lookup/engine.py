"""The lists in service, opened to be searched, and kept open for the next search."""

from collections.abc import Iterable
from dataclasses import replace

from duediligence.matching import Engine
from duediligence.model import ListStatus, StaleReason
from duediligence.screening.workspace import Workspace


def open_lists(
    workspace: Workspace, statuses: Iterable[ListStatus] = ()
) -> tuple[list[ListStatus], Engine]:
    """The engine over the versions in service, and each status as it turns out to be.

    An index that cannot be read leaves its list not checked, which is never the same as clear.
    """
    # A list whose description is gone may still be loaded.
    known, loaded = workspace.watchlists, workspace.lists.current()
    engine = workspace.engines.get(
        {list_id: one.index_folder for list_id, one in loaded.items() if list_id in known}
    )
    found = []
    for status in statuses:
        if status.version is not None:
            if (one := loaded.get(status.list_id)) is None:
                gone = StaleReason(kind="not fetched")
                status = replace(
                    status, state="never loaded", version=None, reasons=(gone,), age_days=None
                )
            elif error := engine.unreadable.get(status.list_id):
                why = StaleReason(kind="index not readable", said=error.message)
                status = replace(status, state="stale", version=None, reasons=(why,))
            else:
                status = replace(status, version=one.version)
        found.append(status)
    return found, engine
