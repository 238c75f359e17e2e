"""What is over its time, worked out from the rules; nothing is changed here."""

from collections.abc import Mapping
from datetime import UTC, datetime

from duediligence.casework.alerts.queue import alerts
from duediligence.casework.retention.rules import Rule
from duediligence.model.casework.alerts import Alert, Decision
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.retention import Over

History = Mapping[str, tuple[Decision, ...]]


def over(workspace: Workspace, rules: Mapping[str, Rule]) -> Over:
    """What `casework.db` holds that is over its time by these rules. Raises StorageError."""
    now = workspace.now().astimezone(UTC)
    history = _history(workspace)
    known = {alert.id: alert for alert in alerts(workspace)}
    cleared = _cleared(known, history, rules["cleared"].since(now))
    # Of two people of one name, only one of whom is cleared, both keep what was found.
    shared = {alert.first.key for alert in known.values() if alert.id not in cleared}
    return Over(
        runs=_runs(workspace, rules, known, history, now),
        findings={
            alert.first.key: _kept_in(alert)
            for alert in known.values()
            if alert.id in cleared and alert.first.key not in shared
        },
        findings_before=rules["cleared"].since(now),
        protected=_protected(history, cleared, rules["evidence"].since(now)),
        digests_before=rules["digests"].since(now),
        declared_before=rules["declarations"].since(now).date(),
    )


def _history(workspace: Workspace) -> History:
    """Every decision by the id that its alert has now, oldest first."""
    aliases = workspace.casework.alerts.aliases()
    found: dict[str, tuple[Decision, ...]] = {}
    for id_, decisions in workspace.decisions.history().items():
        for now in aliases.get(id_, (id_,)):
            every = (*found.get(now, ()), *decisions)
            found[now] = tuple(sorted(every, key=lambda one: one.position))
    return found


def _runs(
    workspace: Workspace,
    rules: Mapping[str, Rule],
    known: Mapping[str, Alert],
    history: History,
    now: datetime,
) -> dict[str, set[str]]:
    """The runs that go, by rule. A supplier looked up in passing is nobody's supplier."""
    suppliers = {supplier.ref for supplier in workspace.suppliers.all()}
    standing = {run for ref, run in workspace.screened.newest().items() if ref in suppliers}
    standing |= {
        finding.run_id
        for alert in known.values()
        if alert.found != "no" and alert.first.supplier_ref in suppliers
        for finding in alert.findings
    }
    decided: dict[str, datetime] = {}
    for each in history.values():
        for decision in each:
            run = decision.run_id
            decided[run] = max(decision.at, decided.get(run, decision.at))
    gone: dict[str, set[str]] = {"screenings": set(), "evidence": set()}
    for run, started in workspace.runs.started().items():
        rule = rules["evidence" if run in decided or run in standing else "screenings"]
        if max(started, decided.get(run, started)) < rule.since(now):
            gone[rule.id].add(run)
    return gone


def _cleared(known: Mapping[str, Alert], history: History, before: datetime) -> set[str]:
    """The alerts that stand as another party, decided before that moment.

    Of an alert that no run holds any more, its last decision tells.
    """
    cleared = set()
    for id_, decisions in history.items():
        alert = known.get(id_)
        state = alert.status.state if alert else decisions[-1].decided
        if state == "not the same" and decisions[-1].at < before:
            cleared.add(id_)
    return cleared


def _kept_in(alert: Alert) -> str:
    """The run that must keep the finding, so that it is known again; empty for none."""
    return "" if alert.found == "no" else alert.first.run_id


def _protected(history: History, cleared: set[str], before: datetime) -> set[str]:
    """The contents that show what decisions were about, save those cleared and those of old."""
    needed: set[str] = set()
    for id_, decisions in history.items():
        if id_ in cleared or decisions[-1].at < before:
            continue
        for decision in decisions:
            needed.update((decision.party_sha256, decision.entry_sha256))
    return needed - {""}
