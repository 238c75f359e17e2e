"""Decisions taken back: one, or all of one act. Nothing is removed: both lines stay for good."""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from duediligence.casework.queue import label_alert, rules_of
from duediligence.casework.queue import load_alert as find_alert
from duediligence.errors import Conflict, Forbidden, Hint, Invalid, NotFound, Step
from duediligence.model.alerts import Decision
from duediligence.model.audit import AuditEvent
from duediligence.render.wording import fold, moment
from duediligence.screening.access import permit, use_case
from duediligence.screening.alerts import projection
from duediligence.screening.alerts.status import in_effect
from duediligence.screening.workspace import Workspace
from duediligence.text.wording import count

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
            workspace.audit.add(
                AuditEvent(
                    "decisions undone",
                    workspace.now(),
                    workspace.who,
                    {"decisions": len(decisions), "by": decisions[0].by},
                    subject=str(act),
                )
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
                permit(workspace, "see restricted records")
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
