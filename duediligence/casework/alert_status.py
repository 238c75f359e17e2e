"""How the findings of a run stand: decided, repeated, new."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from duediligence.casework.differences import list_compared_changes
from duediligence.casework.queue import (
    alerts_of_run,
    by_key,
    not_shown,
    rules_of,
    shown_to,
)
from duediligence.model import Finding, Run
from duediligence.model.alerts import Alert, FieldChange, News
from duediligence.render.matcher_change import has_changes
from duediligence.screening.access import use_case
from duediligence.screening.alerts.content import content_of
from duediligence.screening.alerts.earlier_form import in_words
from duediligence.screening.alerts.projection import AlertEvidence
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.screened import Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The columns of one finding beside its own. Times are UTC, None or empty where none is.

    `status` is the state of its alert, `reason` the reason codes. `news` is against the supplier's
    run before: `new` (never seen), `back` (seen, though not there), `changed` (with `changes`,
    none where only the stored form did) or `unchanged`.
    """

    alert_id: str
    status: str
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    news: News = ""
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class SplitFindings:
    """The findings of a run: those to show, and those decided as not the same. None is lost.

    `words` tells of the hidden ones, `3 decided as not the same are not shown.`; else empty.
    """

    shown: tuple[Finding, ...]
    hidden: tuple[Finding, ...]
    words: str = ""


@use_case("read")
def hidden(workspace: Workspace, run: Run) -> SplitFindings:
    """Split a stored run into what to show and what was decided as not the same, of just that.

    The run itself stays whole. Raises StorageError.
    """
    alerts = by_key(alerts_of_run(workspace, run.id))
    known = {key: alert for key, alert in alerts.items() if alert.state == "not the same"}
    shown: list[Finding] = []
    left_out: list[Finding] = []
    for finding in run.findings:
        decided = finding.key in known and finding.outcome in ("review", "adverse")
        (left_out if decided else shown).append(finding)
    return SplitFindings(tuple(shown), tuple(left_out), not_shown(known.values()))


def read_alert_statuses(workspace: Workspace, run: Run) -> Mapping[tuple[str, ...], Standing]:
    """Return how the findings to review of a stored run stand, by `Finding.key`. Raises
    StorageError.

    A first decision that waits for a blind second one is shown to nobody.
    """
    earlier = _Earlier(workspace, run)
    rules = rules_of(workspace)
    return {
        key: _build_alert_status(shown_to(alert, "", rules), *earlier.change(alert))
        for key, alert in by_key(alerts_of_run(workspace, run.id)).items()
    }


def _build_alert_status(alert: Alert, news: News, changes: tuple[FieldChange, ...]) -> Standing:
    where = alert.status
    return Standing(
        alert_id=alert.id,
        status=where.state,
        decided_by=where.decided_by,
        decided_at=where.decided_at,
        reason=where.reason,
        first_seen=alert.first.first_seen,
        last_seen=alert.last_seen,
        news=news,
        changes=changes,
    )


class _Earlier:
    """What each supplier's run before this one had."""

    def __init__(self, workspace: Workspace, run: Run) -> None:
        self._workspace = workspace
        self._run = run
        self._runs = workspace.screened.before(run.id)
        self._evidence = AlertEvidence(workspace.casework)
        self._aliases = workspace.casework.alerts.aliases()
        self._merged = workspace.suppliers.merged()
        self._seen: dict[str, dict[str, list[Seen]]] = {}

    def change(self, alert: Alert) -> tuple[News, tuple[FieldChange, ...]]:
        first = alert.first
        before = self._before(alert)
        if not before:
            new = first.first_seen in (None, self._run.started_at)
            return ("new" if new else "back"), ()
        then = self._evidence.compared(
            [seen.finding for seen in before], before[0].run_id, before[0].entry_sha256
        )
        # An earlier version kept in words what it compared.
        if then in (alert.compared, in_words(alert.compared)):
            return "unchanged", ()
        return "changed", list_compared_changes(then, alert.compared)

    def _before(self, alert: Alert) -> Sequence[Seen]:
        """Return what the run before had of the alert: else that of a supplier that was merged."""
        refs = [alert.first.supplier_ref]
        refs += [ref for ref, into in self._merged.items() if into == alert.first.supplier_ref]
        ids = [alert.id, *(id_ for line in alert.joined if line.merged for id_ in line.ids)]
        for ref in refs:
            found = self._of(run_id) if (run_id := self._runs.get(ref)) else {}
            for id_ in ids:
                if id_ in found:
                    return found[id_]
        return ()

    def _of(self, run_id: str) -> dict[str, list[Seen]]:
        """Return what a run had, by the ids that alerts have now."""
        if run_id not in self._seen:
            found: dict[str, list[Seen]] = {}
            for seen in self._workspace.screened.of_run(run_id):
                for now in self._aliases.get(id_ := seen.alert_id, (id_,)):
                    found.setdefault(now, []).append(seen)
            self._seen[run_id] = found
        return self._seen[run_id]


@use_case("read")
def unchanged_since(workspace: Workspace, run: Run) -> Run | None:
    """Return the run before of the same suppliers, where nothing differs; None where anything does.

    The same findings, whatever day it is, from the same lists in the same state and the same
    registers. A newer version of a list that led to no other finding is no difference. `run` is
    whole, as it was stored. Raises StorageError.
    """
    if has_changes(run):
        return None
    refs = workspace.screened.refs(run.id)
    before_id = workspace.screened.run_before(run.id, min(refs)) if refs else ""
    if not before_id or workspace.screened.refs(before_id) != refs:
        return None
    before = workspace.runs.get(before_id)
    if before is None or before.scope is None or run.scope is None:
        return None
    same = (
        before.scope.gaps == run.scope.gaps
        and before.namesakes == run.namesakes
        and before.weakenings == run.weakenings
        and _list_states_in_use(before) == _list_states_in_use(run)
        and len(before.findings) == len(run.findings)
        and _count_finding_contents(before.findings) == _count_finding_contents(run.findings)
    )
    return before if same else None


def _list_states_in_use(run: Run) -> set[tuple[str, str]]:
    return {(status.list_id, status.state) for status in run.in_use}


def _count_finding_contents(findings: Iterable[Finding]) -> Counter[tuple[tuple[str, ...], str]]:
    return Counter((finding.key, content_of(finding)) for finding in findings)
