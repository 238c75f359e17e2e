"""The schedule as a person sees it: who is at work, and how each job stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from duediligence.scheduling.job_status import JobStatus
from duediligence.scheduling.jobs import on_the_clock
from duediligence.scheduling.service import standings
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace

TIMES = "Times are UK time."


@dataclass(frozen=True, slots=True)
class JobView:
    """A job: `standing` has its facts, the rest is words; times are as the clock in the UK shows.

    `last_run` is `never` before the first; `result`, `failures`, `detail` and `problem` are empty
    where there is nothing to say.
    """

    standing: JobStatus
    last_run: str
    result: str
    failures: str
    next_due: str
    detail: str
    problem: str


@dataclass(frozen=True, slots=True)
class ScheduleView:
    """Who is the scheduler (empty: nobody), and each job in the order of its file."""

    at_work: str
    jobs: tuple[JobView, ...]

    @property
    def running(self) -> str:
        """Return who is at work, in a sentence."""
        return (
            f"Running: {self.at_work}" if self.at_work else "No scheduler is running at the moment."
        )

    @property
    def wanting(self) -> bool:
        """Return whether a person should look at a job."""
        return any(one.standing.wanting for one in self.jobs)


@use_case("read")
def schedule_view(workspace: Workspace) -> ScheduleView:
    """Return the schedule as it is shown. Raises UsageError for jobs that cannot be read,
    StorageError.
    """
    holder, found = standings(workspace)
    return ScheduleView(holder, tuple(map(_build_job_view, found)))


def _build_job_view(standing: JobStatus) -> JobView:
    last, due = standing.last, format_uk_time(standing.next_due)
    name = standing.job.name
    return JobView(
        standing=standing,
        last_run=format_uk_time(last.started) if last else "never",
        result=last.result if last else "",
        failures=str(standing.failures or ""),
        next_due=due,
        detail=f"{name}: {last.detail}" if last and last.detail else "",
        problem=f"{name} is overdue: it was due at {due}." if standing.overdue else "",
    )


def format_uk_time(moment: datetime) -> str:
    """Return `2026-11-24 02:30`, as the clocks of the United Kingdom show it."""
    return f"{on_the_clock(moment):%Y-%m-%d %H:%M}"


def build_schedule_document(view: ScheduleView) -> dict[str, object]:
    """Return the schedule for programs; times are UTC."""
    return {"at_work": view.at_work, "jobs": list(_build_job_documents(view))}


def _build_job_documents(view: ScheduleView) -> Iterator[dict[str, object]]:
    for shown in view.jobs:
        one, last = shown.standing, shown.standing.last
        yield {
            "name": one.job.name,
            "action": one.job.action,
            "every": one.job.every,
            "at": one.job.at,
            "state": one.state,
            "overdue": one.overdue,
            "next_due": one.next_due,
            "last_done": one.last_done,
            "failures": one.failures,
            "last": {
                "started": last.started,
                "ended": last.ended,
                "result": last.result,
                "detail": last.detail,
            }
            if last
            else None,
        }
