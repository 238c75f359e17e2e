"""A register's JSON API, asked with a key: within its limit, and never twice for the same.

As Companies House documents its limit: 600 requests in 5 minutes for a key, then 429 until the
window ends; and for one network address 2,000 in 5 minutes, then 403.
"""

import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import msgspec
import requests

from duediligence.errors import FetchFailed, Hint, Step, UsageError
from duediligence.fetch.deadline import enforce_deadline
from duediligence.fetch.evidence import Evidence, StoredAnswer
from duediligence.fetch.http import (
    LOOPBACK,
    Limits,
    RequestProblem,
    Retries,
    asked_to_wait,
    explain_refusal,
    open_session,
    prepare_request,
    receive_body,
    send_request,
    shown,
)
from duediligence.fetch.limiter import Limiter
from duediligence.progress import SILENT, Progress

# A smaller X-Ratelimit-Reset counts seconds from now; a greater one, seconds since 1970.
_EPOCH = 1_000_000
_CLOCKS_AGREE = 2.0


def update_from_headers(response: requests.Response, limiter: Limiter) -> None:
    """Tell the limiter what the answer says of it, where it says so."""
    # The document API writes Remaining, the others Remain.
    left = _read_number_header(response, "X-Ratelimit-Remain", "X-Ratelimit-Remaining")
    resets_at = _resets_at(response)
    if left is not None and resets_at is not None:
        limiter.update(left, resets_at, _read_number_header(response, "X-Ratelimit-Limit"))


def explain_api_refusal(
    response: requests.Response, limiter: Limiter, *, may_pass: bool
) -> RequestProblem:
    """Return why there is no answer. `may_pass`: a 403 may be the limit of the network, and not the
    key.

    Where the server wants us to wait, the limiter holds everybody that uses the key.
    """
    code = response.status_code
    if code == 401:
        return RequestProblem(
            "refused the key: 401 Unauthorized",
            hint="Check that the key is complete, is for the live REST API, and may be used from "
            "this network (the application's settings at Companies House).",
        )
    if code == 429:
        resets_at = _resets_at(response)
        wait = asked_to_wait(response)
        if wait is None and resets_at is not None:
            wait = resets_at - time.time()
        limiter.hold(wait)
        return RequestProblem(
            "answered 429 Too Many Requests",
            hint="Something else uses the same key. Run the command again later: what was "
            "fetched is kept.",
            passing=True,
            after=0,
        )
    if code == 403:
        if may_pass:
            limiter.hold(asked_to_wait(response))
        return RequestProblem(
            "answered 403 Forbidden",
            hint="Either the key may not be used from this network, or this network asked more "
            "than 2,000 times in 5 minutes: then wait and run the command again.",
            passing=may_pass,
            after=0,
        )
    if code in (301, 302, 303, 307, 308):
        return RequestProblem(
            "redirected us, which it never does: the connection may be intercepted"
        )
    return explain_refusal(response)


def _resets_at(response: requests.Response) -> float | None:
    """Return when the window ends, by the clock of this machine."""
    reset = _read_number_header(response, "X-Ratelimit-Reset")
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


def _read_number_header(response: requests.Response, *names: str) -> int | None:
    for name in names:
        text = response.headers.get(name, "").strip()
        if text.isascii() and text.isdecimal() and len(text) < 15:
            return int(text)
    return None


def explain_key_refusal(
    response: requests.Response, _limiter: Limiter, *, may_pass: bool
) -> RequestProblem:
    """Return why there is no answer, of a service that a person asks for one thing: neither a key
    that it refuses nor its limit is tried again.
    """
    del may_pass
    if response.status_code in (401, 403):
        return RequestProblem(
            f"refused the key: {response.status_code}",
            hint="Check that the key is complete, is for this address, and is still valid.",
        )
    if response.status_code == 429:
        return RequestProblem(
            "answered that it was asked too often: 429",
            hint="Wait for some minutes, and ask again.",
        )
    return explain_refusal(response)


_KEPT_HEADERS = ("ETag", "Date", "Content-Type")
# After this many requests without an answer the rest of a batch is not made to wait.
_DOWN_AFTER = 3
_DOWN_FOR = 120.0


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """`data` is the parsed JSON of the answer, `sha256` that of its bytes.

    `retrieved_at` (UTC) is when the server last gave this answer or said that it still stands.
    `from_cache`: the bytes were here already.
    """

    data: Any
    source_address: str
    retrieved_at: datetime
    sha256: str
    from_cache: bool


class Api:
    """Asks one API. A context manager: it keeps its connection open.

    `key` is sent as the user name of HTTP Basic, or in the header `key_header`, and is never told,
    shown or kept; nor is a path in an error where there are `secret_paths`. An answer in
    `evidence` that is younger than `max_age` is used without asking, so that a run that was
    killed goes on where it was; an older one is asked for by its ETag. Times are in seconds;
    `retries` and `backoff` are as in `Retries`, `private_hosts` as in `open_session`; `verify` is
    as in requests. Of an answer no more is kept than `reduce` returns of its JSON; it may raise
    UnreadableFile. `explain` says why an answer is a refusal. Raises UsageError for a `base` that
    is neither https nor on this machine.
    """

    def __init__(
        self,
        base: str,
        *,
        key: str,
        key_header: str = "",
        secret_paths: bool = False,
        evidence: Path,
        limiter: Limiter,
        user_agent: str,
        verify: str | bool = True,
        private_hosts: Collection[str] = (),
        connect_timeout: float = 10,
        read_timeout: float = 30,
        deadline: float = 120,
        retries: int = 3,
        backoff: float = 1,
        max_bytes: int = 10_000_000,
        max_age: timedelta = timedelta(hours=24),
        reduce: Callable[[Any], Any] | None = None,
        explain: Callable[..., RequestProblem] = explain_api_refusal,
        progress: Progress = SILENT,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._base = _check_base_address(base)
        self._key = key
        self._key_header = key_header
        self._secret_paths = secret_paths
        self._evidence = Evidence(evidence)
        self._limiter = limiter
        self._verify = verify
        self._timeouts = (connect_timeout, read_timeout)
        self._deadline = deadline
        self._retries = Retries(retries, backoff, sleep)
        self._max_bytes = max_bytes
        self._max_age = max_age
        self._reduce = reduce
        self._explain = explain
        self._progress = progress
        self._now = now
        self._session = open_session(user_agent, private_hosts=private_hosts)
        self._welcome = False
        self._waited = False
        self._failures = 0
        self._down: tuple[float, FetchFailed] | None = None

    def __enter__(self) -> "Api":
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def get(
        self,
        path: str,
        params: Mapping[str, str | int] | None = None,
        *,
        max_age: timedelta | None = None,
        since: datetime | None = None,
    ) -> ApiAnswer | None:
        """Return the answer to `path` (`/company/99000001`, not encoded); None where there is none
        (404). `max_age` is used in place of the usual one; an answer from before `since` is asked
        for again.

        Raises FetchFailed, or StorageError where the evidence cannot be kept.
        """
        address = self._address(path, params)
        kept = self._evidence.latest(address)
        now = self._now()
        usable_for = self._max_age if max_age is None else max_age
        recent = kept and (since is None or kept.confirmed_at > since)
        if kept and recent and timedelta() <= now - kept.confirmed_at < usable_for:
            return _build_api_answer(kept, from_cache=True)
        # What was reduced may be reduced otherwise by now.
        known = kept if kept and kept.etag and not self._reduce else None
        received = self._ask(address, known)
        return _build_api_answer(
            received, from_cache=received.retrieved_at != received.confirmed_at
        )

    def _address(self, path: str, params: Mapping[str, str | int] | None) -> str:
        segments = path.removeprefix("/").split("/")
        if any(segment in ("", ".", "..") for segment in segments):
            raise FetchFailed(f"{self._base} has no address {path!r}")
        query = f"?{urlencode(params)}" if params else ""
        return "/".join([self._base, *(quote(each, safe="") for each in segments)]) + query

    def _ask(self, address: str, known: StoredAnswer | None) -> StoredAnswer:
        if self._down and time.monotonic() < self._down[0]:
            raise FetchFailed(self._down[1].message, hint=self._down[1].hint)
        try:
            kept = self._retries.run(
                lambda: self._attempt(address, known),
                again=lambda problem: self._progress.note(f"{shown(address)} {problem}; retrying"),
            )
        except RequestProblem as problem:
            raise self._failed(address, problem) from None
        self._failures, self._down, self._welcome = 0, None, True
        return kept

    def _attempt(self, address: str, known: StoredAnswer | None) -> StoredAnswer:
        self._limiter.take(self._tell)
        headers = {"Accept": "application/json"}
        if known:
            headers["If-None-Match"] = known.etag
        if self._key_header:
            headers[self._key_header] = self._key
        request, host = prepare_request(
            self._session,
            "GET",
            address,
            headers=headers,
            auth=None if self._key_header else (self._key, ""),
            plain_http_here=True,
        )
        limits = Limits(self._max_bytes, self._timeouts[1])
        with (
            enforce_deadline(time.monotonic() + self._deadline),
            send_request(
                self._session,
                request,
                self._timeouts,
                self._verify,
                through_proxy=host not in LOOPBACK,
            ) as response,
        ):
            update_from_headers(response, self._limiter)
            if response.status_code == 304 and known:
                return self._evidence.confirm(known, self._now())
            if response.status_code not in (200, 404):
                # The first 403 is waited out, too: an earlier run may have used up the limit of the
                # network. Another one before any answer is about the key.
                may_pass = self._welcome or not self._waited
                self._waited |= response.status_code == 403
                raise self._explain(response, self._limiter, may_pass=may_pass)
            body = b"".join(receive_body(response, "answer.json", limits, SILENT))
        # A refusal that is not the service's own word (a proxy's page) tells nothing.
        if body.strip() or response.status_code == 200:
            found = _parse_api_body(body)
            body = msgspec.json.encode(self._reduce(found)) if self._reduce else body
        of_interest = {name: response.headers.get(name, "") for name in _KEPT_HEADERS}
        headers = {name: value for name, value in of_interest.items() if value}
        try:
            return self._evidence.keep(address, response.status_code, body, headers, self._now())
        except UnicodeDecodeError as error:
            raise RequestProblem("sent an answer that is not text", passing=True) from error

    def _failed(self, address: str, problem: RequestProblem) -> FetchFailed:
        about = self._base if self._secret_paths else address
        failure = FetchFailed(problem.about(about), hint=problem.hint)
        self._failures += 1
        if self._failures >= _DOWN_AFTER:
            self._down = (time.monotonic() + _DOWN_FOR, failure)
        return failure

    def _tell(self, seconds: float) -> None:
        self._progress.note(
            f"{urlsplit(self._base).hostname} allows no more requests for {seconds:.0f} s; waiting"
        )


def _check_base_address(base: str) -> str:
    """Return the base without its last slash."""
    try:
        parts = urlsplit(base)
        host = parts.hostname or ""
        usable = bool(host) and not (parts.query or parts.fragment or parts.username)
        usable = usable and (parts.port is None or parts.port > 0)
    except ValueError:
        usable, host = False, ""
    loopback = host in LOOPBACK
    if not usable or not (parts.scheme == "https" or (parts.scheme == "http" and loopback)):
        raise UsageError(
            f"a key may not be sent to {shown(base)}",
            hint=Hint(
                "It must begin with https://, or with http://127.0.0.1 for a server on this "
                "machine. To see where the address is set: ",
                Step("show-settings"),
            ),
        )
    return base.rstrip("/")


def _parse_api_body(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (ValueError, RecursionError, msgspec.MsgspecError) as error:
        raise RequestProblem("sent an answer that is not JSON", passing=True) from error


def _build_api_answer(kept: StoredAnswer, *, from_cache: bool) -> ApiAnswer | None:
    if kept.status == 404:
        return None
    data = _parse_api_body(kept.body.encode())
    return ApiAnswer(data, kept.address, kept.confirmed_at, kept.sha256, from_cache)
