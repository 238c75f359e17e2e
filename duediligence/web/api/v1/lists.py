"""`/api/v1/lists`."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter
from msgspec import Meta, field
from starlette.responses import Response

from duediligence.model.list_states import ListState
from duediligence.screening.lists.shown import ListView, build_list_document, list_views
from duediligence.web import job_kinds
from duediligence.web.api.answers import NotChecked
from duediligence.web.api.v1.answers import Shape, describe_coverage, respond
from duediligence.web.api.v1.calls import PREFIX, Call
from duediligence.web.api.v1.jobs import STARTS_JOB, started
from duediligence.web.api.v1.operations import serve_operation

router = APIRouter(prefix=PREFIX, tags=["lists"])


class ListDocument(msgspec.Struct):
    """A list: what is loaded of it, and whether that is current."""

    id: str
    title: str
    state: ListState
    reason: str
    optional: bool
    entries: int
    names: int
    version: str | None
    published: date | None
    age_days: int | None
    age_source: str
    retrieved_at: datetime | None
    checked_at: datetime | None
    sha256: str | None
    origin: str | None
    not_read: int
    drift: list[str]
    accepted: list[Any]
    accepted_loss: Any
    stated_at: datetime | None
    page_changed_at: datetime | None


class ListsAnswer(Shape, kw_only=True):
    """All lists, as `lists status --json` has them. Where this is not `complete`, each screening
    would be incomplete: `not_checked` are the lists that are missing or stale.
    """

    data: list[ListDocument]
    complete: bool
    not_checked: list[NotChecked]


class RefreshRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Which lists to refresh."""

    lists: Annotated[
        list[Annotated[str, Meta(min_length=1, max_length=100)]],
        Meta(max_length=200, description="Their ids; none: those in use."),
    ] = field(default_factory=list)


@serve_operation(
    router.get,
    "/lists",
    operation_id="list_lists",
    summary="The lists, and how current they are",
    scope="read",
    action="read",
    done={200: ListsAnswer},
)
def lists(call: Call) -> Response:
    """Also the optional ones that are not in use."""
    found = list_views(call.ws).lists
    return respond(
        [build_list_document(one.status) for one in found],
        beside=describe_coverage(list_missing(found)),
    )


@serve_operation(
    router.post,
    "/lists/refresh",
    operation_id="refresh_lists",
    summary="Refresh the lists from their publishers",
    scope="write",
    action="refresh lists",
    body=RefreshRequest,
    body_required=False,
    **STARTS_JOB,
    problems=[400, 404, 409, 413, 422],
)
def refresh(call: Call) -> Response:
    """As `lists refresh` does, in a job. A list that fails keeps the version it had."""
    asked = call.json(RefreshRequest)
    for one in asked.lists:
        call.ws.watchlist(one)
    return started(call, job_kinds.refresh_lists(call.service, call.viewer, asked.lists))


def list_missing(found: Iterable[ListView]) -> list[NotChecked]:
    """Return the lists without which a screening would be incomplete."""
    return [
        NotChecked(
            reason=str(one.reason),
            list=one.status.list_id,
            title=one.status.title,
            state=one.status.state if one.status.state != "current" else "",
        )
        for one in found
        if one.status.blocks_complete_run
    ]
