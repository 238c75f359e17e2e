"""The streaming API of Companies House: which companies changed, never what their records say.

Companies House's guide says that a stream goes on from the `timepoint` of the last event, refuses
a timepoint that is too old (416), sends blank lines while nothing happens, and allows two
connections.
"""

import re
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Annotated

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
    shown,
)
from duediligence.progress import SILENT
from duediligence.typed_data import decoder_of

# Those that say something of a company that a check reads.
STREAMS = (
    "companies", "filings", "officers", "persons-with-significant-control", "charges",
    "insolvency-cases",
)  # fmt: skip
_COMPANY = re.compile(r"/?company/([0-9A-Z]{8})(?:/|$)").match
_MOST_BYTES, _MOST_LINE = 2_000_000_000, 5_000_000
# What a line that is too long begins with from then on: it is no JSON, and counts as missed.
_UNREADABLE = b"\0"
_TIMEOUTS = (10.0, 60.0)


class _Moment(msgspec.Struct):
    # As large a number as is kept.
    timepoint: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


class _StreamEvent(msgspec.Struct):
    event: _Moment
    resource_uri: str = ""


@dataclass(slots=True)
class StreamRead:
    """What was read of one stream: the last `timepoint`, None where nothing ever came; the numbers
    of `companies`; how many events are `missed`, by their timepoints or as they cannot be read.

    `too_old`: the timepoint was refused, so that what happened since is not known.
    """

    timepoint: int | None
    companies: set[str] = field(default_factory=set)
    missed: int = 0
    too_old: bool = False

    def add_line(self, line: bytes) -> None:
        """Add an event; what other members it has is not read."""
        try:
            found = decoder_of(_StreamEvent).decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            self.missed += 1
            return
        if self.timepoint is not None:
            self.missed += max(0, found.event.timepoint - self.timepoint - 1)
        self.timepoint = max(found.event.timepoint, self.timepoint or 0)
        if company := _COMPANY(found.resource_uri):
            self.companies.add(company[1])


def read_stream(
    base: str,
    name: str,
    timepoint: int | None,
    *,
    key: str,
    user_agent: str,
    verify: str | bool = True,
    private_hosts: Collection[str] = (),
    seconds: float = 60,
) -> StreamRead:
    """Read a stream from its last `timepoint` until it has nothing more, for `seconds` at most.

    Raises FetchFailed where it cannot be opened. A stream that breaks off counts as far as it came.
    """
    address = f"{base.rstrip('/')}/{name}"
    read = StreamRead(timepoint)
    try:
        with (
            enforce_deadline(time.monotonic() + seconds) as limit,
            open_session(user_agent, private_hosts=private_hosts) as session,
        ):
            asked = address if timepoint is None else f"{address}?timepoint={timepoint}"
            request, host = prepare_request(
                session, "GET", asked, headers={}, auth=(key, ""), plain_http_here=True
            )
            with send_request(
                session, request, _TIMEOUTS, verify, through_proxy=host not in LOOPBACK
            ) as response:
                if response.status_code == 416 and timepoint is not None:
                    return StreamRead(None, too_old=True)
                if response.status_code != 200:
                    raise explain_refusal(response)
                rest, started = b"", timepoint is not None
                chunks = receive_body(
                    response, "events.json", Limits(_MOST_BYTES, _TIMEOUTS[1]), SILENT
                )
                try:
                    for chunk in chunks:
                        *lines, rest = (rest + chunk).split(b"\n")
                        for line in filter(bytes.strip, lines):
                            read.add_line(line)
                            started = True
                        # A blank line: nothing more has happened yet. Another one has no end.
                        idle = bool(lines) and not lines[-1].strip()
                        if started and idle:
                            break
                        if len(rest) > _MOST_LINE:
                            rest = _UNREADABLE
                except RequestProblem:
                    if limit.left and not started:
                        raise
                read.missed += rest.startswith(_UNREADABLE)
    except RequestProblem as problem:
        raise FetchFailed(f"{shown(address)} {problem}", hint=problem.hint) from None
    return read
