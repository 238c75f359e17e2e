"""What runs on a worker of Dask. The only module that needs distributed to be imported."""

import threading
from typing import cast

from distributed import Worker, WorkerPlugin, get_worker

from duediligence.errors import DuediligenceError
from duediligence.extensions.whole_register.lookup.parts import PartSearch
from duediligence.extensions.whole_register.lookup.plan import LookupPart
from duediligence.extensions.whole_register.lookup.shared_storage import SharedFiles
from duediligence.typed_data import decode_json


class LookupPlugin(WorkerPlugin):
    """What a worker keeps open from one part to the next: the indexes, mapped into memory."""

    def __init__(self, shared: SharedFiles) -> None:
        self.shared = shared
        self.name = f"duediligence-{shared.job.rules.name}"
        self._lock: threading.Lock | None = None
        self._search: PartSearch | None = None

    def setup(self, worker: Worker) -> None:  # noqa: ARG002 - as Dask calls it
        """Begin on a worker; the indexes are opened with its first part."""
        self._lock = threading.Lock()

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002
        """Close what is open."""
        if self._search is not None:
            self._search.close()
            self._search = None

    def run(self, part: LookupPart) -> None:
        """Do a part; one at a time, however many threads the worker has. Raises StorageError."""
        assert self._lock is not None
        with self._lock:
            if self._search is None:
                self._search = self.shared.open()
            self.shared.run(self._search, part)


def do_part(plugin: str, part: bytes) -> str:
    """Do a part on the worker that this runs on; why it could not be done, or an empty text."""
    try:
        lookup = cast(LookupPlugin, get_worker().plugins[plugin])
        lookup.run(decode_json(part, LookupPart))
    except DuediligenceError as error:
        return error.message
    return ""
