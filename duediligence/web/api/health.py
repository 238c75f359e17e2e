"""Whether the server is there, and whether it can answer. Open to everybody."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from duediligence.web.api.answers import Status, answer
from duediligence.web.api.describing import operation
from duediligence.web.service import Service

router = APIRouter(tags=["health"])
_OK = Status("ok")


@router.get(
    "/healthz",
    operation_id="healthz",
    summary="Whether the server is there",
    openapi_extra=operation(answer=Status, public=True),
)
async def healthz() -> Response:
    return answer(_OK)


@router.get(
    "/readyz",
    operation_id="readyz",
    summary="Whether the lists are open",
    openapi_extra=operation(answer=Status, problems=[503], public=True),
)
async def readyz(request: Request) -> Response:
    service: Service = request.app.state.service
    _ = service.lookups.lists
    return answer(_OK)
