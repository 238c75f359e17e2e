"""What a pack is about: one run or one contract, as it was on its day."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256

from duediligence.casework.queue import (
    Parted,
    alerts_of_run,
    parted_entries,
    rules_of,
    shown_to,
)
from duediligence.errors import Conflict, Hint, NotFound, OptionRemark, Step
from duediligence.model import Finding, Run, Supplier
from duediligence.model.alerts import Alert, Decision, JoinedLine, Reopened
from duediligence.model.answer_comparisons import AnswerComparison
from duediligence.model.audit import AuditEvent, AuditRecord
from duediligence.model.entries import EntryKey
from duediligence.render.verdict import warning
from duediligence.screening.alerts.carried_over import CarriedOver, carried_over
from duediligence.screening.alerts.projection import AlertEvidence
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.runs import ComparedSupplier
from duediligence.store.records import encode

LEFT_OUT = "Left out: it may name people."
PARTS_WITH_PEOPLE = (
    "charity",
    "officers",
    "owners",
    "filings",
    "charges",
    "appointments",
    "disqualifications",
    "parents",
)
"""The parts of a dossier of which something is left out where people are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAlert:
    """Where an alert of the run stands, and every decision about it, oldest first.

    `check_id`, `list_id` and `entry_id` tell which findings raise it. `decided_at` is in UTC.
    `reopened` is a text in a pack that an earlier version made. Where anything was decided,
    `party_sha256` and `entry_sha256` are what is compared now; `earlier` are the positions of
    decisions that an earlier version recorded about the same, under other hashes. `joined` says
    which decisions were about alerts of suppliers that were merged into this one, or that it was
    split from. `weaker` are positions of decisions made when the match was weaker by a word, each
    with the scores then and now. `parted` are the entries of other alerts of the case of which
    people said that they are another party than this one's.
    """

    id: str
    check_id: str
    list_id: str
    entry_id: str
    state: str
    decided_by: str = ""
    decided_at: datetime | None = None
    reopened: Reopened | str | None = None
    decisions: tuple[Decision, ...] = ()
    party_sha256: str = ""
    entry_sha256: str = ""
    earlier: tuple[int, ...] = ()
    joined: tuple[JoinedLine, ...] = ()
    weaker: tuple[tuple[int, float, float], ...] = ()
    parted: tuple[EntryKey, ...] = ()

    @property
    def about(self) -> tuple[str, str, str]:
        """Return what tells which findings raise it: check, list and entry."""
        return self.check_id, self.list_id, self.entry_id


@dataclass(frozen=True, slots=True)
class StatedDifferences:
    """What a supplier stated otherwise than a register, and the day of its form."""

    stated_on: date | None
    comparisons: tuple[AnswerComparison, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a pack holds of one supplier.

    `run` has only the findings and the reading of this supplier, and what is about all of them;
    its counts are those of the whole run. `withheld` are the positions of findings that cannot be
    derived from the pack, for people were left out of it. `answers` is None where no finding rests
    on them, or the form is not kept.
    """

    run: Run
    compared: ComparedSupplier
    alerts: tuple[CaseAlert, ...]
    withheld: tuple[int, ...] = ()
    answers: StatedDifferences | None = None

    @property
    def supplier(self) -> Supplier:
        return self.compared.supplier

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.run.findings

    @property
    def parted(self) -> Parted:
        """Return the pairs of list entries of the case that people said are not one party."""
        return frozenset(
            frozenset(((one.list_id, one.entry_id), other))
            for one in self.alerts
            for other in one.parted
        )

    @property
    def incomplete(self) -> str:
        """Return what was not checked, in one line; empty where all was."""
        return warning(self.run)


def incomplete_of(cases: Iterable[Case]) -> dict[str, str]:
    """Return what was not checked of each supplier of whom something was not, by its reference."""
    return {case.supplier.ref: case.incomplete for case in cases if case.incomplete}


def newest_run(workspace: Workspace, ref: str) -> str:
    """Return the id of the newest run that covered the supplier. Raises UsageError where none
    did.
    """
    found = workspace.screened.newest_of([ref]).get(ref)
    if found:
        return found
    known = workspace.suppliers.get(ref)
    if known:
        raise Conflict(
            f"{ref!r} was never screened", hint=Hint("Screen it first: ", Step("screen"))
        )
    raise NotFound(
        f"Unknown supplier {ref!r}",
        hint=Hint("Enter its reference. To see them: ", Step("list-suppliers")),
    )


def case_of(workspace: Workspace, ref: str, run_id: str) -> Case:
    """Return the whole case, people and restricted findings included.

    Raises UsageError where there is no such run, or where it did not cover the supplier.
    """
    run = workspace.runs.get(run_id)
    if run is None:
        raise NotFound(
            f"Unknown run {run_id!r}", hint=Hint("To see the runs: ", Step("show-audit-log"))
        )
    compared = workspace.runs.compared(run_id, ref)
    if compared is None:
        raise NotFound(
            f"run {run_id} did not cover {ref!r}",
            hint=Hint("Name another", OptionRemark(" with --run"), "."),
        )
    rules, pairs = rules_of(workspace), parted_entries(workspace)
    alerts = [one for one in alerts_of_run(workspace, run_id) if one.first.supplier_ref == ref]
    return Case(
        run=replace(
            run,
            findings=tuple(f for f in run.findings if f.supplier_ref in ("", ref)),
            readings={key: one for key, one in run.readings.items() if key == ref},
            by_matcher={key: one for key, one in run.by_matcher.items() if key == ref},
            by_judgement={key: one for key, one in run.by_judgement.items() if key == ref},
            grounds_under=(),
            ended_suppliers=0,
            set_aside=tuple(one for one in run.set_aside if one.supplier_ref == ref),
            weakenings=run.weakenings_about(ref),
        ),
        compared=compared,
        alerts=tuple(
            # What waits for a blind second decision is shown to nobody.
            replace(
                _build_case_alert(workspace, shown_to(alert, "", rules)),
                parted=_list_parted_entries(alert, alerts, pairs),
            )
            for alert in alerts
        ),
    )


def records_about(workspace: Workspace, cases: tuple[Case, ...]) -> Iterator[AuditRecord]:
    """Yield the records of the audit chain that concern these cases, oldest first.

    How the run was stored, its file imported and its lists loaded, as they stood by then; what
    was decided, linked and packed up to now. Raises StorageError.
    """
    concerned = Concerned(cases)
    loaded: set[tuple[str, object]] = set()
    for record in workspace.audit.records():
        event = record.event
        if not concerned.by(event):
            continue
        if event.kind == "list refreshed":
            # A list may be confirmed every hour: the first record says when it came.
            version = (event.subject, event.what.get("version"))
            if version in loaded:
                continue
            loaded.add(version)
        yield record


class Concerned:
    """Tells which events of the audit chain concern these cases."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self._runs = {case.run.id: case.run for case in cases}
        self._refs = {case.supplier.ref for case in cases}
        self._alerts = {
            # A decision may be recorded under an earlier id of its alert.
            id_
            for case in cases
            for alert in case.alerts
            for id_ in (alert.id, *(decision.alert_id for decision in alert.decisions))
        } - {
            # Of an alert that this one was split from, only some decisions are about it.
            id_
            for case in cases
            for alert in case.alerts
            for line in alert.joined
            if not line.merged
            for id_ in line.ids
        }
        self._decisions = {
            decision.position
            for case in cases
            for alert in case.alerts
            for decision in alert.decisions
        }
        self._files = {run.supplier_file_sha256 for run in self._runs.values()} - {""}
        self._versions = {
            (status.list_id, status.version.version)
            for run in self._runs.values()
            for status in run.lists
            if status.version
        }

    def by(self, event: AuditEvent) -> bool:
        """Return whether the event concerns them."""
        match event.kind:
            case "list refreshed":
                return (event.subject, event.what.get("version")) in self._versions
            case "decision":
                decided = event.what.get("decision") in self._decisions
                return decided or event.subject in self._alerts
            case "link" | "declaration imported" | "report made":
                return event.subject in self._refs
            case "suppliers imported" | "suppliers replaced":
                return event.what.get("file_sha256") in self._files
            case "retention":
                runs = event.what.get("runs")
                return isinstance(runs, tuple) and not self._runs.keys().isdisjoint(runs)
        return event.subject in self._runs


def _list_parted_entries(
    alert: Alert, others: Iterable[Alert], pairs: Parted
) -> tuple[EntryKey, ...]:
    """Return the entries of the other alerts that were parted from the entry of an alert, without
    the restricted ones.
    """
    keys = {(one.first.list_id, one.first.entry_id) for one in others if not one.restricted}
    own = (alert.first.list_id, alert.first.entry_id)
    return tuple(sorted(key for key in keys if frozenset((own, key)) in pairs))


def _build_case_alert(workspace: Workspace, alert: Alert) -> CaseAlert:
    first, status = alert.first, alert.status
    decided = bool(alert.history)
    evidence = AlertEvidence(workspace.casework)
    carried = carried_over(workspace.casework, evidence, alert, alert.history)
    return CaseAlert(
        id=alert.id,
        check_id=first.check_id,
        list_id=first.list_id,
        entry_id=first.entry_id,
        state=alert.state,
        decided_by=status.decided_by,
        decided_at=status.decided_at,
        reopened=status.reopened,
        decisions=alert.history,
        party_sha256=alert.party_sha256 if decided else "",
        entry_sha256=alert.entry_sha256 if decided else "",
        earlier=tuple(_list_earlier_decisions(workspace, alert, carried)),
        weaker=tuple((one, *scores) for one, scores in sorted(carried.weaker.items())),
        # A pack names no other supplier.
        joined=tuple(replace(line, ref="") for line in alert.joined) if decided else (),
    )


def _list_earlier_decisions(
    workspace: Workspace, alert: Alert, carried: CarriedOver
) -> Iterator[int]:
    """Yield the decisions that an earlier version stored, or bound to what it compared,
    otherwise.
    """
    stored = workspace.decisions.digests() if alert.history else {}
    for one, now in zip(alert.history, carried.decisions, strict=True):
        if now != one or stored.get(one.position) != digest_of(one):
            yield one.position


def digest_of(decision: Decision) -> str:
    """Return the hash of a decision as this version stores it, and as its audit record has it."""
    return sha256(encode(decision)).hexdigest()
