"""Files that suppliers handed in with a form, byte for byte."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from duediligence.formats.attached import AttachedFile
from duediligence.model.audit import AuditEvent
from duediligence.store.casework.audit import append
from duediligence.store.casework.seals import add_row
from duediligence.store.casework.suppliers import holders, ties
from duediligence.store.database import Repository, plain_errors, writing


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file of a supplier: its own name, its SHA-256, how many bytes it has, and when it came."""

    position: int
    supplier_ref: str
    name: str
    sha256: str
    size: int
    kept_at: datetime


class AttachmentStore(Repository):
    """The repository of attached files. Raises StorageError from every method."""

    def save(self, ref: str, files: Sequence[AttachedFile], *, at: datetime) -> int:
        """Keep the files of a supplier that it does not have yet; returns how many these are.

        The event has their hashes, not their names: those are the supplier's own words.
        """
        with writing(self._db) as db:
            held = {one.sha256 for one in self.of(ref)}
            new = list({one.sha256: one for one in files if one.sha256 not in held}.values())
            sealed = [
                add_row(db, "attachments", ref, one.name, one.sha256, at.isoformat(), one.body)[1]
                for one in new
            ]
            if new:
                what = {"sha256": tuple(one.sha256 for one in new)}
                append(db, AuditEvent("files kept", at, self._who, what, subject=ref), sealed)
        return len(new)

    def of(self, ref: str) -> list[Attachment]:
        """Return the files of a supplier, and of those merged into it, the oldest first."""
        with plain_errors(self.path):
            into = holders(ties(self._db))
            rows = self._db.conn.execute(
                "SELECT position, supplier_ref, name, sha256, length(body), kept_at "
                "FROM attachments ORDER BY position"
            ).fetchall()
        return [
            Attachment(
                position=position,
                supplier_ref=ref,
                name=name,
                sha256=digest,
                size=size,
                kept_at=datetime.fromisoformat(at),
            )
            for position, whose, name, digest, size, at in rows
            if into.get(whose, whose) == ref
        ]

    def count(self) -> int:
        """Return how many files are kept."""
        (number,) = self._fetch_one("SELECT count(*) FROM attachments")
        return int(number)

    def read(self, position: int) -> bytes:
        """Return the bytes of a file."""
        (body,) = self._fetch_one("SELECT body FROM attachments WHERE position = ?", (position,))
        return bytes(body)
