"""What an API's headers say of its limit, and what its refusals mean.

As Companies House documents it: 600 requests in 5 minutes for a key, then 429 until the window
ends; and for one network address 2,000 in 5 minutes, then 403.
"""

import time
from contextlib import suppress
from email.utils import parsedate_to_datetime

import requests

from duediligence.fetch.api.limiter import Limiter
from duediligence.fetch.failures import Problem, status
from duediligence.fetch.wire import asked_to_wait

# A smaller X-Ratelimit-Reset counts seconds from now; a greater one, seconds since 1970.
_EPOCH = 1_000_000
_CLOCKS_AGREE = 2.0
_PASSING = frozenset({500, 502, 503, 504})


def heed(response: requests.Response, limiter: Limiter) -> None:
    """Tell the limiter what the answer says of it, where it says so."""
    # The document API writes Remaining, the others Remain.
    left = _number(response, "X-Ratelimit-Remain", "X-Ratelimit-Remaining")
    resets_at = _resets_at(response)
    if left is not None and resets_at is not None:
        limiter.heed(left, resets_at, _number(response, "X-Ratelimit-Limit"))


def refusal(response: requests.Response, limiter: Limiter, *, welcome: bool) -> Problem:
    """Why there is no answer. `welcome`: the key was taken before.

    Where the server wants us to wait, the limiter holds everybody that uses the key.
    """
    code = response.status_code
    if code == 401:
        return Problem(
            "refused the key: 401 Unauthorized",
            hint="Check that the key is whole, is one for the live REST API, and may be used from "
            "this network (the application's settings at Companies House).",
        )
    if code == 429:
        resets_at = _resets_at(response)
        wait = asked_to_wait(response)
        if wait is None and resets_at is not None:
            wait = resets_at - time.time()
        limiter.hold(wait)
        return Problem(
            "answered 429 Too Many Requests",
            hint="Something else uses the same key. Run the command again later: what was "
            "fetched is kept.",
            passing=True,
            after=0,
        )
    if code == 403:
        if welcome:
            limiter.hold(asked_to_wait(response))
        return Problem(
            "answered 403 Forbidden",
            hint="Either the key may not be used from this network, or this network asked more "
            "than 2,000 times in 5 minutes: then wait and run the command again.",
            passing=welcome,
            after=0,
        )
    if code in (301, 302, 303, 307, 308):
        return Problem("redirected us, which it never does: somebody may be in between")
    return Problem(f"answered {status(code)}", passing=code in _PASSING)


def _resets_at(response: requests.Response) -> float | None:
    """When the window ends, by the clock of this machine."""
    reset = _number(response, "X-Ratelimit-Reset")
    now = time.time()
    if reset is None:
        return None
    if reset < _EPOCH:
        return now + reset
    with suppress(TypeError, ValueError):
        # The clock of a laptop may be minutes off; then only the difference counts.
        server = parsedate_to_datetime(response.headers.get("Date", "")).timestamp()
        if abs(server - now) > _CLOCKS_AGREE:
            return now + reset - server
    return float(reset)


def _number(response: requests.Response, *names: str) -> int | None:
    for name in names:
        text = response.headers.get(name, "").strip()
        if text.isascii() and text.isdecimal() and len(text) < 15:
            return int(text)
    return None
