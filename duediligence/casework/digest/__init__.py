"""The digest: tell people what changed, once, and only when something did."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import msgspec

from duediligence.casework.alerts.queue import alerts, by_key
from duediligence.casework.digest import wording
from duediligence.casework.digest.delivery import Delivered, deliver
from duediligence.casework.digest.gathering import Gathered, LeaveOut, gather
from duediligence.errors import Conflict, Hint, NotFound, Step, UsageError
from duediligence.model import Message
from duediligence.notifications.channels import Channel, channels
from duediligence.reports.scope import stated
from duediligence.reports.wording import visible
from duediligence.screening.access import use_case
from duediligence.screening.lists import statuses as lists
from duediligence.screening.run.scope import scope_of
from duediligence.screening.workspace import Workspace, user_agent
from duediligence.store.casework.outbox import Delivery

__all__ = ["Delivered", "Sent", "Standing", "drop", "preview", "send", "standing"]
_SEND = Step("send-digest")


@dataclass(frozen=True, slots=True)
class Sent:
    """What a digest came to: its message (None where nothing changed), and every attempt to
    deliver it or one queued before. `queued` deliveries are still to be made.
    """

    message: Message | None
    attempts: tuple[Delivered, ...]
    queued: int

    @property
    def complete(self) -> bool:
        """Whether everybody was told of everything."""
        return not self.queued and not any(attempt.remark for attempt in self.attempts)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is queued and what was sent last, the oldest first, and the channels set up."""

    channels: tuple[str, ...]
    deliveries: tuple[Delivery, ...]

    @property
    def failing(self) -> bool:
        """Whether something was not sent, or the newest digest not to everybody."""
        newest = self.deliveries[-1].message.key if self.deliveries else ""
        return any(
            one.state == "queued" or (one.last_error and one.message.key == newest)
            for one in self.deliveries
        )


def decided(workspace: Workspace) -> LeaveOut:
    """Of which findings nobody need hear: those decided as not the same, of just what stands."""
    found = by_key(alerts(workspace)).items()
    keys = {key for key, alert in found if alert.state == "not the same"}
    return lambda finding: finding.key in keys


@use_case("send digests", event="digest sent")
def send(
    workspace: Workspace,
    *,
    leave_out: LeaveOut | None = None,
    at_once: bool = False,
) -> Sent:
    """Queue a message if something changed since the last digest, then deliver what is queued.

    `leave_out` says of which findings nobody need hear: `decided`, unless given. `at_once`
    tries again without waiting what failed before. Raises UsageError where no channel is set up,
    or one by half: nothing counts as told then. Raises StorageError.
    """
    ways = _channels(workspace)
    if not ways:
        raise UsageError(
            "No notification channel is configured",
            hint="Set digest_folder, webhook_url, or notify_mail_to, notify_mail_from and "
            "smtp_host; see docs/notifications.md.",
        )
    message = _queue(workspace, leave_out, [way.name for way in ways])
    attempts = deliver(workspace, ways, at_once=at_once)
    return Sent(message, tuple(attempts), len(workspace.outbox.deliveries()))


@use_case("read")
def preview(workspace: Workspace, *, leave_out: LeaveOut | None = None) -> Message | None:
    """The message that `send` would queue; None where nothing changed. Nothing is recorded."""
    with workspace.casework.snapshot():
        found = gather(workspace, leave_out or decided(workspace))
        return _message(workspace, found, workspace.now())


@use_case("read")
def standing(workspace: Workspace, *, sent: int = 10) -> Standing:
    """How the telling stands, with the last `sent` deliveries that ended well."""
    ways = _channels(workspace)
    deliveries = workspace.outbox.deliveries(sent=sent)
    return Standing(tuple(way.name for way in ways), tuple(deliveries))


@use_case("send digests", event="digest dropped")
def drop(workspace: Workspace, channel: str) -> int:
    """Give up what is queued for a channel that is not set up any more; returns how many.

    Those messages reach nobody there any more, which the audit chain tells. Raises UsageError
    where the channel is set up, or nothing is queued for it.
    """
    if channel in (way.name for way in _channels(workspace)):
        raise Conflict(
            f"{channel} is configured: its queued messages are sent again",
            hint=Hint("Remove it from the settings first. To see where: ", Step("show-settings")),
        )
    dropped = workspace.outbox.drop(channel, workspace.now())
    if not dropped:
        raise NotFound(
            f"Nothing is queued for {channel!r}",
            hint=Hint("To see what is queued, by channel: ", Step("show-digest-status")),
        )
    return dropped


def _queue(workspace: Workspace, leave_out: LeaveOut | None, ways: list[str]) -> Message | None:
    at = workspace.now()
    # What it is made from, and that it was made, in one: nobody is told twice.
    with workspace.casework.transaction():
        found = gather(workspace, leave_out or decided(workspace))
        message = _message(workspace, found, at)
        changes = found.changes
        if message or found.runs or changes.kept or changes.dropped:
            workspace.outbox.record(
                found.number,
                at,
                runs=found.runs,
                told=changes.kept,
                over=changes.dropped,
                message=message,
                channels=ways,
            )
    return message


def _message(workspace: Workspace, found: Gathered, at: datetime) -> Message | None:
    """The message. Its key follows from what changed, and since when: made again from a backup
    of the state before, it is the same.
    """
    if not found.changes.to_tell:
        return None
    scope = stated(lists.statuses(workspace), scope_of(workspace))
    text = wording.text(found.changes, at, [visible(line) for line in scope])
    what = [
        [(told.key, told.sha256) for told in each]
        for each in (found.changes.new, found.changes.changed, found.changes.over)
    ]
    key = sha256(msgspec.json.encode([found.number, sorted(found.runs), what])).hexdigest()[:32]
    return Message(key=key, subject=wording.subject(found.changes), text=text, created_at=at)


def _channels(workspace: Workspace) -> tuple[Channel, ...]:
    settings = workspace.settings
    return channels(settings, user_agent=user_agent(settings), now=workspace.now)
