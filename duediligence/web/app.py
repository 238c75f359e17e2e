"""The application: pages and API behind the same guards."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from duediligence.errors import DuediligenceError, StorageError
from duediligence.version import __version__
from duediligence.web import sessions, uploads
from duediligence.web.error_pages import told
from duediligence.web.guards import Guards
from duediligence.web.pages import EVERY
from duediligence.web.service import Service
from duediligence.web.visits import route


def create_app(service: Service) -> ASGIApp:
    """The pages and the API of a service. Raises StorageError."""

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(service.jobs.open)
        await run_in_threadpool(uploads.forget_all, service.home)
        try:
            yield
        finally:
            await run_in_threadpool(service.jobs.close)

    app = FastAPI(
        title="duediligence",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        lifespan=running,
    )
    app.state.service = service
    app.router.routes.extend(_routes(service))
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _fault)
    return Guards(
        app,
        service,
        refusal=lambda scope, status, message: _refusal(service, scope, status, message),
    )


def _routes(service: Service) -> Iterator[BaseRoute]:
    yield Mount("/static", StaticFiles(packages=[("duediligence.web", "static")]), name="static")
    yield Route("/sign-out", _sign_out, methods=["POST"])
    yield from service.sign_in.routes
    for pages in EVERY:
        for method, path, handler in pages.routes:
            yield route(service, method, path, handler)


async def _sign_out(request: Request) -> Response:
    service: Service = request.app.state.service

    def end() -> Response:
        said = told(service, request, 200, "You have signed out.", [])
        return sessions.end(service, request, said)

    return await run_in_threadpool(end)


_BELOW = ("/api/", "/match/", "/search/", "/entities/", "/reconcile/")
_AT = ("/healthz", "/readyz", "/openapi.json", "/catalog", "/algorithms")


def is_api(path: str) -> bool:
    """Whether programs ask there, who want no pages."""
    return path.startswith(_BELOW) or path in _AT


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _said(request, error.status_code, str(error.detail))


async def _fault(request: Request, error: Exception) -> Response:
    """What nobody foresaw: the log has it, without what was sent."""
    if isinstance(error, DuediligenceError):
        return _said(request, error.http_status, error.message)
    return _said(request, StorageError.http_status, "Nothing that was stored is lost.")


def _said(request: Request, status: int, message: str) -> Response:
    service: Service = request.app.state.service
    if is_api(request.url.path):
        return JSONResponse(
            {"type": "about:blank", "status": status, "title": message},
            status_code=status,
            media_type="application/problem+json",
        )
    return told(service, request, status, message, [])


def _refusal(service: Service, scope: Scope, status: int, message: str) -> ASGIApp:
    request = Request(scope)
    if is_api(request.url.path):
        return JSONResponse(
            {"type": "about:blank", "status": status, "title": message},
            status_code=status,
            media_type="application/problem+json",
        )
    return told(service, request, status, message, [])
