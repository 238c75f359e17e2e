"""The lists that anybody may ask about, kept open by a server: never a register of the council's
own, never a record that is not public, and never a list that is kept apart.
"""

import threading
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from itertools import islice
from pathlib import Path

from duediligence.contracts import Watchlist
from duediligence.matching.engine import Engine, RecordedHashes
from duediligence.model import ListEntry, ListStatus, ListVersion
from duediligence.screening.access import use_case
from duediligence.screening.lists.statuses import statuses
from duediligence.screening.lookup.list_search import open_engine, status_as_opened
from duediligence.screening.workspace import Workspace
from duediligence.text.folding import fold


@dataclass(frozen=True, eq=False)
class PublicLists:
    """The lists as of one moment: what is said of them and what is found on them are of the same
    versions.

    `watchlists` and `statuses` are by list, in the order of ids. `versions` are those that can be
    searched. `changes` is the state of the store then.
    """

    watchlists: Mapping[str, Watchlist]
    statuses: Mapping[str, ListStatus]
    versions: Mapping[str, ListVersion]
    engine: Engine = field(repr=False)
    changes: int

    @cached_property
    def name(self) -> str:
        """Return a name that no other state of the lists has."""
        states = [(one.list_id, one.state, one.reason) for one in self.statuses.values()]
        return sha256(repr((states, self.engine.stamp)).encode()).hexdigest()[:16]

    def not_checked(self, list_ids: Iterable[str]) -> tuple[ListStatus, ...]:
        """Return those of the lists whose results are incomplete, in order of ids. One that is
        stale was searched, and what is new on it is not known.
        """
        chosen = set(list_ids)
        return tuple(
            status
            for list_id, status in self.statuses.items()
            if list_id in chosen and (status.blocks_complete_run or status.version is None)
        )


@use_case("read")
def public_lists(workspace: Workspace, before: PublicLists | None = None) -> PublicLists:
    """Open the lists as they are now, without waiting for indexes to be merged.

    Where no index changed since `before`, its engine is kept. Raises StorageError.
    """
    known = {
        key: one
        for key, one in workspace.watchlists.items()
        if one.location is None and not one.kept_apart
    }
    with workspace.lists.snapshot():
        # Before anything is read: what is stored from here on is noticed at the next look.
        changes = workspace.lists.changes_by_others()
        loaded = workspace.lists.current()
        found = statuses(workspace, known)

    def open_(folders: Mapping[str, Path], recorded: RecordedHashes) -> Engine:
        if before and before.engine.is_of(folders, recorded) and not before.engine.unmerged:
            return before.engine
        return Engine.open(folders, workspace.merged_indexes, merge=False, recorded=recorded)

    engine = open_engine(workspace, loaded, open_)
    opened = {one.list_id: status_as_opened(one, loaded, engine) for one in found}
    return PublicLists(
        watchlists=known,
        statuses=opened,
        versions={key: one.version for key, one in opened.items() if one.version},
        engine=engine,
        changes=changes,
    )


@use_case("read")
def have_changed(workspace: Workspace, lists: PublicLists) -> bool:
    """Return whether something was stored since the lists were opened. Raises StorageError."""
    return workspace.lists.changes_by_others() != lists.changes


@use_case("read")
def public_entry(
    workspace: Workspace, lists: PublicLists, list_id: str, entry_id: str
) -> ListEntry | None:
    """Return an entry of the version that is open; None for one that not everybody may see.

    Raises KeyError where the list cannot be searched or has no such entry.
    """
    entry = workspace.lists.entry(lists.versions[list_id], entry_id)
    return None if entry.record and entry.record.handling != "public" else entry


@use_case("read")
def merge_indexes(workspace: Workspace) -> None:
    """Merge the indexes as they are now, and keep the result for whoever opens them next. It takes
    seconds. Raises StorageError.
    """

    def open_(folders: Mapping[str, Path], recorded: RecordedHashes) -> Engine:
        return Engine.open(folders, workspace.merged_indexes, recorded=recorded)

    open_engine(workspace, workspace.lists.current(), open_)


class NamePrefixes:
    """Every name on some lists, in order of its letters."""

    def __init__(self, engine: Engine, lists: Collection[str]) -> None:
        self._names = sorted(
            (fold(text), list_id, entry_id) for list_id, entry_id, text in engine.every_name(lists)
        )

    def beginning(self, prefix: str) -> Iterator[tuple[str, str]]:
        """Yield the list and id of each entry that has a name which begins so, each once."""
        wanted = fold(prefix)
        seen: set[tuple[str, str]] = set()
        if not wanted:
            return
        first = bisect_left(self._names, (wanted,))
        for name, *key in islice(self._names, first, None):
            if not name.startswith(wanted):
                return
            entry = (key[0], key[1])
            if entry not in seen:
                seen.add(entry)
                yield entry


class NamePrefixCache:
    """Keeps the names of the lists that were last asked for; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: tuple[Engine, frozenset[str], NamePrefixes] | None = None

    def get(self, engine: Engine, lists: frozenset[str]) -> NamePrefixes:
        """Return the names on these lists. Raises StorageError."""
        with self._lock:
            if self._made is None or self._made[0] is not engine or self._made[1] != lists:
                self._made = engine, lists, NamePrefixes(engine, lists)
            return self._made[2]
