"""The service that runs jobs: one instance, each job with its record."""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import schedule

from duediligence.errors import Conflict, DuediligenceError, Incomplete, NotFound, StorageError
from duediligence.fetch.locking import InUse, lock_file
from duediligence.logs import log_caught
from duediligence.progress import SILENT, Progress
from duediligence.scheduling.actions import ACTIONS, MAY
from duediligence.scheduling.job_status import JobStatus, derive_job_status, next_due
from duediligence.scheduling.jobs import Job, load_jobs, path_of
from duediligence.screening.access import refuse_beside_ignored_settings, use_case
from duediligence.screening.workspace import Workspace
from duediligence.store.schedule import Result, ScheduleStore
from duediligence.text.wording import listed

_MOST_BYTES = 200
# A glance at the lock, as `schedule status` takes it, must not turn a scheduler away.
_PATIENCE_SECONDS = 1.0


@contextmanager
def hold_scheduler_lock(home: Path, command: str, now: datetime) -> Iterator[None]:
    """Be the only scheduler in this home. Raises Conflict naming who is, StorageError."""
    path = _locate_scheduler_lock(home)
    try:
        with lock_file(path, patience=_PATIENCE_SECONDS) as file:
            file.truncate(0)
            file.seek(0)
            since = f"since {now:%Y-%m-%d %H:%M} UTC"
            file.write(f"`{command}`, process {os.getpid()}, {since}".encode())
            try:
                yield
            finally:
                file.truncate(0)
    except InUse as error:
        raise Conflict(
            f"another scheduler is running in {home}: {_read_lock_holder(path)}",
            hint="Wait for it to end, or stop it first. A home has one scheduler.",
        ) from error


def at_work(home: Path) -> str:
    """Return who is the scheduler in this home; empty where there is none. Makes no file."""
    path = _locate_scheduler_lock(home)
    if not path.exists():
        return ""
    try:
        with lock_file(path, patience=0):
            return ""
    except InUse:
        return _read_lock_holder(path)


@contextmanager
def turn(home: Path, who: str, now: datetime, progress: Progress = SILENT) -> Iterator[None]:
    """Do inside what a job does, not beside a scheduler that does the same.

    Waits while a scheduler is at a job. Where none is running, `who` is the only one for as long as
    this takes, and no scheduler starts. One that is running and waits for its time stays, and may
    start a job meanwhile: each stores whole what it does. Raises StorageError.
    """
    with ExitStack() as held:
        with ExitStack() as waiting:
            while not _try_scheduler_lock(held, home, who, now):
                if not (jobs := _list_running_jobs(home)):
                    break
                waiting.close()
                task = progress.task(f"Waiting for the scheduler, which is at {listed(jobs)}")
                waiting.enter_context(task).advance(0)
        yield


def _try_scheduler_lock(held: ExitStack, home: Path, who: str, now: datetime) -> bool:
    try:
        held.enter_context(hold_scheduler_lock(home, who, now))
    except Conflict:
        return False
    return True


def _list_running_jobs(home: Path) -> list[str]:
    with closing(ScheduleStore(home / "schedule.db")) as store:
        return store.running()


def _locate_scheduler_lock(home: Path) -> Path:
    return home / "schedule.lock"


def _read_lock_holder(path: Path) -> str:
    try:
        with path.open("rb") as file:
            told = file.read(_MOST_BYTES).decode("utf-8", errors="replace")
    except OSError as error:
        raise StorageError(f"{path}: cannot be read: {error.strerror or error}") from error
    return told or "an unidentified process"


_log = logging.getLogger(__name__)

KILLED = "the process ended before it finished"
# A clock may be set, and a machine sleep: never rely on one long wait.
_LONGEST_WAIT = timedelta(seconds=30)
_SHORTEST_WAIT = timedelta(seconds=0.1)

Tell = Callable[[str, Result, str], None]
"""Told of each attempt: the name of its job, its result, and what was done or went wrong."""


def _tell_nobody(job: str, result: Result, detail: str) -> None:
    pass


@dataclass
class Runner:
    """Runs jobs as they fall due. Only for who holds the lock of `instance.alone`.

    `open_workspace` gives each attempt at a job a workspace of its own. `now` is aware. Raises
    StorageError where an attempt cannot be recorded: nothing runs that would not be known.
    """

    jobs: Sequence[Job]
    store: ScheduleStore
    open_workspace: Callable[[Job], AbstractContextManager[Workspace]]
    now: Callable[[], datetime]
    tell: Tell = _tell_nobody
    progress: Progress = SILENT
    failed: int = 0
    incomplete: int = 0
    _scheduler: schedule.Scheduler = field(default_factory=schedule.Scheduler)

    def __post_init__(self) -> None:
        self.store.close_open(KILLED, self.now())
        self.store.note_first_seen([job.name for job in self.jobs], self.now())

    def run_due(self) -> None:
        """Run every job that is due, once, in the order of their times. Counts `failed` and
        `incomplete`.
        """
        # What an attempt that was stopped left behind is reckoned again from the records.
        self._scheduler.clear()
        times = [(self.next_due(job), job) for job in self.jobs]
        for at, job in sorted(times, key=lambda each: each[0]):
            if at <= self.now():
                self._scheduler.every().second.do(self._attempt, job).tag(job.name)
        self._scheduler.run_all()

    def run_now(self, name: str) -> None:
        """Run one job, due or not. It counts for the last time it was due. Raises NotFound."""
        self._attempt(job_named(self.jobs, name))

    def run_for_ever(self, sleep: Callable[[float], None]) -> None:
        """Run jobs as they fall due, until an exception (as from a signal) ends it."""
        while True:
            self.run_due()
            wait = self.soonest() - self.now()
            sleep(min(max(wait, _SHORTEST_WAIT), _LONGEST_WAIT).total_seconds())

    def soonest(self) -> datetime:
        """Return when a job is to run next."""
        return min(self.next_due(job) for job in self.jobs)

    def next_due(self, job: Job) -> datetime:
        """Return when the job is to run next."""
        since = self.store.since()[job.name]
        return next_due(job.cadence, self.store.attempts(job.name), since=since, now=self.now())

    def _attempt(self, job: Job) -> type[schedule.CancelJob]:
        """Run a job and record how it ended. The library drops it: the records say when next."""
        started = self.now()
        _log.info("job %s: started", job.name, extra={"job": job.name, "action": job.action})
        attempt = self.store.begin(job.name, job.cadence.latest(started), started)
        result: Result = "interrupted"
        detail = "stopped before it finished"
        try:
            with self.open_workspace(job) as workspace:
                detail = ACTIONS[job.action](workspace, job, self.progress)
            result = "done"
        except Incomplete as error:
            log_caught()
            result, detail = "incomplete", error.message
        except DuediligenceError as error:
            log_caught()
            result, detail = "failed", f"{error.message.rstrip('.')}. {error.hint}".rstrip()
        except Exception as error:
            cause = error.__cause__
            if cause is not None and not isinstance(cause, Exception):
                raise cause from None  # Python wraps a signal that comes while a class is made
            # One faulty job must not take the others with it.
            log_caught()
            result, detail = "failed", f"an unexpected fault: {type(error).__name__}: {error}"
        finally:
            # Also when it is being stopped, by an exception that is none of these.
            self.store.end(attempt, result, detail, self.now())
            self.failed += result == "failed"
            self.incomplete += result == "incomplete"
            _log.log(
                logging.ERROR if result == "failed" else logging.INFO,
                "job %s: %s", job.name, result,
                extra={"job": job.name, "action": job.action, "result": result},
            )  # fmt: skip
            self.tell(job.name, result, detail)
        return schedule.CancelJob


def job_named(jobs: Sequence[Job], name: str) -> Job:
    """Return the job of that name. Raises NotFound."""
    for job in jobs:
        if job.name == name:
            return job
    raise NotFound(
        f"Unknown job {name!r}", hint=f"Valid jobs: {', '.join(job.name for job in jobs)}."
    )


@use_case("read")
def jobs_of(workspace: Workspace) -> tuple[Job, ...]:
    """Return the jobs, as a person wrote them down. Raises UsageError."""
    return load_jobs(path_of(workspace.settings), workspace.watchlists)


@use_case("read")
def standings(workspace: Workspace) -> tuple[str, list[JobStatus]]:
    """Return who is at work (empty where nobody is), and how each job stands.

    Raises UsageError, StorageError.
    """
    now, home, jobs = workspace.now(), workspace.settings.home, jobs_of(workspace)
    holder = at_work(home)
    with closing(ScheduleStore(home / "schedule.db")) as store:
        since = store.since()
        found = [
            derive_job_status(
                job,
                store.attempts(job.name),
                since=since.get(job.name, now),
                now=now,
                running=bool(holder),
            )
            for job in jobs
        ]
    return holder, found


@contextmanager
@use_case("read")
def scheduler(
    workspace: Workspace,
    command: str,
    open_workspace: Callable[[Job], AbstractContextManager[Workspace]],
    tell: Tell,
    progress: Progress = SILENT,
) -> Iterator[Runner]:
    """Be the only scheduler in this home. What a job may do is checked when it runs.

    `command` is how it was started; `open_workspace` gives each attempt a workspace of its own.
    Raises Conflict where another is at work, UsageError for jobs that cannot be read, or beside
    settings that are not, StorageError.
    """
    now, home, jobs = workspace.now, workspace.settings.home, jobs_of(workspace)
    for job in jobs:
        refuse_beside_ignored_settings(workspace, MAY[job.action])
    with (
        hold_scheduler_lock(home, command, now()),
        closing(ScheduleStore(home / "schedule.db")) as store,
    ):
        yield Runner(jobs, store, open_workspace, now, tell=tell, progress=progress)
