"""What a job that screens again keeps with its run."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.model import Supplier
from duediligence.progress import SILENT
from duediligence.scheduling.rescreening import re_screen
from duediligence.screening.workspace import Workspace


def test_its_run_counts_the_suppliers_that_had_ended(
    open_workspace: Callable[..., Workspace], home: Path
) -> None:
    workspace = open_workspace(home)
    today = NOW.date()
    suppliers = [
        Supplier(ref="S1", name="Moss Haulage Ltd"),
        Supplier(ref="S2", name="Gull Repairs Ltd", ended=today),
        Supplier(ref="S3", name="Fen Roofing Ltd", ended=today + timedelta(days=1)),
    ]
    workspace.suppliers.save(suppliers, file="s.csv", at=NOW)
    re_screen(workspace, "screen", SILENT)
    (run_id,) = workspace.runs.started()
    run = workspace.runs.get(run_id)
    assert run
    assert (run.suppliers, run.ended_suppliers) == (2, 1)
