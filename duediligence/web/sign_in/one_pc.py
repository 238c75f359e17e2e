"""One person at one computer: who can read the home folder may sign in, without a password."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from duediligence.screening.workspace import find_process_account
from duediligence.store.console import ConsoleStore
from duediligence.web.people import Viewer

if TYPE_CHECKING:
    from duediligence.web.service import Service

KEY_LASTS = timedelta(seconds=60)
_LOOK_SECONDS = 0.2


def new_key(store: ConsoleStore, now: datetime) -> str:
    """Return a key that lets whoever brings it sign in once, within KEY_LASTS. Raises
    StorageError.
    """
    key = secrets.token_urlsafe(16)
    store.add_start_key(key, now + KEY_LASTS)
    return key


@dataclass(frozen=True)
class Entrance:
    """Where the owner of the home signs in to a console that runs on this computer.

    `closed` is set when the process that serves ends.
    """

    service: "Service"
    port: int
    closed: Event = field(default_factory=Event)

    @property
    def site(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def new_key(self) -> str:
        """Return a key. Raises StorageError."""
        with self.service.console() as store:
            return new_key(store, self.service.clock())

    def write_page(self, path: Path, key: str) -> None:
        """Write a page that sends the key. Raises StorageError."""
        from duediligence.web.templating import render_template
        from duediligence.writing import write_text

        write_text(path, render_template("start_file.html.jinja", site=self.site, key=key))

    def wait_for_use(self, key: str, until: datetime, is_hopeless: Callable[[], bool]) -> bool:
        """Wait until the key was used, that time has come, the console ends or it is hopeless;
        return whether the key cannot be used any more. Raises StorageError.
        """
        while not self.closed.is_set():
            now = self.service.clock()
            with self.service.console() as store:
                if not store.has_start_key(key, now):
                    return True
            if now >= until or is_hopeless():
                return False
            self.closed.wait(_LOOK_SECONDS)
        return True


@dataclass
class OnePC:
    """Sign-in by a key that a page in a file of the owner sends, or that they enter."""

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
        return (
            Route("/start", _ask_for_key),
            Route("/start", _handle_start, methods=["POST"]),
        )

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
        "You are not signed in here, or the code was used already or is too old.",
        [
            (
                "Run duediligence serve again: it opens this console in your browser, signed in. "
                "If it is running already, that is said, and nothing is lost.",
                "",
            )
        ],
    )


def _ask_for_key(request: Request) -> Response:
    return _start_page(request, "Sign in")


async def _handle_start(request: Request) -> Response:
    async with request.form() as form:
        key = form.get("key")
    return await run_in_threadpool(_sign_in, request, key if isinstance(key, str) else "")


def _sign_in(request: Request, key: str) -> Response:
    from duediligence.web import sessions

    service: Service = request.app.state.service
    with service.console() as store:
        if not store.use_start_key(key, service.clock()):
            return needs_key(request)
    who = find_process_account()
    viewer = Viewer(account=who, name=who)
    # A redirect would still come from the page in the file, and bring no cookie that is strict.
    page = _start_page(request, "You are signed in", {"Refresh": "0; url=/"})
    return sessions.begin_session(service, request, viewer, page)


def _start_page(request: Request, title: str, headers: Mapping[str, str] | None = None) -> Response:
    from duediligence.web.visits import OpenVisit

    visit = OpenVisit(request, request.app.state.service, None, None)
    return visit.page("start.html.jinja", title=title, headers=headers, signed_in=bool(headers))
