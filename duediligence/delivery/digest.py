"""The digest: gathered, worded and sent."""

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from hashlib import sha256

import msgspec

from duediligence.casework import disclosure
from duediligence.casework.queue import (
    Filters,
    Parted,
    alerts,
    by_key,
    list_queue_events,
    parted_entries,
)
from duediligence.delivery import digest_items
from duediligence.delivery.digest_items import DigestChanges, ScopeSnapshot, compare_digest_items
from duediligence.errors import (
    Conflict,
    DeliveryFailed,
    Hint,
    NotFound,
    Step,
    StorageError,
    UsageError,
)
from duediligence.model import Finding, Message, Run
from duediligence.model.messages import DigestItem
from duediligence.notifications.channels import Channel, build_channels
from duediligence.render.matcher_change import has_changes, headline
from duediligence.render.output import Line
from duediligence.render.scope import describe_scope, weakening_lines
from duediligence.render.wording import moment, visible
from duediligence.screening.access import use_case
from duediligence.screening.lists import statuses as lists
from duediligence.screening.run.policy import current_weakenings
from duediligence.screening.run.screen import scope_of
from duediligence.screening.workspace import Workspace, user_agent
from duediligence.store.casework.outbox import Delivery
from duediligence.text.wording import count

__all__ = [
    "Delivered",
    "DigestStanding",
    "Sent",
    "drop",
    "preview",
    "send",
    "send_test_message",
    "standing",
]

LeaveOut = Callable[[Finding], bool]

NOTHING_CHANGED = "Nothing changed since the last digest."
NONE_SENT = "No digest has been sent yet."


@dataclass(frozen=True, slots=True)
class Gathered:
    """What changed since the digest before number `number`, and the runs that it is made from."""

    number: int
    runs: tuple[str, ...]
    changes: DigestChanges


def gather(workspace: Workspace, leave_out: LeaveOut) -> Gathered:
    """Compare the newest run of each supplier with what was reported. Nothing is written.

    A run of some suppliers says nothing of the others. Raises StorageError.
    """
    number = workspace.outbox.digests() + 1
    told = workspace.outbox.told()
    untold = workspace.outbox.untold_runs()
    known = {f"supplier {supplier.ref}" for supplier in workspace.suppliers.all()}
    settled: set[str] = set()
    looks = [
        _snapshot_list_statuses(workspace),
        *_snapshot_unreported_runs(workspace, untold, leave_out, settled, told),
    ]
    gone = {
        scope
        for scope in {one.scope for one in told.values()}
        if scope.startswith("supplier ") and scope not in known
    }
    found = replace(
        compare_digest_items(told, looks, left_out=settled, gone=gone),
        by_matcher=tuple(_by_matcher(workspace, untold)),
    )
    _add_open_again(workspace, told, known, found)
    return Gathered(number, tuple(untold), found)


def _number_items(workspace: Workspace) -> dict[str, str]:
    """Return the number of each alert by the keys of its items."""
    return {
        key: alert.label
        for alert in alerts(workspace)
        for key in (digest_items.key_of(alert.first), digest_items.open_again_key(alert))
    }


def _add_open_again(
    workspace: Workspace,
    told: Mapping[str, DigestItem],
    known: Container[str],
    found: DigestChanges,
) -> None:
    """Add each alert that a decision holds no longer for, once.

    Its flag says the same as when it was told, and no screening need have been since: a decision
    ends with its time, too.
    """
    heard = {one.key for one in (*found.new, *found.changed)}
    standing = set()
    run_of = cache(workspace.runs.get)
    for event in list_queue_events(workspace, Filters(states=("open",))):
        is_told = any(digest_items.key_of(alert.first) in heard for alert in event.alerts)
        for alert in event.alerts:
            if not alert.status.reopened or f"supplier {alert.supplier_ref}" not in known:
                continue
            standing.add(key := digest_items.open_again_key(alert))
            if key in told or (run := run_of(alert.first.run_id)) is None:
                continue
            item = digest_items.of_open_again(run, alert, people=workspace.settings.digest_people)
            found.kept.append(item)
            if not is_told:
                found.changed.append(item)
                is_told = True
    found.dropped.extend(
        one.key
        for one in told.values()
        if one.scope == digest_items.OPEN_AGAIN and one.key not in standing
    )


def _by_matcher(workspace: Workspace, untold: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """Yield what each run found otherwise because of a new matcher, the oldest first."""
    for run_id in reversed(tuple(untold)):
        run = workspace.runs.outline(run_id) if untold[run_id] else None
        if run and has_changes(run):
            yield headline(run)


def _snapshot_list_statuses(workspace: Workspace) -> ScopeSnapshot:
    statuses = lists.statuses(workspace)
    return ScopeSnapshot(
        scope="lists", items=digest_items.of_lists(statuses, workspace.lists.failures())
    )


def _snapshot_unreported_runs(
    workspace: Workspace,
    untold: Mapping[str, frozenset[str]],
    leave_out: LeaveOut,
    settled: set[str],
    told: Mapping[str, DigestItem],
) -> Iterator[ScopeSnapshot]:
    """Yield a look for each supplier and supplier file, by the newest run that has it."""
    people, parted = workspace.settings.digest_people, parted_entries(workspace)
    seen: set[str] = set()
    newest = True
    for run_id, refs in untold.items():
        run = workspace.runs.get(run_id)
        # Someone checked in passing is no supplier: nobody waits to hear of them.
        if run is None or not (refs or run.supplier_file):
            continue
        by_ref: dict[str, list[Finding]] = {}
        not_matched = _not_matched(workspace, run)
        for finding in (*run.findings, *(one for some in not_matched.values() for one in some)):
            if leave_out(finding):
                settled.add(digest_items.key_of(finding))
        for finding in run.findings:
            by_ref.setdefault(finding.supplier_ref, []).append(finding)
        if newest:
            yield ScopeSnapshot(scope="run", items=digest_items.of_run(run))
        newest = False
        file = f"file {run.supplier_file}"
        if run.supplier_file and file not in seen:
            seen.add(file)
            rows = [f for f in by_ref.get("", ()) if f.about == "row"]
            yield ScopeSnapshot(
                scope=file,
                items=digest_items.of_findings(run, rows, file, people=people),
                in_words=digest_items.hashes_in_words(rows, told),
            )
        for ref in sorted(refs):
            if (scope := f"supplier {ref}") not in seen:
                seen.add(scope)
                yield replace(
                    _snapshot_supplier_run(
                        run,
                        scope,
                        ref,
                        by_ref.get(ref, []),
                        not_matched.get(ref, []),
                        people,
                        workspace.settings.limit,
                        settled,
                        parted,
                    ),
                    in_words=digest_items.hashes_in_words(by_ref.get(ref, []), told),
                )


def _not_matched(workspace: Workspace, run: Run) -> dict[str, list[Finding]]:
    """Return what a run does not match though neither side changed, by the supplier's reference."""
    read = workspace.screened.findings
    return {
        ref: [one for place in effect.not_matched for one in read(place.run_id, (place.position,))]
        for ref, effect in run.by_matcher.items()
    }


def _snapshot_supplier_run(
    run: Run,
    scope: str,
    ref: str,
    findings: list[Finding],
    not_matched: list[Finding],
    people: bool,
    limit: int,
    settled: Collection[str],
    parted: Parted,
) -> ScopeSnapshot:
    dossier = ref in run.readings
    shown: dict[tuple[str, str], set[str]] = {}
    for finding in findings:
        shown.setdefault((finding.list_id, finding.subject_name), set()).add(finding.entry_id)
    # What is not among the most that are shown may be on the list still.
    full = {list_id for (list_id, _), entries in shown.items() if len(entries) >= limit}
    return ScopeSnapshot(
        scope=scope,
        items=digest_items.of_findings(
            run, findings, scope, people=people, dossier=dossier, apart=settled, parted=parted
        )
        + digest_items.of_not_matched(run, not_matched, scope, people=people, dossier=dossier),
        certain=not any(finding.outcome == "unknown" for finding in findings),
        dossier=dossier,
        gaps=run.scope.gaps if run.scope else (),
        searched=frozenset(s.list_id for s in run.lists if s.state == "current") - full,
    )


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


def deliver_due_messages(
    workspace: Workspace, channels: Iterable[Channel], *, at_once: bool
) -> list[Delivered]:
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
            ended.append(_try_delivery(workspace, channel, delivery))
            if ended[-1].error:
                down.add(channel.name)
    return ended


def _try_delivery(workspace: Workspace, channel: Channel, delivery: Delivery) -> Delivered:
    subject = delivery.message.subject
    try:
        remark = channel.deliver(delivery.message)
    # Not all errors: one that interrupts the command must not end as a failure of the channel.
    except (DeliveryFailed, StorageError, UsageError) as error:
        workspace.outbox.failed(delivery, workspace.now(), error.message)
        return Delivered(channel.name, subject, error.message, error.hint)
    workspace.outbox.sent(delivery, workspace.now(), remark)
    return Delivered(channel.name, subject, remark=remark)


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
        """Return whether everything was delivered to everybody."""
        return not self.queued and not any(attempt.remark for attempt in self.attempts)


@dataclass(frozen=True, slots=True)
class DigestStanding:
    """What is queued and what was sent last, the oldest first, and the channels set up."""

    channels: tuple[str, ...]
    deliveries: tuple[Delivery, ...]

    @property
    def failing(self) -> bool:
        """Return whether something was not sent, or the newest digest not to everybody."""
        newest = self.deliveries[-1].message.key if self.deliveries else ""
        return any(
            one.state == "queued" or (one.last_error and one.message.key == newest)
            for one in self.deliveries
        )


def dismissed_finding_filter(workspace: Workspace) -> LeaveOut:
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

    `leave_out` says of which findings nobody need hear: `dismissed_finding_filter`, unless given.
    `at_once` tries again without waiting what failed before. Raises UsageError where no channel is
    set up, or one by half: nothing counts as told then. Raises StorageError.
    """
    ways = _list_configured_channels(workspace)
    if not ways:
        raise UsageError(
            "No notification channel is configured",
            hint="Set digest_folder, webhook_url, or notify_mail_to, notify_mail_from and "
            "smtp_host; see docs/it/notifications.md.",
        )
    message = _queue_digest(workspace, leave_out, [way.name for way in ways])
    attempts = deliver_due_messages(workspace, ways, at_once=at_once)
    return Sent(message, tuple(attempts), len(workspace.outbox.deliveries()))


@use_case("send digests")
def send_test_message(workspace: Workspace) -> Sequence[Delivered]:
    """Send a message that says nothing by every channel; nothing counts as reported.

    Raises UsageError where no channel is set up, or one by half.
    """
    at = workspace.now()
    text = "This is a test of duediligence. If you read it, digests reach you."
    key = sha256(f"test {at.isoformat()}".encode()).hexdigest()
    message = Message(key=key, subject="duediligence: test message", text=text, created_at=at)
    ended = []
    for channel in _list_configured_channels(workspace):
        try:
            ended.append(Delivered(channel.name, message.subject, remark=channel.deliver(message)))
        except (DeliveryFailed, StorageError, UsageError) as error:
            ended.append(Delivered(channel.name, message.subject, error.message, error.hint))
    return ended


@use_case("read")
def preview(workspace: Workspace, *, leave_out: LeaveOut | None = None) -> Message | None:
    """Return the message that `send` would queue; None where nothing changed. Nothing is
    recorded.
    """
    with workspace.casework.snapshot():
        found = gather(workspace, leave_out or dismissed_finding_filter(workspace))
        return _build_digest_message(workspace, found, workspace.now())


@use_case("read")
def standing(workspace: Workspace, *, sent: int = 10) -> DigestStanding:
    """Return how the telling stands, with the last `sent` deliveries that ended well."""
    ways = _list_configured_channels(workspace)
    deliveries = workspace.outbox.deliveries(sent=sent)
    return DigestStanding(tuple(way.name for way in ways), tuple(deliveries))


@use_case("send digests", event="digest dropped")
def drop(workspace: Workspace, channel: str) -> int:
    """Give up what is queued for a channel that is not set up any more; returns how many.

    Those messages reach nobody there any more, which the audit chain tells. Raises UsageError
    where the channel is set up, or nothing is queued for it.
    """
    if channel in (way.name for way in _list_configured_channels(workspace)):
        raise Conflict(
            f"{channel} is configured: its queued messages are retried",
            hint=Hint("Remove it from the settings first. To see where: ", Step("show-settings")),
        )
    dropped = workspace.outbox.drop(channel, workspace.now())
    if not dropped:
        raise NotFound(
            f"Nothing is queued for {channel!r}",
            hint=Hint("To see what is queued, by channel: ", Step("show-digest-status")),
        )
    return dropped


def _queue_digest(
    workspace: Workspace, leave_out: LeaveOut | None, ways: list[str]
) -> Message | None:
    at = workspace.now()
    # What it is made from, and that it was made, in one: nothing is reported twice.
    with workspace.casework.transaction():
        found = gather(workspace, leave_out or dismissed_finding_filter(workspace))
        message = _build_digest_message(workspace, found, at)
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


def _build_digest_message(workspace: Workspace, found: Gathered, at: datetime) -> Message | None:
    """Return the message. Its key follows from what changed, and since when: made again from a
    backup of the state before, it is the same.
    """
    if not found.changes.to_tell:
        return None
    statuses = lists.statuses(workspace)
    last = workspace.runs.outline(workspace.screened.newest_of_stored())
    weaker = dict.fromkeys(
        (*current_weakenings(workspace, statuses), *(last.weakenings_about("") if last else ()))
    )
    scope = [*weakening_lines(weaker), *describe_scope(statuses, scope_of(workspace))]
    refs = [one.ref for one in workspace.suppliers.all()]
    restricted = disclosure.format_restricted_reports(
        disclosure.count_reports_about(workspace, refs)
    )
    text = digest_items.format_digest_text(
        found.changes, at, [visible(line) for line in scope], restricted, _number_items(workspace)
    )
    what = [
        [(told.key, told.sha256) for told in each]
        for each in (found.changes.new, found.changes.changed, found.changes.over)
    ]
    by_matcher = [found.changes.by_matcher] if found.changes.by_matcher else []
    made_from = [found.number, sorted(found.runs), what, *by_matcher]
    key = sha256(msgspec.json.encode(made_from)).hexdigest()[:32]
    return Message(
        key=key, subject=digest_items.format_digest_subject(found.changes), text=text, created_at=at
    )


def _list_configured_channels(workspace: Workspace) -> tuple[Channel, ...]:
    settings = workspace.settings
    return build_channels(settings, user_agent=user_agent(settings), now=workspace.now)


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
