"""Why a server did not give us a file, in words that hold no secret.

The texts of exceptions are never shown: they hold whole addresses, keys and passwords included.
"""

import ssl
from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import urlsplit, urlunsplit

import requests
import urllib3.exceptions
from requests.exceptions import ConnectTimeout, ProxyError, Timeout

from duediligence.errors import FetchFailed


class NotThere(FetchFailed):
    """The server says that it has no such file (404 or 410)."""

    code = "not-at-publisher"


class Problem(Exception):
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


class Missing(Problem):
    """The server has no such file."""


def shown(url: str) -> str:
    """The address without user, query and fragment: those may hold a key."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "the address"
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def status(code: int) -> str:
    """`403 Forbidden`, in the standard's words and not the server's."""
    try:
        return f"{code} {HTTPStatus(code).phrase}"
    except ValueError:
        return str(code)


def unanswered(
    error: requests.RequestException | urllib3.exceptions.HTTPError, connect: float, read: float
) -> Problem:
    """Why no answer came. `connect` and `read` are the time limits, in seconds."""
    causes = tuple(_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return Problem(
            "does not have a certificate that this machine trusts",
            hint="Where your network inspects traffic, ask your IT team for its certificate file "
            "and give it in the setting ca_file (DUEDILIGENCE_CA_FILE).",
        )
    if isinstance(error, ProxyError):
        return Problem(
            "could not be reached: the proxy of this network did not let us through",
            hint="Ask your IT team whether HTTPS_PROXY is right and lets this address through.",
            passing=True,
        )
    if isinstance(error, ConnectTimeout):
        return Problem(f"could not be reached within {connect:g} s", passing=True)
    if isinstance(error, Timeout):
        return Problem(f"timed out after {read:g} s", passing=True)
    if any(isinstance(cause, urllib3.exceptions.NameResolutionError) for cause in causes):
        return Problem(
            "could not be found: there is no such server, or this machine is offline",
            passing=True,
        )
    if any(isinstance(cause, urllib3.exceptions.NewConnectionError) for cause in causes):
        return Problem("could not be reached: nothing answers at this address", passing=True)
    if isinstance(error, requests.ConnectionError):
        return Problem("closed the connection without an answer", passing=True)
    return Problem("could not be asked: the address or a proxy setting is not usable")


def broken_off(error: urllib3.exceptions.HTTPError, read: float) -> Problem:
    """Why the body of an answer ended too soon. `read` is the time limit, in seconds."""
    if isinstance(error, urllib3.exceptions.TimeoutError):
        return Problem(f"timed out after {read:g} s, half-way through the file", passing=True)
    if isinstance(error, urllib3.exceptions.DecodeError):
        return Problem("sent a file whose compression is damaged", passing=True)
    return Problem("closed the connection half-way through the file", passing=True)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and everything behind it; requests and urllib3 keep that in three places."""
    yield error
    behind = [error.__cause__ or error.__context__, getattr(error, "reason", None), *error.args]
    for cause in behind:
        if isinstance(cause, BaseException):
            yield from _causes(cause)
