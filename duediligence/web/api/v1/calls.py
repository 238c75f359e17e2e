"""One request of a program: who asks, what was sent, and the workspace in which it is answered."""

from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypeVar

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from duediligence.screening.workspace import Workspace
from duediligence.store.console import Scope
from duediligence.web.api.callers import secret_of
from duediligence.web.api.parameters import read_body, read_parameters
from duediligence.web.people import Viewer
from duediligence.web.service import Service, service_of

T = TypeVar("T", bound=msgspec.Struct)
PREFIX: Final = "/api/v1"
_MOST_FIELDS = 10


@dataclass
class Call:
    """A request with a token. `form` is what was sent as one, else empty."""

    request: Request
    service: Service
    viewer: Viewer
    body: bytes = b""
    form: FormData = field(default_factory=FormData)
    _opened: ExitStack = field(default_factory=ExitStack)

    @cached_property
    def ws(self) -> Workspace:
        """Return the workspace of the token's account; closed after the call. Raises
        StorageError.
        """
        return self._opened.enter_context(self.service.workspace(self.viewer))

    def path(self, name: str) -> str:
        """Return a part of the address, as the route names it."""
        return str(self.request.path_params[name])

    def query(self, kind: type[T]) -> T:
        """Return the parameters of the address. Raises Invalid."""
        return read_parameters(self.request, kind)

    def json(self, kind: type[T]) -> T:
        """Return the body; of an empty one the defaults. Raises Invalid, UsageError for what is no
        JSON.

        What is left out and has no default is not valid.
        """
        return read_body(self.body or b"{}", kind)

    def tags(self, header: str) -> frozenset[str]:
        """Return the entity tags of a header without their quotes, `*` among them; weak ones never
        match (RFC 9110, 13.1.1).
        """
        given = (one.strip() for one in self.request.headers.get(header, "").split(","))
        return frozenset(one.strip('"') for one in given if one and not one.startswith("W/"))

    def close(self) -> None:
        self._opened.close()


Handler = Callable[[Call], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def answer_calls(scope: Scope, *, by_form: bool = False) -> Callable[[Handler], Endpoint]:
    """Answer requests with a token of that scope, in a worker thread; `by_form` reads a form."""

    def declare(handler: Handler) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            service = service_of(request)
            # Before anything that was sent is read.
            caller = await service.callers.of(secret_of(request), scope)
            call = Call(request, service, caller.viewer)
            if by_form:
                with service.uploads.taken(caller.viewer.account):
                    async with request.form(max_files=1, max_fields=_MOST_FIELDS) as call.form:
                        return await run_in_threadpool(_answer_call, call, handler)
            call.body = await request.body()
            return await run_in_threadpool(_answer_call, call, handler)

        endpoint.__name__ = handler.__name__
        endpoint.__doc__ = handler.__doc__
        return endpoint

    return declare


def _answer_call(call: Call, handler: Handler) -> Response:
    try:
        return handler(call)
    finally:
        call.close()
