"""One decision about many alerts: what it would close, and whether one reason fits them all."""

from collections.abc import Sequence
from dataclasses import dataclass

from duediligence.casework import queue
from duediligence.casework.deciding import (
    Act,
    Asked,
    Choice,
    check_reason_code,
    decide_many,
    describe_apart,
    describe_second_people,
    find,
    list_sources_apart,
    list_sources_to_decide,
    status_after,
    waits_for,
)
from duediligence.casework.fact_groups import (
    FactGroup,
    fact_groups,
    refuse_unequal,
    suppliers_of,
)
from duediligence.errors import Conflict, Hint, Invalid, NotFound, Step
from duediligence.model.alerts import Alert
from duediligence.screening.access import require_action, use_case
from duediligence.screening.alerts import projection
from duediligence.screening.workspace import Workspace


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """What one decision would settle: the alerts that wait, and `asked`, to record it by
    (`decide_many`). `suppliers` are their names with references; `left` alerts of the entry stay
    as they are, for somebody decided them; `further` are further sources of the same events.
    `waiting` of the alerts would wait for a second person; `second` says who that can be, empty
    where none would. `sources` record the same about the other sources of joined alerts that wait,
    which `source_names` names; they are among `asked` where all sources were to be decided.
    `apart` says which of these are decided by themselves, and why; it may be empty.
    """

    choice: Choice
    asked: tuple[Asked, ...]
    suppliers: tuple[str, ...]
    left: int
    further: int
    waiting: int = 0
    second: str = ""
    sources: tuple[Asked, ...] = ()
    source_names: tuple[str, ...] = ()
    apart: str = ""

    @property
    def covers_sources(self) -> bool:
        """Return whether the other sources are decided with the alerts."""
        return bool(self.sources) and self.sources[0] in self.asked


@use_case("read")
def plan(
    workspace: Workspace,
    ids: Sequence[str],
    choice: Choice,
    *,
    entry: tuple[str, str] = ("", ""),
    facts: str = "",
    all_sources: bool = False,
) -> BulkPlan:
    """Return what it would record if `choice` were decided about these alerts, or about every alert
    of a list entry that waits; of one group only, where `facts` names one. With `all_sources` also
    about the other sources of joined alerts. Nothing is recorded.

    Raises Conflict where such a source is restricted, Forbidden as a decision would, UnequalFacts
    where the facts that the reason rests on are not alike; NotAllDecided and UsageError as
    `decide_many` does.
    """
    require_action(workspace, "decide")
    reason = check_reason_code(choice.decided, choice.reason, choice.note)
    with projection.current(workspace):
        if any(entry):
            alerts, left = _of_entry(workspace, entry)
        else:
            alerts, left = [find(workspace, one) for one in ids], 0
        for right in {one.right for one in alerts if one.restricted}:
            require_action(workspace, right)
        if facts:
            alerts = _select_fact_group(alerts, fact_groups(alerts, choice.decided, reason), facts)
        else:
            refuse_unequal(alerts, choice.decided, reason)
        further, apart = _list_further_sources(workspace, alerts, refuse=all_sources)
        sources = tuple(Asked(one.id, choice, one.last_decision) for one in further)
        titles = workspace.list_titles if further else {}
        alerts = [*alerts, *further] if all_sources else alerts
        asked = tuple(Asked(one.id, choice, one.last_decision) for one in alerts)
        would = decide_many(workspace, asked, dry_run=True) if asked else Act(0, ())
        after = [status_after(workspace, one, choice).state for one in alerts]
    waiting = after.count("awaiting second decision")
    return BulkPlan(
        choice=choice,
        asked=asked,
        suppliers=suppliers_of(alerts),
        left=left,
        further=len(would.decisions) - len(asked),
        waiting=waiting,
        second=describe_second_people(workspace) if waiting else "",
        sources=sources,
        source_names=tuple(
            f"{titles.get(one.first.list_id, one.first.check_title)} ({one.label})"
            for one in further
        ),
        apart=describe_apart(apart),
    )


def _list_further_sources(
    workspace: Workspace, alerts: Sequence[Alert], *, refuse: bool
) -> tuple[list[Alert], list[Alert]]:
    """Return the sources that wait of joined alerts, without those given, and those that differ.
    Raises Conflict if one is restricted, if `refuse`; else that alert has none.
    """
    found: dict[str, Alert] = {}
    apart: list[Alert] = []
    for alert in alerts:
        if alert.id in found:
            continue
        event = queue.event_of(workspace, alert)
        apart += list_sources_apart(alert, event.alerts)
        try:
            found |= {one.id: one for one in list_sources_to_decide(workspace, alert, event)}
        except Conflict:
            if refuse:
                raise
    given = {one.id for one in alerts}
    others = [one for one in apart if one.id not in given | found.keys()]
    return [one for id_, one in found.items() if id_ not in given], others


def _of_entry(workspace: Workspace, entry: tuple[str, str]) -> tuple[list[Alert], int]:
    """Return the alerts of an entry that wait for this person, and how many others there are."""
    found = queue.alerts(workspace, queue.Filters(entry=entry))
    standing = [alert for alert in found if alert.state != "resolved"]
    if not standing or not all(entry):
        raise NotFound(
            f"No alert is about the entry {'/'.join(entry)}",
            hint=Hint("Write it as LIST/ENTRY, as on the alert: ", Step("show-alert")),
        )
    waiting = [alert for alert in standing if waits_for(workspace, alert)]
    return waiting, len(standing) - len(waiting)


def _select_fact_group(
    alerts: Sequence[Alert], groups: Sequence[FactGroup], facts: str
) -> list[Alert]:
    for group in groups:
        if group.facts == facts.strip():
            return [alert for alert in alerts if alert.id in group.alert_ids]
    known = "; ".join(group.facts or "any" for group in groups)
    raise Invalid(f"No alert has the facts {facts!r}", field="facts", hint=f"There are: {known}.")
