"""Jobs that outlive a request: one at a time, in the order in which they were asked for."""

import logging
import shutil
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from threading import Condition, Event, Thread
from typing import BinaryIO, Final, Literal

from duediligence.errors import Conflict, DuediligenceError, Incomplete, NotFound
from duediligence.logs import log_caught
from duediligence.model.audit import Action
from duediligence.progress import KeptWork, Progress, Task, Unit, kept_so_far
from duediligence.screening.access import permit
from duediligence.screening.workspace import Workspace
from duediligence.store.console import JOB_STATES, JobRecord, JobState
from duediligence.suppliers.apart import Waiter
from duediligence.web.people import Viewer
from duediligence.web.service_home import ServiceHome
from duediligence.writing import make_folder, storing, write_bytes, write_stream

JobKind = Literal[
    "screen",
    "refresh lists",
    "load registers",
    "import suppliers",
    "import and screen",
    "make pack",
    "make report",
    "resolve suppliers",
    "scheduled job",
    "send digest",
    "preview threshold",
    "verify audit chain",
    "bring copy back",
]
# What a person must be allowed to do who starts one, or stops one of somebody else.
MAY: Mapping[JobKind, tuple[Action, ...]] = {
    "screen": ("screen",),
    "refresh lists": ("refresh lists",),
    "load registers": ("load registers",),
    "import suppliers": ("import suppliers",),
    "import and screen": ("import suppliers", "screen"),
    "make pack": ("make reports",),
    "make report": ("make reports",),
    "resolve suppliers": ("read",),
    # And what the job itself does.
    "scheduled job": ("read",),
    "send digest": ("send digests",),
    "preview threshold": ("read",),
    "verify audit chain": ("read",),
    "bring copy back": ("bring copies back",),
}
FILES_LAST: Final = timedelta(days=1)
RECORDS_LAST: Final = timedelta(days=30)
NOTHING_HALF_DONE: Final = "nothing half-done was kept"
# Progress is written twice a second at most.
_WRITE_SECONDS = 0.5
_SWEEP_SECONDS = 3600.0
# A step that takes longer is left to end with the process.
_CLOSE_SECONDS = 8.0

_log = logging.getLogger(__name__)


class JobStopped(BaseException):
    """The job is to stop. Not an Exception, so that nothing's own handling swallows it."""


@dataclass(frozen=True, slots=True)
class JobStep:
    """What a job does at the moment, and what of it is kept by now, in words."""

    step: str = ""
    done: int = 0
    total: int | None = None
    unit: Unit = ""
    kept: str = ""


class JobProgress:
    """The observer of one job. Every step of it raises JobStopped once it is to stop."""

    def __init__(self) -> None:
        self._stop = Event()
        self._tasks: list[_ProgressTask] = []
        self._kept: list[_Keeping] = []

    def stop(self) -> None:
        """Ask the job to stop at its next step."""
        self._stop.set()

    def check(self) -> None:
        """Raise JobStopped if the job is to stop."""
        if self._stop.is_set():
            raise JobStopped

    @property
    def kept(self) -> str:
        """Return what is kept by now whatever becomes of the rest; empty where that is nothing."""
        return kept_so_far(self._kept)

    def now(self) -> JobStep:
        """Return what the job does at the moment: of tasks within tasks, the innermost."""
        if self._stop.is_set():
            return JobStep("Stopping", kept=self.kept)
        tasks = tuple(self._tasks)
        if not tasks:
            return JobStep(kept=self.kept)
        one = tasks[-1]
        return JobStep(one.description, one.done, one.total, one.unit, self.kept)

    @contextmanager
    def task(
        self, description: str, total: int | None = None, *, unit: Unit = ""
    ) -> Iterator[Task]:
        self.check()
        one = _ProgressTask(self, description, total, unit)
        self._tasks.append(one)
        try:
            yield one
        finally:
            self._tasks.remove(one)

    @contextmanager
    def keeping(self, what: str, total: int) -> Iterator[Task]:
        self._kept.append(one := _Keeping(what, total, progress=self))
        yield one

    def note(self, message: str) -> None:
        """Quiet: it is no result."""


@dataclass(eq=False)
class _ProgressTask:
    progress: JobProgress
    description: str
    total: int | None
    unit: Unit
    done: int = 0

    def advance(self, steps: int = 1) -> None:
        self.done += steps
        self.progress.check()


@dataclass(kw_only=True)
class _Keeping(KeptWork):
    progress: JobProgress

    def advance(self, steps: int = 1) -> None:
        super().advance(steps)
        self.progress.check()


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDone:
    """What came of a job: a sentence, where its result is shown, the name of a file in its folder,
    and whether everything was checked.
    """

    said: str
    link: str = ""
    file: str = ""
    complete: bool = True


Work = Callable[[Workspace, Progress, Path], JobDone]

"""Does a job in a workspace of the person who asked; files that it makes go to the folder."""


@dataclass(eq=False)
class _Asked:
    id: str
    kind: JobKind
    viewer: Viewer
    work: Work
    may: tuple[Action, ...]
    progress: JobProgress = field(default_factory=JobProgress)
    stopped_by: str = ""


class Jobs:
    """The jobs of one server, and the thread that runs them. Methods may be called from any thread.

    Every method raises StorageError.
    """

    def __init__(self, service: ServiceHome) -> None:
        self._service = service
        self._changed = Condition()
        self._waiting: deque[_Asked] = deque()
        self._running: _Asked | None = None
        self._thread: Thread | None = None
        self._closed = False

    @property
    def busy(self) -> bool:
        """Return whether a job runs or waits."""
        return bool(self._running or self._waiting)

    def open(self) -> None:
        """Begin to serve: what an earlier server was killed in is lost, and its files go."""
        with self._changed:
            self._closed = False
        now = self._service.clock()
        with self._service.console() as store:
            for job in store.jobs(("waiting", "running"), most=-1):
                store.end_job(job.id, "lost", now, _describe_lost_job(job.said))
            store.forget_jobs(now - RECORDS_LAST)
        shutil.rmtree(self._files, ignore_errors=True)

    def close(self) -> None:
        """Stop serving: the job that runs stops at its next step, and those that wait are lost."""
        with self._changed:
            self._closed = True
            self._end_waiting(list(self._waiting), "lost", _describe_lost_job(""))
            if self._running:
                self._running.progress.stop()
            self._changed.notify_all()
            thread = self._thread
        if thread:
            thread.join(_CLOSE_SECONDS)

    def start(
        self,
        viewer: Viewer,
        kind: JobKind,
        title: str,
        work: Work,
        *,
        brought: Mapping[str, bytes | BinaryIO] | None = None,
        also: tuple[Action, ...] = (),
    ) -> str:
        """Put a job in the queue, and return its id. `brought` are files for its folder, by name;
        `also` what this one does beside what its kind does.

        Raises Forbidden where the person may not do it, and UsageError beside settings that are
        not read: at once, before anything is kept. Raises Conflict while the server stops.
        """
        may = (*MAY[kind], *also)
        self._permit(viewer, may)
        now = self._service.clock()
        asked = _Asked(f"{now:%Y%m%dT%H%M%SZ}-{token_hex(4)}", kind, viewer, work, may)
        for name, body in (brought or {}).items():
            path = self._folder(asked.id) / name
            if isinstance(body, bytes):
                write_bytes(path, body)
            else:
                write_stream(path, body)
        record = JobRecord(id=asked.id, kind=kind, title=title, account=viewer.account, asked=now)
        with self._changed:
            if self._closed:
                raise Conflict(
                    "The server is stopping, and starts nothing new",
                    hint="Start it again, then ask for this once more.",
                )
            with self._service.console() as store:
                store.add_job(record)
            self._waiting.append(asked)
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._run, name="jobs", daemon=True)
                self._thread.start()
            self._changed.notify_all()
        return asked.id

    def stop(self, viewer: Viewer, job_id: str) -> None:
        """Take a job that waits out of the queue, or stop one that runs at its next step.

        One that has ended stays as it is. Raises NotFound, and Forbidden for the job of somebody
        else where the person could not have started it.
        """
        job = self.get(job_id)
        with self._changed:
            asked = next((one for one in self._in_hand() if one.id == job_id), None)
        if asked is None:
            return
        if job.account != viewer.account:
            self._permit(viewer, asked.may)
        with self._changed:
            asked.stopped_by = viewer.name
            if asked in self._waiting:
                self._end_waiting([asked], "stopped", f"Stopped by {viewer.name} before it began.")
            else:
                asked.progress.stop()

    def get(self, job_id: str) -> JobRecord:
        """Return the job of that id. Raises NotFound."""
        with self._service.console() as store:
            job = store.job(job_id)
        if job is None:
            raise NotFound(
                f"Unknown job {job_id!r}",
                hint=f"Jobs are listed for {RECORDS_LAST.days} days after they ended.",
            )
        return job

    def page(
        self, states: Sequence[JobState] = JOB_STATES, *, before: str = "", most: int = 50
    ) -> list[JobRecord]:
        """Return jobs in these states, the newest first; after the job with the id `before`, if
        given.
        """
        with self._service.console() as store:
            return store.jobs(states, before=before, most=most)

    def file_of(self, viewer: Viewer, job: JobRecord) -> Path | None:
        """Return the file that a job made; None where it made none, where that is gone, and for
        everybody but the person who asked for it.
        """
        if not job.file or job.account != viewer.account:
            return None
        path = self._files / job.id / job.file
        return path if path.is_file() else None

    def _permit(self, viewer: Viewer, actions: tuple[Action, ...]) -> None:
        with self._service.workspace(viewer) as ws:
            for action in actions:
                permit(ws, action)

    def _in_hand(self) -> list[_Asked]:
        return [*self._waiting, *([self._running] if self._running else ())]

    def _end_waiting(self, some: Sequence[_Asked], state: JobState, said: str) -> None:
        with self._service.console() as store:
            for asked in some:
                self._waiting.remove(asked)
                store.end_job(asked.id, state, self._service.clock(), said)
                shutil.rmtree(self._files / asked.id, ignore_errors=True)

    # Everything below runs in the thread of the jobs.

    def _run(self) -> None:
        while True:
            with self._changed:
                self._running = None
                self._changed.wait_for(lambda: self._waiting or self._closed, _SWEEP_SECONDS)
                if self._closed:
                    return
                asked = self._running = self._waiting.popleft() if self._waiting else None
            try:
                if asked:
                    self._attempt(asked)
                self._remove_old_files()
            except DuediligenceError:
                # A record that cannot be written must not end the thread with the jobs behind it.
                log_caught()

    def _attempt(self, asked: _Asked) -> None:
        _log.info("job %s: started", asked.id, extra={"job": asked.id, "kind": asked.kind})
        with self._service.console() as store:
            store.begin_job(asked.id, self._service.clock())
        with self._recorded(asked):
            state, done = self._outcome(asked)
        if not done.file:
            shutil.rmtree(self._files / asked.id, ignore_errors=True)
        with self._service.console() as store:
            store.end_job(
                asked.id, state, self._service.clock(), done.said, link=done.link, file=done.file
            )
        _log.info("job %s: %s", asked.id, state, extra={"job": asked.id, "state": state})

    def _outcome(self, asked: _Asked) -> tuple[JobState, JobDone]:
        progress = asked.progress
        try:
            progress.check()
            waiter = Waiter(progress.check, nullcontext)
            with self._service.workspace(asked.viewer, waiter) as ws:
                done = asked.work(ws, progress, self._folder(asked.id))
        except JobStopped:
            if self._closed:
                return "lost", JobDone(said=_describe_lost_job(progress.kept))
            said = f"Stopped by {asked.stopped_by}; {NOTHING_HALF_DONE}."
            return "stopped", JobDone(said=_with_kept(said, progress.kept))
        except DuediligenceError as error:
            log_caught()
            said = f"{error.message.rstrip('.')}. {error.hint}".rstrip()
            if isinstance(error, Incomplete):
                return "incomplete", JobDone(said=said)
            return "failed", JobDone(said=_with_kept(said, progress.kept))
        except Exception as error:
            # One faulty job must not take the others with it.
            log_caught()
            said = (
                f"Something unforeseen went wrong; {NOTHING_HALF_DONE}. The page What went wrong "
                f"says where: {type(error).__name__}."
            )
            return "failed", JobDone(said=_with_kept(said, progress.kept))
        return ("done" if done.complete else "incomplete"), done

    @contextmanager
    def _recorded(self, asked: _Asked) -> Iterator[None]:
        """Write how far the job is, from a thread of its own: a step may take long and say nothing
        in between.
        """
        over = Event()

        def write() -> None:
            written = None
            with self._service.console() as store:
                while not over.wait(_WRITE_SECONDS):
                    now = asked.progress.now()
                    if now != written:
                        store.step_job(asked.id, now.step, now.done, now.total, now.unit, now.kept)
                        written = now

        def writing() -> None:
            try:
                write()
            except DuediligenceError:
                log_caught()

        thread = Thread(target=writing, name="job progress", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    @property
    def _files(self) -> Path:
        return self._service.home / "console" / "jobs"

    def _folder(self, job_id: str) -> Path:
        """Return the job's folder, for nobody else even where the home is shared."""
        folder = self._files / job_id
        with storing(folder):
            make_folder(folder, private=True)
        return folder

    def _remove_old_files(self) -> None:
        before = self._service.clock() - FILES_LAST
        with self._service.console() as store:
            for folder in self._files.iterdir() if self._files.is_dir() else ():
                job = store.job(folder.name)
                if job and job.ended and job.ended < before:
                    shutil.rmtree(folder, ignore_errors=True)


def _describe_lost_job(kept: str) -> str:
    return _with_kept(f"Stopped with the server; {NOTHING_HALF_DONE}.", kept)


def _with_kept(said: str, kept: str) -> str:
    return f"{said} Before that, {kept}: that is kept." if kept else said
