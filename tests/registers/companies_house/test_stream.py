"""The stream of Companies House: which companies changed, how far it was read, what is missing."""

from collections.abc import Iterator
from typing import Any

import pytest

from duediligence.errors import FetchFailed
from duediligence.registers.companies_house.stream import StreamRead, read_stream
from tests.registers.companies_house.stream_server import KEY, Streams, event, serve_streams
from tests.rows import for_each


@pytest.fixture
def streams() -> Streams:
    return Streams()


@pytest.fixture
def base(streams: Streams) -> Iterator[str]:
    with serve_streams(streams) as base:
        yield base


def read(base: str, timepoint: int | None = None, **more: Any) -> StreamRead:
    options = {"key": KEY, "user_agent": "duediligence/0", "private_hosts": ("127.0.0.1",)}
    return read_stream(base, "companies", timepoint, **{**options, **more})


def test_each_form_of_address_names_its_company(base: str, streams: Streams) -> None:
    uris = ("/company/99002101", "company/99002102/exemptions", "/company/SC990001/charges/x")
    others = ("/disqualified-officers/natural/x", "/company/123", "", "/company/99002103x")
    sent = enumerate((*uris, *others), 7)
    streams.held["companies"] = [event(at, uri) for at, uri in sent]
    found = read(base, 7)
    assert found == StreamRead(13, {"99002101", "99002102", "SC990001"})
    assert streams.asked == ["/companies?timepoint=7"]


def test_a_stream_is_read_on_from_where_it_ended(base: str, streams: Streams) -> None:
    streams.held["companies"] = [event(7)]
    assert read(base).timepoint == 7
    assert read(base, 7) == StreamRead(7, {"99002101"})
    streams.held["companies"] = [event(7), event(8, "/company/99002102")]
    assert read(base, 7).timepoint == 8
    streams.held["companies"] = []
    assert read(base, 8) == StreamRead(8)


def test_events_that_are_missing_or_cannot_be_read_are_counted(base: str, streams: Streams) -> None:
    odd = [b"not JSON\n", b'{"event": {}}\n', b"[" * 9_000 + b"\n"]
    odd += [b'{"event": {"timepoint": %d}}\n' % at for at in (2**63, 10**30, -1)]
    long = [*(b" " * 1_000_000 for _ in range(6)), b'{"event": {"timepoint": 99}}\n']
    streams.held["companies"] = [event(7), *odd, *long, event(12), event(12), event(9)]
    found = read(base, 7)
    assert (found.timepoint, found.missed) == (12, 4 + 7)
    streams.held["companies"] = [event(7), *long[:-1]]
    streams.closes = True
    assert read(base, 7) == StreamRead(7, {"99002101"}, missed=1)


def test_a_stream_that_goes_no_further_back_says_so(base: str, streams: Streams) -> None:
    streams.oldest = 100
    assert read(base, 7) == StreamRead(None, too_old=True)


def test_one_that_breaks_off_counts_as_far_as_it_came(base: str, streams: Streams) -> None:
    streams.closes = True
    streams.held["companies"] = [event(7), b'{"event": {"timepoint": 8']
    assert read(base) == StreamRead(7, {"99002101"})


def test_one_that_never_says_anything_ends_when_the_time_is_up(base: str) -> None:
    assert read(base, seconds=0.2) == StreamRead(None)


@for_each("status", [401, 403, 416, 429, 503])
def test_one_that_cannot_be_opened_is_an_error_that_shows_no_key(
    status: int, base: str, streams: Streams
) -> None:
    streams.held["companies"] = status
    with pytest.raises(FetchFailed, match=str(status)) as raised:
        read(base)
    assert KEY not in str(raised.value)


def test_a_key_is_sent_to_no_address_without_https() -> None:
    with pytest.raises(FetchFailed, match="https"):
        read("http://stream.example.org")
