"""Checks: runs about a name that is no supplier. They count in nothing that suppliers count in."""

from duediligence.store.database import Repository

# Which runs are checks: the one place that says so.
CHECKS = "SELECT run_id FROM checks"
# Which runs count no more for which supplier: they screened what was taken back since.
TAKEN_BACK = "SELECT run_id, ref FROM runs_taken_back"


class CheckStore(Repository):
    """Reads and writes which runs are checks. Raises StorageError from every method."""

    def holds(self, run_id: str) -> bool:
        """Return whether a run is a check."""
        found = "SELECT 1 FROM checks WHERE run_id = ?"
        return self._fetch_one(found, (run_id,)) is not None
