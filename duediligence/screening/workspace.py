"""The folder that holds everything the tool keeps, and what is opened from it."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from duediligence.settings import Settings
from duediligence.store import ListStore, RunStore, SupplierStore
from duediligence.store.links import LinkStore


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Workspace:
    """Opens each repository when it is first asked for; closes what was opened at the end.

    `now` gives the time (UTC) to everything that needs one, so that a run can be derived again.
    """

    settings: Settings
    now: Callable[[], datetime] = _now
    _opened: ExitStack = field(default_factory=ExitStack)

    @cached_property
    def lists(self) -> ListStore:
        store = ListStore(self.settings.home / "lists.db")
        self._opened.callback(store.close)
        return store

    @cached_property
    def suppliers(self) -> SupplierStore:
        store = SupplierStore(self._casework)
        self._opened.callback(store.close)
        return store

    @cached_property
    def runs(self) -> RunStore:
        store = RunStore(self._casework)
        self._opened.callback(store.close)
        return store

    @cached_property
    def links(self) -> LinkStore:
        store = LinkStore(self._casework)
        self._opened.callback(store.close)
        return store

    @property
    def indexes(self) -> Path:
        return self.settings.home / "indexes"

    @property
    def snapshots(self) -> Path:
        return self.settings.home / "snapshots"

    @property
    def _casework(self) -> Path:
        return self.settings.home / "casework.db"

    def __enter__(self) -> "Workspace":
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()
