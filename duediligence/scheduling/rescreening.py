"""Screen again what is due."""

from collections import Counter
from collections.abc import Sequence
from contextlib import closing

from duediligence.errors import Incomplete
from duediligence.matching import DEFAULT_THRESHOLD, MATCHER_VERSION
from duediligence.model import Run, Supplier
from duediligence.progress import Progress
from duediligence.reports.verdict import not_checked
from duediligence.scheduling.due import DueReason, Present, due_reason, due_words
from duediligence.screening.run.policy import load
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.store.records import identity
from duediligence.store.schedule import ScheduleStore


def re_screen(workspace: Workspace, job: str, progress: Progress) -> str:
    """Screen every supplier where any is due, and say what was done.

    An attempt at `job` that was interrupted may have stored its run and reported nothing of it:
    then what that run could not check is reported now. Raises Incomplete where something could
    not be checked: the run is stored. Raises StorageError.
    """
    suppliers = workspace.suppliers.all()
    if not suppliers:
        return "there are no suppliers"
    reasons = Counter(why for supplier, why in due(workspace, suppliers) if why)
    if not reasons:
        said = f"none of {len(suppliers):,} suppliers was due"
        run_id = _not_reported(workspace, job, suppliers)
        if run_id and (stored := workspace.runs.get(run_id)):
            raise _incomplete(f"{said} after run {run_id}", stored)
        return said
    run = screen(workspace, Screened(suppliers), progress=progress)
    months = workspace.settings.review_months
    why = ", ".join(
        f"{number:,} {due_words(each, months)}" for each, number in reasons.most_common()
    )
    said = f"screened {run.suppliers:,} suppliers ({why}): run {run.id}"
    if not run.complete:
        raise _incomplete(said, run)
    return said


def _incomplete(said: str, run: Run) -> Incomplete:
    return Incomplete(f"{said}, INCOMPLETE: {not_checked(run)}")


def _not_reported(workspace: Workspace, job: str, suppliers: Sequence[Supplier]) -> str:
    """The incomplete run that most suppliers were last screened in, where an attempt at the job
    was interrupted since it was last done; empty otherwise.
    """
    with closing(ScheduleStore(workspace.settings.home / "schedule.db")) as schedule:
        attempts = schedule.attempts(job)
    if not any(one.result == "interrupted" for one in attempts):
        return ""
    incomplete = workspace.screened.incomplete()
    runs = Counter(incomplete[one.ref] for one in suppliers if one.ref in incomplete)
    return runs.most_common(1)[0][0] if runs else ""


def due(
    workspace: Workspace, suppliers: Sequence[Supplier]
) -> list[tuple[Supplier, DueReason | None]]:
    """Each supplier, and why it is due; None where it is not. Raises StorageError."""
    settings = workspace.settings
    covered = workspace.casework.coverage.newest([supplier.ref for supplier in suppliers])
    with closing(ScheduleStore(settings.home / "schedule.db")) as schedule:
        changed = schedule.dossiers_changed()
    present = Present(
        lists={
            list_id: loaded.version.version
            for list_id, loaded in workspace.lists.current().items()
            if list_id in workspace.watchlists
        },
        rules=(
            MATCHER_VERSION,
            load(settings.policy, workspace.watchlists).sha256,
            settings.threshold or DEFAULT_THRESHOLD,
        ),
        review_months=settings.review_months,
        now=workspace.now(),
    )
    return [
        (
            supplier,
            due_reason(
                covered.get(supplier.ref),
                present,
                sha256=identity(supplier),
                dossier_changed=changed.get(supplier.ref),
            ),
        )
        for supplier in suppliers
    ]
