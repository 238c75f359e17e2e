"""What others declared of the ownership of suppliers, a row a file."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from duediligence.extensions.ownership.files import (
    OwnershipFile,
    OwnershipStandard,
    read_structure,
)
from duediligence.extensions.ownership.structure import OwnershipStructure
from duediligence.model.audit import AuditEvent, AuditValue, canonical
from duediligence.store.casework.audit import append
from duediligence.store.casework.retention import (
    Record,
    delete_old_rows,
    read_personal_rows,
)
from duediligence.store.casework.seals import seal
from duediligence.store.casework.suppliers import holders, ties
from duediligence.store.database import (
    Repository,
    define_tables,
    forbid_changes,
    plain_errors,
    writing,
)
from duediligence.store.seals import gone
from duediligence.typed_data import convert_to

TABLE = "ownership__files"
migrations = define_tables(
    "ownership",
    f"""CREATE TABLE {TABLE} (
            position INTEGER PRIMARY KEY AUTOINCREMENT, supplier_ref TEXT NOT NULL,
            declared_on TEXT NOT NULL, imported_at TEXT NOT NULL, file_sha256 TEXT NOT NULL,
            body BLOB NOT NULL) STRICT""",
    f"CREATE INDEX {TABLE}_supplier ON {TABLE} (supplier_ref)",
    *forbid_changes(TABLE, "what others declared"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredOwnership:
    """What a file said of a supplier: who declared it, and its statements or entities as given."""

    declared_by: str
    declared_on: date
    standard: OwnershipStandard
    statements: tuple[dict[str, Any], ...]
    imported_at: datetime

    @property
    def structure(self) -> OwnershipStructure:
        return read_structure(self.standard, self.statements)


class OwnershipStore(Repository):
    """The repository of files of ownership. Raises StorageError from every method."""

    def save(self, ref: str, read: OwnershipFile, declared_on: date, at: datetime) -> bool:
        """Keep the file for the supplier; returns False where just that is kept already."""
        kept = ("declared_by", "standard", "statements")
        body = canonical({name: getattr(read, name) for name in kept}).encode()
        row = (ref, declared_on.isoformat(), at.isoformat(), read.sha256, body)
        with writing(self._db) as db:
            known = db.conn.execute(
                f"SELECT 1 FROM {TABLE} WHERE supplier_ref = ? AND declared_on = ? AND body = ?",  # noqa: S608
                (ref, row[1], body),
            ).fetchone()
            if known:
                return False
            position = db.conn.execute(
                f"INSERT INTO {TABLE} (supplier_ref, declared_on, imported_at, file_sha256, body) "  # noqa: S608
                "VALUES (?, ?, ?, ?, ?)",
                row,
            ).lastrowid
            what: dict[str, AuditValue] = {
                "file": read.name,
                "file_sha256": read.sha256,
                "statements": len(read.statements),
                "standard": read.standard,
            }
            event = AuditEvent("ownership imported", at, self._who, what, ref)
            append(db, event, [seal(TABLE, (position, *row))])
        return True

    def standing(self, refs: Sequence[str] = ()) -> dict[str, list[DeclaredOwnership]]:
        """Return what counts by supplier, of each declarer the newest; of all unless `refs`.

        What was declared of a supplier that was merged into another counts for that one.
        """
        with plain_errors(self.path):
            into = holders(ties(self._db))
            about = [*refs, *(old for old, now in into.items() if refs and now in refs)]
            where = f"WHERE supplier_ref IN ({', '.join('?' for _ in about)}) " if about else ""
            rows = self._db.conn.execute(
                f"SELECT * FROM {TABLE} {where}ORDER BY declared_on, position",  # noqa: S608
                about,
            ).fetchall()
        newest: dict[tuple[str, str], DeclaredOwnership] = {}
        for _, ref, day, at, _, body in rows:
            document = {**json.loads(body), "declared_on": day, "imported_at": at}
            one = convert_to(DeclaredOwnership, document)
            newest[into.get(ref, ref), one.declared_by] = one
        found: dict[str, list[DeclaredOwnership]] = {}
        for (holder, _), one in sorted(newest.items()):
            found.setdefault(holder, []).append(one)
        return found

    def remove_before(self, day: date, at: datetime, rule: str) -> int:
        """Remove what was declared before that day, with its event; returns how many files.

        Only inside `RetentionStore.transaction`.
        """
        positions = delete_old_rows(self._db, TABLE, "declared_on", day.isoformat())
        if positions:
            sealed = [gone(TABLE, one) for one in positions]
            event = AuditEvent("retention", at, self._who, {"removed": len(sealed)}, rule)
            append(self._db, event, sealed)
        return len(positions)

    def read_personal_data(self, may_hold: Callable[[bytes], bool]) -> Iterator[Record]:
        """Yield each file whose bytes `may_hold` does not say no to."""
        query = f"SELECT position, imported_at, body FROM {TABLE} ORDER BY position"  # noqa: S608
        return read_personal_rows(self._db, {"declared ownership": query}, may_hold)
