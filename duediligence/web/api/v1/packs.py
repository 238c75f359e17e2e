"""`/api/v1/packs`: evidence packs and reports."""

from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter
from msgspec import Meta
from starlette.responses import Response

from duediligence.delivery.pack.making import PackRequest
from duediligence.screening.resolution.resolving import supplier_of
from duediligence.web import job_kinds
from duediligence.web.api.v1.answers import PeopleWanted
from duediligence.web.api.v1.calls import PREFIX, Call
from duediligence.web.api.v1.jobs import STARTS_JOB, started
from duediligence.web.api.v1.operations import serve_operation

router = APIRouter(prefix=PREFIX, tags=["packs"])


class PackOptions(msgspec.Struct, forbid_unknown_fields=True):
    """What to make: an evidence pack (`zip`), which can be verified, or the report in it alone."""

    format: Literal["zip", "html", "pdf"] = "zip"
    run: Annotated[
        str, Meta(max_length=400, description="ID of the run to use; empty: its newest.")
    ] = ""
    people: PeopleWanted = "redacted"


@serve_operation(
    router.post,
    "/packs/{supplier:path}",
    operation_id="make_pack",
    summary="Make an evidence pack or a report",
    scope="write",
    action="make reports",
    parts={"supplier": ("The supplier's reference.", "S00001")},
    body=PackOptions,
    body_required=False,
    **STARTS_JOB,
    problems=[400, 404, 409, 413, 422],
)
def make_pack(call: Call) -> Response:
    """As `report` does, in a job; its `file` is the pack. Restricted findings are left out, and it
    says what was not checked. What is made is recorded, and whether it names people.
    """
    asked = call.json(PackOptions)
    wanted = PackRequest(
        supplier=supplier_of(call.ws, call.path("supplier")).ref,
        run=asked.run,
        people=asked.people == "included",
    )
    if asked.format == "zip":
        return started(call, job_kinds.make_pack(call.service, call.viewer, wanted))
    return started(call, job_kinds.make_report(call.service, call.viewer, wanted, asked.format))
