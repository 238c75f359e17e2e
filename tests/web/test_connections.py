"""Connections whose headers or body come late, and more of them than may wait."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import uvicorn

from duediligence.web import connections
from duediligence.web.connections import TimedProtocol

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEADER_SECONDS", 0.1)
    monkeypatch.setattr(connections, "BODY_SECONDS", 0.05)
    monkeypatch.setattr(connections, "_SPARE_SECONDS", 0.05)
    monkeypatch.setattr(connections, "MOST_WAITING", 5)


async def app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        while (await receive()).get("more_body"):
            pass
        await asyncio.sleep(0.25)  # to answer may take longer than to ask
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"answered"})


def serve(client: Callable[[int], Awaitable[None]]) -> None:
    async def run() -> None:
        server = uvicorn.Server(
            uvicorn.Config(app, http=TimedProtocol, ws="none", port=0, log_config=None)
        )
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.005)
        try:
            await client(server.servers[0].sockets[0].getsockname()[1])
        finally:
            server.should_exit = True
            await serving

    asyncio.run(asyncio.wait_for(run(), 30))


async def sent(port: int, *parts: bytes) -> bytes:
    """What the server says until it closes the connection, where each part is sent 0.04 s later."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            await asyncio.sleep(0.04)
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


def test_what_comes_late_is_cut_off_and_what_is_answered_late_is_not() -> None:
    async def client(port: int) -> None:
        trickled = [bytes([one]) for one in GET]
        answers = await asyncio.gather(
            sent(port),
            sent(port, GET[:10]),
            sent(port, *trickled),
            sent(port, POST, b"1234"),
            sent(port, GET + GET[:10]),
            sent(port, GET.replace(b"x\r\n", b"x\r\nConnection: close\r\n")),
        )
        assert [one.count(b"answered") for one in answers] == [0, 0, 0, 0, 1, 1]

    serve(client)


def test_of_too_many_that_wait_the_oldest_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEADER_SECONDS", 20)

    async def client(port: int) -> None:
        waiting = [await asyncio.open_connection("127.0.0.1", port) for _ in range(20)]
        assert b"answered" in await sent(port, GET.replace(b"x\r\n", b"x\r\nConnection: close\r\n"))
        closed = [reader for reader, _ in waiting if reader.at_eof() or reader.exception()]
        assert closed == [reader for reader, _ in waiting[: len(closed)]]
        assert len(closed) >= len(waiting) - connections.MOST_WAITING
        for _, writer in waiting:
            writer.close()

    serve(client)
