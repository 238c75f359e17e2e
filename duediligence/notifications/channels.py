"""The channels for messages: a folder, a webhook, mail."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import msgspec

from duediligence.errors import DeliveryFailed, FetchFailed, UsageError
from duediligence.model import Message
from duediligence.settings import Settings
from duediligence.writing import write_text


@dataclass(frozen=True, slots=True)
class Folder:
    """Writes each message as a text file of its own, whole or not at all."""

    path: Path

    @property
    def name(self) -> str:
        return "folder"

    def deliver(self, message: Message) -> str:
        """Write `20261124T093000Z-KEY.txt`; again, should it be there. Raises StorageError."""
        name = f"{message.created_at:%Y%m%dT%H%M%SZ}-{message.key[:12]}.txt"
        write_text(self.path / name, f"{message.subject}\n\n{message.text}")
        return ""


LEAST_SECRET = 16


@dataclass(frozen=True, slots=True)
class Webhook:
    """Posts each message as JSON, signed with the time of the attempt."""

    settings: Settings = field(repr=False)
    user_agent: str
    now: Callable[[], datetime]

    @property
    def name(self) -> str:
        return "webhook"

    @classmethod
    def of(cls, settings: Settings, user_agent: str, now: Callable[[], datetime]) -> "Webhook":
        """Raises UsageError where there is no secret: nobody could tell who posted."""
        if not (settings.webhook_secret_file or settings.secret("webhook_secret")):
            raise UsageError(
                "webhook_url is set, but no secret to sign what is posted",
                hint="Set DUEDILIGENCE_WEBHOOK_SECRET or webhook_secret_file, or keep it in the "
                "keyring.",
            )
        return cls(settings, user_agent, now)

    def deliver(self, message: Message) -> str:
        """Post it. Raises DeliveryFailed, or UsageError where the secret cannot be used."""
        from duediligence.fetch.http import post_body

        secret = self.settings.secret("webhook_secret")
        if len(secret) < LEAST_SECRET:
            raise UsageError(
                f"webhook_secret is shorter than {LEAST_SECRET} characters",
                hint="Generate a random one: python -c 'import secrets; "
                "print(secrets.token_hex(32))'",
            )
        body = msgspec.json.encode({"version": 1, **msgspec.to_builtins(message)})
        timestamp = str(int(self.now().timestamp()))
        try:
            post_body(
                self.settings.webhook_url,
                body,
                {
                    "Content-Type": "application/json",
                    "Idempotency-Key": message.key,
                    "Duediligence-Signature": f"t={timestamp},"
                    f"v1={sign_webhook_body(secret, timestamp, body)}",
                },
                user_agent=self.user_agent,
                verify=str(ca_file) if (ca_file := self.settings.ca_file) else True,
            )
        except FetchFailed as error:
            raise DeliveryFailed(error.message, hint=error.hint) from None
        return ""


def sign_webhook_body(secret: str, timestamp: str, body: bytes) -> str:
    """Return HMAC-SHA256 over `timestamp.body`, in hexadecimal; `timestamp` in seconds since
    1970.
    """
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, sha256).hexdigest()


class Channel(Protocol):
    """One channel for messages. `name` is stable: deliveries are kept by it."""

    @property
    def name(self) -> str: ...

    def deliver(self, message: Message) -> str:
        """Hand the message over; return what is to be remarked on, as a recipient refused, else "".

        Raises DeliveryFailed, StorageError or UsageError: then nobody was told by this channel,
        or nobody can know, and it may be tried again.
        """
        ...


def build_channels(
    settings: Settings, *, user_agent: str, now: Callable[[], datetime]
) -> tuple[Channel, ...]:
    """Return the channels that are set up; none where none is.

    Raises UsageError for one that is set up by half: the others must not hide that.
    """
    found: list[Channel] = []
    # Here, for TLS, e-mail and HTTP are slow to import and seldom needed.
    if settings.notify_mail_to or settings.smtp_host:
        from duediligence.notifications.mail import Mail

        found.append(Mail.of(settings))
    if settings.webhook_url:
        found.append(Webhook.of(settings, user_agent, now))
    if settings.digest_folder is not None:
        found.append(Folder(settings.digest_folder))
    return tuple(found)
