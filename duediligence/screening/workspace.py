"""The folder that holds everything the tool keeps, and what is opened from it."""

import logging
import os
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duediligence.contracts import Watchlist
from duediligence.errors import Conflict, Hint, LostRecords, NotFound, Step
from duediligence.extension import (
    Extension,
    allow_distributions,
    find_extensions,
    load_parts,
)
from duediligence.model.audit import AuditEvent, AuditKind, AuditValue, Role, role_of
from duediligence.permissions import close_earlier
from duediligence.settings import EffectiveSettings, Settings
from duediligence.settings.identities import Identities
from duediligence.store.casework.envelopes import FILES as EXTENSION_FILES
from duediligence.store.casework.unit_of_work import KEPT_HEAD, Casework, is_mixed, read_kept_head
from duediligence.store.copies import FOLDER, Why, copy_daily, list_copies, try_copy
from duediligence.version import __version__
from duediligence.writing import make_folder, storing

if TYPE_CHECKING:
    from duediligence.fetch.api import Api
    from duediligence.matching.engine import EngineCache
    from duediligence.registers.care_quality import CareQuality
    from duediligence.registers.companies_house.client import CompaniesHouse
    from duediligence.settings.working_folder import IgnoredFile
    from duediligence.store.casework.audit import AuditStore
    from duediligence.store.casework.decisions import DecisionStore
    from duediligence.store.casework.outbox import OutboxStore
    from duediligence.store.casework.runs import RunStore
    from duediligence.store.casework.screened import ScreenedStore
    from duediligence.store.casework.supplier_information import SupplierInformationStore
    from duediligence.store.casework.suppliers import DeclarationStore, LinkStore, SupplierStore
    from duediligence.store.lists import ListStore
    from duediligence.store.lookups import LookUpStore
    from duediligence.store.register.local_register import RegisterStore
    from duediligence.suppliers.apart import Waiter


_logger = logging.getLogger(__name__)
# How much longer a command may take for the copy of the day: seconds, or a share of its own time.
_MOST_SECONDS, _MOST_SHARE = 0.02, 0.05


def _read_current_time() -> datetime:
    return datetime.now(UTC)


def find_process_account() -> str:
    """Return the account that this process runs under, as the machine itself knows it.

    Not `getpass.getuser`, which believes the environment.
    """
    try:
        import pwd
    except ImportError:  # Windows, where the next is not a matter of a terminal
        try:
            return os.getlogin()
        except OSError:
            return "unknown"
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # as in a container
        return f"uid {os.getuid()}"


def user_agent(settings: Settings) -> str:
    """Return how we name ourselves to publishers and registers."""
    contact = f" (+{settings.contact})" if settings.contact else ""
    return f"duediligence/{__version__}{contact}"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody whom a sign-in service knows, and the role that it gives them, if any."""

    role: Role | None


@dataclass
class Workspace:
    """Opens each repository when it is first asked for; closes what was opened at the end.

    `now` gives the time (UTC) to everything that needs one, so that a run can be derived again;
    `who` is the account that works here; everything done is recorded under the person behind it.
    `signed_in` is what a sign-in service says of them; None for the account of the machine.
    `by_program` says that a program works here in their name, which is shown nothing restricted.
    `backoff` is the first wait, in seconds, before a register that did not answer is asked again;
    an answer younger than `answers_age` is used again without asking. `only` are the lists to
    know, where these are not all that come with the tool and the council's own. `shared_engines`
    is given where lists are to stay open between workspaces.
    `warn` passes on what must be seen, in one line. `waiter` waits for what is done here, and may
    leave. `examines`: a database that lacks records is opened to be examined.
    `resolved` says where the settings came from (None: the program that opens it), without those
    of one command; `ignored` is a settings file that is not read; `recorded` what of both was last
    recorded, by whom (see `access`). `is_command` says that one command works here: where it
    changed something, the copy of the day is made at its end.
    """

    settings: Settings
    now: Callable[[], datetime] = _read_current_time
    backoff: float = 1
    answers_age: timedelta = timedelta(hours=24)
    who: str = field(default_factory=find_process_account)
    signed_in: "SignedIn | None" = None
    by_program: bool = False
    only: Mapping[str, Watchlist] | None = None
    resolved: "EffectiveSettings | None" = None
    ignored: "IgnoredFile | None" = None
    recorded: "tuple[str, EffectiveSettings] | None" = field(default=None, init=False, repr=False)
    shared_engines: "EngineCache | None" = None
    warn: Callable[[str | Hint], None] = _logger.warning
    waiter: "Waiter | None" = None
    is_command: bool = False
    examines: bool = False
    _opened: ExitStack = field(default_factory=ExitStack)
    _begun: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.who = self.identities.person(self.who)
        allow_distributions(self.settings.extensions)

    @property
    def identities(self) -> Identities:
        return Identities(self.settings.identities)

    def is_me(self, account: str) -> bool:
        """Return whether an account is of the person who works here."""
        return self.identities.same(account, self.who)

    @property
    def role(self) -> Role | None:
        """Return the role of whoever works here, by the sign-in service or else by `users`; None
        for who has none, and may do nothing where one is needed.
        """
        return (self.signed_in.role if self.signed_in else None) or self.role_given_to(self.who)

    def role_given_to(self, account: str) -> Role | None:
        """Return the role that `users` gives to an account, or to the person behind it."""
        person = self.identities.person(account)
        return role_of(self.settings.users, account) or role_of(self.settings.users, person)

    @property
    def needs_role(self) -> bool:
        """Return whether a role must allow what is done here.

        Not so for one person who works alone: where nobody signed in and `users` names nobody.
        """
        return self.signed_in is not None or bool(self.settings.users)

    @property
    def extensions(self) -> tuple[Extension, ...]:
        """Return the extensions in use. Raises UsageError for one that cannot be used."""
        return tuple(one.extension for one in find_extensions(self.settings.extensions))

    def list_missing_extensions(self) -> list[str]:
        """Return the extensions that are not in use and whose files are in the home or recorded.

        For their rows see `Casework.owned_rows`. Raises StorageError.
        """
        there = {one.name for one in self.extensions}
        return [
            name
            for name, (folder, table) in EXTENSION_FILES.items()
            if name not in there
            and ((self.settings.home / folder).is_dir() or self.audit.sealed(table))
        ]

    @property
    def list_titles(self) -> Mapping[str, str]:
        """Return the title of every list by its id. Raises UsageError as `watchlists` does."""
        return {id_: one.title for id_, one in self.watchlists.items()}

    @cached_property
    def watchlists(self) -> Mapping[str, Watchlist]:
        """Return every list by its id, those of the council's own registers among them.

        A register that is loaded and has no description any more is one of them, and not checked.
        Raises UsageError for a register that is described wrongly, or has the id of a list that
        comes with the tool: nothing is screened on a guess.
        """
        if self.only is not None:
            return self.only
        # Imported lazily: it looks through all installed packages.
        from duediligence import registry

        folder, known = self.settings.local_registers_folder, registry.find_watchlists()
        # Asked of the file first: opening it would make one.
        loaded = self.lists.loaded() if (self.settings.home / "lists.db").exists() else frozenset()
        if not folder.is_dir() and loaded <= known.keys():
            return known
        # Here, for who has no registers need not wait for its imports.
        from duediligence.council_registers import described_no_more, load_described_registers

        local = load_described_registers(folder)
        for taken in known.keys() & local.keys():
            raise Conflict(
                f"{folder}: a register has the id {taken!r} of a list that comes with the tool",
                hint="Give the register another id in its TOML file.",
            )
        gone = loaded - known.keys() - local.keys()
        return {**known, **local, **{one: described_no_more(one, folder) for one in sorted(gone)}}

    def watchlist(self, list_id: str) -> Watchlist:
        """Return the list of that id. Raises UsageError naming those there are."""
        try:
            return self.watchlists[list_id]
        except KeyError:
            known = ", ".join(self.watchlists)
            raise NotFound(f"Unknown list {list_id!r}", hint=f"Valid lists: {known}.") from None

    @cached_property
    def home(self) -> Path:
        """Return the folder that everything is kept in; made where it is missing, for its owner
        alone.

        Raises StorageError.
        """
        with storing(self.settings.home):
            make_folder(self.settings.home, private=True)
        return self.settings.home

    def close_earlier_home(self) -> None:
        """Close a home that an earlier version made readable to all, and say so; at most once.

        Raises StorageError.
        """
        with storing(self.settings.home):
            if close_earlier(self.settings.home):
                self.warn(
                    Hint(
                        f"{self.settings.home} could be read by other accounts of this machine. "
                        "It is closed to them now. To share it with a group: ",
                        Step("share-home"),
                    )
                )

    @cached_property
    def lists(self) -> "ListStore":
        from duediligence.store.lists import ROW_DIGESTS, ListStore

        store = ListStore(self.home / "lists.db", lambda: self.audit.sealed(ROW_DIGESTS))
        self._opened.callback(store.close)
        return store

    @cached_property
    def lookups(self) -> "LookUpStore":
        from duediligence.store.lookups import LookUpStore

        store = LookUpStore(self.home / "lookups.db")
        self._opened.callback(store.close)
        return store

    @cached_property
    def casework(self) -> Casework:
        """Return the unit of work of `casework.db`: its repositories and its transactions.

        Raises LostRecords if it is missing but was there, or, unless this workspace only
        `examines`, lacks what was acknowledged last; StorageError.
        """
        added = load_parts(self.extensions, "migrations")
        path = self.home / "casework.db"
        kept, elsewhere = read_kept_head(path), ""
        is_there = os.path.exists(path)  # noqa: PTH110 - false if we may not look
        lost = 0 if is_there and not is_mixed(path, kept) else kept.position
        if not is_there and os.access(self.home, os.X_OK) and list_copies(self.home):
            lost, elsewhere = lost or 1, f", and move the folder {FOLDER} elsewhere"
        if not lost:
            found = Casework(path, who=self.who, extensions=added)
            casework = self._opened.enter_context(found)
            lost = 0 if self.examines else casework.find_lost_record()
        if lost:
            raise LostRecords(
                f"casework.db lacks record {lost:,}, which was acknowledged: an older copy or that "
                "of another home is in its place, or its log or the file itself was deleted",
                hint=Hint(
                    "Put the right file back, with its log (-wal); it may be the newest of the "
                    f"folder rescued. To go on without what was recorded, delete {KEPT_HEAD} in "
                    f"the home folder{elsewhere}. To bring back a copy: ",
                    Step("bring-copy-back"),
                ),
            )
        return casework

    @property
    def suppliers(self) -> "SupplierStore":
        return self.casework.suppliers

    @property
    def runs(self) -> "RunStore":
        return self.casework.runs

    @property
    def screened(self) -> "ScreenedStore":
        return self.casework.screened

    @property
    def links(self) -> "LinkStore":
        return self.casework.links

    @property
    def declarations(self) -> "DeclarationStore":
        return self.casework.declarations

    @property
    def supplier_information(self) -> "SupplierInformationStore":
        return self.casework.supplier_information

    @property
    def decisions(self) -> "DecisionStore":
        return self.casework.decisions

    @property
    def outbox(self) -> "OutboxStore":
        return self.casework.outbox

    @property
    def audit(self) -> "AuditStore":
        return self.casework.audit

    def record(self, kind: AuditKind, what: Mapping[str, AuditValue], subject: str = "") -> str:
        """Record what the account at work did now; returns the new head. Raises StorageError."""
        return self.audit.add(AuditEvent(kind, self.now(), self.who, what, subject))

    @cached_property
    def register(self) -> "RegisterStore":
        from duediligence.store.register.local_register import RegisterStore

        store = RegisterStore(self.home / "register.db", self.audit.sealed)
        self._opened.callback(store.close)
        return store

    @cached_property
    def companies_house(self) -> "CompaniesHouse | None":
        """Return its API, where there is a key. Raises UsageError for a key that can be none."""
        key = self.settings.key_of_companies_house()
        if not key:
            return None
        # Imported lazily: requests is slow to import.
        from duediligence.registers.companies_house.client import CompaniesHouse

        address = self.settings.address_of_key("companies_house_url")
        return CompaniesHouse(self._open_api("companies-house", address, key))

    @cached_property
    def care_quality(self) -> "CareQuality | None":
        """Return the API of the Care Quality Commission, where there is a key. Raises UsageError
        for a key that can be none.
        """
        key = self.settings.secret("cqc_key")
        if not key:
            return None
        from duediligence.registers.care_quality import KEY_HEADER, CareQuality, reduce_answer

        address = self.settings.address_of_key("cqc_url")
        return CareQuality(
            self._open_api(
                "care-quality", address, key, key_header=KEY_HEADER, reduce=reduce_answer
            )
        )

    def _open_api(
        self,
        folder: str,
        address: str,
        key: str,
        *,
        key_header: str = "",
        reduce: Callable[[Any], Any] | None = None,
    ) -> "Api":
        """Return a register's API, whose answers are kept in a folder of the home."""
        from duediligence.fetch.api import Api
        from duediligence.fetch.limiter import Limiter

        place = self.home / folder
        api = Api(
            address,
            key=key,
            key_header=key_header,
            evidence=place,
            limiter=Limiter.for_key(place, key),
            user_agent=user_agent(self.settings),
            verify=str(self.settings.ca_file) if self.settings.ca_file else True,
            private_hosts=(*self.settings.private_hosts, *self.settings.key_hosts),
            now=self.now,
            backoff=self.backoff,
            max_age=self.answers_age,
            reduce=reduce,
        )
        return self._opened.enter_context(api)

    @cached_property
    def engines(self) -> "EngineCache":
        """Return what opens the lists to be searched, and keeps them open."""
        # Imported lazily: numpy is slow to import.
        from duediligence.matching.engine import EngineCache

        return self.shared_engines or EngineCache(self.merged_indexes)

    @property
    def indexes(self) -> Path:
        return self.home / "indexes"

    @property
    def merged_indexes(self) -> Path:
        """Return where indexes are kept that were merged from those of several lists."""
        return self.indexes / ".merged"

    @property
    def snapshots(self) -> Path:
        return self.home / "snapshots"

    def __enter__(self) -> "Workspace":
        return self

    def make_copy(self, why: Why) -> None:
        """Copy the databases within the home; if that fails, only warn."""
        try_copy(self.settings.home, why, self.now(), self.warn)

    def __exit__(self, *_: object) -> None:
        self._opened.close()
        if self.is_command and self.recorded:
            seconds = max(_MOST_SECONDS, _MOST_SHARE * (time.monotonic() - self._begun))
            copy_daily(self.settings.home, self.now(), self.warn, seconds)
