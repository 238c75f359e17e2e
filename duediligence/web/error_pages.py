"""Every error as a page in plain words: what is wrong, what to do next, and no stack trace."""

import logging
import os
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from duediligence.errors import DuediligenceError, StorageError
from duediligence.web.api.problems import log_error
from duediligence.web.navigation import build_navigation, hint_parts
from duediligence.web.people import Viewer
from duediligence.web.service import Service
from duediligence.web.templating import render_template

_log = logging.getLogger(__name__)

TITLES = {
    200: "Signed out",
    400: "This request cannot be answered",
    403: "You may not do this",
    404: "There is no such page",
    405: "This address takes no such request",
    408: "What was sent came too slowly",
    409: "Somebody else was first",
    413: "This is too large",
    415: "This is not the kind of file that is read here",
    422: "Something in the form cannot be used",
    429: "Too many requests",
    500: "Something went wrong",
    502: "A source did not answer",
    503: "This could not be checked",
}


def error_page(
    service: Service, request: Request, error: DuediligenceError, viewer: Viewer | None
) -> Response:
    """Return the page about an error of ours. It names our files, and not where the home is."""
    message, hint = error.message, hint_parts(error.hint)
    home = str(service.settings.home)
    if isinstance(error, StorageError) and home in message:
        _log.error("%s", message)
        message = message.replace(f"{home}{os.sep}", "").replace(home, "The home")
    else:
        log_error(request, error.code)
    return render_error_page(
        service, request, error.http_status, message, hint, viewer, code=error.code
    )


def render_error_page(
    service: Service,
    request: Request,
    status: int,
    message: str,
    hint: list[tuple[str, str]],
    viewer: Viewer | None = None,
    code: str = "",
) -> Response:
    """Return a page about something that is wrong; what is not to be expected has a `code`, by
    which the log has it.
    """
    rights = service.rights(viewer)
    text = render_template(
        "error.html.jinja",
        title=TITLES.get(status, "Something went wrong"),
        errors=(),
        notice="",
        viewer=viewer,
        role=service.shown_role(viewer),
        council=service.settings.council_name,
        demo=service.demo,
        navigation=build_navigation(request.url.path, rights, service.places),
        rights=rights,
        reference=f"{code}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
        if code and status >= 500
        else "",
        here=request.url.path,
        message=message,
        hint=hint,
    )
    return HTMLResponse(text, status_code=status)
