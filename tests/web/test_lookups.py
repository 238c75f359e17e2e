"""The thread of look-ups: what it finds and refuses, also while lists are refreshed."""

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep

import pytest

from duediligence import demo
from duediligence.errors import StorageError
from duediligence.matching import Subject
from duediligence.model import ListEntry
from duediligence.screening.lists.refresh import drop, refresh
from duediligence.screening.lookup import public_lists
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.store.lists import Failure, ListStore
from duediligence.web import lookups as module
from duediligence.web.lookups import MOST_WAITING, Busy, Lookups, NotReady, Question
from duediligence.web.service import Service
from tests.recorded import record

from ..conftest import NOW, SAMPLE, SAMPLES
from .conftest import service_over

REGISTERS = Path(demo.__file__).parent / "local_registers"
REGISTER = "porthvellan-planning-enforcement"
LISTS = frozenset({"un", "eu", "uk-sanctions"})


def wait_for(condition: Callable[[], bool]) -> None:
    until = monotonic() + 60
    while not condition():
        assert monotonic() < until
        sleep(0.01)


@pytest.fixture
def lookups(service: Service) -> Iterator[Lookups]:
    service.lookups.start()
    wait_for(lambda: service.lookups.ready)
    yield service.lookups
    service.lookups.stop()


def asked(name: str, lists: frozenset[str] = LISTS, limit: int = 5) -> Question:
    return Question(Subject((name,)), lists, 0.8, limit)


@pytest.fixture
def listed(home: Path) -> list[ListEntry]:
    """Some entries of the UN list."""
    with Workspace(Settings(home=home), now=lambda: NOW) as ws:
        return list(ws.lists.entries(ws.lists.current()["un"].version))


def test_it_finds_what_the_engine_finds(lookups: Lookups, listed: list[ListEntry]) -> None:
    questions = [asked(entry.name) for entry in listed]
    done = lookups.submit(questions).result()
    assert len(done.answers) == len(listed)
    for entry, answer in zip(listed, done.answers, strict=True):
        alone = done.lists.engine.search(Subject((entry.name,)), lists=LISTS, threshold=0.8)
        assert entry in [one for _, one in answer.found]
        assert answer.total == sum(map(len, alone.values()))
        scores = [match.score for match, _ in answer.found]
        assert scores == sorted(scores, reverse=True)


def test_together_gives_what_each_alone_gives(lookups: Lookups, listed: list[ListEntry]) -> None:
    names = [entry.name for entry in listed[:20]] + ["Nobody At All"]
    alone = [lookups.submit([asked(name)]).result().answers[0] for name in names]
    futures = [lookups.submit([asked(name)]) for name in names]
    assert [future.result().answers[0] for future in futures] == alone
    assert alone[-1].found == ()


def test_a_limit_and_an_offset_leave_out_the_others(
    lookups: Lookups, listed: list[ListEntry]
) -> None:
    name = next(
        entry.name
        for entry in listed
        if lookups.submit([asked(entry.name)]).result().answers[0].total > 1
    )
    question = asked(name)
    everything = lookups.submit([question]).result().answers[0]
    first = lookups.submit([asked(name, limit=1)]).result().answers[0]
    rest = Question(question.subject, LISTS, 0.8, 5, offset=1)
    assert first.found == everything.found[:1]
    assert first.total == everything.total
    assert lookups.submit([rest]).result().answers[0].found == everything.found[1:]


def test_an_entry_is_given_by_its_id(lookups: Lookups, listed: list[ListEntry]) -> None:
    keys = [("un", listed[0].id), ("un", "none"), ("no-list", "x")]
    assert lookups.entries(keys).result().answers == (listed[0], None, None)


def test_a_record_that_is_not_public_is_never_given(home: Path) -> None:
    """Of a list that comes with the tool, in whose entries something restricted was stored."""
    lists = service_over(Settings(home=home)).lookups
    with Workspace(Settings(home=home), now=lambda: NOW) as ws:
        loaded = ws.lists.current()["hse-notices"]
        entries = list(ws.lists.entries(loaded.version))
        assert entries[0].record
        hidden = replace(entries[0], record=replace(entries[0].record, handling="restricted"))
        ws.lists.swap(
            loaded.version, [hidden, *entries[1:]], loaded.index_folder, loaded.compiled_with
        )
        record(ws, "hse-notices")
    lists.start()
    wait_for(lambda: lists.ready)
    question = asked(hidden.name, frozenset({"hse-notices"}))
    answer = lists.submit([question]).result().answers[0]
    assert hidden.id not in [entry.id for _, entry in answer.found]
    key = ("hse-notices", hidden.id)
    assert lists.entries([key]).result().answers == (None,)
    lists.stop()


def test_a_register_of_the_council_is_never_searched(home: Path) -> None:
    """Not even one whose records are public: who may see it is the council's to say."""
    shutil.copytree(REGISTERS, home / "local-registers")
    with Workspace(Settings(home=home), now=lambda: NOW) as ws:
        list(refresh(ws, [REGISTER]))
        (entry, *_) = ws.lists.entries(ws.lists.current()[REGISTER].version)
    lists = service_over(Settings(home=home)).lookups
    lists.start()
    wait_for(lambda: lists.ready)
    assert REGISTER not in lists.lists.watchlists
    answer = lists.submit([asked(entry.name, frozenset({REGISTER}))]).result().answers[0]
    assert answer.found == ()
    assert lists.entries([(REGISTER, entry.id)]).result().answers == (None,)
    lists.stop()


def test_before_the_lists_are_open_nothing_is_answered(service: Service) -> None:
    assert not service.lookups.ready
    with pytest.raises(NotReady):
        service.lookups.submit([asked("x")])
    with pytest.raises(NotReady):
        service.lookups.entries([("un", "x")])


def test_more_than_may_wait_is_refused(lookups: Lookups, listed: list[ListEntry]) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def slow(_: ListEntry) -> bool:
        begun.set()
        return may_end.wait(60)

    name = listed[0].name
    first = lookups.submit([Question(Subject((name,)), LISTS, 0.8, 5, admits=slow)])
    assert begun.wait(60)
    # One that is larger than all that may wait has its turn when nothing else waits.
    large = lookups.submit([asked("x")] * (MOST_WAITING + 1))
    with pytest.raises(Busy):
        lookups.submit([asked("x")])
    may_end.set()
    assert first.result().answers[0].found
    assert len(large.result().answers) == MOST_WAITING + 1
    assert lookups.submit([asked("x")]).result()
    lookups.stop()
    with pytest.raises(Busy):
        lookups.submit([asked("x")])


def test_a_refresh_is_seen_by_the_next_look_up(home: Path, lookups: Lookups) -> None:
    before = lookups.submit([asked("x")]).result().lists
    with Workspace(Settings(home=home), now=lambda: NOW) as ws:
        drop(ws, "un")
    without = lookups.submit([asked("x")]).result().lists
    assert "un" not in without.versions
    assert without.statuses["un"].state == "never loaded"
    assert "un" in [status.list_id for status in without.not_checked(LISTS)]
    with Workspace(Settings(home=home), now=lambda: NOW) as ws:
        list(refresh(ws, ["un"], folder=SAMPLES, terms=SAMPLE))
    after = lookups.submit([asked("x")]).result().lists
    assert after.versions["un"] == before.versions["un"]
    assert len({before.name, without.name}) == 2


def test_a_failed_refresh_makes_the_list_stale_at_once(home: Path, lookups: Lookups) -> None:
    engine = lookups.lists.engine
    with Workspace(Settings(home=home), now=lambda: NOW) as ws:
        ws.lists.fail("un", Failure(NOW, "the server did not answer"))
        record(ws, "un")
    lists = lookups.submit([asked("x")]).result().lists
    assert lists.statuses["un"].state == "stale"
    # It is searched all the same, in the index that is open already.
    assert "un" in lists.versions
    assert lists.engine is engine


def test_indexes_that_are_not_merged_yet_are_searched_one_by_one(
    home: Path, listed: list[ListEntry]
) -> None:
    shutil.rmtree(home / "indexes" / ".merged")
    lists = service_over(Settings(home=home)).lookups
    lists.start()
    wait_for(lambda: lists.ready)
    assert lists.lists.engine.unmerged
    apart = lists.submit([asked(entry.name) for entry in listed]).result()
    with Workspace(Settings(home=home), now=lambda: NOW) as ws:
        public_lists.merge_indexes(ws)
    # No version changed: an idle server looks from time to time.
    wait_for(lambda: not lists.lists.engine.unmerged)
    assert lists.submit([asked(e.name) for e in listed]).result().answers == apart.answers
    lists.stop()


def test_where_no_refresh_merges_them_the_server_does(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MERGE_AFTER_SECONDS", 0.0)
    shutil.rmtree(home / "indexes" / ".merged")
    lists = service_over(Settings(home=home)).lookups
    lists.start()
    wait_for(lambda: lists.ready and not lists.lists.engine.unmerged)
    lists.stop()


def test_one_answer_is_of_one_version_while_lists_are_swapped(
    home: Path, lookups: Lookups, listed: list[ListEntry]
) -> None:
    """A list comes and goes all the time: each answer has all of it or nothing, and none fails."""
    ended = threading.Event()

    def swap() -> None:
        for _ in range(3):
            with Workspace(Settings(home=home), now=lambda: NOW) as ws:
                drop(ws, "un")
                list(refresh(ws, ["un"], folder=SAMPLES, terms=SAMPLE))
        ended.set()

    thread = threading.Thread(target=swap)
    thread.start()
    questions = [asked(entry.name, frozenset({"un"})) for entry in listed]
    seen = set()
    while not ended.is_set() or len(seen) < 2:
        done = lookups.submit(questions).result()
        there = {any(one.id == e.id for _, one in answer.found)
                 for e, answer in zip(listed, done.answers, strict=True)}  # fmt: skip
        assert there == {"un" in done.lists.versions}
        seen |= there
    thread.join()


def test_what_a_store_cannot_read_is_said_to_whoever_asked(
    lookups: Lookups, monkeypatch: pytest.MonkeyPatch, listed: list[ListEntry]
) -> None:
    def broken(*_: object) -> ListEntry:
        raise StorageError("the disk failed")

    monkeypatch.setattr(ListStore, "entry", broken)
    with pytest.raises(StorageError, match="the disk failed"):
        lookups.submit([asked(listed[0].name)]).result()
    monkeypatch.undo()
    assert lookups.submit([asked(listed[0].name)]).result().answers[0].found


def test_the_fault_of_one_look_up_is_not_that_of_others(
    lookups: Lookups, listed: list[ListEntry]
) -> None:
    def fails(_: ListEntry) -> bool:
        raise ZeroDivisionError

    name = listed[0].name
    bad = Question(Subject((name,)), LISTS, 0.8, 5, admits=fails)
    futures = [lookups.submit([one]) for one in (asked(name), bad, asked(name))]
    assert futures[0].result().answers[0].found
    with pytest.raises(ZeroDivisionError):
        futures[1].result()
    assert futures[2].result().answers[0].found
