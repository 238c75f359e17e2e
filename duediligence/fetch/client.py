"""One file over HTTPS: patient, bounded, and only from where it should come."""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests

from duediligence.errors import FetchFailed
from duediligence.fetch.body import Limits, receive
from duediligence.fetch.disk import write
from duediligence.fetch.failures import Missing, NotThere, Problem, shown, status
from duediligence.fetch.manifest import SnapshotFile
from duediligence.fetch.wire import asked_to_wait, open_session, send
from duediligence.progress import Progress

MAX_REDIRECTS = 5
MAX_WAIT = 60.0
_PASSING = frozenset({429, 500, 502, 503, 504})
_KEPT_HEADERS = ("ETag", "Last-Modified", "Content-Type", "Content-Length", "Date")


class Client:
    """Downloads files. Proxy and certificate settings of the environment are honoured.

    Times are in seconds. `deadline` is for one file with all its retries. `backoff` is the
    first wait before a retry, doubled for each further one and spread by half to either side;
    a server's Retry-After goes first; no wait is longer than a minute. `verify` is as in
    requests: a CA file, or whether to verify at all.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        connect_timeout: float = 10,
        read_timeout: float = 60,
        deadline: float = 900,
        retries: int = 3,
        backoff: float = 2,
        verify: str | bool = True,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._user_agent = user_agent
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._deadline = deadline
        self._retries = retries
        self._backoff = backoff
        self._verify = verify
        self._sleep = sleep

    def download(
        self,
        url: str,
        *,
        into: Path,
        hosts: frozenset[str],
        max_bytes: int,
        etag: str = "",
        last_modified: str = "",
        retries: int | None = None,
        progress: Progress,
    ) -> SnapshotFile | None:
        """Fetch `url` to the file `into`, whole or not at all.

        `hosts` are those that a redirect may lead to beside the address's own. `etag` and
        `last_modified` are those of the copy at hand: None says that it is still the newest.
        `retries` goes before the client's own number. Raises FetchFailed (NotThere where the
        server has no such file), or StorageError.
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        conditions = {name: value for name, value in conditions.items() if value}
        limits = Limits(max_bytes, self._read_timeout, time.monotonic() + self._deadline)
        most = self._retries if retries is None else retries
        attempt = 0
        while True:
            attempt += 1
            try:
                return self._attempt(url, into, hosts, conditions, limits, progress)
            except Problem as problem:
                wait = self._wait(problem, attempt)
                last = attempt > most or time.monotonic() + wait >= limits.give_up
                if last or not problem.passing:
                    times = f" (asked {attempt} times)" if attempt > 1 else ""
                    failure = NotThere if isinstance(problem, Missing) else FetchFailed
                    raise failure(f"{shown(url)} {problem}{times}", hint=problem.hint) from None
                progress.note(f"{into.name}: {shown(url)} {problem}; asking again")
            self._sleep(wait)

    def _attempt(
        self,
        url: str,
        into: Path,
        hosts: frozenset[str],
        conditions: dict[str, str],
        limits: Limits,
        progress: Progress,
    ) -> SnapshotFile | None:
        retrieved_at = datetime.now(UTC)
        with (
            open_session(self._user_agent) as session,
            self._ask(session, url, hosts, conditions) as response,
        ):
            if response.status_code == 304 and conditions:
                return None
            if response.status_code != 200:
                raise _refusal(response)
            sha256, size = write(receive(response, into.name, limits, progress), into)
        headers = response.headers
        return SnapshotFile(
            filename=into.name,
            sha256=sha256,
            size=size,
            url=shown(url),
            final_url=shown(response.url),
            retrieved_at=retrieved_at,
            headers={
                # White space evened out: a folded header could not be sent back.
                name: " ".join(headers[name].split())
                for name in _KEPT_HEADERS
                if name in headers
            },
        )

    def _ask(
        self, session: requests.Session, url: str, hosts: frozenset[str], conditions: dict[str, str]
    ) -> requests.Response:
        """The answer at the end of the redirects, each checked before it is followed."""
        timeouts = (self._connect_timeout, self._read_timeout)
        request, host = _prepare(session, url, conditions)
        allowed = {each.lower() for each in hosts} | {host}
        for _ in range(MAX_REDIRECTS + 1):
            response = send(session, request, timeouts, self._verify)
            if not response.is_redirect:
                return response
            response.close()
            target = response.headers["Location"].encode("latin-1").decode(errors="replace")
            request, host = _prepare(session, target, conditions, base=response.url)
            if host not in allowed:
                raise Problem(
                    f"redirected to host {host}, which is not one of {', '.join(sorted(allowed))}",
                    hint="The publisher may have moved the file, or somebody is in between.",
                )
        raise Problem(f"redirected more than {MAX_REDIRECTS} times")

    def _wait(self, problem: Problem, attempt: int) -> float:
        backoff = self._backoff * 2 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311
        return min(MAX_WAIT, backoff if problem.after is None else problem.after)


def origin(url: str) -> tuple[str, str]:
    """Where a request for `url` would go: host with port, and host alone, in small letters.

    Raises FetchFailed for what is no https address.
    """
    try:
        with open_session("") as session:
            request, host = _prepare(session, url, {})
    except Problem as problem:
        raise FetchFailed(f"{shown(url)} {problem}", hint=problem.hint) from None
    return urlsplit(request.url or "").netloc.rpartition("@")[2].lower(), host


def _prepare(
    session: requests.Session, url: str, conditions: dict[str, str], base: str = ""
) -> tuple[requests.PreparedRequest, str]:
    """The request and its host; `base` is the address that redirected here.

    The host is read from the form in which requests connects to it: two parsers may disagree.
    """
    how = "redirected to" if base else "is"
    try:
        request = requests.Request("GET", urljoin(base, url), headers=conditions)
        prepared = session.prepare_request(request)
        parts = urlsplit(prepared.url or "")
    except (requests.RequestException, ValueError) as error:
        raise Problem(f"{how} an address that cannot be used") from error
    if parts.scheme != "https":
        raise Problem(f"{how} an address without https, which anybody on the way can change")
    return prepared, parts.hostname or ""


def _refusal(response: requests.Response) -> Problem:
    code = response.status_code
    if code in (404, 410):
        return Missing(f"answered {status(code)}")
    hint = "The publisher may turn programs away." if code in (401, 403) else ""
    after = asked_to_wait(response)
    return Problem(f"answered {status(code)}", hint=hint, passing=code in _PASSING, after=after)
