"""Retention: what is over its time goes, by rule, on record; the audit chain still holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from duediligence.casework.retention.due import over
from duediligence.casework.retention.rules import Rule, markdown, rules
from duediligence.errors import StorageError
from duediligence.fetch.evidence import Evidence
from duediligence.model.casework.audit import AuditEvent
from duediligence.screening.access import use_case
from duediligence.screening.alerts.projection import rebuild
from duediligence.screening.workspace import Workspace

__all__ = ["Removed", "Retained", "Rule", "markdown", "rules", "run"]


@dataclass(frozen=True, slots=True)
class Removed:
    """What one rule came to: how many of what (`screenings`), and the runs that it touched."""

    rule: Rule
    records: int
    of: str
    runs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Retained:
    """What went, or in a dry run would go, rule by rule. `contents` are the suppliers, dossiers
    and entries, as they were compared, that nothing kept refers to any more. `old_decisions` are
    over their time and stay: a person looks at them.
    """

    removed: tuple[Removed, ...]
    contents: int
    old_decisions: int
    dry_run: bool


@use_case("apply retention", event="retention")
def run(workspace: Workspace, *, dry_run: bool) -> Retained:
    """Apply every rule of retention, or with `dry_run` count what that would remove.

    All that lies in `casework.db` goes in one transaction, with its events in the audit chain;
    answers of the API follow, and their event. Raises UsageError for rules that cannot be, and
    StorageError, after which what was not removed is whole.
    """
    own = rules(workspace.settings.retention)
    now, store = workspace.now(), workspace.casework.retention
    with store.transaction(dry_run=dry_run):
        taken = store.take(over(workspace, own), now)
        if not dry_run:
            rebuild(workspace)
    runs = {name: tuple(taken.runs.get(name, ())) for name in ("screenings", "evidence")}
    answers = _answers(workspace, own["companies-house"], taken.sources, dry_run=dry_run)
    old = own["decisions"].since(now)
    return Retained(
        removed=(
            Removed(own["cleared"], taken.findings, "findings", tuple(taken.lessened)),
            *(Removed(own[name], len(gone), "screenings", gone) for name, gone in runs.items()),
            Removed(own["declarations"], taken.declarations, "declared answers"),
            Removed(own["companies-house"], answers, "answers"),
            Removed(own["digests"], taken.digests, "digests"),
        ),
        contents=taken.contents,
        old_decisions=sum(
            decision.at < old
            for decisions in workspace.decisions.history().values()
            for decision in decisions
        ),
        dry_run=dry_run,
    )


def _answers(workspace: Workspace, rule: Rule, referred: frozenset[str], *, dry_run: bool) -> int:
    evidence = Evidence(workspace.settings.home / "companies-house")
    files = evidence.over(rule.since(workspace.now()), referred)
    if dry_run or not files:
        return len(files)
    gone = sum(map(_unlinked, files))
    what: Mapping[str, int] = {"removed": gone}
    workspace.audit.add(AuditEvent("retention", workspace.now(), workspace.who, what, rule.id))
    if gone < len(files):
        raise StorageError(
            f"{len(files) - gone} answers of Companies House could not be removed",
            hint="See that no other program has them open, and run this again.",
        )
    return gone


def _unlinked(path: Path) -> bool:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return False
    return True
