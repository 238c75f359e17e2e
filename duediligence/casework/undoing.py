"""Decisions taken back, one or all of one act, and joins of list entries undone.

Nothing is removed: every line is kept for good.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from duediligence.casework import queue
from duediligence.casework.deciding import find
from duediligence.casework.queue import label_alert, rules_of
from duediligence.casework.queue import load_alert as find_alert
from duediligence.errors import Conflict, Forbidden, Hint, Invalid, NotFound, Step
from duediligence.model.alerts import Alert, Decision, PartedEntry
from duediligence.model.entries import EntryKey, JoinEvidence
from duediligence.model.findings import listings_of
from duediligence.render.wording import fold, moment
from duediligence.screening.access import permit, use_case
from duediligence.screening.alerts import projection
from duediligence.screening.alerts.status import in_effect
from duediligence.screening.workspace import Workspace
from duediligence.text.wording import count, listed

REASON = "UNDONE"
LONGEST_NOTE = 2_000


@dataclass(frozen=True, slots=True)
class Undone:
    """The decisions that were taken back, or would be, and the alerts that they were about."""

    withdrawn: tuple[Decision, ...]
    alert_ids: tuple[str, ...]


@use_case("decide", event="decisions undone")
def undo(workspace: Workspace, act: int, *, note: str = "", dry_run: bool = False) -> Undone:
    """Take back the decision in that position, with those that were recorded together with it.

    Each alert is then where the decisions before put it. With `dry_run` nothing is recorded.
    Raises NotFound for a number without a decision; Forbidden where somebody else decided, unless
    the role covers second decisions, or where the decision may not be seen yet; Conflict where one
    of them was taken back already, or a later decision about one of the alerts counts.
    """
    note = fold(note)
    if len(note) > LONGEST_NOTE:
        raise Invalid(
            f"the note has {len(note):,} characters; the maximum is {LONGEST_NOTE:,}", field="note"
        )
    recording = nullcontext() if dry_run else workspace.casework.transaction()
    with recording, projection.current(workspace):
        decisions = workspace.decisions.of_act(act)
        _check_act(workspace, act, decisions)
        alert_ids = tuple(dict.fromkeys(_check_alerts(workspace, act, decisions)))
        if not dry_run:
            made = [_build_withdrawal(workspace, one, note) for one in decisions]
            workspace.decisions.withdraw(made)
            workspace.record(
                "decisions undone",
                {"decisions": len(decisions), "by": decisions[0].by},
                subject=str(act),
            )
            projection.update_decided_alerts(workspace, alert_ids)
    return Undone(decisions, alert_ids)


def _check_act(workspace: Workspace, act: int, decisions: Sequence[Decision]) -> None:
    """Refuse what is no act of decisions, or not this person's to take back."""
    if not decisions:
        raise NotFound(
            f"Unknown decision {act}",
            hint=Hint("The number of each is in the history of its alert: ", Step("show-alert")),
        )
    first = decisions[0]
    if first.act not in (0, act):
        raise Conflict(
            f"decision {act} was recorded together with others, from decision {first.act} on",
            hint=f"Undo all of them, as decision {first.act}; or decide again about the one alert.",
        )
    if first.decided == "withdrawn":
        raise Conflict(
            f"decision {act} itself undid decision {first.withdraws}",
            hint=Hint(
                "Decide again: ",
                Step("show-alert", alert=label_alert(workspace, first.alert_id)),
            ),
        )
    if not workspace.is_me(first.by):
        # Whoever may settle what another person decided first may take it back, too.
        permit(workspace, "decide second")


def _check_alerts(workspace: Workspace, act: int, decisions: Sequence[Decision]) -> Iterator[str]:
    """Yield the ids that the alerts of these decisions have now; refuses what something
    followed.
    """
    store, alerts = workspace.decisions, workspace.casework.alerts
    aliases, own = alerts.aliases(), {one.position for one in decisions}
    # Suppliers that were merged or split: their alerts share decisions (see `JoinedLine`).
    joined = {
        now: {id_ for line in lines for id_ in line.ids} for now, lines in alerts.joined().items()
    }
    later: list[Decision] = []
    for decision in decisions:
        id_ = decision.alert_id
        for now in (*aliases.get(id_, (id_,)), *(one for one in joined if id_ in joined[one])):
            alert = find_alert(workspace, now)
            if alert and alert.restricted:
                permit(workspace, alert.right)
            history = alert.history if alert else store.of({now, *alerts.earlier_ids(now)})
            # Of an alert that it was split from, not every decision counts for this one.
            if decision not in history:
                continue
            counting = in_effect(history)
            if decision.position not in {one.position for one in counting}:
                taken = next(one for one in history if one.withdraws == decision.position)
                raise Conflict(
                    f"{taken.by} already undid decision {decision.position} on {moment(taken.at)}"
                )
            _check_seen(workspace, now, decision)
            later += [
                one
                for one in counting
                if one.position > decision.position and one.position not in own
            ]
            yield now
    if later:
        shown = "; ".join(
            f"alert {label_alert(workspace, one.alert_id)}, decision {one.position} by {one.by} on "
            f"{moment(one.at)}"
            for one in later[:5]
        )
        raise Conflict(
            f"{count(len(later), 'later decision')} followed act {act}: {shown}",
            hint="Undo the later ones first, or decide again about the alerts that are wrong.",
        )


def _check_seen(workspace: Workspace, alert_id: str, decision: Decision) -> None:
    """A first decision that waits for a blind second one is nobody's but who made it."""
    if workspace.is_me(decision.by) or not rules_of(workspace).blind_second:
        return
    row = workspace.casework.alerts.get(alert_id)
    if row is not None and row.state_on(workspace.now().date()) == "awaiting second decision":
        number = label_alert(workspace, alert_id)
        raise Forbidden(
            f"decision {decision.position} is not shown until a second person decides",
            hint=f"Decide about alert {number}, or ask {decision.by} to undo it.",
        )


def _build_withdrawal(workspace: Workspace, decision: Decision, note: str) -> Decision:
    return Decision(
        alert_id=decision.alert_id,
        decided="withdrawn",
        reason=REASON,
        note=note,
        by=workspace.who,
        at=workspace.now(),
        run_id=decision.run_id,
        party_sha256=decision.party_sha256,
        entry_sha256=decision.entry_sha256,
        withdraws=decision.position,
    )


@dataclass(frozen=True, slots=True)
class PartingOutcome:
    """The entry that is another party than the `others`, once a second person agrees if it
    `waits`.
    """

    alert_id: str
    entry: EntryKey
    others: tuple[EntryKey, ...]
    waits: bool


@use_case("decide", event="entries parted")
def part_entry(workspace: Workspace, id_: str) -> PartingOutcome:
    """Record that the list entry of an alert is another party than the entries joined with it.

    The alerts about it are then by themselves, each with its own decisions, for every supplier.
    Where an alert about one of the entries is so severe that decisions about it need a second
    person, this does too: it counts for what both said it of. Raises Conflict where no other entry
    is joined with it, or this person said so already; Forbidden where the role does not cover it.
    """
    alert = find(workspace, id_)
    if alert.restricted:
        permit(workspace, alert.right)
    entry = (alert.first.list_id, alert.first.entry_id)
    others = _list_joined_entries(workspace, alert)
    if not others:
        raise Conflict(
            f"alert {alert.id[:8]}: its list entry is not joined with an entry of another list",
            hint=Hint("To see what is: ", Step("show-alert", alert=alert.id[:8])),
        )
    second = queue.rules_of(workspace).second_decision
    alone = not any(
        one.severity in second
        for key in (entry, *others)
        for one in queue.alerts(workspace, queue.Filters(entry=key, checks=None))
    )
    waiting = _list_waiting_partings(workspace, entry, others)
    if waiting and not alone:
        if any(workspace.is_me(one.by) for one in waiting):
            raise Conflict(
                f"alert {alert.id[:8]}: you already said that its entry is another party",
                hint="A second person must say the same.",
            )
        permit(workspace, "decide second")
        said_first = {key for one in waiting for key in one.others}
        others = tuple(key for key in others if key in said_first)
    counts = alone or bool(waiting)
    said = PartedEntry(
        entry=entry, others=others, alone=counts, by=workspace.who, at=workspace.now()
    )
    workspace.casework.parted_entries.add(said, alert.id)
    return PartingOutcome(alert.id, entry, others, waits=not counts)


# What makes two entries one party, in words.
_EVIDENCE: Mapping[JoinEvidence, str] = {
    "reference": "reference",
    "imo": "IMO number",
    "lei": "LEI",
    "GB-COH": "company number",
    "registration": "registration number",
    "tax": "tax number",
    "national-id": "national identity number",
    "passport": "passport number",
    "number": "number, by another name",
    "name and birth date": "full name and birth date",
    "name and address": "full name and address",
}


def describe_joins(workspace: Workspace, alert: Alert) -> Mapping[EntryKey, str]:
    """Return by what each further entry is one party with the entry of an alert, as in `by the
    same passport number`. Raises StorageError.
    """
    own = (alert.first.list_id, alert.first.entry_id)
    others = _list_joined_entries(workspace, alert)
    found = dict.fromkeys(others, "by way of another list")
    for join in workspace.lists.joins_of([own]) if others else ():
        pair = (join.one, join.other)
        for other in found.keys() & set(pair):
            if own in pair:
                found[other] = f"by the same {listed(_EVIDENCE[kind] for kind in join.evidence)}"
    return found


def describe_waiting_parting(workspace: Workspace, alert: Alert) -> str:
    """Return who said that the entry of an alert is another party, where that waits for a second
    person; empty where it does not. Raises StorageError.
    """
    own = (alert.first.list_id, alert.first.entry_id)
    for one in _list_waiting_partings(workspace, own, _list_joined_entries(workspace, alert)):
        return f"{one.by} said that this entry is another party; a second person must agree"
    return ""


def _list_waiting_partings(
    workspace: Workspace, entry: EntryKey, others: Collection[EntryKey]
) -> list[PartedEntry]:
    return [
        one
        for one in workspace.casework.parted_entries.every()
        if one.entry == entry and not one.alone and not set(one.others).isdisjoint(others)
    ]


def _list_joined_entries(workspace: Workspace, alert: Alert) -> tuple[EntryKey, ...]:
    """Return the entries that are one party with the entry of an alert, without that itself."""
    own = (alert.first.list_id, alert.first.entry_id)
    listed = listings_of(alert.first, queue.parted_entries(workspace))
    keys = (one.partition(" ") for one in listed)
    return tuple(key for list_id, _, entry_id in keys if (key := (list_id, entry_id)) != own)
