"""The status of a job, from its cadence and what was attempted: pure, whatever the clock says."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from duediligence.scheduling.jobs import Cadence, Job
from duediligence.store.schedule import Attempt

# After one failure, after two, after three; then the job waits for its next regular time.
WAITS = (timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=60))
OVERDUE_AFTER = timedelta(hours=1)

State = Literal["waiting", "due", "overdue", "running", "incomplete", "failed", "interrupted"]
# What need not be tried again: what could not be checked then is told, and waits for its source.
_DONE = ("done", "incomplete")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStatus:
    """A job and its status. `failures` are those since it was last done. Times are UTC."""

    job: Job
    state: State
    overdue: bool
    next_due: datetime
    last: Attempt | None
    last_done: datetime | None
    failures: int

    @property
    def wanting(self) -> bool:
        """Return whether a person should look: it failed, was incomplete, or did not run when
        due.
        """
        return self.overdue or (
            self.last is not None and self.last.result in ("failed", "incomplete")
        )


def next_due(
    cadence: Cadence, attempts: Sequence[Attempt], *, since: datetime, now: datetime
) -> datetime:
    """Return when the job is to run next; not after `now` where it is due.

    Of the times missed only the latest counts, so that a job is caught up once. What was due
    before `since`, when the job was first seen, was not missed. `attempts` are in order; those
    for a time that lies ahead were made by a clock that was wrong, and count for nothing.
    """
    latest, following = cadence.latest(now), cadence.following(now)
    if latest < since:
        return following
    tried = [one for one in attempts if latest <= one.due <= now]
    if not tried:
        return latest
    last = tried[-1]
    if last.ended is None or any(one.result in _DONE for one in tried):
        return following
    # What was interrupted is no worse for it and runs again at once. Where it is interrupted
    # every time, the job itself may bring the machine down: then it waits as one that fails.
    failures = len(tried) - (last.result == "interrupted")
    if failures > len(WAITS):
        return following
    wait = WAITS[failures - 1] if failures else timedelta()
    return min(last.ended + wait, following)


def derive_job_status(
    job: Job, attempts: Sequence[Attempt], *, since: datetime, now: datetime, running: bool
) -> JobStatus:
    """Return the status of a job. `running` says that an instance is at work on what is open."""
    if attempts and attempts[-1].result == "started" and not running:
        killed = attempts[-1]
        killed = replace(killed, result="interrupted", ended=killed.started)
        attempts = [*attempts[:-1], killed]
    last = attempts[-1] if attempts else None
    due = next_due(job.cadence, attempts, since=since, now=now)
    overdue = due <= now - OVERDUE_AFTER
    return JobStatus(
        job=job,
        state=_derive_job_state(last, due=due <= now, overdue=overdue),
        overdue=overdue,
        next_due=due,
        last=last,
        last_done=next((one.ended for one in attempts if one.result in _DONE), None),
        failures=sum(one.result in ("failed", "interrupted") for one in attempts),
    )


def _derive_job_state(last: Attempt | None, *, due: bool, overdue: bool) -> State:
    if last and last.result == "started":
        return "running"
    if overdue:
        return "overdue"
    if last and (last.result == "failed" or last.result == "interrupted"):
        return last.result
    if due:
        return "due"
    return "incomplete" if last and last.result == "incomplete" else "waiting"
