"""Sign-in at a reverse proxy, which names the person in a header of each request."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from duediligence.errors import UsageError
from duediligence.settings import Settings
from duediligence.web.error_pages import render_error_page
from duediligence.web.people import Viewer, viewer_for
from duediligence.web.service import service_of
from duediligence.web.sign_in import find_peer_address, is_trusted

SECRET_HEADER: Final = "X-Duediligence-Proxy-Secret"  # noqa: S105 -- the name of the header
LEAST_SECRET: Final = 32
_LONGEST_LOGIN = 300


@dataclass
class Proxy:
    """Believes the header `settings.proxy_header` of the proxy alone: one with a trusted address
    and with the secret, where either is set. At least one must be.

    The browser's session only keeps notices: who is signed in, and for how long, is the proxy's
    to say in every request. Raises UsageError.
    """

    settings: Settings
    hosts: frozenset[str]
    alone: bool = False
    secure: bool = True
    idle: timedelta = timedelta(minutes=30)

    def __post_init__(self) -> None:
        self._secret = self.settings.secret("proxy_secret")
        if not self.settings.proxy_header:
            raise UsageError(
                "proxy_header is not set: it is not known where the proxy names who signed in",
                hint="Set proxy_header to the name of the header, such as X-Remote-User.",
            )
        if not self.settings.proxy_trusted and not self._secret:
            raise UsageError(
                "anybody could name themselves: neither proxy_trusted nor proxy_secret is set",
                hint="Set proxy_trusted to the address of the proxy, or a secret that it sends in "
                f"the header {SECRET_HEADER}; both is best.",
            )
        if self._secret and len(self._secret) < LEAST_SECRET:
            raise UsageError(
                f"proxy_secret is too short: it needs {LEAST_SECRET} characters",
                hint="Make one: openssl rand -hex 32",
            )

    @property
    def routes(self) -> Sequence[BaseRoute]:
        return ()

    def viewer(
        self,
        request: Request,
        session: Viewer | None,  # noqa: ARG002
    ) -> Viewer | None:
        login = self._login(request)
        return viewer_for(self.settings, login) if login else None

    def ask(self, request: Request) -> Response:
        message = (
            "The proxy in front of this service did not say who you are."
            if self._is_proxy(request)
            else "This service is reached through its proxy only, where you sign in."
        )
        return render_error_page(service_of(request), request, 403, message, [])

    def signed_out(self, request: Request) -> Response:
        return render_error_page(
            service_of(request),
            request,
            200,
            "You have signed out here. The proxy in front of this service signs you in again at "
            "the next page: to end that, sign out where you sign in, or close the browser.",
            [],
        )

    def _is_proxy(self, request: Request) -> bool:
        trusted = self.settings.proxy_trusted
        if trusted and not is_trusted(find_peer_address(request), trusted):
            return False
        sent = request.headers.get(SECRET_HEADER, "")
        return not self._secret or hmac.compare_digest(sent.encode(), self._secret.encode())

    def _login(self, request: Request) -> str:
        """Return whom the proxy names; empty where nobody, or where the header is there twice: then
        one of them may be the browser's own.
        """
        named = request.headers.getlist(self.settings.proxy_header)
        if not self._is_proxy(request) or len(named) != 1:
            return ""
        login = named[0].strip()
        return login if login.isprintable() and len(login) <= _LONGEST_LOGIN else ""
