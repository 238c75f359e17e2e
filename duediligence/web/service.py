"""What lives as long as the server, and a workspace for each request."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Final

from starlette.requests import Request

from duediligence.casework.networks_shown import NetworkCache
from duediligence.errors import StorageError, UsageError
from duediligence.extension import Extension, NavigationPlace, find_extensions
from duediligence.matching.engine import EngineCache
from duediligence.model.audit import Action
from duediligence.screening.access import list_allowed_actions
from duediligence.screening.lookup.own_suppliers import SupplierIndexCache
from duediligence.screening.lookup.public_lists import NamePrefixCache
from duediligence.screening.workspace import SignedIn, Workspace
from duediligence.settings import FILENAME, EffectiveSettings, Settings
from duediligence.settings.working_folder import IgnoredFile
from duediligence.store.console import ConsoleStore
from duediligence.suppliers.apart import Waiter
from duediligence.web.api.callers import Callers
from duediligence.web.api.problems import TooManyRequests
from duediligence.web.jobs import Jobs
from duediligence.web.lookups import Lookups
from duediligence.web.navigation import list_places
from duediligence.web.people import Viewer
from duediligence.web.sign_in import SignIn

_logger = logging.getLogger(__name__)

# In whose name lists are kept open: it may read, and nobody signs in as it.
_NOBODY = Viewer(account="look-ups", name="look-ups", role="auditor")

_RETRY_SECONDS: Final = 5


class Slots:
    """One slot for each person, and `most` for all. Methods may be called from any thread."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._taken: Counter[str] = Counter()

    @contextmanager
    def taken(self, account: str) -> Iterator[None]:
        """Hold a slot of the person. Raises TooManyRequests where there is none."""
        with self._lock:
            if self._taken[account]:
                raise TooManyRequests(
                    "Another file of yours is still being sent or read",
                    after=_RETRY_SECONDS,
                    hint="Wait until that is done, or close its page. Then send this one again.",
                )
            if self._taken.total() >= self._most:
                raise TooManyRequests(
                    f"Files of {self._most} other people are being sent or read",
                    after=_RETRY_SECONDS,
                    hint="Send yours again in a few seconds.",
                )
            self._taken[account] += 1
        try:
            yield
        finally:
            with self._lock:
                self._taken[account] -= 1


def _read_utc_clock() -> datetime:
    return datetime.now(UTC)


@dataclass
class Service:
    """The settings, who may sign in and how, and the lists that stay open.

    `now` is the time of the work (UTC), `clock` that of sessions and tokens: they differ in the
    demonstration alone. `ignored` and `backoff` are as in Workspace. `sign_in` is set once it is
    known where the server listens. `reread` resolves the settings again: the table `users` is taken
    from it when the home's file has changed, so that a role that was taken away is gone at once.
    """

    resolved: EffectiveSettings
    ignored: IgnoredFile | None = None
    now: Callable[[], datetime] = _read_utc_clock
    clock: Callable[[], datetime] = _read_utc_clock
    backoff: float = 1
    demo: bool = False
    reread: Callable[[], EffectiveSettings] | None = None
    last_asked: datetime = field(init=False)
    sign_in: SignIn = field(init=False)
    _changed_at: int = field(init=False, default=0)
    _reading: Lock = field(init=False, repr=False, default_factory=Lock)

    def __post_init__(self) -> None:
        self.last_asked = self.clock()
        self._changed_at = self._file_changed_at()

    @property
    def settings(self) -> Settings:
        return self.resolved.settings

    @cached_property
    def places(self) -> list[NavigationPlace]:
        """Return the places of the navigation. Raises UsageError as `extensions`."""
        return list_places(self.extensions)

    @cached_property
    def extensions(self) -> tuple[Extension, ...]:
        """Return the extensions in use. Raises UsageError for one that cannot be used."""
        return tuple(one.extension for one in find_extensions(self.settings.extensions))

    @cached_property
    def home(self) -> Path:
        """Return the home folder; made where it is missing. Raises StorageError."""
        with Workspace(self.settings) as ws:
            return ws.home

    @cached_property
    def engines(self) -> EngineCache:
        return EngineCache(self.home / "indexes" / ".merged")

    @cached_property
    def lookups(self) -> Lookups:
        """Return the look-ups on public lists; whoever serves starts and stops them."""
        return Lookups(lambda: self.workspace(_NOBODY))

    @cached_property
    def callers(self) -> Callers:
        """Return the programs that show a token."""
        return Callers(self)

    @cached_property
    def jobs(self) -> Jobs:
        """Return what outlives a request; the application opens and closes it."""
        return Jobs(self)

    @cached_property
    def uploads(self) -> Slots:
        """Whoever sends a file."""
        return Slots(8)

    @cached_property
    def readings(self) -> Slots:
        """Whoever waits for a long file to be read."""
        return Slots(4)

    @cached_property
    def supplier_indexes(self) -> SupplierIndexCache:
        return SupplierIndexCache()

    @cached_property
    def networks(self) -> NetworkCache:
        return NetworkCache()

    @cached_property
    def list_names(self) -> NamePrefixCache:
        return NamePrefixCache()

    def asked(self) -> None:
        """Note that somebody asked for something just now."""
        self.last_asked = self.clock()

    @property
    def works_alone(self) -> bool:
        """Return whether one person works here alone, who needs no role."""
        return self.sign_in.alone and not self.settings.users

    def shown_role(self, viewer: Viewer | None) -> str:
        """Return the role of that person in a word; empty where nobody needs one."""
        if viewer is None:
            return ""
        with suppress(StorageError), self.workspace(viewer) as ws:
            return ws.role or ("" if self.works_alone else "no role")
        return "no role"

    def rights(self, viewer: Viewer | None) -> frozenset[Action]:
        """Return what that person may do; nothing for a stranger, and where that cannot be read."""
        if viewer:
            with suppress(StorageError), self.workspace(viewer) as ws:
                return list_allowed_actions(ws)
        return frozenset()

    def take_over(self, resolved: EffectiveSettings) -> None:
        """Work with the settings as they are in the file now, from the next request on: `resolved`,
        and what others saved meanwhile.
        """
        # One at a time: of two, the later must not be replaced by what the earlier read.
        with self._reading:
            self._changed_at = self._file_changed_at()
            try:
                self.resolved = self.reread() if self.reread else resolved
            except UsageError:  # somebody is at the file: what was saved here counts
                self.resolved = resolved

    def _file_changed_at(self) -> int:
        try:
            return (self.settings.home / FILENAME).stat().st_mtime_ns
        except OSError:
            return 0

    def _take_over_users(self) -> None:
        with self._reading:
            self._reread_users()

    def _reread_users(self) -> None:
        changed_at = self._file_changed_at()
        if self.reread is None or changed_at == self._changed_at:
            return
        try:
            now = self.reread()
        except UsageError as error:
            _logger.warning("the settings cannot be read, and the roles stay: %s", error.message)
        else:
            self.resolved = replace(
                self.resolved,
                settings=replace(self.settings, users=now.settings.users),
                origins={**self.resolved.origins, "users": now.origins["users"]},
            )
        self._changed_at = changed_at

    @contextmanager
    def workspace(self, viewer: Viewer, waiter: Waiter | None = None) -> Iterator[Workspace]:
        """Provide a workspace in which that person works; for the thread that opens it alone."""
        self._take_over_users()
        with Workspace(
            self.settings,
            now=self.now,
            backoff=self.backoff,
            who=viewer.account,
            signed_in=SignedIn(viewer.role) if viewer.role or not self.sign_in.alone else None,
            by_program=viewer.by_program,
            resolved=self.resolved,
            ignored=self.ignored,
            shared_engines=self.engines,
            waiter=waiter,
        ) as workspace:
            yield workspace

    @contextmanager
    def console(self) -> Iterator[ConsoleStore]:
        """Provide sessions, jobs and tokens; for the thread that opens it alone."""
        with ConsoleStore(self.home / "console.db") as store:
            yield store


def service_of(request: Request) -> Service:
    """Return the service that answers a request."""
    service: Service = request.app.state.service
    return service
