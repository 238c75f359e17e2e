"""Information sharing agreements: one row each, as it is now; its history is the audit chain."""

from datetime import datetime

from duediligence.extensions.sharing.model.agreements import Agreement
from duediligence.model.audit import AuditEvent, AuditValue
from duediligence.signing import stored_key
from duediligence.store.casework.audit import append
from duediligence.store.casework.seals import seal
from duediligence.store.database import Repository, writing
from duediligence.store.records import decode, encode


class AgreementStore(Repository):
    """The repository of agreements. Raises StorageError from every method."""

    def keep(self, agreement: Agreement, act: str, at: datetime) -> None:
        """Keep the agreement as it is now, with an event that says what was done (`act`)."""
        terms = agreement.terms
        row = (terms.reference, encode(agreement))
        what: dict[str, AuditValue] = {
            "act": act,
            "terms_sha256": terms.digest,
            "with": agreement.partner_kind,
            "bases": terms.bases,
            "shares": terms.shares,
            "from": terms.starts_on.isoformat(),
            "review": terms.review_on.isoformat(),
            "retention_days": terms.retention_days,
            "partner_keys": tuple(stored_key(one).id for one in agreement.partner_keys),
        }
        if agreement.is_key_compared:
            what["compared"] = stored_key(agreement.partner_keys[0]).id
        if agreement.ended_on:
            what["ended"] = agreement.ended_on.isoformat()
            what["gone_by"] = agreement.gone_by.isoformat()
        with writing(self._db) as db:
            db.conn.execute("INSERT OR REPLACE INTO agreements VALUES (?, ?)", row)
            event = AuditEvent("agreement", at, self._who, what, subject=terms.reference)
            append(db, event, [seal("agreements", row)])

    def get(self, reference: str) -> Agreement | None:
        """Return the agreement of that reference, or None."""
        rows = self._fetch_all("SELECT body FROM agreements WHERE reference = ?", (reference,))
        return decode(Agreement, rows[0][0]) if rows else None

    def partners(self) -> dict[str, str]:
        """Return the partner of each agreement by its reference."""
        return {one.terms.reference: one.partner for one in self.all()}

    def all(self) -> list[Agreement]:
        """Return every agreement, in the order of references."""
        rows = self._fetch_all("SELECT body FROM agreements ORDER BY reference")
        return [decode(Agreement, body) for (body,) in rows]
