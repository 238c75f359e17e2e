"""Real mail servers on loopback, well-behaved and broken ones, and settings that trust them."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

from duediligence.model import Message
from duediligence.settings import Settings

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
PASSWORD = "s3cret-passw0rd"
REFUSED = "nobody@example.org"


class Authority:
    """A certificate authority that this test session alone trusts."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        self.file = folder / "ca.pem"
        authority.cert_pem.write_to_path(str(self.file))
        self.context = self._context(authority, "localhost", "127.0.0.1")
        self.other_name = self._context(authority, "mail.example.org")
        stranger = trustme.CA()
        self.stranger = self._context(stranger, "localhost", "127.0.0.1")

    def _context(self, authority: trustme.CA, *names: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*names).configure_cert(context)
        return context


@dataclass
class MailServer:
    """A mail server that keeps what it is given. `tls` from the first byte, else STARTTLS."""

    context: ssl.SSLContext
    tls: bool = False
    login: bool = False
    port: int = 0
    envelopes: list[Envelope] = field(default_factory=list)
    users: list[str] = field(default_factory=list)

    async def handle_RCPT(
        self, server: object, session: object, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == REFUSED:
            return "550 5.1.1 no such user, s3cret is not told"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: object, session: object, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        return "250 OK"

    def mails(self) -> list[EmailMessage]:
        return [
            message_from_bytes(bytes(each.content or b""), policy=default)
            for each in self.envelopes
        ]

    def _authenticate(
        self, _server: object, _s: object, _e: object, _m: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.users.append(data.login.decode())
        return AuthResult(success=data.password.decode() == PASSWORD, handled=False)

    def _protocol(self) -> SMTP:
        return SMTP(
            self,
            tls_context=None if self.tls else self.context,
            require_starttls=not self.tls,
            authenticator=self._authenticate,
            auth_require_tls=not self.tls,
            auth_required=self.login,
        )

    def __enter__(self) -> "MailServer":
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        # In that thread, for in this one a browser may have a loop that runs.
        listening = self._loop.create_server(
            self._protocol, "127.0.0.1", 0, ssl=self.context if self.tls else None
        )
        self._server = asyncio.run_coroutine_threadsafe(listening, self._loop).result(5)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _stop(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0)


class Scripted:
    """A mail server that says these lines, one after each of ours, and then hangs up.

    Without a context it speaks in the clear.
    """

    def __init__(self, context: ssl.SSLContext | None, lines: tuple[str, ...]) -> None:
        self._context, self._lines = context, lines
        self.heard: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(5)
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            plain, _ = self._listener.accept()
            with plain, self._wrapped(plain) as connection:
                connection.settimeout(5)
                for line in self._lines:
                    connection.sendall(line.encode() + b"\r\n")
                    self.heard.append(connection.recv(65536))

    def _wrapped(self, plain: socket.socket) -> socket.socket:
        return self._context.wrap_socket(plain, server_side=True) if self._context else plain

    def stop(self) -> None:
        self._listener.close()
        self._thread.join()


@pytest.fixture(scope="session")
def mail_authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("mail-authority"))


@pytest.fixture
def mail_server(mail_authority: Authority) -> Iterator[Callable[..., MailServer]]:
    running: list[MailServer] = []

    def start(**options: Any) -> MailServer:
        running.append(MailServer(**{"context": mail_authority.context, **options}).__enter__())
        return running[-1]

    yield start
    for each in running:
        each.__exit__()


@pytest.fixture
def scripted(mail_authority: Authority) -> Iterator[Callable[..., Scripted]]:
    running: list[Scripted] = []

    def start(*lines: str, tls: bool = True) -> Scripted:
        running.append(Scripted(mail_authority.context if tls else None, lines))
        return running[-1]

    yield start
    for each in running:
        each.stop()


@pytest.fixture
def mail_settings(mail_authority: Authority, tmp_path: Path) -> Callable[..., Settings]:
    def make(port: int = 1, **more: Any) -> Settings:
        given = {
            "home": tmp_path,
            "notify_mail_to": "ada@example.org, bo@example.org",
            "notify_mail_from": "checks@example.org",
            "smtp_host": "127.0.0.1",
            "smtp_port": port,
            "ca_file": mail_authority.file,
        }
        return Settings(**{**given, **more})

    return make


@pytest.fixture
def message() -> Message:
    return Message(
        key="0123456789abcdef0123456789abcdef",
        subject="duediligence: 1 new flag",
        text="- [high] Quill & Ferrow Łtd (S1): Asset freeze\n.\nFrom the list\n",
        created_at=NOW,
    )
