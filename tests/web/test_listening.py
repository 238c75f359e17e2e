"""The socket that the server listens on."""

import asyncio
import socket
from contextlib import closing

from duediligence.web.serving import open_listening_socket


def test_an_answer_in_two_parts_is_sent_at_once() -> None:
    """Else the second part waits until the other side has acknowledged the first."""
    found: list[int] = []

    async def accepted(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ours = writer.get_extra_info("socket")
        found.append(ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    async def ask(taken: socket.socket) -> None:
        async with await asyncio.start_server(accepted, sock=taken):
            reader, writer = await asyncio.open_connection(*taken.getsockname())
            await reader.read()
            writer.close()

    with closing(open_listening_socket("127.0.0.1", 0)) as taken:
        asyncio.run(ask(taken))
    assert found
    assert found[0] != 0
