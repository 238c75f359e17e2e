"""What there is to tell: a finding, a list or a run as one line that names no person."""

from collections.abc import Iterable, Mapping
from pathlib import PurePath

from duediligence.model import Finding, ListStatus, Run
from duediligence.model.casework.alerts import Alert
from duediligence.model.casework.messages import Told
from duediligence.model.list_states import reason_words
from duediligence.reports import verdict
from duediligence.reports.wording import LIST_STATES, likeness, sentence, visible
from duediligence.screening.alerts.content import content_of, hashed
from duediligence.screening.alerts.earlier_form import content_hash

# The scope of alerts that people had decided about; no supplier's.
OPEN_AGAIN = "open again"


def of_findings(
    run: Run, findings: Iterable[Finding], scope: str, *, people: bool, dossier: bool = False
) -> tuple[Told, ...]:
    """The findings of one scope, those of one key as one. `people`: name them."""
    by_key: dict[str, list[Finding]] = {}
    for finding in findings:
        by_key.setdefault(key_of(finding), []).append(finding)
    return tuple(
        Told(
            key=key,
            scope=scope,
            kind="unknown" if same[0].outcome == "unknown" else "flag",
            sha256=hashed(sorted(content_of(finding) for finding in same)),
            line=_line(run, same[0], people=people),
            severity=same[0].severity,
            list_id=same[0].list_id,
            dossier=dossier,
            gaps=run.scope.gaps if run.scope else (),
            from_facts=True,
        )
        for key, same in by_key.items()
    )


def hashes_in_words(findings: Iterable[Finding], told: Mapping[str, Told]) -> dict[str, str]:
    """By key, the hash that an earlier version would have of those told by one."""
    by_key: dict[str, list[str]] = {}
    for finding in findings:
        if (before := told.get(key := key_of(finding))) is not None and not before.from_facts:
            by_key.setdefault(key, []).append(content_hash(finding))
    return {key: hashed(sorted(some)) for key, some in by_key.items()}


def of_lists(statuses: Iterable[ListStatus], failed: Iterable[str]) -> tuple[Told, ...]:
    """The lists that nobody can be called clear of. `failed`: ids whose last refresh failed."""
    failures = set(failed)
    return tuple(
        Told(
            key=hashed(["list", status.list_id]),
            scope="lists",
            kind="list",
            # Not the reason, in which the days go by.
            sha256=hashed([status.state, status.list_id in failures]),
            line=visible(
                f"{status.title}: {LIST_STATES[status.state]}. "
                f"{sentence(reason_words(status.reasons, status.list_id, people=False))}".strip()
            ),
        )
        for status in statuses
        if status.blocks_complete_run
    )


def open_again_key(alert: Alert) -> str:
    """What tells that an alert is open again from that it was before, after another decision."""
    return hashed([OPEN_AGAIN, *alert.first.key, alert.last_decision])


def of_open_again(run: Run, alert: Alert, *, people: bool) -> Told:
    """An alert that a decision holds no longer for. Not why: that may name people."""
    return Told(
        key=open_again_key(alert),
        scope=OPEN_AGAIN,
        kind="flag",
        sha256=hashed(OPEN_AGAIN),
        line=f"{_line(run, alert.first, people=people)}; open again",
        severity=alert.severity,
        list_id=alert.first.list_id,
    )


def of_run(run: Run) -> tuple[Told, ...]:
    """That the run is incomplete, where it is."""
    if run.complete:
        return ()
    return (
        Told(
            key=hashed(["run"]),
            scope="run",
            kind="run",
            sha256=hashed(sorted(status.list_id for status in run.not_checked)),
            line=visible(verdict.warning(run)),
        ),
    )


def key_of(finding: Finding) -> str:
    """The hash of `Finding.key`, which may name a person and so is not kept here."""
    return hashed(list(finding.key))


def _line(run: Run, finding: Finding, *, people: bool) -> str:
    if finding.about == "row":
        file = PurePath(run.supplier_file).name
        return visible(f"{file}, {finding.subject_name}: {finding.check_title}")
    who = finding.supplier_name
    who += f" ({finding.supplier_ref})" if finding.supplier_ref else ""
    if finding.handling != "public":
        return visible(f"{who}: a flag of {finding.handling} use, told in the report only")
    parts = [f"{who}: {finding.check_title}"]
    itself = finding.about == "supplier"
    if finding.about in ("list", "register"):
        parts.append(finding.subject_name)
    elif itself and finding.subject_name != finding.supplier_name:
        parts.append(f"as {finding.subject_name}")
    elif not itself and people:
        parts.append(f"for {finding.subject_name}, {finding.subject_role}")
    elif not itself:
        parts.append(f"about its {finding.subject_role}")
    if finding.entry_name:
        # What is not public was left above: an entry of a public list is always named.
        parts.append(f"possible match {finding.entry_name}")
    if finding.list_id and finding.about != "list":
        parts.append(verdict.list_title(run, finding))
    if finding.score is not None:
        parts.append(likeness(finding.score))
    return visible(", ".join(parts))
