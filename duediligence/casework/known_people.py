"""Whom a stored run knows behind each supplier, for what is written to files."""

from collections.abc import Mapping

from duediligence.reports.disclosure import Behind, behind
from duediligence.screening.workspace import Workspace


def people_known(workspace: Workspace, run_id: str) -> Mapping[str, Behind]:
    """The people, firms and list entries of a stored run, by the supplier's reference.

    Raises StorageError.
    """
    dossiers = workspace.runs.dossiers(run_id)
    entries = workspace.screened.entries_of(run_id)
    return {
        one.ref: behind(one, dossiers.get(one.ref), entries.get(one.ref, ()))
        for one in workspace.screened.suppliers(run_id)
    }
