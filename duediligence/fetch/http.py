"""One request over HTTP: how it is made, retried and refused, and within what limits it is read.

The texts of exceptions are never shown: they hold whole addresses, keys and passwords included.
"""

import math
import random
import re
import ssl
import time
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from itertools import chain
from pathlib import PurePath
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

import requests
import urllib3.exceptions
from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning
from requests.exceptions import ConnectTimeout, ProxyError, Timeout
from urllib3.exceptions import HTTPError, InvalidHeader
from urllib3.util import Retry

from duediligence.errors import FetchFailed
from duediligence.fetch.connections import GuardedAdapter, PrivateAddress
from duediligence.fetch.deadline import enforce_deadline, get_deadline
from duediligence.progress import Progress

Result = TypeVar("Result")


class NotThere(FetchFailed):
    """The server says that it has no such file (404 or 410)."""

    code = "not-at-publisher"


class RequestProblem(Exception):
    """What happened, as the end of a sentence that begins with the address.

    `passing`: asking again may help. `after`: the wait that the server asks for, in seconds.
    """

    def __init__(
        self, what: str, *, hint: str = "", passing: bool = False, after: float | None = None
    ) -> None:
        super().__init__(what)
        self.hint = hint
        self.passing = passing
        self.after = after
        self.attempts = 1

    def about(self, url: str) -> str:
        """Return the whole sentence about an address, with how often it was asked."""
        times = f" (asked {self.attempts} times)" if self.attempts > 1 else ""
        return f"{shown(url)} {self}{times}"


class Missing(RequestProblem):
    """The server has no such file."""


def shown(url: str) -> str:
    """Return the address without user, query and fragment: those may hold a key."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "the address"
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def format_status_code(code: int) -> str:
    """Return `403 Forbidden`, in the standard's words and not the server's."""
    try:
        return f"{code} {HTTPStatus(code).phrase}"
    except ValueError:
        return str(code)


def explain_no_answer(
    error: requests.RequestException | urllib3.exceptions.HTTPError, connect: float, read: float
) -> RequestProblem:
    """Return why no answer came. `connect` and `read` are the time limits, in seconds."""
    causes = tuple(_list_error_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return RequestProblem(
            "does not have a certificate that this machine trusts",
            hint="Where your network inspects traffic, ask your IT team for its certificate file "
            "and give it in the setting ca_file (DUEDILIGENCE_CA_FILE).",
        )
    for cause in causes:
        if isinstance(cause, PrivateAddress):
            return RequestProblem(
                f"was not contacted: {cause.host} leads to {cause.address}, on this machine or in "
                "a private network",
                hint="If it belongs there, allow it in a settings file: "
                f'private_hosts = ["{cause.host}"].',
            )
    if isinstance(error, ProxyError):
        return RequestProblem(
            "could not be reached: the proxy of this network refused the connection",
            hint="Ask your IT team whether HTTPS_PROXY is right and lets this address through.",
            passing=True,
        )
    if isinstance(error, ConnectTimeout):
        return RequestProblem(f"could not be reached within {connect:g} s", passing=True)
    if isinstance(error, Timeout):
        return RequestProblem(f"timed out after {read:g} s", passing=True)
    if any(isinstance(cause, urllib3.exceptions.NameResolutionError) for cause in causes):
        return RequestProblem(
            "could not be found: there is no such server, or this machine is offline",
            passing=True,
        )
    if any(isinstance(cause, urllib3.exceptions.NewConnectionError) for cause in causes):
        return RequestProblem("could not be reached: nothing answers at this address", passing=True)
    if isinstance(error, requests.ConnectionError):
        return RequestProblem("closed the connection without an answer", passing=True)
    return RequestProblem("could not be reached: the address or a proxy setting is not valid")


def broken_off(error: urllib3.exceptions.HTTPError, read: float) -> RequestProblem:
    """Return why the body of an answer ended too soon. `read` is the time limit, in seconds."""
    if isinstance(error, urllib3.exceptions.TimeoutError):
        return RequestProblem(
            f"timed out after {read:g} s, half-way through the file", passing=True
        )
    if isinstance(error, urllib3.exceptions.DecodeError):
        return RequestProblem("sent a file whose compression is damaged", passing=True)
    return RequestProblem("closed the connection half-way through the file", passing=True)


def _list_error_causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and everything behind it; requests and urllib3 keep that in three places."""
    yield error
    behind = [error.__cause__ or error.__context__, getattr(error, "reason", None), *error.args]
    for cause in behind:
        if isinstance(cause, BaseException):
            yield from _list_error_causes(cause)


def open_session(
    user_agent: str, *, accept: bool = True, private_hosts: Collection[str] | None = ()
) -> requests.Session:
    """Return a session that sends no password from the user's .netrc, and Accept only where it may.

    It reaches public addresses only, but for `private_hosts`; None: it reaches any.
    """
    session = requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, GuardedAdapter(private_hosts))
    session.auth = lambda request: request
    session.headers["User-Agent"] = user_agent
    if not accept:
        del session.headers["Accept"]
    return session


def send_request(
    session: requests.Session,
    request: requests.PreparedRequest,
    timeouts: tuple[float, float],
    verify: str | bool,
    *,
    through_proxy: bool = True,
) -> requests.Response:
    """Return the answer, its body not read yet and no redirect followed. Raises Problem.

    `timeouts` are for connecting and for reading, in seconds; `verify` is as in requests. It must
    be called, and the answer read, under a `deadline`, which covers everything: connecting, TLS,
    headers, every `100 Continue` and the body.
    """
    limit = get_deadline()
    url = request.url or ""
    settings = session.merge_environment_settings(url, {}, True, verify, None)
    merged = settings["verify"]
    assert merged is not None
    try:
        # The session's own send would read the whole body of a redirect, however long.
        return session.get_adapter(url).send(
            request,
            stream=True,
            timeout=timeouts,
            verify=merged,
            proxies=settings["proxies"] if through_proxy else {},
        )
    except (requests.RequestException, HTTPError) as error:
        if not limit.left:
            raise RequestProblem("did not answer in the time allowed") from error
        raise explain_no_answer(error, *timeouts) from error
    except OSError as error:
        raise RequestProblem(
            f"was not contacted: {error.strerror or error}",
            hint="Check the setting ca_file, and REQUESTS_CA_BUNDLE.",
        ) from error


def asked_to_wait(response: requests.Response) -> float | None:
    """Return the seconds of a Retry-After header, None where there is none that can be read."""
    wish = response.headers.get("Retry-After")
    with suppress(InvalidHeader, ValueError, OverflowError):
        return Retry().parse_retry_after(wish) if wish else None
    return None


_CHUNK = 1 << 16
_DATA = frozenset({".xml", ".csv", ".json"})
# A title stands near the top, and html.parser is slow on hostile pages.
_PAGE_HEAD = 16_384


@dataclass(frozen=True, slots=True)
class Limits:
    """`read_timeout` is in seconds. The time in all is that of the current `deadline`."""

    max_bytes: int
    read_timeout: float


def receive_body(
    response: requests.Response, filename: str, limits: Limits, progress: Progress
) -> Iterator[bytes]:
    """Yield the decoded body in chunks. Raises Problem: too large, too slow, cut short, a web
    page.
    """
    length = response.headers.get("Content-Length", "")
    total = int(length) if length.isascii() and length.isdecimal() and len(length) < 20 else None
    if total is not None and total > limits.max_bytes:
        raise _too_large(limits)
    if "Content-Encoding" in response.headers:
        total = None
    chunks = _read_body_chunks(response, limits)
    html = "html" in response.headers.get("Content-Type", "").lower()
    if html and PurePath(filename).suffix.lower() in _DATA:
        chunks = _refuse_page(chunks)
    with progress.task(filename, total, unit="bytes") as task:
        for chunk in chunks:
            task.advance(len(chunk))
            yield chunk


def _read_body_chunks(response: requests.Response, limits: Limits) -> Iterator[bytes]:
    size, limit = 0, get_deadline()
    while True:
        try:
            # Not iter_content: it waits for a full chunk, so that a server that sends a byte
            # at a time would never come to the check of the time.
            chunk = response.raw.read1(_CHUNK, decode_content=True)
        except urllib3.exceptions.HTTPError as error:
            if limit.left:
                raise broken_off(error, limits.read_timeout) from error
            chunk = b""
        # Before the end is believed: a connection that was shut looks like an answer that ended.
        if not limit.left:
            raise RequestProblem("sends too slowly: the file did not arrive in the time allowed")
        if not chunk:
            return
        size += len(chunk)
        if size > limits.max_bytes:
            raise _too_large(limits)
        yield chunk


def _too_large(limits: Limits) -> RequestProblem:
    return RequestProblem(f"sends more than {limits.max_bytes:,} bytes, the maximum for this file")


def _refuse_page(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Return the same chunks, unless they are a web page: publishers send those with status 200
    too.
    """
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= _PAGE_HEAD:
            break
    page = head[:_PAGE_HEAD]
    if b"<html" in page.lower():
        raise RequestProblem(
            f"sent a web page instead of the file{_quote_page_title(page)}",
            hint="The site may be down for maintenance, or may refuse programs.",
        )
    return chain([head] if head else [], chunks)


def _quote_page_title(page: bytes) -> str:
    with warnings.catch_warnings():
        # A page may be XHTML; its title is found all the same.
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        found = BeautifulSoup(page, "html.parser").title
    # Pages of errors like to repeat the address, with the key in its query.
    text = re.sub(r"\?\S*", "?", found.get_text() if found else "")
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f": “{text[:80].rstrip()}”" if text else ""


MAX_WAIT = 60.0  # seconds, between two attempts
MAX_WISH = 300.0  # seconds, where the server asks for a wait
_PASSING = frozenset({429, 500, 502, 503, 504})
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Retries:
    """When a request is made again, and after what wait. Times are in seconds.

    `backoff` is the first wait, doubled for each further one and spread by half to either side; a
    server's Retry-After goes first. No wait is longer than a minute, or five where it asks so.
    """

    most: int = 3
    backoff: float = 2
    sleep: Callable[[float], None] = time.sleep

    def run(
        self,
        attempt: Callable[[], Result],
        *,
        again: Callable[[RequestProblem], None],
        give_up: float = math.inf,
    ) -> Result:
        """Call `attempt` until it answers; `again` is called before each wait.

        Raises the last Problem, its `attempts` counted, where asking again cannot help, was done
        often enough, or would begin after `give_up` (on the monotonic clock).
        """
        attempts = 0
        while True:
            attempts += 1
            try:
                return attempt()
            except RequestProblem as problem:
                problem.attempts = attempts
                wait = self._wait(problem)
                late = time.monotonic() + wait >= give_up
                if not problem.passing or attempts > self.most or late:
                    raise
                again(problem)
            self.sleep(wait)

    def _wait(self, problem: RequestProblem) -> float:
        spread = random.uniform(0.5, 1.5)  # noqa: S311
        backoff = self.backoff * 2 ** (problem.attempts - 1) * spread
        return min(MAX_WAIT, backoff) if problem.after is None else min(MAX_WISH, problem.after)


def prepare_request(
    session: requests.Session,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None = None,
    auth: tuple[str, str] | None = None,
    plain_http_here: bool = False,
    how: str = "is",
) -> tuple[requests.PreparedRequest, str]:
    """Return the request and its host. Raises Problem for an address that is no https.

    The host is read from the form in which requests connects to it: two parsers may disagree.
    With `plain_http_here` a server on this machine may be asked without https.
    """
    try:
        request = requests.Request(method, url, headers=dict(headers), data=body, auth=auth)
        prepared = session.prepare_request(request)
        parts = urlsplit(prepared.url or "")
        host = parts.hostname or ""
    except (requests.RequestException, ValueError):
        raise RequestProblem(f"{how} an address that cannot be used") from None
    here = plain_http_here and parts.scheme == "http" and host in LOOPBACK
    if parts.scheme != "https" and not here:
        raise RequestProblem(f"{how} an address without https, which can be changed on the way")
    return prepared, host


def explain_refusal(response: requests.Response) -> RequestProblem:
    """Return why an answer is none, by its status; a wait that it asks for is kept in `after`."""
    code = response.status_code
    if code in (404, 410):
        return Missing(f"answered {format_status_code(code)}")
    hint = "The publisher may refuse programs." if code in (401, 403) else ""
    passing, after = code in _PASSING, asked_to_wait(response)
    return RequestProblem(
        f"answered {format_status_code(code)}", hint=hint, passing=passing, after=after
    )


def post_body(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    user_agent: str,
    verify: str | bool = True,
    timeouts: tuple[float, float] = (10, 30),
    seconds: float = 60,
) -> None:
    """Post `body` once; any answer of 200 to 299 says that it was taken, and is not read.

    `timeouts` are for connecting and for reading, in seconds, and `seconds` is for everything;
    `verify` is as in requests. Raises FetchFailed, which names only the host: the
    rest of such an address is often a token. The outbox posts again, so there are no retries here.
    """
    who = "the address to post to"
    try:
        # A person chose this address, and it is usually inside.
        with (
            enforce_deadline(time.monotonic() + seconds),
            open_session(user_agent, private_hosts=None) as session,
        ):
            request, who = prepare_request(
                session, "POST", url, headers=headers, body=body, plain_http_here=True
            )
            with send_request(
                session, request, timeouts, verify, through_proxy=who not in LOOPBACK
            ) as response:
                code, redirected = response.status_code, response.is_redirect
    except RequestProblem as problem:
        raise FetchFailed(f"{who} {problem}", hint=problem.hint) from None
    if redirected:
        raise FetchFailed(
            f"{who} redirected us, but messages are sent to no other address",
            hint="If you trust the address it redirects to, set that one.",
        )
    if not 200 <= code < 300:
        raise FetchFailed(f"{who} answered {format_status_code(code)}")
