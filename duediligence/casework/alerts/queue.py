"""The alerts that stand now: from the newest screening of each supplier, and what was decided."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from duediligence.casework.alerts.comparison import compared, difference
from duediligence.casework.alerts.rules import Rules, status
from duediligence.model import SEVERITIES, Dossier, Finding, Missing, Run, Severity, Supplier
from duediligence.model.casework.alerts import Alert, Compared, Decision, Found
from duediligence.screening.workspace import Workspace
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

    def admits(self, alert: Alert) -> bool:
        first = alert.first
        return (
            (not self.states or alert.state in self.states)
            and SEVERITIES.index(alert.severity) >= SEVERITIES.index(self.severity)
            and self.supplier in ("", first.supplier_ref)
            and self.entry in (("", ""), (first.list_id, first.entry_id))
        )


NO_FILTERS = Filters()


def rules_of(workspace: Workspace) -> Rules:
    settings = workspace.settings
    return Rules(
        decision_months=settings.decision_months,
        second_decision=settings.second_decision,
        blind_second=settings.blind_second,
    )


def alerts(workspace: Workspace, filters: Filters = NO_FILTERS) -> list[Alert]:
    """Every alert that the filters admit, the most severe first, then the most alike, the oldest.

    What the newest screening of its supplier no longer finds is `resolved`, unless that one could
    not look: then the alert stays as it was, for unknown is never clear. Raises StorageError.
    """
    screened = workspace.screened
    found = _Gathering(workspace).alerts(screened.last(), screened.newest())
    return sorted(filter(filters.admits, found), key=_order)


def alerts_of_run(workspace: Workspace, run_id: str) -> list[Alert]:
    """The alerts that a stored run raised, in its order, and where they stand by now."""
    return list(_Gathering(workspace).alerts(workspace.screened.of_run(run_id), {}))


def not_shown(left_out: Iterable[Alert]) -> str:
    """`3 decided as not the same and 1 no longer found are not shown.`; empty where none is."""
    counts = Counter(alert.state for alert in left_out)
    parts = [f"{counts[state]:,} {words}" for state, words in _WORDS.items() if counts[state]]
    if not parts:
        return ""
    verb = "is" if counts.total() == 1 else "are"
    return f"{listed(parts)} {verb} not shown."


def _order(alert: Alert) -> tuple[object, ...]:
    first = alert.first
    seen = first.first_seen
    return (
        -SEVERITIES.index(alert.severity),
        -(first.score or 0.0),
        seen.timestamp() if seen else 0.0,
        first.key,
    )


@dataclass
class _Gathering:
    """Puts alerts together; each supplier, run and entry is read once."""

    workspace: Workspace
    suppliers: dict[tuple[str, str], Supplier | Dossier | None] = field(default_factory=dict)
    runs: dict[str, Run | None] = field(default_factory=dict)

    @cached_property
    def history(self) -> Mapping[str, tuple[Decision, ...]]:
        return self.workspace.decisions.history()

    def alerts(self, seen: Sequence[Seen], newest: Mapping[str, str]) -> Iterator[Alert]:
        entries = self.workspace.screened.entries(one.entry_sha256 for one in seen)
        by_key: dict[tuple[str, ...], list[Seen]] = {}
        for one in seen:
            by_key.setdefault(one.finding.key, []).append(one)
        for group in by_key.values():
            first = group[0]
            findings = tuple(one.finding for one in group)
            now = compared(
                findings,
                self._supplier(first.run_id, first.finding.supplier_ref),
                entries.get(first.entry_sha256),
            )
            alert = Alert(
                findings=findings,
                compared=now,
                party_sha256=identity(now),
                entry_sha256=first.entry_sha256,
                last_seen=first.at,
                found=self._found(first, newest.get(first.finding.supplier_ref, first.run_id)),
            )
            yield self._decided(alert)

    def _decided(self, alert: Alert) -> Alert:
        history = self.history.get(alert.id, ())
        if not history:
            return alert
        workspace = self.workspace
        where = status(
            [self._as_now(decision, alert) for decision in history],
            alert.party_sha256,
            alert.entry_sha256,
            workspace.now().date(),
            rules_of(workspace),
            severity=alert.severity,
        )
        if where.reopened and where.state == "open":
            then = workspace.decisions.compared(history[-1])
            if then:
                changes = difference(then, alert.compared)
                where = replace(where, reopened=replace(where.reopened, changes=changes))
        return replace(alert, history=history, status=where)

    def _as_now(self, decision: Decision, alert: Alert) -> Decision:
        """The decision with the hashes of now where what was compared is the same, though a newer
        version of this program writes, and so hashes, it otherwise.
        """
        hashes = (alert.party_sha256, alert.entry_sha256)
        if (decision.party_sha256, decision.entry_sha256) == hashes:
            return decision
        then = self.workspace.decisions.compared(decision)
        if then is None or _identities(then) != _identities(alert.compared):
            return decision
        return replace(decision, party_sha256=alert.party_sha256, entry_sha256=alert.entry_sha256)

    def _found(self, seen: Seen, newest: str) -> Found:
        """Whether the newest run of the supplier still finds it, or could look at all."""
        if seen.run_id == newest:
            return "yes"
        finding = seen.finding
        run = self._run(newest)
        if run is None:
            return "not checked"
        if finding.list_id and not any(
            each.list_id == finding.list_id and each.version for each in run.lists
        ):
            return "not checked"
        if self._looks_at_less(newest, seen):
            return "not checked"
        unknown = _unknown(run, finding)
        if not unknown:
            return "no"
        # What could not be checked when it was found, either, does not stand in the way.
        before = self._run(seen.run_id)
        return "not checked" if before is None or unknown - _unknown(before, finding) else "no"

    def _looks_at_less(self, newest: str, seen: Seen) -> bool:
        """Whether the newest run does not look at a part of the registers that was read then, as
        where a key was removed.
        """
        ref = seen.finding.supplier_ref
        then, now = self._supplier(seen.run_id, ref), self._supplier(newest, ref)
        if not isinstance(then, Dossier):
            return False
        return not isinstance(now, Dossier) or any(
            not isinstance(getattr(then, part), Missing) for part in now.not_in_scope()
        )

    def _run(self, run_id: str) -> Run | None:
        if run_id not in self.runs:
            self.runs[run_id] = self.workspace.runs.get(run_id)
        return self.runs[run_id]

    def _supplier(self, run_id: str, ref: str) -> Supplier | Dossier | None:
        if (run_id, ref) not in self.suppliers:
            self.suppliers[run_id, ref] = self.workspace.screened.supplier(run_id, ref)
        return self.suppliers[run_id, ref]


def _identities(compared: Compared) -> tuple[str, str]:
    """What a decision is bound to: the identities of both sides."""
    return identity(compared), identity(compared.entry) if compared.entry else ""


def _unknown(run: Run, about: Finding) -> set[tuple[str, ...]]:
    """What the run could not check of this finding's supplier or list."""
    return {
        finding.key
        for finding in run.findings
        if finding.outcome == "unknown"
        and (
            finding.supplier_ref == about.supplier_ref
            or (finding.list_id == about.list_id and not finding.supplier_ref and about.list_id)
        )
    }
