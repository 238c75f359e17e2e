"""Which reports of partners and the community may concern suppliers."""

from collections.abc import Collection

from duediligence.extensions.sharing.store.intelligence import IntelligenceStore
from duediligence.screening.workspace import Workspace


def find_report_numbers(workspace: Workspace, refs: Collection[str]) -> set[int]:
    """Return the numbers of those reports. A supplier is all those that were merged into it.

    Only to be counted, or for whoever has the role. Raises StorageError.
    """
    merged, wanted = workspace.suppliers.merged(), set(refs)
    every = wanted | {ref for ref, holder in merged.items() if holder in wanted}
    return workspace.casework.repository(IntelligenceStore).concerning(every)
