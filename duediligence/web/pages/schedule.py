"""What runs by itself: how each job stands, and running one now."""

from starlette.responses import Response

from duediligence.errors import NotFound
from duediligence.scheduling.job_status import State
from duediligence.scheduling.jobs import path_of
from duediligence.scheduling.shown import TIMES, JobView, schedule_view
from duediligence.web.upkeep_jobs import run_scheduled
from duediligence.web.visits import Pages, Visit

pages = Pages()

# The colour beside the word.
COLOURS: dict[State, str] = {
    "waiting": "green",
    "due": "blue",
    "overdue": "red",
    "running": "blue",
    "incomplete": "yellow",
    "failed": "red",
    "interrupted": "orange",
}


@pages.get("/schedule")
def schedule(visit: Visit) -> Response:
    if not path_of(visit.service.settings).exists():
        return visit.page("schedule_none.html.jinja", title="Schedule")
    return visit.page(
        "schedule.html.jinja",
        title="Schedule",
        view=schedule_view(visit.ws),
        colours=COLOURS,
        times=TIMES,
    )


@pages.get("/schedule/run")
def ask_to_run(visit: Visit) -> Response:
    view = schedule_view(visit.ws)
    return visit.page(
        "schedule_run.html.jinja",
        title=f"Run {visit.query('job')} now",
        job=_find_job_view(view.jobs, visit.query("job")),
        view=view,
    )


@pages.post("/schedule/run")
def run(visit: Visit) -> Response:
    return visit.go(f"/jobs/{run_scheduled(visit.service, visit.viewer, visit.text('job'))}")


def _find_job_view(jobs: tuple[JobView, ...], name: str) -> JobView:
    for one in jobs:
        if one.standing.job.name == name:
            return one
    raise NotFound(f"Unknown job {name!r}")
