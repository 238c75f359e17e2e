"""The schedule: run it as a service or from cron, see how it stands, begin one."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from duediligence.cli.globals import JsonOption, note, progress, say, say_json, warn, workspace
from duediligence.cli.stopping import Stopped, stop_on_signal

if TYPE_CHECKING:
    from datetime import datetime

    from duediligence.scheduling.service import Runner
    from duediligence.scheduling.shown import ScheduleView
    from duediligence.store.schedule import Result

app = typer.Typer(
    help="Jobs that run by themselves: lists, screening, digests.", no_args_is_help=True
)


@app.command()
def run() -> None:
    """Run jobs as they fall due, until stopped. For a service manager such as systemd.

    Exits 0 when stopped by SIGTERM; an interrupted job leaves nothing half-done and runs again.

    Examples:

        duediligence schedule run

        duediligence --home /srv/duediligence schedule run
    """
    import time

    try:
        with stop_on_signal(), _open_job_runner("schedule run") as runner:
            note(
                f"{len(runner.jobs)} jobs; the next is due at {_format_job_time(runner.soonest())}."
            )
            runner.run_for_ever(time.sleep)
    except Stopped as stopped:
        note("Stopped. Nothing half-done was kept.")
        raise typer.Exit(130 if stopped.by_hand else 0) from None


@app.command()
def tick() -> None:
    """Run what is due now, once, and exit. For cron or the Windows Task Scheduler.

    Exits 3 when a job failed, which a later tick retries, or when a screening could not
    check everything.

    Examples:

        duediligence schedule tick

        duediligence --quiet schedule tick
    """
    try:
        with stop_on_signal(), _open_job_runner("schedule tick") as runner:
            runner.run_due()
            note(f"The next job is due at {_format_job_time(runner.soonest())}.")
            wanting = runner.failed or runner.incomplete
    except Stopped:
        warn("Stopped. Nothing half-done was kept.")
        raise typer.Exit(130) from None
    if wanting:
        raise typer.Exit(3)


@app.command()
def status(as_json: JsonOption = False) -> None:
    """Show each job's last run, its next run, and what failed.

    Exits 3 when the last attempt of a job failed or could not check everything, or a job did not
    run when it was due.

    Examples:

        duediligence schedule status

        duediligence schedule status --json
    """
    from duediligence.scheduling.shown import build_schedule_document, schedule_view

    with workspace() as ws:
        view = schedule_view(ws)
    if as_json:
        say_json(build_schedule_document(view))
    else:
        _print_schedule(view)
    raise typer.Exit(3 if view.wanting else 0)


@app.command()
def example() -> None:
    """Print an example schedule, with comments.

    Examples:

        duediligence schedule example

        duediligence schedule example > schedule.toml
    """
    from duediligence.scheduling.jobs import EXAMPLE

    say(EXAMPLE.rstrip())


@contextmanager
def _open_job_runner(command: str) -> Iterator["Runner"]:
    from duediligence.scheduling.service import scheduler

    with (
        workspace() as ws,
        scheduler(ws, command, lambda _: workspace(), _print_job_result, progress()) as runner,
    ):
        yield runner


def _print_job_result(job: str, result: "Result", detail: str) -> None:
    (warn if result in ("failed", "incomplete") else note)(f"{job}: {result}: {detail}")
    # A service's output goes to a pipe, where it would wait for a long time.
    sys.stderr.flush()


def _print_schedule(view: "ScheduleView") -> None:
    from duediligence.cli.globals import table
    from duediligence.scheduling.shown import TIMES

    table(
        ["job", "action", "every", "at", "state", "last run", "result", "failures", "next due"],
        [
            [
                one.standing.job.name,
                one.standing.job.action,
                one.standing.job.every,
                one.standing.job.at,
                one.standing.state,
                one.last_run,
                one.result,
                one.failures,
                one.next_due,
            ]
            for one in view.jobs
        ],
    )
    say(TIMES)
    say(view.running)
    for one in view.jobs:
        if one.detail:
            say(one.detail)
    for one in view.jobs:
        if one.problem:
            warn(one.problem)


def _format_job_time(moment: "datetime") -> str:
    from duediligence.scheduling.shown import format_uk_time

    return format_uk_time(moment)
