"""The schedule: run it as a service or from cron, see how it stands, begin one."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from duediligence.cli.globals import JsonOption, note, progress, say, say_json, warn, workspace
from duediligence.cli.stopping import Stopped, stoppable

if TYPE_CHECKING:
    from datetime import datetime

    from duediligence.scheduling.service import Runner
    from duediligence.scheduling.standing import JobStanding
    from duediligence.store.schedule import Result

app = typer.Typer(help="What runs by itself: lists, screening, digests.", no_args_is_help=True)


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
        with stoppable(), _runner("schedule run") as runner:
            note(f"{len(runner.jobs)} jobs; the next is due at {_clock(runner.soonest())}.")
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
        with stoppable(), _runner("schedule tick") as runner:
            runner.run_due()
            note(f"The next job is due at {_clock(runner.soonest())}.")
            wanting = runner.failed or runner.incomplete
    except Stopped:
        warn("Stopped. Nothing half-done was kept.")
        raise typer.Exit(130) from None
    if wanting:
        raise typer.Exit(3)


@app.command()
def status(as_json: JsonOption = False) -> None:
    """Show each job's last run, how it ended, when it runs next, and what failed.

    Exits 3 when the last attempt of a job failed or could not check everything, or a job did not
    run when it was due.

    Examples:

        duediligence schedule status

        duediligence schedule status --json
    """
    from duediligence.scheduling.service import standings

    with workspace() as ws:
        holder, found = standings(ws)
    if as_json:
        say_json({"at_work": holder, "jobs": [_as_json(one) for one in found]})
    else:
        _show(found, holder)
    raise typer.Exit(3 if any(one.wanting for one in found) else 0)


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
def _runner(command: str) -> Iterator["Runner"]:
    from duediligence.scheduling.service import scheduler

    with (
        workspace() as ws,
        scheduler(ws, command, lambda _: workspace(), _tell, progress()) as runner,
    ):
        yield runner


def _tell(job: str, result: "Result", detail: str) -> None:
    (warn if result in ("failed", "incomplete") else note)(f"{job}: {result}: {detail}")
    # A service's output goes to a pipe, where it would wait for a long time.
    sys.stderr.flush()


def _show(found: "list[JobStanding]", holder: str) -> None:
    from duediligence.cli.globals import table

    table(
        ["job", "action", "every", "at", "state", "last run", "result", "failures", "next due"],
        [
            [
                one.job.name,
                one.job.action,
                one.job.every,
                one.job.at,
                one.state,
                _clock(one.last.started) if one.last else "never",
                one.last.result if one.last else "",
                str(one.failures or ""),
                _clock(one.next_due),
            ]
            for one in found
        ],
    )
    say("Times are UK time.")
    say(f"Running: {holder}" if holder else "No scheduler is running at the moment.")
    for one in found:
        if one.last and one.last.detail:
            say(f"{one.job.name}: {one.last.detail}")
    for one in found:
        if one.overdue:
            warn(f"{one.job.name} is overdue: it was due at {_clock(one.next_due)}.")


def _as_json(one: "JobStanding") -> dict[str, object]:
    last = one.last
    return {
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


def _clock(moment: "datetime") -> str:
    from duediligence.scheduling.jobs import on_the_clock

    return f"{on_the_clock(moment):%Y-%m-%d %H:%M}"
