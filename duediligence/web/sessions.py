"""Who is signed in: a random secret in a cookie, of which only the hash is kept."""

import secrets
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from duediligence.store.console import Session
from duediligence.web.people import Viewer
from duediligence.web.service import Service

# OWASP's session management: a session that is used all day ends all the same.
LONGEST = timedelta(hours=10)
# How long a session may be used before that is noted: a page need not write each time.
_NOTED = timedelta(minutes=1)


def cookie_name(service: Service) -> str:
    """Return the name; over https one that a page of another host cannot set (RFC 6265bis,
    4.1.3.2).
    """
    return "__Host-duediligence" if service.sign_in.secure else "duediligence"


def begin_session(
    service: Service, request: Request, viewer: Viewer, response: Response
) -> Response:
    """Sign that person in, under a new secret whatever the browser brought; the session that it
    brought ends. Raises StorageError.
    """
    secret = secrets.token_urlsafe(32)
    now = service.clock()
    session = Session(
        account=viewer.account, name=viewer.name, role=viewer.role, begun=now, seen=now
    )
    with service.console() as store:
        store.end_before(now - service.sign_in.idle, now - LONGEST)
        store.end(request.cookies.get(cookie_name(service), ""))
        store.begin(secret, session)
    response.set_cookie(
        cookie_name(service),
        secret,
        httponly=True,
        secure=service.sign_in.secure,
        # Lax, where another site sends people back here after they have signed in there.
        samesite="lax" if service.sign_in.secure else "strict",
        path="/",
    )
    return response


def viewer_of(session: Session) -> Viewer:
    """Return who signed in."""
    return Viewer(account=session.account, name=session.name, role=session.role)


def find_session(service: Service, request: Request) -> Session | None:
    """Return the session of the browser, None where there is none or it is over. Raises
    StorageError.
    """
    secret = request.cookies.get(cookie_name(service), "")
    if not secret:
        return None
    now = service.clock()
    with service.console() as store:
        session = store.session(secret)
        if (
            session is None
            or session.seen < now - service.sign_in.idle
            or session.begun < now - LONGEST
        ):
            return None
        if now - session.seen > _NOTED:
            store.saw(secret, now)
    return session


def store_notice(service: Service, request: Request, notice: str) -> None:
    """Keep a text for the next page that the browser gets. Raises StorageError."""
    if secret := request.cookies.get(cookie_name(service), ""):
        with service.console() as store:
            store.notice(secret, notice)


def end_session(service: Service, request: Request, response: Response) -> Response:
    """Sign out. Raises StorageError."""
    if secret := request.cookies.get(cookie_name(service), ""):
        with service.console() as store:
            store.end(secret)
    response.delete_cookie(
        cookie_name(service), path="/", secure=service.sign_in.secure, httponly=True
    )
    return response
