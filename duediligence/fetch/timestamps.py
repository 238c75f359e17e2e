"""A time-stamp asked of an authority over HTTP (RFC 3161 section 3.4)."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from duediligence.errors import TimeStampFailed
from duediligence.fetch.deadline import enforce_deadline as until
from duediligence.fetch.http import (
    LOOPBACK,
    Limits,
    RequestProblem,
    Retries,
    explain_refusal,
    open_session,
    prepare_request,
    receive_body,
    send_request,
    shown,
)
from duediligence.progress import SILENT
from duediligence.timestamps import LARGEST_STAMP, build_stamp_request, check_answer
from duediligence.timestamps import verify_time_stamp as verify_stamp

if TYPE_CHECKING:
    from cryptography.x509 import Certificate


def request_time_stamp(
    body: bytes,
    *,
    url: str,
    user_agent: str,
    roots: tuple["Certificate", ...] = (),
    verify: str | bool = True,
    timeouts: tuple[float, float] = (10, 20),
    deadline: float = 60,
    retries: int = 2,
    sleep: Callable[[float], None] = time.sleep,
) -> bytes:
    """Return the answer of the authority at `url` (DER), a time-stamp of `body`; only its hash is
    sent.

    With `roots` it is verified at once; without, nobody knows yet who gave it. `verify` is as in
    requests; times are in seconds, `deadline` with all retries. Raises TimeStampFailed, saying
    why there is none, and UsageError where rfc3161-client is not installed.
    """
    asked, nonce = build_stamp_request(body)
    limits, give_up = Limits(LARGEST_STAMP, timeouts[1]), time.monotonic() + deadline

    def attempt() -> bytes:
        with until(give_up):
            return _post_stamp_request(url, asked, user_agent, verify, timeouts, limits)

    try:
        answer = Retries(retries, 1, sleep).run(attempt, again=lambda _: None, give_up=give_up)
    except RequestProblem as problem:
        raise TimeStampFailed(problem.about(url), hint=problem.hint) from None
    try:
        check_answer(answer, body, nonce)
        if roots:
            verify_stamp(answer, body, roots)
    except TimeStampFailed as error:
        raise TimeStampFailed(error.said, hint=error.hint, about=shown(url)) from error
    return answer


def _post_stamp_request(
    url: str,
    body: bytes,
    user_agent: str,
    verify: str | bool,
    timeouts: tuple[float, float],
    limits: Limits,
) -> bytes:
    headers = {"Content-Type": "application/timestamp-query"}
    # The address is a setting, as that of a webhook is: it may be in the council's own network.
    with open_session(user_agent, private_hosts=None) as session:
        request, host = prepare_request(
            session, "POST", url, headers=headers, body=body, plain_http_here=True
        )
        with send_request(
            session, request, timeouts, verify, through_proxy=host not in LOOPBACK
        ) as response:
            if response.is_redirect:
                raise RequestProblem(
                    "redirected us, but what is posted is sent to no other address",
                    hint="If you trust the address it redirects to, set that in timestamp_url.",
                )
            if response.status_code != 200:
                raise explain_refusal(response)
            return b"".join(receive_body(response, "time-stamp", limits, SILENT))
