"""`/api/v1/runs`."""

from typing import Annotated, Any, Final, Literal

import msgspec
from fastapi import APIRouter
from msgspec import Meta
from starlette.responses import Response

from duediligence.casework.run_reports import run_document
from duediligence.casework.runs_shown import runs_page
from duediligence.delivery.flag_files import RunForm, run_as_bytes
from duediligence.model import Run
from duediligence.screening.resolution.resolving import supplier_of
from duediligence.store.casework.runs import RunHeading
from duediligence.web import job_kinds
from duediligence.web.api.v1.answers import (
    NextCursor,
    PageParameters,
    People,
    PeopleParameters,
    PeopleWanted,
    Shape,
    cursor_at,
    place_in,
    respond,
    shape_of,
)
from duediligence.web.api.v1.calls import PREFIX, Call
from duediligence.web.api.v1.jobs import STARTS_JOB, started
from duediligence.web.api.v1.operations import serve_operation

router = APIRouter(prefix=PREFIX, tags=["runs"])
ID: Final = {"id": ("The ID of the run.", "20261127T101500Z-1a2b3c4d")}
_MEDIA: Final[dict[RunForm, str]] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "html": "text/html; charset=utf-8",
}
_Documents = list[dict[str, Any]]
RunDocument = shape_of(
    "RunDocument",
    Run,
    "A run. Where it is not `complete`, nobody in it is clear: `not_checked` are the lists that "
    "were missing or stale, and a finding with the outcome `unknown` says what else was not "
    "checked.",
    without=(
        "lists",
        "findings",
        "basis",
        "scope",
        "readings",
        "new_matcher",
        "by_matcher",
        "by_judgement",
        "set_aside",
    ),
    readings=dict[str, Any],
    complete=bool,
    new_matcher=dict[str, Any] | None,
    by_judgement=_Documents,
    not_checked=_Documents,
    lists=_Documents,
    findings=_Documents,
    set_aside=_Documents,
    flags=list[list[int]],
    scope=dict[str, Any],
)


class RunsAnswer(Shape, kw_only=True):
    """Runs, the newest first. Where one is not `complete`, something in it was not checked."""

    data: list[RunHeading]
    total: int
    next: NextCursor


class RunAnswer(Shape, kw_only=True):
    """A run, as `screen --json --redact-people` has it, or without that with people included."""

    data: RunDocument  # type: ignore[valid-type]
    people: People


class RunRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Whom to screen."""

    supplier: Annotated[
        Annotated[str, Meta(min_length=1, max_length=400)] | None,
        Meta(description="Its reference; unset: all of them."),
    ] = None


class FlagsParameters(msgspec.Struct):
    """Which file."""

    format: Literal["csv", "xlsx", "json", "html"] = "csv"
    people: PeopleWanted = "redacted"
    all_suppliers: Annotated[
        bool, Meta(description="A row for each supplier, flagged or not, in csv and xlsx.")
    ] = False


@serve_operation(
    router.get,
    "/runs",
    operation_id="list_runs",
    summary="The screenings, the newest first",
    scope="read",
    action="read",
    done={200: RunsAnswer},
    query=PageParameters,
    links=dict.fromkeys(("show_run", "download_flags"), ("id", "data/0/id")),
    problems=[422],
)
def runs(call: Call) -> Response:
    """Each with how many suppliers it covered and whether everything was checked."""
    asked = call.query(PageParameters)
    found = runs_page(call.ws, place_in(asked, int) or 0, asked.limit)
    return respond(
        found.rows,
        beside={
            "total": found.total,
            "next": cursor_at(asked, found.after),
        },
    )


@serve_operation(
    router.post,
    "/runs",
    operation_id="start_run",
    summary="Screen all suppliers, or one",
    scope="write",
    action="screen",
    body=RunRequest,
    body_required=False,
    **STARTS_JOB,
    problems=[400, 404, 409, 413, 422],
)
def start_run(call: Call) -> Response:
    """As `screen` does, in a job. Its `result` is the run."""
    asked = call.json(RunRequest)
    if asked.supplier is None:
        return started(call, job_kinds.screen_all(call.service, call.viewer))
    ref = supplier_of(call.ws, asked.supplier).ref
    return started(call, job_kinds.screen_one(call.service, call.viewer, ref))


@serve_operation(
    router.get,
    "/runs/{id}",
    operation_id="show_run",
    summary="A run with its findings",
    scope="read",
    action="read",
    done={200: RunAnswer},
    query=PeopleParameters,
    parts=ID,
    problems=[404, 422],
)
def run(call: Call) -> Response:
    """Without restricted findings, which are counted, and what was decided as not the same."""
    asked = call.query(PeopleParameters)
    if asked.people == "redacted":
        data = run_document(call.ws, call.path("id"))
    else:
        held = run_as_bytes(call.ws, call.path("id"), "json", people=True, file="standard output")
        data = msgspec.json.decode(held)["data"]
    return respond(data, beside={"people": asked.people})


@serve_operation(
    router.get,
    "/runs/{id}/flags",
    operation_id="download_flags",
    summary="The flags of a run as a file",
    scope="read",
    action="export",
    query=FlagsParameters,
    parts=ID,
    files=[one.partition(";")[0] for one in _MEDIA.values()],
    problems=[404, 422],
)
def flags(call: Call) -> Response:
    """The file that `screen --out` writes: it has a row for whatever could not be checked."""
    asked, run_id = call.query(FlagsParameters), call.path("id")
    name = f"flags-{run_id}.{asked.format}"
    body = run_as_bytes(
        call.ws,
        run_id,
        asked.format,
        people=asked.people == "included",
        file=name,
        all_suppliers=asked.all_suppliers,
        format_=1,
    )
    # The ID is of a run that there is, so the name holds nothing that a header cannot.
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, headers=headers, media_type=_MEDIA[asked.format])
