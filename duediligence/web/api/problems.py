"""Errors as problem documents (RFC 9457), with the codes that programs may rely on."""

import logging
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import msgspec
from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import Response

from duediligence.errors import DuediligenceError, Invalid, UsageError
from duediligence.web.lookups import RETRY_SECONDS
from duediligence.web.rates import RETRY_AFTER

_log = logging.getLogger(__name__)
MEDIA_TYPE: Final = "application/problem+json"
# Where the clients of yente ask. Two services of ours are below `/reconcile/` as well.
_YENTE: Final = re.compile(
    r"/(?:match|search|entities)(?:$|/)"
    r"|/(?:catalog|algorithms|healthz|readyz|statements|updatez)$"
    r"|/reconcile/[^/]+(?:$|/(?!lists|suppliers))"
)


class Unauthorised(UsageError):
    """There is no token with the request, or one that is unknown, expired or ended."""

    code = "unauthorised"
    http_status = 401


class TooLarge(UsageError):
    """More is asked for at once than is answered at once."""

    code = "too-large"
    http_status = 413


class TooManyRequests(DuediligenceError):
    """Something is asked for more often than it may be. `after` is when to ask again, in seconds.

    It is nothing about what was sent.
    """

    code = "too-many-requests"
    exit_code = 2
    http_status = 429

    def __init__(self, message: str, *, after: int, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.after = after


class YenteFault(msgspec.Struct):
    """What is wrong with one field of a request."""

    loc: list[str]
    msg: str
    type: str


class YenteProblem(msgspec.Struct):
    """What is wrong, and what to do next, as yente says it: under 422 by field. `code` is one that
    programs may rely on.
    """

    detail: str | list[YenteFault]
    code: str


class Problem(msgspec.Struct, omit_defaults=True):
    """What is wrong, and what to do next. `code` is one that programs may rely on."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    hint: str = ""
    field: str = ""


def build_error_problem(error: DuediligenceError, path: str = "") -> Response:
    """Return the answer to a request for that path that ends in this error."""
    headers: dict[str, str] = {}
    if isinstance(error, Unauthorised):
        headers["WWW-Authenticate"] = 'Bearer realm="duediligence", ApiKey realm="duediligence"'
    if isinstance(error, TooManyRequests):
        headers[RETRY_AFTER] = str(error.after)
    elif error.http_status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers[RETRY_AFTER] = str(RETRY_SECONDS)
    return _build_problem_response(
        error.http_status,
        error.message,
        code=error.code,
        hint=str(error.hint),
        field=error.field if isinstance(error, Invalid) else "",
        headers=headers,
        path=path,
    )


def http_problem(
    status: int, detail: str = "", headers: Mapping[str, str] | None = None, *, path: str = ""
) -> Response:
    """Return the answer with that status, where no error of ours says more."""
    return _build_problem_response(
        status,
        detail or HTTPStatus(status).phrase,
        code=find_status_code(status),
        headers=headers or {},
        path=path,
    )


def find_status_code(status: int) -> str:
    """Return the code of an answer with that status, where no error of ours says more."""
    return re.sub(r"[^a-z]+", "-", HTTPStatus(status).phrase.lower())


def invalid_problem(error: RequestValidationError) -> Response:
    """Return the answer to a request whose parameters are not as they are described."""
    faults = [
        f"{'.'.join(str(part) for part in fault['loc'][1:])}: {fault['msg']}"
        for fault in error.errors()
    ]
    return build_error_problem(
        Invalid("; ".join(faults) or "The request is not as it is described")
    )


def _build_problem_response(
    status: int,
    detail: str,
    *,
    code: str,
    headers: Mapping[str, str],
    hint: str = "",
    field: str = "",
    path: str = "",
) -> Response:
    if _YENTE.match(path):
        said = ". ".join(filter(None, (detail.rstrip("."), hint)))
        by_field = status == HTTPStatus.UNPROCESSABLE_ENTITY
        plain = YenteProblem([YenteFault([field], said, code)] if by_field else said, code)
        return Response(msgspec.json.encode(plain), status, headers, "application/json")
    what = Problem(
        type="about:blank",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        code=code,
        hint=hint,
        field=field,
    )
    return Response(msgspec.json.encode(what), status, headers, MEDIA_TYPE)


def log_error(request: Request, code: str) -> None:
    """Note an error by its code: what was asked is in neither the address nor the log."""
    path = _find_route_path(request)
    _log.warning("%s %s: %s", request.method, path, code, extra={"code": code})


def _find_route_path(request: Request) -> str:
    route = request.scope.get("route")
    return getattr(route, "path", "") or "-"
