"""The application: pages and API behind the same guards."""

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, compile_path
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from duediligence.errors import DuediligenceError, Invalid, StorageError
from duediligence.logs import HOME_LOG
from duediligence.version import __version__
from duediligence.web import sessions, uploads
from duediligence.web.api import yente
from duediligence.web.api.describing import extend_openapi_document
from duediligence.web.api.problems import (
    build_error_problem,
    find_status_code,
    http_problem,
    invalid_problem,
    log_error,
)
from duediligence.web.api.reconcile import routes as reconcile
from duediligence.web.api.v1 import alerts, audit, jobs, lists, packs, runs, suppliers
from duediligence.web.error_pages import error_page, render_error_page
from duediligence.web.guards import Guards, NotRead, is_api
from duediligence.web.pages import list_pages
from duediligence.web.service import Service, service_of
from duediligence.web.upkeep_jobs import DueJobs
from duediligence.web.visits import build_page_route, open_route

# The routers of `/api/v1`, one a noun, and all of the API.
V1_ROUTERS = (
    suppliers.router,
    runs.router,
    alerts.router,
    lists.router,
    jobs.router,
    audit.router,
    packs.router,
)
API_ROUTERS = (
    yente.health_router,
    yente.router,
    reconcile.router,
    *V1_ROUTERS,
)


def create_app(service: Service) -> ASGIApp:
    """Yield the pages and the API of a service. Raises StorageError."""

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        HOME_LOG.use_home(service.home)
        _note_in_log("console-started")
        service.lookups.start()
        due_jobs = DueJobs(service)
        due_jobs.start()
        await run_in_threadpool(service.jobs.open)
        await run_in_threadpool(uploads.forget_all, service.home)
        try:
            yield
        finally:
            await run_in_threadpool(due_jobs.stop)
            await run_in_threadpool(service.jobs.close)
            await run_in_threadpool(service.lookups.stop)
            service.callers.close()
            _note_in_log("console-ended")

    app = FastAPI(
        title="duediligence",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        lifespan=running,
    )
    app.state.service = service
    for router in API_ROUTERS:
        app.include_router(router)
    extend_openapi_document(app)
    app.router.routes.extend(_build_page_routes(service))
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(DuediligenceError, _our_error)
    app.add_exception_handler(RequestValidationError, _answer_invalid_request)
    app.add_exception_handler(NotRead, _not_read)
    app.add_exception_handler(Exception, _answer_unexpected_error)
    return Guards(
        app,
        service,
        refusal=lambda scope, status, message: _build_refusal(
            service, Request(scope), status, message
        ),
    )


def _note_in_log(code: str) -> None:
    HOME_LOG.handle(logging.makeLogRecord({"name": __name__, "code": code}))


def _build_page_routes(service: Service) -> Iterator[BaseRoute]:
    yield Mount("/static", StaticFiles(packages=[("duediligence.web", "static")]), name="static")
    yield Route("/sign-out", _sign_out, methods=["POST"])
    yield from service.sign_in.routes
    for pages in list_pages(service.extensions):
        for method, path, handler in pages.routes:
            yield build_page_route(service, method, path, handler)
        for path, open_handler in pages.open_to_all:
            yield open_route(service, path, open_handler)


async def _sign_out(request: Request) -> Response:
    service = service_of(request)

    def end() -> Response:
        return sessions.end_session(service, request, service.sign_in.signed_out(request))

    return await run_in_threadpool(end)


# What the framework says of these is their name alone.
_IN_WORDS = {
    404: "Check the address. What was there may have been removed.",
    405: "It is for a form of a page here. Open that page again.",
}


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    log_error(request, find_status_code(error.status_code))
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_list_allowed_methods(request))
    if is_api(request.url.path):
        return http_problem(error.status_code, headers=headers, path=request.url.path)
    detail = _IN_WORDS.get(error.status_code) or str(error.detail)
    page = render_error_page(service_of(request), request, error.status_code, detail, [])
    page.headers.update(headers)
    return page


def _list_allowed_methods(request: Request) -> list[str]:
    """Return what may be sent to an address: a router knows only of the first route that it finds.

    A route of just that address counts before those with open parts. Where none is of it, as below
    a mount, there are files.
    """
    path, app = request.url.path, request.app
    found: dict[str, set[str]] = {
        pattern: {method.upper() for method in operations}
        for pattern, operations in app.openapi()["paths"].items()
    }
    for one in app.routes:
        if isinstance(one, Route):
            found.setdefault(one.path, set()).update(one.methods or ())
    own = [path] if path in found else [p for p in found if compile_path(p)[0].match(path)]
    methods = {method for pattern in own for method in found[pattern]}
    return sorted(methods or {"GET", "HEAD"})


async def _our_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, DuediligenceError)
    if is_api(request.url.path):
        log_error(request, error.code)
        return build_error_problem(error, request.url.path)
    return error_page(service_of(request), request, error, None)


async def _answer_invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    log_error(request, Invalid.code)
    return invalid_problem(error)


async def _not_read(request: Request, error: Exception) -> Response:
    assert isinstance(error, NotRead)
    return _build_refusal(service_of(request), request, error.status, str(error))


async def _answer_unexpected_error(request: Request, error: Exception) -> Response:
    """Answer an unforeseen error: the guards log it, without what was sent."""
    status, message = StorageError.http_status, "Nothing that was stored is lost."
    if is_api(request.url.path):
        return http_problem(status, message, path=request.url.path)
    viewer, code = getattr(request.state, "viewer", None), type(error).__name__
    return render_error_page(service_of(request), request, status, message, [], viewer, code)


def _build_refusal(service: Service, request: Request, status: int, message: str) -> Response:
    log_error(request, find_status_code(status))
    if is_api(request.url.path):
        return http_problem(status, message, path=request.url.path)
    return render_error_page(service, request, status, message, [])
