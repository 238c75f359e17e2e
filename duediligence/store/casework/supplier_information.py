"""What suppliers stated of themselves for a tender, one row for each form that came here."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from duediligence.model.audit import AuditEvent, AuditValue
from duediligence.model.supplier_information import SupplierInformation
from duediligence.store.casework.audit import append
from duediligence.store.casework.seals import add_row
from duediligence.store.casework.suppliers import holders, ties
from duediligence.store.database import Repository, plain_errors, writing
from duediligence.store.records import decode, encode, identity


class SupplierInformationStore(Repository):
    """The repository of what suppliers stated. Raises StorageError from every method."""

    def save(
        self,
        ref: str,
        information: SupplierInformation,
        *,
        at: datetime,
        file: str,
        file_sha256: str,
    ) -> bool:
        """Keep a form of that supplier, as read at that moment; False where it is there
        already.

        `file` names where it comes from, `file_sha256` its bytes. The event has no name of a
        person, and not the share code, with which others could ask for the form.
        """
        digest = _identify_form(information)
        information = replace(information, read_at=at)
        stated_on = (information.submitted_on or at.date()).isoformat()
        with writing(self._db) as db:
            if self.has(ref, information):
                return False
            row = (ref, digest, stated_on, at.isoformat(), file_sha256, encode(information))
            _, sealed = add_row(db, "supplier_information", *row)
            what: dict[str, AuditValue] = {
                "origin": information.origin,
                "file": file,
                "file_sha256": file_sha256,
                "parties": len(information.parties),
                "exclusions": len(information.exclusions),
            }
            event = AuditEvent("supplier information read", at, self._who, what, subject=ref)
            append(db, event, [sealed])
        return True

    def has(self, ref: str, information: SupplierInformation) -> bool:
        """Return whether the form is here of that supplier, or of one merged into it."""
        having = "SELECT supplier_ref FROM supplier_information WHERE sha256 = ?"
        with plain_errors(self.path):
            rows = self._db.conn.execute(having, (_identify_form(information),)).fetchall()
            into = holders(ties(self._db)) if rows else {}
        return any(into.get(one, one) == ref for (one,) in rows)

    def history(self, ref: str) -> list[SupplierInformation]:
        """Return every form of a supplier, and of those merged into it, the newest last: by the
        day it was handed in (where that is not known, on which it came here), then by when it was
        read.
        """
        return self._read().get(ref, [])

    def current(self, ref: str) -> SupplierInformation | None:
        """Return the newest form of a supplier (see `history`), or None."""
        return self.all().get(ref)

    def all(self) -> Mapping[str, SupplierInformation]:
        """Return the newest form of each supplier that has one, by ref (see `history`)."""
        return {ref: forms[-1] for ref, forms in self._read().items()}

    def _read(self) -> dict[str, list[SupplierInformation]]:
        with plain_errors(self.path):
            into = holders(ties(self._db))
            rows = self._db.conn.execute(
                "SELECT supplier_ref, body FROM supplier_information ORDER BY stated_on, position"
            ).fetchall()
        found: dict[str, list[SupplierInformation]] = {}
        for ref, body in rows:
            found.setdefault(into.get(ref, ref), []).append(decode(SupplierInformation, body))
        return found


def _identify_form(information: SupplierInformation) -> str:
    """Return what a form has in common however and whenever it came here."""
    return identity(replace(information, origin="file", read_at=None))
