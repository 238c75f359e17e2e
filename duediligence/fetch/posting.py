"""Hand a document to an address: once, over TLS, and without following it anywhere else."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import requests

from duediligence.errors import FetchFailed
from duediligence.fetch.failures import Problem, status
from duediligence.fetch.wire import open_session, send

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    user_agent: str,
    verify: str | bool = True,
    timeouts: tuple[float, float] = (10, 30),
) -> None:
    """Post `body`; any answer of 200 to 299 says that it was taken, and is not read.

    `timeouts` are for connecting and for reading, in seconds; `verify` is as in requests. Raises
    FetchFailed, which tells the host only: the rest of such an address is often a token.
    """
    with open_session(user_agent) as session:
        request, host = _prepared(session, url, body, headers)
        try:
            with send(
                session, request, timeouts, verify, through_proxy=host not in _LOOPBACK
            ) as response:
                code = response.status_code
        except Problem as problem:
            raise FetchFailed(f"{host} {problem}", hint=problem.hint) from None
    if response.is_redirect:
        raise FetchFailed(
            f"{host} redirected us, and what is told is sent nowhere else",
            hint="Set the address that it leads to, if you trust it.",
        )
    if not 200 <= code < 300:
        raise FetchFailed(f"{host} answered {status(code)}")


def _prepared(
    session: requests.Session, url: str, body: bytes, headers: Mapping[str, str]
) -> tuple[requests.PreparedRequest, str]:
    """The request and its host, in the form in which requests connects: parsers may disagree."""
    try:
        request = session.prepare_request(
            requests.Request("POST", url, data=body, headers=dict(headers))
        )
        parts = urlsplit(request.url or "")
        host = parts.hostname or ""
    except (requests.RequestException, ValueError):
        raise FetchFailed("the address to post to cannot be used") from None
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
        raise FetchFailed(f"{host} would be asked without https: anybody on the way could read it")
    return request, host
