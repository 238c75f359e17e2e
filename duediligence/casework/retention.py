"""How long what is kept is kept: the rules, what is due, and its removal."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from duediligence.casework.queue import WITH_CHECKS, alerts
from duediligence.errors import Invalid, StorageError
from duediligence.extensions.sharing import intelligence_weeding
from duediligence.extensions.sharing.store.agreements import AgreementStore
from duediligence.fetch.evidence import Evidence
from duediligence.model.alerts import Alert, Decision
from duediligence.model.audit import AuditEvent
from duediligence.screening.access import use_case
from duediligence.screening.alerts.projection import rebuild_alerts
from duediligence.screening.alerts.status import in_effect
from duediligence.screening.clock import refuse_removal_in_doubt
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.retention import RetentionPlan
from duediligence.text.wording import count
from duediligence.typed_data import convert_to
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


YEAR = 365
_MOST = 100 * YEAR


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionRule:
    """One rule. `days` count from what `runs_from` says; `basis` is why (statute and section).

    `least` is the fewest days that may be set; `by` who applies it.
    """

    id: str
    title: str
    days: int
    runs_from: str
    does: str
    basis: str
    by: Literal["retention run", "refresh", "a person"]
    least: int = 1

    @property
    def period(self) -> str:
        """Return `90 days`, `5 years`; `none` where a newer version ends it."""
        if not self.days:
            return "none"
        years, rest = divmod(self.days, YEAR)
        return count(self.days, "day") if rest else count(years, "year")

    def since(self, now: datetime) -> datetime:
        """Return the moment; what is older is past its retention period."""
        return now - timedelta(days=self.days)


def rules(days: Mapping[str, int]) -> dict[str, RetentionRule]:
    """Return every rule by its id, with the `days` that the settings give some of them.

    Raises UsageError for a rule that there is not, and for a time that is too short.
    """
    own = _load_retention_rules()
    for name, value in days.items():
        rule = own.get(name)
        if rule is None or not rule.days:
            known = ", ".join(one.id for one in own.values() if one.days)
            raise Invalid(
                f"retention: unknown rule {name!r}",
                field="retention",
                hint=f"Valid rules: {known}.",
            )
        if not rule.least <= value <= _MOST:
            raise Invalid(
                f"retention: {name} must be {rule.least:,} to {_MOST:,} days, not {value:,}",
                field="retention",
                hint=rule.basis,
            )
    return {name: replace(rule, days=days.get(name, rule.days)) for name, rule in own.items()}


def render_retention_table() -> Iterator[str]:
    """Yield the rules as a table for the docs, line by line."""
    yield "| rule | what | kept | counted from | then | why |\n|---|---|---|---|---|---|\n"
    for rule in _load_retention_rules().values():
        ends = "removed by hand" if rule.by == "a person" else "replaced"
        kept = rule.period if rule.days else f"until {ends}"
        yield f"| `{rule.id}` | {rule.title} | {kept} | {rule.runs_from} | {rule.does} "
        yield f"| {rule.basis} |\n"


@cache
def _load_retention_rules() -> Mapping[str, RetentionRule]:
    text = files("duediligence.casework").joinpath("retention_rules.toml").read_text("utf-8")
    found = convert_to(tuple[RetentionRule, ...], tomllib.loads(text)["rule"])
    return {rule.id: rule for rule in found}


History = Mapping[str, tuple[Decision, ...]]


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
        letters_before=rules["letters"].since(now),
        changed_before=rules["supplier-changes"].since(now),
        messages_before=rules["partner-messages"].since(now),
        closed_before=rules["cases"].since(now).date(),
        requests_before=rules["information-requests"].since(now).date(),
        hits_before=rules["exchange-hits"].since(now).date(),
        today=now.date(),
        agreements_over=[
            one.terms.reference
            for one in workspace.casework.repository(AgreementStore).all()
            if one.gone_by < now.date()
        ],
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


@dataclass(frozen=True, slots=True)
class Removed:
    """What one rule came to: how many of what (`screenings`), and the runs that it touched."""

    rule: RetentionRule
    records: int
    of: str
    runs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Retained:
    """What went, or in a dry run would go, rule by rule. `contents` are the suppliers, dossiers
    and entries, as they were compared, that nothing kept refers to any more. `old_decisions` are
    past their retention period and stay: a person looks at them. `weeding` is what is said of
    reports of partners and the community that went.
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
    own = rules(workspace.settings.retention)
    if not dry_run:
        refuse_removal_in_doubt(workspace)
    now, store = workspace.now(), workspace.casework.retention
    with store.transaction(dry_run=dry_run):
        taken = store.take(plan_retention(workspace, own), now)
        reports = intelligence_weeding.delete_due_reports(workspace, own["intelligence"].since(now))
        if not dry_run:
            rebuild_alerts(workspace)
    weeding = None if dry_run else intelligence_weeding.sweep_report_copies(workspace, reports)
    runs = {name: tuple(taken.runs.get(name, ())) for name in ("screenings", "evidence")}
    answered = own["companies-house"]
    before = answered.since(now)
    answers = remove_answers(workspace, answered, before, taken.sources, dry_run=dry_run)
    old = own["decisions"].since(now)
    return Retained(
        removed=(
            Removed(own["cleared"], taken.findings, "findings", tuple(taken.lessened)),
            *(Removed(own[name], len(gone), "screenings", gone) for name, gone in runs.items()),
            Removed(own["declarations"], taken.declarations, "declared answers"),
            Removed(own["letters"], taken.letters, "letters"),
            Removed(own["supplier-changes"], taken.changes, "changes"),
            Removed(
                own["partner-messages"],
                len(taken.messages.sealed),
                "messages",
                taken.messages.runs,
            ),
            Removed(own["cases"], len(taken.cases), "cases"),
            Removed(own["information-requests"], taken.requests, "requests"),
            Removed(own["exchange-hits"], taken.hits, "hits"),
            Removed(own["companies-house"], answers, "answers"),
            Removed(own["digests"], taken.digests, "digests"),
            Removed(own["intelligence"], len(reports), "intelligence reports"),
        ),
        contents=taken.contents,
        old_decisions=sum(
            decision.at < old
            for decisions in workspace.decisions.history().values()
            for decision in decisions
        ),
        dry_run=dry_run,
        weeding=tuple(weeding.lines()) if weeding and weeding.anything else (),
    )


def remove_answers(
    workspace: Workspace,
    rule: RetentionRule,
    before: datetime,
    referred: frozenset[tuple[str, str]],
    *,
    dry_run: bool,
) -> int:
    """Remove the answers of Companies House from before that moment, but for those whose address
    and hash are `referred` to; returns how many. Recorded under the rule. Raises StorageError.
    """
    evidence = Evidence(workspace.settings.home / "companies-house")
    files = evidence.over(before, referred)
    if dry_run or not files:
        return len(files)
    gone = sum(map(_try_unlink, files))
    what: Mapping[str, int] = {"removed": gone}
    workspace.audit.add(AuditEvent("retention", workspace.now(), workspace.who, what, rule.id))
    if gone < len(files):
        raise StorageError(
            f"{len(files) - gone} answers of Companies House could not be removed",
            hint="See that no other program has them open, and run this again.",
        )
    return gone


def _try_unlink(path: Path) -> bool:
    try:
        unlink(path)
    except OSError:
        return False
    return True
