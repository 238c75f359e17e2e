"""What suppliers declared: every answer kept, the one declared last counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from duediligence.model import Declaration
from duediligence.model.casework.audit import AuditEvent
from duediligence.store.casework.audit import append
from duediligence.store.database import Repository, plain_errors, writing
from duediligence.store.records import decode, encode, identity, identity_of


@dataclass(frozen=True, slots=True)
class DeclarationCount:
    """How many answers were new, and how many there already just so."""

    added: int
    unchanged: int


class DeclarationStore(Repository):
    """The repository of declarations. Raises StorageError from every method."""

    def save(
        self, declarations: Iterable[Declaration], *, file: str, file_sha256: str, at: datetime
    ) -> DeclarationCount:
        """Keep these answers, in one transaction; one that is there already just so stays."""
        added = unchanged = 0
        known: dict[str, set[str]] = {}
        with writing(self._db) as db:
            for one in declarations:
                if one.supplier_ref not in known:
                    rows = db.conn.execute(
                        "SELECT sha256, body FROM declarations WHERE supplier_ref = ?",
                        (one.supplier_ref,),
                    )
                    known[one.supplier_ref] = {identity_of(Declaration, *row) for row in rows}
                digest = identity(one)
                if digest in known[one.supplier_ref]:
                    unchanged += 1
                    continue
                added += 1
                known[one.supplier_ref].add(digest)
                db.conn.execute(
                    "INSERT INTO declarations (supplier_ref, sha256, declared_on, imported_at, "
                    "file_sha256, body) VALUES (?, ?, ?, ?, ?, ?)",
                    (
                        one.supplier_ref,
                        digest,
                        one.declared_on.isoformat(),
                        at.isoformat(),
                        file_sha256,
                        encode(one),
                    ),
                )
            append(
                db,
                AuditEvent(
                    "declaration imported",
                    at,
                    self._who,
                    {
                        "file": file,
                        "file_sha256": file_sha256,
                        "suppliers": len(known),
                        "added": added,
                        "unchanged": unchanged,
                    },
                ),
            )
        return DeclarationCount(added, unchanged)

    def history(self, supplier_ref: str) -> list[Declaration]:
        """Every answer of a supplier, in the order of import."""
        return self._read("WHERE supplier_ref = ? ORDER BY position", supplier_ref)

    def standing(self) -> Mapping[str, tuple[Declaration, ...]]:
        """The answers that count, by the supplier's reference; empty where none was imported.

        Of several to one question about the same party the one declared last; of those of one day
        the one imported last. An old form that is imported late changes nothing.
        """
        newest: dict[tuple[str, str, str], Declaration] = {}
        for one in self._read("ORDER BY declared_on, position"):
            newest[one.supplier_ref, one.question, one.applies_to] = one
        found: dict[str, tuple[Declaration, ...]] = {}
        for (ref, _, _), one in sorted(newest.items()):
            found[ref] = (*found.get(ref, ()), one)
        return found

    def _read(self, where: str, *values: str) -> list[Declaration]:
        with plain_errors(self.path):
            rows = self._db.conn.execute(
                f"SELECT body FROM declarations {where}",  # noqa: S608
                values,
            ).fetchall()
        return [decode(Declaration, body) for (body,) in rows]
