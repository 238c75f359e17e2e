"""What a new version of the checks and the law makes of the alerts that there are.

Only where what is known is the same as before is the version the cause. Found out while a run is
made, and kept with it, so that each run says once how many alerts are judged otherwise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from duediligence.model import SEVERITIES, Finding, Run
from duediligence.model.declarations import grounds_of
from duediligence.model.facts import derive_text_identity, drop_elapsed_parts
from duediligence.model.findings import Severity
from duediligence.model.judgements import JudgementChange
from duediligence.screening.alerts.content import told_of
from duediligence.screening.alerts.matcher_effects import RunToStore
from duediligence.screening.alerts.projection import AlertEvidence, current
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.alerts import StoredAlert
from duediligence.store.casework.screened import Seen


def with_judgement_effects(workspace: Workspace, to_store: RunToStore) -> Run:
    """Return the run with what this version judges otherwise of its suppliers' alerts than the one
    that found them last.

    In the transaction that stores the run, before it does. Raises StorageError.
    """
    with current(workspace):
        return _JudgementEffects(workspace, to_store).run()


@dataclass
class _JudgementEffects:
    workspace: Workspace
    to_store: RunToStore

    def run(self) -> Run:
        run, store = self.to_store.run, self.workspace.casework.alerts
        evidence = AlertEvidence(self.workspace.casework)
        found: dict[str, list[JudgementChange]] = {}
        now: Mapping[str, list[Finding]] | None = None
        for id_, ref, _, run_id, *_ in store.of_suppliers(self.to_store.suppliers.keys()):
            if evidence.judgement_of(run_id) == run.judgement_version:
                continue
            now = self._found_now() if now is None else now
            row = store.get(id_) if id_ in now else None
            if row and (change := self._compare(row, now[id_])):
                found.setdefault(ref, []).append(change)
        return replace(run, by_judgement={ref: tuple(some) for ref, some in found.items()})

    def _found_now(self) -> Mapping[str, list[Finding]]:
        """Return what this run raises, by the id that the alert has."""
        run, found = self.to_store.run, dict[str, list[Finding]]()
        aliases = self.workspace.casework.alerts.aliases()
        for position, (finding, party) in enumerate(
            zip(run.findings, self.to_store.about, strict=True)
        ):
            if finding.supplier_ref and finding.outcome in ("review", "adverse"):
                id_ = Seen(finding, run.id, position, run.started_at, "", party).alert_id
                for each in aliases.get(id_, (id_,)):
                    found.setdefault(each, []).append(finding)
        return found

    def _compare(self, row: StoredAlert, now: Sequence[Finding]) -> JudgementChange | None:
        """Return how an alert is judged otherwise; None where it is not, or other facts are why."""
        then = self.workspace.screened.findings(row.run_id, row.positions)
        if set(map(_list_facts, then)) != set(map(_list_facts, now)):
            return None
        before, after = _gravest(then), _gravest(now)
        grounds = _list_codes(then) != _list_codes(now)
        if before == after and not grounds:
            return None
        first = now[0]
        return JudgementChange(
            alert_id=row.id,
            check_id=first.check_id,
            check_title=first.check_title,
            before=before,
            now=after,
            grounds=grounds,
            state=row.state_on(self.workspace.now().date()),
            handling=first.handling,
            person=first.person,
        )


def _list_facts(finding: Finding) -> tuple[object, ...]:
    """Return what a finding tells, whatever severity and grounds follow from it."""
    texts = (finding.happened, *([] if finding.entry_id else told_of(finding)))
    return (
        finding.outcome,
        finding.entry_name,
        finding.measures,
        finding.happened_on,
        finding.certainty,
        *(str(derive_text_identity(drop_elapsed_parts(text))) for text in texts),
    )


def _gravest(findings: Sequence[Finding]) -> Severity:
    return max((one.severity for one in findings), key=SEVERITIES.index)


def _list_codes(findings: Sequence[Finding]) -> frozenset[str]:
    return frozenset(code for one in findings for code in grounds_of(one))
