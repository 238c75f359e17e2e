"""How many reports of partners and the community may concern suppliers: all that most people learn.

What they say is for one role alone. No file, digest or pack holds more.
"""

from collections.abc import Collection

from duediligence.extension import load_parts
from duediligence.screening.workspace import Workspace
from duediligence.text.wording import count


def count_reports_about(workspace: Workspace, refs: Collection[str]) -> int:
    """Return how many reports may concern any of these suppliers, each once. Raises
    StorageError.
    """
    every = add_merged(workspace, refs)
    finders = load_parts(workspace.extensions, "restricted")
    return sum(len(find(workspace.casework, every)) for find in finders)


def add_merged(workspace: Workspace, refs: Collection[str]) -> set[str]:
    """Return these suppliers, and those that were merged into them."""
    merged, wanted = workspace.suppliers.merged(), set(refs)
    return wanted | {ref for ref, holder in merged.items() if holder in wanted}


def concerning_run(workspace: Workspace, run_id: str) -> int:
    """Return how many reports may concern any supplier of a stored run, each once. Raises
    StorageError.
    """
    return count_reports_about(workspace, workspace.screened.refs(run_id))


def words(reports: int) -> str:
    """Return the one line that says so; empty where there is none."""
    if not reports:
        return ""
    return (
        f"Restricted: {count(reports, 'intelligence report')} may concern suppliers here; ask "
        "whoever has the role intelligence."
    )
