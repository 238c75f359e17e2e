"""The schedule of a console on one PC, done while it is open."""

import logging
from threading import Event, Thread

from duediligence.errors import DuediligenceError
from duediligence.screening.workspace import find_process_account
from duediligence.web.people import viewer_for
from duediligence.web.service import Service
from duediligence.web.upkeep_jobs import run_due_jobs

_LOOK_SECONDS = 30.0
_log = logging.getLogger(__name__)


class DueJobs:
    """Looks every half minute for jobs that are due, and starts them in the queue of the console.
    On a server nothing is started: a service of its own does what is due there.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._over = Event()
        self._thread = Thread(target=self._run, name="due jobs", daemon=True)

    def start(self) -> None:
        if self._service.sign_in.alone and not self._service.demo:
            self._thread.start()

    def stop(self) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        viewer = viewer_for(self._service.settings, find_process_account())
        while not self._over.wait(_LOOK_SECONDS):
            try:
                if not self._service.jobs.busy:
                    run_due_jobs(self._service, viewer)
            except DuediligenceError as error:
                _log.warning("what is due cannot be started: %s", error.message)
