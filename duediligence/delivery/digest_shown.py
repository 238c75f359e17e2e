"""Digests as a person sees them: what is queued, what was sent, and how sending ended."""

from collections.abc import Iterator
from dataclasses import dataclass

from duediligence.delivery.digest import DigestStanding, Sent, standing
from duediligence.errors import Hint, Step
from duediligence.render.output import Line
from duediligence.render.wording import moment
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.outbox import Delivery
from duediligence.text.wording import count

NOTHING_CHANGED = "Nothing changed since the last digest."
NONE_SENT = "No digest has been sent yet."


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A message by one channel: `delivery` has its facts, the rest is words.

    `channel` says too where it is not configured; `next_retry` is empty where there is none.
    """

    delivery: Delivery
    made: str
    channel: str
    attempts: str
    next_retry: str


@dataclass(frozen=True, slots=True)
class DigestView:
    """What is queued and what was sent last.

    `problem` is empty where a channel is configured; `removed` says for each channel that was
    removed while something was queued for it what can be done.
    """

    standing: DigestStanding
    problem: str
    deliveries: tuple[DeliveryView, ...]
    removed: tuple[Hint, ...]


@use_case("read")
def digest_view(workspace: Workspace) -> DigestView:
    """Return how digests stand, as it is shown. Raises UsageError for a channel set up by half."""
    found = standing(workspace)
    queued = {one.channel for one in found.deliveries if one.state == "queued"}
    return DigestView(
        standing=found,
        problem="" if found.channels else "No notification channel is configured.",
        deliveries=tuple(_view_delivery(one, found.channels) for one in found.deliveries),
        removed=tuple(
            Hint(f"Configure {name} again to send it, or: ", Step("drop-digest", channel=name))
            for name in sorted(queued - set(found.channels))
        ),
    )


def _view_delivery(delivery: Delivery, channels: tuple[str, ...]) -> DeliveryView:
    configured = delivery.channel in channels
    return DeliveryView(
        delivery=delivery,
        made=moment(delivery.message.created_at),
        channel=delivery.channel + ("" if configured else " (not configured)"),
        attempts=str(delivery.attempts),
        next_retry=moment(delivery.next_try) if delivery.next_try else "",
    )


def describe_cancelled_digests(channel: str, dropped: int) -> str:
    """Return what came of cancelling the messages queued for a channel."""
    return f"{channel}: {count(dropped, 'digest')} will not be sent."


def sent_lines(sent: Sent) -> Iterator[Line]:
    """Yield how each attempt to send ended, and what is still queued."""
    if sent.message is None:
        yield Line(NOTHING_CHANGED, "note")
    for attempt in sent.attempts:
        if attempt.error:
            yield Line(f"{attempt.channel}: NOT SENT: {attempt.error}", "warning")
            if attempt.hint:
                yield Line(attempt.hint, "warning", is_detail=True)
        else:
            yield Line(f"{attempt.channel}: sent: {attempt.subject}")
            if attempt.remark:
                yield Line(f"but {attempt.remark}", "warning", is_detail=True)
    if sent.queued:
        see = Hint(f"Still queued: {sent.queued:,}. See `", Step("show-digest-status"), "`.")
        yield Line(see, "warning")
