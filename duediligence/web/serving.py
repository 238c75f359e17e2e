"""The server as a process: one, with its threads. On one PC it stops by itself when nobody asks.

Where it listens, and how people sign in to it, is in the settings.
"""

import asyncio
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields
from datetime import datetime, timedelta
from importlib.util import find_spec
from threading import Thread
from typing import Final
from urllib.parse import urlsplit

import uvicorn

from duediligence.errors import Conflict, Hint, OptionRemark, UsageError
from duediligence.fetch.documents import Documents
from duediligence.fetch.http import LOOPBACK
from duediligence.fetch.locking import InUse, lock_file
from duediligence.screening.workspace import Workspace, find_process_account, user_agent
from duediligence.settings import DEFAULTS, EffectiveSettings, Settings
from duediligence.web.app import create_app
from duediligence.web.connections import TimedProtocol
from duediligence.web.service import Service
from duediligence.web.sign_in import SignIn
from duediligence.web.sign_in.one_pc import Entrance, OnePC

_TURN_SECONDS = 0.0002
_LOOK_SECONDS = 5.0
_LAST_WORDS_SECONDS = 2.0
LOCK = "console.lock"

_OTHER_PORT = Hint(OptionRemark("Name another --port, or leave it out for a free one."))

_HTTPS: Final = 443


def open_listening_socket(host: str, port: int, hint: str | Hint = _OTHER_PORT) -> socket.socket:
    """Return a socket there; port 0 takes a free one. Raises UsageError, with the hint."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Told that it is TCP, asyncio sends without waiting for more (TCP_NODELAY): an answer in two
    # parts would else wait 40 ms for the other side to acknowledge the first.
    taken = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        # On Windows SO_REUSEADDR would let another program listen there too.
        option = getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR)
        taken.setsockopt(socket.SOL_SOCKET, option, 1)
        taken.bind((host, port))
        # From now on whoever comes waits, and is not turned away.
        taken.listen()
    except OSError as error:
        taken.close()
        raise UsageError(
            f"{host}:{port} cannot be used: {error.strerror or error}",
            hint=hint,
        ) from error
    return taken


def serve_on_one_pc(service: Service, port: int, tell: Callable[[Entrance], None]) -> None:
    """Answer on this computer alone until the process is told to stop, or nobody used it for long.

    `tell` gets where to sign in, in a thread of its own. Where the home has a console already, it
    gets that of the other, and that is all. Raises UsageError, StorageError.
    """
    _refuse_other_than_this_computer(service.settings)
    lock = service.home / LOCK
    try:
        with (
            lock_file(lock, patience=0.2) as file,
            open_listening_socket("127.0.0.1", port) as taken,
        ):
            sign_in = service.sign_in = OnePC(taken.getsockname()[1])
            file.truncate(0)
            file.write(f"{sign_in.port} {find_process_account()}".encode())
            _sign_everybody_out(service)
            entrance = Entrance(service, sign_in.port)
            opening = Thread(target=tell, args=(entrance,), daemon=True)
            try:
                _run_server(service, taken, sign_in.idle, opening.start)
            finally:
                entrance.closed.set()
                if opening.is_alive():
                    opening.join(_LAST_WORDS_SECONDS)
                # While the port is ours: who takes it next may get the key of a slow browser.
                _sign_everybody_out(service)
    except InUse:
        running, _, account = lock.read_text("utf-8", errors="replace").partition(" ")
        if not running.isdecimal():
            raise
        # Who opens a window of it works as the account that it runs under.
        if account != find_process_account():
            raise Conflict(
                f"The console of this folder is open for {account or 'another account'}",
                hint="Only one person at a time works in it on one computer: start it again when "
                "the other window is closed and the program stopped.",
            ) from None
        tell(Entrance(service, int(running)))


def serve_on_server(service: Service, tell: Callable[[str, str], None]) -> None:
    """Answer a reverse proxy until the process is told to stop; people sign in as the settings say.

    `tell` gets the address of the console, and where it waits for the proxy, once it answers.
    Raises UsageError, also where the home has a console already; StorageError.
    """
    settings = service.settings
    service.sign_in = sign_in_to_server(settings, service.clock)
    host, port = _listen_at(settings)
    with (
        lock_file(service.home / LOCK, patience=0.2) as file,
        open_listening_socket(host, port, "Change console_listen, or end what uses it.") as taken,
    ):
        file.truncate(0)
        _sign_everybody_out(service)
        _run_server(
            service, taken, None, lambda: tell(settings.console_address, settings.console_listen)
        )


def _sign_everybody_out(service: Service) -> None:
    """Whoever signed in under other settings may be somebody else by now, or nobody."""
    with service.console() as store:
        store.end_all()


def _run_server(
    service: Service,
    taken: socket.socket,
    idle: timedelta | None,
    ready: Callable[[], None],
) -> None:
    """`ready` is called when it answers."""
    # A page gives way at each query (see `store.database.all_rows`): while a job computes, it must
    # soon get its turn again.
    sys.setswitchinterval(_TURN_SECONDS)
    config = uvicorn.Config(
        create_app(service),
        http=TimedProtocol,
        ws="none",
        # A line for each request would hold names, and keys in addresses.
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )
    if config.workers > 1:  # by the variable WEB_CONCURRENCY, which other servers use
        raise UsageError(
            "the console runs in one process: its limits, its jobs and its open lists are there",
            hint="Unset WEB_CONCURRENCY.",
        )
    server = uvicorn.Server(config)

    async def run() -> None:
        watch = asyncio.create_task(_stop_when_idle(server, service, idle, ready))
        try:
            await server.serve(sockets=[taken])
        finally:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch

    asyncio.run(run())


async def _stop_when_idle(
    server: uvicorn.Server, service: Service, idle: timedelta | None, ready: Callable[[], None]
) -> None:
    while not server.started:
        await asyncio.sleep(0.02)
    ready()
    while idle is None or service.jobs.busy or service.clock() - service.last_asked < idle:
        await asyncio.sleep(_LOOK_SECONDS)
    server.should_exit = True


def sign_in_to_server(settings: Settings, clock: Callable[[], datetime]) -> SignIn:
    """Return the way to sign in that `console_sign_in` names. Raises UsageError, saying what is
    missing.

    `clock` gives the time of sessions and tokens (UTC).
    """
    if not settings.console_address:
        raise UsageError(
            "console_address is not set: it is not known under which name browsers come",
            hint="Set it to the https address of the reverse proxy, such as "
            "https://duediligence.example.gov.uk.",
        )
    hosts = _list_host_names(settings.console_address)
    if settings.console_sign_in == "proxy":
        from duediligence.web.sign_in.proxy import Proxy

        return Proxy(settings, hosts)
    for missing in ("oidc_issuer", "oidc_client_id"):
        if not getattr(settings, missing):
            raise UsageError(
                f"{missing} is not set", hint="It is on the page of the console at the service."
            )
    if find_spec("authlib") is None:
        raise UsageError(
            "sign-in at an OpenID Connect service needs a package that is not installed",
            hint="Install it: pip install 'duediligence[oidc]'",
        )
    from duediligence.web.sign_in.oidc import OIDC
    from duediligence.web.sign_in.provider import Provider

    documents = Documents(
        user_agent(settings),
        private_hosts=settings.private_hosts,
        verify=str(settings.ca_file) if settings.ca_file else True,
    )
    provider = Provider(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.secret("oidc_client_secret"),
        documents,
        clock,
    )
    return OIDC(settings, settings.console_address.rstrip("/"), hosts, provider)


def _list_host_names(address: str) -> frozenset[str]:
    parts = urlsplit(address.lower())
    host, port = parts.hostname or "", parts.port or _HTTPS
    return frozenset({f"{host}:{port}", *([host] if port == _HTTPS else [])})


def _listen_at(settings: Settings) -> tuple[str, int]:
    """Return the address and port of `console_listen`. Raises UsageError."""
    try:
        parts = urlsplit(f"//{settings.console_listen}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if not host or not port or parts.netloc != settings.console_listen or parts.path:
        raise UsageError(
            f"console_listen cannot be {settings.console_listen[:80]!r}",
            hint=f"Write an address and a port, such as {DEFAULTS['console_listen']}.",
        )
    return host, port


def _refuse_other_than_this_computer(settings: Settings) -> None:
    """Raise UsageError where one person's console would answer to other computers."""
    host, _ = _listen_at(settings)
    if host not in LOOPBACK:
        raise UsageError(
            f"console_listen is {settings.console_listen}, but without sign-in the console answers "
            "on this computer only",
            hint="Delete the line, or set console_sign_in to oidc or proxy.",
        )


def create_demo_service(workspace: Workspace) -> Service:
    """Create the service. Its clock goes on from the day of the invented lists, which would be
    stale on any other.
    """
    # Imported lazily: only the demonstration needs it.
    from duediligence.demo.office import BACKOFF_SECONDS, DEMO_TIME

    begun = time.monotonic()
    origins = {each.name: "the demonstration" for each in fields(workspace.settings)}
    return Service(
        EffectiveSettings(workspace.settings, origins),
        now=lambda: DEMO_TIME + timedelta(seconds=time.monotonic() - begun),
        backoff=BACKOFF_SECONDS,
        demo=True,
    )
