"""When each supplier was last screened, and as what: read from the runs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from duediligence.model import Run, Supplier
from duediligence.store.database import Repository, plain_errors
from duediligence.store.records import decode, identity_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The last run that covered a supplier, and the identity of the supplier as it was compared.

    `run` is without its findings.
    """

    run: Run
    sha256: str


class CoverageStore(Repository):
    """Reads the runs of `casework.db`. Raises StorageError from every method."""

    def newest(self, refs: Collection[str]) -> Mapping[str, Coverage]:
        """The last coverage of each of these suppliers that was ever screened, by ref."""
        wanted, found = set(refs), dict[str, Coverage]()
        with plain_errors(self.path):
            # Last by position, not by time: a clock that ran ahead must not hide later runs.
            runs = self._db.conn.execute("SELECT id FROM runs ORDER BY rowid DESC").fetchall()
            for (run_id,) in runs:
                if not wanted:
                    break
                rows = self._db.conn.execute(
                    """SELECT ref, sha256, body FROM run_suppliers
                       JOIN contents USING (sha256) WHERE run_id = ?""",
                    (run_id,),
                )
                covered = {
                    ref: identity_of(Supplier, digest, body)
                    for ref, digest, body in rows
                    if ref in wanted
                }
                if covered:
                    run = self._run(run_id)
                    found |= {ref: Coverage(run=run, sha256=sha) for ref, sha in covered.items()}
                    wanted -= covered.keys()
        return found

    def _run(self, run_id: str) -> Run:
        (body,) = self._db.conn.execute("SELECT body FROM runs WHERE id = ?", (run_id,)).fetchone()
        return decode(Run, body)
