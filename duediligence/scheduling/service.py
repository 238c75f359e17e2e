"""The scheduler of one home: how its jobs stand, and the one that runs them."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from duediligence.progress import SILENT, Progress
from duediligence.scheduling.actions import MAY
from duediligence.scheduling.instance import alone, at_work
from duediligence.scheduling.jobs import Job, load, path_of
from duediligence.scheduling.running import Runner, Tell
from duediligence.scheduling.standing import Standing, standing
from duediligence.screening.access import refuse_beside_ignored_settings, use_case
from duediligence.screening.workspace import Workspace
from duediligence.store.schedule import ScheduleStore


@use_case("read")
def jobs_of(workspace: Workspace) -> tuple[Job, ...]:
    """The jobs, as a person wrote them down. Raises UsageError."""
    return load(path_of(workspace.settings), workspace.watchlists)


@use_case("read")
def standings(workspace: Workspace) -> tuple[str, list[Standing]]:
    """Who is at work (empty where nobody is), and how each job stands.

    Raises UsageError, StorageError.
    """
    now, home, jobs = workspace.now(), workspace.settings.home, jobs_of(workspace)
    holder = at_work(home)
    with closing(ScheduleStore(home / "schedule.db")) as store:
        since = store.since()
        found = [
            standing(
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
    open_workspace: Callable[[Job], Workspace],
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
    with alone(home, command, now()), closing(ScheduleStore(home / "schedule.db")) as store:
        yield Runner(jobs, store, open_workspace, now, tell=tell, progress=progress)
