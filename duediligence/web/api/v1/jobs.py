"""`/api/v1/jobs`: what was asked for and takes long."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter
from msgspec import Meta
from starlette.responses import FileResponse, Response

from duediligence.errors import NotFound
from duediligence.store.console import JobRecord, JobState
from duediligence.web.api.v1.answers import Shape, respond
from duediligence.web.api.v1.calls import PREFIX, Call
from duediligence.web.api.v1.operations import serve_operation

router = APIRouter(prefix=PREFIX, tags=["jobs"])
ID: Final = {"id": ("The ID of the job.", "20261127T101500Z-1a2b3c4d")}
_FILE: Final = "application/octet-stream"


class JobDocument(msgspec.Struct):
    """A job, and how far it is. `step` is what is being done, `done` of `total` steps of it.

    `said` is what came of it, in words. `complete` is null until it has ended; then it says whether
    all was done that was asked, and everything was checked. `result` is where to ask for what came
    of it, `file` where the file is that it made, kept for a day for whoever asked; either may be
    empty.
    """

    id: str
    kind: str
    title: str
    state: JobState
    asked_by: str
    asked: datetime
    started: datetime | None
    ended: datetime | None
    step: str
    done: int
    total: int | None
    unit: str
    said: str
    complete: Annotated[bool | None, Meta(description="Null until it has ended.")]
    result: str
    file: str


class JobAnswer(Shape, kw_only=True):
    """A job."""

    data: JobDocument


# The answer of an operation that starts a job.
STARTS_JOB: Final[Mapping[str, Any]] = {
    "done": {202: JobAnswer},
    "headers": {"Location": "The job: ask there until it has ended."},
    "links": dict.fromkeys(("show_job", "stop_job", "download_job_file"), ("id", "data/id")),
}


def started(call: Call, job_id: str) -> Response:
    """Return the answer to a request that started a job: where to ask how far it is."""
    return _build_job_response(call, call.service.jobs.get(job_id), status=202)


@serve_operation(
    router.get,
    "/jobs/{id}",
    operation_id="show_job",
    summary="How far a job is, and what came of it",
    scope="read",
    action="read",
    done={200: JobAnswer},
    parts=ID,
    problems=[404],
)
def job(call: Call) -> Response:
    """Ask again every few seconds until `ended` is set. Jobs are known for 30 days."""
    return _build_job_response(call, call.service.jobs.get(call.path("id")))


@serve_operation(
    router.delete,
    "/jobs/{id}",
    operation_id="stop_job",
    summary="Stop a job",
    scope="write",
    action="read",
    done={200: JobAnswer, 202: JobAnswer},
    parts=ID,
    problems=[404],
)
def stop(call: Call) -> Response:
    """It stops at its next step, and nothing half-done is kept: 202 until it has ended, then 200.
    The job of somebody else is stopped by an account that could have started it.
    """
    jobs, job_id = call.service.jobs, call.path("id")
    jobs.stop(call.viewer, job_id)
    one = jobs.get(job_id)
    return _build_job_response(call, one, status=200 if one.ended else 202)


@serve_operation(
    router.get,
    "/jobs/{id}/file",
    operation_id="download_job_file",
    summary="The file that a job made",
    scope="read",
    action="read",
    parts=ID,
    files=[_FILE],
    problems=[404],
)
def file(call: Call) -> Response:
    """A pack or report, or the rows that an import rejected; for the account that asked for it."""
    one = call.service.jobs.get(call.path("id"))
    path = call.service.jobs.file_of(call.viewer, one)
    if path is None:
        raise NotFound(
            "There is no file of this job here",
            hint="Files are kept for a day, while the server runs, for the account that asked.",
        )
    return FileResponse(
        path, filename=one.file, media_type=_FILE, content_disposition_type="attachment"
    )


def _build_job_response(call: Call, one: JobRecord, *, status: int = 200) -> Response:
    where = f"{PREFIX}/jobs/{one.id}"
    held = call.service.jobs.file_of(call.viewer, one)
    document = JobDocument(
        id=one.id,
        kind=one.kind,
        title=one.title,
        state=one.state,
        asked_by=one.account,
        asked=one.asked,
        started=one.started,
        ended=one.ended,
        step=one.step,
        done=one.done,
        total=one.total,
        unit=one.unit,
        said=one.said,
        complete=one.state == "done" if one.ended else None,
        result=f"{PREFIX}{one.link}" if one.link else "",
        file=f"{where}/file" if held else "",
    )
    headers = {"Location": where} if status == 202 else None
    return respond(document, status=status, headers=headers)
