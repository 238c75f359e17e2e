"""The alerts that stand now: from the newest screening of each supplier, and what was decided."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from duediligence.casework.alerts.comparison import difference
from duediligence.model import SEVERITIES, Severity
from duediligence.model.casework.alerts import Alert, Decision
from duediligence.screening.alerts import projection
from duediligence.screening.alerts.status import Rules, status
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.alerts import AlertQuery, AlertRow, place_of
from duediligence.store.records import identity
from duediligence.store.runs.screened import Seen
from duediligence.text.wording import listed

# What needs nobody, and so is not listed unless it is asked for.
DONE = ("not the same", "mitigated", "resolved")
_WORDS = {
    "not the same": "decided as not the same",
    "mitigated": "decided as mitigated",
    "resolved": "no longer found",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which alerts are wanted. An empty filter lets all pass; `severity` is the least."""

    states: tuple[str, ...] = ()
    severity: Severity = "low"
    supplier: str = ""
    entry: tuple[str, str] = ("", "")


NO_FILTERS = Filters()
_MANY = 100


def rules_of(workspace: Workspace) -> Rules:
    return projection.rules_of(workspace.settings)


def alerts(workspace: Workspace, filters: Filters = NO_FILTERS) -> list[Alert]:
    """Every alert that the filters admit, the most severe first, then the most alike, the oldest.

    What the newest screening of its supplier no longer finds is `resolved`, unless that one could
    not look: then the alert stays as it was, for unknown is never clear. Raises StorageError.
    """
    return page(workspace, filters, most=-1).alerts


@dataclass(frozen=True, slots=True)
class Page:
    """Some alerts, in the order of the queue; `after` is where the next page begins, empty for
    none.
    """

    alerts: list[Alert]
    after: tuple[object, ...] = ()


def page(
    workspace: Workspace,
    filters: Filters = NO_FILTERS,
    *,
    after: tuple[object, ...] = (),
    most: int,
) -> Page:
    """At most so many of the alerts that the filters admit, from where the page before ended.

    What is new or changed meanwhile neither repeats an alert nor leaves one out that stays in its
    place. Raises StorageError.
    """
    with projection.current(workspace) as store:
        rows = store.rows(_query(workspace, filters, after), most=most)
        whole = _Gathering(workspace, many=len(rows) > _MANY).stored(rows)
    return Page(whole, place_of(rows[-1]) if len(rows) == most else ())


def counts(workspace: Workspace, filters: Filters = NO_FILTERS) -> Counter[str]:
    """How many alerts the filters admit, by state. Raises StorageError."""
    with projection.current(workspace) as store:
        return store.counts(_query(workspace, filters))


def alert(workspace: Workspace, alert_id: str) -> Alert | None:
    """The alert of exactly that id, with what stands on both sides of it. Raises StorageError."""
    with projection.current(workspace) as store:
        row = store.get(alert_id)
        found = _Gathering(workspace, many=False).stored([row] if row else ())
        for one in found:
            one.load()
        return found[0] if found else None


def alerts_of_run(workspace: Workspace, run_id: str) -> list[Alert]:
    """The alerts that a stored run raised, in its order, and where they stand by now."""
    with projection.current(workspace) as store:
        stored = {row.id: row for row in store.rows(_query(workspace, Filters(), run=run_id))}
        seen = workspace.screened.of_run(run_id)
        return _Gathering(workspace, many=len(seen) > _MANY).of_run(seen, stored)


def by_key(found: Iterable[Alert]) -> dict[tuple[str, ...], Alert]:
    """The alerts by `Finding.key`; where those of two people of one name have the same one, it is
    one that was not decided as not the same.
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
        entry=filters.entry,
        run=run,
        after=after,
    )


def not_shown(left_out: Iterable[Alert]) -> str:
    """`3 decided as not the same and 1 no longer found are not shown.`; empty where none is."""
    counts = Counter(alert.state for alert in left_out)
    parts = [f"{counts[state]:,} {words}" for state, words in _WORDS.items() if counts[state]]
    if not parts:
        return ""
    verb = "is" if counts.total() == 1 else "are"
    return f"{listed(parts)} {verb} not shown."


@dataclass
class _Gathering:
    """Puts alerts together; each supplier, run and entry is read once, and decisions where they
    are asked for, or where `many` are, all at once.
    """

    workspace: Workspace
    many: bool

    def __post_init__(self) -> None:
        self.evidence = projection.Evidence(self.workspace.casework)

    @cached_property
    def _earlier_ids(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for old, ids in self.workspace.casework.alerts.aliases().items():
            for now in ids:
                found.setdefault(now, []).append(old)
        return found

    def stored(self, rows: Iterable[AlertRow]) -> list[Alert]:
        """The alerts of these rows, with what was decided."""
        read = self.workspace.screened.findings
        return [
            self._decided(projection.alert_of(row, read(row.run_id, row.positions), self.evidence))
            for row in rows
        ]

    def of_run(self, seen: Sequence[Seen], stored: Mapping[str, AlertRow]) -> list[Alert]:
        """The alerts of one run; `stored` are those of which it is the newest."""
        aliases = self.workspace.casework.alerts.aliases()
        by_id: dict[tuple[str, tuple[str, ...]], list[Seen]] = {}
        for one in seen:
            by_id.setdefault((one.alert_id, one.finding.key), []).append(one)
        found = []
        for (id_, _), some in by_id.items():
            first, findings = some[0], tuple(one.finding for one in some)
            id_ = aliases.get(id_, (id_,))[0]
            row = stored.get(id_)
            load = projection.Behind(self.evidence, findings, first.run_id, first.entry_sha256)
            alert = Alert(
                id=id_,
                findings=findings,
                load=load,
                party_sha256=row.party_sha256 if row else identity(load()),
                entry_sha256=first.entry_sha256,
                last_seen=first.at,
            )
            found.append(self._decided(alert))
        return found

    @cached_property
    def _history(self) -> Mapping[str, tuple[Decision, ...]]:
        return self.workspace.decisions.history()

    def _history_of(self, alert_id: str) -> tuple[Decision, ...]:
        if not self.many:
            earlier = self.workspace.casework.alerts.earlier_ids(alert_id)
            return self.workspace.decisions.of({alert_id, *earlier})
        ids = (alert_id, *self._earlier_ids.get(alert_id, ()))
        every = [decision for id_ in ids for decision in self._history.get(id_, ())]
        return tuple(sorted(every, key=lambda decision: decision.position))

    def _decided(self, alert: Alert) -> Alert:
        decisions, history = self.workspace.decisions, self._history_of(alert.id)
        if not history:
            return alert
        where = status(
            [
                projection.as_now(
                    one, alert.party_sha256, alert.entry_sha256, alert.load, decisions.compared
                )
                for one in history
            ],
            alert.party_sha256,
            alert.entry_sha256,
            self.workspace.now().date(),
            rules_of(self.workspace),
            severity=alert.severity,
        )
        if where.reopened and where.state == "open":
            then = decisions.compared(history[-1])
            if then:
                changes = difference(then, alert.compared)
                where = replace(where, reopened=replace(where.reopened, changes=changes))
        return replace(alert, history=history, status=where)
