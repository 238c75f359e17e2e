"""Look at everything anew that was screened since the last digest."""

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from duediligence.casework.alerts.queue import Filters, alerts
from duediligence.casework.digest import items
from duediligence.casework.digest.changes import Changes, Look, changes
from duediligence.model import Finding, Run
from duediligence.model.casework.messages import Told
from duediligence.screening.lists import statuses as lists
from duediligence.screening.workspace import Workspace

LeaveOut = Callable[[Finding], bool]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What changed since the digest before number `number`, and the runs that it is made from."""

    number: int
    runs: tuple[str, ...]
    changes: Changes


def gather(workspace: Workspace, leave_out: LeaveOut) -> Gathered:
    """Compare the newest run of each supplier with what was told. Nothing is written.

    A run of some suppliers says nothing of the others. Raises StorageError.
    """
    number = workspace.outbox.digests() + 1
    told = workspace.outbox.told()
    untold = workspace.outbox.untold_runs()
    known = {f"supplier {supplier.ref}" for supplier in workspace.suppliers.all()}
    settled: set[str] = set()
    looks = [_lists(workspace), *_runs(workspace, untold, leave_out, settled, told)]
    gone = {
        scope
        for scope in {one.scope for one in told.values()}
        if scope.startswith("supplier ") and scope not in known
    }
    found = changes(told, looks, left_out=settled, gone=gone)
    _add_open_again(workspace, told, known, found)
    return Gathered(number, tuple(untold), found)


def _add_open_again(
    workspace: Workspace, told: Mapping[str, Told], known: Container[str], found: Changes
) -> None:
    """Add each alert that a decision holds no longer for, once.

    Its flag says the same as when it was told, and no screening need have been since: a decision
    ends with its time, too.
    """
    heard = {one.key for one in (*found.new, *found.changed)}
    standing = set()
    run_of = cache(workspace.runs.get)
    for alert in alerts(workspace, Filters(states=("open",))):
        if not alert.status.reopened or f"supplier {alert.first.supplier_ref}" not in known:
            continue
        standing.add(key := items.open_again_key(alert))
        if key in told or (run := run_of(alert.first.run_id)) is None:
            continue
        item = items.of_open_again(run, alert, people=workspace.settings.digest_people)
        found.kept.append(item)
        if items.key_of(alert.first) not in heard:
            found.changed.append(item)
    found.dropped.extend(
        one.key
        for one in told.values()
        if one.scope == items.OPEN_AGAIN and one.key not in standing
    )


def _lists(workspace: Workspace) -> Look:
    statuses = lists.statuses(workspace)
    return Look(scope="lists", items=items.of_lists(statuses, workspace.lists.failures()))


def _runs(
    workspace: Workspace,
    untold: Mapping[str, frozenset[str]],
    leave_out: LeaveOut,
    settled: set[str],
    told: Mapping[str, Told],
) -> Iterator[Look]:
    """A look for each supplier and supplier file, by the newest run that has it."""
    people = workspace.settings.digest_people
    seen: set[str] = set()
    newest = True
    for run_id, refs in untold.items():
        run = workspace.runs.get(run_id)
        # Someone checked in passing is no supplier: nobody waits to hear of them.
        if run is None or not (refs or run.supplier_file):
            continue
        by_ref: dict[str, list[Finding]] = {}
        for finding in run.findings:
            by_ref.setdefault(finding.supplier_ref, []).append(finding)
            if leave_out(finding):
                settled.add(items.key_of(finding))
        if newest:
            yield Look(scope="run", items=items.of_run(run))
        newest = False
        file = f"file {run.supplier_file}"
        if run.supplier_file and file not in seen:
            seen.add(file)
            rows = [f for f in by_ref.get("", ()) if f.about == "row"]
            yield Look(
                scope=file,
                items=items.of_findings(run, rows, file, people=people),
                in_words=items.hashes_in_words(rows, told),
            )
        for ref in sorted(refs):
            if (scope := f"supplier {ref}") not in seen:
                seen.add(scope)
                yield replace(
                    _supplier(
                        run, scope, ref, by_ref.get(ref, []), people, workspace.settings.limit
                    ),
                    in_words=items.hashes_in_words(by_ref.get(ref, []), told),
                )


def _supplier(
    run: Run, scope: str, ref: str, findings: list[Finding], people: bool, limit: int
) -> Look:
    dossier = ref in run.readings
    shown: dict[tuple[str, str], set[str]] = {}
    for finding in findings:
        shown.setdefault((finding.list_id, finding.subject_name), set()).add(finding.entry_id)
    # What is not among the most that are shown may be on the list still.
    full = {list_id for (list_id, _), entries in shown.items() if len(entries) >= limit}
    return Look(
        scope=scope,
        items=items.of_findings(run, findings, scope, people=people, dossier=dossier),
        certain=not any(finding.outcome == "unknown" for finding in findings),
        dossier=dossier,
        gaps=run.scope.gaps if run.scope else (),
        searched=frozenset(s.list_id for s in run.lists if s.state == "current") - full,
    )
