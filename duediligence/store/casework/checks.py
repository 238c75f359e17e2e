"""Checks: runs about a name that is no supplier. They count in nothing that suppliers count in."""

from datetime import datetime

from duediligence.model.audit import AuditEvent
from duediligence.store.casework.audit import append
from duediligence.store.casework.seals import seal
from duediligence.store.database import Repository, writing

# Which runs are checks: the one place that says so.
CHECKS = "SELECT run_id FROM checks"
# Which runs count no more for which supplier: they screened what was taken back since.
TAKEN_BACK = "SELECT run_id, ref FROM runs_taken_back"
# Earlier versions kept a check as a run of one supplier without a file, under a reference that they
# made for it and that no supplier ever had.
_EARLIER = f"""SELECT id FROM runs JOIN run_suppliers ON run_id = id
    WHERE json_extract(CAST(body AS TEXT), '$.supplier_file') = ''
      AND json_extract(CAST(body AS TEXT), '$.suppliers') = 1
      AND ref GLOB 'S-[0-9a-f]*' AND length(ref) = 14
      AND ref NOT IN (SELECT ref FROM suppliers)
      AND ref NOT IN (SELECT value FROM supplier_changes, json_each(refs))
      AND id NOT IN ({CHECKS})
    ORDER BY runs.rowid"""  # noqa: S608


class CheckStore(Repository):
    """Reads and writes which runs are checks. Raises StorageError from every method."""

    def holds(self, run_id: str) -> bool:
        """Return whether a run is a check."""
        found = "SELECT 1 FROM checks WHERE run_id = ?"
        return self._fetch_one(found, (run_id,)) is not None

    def set_earlier_apart(self, at: datetime) -> None:
        """Record once which runs of earlier versions were checks, where there are any."""
        with writing(self._db) as db:
            done = "SELECT 1 FROM audit WHERE kind = 'checks set apart'"
            if db.conn.execute(done).fetchone():
                return
            rows = [(run_id,) for (run_id,) in db.conn.execute(_EARLIER)]
            if rows:
                db.conn.executemany("INSERT INTO checks VALUES (?)", rows)
                event = AuditEvent("checks set apart", at, self._who, {"runs": len(rows)})
                append(db, event, [seal("checks", row) for row in rows])
