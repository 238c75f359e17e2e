"""Sign-in at an OpenID Connect service, such as Entra ID: code flow with PKCE, state and nonce."""

import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Final
from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from duediligence.errors import DuediligenceError, NotSignedIn
from duediligence.settings import Settings
from duediligence.web import sessions
from duediligence.web.error_pages import error_page, render_error_page
from duediligence.web.people import Viewer, viewer_for
from duediligence.web.rates import RETRY_AFTER, Rate
from duediligence.web.service import service_of
from duediligence.web.sign_in import client_address
from duediligence.web.sign_in.id_tokens import claims_of, login_of, name_of, role_in
from duediligence.web.sign_in.provider import Provider

# Until when the browser must be back from the service.
LASTS: Final = timedelta(minutes=10)
COOKIE: Final = "__Host-duediligence-sign-in"
BEGIN, RETURN, SIGNED_OUT = "/sign-in", "/sign-in/return", "/signed-out"
# Each by itself: a sign-in is one of both.
PER_MINUTE: Final = 10

# A browser reads `//host` and `/\host` as another host, and leaves out tabs and line breaks.
_LOCAL = re.compile(r"/(?:[!-.0-\[\]-~][!-\[\]-~]*)?", re.ASCII)
_LONGEST = 2_000


@dataclass
class OIDC:
    """Sign-in at a service that `provider` asks. `address` is where browsers reach this server."""

    settings: Settings
    address: str
    hosts: frozenset[str]
    provider: Provider
    alone: bool = False
    secure: bool = True
    idle: timedelta = timedelta(minutes=30)
    _rates: dict[str, Rate] = field(
        default_factory=lambda: {
            path: Rate(PER_MINUTE / 60, PER_MINUTE) for path in (BEGIN, RETURN)
        }
    )

    @property
    def routes(self) -> Sequence[BaseRoute]:
        return (
            Route(BEGIN, self._limited(BEGIN, self._begin)),
            Route(RETURN, self._limited(RETURN, self._finish)),
            Route(SIGNED_OUT, _was_signed_out),
        )

    def viewer(
        self,
        request: Request,  # noqa: ARG002
        session: Viewer | None,
    ) -> Viewer | None:
        return session

    def ask(self, request: Request) -> Response:
        if request.method in ("GET", "HEAD"):
            return RedirectResponse(_begin_at(_path_asked_for(request)), status_code=303)
        return render_error_page(
            service_of(request),
            request,
            403,
            "You are not signed in any more, and nothing of what you sent was recorded. ",
            [("Sign in", BEGIN), (", go back to the form, and send it again.", "")],
        )

    def signed_out(self, request: Request) -> Response:
        """Return the page, from which the browser goes on to sign out at the service, where it can.

        Not as a redirect: the policy of our pages lets no form lead to another site.
        """
        try:
            there = self.provider.metadata().end_session_endpoint
        except DuediligenceError:
            there = ""
        if not there:
            return _signed_out(request)
        query = urlencode(
            {
                "client_id": self.provider.client_id,
                "post_logout_redirect_uri": self.address + SIGNED_OUT,
            }
        )
        address = f"{there}{'&' if '?' in there else '?'}{query}"
        page = render_error_page(
            service_of(request),
            request,
            200,
            "You have signed out here. ",
            [
                ("Sign out of the sign-in service, too", address),
                (", if you are not taken there.", ""),
            ],
        )
        page.headers["Refresh"] = f"0; url={address}"
        return page

    def _limited(
        self, path: str, answer: Callable[[Request], Response]
    ) -> Callable[[Request], Awaitable[Response]]:
        """Return the answer in a worker thread, or a refusal to who asks too often."""

        async def endpoint(request: Request) -> Response:
            service = service_of(request)
            asker = client_address(request, self.settings.proxy_trusted)
            rate, now = self._rates[path], service.clock()
            if rate.allow(asker, now):
                return await run_in_threadpool(_as_page, answer, request)
            refusal = render_error_page(
                service, request, 429, "There were too many sign-ins from your address.", []
            )
            refusal.headers[RETRY_AFTER] = str(rate.retry_after(asker, now))
            return refusal

        return endpoint

    def _begin(self, request: Request) -> Response:
        """Send the browser to the service; what it must bring back follows from its cookie."""
        service = service_of(request)
        secret, now = secrets.token_urlsafe(32), service.clock()
        address = self.provider.address_for(
            redirect_uri=self.address + RETURN,
            state=_derived(secret, "state"),
            nonce=_derived(secret, "nonce"),
            verifier=_derived(secret, "verifier"),
        )
        with service.console() as store:
            wanted = local_path(request.query_params.get("next", "/"))
            store.add_sign_in(secret, wanted, now + LASTS, now)
        response = RedirectResponse(address, status_code=303)
        response.set_cookie(
            COOKIE,
            secret,
            max_age=int(LASTS.total_seconds()),
            path="/",
            secure=True,
            httponly=True,
            samesite="lax",
        )
        return response

    def _finish(self, request: Request) -> Response:
        """Sign in whoever the service says it is, where this very browser began to."""
        service = service_of(request)
        secret, query = request.cookies.get(COOKIE, ""), request.query_params
        state = query.get("state", "")
        if not secret or not hmac.compare_digest(
            state.encode(), _derived(secret, "state").encode()
        ):
            raise NotSignedIn("this browser did not begin the sign-in that it comes back from")
        now = service.clock()
        with service.console() as store:
            wanted = store.use_sign_in(secret, now)
        if wanted is None:
            raise NotSignedIn("this sign-in was used before, or took longer than 10 minutes")
        viewer = self._believed(request, secret)
        response = RedirectResponse(local_path(wanted), status_code=303)
        response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
        return sessions.begin_session(service, request, viewer, response)

    def _believed(self, request: Request, secret: str) -> Viewer:
        service = service_of(request)
        query, provider = request.query_params, self.provider
        issuer = query.get("iss")
        named = provider.metadata().authorization_response_iss_parameter_supported
        # RFC 9207: the answer of another service must not be taken for this one's.
        if (issuer is None and named) or issuer not in (None, provider.issuer):
            raise NotSignedIn("the answer is from another service")
        if "code" not in query:
            why = query.get("error", "")
            known = f" ({why})" if re.fullmatch(r"[a-z_]{1,40}", why) else ""
            raise NotSignedIn(f"the sign-in service refused{known}")
        token, key = provider.id_token(
            query["code"],
            redirect_uri=self.address + RETURN,
            verifier=_derived(secret, "verifier"),
        )
        claims = claims_of(
            token,
            key,
            issuer=provider.issuer,
            client_id=provider.client_id,
            nonce=_derived(secret, "nonce"),
            now=service.clock(),
        )
        role = role_in(claims, self.settings.oidc_role_claim, self.settings.oidc_roles)
        return viewer_for(self.settings, login_of(claims), name=name_of(claims), role=role)


def _derived(secret: str, purpose: str) -> str:
    """Return what the secret of a browser is for one purpose: no other can be told from it."""
    digest = hmac.new(secret.encode(), purpose.encode(), sha256).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def _as_page(answer: Callable[[Request], Response], request: Request) -> Response:
    try:
        return answer(request)
    except DuediligenceError as error:
        return error_page(service_of(request), request, error, None)


def _begin_at(path: str) -> str:
    return f"{BEGIN}?next={quote(path, safe='/')}" if path != "/" else BEGIN


def _was_signed_out(request: Request) -> Response:
    return _signed_out(request)


def _signed_out(request: Request) -> Response:
    service = service_of(request)
    return render_error_page(
        service, request, 200, "You have signed out. ", [("Sign in again", BEGIN)]
    )


def local_path(address: str) -> str:
    """Return the address where it is a path and query of this server; else `/`."""
    return address if len(address) <= _LONGEST and _LOCAL.fullmatch(address) else "/"


def _path_asked_for(request: Request) -> str:
    """Return the path and query that a browser asked for, as it sent them."""
    raw = request.scope.get("raw_path") or b"/"
    query = request.scope.get("query_string", b"")
    return local_path((raw + (b"?" + query if query else b"")).decode("latin-1"))
