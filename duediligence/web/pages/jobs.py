"""What was asked for and takes long: how far it is, what came of it, and how to stop it."""

from collections.abc import Mapping

from starlette.responses import FileResponse, Response

from duediligence.errors import NotFound
from duediligence.progress import done_words
from duediligence.store.console import JobRecord, JobState
from duediligence.web.visits import Pages, Visit

pages = Pages()

STATES: Mapping[JobState, tuple[str, str]] = {
    "waiting": ("Waiting for its turn", "grey"),
    "running": ("Running", "blue"),
    "done": ("Done", "green"),
    "incomplete": ("Done, but incomplete", "yellow"),
    "failed": ("Failed", "red"),
    "stopped": ("Stopped", "orange"),
    "lost": ("Stopped with the server", "orange"),
}
_ON_A_PAGE = 50
_SECONDS = 3


@pages.get("/jobs")
def jobs(visit: Visit) -> Response:
    before = visit.query("before")
    found = visit.service.jobs.page(before=before, most=_ON_A_PAGE + 1)
    shown = found[:_ON_A_PAGE]
    return visit.page(
        "jobs.html.jinja",
        title="Jobs",
        jobs=shown,
        states=STATES,
        before=before,
        older=shown[-1].id if len(found) > len(shown) else "",
    )


@pages.get("/jobs/{id}")
def job(visit: Visit) -> Response:
    one = visit.service.jobs.get(visit.path("id"))
    working, still = one.ended is None, visit.query("still") == "yes"
    renews = working and not still
    return visit.page(
        "job.html.jinja",
        title=one.title,
        job=one,
        state=STATES[one.state],
        working=working,
        renews=renews,
        seconds=_SECONDS,
        how_far=done_words(one.done, one.total, one.unit),
        download=visit.service.jobs.file_of(visit.viewer, one) is not None,
        theirs=bool(one.file) and one.account != visit.viewer.account,
        # A header, for what it does is up to the reader: the page has a link without it.
        headers={"Refresh": str(_SECONDS)} if renews else None,
    )


@pages.post("/jobs/{id}/stop")
def stop(visit: Visit) -> Response:
    one = visit.service.jobs.get(visit.path("id"))
    visit.service.jobs.stop(visit.viewer, one.id)
    return visit.go(_build_job_address(one), "" if one.ended is None else "It had ended before.")


@pages.get("/jobs/{id}/file")
def file(visit: Visit) -> Response:
    one = visit.service.jobs.get(visit.path("id"))
    path = visit.service.jobs.file_of(visit.viewer, one)
    if path is None:
        raise NotFound(
            "There is no file of this job here",
            hint="Files are kept for a day, while the server runs, for the person who asked.",
        )
    return FileResponse(path, filename=one.file, content_disposition_type="attachment")


def _build_job_address(one: JobRecord) -> str:
    return f"/jobs/{one.id}"
