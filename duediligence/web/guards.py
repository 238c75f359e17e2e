"""What every request passes first: its host, where it comes from, how large it is; and the headers
that every answer has.
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from duediligence.logs import log_caught
from duediligence.web.connections import BODY_SECONDS
from duediligence.web.rates import RETRY_AFTER
from duediligence.web.service import Service

MOST_JSON: Final = 1 * 2**20
MOST_UPLOAD: Final = 50 * 2**20
# A monitor on the same machine knows no name of the server; there is nothing to read or to do.
_FOR_MONITORS = frozenset({"/healthz", "/readyz"})
# Where whole lists and registers are brought, which are long.
LARGE_UPLOADS: Final = {"/set-up/lists/files": 2**29, "/set-up/companies/files": 2**30}
_DIGITS: Final = len(str(max(LARGE_UPLOADS.values())))
_RETRY_SECONDS: Final = "5"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
# Browsers send UTF-8 and do not say so. Text in some of the others is slow to read (punycode), or
# gives what no database stores (unicode_escape).
_OTHER_CHARSET = re.compile(r"charset(?!=\"?utf-8\"?\s*(?:;|$))", re.IGNORECASE)
# No script at all, nothing from elsewhere, and no page of another site around these.
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}

_BELOW = ("/api/", "/match/", "/search/", "/entities/", "/reconcile/")
_AT = frozenset(
    "/healthz /readyz /openapi.json /catalog /algorithms /statements /updatez /match /search "
    "/entities".split()
)

# Which pages of other programs may read answers of this server: OpenRefine's, where it runs.
#
# Only what a key in the address opens (`/reconcile/`) is ever read by another page, and only by
# pages of the origins that the setting `reconcile_origins` names: never of any, for a page that
# somebody happens to open would read as much (Fetch standard, CORS protocol).
_RECONCILE: Final = "/reconcile/"
_A_DAY: Final = "86400"


class NotRead(Exception):
    """What was sent is not read to its end: it is too large (413), or came too slowly (408)."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Guards:
    """In front of the application. `refusal` makes the answer to what is refused here."""

    def __init__(
        self,
        app: ASGIApp,
        service: Service,
        *,
        refusal: Callable[[Scope, int, str], ASGIApp],
    ) -> None:
        self._app = app
        self._service = service
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        self._service.asked()
        if self._service.sign_in.secure:
            # The proxy speaks http to us: an address that is made of the request must not.
            scope = {**scope, "scheme": "https"}
        started = False
        refused: tuple[int, str] | None = None
        own_headers = HEADERS
        sent = Headers(scope=scope)
        crossing = _may_cross(scope["path"])
        preflight = crossing and _is_preflight(scope["method"], sent)
        if crossing:
            origins = self._service.settings.reconcile_origins
            own_headers = {**HEADERS, **_answer_headers(sent, origins, preflight=preflight)}

        async def with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in own_headers.items():
                    headers.setdefault(name, value)
                if refused or not body.is_complete:
                    # What was sent with it is not read, nor what follows it on the connection.
                    headers["Connection"] = "close"
                if message["status"] == 429:
                    headers.setdefault(RETRY_AFTER, _RETRY_SECONDS)
                if self._service.sign_in.secure:
                    headers.setdefault("Strict-Transport-Security", "max-age=31536000")
            await send(message)

        body = _Body(receive, scope, sent)
        refused = self._wrong(scope)
        if refused:
            await self._refusal(scope, *refused)(scope, receive, with_headers)
            return
        if preflight:
            await Response(status_code=204)(scope, receive, with_headers)
            return
        try:
            await self._app(scope, body.receive, with_headers)
        except NotRead as error:
            if started:
                raise
            refusal = self._refusal(scope, error.status, str(error))
            await refusal(scope, receive, with_headers)
        except ClientDisconnect:
            return  # nobody waits for an answer
        except Exception:
            # It is answered by now. Its text may hold a name, and the server would log that.
            if not started:
                raise
            log_caught()

    def _wrong(self, scope: Scope) -> tuple[int, str] | None:
        """Return the status and the reason, where the request is refused before it is read."""
        headers = Headers(scope=scope)
        named = [host.lower() for host in headers.getlist("host")]
        known = len(named) == 1 and named[0] in self._service.sign_in.hosts
        if not known and scope["path"] not in _FOR_MONITORS:
            return 400, "This server does not answer under that name."
        if "transfer-encoding" in headers and "content-length" in headers:
            # RFC 9112, section 6.3: a proxy may have read another request there.
            return 400, "This request says in two ways how long it is."
        own, origins = self._own(headers), self._service.settings.reconcile_origins
        if _may_cross(scope["path"]) and _is_foreign_origin(headers, own, origins):
            return 403, (
                "This server does not answer pages of that origin. The setting reconcile_origins "
                "names those that it answers."
            )
        # No cookie counts for the API, so that another site's page can do nothing there.
        by_page = scope["method"] not in _READING and not is_api(scope["path"])
        if by_page and not (_is_same_origin(headers, own) or self._is_start(scope, headers)):
            return 403, (
                "This was sent by a page of another site, and nothing was done. Open the page "
                "here, and send it again."
            )
        length = headers.get("content-length", "").lstrip("0")
        if length.isdecimal() and (len(length) > _DIGITS or int(length) > _find_body_limit(scope)):
            return 413, _too_large(scope)
        if _is_form(headers) and _OTHER_CHARSET.search(headers["content-type"]):
            return 415, "A form is read in UTF-8 alone."
        return None

    def _is_start(self, scope: Scope, headers: Headers) -> bool:
        """Return whether a page in a file sends the key of one PC: a file has no origin."""
        here = scope["method"], scope["path"], headers.getlist("origin")
        return self._service.sign_in.alone and here == ("POST", "/start", ["null"])

    def _own(self, headers: Headers) -> str:
        scheme = "https" if self._service.sign_in.secure else "http"
        return f"{scheme}://{headers.get('host', '').lower()}"


def _is_same_origin(headers: Headers, own: str) -> bool:
    """Return whether a page of ours sent it: browsers say where a request comes from, and no page
    can change that (Fetch Metadata; RFC 6454 for Origin).
    """
    site = headers.get("sec-fetch-site")
    origins = headers.getlist("origin")
    if any(origin.lower() != own for origin in origins):
        return False
    return site == "same-origin" if site is not None else bool(origins)


def _find_body_limit(scope: Scope) -> int:
    """Return the most that may be sent: of a form with files more than of anything else."""
    if not is_upload(scope):
        return MOST_JSON
    return LARGE_UPLOADS.get(scope["path"], MOST_UPLOAD)


def is_upload(scope: Scope) -> bool:
    """Return whether a request brings a form as those with files are sent."""
    return _accepts_files(scope["path"]) and _is_form(Headers(scope=scope))


def _is_form(headers: Headers) -> bool:
    """Return whether it is a form as those with files are sent."""
    return headers.get("content-type", "").lower().startswith("multipart/form-data")


def _too_large(scope: Scope) -> str:
    return f"More than {_find_body_limit(scope) // 2**20} MB was sent, and nothing of it was kept."


class _Body:
    """What is sent with a request, up to as much and for as long as may be: what a header promised
    may be a lie.
    """

    def __init__(self, receive: Receive, scope: Scope, headers: Headers) -> None:
        self._receive, self._scope = receive, scope
        self._had, self._most = 0, _find_body_limit(scope)
        self._deadline = asyncio.get_running_loop().time() + BODY_SECONDS
        sent = headers.get("content-length", "").strip("0") or "transfer-encoding" in headers
        self.is_complete = not sent

    async def receive(self) -> Message:
        """Return the next part. Raises NotRead."""
        if self.is_complete:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            slow = f"What was sent did not arrive within {BODY_SECONDS:.0f} seconds. Send it again."
            raise NotRead(408, slow) from None
        self._had += len(message.get("body", b""))
        if self._had > self._most:
            raise NotRead(413, _too_large(self._scope))
        self.is_complete = not message.get("more_body", False)
        return message


def is_api(path: str) -> bool:
    """Return whether programs ask there, who want no pages."""
    return path.startswith(_BELOW) or path in _AT


def _accepts_files(path: str) -> bool:
    """Return whether a form with files may be sent there: to a page, and where suppliers are
    imported.
    """
    return not is_api(path) or path.startswith("/api/")


def _may_cross(path: str) -> bool:
    """Return whether pages of the origins that are set may read what is there."""
    return path.startswith(_RECONCILE)


def _is_foreign_origin(headers: Headers, own: str, origins: tuple[str, ...]) -> bool:
    """Return whether a page sent it that is neither of this server nor of an origin that is set."""
    origin = headers.get("origin")
    return origin is not None and origin.lower() not in (own, *origins)


def _is_preflight(method: str, headers: Headers) -> bool:
    """Return whether a browser asks for a page whether it may send a request."""
    return method == "OPTIONS" and "access-control-request-method" in headers


def _answer_headers(
    headers: Headers, origins: tuple[str, ...], *, preflight: bool
) -> dict[str, str]:
    """Return the headers that let the page read the answer, where its origin is set.

    The address holds a key, which no link may carry on.
    """
    found: Mapping[str, str] = {}
    origin = headers.get("origin", "").lower()
    if origin in origins:
        found = {"Access-Control-Allow-Origin": origin}
        if preflight:
            found |= {
                "Access-Control-Allow-Methods": "GET, POST",
                "Access-Control-Allow-Headers": "Content-Type",
                "Access-Control-Max-Age": _A_DAY,
            }
    return {"Vary": "Origin", "Referrer-Policy": "no-referrer", **found}
