"""How many reports of partners and the community may concern suppliers: all that most people learn.

What they say is for one role alone. No file, digest or pack holds more.
"""

from collections.abc import Collection

from duediligence.extensions.sharing.store.intelligence import IntelligenceStore
from duediligence.screening.workspace import Workspace
from duediligence.text.wording import count


def count_reports_about(workspace: Workspace, refs: Collection[str]) -> int:
    """Return how many reports may concern any of these suppliers, each once. Raises
    StorageError.
    """
    return len(find_report_numbers(workspace, refs))


def concerning_run(workspace: Workspace, run_id: str) -> int:
    """Return how many reports may concern any supplier of a stored run, each once. Raises
    StorageError.
    """
    return count_reports_about(workspace, workspace.screened.refs(run_id))


def find_report_numbers(workspace: Workspace, refs: Collection[str]) -> set[int]:
    """Return the numbers of those reports. A supplier is all those that were merged into it.

    Only to be counted, or for whoever has the role. Raises StorageError.
    """
    merged, wanted = workspace.suppliers.merged(), set(refs)
    every = wanted | {ref for ref, holder in merged.items() if holder in wanted}
    return workspace.casework.repository(IntelligenceStore).concerning(every)


def words(reports: int) -> str:
    """Return the one line that says so; empty where there is none."""
    if not reports:
        return ""
    return (
        f"Restricted: {count(reports, 'intelligence report')} may concern suppliers here; ask "
        "whoever has the role intelligence."
    )
