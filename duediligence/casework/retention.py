"""How long what is kept is kept: the rules, what is due, and its removal."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from duediligence.casework.extension_records import (
    AppliedRetention,
    list_extension_records,
    refuse_without_extensions,
)
from duediligence.casework.queue import WITH_CHECKS, alerts
from duediligence.casework.retention_rules import (
    Removed,
    RetentionRule,
    render_retention_table,
    rules,
)
from duediligence.errors import StorageError
from duediligence.fetch.evidence import Evidence
from duediligence.logs import shorten_log
from duediligence.model.alerts import Alert, Decision
from duediligence.screening.access import use_case
from duediligence.screening.alerts.projection import rebuild_alerts
from duediligence.screening.alerts.status import in_effect
from duediligence.screening.clock import refuse_removal_in_doubt
from duediligence.screening.lists.loading import weed_lists
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.retention import RetentionPlan, RetentionResult
from duediligence.writing import unlink

__all__ = [
    "Removed",
    "Retained",
    "RetentionRule",
    "remove_answers",
    "render_retention_table",
    "rules",
    "run",
]


History = Mapping[str, tuple[Decision, ...]]
INSOLVENCY = "personal-insolvency"


def plan_retention(workspace: Workspace, rules: Mapping[str, RetentionRule]) -> RetentionPlan:
    """Return what in `casework.db` is past its retention period by these rules. Raises
    StorageError.
    """
    now = workspace.now().astimezone(UTC)
    history = _collect_decision_history(workspace)
    known = {alert.id: alert for alert in alerts(workspace, WITH_CHECKS)}
    cleared = _find_cleared_alerts(known, history, rules["cleared"].since(now))
    # Of two people of one name, only one of whom is cleared, both keep what was found.
    shared = {alert.first.key for alert in known.values() if alert.id not in cleared}
    return RetentionPlan(
        runs=_find_expired_runs(workspace, rules, known, history, now),
        findings={
            alert.first.key: _kept_in(alert)
            for alert in known.values()
            if alert.id in cleared and alert.first.key not in shared
        },
        findings_before=rules["cleared"].since(now),
        protected=_find_protected_contents(history, cleared, rules["evidence"].since(now)),
        digests_before=rules["digests"].since(now),
        declared_before=rules["declarations"].since(now).date(),
        tendered_before=rules["tender"].since(now),
        ended_before=rules["former"].since(now).date(),
        letters_before=rules["letters"].since(now),
        changed_before=rules["supplier-changes"].since(now),
        today=now.date(),
    )


def _collect_decision_history(workspace: Workspace) -> History:
    """Return every decision by the id that its alert has now, oldest first."""
    aliases = dict(workspace.casework.alerts.aliases())
    for now, lines in workspace.casework.alerts.joined().items():
        for id_ in (id_ for line in lines if line.merged for id_ in line.ids):
            aliases[id_] = (*aliases.get(id_, ()), now)
    found: dict[str, tuple[Decision, ...]] = {}
    for id_, decisions in workspace.decisions.history().items():
        for now in aliases.get(id_, (id_,)):
            every = (*found.get(now, ()), *decisions)
            found[now] = tuple(sorted(every, key=lambda one: one.position))
    return found


def _find_expired_runs(
    workspace: Workspace,
    rules: Mapping[str, RetentionRule],
    known: Mapping[str, Alert],
    history: History,
    now: datetime,
) -> dict[str, set[str]]:
    """Return the runs that go, by rule. A supplier looked up in passing is nobody's supplier."""
    suppliers = {supplier.ref for supplier in workspace.suppliers.all()}
    standing = {run for ref, run in workspace.screened.newest().items() if ref in suppliers}
    standing |= {
        finding.run_id
        for alert in known.values()
        if alert.found != "no" and alert.supplier_ref in suppliers
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


def _find_cleared_alerts(
    known: Mapping[str, Alert], history: History, before: datetime
) -> set[str]:
    """Return the alerts that stand as another party, decided before that moment.

    Of an alert that no run holds any more, its last decision tells.
    """
    cleared = set()
    for id_, decisions in history.items():
        alert = known.get(id_)
        counting = in_effect(decisions)
        last = counting[-1].decided if counting else "open"
        state = alert.status.state if alert else last
        if state == "not the same" and decisions[-1].at < before:
            cleared.add(id_)
    return cleared


def _kept_in(alert: Alert) -> str:
    """Return the run that must keep the finding, so that it is known again; empty for none."""
    return "" if alert.found == "no" else alert.first.run_id


def _find_protected_contents(history: History, cleared: set[str], before: datetime) -> set[str]:
    """Return the contents that show what decisions were about, save those cleared and those of
    old.
    """
    needed: set[str] = set()
    for id_, decisions in history.items():
        if id_ in cleared or decisions[-1].at < before:
            continue
        for decision in decisions:
            needed.update((decision.party_sha256, decision.entry_sha256))
    return needed - {""}


_STILL_READ = (
    "What was removed may still be in the write-ahead log of {file}, which another program reads. "
    "Run this again when that has ended."
)


@dataclass(frozen=True, slots=True)
class Retained:
    """What went, or in a dry run would go, rule by rule. `contents` are the suppliers, dossiers
    and entries, as they were compared, that nothing kept refers to any more. `old_decisions` are
    past their retention period and stay: a person looks at them. `weeding` is what extensions say
    of what they removed besides.
    """

    removed: tuple[Removed, ...]
    contents: int
    old_decisions: int
    dry_run: bool
    weeding: tuple[str, ...] = ()


@use_case("apply retention", event="retention")
def run(workspace: Workspace, *, dry_run: bool) -> Retained:
    """Apply every rule of retention, or with `dry_run` count what that would remove.

    All that lies in `casework.db` goes in one transaction, with its events in the audit chain;
    answers of the API follow, and their event. Raises UsageError for rules that cannot be,
    ClockInDoubt where a wrong clock may make things look old, and StorageError, after which what
    was not removed is whole.
    """
    refuse_without_extensions(workspace, "Retention cannot be applied")
    own = rules(workspace.settings.retention, workspace.extensions)
    if not dry_run:
        refuse_removal_in_doubt(workspace)
    now, store = workspace.now(), workspace.casework.retention
    weeded = weed_lists(workspace, INSOLVENCY, dry_run=dry_run)
    taken, of_extensions = remove_expired(workspace, own, dry_run=dry_run)
    if not dry_run:
        shorten_log(workspace.settings.home, now)
    finished = [line for _, finish in of_extensions if not dry_run for line in finish()]
    if not dry_run:
        stores = {"casework.db": store.empty_log(), "lists.db": workspace.lists.empty_log()}
        read = [_STILL_READ.format(file=file) for file, empty in stores.items() if not empty]
        finished = read + finished
    runs = {name: tuple(taken.runs.get(name, ())) for name in ("screenings", "evidence")}
    if taken.tenders and not dry_run:
        clear_lookups(workspace)
    answered = own["companies-house"]
    before = answered.since(now)
    answers = remove_answers(workspace, answered, before, taken.sources, dry_run=dry_run)
    old = own["decisions"].since(now)
    done = Retained(
        removed=(
            Removed(own["cleared"], taken.findings, "findings", tuple(taken.lessened)),
            *(Removed(own[name], len(gone), "screenings", gone) for name, gone in runs.items()),
            Removed(own["declarations"], taken.declarations, "declared answers and forms"),
            Removed(own["tender"], taken.tenders, "forms, answers, files, suppliers and changes"),
            Removed(own["letters"], taken.letters, "letters"),
            Removed(own["supplier-changes"], taken.changes, "changes"),
            Removed(own[INSOLVENCY], weeded + taken.insolvencies, "records of individuals"),
            Removed(own["companies-house"], answers, "answers"),
            Removed(own["digests"], taken.digests, "digests"),
            *(each for removed, _ in of_extensions for each in removed),
        ),
        contents=taken.contents,
        old_decisions=sum(
            decision.at < old
            for decisions in workspace.decisions.history().values()
            for decision in decisions
        ),
        dry_run=dry_run,
        weeding=tuple(finished),
    )
    if not dry_run and any(one.records for one in done.removed):
        workspace.make_copy("removal")
    return done


def remove_expired(
    workspace: Workspace, own: Mapping[str, RetentionRule], *, dry_run: bool = False
) -> tuple[RetentionResult, list[AppliedRetention]]:
    """Remove from `casework.db` what is past its retention period by these rules. Returns what
    went, and what extensions removed.
    """
    store = workspace.casework.retention
    with store.transaction(dry_run=dry_run):
        taken = store.take(plan_retention(workspace, own), workspace.now())
        of_extensions = [
            one.apply_retention(workspace, own) for one in list_extension_records(workspace)
        ]
        if not dry_run:
            rebuild_alerts(workspace)
    return taken, of_extensions


def clear_lookups(workspace: Workspace) -> None:
    """Forget what was found of parties, and their index: the next screening looks all of them up
    again. Raises OSError, StorageError.
    """
    workspace.lookups.clear()
    if (parties := workspace.indexes / ".parties").exists():
        shutil.rmtree(parties)


def remove_answers(
    workspace: Workspace,
    rule: RetentionRule,
    before: datetime,
    referred: frozenset[tuple[str, str]],
    *,
    dry_run: bool,
) -> int:
    """Remove the answers of Companies House and of the Care Quality Commission from before that
    moment, but for those whose address and hash are `referred` to; returns how many. Recorded under
    the rule. Raises StorageError.
    """
    kept = (Evidence(workspace.settings.home / one) for one in ("companies-house", "care-quality"))
    files = [file for evidence in kept for file in evidence.over(before, referred)]
    if dry_run or not files:
        return len(files)
    gone = sum(map(_try_unlink, files))
    what: Mapping[str, int] = {"removed": gone}
    workspace.record("retention", what, rule.id)
    if gone < len(files):
        raise StorageError(
            f"{len(files) - gone} answers of registers could not be removed",
            hint="See that no other program has them open, and run this again.",
        )
    return gone


def _try_unlink(path: Path) -> bool:
    try:
        unlink(path)
    except OSError:
        return False
    return True
