"""How often something may be done, and how many files are read at once."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.responses import Response

from duediligence.web import guards
from duediligence.web.app import create_app
from duediligence.web.rates import MOST_KEYS, Rate
from duediligence.web.visits import Pages, Visit

from .behind_proxy import ADDRESS, FROM_OWN_PAGE, Clock, service_for

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_a_burst_at_once_and_then_as_time_goes_by() -> None:
    rate = Rate(per_second=0.5, burst=3)
    assert [rate.allow("a", NOW) for _ in range(4)] == [True, True, True, False]
    assert rate.retry_after("a", NOW) == 2
    assert not rate.allow("a", later(1.9))
    assert rate.allow("a", later(2))
    assert not rate.allow("a", later(2))
    assert [rate.allow("a", later(3_600)) for _ in range(4)] == [True, True, True, False]


def test_each_key_by_itself() -> None:
    rate = Rate(per_second=1, burst=1)
    assert rate.allow("a", NOW)
    assert rate.allow("b", NOW)
    assert not rate.allow("a", NOW)


def test_a_clock_that_is_set_back_gives_nothing_away_and_takes_nothing() -> None:
    rate = Rate(per_second=1, burst=2)
    assert rate.allow("a", later(100))
    assert rate.allow("a", NOW)
    assert not rate.allow("a", NOW)
    assert rate.allow("a", later(1))


def test_of_ever_other_keys_the_oldest_are_forgotten() -> None:
    rate = Rate(per_second=1, burst=1)
    for number in range(MOST_KEYS):
        assert rate.allow(str(number), NOW)
    assert not rate.allow("0", NOW)
    assert rate.allow("one more", NOW)
    assert rate.allow("0", NOW), "it is not remembered any more"
    assert not rate.allow(str(MOST_KEYS - 1), NOW), "the newest are"


PEOPLE = [f"officer {number}" for number in range(8)]


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    pages = Pages()
    monkeypatch.setattr("duediligence.web.app.list_pages", lambda _: [pages])

    @pages.post("/upload")
    def upload(visit: Visit) -> Response:
        return Response(visit.upload("file").filename if visit.upload("file") else "none")

    return create_app(
        service_for(
            tmp_path / "home",
            Clock(),
            console_sign_in="proxy",
            proxy_header="X-Remote-User",
            proxy_trusted=("127.0.0.1",),
            users=dict.fromkeys(("ada", *PEOPLE), "officer"),
        )
    )


def test_a_person_sends_one_file_at_a_time_and_others_are_not_kept_from_theirs(
    app: Callable[..., Any],
) -> None:
    async def run() -> None:
        transport = httpx2.ASGITransport(app=app)
        gate, waiting = asyncio.Event(), 0

        async def slow(body: bytes) -> Any:
            nonlocal waiting
            yield body[:20]
            waiting += 1
            await gate.wait()
            yield body[20:]

        async with httpx2.AsyncClient(
            transport=transport, base_url=ADDRESS, headers=FROM_OWN_PAGE
        ) as client:

            def post(who: str) -> Any:
                request = client.build_request("POST", "/upload", files={"file": ("a.csv", b"ref")})
                body, kind = request.read(), request.headers["content-type"]
                headers = {"content-type": kind, "X-Remote-User": who}
                return client.post("/upload", content=slow(body), headers=headers)

            def refused(answer: Any) -> str:
                assert answer.status_code == 429
                assert answer.headers["retry-after"] == "5"
                assert answer.headers["connection"] == "close", "the rest is not read"
                return str(answer.text)

            sent = [asyncio.create_task(post(who)) for who in PEOPLE]
            while waiting < len(PEOPLE):
                await asyncio.sleep(0.01)
            assert "Another file of yours is still being sent" in refused(await post(PEOPLE[0]))
            assert "Send yours again in a few seconds" in refused(await post("ada"))
            gate.set()
            assert [one.text for one in await asyncio.gather(*sent)] == ["a.csv"] * len(PEOPLE)
            assert (await post(PEOPLE[0])).text == "a.csv"

    asyncio.run(asyncio.wait_for(run(), 60))


def test_a_body_that_comes_too_slowly_is_refused_in_words(
    app: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guards, "BODY_SECONDS", 0.05)

    async def run() -> None:
        async def never() -> Any:
            yield b"--x"
            await asyncio.sleep(30)

        headers = {"content-type": "multipart/form-data; boundary=x", "X-Remote-User": "ada"}
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(
            transport=transport, base_url=ADDRESS, headers={**FROM_OWN_PAGE, **headers}
        ) as client:
            answer = await client.post("/upload", content=never())
            assert answer.status_code == 408
            assert answer.headers["connection"] == "close"
            assert "did not arrive within" in answer.text

    asyncio.run(asyncio.wait_for(run(), 60))
