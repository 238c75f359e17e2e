"""Screen again what is due."""

from collections import Counter
from collections.abc import Sequence
from contextlib import closing

from duediligence.errors import Incomplete
from duediligence.matching import DEFAULT_THRESHOLD, MATCHER_VERSION
from duediligence.model import Supplier
from duediligence.progress import Progress
from duediligence.reports.verdict import warning
from duediligence.scheduling.due import Present, reason
from duediligence.screening.run.policy import load
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.store.records import identity
from duediligence.store.runs.coverage import CoverageStore
from duediligence.store.schedule import ScheduleStore


def re_screen(workspace: Workspace, progress: Progress) -> str:
    """Screen every supplier where any is due, and say what was done.

    Raises Incomplete where something could not be checked: the run is stored. Raises StorageError.
    """
    suppliers = workspace.suppliers.all()
    if not suppliers:
        return "there are no suppliers"
    reasons = Counter(why for supplier, why in due(workspace, suppliers) if why)
    if not reasons:
        return f"none of {len(suppliers):,} suppliers was due"
    run = screen(workspace, Screened(suppliers), progress=progress)
    why = ", ".join(f"{number:,} {each}" for each, number in reasons.most_common())
    said = f"screened {run.suppliers:,} suppliers ({why}): run {run.id}"
    if not run.complete:
        raise Incomplete(f"{said}, INCOMPLETE: {warning(run).removeprefix('Incomplete: ')}")
    return said


def due(workspace: Workspace, suppliers: Sequence[Supplier]) -> list[tuple[Supplier, str]]:
    """Each supplier, and why it is due; an empty reason where it is not. Raises StorageError."""
    home, settings = workspace.settings.home, workspace.settings
    with closing(CoverageStore(home / "casework.db")) as coverage:
        covered = coverage.newest([supplier.ref for supplier in suppliers])
    with closing(ScheduleStore(home / "schedule.db")) as schedule:
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
            reason(
                covered.get(supplier.ref),
                present,
                sha256=identity(supplier),
                dossier_changed=changed.get(supplier.ref),
            ),
        )
        for supplier in suppliers
    ]
