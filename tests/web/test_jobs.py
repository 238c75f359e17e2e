"""Jobs run one after the other, are stopped without a trace, and are known to be lost."""

import logging
import sqlite3
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from duediligence.errors import Conflict, Forbidden, Incomplete, NotFound, UsageError
from duediligence.model import Supplier
from duediligence.model.audit import Role
from duediligence.permissions import PRIVATE_FILE, PRIVATE_FOLDER
from duediligence.progress import Progress
from duediligence.scheduling.service import at_work, hold_scheduler_lock, turn
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.store.console import JobRecord
from duediligence.store.schedule import ScheduleStore
from duediligence.web.jobs import FILES_LAST, JobDone, JobProgress, JobStopped, Work
from duediligence.web.people import Viewer
from duediligence.web.service import Service
from duediligence.writing import make_folder, write_text
from tests.rows import for_each

from ..conftest import NOW
from .conftest import service_over
from .jobs_awaited import ended, until

ADA = Viewer(account="ada", name="Ada")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Service]:
    """A service over an empty home, which serves."""
    service = service_over(Settings(home=tmp_path / "empty-home"))
    service.jobs.open()
    yield service
    service.jobs.close()


def start(service: Service, work: Work, viewer: Viewer = ADA) -> str:
    return service.jobs.start(viewer, "screen", "Screen all suppliers", work)


class Held:
    """Work that goes on, step by step, until it is let go."""

    def __init__(self, said: str = "Done.") -> None:
        self.begun, self.free, self.said = Event(), Event(), said

    def __call__(self, ws: Workspace, progress: Progress, folder: Path) -> JobDone:
        with progress.task("Counting", 40) as task:
            task.advance(12)
            self.begun.set()
            while not self.free.wait(0.01):
                task.advance(0)
        return JobDone(said=self.said)


def test_a_job_says_what_came_of_it(served: Service) -> None:
    def work(ws: Workspace, progress: Progress, folder: Path) -> JobDone:
        assert ws.who == "ada"
        return JobDone(said="All is well.", link="/runs/1")

    job = ended(served, start(served, work))
    assert (job.state, job.said, job.link, job.account) == (
        "done", "All is well.", "/runs/1", "ada",
    )  # fmt: skip
    assert job.started
    assert job.ended
    assert job.asked <= job.started <= job.ended
    assert not (served.home / "console" / "jobs" / job.id).exists()


def test_jobs_run_one_at_a_time_in_the_order_asked_for(served: Service) -> None:
    first, second = Held(), Held()
    ids = [start(served, work) for work in (first, second)]
    assert first.begun.wait(30)
    assert [served.jobs.get(one).state for one in ids] == ["running", "waiting"]
    assert not second.begun.is_set()
    assert served.jobs.busy
    first.free.set()
    assert second.begun.wait(30)
    assert served.jobs.get(ids[0]).state == "done"
    second.free.set()
    assert ended(served, ids[1]).state == "done"
    assert [one.id for one in served.jobs.page()] == ids[::-1]
    assert [one.id for one in served.jobs.page(before=ids[1])] == ids[:1]
    assert served.jobs.page(("failed",)) == []


def test_progress_is_there_for_others_to_see(served: Service) -> None:
    work = Held()
    job_id = start(served, work)
    job = until(lambda: (one := served.jobs.get(job_id)).step and one)
    assert (job.step, job.done, job.total, job.unit) == ("Counting", 12, 40, "")
    work.free.set()
    ended(served, job_id)


def test_progress_is_written_twice_a_second_at_most(served: Service) -> None:
    with closing(sqlite3.connect(served.home / "console.db")) as db, db:
        db.execute("CREATE TABLE written (id TEXT)")
        db.execute(
            "CREATE TRIGGER written AFTER UPDATE OF step ON jobs "
            "BEGIN INSERT INTO written VALUES (new.id); END"
        )
    begun = time.monotonic()

    def work(ws: Workspace, progress: Progress, folder: Path) -> JobDone:
        while time.monotonic() - begun < 1.6:
            with progress.task("Counting", 40) as task:
                task.advance()
        return JobDone(said="Done.")

    ended(served, start(served, work))
    most = (time.monotonic() - begun) / 0.5
    with closing(sqlite3.connect(served.home / "console.db")) as db:
        (written,) = db.execute("SELECT count(*) FROM written").fetchone()
    assert 1 <= written <= most


def test_an_error_is_said_with_what_to_do_next(served: Service) -> None:
    def work(ws: Workspace, progress: Progress, folder: Path) -> JobDone:
        raise UsageError("The list is not there", hint="Bring it.")

    job = ended(served, start(served, work))
    assert (job.state, job.said) == ("failed", "The list is not there. Bring it.")


def test_an_incomplete_result_is_no_failure(served: Service) -> None:
    def raising(ws: Workspace, progress: Progress, folder: Path) -> JobDone:
        raise Incomplete("1 list was not checked")

    def returning(ws: Workspace, progress: Progress, folder: Path) -> JobDone:
        return JobDone(said="Stored.", complete=False)

    for work in (raising, returning):
        assert ended(served, start(served, work)).state == "incomplete"


def test_an_unforeseen_error_is_logged_and_takes_no_other_job_with_it(
    served: Service, caplog: pytest.LogCaptureFixture
) -> None:
    def work(ws: Workspace, progress: Progress, folder: Path) -> JobDone:
        write_text(folder / "half.txt", "half")
        raise ZeroDivisionError("of Jo Invented")

    caplog.set_level(logging.ERROR, "duediligence")
    job = ended(served, start(served, work))
    assert job.state == "failed"
    assert "Invented" not in job.said
    assert "Traceback" not in job.said
    assert "The page What went wrong says where: ZeroDivisionError." in job.said
    [record] = caplog.records
    assert record.getMessage().startswith("ZeroDivisionError at duediligence.web.jobs:")
    assert "Invented" not in caplog.text
    assert not (served.home / "console" / "jobs" / job.id).exists()
    assert ended(served, start(served, lambda *_: JobDone(said="Done."))).state == "done"


def test_a_job_that_is_stopped_keeps_nothing_half_done(served: Service) -> None:
    begun = Event()

    def work(ws: Workspace, progress: Progress, folder: Path) -> JobDone:
        with ws.casework.transaction(), progress.task("Saving") as task:
            ws.suppliers.save([Supplier(ref="S1", name="Invented Ltd")], file="s.csv", at=NOW)
            begun.set()
            while True:
                time.sleep(0.01)
                task.advance()

    job_id = start(served, work)
    assert begun.wait(30)
    served.jobs.stop(ADA, job_id)
    job = ended(served, job_id)
    assert (job.state, job.said) == ("stopped", "Stopped by Ada; nothing half-done was kept.")
    with served.workspace(ADA) as ws:
        assert ws.suppliers.all() == []
        assert ws.audit.verify() is None
    served.jobs.stop(ADA, job_id)
    assert served.jobs.get(job_id) == job


def test_what_is_kept_all_the_same_is_said(served: Service) -> None:
    begun = Event()

    def work(ws: Workspace, progress: Progress, folder: Path) -> JobDone:
        with progress.keeping("lists were refreshed", 40) as keeping:
            keeping.advance(3)
            begun.set()
            while True:
                time.sleep(0.01)
                keeping.advance(0)

    job_id = start(served, work)
    assert begun.wait(30)
    until(lambda: served.jobs.get(job_id).said)
    served.jobs.stop(ADA, job_id)
    assert ended(served, job_id).said == (
        "Stopped by Ada; nothing half-done was kept. Before that, 3 of 40 lists were refreshed: "
        "that is kept."
    )


def test_a_job_that_waits_is_taken_out(served: Service) -> None:
    first, second = Held(), Held()
    ids = [start(served, work) for work in (first, second)]
    assert first.begun.wait(30)
    served.jobs.stop(ADA, ids[1])
    job = served.jobs.get(ids[1])
    assert (job.state, job.said) == ("stopped", "Stopped by Ada before it began.")
    first.free.set()
    assert ended(served, ids[0]).state == "done"
    assert not second.begun.is_set()


@for_each(("role", "may"), [("officer", True), ("auditor", False), (None, False)])
def test_who_may_not_do_it_is_refused_at_once(
    tmp_path: Path, role: Role | None, *, may: bool
) -> None:
    service = service_over(Settings(home=tmp_path / "home", users={"bo": "officer"}))
    person = Viewer(account="cy", name="Cy", role=role)
    work, theirs = Held(), Held()
    bo = Viewer(account="bo", name="Bo")
    job_id = start(service, theirs, bo)
    assert theirs.begun.wait(60)
    if may:
        start(service, work, person)
        service.jobs.stop(person, job_id)
        assert ended(service, job_id).said.startswith("Stopped by Cy;")
    else:
        with pytest.raises(Forbidden, match="may not screen"):
            start(service, work, person)
        with pytest.raises(Forbidden, match="may not screen"):
            service.jobs.stop(person, job_id)
        assert [one.id for one in service.jobs.page()] == [job_id]
    service.jobs.close()


def test_jobs_of_a_server_that_was_killed_are_lost(served: Service) -> None:
    # As a killed server leaves them: nobody is at work on them.
    now = served.clock()
    with served.console() as store:
        for job_id in ("one", "two"):
            store.add_job(
                JobRecord(id=job_id, kind="screen", title="Screen", account="ada", asked=now)
            )
        store.begin_job("one", now)
        kept = "12 of 40 suppliers were looked up at Companies House"
        store.step_job("one", "Asking the registers", 12, 40, "", kept)
    write_text(_folder(served, "one") / "half.txt", "half")
    served.jobs.open()
    one, two = served.jobs.get("one"), served.jobs.get("two")
    assert one.state == two.state == "lost"
    assert one.ended
    assert two.ended
    assert two.said == "Stopped with the server; nothing half-done was kept."
    assert one.said == f"{two.said} Before that, {kept}: that is kept."
    assert not (served.home / "console" / "jobs").exists()


def _folder(service: Service, name: str) -> Path:
    folder = service.home / "console" / "jobs" / name
    make_folder(folder)
    return folder


def test_a_server_that_stops_stops_its_jobs(served: Service) -> None:
    first, second = Held(), Held()
    ids = [start(served, work) for work in (first, second)]
    assert first.begun.wait(30)
    served.jobs.close()
    for one in ids:
        job = served.jobs.get(one)
        assert (job.state, job.said) == (
            "lost", "Stopped with the server; nothing half-done was kept.",
        )  # fmt: skip
    assert not second.begun.is_set()
    with pytest.raises(Conflict, match="stopping"):
        start(served, Held())


def test_the_files_of_a_job_are_private_and_go_after_a_day(served: Service) -> None:
    def work(ws: Workspace, progress: Progress, folder: Path) -> JobDone:
        assert (folder / "brought.csv").read_bytes() == b"name\n"
        write_text(folder / "rejects.csv", "x")
        return JobDone(said="1 row rejected.", file="rejects.csv")

    job_id = served.jobs.start(
        ADA, "import suppliers", "Import", work, brought={"brought.csv": b"name\n"}
    )
    job = ended(served, job_id)
    path = served.jobs.file_of(ADA, job)
    assert path
    assert path.read_text() == "x"
    assert stat.S_IMODE(path.stat().st_mode) == PRIVATE_FILE
    assert stat.S_IMODE(path.parent.stat().st_mode) == PRIVATE_FOLDER
    assert served.jobs.file_of(Viewer(account="bo", name="Bo"), job) is None
    real = served.clock
    served.clock = lambda: real() + FILES_LAST + timedelta(minutes=1)
    ended(served, start(served, lambda *_: JobDone(said="Done.")))
    until(lambda: not path.parent.exists())
    assert served.jobs.file_of(ADA, job) is None


def test_an_unknown_job_is_not_found(served: Service) -> None:
    with pytest.raises(NotFound, match="Unknown job 'x'"):
        served.jobs.get("x")


def test_a_job_keeps_a_scheduler_from_starting(tmp_path: Path) -> None:
    with turn(tmp_path, "the console", NOW):
        assert "the console" in at_work(tmp_path)
        with (
            pytest.raises(Conflict, match="the console"),
            hold_scheduler_lock(tmp_path, "other", NOW),
        ):
            pass
    assert at_work(tmp_path) == ""


def test_a_job_waits_while_the_scheduler_is_at_one(tmp_path: Path) -> None:
    progress = JobProgress()
    with (
        closing(ScheduleStore(tmp_path / "schedule.db")) as store,
        hold_scheduler_lock(tmp_path, "other", NOW),
    ):
        with turn(tmp_path, "the console", NOW, progress):
            assert "other" in at_work(tmp_path)  # it is idle, and stays
        store.begin("lists", NOW, NOW)
        seen: list[str] = []
        _when(lambda: progress.now().step, lambda step: (seen.append(step), progress.stop()))
        with pytest.raises(JobStopped), turn(tmp_path, "the console", NOW, progress):
            pass
    assert seen == ["Waiting for the scheduler, which is at lists"]


def _when(look: Callable[[], str], then: Callable[[str], object]) -> None:
    Thread(target=lambda: then(until(look)), daemon=True).start()
