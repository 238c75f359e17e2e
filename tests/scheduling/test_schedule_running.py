"""Jobs run when due, by a clock that the test holds, over real use cases and a real store."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from duediligence.demo import SAMPLE_SCALE
from duediligence.demo.server import load_demo_answers, serve_demo_api
from duediligence.errors import StorageError
from duediligence.model import Identifier, Supplier
from duediligence.model.entries import COMPANY
from duediligence.scheduling import actions
from duediligence.scheduling.jobs import load_jobs
from duediligence.scheduling.service import KILLED, Runner
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.store.schedule import Result, ScheduleStore

START = datetime(2026, 11, 20, 9, tzinfo=UTC)
SAMPLE = RefreshTerms(scale=SAMPLE_SCALE)
DAILY = """
[[job]]
name = "screening"
action = "re-screen"
every = "day"
at = "03:00"

[[job]]
name = "lists"
action = "refresh lists"
from = "lists"
every = "day"
at = "02:30"
"""
ONE = '[[job]]\nname = "one"\naction = "{action}"\nevery = "day"\nat = "02:30"\n'


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def to(self, hour: int, minute: int = 0, *, days: int = 0) -> None:
        self.now = (self.now + timedelta(days=days)).replace(hour=hour, minute=minute)


class Scheduled:
    """A scheduler that can be started anew, and what it told."""

    def __init__(self, home: Path, clock: Clock) -> None:
        self.settings = Settings(home=home)
        self.clock = clock
        self.told: list[tuple[str, Result, str]] = []
        self.stores: list[ScheduleStore] = []

    def write(self, text: str) -> None:
        (self.settings.home / "schedule.toml").write_text(text, encoding="utf-8")

    def start(self) -> Runner:
        with self.workspace() as workspace:
            jobs = load_jobs(self.settings.home / "schedule.toml", workspace.watchlists)
        self.stores.append(ScheduleStore(self.settings.home / "schedule.db"))
        return Runner(
            jobs,
            self.stores[-1],
            lambda _: self.workspace(),
            self.clock,
            tell=lambda *told: self.told.append(told),
        )

    def workspace(self) -> Workspace:
        workspace = Workspace(self.settings, now=self.clock)
        workspace.backoff = 0.02
        return workspace

    def take_in(self, *suppliers: Supplier) -> None:
        with self.workspace() as workspace:
            workspace.suppliers.save(suppliers, file="test.csv", at=self.clock())

    def tick(self) -> Mapping[str, Result]:
        """The results of one tick in a process of its own, by job."""
        before = len(self.told)
        self.start().run_due()
        return {job: result for job, result, _ in self.told[before:]}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def scheduled(home: Path, samples: Path, clock: Clock) -> Iterator[Scheduled]:
    samples.rename(home / "lists")
    one = Scheduled(home, clock)
    yield one
    for store in one.stores:
        store.close()


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException | None], None]:
    """Make the action `digest` end in that way."""

    def make(error: BaseException | None) -> None:
        def action(*_: object) -> str:
            if error is not None:
                raise error
            return "sent"

        monkeypatch.setitem(actions.ACTIONS, "digest", action)  # type: ignore[arg-type]

    return make


def test_a_night(scheduled: Scheduled, clock: Clock) -> None:
    scheduled.write(DAILY)
    scheduled.take_in(Supplier(ref="S1", name="Lanternfish Ltd"))
    assert scheduled.tick() == {}  # what was due this morning was not missed
    clock.to(2, 29, days=1)
    assert scheduled.tick() == {}
    clock.to(3, 30)
    assert scheduled.tick() == {"lists": "done", "screening": "done"}
    # In the order of their times, not of the file.
    assert [job for job, _, _ in scheduled.told] == ["lists", "screening"]
    assert "unchanged" in scheduled.told[0][2]
    assert "1 never screened" in scheduled.told[1][2]
    assert scheduled.tick() == {}


def test_a_week_without_power_is_caught_up_once(scheduled: Scheduled, clock: Clock) -> None:
    scheduled.write(DAILY)
    scheduled.tick()
    clock.to(12, days=7)
    assert set(scheduled.tick().values()) == {"done"}
    assert scheduled.tick() == {}
    clock.to(2, 30, days=1)
    assert scheduled.tick() == {"lists": "done"}


def test_a_run_stored_before_the_kill_is_reported_by_the_next_attempt(
    scheduled: Scheduled, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheduled.write(ONE.format(action="re-screen"))
    scheduled.take_in(Supplier(ref="S1", name="Lanternfish Ltd"))
    scheduled.tick()
    clock.to(2, 30, days=100)  # by now the lists are out of date

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(ScheduleStore, "end", killed)
        with pytest.raises(Killed):
            scheduled.tick()
    assert scheduled.tick() == {"one": "incomplete"}
    with scheduled.workspace() as workspace:
        (run_id,) = workspace.runs.started()
    assert scheduled.told[-1][2].startswith(
        f"none of 1 suppliers was due after run {run_id}, INCOMPLETE: "
    )
    # Reported once: the next attempt that finds nobody due has nothing to add.
    clock.to(2, 30, days=1)
    assert scheduled.tick() == {"one": "done"}


def test_a_failure_is_tried_again_and_leaves_the_others_alone(
    scheduled: Scheduled, clock: Clock
) -> None:
    scheduled.write(DAILY)
    scheduled.tick()
    folder = scheduled.settings.home / "lists"
    folder.rename(folder.with_name("away"))
    clock.to(3, 0, days=1)
    assert scheduled.tick() == {"lists": "failed", "screening": "done"}
    assert "not a folder" in scheduled.told[-2][2]
    clock.to(3, 4)
    assert scheduled.tick() == {}
    clock.to(3, 5)
    assert scheduled.tick() == {"lists": "failed"}
    folder.with_name("away").rename(folder)
    clock.to(3, 20)
    assert scheduled.tick() == {"lists": "done"}
    clock.to(23)
    assert scheduled.tick() == {}


def test_a_list_that_is_damaged_fails_the_job_and_is_named(
    scheduled: Scheduled, clock: Clock
) -> None:
    scheduled.write(ONE.format(action="refresh lists") + 'from = "lists"\nids = ["un"]\n')
    scheduled.tick()
    for path in (scheduled.settings.home / "lists" / "un").iterdir():
        path.write_bytes(b"<html>Sorry</html>")
    clock.to(2, 30, days=1)
    assert scheduled.tick() == {"one": "failed"}
    assert "un: " in scheduled.told[-1][2]


def test_a_list_that_was_named_must_be_there(scheduled: Scheduled, clock: Clock) -> None:
    (scheduled.settings.home / "nothing").mkdir()
    scheduled.write(ONE.format(action="refresh lists") + 'from = "nothing"\nids = ["un"]\n')
    scheduled.tick()
    clock.to(2, 30, days=1)
    assert scheduled.tick() == {"one": "failed"}


def test_a_faulty_job_is_told_without_a_traceback(
    scheduled: Scheduled, clock: Clock, faulty: Callable[[BaseException | None], None]
) -> None:
    scheduled.write(ONE.format(action="digest"))
    faulty(ZeroDivisionError("by chance"))
    scheduled.tick()
    clock.to(2, 30, days=1)
    runner = scheduled.start()
    runner.run_due()
    assert runner.failed == 1
    assert scheduled.told[-1][2] == "an unexpected fault: ZeroDivisionError: by chance"


def stopped_while_a_class_is_made() -> BaseException:
    """What Python makes of a signal that comes then."""
    wrapped = RuntimeError("Error calling __set_name__")
    wrapped.__cause__ = KeyboardInterrupt()
    return wrapped


@pytest.mark.parametrize("stopped", [KeyboardInterrupt(), stopped_while_a_class_is_made()])
def test_a_job_that_is_stopped_runs_again_at_once(
    scheduled: Scheduled,
    clock: Clock,
    faulty: Callable[[BaseException | None], None],
    stopped: BaseException,
) -> None:
    scheduled.write(ONE.format(action="digest"))
    faulty(stopped)
    scheduled.tick()
    clock.to(2, 30, days=1)
    with pytest.raises(KeyboardInterrupt):
        scheduled.tick()
    assert scheduled.told[-1][1] == "interrupted"
    faulty(None)
    assert scheduled.tick() == {"one": "done"}


def test_what_was_killed_is_marked_and_runs_again(
    scheduled: Scheduled, clock: Clock, faulty: Callable[[BaseException | None], None]
) -> None:
    scheduled.write(ONE.format(action="digest"))
    faulty(None)
    scheduled.tick()
    clock.to(2, 30, days=1)
    scheduled.stores[-1].begin("one", clock.now, clock.now)
    clock.to(2, 40)
    assert scheduled.tick() == {"one": "done"}
    rows = sqlite3.connect(scheduled.settings.home / "schedule.db")
    found = rows.execute("SELECT result, detail FROM attempts ORDER BY id").fetchall()
    rows.close()
    assert found == [("interrupted", KILLED), ("done", "sent")]


def test_where_an_attempt_cannot_be_recorded_nothing_runs(
    scheduled: Scheduled,
    clock: Clock,
    faulty: Callable[[BaseException | None], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scheduled.write(ONE.format(action="digest"))
    faulty(AssertionError("it ran"))
    scheduled.tick()
    clock.to(2, 30, days=1)

    def full(*_: object) -> int:
        raise StorageError("no room")

    monkeypatch.setattr(ScheduleStore, "begin", full)
    with pytest.raises(StorageError):
        scheduled.tick()
    assert scheduled.told == []


def test_the_loop_sleeps_to_the_next_job_and_heeds_a_clock_that_is_set(
    scheduled: Scheduled, clock: Clock, faulty: Callable[[BaseException | None], None]
) -> None:
    scheduled.write(ONE.format(action="digest"))
    faulty(None)
    ran: list[datetime] = []
    slept: list[float] = []

    class Enough(BaseException):
        pass

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock.now += timedelta(seconds=seconds)
        if len(slept) == 5:
            clock.now = clock.now.replace(year=2031)  # a clock gone wrong …
        if len(slept) == 6:
            clock.now = datetime(2026, 11, 21, 2, 29, 50, tzinfo=UTC)  # … and set right
        if len(slept) == 20:
            raise Enough

    runner = scheduled.start()
    runner.tell = lambda *_: ran.append(clock.now)
    with pytest.raises(Enough):
        runner.run_for_ever(sleep)
    assert max(slept) <= 30
    assert [moment.year for moment in ran] == [2031, 2026]
    assert ran[1] == datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


def test_every_supplier_is_screened_again_where_one_is_due(
    scheduled: Scheduled, clock: Clock
) -> None:
    scheduled.write(ONE.format(action="re-screen"))
    scheduled.tick()

    def next_night() -> str:
        clock.to(2, 30, days=1)
        ended = scheduled.tick()
        said = scheduled.told[-1][2]
        assert ended == {"one": "incomplete" if "INCOMPLETE" in said else "done"}
        return said

    assert next_night() == "there are no suppliers"
    first, second = (Supplier(ref=ref, name=f"Firm {ref} Ltd") for ref in ("S1", "S2"))
    scheduled.take_in(first, second)
    assert "2 never screened" in next_night()
    assert next_night() == "none of 2 suppliers was due"
    scheduled.take_in(replace(second, name="Firm Two Ltd"))
    said = next_night()
    assert "screened 2 suppliers" in said
    assert "1 its details changed" in said
    assert "INCOMPLETE" in said, "the lists are too old by now"
    assert "lists were not fully checked" in said
    scheduled.settings = replace(scheduled.settings, threshold=0.7)
    assert "2 the rules of matching changed" in next_night()
    path = scheduled.settings.home / "lists" / "un"
    for file in path.iterdir():
        file.write_bytes(file.read_bytes() + b"\n")
    with scheduled.workspace() as workspace:
        ended = refresh(workspace, ["un"], folder=path.parent, terms=SAMPLE)
        assert [one.result for one in ended] == ["loaded"]
    assert "2 a list changed" in next_night()
    assert next_night() == "none of 2 suppliers was due"
    clock.to(0, days=200)
    assert "2 not screened for 6 months" in next_night()


def _as_by_an_earlier_version(home: Path) -> None:
    """Keep of each dossier a hash that only the version that made it can compare."""
    with closing(sqlite3.connect(home / "schedule.db")) as db:
        assert db.execute("UPDATE dossiers SET sha256 = ?", ("ab" * 32,)).rowcount
        db.commit()


def test_registers_are_asked_again_and_a_change_makes_a_supplier_due(
    scheduled: Scheduled, clock: Clock
) -> None:
    held = load_demo_answers()
    scheduled.write(
        ONE.format(action="refresh dossiers")
        + ONE.format(action="re-screen").replace('"one"', '"two"').replace("02:30", "03:00")
    )
    number = Identifier(COMPANY, "99002101")
    scheduled.take_in(
        Supplier(ref="S1", name="Lanternfish Facilities Management Limited", identifiers=(number,))
    )
    scheduled.tick()
    clock.to(4, days=1)
    assert scheduled.tick() == {"one": "failed", "two": "done"}
    assert "no register is configured" in scheduled.told[0][2]
    with serve_demo_api(held) as base:
        scheduled.settings = replace(
            scheduled.settings,
            companies_house_url=base,
            companies_house_key="any",
            key_hosts=("127.0.0.1",),
        )
        clock.to(4, days=1)
        assert scheduled.tick() == {"one": "done", "two": "done"}
        assert "1 new or changed" in scheduled.told[-2][2]
        assert "1 its register record changed" in scheduled.told[-1][2]
        clock.to(3, days=1)  # less than a day later: asked again all the same
        scheduled.tick()
        assert "0 new or changed" in scheduled.told[-2][2]
        assert "none of 1" in scheduled.told[-1][2]
        _as_by_an_earlier_version(scheduled.settings.home)
        clock.to(3, days=1)
        scheduled.tick()
        assert "0 new or changed" in scheduled.told[-2][2]
        assert "none of 1" in scheduled.told[-1][2]
        _as_by_an_earlier_version(scheduled.settings.home)
        company = held["company/99002101"]
        assert isinstance(company, dict)
        company["company_status"] = "liquidation"
        clock.to(3, days=1)
        scheduled.tick()
        assert "1 new or changed" in scheduled.told[-2][2]
        assert "1 its register record changed" in scheduled.told[-1][2]
    clock.to(4, days=1)
    assert scheduled.tick()["one"] == "failed"
    assert "did not answer about 1 of 1" in next(
        detail for job, _, detail in reversed(scheduled.told) if job == "one"
    )
