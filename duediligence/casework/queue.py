"""The queue of alerts: which there are, in which state, in which order."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from duediligence import registry
from duediligence.casework.differences import list_compared_changes
from duediligence.errors import NotFound
from duediligence.model import SEVERITIES, Severity
from duediligence.model.alerts import DECIDED, Alert, Decided, Decision, JoinedLine, State
from duediligence.model.entries import EntryKey
from duediligence.model.findings import PERSONAL_INSOLVENCY, OfEvent, by_event, listings_of
from duediligence.screening.access import (
    find_refusal,
    may_see_personal_insolvency,
    use_case,
)
from duediligence.screening.alerts import projection
from duediligence.screening.alerts.carried_over import carried_over
from duediligence.screening.alerts.status import Rules, in_effect, select_alert_decisions, status
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.store.casework.alerts import (
    WAITING,
    AlertOutline,
    AlertQuery,
    StoredAlert,
    place_of,
)
from duediligence.store.casework.screened import Seen
from duediligence.store.records import identity
from duediligence.text.wording import count, listed

_DUE_DAYS: Mapping[Severity, int] = {"critical": 2, "high": 5, "medium": 20, "low": 60}


def allowed_decisions(state: State, *, matched: bool) -> tuple[Decided, ...]:
    """Return what may be decided in a state (`AlertStatus.before`, while a second decision is
    awaited).

    Whether two parties are the same is asked of possible matches only; such a match is mitigated
    only once somebody said that it is the same party, for another's risk needs no answer.
    """
    if not matched:
        return ("not sure", "confirmed risk", "mitigated")
    if state in ("open", "not the same", "not sure"):
        return tuple(each for each in DECIDED if each != "mitigated")
    return DECIDED


def shown_to(alert: Alert, viewer: str, rules: Rules) -> Alert:
    """Return the alert as this person may see it: without a first decision that waits for theirs,
    where the second one is blind. Nothing of it is for a report, whoever reads that (viewer "").
    """
    if not rules.blind_second or alert.status.state != "awaiting second decision":
        return alert
    first = alert.status.decisions[0].by
    if rules.identities.same(first, viewer):
        return alert
    kept = list(alert.history)
    while kept and rules.identities.same(kept[-1].by, first):
        kept.pop()
    return replace(
        alert, history=tuple(kept), status=replace(alert.status, decisions=(), expires=None)
    )


# What needs nobody, and so is not listed unless it is asked for.
DONE = ("not the same", "mitigated", "supplier ended", "resolved", "import taken back")
_WORDS = {
    "not the same": "decided as not the same",
    "mitigated": "decided as mitigated",
    "supplier ended": "of suppliers that have ended",
    "resolved": "no longer found",
    "import taken back": "of an import that was taken back",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which alerts are wanted. An empty filter lets all pass; `severity` is the least, `list_id`
    the list of the entry. `owner` is the account that answers for them, empty for nobody and None
    for whoever. `second` admits alerts that wait for this person as the second one.
    `checks` admits the alerts that checks of a name raised and no others, None all;
    those of one supplier, or of one name that was checked, are all there are about it.
    """

    states: tuple[str, ...] = ()
    severity: Severity = "low"
    supplier: str = ""
    list_id: str = ""
    entry: tuple[str, str] = ("", "")
    owner: str | None = None
    overdue: bool = False
    second: bool = False
    checks: bool | None = False


NO_FILTERS = Filters()
# Those of suppliers, and those that checks of a name raised.
WITH_CHECKS = Filters(checks=None)
# From what needs somebody first to what needs nobody.
STATES = (
    "open",
    "awaiting second decision",
    "not sure",
    "same",
    "confirmed risk",
    "mitigated",
    "not the same",
    "supplier ended",
    "resolved",
    "import taken back",
)


def rank_alert_state(state: str) -> int:
    """Return how far something is settled in a state: of one event the least settled source
    counts.
    """
    return STATES.index(state) if state in STATES else len(STATES)


# What was decided about a source. It counts for a listed party where it is the same for all lists.
_SETTLED = ("same", "confirmed risk", "mitigated", "not the same")
Parted = Collection[frozenset[EntryKey]]


def is_joined(sources: Iterable[OfEvent]) -> bool:
    """Return whether the sources of an event are entries of several lists, as one party."""
    return any(map(listings_of, sources))


def state_of_event(sources: Iterable[tuple[OfEvent, str]]) -> str:
    """Return the state of an event: the least settled one of its sources, and open if people
    decided differently about the entries of one listed party.
    """
    every = list(sources)
    states: dict[tuple[str, ...], str] = {}
    for finding, state in every:
        entry = finding.key[-2:]
        states[entry] = min(states.get(entry, state), state, key=rank_alert_state)
    differing = set(states.values()).intersection(_SETTLED)
    if len(differing) > 1 and is_joined(finding for finding, _ in every):
        return "open"
    return min(states.values(), key=rank_alert_state)


@dataclass(frozen=True, slots=True)
class EventAlerts:
    """The alerts about one event, the gravest first; mostly one."""

    alerts: tuple[Alert, ...]

    @property
    def lead(self) -> Alert:
        """Return the one to show."""
        return self.alerts[0]

    @property
    def least(self) -> Alert:
        """Return the one that is least settled: where it stands, the event does."""
        return min(self.alerts, key=lambda alert: rank_alert_state(alert.state))

    @property
    def state(self) -> str:
        return state_of_event((alert.first, alert.state) for alert in self.alerts)

    @property
    def severity(self) -> Severity:
        """Return the severity of its gravest source, which is not the lead if it is restricted."""
        return max((alert.severity for alert in self.alerts), key=SEVERITIES.index)

    @property
    def differs(self) -> bool:
        """Return whether it is open because people decided differently about its sources."""
        return self.state == "open" != self.least.state

    @property
    def new_source(self) -> bool:
        """Return whether it is open for a source that came after another was decided."""
        return (
            self.least.state == "open"
            and not self.least.history
            and any(alert.history for alert in self.alerts)
        )


def parted_entries(workspace: Workspace) -> Parted:
    """Return the pairs of entries that people said are not one party. Raises StorageError."""
    return workspace.casework.parted_entries.pairs()


def is_by_itself(state: str, finding: OfEvent, parted: Parted = ()) -> bool:
    """Return whether a source is no part of its event: what is no longer found, and what was
    decided as not the same, unless other lists have the same party.
    """
    return state == "resolved" or (state == "not the same" and not listings_of(finding, parted))


def in_events(alerts: Sequence[Alert], parted: Parted = ()) -> list[EventAlerts]:
    """Return the alerts, those about one event together, in the order of the first of each."""
    apart = {id(a.first) for a in alerts if is_by_itself(a.state, a.first, parted)}
    by_finding = {id(alert.first): alert for alert in alerts}
    together = by_event([a.first for a in alerts if id(a.first) not in apart], parted)
    group_of = {id(one): group for group in together for one in group}
    found: dict[int, EventAlerts] = {}
    for alert in alerts:
        group = group_of.get(id(alert.first), (alert.first,))
        found.setdefault(id(group[0]), EventAlerts(tuple(by_finding[id(one)] for one in group)))
    return list(found.values())


def list_queue_events(workspace: Workspace, filters: Filters = NO_FILTERS) -> list[EventAlerts]:
    """Return every event that the filters admit (see `outlines`), whole. Raises StorageError."""
    with projection.current(workspace):
        return load_event_alerts(workspace, list_event_outlines(workspace, filters))


@dataclass(frozen=True, slots=True)
class EventOutline:
    """What the order and the pages of the queue need of an event: its alerts, the lead first."""

    alerts: tuple[AlertOutline, ...]

    @property
    def lead(self) -> AlertOutline:
        return self.alerts[0]

    @property
    def state(self) -> str:
        return state_of_event((one, one.state) for one in self.alerts)

    @property
    def severity(self) -> Severity:
        """Return the severity of its gravest source, which is not the lead if it is restricted."""
        return max((one.severity for one in self.alerts), key=SEVERITIES.index)

    @property
    def is_waiting(self) -> bool:
        """Return whether it needs a person: what every count of alerts to decide counts."""
        return self.state not in DONE


def list_hidden_checks(workspace: Workspace) -> frozenset[str]:
    """Return the checks about insolvent individuals, where whoever works here may not see them: of
    their findings nobody else learns how grave they are, nor what follows from it.
    """
    if may_see_personal_insolvency(workspace):
        return frozenset()
    every = registry.checks().values()
    return frozenset(one.id for one in every if one.topic == PERSONAL_INSOLVENCY)


def list_event_outlines(
    workspace: Workspace, filters: Filters = NO_FILTERS, *, restricted: bool = True
) -> list[EventOutline]:
    """Return every event of which the filters admit an alert, and by its state the event, in the
    order of the queue; without those based on a restricted record unless `restricted`. No evidence
    is read. Raises NotFound for an unknown supplier or list, StorageError.
    """
    filters = replace(filters, supplier=_held_as(workspace, filters.supplier))
    with projection.current(workspace) as store:
        query = _query(workspace, filters)
        found = store.outlines(query if restricted else replace(query, restricted=False))
        if filters.second:
            found = _select_second_wanted(workspace, found)
        seen = {one.id for one in found}
        refs = {one.supplier_ref for one in found if one.event}
        if filters != NO_FILTERS and refs:
            only = Filters(supplier=next(iter(refs))) if len(refs) == 1 else NO_FILTERS
            found += [
                one
                for one in store.outlines(replace(_query(workspace, only), of_event=True))
                if one.supplier_ref in refs and one.id not in seen
            ]
    if filters.list_id and not found:
        # An unknown list must not look as if nothing had been found on it.
        workspace.watchlist(filters.list_id)
    if filters.owner and not found:
        _require_known_owner(workspace, filters.owner)
    parted = parted_entries(workspace)
    apart = [one for one in found if is_by_itself(one.state, one, parted)]
    beside = {id(one) for one in apart}
    together = by_event([one for one in found if id(one) not in beside], parted)
    admitted = [
        event
        for event in (*(EventOutline((one,)) for one in apart), *map(EventOutline, together))
        if any(one.id in seen for one in event.alerts)
        and (not filters.states or event.state in filters.states)
    ]
    return sorted(admitted, key=_rank_event)


def list_waiting_events(workspace: Workspace, filters: Filters = NO_FILTERS) -> list[EventOutline]:
    """Return every event that waits for a person, in the order of the queue: the one source of how
    many alerts there are to decide. Raises as `list_event_outlines`.
    """
    return [one for one in list_event_outlines(workspace, filters) if one.is_waiting]


def is_second_wanted(workspace: Workspace, alert: Alert) -> bool:
    """Return whether a first decision of another person waits for this one."""
    waits = alert.state == "awaiting second decision"
    return waits and not workspace.is_me(alert.status.decided_by)


def _select_second_wanted(
    workspace: Workspace, found: Iterable[AlertOutline]
) -> list[AlertOutline]:
    """Return those that wait for this person as the second one; none for who may not decide so."""
    if find_refusal(workspace, "decide second"):
        return []
    waiting = [EventOutline((one,)) for one in found if one.state == "awaiting second decision"]
    return [
        event.lead
        for event, whole in zip(waiting, load_event_alerts(workspace, waiting), strict=True)
        if is_second_wanted(workspace, whole.lead)
    ]


def _require_known_owner(workspace: Workspace, owner: str) -> None:
    """Raise NotFound for an account that has no role here and never had an alert: a mistyped one
    must not look as if it had nothing to do.
    """
    accounts = (workspace.who, *workspace.settings.users)
    if any(workspace.identities.same(owner, one) for one in accounts):
        return
    with projection.current(workspace) as store:
        if not store.outlines(_query(workspace, replace(WITH_CHECKS, owner=owner))):
            known = f"Accounts with a role: {listed(workspace.settings.users)}."
            raise NotFound(
                f"Unknown owner {owner!r}",
                hint=known if workspace.settings.users else "Name an account, me or nobody.",
            )


def _held_as(workspace: Workspace, ref: str) -> str:
    """Return the reference of the supplier that has the alerts of this one by now: of one that was
    merged away the one that holds it. That nothing is known of a mistyped one must not look as
    clear.
    """
    into = workspace.suppliers.merged()
    if ref in into or not ref:
        return into.get(ref, "")
    # Those looked up in passing are in no list of suppliers.
    if workspace.screened.newest_of([ref]) or workspace.casework.alerts.ids_about([ref]):
        return ref
    # Imported lazily: only a mistyped reference, and one that is new, need it.
    from duediligence.screening.resolution.resolving import supplier_of

    return supplier_of(workspace, ref).ref


def outlines_of(workspace: Workspace, alert_ids: Sequence[str]) -> list[AlertOutline]:
    """Return the outlines of these alerts, in that order. Raises StorageError."""
    with projection.current(workspace) as store:
        query = _query(workspace, WITH_CHECKS)
        found = {one.id: one for one in store.outlines(query, alert_ids)}
    return [found[one] for one in alert_ids]


def load_event_alerts(workspace: Workspace, found: Iterable[EventOutline]) -> list[EventAlerts]:
    """Return the events of these outlines, whole, in their order. Raises StorageError."""
    found = list(found)
    with projection.current(workspace) as store:
        ids = [one.id for event in found for one in event.alerts]
        if len(ids) > _MANY:
            wanted, every = set(ids), store.rows(_query(workspace, WITH_CHECKS))
            rows = [row for row in every if row.id in wanted]
        else:
            rows = [row for row in map(store.get, ids) if row]
        whole = _Gathering(workspace, many=len(rows) > _MANY).stored(rows)
    by_id = {alert.id: alert for alert in whole}
    return [EventAlerts(tuple(by_id[one.id] for one in event.alerts)) for event in found]


def event_of(workspace: Workspace, alert: Alert) -> EventAlerts:
    """Return the event that an alert is about, with the alert as it is given. Raises
    StorageError.
    """
    if alert.first.event is None:
        return EventAlerts((alert,))
    others = alerts(workspace, Filters(supplier=alert.supplier_ref))
    every = [alert, *(one for one in others if one.id != alert.id and one.first.event)]
    events = in_events(every, parted_entries(workspace))
    return next(event for event in events if any(one is alert for one in event.alerts))


def _rank_event(event: EventOutline) -> tuple[float | str, ...]:
    one = event.lead
    return (-SEVERITIES.index(event.severity), -one.score, one.first_seen, one.place, one.id)


_MANY = 100


def rules_of(workspace: Workspace) -> Rules:
    return projection.rules_of(workspace.settings)


def alerts(workspace: Workspace, filters: Filters = NO_FILTERS) -> list[Alert]:
    """Return every alert that the filters admit, the most severe first, then the most similar, the
    oldest.

    What the newest screening of its supplier no longer finds is `resolved`, unless that one could
    not look: then the alert stays as it was, for unknown is never clear. Raises StorageError.
    """
    return load_alert_page(workspace, filters, most=-1).alerts


@dataclass(frozen=True, slots=True)
class Page:
    """Some alerts, in the order of the queue; `after` is where the next page begins, empty for
    none.
    """

    alerts: list[Alert]
    after: tuple[object, ...] = ()


def load_alert_page(
    workspace: Workspace,
    filters: Filters = NO_FILTERS,
    *,
    after: tuple[object, ...] = (),
    most: int,
) -> Page:
    """Return at most so many of the alerts that the filters admit, from where the page before
    ended.

    What is new or changed meanwhile neither repeats an alert nor leaves one out that stays in its
    place. Raises StorageError.
    """
    with projection.current(workspace) as store:
        rows = store.rows(_query(workspace, filters, after), most=most)
        whole = _Gathering(workspace, many=len(rows) > _MANY).stored(rows)
    return Page(whole, place_of(rows[-1]) if len(rows) == most else ())


def count_alerts(workspace: Workspace, filters: Filters = NO_FILTERS) -> Counter[str]:
    """Return how many alerts the filters admit, by state. Raises StorageError."""
    with projection.current(workspace) as store:
        return store.counts(_query(workspace, filters))


def count_states_by(workspace: Workspace, settings: Settings) -> Counter[str]:
    """Return how many events are in which state, if decisions count as these settings say.

    Raises StorageError.
    """
    with projection.current(workspace) as store:
        rules = projection.rules_of(settings)
        rows = store.rows(_query(workspace, NO_FILTERS))
        found = _Gathering(workspace, many=True, rules=rules).stored(rows)
        return Counter(event.state for event in in_events(found))


def load_alert(workspace: Workspace, alert_id: str) -> Alert | None:
    """Return the alert of exactly that id, with what stands on both sides of it. Raises
    StorageError.
    """
    with projection.current(workspace) as store:
        row = store.get(alert_id)
        found = _Gathering(workspace, many=False).stored([row] if row else ())
        for one in found:
            one.load()
        return found[0] if found else None


def label_alert(workspace: Workspace, alert_id: str) -> str:
    """Return the number of an alert, as people write it. Raises StorageError."""
    return label_alerts(workspace, [alert_id])[0]


@use_case("read")
def label_alerts(workspace: Workspace, alert_ids: Iterable[str]) -> list[str]:
    """Return the numbers of these alerts, as people write them. Raises StorageError."""
    ids = list(alert_ids)
    labels = workspace.casework.alerts.labels(ids)
    return [labels[one] for one in ids]


def alerts_of_run(workspace: Workspace, run_id: str) -> list[Alert]:
    """Return the alerts that a stored run raised, in its order, and where they stand by now."""
    with projection.current(workspace) as store:
        stored = {row.id: row for row in store.rows(_query(workspace, WITH_CHECKS, run=run_id))}
        seen = workspace.screened.of_run(run_id)
        return _Gathering(workspace, many=len(seen) > _MANY).of_run(seen, stored)


def outlines_of_run(workspace: Workspace, run_id: str) -> dict[str, AlertOutline]:
    """Return the alerts of which a run is the newest that has them, by id. Raises StorageError."""
    with projection.current(workspace) as store:
        found = store.outlines(_query(workspace, WITH_CHECKS, run=run_id))
    return {one.id: one for one in found}


def by_key(found: Iterable[Alert]) -> dict[tuple[str, ...], Alert]:
    """Return the alerts by `Finding.key`; where those of two people of one name have the same one,
    it is one that was not decided as not the same.
    """
    settled_first = sorted(found, key=lambda alert: alert.state != "not the same")
    return {alert.first.key: alert for alert in settled_first}


def _query(
    workspace: Workspace, filters: Filters, after: tuple[object, ...] = (), *, run: str = ""
) -> AlertQuery:
    return AlertQuery(
        on=workspace.now().date(),
        states=filters.states,
        severity=len(SEVERITIES) - 1 - SEVERITIES.index(filters.severity),
        supplier=filters.supplier,
        list_id=filters.list_id,
        entry=filters.entry,
        run=run,
        after=after,
        owners=_list_owner_logins(workspace, filters.owner),
        overdue_after=overdue_after(workspace.settings) if filters.overdue else (),
        checks=None if filters.supplier else filters.checks,
    )


def _list_owner_logins(workspace: Workspace, owner: str | None) -> tuple[str, ...] | None:
    """Return what may stand for an owner: each login of the person."""
    return workspace.identities.names(owner) if owner else None if owner is None else ()


def restricted_not_listed(workspace: Workspace, filters: Filters) -> str:
    """Return how many alerts a filter by list or entry leaves out because they are based on a
    restricted record: which list that is on is restricted too. Empty where there are none.

    Raises StorageError.
    """
    wide = replace(
        filters, list_id="", entry=("", ""), supplier=_held_as(workspace, filters.supplier)
    )
    with projection.current(workspace) as store:
        found = store.counts(replace(_query(workspace, wide), restricted=True))
    number = sum(found[state] for state in found if filters.states or state not in DONE)
    if not number:
        return ""
    verb, whose = ("is", "its list is") if number == 1 else ("are", "their lists are")
    return (
        f"{count(number, 'alert')} based on a restricted record {verb} not listed, because {whose} "
        "restricted too."
    )


def not_shown(left_out: Iterable[Alert | EventAlerts | EventOutline]) -> str:
    """Return `3 decided as not the same and 1 no longer found are not shown.`; empty where none
    is.
    """
    counts = Counter(alert.state for alert in left_out)
    parts = [f"{counts[state]:,} {words}" for state, words in _WORDS.items() if counts[state]]
    if not parts:
        return ""
    verb = "is" if counts.total() == 1 else "are"
    return f"{listed(parts)} {verb} not shown."


@dataclass
class _Gathering:
    """Puts alerts together; each supplier, run and entry is read once, and decisions where they
    are asked for, or where `many` are, all at once. `rules` say how decisions count, None:
    as the settings do.
    """

    workspace: Workspace
    many: bool
    rules: Rules | None = None

    def __post_init__(self) -> None:
        self.evidence = projection.AlertEvidence(self.workspace.casework)

    @cached_property
    def _earlier_ids(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for old, ids in self.workspace.casework.alerts.aliases().items():
            for now in ids:
                found.setdefault(now, []).append(old)
        return found

    def stored(self, rows: Iterable[StoredAlert]) -> list[Alert]:
        """Return the alerts of these rows, with what was decided."""
        read = self.workspace.screened.findings
        return [
            self._decided(
                self._held(
                    projection.alert_of(row, read(row.run_id, row.positions), self.evidence),
                    row.supplier_ref,
                )
            )
            for row in rows
        ]

    def _held(self, alert: Alert, ref: str) -> Alert:
        """Return the alert with the supplier as it is by now."""
        if ref in self._ended:
            alert = replace(alert, ended=True)
        if ref == alert.first.supplier_ref:
            return alert
        now = self.workspace.suppliers.get(ref)
        return replace(alert, holder=(ref, now.name if now else alert.first.supplier_name))

    @cached_property
    def _ended(self) -> frozenset[str]:
        return self.workspace.suppliers.ended(self.workspace.now().date())

    @cached_property
    def _joined(self) -> Mapping[str, tuple[JoinedLine, ...]]:
        return self.workspace.casework.alerts.joined()

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        return self.workspace.casework.alerts.numbers()

    def of_run(self, seen: Sequence[Seen], stored: Mapping[str, StoredAlert]) -> list[Alert]:
        """Return the alerts of one run; `stored` are those of which it is the newest."""
        aliases = self.workspace.casework.alerts.aliases()
        by_id: dict[tuple[str, tuple[str, ...]], list[Seen]] = {}
        for one in seen:
            by_id.setdefault((one.alert_id, one.finding.key), []).append(one)
        found = []
        for (id_, _), some in by_id.items():
            first, findings = some[0], tuple(one.finding for one in some)
            id_ = aliases.get(id_, (id_,))[0]
            row = stored.get(id_)
            load = projection.BothSides(self.evidence, findings, first.run_id, first.entry_sha256)
            alert = Alert(
                id=id_,
                findings=findings,
                load=load,
                party_sha256=row.party_sha256 if row else identity(load()),
                entry_sha256=first.entry_sha256,
                last_seen=first.at,
                joined=self._joined.get(id_, ()),
                taken_back=bool(row and row.taken_back),
                number=self._numbers.get(id_, 0),
            )
            found.append(self._decided(alert))
        return found

    @cached_property
    def _history(self) -> Mapping[str, tuple[Decision, ...]]:
        return self.workspace.decisions.history()

    def _history_of(self, alert: Alert) -> tuple[Decision, ...]:
        others = (id_ for line in alert.joined for id_ in line.ids)
        if not self.many:
            earlier = self.workspace.casework.alerts.earlier_ids(alert.id)
            return self.workspace.decisions.of({alert.id, *earlier, *others})
        ids = {alert.id, *self._earlier_ids.get(alert.id, ()), *others}
        every = [decision for id_ in ids for decision in self._history.get(id_, ())]
        return tuple(sorted(every, key=lambda decision: decision.position))

    def _decided(self, alert: Alert) -> Alert:
        decisions = self.workspace.decisions
        compared = (alert.party_sha256, alert.entry_sha256)
        every = {one.position: one for one in self._history_of(alert)}
        carried = carried_over(self.workspace.casework, self.evidence, alert, tuple(every.values()))
        now = select_alert_decisions(carried.decisions, *compared, alert.joined)
        history = tuple(every[one.position] for one in now)
        if not history:
            return alert
        where = status(
            now,
            *compared,
            self.workspace.now().date(),
            self.rules or rules_of(self.workspace),
            severity=carried.severity,
            joined=alert.joined,
            weaker=carried.weaker,
        )
        if where.reopened and where.state == "open" and not where.reopened.undone_on:
            then = decisions.compared(in_effect(history)[-1])
            if then:
                changes = list_compared_changes(then, alert.compared)
                where = replace(where, reopened=replace(where.reopened, changes=changes))
        return replace(alert, history=history, status=where)


def due_days(settings: Settings) -> Mapping[Severity, int]:
    """In how many days an alert of each severity is to be decided, by these settings."""
    return {**_DUE_DAYS, **settings.due_days}


def due_on(settings: Settings, severity: Severity, opened: date, state: str) -> date | None:
    """Return the day by the end of which an alert is to be decided that waits since `opened`; None
    in a state in which nobody needs to.
    """
    if state not in WAITING:
        return None
    return opened + timedelta(days=due_days(settings)[severity])


def overdue_after(settings: Settings) -> tuple[int, ...]:
    """After how many days an alert is overdue, by severity, the most severe first."""
    days = due_days(settings)
    return tuple(days[severity] for severity in reversed(SEVERITIES))
