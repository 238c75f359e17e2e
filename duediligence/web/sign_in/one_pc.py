"""One person at one computer: who can read the home folder may sign in, without a password."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from duediligence.screening.workspace import find_process_account
from duediligence.store.console import ConsoleStore
from duediligence.web.people import Viewer

if TYPE_CHECKING:
    from duediligence.web.service import Service

KEY_LASTS = timedelta(seconds=60)


def new_key(store: ConsoleStore, now: datetime) -> str:
    """Return a key that lets whoever brings it sign in once, within KEY_LASTS. Raises
    StorageError.
    """
    key = secrets.token_urlsafe(32)
    store.add_start_key(key, now + KEY_LASTS)
    return key


@dataclass
class OnePC:
    """Sign-in by a key that the command `serve` gives to the browser."""

    port: int
    secure: bool = False
    alone: bool = True
    # The day's work, as of the computer itself: it has its own lock.
    idle: timedelta = timedelta(hours=8)

    @property
    def hosts(self) -> frozenset[str]:
        return frozenset({f"127.0.0.1:{self.port}", f"localhost:{self.port}"})

    @property
    def routes(self) -> Sequence[BaseRoute]:
        return (Route("/start", _handle_start),)

    def viewer(
        self,
        request: Request,  # noqa: ARG002
        session: Viewer | None,
    ) -> Viewer | None:
        return session

    def ask(self, request: Request) -> Response:
        return needs_key(request)

    def signed_out(self, request: Request) -> Response:
        from duediligence.web.error_pages import render_error_page

        return render_error_page(
            request.app.state.service, request, 200, "You have signed out.", []
        )


def needs_key(request: Request) -> Response:
    """Return the page for who has no session, or whose key is used up."""
    from duediligence.web.error_pages import render_error_page

    return render_error_page(
        request.app.state.service,
        request,
        403,
        "You are not signed in here, or the address that you opened was used already.",
        [
            (
                "Run duediligence serve again: it opens this console in your browser, signed in. "
                "If it is running already, that is said, and nothing is lost.",
                "",
            )
        ],
    )


async def _handle_start(request: Request) -> Response:
    return await run_in_threadpool(_signed_in, request)


def _signed_in(request: Request) -> Response:
    from duediligence.web import sessions

    service: Service = request.app.state.service
    with service.console() as store:
        if not store.use_start_key(request.query_params.get("key", ""), service.clock()):
            return needs_key(request)
    who = find_process_account()
    viewer = Viewer(account=who, name=who)
    return sessions.begin_session(service, request, viewer, RedirectResponse("/", status_code=303))
