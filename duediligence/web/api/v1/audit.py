"""`/api/v1/audit`: the chain of who did what."""

from typing import Annotated, Literal

from fastapi import APIRouter
from msgspec import Meta
from starlette.responses import Response

from duediligence.casework.verifying import log_page
from duediligence.model.audit import AuditEvent, AuditKind, AuditRecord
from duediligence.web.api.v1.answers import (
    NextCursor,
    PageParameters,
    Shape,
    cursor_at,
    place_in,
    respond,
    shape_of,
)
from duediligence.web.api.v1.calls import PREFIX, Call
from duediligence.web.api.v1.operations import serve_operation

router = APIRouter(prefix=PREFIX, tags=["audit"])


class AuditParameters(PageParameters, kw_only=True):
    """Which records."""

    kind: Annotated[AuditKind | Literal[""], Meta(description="Only of this kind.")] = ""
    subject: Annotated[str, Meta(max_length=400, description="Only about this.")] = ""


AuditEventDocument = shape_of(
    "AuditEventDocument",
    AuditEvent,
    "Something that was done: when, by which account (`who`), and to what.",
    what=dict[str, str | int | bool | list[str] | None],
)
AuditRecordDocument = shape_of(
    "AuditRecordDocument",
    AuditRecord,
    "An event in its place, from 1; `previous` is the `sha256` of the record before it.",
    event=AuditEventDocument,
)


class AuditAnswer(Shape, kw_only=True):
    """Records, each as `audit log --json` has it, the newest first."""

    data: list[AuditRecordDocument]  # type: ignore[valid-type]
    next: NextCursor


@serve_operation(
    router.get,
    "/audit",
    operation_id="list_audit_records",
    summary="The records of the audit chain, the newest first",
    scope="read",
    action="audit",
    done={200: AuditAnswer},
    query=AuditParameters,
    problems=[422],
)
def audit(call: Call) -> Response:
    """For an auditor or administrator. The command line verifies and exports the chain."""
    asked = call.query(AuditParameters)
    found = log_page(
        call.ws,
        limit=asked.limit,
        before=place_in(asked, int),
        kind=asked.kind,
        subject=asked.subject,
    )
    return respond(found.records, beside={"next": cursor_at(asked, found.older)})
