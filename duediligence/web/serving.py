"""The server as a process: one, with its threads; it stops by itself when nobody asks any more."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import uvicorn

from duediligence.errors import UsageError
from duediligence.fetch.locking import InUse, locked
from duediligence.web.app import create_app
from duediligence.web.service import Service
from duediligence.web.sign_in.one_pc import OnePC, new_key

_LOOK_SECONDS = 5.0
LOCK = "console.lock"


def listening(host: str, port: int) -> socket.socket:
    """A socket there; port 0 takes a free one. Raises UsageError."""
    taken = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, port))
    except OSError as error:
        taken.close()
        raise UsageError(
            f"{host}:{port} cannot be used: {error.strerror or error}",
            hint="Name another --port, or leave it out for a free one.",
        ) from error
    return taken


def serve_on_one_pc(service: Service, port: int, tell: Callable[[str], None]) -> None:
    """Answer on this computer alone until the process is told to stop, or nobody used it for long.

    `tell` gets the address that signs its opener in, once. Where the home has a console already,
    its address is told, and that is all. Raises UsageError, StorageError.
    """
    lock = service.home / LOCK
    try:
        with locked(lock, patience=0.2) as file, listening("127.0.0.1", port) as taken:
            sign_in = service.sign_in = OnePC(taken.getsockname()[1])
            file.truncate(0)
            file.write(str(sign_in.port).encode())
            _serve(service, taken, sign_in.idle, lambda: tell(_address(service, sign_in.port)))
    except InUse:
        running = lock.read_text("ascii", errors="replace")
        if not running.isdecimal():
            raise
        tell(_address(service, int(running)))


def _address(service: Service, port: int) -> str:
    with service.console() as store:
        key = new_key(store, service.clock())
    return f"http://127.0.0.1:{port}/start?key={key}"


def _serve(
    service: Service,
    taken: socket.socket,
    idle: timedelta | None,
    ready: Callable[[], None],
) -> None:
    """`ready` is called when it answers."""
    config = uvicorn.Config(
        create_app(service),
        # A line for each request would hold names, and keys in addresses.
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )
    server = uvicorn.Server(config)

    async def run() -> None:
        watch = asyncio.create_task(_watch(server, service, idle, ready))
        try:
            await server.serve(sockets=[taken])
        finally:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch

    asyncio.run(run())


async def _watch(
    server: uvicorn.Server, service: Service, idle: timedelta | None, ready: Callable[[], None]
) -> None:
    while not server.started:
        await asyncio.sleep(0.02)
    ready()
    while idle is None or service.jobs.busy or service.clock() - service.last_asked < idle:
        await asyncio.sleep(_LOOK_SECONDS)
    server.should_exit = True
