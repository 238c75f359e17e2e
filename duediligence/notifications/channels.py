"""The ways to tell people that are set up."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from duediligence.model import Message
from duediligence.settings import Settings


class Channel(Protocol):
    """One way to tell people. `name` is stable: deliveries are kept by it."""

    @property
    def name(self) -> str: ...

    def deliver(self, message: Message) -> str:
        """Hand the message over; what is to be remarked on, as a recipient refused, else "".

        Raises DeliveryFailed, StorageError or UsageError: then nobody was told by this channel,
        or nobody can know, and it may be tried again.
        """
        ...


def channels(
    settings: Settings, *, user_agent: str, now: Callable[[], datetime]
) -> tuple[Channel, ...]:
    """The channels that are set up; none where none is.

    Raises UsageError for one that is set up by half: the others must not hide that.
    """
    found: list[Channel] = []
    # Here, for TLS, e-mail and HTTP are slow to import and seldom needed.
    if settings.notify_mail_to or settings.smtp_host:
        from duediligence.notifications.mail import Mail

        found.append(Mail.of(settings))
    if settings.webhook_url:
        from duediligence.notifications.webhook import Webhook

        found.append(Webhook.of(settings, user_agent, now))
    if settings.digest_folder is not None:
        from duediligence.notifications.folder import Folder

        found.append(Folder(settings.digest_folder))
    return tuple(found)
