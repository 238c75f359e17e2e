"""The API client against a real server: what it sends, what it keeps, and what it never tells."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from duediligence.errors import FetchFailed, UsageError
from duediligence.fetch.api import Api
from duediligence.fetch.limiter import Limiter

KEY = "s3cret-key-0001"
THEN = datetime(2026, 11, 24, 12, tzinfo=UTC)
COMPANY = {"company_number": "99000001", "company_name": "INVENTED LTD"}


class Clock:
    """A day that the test moves on, and seconds that pass only by sleeping."""

    def __init__(self) -> None:
        self.now = THEN
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return time.time() + sum(self.slept)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make_api(authority, server: HTTPServer, tmp_path: Path, clock: Clock) -> Iterator[Callable]:
    opened: list[Api] = []

    def make(base: str = "", **options: object) -> Api:
        limiter = Limiter(tmp_path / "a.limit", sleep=clock.slept.append, clock=clock.seconds)
        defaults = {
            "key": KEY,
            "evidence": tmp_path / "evidence",
            "limiter": limiter,
            "user_agent": "duediligence/0",
            "verify": str(authority.file),
            "private_hosts": ("127.0.0.1", "localhost", "::1"),
            "backoff": 0.001,
            "sleep": clock.slept.append,
            "now": clock,
        }
        opened.append(Api(base or server.url_for(""), **{**defaults, **options}))
        return opened[-1]

    yield make
    for api in opened:
        api.__exit__()


def _kept(tmp_path: Path) -> list[dict]:
    files = sorted((tmp_path / "evidence").rglob("*.json"))
    return [json.loads(file.read_text("utf-8")) for file in files]


def test_the_key_is_the_user_name_and_goes_nowhere_else(
    make_api: Callable, server: HTTPServer, tmp_path: Path
) -> None:
    seen: list[Request] = []

    def answer(request: Request) -> Response:
        seen.append(request)
        return Response(json.dumps(COMPANY), mimetype="application/json")

    server.expect_request("/company/99000001").respond_with_handler(answer)
    api = make_api()
    got = api.get("/company/99000001", {"q": "Ann & Co", "start_index": 0})
    assert got is not None
    assert got.data == COMPANY
    assert not got.from_cache
    assert got.retrieved_at == THEN
    assert got.source_address.endswith("/company/99000001?q=Ann+%26+Co&start_index=0")
    assert (seen[0].authorization.username, seen[0].authorization.password) == (KEY, "")
    assert seen[0].args["q"] == "Ann & Co"
    kept = _kept(tmp_path)
    assert [each["sha256"] for each in kept] == [got.sha256]
    everything = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    assert KEY.encode() not in everything
    assert KEY not in repr(api) + str(got)


def test_every_segment_is_encoded(make_api: Callable, server: HTTPServer) -> None:
    seen: list[str] = []

    def answer(request: Request) -> Response:
        seen.append(request.environ["RAW_URI"])
        return Response("{}", mimetype="application/json")

    server.expect_request("/", method="GET").respond_with_handler(answer)
    server.expect_request(_Anything()).respond_with_handler(answer)
    make_api().get("/officers/a b?c#d%2F/appointments")
    assert seen == ["/officers/a%20b%3Fc%23d%252F/appointments"]


class _Anything(str):
    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = str.__hash__


@pytest.mark.parametrize("path", ["/company/../search", "/company//x", "/company/."])
def test_no_path_leads_elsewhere(make_api: Callable, path: str) -> None:
    with pytest.raises(FetchFailed, match="has no address"):
        make_api().get(path)


def test_what_is_fresh_is_not_asked_for_and_what_is_old_by_its_etag(
    make_api: Callable, server: HTTPServer, clock: Clock, tmp_path: Path
) -> None:
    asked: list[str] = []
    body = json.dumps(COMPANY)

    def answer(request: Request) -> Response:
        asked.append(request.headers.get("If-None-Match", ""))
        if asked[-1] == '"one"':
            return Response(status=304, headers={"ETag": '"one"'})
        return Response(body, mimetype="application/json", headers={"ETag": '"one"'})

    server.expect_request("/company/99000001").respond_with_handler(answer)
    first = make_api().get("/company/99000001")
    clock.now += timedelta(hours=23)
    again = make_api().get("/company/99000001")
    assert (again.data, again.from_cache, again.retrieved_at) == (COMPANY, True, THEN)
    assert asked == [""]
    clock.now += timedelta(hours=1)
    later = make_api().get("/company/99000001")
    assert asked == ["", '"one"']
    assert (later.data, later.from_cache, later.sha256) == (COMPANY, True, first.sha256)
    assert later.retrieved_at == clock.now
    (kept,) = _kept(tmp_path)
    assert kept["retrieved_at"] == "2026-11-24T12:00:00Z"
    body, asked[:] = '{"company_name": "OTHER"}', []
    server.clear()
    server.expect_request("/company/99000001").respond_with_json({"company_name": "OTHER"})
    clock.now += timedelta(days=2)
    changed = make_api().get("/company/99000001")
    assert changed.data == {"company_name": "OTHER"}
    assert not changed.from_cache
    assert len(_kept(tmp_path)) == 2


def test_damaged_evidence_is_not_used(
    make_api: Callable, server: HTTPServer, tmp_path: Path
) -> None:
    server.expect_request("/company/99000001").respond_with_json(COMPANY)
    make_api().get("/company/99000001")
    (file,) = (tmp_path / "evidence").rglob("*.json")
    file.write_text(file.read_text().replace("INVENTED", "FORGED"))
    assert make_api().get("/company/99000001").data == COMPANY
    file.write_bytes(b"\0")
    assert make_api().get("/company/99000001").data == COMPANY


def test_none_is_known_and_kept(make_api: Callable, server: HTTPServer, tmp_path: Path) -> None:
    error = {"errors": [{"type": "ch:service", "error": "company-profile-not-found"}]}
    server.expect_oneshot_request("/company/99000009").respond_with_json(error, status=404)
    assert make_api().get("/company/99000009") is None
    assert make_api().get("/company/99000009") is None
    assert [each["status"] for each in _kept(tmp_path)] == [404]


@pytest.mark.parametrize(
    ("body", "mimetype", "said"),
    [
        ("<html><title>Sign in</title></html>", "text/html", "web page"),
        ("not here", "text/plain", "not JSON"),
    ],
)
def test_a_404_of_somebody_else_is_no_answer(
    make_api: Callable, server: HTTPServer, body: str, mimetype: str, said: str
) -> None:
    server.expect_request("/company/99000001").respond_with_data(
        body, status=404, content_type=mimetype
    )
    with pytest.raises(FetchFailed, match=said):
        make_api().get("/company/99000001")


@pytest.mark.parametrize(
    ("status", "asked", "said"),
    [
        (401, 1, "refused the key"),
        (403, 2, "403 Forbidden"),
        (429, 4, "429 Too Many Requests"),
        (500, 4, "500 Internal Server Error"),
        (502, 4, "502 Bad Gateway"),
        (400, 1, "400 Bad Request"),
        (302, 1, "redirected"),
    ],
)
def test_a_refusal_is_told_in_plain_words(
    make_api: Callable, server: HTTPServer, status: int, asked: int, said: str
) -> None:
    server.expect_request("/company/99000001").respond_with_data(
        KEY, status=status, headers={"Location": "https://elsewhere.example/"}
    )
    with pytest.raises(FetchFailed, match=said) as caught:
        make_api().get("/company/99000001")
    assert len(server.log) == asked
    assert KEY not in caught.value.message + caught.value.hint


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_refusal_is_outlasted(
    make_api: Callable, server: HTTPServer, status: int
) -> None:
    path = "/company/99000001"
    server.expect_ordered_request(path).respond_with_data("", status=status)
    server.expect_ordered_request(path).respond_with_json(COMPANY)
    assert make_api().get(path).data == COMPANY


def test_the_wait_that_a_busy_server_asks_for_is_kept(
    make_api: Callable, server: HTTPServer, clock: Clock
) -> None:
    path = "/company/99000001"
    server.expect_ordered_request(path).respond_with_data(
        "", status=503, headers={"Retry-After": "7"}
    )
    server.expect_ordered_request(path).respond_with_json(COMPANY)
    assert make_api().get(path).data == COMPANY
    assert clock.slept == [7]


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ({"X-Ratelimit-Reset": "+100"}, 95, 104),
        ({"X-Ratelimit-Reset": "100"}, 95, 104),
        ({"X-Ratelimit-Reset": "+100000"}, 300, 311),
        ({"X-Ratelimit-Reset": "-50"}, 0, 4),
        ({"X-Ratelimit-Reset": "+100", "Retry-After": "20"}, 19, 24),
        ({"X-Ratelimit-Reset": "soon"}, 295, 311),
        ({}, 295, 311),
    ],
)
def test_after_429_everybody_waits_until_the_window_ends(
    make_api: Callable,
    server: HTTPServer,
    clock: Clock,
    headers: dict[str, str],
    least: float,
    most: float,
) -> None:
    reset = headers.get("X-Ratelimit-Reset", "")
    if reset[:1] in ("+", "-"):
        headers = {**headers, "X-Ratelimit-Reset": str(int(time.time()) + int(reset))}
    server.expect_request("/company/99000001").respond_with_data("", status=429, headers=headers)

    with pytest.raises(FetchFailed, match="429"):
        make_api(retries=1).get("/company/99000001")
    assert len(server.log) == 2
    # Sleeping moves the clock of this machine alone: only the first wait is to be believed.
    assert least <= max(clock.slept) <= most


def test_403_after_a_welcome_is_the_limit_of_the_network(
    make_api: Callable, server: HTTPServer, clock: Clock
) -> None:
    server.expect_ordered_request("/company/99000001").respond_with_json(COMPANY)
    server.expect_ordered_request("/company/99000002").respond_with_data("", status=403)
    server.expect_ordered_request("/company/99000002").respond_with_json(COMPANY)
    api = make_api()
    api.get("/company/99000001")
    assert api.get("/company/99000002").data == COMPANY
    assert 295 < max(clock.slept) < 311


def test_a_first_403_is_waited_out_once_and_then_is_about_the_key(
    make_api: Callable, server: HTTPServer, clock: Clock
) -> None:
    """An earlier run may have used up the limit of the network, or the key is for another one."""
    server.expect_ordered_request("/company/99000001").respond_with_data("", status=403)
    server.expect_ordered_request("/company/99000001").respond_with_json(COMPANY)
    assert make_api().get("/company/99000001").data == COMPANY
    assert 295 < max(clock.slept) < 311
    server.expect_request("/company/99000009").respond_with_data("", status=403)
    api, slept = make_api(), len(clock.slept)
    for _ in range(2):
        with pytest.raises(FetchFailed, match="403 Forbidden"):
            api.get("/company/99000009")
    assert len([wait for wait in clock.slept[slept:] if wait > 100]) == 1


def test_a_server_that_is_down_does_not_hold_up_a_whole_batch(
    make_api: Callable, server: HTTPServer
) -> None:
    server.expect_request("/company/99000001").respond_with_data("", status=500)
    api = make_api(retries=0)
    for _ in range(6):
        with pytest.raises(FetchFailed, match="500"):
            api.get("/company/99000001")
    assert len(server.log) == 3


@pytest.mark.parametrize("body", [b'{"a": ', b"\xff\xfe", b"", b"[" * 5000, b'{"a": NaN}'])
def test_what_is_not_json_is_asked_for_again_and_never_kept(
    make_api: Callable, server: HTTPServer, tmp_path: Path, body: bytes
) -> None:
    path = "/company/99000001"
    server.expect_ordered_request(path).respond_with_data(body, content_type="application/json")
    server.expect_ordered_request(path).respond_with_json(COMPANY)
    assert make_api().get(path).data == COMPANY
    assert len(_kept(tmp_path)) == 1


def test_an_answer_is_bounded(make_api: Callable, server: HTTPServer) -> None:
    server.expect_request("/company/99000001").respond_with_json({"name": "x" * 2000})
    with pytest.raises(FetchFailed, match="more than 1,000 bytes"):
        make_api(max_bytes=1000).get("/company/99000001")


@pytest.mark.parametrize(
    "base",
    [
        "http://api.example.org",
        "http://127.0.0.1.example.org",
        "http://localhost@evil.example",
        "ftp://127.0.0.1",
        "https://user@api.example.org",
        "https://api.example.org/?key=1",
        "https://",
        "api.example.org",
        "https://[",
        "https://api.example.org:99999",
    ],
)
def test_the_key_goes_only_over_https_or_on_this_machine(make_api: Callable, base: str) -> None:
    with pytest.raises(UsageError, match="a key may not be sent to"):
        make_api(base)


@pytest.mark.parametrize("base", ["http://127.0.0.1:1", "http://localhost:1/", "http://[::1]:1"])
def test_on_this_machine_plain_http_will_do_and_no_proxy_sees_it(
    make_api: Callable, monkeypatch: pytest.MonkeyPatch, base: str
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example.org:3128")
    with pytest.raises(FetchFailed, match="nothing answers") as caught:
        make_api(base, retries=0).get("/company/99000001")
    assert "proxy" not in caught.value.message
