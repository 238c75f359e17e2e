"""Looks names up on the public lists for whoever asks: one thread, its indexes warm.

Threads do not make a search quicker, searching for several at once does: the thread takes what has
gathered while it was at work and searches for all of it in one pass.
"""

import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from time import monotonic
from typing import Any, Final, Generic, TypeVar

from duediligence.errors import DuediligenceError, StorageError
from duediligence.logs import log_caught
from duediligence.matching import Subject
from duediligence.model import ListEntry, Match
from duediligence.screening.lookup.public_lists import (
    PublicLists,
    have_changed,
    merge_indexes,
    public_entry,
    public_lists,
)
from duediligence.screening.workspace import Workspace

T = TypeVar("T")
# A list and the id of one of its entries.
EntryKey = tuple[str, str]
OpenWorkspace = Callable[[], AbstractContextManager[Workspace]]

# Results of one question that are looked at: more are counted as "at least".
MOST_FOUND: Final = 500
# Names and entries that may wait: about two seconds of work.
MOST_WAITING: Final = 2_000
RETRY_SECONDS: Final = 1
# As many as one pass of the matcher takes.
_MOST_AT_ONCE = 256
_KEPT_ENTRIES = 4_096
# How long after a list became stale, by its age alone, that is said at the latest.
_LOOK_SECONDS = 30.0
# How long after a refresh an idle server opens what is new.
_IDLE_SECONDS = 1.0
# Versions of a list that may come and go while one look-up is answered.
_ATTEMPTS = 3
# A refresh merges the indexes at its end. Where it was killed before, that is done here.
_MERGE_AFTER_SECONDS = 60.0


class Busy(DuediligenceError):
    """More waits to be looked up than can be soon."""

    code = "busy"
    exit_code = 3
    http_status = 503


class NotReady(DuediligenceError):
    """The lists are not open yet."""

    code = "not-ready"
    exit_code = 3
    http_status = 503


@dataclass(frozen=True, slots=True)
class Question:
    """A party to look up on `lists` (ids; those that cannot be searched are passed over).

    Matches shown at or above `threshold` are wanted (see `Match.shown_up_to`), the best `limit`
    after `offset` others. `admits` says which entries count, all if None.
    """

    subject: Subject
    lists: frozenset[str]
    threshold: float
    limit: int
    offset: int = 0
    admits: Callable[[ListEntry], bool] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, best first. `total` of them there are, or `more` than that."""

    found: tuple[tuple[Match, ListEntry], ...]
    total: int
    more: bool


@dataclass(frozen=True, slots=True)
class LookedUp(Generic[T]):
    """What came of a task, and the lists as they were: all of it is of the same versions."""

    lists: PublicLists
    answers: T


Answers = LookedUp[tuple[Answer, ...]]
Entries = LookedUp[tuple[ListEntry | None, ...]]


@dataclass(slots=True)
class _ListsSearch:
    questions: Sequence[Question]
    future: "Future[Answers]" = field(default_factory=Future)

    @property
    def size(self) -> int:
        return sum(max(1, len(question.subject.names)) for question in self.questions)


@dataclass(slots=True)
class _Fetch:
    keys: Sequence[EntryKey]
    future: "Future[Entries]" = field(default_factory=Future)

    @property
    def size(self) -> int:
        return len(self.keys)


_Task = _ListsSearch | _Fetch


class Lookups:
    """The thread and what waits for it. Any thread may ask; `start` comes first, `stop` last.

    `workspace` opens what the thread works in; it is not that of whoever asks.
    """

    def __init__(self, workspace: OpenWorkspace) -> None:
        self._workspace = workspace
        self._changed = threading.Condition()
        self._waiting: deque[_Task] = deque()
        self._number = 0
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._lists: PublicLists | None = None

    def start(self) -> None:
        """Open the lists and begin to answer."""
        if self._thread is None:
            self._stopping = False
            self._thread = threading.Thread(target=self._run, name="look-ups", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Answer what waits and end the thread."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    @property
    def ready(self) -> bool:
        """Return whether the lists are open."""
        return self._lists is not None

    @property
    def lists(self) -> PublicLists:
        """Return the lists as of the last look at them. Raises NotReady."""
        if self._lists is None:
            raise NotReady("The lists are being opened", hint="Ask again in a moment.")
        return self._lists

    def submit(self, questions: Sequence[Question]) -> "Future[Answers]":
        """Look parties up; an answer for each, in order. Raises NotReady and Busy.

        The future raises StorageError where the store cannot be read.
        """
        task = _ListsSearch(questions)
        self._add(task)
        return task.future

    def entries(self, keys: Sequence[EntryKey]) -> "Future[Entries]":
        """Return the entries of these lists and ids; None for one that is not there, or that not
        everybody may see. Raises NotReady and Busy; the future raises StorageError.
        """
        task = _Fetch(keys)
        self._add(task)
        return task.future

    def _add(self, task: "_Task") -> None:
        _ = self.lists
        with self._changed:
            # One that is larger than all that may wait still has its turn when nothing waits.
            if self._stopping or (self._number and self._number + task.size > MOST_WAITING):
                raise Busy(
                    "Too many look-ups are waiting", hint="Ask again in a moment, or for fewer."
                )
            self._waiting.append(task)
            self._number += task.size
            self._changed.notify()

    def _run(self) -> None:
        with self._workspace() as workspace:
            work = _Work(workspace, self._workspace)
            self._look(work)
            while True:
                with self._changed:
                    if not self._waiting and not self._stopping:
                        self._changed.wait(_IDLE_SECONDS)
                    tasks = self._take()
                    if not tasks and self._stopping:
                        return
                self._look(work)
                for _ in range(_ATTEMPTS):
                    tasks = work.answer(tasks, self.lists) if tasks else []
                    if tasks:  # of versions that are gone meanwhile
                        self._look(work)
                for task in tasks:
                    task.future.set_exception(_build_missing_entry_error())

    def _take(self) -> "list[_Task]":
        """Return what gathered: as much as one pass takes, and at least one task whatever its
        size.
        """
        tasks: list[_Task] = []
        room = _MOST_AT_ONCE
        while self._waiting and (not tasks or self._waiting[0].size <= room):
            task = self._waiting.popleft()
            room -= task.size
            self._number -= task.size
            if task.future.set_running_or_notify_cancel():
                tasks.append(task)
        return tasks

    def _look(self, work: "_Work") -> None:
        """Open other versions where there are some. Where that fails, those that are open serve."""
        try:
            self._lists = work.current(self._lists)
        except Exception:
            # Whatever it is, whoever asks must not wait for ever.
            log_caught()


def _build_missing_entry_error() -> StorageError:
    return StorageError(
        "an entry that a list's index names is not stored",
        hint="Refresh the list; if this goes on, restore a backup.",
    )


class _Work:
    """What only the thread of the look-ups touches."""

    def __init__(self, workspace: Workspace, again: OpenWorkspace) -> None:
        self._workspace = workspace
        self._again = again
        self._looked = 0.0
        self._unmerged_since: float | None = None
        self._merging: threading.Thread | None = None
        self._entries: OrderedDict[tuple[str, str, str], ListEntry | None] = OrderedDict()

    def current(self, lists: PublicLists | None) -> PublicLists:
        """Return the lists as they are now: those that are open, where nothing changed.

        Raises StorageError.
        """
        now = monotonic()
        wait = _IDLE_SECONDS if lists and lists.engine.unmerged else _LOOK_SECONDS
        if lists and now - self._looked < wait and not have_changed(self._workspace, lists):
            return lists
        self._looked = now
        opened = public_lists(self._workspace, lists)
        if not opened.engine.unmerged:
            self._unmerged_since = None
        elif self._unmerged_since is None:
            self._unmerged_since = now
        elif now - self._unmerged_since > _MERGE_AFTER_SECONDS:
            self._merge()
        return opened

    def _merge(self) -> None:
        if self._merging is None or not self._merging.is_alive():
            self._unmerged_since = None
            self._merging = threading.Thread(target=self._merged, name="merging", daemon=True)
            self._merging.start()

    def _merged(self) -> None:
        try:
            with self._again() as workspace:
                merge_indexes(workspace)
        except DuediligenceError:
            log_caught()

    def answer(self, tasks: "Sequence[_Task]", lists: PublicLists) -> "list[_Task]":
        """Answer the tasks, all at once; those that are left need other versions of the lists."""
        try:
            return self._answer(tasks, lists)
        except DuediligenceError as error:
            for task in tasks:
                task.future.set_exception(error)
        except Exception as error:
            if len(tasks) > 1:
                # The fault of one is not that of the others that came with it.
                return [left for task in tasks for left in self.answer([task], lists)]
            log_caught()
            tasks[0].future.set_exception(error)
        return []

    def _answer(self, tasks: "Sequence[_Task]", lists: PublicLists) -> "list[_Task]":
        searches = [task for task in tasks if isinstance(task, _ListsSearch)]
        matches = iter(self._search([q for task in searches for q in task.questions], lists))
        done: list[tuple[_Task, Any]] = []
        left: list[_Task] = []
        for task in tasks:
            try:
                if isinstance(task, _ListsSearch):
                    found = list(islice(matches, len(task.questions)))
                    answers = map(partial(self._one, lists), task.questions, found)
                    done.append((task, LookedUp(lists, tuple(answers))))
                else:
                    entries = (self._entry(lists, *key) for key in task.keys)
                    done.append((task, LookedUp(lists, tuple(entries))))
            except _Gone:
                left.append(task)
        for task, result in done:
            task.future.set_result(result)
        return left

    def _search(self, questions: Sequence[Question], lists: PublicLists) -> list[list[Match]]:
        """Return the matches of each question, best first: one pass for all that ask alike."""
        alike: dict[tuple[frozenset[str], float], list[int]] = {}
        for place, question in enumerate(questions):
            alike.setdefault((question.lists, question.threshold), []).append(place)
        results: list[list[Match]] = [[] for _ in questions]
        for (chosen, threshold), places in alike.items():
            found = lists.engine.search_many(
                [questions[place].subject for place in places],
                dict.fromkeys(chosen & lists.versions.keys(), threshold),
                limit=MOST_FOUND,
                workers=1,
            )
            for place, by_list in zip(places, found, strict=True):
                results[place] = sorted(
                    chain.from_iterable(by_list.values()),
                    key=lambda match: (-match.score, match.list_id, match.entry_id),
                )
        return results

    def _one(self, lists: PublicLists, question: Question, matches: Sequence[Match]) -> Answer:
        found: list[tuple[Match, ListEntry]] = []
        for match in matches[:MOST_FOUND]:
            entry = self._entry(lists, match.list_id, match.entry_id, must_be=True)
            if entry is not None and (question.admits is None or question.admits(entry)):
                found.append((match, entry))
        wanted = found[question.offset : question.offset + question.limit]
        return Answer(tuple(wanted), len(found), len(matches) >= MOST_FOUND)

    def _entry(
        self, lists: PublicLists, list_id: str, entry_id: str, *, must_be: bool = False
    ) -> ListEntry | None:
        """Return an entry that anybody may see. Raises _Gone where the version is not stored any
        more.
        """
        version = lists.versions.get(list_id)
        if version is None:
            return None
        key = (list_id, version.version, entry_id)
        if key in self._entries:
            self._entries.move_to_end(key)
            return self._entries[key]
        try:
            entry = public_entry(self._workspace, lists, list_id, entry_id)
        except KeyError:
            if must_be or have_changed(self._workspace, lists):
                raise _Gone from None
            return None
        self._entries[key] = entry
        if len(self._entries) > _KEPT_ENTRIES:
            self._entries.popitem(last=False)
        return entry


class _Gone(Exception):
    """A newer version of the list is in service, and this one is not stored any more."""
