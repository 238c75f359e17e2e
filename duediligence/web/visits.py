"""One request for a page: who asks, what they sent, and the workspace in which it is answered."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, nullcontext, suppress
from dataclasses import dataclass, field
from functools import cached_property
from threading import Event
from typing import ClassVar, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from duediligence.casework.setting_changes import name_shown
from duediligence.errors import DuediligenceError, Invalid, Unconfirmed, UsageError
from duediligence.model.audit import Action
from duediligence.screening.access import action_of, permit
from duediligence.screening.workspace import Workspace
from duediligence.settings import SECRET
from duediligence.store.console import Session
from duediligence.suppliers.apart import Waiter
from duediligence.web import sessions
from duediligence.web.api.problems import TooManyRequests, log_error
from duediligence.web.error_pages import error_page
from duediligence.web.guards import LARGE_UPLOADS, NotRead, is_upload
from duediligence.web.navigation import build_navigation, section_pages
from duediligence.web.people import Viewer
from duediligence.web.service import Service
from duediligence.web.templating import render_template

_FREE = nullcontext()
_MOST_FIELDS = 1_000
# A list has a handful of files.
_MOST_FILES = 50


@dataclass
class OpenVisit:
    """A request for a page that is open to everybody; `viewer` is None for a stranger. `sends` is
    what the form of the page does, where its route says so.
    """

    request: Request
    service: Service
    viewer: Viewer | None
    session: Session | None
    sends: Action | None = field(default=None, kw_only=True)
    seen: ClassVar[str] = ""

    def path(self, name: str) -> str:
        """Return a part of the address, as the route names it."""
        return str(self.request.path_params[name])

    def query(self, name: str) -> str:
        """Return a value of the address's query, empty where it is not there."""
        return self.request.query_params.get(name, "")

    def page(
        self,
        template: str,
        *,
        title: str,
        errors: Sequence[tuple[str, str]] = (),
        status: int = 0,
        headers: Mapping[str, str] | None = None,
        stored_state: object = None,
        **values: object,
    ) -> Response:
        """Return the page. `errors` are a field and what is wrong with it; with any its title says
        so. `stored_state` is what its form changes, as it is stored: its field `seen` sends the
        name of that, or of what was shown first.
        """
        if stored_state is not None:
            values["seen"] = self.seen or name_shown(stored_state)
        if errors:
            log_error(self.request, Invalid.code)
        notice = self.session.notice if self.session else ""
        if notice:
            sessions.store_notice(self.service, self.request, "")
        rights = self.service.rights(self.viewer)
        text = render_template(
            template,
            title=title,
            errors=errors,
            notice=notice,
            viewer=self.viewer,
            role=self.service.shown_role(self.viewer),
            rights=rights,
            extensions=[one.name for one in self.service.extensions],
            council=self.service.settings.council_name,
            demo=self.service.demo,
            navigation=build_navigation(self.request.url.path, rights, self.service.places),
            section_pages=section_pages(self.request.url.path, rights, self.service.places),
            here=self.request.url.path,
            not_sent=self.sends if self.sends and self.sends not in rights else "",
            **values,
        )
        return HTMLResponse(text, status_code=status or (422 if errors else 200), headers=headers)


@dataclass
class Visit(OpenVisit):
    """A request for a page by somebody who is signed in.

    `form` is what was sent, empty where nothing was; `labels` name its fields.
    Everything runs in one worker thread.
    """

    viewer: Viewer
    form: FormData = field(default_factory=FormData)
    has_left: Event = field(default_factory=Event)
    labels: Mapping[str, str] = field(default_factory=dict)
    _opened: ExitStack = field(default_factory=ExitStack)

    @property
    def seen(self) -> str:  # type: ignore[override]
        """Return the name of what the form showed when it was first opened."""
        return self.text("seen")

    @cached_property
    def ws(self) -> Workspace:
        """Return the workspace of the person; closed at the end of the visit. Raises
        StorageError.
        """
        waiter = Waiter(self._check, lambda: self.service.readings.taken(self.viewer.account))
        return self._opened.enter_context(self.service.workspace(self.viewer, waiter))

    def _check(self) -> None:
        if self.has_left.is_set():
            raise ClientDisconnect

    @property
    def list_titles(self) -> Mapping[str, str]:
        """Return the title of each list by its ID; none where one of the council's own registers is
        described wrongly, which the page of lists explains.
        """
        try:
            return {one.id: one.title for one in self.ws.watchlists.values()}
        except UsageError:
            return {}

    def text(self, name: str) -> str:
        """Return a field of the form, without blanks around it; empty where it is not there."""
        value = self.form.get(name)
        return value.strip() if isinstance(value, str) else ""

    def typed(self, name: str) -> str:
        """Return a field of the form as it was typed, to show it again."""
        return str(self.form.get(name) or "")

    def texts(self, name: str) -> list[str]:
        """Return every value of a field that may be sent several times."""
        return [value.strip() for value in self.form.getlist(name) if isinstance(value, str)]

    def upload(self, name: str) -> UploadFile | None:
        """Return a file of the form; None where none was chosen."""
        return next(iter(self.uploads(name)), None)

    def uploads(self, name: str) -> list[UploadFile]:
        """Return the files of a field that takes several."""
        sent = self.form.getlist(name)
        return [one for one in sent if isinstance(one, UploadFile) and one.filename]

    def go(self, address: str, notice: str = "") -> Response:
        """Send the browser on, after a form was sent; `notice` is shown there."""
        if notice:
            sessions.store_notice(self.service, self.request, notice)
        return RedirectResponse(address, status_code=303)

    def close(self) -> None:
        self._opened.close()


Handler = Callable[[Visit], Response]
# A handler with the rest of its parameters, such as what is wrong with the form that it shows.
AnyHandler = TypeVar("AnyHandler", bound=Handler)
OpenHandler = Callable[[OpenVisit], Response]


@dataclass
class Pages:
    """The pages of one file, in the order in which they are looked for. `open_to_all` are those
    that need no sign-in.
    """

    routes: list[tuple[str, str, Handler]] = field(default_factory=list)
    open_to_all: list[tuple[str, OpenHandler]] = field(default_factory=list)

    def get(
        self, path: str, sends: Callable[..., object] | None = None
    ) -> Callable[[AnyHandler], AnyHandler]:
        """Return what is shown at an address, which changes nothing.

        `sends` is the use case that its form calls: above it is a refusal, where there is one.
        """
        if sends is None:
            return self._at("GET", path)
        action = action_of(sends)

        def declare(handler: AnyHandler) -> AnyHandler:
            def show(visit: Visit) -> Response:
                visit.sends = action
                return handler(visit)

            self._at("GET", path)(show)
            return handler

        return declare

    def post(self, path: str) -> Callable[[Handler], Handler]:
        """Return what is done when a form is sent there."""
        return self._at("POST", path)

    def open(self, path: str) -> Callable[[OpenHandler], OpenHandler]:
        """Return what is shown at an address to everybody, and holds nothing of what is kept."""

        def declare(handler: OpenHandler) -> OpenHandler:
            self.open_to_all.append((path, handler))
            return handler

        return declare

    def _at(self, method: str, path: str) -> Callable[[AnyHandler], AnyHandler]:
        def declare(handler: AnyHandler) -> AnyHandler:
            self.routes.append((method, path, handler))
            return handler

        return declare


def build_page_route(service: Service, method: str, path: str, handler: Handler) -> Route:
    """Return the handler behind the sign-in, in a worker thread, its errors as pages."""

    async def endpoint(request: Request) -> Response:
        # Before anything that was sent is read.
        asker = await run_in_threadpool(_identify_viewer, service, request)
        if isinstance(asker, Response):
            return asker
        request.state.viewer = asker[0]
        if method == "GET":
            return await _while_connected(Visit(request, service, *asker), handler)
        try:
            slot = service.uploads.taken(asker[0].account) if is_upload(request.scope) else _FREE
            with slot:
                async with request.form(max_fields=_MOST_FIELDS, max_files=_MOST_FILES) as form:
                    visit = Visit(request, service, *asker, form=form)
                    return await _while_connected(visit, handler)
        except TooManyRequests as error:
            return error_page(service, request, error, asker[0])

    return Route(path, endpoint, methods=[method], name=f"{method} {path}")


def open_route(service: Service, path: str, handler: OpenHandler) -> Route:
    """Return the handler for everybody, in a worker thread."""

    def answer(request: Request) -> Response:
        viewer, session = None, None
        with suppress(DuediligenceError):  # it is open to strangers, and to whoever seems to be one
            viewer, session = _find_signed_in_viewer(service, request)
        return handler(OpenVisit(request, service, viewer, session))

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(answer, request)

    return Route(path, endpoint, methods=["GET"], name=f"GET {path}")


def _identify_viewer(
    service: Service, request: Request
) -> tuple[Viewer, Session | None] | Response:
    """Return who asks; or the page on which to sign in, or which says whom to ask for a role."""
    viewer = None
    try:
        viewer, session = _find_signed_in_viewer(service, request)
        if viewer is None:
            return service.sign_in.ask(request)
        with service.workspace(viewer) as ws:
            permit(ws, "read")
            if request.url.path in LARGE_UPLOADS:
                permit(ws, "change settings")
    except DuediligenceError as error:
        return error_page(service, request, error, viewer)
    return viewer, session


def _find_signed_in_viewer(
    service: Service, request: Request
) -> tuple[Viewer | None, Session | None]:
    """Return who is signed in, if anybody, and their session. Raises StorageError."""
    session = sessions.find_session(service, request)
    viewer = service.sign_in.viewer(request, sessions.viewer_of(session) if session else None)
    # A proxy may name somebody else than the browser's session does.
    own = session and viewer and session.account == viewer.account
    return viewer, session if own else None


async def _while_connected(visit: Visit, handler: Handler) -> Response:
    """Answer in a worker thread, which can see when the browser has left."""

    async def watch() -> None:
        with suppress(NotRead):
            message = await visit.request.receive()
            if message.get("type") == "http.request":  # the empty body of a GET
                message = await visit.request.receive()
            if message["type"] == "http.disconnect":
                visit.has_left.set()

    watching = asyncio.create_task(watch())
    try:
        return await run_in_threadpool(_answer_visit, visit, handler)
    finally:
        watching.cancel()


def _ask_again(visit: Visit, error: Unconfirmed) -> Response:
    """Return what is stored and what was sent, to go on with either. A secret is typed again."""
    log_error(visit.request, error.code)
    sent = visit.form.multi_items()
    path = visit.request.url.path
    routes = (one for one in visit.request.app.routes if isinstance(one, Route))
    has_page = any("GET" in (r.methods or ()) and r.path_regex.match(path) for r in routes)
    return visit.page(
        "ask_again.html.jinja",
        title="Nothing is saved yet",
        status=error.http_status,
        error=error,
        hint=str(error.hint),
        rows=[(visit.labels.get(name, name), *both) for name, *both in error.rows],
        sent=[
            *((n, v) for n, v in sent if isinstance(v, str) and n not in {*SECRET, error.asks}),
            (error.asks, error.answer),
        ],
        secrets=[(name, visit.labels.get(name, name)) for name, v in sent if name in SECRET and v],
        has_file=any(isinstance(value, UploadFile) for _, value in sent),
        page_address=path if has_page else path.rpartition("/")[0],
    )


def _answer_visit(visit: Visit, handler: Handler) -> Response:
    try:
        answer = handler(visit)
        if visit.session is None:
            sessions.begin_session(visit.service, visit.request, visit.viewer, answer)
    except Unconfirmed as error:
        return _ask_again(visit, error)
    except DuediligenceError as error:
        return error_page(visit.service, visit.request, error, visit.viewer)
    else:
        return answer
    finally:
        visit.close()
