"""One file over HTTPS: patient, bounded, and only from where it should come."""

import time
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests

from duediligence.errors import FetchFailed, UnreadableFile
from duediligence.fetch.deadline import enforce_deadline
from duediligence.fetch.http import (
    Limits,
    Missing,
    NotThere,
    RequestProblem,
    Retries,
    explain_refusal,
    open_session,
    prepare_request,
    receive_body,
    send_request,
    shown,
)
from duediligence.fetch.snapshots import SnapshotFile
from duediligence.progress import Progress
from duediligence.writing import write_chunks

MAX_REDIRECTS = 5
_KEPT_HEADERS = ("ETag", "Last-Modified", "Content-Type", "Content-Length", "Date")


class Client:
    """Downloads files. Proxy and certificate settings of the environment are honoured.

    Times are in seconds. `deadline` is for one file with all its retries; `retries` and `backoff`
    are as in `Retries`. `verify` is as in requests: a CA file, or whether to verify at all.
    `private_hosts` are as in `open_session`.
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
        private_hosts: Collection[str] = (),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._user_agent = user_agent
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._deadline = deadline
        self._retries = Retries(retries, backoff, sleep)
        self._verify = verify
        self._private_hosts = private_hosts

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
        body: bytes = b"",
        accept: bool = True,
        whole: Callable[[Path], object] | None = None,
        progress: Progress,
    ) -> SnapshotFile | None:
        """Fetch `url` to the file `into`, whole or not at all.

        `hosts` are those that a redirect may lead to beside the address's own. `etag` and
        `last_modified` are those of the available copy: None says that it is still the newest.
        `retries` goes before the client's own number. `body` is JSON in UTF-8 to post; without it
        the file is asked for by GET. `accept` and `whole` are as in `Feed`. Raises FetchFailed
        (NotThere where the server has no such file), or StorageError.
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        conditions = {name: value for name, value in conditions.items() if value}
        limits = Limits(max_bytes, self._read_timeout)
        give_up = time.monotonic() + self._deadline
        rule = self._retries if retries is None else replace(self._retries, most=retries)

        def attempt() -> SnapshotFile | None:
            with enforce_deadline(give_up):
                return self._attempt(
                    url, into, hosts, conditions, body, limits, progress, accept=accept, whole=whole
                )

        try:
            return rule.run(
                attempt,
                again=lambda problem: progress.note(
                    f"{into.name}: {shown(url)} {problem}; retrying"
                ),
                give_up=give_up,
            )
        except RequestProblem as problem:
            failure = NotThere if isinstance(problem, Missing) else FetchFailed
            raise failure(problem.about(url), hint=problem.hint) from None

    def _attempt(
        self,
        url: str,
        into: Path,
        hosts: frozenset[str],
        conditions: dict[str, str],
        body: bytes,
        limits: Limits,
        progress: Progress,
        *,
        accept: bool,
        whole: Callable[[Path], object] | None,
    ) -> SnapshotFile | None:
        retrieved_at = datetime.now(UTC)
        with (
            open_session(
                self._user_agent, accept=accept, private_hosts=self._private_hosts
            ) as session,
            self._ask(session, url, hosts, conditions, body) as response,
        ):
            if response.status_code == 304 and conditions:
                return None
            if response.status_code != 200:
                raise explain_refusal(response)
            sha256, size = write_chunks(receive_body(response, into.name, limits, progress), into)
            if whole:
                _check_whole(into, whole)
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
            sent=body.decode(),
        )

    def _ask(
        self,
        session: requests.Session,
        url: str,
        hosts: frozenset[str],
        conditions: dict[str, str],
        body: bytes,
    ) -> requests.Response:
        """Return the answer at the end of the redirects, each checked before it is followed.

        What is posted is sent to no other address.
        """
        timeouts = (self._connect_timeout, self._read_timeout)
        request, host = prepare_request(
            session,
            "POST" if body else "GET",
            url,
            headers={**conditions, "Content-Type": "application/json"} if body else conditions,
            body=body or None,
        )
        allowed = {each.lower() for each in hosts} | {host}
        for _ in range(MAX_REDIRECTS + 1):
            response = send_request(session, request, timeouts, self._verify)
            if not response.is_redirect:
                return response
            response.close()
            if body:
                raise RequestProblem(
                    "redirected a search that is sent by POST",
                    hint="The publisher may have moved the search; this tool may need an update.",
                )
            target = response.headers["Location"].encode("latin-1").decode(errors="replace")
            request, host = prepare_request(
                session,
                "GET",
                _join_redirect(response.url, target),
                headers=conditions,
                how="redirected to",
            )
            if host not in allowed:
                raise RequestProblem(
                    f"redirected to host {host}, which is not one of {', '.join(sorted(allowed))}",
                    hint="The publisher may have moved the file, or the connection may be "
                    "intercepted.",
                )
        raise RequestProblem(f"redirected more than {MAX_REDIRECTS} times")


def _check_whole(path: Path, whole: Callable[[Path], object]) -> None:
    try:
        whole(path)
    except UnreadableFile as error:
        what = error.omit_file_name(path.name)
        raise RequestProblem(f"sent a file that cannot be used: {what}", passing=True) from None


def resolve_origin(url: str) -> tuple[str, str]:
    """Return where a request for `url` would go: host with port, and host alone, in small letters.

    Raises FetchFailed for what is no https address.
    """
    try:
        with open_session("") as session:
            request, host = prepare_request(session, "GET", url, headers={})
    except RequestProblem as problem:
        raise FetchFailed(f"{shown(url)} {problem}", hint=problem.hint) from None
    return urlsplit(request.url or "").netloc.rpartition("@")[2].lower(), host


def _join_redirect(base: str, target: str) -> str:
    try:
        return urljoin(base, target)
    except ValueError:
        raise RequestProblem("redirected to an address that cannot be used") from None
