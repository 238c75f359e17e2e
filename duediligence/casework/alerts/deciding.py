"""Decide an alert, or every alert of one list entry: by the rules, on record, or not at all."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from duediligence.casework.alerts import queue, reasons
from duediligence.casework.alerts.rules import legal
from duediligence.casework.roles import require
from duediligence.errors import UsageError
from duediligence.law.grounds import text_version
from duediligence.model.casework.alerts import (
    NOTHING_CONSIDERED,
    Alert,
    Compared,
    Considered,
    Decided,
    Decision,
)
from duediligence.reports.cells import fold
from duediligence.reports.wording import moment
from duediligence.screening.alerts import projection
from duediligence.screening.alerts.status import same_person
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.decisions import DecidedMeanwhile

LONGEST_NOTE = 2_000
# Decided for good: changing it takes a look at what a colleague decided.
_CLOSED = ("same", "not the same", "confirmed risk", "mitigated")
_ID = re.compile(r"[0-9a-f]{4,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What somebody wants to decide, and why. `considered.ground` is the bare code, if any."""

    decided: Decided
    reason: str
    note: str = ""
    considered: Considered = NOTHING_CONSIDERED


def find(workspace: Workspace, id_: str) -> Alert:
    """The alert whose id begins so, or did before it changed.

    Raises UsageError where none does, or several.
    """
    prefix = id_.strip().lower()
    if not _ID.fullmatch(prefix):
        raise UsageError(
            f"{id_!r} is no id of an alert",
            hint="It is 4 or more of its digits 0-9 and a-f, as `duediligence alerts list` shows.",
        )
    with projection.current(workspace) as store:
        ids = store.beginning(prefix)
        if len(ids) > 1:
            known = ", ".join(one[:12] for one in ids[:5])
            raise UsageError(
                f"{len(ids)} alerts begin with {id_}",
                hint=f"Give more of the id, or one of {known}.",
            )
        alert = queue.alert(workspace, ids[0]) if ids else None
    if alert is None:
        raise UsageError(f"there is no alert {id_}", hint="See `duediligence alerts list --all`.")
    return alert


def decide(
    workspace: Workspace, alert: Alert, choice: Choice, *, after: int | None = None
) -> Decision:
    """Record a decision about an alert as it stands, by whoever runs this.

    `after` is the position of the newest decision that the person has seen; None where they need
    none. Raises UsageError where the reason or the step is not one of those that there are, where
    the role does not cover it, and where somebody else decided meanwhile.
    """
    choice = _usable(workspace, choice)
    _permit(workspace, alert, choice)
    if after is None:
        _seen_by(workspace, alert)
        after = alert.last_decision
    (decision,) = _store(workspace, [alert], choice, {alert.id: after})
    return decision


def decide_entry(
    workspace: Workspace, list_id: str, entry_id: str, choice: Choice
) -> tuple[list[Decision], list[Alert]]:
    """Record one decision about every alert of one list entry that waits for one, all or none.

    Returns the decisions, and the alerts left as they are, for somebody decided them already.
    Raises UsageError as `decide` does, and where the entry has no alert.
    """
    choice = _usable(workspace, choice)
    found = queue.alerts(workspace, queue.Filters(entry=(list_id, entry_id)))
    standing = [alert for alert in found if alert.state != "resolved"]
    if not standing or not entry_id:
        raise UsageError(
            f"no alert is about the entry {list_id}/{entry_id}",
            hint="Write it as LIST/ENTRY, as `duediligence alerts show` does.",
        )
    waiting = [alert for alert in standing if _waits_for(workspace.who, alert)]
    for alert in waiting:
        _permit(workspace, alert, choice)
    expected = {alert.id: alert.last_decision for alert in waiting}
    return (
        _store(workspace, waiting, choice, expected),
        [alert for alert in standing if alert not in waiting],
    )


def _waits_for(who: str, alert: Alert) -> bool:
    if alert.state == "awaiting second decision":
        return not same_person(alert.status.decided_by, who)
    return alert.state in ("open", "not sure")


def _usable(workspace: Workspace, choice: Choice) -> Choice:
    """The choice as it is kept: reason in capitals, note on one line, ground with its text."""
    note = fold(choice.note)
    if len(note) > LONGEST_NOTE:
        raise UsageError(f"the note has {len(note):,} characters; at most {LONGEST_NOTE:,} are")
    considered = choice.considered
    ground = considered.ground.strip().upper()
    return replace(
        choice,
        reason=reasons.checked(choice.decided, choice.reason, note),
        note=note,
        considered=replace(
            considered,
            ground=text_version(ground, workspace.now().date()) if ground else "",
            factors=tuple(sorted(set(considered.factors))),
            contract=fold(considered.contract)[:200],
        ),
    )


def _permit(workspace: Workspace, alert: Alert, choice: Choice) -> None:
    users, who, where = workspace.settings.users, workspace.who, alert.status
    second = where.state == "awaiting second decision" and not same_person(where.decided_by, who)
    require(users, who, "decide second" if second else "decide")
    possible = legal(where.before, matched=alert.matched)
    if choice.decided not in possible:
        hint = (
            "Say first that it is the same party."
            if alert.matched
            else "It is a fact about the supplier. Is it of another company? Settle that with "
            "`duediligence suppliers link`."
        )
        raise UsageError(
            f"alert {alert.id[:8]} is {where.before!r} and cannot become {choice.decided!r}",
            hint=f"It can become {', '.join(possible)}. {hint}",
        )


def _seen_by(workspace: Workspace, alert: Alert) -> None:
    """Refuse to overrule in passing what another person decided."""
    where = alert.status
    if where.state in _CLOSED and not same_person(where.decisions[-1].by, workspace.who):
        assert where.decided_at is not None
        raise UsageError(
            f"{where.decided_by} decided {where.state!r} ({where.reason}) on "
            f"{moment(where.decided_at)}",
            hint=f"To decide otherwise, look at it (duediligence alerts show {alert.id[:8]}) and "
            f"add --after {alert.last_decision}",
        )


def _store(
    workspace: Workspace, alerts: Sequence[Alert], choice: Choice, expected: dict[str, int]
) -> list[Decision]:
    made = [
        (
            Decision(
                alert_id=alert.id,
                decided=choice.decided,
                reason=choice.reason,
                note=choice.note,
                by=workspace.who,
                at=workspace.now(),
                run_id=alert.first.run_id,
                party_sha256=alert.party_sha256,
                entry_sha256=alert.entry_sha256,
                considered=choice.considered,
            ),
            alert.compared,
        )
        for alert in alerts
    ]
    try:
        return _kept(workspace, made, expected)
    except DecidedMeanwhile as error:
        if not workspace.settings.blind_second:
            raise
        newest = error.decision
        raise UsageError(
            f"{newest.by} decided on {moment(newest.at)}, after what you had seen; nothing was "
            "recorded",
            hint=error.hint,
        ) from None


def _kept(
    workspace: Workspace, made: Sequence[tuple[Decision, Compared]], expected: dict[str, int]
) -> list[Decision]:
    with workspace.casework.transaction():
        stored = workspace.decisions.decide(made, expected=expected)
        projection.decided(workspace, expected)
    return stored
