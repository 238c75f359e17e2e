"""A run as one person may see it, and the list of runs."""

from collections.abc import Mapping
from dataclasses import dataclass

from duediligence.casework.disclosure import (
    Behind,
    Withheld,
    collect_known_names,
    count_reports_about_run,
    redact_run,
)
from duediligence.errors import Invalid, NotFound
from duediligence.model import Run, Supplier
from duediligence.model.audit import AuditValue
from duediligence.screening.access import may_see_personal_insolvency, use_case
from duediligence.screening.alerts.projection import current
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.runs import RunHeading


def people_known(workspace: Workspace, run_id: str) -> Mapping[str, Behind]:
    """Return the people, firms and list entries of a stored run, by the supplier's reference.

    Raises StorageError.
    """
    dossiers = workspace.runs.dossiers(run_id)
    entries = workspace.screened.entries_of(run_id)
    return {
        one.ref: collect_known_names(one, dossiers.get(one.ref), entries.get(one.ref, ()))
        for one in workspace.screened.suppliers(run_id)
    }


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as it may be shown, and how many of its findings are `withheld`."""

    run: Run
    withheld: Withheld


def run_of(workspace: Workspace, run_id: str) -> Run:
    """Return the whole run of that ID, for a use case to apply its rules to. Raises NotFound."""
    run = workspace.runs.get(run_id)
    if run is None:
        raise NotFound(f"Unknown run {run_id!r}")
    return run


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsPage:
    """Some runs, the newest first, and how many there are. The page after begins after the place
    `after`, 0 where this is the last. `checked` are the names that checks are about, by the run.
    """

    rows: tuple[RunHeading, ...]
    total: int
    after: int
    checked: Mapping[str, Supplier]


@use_case("read")
def runs_page(
    workspace: Workspace, after: int = 0, size: int = 50, *, checks: bool = False
) -> RunsPage:
    """Return at most `size` of the screenings, or of the checks of a name, the newest first, from
    after the place `after`.

    Raises Invalid for a size below 1, StorageError.
    """
    if size < 1:
        raise Invalid(f"{size} is not a valid page size", field="size", hint="Enter 1 or more.")
    with current(workspace):
        found = workspace.runs.headings(before=after, most=size + 1, checks=checks)
    rows = tuple(found[:size])
    covered = ((one.id, workspace.screened.suppliers(one.id)) for one in rows if checks)
    return RunsPage(
        rows=rows,
        total=workspace.runs.count(checks=checks),
        after=rows[-1].place if len(found) > size else 0,
        checked={run_id: suppliers[0] for run_id, suppliers in covered if suppliers},
    )


@use_case("read")
def run_for(
    workspace: Workspace, run: Run | str, *, people: bool = True, restricted: bool = False
) -> RunView:
    """Return a stored run, by its ID or as it was just made, as it may be shown on the viewer's
    screen.

    Raises NotFound, StorageError.
    """
    if isinstance(run, str):
        run = run_of(workspace, run)
    held = sum(finding.handling == "restricted" for finding in run.findings)
    if restricted and held:
        record_shown(workspace, {"findings": held}, run.id)
    known = {} if people else people_known(workspace, run.id)
    reports = count_reports_about_run(workspace, run.id)
    return RunView(
        *redact_run(
            run,
            known,
            people=people,
            restricted=restricted,
            insolvency=may_see_personal_insolvency(workspace),
            reports=reports,
        )
    )


def record_shown(workspace: Workspace, what: dict[str, AuditValue], subject: str = "") -> None:
    workspace.record("restricted shown", what, subject=subject)
