"""Deliver what is queued: each message by each channel, until it was taken."""

from collections.abc import Iterable
from dataclasses import dataclass

from duediligence.errors import DeliveryFailed, Hint, StorageError, UsageError
from duediligence.notifications.channels import Channel
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.outbox import Delivery


@dataclass(frozen=True, slots=True)
class Delivered:
    """How one attempt ended: `error` is empty where the message was taken.

    `remark` is what went wrong all the same, as a recipient that was refused.
    """

    channel: str
    subject: str
    error: str = ""
    hint: str | Hint = ""
    remark: str = ""


def deliver(workspace: Workspace, channels: Iterable[Channel], *, at_once: bool) -> list[Delivered]:
    """Try everything that is due; what fails stays queued and is tried again later.

    `at_once`: do not wait after failures. A channel that fails is not asked again in this round.
    The message that was tried least goes first, so that one that no server takes holds up no other.
    """
    by_name = {channel.name: channel for channel in channels}
    ended: list[Delivered] = []
    down: set[str] = set()
    for delivery in sorted(workspace.outbox.deliveries(), key=lambda queued: queued.attempts):
        channel, now = by_name.get(delivery.channel), workspace.now()
        if channel is None or channel.name in down or delivery.claimed(now):
            continue
        if (at_once or delivery.due(now)) and workspace.outbox.claim(delivery, now):
            ended.append(_try(workspace, channel, delivery))
            if ended[-1].error:
                down.add(channel.name)
    return ended


def _try(workspace: Workspace, channel: Channel, delivery: Delivery) -> Delivered:
    subject = delivery.message.subject
    try:
        remark = channel.deliver(delivery.message)
    # Not all errors: one that interrupts the command must not end as a failure of the channel.
    except (DeliveryFailed, StorageError, UsageError) as error:
        workspace.outbox.failed(delivery, workspace.now(), error.message)
        return Delivered(channel.name, subject, error.message, error.hint)
    workspace.outbox.sent(delivery, workspace.now(), remark)
    return Delivered(channel.name, subject, remark=remark)
