"""The lists in service, opened to be searched, and kept open for the next search."""

import shutil
import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from duediligence.matching import Engine
from duediligence.matching.engine import Stamp, stamp
from duediligence.model import ListStatus, StaleReason
from duediligence.screening.workspace import Workspace


class EngineCache:
    """Keeps an engine open until a refresh has put other versions into service.

    A server makes one and gives it to each workspace: threads may share it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._opened: tuple[Stamp, Engine] | None = None

    def get(self, folders: Mapping[str, Path]) -> Engine:
        """An engine over the indexes in `folders`, by list."""
        now = stamp(folders)
        with self._lock:
            if self._opened is None or self._opened[0] != now:
                self._opened = now, Engine.open(folders, self._folder)
            return self._opened[1]

    def clear(self) -> None:
        """Close the engine and remove what it keeps on the disk: names of lists, dropped or not."""
        with self._lock:
            self._opened = None
            shutil.rmtree(self._folder, ignore_errors=True)


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
