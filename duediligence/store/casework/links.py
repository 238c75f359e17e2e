"""Which legal entity a person said that a supplier is: every word kept, the newest one counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from duediligence.model import Identifier
from duediligence.model.casework.audit import AuditEvent
from duediligence.store.casework.audit import append
from duediligence.store.database import Repository, plain_errors, writing


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One such word. Without an identifier it says that the supplier is on no register.

    `by` is the person's name, `at` the time (UTC), `note` their reason, often empty.
    """

    supplier_ref: str
    identifier: Identifier | None
    by: str
    at: datetime
    note: str = ""


class LinkStore(Repository):
    """The repository of links. Raises StorageError from every method.

    `who` is the account that the audit chain names; `Link.by` is what the person says.
    """

    def add(self, link: Link) -> None:
        """Keep a link; those of before stay in the history."""
        scheme, number = (
            (link.identifier.scheme, link.identifier.id) if link.identifier else (None, None)
        )
        with writing(self._db) as db:
            db.conn.execute(
                "INSERT INTO links (supplier_ref, scheme, number, made_by, made_at, note) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (link.supplier_ref, scheme, number, link.by, link.at.isoformat(), link.note),
            )
            append(
                db,
                AuditEvent(
                    "link",
                    link.at,
                    self._who,
                    {"identifier": str(link.identifier or "none"), "by": link.by},
                    subject=link.supplier_ref,
                ),
            )

    def history(self, supplier_ref: str) -> list[Link]:
        """Every link of a supplier, the oldest first."""
        return self._read("WHERE supplier_ref = ? ORDER BY position", supplier_ref)

    def newest(self) -> Mapping[str, Link]:
        """The link that counts of each supplier that has one, by ref."""
        newest = "WHERE position IN (SELECT max(position) FROM links GROUP BY supplier_ref)"
        return {link.supplier_ref: link for link in self._read(newest)}

    def _read(self, where: str, *values: str) -> list[Link]:
        with plain_errors(self.path):
            rows = self._db.conn.execute(
                f"SELECT supplier_ref, scheme, number, made_by, made_at, note FROM links {where}",  # noqa: S608
                values,
            ).fetchall()
        return [
            Link(
                supplier_ref=ref,
                identifier=Identifier(scheme, number) if scheme else None,
                by=by,
                at=datetime.fromisoformat(at),
                note=note,
            )
            for ref, scheme, number, by, at, note in rows
        ]
