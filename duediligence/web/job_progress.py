"""How far a job is, and where it is stopped: kept in memory, for another thread to look at."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event

from duediligence.progress import KeptWork, Task, Unit, kept_so_far


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
