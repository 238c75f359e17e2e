"""A small JSON document, asked of a service while a person waits: once, and nowhere else."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from duediligence.errors import FetchFailed
from duediligence.fetch.deadline import enforce_deadline
from duediligence.fetch.http import (
    LOOPBACK,
    Limits,
    RequestProblem,
    explain_refusal,
    open_session,
    prepare_request,
    receive_body,
    send_request,
)
from duediligence.progress import SILENT
from duediligence.typed_data import decode_json

MOST_BYTES: Final = 256 * 1024
_CONNECT, _READ, _IN_ALL = 5.0, 10.0, 15.0  # seconds


@dataclass(frozen=True, slots=True)
class Documents:
    """Asks for documents. It follows no redirect, and asks no second time.

    `private_hosts` are those in a private network that may be asked, a server on this machine
    without https among them; `verify` is as in requests.
    """

    user_agent: str
    private_hosts: Collection[str] = ()
    verify: str | bool = True

    def get(self, url: str) -> dict[str, Any]:
        """Return the JSON object at an address. Raises FetchFailed."""
        return self._asked("GET", url, {}, None)

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
        """Return the JSON object that answers what is posted. Raises FetchFailed."""
        return self._asked("POST", url, headers, body)

    def _asked(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> dict[str, Any]:
        try:
            with enforce_deadline(time.monotonic() + _IN_ALL):
                content = self._content(method, url, headers, body)
        except RequestProblem as problem:
            raise FetchFailed(problem.about(url), hint=problem.hint) from None
        try:
            return decode_json(content, dict[str, Any])
        except msgspec.DecodeError:
            raise FetchFailed(RequestProblem("did not send a JSON object").about(url)) from None

    def _content(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> bytes:
        asked = {"Accept": "application/json", "Accept-Encoding": "identity", **headers}
        with open_session(self.user_agent, private_hosts=self.private_hosts) as session:
            request, host = prepare_request(
                session, method, url, headers=asked, body=body, plain_http_here=True
            )
            with send_request(
                session,
                request,
                (_CONNECT, _READ),
                self.verify,
                through_proxy=host not in LOOPBACK,
            ) as response:
                if response.is_redirect:
                    raise RequestProblem("redirected us, which is not followed")
                if response.status_code != 200:
                    raise explain_refusal(response)
                return b"".join(receive_body(response, "answer", Limits(MOST_BYTES, _READ), SILENT))
