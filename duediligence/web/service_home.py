"""What the service opens for its parts: the home, its workspace and the store of the console."""

from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from duediligence.screening.workspace import Workspace
from duediligence.store.console import ConsoleStore
from duediligence.suppliers.apart import Waiter
from duediligence.web.people import Viewer


class ServiceHome(Protocol):
    """The part of a Service that its jobs and callers need."""

    @property
    def home(self) -> Path:
        """Return the home folder. Raises StorageError."""

    def now(self) -> datetime:
        """Return the time of the work (UTC)."""

    def clock(self) -> datetime:
        """Return the time of sessions, jobs and tokens (UTC)."""

    def workspace(
        self, viewer: Viewer, waiter: Waiter | None = None
    ) -> AbstractContextManager[Workspace]:
        """Open a workspace in which that person works."""

    def console(self) -> AbstractContextManager[ConsoleStore]:
        """Open the store of sessions, jobs and tokens."""
